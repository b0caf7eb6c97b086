"""What the template of the call sheet sees; the names are listed in `templates/README.zh-CN.md`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody to ask for; `role` is 联络员 or 分管领导, `numbers` what is to be dialled. Unknown is empty."""

    role: str
    name: str
    post: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallItemView:
    """One item to speak of: `since` is 7月25日到期 or 7月28日退回, `reason` why it was sent back, `promised` what the
    unit said of it by phone (已承诺7月28日前报，没有报); both are else empty."""

    title: str
    status: str
    since: str
    days: int
    letters: int
    reason: str
    promised: str


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
