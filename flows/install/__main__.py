"""`python -m flows.install` in a checkout, with the address and the password of a server: install what it should run.

Exit 0; or 1 where the program's own deployments could not be installed; or, with what is wrong on standard output, 3
where a campaign does not load: then nothing of any plan was changed.
"""

import asyncio
import sys
from pathlib import Path

from prefect.client.orchestration import get_client

from cuibao.errors import CuibaoError
from cuibao.model import Campaign
from cuibao.office import campaign_of
from cuibao.settings import environment
from cuibao.tongue import speak
from cuibao.up.settings import UNREADABLE
from flows.install import wanted
from flows.install.server import install, language_of_installed


async def main() -> int:
    """Install what prefect.yaml in the working directory and the campaigns say."""
    file = wanted.read(Path.cwd())
    found: Campaign | None = None
    trouble = ""
    try:
        found = campaign_of()
    except CuibaoError as mistake:
        trouble = str(mistake)
    async with get_client() as client:
        if found is None:  # whose language nobody knows: what is there stays as it is called
            speak(await language_of_installed(client))
        plans = wanted.of_plans(file, found) if found is not None and "definitions" in file else ()
        everything = [*wanted.own(file, environment()), *plans]
        written, removed = await install(client, everything, plans=found is not None)
    print(f"流程共 {len(everything)} 个，改动 {written} 处，去掉 {removed} 个。")
    if trouble:
        print(f"攻坚战的文件有错，各方案的流程没有动：\n{trouble}")
    return UNREADABLE if trouble else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
