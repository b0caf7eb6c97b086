"""回执: one short answer to each mail by which something was registered, and never a second.

It is written with the receipts, in one transaction, and goes out after it. A process that dies while it sends leaves it
uncertain: an answer that did not arrive costs a phone call, one that arrives twice costs trust.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cuibao import ids
from cuibao.incoming import Mail
from cuibao.ledger import Hold, Leased
from cuibao.model import (
    NOTHING_ENTERED,
    Acknowledged,
    Acknowledgement,
    LetterState,
    LetterStatus,
    Message,
    Status,
    StillOwed,
    Unit,
)
from cuibao.office import Office
from cuibao.policy.chasing import as_chased
from cuibao.policy.mail.judging import Match
from cuibao.policy.schedule import with_due
from cuibao.policy.status import ends_at
from cuibao.service import retrying
from cuibao.service.entries.standings import standings
from cuibao.service.letters.addresses import addresses_of, usable_addresses
from cuibao.service.letters.beginning import answers, beginning, begun_on
from cuibao.service.letters.closing import written_about
from cuibao.service.letters.leaving import wrong_clock
from cuibao.service.sending import Parcel, Sent, send
from cuibao.times import day_of

STALE = timedelta(days=2)
# What an acknowledgement reminds of.
DUE = frozenset({Status.OVERDUE, Status.RETURNED, Status.DUE_SOON})
WAITING = (LetterState.WAITING, LetterState.SENDING, LetterState.DEFERRED)


def acknowledgement(
    office: Office,
    as_of: datetime,
    mail: Mail,
    unit: Unit,
    settled: Sequence[Match],
    *,
    doubted: bool = False,
    kept: bool = False,
    waited: bool = False,
) -> Message | None:
    """The answer to `mail`, by which `settled` was registered for `unit`; None where nobody is to be answered.

    It goes to the sender; where that is no address of the unit's, to all of these too; where the mailbox's server has
    `doubted` the sender, to them alone. `kept`: a clerk makes the sender's address the unit's own; `waited`: it comes
    late because there was nobody at first to vouch for the sender. Never to a machine (RFC 3834, section 2) and never
    to more than one sender, nor for what came before the campaign was begun.
    """
    if not mail.sender or mail.machine or mail.bulk or mail.bounce is not None or not answers(office, mail.arrived_at):
        return None
    rehearsed = office.campaign.drill and not _of_the_drill(office, as_of, mail)
    if rehearsed or wrong_clock(office, as_of) is not None:
        return None
    strange = doubted or mail.sender.lower() not in addresses_of(unit)
    sender = (mail.sender,) if not doubted and office.carrier.usable(mail.sender) else ()
    to = (*sender, *(usable_addresses(office, unit) if strange else ()))
    if not to:
        return None
    campaign, domain = office.campaign, office.carrier.sender.partition("@")[2]
    answer = Acknowledgement(
        unit=unit,
        to=tuple({address.lower(): address for address in to}.values()),
        message_id=ids.message_id(office.key, campaign.id, domain, "answer", mail.identity),
        answers=mail.message_id,
        references=tuple(reversed(mail.references[:10])),
        # What a stranger wrote is not repeated to the unit in the office's name.
        subject="" if strange else mail.subject,
        arrived_at=mail.arrived_at,
        written_at=as_of,
        items=tuple(_item(office, as_of, mail, match) for match in settled),
        owed=_owed(office, as_of, unit, settled),
        waited=waited,
        stranger=mail.sender if strange else "",
        kept=kept,
        simulated=bool(office.ledger.simulated(campaign.id)),
    )
    return office.templates.acknowledgement(answer, campaign, office.carrier.sender)


def send_answers(office: Office, *, by_itself: bool = False) -> Counter[str]:
    """Send the acknowledgements that are waiting; how many came to what, by the words of their states. `by_itself`:
    not where the mail server refuses our login today, but for one try that is left to the morning.

    None where nothing may leave now: they go on waiting.
    """
    if wrong_clock(office, office.now()) is not None:
        return Counter()
    found = office.ledger.mails.answers(office.campaign.id, WAITING)
    waiting = [answer.message.message_id for answer in found if answers(office, answer.written_at)]
    if by_itself and retrying.no_login(office, office.now(), retrying.LOGINS - 1):
        return Counter({LetterState.DEFERRED.word: len(waiting)} if waiting else {})
    came_to = Counter(sent.status for sent in send(office, Answers(office), waiting))
    said: Counter[str] = Counter()
    for status, count in came_to.items():
        if status is LetterStatus.FAILED:  # it waits for the next reading
            said[LetterState.DEFERRED.word] += count
        elif status.value in set(LetterState):
            said[LetterState(status.value).word] += count
    return said


class Answers:
    """The acknowledgements as mail."""

    kind = Leased.ANSWER
    attempts = 1  # never again by itself, where nobody knows whether it arrived
    quota = None
    patience = 10.0  # the next reading sends what waits

    def __init__(self, office: Office) -> None:
        self._office = office

    def load(self, things: Sequence[str]) -> Iterator[Parcel | Sent]:
        """They were written and filed with what they acknowledge."""
        for answer in self._office.ledger.mails.answers(self._office.campaign.id, named=things):
            name = answer.message.message_id
            if answer.state in WAITING:
                yield Parcel(Hold(Leased.ANSWER, name, answer.id), answer.message, answer.attempts, answer.attempts)
            else:
                yield Sent(name, LetterStatus.ALREADY)

    def again(self, _parcel: Parcel) -> Parcel | LetterStatus:
        """Never asked: what it says was so when it was registered, whatever came since."""
        return LetterStatus.STOPPED

    def put_off(self, parcel: Parcel) -> LetterState:
        """What could not be said in two days need not be said any more."""
        (answer,) = self._office.ledger.mails.answers(self._office.campaign.id, named=[parcel.hold.thing])
        late = self._office.now() - answer.written_at > STALE
        return LetterState.STOPPED if late else LetterState.DEFERRED


def _of_the_drill(office: Office, as_of: datetime, mail: Mail) -> bool:
    """Whether the mail came while the drill ran, by its clock: what lay in the mailbox before is no part of it, nor is
    what comes on a day that a clock which stands never reaches."""
    found = [beginning(office, campaign) for campaign in office.campaign.each]
    begun = min((each for each in found if each is not None), key=lambda each: each.at, default=None)
    return begun is not None and begun.at <= mail.arrived_at and day_of(mail.arrived_at) <= day_of(as_of)


def _item(office: Office, as_of: datetime, mail: Mail, match: Match) -> Acknowledged:
    obligation = match.obligation
    entered = standings(office, obligation.unit.id).get(obligation.key, NOTHING_ENTERED)
    extended = office.schedule.as_extended(obligation, entered)
    first = entered.first_at or min(mail.arrived_at, as_of)
    return Acknowledged(
        obligation=extended,
        nil=match.nil,
        late=first >= ends_at(extended.period),
        files=tuple(mail.files[index].name for index in match.files),
        found=match.found,
    )


def _owed(office: Office, as_of: datetime, unit: Unit, settled: Sequence[Match]) -> tuple[StillOwed, ...]:
    """What else the unit should send in now, by its due date: nothing of the year to come."""
    entered = standings(office, unit.id)
    now = {match.obligation.key for match in settled}
    campaigns = office.campaign
    begun = {each.folder: begun_on(office, as_of, each) for each in campaigns.each}
    # Of several, those that are written about: nothing is said of one that waits for its yes.
    told = written_about(office, as_of) if campaigns.joined else frozenset(begun)
    found = []
    for obligation in office.schedule.of_unit(unit.id):
        if campaigns.of(obligation.period.plan).folder not in told:
            continue
        standing = entered.get(obligation.key, NOTHING_ENTERED)
        status = office.schedule.status(obligation.period, standing, as_of)
        if obligation.period.requirement.tracked and obligation.key not in now and status in DUE:
            owed = office.schedule.as_extended(obligation, standing)
            due = as_chased(owed, begun[campaigns.of(owed.period.plan).folder])
            # As its letters say: what was overdue when the campaign was begun is not so at once.
            soon = status is Status.OVERDUE and due >= day_of(as_of)
            found.append(StillOwed(with_due(owed, due), Status.DUE_SOON if soon else status))
    return tuple(sorted(found, key=lambda owed: (owed.obligation.period.due, owed.obligation.period.plan.no)))
