"""Who has reported (报送情况表): units × periods, computed from receipts and the date."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cuibao.ledger import FiledLetter
from cuibao.model import (
    NOTHING_ENTERED,
    OFFICE,
    LetterState,
    Obligation,
    ObligationKey,
    Period,
    Plan,
    Standing,
    Status,
    Unit,
)
from cuibao.office import Office
from cuibao.policy.standing import counting
from cuibao.said import month_day
from cuibao.service.entries.standings import standings
from cuibao.service.letters.addresses import addresses_of, usable_addresses
from cuibao.service.letters.agenda import agendas
from cuibao.times import day_of

# How a letter stands that a person has to look at.
TROUBLES = (LetterState.REFUSED, LetterState.PARTIAL, LetterState.UNCERTAIN, LetterState.DEFERRED)


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
class Trouble:
    """Whom a letter did not reach, and why, for a person to settle."""

    name: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the office looks at first: what is overdue, what is due soon, and whom no letter reaches.

    `strays` name what was received and the schedule no longer asks for: an id was changed, an item or a unit taken out.
    """

    as_of: datetime
    simulated: bool
    overdue: tuple[Progress, ...]
    due_soon: tuple[Progress, ...]
    counts: Mapping[Status, int]
    troubles: tuple[Trouble, ...]
    strays: tuple[str, ...]
    returned: tuple[Progress, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A plan's units × periods; `rows` hold a cell per period, None where the unit does not owe it."""

    plan: Plan
    periods: tuple[Period, ...]
    rows: tuple[tuple[Unit, tuple[Cell | None, ...]], ...]


def cells(office: Office, as_of: datetime) -> tuple[Cell, ...]:
    """Every tracked obligation of the campaign with its status at `as_of`, by due date, plan and unit."""
    entered = standings(office, as_of=as_of)
    return tuple(
        _cell(office, obligation, entered, as_of)
        for obligation in office.schedule.obligations
        if obligation.period.requirement.tracked
    )


def progress_of(office: Office, as_of: datetime, periods: Collection[Period]) -> tuple[Progress, ...]:
    """The progress of `periods` at `as_of`, in their order."""
    entered = standings(office, as_of=as_of)
    units = office.campaign.units
    return tuple(
        _progress(
            period,
            [_cell(office, Obligation(period, units[unit]), entered, as_of) for unit in period.requirement.units],
        )
        for period in periods
    )


def overview(office: Office, as_of: datetime) -> Overview:
    """The board's front page: overdue longest first, then what is due soonest."""
    board = cells(office, as_of)
    items = [_progress(period, found) for period, found in _by_period(board)]
    return Overview(
        as_of=as_of,
        simulated=bool(office.ledger.simulated(office.campaign.id)),
        overdue=tuple(item for item in items if _any(item, Status.OVERDUE)),
        returned=tuple(item for item in items if _any(item, Status.RETURNED)),
        due_soon=tuple(item for item in items if _any(item, Status.DUE_SOON)),
        counts=Counter(cell.status for cell in board),
        troubles=troubles(office, as_of),
        strays=_strays(office),
    )


def plan_table(office: Office, as_of: datetime, plan: Plan) -> PlanTable:
    """The plan's whole year, one row a unit in the order of the contacts."""
    periods = tuple(period for period in office.schedule.tracked() if period.plan.id == plan.id)
    found = {
        (cell.obligation.unit.id, _name(cell.obligation.period)): cell
        for cell in cells(office, as_of)
        if cell.obligation.period.plan.id == plan.id
    }
    rows = tuple(
        (unit, row)
        for unit in office.campaign.units.values()
        if any(row := tuple(found.get((unit.id, _name(period))) for period in periods))
    )
    return PlanTable(plan, periods, rows)


def troubles(office: Office, as_of: datetime) -> tuple[Trouble, ...]:
    """Whom letters did not reach, in the order of the contacts, and the office itself at the end."""
    found_open = office.ledger.open_letters(office.campaign.id, TROUBLES)
    settled = {key for key, standing in standings(office).items() if standing.settled}
    letters = {letter.addressee: letter for letter in found_open if _matters(office, as_of, letter, settled)}
    waiting = _waiting_for_the_cap(office, as_of)
    bad = office.ledger.mails.bad_addresses(office.campaign.id)
    found = []
    for unit in office.campaign.units.values():
        bounced = [bad[address] for address in addresses_of(unit) if address in bad]
        reached = bool(usable_addresses(office, unit, bad))
        if bounced:
            else_ = "另有邮箱可用" if reached else "请电话催报并更正邮箱"
            said = "；".join(f"{each.address}（{each.detail}）" for each in bounced)
            found.append(Trouble(unit.name, "邮箱退信", f"{said}，{else_}"))
        elif not reached:
            found.append(Trouble(unit.name, "无有效地址", "通讯录里没有可用的邮箱，请电话催报并补登邮箱"))
        elif unit.id in letters:
            found.append(_trouble(unit.name, letters[unit.id]))
        elif unit.id in waiting:
            found.append(Trouble(unit.name, "今日未发", "已达每日发信上限，下一个工作日排在前面"))
    if OFFICE in letters:
        found.append(_trouble("本办公室（阶段小结）", letters[OFFICE]))
    return tuple(found)


def _matters(office: Office, as_of: datetime, letter: FiledLetter, settled: Collection[ObligationKey]) -> bool:
    """Whether something in the letter is still to be done: a milestone whose day is over is not."""
    owed = {obligation.key: obligation.period for obligation in office.schedule.of_unit(letter.addressee)}
    periods = [owed[key] for key in letter.keys if key in owed and key not in settled]
    today = day_of(as_of)
    return letter.addressee == OFFICE or any(p.requirement.tracked or p.due >= today for p in periods)


def _trouble(name: str, letter: FiledLetter) -> Trouble:
    return Trouble(name, letter.state.zh, f"{month_day(letter.day)}：{letter.detail}")


def _waiting_for_the_cap(office: Office, as_of: datetime) -> frozenset[str]:
    campaign, today = office.campaign.id, day_of(as_of)
    if office.daily_cap is None or office.ledger.count_letters(campaign, today) < office.daily_cap:
        return frozenset()
    last = office.ledger.last_days(campaign)
    return frozenset(found.unit.id for found in agendas(office, as_of) if last.get(found.unit.id) != today)


def _strays(office: Office) -> tuple[str, ...]:
    owed = {obligation.key for obligation in office.schedule.obligations}
    stray = [key for key, entries in office.ledger.entries(office.campaign.id).items() if counting(entries)]
    return tuple(f"{key.plan} {key.requirement} {key.period} {key.unit}" for key in stray if key not in owed)


def _cell(office: Office, obligation: Obligation, entered: Mapping[ObligationKey, Standing], as_of: datetime) -> Cell:
    standing = entered.get(obligation.key, NOTHING_ENTERED)
    return Cell(obligation, office.schedule.status(obligation.period, standing, as_of), standing)


def _progress(period: Period, found: Collection[Cell]) -> Progress:
    owing = [cell for cell in found if cell.status is not Status.EXEMPT]
    return Progress(period, len(owing), tuple(cell for cell in found if not cell.status.settled))


def _any(item: Progress, status: Status) -> bool:
    return any(cell.status is status for cell in item.missing)


def _by_period(board: Iterable[Cell]) -> Iterable[tuple[Period, list[Cell]]]:
    found: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in board:
        found.setdefault(_name(cell.obligation.period), []).append(cell)
    return [(group[0].obligation.period, group) for group in found.values()]


def _name(period: Period) -> tuple[str, str, str]:
    return period.plan.id, period.requirement.id, period.key
