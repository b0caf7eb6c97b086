"""Whom to phone today (电话催报单): one entry a unit, so that one call settles all that it owes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from cuibao.ledger import WrittenLetter
from cuibao.model import LetterState, Obligation, ObligationKey, Person, Standing, Status, Unit
from cuibao.office import Office
from cuibao.policy.folding import folded
from cuibao.policy.pauses import covers
from cuibao.said import date_from, due_from, full_moment, label_of, month_day, promised_by, title_of_all
from cuibao.service.letters.addresses import usable_addresses
from cuibao.service.views.board import Board, Cell
from cuibao.times import day_of
from cuibao.tongue import say

if TYPE_CHECKING:  # a sheet on the terminal needs no Jinja2
    from cuibao.rendering.sheets import CallSheetView

# What is phoned for whether letters arrive or not, and what only where none does.
OWED = (Status.OVERDUE, Status.RETURNED)
BEGUN = (Status.OPEN, Status.EXTENDED)
# What became of a letter that was handed over. A person has to ask about the last two.
CONCLUDED = (LetterState.SENT, LetterState.PARTIAL, LetterState.REFUSED, LetterState.UNCERTAIN)
UNHEARD = (LetterState.REFUSED, LetterState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to ask for; `role` is 联络员 or 分管领导, `numbers` what is to be dialled. What is unknown is empty."""

    role: str
    name: str
    post: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallItem:
    """One item to speak of. `obligation` has the due date that counts, `label` the words of the form; `since` is when
    it was due or sent back, `reason` why it was sent back, `promised` what its unit had said of it by phone; `letters`
    how many letters asked for it in vain."""

    obligation: Obligation
    label: str
    status: Status
    since: date
    days: int
    letters: int
    reason: str
    promised: str

    @property
    def situation(self) -> str:
        """How it stands, why it was sent back, and what was promised."""
        stands = (
            say("{status}：{reason}", status=self.status.word, reason=self.reason) if self.reason else self.status.word
        )
        return say("；").join(filter(None, (stands, self.promised)))

    @property
    def is_plainly_overdue(self) -> bool:
        """Whether there is nothing more to be said of it."""
        return self.status is Status.OVERDUE and not self.promised

    def since_when(self, today: date) -> str:
        """From when it has been owed: 7月25日到期; 7月25日12时到期; 7月28日退回."""
        if self.status is Status.RETURNED:
            return say("{day}退回", day=date_from(self.since, today))
        return say("{due}到期", due=due_from(self.obligation.period, today))


