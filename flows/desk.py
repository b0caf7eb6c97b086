"""One open office for a whole run: a subflow works at the desk of the flow that called it."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import wraps
from inspect import Signature, signature
from typing import Any, ParamSpec
from uuid import UUID

from prefect import State, get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.settings import get_current_settings
from prefect.states import Completed, Failed

from cuibao.errors import CuibaoError, Unconfirmed
from cuibao.office import Office, open_office, speak_up
from cuibao.said import plan_name
from cuibao.service.mail.looking import ReadFirst
from cuibao.service.views.board import Board, look
from cuibao.settings import environment, is_drill
from cuibao.times import local
from cuibao.tongue import say
from flows.pages.links import filled_form

P = ParamSpec("P")
LONGEST_NAME = 120
AN_HOUR = timedelta(hours=1)


class Desk:
    """An open office, the moment it works at, whether that was `given` by somebody, and whether it is `now` and not one
    that somebody wants to look at."""

    def __init__(self, office: Office, as_of: datetime, *, given: bool) -> None:
        self.office = office
        self.as_of = as_of
        self.given = given
        # How often the morning of the day was taken back before it was prepared.
        self.revision = 0
        # What came of reading the mailbox before anything was written.
        self.mailbox: ReadFirst | None = None
        self.now = abs(as_of - office.now()) < AN_HOUR
        self._board: Board | None = None

    @property
    def board(self) -> Board:
        """The board as it was when first looked at; see `look_again`."""
        if self._board is None:
            self._board = look(self.office, self.as_of)
        return self._board

    def look_again(self) -> None:
        """Let the board be computed anew: something was written."""
        self._board = None


_taken: ContextVar[Desk | None] = ContextVar("desk", default=None)


@contextmanager
def at_desk(as_of: datetime | None = None) -> Iterator[Desk]:
    """The calling flow's desk where there is one, else an office of our own, at `as_of` or now."""
    taken = _taken.get()
    if taken is not None:
        yield taken
        return
    with open_office() as office:
        desk = Desk(office, local(as_of) if as_of else office.now(), given=as_of is not None)
        token = _taken.set(desk)
        try:
            yield desk
        finally:
            _taken.reset(token)


def plan_title() -> str:
    """What a run about one plan is called, from its parameter `plan`: the plan's words, or before the office is open
    its id."""
    plan: str = runtime.flow_run.parameters["plan"]
    desk = _taken.get()
    titles = {each.id: plan_name(each) for each in desk.office.campaign.plans} if desk else {}
    return titles.get(plan, plan)


def called(words: Callable[[Mapping[str, Any]], str]) -> Callable[[], str]:
    """What a run is called until it has ended, of its parameters, in the office's language."""

    def name() -> str:
        if _taken.get() is None:
            speak_up()
        return words(runtime.flow_run.parameters)

    return name


def drill_mark() -> str:
    """【演练】 in front of whatever a drill says."""
    return say("【演练】") if is_drill(environment()) else ""


async def ended(words: str, *, more: str = "", failed: bool = False) -> State[Any]:
    """The state that ends this flow's run, which from now on bears the name `words`: what came of it; its message goes
    on with `more`.

    The state keeps Prefect's own name. The UI's page on which a clerk lands after Submit lists runs by the names of
    their states, and leaves out those that it does not know.
    """
    words = drill_mark() + words
    run = runtime.flow_run.get_id()
    if run is not None:
        async with get_client() as client:
            await client.set_flow_run_name(UUID(run), " ".join(words.split())[:LONGEST_NAME])
    return Failed(message=words + more) if failed else Completed(message=words + more)


async def concluded(words: str, *, sent_all: bool, drawn: bool) -> State[Any]:
    """The end of a flow that writes letters and draws pages; red where a letter did not go out or a page is stale."""
    stale = "" if drawn else say("；报表没有全部更新")
    return await ended(words + stale, failed=not (sent_all and drawn))


async def entered(words: str, *, drawn: bool) -> State[Any]:
    """The end of a form's flow: what it was to do is done, whether the pages could be drawn or not."""
    return await ended(words + ("" if drawn else say("（报送情况表没有更新，请重做“报送情况表”）")))


def in_ui(path: str) -> str:
    """The whole address of what is at `path` in Prefect's UI."""
    front = get_current_settings().server.ui.api_url or get_current_settings().api.url or ""
    return f"{front.removesuffix('/').removesuffix('/api')}{path}"


def said_in_words(
    what: Callable[[], str], *, form: bool = False
) -> Callable[[Callable[P, Awaitable[State[Any]]]], Callable[P, Awaitable[State[Any]]]]:
    """Where a CuibaoError would show a traceback, end the flow as failed: `what` did not happen, and why.

    Of a `form` it links to the same form as it was filled in, and confirmed where that is what it lacks.
    """

    def decorate(flow: Callable[P, Awaitable[State[Any]]]) -> Callable[P, Awaitable[State[Any]]]:
        @wraps(flow)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
            try:
                return await flow(*args, **kwargs)
            except CuibaoError as mistake:
                words = say("{what}：{mistake}", what=what(), mistake=mistake)
                again = _filled_again(_filled(signature(flow), *args, **kwargs), mistake) if form else ""
                get_run_logger().error("%s", words + again)
                return await ended(words, more=again, failed=True)

        return guarded

    return decorate


def _filled(asked: Signature, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    """What was filled in, but for what is the flow's own default: the form has a word for that."""
    found = asked.bind(*args, **kwargs).arguments
    return {name: value for name, value in found.items() if value != asked.parameters[name].default}


def _filled_again(filled: Mapping[str, Any], mistake: CuibaoError) -> str:
    """A line with the address of the form that started this run, as it was `filled`; nothing where no form did."""
    deployment = runtime.deployment.get_id()
    if deployment is None:
        return ""
    parameters = {name: value for name, value in filled.items() if value not in (None, "")}
    how = say("改好再点 Submit")
    if isinstance(mistake, Unconfirmed):
        parameters["confirm"] = mistake.answer
        how = say("已选“{answer}”，核对无误就点 Submit", answer=mistake.answer)
    return "\n" + say(
        "打开原来填的表单（{how}）：{address}", how=how, address=in_ui(filled_form(deployment, parameters))
    )
