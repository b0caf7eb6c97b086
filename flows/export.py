"""导出: the form by which a clerk gets the board as a workbook and as a page."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.service.views.export import leave
from flows.desk import at_desk, ended, said_in_chinese


@flow(name="导出", flow_run_name="导出")
@said_in_chinese("没有导出", form=True)
async def export() -> State[Any]:
    """Leave the board in the home, in every format."""
    with at_desk() as desk:
        paths = leave(desk.office, desk.board)
    for path in paths:
        get_run_logger().info("%s", path)
    names = "、".join(path.name for path in paths)
    return await ended(f"已导出：{names}", more=f"\n在文件夹 {paths[0].parent}")
