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
from cuibao.mailbox.parsing import parse
from cuibao.mailbox.settings import ImapSettings
from cuibao.mailbox.work import HEADERS
from cuibao.times import day_of, local

if TYPE_CHECKING:
    from cuibao.mailbox.connection import Fetched, Folder
    from cuibao.mailbox.line import ImapLine

_GLIMPSES_AT_ONCE = 200
_MAILS_AT_ONCE = 200
_BYTES_AT_ONCE = 16 * 1024 * 1024
_GLIMPSE_ITEMS = "UID INTERNALDATE RFC822.SIZE"
_ARRIVAL_ITEMS = "(UID INTERNALDATE)"
# A provider that moved a mailbox may have put old mails after the new ones.
_NEWEST = 50
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]*)"')
_UNKNOWN = local(datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What is cheaply known of a mail: where it lies, when it came (by the office's clock), its `size` in bytes, its
    header block as far as it is read.

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
        from cuibao.mailbox.line import ImapLine

        line = ImapLine(self._settings)
        try:
            yield MailboxSession(line, self._settings)
        finally:
            line.close()


class MailboxSession:
    """A mailbox that is open. Every method raises MailboxTrouble when the server or the network fails."""

    def __init__(self, line: "ImapLine", settings: ImapSettings) -> None:
        self._line = line
        self._settings = settings

    def news(
        self, folder: str, position: Position | None, since: date, at_once: int = _GLIMPSES_AT_ONCE
    ) -> Iterator[Batch]:
        """What came to `folder` after `position`, in batches of `at_once`; nothing is yielded where nothing is new.

        With no position, or one whose UIDVALIDITY is no longer the folder's (RFC 3501, 2.3.1.1), everything that
        arrived on the day `since` (the office's) or later. Raises SettingError where there is no such folder.
        """
        opened = self._line.examine(folder)
        known = position is not None and position.validity == opened.validity
        last = position.last if position is not None and known else 0
        if known and opened.next_uid and opened.next_uid <= last + 1:
            return
        end = max(last, opened.next_uid - 1)
        # The server may keep another calendar than the office's: ask for a day more, and look at each mail's own time.
        uids = (
            self._line.connection.uids_above(last)
            if known
            else self._line.connection.uids_since(since - timedelta(days=1))
        )
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
        return self._line.connection.dated

    def arrivals(self, folder: str) -> tuple[datetime, ...]:
        """When the newest mails of `folder` came, by the server's clock. Raises SettingError where there is none."""
        self._line.examine(folder)
        newest = self._line.connection.last_uids(_NEWEST)
        found = self._line.connection.fetch(newest, _ARRIVAL_ITEMS) if newest else ()
        return tuple(moment for item in found if (moment := _arrived_at(item.items)) != _UNKNOWN)

    def mails(self, glimpses: Iterable[Glimpse]) -> Iterator[Mail]:
        """The whole mails, in the order of `glimpses`, without those that are gone.

        Of a mail over the size limit, what its header block tells (`oversized`).
        """
        for group in _grouped(glimpses, self._settings.size_limit):
            yield from self._whole(group)

    def _glimpses(self, folder: "Folder", uids: list[int]) -> list[Glimpse]:
        if not self._line.still_open(folder.name, folder.validity):
            return []
        return [_glimpse(folder, item) for item in self._line.headers(uids, _GLIMPSE_ITEMS)]

    def _whole(self, group: list[Glimpse]) -> Iterator[Mail]:
        first = group[0]
        if first.size > self._settings.size_limit:
            yield self._head_of(first)
            return
        if not self._line.still_open(first.folder, first.validity):
            return
        found = {item.uid: item for item in self._line.whole([glimpse.uid for glimpse in group])}
        for glimpse in group:
            item = found.pop(glimpse.uid, None)
            if item is not None and item.literal is not None and len(item.literal) <= self._settings.size_limit:
                yield replace(parse(item.literal, glimpse.arrived_at), identity=glimpse.identity)
            elif item is not None:
                # There, but not to be had: a person has to know of it.
                yield self._head_of(glimpse)

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
        return local(parsedate_to_datetime(found[1].decode("ascii"))) if found else _UNKNOWN
    except (ValueError, TypeError, OverflowError):
        return _UNKNOWN
