"""导出: the form by which a clerk gets the board as a workbook and as a page."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.service.exporting import hand_out
from cuibao.tongue import say
from flows.desk import at_desk, called, ended, said_in_words
from flows.pages.links import EXPORT


@flow(name="导出", flow_run_name=called(lambda _: EXPORT.word))
@said_in_words(lambda: say("没有导出"), form=True)
async def export() -> State[Any]:
    """Leave the board in the home, in every format, and mail it to the office where mail is set."""
    with at_desk() as desk:
        left = hand_out(desk.office, desk.board)
    for path in left.paths:
        get_run_logger().info("%s", path)
    names = say("、").join(path.name for path in left.paths)
    mailed = say("；{mailed}", mailed=left.mailed) if left.mailed else ""
    return await ended(
        say("已导出：{names}{mailed}", names=names, mailed=mailed),
        more="\n" + say("在文件夹 {folder}", folder=left.paths[0].parent),
    )
