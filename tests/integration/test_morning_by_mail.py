"""The morning through a real SMTP server on loopback: what each answer leaves in the ledger, and what crashes cost."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.model import Channel, Entry, LetterState, Listed, Reminder, Step
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.letters.agenda import agendas
from cuibao.service.letters.morning import LetterStatus
from cuibao.service.views import board
from cuibao.settings import CHECKOUT
from tests.integration.smtp_server import Drop, SmtpServer, Stall
from tests.offices import DOMAIN, at, begun, office, reachable, smtp, spoil

pytestmark = pytest.mark.slow

DAY, NEXT_DAY = "2022-06-21T08:30", "2022-06-22T08:30"
# The last working day before the 25th, a Saturday, on which some items are due.
DUE_DAY = "2022-06-24T08:30"
# 42 units, and the office itself about the phases that closed in April.
LETTERS = 43
JIADING = f"jiading@{DOMAIN}"
LEADER = f"leader.jiading@{DOMAIN}"
BOTH = (JIADING, f"liaison.jiading@{DOMAIN}")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    reachable(tmp_path)
    begun(tmp_path, **smtp(25))
    return tmp_path


def statuses(opened: Office, day: str) -> dict[str, LetterStatus]:
    return {letter.name: letter.status for letter in morning.run(opened, at(day)).letters}


def state(opened: Office, unit: str = "jiading", day: str = DAY) -> LetterState:
    letter = opened.ledger.letter(opened.campaign.id, unit, at(day).date())
    assert letter is not None
    return letter.state


def to(server: SmtpServer, address: str = JIADING) -> list[bytes]:
    return [letter.data for letter in server.letters if address in letter.recipients]


def until(happens: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def command(home: Path, server: SmtpServer, day: str = DAY) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name("cuibao")
    environ = {**os.environ, "CUIBAO_HOME": str(home), **smtp(server.port)}
    return subprocess.Popen(
        [str(program), "morning", "--as-of", day], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_it_sends_all_over_one_connection(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port)) as opened:
        found = statuses(opened, DAY)
    sent = [name for name, status in found.items() if status is LetterStatus.SENT]
    assert len(sent) == len(server.letters) == LETTERS
    assert server.connections == 1


def test_it_connects_to_nothing_when_there_is_nothing_to_send(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at(DAY))
        morning.run(opened, at(DAY))
    assert server.connections == 1


def test_it_never_hands_a_placeholder_address_to_a_mail_server(tmp_path: Path, server: SmtpServer) -> None:
    with office(tmp_path, **smtp(server.port)) as opened:
        result = morning.run(opened, at(DAY))
    assert {address for letter in server.letters for address in letter.recipients} <= {"xfxawb@sina.com"}
    assert len(result.unreachable) == 42
    assert result.written == ()


def test_it_records_a_refused_recipient_and_goes_on(home: Path, server: SmtpServer) -> None:
    for address in (*BOTH, LEADER):
        server.rejects(address, "550 5.1.1 no such user")
    with office(home, **smtp(server.port)) as opened:
        found = statuses(opened, DAY)
        assert state(opened) is LetterState.REFUSED
        assert [(t.name, t.what) for t in board.look(opened, at(DAY)).troubles] == [("嘉定镇", "退信")]
    assert found["嘉定镇"] is LetterStatus.REFUSED
    assert found["古陂镇"] is LetterStatus.SENT


def test_it_does_not_repeat_a_refused_letter_to_the_same_address(home: Path, server: SmtpServer) -> None:
    for address in (*BOTH, LEADER):
        server.rejects(address, "550 5.1.1 no such user")
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at("2022-07-14T08:30"))
        # No step falls on the 15th for a town but those of the 14th, which its address refused.
        assert statuses(opened, "2022-07-15T08:30")["嘉定镇"] is not LetterStatus.SENT


def test_it_repeats_a_refused_letter_once_the_address_has_changed(home: Path, server: SmtpServer) -> None:
    for address in (*BOTH, LEADER):
        server.rejects(address, "550 5.1.1 no such user")
    with office(home, **smtp(server.port)) as opened:
        told = next(x for x in morning.run(opened, at(DAY)).letters if x.name == "嘉定镇").reminders
    units = home / "contacts" / "units.yaml"
    units.write_text(units.read_text(encoding="utf-8").replace(f"[{JIADING}]", f"[new.{JIADING}]"), encoding="utf-8")
    with office(home, **smtp(server.port)) as opened:
        again = next(x for x in morning.run(opened, at(NEXT_DAY)).written if x.name == "嘉定镇").reminders
    assert {r.obligation.key for r in told} <= {r.obligation.key for r in again}


def test_it_records_a_partly_refused_letter(home: Path, server: SmtpServer) -> None:
    server.rejects(BOTH[1], "550 5.1.1 no such user")
    with office(home, **smtp(server.port)) as opened:
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.PARTIAL
        assert BOTH[1] in board.look(opened, at(DAY)).troubles[0].detail
    assert len(to(server)) == 1


def test_it_sends_a_deferred_letter_at_the_next_run_of_the_day(home: Path, server: SmtpServer) -> None:
    server.next("mail", "451 4.7.1 try again later")
    with office(home, **smtp(server.port)) as opened:
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.DEFERRED
        assert to(server) == []
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.SENT
    assert len(to(server)) == 1


def test_it_takes_a_deferred_step_into_the_next_mornings_letter(home: Path, server: SmtpServer) -> None:
    server.next("mail", "451 4.7.1 try again later")
    with office(home, **smtp(server.port)) as opened:
        first = next(x for x in morning.run(opened, at(DAY)).letters if x.name == "嘉定镇").reminders
        (second,) = [x for x in morning.run(opened, at(NEXT_DAY)).written if x.name == "嘉定镇"]
    assert {r.obligation.key for r in first} <= {r.obligation.key for r in second.reminders}
    assert len(to(server)) == 1


def test_it_leaves_every_letter_for_later_when_the_server_is_away(home: Path, server: SmtpServer) -> None:
    with office(home, **{**smtp(server.port), "CUIBAO_SMTP_PORT": "1"}) as opened:
        found = statuses(opened, DAY)
    assert set(found.values()) <= {LetterStatus.DEFERRED, LetterStatus.NOTHING_DUE}
    with office(home, **smtp(server.port)) as opened:
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.SENT
    assert max(Counter(letter.message_id for letter in server.letters).values()) == 1


def test_it_repeats_a_letter_once_when_the_connection_goes_after_the_last_dot(home: Path, server: SmtpServer) -> None:
    server.next("end", Drop(stored=True))
    with office(home, **smtp(server.port)) as opened:
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.SENT
        assert LetterStatus.SENT not in statuses(opened, DAY).values()
    copies = to(server)
    assert len(copies) == 2
    assert copies[0] == copies[1]


def test_it_shows_a_person_what_it_does_not_know(home: Path, server: SmtpServer) -> None:
    server.next("end", Drop(stored=True), Drop(stored=False))
    with office(home, **smtp(server.port)) as opened:
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.UNCERTAIN
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.ALREADY
        assert [(t.name, t.what) for t in board.look(opened, at(DAY)).troubles] == [("嘉定镇", "是否送达不确定")]
    assert len(to(server)) == 1


def test_it_stops_a_reminder_whose_report_comes_in_between(home: Path, server: SmtpServer) -> None:
    server.next("greeting", Stall(2.5))
    with office(home, **smtp(server.port)) as opened:
        running = threading.Thread(target=lambda: morning.run(opened, at(DAY)))
        running.start()
        with office(home, **smtp(server.port)) as clerk:

            def claimed() -> bool:
                return clerk.ledger.letter(clerk.campaign.id, "jiading", at(DAY).date()) is not None

            until(lambda: clerk.ledger.simulated(clerk.campaign.id) is not None and claimed())
            item = lookup.item_named(clerk, "responsibility", "monthly", "2022-06")
            entering.record(
                clerk,
                at("2022-06-21T08:31"),
                units=["嘉定镇"],
                period=item,
                received=None,
                channel=Channel.FAX,
                by="王",
            )
        running.join()
        kept = opened.ledger.letter(opened.campaign.id, "jiading", at(DAY).date())
    assert kept is not None
    assert item.requirement.id not in {
        key.requirement for key in kept.keys if key.plan == "responsibility" and key.period == "2022-06"
    }
    assert server.connections == 1
    (sent,) = to(server)
    assert sent == kept.message.data


def receive(opened: Office, when: str, plan: str, requirement: str, period: str) -> None:
    item = lookup.item_named(opened, plan, requirement, period)
    entering.record(opened, at(when), units=["嘉定镇"], period=item, received=None, channel=Channel.FAX, by="王")


def away(server: SmtpServer) -> dict[str, str]:
    """A mail server that cannot be reached."""
    return {**smtp(server.port), "CUIBAO_SMTP_PORT": "1"}


def text(data: bytes) -> str:
    part = message_from_bytes(data, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_letter_put_off_says_what_is_true_when_it_goes(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at("2022-06-20T08:30"))
    with office(home, **away(server)) as opened:
        assert statuses(opened, DAY)["嘉定镇"] is LetterStatus.DEFERRED
        # No step of this letter: it is overdue since April, and was urged the day before.
        receive(opened, "2022-06-21T10:00", "responsibility", "monthly", "2022-04")
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at("2022-06-21T11:00"))
        kept = opened.ledger.letter(opened.campaign.id, "jiading", at(DAY).date())
    before, after = (text(data) for data in to(server))
    assert "本月工作进展（4月）" in before
    assert "本月工作进展（4月）" not in after
    assert "本月工作进展（5月）" in after
    assert kept is not None
    assert kept.message.data == to(server)[-1]


def test_an_opening_letter_put_off_still_carries_the_year(home: Path, server: SmtpServer) -> None:
    with office(home, **away(server)) as opened:
        morning.run(opened, at("2022-04-22T08:30"))
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at("2022-04-22T09:00"))
    assert "全年事项一览" in text(to(server)[0])


def test_a_letter_put_off_goes_to_the_address_of_now(home: Path, server: SmtpServer) -> None:
    with office(home, **away(server)) as opened:
        morning.run(opened, at(DAY))
    spoil(home / "contacts" / "units.yaml", f"[{JIADING}]", f"[new.{JIADING}]")
    with office(home, **smtp(server.port)) as opened:
        (letter,) = [x for x in morning.run(opened, at(DAY)).written if x.name == "嘉定镇"]
    assert letter.to[0] == f"new.{JIADING}"
    assert to(server) == []
    assert len(to(server, f"new.{JIADING}")) == 1


def test_the_leader_is_not_on_copy_once_the_urged_item_has_come(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port)) as opened:
        for day in ("2022-04-21", "2022-04-24"):
            morning.run(opened, at(f"{day}T08:30"))
    server.letters.clear()
    with office(home, **away(server)) as opened:
        (before,) = [x for x in morning.run(opened, at("2022-04-28T08:30")).written if x.name == "县教育局"]
        item = lookup.item_named(opened, "responsibility", "monthly", "2022-04")
        now = at("2022-04-28T10:00")
        entering.record(opened, now, units=["县教育局"], period=item, received=None, channel=Channel.FAX, by="王")
    with office(home, **smtp(server.port)) as opened:
        (after,) = [x for x in morning.run(opened, at("2022-04-28T11:00")).written if x.name == "县教育局"]
    assert before.cc == (f"leader.jiaoyu@{DOMAIN}",)
    assert after.cc == ()
    assert to(server, f"leader.jiaoyu@{DOMAIN}") == []
    assert "抄送" not in text(to(server, f"jiaoyu@{DOMAIN}")[0])


def test_a_dry_run_counts_a_letter_put_off_as_still_to_go(home: Path, server: SmtpServer) -> None:
    with office(home, **away(server)) as opened:
        morning.run(opened, at(DAY))
        planned = morning.run(opened, at(DAY), dry_run=True)
    assert len(planned.written) == 42
    assert {letter.status for letter in planned.written} == {LetterStatus.PLANNED}
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at(DAY))
        assert morning.run(opened, at(DAY), dry_run=True).written == ()


def test_the_daily_cap_holds_after_an_outage_and_never_keeps_the_office_waiting(home: Path, server: SmtpServer) -> None:
    with office(home, CUIBAO_SMTP_DAILY_CAP="5", **away(server)) as opened:
        morning.run(opened, at(DAY))
    with office(home, CUIBAO_SMTP_DAILY_CAP="5", **smtp(server.port)) as opened:
        found = statuses(opened, DAY)
    assert len(server.letters) == 5
    assert found[opened.campaign.office] is LetterStatus.SENT
    assert Counter(found.values())[LetterStatus.CAPPED] == LETTERS - 5


def test_a_letter_put_off_follows_a_date_corrected_meanwhile(home: Path, server: SmtpServer) -> None:
    with office(home, **away(server)) as opened:
        (before,) = [x for x in morning.run(opened, at(DAY)).written if x.name == "嘉定镇"]
    shutil.copytree(CHECKOUT / "schedules", home / "schedules")
    spoil(home / "schedules" / "xinfeng-2022" / "3-responsibility.yaml", "day: 20", "day: 21")
    with office(home, **smtp(server.port)) as opened:
        (after,) = [x for x in morning.run(opened, at(DAY)).written if x.name == "嘉定镇"]

    def june(told: Sequence[Listed | Reminder]) -> list[Listed | Reminder]:
        keys = [(each.obligation.key.plan, each.obligation.key.period) for each in told]
        return [each for each, key in zip(told, keys, strict=True) if key == ("responsibility", "2022-06")]

    assert (len(june(before.overdue)), len(june(before.reminders))) == (1, 0)
    (due,) = june(after.reminders)
    assert isinstance(due, Reminder)
    assert (due.step, june(after.overdue)) == (Step.DUE, [])


def test_a_refused_gate_report_is_sent_again_the_next_morning(home: Path, server: SmtpServer) -> None:
    server.rejects("xfxawb@sina.com", "550 5.1.1 no such user")
    with office(home, **smtp(server.port)) as opened:
        assert statuses(opened, DAY)[opened.campaign.office] is LetterStatus.REFUSED
        server.accepts("xfxawb@sina.com")
        assert statuses(opened, NEXT_DAY)[opened.campaign.office] is LetterStatus.SENT
        assert statuses(opened, "2022-06-23T08:30")[opened.campaign.office] is LetterStatus.NOTHING_DUE


def test_two_mornings_at_once_send_each_letter_once(home: Path, server: SmtpServer) -> None:
    running = [command(home, server) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    counted = Counter(letter.message_id for letter in server.letters)
    assert len(counted) == LETTERS
    assert set(counted.values()) == {1}


@pytest.mark.parametrize("stored", [True, False])
def test_a_kill_after_the_last_dot_costs_one_copy_at_most(home: Path, server: SmtpServer, stored: bool) -> None:
    server.next("end", Stall(30, stored=stored))
    first = command(home, server)
    until(lambda: server.did("end"))
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert command(home, server).wait(60) == 0
    copies = to(server)
    assert len(copies) == (2 if stored else 1)
    assert len(set(copies)) == 1
    counted = Counter(letter.message_id for letter in server.letters)
    assert len(counted) == LETTERS
    assert sum(counted.values()) == LETTERS + stored


def test_a_kill_before_sending_costs_nothing(home: Path, server: SmtpServer) -> None:
    server.next("greeting", Stall(30))
    first = command(home, server)
    until(lambda: server.connections)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert command(home, server).wait(60) == 0
    counted = Counter(letter.message_id for letter in server.letters)
    assert len(counted) == LETTERS
    assert set(counted.values()) == {1}


def test_a_ledger_that_fails_after_the_last_dot_costs_one_copy_and_calls_nothing_unsent(
    home: Path, server: SmtpServer
) -> None:
    server.next("end", Stall(2, stored=True))
    program = Path(sys.executable).with_name("cuibao")
    environ = {**os.environ, "CUIBAO_HOME": str(home), **smtp(server.port)}
    words = [str(program), "morning", "--as-of", DAY]
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        until(lambda: server.letters)
        with closing(sqlite3.connect(home / "ledger.db")) as ledger:
            ledger.execute("ALTER TABLE letters RENAME TO lost")
            said, complaint = (stream.decode() for stream in first.communicate(timeout=60))
            ledger.execute("ALTER TABLE lost RENAME TO letters")
    (row,) = [line for line in said.splitlines() if line.strip().startswith("嘉定镇 ")]
    assert "是否送达不确定" in row
    assert (first.returncode, f"有 {LETTERS - 1} 封信没有发出：台账读写出错" in complaint) == (1, True)
    assert command(home, server).wait(60) == 0
    copies = to(server)
    assert len(copies) == 2
    assert copies[0] == copies[1]
    assert sum(Counter(letter.message_id for letter in server.letters).values()) == LETTERS + 1


def test_it_gives_up_to_a_person_after_two_crashes(home: Path, server: SmtpServer) -> None:
    for _ in range(2):
        server.next("end", Stall(30, stored=True))
        running = command(home, server)
        until(lambda: server.did("end"))
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert command(home, server).wait(60) == 1
    with office(home, **smtp(server.port)) as opened:
        assert state(opened) is LetterState.UNCERTAIN
    assert len(to(server)) == 2


def test_under_a_daily_cap_what_is_due_today_goes_first(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at(DAY))
    with office(home, **smtp(server.port), CUIBAO_SMTP_DAILY_CAP="8") as opened:
        written = {each.unit.name: each.presses for each in agendas(opened, at(DUE_DAY))}
        pressing = {name for name, presses in written.items() if presses}
        assert 8 <= len(pressing) < len(written)
        sent = [letter for letter in morning.run(opened, at(DUE_DAY)).letters if letter.status is LetterStatus.SENT]
    assert {letter.name for letter in sent if letter.addressee != "office"} <= pressing


def test_a_letter_that_was_stopped_goes_where_the_entry_was_taken_back(home: Path, server: SmtpServer) -> None:
    with office(home, **smtp(server.port)) as opened:
        morning.run(opened, at(DAY))
        server.letters.clear()
        server.rejects(JIADING, "451 4.7.1 try again later")
        server.rejects(BOTH[1], "451 4.7.1 try again later")
        told = next(letter for letter in morning.run(opened, at(DUE_DAY)).letters if letter.name == "嘉定镇")
        assert told.status is LetterStatus.DEFERRED
        for obligation in told.about:
            entering.record(
                opened,
                at(DUE_DAY),
                units=["嘉定镇"],
                period=obligation.period,
                received=None,
                channel=Channel.FAX,
                by="王",
            )
        server.accepts(JIADING)
        server.accepts(BOTH[1])
        assert statuses(opened, DUE_DAY)["嘉定镇"] is LetterStatus.STOPPED
        period = next(each.obligation.period for each in told.reminders if each.step is Step.DUE)
        entering.record(
            opened,
            at(DUE_DAY),
            units=["嘉定镇"],
            period=period,
            received=None,
            channel=Channel.FAX,
            by="王",
            note="登错单位",
            entry=Entry.WITHDRAWN,
        )
        assert statuses(opened, DUE_DAY)["嘉定镇"] is LetterStatus.SENT
    assert len(to(server)) == 1


def test_it_keeps_to_the_daily_cap(home: Path, server: SmtpServer) -> None:
    with office(home, CUIBAO_SMTP_DAILY_CAP="5", **smtp(server.port)) as opened:
        found = Counter(statuses(opened, DAY).values())
    assert len(server.letters) == found[LetterStatus.SENT] == 5
    assert found[LetterStatus.CAPPED] == LETTERS - 5
