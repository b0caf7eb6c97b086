"""催报函: the one sender's work as Prefect shows it, a task a letter that went out or failed, named by its unit."""

import asyncio
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from prefect import State, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from cuibao.errors import DateInDoubt
from cuibao.model import OFFICE, LetterStatus
from cuibao.service import retrying
from cuibao.service.letters import agenda, morning, pausing
from cuibao.service.letters.morning import LetterResult
from cuibao.service.mail.waiting import backlog
from cuibao.tongue import say
from flows.board import drawn
from flows.desk import Desk, at_desk
from flows.publish import publish_letters


@task(task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
async def letter(name: str, result: LetterResult) -> State[Any]:
    """What became of the letter to `name`; it has gone, or has not, before this begins."""
    told = say("{count} 项：{subject}", count=len(result.about), subject=result.subject) if result.subject else ""
    said = say("；").join(filter(None, (told, result.detail))) or result.status.word
    kind = Failed if result.status.troubled else Completed
    # Without data: Prefect would find what results share in the next ones, and note every letter in each after it.
    return kind(name=result.status.word, message=said)


async def prepared(desk: Desk) -> Sequence[LetterResult]:
    """Make the ledger ready for the desk's morning; what earlier ones left. Where it has to wait, the question why is
    to be seen on the pages before the run fails for it."""
    try:
        # Servers are asked the date; the event loop must not wait for them.
        ready = await asyncio.to_thread(morning.prepare, desk.office, desk.as_of, by_the_clock=not desk.given)
    except DateInDoubt:
        desk.look_again()
        await drawn()
        raise
    desk.revision, desk.mailbox = ready.revision, ready.mailbox
    return ready.left


class Written(NamedTuple):
    """How many letters came to what, in words, and whether all that should go out did."""

    words: str
    complete: bool


async def send_letters(
    left: Sequence[LetterResult], addressees: Collection[str] | None = None, *, by_itself: bool = False
) -> Written:
    """Write to `addressees`, or to all units and, with the gate reports, to the office; `left` is what earlier mornings
    left to look at. `by_itself`: beside the morning, and not where the mail server has refused us too often."""
    with at_desk() as desk:
        silent = retrying.why_silent(desk.office, desk.as_of) if by_itself else None
        reason = agenda.quiet(desk.office, desk.as_of) or silent
        for result in left:
            await _show(result)
        found = await sent(morning.write(desk.office, desk.as_of, desk.revision, addressees)) if silent is None else []
        await publish_letters(desk, [*left, *found])
        mail = [said.words for said in (desk.mailbox, backlog(desk.office)) if said]
        paused = pausing.in_short(desk.office, desk.as_of)
    words = say("；").join(filter(None, (counted(found, reason), paused)))
    get_run_logger().info("%s", say("；").join([words, *mail]))
    red = [
        say("{unit}{status}（{detail}）", unit=each.name, status=each.status.word, detail=each.detail)
        for each in (*left, *found)
        if each.status.red
    ]
    more = say("等 {count} 封", count=len(red)) if len(red) > 1 else ""
    to_do = [say("要处理的：{letter}{more}", letter=red[0], more=more)] if red else []
    return Written(say("；").join([words, *to_do, *mail]), complete=not red)


async def sent(writing: Generator[LetterResult, None, None]) -> list[LetterResult]:
    """What became of the letters of `writing`, each shown as it goes."""
    found = []
    # Closed before the office is, whatever happens: it holds leases.
    with closing(writing):
        # The mail server may keep us waiting, the event loop may not.
        while (result := await _in_a_thread(writing)) is not None:
            found.append(result)
            await _show(result)
    return found


async def _in_a_thread(writing: Iterator[LetterResult]) -> LetterResult | None:
    """The next result; a run that is cancelled waits for the letter that is on its way."""
    step = asyncio.ensure_future(asyncio.to_thread(next, writing, None))
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await step
        raise


async def _show(result: LetterResult) -> None:
    if result.status.reaches or result.status.troubled:
        with at_desk() as desk:
            name = (
                say("{office}（小结）", office=desk.office.names.familiar)
                if result.addressee == OFFICE
                else result.name
            )
        await letter(name, result, return_state=True)  # type: ignore[misc]  # Prefect's types do not let it be awaited


def counted(found: Sequence[LetterResult], reason: str | None = None) -> str:
    """已发送 41，退信 1；小结已发送. Where units got none for a `reason`, that in the place of the counts."""
    counted = Counter(result.status for result in found if result.addressee != OFFICE)
    most_first = sorted((status for status in LetterStatus if status in counted), key=lambda status: -counted[status])
    counts = [say("{status} {count}", status=status.word, count=counted[status]) for status in most_first]
    words = reason or say("，").join(counts) or say("没有新的信要发")
    reports = [each for each in found if each.addressee == OFFICE and each.status is not LetterStatus.NOTHING_DUE]
    return words + "".join(say("；小结{status}", status=report.status.word) for report in reports)
