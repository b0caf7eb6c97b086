"""Several campaigns in one office: one letter a unit a morning, one ledger, one mailbox; each by itself where it is."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from cuibao.cli.board import board
from cuibao.errors import Contradiction, Faults
from cuibao.model import Channel, LetterStatus
from cuibao.office import Office, open_office
from cuibao.said import label_of
from cuibao.service.checking import warnings
from cuibao.service.contacts.changing import change_liaison, plan_import, read_table
from cuibao.service.entries.lookup import item_named, plan_named
from cuibao.service.entries.record import record
from cuibao.service.letters import closing, morning, starting
from cuibao.service.letters.beginning import waiting_for_yes
from cuibao.service.replay import replay
from cuibao.service.views.board import look, of_campaign
from cuibao.service.views.trail import EntryMade, trail
from cuibao.settings import read_settings
from tests.integration.smtp_server import Kept, SmtpServer
from tests.offices import at, in_earnest, letters_to, office, set_clock, spoil
from tests.several import FIRST, ROADS, ROADS_PLAN, SECOND, add, lay_out

BOTH_DUE = "2025-12-03T08:30"  # the third of December: both monthly reports
HALL = "样例县安全生产委员会办公室"
HAULIERS = """
units:
  - {id: shunda, no: E01, name: 顺达运输公司, addresses: [shunda@xf.gov.cn]}
"""
HAULIERS_GROUP = """
groups:
  - {id: hauliers, name: 各运输企业, members: [shunda]}
"""


@pytest.fixture(autouse=True)
def _at_year_s_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither campaign has come to its own end."""
    set_clock(monkeypatch, "2025-12-31T09:00")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def letter(home: Path, name: str, day: str) -> EmailMessage:
    (path,) = letters_to(home, name, day)
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def text_of(found: EmailMessage) -> str:
    body = found.get_body(("plain",))
    assert body is not None
    return "".join(str(body.get_content()).splitlines())


