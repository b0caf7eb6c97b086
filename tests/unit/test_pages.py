"""The pages that Prefect shows: what they say, what they link to, and that no name can break them."""

import json
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from cuibao.ledger import ReadMail
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
from cuibao.service.letters.clock import Asked
from cuibao.service.mail.waiting import Waiting
from cuibao.service.views.board import Board, Cell, Progress
from cuibao.service.views.briefs import PhaseBrief
from cuibao.service.views.overview import overview
from cuibao.service.views.plan_table import PlanTable
from cuibao.service.views.troubles import Trouble
from cuibao.service.views.year import YearLine
from flows.pages.brief import brief_page
from flows.pages.gate import gate_page
from flows.pages.links import BOARD, CALLS, CLAIM, MORNING, PAUSE, RECORD, TRAIL, Links
from flows.pages.markdown import NO_LINK, Page, page, unbroken
from flows.pages.overview import overview_lines, overview_page
from flows.pages.plan_table import plan_page
from flows.pages.queue import queue_page
from flows.pages.year import year_page
from tests.unit import samples

NOW = datetime(2022, 7, 26, 8, 30, tzinfo=samples.CHINA)
FRESH = date(2022, 7, 25)
INTERIM = samples.requirement("interim", "阶段性工作情况", samples.once(date(2022, 7, 25)))
HARD = "镇|一[二](http://x)*_`<三>\\"
HARD_ESCAPED = r"镇\|一\[二\](http:<wbr>//x)\*\_\`\<三\>\\"
NOWHERE = Links({}, "县安委办")
LINKS = Links({name: f"{name.encode().hex()}" for name in (BOARD, CALLS, CLAIM, MORNING, RECORD, TRAIL)}, "县安委办")


def plan_of(*requirements: Requirement) -> Plan:
    return Plan(2, "skills", "安全技能攻坚战", "安全技能", samples.PHASES, requirements, samples.OFFICE_CONTACT, ())


def period_of(
    requirement: Requirement = INTERIM, due: date = date(2022, 7, 25), label: str = "", phase: Phase = samples.PHASES[1]
) -> Period:
    return Period(plan_of(requirement), requirement, due.isoformat(), label, date(2022, 5, 1), due, phase)


def cell(unit: Unit, status: Status, received: datetime | None = None, period: Period | None = None) -> Cell:
    standing = Standing(first_at=received, received=True) if received else NOTHING_ENTERED
    return Cell(Obligation(period or period_of(), unit), status, standing)


def board(
    *cells: Cell,
    total: int = 5,
    simulated: bool = False,
    troubles: tuple[Trouble, ...] = (),
    waiting: tuple[Waiting, ...] = (),
    strays: tuple[str, ...] = (),
    notices: tuple[str, ...] = (),
) -> Board:
    """A board of one item, of which `cells` are what is missing."""
    progress = (Progress(cells[0].obligation.period, total, cells),) if cells else ()
    return Board(NOW, FRESH, simulated, cells, progress, troubles, waiting, {}, Asked(None, ()), strays, notices)


def front(seen: Board, links: Links = NOWHERE) -> str:
    return overview_page(seen, "攻坚战", links, []).text


@pytest.fixture
def mail() -> Waiting:
    """A mail of the queue of which nothing is known."""
    return Waiting(ReadMail("0", "", "a@b.cn", "", "", (), NOW, NOW, "queue", ""), None, ())


def table_lines(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("|")]


class TestPage:
    def test_it_says_the_same_whenever_it_was_drawn(self) -> None:
        first = page("题", NOW, "说明。", "一", ["二", "三"])
        assert first.text == "# 题\n\n截至 7月26日 08:30。说明。\n\n一\n\n二\n\n三"
        assert page("题", datetime(2022, 8, 1, 9, tzinfo=samples.CHINA), "说明。", "一", "二", "三").says(first.text)

    @pytest.mark.parametrize(
        "other", [page("题", NOW, "", "二"), page("目", NOW, "", "一"), page("题", NOW, "", "一", "二")]
    )
    def test_it_says_something_else_where_anything_else_changed(self, other: Page) -> None:
        assert not other.says(page("题", NOW, "", "一").text)
        assert not other.says(None)
        assert not other.says("谁报了、谁没报。")


