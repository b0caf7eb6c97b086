"""The two figures of the corpus, for the summary of a run of the tests."""

import json
import os
from pathlib import Path

REPORT = "CUIBAO_CORPUS_REPORT"


def note(*, mails: int, false: int, true: int, registered: int) -> None:
    """Keep the figures of this run, where a report is kept."""
    if REPORT in os.environ:
        figures = {"mails": mails, "false": false, "true": true, "registered": registered}
        Path(os.environ[REPORT]).write_text(json.dumps(figures), encoding="utf-8")


def table(report: Path) -> list[str]:
    """The figures in words; nothing where the corpus was not run."""
    text = report.read_text(encoding="utf-8")
    if not text:
        return []
    found = json.loads(text)
    share = 100 * found["registered"] / found["true"]
    return [
        f"mails {found['mails']}; false receipts {found['false']}",
        f"true reports {found['true']}; registered by themselves {found['registered']} ({share:.1f} %)",
    ]
