"""The pages that Prefect shows: what they say, what they link to, and that no name can break them."""

import json
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from cuibao.model import (
    NOTHING_ENTERED,
    Entry,
    GateReport,
    GateRow,
    Obligation,
    Period,
    Phase,
    Plan,
    Requirement,
    Standing,
    Status,
    Unit,
)
from cuibao.said import label_of
from cuibao.service.letters.phases import PhaseBrief
from cuibao.service.views.board import Cell, Overview, PlanTable, Progress, Trouble
from cuibao.service.views.year import YearEntry
from flows import pages
from flows.publish import _linker
from tests.unit import samples

NOW = datetime(2022, 7, 26, 8, 30, tzinfo=samples.CHINA)
INTERIM = samples.requirement("interim", "阶段性工作情况", samples.once(date(2022, 7, 25)))
HARD = "镇|一[二](http://x)*_`<三>\\"
HARD_ESCAPED = r"镇\|一\[二\](http://x)\*\_\`\<三\>\\"
LINK = _linker("0f0f", "县安委办")


def plain(unit: str, item: str, entry: Entry) -> str:
    return "#"


def plan_of(*requirements: Requirement) -> Plan:
    return Plan(2, "skills", "安全技能攻坚战", "安全技能", samples.PHASES, requirements, samples.OFFICE_CONTACT, ())


def period_of(
    requirement: Requirement = INTERIM, due: date = date(2022, 7, 25), label: str = "", phase: Phase = samples.PHASES[1]
) -> Period:
    return Period(plan_of(requirement), requirement, due.isoformat(), label, date(2022, 5, 1), due, phase)


def cell(unit: Unit, status: Status, received: datetime | None = None, period: Period | None = None) -> Cell:
    standing = Standing(first_at=received, received=True) if received else NOTHING_ENTERED
    return Cell(Obligation(period or period_of(), unit), status, standing)


def overview(
    *missing: Cell, simulated: bool = False, troubles: tuple[Trouble, ...] = (), strays: tuple[str, ...] = ()
) -> Overview:
    items = (Progress(missing[0].obligation.period, 5, missing),) if missing else ()
    return Overview(NOW, simulated, items, (), {Status.OVERDUE: len(missing)}, troubles, strays)


def table_lines(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("|")]


