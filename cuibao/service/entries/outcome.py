"""What came of an entry, or would come of it, in the one wording that the UI and the command line share."""

from dataclasses import dataclass

from cuibao.errors import Unconfirmed
from cuibao.model import Confirming, Entry, Period, Receipt, Unit
from cuibao.office import Office
from cuibao.said import as_entered, label_of, spelled_out
from cuibao.times import day_of
from cuibao.tongue import say

# So many names stand before the item; a run's name, which the UI cuts off, has room for no more.
A_FEW = 3


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was entered before and so is not entered again."""

    unit: Unit
    entry: Receipt
    words: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an entry for several units: what was entered now, and what had been before; of a withdrawal, what it
    took back of each."""

    entered: tuple[Receipt, ...]
    already: tuple[Repeated, ...]
    taken_back: tuple[Receipt, ...] = ()


def said(office: Office, recorded: Recorded, kind: Entry, item: str) -> str:
    """What came of entering `kind` about the item of this label: “已登记：嘉定镇，安全技能·联络人（4月25日前）”."""
    return say("；").join([*_entered(office, recorded, kind, item), *_already(recorded, item)])


def repeated(recorded: Recorded) -> str:
    """Whose entries were made before and need not be made again."""
    return say("不必再登：{listed}", listed=_before(recorded, say("，")))


def _before(recorded: Recorded, between: str) -> str:
    return between.join(say("{unit}{words}", unit=each.unit.name, words=each.words) for each in recorded.already)


def unconfirmed(office: Office, would: Recorded, period: Period, entry: Entry, asked: Confirming) -> Unconfirmed:
    """That nothing was entered yet: for whom `entry` about `period` would be made, and for whom it was before."""
    what = entry.word if entry is Entry.WITHDRAWN else say("登记{entry}", entry=entry.word)
    today = day_of(would.entered[0].entered_at)
    head = {
        Confirming.GROUP: say("整组{what}要先核对再确认，现在什么都没有登记。", what=what),
        Confirming.EARLY: say(
            "这一报送期 {day} 才开始，提前报的要先核对再确认，现在什么都没有登记。",
            day=spelled_out(period.begins, today),
        ),
    }[asked]
    lines = [head, say("报送事项：{item}", item=label_of(period))]
    lines.append(
        say(
            "将{what} {count} 个单位：{listed}",
            what=what,
            count=len(would.entered),
            listed=say("、").join(_named(office, would)),
        )
    )
    if would.already:
        names = _before(would, say("、"))
        lines.append(say("不必再登 {count} 个单位：{names}", count=len(would.already), names=names))
    return Unconfirmed("\n".join(lines), asked.word)


def _entered(office: Office, recorded: Recorded, kind: Entry, item: str) -> list[str]:
    names = [office.campaign.units[made.obligation.unit].name for made in recorded.entered]
    if not names:
        return []
    what = say("已登记") if kind is Entry.RECEIVED else say("已登记{kind}", kind=kind.word)
    if kind is Entry.WITHDRAWN:
        gone = dict.fromkeys(
            say("第{seq}条{entry}", seq=entry.seq, entry=entry.entry.word) for entry in recorded.taken_back
        )
        what = say("已撤销{listed}", listed=say("、").join(gone))
    listed = say("、").join(names)
    many = len(names) > A_FEW
    return [
        say("{what} {count} 个单位：{item}，{listed}", what=what, count=len(names), item=item, listed=listed)
        if many
        else say("{what}：{listed}，{item}", what=what, listed=listed, item=item)
    ]


def _already(recorded: Recorded, item: str) -> list[str]:
    return [repeated(recorded) + ("" if recorded.entered else say("，{item}", item=item))] if recorded.already else []


def _named(office: Office, would: Recorded) -> list[str]:
    """The units, each with what would be taken back of it: of a group some may have been entered one by one."""
    names = [office.campaign.units[made.obligation.unit].name for made in would.entered]
    if not would.taken_back:
        return names
    return [
        say("{name}（{said}）", name=name, said=_said(entry))
        for name, entry in zip(names, would.taken_back, strict=True)
    ]


def _said(entry: Receipt) -> str:
    return say(
        "第{seq}条{entry}，{moment}，登记人{by}",
        seq=entry.seq,
        entry=entry.entry.word,
        moment=as_entered(entry.received_at),
        by=entry.by,
    )
