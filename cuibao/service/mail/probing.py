"""`check --mail`: a mail of the office to itself, and what is learned when it comes back. Nobody else gets it."""

import time
from collections.abc import Callable
from datetime import timedelta

from cuibao.errors import CuibaoError
from cuibao.incoming import Position
from cuibao.mailbox import MailboxSession, parse
from cuibao.model import Message, Outcome
from cuibao.office import Office
from cuibao.rendering.probe import probe
from cuibao.service.mail.trusting import Learning, Taught, learn, message_id
from cuibao.service.sending import line
from cuibao.times import day_of, local
from cuibao.tongue import say

# How long it is waited for, and how often looked for, in seconds.
WAIT = 60.0
POLL = 2.0
PATIENCE = 10.0


def ask(office: Office, on_its_way: Callable[[], None], wait: float = WAIT) -> Learning:
    """Send a mail to ourselves and learn what it teaches, if it comes back within `wait` seconds; `on_its_way` is told
    when it has gone.

    Raises SettingError, LoginRefused, MailboxTrouble or another CuibaoError where it could not go; nothing is sent
    before the mailbox is known to open.
    """
    places = _looked_at(office)
    message = _written(office)
    campaign, probes = office.campaign.id, office.ledger.probes
    office.register(office.now())
    probes.going(campaign, message.message_id, office.now())
    try:
        _send(office, message)
    except CuibaoError:
        probes.gave_up(campaign, message.message_id)
        raise
    on_its_way()
    try:
        return _awaited(office, places, wait)
    except CuibaoError as trouble:  # it is on its way all the same
        return Learning(Taught.NOT_YET, why=str(trouble))


def _looked_at(office: Office) -> dict[str, Position]:
    """How far each folder is filled now, so that what comes back is found without looking at the rest."""
    yesterday = day_of(local(office.machine_now())) - timedelta(days=1)
    places: dict[str, Position] = {}
    with office.mailbox.opened() as session:
        for folder in office.mailbox.folders:
            for batch in session.news(folder, None, since=yesterday):
                places[folder] = batch.position
    return places


def _written(office: Office) -> Message:
    if not office.reaches_outside:
        raise CuibaoError(
            say(
                "没有设置发信服务器，发不了自检信。请在 .env 里写 CUIBAO_SMTP_HOST（见 .env.example）；"
                "只收信不发信的，用 CUIBAO_IMAP_AUTHSERV 直接写明收件服务器。"
            )
        )
    to = office.own_address
    if not office.carrier.usable(to):
        raise CuibaoError(say("本办公室的邮箱 {to} 是占位地址，发不了自检信。请先在 .env 里写真实的账号。", to=to))
    token = office.token()
    mark = f"CHECK-{token.upper()}"
    return probe(
        office.campaign, office.carrier.sender, to, message_id(office, token), mark, local(office.machine_now())
    )


class _Unwatched:
    """Nothing that comes meanwhile stops a mail to ourselves."""

    def may_begin(self) -> bool:
        return True

    def may_end(self) -> bool:
        return True


def _send(office: Office, message: Message) -> None:
    with line(office, PATIENCE) as session:
        if session is None:
            raise CuibaoError(say("别的进程正在用这个账号发信，请稍后再试。"))
        session.ready()
        delivery = session.deliver(message, _Unwatched())
    if delivery.outcome not in (Outcome.ACCEPTED, Outcome.UNKNOWN):
        raise CuibaoError(say("自检信没有发出去：{detail}", detail=delivery.detail or delivery.outcome.value))


def _awaited(office: Office, places: dict[str, Position], wait: float) -> Learning:
    end = time.monotonic() + wait
    with office.mailbox.opened() as session:
        while True:
            found = _found(office, session, places)
            if found is not None:
                return found
            if time.monotonic() >= end:
                return Learning(Taught.NOT_YET)
            time.sleep(POLL)


def _found(office: Office, session: MailboxSession, places: dict[str, Position]) -> Learning | None:
    """What the mail to ourselves teaches, where it is among what came since; how far was read stays as it was."""
    today = day_of(local(office.machine_now()))
    for folder in office.mailbox.folders:
        for batch in session.news(folder, places.get(folder), since=today - timedelta(days=1)):
            places[folder] = batch.position
            for glimpse in batch.glimpses:
                learned = learn(office, office.now(), parse(glimpse.header, glimpse.arrived_at))
                if learned is not None:
                    return learned
    return None