class TestOverview:
    def test_it_names_the_moment_and_who_is_missing(self) -> None:
        page = pages.overview_page(overview(cell(samples.unit(), Status.OVERDUE)), "攻坚战", plain, [])
        assert page.startswith("# 谁还没有报（7月26日 08:30）")
        assert "攻坚战：未到期 **0** 件，待报 **0** 件，临期 **0** 件，逾期未报 **1** 件" in page
        assert table_lines(page)[-1] == "| 安全技能·阶段性工作情况（7月25日前） | 4/5 | [嘉定镇](#) |"

    def test_it_says_that_there_is_nothing(self) -> None:
        assert "## 逾期未报 0 项，0 件\n\n没有。\n\n## 临期 0 项，0 件\n\n没有。" in pages.overview_page(
            overview(), "攻坚战", plain, []
        )

    def test_it_lists_an_item_under_what_each_unit_is(self) -> None:
        owing = (cell(samples.unit("甲镇"), Status.OVERDUE), cell(samples.unit("乙镇"), Status.DUE_SOON))
        item = Progress(period_of(), 2, owing)
        seen = Overview(NOW, False, (item,), (item,), {}, (), ())
        overdue, soon = pages.overview_page(seen, "攻坚战", plain, []).split("## 临期")
        assert "甲镇" in overdue
        assert "乙镇" not in overdue
        assert "乙镇" in soon
        assert "甲镇" not in soon

    @pytest.mark.parametrize("simulated", [True, False])
    def test_it_says_of_a_simulation_that_it_is_one(self, simulated: bool) -> None:
        page = pages.overview_page(overview(simulated=simulated), "攻坚战", plain, [])
        assert ("模拟演练：以下报送情况由程序模拟产生，不是真实数据" in page) is simulated

    def test_it_shows_whom_no_letter_reaches(self) -> None:
        trouble = Trouble(HARD, "退信", "4月18日：550 <no|such>")
        page = pages.overview_page(overview(troubles=(trouble,)), "攻坚战", plain, [])
        assert "## 信送不到的单位，请电话联系" in page
        assert table_lines(page)[-1] == f"| {HARD_ESCAPED} | 退信 | 4月18日：550 \\<no\\|such\\> |"

    def test_it_shows_what_was_received_for_nothing_in_the_schedule(self) -> None:
        page = pages.overview_page(overview(strays=("skills old-id once jiading",)), "攻坚战", plain, [])
        assert "## 台账里有登记、日程里没有的" in page
        assert table_lines(page)[-1] == "| skills old-id once jiading |"
        assert "日程里没有的" not in pages.overview_page(overview(), "攻坚战", plain, [])

    def test_it_leads_to_the_other_pages(self) -> None:
        page = pages.overview_page(overview(), "攻坚战", plain, [("全年日程", "/v2/a"), ("方案1", "/v2/b")])
        assert page.endswith("[全年日程](/v2/a) · [方案1](/v2/b)")

    def test_it_says_first_that_mails_wait_for_a_person(self) -> None:
        page = pages.overview_page(overview(), "攻坚战", plain, [], (3, "/v2/q"))
        assert "**有 3 封来信待认领**，认领以前不算已报：[打开处理](/v2/q)" in page.split("## ")[0]
        assert "待认领" not in pages.overview_page(overview(), "攻坚战", plain, [])

    def test_it_lets_no_name_break_the_table(self) -> None:
        hard = cell(samples.unit(HARD), Status.OVERDUE)
        page = pages.overview_page(overview(hard), "攻坚战", LINK, [])
        (row,) = [line for line in table_lines(page) if HARD_ESCAPED in line]
        assert row.replace("\\|", "").count("|") == 4

    def test_it_says_the_same_in_a_log(self) -> None:
        seen = overview(cell(samples.unit(), Status.OVERDUE), troubles=(Trouble("乙镇", "无有效地址", ""),))
        assert pages.overview_lines(seen).splitlines() == [
            "7月26日 08:30 逾期未报 1 项，1 件；临期 0 项，0 件",
            "【逾期】安全技能·阶段性工作情况（7月25日前） 已报 4/5，未报：嘉定镇",
            "【信送不到】乙镇：无有效地址",
        ]


class TestLink:
    @pytest.mark.parametrize("name", ["嘉定镇", HARD, 'a"b&c=d?e#f%g+h i)'])
    def test_it_fills_in_the_form_with_what_the_cell_stands_for(self, name: str) -> None:
        address = urlsplit(LINK(name, label_of(period_of()), Entry.RECEIVED))
        assert address.path == "/v2/deployments/deployment/0f0f/run"
        assert json.loads(parse_qs(address.query)["parameters"][0]) == {
            "units": [name],
            "item": "安全技能·阶段性工作情况（7月25日前）",
            "entry": "收到",
            "channel": "邮件",
            "by": "县安委办",
        }

    def test_it_holds_nothing_that_ends_a_markdown_link(self) -> None:
        assert not set("()[]|<> \n") & set(LINK(HARD, "（)（", Entry.RECEIVED))


