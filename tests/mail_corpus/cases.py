"""One row of the corpus, and short ways to write one.

Unless a row says otherwise it is 25 July 2022, 10:00, and 嘉定镇 writes from its own address, vouched for by the
mailbox's server; everything due before July is settled, everything else is owed. A `reply` answers this morning's
letter, which asks for `asked`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from cuibao.model import Verdict
from tests.mails import File, mail

Item = tuple[str, str, str]

STAGE = ("skills", "interim", "once")
FINAL = ("skills", "final", "once")
LIAISON = ("skills", "liaison", "once")
RENOVATION = ("mines", "technical-renovation", "once")
SAFE_PLAN = ("technology", "work-plan", "once")
MODEL_PLAN = ("demonstration", "work-plan", "once")
CULTURE = ("culture", "progress", "2022-Q3")

REPORT, DOUBT, NOTHING = (Verdict.RECEIPT,), (Verdict.QUEUE,), (Verdict.IGNORED,)
EITHER = (Verdict.QUEUE, Verdict.IGNORED)
MORE = (Verdict.SUPPLEMENT,)

DOMAIN = "xinfeng.example"
JIADING = f"jiading@{DOMAIN}"
OURS = "<xinfeng-2022.20220725.jiading@cuibao.sina.com>"
SUBJECT = "【催报】嘉定镇：集中实施阶段事项2项 [XF2022-0725-T01]"
_SHANGHAI = timezone(timedelta(hours=8))


def duty(month: int) -> Item:
    """主体责任, a month's."""
    return ("responsibility", "monthly", f"2022-{month:02}")


def technology(month: int) -> Item:
    """科技强安, a month's."""
    return ("technology", "monthly", f"2022-{month:02}")


def model(month: int) -> Item:
    """双千示范, a month's."""
    return ("demonstration", "monthly", f"2022-{month:02}")


def mines(month: int) -> Item:
    """矿山, a month's."""
    return ("mines", "monthly", f"2022-{month:02}")


@dataclass(frozen=True)
class Case:
    """`what` it is in a few words; `right`, the verdicts that are; `items`, what a report settles.

    `asked`: what the letter asks for that it answers, None where it answers none; `since`: from when on things are
    owed, 2022-MM-DD; `back`: what was sent back before, by item, as Message-IDs and bytes of files; `ours`: files that
    we had attached; `nil`: the campaign allows 零报告; `plain`: whether its sender's server vouches for it.
    """

    what: str
    right: tuple[Verdict, ...]
    raw: bytes
    items: frozenset[Item] = frozenset()
    asked: tuple[Item, ...] | None = None
    on: str = "2022-07-25"
    since: str = "2022-07-01"
    back: tuple[tuple[Item, tuple[str, ...], tuple[bytes, ...]], ...] = ()
    ours: tuple[bytes, ...] = ()
    nil: bool = False
    vouched: bool = True

    @property
    def arrived_at(self) -> datetime:
        """When it came in."""
        return datetime.fromisoformat(f"{self.on}T10:00").replace(tzinfo=_SHANGHAI)


def files_of(files: Sequence[str | File]) -> list[File]:
    """Names stand for files that hold what they promise."""
    return [File(each) if isinstance(each, str) else each for each in files]


def sent(
    what: str,
    right: tuple[Verdict, ...],
    *files: str | File,
    items: Sequence[Item] = (),
    case: Mapping[str, Any] | None = None,
    **given: Any,
) -> Case:
    """A mail that answers no letter."""
    given = {"sender": JIADING, "subject": "报送材料", "text": "您好，现报送材料，请查收。", **given}
    raw = mail(files=files_of(files), **given)
    return replace(Case(what, right, raw, frozenset(items), vouched=given.get("vouched", True)), **(case or {}))


def reply(
    what: str,
    right: tuple[Verdict, ...],
    *files: str | File,
    asked: Sequence[Item] = (STAGE,),
    items: Sequence[Item] = (),
    case: Mapping[str, Any] | None = None,
    **given: Any,
) -> Case:
    """An answer to the morning's letter."""
    given = {"subject": f"回复：{SUBJECT}", "in_reply_to": OURS, "quoting": "请于7月25日前报送。", **given}
    return sent(what, right, *files, items=items, case={"asked": tuple(asked), **(case or {})}, **given)