class TestOverview:
    def test_it_says_on_top_what_is_paused_whatever_the_reason_was(self) -> None:
        links = Links({PAUSE: "there"}, "县安委办")
        text = overview_page(board(), "攻坚战", links, [], ["全部单位，原因：[停](http://x)"]).text
        line = r"**暂停催报**：全部单位，原因：\[停\](http:<wbr>//x)。[看暂停的或解除]("
        assert line in text
        assert text.index("暂停催报") < text.index("逾期未报 **")
        assert "暂停催报" not in front(board())

    def test_it_says_what_was_promised(self) -> None:
        seen = board(replace(cell(samples.unit("甲镇"), Status.OVERDUE), promised=date(2022, 7, 29)))
        assert "甲镇（已承诺7月29日）" in front(seen)

    def test_its_foot_says_what_is_to_be_known_about_whom_to_believe(self) -> None:
        seen = board(cell(samples.unit(), Status.OVERDUE), notices=("谁都能<冒充>", "见 https://evil.example"))
        drawn = front(seen)
        foot = drawn.partition("## 来信核实")[2].partition("## 其他报表")[0]
        assert foot.strip() == f"- 谁都能\\<冒充\\>\n- 见 https:{NO_LINK}//evil.example"
        assert "【来信核实】谁都能<冒充>" in overview_lines(seen, overview(seen))
        assert "来信核实" not in front(board(cell(samples.unit(), Status.OVERDUE)))

    def test_what_is_urgent_comes_first_then_who_owes_most_then_each_item(self) -> None:
        today, old = period_of(due=date(2022, 7, 26)), period_of(due=date(2022, 7, 22))
        cells = (
            cell(samples.unit("甲镇"), Status.DUE_SOON, period=today),
            cell(samples.unit("乙镇", "yi"), Status.OVERDUE),
            cell(samples.unit("丙镇", "bing"), Status.OVERDUE, period=old),
            cell(samples.unit("乙镇", "yi"), Status.RETURNED, period=old),
        )
        progress = tuple(Progress(each.obligation.period, 5, (each,)) for each in cells)
        drawn = front(replace(board(*cells), progress=progress), LINKS)
        heads = [line for line in drawn.splitlines() if line.startswith("#")]
        assert heads[1:5] == [
            "## 今天到期 1 件，7月25日以来新逾期 1 件",
            "## 按单位：2 个单位欠 3 件",
            "## 按事项",
            "### 逾期未报 2 项，2 件",
        ]
        urgent, by_unit = drawn.split("\n## ")[1:3]
        assert [line.partition("](")[0] for line in table_lines(urgent)[2:]] == [
            f"| **{unbroken('今天到期')}** | 安全技能·阶段性工作情况（7月26日前） | 4/5 | [甲镇",
            f"| **{unbroken('新逾期')}** | 安全技能·阶段性工作情况（7月25日前） | 4/5 | [乙镇",
        ]
        first, second = table_lines(by_unit)[2:]
        oldest = "[安全技能·阶段性工作情况（7月22日前）]("
        assert first.startswith(f"| [乙镇]({LINKS.trail('乙镇')}) | 1 | 1 | 4 天 | {oldest}")
        assert second.startswith(f"| [丙镇]({LINKS.trail('丙镇')}) | 1 |  | 4 天 |")

    def test_it_says_that_nothing_is_urgent(self) -> None:
        drawn = front(board())
        assert "## 今天到期 0 件，7月25日以来新逾期 0 件\n\n今天没有到期的；7月25日以来没有新逾期的。" in drawn
        assert "## 按单位：0 个单位欠 0 件\n\n没有。" in drawn

    def test_it_names_the_moment_and_who_is_missing(self) -> None:
        drawn = front(board(cell(samples.unit(), Status.OVERDUE)), LINKS)
        assert drawn.startswith("# 谁还没有报\n\n截至 7月26日 08:30。有变化时本页自动更新")
        assert "攻坚战：未到期 **0** 件，待报 **0** 件，临期 **0** 件，逾期未报 **1** 件" in drawn
        (row,) = [line for line in table_lines(drawn) if line.startswith("| 安全技能")]
        assert row.startswith("| 安全技能·阶段性工作情况（7月25日前） | 4/5 | [嘉定镇](/v2/deployments/deployment/")

    def test_it_says_where_to_see_when_it_was_looked_at_last(self) -> None:
        assert f"最近一次核对的时间见[每日催报]({LINKS.runs(MORNING)})的运行记录。" in front(board(), LINKS)

    def test_it_says_that_there_is_nothing(self) -> None:
        assert "### 逾期未报 0 项，0 件\n\n没有。\n\n### 临期 0 项，0 件\n\n没有。" in front(board())

    def test_it_lists_an_item_under_what_each_unit_is(self) -> None:
        owing = (cell(samples.unit("甲镇"), Status.OVERDUE), cell(samples.unit("乙镇"), Status.DUE_SOON))
        overdue, soon = front(board(*owing, total=2)).partition("### 逾期未报")[2].split("### 临期")
        assert "甲镇" in overdue
        assert "乙镇" not in overdue
        assert "乙镇" in soon
        assert "甲镇" not in soon

    @pytest.mark.parametrize("simulated", [True, False])
    def test_it_says_of_a_simulation_that_it_is_one(self, simulated: bool) -> None:
        drawn = front(board(simulated=simulated))
        assert ("模拟演练：以下报送情况由程序模拟产生，不是真实数据" in drawn) is simulated

    def test_it_shows_whom_no_letter_reaches(self) -> None:
        trouble = Trouble(HARD, "退信", "4月18日：550 <no|such>")
        drawn = front(board(troubles=(trouble,)))
        assert "## 信送不到的单位，请电话联系" in drawn
        assert table_lines(drawn)[-1] == f"| {HARD_ESCAPED} | 退信 | 4月18日：550 \\<no\\|such\\> |"

    def test_it_shows_what_was_received_for_nothing_in_the_schedule(self) -> None:
        drawn = front(board(strays=("skills old-id once jiading",)))
        assert "## 台账里有登记、日程里没有的" in drawn
        assert table_lines(drawn)[-1] == "| skills old-id once jiading |"
        assert "日程里没有的" not in front(board())

    def test_it_leads_to_the_other_pages(self) -> None:
        drawn = overview_page(board(), "攻坚战", LINKS, [("全年日程", "/v2/a"), ("方案1", "/v2/b")]).text
        *_, last = drawn.split("\n\n")
        assert [part.partition("](")[0].strip("[") for part in last.split(" · ")] == [
            *("登记（一次登记几个单位）", "往来记录", "待认领的来信", "电话催报单"),
            *("全年日程", "方案1"),
        ]
        assert f"[电话催报单]({LINKS.page(CALLS)})" in last

    def test_that_of_one_of_several_campaigns_says_of_which_and_where_the_board_across_is(self) -> None:
        links = Links({BOARD: "across"}, "县安委办")
        drawn = overview_page(board(), "冬季|攻坚", links, [], one=True).text
        assert drawn.startswith("# 谁还没有报：冬季\\|攻坚\n")
        assert f"的运行记录。全部攻坚战见[报送情况表]({links.page(BOARD)})。" in drawn
        assert "全部攻坚战" not in front(board(), links)

    def test_it_says_first_that_mails_wait_for_a_person(self, mail: Waiting) -> None:
        drawn = front(board(waiting=(mail,) * 3), LINKS)
        assert f"**有 3 封来信待认领**，认领以前不算已报：[打开处理]({LINKS.page(CLAIM)})" in drawn.split("## ")[0]
        assert "认领以前" not in front(board(), LINKS)

    def test_it_says_how_many_of_them_are_bounces(self, mail: Waiting) -> None:
        bounce = replace(mail, mail=replace(mail.mail, waits="bounce", reason="退信：写明没有送达a@b.cn"))
        drawn = front(board(waiting=(bounce, mail)), LINKS)
        assert "**有 2 封来信待认领**（其中退信 1 封，排在最前），认领以前不算已报" in drawn
        rows = table_lines(queue_page(board(waiting=(bounce, mail)), LINKS).text)
        assert ["**退信**" in row for row in rows] == [False, False, True, False]
        assert "我们的信没有送达" in queue_page(board(waiting=(bounce,)), LINKS).text
        assert "退信" not in queue_page(board(waiting=(mail,)), LINKS).text

    def test_it_lets_no_name_break_the_table(self) -> None:
        drawn = front(board(cell(samples.unit(HARD), Status.OVERDUE)), LINKS)
        rows = [line for line in table_lines(drawn) if HARD_ESCAPED in line]
        assert [row.replace("\\|", "").count("|") for row in rows] == [5, 6, 4]  # urgent, by unit, by item

    def test_it_says_the_same_in_a_log(self) -> None:
        seen = board(cell(samples.unit(), Status.OVERDUE), troubles=(Trouble("乙镇", "无有效地址", ""),))
        assert overview_lines(seen, overview(seen)).splitlines() == [
            "7月26日 08:30 逾期未报 1 项，1 件；临期 0 项，0 件",
            "【新逾期】安全技能·阶段性工作情况（7月25日前） 未报：嘉定镇",
            "【逾期】安全技能·阶段性工作情况（7月25日前） 已报 4/5，未报：嘉定镇",
            "【信送不到】乙镇：无有效地址",
        ]


