"""The morning on the shipped campaign: real files, real SQLite, letters to an outbox folder."""

import re
import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cuibao.ids import is_unguessable
from cuibao.ledger import Departure, Hold, Leased
from cuibao.model import Channel, LetterState, Step
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning, phases
from cuibao.service.letters.mailing import Letters
from cuibao.service.letters.morning import LetterStatus, MorningResult
from cuibao.service.sending import Parcel
from cuibao.settings import CHECKOUT
from tests.offices import at, letters_to, office, reachable, spoil

pytestmark = pytest.mark.slow

ISSUE_DAY = "2022-04-18T08:30"


def mail(home: Path, day: str, name: str) -> EmailMessage:
    (path,) = letters_to(home, name, day)
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def steps(result: MorningResult, name: str) -> dict[tuple[str, str], Step]:
    (letter,) = [letter for letter in result.written if letter.name == name]
    return {(r.obligation.period.requirement.id, r.obligation.period.key): r.step for r in letter.reminders}


def has_sent(opened: Office, name: str, plan: str, requirement: str, period: str, when: str) -> None:
    found = lookup.item_named(opened, plan, requirement, period)
    entering.record(opened, at(when), units=[name], period=found, received=None, channel=Channel.MAIL, by="王", note="")


def test_it_writes_one_letter_to_every_unit_that_owes_something(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        result = morning.run(opened, at(ISSUE_DAY))
    assert len(result.written) == 42
    assert {letter.status for letter in result.written} == {LetterStatus.SENT}
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 42


@pytest.mark.parametrize("again", ["2022-04-18T08:30", "2022-04-18T17:00"])
def test_it_sends_nothing_twice_in_a_day(tmp_path: Path, again: str) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at(ISSUE_DAY))
        before = {path: path.read_bytes() for path in (tmp_path / "outbox").iterdir()}
        result = morning.run(opened, at(again))
    assert result.written == ()
    assert {path: path.read_bytes() for path in (tmp_path / "outbox").iterdir()} == before


