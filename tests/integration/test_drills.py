"""演练: what may leave by which clock, how a drill shows itself, and that it and the real ledger never meet."""

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.model import Beginning, CarriedBy, Channel
from cuibao.office import Office
from cuibao.said import full_date
from cuibao.service import checking
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.mail import answers as answering
from cuibao.service.mail import reading
from cuibao.service.views.board import look
from cuibao.times import day_of
from flows.pages.links import Links
from flows.publish import table
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.integration.test_cli import cuibao
from tests.mails import AUTHSERV, File, mail
from tests.offices import DOMAIN, at, imap, office, reachable, smtp

DAY = "2022-06-21T08:30"
JIADING = f"jiading@{DOMAIN}"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    reachable(tmp_path)
    return tmp_path


def real(server: SmtpServer) -> dict[str, str]:
    """The settings of a mail server that real letters go to."""
    return {name: value for name, value in smtp(server.port).items() if name != "CUIBAO_DRILL"}


def begin(opened: Office) -> None:
    opened.ledger.register(opened.campaign.id, at("2022-04-18T08:30"))
    opened.ledger.mornings.begin(opened.campaign.id, CarriedBy.SMTP, Beginning(at("2022-04-18T08:30"), "王芳", {}))


def enter(opened: Office, unit: str) -> None:
    item = lookup.item_named(opened, "skills", "liaison", None)
    entering.record(opened, at(DAY), units=[unit], period=item, received=None, channel=Channel.PAPER, by="王芳")


def traces(opened: Office) -> tuple[object, ...]:
    """All that the ledger holds of the campaign that is open."""
    ledger, campaign = opened.ledger, opened.campaign.id
    return (
        ledger.entries(campaign),
        [(letter.addressee, letter.day, letter.state) for letter in ledger.written(campaign)],
        ledger.phase_marks(campaign),
        ledger.mornings.beginning(campaign, CarriedBy.SMTP),
        ledger.mails.listed(campaign),
    )


# --- a clock that is not the machine's own ---


def test_a_clock_that_stands_and_real_mail_exclude_each_other(home: Path, server: SmtpServer) -> None:
    with office(home, **real(server), CUIBAO_NOW=DAY) as opened:
        begin(opened)
        before = traces(opened)
        result = morning.run(opened, opened.now(), by_the_clock=True)
        assert (result.letters, result.transitions) == ((), ())
        assert result.skipped is not None
        assert "CUIBAO_NOW 把时钟停在 2022年6月21日 08:30，又设了发信服务器，没有发信" in result.skipped
        assert "CUIBAO_DRILL=send" in result.skipped
        assert traces(opened) == before  # no phase is closed whose report would go out another day
        assert any("只用于演练，不发信" in warning for warning in checking.warnings(opened))
    assert server.letters == []


def test_another_day_than_today_and_real_mail_exclude_each_other(home: Path, server: SmtpServer) -> None:
    with office(home, **real(server)) as opened:
        begin(opened)
        before = traces(opened)
        result = morning.run(opened, at(DAY))
        assert result.skipped is not None
        assert f"指明按 2022年6月21日 做，而今天是 {full_date(day_of(opened.now()))}，没有发信" in result.skipped
        assert traces(opened) == before
    assert server.letters == []


def test_what_another_day_would_send_can_still_be_looked_at(home: Path, server: SmtpServer) -> None:
    with office(home, **real(server)) as opened:
        begin(opened)
        assert len(morning.run(opened, at("2022-04-18T08:30"), dry_run=True).written) == 42
    assert server.letters == []


def test_a_clock_that_stands_answers_nobody(home: Path, server: SmtpServer, account: Account) -> None:
    account.deliver(mail(sender=JIADING, files=[File("嘉定镇安全技能联络人.docx")]), at("2022-06-20T10:00"))
    environ = {**real(server), **imap(account), "CUIBAO_IMAP_AUTHSERV": AUTHSERV}
    with office(home, **environ, CUIBAO_NOW=DAY) as opened:
        begin(opened)
        found = reading.Collected()
        reading.collect(opened, opened.now(), found)
        assert found.read == 1
        assert opened.ledger.mails.answers(opened.campaign.id) == ()
        assert answering.send_answers(opened) == {}
        assert any("来信照样登记，不发回执" in notice for notice in found.notices)
    assert server.letters == []


# --- a drill ---


