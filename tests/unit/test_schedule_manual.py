"""The clerk's manual of the language of dates, held against the program: what it shows loads, and is due when it says.

The campaign, the plan and the contacts that the page shows in full are laid out as they stand there; each snippet of an
item is put into that plan. The line 期限 under it, or the last cell of its row, holds its dates: apart by 、, with ……
for what is left out between; units with dates of their own come after ；.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from cuibao.enclosed import KINDS, LARGEST_FILE, LARGEST_LETTER
from cuibao.errors import Faults
from cuibao.loading import load_campaign
from cuibao.loading.documents import (
    AmendmentEntry,
    CampaignDocument,
    Contact,
    HolidaysDocument,
    MilestoneItem,
    OfficeEntry,
    PhaseItem,
    PlanDocument,
    Reminders,
    RequirementItem,
)
from cuibao.loading.dues import OFFSETS, Recurrence, a_due
from cuibao.loading.shapes import Document, Wrong
from cuibao.model import Campaign, DueDay, Event, Every, Period
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.settings import CHECKOUT
from cuibao.times import SHANGHAI

PAGE = (CHECKOUT / "docs" / "schedule.zh-CN.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```yaml\n(.*?)^```\n(?:\n期限：([^\n]*)\n)?", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (.*?) \| (`.*?`) \| (.*?) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
DAY = r"\d{4}-\d{2}-\d{2}"
ITEM = "example"


@dataclass(frozen=True, slots=True)
class Shown:
    """Some YAML of the page, and what the page says of it."""

    text: str
    said: str

    def __str__(self) -> str:
        return " ".join(self.text.split())


BLOCKS = [Shown(text, said or "") for text, said in BLOCK.findall(PAGE)]


def rows(heading: str) -> list[Shown]:
    """The rows of the table under `heading` whose second or first cell is YAML."""
    section = re.split(rf"^## {heading}.*$", PAGE, flags=re.MULTILINE)[1].partition("\n## ")[0]
    if heading == "一":
        return [Shown("\n".join(CODE.findall(yaml_cell)), said) for _, yaml_cell, said in ROW.findall(section)]
    cells = re.findall(r"^\| (`.*?`) \| (.*) \|$", section, re.MULTILINE)
    return [Shown("\n".join(CODE.findall(cell)), said) for cell, said in cells if ":" in cell]


def block(field: str) -> str:
    """The one block that is a whole file: it has this field."""
    (found,) = (shown.text for shown in BLOCKS if re.search(rf"^{field}:", shown.text, re.MULTILINE))
    return found


ITEMS = [shown for shown in BLOCKS if re.search(r"^due:", shown.text, re.MULTILINE)]
HEADS = [shown for shown in BLOCKS if re.match("phases:|reminders:", shown.text) and shown not in ITEMS]
PHRASES = rows("一")
MISTAKES = rows("十一")


def load(folder: Path, item: str, head: str = "") -> Campaign:
    """The campaign that `lay_out` makes."""
    lay_out(folder, folder / "contacts", item, head)
    return load_campaign(folder, folder / "contacts")


def lay_out(folder: Path, contacts: Path, item: str, head: str = "") -> None:
    """The page's campaign with one item more, and what `head` says in place of its own in campaign.yaml."""
    written = yaml.load(item, yaml.BaseLoader)
    lines = [f"- id: {ITEM}", "  title: 例", "  source: 一", *([] if "owed_by" in written else ["  owed_by: [towns]"])]
    lines += [f"  {line}" for line in item.strip().splitlines()]
    added = "".join(f"  {line}\n" for line in lines)
    campaign = yaml.load(block("document_no"), yaml.BaseLoader) | yaml.load(head or "{}", yaml.BaseLoader)
    files = {
        folder / "campaign.yaml": yaml.dump(campaign, allow_unicode=True),
        folder / "1-safety.yaml": block("no").replace("milestones:\n", f"{added}milestones:\n"),
        contacts / "units.yaml": block("units"),
        contacts / "groups.yaml": block("groups"),
    }
    for given in written.get("attach", ()):
        files |= {folder / given.replace("{unit}", name): "填" for name in ("红石镇", "青山乡")}
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def laid_out(campaign: Campaign, happened: str) -> list[Period]:
    """The periods of the item, opened for the towns on the day that something happened, if it did."""
    day = date.fromisoformat(happened or "2025-12-31")
    moment = datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)
    event = Event("safety", ITEM, 1, day, "例", ("hongshi", "qingshan"), "张某", moment)
    periods = Schedule(campaign, WorkingDays(), [event] if happened else ()).periods
    return [period for period in periods if period.requirement.id == ITEM]


