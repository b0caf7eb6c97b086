"""Reading the office's mailbox: first a glimpse of what is new, then the whole of what is wanted.

The mailbox is only looked at: nothing is marked read, moved or deleted; how far it was read is the caller's to keep.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from cuibao.dated import Dated
from cuibao.incoming import Mail, Position
from cuibao.mailbox import troubles
from cuibao.mailbox.parsing import parse
from cuibao.mailbox.settings import ImapSettings
from cuibao.mailbox.troubles import MailboxTrouble, NotUnderstood
from cuibao.mailbox.work import HEADERS
from cuibao.times import day_of, in_shanghai

if TYPE_CHECKING:
    from cuibao.mailbox.connection import Fetched, Folder, ImapConnection

_GLIMPSES_AT_ONCE = 200
_MAILS_AT_ONCE = 200
_BYTES_AT_ONCE = 16 * 1024 * 1024
# One byte more than is read: what is longer is seen to be.
_FIRST = f"<0.{HEADERS + 1}>"
_GLIMPSE_ITEMS = f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]{_FIRST})"
_PLACE_ITEMS = "(UID INTERNALDATE RFC822.SIZE)"
_ARRIVAL_ITEMS = "(UID INTERNALDATE)"
# A provider that moved a mailbox may have put old mails after the new ones.
_NEWEST = 50
_MAIL_ITEMS = "(UID BODY.PEEK[])"
# A mail over which the connection breaks costs three.
_CONNECTIONS = 30
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]*)"')
_UNKNOWN = in_shanghai(datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What is cheaply known of a mail: where it lies, when it came (Shanghai), its `size` in bytes, its header block as
    far as it is read.

    `identity` is that of the `Mail` it will be.
    """

    folder: str
    validity: int
    uid: int
    identity: str
    size: int
    arrived_at: datetime
    header: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some new mails in ascending UID order, and the position to keep once they are dealt with."""

    glimpses: tuple[Glimpse, ...]
    position: Position


class Mailbox:
    """An account on an IMAP server; nothing connects before `opened`."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings

    @property
    def account(self) -> str:
        """The account, as the ledger keeps how far it was read."""
        return f"{self._settings.user}@{self._settings.host}"

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders to read."""
        return self._settings.folders

    @contextmanager
    def opened(self) -> Iterator["MailboxSession"]:
        """Log in; say goodbye at the end, whatever happened. Raises LoginRefused, MailboxTrouble or SettingError."""
        # Imported here: imap_tools costs what a look at the board need not pay.
        from cuibao.mailbox.connection import ImapConnection

        session = MailboxSession(ImapConnection.opened(self._settings), self._settings)
        try:
            yield session
        finally:
            session.close()


class MailboxSession:
    """A mailbox that is open. Every method raises MailboxTrouble when the server or the network fails."""

    def __init__(self, connection: "ImapConnection", settings: ImapSettings) -> None:
        self._connection = connection
        self._settings = settings
        self._open: Folder | None = None
        self._connections = 1
        self._has_parts = True  # of headers (RFC 3501 section 6.4.5), until the server says otherwise
        self._withheld: set[int] = set()  # in the open folder

    def close(self) -> None:
        """Say goodbye."""
        self._connection.close()

    def news(
        self, folder: str, position: Position | None, since: date, at_once: int = _GLIMPSES_AT_ONCE
    ) -> Iterator[Batch]:
        """What came to `folder` after `position`, in batches of `at_once`; nothing is yielded where nothing is new.

        With no position, or one whose UIDVALIDITY is no longer the folder's (RFC 3501, 2.3.1.1), everything that
        arrived on the day `since` (in Shanghai) or later. Raises SettingError where there is no such folder.
        """
        opened = self._examine(folder)
        known = position is not None and position.validity == opened.validity
        last = position.last if position is not None and known else 0
        if known and opened.next_uid and opened.next_uid <= last + 1:
            return
        end = max(last, opened.next_uid - 1)
        # The server may keep another calendar than Shanghai's: ask for a day more, and look at each mail's own time.
        uids = self._connection.uids_above(last) if known else self._connection.uids_since(since - timedelta(days=1))
        for start in range(0, len(uids), at_once):
            some = uids[start : start + at_once]
            glimpses = self._glimpses(opened, some)
            wanted = glimpses if known else (each for each in glimpses if _came_since(each, since))
            reached = some[-1] if start + at_once < len(uids) else max(end, some[-1])
            yield Batch(tuple(wanted), Position(opened.validity, reached))
        if not uids and Position(opened.validity, end) != position:
            yield Batch((), Position(opened.validity, end))

    @property
    def dated(self) -> Dated | None:
        """The date with which the server greeted us, if it gave one."""
        return self._connection.dated

    def arrivals(self, folder: str) -> tuple[datetime, ...]:
        """When the newest mails of `folder` came, by the server's clock. Raises SettingError where there is none."""
        self._examine(folder)
        newest = self._connection.last_uids(_NEWEST)
        found = self._connection.fetch(newest, _ARRIVAL_ITEMS) if newest else ()
        return tuple(moment for item in found if (moment := _arrived_at(item.items)) != _UNKNOWN)

    def mails(self, glimpses: Iterable[Glimpse]) -> Iterator[Mail]:
        """The whole mails, in the order of `glimpses`, without those that are gone.

        Of a mail over the size limit, what its header block tells (`oversized`).
        """
        for group in _grouped(glimpses, self._settings.size_limit):
            yield from self._whole(group)

    def _examine(self, folder: str) -> "Folder":
        if self._open is None or self._open.name != folder:
            self._withheld.clear()
        self._open = None
        self._open = self._connection.examine(folder)
        return self._open

    def _still_open(self, folder: str, validity: int) -> bool:
        """Whether `folder` is open and its UIDs still mean what they did."""
        if self._open is None or self._open.name != folder:
            self._examine(folder)
        return self._open is not None and self._open.validity == validity

    def _glimpses(self, folder: "Folder", uids: list[int]) -> list[Glimpse]:
        if not self._still_open(folder.name, folder.validity):
            return []
        return [_glimpse(folder, item) for item in self._fetched(uids, _GLIMPSE_ITEMS)]

    def _whole(self, group: list[Glimpse]) -> Iterator[Mail]:
        first = group[0]
        if first.size > self._settings.size_limit:
            yield self._head_of(first)
            return
        if not self._still_open(first.folder, first.validity):
            return
        found = {item.uid: item for item in self._fetched([glimpse.uid for glimpse in group], _MAIL_ITEMS)}
        for glimpse in group:
            item = found.pop(glimpse.uid, None)
            if item is not None and item.literal is not None and len(item.literal) <= self._settings.size_limit:
                yield replace(parse(item.literal, glimpse.arrived_at), identity=glimpse.identity)
            elif item is not None:
                # There, but not to be had: a person has to know of it.
                yield self._head_of(glimpse)

    def _fetched(self, uids: list[int], items: str) -> Iterator["Fetched"]:
        """The answers in that order. One that is missing or empty among many is asked for alone, then only for where
        and when the mail came: one that is gone or broken can cost the answer for all, or answers NIL for a while."""
        found = self._answered(uids, items)
        for uid in uids:
            if uid not in found and len(uids) > 1:
                found |= self._answered([uid], items)
            if uid not in found and self._has_parts and _FIRST in items:
                found |= (whole := self._answered([uid], items.replace(_FIRST, "")))
                self._has_parts = not whole
            if uid in found:
                yield found.pop(uid)
            else:
                yield from self._connection.fetch([uid], _PLACE_ITEMS)

    def _answered(self, uids: list[int], items: str) -> dict[int, "Fetched"]:
        """The answers for those that have one. Where the connection breaks, which one mail can bring about, it is made
        anew, and of one mail nothing is asked any more after the second time."""
        uids = [uid for uid in uids if uid not in self._withheld]
        for _ in range(2):
            try:
                return self._asked(uids, items) if uids else {}
            except (MailboxTrouble, MemoryError) as trouble:
                if isinstance(trouble, NotUnderstood) and self._has_parts and _FIRST in items:
                    self._has_parts = False
                    continue
                self._connect_anew(trouble)
                if len(uids) > 1:
                    return {}
        self._withheld.update(uids)
        return {}

    def _asked(self, uids: list[int], items: str) -> dict[int, "Fetched"]:
        asked = items if self._has_parts else items.replace(_FIRST, "")
        return {item.uid: item for item in self._connection.fetch(uids, asked) if item.literal is not None}

    def _connect_anew(self, trouble: MailboxTrouble | MemoryError) -> None:
        """Log in again and open the folder again. Raises `trouble` where that was done too often."""
        from cuibao.mailbox.connection import ImapConnection

        folder = self._open
        if folder is None or self._connections >= _CONNECTIONS:
            raise trouble
        self._connections += 1
        self._connection.close()
        self._connection = ImapConnection.opened(self._settings)
        if self._examine(folder.name).validity != folder.validity:
            raise troubles.renumbered(folder.name, self._settings)

    def _head_of(self, glimpse: Glimpse) -> Mail:
        mail = parse(glimpse.header, glimpse.arrived_at)
        return replace(mail, identity=glimpse.identity, text="", attachments=(), links=(), oversized=True)