class TestLinks:
    @pytest.mark.parametrize("name", ["嘉定镇", HARD, 'a"b&c=d?e#f%g+h i)'])
    def test_it_fills_in_the_form_with_what_the_cell_stands_for(self, name: str) -> None:
        address = urlsplit(LINKS.entry(name, label_of(period_of()), Entry.RECEIVED) or "")
        assert f"{address.path}" == LINKS.form(RECORD)
        assert json.loads(parse_qs(address.query)["parameters"][0]) == {
            "units": [name],
            "item": "安全技能·阶段性工作情况（7月25日前）",
            "entry": "收到",
            "channel": "邮件",
            "by": "县安委办",
        }

    def test_it_holds_nothing_that_ends_a_markdown_link(self) -> None:
        assert not set("()[]|<> \n") & set(LINKS.entry(HARD, "（)（", Entry.RECEIVED) or "")

    def test_it_leads_nowhere_where_nothing_is_installed(self) -> None:
        assert (NOWHERE.page(BOARD), NOWHERE.form(RECORD), NOWHERE.trail("嘉定镇")) == (None, None, None)


class TestPlan:
    @pytest.mark.parametrize(
        ("status", "received", "shown"),
        [
            (Status.UPCOMING, None, "·"),
            (Status.OPEN, None, "待报"),
            (Status.DUE_SOON, None, "临期"),
            (Status.OVERDUE, None, "**逾期**"),
            (Status.ON_TIME, datetime(2022, 7, 24, 16, tzinfo=samples.CHINA), "✓ 7.24"),
            (Status.LATE, datetime(2022, 8, 1, 9, tzinfo=samples.CHINA), "✓ 迟报 8.1"),
        ],
    )
    def test_it_shows_where_each_unit_stands(self, status: Status, received: datetime | None, shown: str) -> None:
        period = period_of()
        table = PlanTable(plan_of(), (period,), ((samples.unit(), (cell(samples.unit(), status, received),)),))
        drawn = plan_page(table, board(), NOWHERE).text
        assert table_lines(drawn) == ["| 单位 | 阶段性工作情况 7.25 |", "| --- | --- |", f"| 嘉定镇 | {shown} |"]

    def test_it_leaves_blank_what_a_unit_does_not_owe(self) -> None:
        table = PlanTable(plan_of(), (period_of(),), ((samples.unit(HARD), (None,)),))
        assert table_lines(plan_page(table, board(), NOWHERE).text)[-1] == f"| {HARD_ESCAPED} |  |"

    def test_it_shortens_a_heading_only_where_no_other_column_has_it(self) -> None:
        periods = tuple(
            period_of(samples.requirement(title, title, samples.once(due)), due, label)
            for title, due, label in (
                ("进展", date(2022, 5, 20), "5月"),
                ("进展", date(2022, 6, 20), "6月"),
                ("检查", date(2022, 6, 25), "6月"),
            )
        )
        head = table_lines(plan_page(PlanTable(plan_of(), periods, ()), board(), NOWHERE).text)[0]
        assert head == "| 单位 | 5月 5.20 | 进展 6月 6.20 | 检查 6月 6.25 |"

    def test_what_a_clerk_calls_an_event_does_nothing_to_the_page(self) -> None:
        event = period_of(label=HARD)
        head = table_lines(plan_page(PlanTable(plan_of(), (event,), ()), board(), NOWHERE).text)[0]
        assert head == f"| 单位 | {HARD_ESCAPED} 7.25 |"

    def test_what_is_too_wide_for_a_page_has_a_table_for_each_requirement(self) -> None:
        weekly = samples.requirement("weekly", "周报", samples.once(date(2022, 5, 6)))
        others = [samples.requirement(title, title, samples.once(date(2022, 5, 9))) for title in ("方案", "总结")]
        periods = (
            *(period_of(weekly, date(2022, 5, day), f"第{day}周") for day in range(1, 17)),
            period_of(others[0], date(2022, 5, 9), "5月"),
            period_of(others[1], date(2022, 5, 9), ""),
        )
        town, bureau = samples.unit(), samples.unit("县公安局", "police", "D01")
        mine = tuple(cell(town, Status.OPEN, None) for _ in range(16))
        rows = ((town, (*mine, None, None)), (bureau, (*(None for _ in mine), cell(bureau, Status.OPEN, None), None)))
        drawn = plan_page(PlanTable(plan_of(), periods, rows), board(), NOWHERE).text
        first, second = drawn.split("## 周报")[1].split("## 其他事项")
        assert table_lines(first)[0].startswith("| 单位 | 第1周 5.1 | 第2周 5.2 |")
        assert [line.split(" | ")[0] for line in table_lines(first)[2:]] == ["| 嘉定镇"]
        assert table_lines(second)[0] == "| 单位 | 方案 5月 5.9 | 总结 5.9 |"
        assert [line.split(" | ")[0] for line in table_lines(second)[2:]] == ["| 县公安局"]

    def test_it_says_when_it_was_drawn_and_where_the_newest_is(self) -> None:
        drawn = plan_page(PlanTable(plan_of(), (), ()), board(), LINKS).text
        assert (
            f"截至 7月26日 08:30。有变化时本页自动更新，不用重新打开。全部方案见[报送情况表]({LINKS.page(BOARD)})。"
            in drawn
        )

    def test_a_plan_that_another_campaign_has_too_bears_its_code(self) -> None:
        drawn = plan_page(PlanTable(replace(plan_of(), tag="XF2023", shared=True), (), ()), board(), LINKS).text
        assert drawn.split("\n")[0].endswith("（XF2023）")

    def test_it_says_of_a_simulation_that_it_is_one(self) -> None:
        assert "模拟演练" in plan_page(PlanTable(plan_of(), (), ()), board(simulated=True), NOWHERE).text