def test_a_drill_says_so_in_every_mail_and_asks_nobody(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port), CUIBAO_NOW="2022-05-05T08:30") as opened:
        for day in ("2022-04-29T08:30", "2022-05-05T08:30"):
            morning.run(opened, at(day))
        assert opened.rehearsal == "（演练）"
        assert any("现在是演练" in warning for warning in checking.warnings(opened))
    mails = [message_from_bytes(kept.data, policy=policy.default) for kept in server.letters]
    assert any("【阶段小结】" in each["Subject"] for each in mails)
    assert any("【报送通知】" in each["Subject"] for each in mails)
    assert all(each["Subject"].startswith("【演练】") for each in mails)


def test_a_drill_answers_no_mail_of_a_day_that_its_clock_has_not_reached(
    home: Path, server: SmtpServer, account: Account
) -> None:
    account.deliver(mail(sender=JIADING, files=[File("嘉定镇安全技能联络人.docx")]), at("2026-11-20T10:00"))
    environ = {**smtp(server.port), **imap(account), "CUIBAO_IMAP_AUTHSERV": AUTHSERV}
    with office(home, **environ, CUIBAO_NOW=DAY) as opened:
        found = reading.Collected()
        reading.collect(opened, opened.now(), found)
        answering.send_answers(opened)
        assert found.read == 1
    assert server.letters == []


@pytest.mark.parametrize(("arrived", "answers"), [("2022-06-20T10:00", 0), ("2022-06-21T10:00", 1)])
def test_a_drill_answers_what_came_since_it_began(
    home: Path, server: SmtpServer, account: Account, arrived: str, answers: int
) -> None:
    account.deliver(mail(sender=JIADING, files=[File("嘉定镇安全技能联络人.docx")]), at(arrived))
    environ = {**smtp(server.port), **imap(account), "CUIBAO_IMAP_AUTHSERV": AUTHSERV}
    with office(home, **environ, CUIBAO_NOW="2022-06-21T16:00") as opened:
        morning.run(opened, at(DAY))
        reading.collect(opened, opened.now(), reading.Collected())
        answering.send_answers(opened)
        assert len(opened.ledger.entries(opened.campaign.id, "jiading")) == 1
    assert sum(b"auto-replied" in kept.data for kept in server.letters) == answers


def test_a_drill_and_the_real_ledger_never_meet(home: Path, server: SmtpServer, database_url: str) -> None:
    ledger = {"CUIBAO_DATABASE_URL": database_url}
    with office(home, **real(server), **ledger) as opened:
        begin(opened)
        enter(opened, "嘉定镇")
        assert not opened.campaign.drill
        before = traces(opened)
    with office(home, **smtp(server.port), **ledger, CUIBAO_NOW=DAY) as drill:
        assert look(drill, at(DAY)).progress != ()
        assert drill.ledger.entries(drill.campaign.id) == {}
        enter(drill, "古陂镇")
        sent = morning.run(drill, at(DAY)).written
        assert {letter.name for letter in sent} >= {"嘉定镇"}
        (unit,) = {key.unit for key in drill.ledger.entries(drill.campaign.id)}
        assert unit == "gupi"
        rehearsed = traces(drill)
    with office(home, **real(server), **ledger) as opened:
        assert traces(opened) == before
        enter(opened, "大阿镇")
    with office(home, **smtp(server.port), **ledger, CUIBAO_NOW=DAY) as drill:
        assert traces(drill) == rehearsed


@pytest.mark.slow
def test_every_command_says_that_it_is_a_drill(tmp_path: Path) -> None:
    environ = smtp(2525)  # nothing listens there: nothing is sent
    seen = cuibao(tmp_path, "board", **environ)
    assert (seen.rehearsed, seen.err) == (True, "")
    assert "报送情况（演练）" in seen.out
    checked = json.loads(cuibao(tmp_path, "check", "--json", **environ).out)
    assert (checked["campaign"], checked["drill"]) == ("xinfeng-2022", True)
    assert "~drill" not in seen.out + cuibao(tmp_path, "check", **environ).out
    assert not cuibao(tmp_path, "board").rehearsed


def test_every_page_of_a_drill_says_so(home: Path, server: SmtpServer) -> None:
    for environ, marked in ((smtp(server.port), True), (real(server), False)):
        with office(home, **environ) as opened:
            postings = table(opened, look(opened, at(DAY)), Links({}, "王芳"), [])
            pages = [posting.page for posting in postings.values() if posting.page]
            assert len(pages) > 10
            assert all(page.text.startswith("# 【演练】") is marked for page in pages)
            assert all(("只算演练，不是真实情况" in page.text) is marked for page in pages)
