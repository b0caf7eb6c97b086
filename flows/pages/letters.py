"""What became of a morning's letters: every unit in one table, also those that needed none."""

from collections.abc import Sequence
from datetime import datetime

from cuibao.model import LetterStatus
from cuibao.service.letters.morning import LetterResult
from cuibao.tongue import say
from flows.pages.markdown import Page, escaped, grid, page, simulation


def letters_page(found: Sequence[LetterResult], as_of: datetime, simulated: bool) -> Page:
    """The letters as they went, what a person has to look at first."""
    rows = sorted(found, key=lambda result: _place(result.status))
    return page(
        say("本次写信"),
        as_of,
        say("要看的在前；暂缓发送的，今天会自动再试；再做一次不会重复发信。"),
        simulation(simulated),
        grid([say("单位"), say("结果"), say("提醒事项"), say("说明")], [_row(result) for result in rows]),
    )


def _place(status: LetterStatus) -> int:
    if status.troubled or status is LetterStatus.UNREACHABLE:
        return 0
    return 1 if status.left else 2 if status.reaches else 3


def _row(result: LetterResult) -> list[str]:
    count = str(len(result.reminders) or "")
    return [escaped(result.name), result.status.word, count, escaped(result.detail if result.status.troubled else "")]
