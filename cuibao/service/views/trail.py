"""What passed between the office and a unit, or about an item (往来记录): letters, replies and entries, in order."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import ClassVar

from cuibao.errors import Contradiction
from cuibao.ledger import WrittenLetter
from cuibao.ledger.mails import Answer, ReadMail, StoredFile
from cuibao.model import (
    Claiming,
    Entry,
    LetterState,
    ObligationKey,
    Pause,
    Period,
    PhoneCall,
    Receipt,
    Step,
    Term,
    Unit,
    Verdict,
)
from cuibao.office import Office
from cuibao.policy.mail.vouching import Word
from cuibao.said import full_moment, label_of, plan_name
from cuibao.service import retrying
from cuibao.service.entries.lookup import item_meant, unit_named
from cuibao.times import day_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about: `label` as on the forms, `unit` by name; ids where the schedule or the contacts no longer
    have them, which `known` says."""

    key: ObligationKey
    label: str
    unit: str
    known: bool


class EventKind(Term):
    """What every entry of a trail is."""

    LETTER = "letter", "催报函"
    MAIL = "mail", "来信"
    ENTRY = "entry", "登记"
    ANSWER = "answer", "回执"
    CALL = "call", "通话"
    PAUSE = "pause", "暂停催报"


class _Kind:
    """What every entry of a trail has: the `word` for what it is."""

    __slots__ = ()
    kind: ClassVar[EventKind]

    @property
    def word(self) -> str:
        """What people see of it."""
        return self.kind.word


@dataclass(frozen=True, slots=True)
class LetterSent(_Kind):
    """催报函: what it reminded of, and at which step; `outlook`: what comes of one that was put off, on its own day."""

    kind: ClassVar = EventKind.LETTER
    at: datetime
    unit: str
    about: tuple[tuple[About, Step], ...]
    letter: WrittenLetter
    outlook: str

    @property
    def words(self) -> str:
        """What became of it, what it was called, to whom it went, and what the server said where it did not arrive."""
        letter = self.letter
        trouble = "" if letter.state is LetterState.SENT else letter.detail
        if letter.taken_back:
            trouble = _joined(trouble, say("这天的催报已撤回，不算数"))
        head = say("{state}：{subject}", state=letter.state.word, subject=letter.subject)
        to = say("收件人 {listed}", listed=say("、").join(letter.recipients))
        return _joined(head, to, trouble, self.outlook)

    @property
    def items(self) -> str:
        """What it reminded of by step, worst first; of what only opened no more than a few by name."""
        steps: dict[Step, list[str]] = {}
        for about, step in self.about:
            steps.setdefault(step, []).append(about.label)
        return say("；").join(
            say("{step}：{listed}", step=step.word, listed=_listed(step, steps[step]))
            for step in reversed(Step)
            if step in steps
        )


@dataclass(frozen=True, slots=True)
class MailCame(_Kind):
    """来信: a mail that was read, what it is taken to be about, and the files that were kept of it.

    `about` is certain where an entry or a file says so, else it is what the mail seems to be about.
    """

    kind: ClassVar = EventKind.MAIL
    at: datetime
    unit: str
    about: tuple[About, ...]
    mail: ReadMail
    files: tuple[StoredFile, ...]

    @property
    def words(self) -> str:
        """Who wrote what, what was made of it and that nobody vouched for it, what came with it, what was decided."""
        mail = self.mail
        names = list(dict.fromkeys(file.name for file in self.files)) or list(mail.files)
        decided = (
            say("{by}已处理：{decision}", by=mail.decided_by, decision=_decision(mail.decision))
            if mail.decision
            else ""
        )
        return _joined(
            say("{sender}：{subject}", sender=f"{mail.sender_name} {mail.sender}".strip(), subject=mail.subject),
            _verdict(mail.verdict) + (say("（{reason}）", reason=mail.reason) if mail.reason else ""),
            # Whose sender the office believes without anybody's word.
            say("未经验证") if mail.vouched == Word.WAIVED.value else "",
            say("附件 {listed}", listed=say("、").join(names)) if names else "",
            decided + (say("（{note}）", note=mail.decision_note) if decided and mail.decision_note else ""),
        )

    @property
    def items(self) -> str:
        """What it is about."""
        return say("、").join(about.label for about in self.about)


