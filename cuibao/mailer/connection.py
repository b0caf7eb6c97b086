"""One logged-in connection, made by yagmail.

yagmail connects, encrypts and logs in; the session object that it leaves in `client.smtp` then takes our own bytes,
because `Client.send` rebuilds the message, logs in again each time and repeats by itself (design.md, yagmail 0.16).
Its exceptions are OSErrors, with `smtp_code` where the server answered.
"""

import socket
import ssl
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import yagmail

from cuibao.dated import Dated
from cuibao.errors import CuibaoError, LoginRefused
from cuibao.mailer.carrier import BatchStopped, ConnectionTrouble, Watch
from cuibao.mailer.replies import answer_in, timed_out, words_of
from cuibao.mailer.settings import SmtpSettings
from cuibao.mailer.transaction import Attempt, Offer, Transaction, broken
from cuibao.mailer.wire import Wire, on_time
from cuibao.model import Outcome
from cuibao.said import short_line
from cuibao.tongue import say

# What we call ourselves in EHLO: asking the machine can hang on DNS, and fails where its name is Chinese.
_EHLO_NAME = "[127.0.0.1]"
_GOODBYE_SECONDS = 5.0
_GREETING_SECONDS = 15.0
# So long after a letter that went well, the next one needs no question whether it can go.
_CLEAN_SECONDS = 1.0
_ENCRYPTED_WAYS = ("PLAIN", "LOGIN", "CRAM-MD5")
_PLAIN_WAYS = ("CRAM-MD5", "PLAIN", "LOGIN")


class Connection:
    """A connection that is open and logged in. Use `Connection.opened`."""

    def __init__(self, client: "_Client", settings: SmtpSettings) -> None:
        self._client = client
        self._wire: Wire = client.smtp
        self._settings = settings
        self.letters = 0
        self._clean_until = 0.0
        self._announced: Offer | None = None

    @classmethod
    def opened(cls, settings: SmtpSettings, context: ssl.SSLContext) -> "Connection":
        """Connect and log in, once. Raises LoginRefused, BatchStopped or ConnectionTrouble."""
        client = _Client(settings, context)
        try:
            client.login()
            client.smtp.ehlo_or_helo_if_needed()
            # The final dot is a packet of its own, which must not wait for the answer to the one before.
            client.smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, ValueError) as error:
            client.close()
            raise _why_not(error, settings, logging_in=client.logging_in) from error
        except CuibaoError:
            client.close()
            raise
        return cls(client, settings)

    def still_good(self) -> bool:
        """Whether the server still listens, and has forgotten the letter before. It is asked after trouble, or a pause:
        a closed connection says no here, between two letters, where it costs a reconnection and not a false outcome."""
        if self._announced is not None or time.monotonic() < self._clean_until:
            return True
        try:
            return self._wire.rset()[0] == 250
        except OSError:
            return False

    def hand_over(self, offer: Offer, watch: Watch, following: Offer | None = None) -> Attempt:
        """One mail transaction. Never raises for what the server or the network does."""
        self.letters += 1
        self._clean_until = 0.0  # also where the watch raises
        transaction = Transaction(self._wire, self._settings)
        announced, self._announced = self._announced, None
        if announced is not None and announced.message != offer.message:
            try:
                transaction.read_past(announced)
            except OSError as error:
                return broken(error, early=True)
            announced = None
        attempt = transaction.hand_over(offer, watch, announced=announced is not None, following=following)
        if attempt.clean:
            self._clean_until = time.monotonic() + _CLEAN_SECONDS
        if attempt.announced:
            self._announced = following
        return attempt

    def close(self) -> None:
        """Say goodbye, briefly."""
        self._client.close()


def greeted(settings: SmtpSettings, context: ssl.SSLContext) -> Dated | None:
    """The date with which the server greets, before any login; None where it gives none, or cannot be reached."""
    brief = replace(settings, timeout_before_data=min(settings.timeout_before_data, _GREETING_SECONDS))
    client = _Client(brief, context)
    try:
        client.smtp = client.connection(client.host, client.port, **client.kwargs)
        return Dated.heard(client.smtp.greeting, client.smtp.sock)
    except (OSError, ValueError):
        return None
    finally:
        client.close()