def kept(home: Path, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(f"sqlite:///{home / 'ledger.db'}")
    with engine.connect() as db:
        found = [tuple(row) for row in db.execute(text(query))]
    engine.dispose()
    return found


def recorded(opened: Office, plan: str, unit: str, when: str, month: str = "2025-12") -> None:
    period = item_named(opened, plan, "monthly", month)
    record(opened, at(when), units=[unit], period=period, received=None, channel=Channel.PAPER, by="王芳")


# --- the letter ---


def test_a_unit_gets_one_letter_about_both(home: Path) -> None:
    with office(home) as opened:
        result = morning.run(opened, at(BOTH_DUE))
        assert [each.name for each in result.written if each.status is LetterStatus.SENT] == ["嘉定镇", "古陂镇"]
    found = letter(home, "嘉定镇", "2025-12-03")
    assert found["Subject"].count("QD2025-251203-T01") == 1
    said = text_of(found)
    assert "秋冬季安全防范、道路运输安全整治（样安委〔2025〕9号、样安委〔2025〕11号）" in said
    assert all(plan in said for plan in ("秋冬防范", "道路运输"))


def test_a_letter_about_one_of_them_bears_its_name_and_its_code_alone(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at("2025-12-02T08:30"))
        recorded(opened, "winter", "嘉定镇", "2025-12-02T10:00")
        morning.run(opened, at(BOTH_DUE))
    found = letter(home, "嘉定镇", "2025-12-03")
    assert "DL2025-251203-T01" in found["Subject"]
    assert "按照道路运输安全整治（样安委〔2025〕11号）" in text_of(found)
    assert "秋冬季安全防范（" not in text_of(found)


def written_in_december(home: Path) -> int:
    """How many letters a town got about what was overdue all the time, both campaigns' items among it."""
    with office(home) as opened:
        for day in ("2025-12-02", "2025-12-04", "2025-12-08", "2025-12-10", "2025-12-12", "2025-12-16"):
            morning.run(opened, at(f"{day}T08:30"))
    return len(letters_to(home, "嘉定镇"))


def test_of_several_limits_the_strictest_holds_for_what_is_of_either(tmp_path: Path) -> None:
    lax, strict = tmp_path / "lax", tmp_path / "strict"
    for home, limits in ((lax, ""), (strict, "  letters_at_most: 1\n  letters_in_days: 14\n  copy_in_days: 3\n")):
        home.mkdir()
        lay_out(home, second=ROADS + limits)
    assert written_in_december(strict) < written_in_december(lax)
    with office(strict) as opened:
        limits_of = opened.campaign.policy
        assert (limits_of.letters_at_most, limits_of.letters_in_days, limits_of.copy_in_days) == (1, 14, 7)


# --- the ledger ---


def test_the_ledger_knows_the_plans_of_the_later_one_by_its_name(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        assert [plan.id for plan in opened.campaign.plans] == ["winter", f"{SECOND}:roads"]
    assert kept(home, "select distinct campaign, plan from obligations order by 2") == [
        (FIRST, "roads-2025:roads"),
        (FIRST, "winter"),
    ]
    assert kept(home, "select id, book from campaigns order by 1") == [(SECOND, FIRST), (FIRST, FIRST)]


def test_a_campaign_that_comes_later_changes_nothing_of_the_first(tmp_path: Path) -> None:
    lay_out(tmp_path)
    shutil.move(tmp_path / "schedules" / SECOND, tmp_path / "aside")
    with office(tmp_path) as opened:
        morning.run(opened, at("2025-11-03T08:30"))
        before = label_of(item_named(opened, "winter", "monthly", "2025-11"))
        recorded(opened, "winter", "嘉定镇", "2025-11-03T09:00", "2025-11")
    shutil.move(tmp_path / "aside", tmp_path / "schedules" / SECOND)
    with office(tmp_path) as opened:
        found = item_named(opened, "winter", "monthly", "2025-11")
        board = look(opened, at("2025-11-04T09:00"))
        assert {each.obligation.unit.name for each in board.cells if each.received_at} == {"嘉定镇"}
        assert board.strays == ()
        assert (before, label_of(found)) == (
            "秋冬防范·月报（11月，11月3日前）",
            "秋冬防范（QD2025）·月报（11月，11月3日前）",
        )


def test_when_the_first_is_gone_what_the_other_received_is_found(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        recorded(opened, f"{SECOND}:roads", "嘉定镇", "2025-12-03T10:00")
    shutil.rmtree(home / "schedules" / FIRST)
    with office(home) as opened:
        assert opened.campaign.id == FIRST
        assert [plan.id for plan in opened.campaign.plans] == [f"{SECOND}:roads"]
        board = look(opened, at("2025-12-04T08:30"))
        received = [cell.obligation.unit.name for cell in board.cells if cell.received_at]
        assert (received, board.strays) == (["嘉定镇"], ())
        assert label_of(item_named(opened, "roads", "monthly", "2025-12")) == "道路运输·月报（12月，12月3日前）"
        result = morning.run(opened, at("2025-12-04T08:30"))
        assert {each.name for each in result.written} == {"古陂镇"}


# --- what they must have in common ---


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("reference: DL2025", "reference: QD2025", "reference 是 QD2025，与"),
        ("office@xf.gov.cn", "other@xf.gov.cn", "office.mailbox 是 other@xf.gov.cn，而"),
        ("title: 道路", "language: en\ntitle: 道路", "language 是 en，而"),
        ("title: 道路", "timezone: Asia/Tokyo\ntitle: 道路", "timezone 是 Asia/Tokyo，而"),
        ("title: 道路", "calendar: US\ntitle: 道路", "calendar 是 US，而"),
    ],
)
def test_it_says_what_keeps_two_campaigns_from_one_office(home: Path, was: str, becomes: str, said: str) -> None:
    spoil(home / "schedules" / SECOND / "campaign.yaml", was, becomes)
    with office(home) as opened, pytest.raises(Faults) as wrong:
        _ = opened.campaign
    (line,) = wrong.value.lines
    assert f"campaign.yaml 的 {said}" in line
    assert not (home / "ledger.db").exists()


def test_mistakes_of_all_campaigns_are_said_at_once(home: Path) -> None:
    for folder, plan in ((FIRST, "1-winter.yaml"), (SECOND, "1-plan.yaml")):
        spoil(home / "schedules" / folder / plan, "owed_by: [各镇]", "owed_by: [各村]")
    with office(home) as opened, pytest.raises(Faults) as wrong:
        _ = opened.campaign
    assert [line.split(":")[0].split("/")[-2] for line in wrong.value.lines] == [SECOND, FIRST]


def with_contacts_of_its_own(home: Path, units: str = HAULIERS, groups: str = HAULIERS_GROUP) -> None:
    """Let the second campaign have other units, in a folder of the contacts."""
    folder = home / "contacts" / "hauliers"
    folder.mkdir()
    (folder / "units.yaml").write_text(units, encoding="utf-8")
    (folder / "groups.yaml").write_text(groups, encoding="utf-8")
    spoil(home / "schedules" / SECOND / "campaign.yaml", "ends:", "contacts: hauliers\nends:")
    spoil(home / "schedules" / SECOND / "1-plan.yaml", "owed_by: [各镇]", "owed_by: [各运输企业]")


def test_a_campaign_may_have_units_of_its_own(home: Path) -> None:
    with_contacts_of_its_own(home)
    with office(home) as opened:
        result = morning.run(opened, at(BOTH_DUE))
        assert [each.name for each in result.written] == ["嘉定镇", "古陂镇", "顺达运输公司"]
    assert "DL2025-251203-E01" in letter(home, "顺达运输公司", "2025-12-03")["Subject"]
    assert "道路运输" not in text_of(letter(home, "嘉定镇", "2025-12-03"))


def test_a_liaison_is_changed_where_its_unit_is(home: Path) -> None:
    with_contacts_of_its_own(home)
    files = [home / "contacts" / folder / "units.yaml" for folder in (".", "hauliers")]
    before = files[0].read_bytes()
    with office(home) as opened:
        assert change_liaison(opened, "顺达运输公司", name="钱进").changes
    assert files[0].read_bytes() == before
    assert "钱进" in files[1].read_text(encoding="utf-8")
    with office(home) as opened:
        assert opened.campaign.units["shunda"].liaison.name == "钱进"
        table = home / "table.csv"
        table.write_text("单位,联络员姓名\n嘉定镇,孙丽\n顺达运输公司,李强\n", encoding="utf-8")
        with pytest.raises(Contradiction, match=r"不在同一处通讯录（.*contacts、.*contacts/hauliers），请分开导入"):
            plan_import(opened, read_table(table))


def test_a_word_means_the_same_in_both_folders_of_the_contacts(home: Path) -> None:
    with_contacts_of_its_own(home, HAULIERS.replace("no: E01", "no: T01").replace("name: 顺达运输公司", "name: 嘉定镇"))
    with office(home) as opened, pytest.raises(Faults) as wrong:
        _ = opened.campaign
    assert [line.partition("：")[0] for line in wrong.value.lines] == [
        "contacts 和 contacts/hauliers 里都有“T01”",
        "contacts 和 contacts/hauliers 里都有“嘉定镇”",
    ]


# --- names ---


def test_what_is_called_alike_is_named_by_its_campaign(home: Path) -> None:
    with office(home) as opened:
        with pytest.raises(Contradiction) as wrong:
            plan_named(opened, "1")
        assert str(wrong.value) == (
            "叫“1”的方案有几个，请写代号：winter（秋冬防范（QD2025））、roads-2025:roads（道路运输（DL2025））"
        )
        assert plan_named(opened, "roads").id == "roads-2025:roads"
        assert plan_named(opened, "道路运输").id == "roads-2025:roads"
        assert label_of(item_named(opened, "roads", "monthly", "2025-12")) == (
            "道路运输（DL2025）·月报（12月，12月3日前）"
        )


def test_a_board_shows_one_campaign_or_all(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        board = look(opened, at(BOTH_DUE))
        assert {cell.obligation.period.plan.campaign for cell in board.cells} == {FIRST, SECOND}
        theirs = of_campaign(opened, board, opened.campaign.joined[SECOND])
        assert {cell.obligation.period.plan.campaign for cell in theirs.cells} == {SECOND}
    with open_office(read_settings({"CUIBAO_HOME": str(home)}), only="DL2025") as opened:
        alone = look(opened, at(BOTH_DUE))
        assert opened.campaign.title == "道路运输安全整治"
        assert {cell.obligation.key for cell in alone.cells} == {cell.obligation.key for cell in theirs.cells}
    with (
        open_office(read_settings({"CUIBAO_HOME": str(home)}), only="nanchang") as opened,
        pytest.raises(Faults, match="没有“nanchang”这个攻坚战，现有：roads-2025（道路运输安全整治）、winter-2025"),
    ):
        _ = opened.campaign


def test_a_command_looks_at_the_campaign_that_is_named_or_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibao.office.environment", lambda: {"CUIBAO_HOME": str(home), "CUIBAO_NOW": BOTH_DUE})
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))

    def seen(*words: str) -> set[str]:
        done = CliRunner().invoke(board, ["--all", "--json", *words])
        return {each["campaign"] for each in json.loads(done.stdout)}

    assert seen() == {FIRST, SECOND}
    assert seen("--campaign", "DL2025") == {SECOND}
    set_to_it = {"CUIBAO_HOME": str(home), "CUIBAO_NOW": BOTH_DUE, "CUIBAO_CAMPAIGN": SECOND}
    monkeypatch.setattr("cuibao.office.environment", lambda: set_to_it)
    assert seen() == {SECOND}
    assert seen("--campaign", FIRST) == {FIRST}
    # What runs is not chosen by it.
    with open_office() as opened:
        assert len(opened.campaign.each) == 2


