"""One open office for a whole run: a subflow works at the desk of the flow that called it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple, ParamSpec
from uuid import UUID

from prefect import State, get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.states import Completed, Failed

from cuibao.errors import CuibaoError
from cuibao.office import Office, open_office
from cuibao.times import in_shanghai

P = ParamSpec("P")
LONGEST_NAME = 120
AN_HOUR = timedelta(hours=1)


class Desk(NamedTuple):
    """An open office, the moment it works at, and whether that is now and not one that somebody wants to look at."""

    office: Office
    as_of: datetime
    now: bool


_taken: ContextVar[Desk | None] = ContextVar("desk", default=None)


@contextmanager
def at_desk(as_of: datetime | None = None) -> Iterator[Desk]:
    """The calling flow's desk where there is one, else an office of our own, at `as_of` or now."""
    taken = _taken.get()
    if taken is not None:
        yield taken
        return
    with open_office() as office:
        now = office.now()
        moment = in_shanghai(as_of) if as_of else now
        desk = Desk(office, moment, now=abs(moment - now) < AN_HOUR)
        token = _taken.set(desk)
        try:
            yield desk
        finally:
            _taken.reset(token)


async def ended(words: str, *, failed: bool = False) -> State[Any]:
    """The state that ends this flow's run, which from now on bears the name `words`: what came of it.

    The state keeps Prefect's own name. The UI's page on which a clerk lands after Submit lists runs by the names of
    their states, and leaves out those that it does not know.
    """
    run = runtime.flow_run.get_id()
    if run is not None:
        async with get_client() as client:
            await client.set_flow_run_name(UUID(run), " ".join(words.split())[:LONGEST_NAME])
    return Failed(message=words) if failed else Completed(message=words)


async def concluded(words: str, *, sent_all: bool, drawn: bool) -> State[Any]:
    """The end of a flow that writes letters and draws pages; red where a letter did not go out or a page is stale."""
    stale = "" if drawn else "；报表没有全部更新"
    return await ended(words + stale, failed=not (sent_all and drawn))


def said_in_chinese(what: str) -> Callable[[Callable[P, Awaitable[State[Any]]]], Callable[P, Awaitable[State[Any]]]]:
    """Where a CuibaoError would show a traceback, end the flow as failed: `what` did not happen, and why."""

    def decorate(flow: Callable[P, Awaitable[State[Any]]]) -> Callable[P, Awaitable[State[Any]]]:
        @wraps(flow)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
            try:
                return await flow(*args, **kwargs)
            except CuibaoError as mistake:
                get_run_logger().error("%s：%s", what, mistake)
                return await ended(f"{what}：{mistake}", failed=True)

        return guarded

    return decorate