class TestPlan:
    @pytest.mark.parametrize(
        ("status", "received", "shown"),
        [
            (Status.UPCOMING, None, "·"),
            (Status.OPEN, None, "[待报](#)"),
            (Status.DUE_SOON, None, "[临期](#)"),
            (Status.OVERDUE, None, "[**逾期**](#)"),
            (Status.ON_TIME, datetime(2022, 7, 24, 16, tzinfo=samples.CHINA), "[✓ 7.24](#)"),
            (Status.LATE, datetime(2022, 8, 1, 9, tzinfo=samples.CHINA), "[✓ 迟报 8.1](#)"),
        ],
    )
    def test_it_shows_where_each_unit_stands(self, status: Status, received: datetime | None, shown: str) -> None:
        period = period_of()
        table = PlanTable(plan_of(), (period,), ((samples.unit(), (cell(samples.unit(), status, received),)),))
        page = pages.plan_page(table, NOW, False, plain, None)
        assert table_lines(page) == ["| 单位 | 阶段性工作情况 7.25 |", "| --- | --- |", f"| 嘉定镇 | {shown} |"]

    def test_it_leaves_blank_what_a_unit_does_not_owe(self) -> None:
        table = PlanTable(plan_of(), (period_of(),), ((samples.unit(HARD), (None,)),))
        assert table_lines(pages.plan_page(table, NOW, False, plain, None))[-1] == f"| {HARD_ESCAPED} |  |"

    def test_it_shortens_a_heading_only_where_no_other_column_has_it(self) -> None:
        periods = tuple(
            period_of(samples.requirement(title, title, samples.once(due)), due, label)
            for title, due, label in (
                ("进展", date(2022, 5, 20), "5月"),
                ("进展", date(2022, 6, 20), "6月"),
                ("检查", date(2022, 6, 25), "6月"),
            )
        )
        head = table_lines(pages.plan_page(PlanTable(plan_of(), periods, ()), NOW, False, plain, None))[0]
        assert head == "| 单位 | 5月 5.20 | 进展 6月 6.20 | 检查 6月 6.25 |"

    def test_it_says_when_it_was_drawn_and_where_the_newest_is(self) -> None:
        page = pages.plan_page(PlanTable(plan_of(), (), ()), NOW, False, plain, "/v2/board")
        assert "截至 7月26日 08:30。登记以后请从[报送情况表](/v2/board)打开本表，才是最新的。" in page

    def test_it_says_of_a_simulation_that_it_is_one(self) -> None:
        assert "模拟演练" in pages.plan_page(PlanTable(plan_of(), (), ()), NOW, True, plain, None)


class TestCalendar:
    def test_it_lists_every_period_and_marks_the_next(self) -> None:
        entries = [
            YearEntry(period_of(due=date(2022, 6, 25)), date(2022, 6, 24), (samples.unit(),)),
            YearEntry(
                period_of(due=date(2022, 7, 29), label="7月"), date(2022, 7, 29), (samples.unit(), samples.unit())
            ),
            YearEntry(period_of(due=date(2022, 12, 31)), date(2022, 12, 30), ()),
        ]
        rows = table_lines(pages.calendar_page(entries, date(2022, 7, 26)))
        assert rows[2:] == [
            "| 6月25日 | 6月24日 | 2 安全技能 | 阶段性工作情况 | 集中实施 | 1 | 四（二） |",
            "| 7月29日 ←下一个 | 当日 | 2 安全技能 | 阶段性工作情况（7月） | 集中实施 | 2 | 四（二） |",
            "| 12月31日 | 12月30日 | 2 安全技能 | 阶段性工作情况 | 集中实施 | 0 | 四（二） |",
        ]

    def test_it_tells_a_milestone_from_a_report(self) -> None:
        milestone = samples.requirement("made", "制定方案", samples.once(date(2022, 4, 30)), tracked=False)
        page = pages.calendar_page([YearEntry(period_of(milestone), date(2022, 7, 25), ())], date(2023, 1, 1))
        assert "| 工作节点 |" in page
        assert "←下一个" not in page


class TestPhase:
    def test_it_shows_what_a_phase_has_in_hand_and_what_it_inherits(self) -> None:
        owing = Progress(period_of(), 5, (cell(samples.unit(), Status.OVERDUE),))
        page = pages.brief_page(PhaseBrief(plan_of(), samples.IMPLEMENTATION, (owing,), (owing,)), NOW, True)
        assert "# 方案2 安全技能 · 集中实施\n\n5月1日至9月30日。截至 7月26日 08:30 已报 4/5" in page
        assert "模拟演练" in page
        assert "## 以前阶段的欠报" in page
        assert table_lines(page).count("| 安全技能·阶段性工作情况（7月25日前） | 4/5 | 嘉定镇 |") == 2

    def test_it_leaves_a_record_of_each_unit_when_a_phase_closes(self) -> None:
        rows = (GateRow(samples.unit(HARD), 1, 2, ("联络人", "实施|方案")),)
        page = pages.gate_page(GateReport(plan_of(), samples.MOBILIZATION, NOW, rows), False)
        assert page.startswith("# 阶段小结：方案2 安全技能 · 动员部署\n\n4月1日至4月30日")
        assert table_lines(page)[-1] == f"| {HARD_ESCAPED} | 1 | 2 | 2 | 联络人、实施\\|方案 |"