# --- the beginning ---


def test_of_a_campaign_that_was_added_nothing_leaves_before_its_own_yes(
    tmp_path: Path, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path)
    shutil.rmtree(tmp_path / "schedules" / SECOND)
    environ = in_earnest(server.port)
    set_clock(monkeypatch, "2025-11-28T09:00")
    with office(tmp_path, **environ) as opened:
        starting.first_letters(opened, opened.now())
        assert starting.begin(opened, opened.now(), by="王芳")
        morning.run(opened, opened.now())
    before = len(server.letters)
    add(tmp_path)
    set_clock(monkeypatch, "2025-12-03T08:30")
    with office(tmp_path, **environ) as opened:
        assert [each.folder for each in waiting_for_yes(opened)] == [SECOND]
        said = look(opened, opened.now()).unbegun
        assert said is not None
        assert said.startswith("道路运输安全整治：尚未启用")
        morning.run(opened, opened.now())
        assert [each.is_about(("秋冬防范", "道路运输")) for each in map(Told, server.letters[before:])] == [
            ("秋冬防范",),
            ("秋冬防范",),
        ]
    set_clock(monkeypatch, "2025-12-04T09:00")
    with office(tmp_path, **environ) as opened:
        first = starting.first_letters(opened, opened.now())
        assert first is not None
        assert (first.campaign.folder, "秋冬防范" in first.text) == (SECOND, False)
        assert [each.unit.name for each in first.letters] == ["嘉定镇", "古陂镇"]
        assert starting.begin(opened, opened.now(), by="王芳")
        assert waiting_for_yes(opened) == ()
        assert starting.standing(opened).startswith("秋冬季安全防范：已于 2025年11月28日 09:00 启用，登记人 王芳")
        morning.run(opened, opened.now())
    assert {each.is_about(("道路运输",)) for each in map(Told, server.letters[before + 2 :])} == {("道路运输",)}


