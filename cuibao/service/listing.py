"""The whole year on one page: every period, its last working day, its phase, and who owes it."""

from dataclasses import dataclass
from datetime import date

from cuibao.model import Period, Unit
from cuibao.service.parts import Office


@dataclass(frozen=True, slots=True)
class Entry:
    """One period of the year."""

    period: Period
    last_working_day: date
    units: tuple[Unit, ...]


def year(office: Office) -> tuple[Entry, ...]:
    """Every period of the campaign, milestones included, by due date."""
    return tuple(
        Entry(
            period,
            office.schedule.last_working_day(period),
            tuple(office.campaign.units[unit] for unit in period.requirement.units),
        )
        for period in office.schedule.periods
    )


def assumptions(office: Office) -> tuple[tuple[str, str], ...]:
    """What was read into the notice where it leaves something open: (where, what), to be confirmed by the office."""
    campaign = office.campaign
    found = [("通知全文", words) for words in campaign.assumptions]
    for plan in campaign.plans:
        found += [(f"方案{plan.no} {plan.short}", words) for words in plan.assumptions]
        found += [
            (f"方案{plan.no} {plan.short}·{requirement.title}", requirement.assumption)
            for requirement in plan.requirements
            if requirement.assumption
        ]
    return tuple(found)


def warnings(office: Office) -> tuple[str, ...]:
    """What is not wrong but ought to be known: years without a published holiday calendar."""
    return tuple(
        f"{year} 年放假安排尚未公布，暂按周六周日休息推算；公布后请更新程序，或在 schedules/holidays.yaml 中填写。"
        for year in office.schedule.unpublished_years()
    )
