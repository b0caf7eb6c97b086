"""One logged-in IMAP connection, made by imap_tools; nothing in it changes the mailbox.

imap_tools connects, logs in and names folders; the client that it holds takes the bulk FETCH, which its own `fetch`
does not have (INTERNALDATE and headers at once), and whose answers it takes for granted to come two by two.
"""

import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, UnexpectedCommandStatusError

from cuibao import __version__
from cuibao.dated import Dated
from cuibao.errors import LoginRefused, SettingError
from cuibao.mailbox import troubles
from cuibao.mailbox.settings import ImapSettings
from cuibao.said import decoded
from cuibao.tls import verifying

_GOODBYE_SECONDS = 5.0
_ALWAYS_TLS = 993
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)")
_SHORT_BODY = re.compile(rb'BODY\[[A-Z]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(rb"\\(.)")
# What a literal may be longer than the size that the server gave for its mail.
_MARGIN = 1024 * 1024
# How imaplib says that a line does not end: what comes next on the connection is the rest of it.
_ENDLESS = "got more than"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the server opened it; `next_uid` 0 where it does not say."""

    name: str
    validity: int
    next_uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One FETCH answer: the text of its items, and the one literal among them, None for NIL."""

    uid: int
    items: bytes
    literal: bytes | None


class ImapConnection:
    """A connection that is open and logged in. Use `ImapConnection.opened`."""

    def __init__(self, box: BaseMailBox, settings: ImapSettings) -> None:
        self._box = box
        self._settings = settings
        self._broken = False

    @classmethod
    def opened(cls, settings: ImapSettings) -> "ImapConnection":
        """Connect, log in once and introduce ourselves. Raises LoginRefused, MailboxTrouble or SettingError."""
        connection = cls(_connected(settings), settings)
        _bound(connection._box.client, settings.size_limit + _MARGIN)
        try:
            connection._log_in()
            connection._introduce()
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def dated(self) -> Dated | None:
        """The date with which the server greeted us, if it gave one."""
        client = self._box.client
        try:
            return Dated.heard(client.welcome or b"", client.sock)
        except OSError:
            return None

    def folders(self) -> tuple[str, ...]:
        """The names of all folders that can be opened."""
        with self._conversation():
            listed = self._box.folder.list()
        return tuple(folder.name for folder in listed if r"\noselect" not in map(str.lower, folder.flags))

    def examine(self, folder: str) -> Folder:
        """Open `folder` for reading only (RFC 3501, 6.3.2). Raises SettingError where there is no such folder."""
        client = self._box.client
        try:
            with self._conversation():
                self._box.folder.set(folder, readonly=True)
        except MailboxFolderSelectError as refusal:
            raise troubles.not_opened(folder, self.folders(), _words(refusal), self._settings) from None
        return Folder(folder, _number(client.response("UIDVALIDITY")), _number(client.response("UIDNEXT")))

    def uids_above(self, last: int) -> list[int]:
        """The UIDs over `last` in the open folder, ascending."""
        # "n:*" names the last mail even where its UID is below n (RFC 3501 section 6.4.8).
        return [uid for uid in self._search(f"UID {last + 1}:*") if uid > last]

    def last_uids(self, most: int) -> list[int]:
        """The highest UIDs in the open folder, ascending."""
        return self._search("ALL")[-most:]

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of mails that arrived on `day` or later, by the server's own calendar, ascending."""
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def fetch(self, uids: Sequence[int], items: str) -> Iterator[Fetched]:
        """The `items` of the mails that are still there; they must name UID and at most one BODY section.

        Raises NotUnderstood where the server refuses the command itself, and MailboxTrouble where its answer breaks
        off, or holds a line or a literal that is too long.
        """
        client = self._box.client
        with self._conversation():
            status, answers = client.uid("FETCH", ",".join(map(str, uids)), items)
        if status == "OK":
            yield from _fetched(answers)
        else:
            # One of the mails is gone (RFC 2180 section 4.1.2) or broken; what came of the others must not be taken
            # for an answer to the next command.
            client.response("FETCH")

    def close(self) -> None:
        """Say goodbye, briefly; whatever happens is of no interest any more."""
        client = self._box.client
        with suppress(Exception):
            if not self._broken:
                client.sock.settimeout(_GOODBYE_SECONDS)
                client.logout()
        with suppress(Exception):
            client.shutdown()

    def _search(self, criteria: str) -> list[int]:
        with self._conversation():
            # No CHARSET: some servers reject the argument itself.
            return sorted({int(uid) for uid in self._box.uids(criteria, charset=None)})

    def _log_in(self) -> None:
        settings = self._settings
        if not settings.password:
            raise LoginRefused(f"{settings.host} 的账号 {settings.user} 没有设置密码（授权码），无法登录")
        if "LOGINDISABLED" in self._box.client.capabilities:
            raise LoginRefused(f"{troubles.where(settings)} 不允许不加密的登录：请把加密方式改为 ssl 或 starttls")
        try:
            self._box.login(settings.user, settings.password, initial_folder=None)
        except UnicodeError:
            raise LoginRefused(f"{troubles.where(settings)} 的账号或密码（授权码）中有非英文字符，请检查") from None
        except ImapToolsError as refusal:
            raise troubles.not_logged_in(_words(refusal), settings) from None
        except imaplib.IMAP4.abort as error:
            self._broken = True
            raise troubles.broken_off(error, settings) from error
        except imaplib.IMAP4.error as error:
            raise troubles.not_logged_in(str(error), settings) from None
        except OSError as error:
            self._broken = True
            raise troubles.broken_off(error, settings) from error

    def _introduce(self) -> None:
        # RFC 2971. 163, 126 and QQ open no folder for a client that has not said who it is; a server that does not
        # know the command says so and no harm is done.
        me = f'("name" "cuibao" "version" "{__version__}" "vendor" "cuibao")'
        try:
            self._box.client.xatom("ID", me)
        except imaplib.IMAP4.abort as error:
            self._broken = True
            raise troubles.broken_off(error, self._settings) from error
        except imaplib.IMAP4.error:
            pass
        except OSError as error:
            self._broken = True
            raise troubles.broken_off(error, self._settings) from error

    @contextmanager
    def _conversation(self) -> Iterator[None]:
        """Everything that a command can meet, said in Chinese; but a folder that does not open is the caller's."""
        try:
            yield
        except MailboxFolderSelectError:
            raise
        except ImapToolsError as refusal:
            raise troubles.not_understood(_words(refusal), self._settings) from None
        except (imaplib.IMAP4.abort, OSError) as error:
            self._broken = True
            raise troubles.broken_off(error, self._settings) from error
        except (imaplib.IMAP4.error, ValueError) as error:
            if _ENDLESS in str(error):
                self._broken = True
                raise troubles.broken_off(error, self._settings) from error
            raise troubles.not_understood(str(error), self._settings) from error


def _bound(client: imaplib.IMAP4, limit: int) -> None:
    """Have `client` take in no literal over `limit` bytes, whatever size the server gave for the mail."""
    read = client.read

    def bounded(size: int) -> bytes:
        if size > limit:
            raise imaplib.IMAP4.abort(f"a literal of {size} bytes")
        return read(size)

    setattr(client, "read", bounded)  # noqa: B010


def _connected(settings: ImapSettings) -> BaseMailBox:
    if settings.security == "starttls" and settings.port == _ALWAYS_TLS:
        raise SettingError(f"{troubles.where(settings)}：993 端口一开始就加密，请把加密方式改为 ssl")
    context = None if settings.security == "none" else verifying(settings.ca_file)
    try:
        if settings.security == "ssl":
            return MailBox(settings.host, settings.port, timeout=settings.timeout, ssl_context=context)
        box = MailBoxUnencrypted(settings.host, settings.port, timeout=settings.timeout)
        if context is not None:
            _encrypt(box, context)
    except imaplib.IMAP4.error as error:
        raise troubles.no_imap(error, settings) from error
    except (OSError, ValueError) as error:
        raise troubles.unreachable(error, settings) from error
    return box


def _encrypt(box: BaseMailBox, context: ssl.SSLContext) -> None:
    # Not imap_tools' own class for this: it leaves the socket open when the certificate is not to be trusted.
    try:
        box.client.starttls(context)
    except BaseException:
        with suppress(OSError):
            box.client.shutdown()
        raise


def _fetched(answers: Iterable[Any]) -> Iterator[Fetched]:
    """The answers as the client splits them: (text, literal) pairs, then the rest of the line; or one line alone."""
    text, literal = b"", None
    for piece in answers:
        if isinstance(piece, tuple):
            text, literal = text + bytes(piece[0]), bytes(piece[1])
            continue
        text += piece or b""
        number = _UID.search(text)
        if number:  # else the server tells of flags that somebody else has set meanwhile
            if literal is None and (short := _SHORT_BODY.search(text)):
                literal = _ESCAPED.sub(rb"\1", short[1])
            yield Fetched(int(number[1]), text, literal)
        text, literal = b"", None


def _number(response: tuple[str, list[Any]]) -> int:
    values = [value for value in response[1] if value]
    return int(values[-1]) if values and values[-1].isdigit() else 0


def _words(refusal: ImapToolsError) -> str:
    if not isinstance(refusal, UnexpectedCommandStatusError):
        return str(refusal)
    words = refusal.command_result[1]
    return " ".join(decoded(word) for word in words if isinstance(word, bytes)) or str(words)
