"""One mail transaction on a logged-in session: the envelope, our own bytes, and what became of them.

The session's commands are called one by one, because only so is it known on which side of the final dot a connection
was lost: before it nobody has the letter, after it nobody knows.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

from cuibao.errors import CuibaoError, LoginRefused
from cuibao.mailer.carrier import BatchStopped, Watch
from cuibao.mailer.replies import Reply, timed_out, words_of
from cuibao.mailer.settings import SmtpSettings
from cuibao.mailer.wire import Wire
from cuibao.model import Delivery, Message, Outcome
from cuibao.said import short_line
from cuibao.tongue import say

_GO_AHEAD = 354
_CLOSING = 421
_FINAL_DOT = b".\r\n"
# Answers to MAIL FROM that are about our account or sender address, not about this letter (163: "553 Mail from must
# equal authorized user"; QQ: 501; anybody who wants a login: 530).
_ABOUT_OUR_ACCOUNT = (501, 530, 535, 553)


@dataclass(frozen=True, slots=True)
class Offer:
    """A letter as it is offered: to whom, and its bytes as they go after DATA, but for the final dot."""

    message: Message
    recipients: tuple[str, ...]
    data: bytes

    @classmethod
    def of(cls, message: Message, recipients: tuple[str, ...]) -> Self:
        """The offer of `message` to those of its recipients that can be."""
        return cls(message, recipients, wire_form(message.data))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one transaction. `stop`: why no other letter should follow; `over`: this was the end of the
    connection; `early`: and it was that before the first byte of this letter; `clean`: nothing went wrong;
    `announced`: the next letter was, and its answers are still to come."""

    delivery: Delivery
    over: bool = False
    early: bool = False
    clean: bool = False
    announced: bool = False
    stop: CuibaoError | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A session and how to use it: `hand_over` one letter at a time."""

    wire: Wire
    settings: SmtpSettings

    def hand_over(
        self, offer: Offer, watch: Watch, *, announced: bool = False, following: Offer | None = None
    ) -> Attempt:
        """Offer a letter, which was `announced` with the one before or not; with its end, announce the `following` one
        (RFC 2920, where the server offers it). Never raises for what the server or the network does."""
        try:
            answers = self._answers(offer, announced)
        except OSError as error:
            return broken(error, early=not timed_out(error))
        recipients = offer.recipients
        if answers[0].code == _CLOSING:
            return replace(_turned_away(answers[0], recipients), over=True, early=True)
        if answers[0].outcome is not Outcome.ACCEPTED:
            return _turned_away_at_mail(answers[0], recipients)
        end = _FINAL_DOT
        if following is not None and self.wire.has_extn("pipelining"):
            end += self._announcement(following)
        taken = dict(zip(recipients, answers[1:], strict=True))
        try:
            attempt = self._go_ahead(taken, watch)
        except OSError as error:
            return broken(error, early=not timed_out(error))
        try:
            return attempt or self._body(offer.data, taken, watch, end)
        except OSError as error:
            return broken(error)

    def read_past(self, offer: Offer) -> None:
        """Hear what the server says to one that was announced and does not come, and let it forget that."""
        for _ in range(1 + len(offer.recipients)):
            self.wire.getreply()
        self.wire.rset()

    def _words(self, offer: Offer) -> list[str]:
        """MAIL and RCPT; every address was looked at before it got here."""
        options = " ".join(["", *self._mail_options(offer.data)])
        sender = f"MAIL FROM:<{self.settings.sender}>{options}"
        return [sender, *(f"RCPT TO:<{address}>" for address in offer.recipients)]

    def _announcement(self, offer: Offer) -> bytes:
        return "".join(f"{each}\r\n" for each in self._words(offer)).encode("ascii")

    def _answers(self, offer: Offer, announced: bool) -> list[Reply]:
        """What the server says to MAIL and RCPT; where it takes them all at once, they are said at once."""
        if announced or self.wire.has_extn("pipelining"):
            if not announced:
                self.wire.send(self._announcement(offer))
            return [Reply.of(self.wire.getreply()) for _ in range(1 + len(offer.recipients))]
        words = self._words(offer)
        answers = [Reply.of(self.wire.docmd(words[0]))]
        if answers[0].outcome is Outcome.ACCEPTED:
            answers += [Reply.of(self.wire.docmd(each)) for each in words[1:]]
        return answers

    def _go_ahead(self, answers: dict[str, Reply], watch: Watch) -> Attempt | None:
        """What came of it before its first byte; None where the server waits for them."""
        if all(reply.outcome is not Outcome.ACCEPTED for reply in answers.values()):
            return _turned_away_at_rcpt(answers)
        if not watch.may_begin():
            return Attempt(Delivery(Outcome.WITHHELD))
        go_ahead = Reply.of(self.wire.docmd("DATA"))
        return None if go_ahead.code == _GO_AHEAD else _turned_away(go_ahead, tuple(answers))

    def _body(self, data: bytes, answers: dict[str, Reply], watch: Watch, end: bytes) -> Attempt:
        self.wire.send(data)
        try:
            goes = watch.may_end()
        except BaseException:
            self.wire.close()
            raise
        if not goes:
            # Closed without its final dot the letter is nobody's (RFC 5321, 4.1.1.10); a QUIT would be part of it.
            self.wire.close()
            return Attempt(Delivery(Outcome.WITHHELD), over=True)
        self.wire.timeout = self.settings.timeout_after_data
        try:
            self.wire.send(end)
        except OSError as error:
            if end == _FINAL_DOT:
                raise
            # The dot may have gone out before what follows it did not.
            return _lost(say("内容发完后连接中断：{words}", words=words_of(error)))
        try:
            answer = Reply.of(self.wire.getreply())
        except OSError as error:
            return _lost(say("内容发完后未得到答复：{words}", words=words_of(error)))
        self.wire.timeout = self.settings.timeout_before_data
        if answer.outcome is Outcome.UNKNOWN:
            return _lost(say("内容发完后的答复看不懂：{answer}", answer=answer))
        taken = answer.outcome is Outcome.ACCEPTED
        attempt = _taken(answer, answers) if taken else _turned_away(answer, tuple(answers))
        return replace(attempt, announced=end != _FINAL_DOT)

    def _mail_options(self, data: bytes) -> list[str]:
        options = [f"SIZE={len(data)}"] if self.wire.has_extn("size") else []
        if not data.isascii() and self.wire.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return options


def wire_form(data: bytes) -> bytes:
    """`data` as it goes after DATA: CRLF line ends, leading dots doubled (RFC 5321 section 4.5.2); all but the final
    dot."""
    lines = data
    if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
        lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    dotted = lines.replace(b"\n.", b"\n..")
    return b"." + dotted if dotted.startswith(b".") else dotted


def broken(error: OSError, *, early: bool = False) -> Attempt:
    """The final dot never went out whole, so nobody has this letter."""
    words = short_line(say("信未发出，连接中断：{words}", words=words_of(error)))
    return Attempt(Delivery(Outcome.DEFERRED, detail=words), over=True, early=early)


def _lost(words: str) -> Attempt:
    """Nobody knows whether the server kept the letter; and what it says next may be about it still."""
    return Attempt(Delivery(Outcome.UNKNOWN, detail=short_line(words)), over=True)


def _taken(answer: Reply, answers: dict[str, Reply]) -> Attempt:
    missed = {address: reply for address, reply in answers.items() if reply.outcome is not Outcome.ACCEPTED}
    refused = {address: reply for address, reply in missed.items() if reply.outcome is Outcome.REFUSED}
    deferred = {address: reply for address, reply in missed.items() if address not in refused}
    said = [str(answer)]
    said += [say("未被接收：{answers}", answers=_each(refused))] if refused else []
    said += [say("暂缓接收：{answers}", answers=_each(deferred))] if deferred else []
    delivery = Delivery(Outcome.ACCEPTED, tuple(refused), short_line(say("；").join(said)), tuple(deferred))
    return Attempt(delivery, clean=not missed)


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
    why = short_line(say("邮件服务器不接受本账号或发件地址，请检查登录设置和发件地址：{answer}", answer=answer))
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
    return BatchStopped(
        short_line(say("邮件服务器以疑似垃圾邮件或违反规则为由退信，本批其余信件暂停发送：{answer}", answer=answer))
    )


def _each(answers: dict[str, Reply]) -> str:
    return say("；").join(
        say("{address}（{reply}）", address=address, reply=reply) for address, reply in answers.items()
    )
