"""启用: nothing leaves a mail server before a person's yes, and what the yes makes of the past."""

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from cuibao.errors import Contradiction
from cuibao.ledger.engine import MIGRATIONS
from cuibao.model import OFFICE, Copies, LetterState, LetterStatus, Step
from cuibao.office import Office
from cuibao.service.letters import morning, starting
from cuibao.service.letters.beginning import beginning, begun_on, unbegun
from cuibao.service.letters.mailing import waiting_reports
from cuibao.service.mail import reading
from cuibao.service.mail.answers import send_answers
from cuibao.service.views.board import look
from tests.integration.imap_server import Account
from tests.integration.smtp_server import Kept, SmtpServer
from tests.mails import AUTHSERV, File, mail
from tests.offices import DOMAIN, at, imap, in_earnest, office, reachable, set_clock, spoil
from tests.services import free_port

pytestmark = pytest.mark.slow

# Of a ledger of before, what was due is chased by its own date.
NOTHING_BEFORE = date(2000, 1, 1)
CAMPAIGN = "xinfeng-2022"
# A Tuesday in mid-campaign; nothing was reported.
DAY, MORNING, EVENING, NEXT = "2022-07-19", "2022-07-19T09:00", "2022-07-19T18:00", "2022-07-20T08:30"
SEVENTH = "2022-07-26"
# Working days up to where what was overdue at first has been listed three times.
DAYS = ("20", "21", "22", "25", "26", "27", "28", "29")
JIADING = f"jiading@{DOMAIN}"
LIAISON_OF_JIADING = f"liaison.jiading@{DOMAIN}"
REPORT = "安全技能阶段性工作情况.docx"
UNITS = 42


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    reachable(tmp_path)
    return tmp_path


@pytest.fixture
def environ(server: SmtpServer) -> dict[str, str]:
    return in_earnest(server.port)


def mornings(home: Path, environ: dict[str, str], clock: pytest.MonkeyPatch, *moments: str) -> morning.MorningResult:
    """The mornings at these moments of the machine's clock, each by an office of its own; the last."""
    for moment in moments:
        set_clock(clock, moment)
        with office(home, **environ) as opened:
            done = morning.run(opened, opened.now(), by_the_clock=True)
    return done


def says_yes(home: Path, environ: dict[str, str], *, copies: Copies | None = None) -> bool:
    """Somebody looks and says yes; whether the letters go at once."""
    with office(home, **environ) as opened:
        assert starting.first_letters(opened, opened.now()) is not None
        return starting.begin(opened, opened.now(), by="王芳", copies=copies)


def to_units(server: SmtpServer) -> list[Kept]:
    return [letter for letter in server.letters if letter.recipients != ("xfxawb@sina.com",)]


def read(letter: Kept) -> EmailMessage:
    found = message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def subject(letter: Kept) -> str:
    return str(read(letter)["Subject"])


def words(letter: Kept) -> str:
    body = read(letter).get_body(["plain"])
    assert body is not None
    return str(body.get_content())


# --- before the yes ---


