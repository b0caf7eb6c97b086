"""`cuibao deploy` without a service; beside one that runs it is tried in `tests/browser/test_several.py`."""

import subprocess
from pathlib import Path

from tests.demo import PROGRAM, Demo


def test_without_a_service_it_says_to_start_one(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    done = subprocess.run(
        [str(PROGRAM), "deploy"], env=demo.environment(), capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert "没有服务在运行。请先运行 cuibao up" in done.stderr