@dataclass(frozen=True, slots=True)
class Call:
    """One unit to phone. `bad` is what is wrong with its addresses or its last letter, empty where nothing is;
    `unreached`: as things stand no letter reaches it."""

    unit: Unit
    unreached: bool
    bad: str
    items: tuple[CallItem, ...]

    @property
    def people(self) -> tuple[Callee, ...]:
        """The liaison and the leader, those of whom anything is known that helps on the phone."""
        both = ((say("联络员"), self.unit.liaison), (say("分管领导"), self.unit.leader))
        return tuple(_callee(role, person) for role, person in both if person.name or person.phone or person.mobile)

    @property
    def lines(self) -> tuple[CallItem, ...]:
        """Its items as a sheet lists them: of what is due every day or week, the older ones in one, as the oldest."""
        plain = folded(self.items, lambda item: item.obligation.period if item.is_plainly_overdue else None)
        return tuple(members[0] if len(members) == 1 else _together(members) for members in plain)

    @property
    def days(self) -> int:
        """For how long its oldest item has been overdue."""
        return max(item.days for item in self.items)


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Whom to phone at `as_of`: whom no letter reaches first, then who has owed longest."""

    as_of: datetime
    simulated: bool
    calls: tuple[Call, ...]

    @property
    def items(self) -> int:
        """How many items there are to speak of in all."""
        return sum(len(call.items) for call in self.calls)

    @property
    def unreached(self) -> int:
        """How many of the units no letter reaches."""
        return sum(call.unreached for call in self.calls)


def call_sheet(office: Office, board: Board) -> CallSheet:
    """The units that owe something overdue or sent back, and those that no letter reaches and that owe something due
    soon, or something begun of which no letter has told them. What is paused, or promised for a day to come, is not
    phoned for."""
    letters = _letters(office, board)
    cells: dict[str, list[Cell]] = {}
    for cell in board.cells:
        if is_given(cell, board):
            continue
        cells.setdefault(cell.obligation.unit.id, []).append(cell)
    found = [
        _call(office, board, unit, cells.get(unit.id, []), letters.get(unit.id, []))
        for unit in office.campaign.units.values()
    ]
    listed = sorted((call for call in found if call.items), key=lambda call: (not call.unreached, -call.days))
    return CallSheet(board.as_of, board.simulated, tuple(listed))


def owed_items(office: Office, board: Board) -> tuple[CallItem, ...]:
    """All that is overdue or sent back, whether it is phoned for or not, the longest overdue first."""
    letters = _letters(office, board)
    found = [
        _item(office, board.as_of, cell, letters.get(cell.obligation.unit.id, []))
        for cell in board.cells
        if cell.status in OWED
    ]
    return tuple(sorted(found, key=lambda item: -item.days))


def is_given(cell: Cell, board: Board) -> bool:
    """Whether nobody is to ask for it today."""
    return is_paused(cell.obligation.key, board) or (cell.promised is not None and cell.promised >= day_of(board.as_of))


def is_paused(key: ObligationKey, board: Board) -> bool:
    """Whether nothing is chased of it today."""
    return any(covers(pause, key) for pause in board.pauses)


def printable(office: Office, sheet: CallSheet) -> str:
    """The sheet as a page to print and to write on. Raises Faults where its template is broken."""
    return office.templates.call_sheet(_view(sheet), office.campaign)


def _letters(office: Office, board: Board) -> Mapping[str, Sequence[WrittenLetter]]:
    """What was written to each addressee by the moment of the board."""
    letters: dict[str, list[WrittenLetter]] = {}
    for letter in office.ledger.written(office.campaign.id):
        if letter.written_at <= board.as_of:
            letters.setdefault(letter.addressee, []).append(letter)
    return letters


def _call(office: Office, board: Board, unit: Unit, cells: Sequence[Cell], letters: Sequence[WrittenLetter]) -> Call:
    known = _known(unit)
    bounced = {address: mark for address, mark in board.bad.items() if address in known and mark.since <= board.as_of}
    reached = usable_addresses(office, unit, bounced.keys())
    unheard = _unheard(letters, reached)
    wrong = [
        say(
            "{address} 自{day}起退信：{detail}",
            address=mark.address,
            day=month_day(day_of(mark.since)),
            detail=mark.detail,
        )
        for mark in bounced.values()
    ]
    if not reached and not bounced:
        wrong.append(say("通讯录里没有可用的邮箱"))
    if unheard is not None and reached:
        wrong.append(
            say(
                "{day}的催报函{state}：{detail}",
                day=month_day(unheard.day),
                state=unheard.state.word,
                detail=unheard.detail,
            )
        )
    unreached = not reached or unheard is not None
    items = [_item(office, board.as_of, cell, letters) for cell in cells]
    wanted = [item for item in items if _is_phoned_for(item, unreached=unreached)]
    return Call(
        unit, unreached, say("；").join(wrong), tuple(sorted(wanted, key=lambda item: item.obligation.period.due))
    )


def _known(unit: Unit) -> frozenset[str]:
    return frozenset(address.lower() for address in (*unit.addresses, *filter(None, [unit.liaison.email])))


def _unheard(letters: Sequence[WrittenLetter], reached: Collection[str]) -> WrittenLetter | None:
    """The last letter, where it did not arrive or nobody knows; one that was refused at addresses that have been
    changed since says nothing of the new ones."""
    last = next((letter for letter in reversed(letters) if letter.state in CONCLUDED), None)
    if last is None or last.state not in UNHEARD:
        return None
    corrected = last.state is LetterState.REFUSED and not set(reached) <= set(last.recipients)
    return None if corrected else last


def _item(office: Office, as_of: datetime, cell: Cell, letters: Sequence[WrittenLetter]) -> CallItem:
    owed = office.schedule.as_extended(cell.obligation, cell.standing)
    due, back = owed.period.due, cell.standing.returned
    return CallItem(
        obligation=owed,
        label=label_of(cell.obligation.period),
        status=cell.status,
        since=day_of(back.received_at) if back else due,
        days=max(0, (day_of(as_of) - due).days),
        letters=sum(1 for _ in _in_vain(owed.key, cell.standing, letters)),
        reason=" ".join(back.note.split()) if back else "",
        promised=promised_by(cell.promised, day_of(as_of)) if cell.promised else "",
    )


def _in_vain(key: ObligationKey, standing: Standing, letters: Sequence[WrittenLetter]) -> Iterator[WrittenLetter]:
    """The letters that asked for it and arrived, since it was last sent back or put off: before, it was another
    matter."""
    since = standing.rearmed.entered_at if standing.rearmed else None
    for letter in letters:
        if letter.state.delivered and key in letter.keys and (since is None or letter.written_at > since):
            yield letter


def _together(items: Sequence[CallItem]) -> CallItem:
    periods = [item.obligation.period for item in items]
    return replace(items[0], label=say("{plan}·{item}", plan=periods[0].plan.called, item=title_of_all(periods)))


def _is_phoned_for(item: CallItem, *, unreached: bool) -> bool:
    if item.status in OWED:
        return True
    return unreached and (item.status is Status.DUE_SOON or (item.status in BEGUN and not item.letters))


def _callee(role: str, person: Person) -> Callee:
    return Callee(role, person.name or "", person.post or "", tuple(filter(None, [person.phone, person.mobile])))


def _view(sheet: CallSheet) -> "CallSheetView":
    from cuibao.rendering import sheets

    today = day_of(sheet.as_of)
    return sheets.CallSheetView(
        moment=full_moment(sheet.as_of),
        simulated=sheet.simulated,
        items=sheet.items,
        unreached=sheet.unreached,
        calls=tuple(
            sheets.CallView(
                unit=call.unit.name,
                people=tuple(sheets.PersonView(each.role, each.name, each.post, each.numbers) for each in call.people),
                unreached=call.unreached,
                bad=call.bad,
                items=tuple(
                    sheets.CallItemView(
                        title=item.label,
                        status=item.status.word,
                        since=item.since_when(today),
                        days=item.days,
                        letters=item.letters,
                        reason=item.reason,
                        promised=item.promised,
                    )
                    for item in call.lines
                ),
            )
            for call in sheet.calls
        ),
    )
