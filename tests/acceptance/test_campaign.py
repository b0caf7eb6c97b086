"""The 2022 campaign on a real server, worker and deployments, started as an office starts it: by `cuibao up`."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from cuibao.model import Channel
from tests.demo import BOARD, FORM, MORNING, Demo

PLANS = ["方案1 安全文化", "方案2 安全技能", "方案3 主体责任", "方案4 矿山", "方案5 烟花爆竹", "方案6 园区"]
PLANS += ["方案7 科技强安", "方案8 双千示范"]
SKILLS = "方案/方案2 安全技能"
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
SECONDS = 120.0
T = TypeVar("T")


def wait_for(read: Callable[[], T]) -> T:
    """What `read` gives once it gives something; fails at the deadline."""
    deadline = time.monotonic() + SECONDS
    while not (found := read()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
    return found


def runs(demo: Demo, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = demo.service.call("/flow_runs/filter", {"flow_runs": filters, "limit": 200})
    return found


def runs_of(demo: Demo, name: str) -> list[dict[str, Any]]:
    return runs(demo, deployment_id={"any_": [demo.service.deployment(name)["id"]]})


def upcoming_mornings(demo: Demo) -> list[datetime]:
    """When Prefect's scheduler will run the morning."""
    return sorted(
        datetime.fromisoformat(run["expected_start_time"])
        for run in runs_of(demo, MORNING)
        if run["state_type"] == "SCHEDULED"
    )


def offered(demo: Demo) -> dict[str, Any]:
    """The form's fields as they are now."""
    found: dict[str, Any] = demo.service.deployment(FORM)["parameter_openapi_schema"]["properties"]
    return found


def installed(demo: Demo) -> list[str]:
    """The names of the automations."""
    return sorted(found["name"] for found in demo.service.call("/automations/filter", {}))


def overdue_units(demo: Demo) -> list[str]:
    """The units that still owe the interim report, by their links on the board's page."""
    (row,) = [line for line in demo.page().splitlines() if line.startswith(f"| {INTERIM}")]
    return [part.partition("](")[0] for part in row.split("[")[1:]]


def test_it_installs_the_morning_the_forms_the_board_and_a_deployment_a_plan(demo: Demo) -> None:
    found = {deployment["name"] for deployment in demo.service.call("/deployments/filter", {})}
    assert found == {
        "每日催报",
        "登记",
        "联络员",
        "往来记录",
        "导出",
        "报送情况表",
        "电话催报单",
        "收取",
        "认领",
        "核对日期",
        "启用",
        "抄送批准",
        "补发",
        "通话",
        "暂停催报",
        "事发登记",
        *PLANS,
    }


def test_it_schedules_the_mornings_at_half_past_eight_in_shanghai(demo: Demo) -> None:
    mornings = wait_for(lambda: upcoming_mornings(demo))
    assert {(when.hour, when.minute, when.utcoffset()) for when in mornings} == {(0, 30, timedelta())}
    assert mornings[0] > datetime.now(UTC)
    (schedule,) = demo.service.deployment(MORNING)["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 8 * * *", "Asia/Shanghai")
    (schedule,) = demo.service.deployment("补发/补发")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0,30 9-17 * * *", "Asia/Shanghai")
    assert schedule["parameters"] == {"scheduled": True}


def test_it_does_the_morning_through_the_worker(demo: Demo) -> None:
    (done,) = [run for run in runs_of(demo, MORNING) if run["state_type"] == "COMPLETED"]
    assert re.match(r"每日催报 7月26日：.*已发送 \d", done["name"])
    assert any(name.startswith("2022-07-26 ") for name in demo.outbox())
    children = {re.split("：| 7月", run["name"])[0] for run in runs(demo, parent_flow_run_id={"any_": [done["id"]]})}
    assert children == {*PLANS, "报送情况表"}