def test_nothing_leaves_and_no_phase_turns_before_the_yes(
    home: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = mornings(home, environ, monkeypatch, MORNING, NEXT)
    assert done.skipped is not None
    assert "尚未启用" in done.skipped
    assert (done.letters, done.transitions, server.letters) == ((), (), [])
    with office(home, **environ) as opened:
        assert opened.ledger.phase_marks(opened.campaign.id) == ()
        assert opened.ledger.written(opened.campaign.id) == ()
        assert "尚未启用" in (look(opened, opened.now()).unbegun or "")


def test_what_came_before_the_yes_is_registered_and_never_answered(
    home: Path, environ: dict[str, str], server: SmtpServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ |= imap(account) | {"CUIBAO_IMAP_AUTHSERV": AUTHSERV}
    report = mail(sender=JIADING, subject="安全技能·阶段性工作情况", files=[File(REPORT)])
    account.deliver(report, at("2022-07-19T08:00"))
    late = mail(sender=f"gupi@{DOMAIN}", subject="安全技能·阶段性工作情况", files=[File(REPORT)])
    set_clock(monkeypatch, MORNING)
    with office(home, **environ) as opened:
        assert collected(opened) == 1
    says_yes(home, environ)
    # Read after the yes, it came before all the same.
    account.deliver(late, at("2022-07-19T08:40"))
    with office(home, **environ) as opened:
        assert collected(opened) == 1
        assert opened.ledger.mails.answers(opened.campaign.id) == ()
    account.deliver(
        mail(sender=f"xiaohe@{DOMAIN}", subject="安全技能·阶段性工作情况", files=[File(REPORT)]), at("2022-07-19T09:30")
    )
    set_clock(monkeypatch, "2022-07-19T10:00")
    with office(home, **environ) as opened:
        assert collected(opened) == 1
        (answer,) = opened.ledger.mails.answers(opened.campaign.id)
        assert answer.state is LetterState.SENT
    assert len(server.letters) == 1


def collected(opened: Office) -> int:
    found = reading.Collected()
    reading.collect(opened, opened.now(), found)
    send_answers(opened)
    assert found.troubles == []
    return len(found.registered)


# --- what is shown, and the yes ---


def test_it_shows_whom_the_first_letters_go_to_and_what_they_say(
    home: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(home / "contacts" / "units.yaml", f"addresses: [{JIADING}]", "addresses: []")
    spoil(home / "contacts" / "units.yaml", LIAISON_OF_JIADING, "liaison@nowhere.example")
    set_clock(monkeypatch, MORNING)
    with office(home, **environ) as opened:
        first = starting.first_letters(opened, opened.now(), "古陂镇")
        assert first is not None
        assert (len(first.letters), first.at_once, str(first.due)) == (UNITS - 1, True, SEVENTH)
        assert [unit.name for unit in first.unreachable] == ["嘉定镇"]
        assert first.past > 100
        assert first.example is not None
        assert first.example.name == "古陂镇"
        assert "古陂镇：" in first.text
        (gupi,) = [letter for letter in first.letters if letter.unit.name == "古陂镇"]
        assert gupi.to[0] == f"gupi@{DOMAIN}"
        assert gupi.subject.startswith("【报送通知】古陂镇")
        with pytest.raises(Contradiction, match="通讯录里没有“某某镇”"):
            starting.first_letters(opened, opened.now(), "某某镇")


def test_the_yes_sends_what_was_shown(
    home: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, MORNING)
    with office(home, **environ) as opened:
        first = starting.first_letters(opened, opened.now())
    assert first is not None
    assert says_yes(home, environ)
    mornings(home, environ, monkeypatch, MORNING)
    assert {subject(letter) for letter in server.letters} == {letter.subject for letter in first.letters}
    (shown,) = [letter for letter in server.letters if first.example and first.example.name in subject(letter)]
    assert words(shown).split() == first.text.split()


@pytest.mark.parametrize("unseen", [None, 7])
def test_nobody_says_yes_to_a_list_that_was_not_shown(
    home: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, unseen: int | None
) -> None:
    set_clock(monkeypatch, MORNING)
    with office(home, **environ) as opened, pytest.raises(Contradiction, match="先看首批信"):
        starting.begin(opened, opened.now(), by="王芳", number=unseen)


def test_the_yes_wants_a_name_and_is_said_once(
    home: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, MORNING)
    with office(home, **environ) as opened:
        starting.first_letters(opened, opened.now())
        with pytest.raises(Contradiction, match="登记人"):
            starting.begin(opened, opened.now(), by=" ")
        starting.begin(opened, opened.now(), by="王芳", copies=Copies.ASK)
        with pytest.raises(Contradiction, match="已于 2022年7月19日 09:00 启用，登记人 王芳"):
            starting.begin(opened, opened.now(), by="李明")
        begun = opened.ledger.mornings.beginning(opened.campaign.id, opened.carried_by)
    assert begun is not None
    assert (begun.by, begun.copies, len(begun.listed or ())) == ("王芳", Copies.ASK, UNITS)


def test_an_address_that_is_new_since_it_was_shown_is_named(
    home: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, MORNING)
    with office(home, **environ) as opened:
        first = starting.first_letters(opened, opened.now())
    assert first is not None
    spoil(home / "contacts" / "units.yaml", f"addresses: [{JIADING}]", f"addresses: [{JIADING}, new@{DOMAIN}]")
    with office(home, **environ) as opened:
        with pytest.raises(Contradiction, match=f"嘉定镇 new@{DOMAIN}"):
            starting.begin(opened, opened.now(), by="王芳", number=first.number)
        again = starting.first_letters(opened, opened.now())
        assert again is not None
        assert again.number != first.number
        with pytest.raises(Contradiction, match=f"嘉定镇 new@{DOMAIN}"):  # the form that was open still
            starting.begin(opened, opened.now(), by="王芳", number=first.number)
        starting.begin(opened, opened.now(), by="王芳", number=again.number)


def test_a_new_address_before_the_first_letters_asks_again_and_none_after_them(
    home: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, EVENING)
    assert not says_yes(home, environ)
    units = home / "contacts" / "units.yaml"
    spoil(units, f"addresses: [{JIADING}]", f"addresses: [{JIADING}, new@{DOMAIN}]")
    done = mornings(home, environ, monkeypatch, NEXT)
    assert f"嘉定镇 new@{DOMAIN}" in (done.skipped or "")
    assert server.letters == []
    assert says_yes(home, environ)
    spoil(units, f"addresses: [{JIADING}, new@{DOMAIN}]", f"addresses: [new@{DOMAIN}]")  # one less
    mornings(home, environ, monkeypatch, "2022-07-20T09:00")
    assert len(server.letters) == UNITS
    spoil(units, f"addresses: [new@{DOMAIN}]", f"addresses: [other@{DOMAIN}]")
    assert mornings(home, environ, monkeypatch, "2022-07-21T08:30").skipped is None


@pytest.mark.parametrize(
    ("moment", "follows"),
    [
        (MORNING, None),
        ("2022-07-19T17:29", None),
        ("2022-07-19T17:30", "7月20日（星期三） 08:30"),
        ("2022-07-22T18:00", "7月25日（星期一） 08:30"),
        ("2022-07-23T10:00", "7月25日（星期一） 08:30"),
    ],
)
def test_it_says_whether_the_letters_go_at_once_or_when(
    home: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, moment: str, follows: str | None
) -> None:
    set_clock(monkeypatch, moment)
    assert says_yes(home, environ) is (follows is None)
    if follows:
        with office(home, **environ) as opened:
            assert follows in starting.follows(opened, opened.now())


def test_the_outbox_and_a_drill_begin_by_themselves(home: Path, environ: dict[str, str]) -> None:
    for more in ({}, environ | {"CUIBAO_DRILL": "send"}):
        with office(home, **more) as opened:
            assert starting.first_letters(opened, at(MORNING)) is None
            with pytest.raises(Contradiction, match="不用启用"):
                starting.begin(opened, at(MORNING), by="王芳")
            assert len(morning.run(opened, at(MORNING)).written) == UNITS


# --- what it makes of the past ---


@pytest.fixture
def begun(home: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office that was begun that morning, and whose letters went at once."""
    set_clock(monkeypatch, MORNING)
    says_yes(home, environ)
    mornings(home, environ, monkeypatch, MORNING)
    return home


def test_each_unit_gets_an_opening_without_a_word_of_arrears(begun: Path, server: SmtpServer) -> None:
    assert len(server.letters) == UNITS  # and none to the office about phases that ended before
    for letter in server.letters:
        assert subject(letter).startswith(("【报送通知】", "【函告】"))
        for word in ("逾期", "督办", "催报", "动员部署"):
            assert word not in subject(letter)
        text = words(letter).replace("催报系统", "")
        for word in ("逾期", "督办", "催报"):
            assert word not in text


def test_what_was_overdue_is_due_on_the_seventh_day_and_urged_after_two_lists(
    begun: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ("联络人姓名和联系电话", "攻坚战进展情况")
    mentioned: dict[str, set[str]] = {}
    for day in DAYS:
        server.letters.clear()
        done = mornings(begun, environ, monkeypatch, f"2022-07-{day}T08:30")
        for result in done.written:
            past = [each for each in result.overdue if each.obligation.period.due.isoformat() == SEVENTH]
            assert f"2022-07-{day}" > SEVENTH or not past
            assert not any(each.urged for each in past)  # listed for the first time
        mentioned[day] = {name for letter in to_units(server) for name in old if name in words(letter)}
    assert mentioned["26"] == set(old)


def test_it_is_urged_only_after_two_lists_that_arrived(
    begun: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[tuple[str, bool]] = []
    for day in (*(f"2022-07-{day}" for day in DAYS), "2022-08-01", "2022-08-02", "2022-08-03", "2022-08-04"):
        done = mornings(begun, environ, monkeypatch, f"{day}T08:30")
        for result in done.written:
            if result.name == "嘉定镇":
                listed += [
                    (day, each.urged) for each in result.overdue if each.obligation.period.requirement.id == "liaison"
                ]
    days = [day for day, _ in listed]
    assert min(days) > SEVENTH
    assert [urged for _, urged in listed][:3] == [False, False, True][: len(listed)]


def test_a_morning_from_which_nothing_left_was_no_first_one(
    home: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, MORNING)
    away = in_earnest(free_port())
    says_yes(home, away)
    mornings(home, away, monkeypatch, MORNING)
    spoil(home / "contacts" / "units.yaml", LIAISON_OF_JIADING, f"stranger@{DOMAIN}")
    done = mornings(home, environ, monkeypatch, "2022-08-01T08:30")
    assert done.skipped is not None
    assert f"嘉定镇 stranger@{DOMAIN}" in done.skipped
    says_yes(home, environ)
    mornings(home, environ, monkeypatch, "2022-08-01T09:00")
    assert to_units(server)
    assert not any(word in subject(letter) for letter in to_units(server) for word in ("逾期", "督办"))


def test_an_answer_before_the_first_letters_accuses_nobody(
    home: Path, environ: dict[str, str], server: SmtpServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ |= imap(account) | {"CUIBAO_IMAP_AUTHSERV": AUTHSERV}
    set_clock(monkeypatch, "2022-07-15T18:00")
    assert not says_yes(home, environ)
    report = mail(sender=JIADING, subject="安全技能·阶段性工作情况", files=[File(REPORT)])
    account.deliver(report, at("2022-07-16T09:00"))
    set_clock(monkeypatch, "2022-07-16T09:15")
    with office(home, **environ) as opened:
        assert collected(opened) == 1
        send_answers(opened)
    (answer,) = server.letters
    assert "回执" in subject(answer)
    assert "逾期" not in words(answer)


def test_milestones_of_before_are_dropped(begun: Path, environ: dict[str, str]) -> None:
    with office(begun, **environ) as opened:
        marks = opened.ledger.marks(opened.campaign.id)
        milestones = {
            obligation.key: obligation.period.due
            for obligation in opened.schedule.obligations
            if not obligation.period.requirement.tracked
        }
        told = [key for key in milestones if any(mark.letter is not None for mark in marks.get(key, {}).values())]
    assert [key for key in told if milestones[key] < at(MORNING).date()] == []


def test_gate_reports_of_phases_that_ended_before_are_dropped_for_good(
    begun: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(begun, **environ) as opened:
        closed = [mark for mark in opened.ledger.phase_marks(opened.campaign.id) if mark.closed_at is not None]
        assert closed
        assert waiting_reports(opened, opened.now()) == ()
    done = mornings(begun, environ, monkeypatch, "2022-08-31T08:30", "2022-10-08T08:30")
    with office(begun, **environ) as opened:
        marks = opened.ledger.phase_marks(opened.campaign.id)
        ended = {
            (plan.id, phase.id)
            for plan in opened.campaign.plans
            for phase in plan.phases
            if phase.end < at(MORNING).date()
        }
    assert [mark for mark in marks if mark.reported and (mark.plan, mark.phase) in ended] == []
    assert [letter.status for letter in done.letters if letter.addressee == OFFICE] == [LetterStatus.SENT]


# --- from the outbox to a mail server ---


def test_weeks_in_the_outbox_count_for_nothing_once_a_mail_server_is_set(
    home: Path, environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("2022-06-20", "2022-06-27", "2022-07-04", "2022-07-11", DAY):
        outbox = mornings(home, {}, monkeypatch, f"{day}T08:30")
    urged = [letter.addressee for letter in outbox.written if "督办" in letter.subject]
    assert urged
    assert "尚未启用" in (mornings(home, environ, monkeypatch, MORNING).skipped or "")
    assert says_yes(home, environ)
    mornings(home, environ, monkeypatch, MORNING)
    assert len(server.letters) == UNITS
    for letter in server.letters:
        assert subject(letter).startswith(("【报送通知】", "【函告】"))
        assert "逾期" not in words(letter)
        assert not any(address.startswith("leader") for address in letter.recipients)
    with office(home, **environ) as opened:
        filed = opened.ledger.letter(opened.campaign.id, urged[0], at(MORNING).date())
        kept = opened.ledger.marks(opened.campaign.id, urged[0]).values()
    assert filed is not None
    assert filed.state is LetterState.SENT
    assert filed.message.subject.startswith("【报送通知】")
    every = [mark for marks in kept for mark in marks.values()]
    assert Step.ESCALATION not in {mark.step for mark in every}
    assert {mark.day for mark in every if mark.step is Step.OPENING} == {at(MORNING).date()}
    mornings(home, environ, monkeypatch, NEXT, "2022-07-21T08:30", "2022-07-22T08:30", "2022-07-25T08:30")
    assert not any("督办" in subject(letter) for letter in server.letters)


# --- a ledger that an older program wrote ---


@pytest.mark.parametrize(
    ("mail", "begun"),
    [
        ("'receipt', '[\"<1@x.example>\"]'", True),
        ("'bounce', '[]'", True),
        ("'receipt', '[\"<another@x.example>\"]'", False),
        (None, False),
    ],
)
def test_an_older_ledger_counts_as_begun_if_its_letters_were_answered_or_came_back(
    home: Path,
    database_url: str,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    mail: str | None,
    begun: bool,
) -> None:
    write_at(database_url, "0006", *OLDER, *([f"{ANSWER}{mail})"] if mail else []))
    set_clock(monkeypatch, MORNING)
    with office(home, CUIBAO_DATABASE_URL=database_url, **environ) as opened:
        assert (unbegun(opened) is None) is begun
        kept = opened.ledger.marks(CAMPAIGN, "jiading")
        assert bool(kept) is begun
        found = beginning(opened, opened.campaign)
        assert (found.first_on if found else None) == (NOTHING_BEFORE if begun else None)
    with office(home, CUIBAO_DATABASE_URL=database_url) as opened:  # the outbox goes on as it was
        assert opened.ledger.marks(CAMPAIGN, "jiading")
        assert begun_on(opened, opened.now(), opened.campaign) == NOTHING_BEFORE


def write_at(database_url: str, revision: str, *statements: str) -> None:
    """A ledger as the program wrote it whose newest migration was `revision`."""
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))
    engine.dispose()


OLDER = (
    f"INSERT INTO campaigns (id, simulated, opened_at) VALUES ('{CAMPAIGN}', false, '2022-07-11 00:30:00')",
    "INSERT INTO obligations (id, campaign, plan, requirement, period, unit) VALUES "
    f"(1, '{CAMPAIGN}', 'skills', 'liaison', 'once', 'jiading')",
    "INSERT INTO letters (id, campaign, addressee, day, revision, message_id, subject, recipients, data, state, "
    f"attempts, detail, written_at) VALUES (7, '{CAMPAIGN}', 'jiading', '2022-07-11', 0, '<1@x.example>', '', '[]', "
    "'', 'sent', 1, '', '2022-07-11 00:30:00')",
    "INSERT INTO reminders (id, obligation, code, step, letter) VALUES (1, 1, 'overdue-1', 'overdue', 7)",
)
ANSWER = (
    "INSERT INTO mails (id, campaign, identity, message_id, sender, sender_name, subject, arrived_at, read_at, reason, "
    f"guesses, files, answerable, verdict, \"references\") VALUES (1, '{CAMPAIGN}', 'x', '', '', '', '', "
    "'2022-07-12 00:30:00', '2022-07-12 00:30:00', '', '[]', '[]', false, "
)
