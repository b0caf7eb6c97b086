"""Sending through a real mail server: the pace, the reconnections, and when to stop."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cuibao.dated import Dated
from cuibao.errors import CuibaoError, LoginRefused, SettingError
from cuibao.mailer.addresses import is_address, is_reserved
from cuibao.mailer.carrier import BatchStopped, ConnectionTrouble, Watch
from cuibao.mailer.settings import Pacing, SmtpSettings
from cuibao.mailer.transaction import Offer
from cuibao.model import Delivery, Message, Outcome
from cuibao.said import short_line
from cuibao.tls import verifying
from cuibao.tongue import say

if TYPE_CHECKING:
    from cuibao.mailer.connection import Connection

__all__ = ["Pacing", "SmtpCarrier", "SmtpSession", "SmtpSettings"]

# A dead server must not cost every letter of the morning its own minute of waiting.
_CONNECTION_FAILURES = 3


class SmtpCarrier:
    """Letters through one mail server. Raises SettingError for a sender that is no address."""

    def __init__(self, settings: SmtpSettings) -> None:
        if not is_address(settings.sender):
            raise SettingError(f"发件地址 {settings.sender!r} 写法不对：应如 office@163.com")
        self._settings = settings

    @property
    def name(self) -> str:
        """The server and the account."""
        account = say("账号 {user}", user=self._settings.user) if self._settings.user else say("不登录")
        return say("{host}（{account}）", host=self._settings.host, account=account)

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self._settings.sender

    @property
    def lines(self) -> tuple[str, ...]:
        """One name a connection that the account may have at once."""
        account = f"{self._settings.host}:{self._settings.port}/{self._settings.user or self._settings.sender}"
        return tuple(f"{account}/{number}" for number in range(1, self._settings.pacing.connections + 1))

    @property
    def gap(self) -> timedelta:
        """How long a connection rests after a letter before the next one."""
        return timedelta(seconds=self._settings.pacing.gap_seconds)

    def usable(self, address: str) -> bool:
        """Whether the address is well formed and not under a reserved domain, which no real server is ever given."""
        return is_address(address) and not is_reserved(address)

    @contextmanager
    def session(self) -> Iterator["SmtpSession"]:
        """Begin a batch; at its end say goodbye to the server, whatever happened."""
        session = SmtpSession(self)
        try:
            yield session
        finally:
            session.close()

    @property
    def settings(self) -> SmtpSettings:
        """What this carrier was made with."""
        return self._settings


class SmtpSession:
    """One batch through one mail server, one connection at a time."""

    def __init__(self, carrier: SmtpCarrier) -> None:
        self._carrier = carrier
        self._settings = carrier.settings
        self._lock = threading.Lock()  # yagmail's client is not safe for two threads
        self._connection: Connection | None = None
        self._context: ssl.SSLContext | None = None
        self._not_before = 0.0
        self._failures = 0
        self._stop: CuibaoError | None = None
        self._prepared = False
        self._fresh = False
        self._coming: Offer | None = None

    def ready(self) -> None:
        """Wait for the pace; connect and log in where needed.

        Raises LoginRefused or BatchStopped (for good), ConnectionTrouble (for good from the third failure in a row),
        SettingError.
        """
        with self._lock:
            self._prepared = False
            self._keep_pace()
            if self._connection is not None and not self._can_go_on(self._connection):
                self._hang_up()
            self._fresh = self._connection is None
            if self._connection is None:
                self._connection = self._connect()
            self._prepared = True

    def dated(self) -> Dated | None:
        """The date with which the server greets, on a connection of its own that ends with it."""
        from cuibao.mailer.connection import greeted

        with self._lock:
            return greeted(self._settings, self._tls())

    def deliver(self, message: Message, watch: Watch, following: Message | None = None) -> Delivery:
        """Hand over one letter, once; without a gap between them, the `following` one is announced with its end."""
        with self._lock:
            if not self._prepared or self._connection is None:
                raise RuntimeError("deliver() needs its own ready() first")
            self._prepared = False
            possible = self._possible(message)
            impossible = tuple(address for address in message.recipients if address not in possible)
            if not possible:
                return Delivery(Outcome.REFUSED, refused=impossible, detail=_unwritable(impossible))
            offer, self._coming = self._coming, None
            if offer is None or offer.message != message:
                offer = Offer.of(message, possible)
            return _with_impossible(self._hand_over(self._connection, offer, watch, following), impossible)

    def _possible(self, message: Message) -> tuple[str, ...]:
        return tuple(address for address in message.recipients if self._carrier.usable(address))

    def close(self) -> None:
        """Hang up; errors are of no interest any more."""
        with self._lock:
            self._prepared = False
            self._hang_up()

    def _hand_over(self, connection: "Connection", offer: Offer, watch: Watch, following: Message | None) -> Delivery:
        try:
            attempt = connection.hand_over(offer, watch, self._next(connection, following))
        finally:
            self._rest()
        if attempt.early and not self._fresh:
            # The server had closed it since the letter before: this one has not begun.
            self._hang_up()
            try:
                self._connection, self._fresh = self._connect(), True
            except CuibaoError as trouble:
                final = isinstance(trouble, (LoginRefused, BatchStopped))
                return Delivery(Outcome.DEFERRED, detail=short_line(str(trouble)), halts=trouble if final else None)
            return self._hand_over(self._connection, offer, watch, following)
        self._stop = attempt.stop or self._stop
        if attempt.over:
            self._hang_up()
        return replace(attempt.delivery, halts=attempt.stop) if attempt.stop else attempt.delivery

    def _next(self, connection: "Connection", following: Message | None) -> Offer | None:
        """The letter that may be announced on `connection` already."""
        pacing = self._settings.pacing
        if following is None or pacing.gap_seconds or connection.letters + 2 > pacing.letters_per_connection:
            return None
        possible = self._possible(following)
        if not possible:
            return None
        self._coming = Offer.of(following, possible)
        return self._coming

    def _rest(self) -> None:
        self._not_before = time.monotonic() + self._settings.pacing.gap_seconds

    def _keep_pace(self) -> None:
        if self._stop is not None:
            raise self._stop.with_traceback(None)
        wait = self._not_before - time.monotonic()
        if wait > 0:
            time.sleep(wait)

    def _can_go_on(self, connection: "Connection") -> bool:
        return connection.letters < self._settings.pacing.letters_per_connection and connection.still_good()

    def _connect(self) -> "Connection":
        # Imported here: yagmail costs 50 ms, which a letter to the outbox or a look at the board need not pay.
        from cuibao.mailer.connection import Connection

        try:
            connection = Connection.opened(self._settings, self._tls())
        except (LoginRefused, BatchStopped) as refusal:
            self._stop = refusal
            raise
        except ConnectionTrouble as trouble:
            self._failures += 1
            self._rest()
            if self._failures >= _CONNECTION_FAILURES:
                self._stop = trouble
            raise
        self._failures = 0
        return connection

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = verifying(self._settings.ca_file)
        return self._context

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _with_impossible(delivery: Delivery, impossible: tuple[str, ...]) -> Delivery:
    if not impossible:
        return delivery
    detail = short_line(say("{detail}；{more}", detail=delivery.detail, more=_unwritable(impossible)))
    return replace(delivery, refused=(*delivery.refused, *impossible), detail=detail)


def _unwritable(addresses: tuple[str, ...]) -> str:
    return short_line(
        say("；").join(say("{address}（{fault}）", address=address, fault=_fault(address)) for address in addresses)
        or say("没有收件地址")
    )


def _fault(address: str) -> str:
    if not address.isascii():
        return say("地址中有非英文字符，无法投递")
    return say("保留域名，不对外投递") if is_reserved(address) else say("地址写法不对")