class _Client(yagmail.Client):  # type: ignore[misc]  # yagmail ships no type marker
    """yagmail's client that never asks at a terminal, never guesses, and tries a password once."""

    def __init__(self, settings: SmtpSettings, context: ssl.SSLContext) -> None:
        self.logging_in = False
        tls_from_the_start = settings.security == "ssl"
        extra: dict[str, Any] = {"context": context} if tls_from_the_start else {}
        super().__init__(
            user=settings.user or "",
            password=settings.password,
            host=settings.host,
            port=settings.port,
            smtp_ssl=tls_from_the_start,
            smtp_starttls={"context": context} if settings.security == "starttls" else False,
            smtp_skip_login=not settings.user,
            soft_email_validation=False,
            local_hostname=_EHLO_NAME,
            timeout=settings.timeout_before_data,
            **extra,
        )
        self.user = settings.user or ""  # yagmail makes "name" into "name@gmail.com"
        self.set_logging(None)

    @property
    def connection(self) -> Any:
        """The session that yagmail would use, with a limit to how long it waits."""
        return on_time(super().connection)

    def handle_password(self, user: str, password: str | None) -> str:
        """What yagmail calls between connecting and logging in: the place to insist on a password."""
        self.logging_in = True
        if not password:
            raise LoginRefused(say("{host} 的账号 {user} 没有设置密码（授权码），无法登录", host=self.host, user=user))
        self._one_way_to_log_in()
        return password

    def close(self) -> None:
        """Quit without waiting long or raising; yagmail's own lets a broken pipe out, also from its `__del__`."""
        self.is_closed = True
        wire: Wire | None = self.smtp
        if wire is None:
            return
        with suppress(OSError):
            if wire.sock is not None:
                wire.timeout = _GOODBYE_SECONDS
                wire.sock.settimeout(_GOODBYE_SECONDS)
                wire.docmd("QUIT")
        wire.close()

    def _one_way_to_log_in(self) -> None:
        # The session would try a wrong password once per mechanism on offer, and free mailboxes lock an account
        # for that: leave it the first one it can do, secrets hashed where the line is not encrypted.
        self.smtp.ehlo_or_helo_if_needed()
        offered = self.smtp.esmtp_features.get("auth", "").upper().split()
        ways = _ENCRYPTED_WAYS if isinstance(self.smtp.sock, ssl.SSLSocket) else _PLAIN_WAYS
        usable = [way for way in ways if way in offered]
        if not usable:
            raise LoginRefused(
                say(
                    "邮件服务器 {host}:{port} 不提供密码登录：请检查端口和加密方式（ssl 或 starttls）",
                    host=self.host,
                    port=self.port,
                )
            )
        self.smtp.esmtp_features["auth"] = usable[0]


def _why_not(error: OSError | ValueError, settings: SmtpSettings, *, logging_in: bool) -> CuibaoError:
    """The reason, in the clerk's words, that no connection came about."""
    where = say("邮件服务器 {host}:{port}", host=settings.host, port=settings.port)
    if isinstance(error, UnicodeError):
        return LoginRefused(say("{where} 的账号或密码（授权码）中有非英文字符，请检查", where=where))
    if not isinstance(error, OSError):
        return ConnectionTrouble(short_line(say("{where} 的应答看不懂：{error}", where=where, error=error)))
    reply = answer_in(error)
    if reply is None:
        return ConnectionTrouble(_unreachable(error, where, settings.timeout_before_data))
    if logging_in and reply.code >= 500:
        return LoginRefused(
            short_line(
                say(
                    "{where} 拒绝账号 {user} 登录，请检查账号和授权码：{reply}",
                    where=where,
                    user=settings.user,
                    reply=reply,
                )
            )
        )
    if reply.outcome is Outcome.REFUSED:
        return BatchStopped(
            short_line(say("{where} 拒绝与本机通信，本批信件暂停发送：{reply}", where=where, reply=reply))
        )
    return ConnectionTrouble(short_line(say("{where} 暂时不能用：{reply}", where=where, reply=reply)))


def _unreachable(error: OSError, where: str, seconds: float) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return short_line(
            say(
                "{where} 的证书未通过验证（{verify_message}）：请检查服务器名称和 CA 证书文件",
                where=where,
                verify_message=error.verify_message,
            )
        )
    if isinstance(error, ssl.SSLError):
        return short_line(
            say(
                "与{where} 的加密连接未能建立，请检查端口和加密方式（ssl 或 starttls）：{words}",
                where=where,
                words=words_of(error),
            )
        )
    if isinstance(error, socket.gaierror):
        return say("找不到{where}：请检查服务器名称和网络", where=where)
    if isinstance(error, ConnectionRefusedError):
        return say("{where} 没有开放：请检查端口，或稍后再试", where=where)
    if timed_out(error):
        return say("{where} 在 {seconds:g} 秒内没有应答", where=where, seconds=seconds)
    return short_line(say("与{where} 的连接没有建立起来：{words}", where=where, words=words_of(error)))
