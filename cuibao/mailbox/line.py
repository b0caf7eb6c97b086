"""A line to the server that one broken mail does not cut off: where a connection breaks, another is made."""

from collections.abc import Iterator

from cuibao.mailbox import troubles
from cuibao.mailbox.connection import Fetched, Folder, ImapConnection
from cuibao.mailbox.settings import ImapSettings
from cuibao.mailbox.troubles import MailboxTrouble, NotUnderstood
from cuibao.mailbox.work import HEADERS

# A mail over which the connection breaks costs three.
CONNECTIONS = 30
# One byte more of a header than is read: what is longer is seen to be.
_FIRST = f"<0.{HEADERS + 1}>"


class ImapLine:
    """A session on the server, and the folder open in it. Every method raises MailboxTrouble when the server or the
    network fails for good; making it raises LoginRefused and SettingError too."""

    def __init__(self, settings: ImapSettings) -> None:
        self.connection = ImapConnection.opened(settings)
        self._settings = settings
        self._open: Folder | None = None
        self._connections = 1
        self._has_parts = True  # of headers (RFC 3501 section 6.4.5), until the server says otherwise
        self._withheld: set[int] = set()  # in the open folder

    def close(self) -> None:
        """Say goodbye."""
        self.connection.close()

    def examine(self, folder: str) -> Folder:
        """Open `folder` for reading only. Raises SettingError where there is no such folder."""
        if self._open is None or self._open.name != folder:
            self._withheld.clear()
        self._open = None
        self._open = self.connection.examine(folder)
        return self._open

    def still_open(self, folder: str, validity: int) -> bool:
        """Whether `folder` is open and its UIDs still mean what they did."""
        if self._open is None or self._open.name != folder:
            self.examine(folder)
        return self._open is not None and self._open.validity == validity

    def headers(self, uids: list[int], items: str) -> Iterator[Fetched]:
        """The `items` of those that are there, in that order, with their header blocks as far as they are read; without
        where the server does not give one."""
        return self._fetched(uids, f"({items} BODY.PEEK[HEADER]{_FIRST})", f"({items})")

    def whole(self, uids: list[int]) -> Iterator[Fetched]:
        """The mails that are there, in that order; None in place of one that the server does not give."""
        return self._fetched(uids, "(UID BODY.PEEK[])", "(UID)")

    def _fetched(self, uids: list[int], items: str, least: str) -> Iterator[Fetched]:
        """One that is missing or empty among many is asked for alone, then only for the `least` that tells that it is
        there: one that is gone or broken can cost the answer for all, or answers NIL for a while."""
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
                yield from self.connection.fetch([uid], least)

    def _answered(self, uids: list[int], items: str) -> dict[int, Fetched]:
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

    def _asked(self, uids: list[int], items: str) -> dict[int, Fetched]:
        asked = items if self._has_parts else items.replace(_FIRST, "")
        return {item.uid: item for item in self.connection.fetch(uids, asked) if item.literal is not None}

    def _connect_anew(self, trouble: MailboxTrouble | MemoryError) -> None:
        """Log in again and open the folder again. Raises `trouble` where that was done too often."""
        folder = self._open
        if folder is None or self._connections >= CONNECTIONS:
            raise trouble
        self._connections += 1
        self.connection.close()
        self.connection = ImapConnection.opened(self._settings)
        if self.examine(folder.name).validity != folder.validity:
            raise troubles.renumbered(folder.name, self._settings)