class Told:
    """What a letter that the server took says."""

    def __init__(self, taken: Kept) -> None:
        self._text = text_of(message_from_bytes(taken.data, policy=policy.default))

    def is_about(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in words if word in self._text)


# --- the end ---


def test_one_is_closed_and_the_other_goes_on(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        first = closing.campaign_named(opened, "QD2025")
        closing.close(opened, at("2025-12-03T15:00"), "王芳", first)
        result = morning.run(opened, at("2025-12-04T08:30"))
        assert {each.name for each in result.written} == {"嘉定镇", "古陂镇"}
    year_end = letter(home, HALL, "2025-12-04")
    assert year_end["Subject"].startswith("【年终小结】秋冬季安全防范")
    assert "道路运输" not in text_of(year_end)
    said = text_of(letter(home, "嘉定镇", "2025-12-04"))
    assert ("道路运输" in said, "秋冬防范" in said) == (True, False)
    with office(home) as opened:
        assert [each.folder for each in opened.campaign.each] == [SECOND]
        assert look(opened, at("2025-12-05T08:30")).strays == ()
        assert not any("台账里有" in line for line in warnings(opened))
        with pytest.raises(Contradiction, match="没有“winter-2025”这个攻坚战，现有：roads-2025（道路运输安全整治）"):
            closing.campaign_named(opened, FIRST)
    with open_office(read_settings({"CUIBAO_HOME": str(home)}), only=FIRST) as opened:
        assert {cell.obligation.period.plan.id for cell in look(opened, at("2025-12-05T08:30")).cells} == {"winter"}


def test_a_unit_s_history_names_what_was_owed_in_one_that_is_over(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        recorded(opened, "winter", "嘉定镇", "2025-12-03T10:00")
        closing.close(opened, at("2025-12-03T15:00"), "王芳", closing.campaign_named(opened, FIRST))
        morning.run(opened, at("2025-12-04T08:30"))
    with office(home) as opened:
        assert [each.folder for each in opened.campaign.each] == [SECOND]
        found = trail(opened, unit="嘉定镇")
    named = [event.about.label for event in found.events if isinstance(event, EntryMade)]
    assert named == ["秋冬防范（QD2025）·月报（12月，12月3日前）"]


def test_when_all_are_closed_they_are_there_to_be_looked_at(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        for each in opened.campaign.each:
            closing.close(opened, at("2025-12-03T15:00"), "王芳", each)
    for day in ("2025-12-04", "2025-12-05"):
        with office(home) as opened:
            assert morning.run(opened, at(f"{day}T08:30")).written == ()
    assert [path.name[:10] for path in letters_to(home, HALL)] == ["2025-12-04", "2025-12-05"]
    with office(home) as opened:
        assert {each.folder for each in opened.campaign.each} == {FIRST, SECOND}
        assert look(opened, at("2025-12-08T08:30")).over is not None


def test_a_plan_of_next_year_may_be_called_as_this_year_s(tmp_path: Path) -> None:
    plan = ROADS_PLAN.replace("id: roads", "id: winter").replace("short: 道路运输", "short: 秋冬防范")
    lay_out(
        tmp_path, plan=plan + "\n  - {id: monthly, title: 月报, owed_by: [各镇], due: 2026-01-09, source: 通知二}\n"
    )
    with office(tmp_path) as opened:
        assert [plan.id for plan in opened.campaign.plans] == ["winter", f"{SECOND}:winter"]
        assert plan_named(opened, "winter").id == "winter"
        assert plan_named(opened, "秋冬防范（DL2025）").id == f"{SECOND}:winter"
        morning.run(opened, at(BOTH_DUE))


def test_a_simulation_is_one_of_all_of_them(home: Path) -> None:
    with office(home) as opened:
        days = list(replay(opened, date(2025, 12, 1), date(2025, 12, 4), seed=7))
        assert len(days) == 4
    assert kept(home, "select id, book, simulated, seed from campaigns order by 1") == [
        (SECOND, FIRST, 1, 7),
        (FIRST, FIRST, 1, 7),
    ]
    with office(home) as opened:
        assert opened.rehearsal == "（模拟演练）"