@dataclass(frozen=True, slots=True)
class EntryMade(_Kind):
    """登记: an entry at the moment it was made; `withdrawn_by` is the number of the later one that took it back."""

    kind: ClassVar = EventKind.ENTRY
    at: datetime
    unit: str
    about: About
    entry: Receipt
    withdrawn_by: int | None

    @property
    def counts(self) -> bool:
        """Whether it can still be withdrawn."""
        return self.withdrawn_by is None and self.entry.entry is not Entry.WITHDRAWN

    @property
    def number(self) -> str:
        """By which a form names it: 第2条."""
        return say("第{number}条", number=self.entry.seq)

    @property
    def words(self) -> str:
        """What was entered, when that was so, by whom, why, and whether it still holds."""
        entry = self.entry
        return _joined(
            undoing(entry),
            say("延到 {due}", due=entry.due) if entry.due else "",
            say("{day:%Y-%m-%d} {channel}", day=entry.received_at, channel=entry.channel.word),
            say("登记人 {by}", by=entry.by),
            say("备注 {note}", note=entry.note) if entry.note else "",
            say("已由第{number}条撤销", number=self.withdrawn_by) if self.withdrawn_by else "",
        )

    @property
    def items(self) -> str:
        """What it is about."""
        return self.about.label


@dataclass(frozen=True, slots=True)
class AnswerSent(_Kind):
    """回执: what the office answered a mail."""

    kind: ClassVar = EventKind.ANSWER
    at: datetime
    unit: str
    about: tuple[About, ...]
    answer: Answer

    @property
    def words(self) -> str:
        """What became of it, what it was called and to whom it went."""
        message, state = self.answer.message, self.answer.state
        trouble = "" if state is LetterState.SENT else self.answer.detail
        return _joined(
            say("{state}：{subject}", state=state.word, subject=message.subject),
            say("收件人 {listed}", listed=say("、").join(message.recipients)),
            trouble,
        )

    @property
    def items(self) -> str:
        """What the mail was about that it answers."""
        return say("、").join(about.label for about in self.about)


@dataclass(frozen=True, slots=True)
class CallMade(_Kind):
    """通话: a call to the unit, and what it promised of what is looked at."""

    kind: ClassVar = EventKind.CALL
    at: datetime
    unit: str
    about: tuple[About, ...]
    call: PhoneCall

    @property
    def words(self) -> str:
        """Whom it reached, what was said, by when what was promised, and who entered it."""
        call = self.call
        promised = say("承诺 {until} 前报 {count} 项", until=call.until, count=len(call.promised)) if call.until else ""
        return _joined(say("接听人 {whom}", whom=call.whom), call.note, promised, say("登记人 {by}", by=call.by))

    @property
    def items(self) -> str:
        """What was promised."""
        return say("、").join(about.label for about in self.about)


@dataclass(frozen=True, slots=True)
class PauseMade(_Kind):
    """暂停催报: from when to when nothing is chased of the unit, of a plan, or of all."""

    kind: ClassVar = EventKind.PAUSE
    at: datetime
    unit: str
    items: str
    pause: Pause

    @property
    def words(self) -> str:
        """From when to when, why, by whom, and whether it was ended before."""
        pause = self.pause
        lifted = ""
        if pause.lifted_at:
            moment = full_moment(pause.lifted_at)
            lifted = say("{at:%Y-%m-%d %H:%M} 由{by}解除", at=pause.lifted_at, by=pause.lifted_by, moment=moment)
        return _joined(
            say("{first} 至 {last}", first=pause.first, last=pause.last),
            say("原因 {reason}", reason=pause.reason),
            say("登记人 {by}", by=pause.by),
            lifted,
        )


