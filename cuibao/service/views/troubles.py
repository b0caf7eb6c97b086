"""Whom no letter reaches, and why: for a person to settle."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from cuibao.ledger import BadAddress, FiledLetter
from cuibao.model import OFFICE, LetterState, ObligationKey, Receipt, Unit
from cuibao.office import Office
from cuibao.policy.standing import standing
from cuibao.said import month_day
from cuibao.service import retrying
from cuibao.service.letters.addresses import addresses_of, usable_addresses
from cuibao.service.letters.agenda import agendas
from cuibao.times import day_of
from cuibao.tongue import say

# How a letter stands that a person has to look at.
TROUBLES = (LetterState.REFUSED, LetterState.PARTIAL, LetterState.UNCERTAIN, LetterState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Whom a letter did not reach, and why."""

    name: str
    what: str
    detail: str


def troubles(
    office: Office,
    as_of: datetime,
    entries: Mapping[ObligationKey, tuple[Receipt, ...]],
    bad: Mapping[str, BadAddress],
) -> tuple[Trouble, ...]:
    """Whom letters did not reach, in the order of the contacts, and the office itself at the end; `entries` and `bad`
    addresses are those of the ledger."""
    settled = {key for key, found in entries.items() if standing(found).settled}
    found_open = office.ledger.open_letters(office.campaign.id, TROUBLES)
    letters = {letter.addressee: letter for letter in found_open if _matters(office, as_of, letter, settled)}
    waiting = _waiting_for_the_cap(office, as_of)
    found = (_of_unit(office, as_of, unit, bad, letters, waiting) for unit in office.campaign.units.values())
    own = [_trouble(office, as_of, say("本办公室（小结）"), letters[OFFICE])] if OFFICE in letters else []
    return (*(trouble for trouble in found if trouble), *own)


def _of_unit(
    office: Office,
    as_of: datetime,
    unit: Unit,
    bad: Mapping[str, BadAddress],
    letters: Mapping[str, FiledLetter],
    waiting: Collection[str],
) -> Trouble | None:
    bounced = [bad[address] for address in addresses_of(unit) if address in bad]
    reached = bool(usable_addresses(office, unit, bad))
    if bounced:
        else_ = say("另有邮箱可用") if reached else say("请电话催报并更正邮箱")
        said = say("；").join(
            say("{address}（{detail}）", address=each.address, detail=each.detail) for each in bounced
        )
        return Trouble(unit.name, say("邮箱退信"), say("{said}，{else_}", said=said, else_=else_))
    if not reached:
        return Trouble(unit.name, say("无有效地址"), say("通讯录里没有可用的邮箱，请电话催报并补登邮箱"))
    if unit.id in letters:
        return _trouble(office, as_of, unit.name, letters[unit.id])
    if unit.id in waiting:
        return Trouble(unit.name, say("今日未发"), say("已达每日发信上限，下一个工作日排在前面"))
    return None


def _matters(office: Office, as_of: datetime, letter: FiledLetter, settled: Collection[ObligationKey]) -> bool:
    """Whether something in the letter is still to be done: a milestone whose day is over is not.

    Of one that may have gone out before a power cut, what it reminded of is another's by now.
    """
    if letter.state is LetterState.UNCERTAIN and not letter.attempts:
        return True
    owed = {obligation.key: obligation.period for obligation in office.schedule.of_unit(letter.addressee)}
    periods = [owed[key] for key in letter.keys if key in owed and key not in settled]
    today = day_of(as_of)
    return letter.addressee == OFFICE or any(p.requirement.tracked or p.due >= today for p in periods)


def _trouble(office: Office, as_of: datetime, name: str, letter: FiledLetter) -> Trouble:
    goes_on = letter.unfinished and letter.day == day_of(as_of)
    said = [
        say("{day}：{detail}", day=month_day(letter.day), detail=letter.detail),
        *([retrying.outlook(office, as_of)] if goes_on else []),
    ]
    return Trouble(name, letter.state.word, say("；").join(said))


def _waiting_for_the_cap(office: Office, as_of: datetime) -> frozenset[str]:
    """The units whose letter of today the daily cap keeps back."""
    campaign, today = office.campaign.id, day_of(as_of)
    if office.daily_cap is None or office.ledger.count_letters(campaign, today) < office.daily_cap:
        return frozenset()
    last = office.ledger.last_days(campaign)
    return frozenset(found.unit.id for found in agendas(office, as_of) if last.get(found.unit.id) != today)
