"""The board (报送情况表): where every obligation stands, computed once from one reading of the ledger.

Pages, tables, sheets and what the forms offer are views of it; none of them reads the entries again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cuibao.ledger import BadAddress
from cuibao.model import NOTHING_ENTERED, Obligation, ObligationKey, Period, Receipt, Standing, Status
from cuibao.office import Office
from cuibao.policy.standing import counting, standing
from cuibao.service.letters.clock import Asked, asked
from cuibao.service.mail.waiting import Waiting, queue
from cuibao.service.views.troubles import Trouble, troubles


@dataclass(frozen=True, slots=True)
class Cell:
    """One obligation on the board."""

    obligation: Obligation
    status: Status
    standing: Standing

    @property
    def received_at(self) -> datetime | None:
        """When the report first came in; None where it has not, or was sent back."""
        return self.standing.first_at if self.standing.received else None


@dataclass(frozen=True, slots=True)
class Progress:
    """One period on the board: how many of its units have to report (who is exempt has not), and who has not."""

    period: Period
    total: int
    missing: tuple[Cell, ...]

    @property
    def done(self) -> int:
        """How many units have reported."""
        return self.total - len(self.missing)


@dataclass(frozen=True, slots=True)
class Board:
    """Where the campaign stands at `as_of`.

    `cells`: every tracked obligation, by due date, plan and unit; `progress`: the same by period. `troubles`: whom no
    letter reaches. `waiting`: the mails that a person must decide about. `bad`: the addresses at which letters bounce.
    `asked`: what is to be said about the date, for which a morning waits.
    `strays` name what was received and the schedule no longer asks for: an id was changed, an item or a unit taken out.
    """

    as_of: datetime
    simulated: bool
    cells: tuple[Cell, ...]
    progress: tuple[Progress, ...]
    troubles: tuple[Trouble, ...]
    waiting: tuple[Waiting, ...]
    bad: Mapping[str, BadAddress]
    asked: Asked | None
    strays: tuple[str, ...]

    def progress_of(self, periods: Iterable[Period]) -> tuple[Progress, ...]:
        """The progress of these tracked `periods`, in their order."""
        found = {item.period.identity: item for item in self.progress}
        return tuple(found[period.identity] for period in periods)


def look(office: Office, as_of: datetime) -> Board:
    """The board at `as_of`."""
    campaign, ledger = office.campaign.id, office.ledger
    with ledger.snapshot():
        entries = ledger.entries(campaign)
        bad = ledger.mails.bad_addresses(campaign)
        cells = _cells(office, entries, as_of)
        return Board(
            as_of=as_of,
            simulated=bool(ledger.simulated(campaign)),
            cells=cells,
            progress=_by_period(cells),
            troubles=troubles(office, as_of, entries, bad),
            waiting=queue(office),
            bad=bad,
            asked=asked(office),
            strays=_strays(office, entries),
        )


def _cells(office: Office, entries: Mapping[ObligationKey, tuple[Receipt, ...]], as_of: datetime) -> tuple[Cell, ...]:
    standings = {key: standing(found, as_of) for key, found in entries.items()}
    return tuple(
        Cell(obligation, office.schedule.status(obligation.period, stands, as_of), stands)
        for obligation in office.schedule.obligations
        if obligation.period.requirement.tracked
        for stands in (standings.get(obligation.key, NOTHING_ENTERED),)
    )


def _by_period(cells: Iterable[Cell]) -> tuple[Progress, ...]:
    found: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.obligation.period.identity, []).append(cell)
    return tuple(_progress(of_period[0].obligation.period, of_period) for of_period in found.values())


def _strays(office: Office, entries: Mapping[ObligationKey, tuple[Receipt, ...]]) -> tuple[str, ...]:
    owed = {obligation.key for obligation in office.schedule.obligations}
    stray = [key for key, found in entries.items() if counting(found) and key not in owed]
    return tuple(f"{key.plan} {key.requirement} {key.period} {key.unit}" for key in stray)


def _progress(period: Period, cells: Collection[Cell]) -> Progress:
    owing = [cell for cell in cells if cell.status is not Status.EXEMPT]
    return Progress(period, len(owing), tuple(cell for cell in cells if not cell.status.settled))
