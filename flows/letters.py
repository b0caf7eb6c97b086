"""催报函: one task a unit, named by the unit, ending in what became of its letter."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from prefect import State, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from cuibao.mailer import Session
from cuibao.model import OFFICE, Unit
from cuibao.office import Office
from cuibao.service.letters import agenda, morning
from cuibao.service.letters.morning import LetterResult, LetterStatus
from flows.desk import at_desk

TO_OFFICE = "县安委办（阶段小结）"
# What a person has to look at shows red.
TROUBLED = frozenset(
    {LetterStatus.REFUSED, LetterStatus.UNCERTAIN, LetterStatus.FAILED, LetterStatus.DEFERRED, LetterStatus.PARTIAL}
)


@task(task_run_name="{unit.name}", cache_policy=NO_CACHE, persist_result=False)
async def letter(office: Office, session: Session, as_of: datetime, unit: Unit) -> State[LetterResult]:
    """The letter of one unit; the mail server may keep us waiting, the event loop may not."""
    return _state(await asyncio.to_thread(morning.write_to, office, session, as_of, unit))


@task(task_run_name=TO_OFFICE, cache_policy=NO_CACHE, persist_result=False)
async def office_letter(office: Office, session: Session, as_of: datetime) -> State[LetterResult]:
    """The gate reports, to the office itself."""
    return _state(await asyncio.to_thread(morning.write_to_office, office, session, as_of))


class Sent(NamedTuple):
    """How many letters came to what, in words, and whether all that should go out did."""

    words: str
    complete: bool


async def send_letters(addressees: tuple[Unit | None, ...]) -> Sent:
    """Write to `addressees` over one login; None is the office, to which the gate reports go."""
    with at_desk() as desk:
        office, as_of = desk.office, desk.as_of
        reason = agenda.quiet(office, as_of)
        if reason is not None:
            return Sent(reason, complete=True)
        with office.carrier.session() as session:
            # One after the other: a session serves one at a time. (Prefect's types do not let its states be awaited.)
            states: list[State[Any]] = [
                await office_letter(office, session, as_of, return_state=True)  # type: ignore[misc]
                if unit is None
                else await letter(office, session, as_of, unit, return_state=True)  # type: ignore[misc]
                for unit in addressees
            ]
    results = [await state.aresult(raise_on_failure=False) for state in states]
    written = [result for result in results if isinstance(result, LetterResult)]
    counted = Counter(result.status for result in written if result.addressee != OFFICE)
    words = "，".join(f"{status.zh} {count}" for status, count in counted.most_common()) or "没有新的信要发"
    reports = [each for each in written if each.addressee == OFFICE and each.status is not LetterStatus.NOTHING_DUE]
    words += "".join(f"；阶段小结{report.status.zh}" for report in reports)
    # A task that Prefect itself ended has no result of ours.
    unsent = [
        str(state.message)
        for state, result in zip(states, results, strict=True)
        if not isinstance(result, LetterResult) or result.status.unsent
    ]
    why = f"；没有发出的：{unsent[0]}" if unsent else ""
    return Sent(words + why, complete=not unsent)


def _state(result: LetterResult) -> State[LetterResult]:
    told = f"{len(result.reminders)} 项：{result.subject}" if result.subject else ""
    said = "；".join(filter(None, (told, result.detail))) or result.status.zh
    kind = Failed if result.status in TROUBLED else Completed
    return kind(name=result.status.zh, message=said, data=result)
