"""The board (报送情况表): where every obligation stands, computed once from one reading of the ledger.

Pages, tables, sheets and what the forms offer are views of it; none of them reads the entries again. Who asks for one
plan or one item alone gets its `progress`, for which the ledger leaves out what plainly came in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.ledger import BadAddress
from cuibao.model import (
    NOTHING_ENTERED,
    Campaign,
    Obligation,
    ObligationKey,
    Pause,
    Period,
    Plan,
    Promise,
    Receipt,
    Standing,
    Status,
)
from cuibao.office import Office
from cuibao.policy.standing import counting, standing
from cuibao.service.letters.approving import CopyWanted, waiting
from cuibao.service.letters.beginning import held_back, still_unbegun
from cuibao.service.letters.clock import Asked, asked
from cuibao.service.letters.closing import ended, what_ended
from cuibao.service.letters.pausing import running_pauses
from cuibao.service.letters.promising import held_of
from cuibao.service.mail.trusting import notices
from cuibao.service.mail.waiting import Waiting, queue
from cuibao.service.views.troubles import Trouble, troubles
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One obligation on the board; `promised` is by when its unit last said that it would send it."""

    obligation: Obligation
    status: Status
    standing: Standing
    promised: date | None = None

    @property
    def due(self) -> date:
        """The due date that counts for its unit."""
        return self.standing.due or self.obligation.period.due

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
    """Where the campaign stands at `as_of`; what fell due on the last working day before, `fresh_from`, or since then
    and is missing, is newly overdue.

    `cells`: every tracked obligation, by due date, plan and unit; `progress`: the same by period. `troubles`: whom no
    letter reaches. `waiting`: the mails that a person must decide about. `bad`: the addresses at which letters bounce.
    `asked`: what is open about the date, for which a morning may wait. `notices`: what is to be known or done about
    whose word on the senders of mails is believed. `unbegun`: why nothing leaves before a person's yes.
    `over`: why nobody is written to any more. `copies`: whose leader would get a first copy, if a person approves.
    `pauses` are those that hold on its day.
    `strays` name what was received and the schedule no longer asks for: an id was changed, an item or a unit taken out.
    """

    as_of: datetime
    fresh_from: date
    simulated: bool
    cells: tuple[Cell, ...]
    progress: tuple[Progress, ...]
    troubles: tuple[Trouble, ...]
    waiting: tuple[Waiting, ...]
    bad: Mapping[str, BadAddress]
    asked: Asked
    strays: tuple[str, ...]
    notices: tuple[str, ...] = ()
    unbegun: str | None = None
    over: str | None = None
    copies: tuple[CopyWanted, ...] = ()
    pauses: tuple[Pause, ...] = ()

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
        promised = held_of(ledger.agreements.promises(campaign), entries, as_of)
        cells = _cells(office, entries, promised, as_of)
        return Board(
            as_of=as_of,
            fresh_from=office.schedule.calendar.before(day_of(as_of), 1),
            simulated=bool(ledger.simulated(campaign)),
            cells=cells,
            progress=_by_period(office, cells),
            troubles=troubles(office, as_of, entries, bad),
            waiting=queue(office),
            bad=bad,
            asked=asked(office, as_of),
            strays=_strays(office, entries),
            notices=notices(office),
            unbegun=still_unbegun(office),
            over=what_ended(office, as_of),
            copies=waiting(office, as_of),
            pauses=running_pauses(office, as_of),
        )


def of_campaign(office: Office, board: Board, campaign: Campaign) -> Board:
    """What `board` says of one of the office's campaigns, and whether that is begun or over; whatever is the mailbox's
    or the day's stays."""

    def theirs(plan: Plan) -> bool:
        return office.campaign.of(plan).folder == campaign.folder

    return replace(
        board,
        cells=tuple(each for each in board.cells if theirs(each.obligation.period.plan)),
        progress=tuple(each for each in board.progress if theirs(each.period.plan)),
        unbegun=held_back(office, campaign),
        over=ended(office, board.as_of, campaign),
    )


def progress(office: Office, as_of: datetime, plan: Plan, item: Period | None = None) -> tuple[Progress, ...]:
    """How far each item of `plan` is at `as_of`, or the one `item`: as on the board, without its settled cells."""
    wanted = [item] if item else [period for period in office.schedule.tracked() if period.plan.id == plan.id]
    found = office.ledger.unsettled(office.campaign.id, item.identity if item else [plan.id], as_of)
    standings = {key: standing(entries, as_of) for key, entries in found.entries.items()}
    promised = held_of(office.ledger.agreements.promises(office.campaign.id), found.entries, as_of)
    return tuple(
        _left(office, period, found.came.get(period.identity, ()), standings, promised, as_of) for period in wanted
    )


def _left(
    office: Office,
    period: Period,
    came: Collection[str],
    standings: Mapping[ObligationKey, Standing],
    promised: Mapping[ObligationKey, Sequence[Promise]],
    as_of: datetime,
) -> Progress:
    """The progress of `period`, of whose units some plainly `came` in."""
    units = [office.campaign.units[unit] for unit in period.units if unit not in came]
    cells = [_cell(office, office.schedule.obligation(period, unit), standings, promised, as_of) for unit in units]
    return _progress(period, cells, settled=len(period.units) - len(units))


def _cells(
    office: Office,
    entries: Mapping[ObligationKey, tuple[Receipt, ...]],
    promised: Mapping[ObligationKey, Sequence[Promise]],
    as_of: datetime,
) -> tuple[Cell, ...]:
    standings = {key: standing(found, as_of) for key, found in entries.items()}
    return tuple(
        _cell(office, owed, standings, promised, as_of)
        for period in office.schedule.tracked()
        for owed in office.schedule.of_period(period)
    )


def _cell(
    office: Office,
    obligation: Obligation,
    standings: Mapping[ObligationKey, Standing],
    promised: Mapping[ObligationKey, Sequence[Promise]],
    as_of: datetime,
) -> Cell:
    stands = standings.get(obligation.key, NOTHING_ENTERED)
    until = promised[obligation.key][-1].until if obligation.key in promised else None
    return Cell(obligation, office.schedule.status(obligation.period, stands, as_of), stands, until)


def _by_period(office: Office, cells: Iterable[Cell]) -> tuple[Progress, ...]:
    found: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.obligation.period.identity, []).append(cell)
    return tuple(_progress(office.schedule.period(identity), of_period) for identity, of_period in found.items())


def _strays(office: Office, entries: Mapping[ObligationKey, tuple[Receipt, ...]]) -> tuple[str, ...]:
    periods = {period.identity: period for period in office.schedule.periods}

    def owed(key: ObligationKey) -> bool:
        return key.item in periods and office.schedule.owes(key.unit, periods[key.item])

    stray = [key for key, found in entries.items() if counting(found) and not owed(key) and office.runs(key.plan)]
    return tuple(f"{key.plan} {key.requirement} {key.period} {key.unit}" for key in stray)


def _progress(period: Period, cells: Collection[Cell], settled: int = 0) -> Progress:
    """The progress of `period`; `settled` are the units without a cell, who have reported."""
    owing = [cell for cell in cells if cell.status is not Status.EXEMPT]
    return Progress(period, settled + len(owing), tuple(cell for cell in cells if not cell.status.settled))
