"""What may be entered for an obligation, seeing what was entered before. What is there already is no mistake."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cuibao.model import Confirming, Entry, Period, Receipt, Standing
from cuibao.policy.standing import counting, standing
from cuibao.times import day_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Already:
    """Nothing is to be entered: `entry` says it, and is said of it again as `words`."""

    entry: Receipt
    words: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What is to be entered contradicts what was, for the reason in `words`."""

    words: str


# What reaches of a group only who still owes the item needs no second look.
ASKED_OF_GROUPS = (Entry.RECEIVED, Entry.NIL, Entry.RETURNED, Entry.WITHDRAWN)


def to_confirm(period: Period, entry: Entry, today: date, *, group: bool) -> Confirming | Refused | None:
    """What has to be confirmed before `entry` is made of `period`, of a whole `group` or of units by name; or why it
    is not made."""
    if entry.arrives and today < period.begins:
        words = say(
            "这一报送期 {day} 才开始，不能整组登记{entry}；确有提前报的，请逐个选单位",
            day=period.begins,
            entry=entry.word,
        )
        return Refused(words) if group else Confirming.EARLY
    return Confirming.GROUP if group and entry in ASKED_OF_GROUPS else None


def admit(period: Period, entries: Sequence[Receipt], wanted: Receipt) -> Receipt | Already | Refused:
    """`wanted` with its number, ready to be added to the `entries` of an obligation of `period`; or why not."""
    stands = standing(entries)
    if wanted.entry.arrives:
        verdict = _arriving(period, entries, stands, wanted)
    else:
        verdict = RULES[wanted.entry](period, entries, stands, wanted)
    return replace(wanted, seq=len(entries) + 1) if verdict is None else verdict


def _arriving(
    period: Period, entries: Sequence[Receipt], stands: Standing, wanted: Receipt
) -> Already | Refused | None:
    if wanted.entry is Entry.NIL and not period.requirement.nil:
        return Refused(say("这一事项不接受零报告"))
    if stands.received and not (stands.nil and wanted.entry is Entry.RECEIVED):
        first = next(entry for entry in counting(entries) if entry.received_at == stands.first_at)
        return Already(first, say("已登记收到"))
    if stands.returned and day_of(wanted.received_at) < day_of(stands.returned.received_at):
        return Refused(say("收到日期早于退回的日期，重报应在退回以后"))
    return None


def _returning(
    period: Period, entries: Sequence[Receipt], stands: Standing, wanted: Receipt
) -> Already | Refused | None:
    if stands.returned:
        if stands.returned.note == wanted.note:
            return Already(stands.returned, say("已退回"))
        return Refused(say("已经退回过，还没有重报；要改退回原因，请先撤销再退回"))
    if not stands.received or stands.first_at is None:
        return Refused(say("还没有登记收到，不能退回"))
    if day_of(wanted.received_at) < day_of(stands.first_at):
        return Refused(say("退回日期早于收到日期"))
    return None


def _exempting(
    period: Period, entries: Sequence[Receipt], stands: Standing, wanted: Receipt
) -> Already | Refused | None:
    if stands.exempt:
        return Already(_last(entries, Entry.EXEMPTED), say("已登记免报"))
    return Refused(say("已登记收到，不必免报")) if stands.received else None


def _extending(
    period: Period, entries: Sequence[Receipt], stands: Standing, wanted: Receipt
) -> Already | Refused | None:
    assert wanted.due is not None
    if stands.due == wanted.due:
        return Already(_last(entries, Entry.EXTENDED), say("已登记延期"))
    if stands.settled:
        return Refused(say("已登记收到，不必延期") if stands.received else say("已登记免报，不必延期"))
    until = stands.due or period.due
    return None if wanted.due > until else Refused(say("延期日期应晚于现在的期限 {until}", until=until))


def _withdrawing(
    period: Period, entries: Sequence[Receipt], stands: Standing, wanted: Receipt
) -> Already | Refused | None:
    """`wanted` names the entry it takes back, see `newest`."""
    for entry in reversed(entries):
        if entry.entry is Entry.WITHDRAWN and (wanted.withdraws in (None, entry.withdraws)):
            return Already(entry, say("已撤销"))
    if wanted.withdraws is None:
        return Refused(say("没有登记过，没有可以撤销的"))
    named = [entry for entry in entries if entry.seq == wanted.withdraws]
    if not named:
        return Refused(
            say("没有第 {withdraws} 条登记，现有 {count} 条", withdraws=wanted.withdraws, count=len(entries))
        )
    if named[0].entry is Entry.WITHDRAWN:
        return Refused(say("第 {withdraws} 条本身是撤销；要恢复，请重新登记", withdraws=wanted.withdraws))
    return None


def newest(entries: Sequence[Receipt]) -> int | None:
    """The number of the entry that a withdrawal takes back where it names none: the last one, unless that was taken
    back already. A second click on the same form must not take back the one before as well."""
    if not entries or entries[-1].entry is Entry.WITHDRAWN:
        return None
    return entries[-1].seq


def _last(entries: Sequence[Receipt], kind: Entry) -> Receipt:
    return [entry for entry in counting(entries) if entry.entry is kind][-1]


RULES = {
    Entry.RETURNED: _returning,
    Entry.EXEMPTED: _exempting,
    Entry.EXTENDED: _extending,
    Entry.WITHDRAWN: _withdrawing,
}