def test_it_reruns_a_plan_without_sending_anything_twice(demo: Demo) -> None:
    before = demo.outbox()
    done = demo.service.run(SKILLS)
    assert done["name"].startswith("方案2 安全技能 7月26日：")
    assert done["state_type"] == "COMPLETED"
    assert demo.outbox() == before


def test_it_offers_a_form_in_chinese_with_what_is_open_now(demo: Demo) -> None:
    found = offered(demo)
    titles = [field["title"] for field in sorted(found.values(), key=lambda field: field["position"])]
    assert titles == [
        "责任单位",
        "报送事项",
        "登记什么",
        "收到日期",
        "收到方式",
        "登记人",
        "备注（原因）",
        "延期到",
        "撤销第几条",
        "确认",
    ]
    assert found["channel"]["enum"] == [channel.zh for channel in Channel]
    items = found["item"]["enum"]
    assert items.index(INTERIM) < items.index("安全技能·最终工作情况（10月20日前）")  # which has not begun


def test_it_records_a_report_and_the_board_is_fresh(demo: Demo) -> None:
    unit, *others = overdue_units(demo)
    done = demo.service.run(FORM, units=[unit], item=INTERIM, channel="邮件", by="王办事员")
    assert (done["state_type"], done["name"]) == ("COMPLETED", f"已登记：{unit}，{INTERIM}")
    assert overdue_units(demo) == others


def test_it_says_calmly_what_is_recorded_already(demo: Demo) -> None:
    unit = overdue_units(demo)[0]
    entry = {"units": [unit], "item": INTERIM, "channel": "邮件", "by": "王办事员"}
    demo.service.run(FORM, **entry)
    done = demo.service.run(FORM, **entry)
    assert done["state_type"] == "COMPLETED"
    assert re.match(f"不必再登：{unit}已登记收到（.*收到），{INTERIM}", done["state"]["message"])


def test_it_runs_a_plan_when_it_enters_a_phase_and_writes_each_letter_once(demo: Demo) -> None:
    known = {run["id"] for run in runs_of(demo, SKILLS)}
    by_hand = demo.service.run(SKILLS, as_of="2022-10-10T08:30")
    assert by_hand["name"].startswith("方案2 安全技能 10月10日：已发送 ")
    letters = demo.outbox()
    (found,) = wait_for(lambda: [run for run in runs_of(demo, SKILLS) if run["id"] not in {*known, by_hand["id"]}])
    given = {"plan": "skills", "phase": "summary", "as_of": "2022-10-10T08:30:00+08:00", "triggered": True}
    assert found["parameters"] == given
    done = demo.service.wait_for(found["id"], "COMPLETED", "FAILED", "CRASHED")
    assert done["state_type"] == "COMPLETED"
    assert demo.outbox() == letters
    under = {run["name"].partition("：")[0]: run for run in runs(demo, parent_flow_run_id={"any_": [found["id"]]})}
    of_plan = under.pop("方案2 安全技能")
    assert [name[:5] for name in under] == ["报送情况表"]
    (of_phase,) = runs(demo, parent_flow_run_id={"any_": [of_plan["id"]]})
    assert of_phase["name"].startswith("方案2 安全技能 · 总结提升：")


def test_it_stops_leaving_nothing_behind_and_starts_again_on_the_same_data(demo: Demo) -> None:
    demo.service.run(BOARD)  # whatever moment was looked at before
    units = overdue_units(demo)
    automations = installed(demo)
    assert automations == sorted(f"{plan} 转阶段" for plan in PLANS)
    assert demo.service.stop() == 0
    assert demo.processes() == []
    demo.start()
    assert installed(demo) == automations
    assert wait_for(lambda: upcoming_mornings(demo))[0] > datetime.now(UTC)
    assert overdue_units(demo) == units
    assert demo.page().startswith("# 谁还没有报\n\n截至 7月26日 08:30。")
    assert INTERIM in offered(demo)["item"]["enum"]