Event = LetterSent | MailCame | EntryMade | AnswerSent | CallMade | PauseMade
# How many of the items that open a letter's line names; the letter of a whole phase opens dozens.
A_FEW = 3
# Of what has the same moment: a mail brings about an entry, and that the answer.
ORDER: tuple[type, ...] = (LetterSent, CallMade, MailCame, EntryMade, AnswerSent, PauseMade)


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything about `unit`, about the item of `period`, or about that item of that unit, oldest first."""

    unit: Unit | None
    period: Period | None
    simulated: bool
    events: tuple[Event, ...]

    @property
    def title(self) -> str:
        """What it is the trail of: “嘉定镇”, an item's label, or both."""
        return say("，").join(
            [*([self.unit.name] if self.unit else []), *([label_of(self.period)] if self.period else [])]
        )


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is looked at: whose, and which item, of all where none is named: then also what is about none of them."""

    unit: str | None
    item: tuple[str, ...]
    wanted: Callable[[ObligationKey], bool]
    about: Callable[[ObligationKey], About]
    names: Mapping[str, str]

    @property
    def whole(self) -> bool:
        return not self.item

    def of(self, keys: Iterable[ObligationKey]) -> tuple[About, ...]:
        """Those of `keys` that are looked at, each once."""
        return tuple(self.about(key) for key in dict.fromkeys(keys) if self.wanted(key))

    def name(self, unit: str | None) -> str:
        return self.names.get(unit or "", unit or "")


def trail(
    office: Office,
    *,
    unit: str | None = None,
    item: str | None = None,
    plan: str | None = None,
    requirement: str | None = None,
    period: str | None = None,
) -> Trail:
    """The trail of `unit` (by any of its names), of an item (by its label on the forms, or by `plan`, `requirement` and
    `period` as entries name it), or of that unit's item. Raises Contradiction."""
    found_unit = unit_named(office, unit) if unit and unit.strip() else None
    found = item_meant(office, item, plan, requirement, period)
    if found_unit is None and found is None:
        raise Contradiction(say("请写明一个单位或一个报送事项。"))
    if found_unit and found and found_unit.id not in found.units:
        raise Contradiction(say("{unit}不需要报送“{item}”。", unit=found_unit.name, item=label_of(found)))
    simulated = bool(office.ledger.simulated(office.campaign.id))
    return Trail(found_unit, found, simulated, _events(office, _sight(office, found_unit, found)))


def everything(office: Office) -> tuple[Event, ...]:
    """Everything about every unit and item, oldest first."""
    return _events(office, _sight(office, None, None))


def _sight(office: Office, unit: Unit | None, period: Period | None) -> _Sight:
    if period is not None:
        owed = office.schedule.of_period(period)
    else:
        owed = office.schedule.of_unit(unit.id) if unit else office.schedule.obligations
    labels = {obligation.key: label_of(obligation.period) for obligation in owed}
    names = {known.id: known.name for known in office.campaign.units.values()}

    def wanted(key: ObligationKey) -> bool:
        return (unit is None or key.unit == unit.id) and (period is None or key.item == period.identity)

    @cache
    def past() -> Mapping[tuple[str, str, str], str]:
        """What was owed in campaigns that run no more; looked up where something of them is shown."""
        return {each.identity: label_of(each) for each in office.past}

    def about(key: ObligationKey) -> About:
        label = labels.get(key) or past().get(key.item, f"{key.plan} {key.requirement} {key.period}")
        return About(key, label, names.get(key.unit, key.unit), key in labels)

    return _Sight(unit.id if unit else None, period.identity if period else (), wanted, about, names)


def _events(office: Office, sight: _Sight) -> tuple[Event, ...]:
    campaign, ledger = office.campaign.id, office.ledger
    entries = ledger.entries(campaign, sight.unit, item=sight.item)
    files = ledger.mails.files(campaign, sight.unit, item=sight.item)
    mails = tuple(_mails(ledger.mails.listed(campaign, sight.unit), entries, files, sight))
    answered = {came.mail.id: came for came in mails}
    events: list[Event] = [
        *_letters(office, ledger.written(campaign, sight.unit), sight),
        *mails,
        *_entries(entries, sight),
        *_calls(ledger.agreements.calls(campaign, sight.unit), sight),
        *_pauses(office, sight),
        *(
            AnswerSent(answer.written_at, answered[answer.mail].unit, answered[answer.mail].about, answer)
            for answer in (ledger.mails.answers(campaign, unit=sight.unit) if answered else ())
            if answer.mail in answered
        ),
    ]
    return tuple(sorted(events, key=lambda event: (event.at, ORDER.index(type(event)))))


