"""One mail transaction on a logged-in session: the envelope, our own bytes, and what became of them.

The session's commands are called one by one, because only so is it known on which side of the final dot a connection
was lost: before it nobody has the letter, after it nobody knows.
"""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cuibao.errors import CuibaoError, LoginRefused
from cuibao.mailer.carrier import BatchStopped
from cuibao.mailer.replies import Reply, words_of
from cuibao.mailer.settings import SmtpSettings
from cuibao.model import Delivery, Message, Outcome
from cuibao.said import short_line

_GO_AHEAD = 354
# Answers to MAIL FROM that are about our account or sender address, not about this letter (163: "553 Mail from must
# equal authorized user"; QQ: 501; anybody who wants a login: 530).
_ABOUT_OUR_ACCOUNT = (501, 530, 535, 553)


class Wire(Protocol):
    """What we use of the session object that yagmail leaves behind."""

    sock: socket.socket | None
    esmtp_features: dict[str, str]

    def ehlo_or_helo_if_needed(self) -> None:
        """Introduce ourselves, unless that is done."""

    def has_extn(self, opt: str) -> bool:
        """Whether the server offers the extension `opt`."""

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        """Any command, and the answer."""

    def mail(self, sender: str, options: Iterable[str] = ()) -> tuple[int, bytes]:
        """MAIL FROM, and the answer."""

    def rcpt(self, recip: str) -> tuple[int, bytes]:
        """RCPT TO, and the answer."""

    def rset(self) -> tuple[int, bytes]:
        """RSET, and the answer."""

    def send(self, s: bytes) -> None:
        """Bytes as they are."""

    def getreply(self) -> tuple[int, bytes]:
        """Wait for an answer; its code is -1 where it is no SMTP."""

    def close(self) -> None:
        """Let go of the socket."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one transaction. `lost`: nobody knows whether the server kept the letter; `stop`: why no other
    letter should follow."""

    delivery: Delivery
    lost: bool = False
    stop: CuibaoError | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A session and how to use it: `hand_over` one letter at a time."""

    wire: Wire
    settings: SmtpSettings

    def hand_over(self, message: Message, recipients: tuple[str, ...]) -> Attempt:
        """Offer the letter to `recipients`. Never raises for what the server or the network does."""
        try:
            return self._envelope(message, recipients)
        except OSError as error:
            # The session object closed itself; the final dot never went out whole, so nobody has this letter.
            return Attempt(Delivery(Outcome.DEFERRED, detail=short_line(f"信未发出，连接中断：{words_of(error)}")))

    def _envelope(self, message: Message, recipients: tuple[str, ...]) -> Attempt:
        data = wire_form(message.data)
        answer = Reply.of(self.wire.mail(self.settings.sender, self._mail_options(data)))
        if answer.outcome is not Outcome.ACCEPTED:
            return _turned_away_at_mail(answer, recipients)
        answers = {address: Reply.of(self.wire.rcpt(address)) for address in recipients}
        if all(reply.outcome is not Outcome.ACCEPTED for reply in answers.values()):
            return _turned_away_at_rcpt(answers)
        go_ahead = Reply.of(self.wire.docmd("DATA"))
        if go_ahead.code != _GO_AHEAD:
            return _turned_away(go_ahead, recipients)
        return self._body(data, answers)

    def _body(self, data: bytes, answers: dict[str, Reply]) -> Attempt:
        self._patience(self.settings.timeout_after_data)
        self.wire.send(data)
        try:
            answer = Reply.of(self.wire.getreply())
        except OSError as error:
            words = short_line(f"内容发完后未得到答复：{words_of(error)}")
            return Attempt(Delivery(Outcome.UNKNOWN, detail=words), lost=True)
        self._patience(self.settings.timeout_before_data)
        if answer.outcome is Outcome.UNKNOWN:
            words = short_line(f"内容发完后的答复看不懂：{answer}")
            return Attempt(Delivery(Outcome.UNKNOWN, detail=words), lost=True)
        if answer.outcome is not Outcome.ACCEPTED:
            return _turned_away(answer, tuple(answers))
        return _taken(answer, answers)

    def _mail_options(self, data: bytes) -> list[str]:
        options = [f"SIZE={len(data)}"] if self.wire.has_extn("size") else []
        if not data.isascii() and self.wire.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return options

    def _patience(self, seconds: float) -> None:
        if self.wire.sock is not None:
            self.wire.sock.settimeout(seconds)


def wire_form(data: bytes) -> bytes:
    """`data` as it goes after DATA: CRLF line ends, leading dots doubled, the final dot (RFC 5321 section 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"


def _taken(answer: Reply, answers: dict[str, Reply]) -> Attempt:
    missed = {address: reply for address, reply in answers.items() if reply.outcome is not Outcome.ACCEPTED}
    detail = f"{answer}；未被接收：{_each(missed)}" if missed else str(answer)
    return Attempt(Delivery(Outcome.ACCEPTED, refused=tuple(missed), detail=short_line(detail)))


def _turned_away(answer: Reply, recipients: tuple[str, ...]) -> Attempt:
    """The letter as a whole was refused or put off; an answer that is no SMTP leaves it unsent, so put off."""
    refused = answer.outcome is Outcome.REFUSED
    return Attempt(
        Delivery(
            Outcome.REFUSED if refused else Outcome.DEFERRED,
            refused=recipients if refused else (),
            detail=short_line(str(answer)),
        ),
        stop=_stop(answer),
    )


def _turned_away_at_mail(answer: Reply, recipients: tuple[str, ...]) -> Attempt:
    if answer.code not in _ABOUT_OUR_ACCOUNT or answer.limits_frequency:
        return _turned_away(answer, recipients)
    why = short_line(f"邮件服务器不接受本账号或发件地址，请检查登录设置和发件地址：{answer}")
    return Attempt(Delivery(Outcome.DEFERRED, detail=why), stop=LoginRefused(why))


def _turned_away_at_rcpt(answers: dict[str, Reply]) -> Attempt:
    refused = tuple(address for address, reply in answers.items() if reply.outcome is Outcome.REFUSED)
    final = len(refused) == len(answers)
    # A 554 for one address among others is about that address; for all of them it is about us.
    stops = all(reply.ends_batch for reply in answers.values())
    delivery = Delivery(
        Outcome.REFUSED if final else Outcome.DEFERRED, refused=refused, detail=short_line(_each(answers))
    )
    return Attempt(delivery, stop=_stop(next(iter(answers.values()))) if stops else None)


def _stop(answer: Reply) -> CuibaoError | None:
    if not answer.ends_batch:
        return None
    return BatchStopped(short_line(f"邮件服务器以疑似垃圾邮件或违反规则为由退信，本批其余信件暂停发送：{answer}"))


def _each(answers: dict[str, Reply]) -> str:
    return "；".join(f"{address}（{reply}）" for address, reply in answers.items())
