"""The examples of docs/policy.md, played: the letters that they tell of are those that go out, and no others."""

import re
import shutil
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import yaml

from cuibao.said import spelled_out
from cuibao.service.letters import morning
from cuibao.settings import CHECKOUT
from tests.offices import at, begun, office

pytestmark = pytest.mark.slow

UNIT = "县财政局"
PAGE = (CHECKOUT / "docs" / "policy.md").read_text(encoding="utf-8")


def told(example: str) -> list[tuple[str, str]]:
    """The days and letters in the table of an example."""
    table = PAGE.partition(f"**{example}")[2].partition("\n\n|")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()]
    return [(row[1], row[2]) for row in rows if re.match(r"(?:\d+年)?\d+月", row[1])]


def lay_out(home: Path, plan: str, requirement: str, due: date) -> None:
    """The campaign as shipped with that one requirement, due once, of that one unit."""
    schedules, contacts = home / "schedules" / "xinfeng-2022", home / "contacts"
    schedules.mkdir(parents=True)
    contacts.mkdir()
    shipped = CHECKOUT / "schedules" / "xinfeng-2022"
    shutil.copy(shipped / "campaign.yaml", schedules)
    (file,) = shipped.glob(f"?-{plan}.yaml")
    found = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
    (item,) = [each for each in found["requirements"] if each["id"] == requirement]
    found |= {"requirements": [item | {"due": due.isoformat(), "owed_by": [UNIT]}], "milestones": []}
    (schedules / file.name).write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")
    units = yaml.load((CHECKOUT / "contacts" / "units.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["units"]
    (unit,) = [each for each in units if each["name"] == UNIT]
    groups = [{"id": "departments", "name": "县直部门", "members": [unit["id"]]}]
    for name, content in {"units": [unit], "groups": groups}.items():
        (contacts / f"{name}.yaml").write_text(yaml.safe_dump({name: content}, allow_unicode=True), encoding="utf-8")


def played(home: Path, first: date, last: date) -> list[tuple[str, str]]:
    """The letters of the days from `first` on to `last`: the day, and the subject without its unit and code."""
    letters = []
    begun(home)
    with office(home) as opened:
        day = opened.campaign.issued
        while day <= last:
            done = morning.run(opened, at(f"{day}T08:30"))
            day += timedelta(days=1)
            letters += [each for each in done.written if each.addressee == "caizheng"]
        paths = sorted((home / "outbox").glob(f"* {UNIT} *.eml"))
    assert len(paths) == len(letters)
    found = []
    for path in paths:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        sent = date.fromisoformat(path.name[:10])
        subject = re.sub(rf"{UNIT}：| \[.*\]", "", str(mail["Subject"]))
        if sent >= first:
            found.append((spelled_out(sent, date(2022, 1, 1)), subject + ("，抄送分管领导" if mail["Cc"] else "")))
    return found


@pytest.mark.parametrize(
    ("example", "plan", "requirement", "due", "first", "last"),
    [
        ("例一", "skills", "interim", date(2022, 7, 25), date(2022, 7, 1), date(2022, 8, 26)),
        ("例二", "culture", "progress", date(2022, 12, 31), date(2022, 12, 1), date(2023, 2, 28)),
    ],
)
def test_what_an_example_tells_is_what_happens(
    tmp_path: Path, example: str, plan: str, requirement: str, due: date, first: date, last: date
) -> None:
    lay_out(tmp_path, plan, requirement, due)
    assert played(tmp_path, first, last) == told(example) != []