def written(day: Period | DueDay) -> str:
    return f"{day.due} {day.at:%H:%M}" if day.at else str(day.due)


def same(said: str, found: list[str]) -> bool:
    """Whether `found` are the dates that are `said`: all of them, or the first and the last ones and how many."""
    count = re.search(r"（共 (\d+) 期）$", said)
    said = said[: count.start()] if count else said
    first, _, last = (part.split("、") if part else [] for part in said.partition("……"))
    if not last:
        return first == found and count is None
    assert count, f"没有写共几期：{said}"
    return int(count[1]) == len(found) and first == found[: len(first)] and last == found[-len(last) :]


@pytest.mark.parametrize("shown", [*PHRASES, *ITEMS], ids=str)
def test_it_is_due_on_the_dates_that_the_manual_gives(tmp_path: Path, shown: Shown) -> None:
    assert shown.said, "没有写期限"
    happened = re.match(rf"事发 ({DAY})：", shown.said)
    said = shown.said[happened.end() :] if happened else shown.said
    campaign = load(tmp_path, shown.text)
    periods = laid_out(campaign, happened[1] if happened else "")
    ids = {unit.name: unit.id for unit in campaign.units.values()}
    for part in said.split("；"):
        whose, _, days = part.rpartition("：") if not part[:1].isdigit() else ("", "", part)
        found = [written(period.apart.get(ids[whose], period) if whose else period) for period in periods]
        assert same(days, found), f"{whose}{found}"


@pytest.mark.parametrize("shown", HEADS, ids=str)
def test_what_it_shows_of_a_campaign_loads(tmp_path: Path, shown: Shown) -> None:
    load(tmp_path, "due: 2025-07-31", shown.text)


@pytest.mark.parametrize("shown", MISTAKES, ids=str)
def test_a_mistake_is_told_as_the_manual_has_it(tmp_path: Path, shown: Shown) -> None:
    with pytest.raises(Faults) as raised:
        load(tmp_path, shown.text)
    (line,) = raised.value.lines
    assert line.partition("，requirements[2].")[2] == shown.said


def test_every_block_is_tried() -> None:
    whole = {block("no"), block("document_no"), block("units"), block("groups")}
    assert [each.text for each in BLOCKS if each not in (*ITEMS, *HEADS) and each.text not in whole] == []
    assert len(PHRASES) >= 25
    assert MISTAKES


# --- nothing is left out ---


def fields(shape: type[Document]) -> Iterator[str]:
    """The fields of a shape, as a file calls them."""
    for part in shape.__mro__:
        for value in vars(part).values():
            if type(value).__name__ == "Field":
                yield value.key


@pytest.mark.parametrize(
    "shape",
    [
        AmendmentEntry,
        CampaignDocument,
        Contact,
        HolidaysDocument,
        MilestoneItem,
        OfficeEntry,
        PhaseItem,
        PlanDocument,
        Recurrence,
        Reminders,
        RequirementItem,
    ],
)
def test_every_field_is_explained(shape: type[Document]) -> None:
    outdated = {"then_every_days", "overdue_at_most"}
    assert {name for name in fields(shape) if not re.search(rf"\b{name}\b", PAGE)} <= outdated


def test_every_kind_of_period_stands_in_the_table_of_kinds() -> None:
    table = PAGE.partition("| `every` | 多久一次 |")[2].partition("\n\n")[0]
    kinds: Mapping[str, Any] = {every.value: every for every in Every if every.recurs}
    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == list(kinds)


def test_every_way_of_counting_and_every_kind_of_file_is_named() -> None:
    assert [way for way in OFFSETS if f"`{way}`" not in PAGE] == []
    assert "、".join(kind.removeprefix(".") for kind in KINDS) in PAGE
    assert (LARGEST_FILE, LARGEST_LETTER) == (2 * 1024 * 1024, 5 * 1024 * 1024)
    assert "每个文件不超过 2 MB，一个单位的合计不超过 5 MB" in PAGE


def test_every_name_of_a_period_is_taken() -> None:
    table = PAGE.partition("| 报送期 | 名称 |")[2].partition("\n\n")[0]
    names = CODE.findall(table)
    assert names
    for name in names:
        rule = {"every": "day", "from": name}
        try:
            a_due(rule)
        except Wrong as wrong:
            pytest.fail(f"{name}: {wrong.found}")