def _grouped(glimpses: Iterable[Glimpse], limit: int) -> Iterator[list[Glimpse]]:
    """Neighbours that one FETCH may ask for; a mail over the `limit` stands alone."""
    group: list[Glimpse] = []
    size = 0
    for glimpse in glimpses:
        together = (
            group
            and len(group) < _MAILS_AT_ONCE
            and size + glimpse.size <= _BYTES_AT_ONCE
            and max(glimpse.size, group[0].size) <= limit
            and (glimpse.folder, glimpse.validity) == (group[0].folder, group[0].validity)
        )
        if group and not together:
            yield group
            group, size = [], 0
        group.append(glimpse)
        size += glimpse.size
    if group:
        yield group


def _came_since(glimpse: Glimpse, day: date) -> bool:
    return glimpse.arrived_at == _UNKNOWN or day_of(glimpse.arrived_at) >= day


def _glimpse(folder: "Folder", item: "Fetched") -> Glimpse:
    header = (item.literal or b"")[: HEADERS + 1]
    size = _SIZE.search(item.items)
    # A mail without a header block is told from others of its kind by its place alone.
    identifying = (header.strip() and header) or f"{folder.name} {folder.validity} {item.uid}".encode()
    return Glimpse(
        folder=folder.name,
        validity=folder.validity,
        uid=item.uid,
        identity=hashlib.sha256(identifying[:HEADERS]).hexdigest(),
        size=int(size[1]) if size else len(header),
        arrived_at=_arrived_at(item.items),
        header=header,
    )


def _arrived_at(items: bytes) -> datetime:
    found = _DATE.search(items)
    try:
        return in_shanghai(parsedate_to_datetime(found[1].decode("ascii"))) if found else _UNKNOWN
    except (ValueError, TypeError, OverflowError):
        return _UNKNOWN