class TestCalendar:
    def test_it_lists_every_period_and_marks_the_next(self) -> None:
        entries = [
            YearLine(period_of(due=date(2022, 6, 25)), date(2022, 6, 24), (samples.unit(),)),
            YearLine(
                period_of(due=date(2022, 7, 29), label="7月"), date(2022, 7, 29), (samples.unit(), samples.unit())
            ),
            YearLine(period_of(due=date(2022, 12, 31)), date(2022, 12, 30), ()),
        ]
        rows = table_lines(year_page(entries, NOW).text)
        assert rows[2:] == [
            "| 6月25日 | 6月24日 | 2 安全技能 | 阶段性工作情况 | 集中实施 | 1 | 四（二） |",
            "| 7月29日 ←下一个 | 当日 | 2 安全技能 | 阶段性工作情况（7月） | 集中实施 | 2 | 四（二） |",
            "| 12月31日 | 12月30日 | 2 安全技能 | 阶段性工作情况 | 集中实施 | 0 | 四（二） |",
        ]

    def test_it_tells_a_milestone_from_a_report(self) -> None:
        milestone = samples.requirement("made", "制定方案", samples.once(date(2022, 4, 30)), tracked=False)
        drawn = year_page(
            [YearLine(period_of(milestone), date(2022, 7, 25), ())], datetime(2023, 1, 1, tzinfo=samples.CHINA)
        ).text
        assert "| 工作节点 |" in drawn
        assert "←下一个" not in drawn