def test_it_says_nothing_the_next_day_when_nothing_new_is_true(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-04-25T08:30"))
        # On the 26th the liaison's item, due on the 25th, becomes overdue; the committees owe no such item.
        result = morning.run(opened, at("2022-04-26T08:30"))
    assert "县危化安全专业委员会" in {letter.name for letter in result.written}
    assert steps(result, "县危化安全专业委员会") == {("work-plan", "once"): Step.ADVANCE}


def test_it_reminds_only_of_what_is_still_owed(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at(ISSUE_DAY))
        has_sent(opened, "嘉定镇", "skills", "liaison", "2022-04-25", "2022-04-20T10:00")
        result = morning.run(opened, at("2022-04-25T08:30"))
    assert ("liaison", "once") not in steps(result, "嘉定镇")
    assert steps(result, "古陂镇")["liaison", "once"] is Step.DUE


def test_it_writes_to_nobody_who_owes_nothing(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at(ISSUE_DAY))
        for name in ("县危化安全专业委员会", "县矿山安全专业委员会"):
            has_sent(opened, name, "demonstration", "work-plan", "2022-04-30", "2022-04-20T10:00")
        result = morning.run(opened, at("2022-04-29T08:30"))
    by_name = {letter.name: letter.status for letter in result.letters}
    assert by_name["县危化安全专业委员会"] is LetterStatus.NOTHING_DUE
    assert by_name["嘉定镇"] is LetterStatus.SENT


def test_it_says_what_is_still_true_after_a_week_of_silence(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-07-13T08:30"))
        result = morning.run(opened, at("2022-07-22T08:30"))
        marks = opened.ledger.marks(opened.campaign.id, "jiading")
    told = steps(result, "嘉定镇")
    assert told["interim", "once"] is Step.ADVANCE
    assert told["monthly", "2022-07"] in (Step.OVERDUE, Step.ADVANCE)
    (interim,) = [marks[key] for key in marks if key.requirement == "interim"]
    assert {code for code, mark in interim.items() if mark.letter is None} >= {"advance-7", "advance-3"}
    assert interim["advance-1"].letter is LetterState.SENT


def test_it_keeps_quiet_on_a_day_off_but_turns_the_phases(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-04-29T08:30"))
        result = morning.run(opened, at("2022-05-01T08:30"))
    assert result.skipped == "2022-05-01 为休息日，不发催报函"
    assert result.letters == ()
    turned = {(t.plan.id, t.phase.id, t.turn) for t in result.transitions}
    assert ("skills", "mobilization", "closed") in turned
    assert ("skills", "implementation", "opened") in turned


def test_it_opens_the_next_phase_on_the_first_working_day(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-04-29T08:30"))
        result = morning.run(opened, at("2022-05-05T08:30"))
    assert steps(result, "嘉定镇")["interim", "once"] is Step.OPENING


def test_the_years_calendar_comes_with_the_first_letter_after_a_phase_began_unattended(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        for day in ("2022-04-22", "2022-04-26"):
            morning.run(opened, at(f"{day}T08:30"))
    first, second = (mail(tmp_path, day, "县危化安全专业委员会") for day in ("2022-04-22", "2022-04-26"))
    assert "近期到期" in text_of(first)
    assert "全年事项一览" in text_of(first)
    assert [part.get_filename() for part in first.iter_attachments()] == ["报送日程.ics"]
    assert "全年事项一览" not in text_of(second)
    assert list(second.iter_attachments()) == []


def test_the_first_letter_of_a_campaign_begun_late_has_the_new_dates_in_its_years_list(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        opened.ledger.register(opened.campaign.id, at("2022-07-18T16:00"))
        has_sent(opened, "嘉定镇", "skills", "liaison", "2022-04-25", "2022-07-18T17:00")
        morning.run(opened, at("2022-07-19T08:30"))
    letter = mail(tmp_path, "2022-07-19", "嘉定镇")
    assert not re.search("逾期|督办", text_of(letter))
    assert "科技强安实施方案（原定4月30日前）" in text_of(letter)
    workbook, _ = (part.get_content() for part in letter.iter_attachments())
    rows = load_workbook(BytesIO(workbook)).worksheets[0].values
    year = {row[3]: (row[0], row[8]) for row in rows}
    assert str(year["科技强安实施方案"][0])[:10] == "2022-07-26"
    assert year["科技强安实施方案"][1] == "原定4月30日前"
    assert year["联络人姓名和联系电话"][1] == "已报"


def test_a_postponed_item_is_reminded_of_before_its_new_date(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        for day in ("2022-07-14", "2022-07-20", "2022-07-22"):
            morning.run(opened, at(f"{day}T08:30"))
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    spoil(tmp_path / "schedules" / "xinfeng-2022" / "2-skills.yaml", "due: 2022-07-25", "due: 2022-08-22")
    told = {}
    with office(tmp_path) as opened:
        for day in ("2022-08-11", "2022-08-17", "2022-08-19", "2022-08-22"):
            told[day] = steps(morning.run(opened, at(f"{day}T08:30")), "县教育局").get(("interim", "once"))
    assert list(told.values()) == [Step.ADVANCE, Step.ADVANCE, Step.ADVANCE, Step.DUE]


def test_it_knows_what_became_of_a_letter_before_it_takes_it_over(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with office(tmp_path, CUIBAO_OUTBOX=str(tmp_path / "file")) as opened:
        morning.run(opened, at(ISSUE_DAY))
        leases, other = opened.ledger.leases, opened.lease()  # another process hands it over, and dies
        letters = Letters(opened, at(ISSUE_DAY), 0, {})
        thing = letters.thing("jiading")
        kept = opened.ledger.letter(opened.campaign.id, "jiading", at(ISSUE_DAY).date())
        assert kept is not None
        assert kept.attempts == 0
        assert leases.take(Leased.LETTER, [thing], other).ours
        assert leases.depart(Hold(Leased.LETTER, thing, kept.id), other, None)[0] is Departure.GOES
        leases.give_up(Leased.LETTER, [thing], other)
        assert leases.take(Leased.LETTER, [thing], opened.lease()).ours
        (ours,) = letters.load([thing])
    assert isinstance(ours, Parcel)
    assert (ours.attempts, ours.message) == (1, kept.message)


def test_it_turns_each_phase_once(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-05-05T08:30"))
        assert phases.turn(opened, at("2022-05-05T09:00"), opened.campaign.plans, 0) == ()


def test_it_reports_the_closed_phases_to_the_office_in_one_letter(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-04-29T08:30"))
        morning.run(opened, at("2022-05-05T08:30"))
        morning.run(opened, at("2022-05-06T08:30"))
    found = letters_to(tmp_path, "信丰县安委办")
    assert [path.name[:10] for path in found] == ["2022-05-05"]
    letter = mail(tmp_path, "2022-05-05", "信丰县安委办")
    assert letter["To"].addresses[0].addr_spec == "xfxawb@sina.com"
    assert "动员部署" in text_of(letter)


def test_it_keeps_quiet_before_the_notice_is_issued(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        result = morning.run(opened, at("2022-04-15T08:30"))
    assert result.skipped is not None
    assert "尚未印发" in result.skipped
    assert result.transitions == ()


def test_it_stops_reminding_when_the_campaign_is_over(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-12-30T08:30"))
        result = morning.run(opened, at("2023-02-01T08:30"))
    assert result.written == ()
    assert [letter.addressee for letter in result.letters if letter.status.written] == ["office"]


def test_it_puts_the_leader_on_copy_from_the_third_overdue_step(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        cc = {}
        for day in ("2022-04-18", "2022-04-21", "2022-04-26", "2022-04-29"):
            result = morning.run(opened, at(f"{day}T08:30"))
            found = [x for x in result.written if x.name == "县教育局"]
            cc[day] = [letter.cc for letter in found]
    assert cc["2022-04-26"] == [()]  # the April item of plan 3, due on the 20th, is listed for the second time
    assert all("leader" in address for letter in cc["2022-04-29"] for address in letter)
    assert cc["2022-04-29"] != [()]


def test_it_names_a_unit_that_it_cannot_reach_and_writes_to_it_once_it_can(tmp_path: Path) -> None:
    reachable(tmp_path, lambda text: text.replace("[jiading@xf.gov.cn]", "[]").replace("liaison.jiading@xf.gov.cn", ""))
    with office(tmp_path) as opened:
        first = morning.run(opened, at("2022-06-21T08:30"))
    assert first.unreachable == ("嘉定镇",)
    assert "嘉定镇" not in {letter.name for letter in first.written}
    shutil.rmtree(tmp_path / "contacts")
    with office(tmp_path) as opened:
        again = morning.run(opened, at("2022-06-21T10:00"))
    assert [letter.name for letter in again.written] == ["嘉定镇"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    with office(tmp_path, CUIBAO_DATABASE_URL="sqlite://") as opened:
        result = morning.run(opened, at(ISSUE_DAY), dry_run=True)
        assert {letter.status for letter in result.written} == {LetterStatus.PLANNED}
        assert len(result.written) == 42
        assert opened.ledger.simulated(opened.campaign.id) is None
    assert list(tmp_path.iterdir()) == []


def test_it_dates_the_letter_as_the_campaign_does(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        (first, *_) = morning.run(opened, at(ISSUE_DAY)).written
    letter = mail(tmp_path, "2022-04-18", first.name)
    assert letter["Date"].datetime == at(ISSUE_DAY)
    assert letter["Message-ID"] == first.message_id
    assert letter["Reply-To"].addresses[0].addr_spec == "xfxawb@sina.com"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_it_gives_the_letters_of_every_ledger_ids_that_no_other_tells(tmp_path: Path) -> None:
    ids = []
    for home in (tmp_path / "a", tmp_path / "b"):
        with office(home) as opened:
            ids.append({letter.message_id for letter in morning.run(opened, at(ISSUE_DAY)).written})
    assert not ids[0] & ids[1]
    assert all(is_unguessable(each) for each in ids[0])
    assert len(ids[0]) == 42


def test_the_key_of_its_ids_is_drawn_once_and_kept(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        opened.ledger.register(opened.campaign.id, at(ISSUE_DAY))
        key = opened.key
    with office(tmp_path) as opened:
        assert opened.key == key
        assert len(bytes.fromhex(key)) >= 16


def test_a_dry_run_draws_no_key(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        opened.ledger.register(opened.campaign.id, at(ISSUE_DAY))
        found = morning.run(opened, at(ISSUE_DAY), dry_run=True)
        assert {letter.message_id for letter in found.written} == {""}
        assert opened.ledger.key(opened.campaign.id) is None
