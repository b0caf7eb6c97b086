"""What an office is called: of its own campaign, and nowhere else of one county."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.loading import load_campaign
from cuibao.model import Expected
from cuibao.policy.mail.labelled import stated
from cuibao.policy.mail.naming import Wording
from cuibao.policy.mail.note import odd_clause
from cuibao.policy.mail.speech import asks
from cuibao.policy.offices import OfficeNames
from cuibao.rendering.contacts import office_view
from cuibao.settings import CHECKOUT
from tests.flows.small import lay_out
from tests.offices import office, spoil
from tests.unit import samples

OURS = samples.campaign(samples.SKILLS)
THEIRS = replace(OURS, office="龙南市防汛抗旱指挥部办公室", short="龙南市防指办")


def names(full: str, short: str) -> OfficeNames:
    return OfficeNames.of(replace(OURS, office=full, short=short))


@pytest.mark.parametrize(
    ("full", "short", "familiar", "county"),
    [
        ("信丰县安全生产委员会办公室", "信丰县安委办", "县安委办", "信丰县"),
        ("龙南市防汛抗旱指挥部办公室", "龙南市防指办", "市防指办", "龙南市"),
        ("赣州市信丰县应急管理局", "信丰县应急局", "县应急局", "信丰县"),
        ("赣州市信丰县应急管理局", "赣州市信丰县应急局", "县应急局", "信丰县"),
        ("应急管理局", "", "应急管理局", ""),
        ("市场监督管理局", "", "市场监督管理局", ""),
        ("信丰县城市管理局", "", "县城市管理局", "信丰县"),
    ],
)
def test_everyone_in_the_county_leaves_out_its_name(full: str, short: str, familiar: str, county: str) -> None:
    found = names(full, short)
    assert (found.familiar, found.county) == (familiar, county)


def test_the_office_of_a_committee_is_also_called_by_it() -> None:
    found = OfficeNames.of(OURS)
    assert found.bare == ("安委办", "安委会", "安委会办公室", "安全生产委员会办公室")
    assert "信丰县安委会办公室" in found.addressed
    assert OfficeNames.of(THEIRS).bare == ("防指办", "防汛抗旱指挥部办公室")


@pytest.mark.parametrize(
    "greeting",
    [
        "{}市防指办：\n附件请查收。",
        "市防汛抗旱指挥部办公室：现将材料报送贵办。",
        "龙南应急局：\n附件请查收。",
        "材料已上报，纸质件已寄市防指办。",
    ],
)
def test_a_note_may_greet_its_own_office_and_no_other(greeting: str) -> None:
    def odd(of: OfficeNames) -> str:
        return odd_clause(greeting.format("龙南"), lambda clause: clause, of)

    assert odd(OfficeNames.of(THEIRS)) == ""
    assert odd(OfficeNames.of(OURS)) != ""


def test_what_is_asked_of_the_office_is_asked_of_its_own() -> None:
    text = ("请市防指办批准。",)
    assert asks(text, OfficeNames.of(THEIRS))
    assert not asks(text, OfficeNames.of(OURS))


def test_the_offices_own_liaison_is_no_answer() -> None:
    text = "已找防指办联络员，联络员：张三，电话：0797-3330001"

    def found(of: OfficeNames) -> int:
        return len(stated(text, (Expected.NAME, Expected.PHONE), (), of))

    assert (found(OfficeNames.of(THEIRS)), found(OfficeNames.of(OURS))) == (0, 2)


def test_a_files_name_and_a_plans_title_may_bear_the_county() -> None:
    title = "龙南市危险化学品专项治理实施方案"
    plan = replace(samples.SKILLS, title=title)
    theirs = Wording(replace(THEIRS, plans=(plan,)))
    assert theirs.unexplained("龙南市防指办") == ""
    assert Wording(OURS).unexplained("龙南市防指办") != ""
    assert theirs.read("危险化学品专项治理").plans == (plan.id,)


# --- the file ---


def test_an_office_without_a_short_name_goes_by_its_whole(tmp_path: Path) -> None:
    lay_out(tmp_path)
    head = tmp_path / "schedules" / "small" / "campaign.yaml"
    campaign = load_campaign(head.parent, tmp_path / "contacts")
    assert office_view(campaign).short == "信丰县安委办"
    spoil(head, "  short: 信丰县安委办\n", "")
    assert office_view(load_campaign(head.parent, tmp_path / "contacts")).short == "信丰县安全生产委员会办公室"


def test_a_short_name_is_one_word(tmp_path: Path) -> None:
    lay_out(tmp_path)
    head = tmp_path / "schedules" / "small" / "campaign.yaml"
    spoil(head, "short: 信丰县安委办", "short: 信丰县 安委办")
    with pytest.raises(Faults) as caught:
        load_campaign(head.parent, tmp_path / "contacts")
    (line,) = caught.value.lines
    assert line.endswith('office.short：应为办公室的简称，2 至 20 个字，中间没有空格，现为 "信丰县 安委办"')


def test_the_clerk_is_the_office_unless_somebody_is_set(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with office(tmp_path) as opened:
        assert opened.clerk == "县安委办"
    with office(tmp_path, CUIBAO_CLERK="陈运发") as opened:
        assert opened.clerk == "陈运发"
    head = tmp_path / "schedules" / "small" / "campaign.yaml"
    spoil(head, "name: 信丰县安全生产委员会办公室\n  short: 信丰县安委办", "name: 龙南市应急管理局")
    with office(tmp_path) as opened:
        assert opened.clerk == "市应急管理局"


def test_no_word_of_one_county_is_in_the_engine() -> None:
    files = [path for folder in ("cuibao", "flows") for path in (CHECKOUT / folder).rglob("*.py")]
    assert len(files) > 200
    assert [path for path in files if re.search("信丰|xinfeng|安委", path.read_text(encoding="utf-8"))] == []
