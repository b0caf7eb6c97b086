"""`cuibao deploy` beside a service that runs: the plans of the files as they are now, and nothing of broken files."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo import PROGRAM, Demo

NOTICE = Path(__file__).parent.parent / "notices" / "n13"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Demo]:
    """The service of an office with one plan."""
    demo = Demo(tmp_path)
    shutil.copytree(NOTICE, demo.home / "schedules" / "n13", ignore=shutil.ignore_patterns("contacts"))
    shutil.copytree(NOTICE / "contacts", demo.home / "contacts")
    try:
        demo.start()
        yield demo
    finally:
        demo.end()


def deploy(demo: Demo) -> tuple[int, str]:
    """Run the command; how it ended, and what it said."""
    done = subprocess.run(
        [str(PROGRAM), "deploy", "--port", str(demo.service.port)],
        env=demo.environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def plans(demo: Demo) -> set[str]:
    found = demo.service.call("/deployments/filter", {"limit": 200})
    return {each["name"] for each in found if each["name"].startswith("方案")}


def test_it_installs_a_plan_that_was_added_and_nothing_where_a_file_is_wrong(served: Demo) -> None:
    assert plans(served) == {"方案1 主要任务"}
    assert deploy(served) == (0, "流程共 17 个，改动 0 处，去掉 0 个。\n")
    first = served.home / "schedules" / "n13" / "1-tasks.yaml"
    second = first.with_name("2-more.yaml")
    text = first.read_text(encoding="utf-8")
    more = text.replace("no: 1", "no: 2").replace("id: tasks", "id: more").replace("short: 主要任务", "short: 补充任务")
    second.write_text(more.replace("due: 2007-04-20", "due: 2007-04-31"), encoding="utf-8")
    code, said = deploy(served)
    assert (code, "2-more.yaml" in said) == (1, True)
    assert plans(served) == {"方案1 主要任务"}
    second.write_text(more, encoding="utf-8")
    code, said = deploy(served)
    assert (code, said) == (0, "流程共 18 个，改动 2 处，去掉 0 个。\n")
    assert plans(served) == {"方案1 主要任务", "方案2 补充任务"}
    second.unlink()
    assert deploy(served)[1] == "流程共 17 个，改动 0 处，去掉 1 个。\n"
    assert plans(served) == {"方案1 主要任务"}


def test_without_a_service_it_says_to_start_one(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    done = subprocess.run(
        [str(PROGRAM), "deploy"], env=demo.environment(), capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert "没有服务在运行。请先运行 cuibao up" in done.stderr