def _letters(office: Office, letters: Iterable[WrittenLetter], sight: _Sight) -> Iterator[LetterSent]:
    """The letters that reminded of something looked at; not one that came to nothing before it was handed over."""
    now = office.now()
    for letter in letters:
        carried = zip(letter.keys, letter.steps, strict=True)
        about = tuple((sight.about(key), step) for key, step in carried if sight.wanted(key))
        if letter.state is not LetterState.STOPPED and (about or sight.whole):
            goes_on = letter.unfinished and letter.day == day_of(now) and not letter.taken_back
            outlook = retrying.outlook(office, now) if goes_on else ""
            yield LetterSent(letter.written_at, sight.name(letter.addressee), about, letter, outlook)


def _mails(
    mails: Collection[ReadMail],
    entries: Mapping[ObligationKey, tuple[Receipt, ...]],
    files: Collection[StoredFile],
    sight: _Sight,
) -> Iterator[MailCame]:
    """The mails that are about something looked at: by what was entered or filed of them, else by what they seem."""
    entered: dict[int, list[ObligationKey]] = {}
    for key, found in entries.items():
        for entry in found:
            if entry.mail is not None:
                entered.setdefault(entry.mail, []).append(key)
    filed: dict[int, list[StoredFile]] = {}
    for file in files:
        filed.setdefault(file.mail, []).append(file)
    for mail in mails:
        kept = [file for file in filed.get(mail.id, []) if sight.wanted(file.key)]
        certain = [*entered.get(mail.id, []), *(file.key for file in kept)]
        about = sight.of(certain) or sight.of(mail.guesses)
        if about or (sight.whole and mail.unit == sight.unit):
            unit = mail.unit or about[0].key.unit
            yield MailCame(mail.arrived_at, sight.name(unit), about, mail, tuple(kept))


def _entries(entries: Mapping[ObligationKey, tuple[Receipt, ...]], sight: _Sight) -> Iterator[EntryMade]:
    for key, found in entries.items():
        if not sight.wanted(key):
            continue
        withdrawn = {entry.withdraws: entry.seq for entry in found if entry.entry is Entry.WITHDRAWN}
        about = sight.about(key)
        for entry in found:
            yield EntryMade(entry.entered_at, about.unit, about, entry, withdrawn.get(entry.seq))


def _calls(calls: Iterable[PhoneCall], sight: _Sight) -> Iterator[CallMade]:
    """The calls in which something looked at was promised, or of a unit's whole trail all of them."""
    for call in calls:
        about = sight.of(call.promised)
        if about or sight.whole:
            yield CallMade(call.called_at, sight.name(call.unit), about, call)


def _pauses(office: Office, sight: _Sight) -> Iterator[PauseMade]:
    """The pauses by which something looked at was held back."""
    plans = {plan.id: plan_name(plan) for plan in office.campaign.plans}
    looked_at = {plan.id for plan in office.campaign.plans if not sight.item or plan.id == sight.item[0]}
    if sight.unit is not None:
        looked_at &= {each.period.plan.id for each in office.schedule.of_unit(sight.unit)}
    for pause in office.ledger.agreements.pauses(office.campaign.id):
        of_unit = sight.unit is None or pause.unit in (None, sight.unit)
        if of_unit and (pause.plan is None or pause.plan in looked_at):
            unit = sight.name(pause.unit) if pause.unit else say("全部单位")
            yield PauseMade(pause.entered_at, unit, plans.get(pause.plan or "", pause.plan or say("全部方案")), pause)


def _verdict(word: str) -> str:
    """What was made of a mail, in Chinese; a word that a newer program wrote is left as it is."""
    return Verdict(word).word if word in set(Verdict) else word


def _decision(word: str) -> str:
    return Claiming(word).word if word in set(Claiming) else word


def undoing(entry: Receipt) -> str:
    """What an entry says, and of a withdrawal what it takes back: 撤销第1条."""
    return say("撤销第{number}条", number=entry.withdraws) if entry.withdraws else entry.entry.word


def _joined(*parts: str) -> str:
    """The parts that say something, each on one line."""
    return say("；").join(said for part in parts if (said := " ".join(part.split())))


def _listed(step: Step, labels: list[str]) -> str:
    if step is not Step.OPENING or len(labels) <= A_FEW:
        return say("、").join(labels)
    return say("{listed}等{count}项", listed=say("、").join(labels[:A_FEW]), count=len(labels))
