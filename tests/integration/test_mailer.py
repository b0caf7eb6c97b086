"""Letters through a real mail server on loopback, and into a real folder."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from cuibao.errors import CuibaoError, LoginRefused, SettingError
from cuibao.mailer import BatchStopped, ConnectionTrouble, OutboxCarrier, Pacing, Session, SmtpSettings
from cuibao.mailer.smtp import SmtpCarrier
from cuibao.model import Delivery, Message, Outcome
from tests.integration.smtp_server import HOST, Certificate, Drip, Drop, SmtpServer, Stall, make_certificate
from tests.services import free_port

# On loopback, a login without encryption is what many of these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

SENDER = "xfxawb@sina.com"
LIAISON, LEADER = "liaison@jiading.gov.cn", "leader@jiading.gov.cn"
# Seconds to wait in vain, where a test does: a busy machine answers well within them.
IMPATIENT = 1.5
BODY = b"first line\r\n.leading dot\r\n..two dots\r\n.\r\nlast line\r\n"


def letter(number: int = 1, to: tuple[str, ...] = (LIAISON,)) -> Message:
    message_id = f"<xinfeng-2022.20220725.unit{number}@cuibao.sina.com>"
    head = (
        f"From: {SENDER}\r\nTo: {', '.join(to)}\r\nSubject: =?utf-8?b?5YKs5oql?=\r\n"
        f"Date: Mon, 25 Jul 2022 08:30:00 +0800\r\nMessage-ID: {message_id}\r\n\r\n"
    )
    return Message(message_id, "催报", to, head.encode() + BODY)


def carrier(server: SmtpServer, **changes: Any) -> SmtpCarrier:
    settings = SmtpSettings(
        HOST,
        server.port,
        "none",
        user=None,
        password=None,
        sender=SENDER,
        pacing=Pacing.for_local_relay(),
        timeout_before_data=30,
        timeout_after_data=30,
    )
    return SmtpCarrier(replace(settings, **changes))


class Going:
    """A watch that says so often yes, and then no; `asked` is what it was asked."""

    def __init__(self, begin: bool = True, end: bool = True) -> None:
        self._begin, self._end = begin, end
        self.asked: list[str] = []

    def may_begin(self) -> bool:
        self.asked.append("begin")
        return self._begin

    def may_end(self) -> bool:
        self.asked.append("end")
        return self._end


def send(session: Session, message: Message, watch: Going | None = None) -> Delivery:
    session.ready()
    return session.deliver(message, watch or Going())


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


class TestAccepted:
    def test_it_carries_the_very_bytes_to_all_recipients(self, server: SmtpServer) -> None:
        message = letter(to=(LIAISON, LEADER))
        with carrier(server).session() as session:
            delivery = send(session, message)
        assert delivery == Delivery(Outcome.ACCEPTED, detail="250 2.0.0 OK queued as 1")
        kept = server.letters[0]
        assert (kept.sender, kept.recipients, kept.data) == (SENDER, (LIAISON, LEADER), message.data)

    def test_it_makes_every_line_end_crlf(self, server: SmtpServer) -> None:
        message = replace(letter(), data=b"Subject: x\n\n.a\nb\rc")
        with carrier(server).session() as session:
            send(session, message)
        assert server.letters[0].data == b"Subject: x\r\n\r\n.a\r\nb\r\nc\r\n"

    def test_it_sends_a_batch_over_one_connection(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            outcomes = [send(session, letter(number)).outcome for number in range(5)]
        assert outcomes == [Outcome.ACCEPTED] * 5
        assert len(server.letters) == 5
        assert server.connections == 1

    def test_it_connects_to_nothing_before_the_first_letter(self, server: SmtpServer) -> None:
        with carrier(server).session():
            pass
        assert server.connections == 0

    def test_it_says_goodbye_at_the_end(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            send(session, letter())
        assert server.commands[-1] == "QUIT"

    def test_it_insists_on_one_ready_for_each_letter(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            send(session, letter())
            with pytest.raises(RuntimeError, match="ready"):
                session.deliver(letter(2), Going())
        assert len(server.letters) == 1


class TestPace:
    def test_it_takes_a_new_connection_after_so_many_letters(self, server: SmtpServer) -> None:
        pacing = Pacing(letters_per_connection=2, gap_seconds=0)
        with carrier(server, pacing=pacing).session() as session:
            for number in range(5):
                send(session, letter(number))
        assert (len(server.letters), server.connections, server.commands.count("QUIT")) == (5, 3, 3)

    def test_it_rests_between_two_letters_but_not_before_the_first(self, server: SmtpServer) -> None:
        with carrier(server, pacing=Pacing(gap_seconds=60)).session() as session:
            begun = time.monotonic()
            session.ready()
            assert time.monotonic() - begun < 30
        with carrier(server, pacing=Pacing(gap_seconds=0.3)).session() as session:
            session.ready()
            session.deliver(letter(), Going())
            delivered = time.monotonic()
            session.ready()
            assert time.monotonic() - delivered >= 0.29

    def test_it_reconnects_when_the_server_closed_an_idle_session(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            send(session, letter(1))
            server.hang_up()
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED
        assert (len(server.letters), server.connections) == (2, 2)

    def test_it_reconnects_when_the_letter_it_was_ready_for_was_never_sent(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            session.ready()
            server.hang_up()
            assert send(session, letter()).outcome is Outcome.ACCEPTED

    def test_it_asks_again_whether_the_server_listens_after_a_pause(
        self, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cuibao.mailer.connection._CLEAN_SECONDS", 0.0)
        with carrier(server).session() as session:
            send(session, letter(1))
            server.hang_up()
            session.ready()
            assert server.connections == 2

    @pytest.mark.parametrize("last_words", [b"", b"421 4.4.2 closing\r\n"])
    def test_a_letter_that_finds_the_connection_closed_goes_over_a_new_one(
        self, server: SmtpServer, last_words: bytes
    ) -> None:
        with carrier(server).session() as session:
            send(session, letter(1))
            session.ready()
            server.hang_up(last_words)
            assert session.deliver(letter(2), Going()).outcome is Outcome.ACCEPTED
        assert (len(server.letters), server.connections) == (2, 2)

    def test_it_reconnects_after_a_parting_421(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            send(session, letter(1))
            server.hang_up(b"421 4.4.2 idle too long\r\n")
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED
        assert [kept.message_id for kept in server.letters] == [letter(1).message_id, letter(2).message_id]

    def test_it_opens_one_connection_for_two_threads(self, server: SmtpServer) -> None:
        server.next("greeting", Stall(0.2))
        with carrier(server).session() as session:
            threads = [threading.Thread(target=session.ready) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert server.connections == 1


class TestRefusedAndDeferred:
    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            ("550 5.1.1 no such user", Outcome.REFUSED),
            ("552 5.3.4 too big", Outcome.REFUSED),
            ("450 4.2.1 try later", Outcome.DEFERRED),
            ("421 4.3.2 shutting down", Outcome.DEFERRED),
            ("451 DT:SPM 163 smtp", Outcome.DEFERRED),
            ("550 Ip frequency limited", Outcome.DEFERRED),
            ("550 Domain Frequency Limited", Outcome.DEFERRED),
        ],
    )
    def test_it_tells_refused_from_deferred_at_every_stage(
        self, server: SmtpServer, stage: Any, answer: str, outcome: Outcome
    ) -> None:
        server.next(stage, answer)
        with carrier(server).session() as session:
            delivery = send(session, letter())
            assert delivery.outcome is outcome
            assert answer in delivery.detail
            assert delivery.refused == ((LIAISON,) if outcome is Outcome.REFUSED else ())
            assert not server.letters
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED, "one failure must not stop the others"
        assert [kept.message_id for kept in server.letters] == [letter(2).message_id]

    def test_it_names_the_recipients_turned_away_when_others_have_the_letter(self, server: SmtpServer) -> None:
        server.rejects(LEADER, "550 5.1.1 mailbox unavailable")
        with carrier(server).session() as session:
            delivery = send(session, letter(to=(LIAISON, LEADER)))
        assert (delivery.outcome, delivery.refused) == (Outcome.ACCEPTED, (LEADER,))
        assert delivery.detail == f"250 2.0.0 OK queued as 1；未被接收：{LEADER}（550 5.1.1 mailbox unavailable）"
        assert server.letters[0].recipients == (LIAISON,)

    def test_it_tells_the_recipients_put_off_from_those_turned_away(self, server: SmtpServer) -> None:
        server.rejects(LIAISON, "452 4.2.2 mailbox full")
        server.rejects(LEADER, "550 5.1.1 mailbox unavailable")
        with carrier(server).session() as session:
            delivery = send(session, letter(to=(LIAISON, LEADER, f"other.{LEADER}")))
        assert (delivery.outcome, delivery.refused, delivery.deferred) == (Outcome.ACCEPTED, (LEADER,), (LIAISON,))
        words = f"未被接收：{LEADER}（550 5.1.1 mailbox unavailable）；暂缓接收：{LIAISON}（452 4.2.2 mailbox full）"
        assert delivery.detail == f"250 2.0.0 OK queued as 1；{words}"

    def test_it_is_refused_when_every_recipient_is(self, server: SmtpServer) -> None:
        server.rejects(LIAISON, "550 no")
        server.rejects(LEADER, "553 never")
        with carrier(server).session() as session:
            delivery = send(session, letter(to=(LIAISON, LEADER)))
        assert (delivery.outcome, delivery.refused) == (Outcome.REFUSED, (LIAISON, LEADER))
        assert delivery.detail == f"{LIAISON}（550 no）；{LEADER}（553 never）"
        assert "DATA" not in server.commands

    def test_it_is_deferred_when_one_recipient_may_still_take_it(self, server: SmtpServer) -> None:
        server.rejects(LIAISON, "550 no")
        server.rejects(LEADER, "450 later")
        with carrier(server).session() as session:
            delivery = send(session, letter(to=(LIAISON, LEADER)))
        assert (delivery.outcome, delivery.refused) == (Outcome.DEFERRED, (LIAISON,))

    def test_it_reads_an_answer_in_gbk(self, server: SmtpServer) -> None:
        server.next("end", "550 信件内容被拒绝".encode("gbk"))
        with carrier(server).session() as session:
            assert send(session, letter()).detail == "550 信件内容被拒绝"

    def test_it_keeps_a_long_answer_of_many_lines_to_one_short_line(self, server: SmtpServer) -> None:
        server.next("end", b"550-" + b"blah " * 100 + b"\r\n550 \x07the \xff end")
        with carrier(server).session() as session:
            detail = send(session, letter()).detail
        assert detail.startswith("550 blah blah")
        assert len(detail) == 300
        assert detail.isprintable()

    @pytest.mark.parametrize(
        ("address", "why"),
        [
            ("a@jiading.example", "保留域名，不对外投递"),
            ("张三@jiading.gov.cn", "地址中有非英文字符，无法投递"),
            ("nobody", "地址写法不对"),
        ],
    )
    def test_it_never_offers_the_server_an_address_that_cannot_be(
        self, server: SmtpServer, address: str, why: str
    ) -> None:
        with carrier(server).session() as session:
            alone = send(session, letter(1, to=(address,)))
            among = send(session, letter(2, to=(LIAISON, address)))
        assert alone == Delivery(Outcome.REFUSED, (address,), f"{address}（{why}）")
        assert (among.outcome, among.refused) == (Outcome.ACCEPTED, (address,))
        assert why in among.detail
        assert server.commands.count("RCPT") == 1


class TestBatchStop:
    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
    def test_it_stops_after_one_554(self, server: SmtpServer, stage: Any) -> None:
        server.next(stage, "554 DT:SPM 163 smtp")
        with carrier(server).session() as session:
            assert send(session, letter()).outcome is Outcome.REFUSED
            commands = len(server.commands)
            for _ in range(2):
                with pytest.raises(BatchStopped, match="本批其余信件暂停发送：554 DT:SPM"):
                    session.ready()
            assert len(server.commands) == commands
        assert not server.letters

    def test_it_goes_on_after_a_554_for_one_recipient_among_others(self, server: SmtpServer) -> None:
        server.rejects(LEADER, "554 5.7.1 relay access denied")
        with carrier(server).session() as session:
            assert send(session, letter(1, to=(LIAISON, LEADER))).refused == (LEADER,)
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED

    def test_it_goes_on_when_the_recipients_were_refused_for_reasons_of_their_own(self, server: SmtpServer) -> None:
        server.rejects(LIAISON, "554 5.7.1 relay access denied")
        server.rejects(LEADER, "550 5.1.1 no such user")
        with carrier(server).session() as session:
            assert send(session, letter(1, to=(LIAISON, LEADER))).outcome is Outcome.REFUSED
            session.ready()

    def test_it_stops_when_the_server_greets_with_a_refusal(self, server: SmtpServer) -> None:
        server.next("greeting", "554 5.7.1 IP in blacklist")
        with carrier(server).session() as session:
            for _ in range(3):
                with pytest.raises(BatchStopped, match=r"拒绝与本机通信.*554 5.7.1 IP in blacklist"):
                    session.ready()
        assert server.connections == 1

    @pytest.mark.parametrize("answer", ["553 Mail from must equal authorized user", "530 5.7.0 Must log in first"])
    def test_it_blames_the_account_and_not_the_letter_for_a_sender_not_allowed(
        self, server: SmtpServer, answer: str
    ) -> None:
        server.next("mail", answer)
        with carrier(server).session() as session:
            delivery = send(session, letter())
            assert (delivery.outcome, delivery.refused) == (Outcome.DEFERRED, ())
            with pytest.raises(LoginRefused, match=f"请检查登录设置和发件地址：{answer}"):
                session.ready()
        assert server.commands.count("MAIL") == 1


class TestConnectionLost:
    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
    def test_it_is_deferred_when_the_connection_goes_before_the_final_dot(self, server: SmtpServer, stage: Any) -> None:
        server.next(stage, Drop())
        with carrier(server).session() as session:
            delivery = send(session, letter())
            assert delivery.outcome is Outcome.DEFERRED
            assert delivery.detail.startswith("信未发出，连接中断：")
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED
        assert [kept.message_id for kept in server.letters] == [letter(2).message_id]

    @pytest.mark.slow
    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
    def test_it_is_deferred_when_the_server_falls_silent_before_the_final_dot(
        self, server: SmtpServer, stage: Any
    ) -> None:
        server.next(stage, Stall())
        with carrier(server, timeout_before_data=IMPATIENT).session() as session:
            delivery = send(session, letter())
            assert delivery == Delivery(Outcome.DEFERRED, detail="信未发出，连接中断：等候答复超时")
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED

    @pytest.mark.slow
    def test_it_waits_longer_after_the_final_dot_than_before(self, server: SmtpServer) -> None:
        server.next("end", Stall(2 * IMPATIENT, stored=True))
        with carrier(server, timeout_before_data=IMPATIENT, timeout_after_data=60).session() as session:
            assert send(session, letter()).outcome is Outcome.ACCEPTED
        assert len(server.letters) == 1

    @pytest.mark.slow
    def test_it_is_as_impatient_again_with_the_letter_after(self, server: SmtpServer) -> None:
        with carrier(server, timeout_before_data=IMPATIENT, timeout_after_data=60).session() as session:
            send(session, letter())
            session.ready()
            server.next("mail", Stall(120))
            begun = time.monotonic()
            assert session.deliver(letter(2), Going()).outcome is Outcome.DEFERRED
            assert time.monotonic() - begun < 30

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "lost", [Drop(stored=True), Stall(stored=True), "<html>proxy error</html>", Drip(b"250-so far\r\n")]
    )
    def test_it_does_not_know_what_became_of_a_letter_whose_answer_is_lost_and_sends_no_second(
        self, server: SmtpServer, lost: Any
    ) -> None:
        server.next("end", lost)
        with carrier(server, timeout_after_data=IMPATIENT).session() as session:
            delivery = send(session, letter())
            assert (delivery.outcome, delivery.refused) == (Outcome.UNKNOWN, ())
            assert server.commands.count("DATA") == 1
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED
        assert server.connections == 2


class TestWatched:
    def test_it_asks_once_the_addressees_are_taken_and_once_before_the_last_dot(self, server: SmtpServer) -> None:
        watch = Going()
        with carrier(server).session() as session:
            assert send(session, letter(), watch).outcome is Outcome.ACCEPTED
        assert watch.asked == ["begin", "end"]

    def test_it_asks_nothing_of_a_letter_that_nobody_takes(self, server: SmtpServer) -> None:
        server.rejects(LIAISON, "550 5.1.1 no such user")
        watch = Going()
        with carrier(server).session() as session:
            assert send(session, letter(), watch).outcome is Outcome.REFUSED
        assert watch.asked == []

    @pytest.mark.parametrize(("begin", "connections"), [(False, 1), (True, 2)])
    def test_a_letter_that_may_not_go_is_nobodys_and_the_next_one_goes(
        self, server: SmtpServer, begin: bool, connections: int
    ) -> None:
        with carrier(server).session() as session:
            send(session, letter(3))
            assert send(session, letter(), Going(begin, end=False)) == Delivery(Outcome.WITHHELD)
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED
        assert [kept.message_id for kept in server.letters] == [letter(3).message_id, letter(2).message_id]
        assert server.connections == connections

    @pytest.mark.parametrize("where", ["may_begin", "may_end"])
    def test_a_watch_that_breaks_leaves_the_letter_with_nobody(
        self, server: SmtpServer, where: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Broken(Exception):
            pass

        def broken() -> bool:
            raise Broken

        watch = Going()
        monkeypatch.setattr(watch, where, broken)
        with carrier(server).session() as session:
            send(session, letter(3))
            with pytest.raises(Broken):
                send(session, letter(), watch)
            assert send(session, letter(2)).outcome is Outcome.ACCEPTED
        assert [kept.message_id for kept in server.letters] == [letter(3).message_id, letter(2).message_id]


class TestAnnounced:
    """The next letter's MAIL and RCPT with the end of the one before (RFC 2920)."""

    @pytest.fixture
    def server(self) -> Iterator[SmtpServer]:
        with SmtpServer(pipelining=True) as running:
            yield running

    @staticmethod
    def hand_over(session: Session, number: int, following: int | None) -> Outcome:
        session.ready()
        coming = None if following is None else letter(following)
        return session.deliver(letter(number), Going(), coming).outcome

    @staticmethod
    def heard(server: SmtpServer, envelopes: int) -> None:
        """Wait until the server has heard so many."""
        while server.commands.count("RCPT") < envelopes:
            time.sleep(0.01)

    def ids(self, server: SmtpServer) -> list[str]:
        return [kept.message_id for kept in server.letters]

    def test_it_announces_the_next_letter_with_the_last_dot(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            outcomes = [self.hand_over(session, number, number + 1) for number in (1, 2, 3)]
        assert outcomes == [Outcome.ACCEPTED] * 3
        assert self.ids(server) == [letter(number).message_id for number in (1, 2, 3)]
        assert len([packet for packet in server.packets if b".\r\nMAIL FROM:<" in packet]) == 3
        assert server.connections == 1

    def test_another_letter_than_was_announced_may_come(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            assert self.hand_over(session, 1, 2) is Outcome.ACCEPTED
            assert self.hand_over(session, 3, None) is Outcome.ACCEPTED
        assert self.ids(server) == [letter(1).message_id, letter(3).message_id]
        assert server.letters[1].recipients == (LIAISON,)

    def test_the_same_letter_with_other_bytes_is_another(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            self.hand_over(session, 1, 2)
            session.ready()
            anew = replace(letter(2, to=(LEADER,)), data=letter(2, to=(LEADER,)).data + b"anew\r\n")
            assert session.deliver(anew, Going()).outcome is Outcome.ACCEPTED
        assert (server.letters[1].data, server.letters[1].recipients) == (anew.data, (LEADER,))

    @pytest.mark.parametrize("answer", ["550 5.7.1 refused", "450 4.2.1 later"])
    def test_the_next_letter_goes_though_this_one_was_not_taken(self, server: SmtpServer, answer: str) -> None:
        server.next("end", answer)
        with carrier(server).session() as session:
            assert self.hand_over(session, 1, 2) is not Outcome.ACCEPTED
            assert self.hand_over(session, 2, None) is Outcome.ACCEPTED
        assert self.ids(server) == [letter(2).message_id]

    @pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "450 4.2.1 later"])
    @pytest.mark.parametrize("stage", ["mail", "rcpt"])
    def test_what_is_said_to_the_announcement_is_about_the_next_letter(
        self, server: SmtpServer, stage: Any, answer: str
    ) -> None:
        with carrier(server).session() as session:
            session.ready()
            assert session.deliver(letter(1), Going(), letter(2)).outcome is Outcome.ACCEPTED
            self.heard(server, 2)
            server.next(stage, answer)
            assert self.hand_over(session, 2, 3) is Outcome.ACCEPTED  # it had been announced
            assert self.hand_over(session, 3, None) is not Outcome.ACCEPTED
            assert self.hand_over(session, 4, None) is Outcome.ACCEPTED
        assert self.ids(server) == [letter(number).message_id for number in (1, 2, 4)]

    def test_an_answer_lost_with_the_dot_costs_the_next_letter_a_connection(self, server: SmtpServer) -> None:
        server.next("end", Drop(stored=True))
        with carrier(server).session() as session:
            assert self.hand_over(session, 1, 2) is Outcome.UNKNOWN
            assert self.hand_over(session, 2, None) is Outcome.ACCEPTED
        assert self.ids(server) == [letter(1).message_id, letter(2).message_id]
        assert server.connections == 2

    def test_a_line_that_breaks_between_the_dot_and_the_announcement_leaves_the_letter_in_doubt(
        self, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with carrier(server).session() as session:
            session.ready()
            wire: Any = session._connection._wire  # type: ignore[union-attr]
            whole = wire.send

            def breaking(data: bytes | str) -> None:
                if isinstance(data, bytes) and data.startswith(b".\r\nMAIL"):
                    whole(data[:3])
                    raise TimeoutError("timed out")
                whole(data)

            monkeypatch.setattr(wire, "send", breaking)
            assert session.deliver(letter(1), Going(), letter(2)).outcome is Outcome.UNKNOWN
            assert self.hand_over(session, 2, None) is Outcome.ACCEPTED
        assert self.ids(server) == [letter(1).message_id, letter(2).message_id]

    def test_a_connection_that_goes_after_the_announcement_is_made_anew(self, server: SmtpServer) -> None:
        with carrier(server).session() as session:
            assert self.hand_over(session, 1, 2) is Outcome.ACCEPTED
            self.heard(server, 2)
            server.hang_up()
            assert self.hand_over(session, 2, None) is Outcome.ACCEPTED
        assert (self.ids(server), server.connections) == ([letter(1).message_id, letter(2).message_id], 2)

    @pytest.mark.parametrize("pacing", [Pacing(gap_seconds=0.01), Pacing(letters_per_connection=1, gap_seconds=0)])
    def test_it_announces_nothing_that_has_to_wait_or_needs_another_connection(
        self, server: SmtpServer, pacing: Pacing
    ) -> None:
        with carrier(server, pacing=pacing).session() as session:
            assert [self.hand_over(session, number, number + 1) for number in (1, 2)] == [Outcome.ACCEPTED] * 2
        assert [packet for packet in server.packets if b".\r\nMAIL FROM:<" in packet] == []


class TestEndless:
    @pytest.mark.slow
    @pytest.mark.parametrize("drip", [b"220-hello\r\n", b"2", b" "])
    def test_it_gives_up_on_a_greeting_without_end(self, server: SmtpServer, drip: bytes) -> None:
        server.next("greeting", Drip(drip))
        with carrier(server, timeout_before_data=IMPATIENT).session() as session:
            begun = time.monotonic()
            with pytest.raises(ConnectionTrouble, match=f"在 {IMPATIENT:g} 秒内没有应答"):
                session.ready()
            assert time.monotonic() - begun < 15

    @pytest.mark.slow
    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
    def test_it_gives_up_on_an_answer_without_end(self, server: SmtpServer, stage: Any) -> None:
        server.next(stage, Drip(b"250-so far\r\n"))
        with carrier(server, timeout_before_data=IMPATIENT).session() as session:
            begun = time.monotonic()
            delivery = send(session, letter())
            assert delivery == Delivery(Outcome.DEFERRED, detail="信未发出，连接中断：等候答复超时")
            assert time.monotonic() - begun < 15

    def test_it_fills_no_memory_with_an_answer_without_end(self, server: SmtpServer) -> None:
        server.next("greeting", Drip(b"220-" + b"x" * 8000, every=0))
        with carrier(server).session() as session:
            begun = time.monotonic()
            with pytest.raises(ConnectionTrouble, match="答复没有尽头"):
                session.ready()
            assert time.monotonic() - begun < 15


class TestNoConnection:
    def test_it_says_that_nobody_listens(self) -> None:
        port = free_port()
        settings = SmtpSettings(HOST, port, "none", None, None, SENDER)
        with SmtpCarrier(settings).session() as session, pytest.raises(ConnectionTrouble) as trouble:
            session.ready()
        assert str(trouble.value) == f"邮件服务器 {HOST}:{port} 没有开放：请检查端口，或稍后再试"

    def test_it_says_that_the_name_is_unknown(self, server: SmtpServer) -> None:
        with (
            carrier(server, host="no-such-host.invalid").session() as session,
            pytest.raises(ConnectionTrouble, match=r"^找不到邮件服务器 no-such-host.invalid:"),
        ):
            session.ready()

    @pytest.mark.slow
    def test_it_says_that_the_server_does_not_answer(self, server: SmtpServer) -> None:
        server.next("greeting", Stall())
        with (
            carrier(server, timeout_before_data=IMPATIENT).session() as session,
            pytest.raises(ConnectionTrouble, match=f"在 {IMPATIENT} 秒内没有应答$"),
        ):
            session.ready()

    @pytest.mark.parametrize("trouble", ["421 4.7.0 too many connections", "550 Connection frequency limited", Drop()])
    def test_it_tries_again_for_the_next_letter_after_a_passing_trouble(
        self, server: SmtpServer, trouble: str | Drop
    ) -> None:
        server.next("greeting", trouble)
        with carrier(server).session() as session:
            with pytest.raises(ConnectionTrouble):
                session.ready()
            assert send(session, letter()).outcome is Outcome.ACCEPTED

    def test_it_gives_a_dead_server_up_after_three_connections(self, server: SmtpServer) -> None:
        server.next("greeting", *["421 busy"] * 10)
        with carrier(server).session() as session:
            for _ in range(6):
                with pytest.raises(ConnectionTrouble, match="421 busy"):
                    session.ready()
        assert server.connections == 3

    def test_it_counts_only_failures_in_a_row(self, server: SmtpServer) -> None:
        with carrier(server, pacing=Pacing(letters_per_connection=1, gap_seconds=0)).session() as session:
            for number in range(2):
                server.next("greeting", "421 busy", "421 busy")
                for _ in range(2):
                    with pytest.raises(ConnectionTrouble):
                        session.ready()
                assert send(session, letter(number)).outcome is Outcome.ACCEPTED


class TestLogin:
    def test_it_logs_in_once_for_a_batch(self) -> None:
        with SmtpServer(auth=("me@sina.com", "code")) as server:
            with carrier(server, user="me@sina.com", password="code").session() as session:
                for number in range(4):
                    assert send(session, letter(number)).outcome is Outcome.ACCEPTED
            assert (server.logins, len(server.letters)) == (1, 4)

    def test_it_logs_in_with_an_account_that_is_no_address(self) -> None:
        with (
            SmtpServer(auth=("xfaj", "code")) as server,
            carrier(server, user="xfaj", password="code").session() as session,
        ):
            assert send(session, letter()).outcome is Outcome.ACCEPTED

    def test_it_tries_a_wrong_password_once_whatever_ways_the_server_offers(self) -> None:
        with SmtpServer(auth=("me@sina.com", "code")) as server:
            with carrier(server, user="me@sina.com", password="wrong").session() as session:
                for _ in range(3):
                    with pytest.raises(LoginRefused, match=r"拒绝账号 me@sina.com 登录，请检查账号和授权码：535 5.7.8"):
                        session.ready()
            assert (server.logins, server.connections) == (1, 1)

    def test_it_takes_535_for_a_refusal_whatever_reasons_it_lists(self) -> None:
        with SmtpServer(auth=("me@qq.com", "code")) as server:
            server.next("auth", "535 Login fail. password is incorrect, login frequency limited, or system is busy")
            with carrier(server, user="me@qq.com", password="code").session() as session:
                for _ in range(2):
                    with pytest.raises(LoginRefused):
                        session.ready()
            assert server.logins == 1

    def test_it_takes_a_temporary_login_failure_for_a_passing_trouble(self) -> None:
        with SmtpServer(auth=("me@sina.com", "code")) as server:
            server.next("auth", "454 4.7.0 temporary authentication failure")
            with carrier(server, user="me@sina.com", password="code").session() as session:
                with pytest.raises(ConnectionTrouble, match="暂时不能用：454"):
                    session.ready()
                assert send(session, letter()).outcome is Outcome.ACCEPTED

    def test_it_blames_the_settings_when_the_server_wants_a_login_and_none_is_set(self) -> None:
        with SmtpServer(auth=("me@sina.com", "code")) as server, carrier(server).session() as session:
            delivery = send(session, letter())
            assert delivery.outcome is Outcome.DEFERRED
            assert "530 5.7.0 Authentication required" in delivery.detail
            with pytest.raises(LoginRefused):
                session.ready()

    def test_it_never_puts_the_password_into_an_error(self) -> None:
        with (
            SmtpServer(auth=("me@sina.com", "code")) as server,
            carrier(server, user="me@sina.com", password="hunter2").session() as session,
            pytest.raises(LoginRefused) as refused,
        ):
            session.ready()
        assert "hunter2" not in repr(refused.value) + repr(refused.value.__cause__)

    def test_it_says_that_a_password_cannot_be_chinese(self) -> None:
        with (
            SmtpServer(auth=("me@sina.com", "code")) as server,
            carrier(server, user="me@sina.com", password="授权码").session() as session,
            pytest.raises(LoginRefused, match="有非英文字符"),
        ):
            session.ready()

    def test_it_says_at_once_that_no_password_is_set_and_asks_nobody(self) -> None:
        program = """
import sys
from cuibao.errors import LoginRefused
from cuibao.mailer import SmtpSettings
from cuibao.mailer.smtp import SmtpCarrier
settings = SmtpSettings("127.0.0.1", int(sys.argv[1]), "none", "me@sina.com", None, "me@sina.com")
with SmtpCarrier(settings).session() as session:
    try:
        session.ready()
    except LoginRefused as refused:
        print(refused)
"""
        with SmtpServer(auth=("me@sina.com", "code")) as server:
            done = subprocess.run(
                [sys.executable, "-c", program, str(server.port)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
                timeout=120,
                check=False,
            )
            assert done.stdout.decode() == f"{HOST} 的账号 me@sina.com 没有设置密码（授权码），无法登录\n"
            assert done.stderr == b""
            assert server.logins == 0


class TestEncryption:
    @pytest.mark.parametrize("security", ["ssl", "starttls"])
    def test_it_encrypts_and_logs_in(self, certificate: Certificate, security: Any) -> None:
        with SmtpServer(auth=("me@sina.com", "code"), tls=security, certificate=certificate) as server:
            settings = {"security": security, "user": "me@sina.com", "password": "code"}
            with carrier(server, ca_file=certificate.authority, **settings).session() as session:
                for number in range(2):
                    assert send(session, letter(number)).outcome is Outcome.ACCEPTED
            assert (server.logins, len(server.letters)) == (1, 2)

    @pytest.mark.parametrize("security", ["ssl", "starttls"])
    def test_it_hands_nothing_to_a_server_whose_certificate_is_not_verified(
        self, certificate: Certificate, security: Any
    ) -> None:
        with SmtpServer(auth=("me@sina.com", "code"), tls=security, certificate=certificate) as server:
            settings = {"security": security, "user": "me@sina.com", "password": "code"}
            with (
                carrier(server, **settings).session() as session,
                pytest.raises(ConnectionTrouble, match=r"的证书未通过验证.*CA 证书文件"),
            ):
                session.ready()
            assert server.logins == 0

    def test_it_never_falls_back_to_plain_text(self) -> None:
        with SmtpServer(auth=("me@sina.com", "code")) as server:
            settings = {"security": "starttls", "user": "me@sina.com", "password": "code"}
            with carrier(server, **settings).session() as session, pytest.raises(ConnectionTrouble, match="STARTTLS"):
                session.ready()
            assert server.logins == 0

    def test_it_says_that_the_encryption_does_not_match(self, server: SmtpServer) -> None:
        with (
            carrier(server, security="ssl").session() as session,
            pytest.raises(ConnectionTrouble, match="请检查端口和加密方式"),
        ):
            session.ready()

    @pytest.mark.parametrize("content", [None, "not a certificate"])
    def test_it_names_a_ca_file_that_cannot_be_used(
        self, server: SmtpServer, tmp_path: Path, content: str | None
    ) -> None:
        ca_file = tmp_path / "ca.pem"
        if content is not None:
            ca_file.write_text(content)
        with (
            carrier(server, ca_file=ca_file).session() as session,
            pytest.raises(SettingError, match=f"CA 证书文件 {ca_file} 不能用"),
        ):
            session.ready()


class TestOutbox:
    def test_it_writes_the_very_bytes_under_a_name_with_their_own_date_and_addressee(self, tmp_path: Path) -> None:
        message = letter(to=("liaison@jiading.example",))
        with OutboxCarrier(tmp_path / "new" / "outbox", SENDER).session() as session:
            delivery = send(session, message)
        name = "2022-07-25 liaison ba2889adddb6.eml"
        assert delivery == Delivery(Outcome.ACCEPTED, detail=name)
        assert (tmp_path / "new" / "outbox" / name).read_bytes() == message.data
        assert message_from_bytes(message.data)["Message-ID"] == message.message_id

    @pytest.mark.parametrize("durable", [True, False])
    def test_it_leaves_one_file_and_nothing_half_written_for_the_same_letter_twice(
        self, tmp_path: Path, durable: bool
    ) -> None:
        with OutboxCarrier(tmp_path, SENDER, durable=durable).session() as session:
            first, second = send(session, letter()), send(session, letter())
        assert first == second
        assert [path.name for path in tmp_path.iterdir()] == [first.detail]
        assert (tmp_path / first.detail).read_bytes() == letter().data

    @pytest.mark.parametrize(
        "message_id",
        ["<../../etc/passwd@x.cn>", "<a/b\\c:d@x.cn>", "<.hidden@x.cn>", "<嘉定镇@x.cn>", "no-brackets", "<>"],
    )
    def test_it_stays_in_its_folder_whatever_the_message_id(self, tmp_path: Path, message_id: str) -> None:
        outbox = tmp_path / "outbox"
        with OutboxCarrier(outbox, SENDER).session() as session:
            delivery = send(session, replace(letter(), message_id=message_id))
        assert delivery.outcome is Outcome.ACCEPTED
        assert [path.name for path in outbox.iterdir()] == [delivery.detail]
        assert [path.name for path in tmp_path.iterdir()] == ["outbox"]

    @pytest.mark.parametrize(
        ("headers", "shown"),
        [
            ("To: =?utf-8?b?5ZiJ5a6a6ZWH?= <123456@qq.com>, <other@qq.com>", "嘉定镇"),
            ("To: =?utf-8?b?5ZiJ5a6a6ZWH?= <1@qq.com>\r\nAuto-Submitted: auto-replied", "嘉定镇 回执"),
            ('To: "../a/b" <1@qq.com>', "_a_b"),
            ("To: " + "x" * 300 + "@qq.com", "x" * 40),
            ("Subject: to nobody", ""),
        ],
    )
    def test_it_names_a_file_after_whom_the_letter_is_to(self, tmp_path: Path, headers: str, shown: str) -> None:
        with OutboxCarrier(tmp_path, SENDER).session() as session:
            delivery = send(session, replace(letter(), data=f"{headers}\r\n\r\nx".encode()))
        assert delivery.detail.removesuffix(" ba2889adddb6.eml").removesuffix("ba2889adddb6.eml") == shown
        assert [path.name for path in tmp_path.iterdir()] == [delivery.detail]

    def test_it_keeps_two_letters_apart_whose_ids_become_alike(self, tmp_path: Path) -> None:
        with OutboxCarrier(tmp_path, SENDER).session() as session:
            send(session, replace(letter(), message_id="<a:b@x.cn>"))
            send(session, replace(letter(), message_id="<a/b@x.cn>"))
        assert len(list(tmp_path.iterdir())) == 2

    def test_it_writes_a_letter_without_a_date_all_the_same(self, tmp_path: Path) -> None:
        with OutboxCarrier(tmp_path, SENDER).session() as session:
            delivery = send(session, replace(letter(), data=b"Subject: x\r\n\r\nDate: no header\r\n"))
        assert delivery.detail == "ba2889adddb6.eml"

    def test_it_names_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        outbox = tmp_path / "file" / "outbox"
        with OutboxCarrier(outbox, SENDER).session() as session, pytest.raises(CuibaoError) as error:
            session.ready()
        assert str(error.value).startswith(f"发件箱文件夹 {outbox} 不能写入")

    def test_it_defers_a_letter_when_the_folder_goes_away(self, tmp_path: Path) -> None:
        outbox = tmp_path / "outbox"
        with OutboxCarrier(outbox, SENDER).session() as session:
            session.ready()
            outbox.rmdir()
            delivery = session.deliver(letter(), Going())
        assert delivery.outcome is Outcome.DEFERRED
        assert str(outbox) in delivery.detail

    def test_it_insists_on_one_ready_for_each_letter(self, tmp_path: Path) -> None:
        with OutboxCarrier(tmp_path, SENDER).session() as session:
            send(session, letter())
            with pytest.raises(RuntimeError, match="ready"):
                session.deliver(letter(2), Going())
