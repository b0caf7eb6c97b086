"""抄送批准: who waits for a person to approve of a first copy to its leader, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.model import CopyDecision, Listed, Unit
from cuibao.office import Office
from cuibao.service.entries.lookup import unit_named
from cuibao.service.entries.record import require_clerk
from cuibao.service.letters.agenda import urged_now
from cuibao.times import day_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class CopyWanted:
    """A unit whose leader would get a first copy, asked about since a day, and what of it is under 督办 now."""

    unit: Unit
    since: date
    items: tuple[Listed, ...]


def waiting(office: Office, as_of: datetime) -> tuple[CopyWanted, ...]:
    """Who waits for an answer, longest first; who has nothing under 督办 any more does not."""
    asked = office.ledger.copies.asked(office.campaign.id)
    undecided = [unit for unit, each in asked.items() if each.decision is None and unit in office.campaign.units]
    urged = urged_now(office, as_of, [office.campaign.units[unit] for unit in undecided])
    return tuple(
        CopyWanted(office.campaign.units[unit], day_of(asked[unit].asked_at), urged[unit])
        for unit in undecided
        if urged[unit]
    )


def decide(office: Office, as_of: datetime, units: Sequence[str], decision: CopyDecision, by: str) -> str:
    """Write what was decided about the copies to the leaders of `units`, or decide otherwise than before; in words.

    Raises Contradiction, naming everything that is wrong; then nothing was decided.
    """
    require_clerk(by)
    if not units:
        raise Contradiction(say("请至少选一个单位。"))
    found = {unit.id: unit for unit in (unit_named(office, name) for name in units)}
    asked = office.ledger.copies.asked(office.campaign.id)
    if unknown := [unit.name for unit in found.values() if unit.id not in asked]:
        raise Contradiction(say("{listed}没有要批准的抄送，什么也没有记。", listed=say("、").join(unknown)))
    office.ledger.copies.decide(office.campaign.id, list(found), decision, by.strip(), as_of)
    names = say("、").join(unit.name for unit in found.values())
    after = (
        say("以后列为督办的信同时抄送分管领导") if decision is CopyDecision.APPROVED else say("以后的信不抄送分管领导")
    )
    return say("已登记{decision}：{names}，{after}", decision=decision.word, names=names, after=after)
