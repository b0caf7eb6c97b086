"""导出: the form by which a clerk gets the board as a workbook and as a page."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.service.exporting import hand_out
from flows.desk import at_desk, ended, said_in_chinese


@flow(name="导出", flow_run_name="导出")
@said_in_chinese("没有导出", form=True)
async def export() -> State[Any]:
    """Leave the board in the home, in every format, and mail it to the office where mail is set."""
    with at_desk() as desk:
        left = hand_out(desk.office, desk.board)
    for path in left.paths:
        get_run_logger().info("%s", path)
    names = "、".join(path.name for path in left.paths)
    mailed = f"；{left.mailed}" if left.mailed else ""
    return await ended(f"已导出：{names}{mailed}", more=f"\n在文件夹 {left.paths[0].parent}")
