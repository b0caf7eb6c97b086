"""What an office is called, in the many ways of its own county: worked out of its name and of what it is for short."""

import re
from dataclasses import dataclass

from cuibao.model import Campaign

_PLACE = re.compile(r"(?P<place>[一-龥]{2,8}?)(?P<level>[县市区旗])")


@dataclass(frozen=True, slots=True)
class OfficeNames:
    """The names of an office: in `full` and for short, its `core`, both without its county; the county's `level` (县)
    and the `place` in its name; and of what ends in 委办 the `committee` whose office it is. What there is not is
    empty.
    """

    place: str
    level: str
    full: str
    core: str
    committee: str

    @classmethod
    def of(cls, campaign: Campaign) -> "OfficeNames":
        """The names of the office behind `campaign`."""
        whole, county = _county(campaign.office)
        core = campaign.office_short.removeprefix(whole).removeprefix(county)
        return cls(
            place=county[:-1],
            level=county[-1:],
            full=campaign.office.removeprefix(whole),
            core=core,
            committee=f"{core[:-1]}会" if core.endswith("委办") else "",
        )

    @property
    def county(self) -> str:
        """Its county with the place's name."""
        return f"{self.place}{self.level}"

    @property
    def familiar(self) -> str:
        """What everyone in its county calls it."""
        return f"{self.level}{self.core}"

    @property
    def bare(self) -> tuple[str, ...]:
        """Its names without the county's, and its committee's."""
        committee = (self.committee, f"{self.committee}办公室") if self.committee else ()
        return tuple(dict.fromkeys((self.core, *committee, self.full)))

    @property
    def addressed(self) -> tuple[str, ...]:
        """All that a unit may call it in a greeting."""
        fronts = dict.fromkeys(("", self.level, self.county))
        return tuple(f"{front}{name}" for front in fronts for name in self.bare)


def _county(office: str) -> tuple[str, str]:
    """What the name of an `office` begins with: all counties, cities and districts in it, and the last of them; both
    empty where there is none."""
    begin = end = 0
    found = _PLACE.match(office)
    while found and found.end() < len(office):
        begin, end = end, found.end()
        found = _PLACE.match(office, end)
    return office[:end], office[begin:end]
