"""The call sheet and the trail as pages: what they say, and that no name can break them."""

from datetime import date, datetime

import pytest

from cuibao.model import Channel, Entry, Person, Receipt, Status, Unit
from cuibao.service.views.calls import Call, CallItem, CallSheet
from cuibao.service.views.trail import About, EntryMade, Trail
from flows.pages.calls import calls_page
from flows.pages.links import RECORD, Links
from flows.pages.trail import trail_page
from tests.unit import samples

NOW = datetime(2022, 7, 26, 8, 30, tzinfo=samples.CHINA)
OWED = samples.obligation(samples.SKILLS, "stage", date(2022, 7, 25))
NOWHERE, LINKS = Links({}, "县安委办"), Links({RECORD: "0f0f"}, "县安委办")
HARD = "镇|一[二](http://x)*_`<三>\\"
HARD_ESCAPED = r"镇\|一\[二\](http://x)\*\_\`\<三\>\\"


def call(unit: Unit, *, unreached: bool = False, bad: str = "", item: str = "事项") -> Call:
    overdue = CallItem(OWED, item, Status.OVERDUE, date(2022, 7, 25), 1, 3, "")
    back = CallItem(OWED, item, Status.RETURNED, date(2022, 7, 20), 0, 0, "缺|章")
    return Call(unit, unreached, bad, (overdue, back))


def page(*calls: Call, simulated: bool = False, links: Links = NOWHERE) -> str:
    return calls_page(CallSheet(NOW, simulated, calls), links).text


def entered(unit: str = "嘉定镇", note: str = "") -> EntryMade:
    entry = Receipt(OWED.key, Entry.RECEIVED, NOW, Channel.MAIL, "王", note, NOW, seq=2)
    return EntryMade(NOW, unit, About(OWED.key, "事项", unit, True), entry, None)


def test_it_parts_whom_no_letter_reaches_from_the_others() -> None:
    far = call(samples.unit("远镇"), unreached=True, bad="退信")
    first, _, rest = page(far, call(samples.unit())).partition("## 有逾期或退回的：1 个单位")
    assert "## 信送不到的，先打：1 个单位\n\n### 1. 远镇" in first
    assert "**退信**" in first
    assert rest.startswith("\n\n### 2. 嘉定镇\n\n联络员 李联络 **3330001**；分管领导 张分管（无电话）\n\n|")


def test_it_says_what_is_owed_since_when_and_how_often_it_was_written_for() -> None:
    rows = [line for line in page(call(samples.unit())).splitlines() if line.startswith("| 事项")]
    assert rows == [
        "| 事项 | 逾期未报 | 7月25日到期 | 1 天 | 3 封 |",
        "| 事项 | 退回待重报：缺\\|章 | 7月20日退回 |  | 0 封 |",
    ]


def test_it_says_that_there_is_nobody_to_phone_and_that_no_number_is_known() -> None:
    assert page().count("没有。") == 2
    nobody = Unit("a", "T01", "甲镇", (), (), Person(), Person(name="张", post="副镇长"), "towns")
    assert "分管领导 张（副镇长）（无电话）" in page(call(nobody))
    assert "通讯录里没有联系人和电话。" in page(call(Unit("a", "T01", "甲镇", (), (), Person(), Person(), "towns")))


@pytest.mark.parametrize("simulated", [True, False])
def test_each_page_says_of_a_simulation_that_it_is_one(simulated: bool) -> None:
    trail = Trail(samples.unit(), None, simulated, ())
    for drawn in (page(simulated=simulated), trail_page(trail, NOW, NOWHERE).text):
        assert ("模拟演练" in drawn) is simulated


def test_no_name_can_break_a_page() -> None:
    hard = page(call(samples.unit(HARD), bad=HARD, item=HARD), links=LINKS)
    assert f"### 1. {HARD_ESCAPED}\n" in hard
    assert f"**{HARD_ESCAPED}**" in hard
    assert f"| [{HARD_ESCAPED}](/v2/deployments/deployment/0f0f/run?parameters=" in hard
    trail = Trail(samples.unit(HARD), None, False, (entered(HARD, HARD),))
    drawn = trail_page(trail, NOW, LINKS).text
    form = LINKS.entry(HARD, "事项", Entry.WITHDRAWN, 2)
    inert = HARD_ESCAPED.replace("http:", "http:\u2060")
    assert drawn.splitlines()[-1] == (
        f"| 2022.7.26 08:30 | {HARD_ESCAPED} | 登记 [第2条]({form}) | 事项 "
        f"| 收到；2022-07-26 邮件；登记人 王；备注 {inert} |"
    )


def test_without_the_form_there_is_nothing_to_click() -> None:
    trail = Trail(samples.unit(), None, False, (entered(),))
    drawn = trail_page(trail, NOW, NOWHERE).text
    assert "| 登记 第2条 |" in drawn
    assert "点它的条号" not in drawn
