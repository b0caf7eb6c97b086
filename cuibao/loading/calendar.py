"""schedules/holidays.yaml: the days on which the office overrides the working-day calendar."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cuibao.errors import Faults
from cuibao.loading.documents import HolidaysDocument
from cuibao.loading.faults import Fault
from cuibao.loading.parsing import parse
from cuibao.policy.workdays import CHINA


@dataclass(frozen=True, slots=True)
class CalendarOverrides:
    """Days off that the `calendar` of a country counts as working days, and the other way round."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    calendar: str = CHINA

    @property
    def given(self) -> bool:
        """Whether anything is overridden."""
        return bool(self.holidays or self.workdays)


def load_overrides(path: Path) -> CalendarOverrides:
    """The overrides in the file at `path`; none where there is no such file. Raises Faults with every mistake."""
    if not path.exists():
        return CalendarOverrides()
    faults: list[Fault] = []
    parsed = parse(HolidaysDocument, path, faults)
    if parsed and parsed.document:
        faults += [
            parsed.sheet.fault(("workdays", index), f"{day} 同时列在 holidays，应只留一处")
            for index, day in enumerate(parsed.document.workdays)
            if day in parsed.document.holidays
        ]
        if not faults:
            found = parsed.document
            return CalendarOverrides(frozenset(found.holidays), frozenset(found.workdays), found.calendar)
    raise Faults([str(fault) for fault in faults])
