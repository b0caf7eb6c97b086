"""What came of an entry, or would come of it, in the one wording that the UI and the command line share."""

from dataclasses import dataclass

from cuibao.errors import Unconfirmed
from cuibao.model import Confirming, Entry, Period, Receipt, Unit
from cuibao.office import Office
from cuibao.said import as_entered, label_of, spelled_out
from cuibao.times import day_of

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
    return "；".join([*_entered(office, recorded, kind, item), *_already(recorded, item)])


def repeated(recorded: Recorded) -> str:
    """Whose entries were made before and need not be made again."""
    return f"不必再登：{'，'.join(f'{each.unit.name}{each.words}' for each in recorded.already)}"


def unconfirmed(office: Office, would: Recorded, period: Period, entry: Entry, asked: Confirming) -> Unconfirmed:
    """That nothing was entered yet: for whom `entry` about `period` would be made, and for whom it was before."""
    what = entry.word if entry is Entry.WITHDRAWN else f"登记{entry.word}"
    today = day_of(would.entered[0].entered_at)
    head = {
        Confirming.GROUP: f"整组{what}要先核对再确认，现在什么都没有登记。",
        Confirming.EARLY: f"这一报送期 {spelled_out(period.begins, today)} 才开始，提前报的要先核对再确认，"
        "现在什么都没有登记。",
    }[asked]
    lines = [head, f"报送事项：{label_of(period)}"]
    lines.append(f"将{what} {len(would.entered)} 个单位：{'、'.join(_named(office, would))}")
    if would.already:
        names = "、".join(f"{each.unit.name}{each.words}" for each in would.already)
        lines.append(f"不必再登 {len(would.already)} 个单位：{names}")
    return Unconfirmed("\n".join(lines), asked.word)


def _entered(office: Office, recorded: Recorded, kind: Entry, item: str) -> list[str]:
    names = [office.campaign.units[made.obligation.unit].name for made in recorded.entered]
    if not names:
        return []
    what = "已登记" if kind is Entry.RECEIVED else f"已登记{kind.word}"
    if kind is Entry.WITHDRAWN:
        gone = dict.fromkeys(f"第{entry.seq}条{entry.entry.word}" for entry in recorded.taken_back)
        what = f"已撤销{'、'.join(gone)}"
    listed = "、".join(names)
    many = len(names) > A_FEW
    return [f"{what} {len(names)} 个单位：{item}，{listed}" if many else f"{what}：{listed}，{item}"]


def _already(recorded: Recorded, item: str) -> list[str]:
    return [repeated(recorded) + ("" if recorded.entered else f"，{item}")] if recorded.already else []


def _named(office: Office, would: Recorded) -> list[str]:
    """The units, each with what would be taken back of it: of a group some may have been entered one by one."""
    names = [office.campaign.units[made.obligation.unit].name for made in would.entered]
    if not would.taken_back:
        return names
    return [f"{name}（{_said(entry)}）" for name, entry in zip(names, would.taken_back, strict=True)]


def _said(entry: Receipt) -> str:
    return f"第{entry.seq}条{entry.entry.word}，{as_entered(entry.received_at)}，登记人{entry.by}"
