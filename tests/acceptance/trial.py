"""A checkout as small as it can be: a prefect.yaml and four flows, on both work pools."""

from pathlib import Path

PREFECT_YAML = """
pull: []
deployments:
  - name: 试运行
    entrypoint: flows/trial.py:trial
    schedules: [{cron: "30 8 * * *", timezone: Asia/Shanghai}]
    work_pool: &worker {name: cuibao}
  - name: 试填
    entrypoint: flows/trial.py:trial
    work_pool: &forms {name: cuibao-forms}
  - name: 环境
    entrypoint: flows/trial.py:surroundings
    work_pool: *worker
  - name: 表单环境
    entrypoint: flows/trial.py:surroundings
    work_pool: *forms
  - name: 登记
    entrypoint: flows/trial.py:record
    work_pool: *forms
    triggers:
      - {type: event, enabled: true, posture: Reactive, threshold: 1, within: 0, expect: [trial.called]}
  - name: 报送情况表
    entrypoint: flows/trial.py:board
    work_pool: *worker
"""
FLOWS = """
import asyncio, json, os, sys
from pathlib import Path
from prefect import flow
from prefect.states import Completed

@flow(name="trial")
async def trial(seconds: float = 0.0):
    Path(os.environ["CUIBAO_HOME"], "pid").write_text(str(os.getpid()))
    await asyncio.sleep(seconds)
    return Completed(name="已完成", message=f"{os.environ['CUIBAO_WORD']} {Path.cwd()}")

@flow
async def surroundings():
    found = dict(os.environ), [str(Path.cwd()), os.umask(0), "flows.record" in sys.modules, os.getppid()]
    os.umask(found[1][1])
    return Completed(message=json.dumps(found))

@flow(name="登记")
async def record():
    pass

@flow(name="报送情况表")
async def board():
    pass
"""


def lay_out(folder: Path) -> Path:
    """Write the checkout into `folder`."""
    (folder / "flows").mkdir()
    (folder / "flows" / "trial.py").write_text(FLOWS, encoding="utf-8")
    (folder / "prefect.yaml").write_text(PREFECT_YAML, encoding="utf-8")
    return folder
