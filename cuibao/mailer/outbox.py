"""The outbox folder: every letter an .eml file that any mail program opens. Nothing leaves the machine."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message as Headers
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from cuibao.errors import SettingError
from cuibao.files import beside, make_folder, write_whole
from cuibao.mailer.addresses import is_address
from cuibao.mailer.carrier import Watch
from cuibao.model import Delivery, Message, Outcome
from cuibao.said import short_line
from cuibao.tongue import say

_UNSAFE = re.compile(r"[^\w（）+=-]+")
_NAME_LENGTH = 40  # characters: a file's name is at most 255 bytes
_MARK = 12


class OutboxCarrier:
    """Letters as files under `folder`, e.g. `2022-07-25 嘉定镇 5f0c2a9e71d3.eml`.

    The same message always gives the same file. `durable` waits for the disk at each letter (about a millisecond
    on an SSD), so that a letter recorded as sent survives a power cut; a replay has no need of it. `private` closes
    what is made there to other users.
    """

    def __init__(self, folder: Path, sender: str, *, durable: bool = True, private: bool = False) -> None:
        self._folder = folder
        self._sender = sender
        self._durable = durable
        self._private = private

    @property
    def name(self) -> str:
        """发件箱 and the folder."""
        return f"发件箱 {self._folder}"

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self._sender

    @property
    def lines(self) -> tuple[str, ...]:
        """None: any number of processes may write files."""
        return ()

    @property
    def gap(self) -> timedelta:
        """None."""
        return timedelta()

    def usable(self, address: str) -> bool:
        """Whether the address is well formed; reserved domains are welcome here."""
        return is_address(address)

    @contextmanager
    def session(self) -> Iterator["OutboxSession"]:
        """Begin a batch; the folder is made at the first letter."""
        yield OutboxSession(self._folder, durable=self._durable, private=self._private)


class OutboxSession:
    """One batch of files."""

    def __init__(self, folder: Path, *, durable: bool, private: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._private = private
        self._writable = False
        self._prepared = False

    def ready(self) -> None:
        """Make the folder and try it once. Raises SettingError naming the folder that cannot be written."""
        if not self._writable:
            self._try_folder()
        self._writable = self._prepared = True

    def dated(self) -> None:
        """A folder has no clock."""

    def deliver(self, message: Message, watch: Watch, _following: Message | None = None) -> Delivery:
        """Write the letter, whole or not at all; `detail` is the file's name. A full disk is DEFERRED."""
        if not self._prepared:
            raise RuntimeError("deliver() needs its own ready() first")
        self._prepared = False
        if not (watch.may_begin() and watch.may_end()):
            return Delivery(Outcome.WITHHELD)
        path = self._folder / file_name(message)
        try:
            write_whole(path, message.data, durable=self._durable, private=self._private)
        except OSError as error:
            return Delivery(Outcome.DEFERRED, detail=short_line(f"写入 {path} 失败：{error.strerror or error}"))
        return Delivery(Outcome.ACCEPTED, detail=path.name)

    def _try_folder(self) -> None:
        try:
            make_folder(self._folder, private=self._private)
            with beside(self._folder / "try") as probe:
                probe.touch()
        except OSError as error:
            why = error.strerror or error
            raise SettingError(f"发件箱文件夹 {self._folder} 不能写入（{why}）：请换一个文件夹或改其权限") from None


def file_name(message: Message) -> str:
    """Where `message` goes: its own Date, whom it is to, whether it is an answer, and what tells it from all others."""
    headers = BytesHeaderParser().parsebytes(message.data)
    answer = say("回执") if headers.get("Auto-Submitted") == "auto-replied" else ""
    mark = hashlib.sha256(message.message_id.encode()).hexdigest()[:_MARK]
    return " ".join(filter(None, (_day(headers), _addressee(headers), answer, mark))) + ".eml"


def _day(headers: Headers) -> str:
    try:
        return parsedate_to_datetime(str(headers.get("Date"))).date().isoformat()
    except ValueError:
        return ""


def _addressee(headers: Headers) -> str:
    """The name of the first addressee, else the local part of the address."""
    for name, address in getaddresses([str(headers.get("To", ""))]):
        said = str(make_header(decode_header(name))) or address.partition("@")[0]
        return _UNSAFE.sub("_", said)[:_NAME_LENGTH]
    return ""
