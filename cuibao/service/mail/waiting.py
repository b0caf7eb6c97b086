"""待认领: the mails that wait for a person, and what each is most likely about."""

from dataclasses import dataclass
from datetime import datetime

from cuibao.ledger import ReadMail
from cuibao.model import Period, Unit, Verdict
from cuibao.office import Office
from cuibao.policy.mail.vouching import Word
from cuibao.said import short_moment
from cuibao.service.mail.keeping import IS_BOUNCE
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail in the queue: `unit` and `items` are what it is most likely from and about, best first."""

    mail: ReadMail
    unit: Unit | None
    items: tuple[Period, ...]

    @property
    def bounce(self) -> bool:
        """Whether it is a delivery report (退信)."""
        return self.mail.waits == IS_BOUNCE


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many mails wait for a person, and `since` when the first of them does."""

    count: int
    since: datetime

    @property
    def words(self) -> str:
        """The same, for the office."""
        return say(
            "有 {count} 封来信待认领，最早的从 {moment} 等到现在", count=self.count, moment=short_moment(self.since)
        )


def backlog(office: Office) -> Backlog | None:
    """What waits in all; None where nothing does."""
    waiting = undecided(office)
    return Backlog(len(waiting), min(mail.read_at for mail in waiting)) if waiting else None


def queue(office: Office) -> tuple[Waiting, ...]:
    """What waits for a person, in the order it arrived; bounces on top, but for those that are likely forged: of these
    there may be any number."""
    found = [_waiting(office, mail) for mail in undecided(office)]
    return tuple(sorted(found, key=lambda each: not each.bounce or each.mail.vouched == Word.FAILED.value))


def undecided(office: Office) -> tuple[ReadMail, ...]:
    """The mails of the queue as the ledger has them, in the order they arrived."""
    return office.ledger.mails.undecided(office.campaign.id, Verdict.QUEUE.value)


def _waiting(office: Office, mail: ReadMail) -> Waiting:
    periods = {p.identity: p for p in office.schedule.tracked()}
    likely = (periods.get((key.plan, key.requirement, key.period)) for key in mail.guesses)
    unit = office.campaign.units.get(mail.unit) if mail.unit else None
    return Waiting(mail, unit, tuple(dict.fromkeys(each for each in likely if each is not None)))