class TestPhase:
    def test_it_shows_what_a_phase_has_in_hand_and_what_it_inherits(self) -> None:
        owing = Progress(period_of(), 5, (cell(samples.unit(), Status.OVERDUE),))
        drawn = brief_page(
            PhaseBrief(plan_of(), samples.IMPLEMENTATION, (owing,), (owing,)), board(simulated=True)
        ).text
        assert "# 方案2 安全技能 · 集中实施\n\n截至 7月26日 08:30。阶段为5月1日至9月30日，已报 4/5。" in drawn
        assert "模拟演练" in drawn
        assert "## 以前阶段的欠报" in drawn
        assert table_lines(drawn).count("| 安全技能·阶段性工作情况（7月25日前） | 4/5 | 嘉定镇 |") == 2

    def test_it_leaves_a_record_of_each_unit_when_a_phase_closes(self) -> None:
        rows = (GateRow(samples.unit(HARD), 1, 2, ("联络人", "实施|方案")),)
        drawn = gate_page(GateReport(plan_of(), samples.MOBILIZATION, NOW, rows), False).text
        assert drawn.startswith("# 阶段小结：方案2 安全技能 · 动员部署\n\n截至 7月26日 08:30。阶段为4月1日至4月30日。")
        assert table_lines(drawn)[-1] == f"| {HARD_ESCAPED} | 1 | 2 | 2 | 联络人、实施\\|方案 |"
