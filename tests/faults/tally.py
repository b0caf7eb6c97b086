"""What faults cost, counted from what the mail server accepted against what the ledger says."""

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from email import message_from_bytes, policy
from pathlib import Path

from tests.integration.smtp_server import Kept

REPORT = "CUIBAO_FAULTS_REPORT"


@dataclass
class Tally:
    """Counts; `lost`: an expected letter that nobody got and nobody was told of; `wrong`: letters to a unit about what
    it had reported."""

    faults: int = 0
    expected: int = 0
    lost: int = 0
    copies: int = 0
    differing: int = 0
    uncertain: int = 0
    wrong: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def reminds_of(letter: Kept) -> str:
    """What a letter says, without the year's overview behind it, in which all items stand."""
    part = message_from_bytes(letter.data, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).partition("全年事项一览")[0]


def count(
    faults: int,
    expected: Collection[str],
    accepted: Iterable[Kept],
    uncertain: Collection[str],
    *,
    told: Collection[str] = (),
    wrong: int = 0,
) -> Tally:
    """Tally what was `accepted` against the `expected` Message-IDs; `uncertain`, or for another reason `told`, are
    those that a person is shown."""
    accepted = list(accepted)
    # What some of its recipients were put off for is no copy: each transaction counts for those that it was to.
    got = Counter((letter.message_id, to) for letter in accepted for to in letter.recipients)
    copies = {name: max(times for (of, _), times in got.items() if of == name) for name, _ in got}
    forms = Counter(name for name, _ in {(letter.message_id, letter.data) for letter in accepted})
    return Tally(
        faults=faults,
        expected=len(expected),
        lost=len([name for name in expected if name not in copies and name not in {*uncertain, *told}]),
        copies=sum(copies.values()) - len(copies),
        differing=sum(forms.values()) - len(forms),
        uncertain=len(uncertain),
        wrong=wrong,
    )


def note(row: str, tally: Tally) -> None:
    """Add to the report of this run of the tests, where one is kept."""
    if REPORT in os.environ:
        line = json.dumps({"row": row, **asdict(tally)}) + "\n"
        with Path(os.environ[REPORT]).open("a", encoding="utf-8") as file:
            file.write(line)


def table(report: Path) -> list[str]:
    """The report, a line a row and one for all."""
    rows: dict[str, Tally] = {}
    for line in report.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        row = found.pop("row")
        rows[row] = rows.get(row, Tally()) + Tally(**found)
    if not rows:
        return []
    heads = ["faults", "letters expected", "lost", "copies", "differing copies", "uncertain", "wrongly sent"]
    width = max(len(row) for row in rows)
    lines = [f"{'':{width}}  " + "  ".join(heads)]
    for row, tally in [*rows.items(), ("in all", sum(rows.values(), Tally()))]:
        numbers = (f"{value:>{len(head)}}" for head, value in zip(heads, asdict(tally).values(), strict=True))
        lines.append(f"{row:{width}}  " + "  ".join(numbers))
    return lines
