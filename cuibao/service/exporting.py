"""导出: the board, left in the home, and mailed to the office itself where letters go to a mail server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cuibao import ids
from cuibao.errors import CuibaoError
from cuibao.ledger import Hold, Leased
from cuibao.model import ExportLetter, LetterState, LetterStatus, Message
from cuibao.office import Office
from cuibao.service.letters.beginning import why_not
from cuibao.service.sending import Parcel, Sent, send
from cuibao.service.views.board import Board
from cuibao.service.views.chat import chat
from cuibao.service.views.export import leave
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Left:
    """Where the files are, and in words whether they were mailed; empty where letters go to the outbox."""

    paths: tuple[Path, ...]
    mailed: str


def hand_out(office: Office, board: Board) -> Left:
    """Leave the board in the home in every format, and mail it to the office. Raises CuibaoError where it could not be
    left; that a mail did not go is said."""
    paths = leave(office, board)
    if not office.reaches_outside:
        return Left(paths, "")
    try:
        return Left(paths, _mailed(office, board, paths))
    except CuibaoError as trouble:
        return Left(paths, say("没有寄到邮箱：{trouble}", trouble=trouble))


class ExportMail:
    """One export as mail. It goes once, or not at all: the files are in the home, and a clerk may ask again."""

    kind = Leased.EXPORT
    attempts = 1
    quota = None
    patience = 10.0

    def __init__(self, message: Message, row: int) -> None:
        self._message = message
        self._row = row

    def load(self, things: Sequence[str]) -> Iterator[Parcel | Sent]:
        """It was written before it was noted."""
        for thing in things:
            yield Parcel(Hold(self.kind, thing, self._row), self._message)

    def again(self, _parcel: Parcel) -> Parcel | LetterStatus:
        """Never asked: nothing that comes meanwhile changes what it shows."""
        return LetterStatus.STOPPED

    def put_off(self, _parcel: Parcel) -> LetterState:
        """It is not tried again by itself."""
        return LetterState.STOPPED


def _mailed(office: Office, board: Board, paths: Sequence[Path]) -> str:
    to = office.campaign.mailbox
    if reason := why_not(office, office.now()):
        return say("没有寄到邮箱：{reason}", reason=reason)
    if not office.carrier.usable(to):
        return say("没有寄到邮箱：本办公室的邮箱 {to} 是占位地址", to=to)
    office.register(office.now())
    message = _written(office, board, paths)
    row = office.ledger.exports.file(office.campaign.id, message, office.now())
    (sent,) = send(office, ExportMail(message, row), [message.message_id])
    if sent.status is LetterStatus.SENT:
        return say("已寄到 {to}", to=to)
    if sent.status is LetterStatus.UNCERTAIN:
        return say("寄到 {to} 是否送达不确定", to=to)
    if sent.status is LetterStatus.BUSY:
        return say("没有寄到 {to}：别的信正在发送，请稍后再导出一次", to=to)
    return say("没有寄到 {to}：{detail}", to=to, detail=sent.detail or sent.status.word)


def _written(office: Office, board: Board, paths: Sequence[Path]) -> Message:
    campaign, sender = office.campaign, office.carrier.sender
    letter = ExportLetter(
        written_at=office.now(),
        message_id=ids.message_id(office.key, campaign.id, sender.partition("@")[2], "export", office.token()),
        to=(campaign.mailbox,),
        as_of=board.as_of,
        lines=tuple(chat(office, board).splitlines()),
        files=tuple((path.name, path.read_bytes()) for path in paths),
        simulated=bool(office.ledger.simulated(campaign.id)),
    )
    return office.templates.export_letter(letter, campaign, sender)
