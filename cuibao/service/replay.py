"""Playing a campaign's days one after the other, with units that answer as a seeded simulation has them answer.

The mornings, the ledger and the letters are the real ones; only the clock and the answers are simulated, and whatever
is recorded says so.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cuibao.errors import CuibaoError, SettingError
from cuibao.model import Channel, Obligation, Unit
from cuibao.office import Office
from cuibao.service.entries import record as entering
from cuibao.service.entries.standings import standings
from cuibao.service.letters import morning
from cuibao.times import at_hour
from cuibao.tongue import say

MORNING = time(8, 30)
# Shares of units of each temper, and of each temper's reports that come on time, late or never.
TEMPERS = {"prompt": (0.55, (0.96, 0.04, 0.0)), "tardy": (0.33, (0.62, 0.33, 0.05)), "silent": (0.12, (0.2, 0.3, 0.5))}
CHANNELS = {Channel.MAIL: 0.7, Channel.WECHAT: 0.12, Channel.PAPER: 0.1, Channel.FAX: 0.05, Channel.IN_PERSON: 0.03}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A simulated report: which obligation, when it reaches the office, and through what."""

    obligation: Obligation
    at: datetime
    channel: Channel


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """One replayed day: its morning (None where it was left to be run later) and how many reports came in."""

    day: date
    morning: morning.MorningResult | None
    received: int


def replay(
    office: Office, first: date, last: date, seed: int, *, leave_last_morning: bool = False
) -> Iterator[PlayedDay]:
    """Play the days from `first` to `last`, both included, one at a time.

    With `leave_last_morning` the last day is not played but for the reports that came in before its morning.
    Raises LedgerError where the ledger holds a real campaign or another seed's, SettingError where letters would go to
    a mail server; then nothing was touched.
    """
    if first > last:
        raise CuibaoError(f"起始日期 {first} 晚于结束日期 {last}")
    if office.reaches_outside:
        # Before the ledger is marked: a real office that types this by mistake must not be left with a simulation.
        raise SettingError("模拟演练不能对外发信。请去掉 CUIBAO_SMTP_HOST 再运行。")
    office.register(morning_of(first), seed=seed)
    coming = sorted(arrivals(office, seed), key=lambda arrival: arrival.at)
    day = first
    while day < last or (day == last and not leave_last_morning):
        result = morning.run(office, morning_of(day))
        evening = morning_of(day + timedelta(days=1)) - timedelta(minutes=1)
        yield PlayedDay(day, result, _record(office, coming, morning_of(day), evening))
        day += timedelta(days=1)
    if leave_last_morning:
        yield PlayedDay(last, None, 0)


def arrivals(office: Office, seed: int) -> Iterator[Arrival]:
    """What every unit sends in, and when: the same for the same seed, whatever order it is asked in."""
    for obligation in office.schedule.obligations:
        if obligation.period.requirement.tracked:
            arrival = _arrival(obligation, seed)
            if arrival is not None:
                yield arrival


def _record(office: Office, coming: list[Arrival], after: datetime, until: datetime) -> int:
    entered = 0
    for arrival in coming:
        if not after < arrival.at <= until or arrival.obligation.key in standings(office, arrival.obligation.unit.id):
            continue
        entering.record(
            office,
            until,
            units=[arrival.obligation.unit.id],
            period=arrival.obligation.period,
            received=arrival.at,
            channel=arrival.channel,
            by=say("模拟"),
            note=say("模拟演练，非真实报送"),
        )
        entered += 1
    return entered


def _arrival(obligation: Obligation, seed: int) -> Arrival | None:
    key = obligation.key
    dice = random.Random(f"{seed}/{key.plan}/{key.requirement}/{key.period}/{key.unit}")
    on_time, late, _never = TEMPERS[_temper(obligation.unit, seed)][1]
    fate = dice.random()
    due = obligation.period.due
    if fate < on_time:
        day = due - timedelta(days=min(int(dice.expovariate(0.35)), max(0, (due - obligation.period.begins).days - 1)))
    elif fate < on_time + late:
        day = due + timedelta(days=1 + int(dice.expovariate(0.25)))
    else:
        return None
    # Office hours, after the morning's letters.
    minute = dice.randrange(45, 9 * 60)
    at = at_hour(day, MORNING) + timedelta(minutes=minute)
    channel = dice.choices(list(CHANNELS), weights=list(CHANNELS.values()))[0]
    return Arrival(obligation, at, channel)


def _temper(unit: Unit, seed: int) -> str:
    shares = [share for share, _ in TEMPERS.values()]
    return random.Random(f"{seed}/{unit.id}").choices(list(TEMPERS), weights=shares)[0]


def morning_of(day: date) -> datetime:
    """The moment at which the morning of `day` is played."""
    return at_hour(day, MORNING)
