"""What the template of the call sheet sees; the names are listed in `templates/README.zh-CN.md`."""

from dataclasses import dataclass
from datetime import date

from cuibao.model import Person, Status, Unit
from cuibao.said import date_from


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody to ask for; `role` is 联络员 or 分管领导, `numbers` what is to be dialled. Unknown is empty."""

    role: str
    name: str
    post: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallItemView:
    """One item to speak of: `since` is 7月25日到期 or 7月28日退回, `reason` why it was sent back, else empty."""

    title: str
    status: str
    since: str
    days: int
    letters: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallView:
    """One unit to phone; `bad` is what is wrong with its mailboxes, empty where nothing is."""

    unit: str
    people: tuple[PersonView, ...]
    unreached: bool
    bad: str
    items: tuple[CallItemView, ...]


@dataclass(frozen=True, slots=True)
class CallSheetView:
    """A whole sheet; `items` and `unreached` count items and units."""

    moment: str
    simulated: bool
    items: int
    unreached: int
    calls: tuple[CallView, ...]


def people(unit: Unit) -> tuple[PersonView, ...]:
    """The liaison and the leader of `unit`, those of whom anything is known that helps on the phone."""
    both = (("联络员", unit.liaison), ("分管领导", unit.leader))
    return tuple(_person(role, person) for role, person in both if person.name or person.phone or person.mobile)


def since(day: date, status: Status, today: date) -> str:
    """From when an item has been owed: 7月25日到期; 7月28日退回."""
    return f"{date_from(day, today)}{'退回' if status is Status.RETURNED else '到期'}"


def _person(role: str, person: Person) -> PersonView:
    return PersonView(role, person.name or "", person.post or "", tuple(filter(None, [person.phone, person.mobile])))
