"""What came of an entry, in the one wording that the UI and the command line share."""

from cuibao.model import Entry
from cuibao.office import Office
from cuibao.service.entries.record import Recorded

# So many names stand before the item; a run's name, which the UI cuts off, has room for no more.
A_FEW = 3


def said(office: Office, recorded: Recorded, kind: Entry, item: str) -> str:
    """What came of entering `kind` about the item of this label: “已登记：嘉定镇，安全技能·联络人（4月25日前）”."""
    return "；".join([*_entered(office, recorded, kind, item), *_already(recorded, item)])


def repeated(recorded: Recorded) -> str:
    """Whose entries were made before and need not be made again."""
    return f"不必再登：{'，'.join(f'{each.unit.name}{each.words}' for each in recorded.already)}"


def _entered(office: Office, recorded: Recorded, kind: Entry, item: str) -> list[str]:
    names = [office.campaign.units[made.obligation.unit].name for made in recorded.entered]
    if not names:
        return []
    what = "已登记" if kind is Entry.RECEIVED else f"已登记{kind.zh}"
    if kind is Entry.WITHDRAWN:
        what = f"已撤销{'、'.join(dict.fromkeys(recorded.taken_back))}"
    listed = "、".join(names)
    many = len(names) > A_FEW
    return [f"{what} {len(names)} 个单位：{item}，{listed}" if many else f"{what}：{listed}，{item}"]


def _already(recorded: Recorded, item: str) -> list[str]:
    return [repeated(recorded) + ("" if recorded.entered else f"，{item}")] if recorded.already else []
