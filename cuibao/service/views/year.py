"""The whole year on one page: every period, its last working day, its phase, and who owes it."""

from dataclasses import dataclass
from datetime import date

from cuibao.model import Period, Unit
from cuibao.office import Office


@dataclass(frozen=True, slots=True)
class YearLine:
    """One period of the year."""

    period: Period
    last_working_day: date
    units: tuple[Unit, ...]


def year(office: Office) -> tuple[YearLine, ...]:
    """Every period of the campaign, milestones included, by due date."""
    return tuple(
        YearLine(
            period,
            office.schedule.last_working_day(period),
            tuple(office.campaign.units[unit] for unit in period.units),
        )
        for period in office.schedule.periods
    )
