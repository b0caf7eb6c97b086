"""`cuibao contacts`: the contacts taken in from a table, and handed out as one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseGroup
from cuibao.cli.output import print_json, print_table, say
from cuibao.cli.parameters import as_json
from cuibao.errors import CuibaoError

if TYPE_CHECKING:
    from cuibao.service.contacts.changing import Applied, ImportPlan

SEVERAL = "、"
NOTHING = "（空）"


@click.group(cls=ChineseGroup, help="通讯录：从 Excel 表导入、导出到 Excel 表。")
def contacts() -> None:
    """Every subcommand opens the office on its own."""


file = click.argument("path", metavar="文件", type=click.Path(path_type=Path))


@contacts.command(
    "import",
    help="把 .xlsx、.xls、.ods 或 .csv 表里的联系人写进通讯录；先只列出要改什么，加 --yes 才写入。空格不改原来的内容。",
)
@file
@click.option("--yes", is_flag=True, help="写入；不能导入的行跳过并列出。")
@as_json
def import_(path: Path, yes: bool, as_json: bool) -> None:
    """Show what would change, and with --yes change it.

    Good rows are written although others are not; then it ends with 1, so that nobody overlooks those. Without --yes
    it ends with 0 whenever the file could be read: looking is no failure.
    """
    from cuibao.office import open_office
    from cuibao.service.contacts import changing as service

    with open_office(looking=not yes) as office:
        plan = service.plan_import(office, service.read_table(path))
        applied = service.apply(office, plan) if yes else None
        folder = office.contacts_folder
    if as_json:
        print_json(_answer(plan, applied))
    else:
        _print(plan)
        say(_ending(plan, folder, written=yes))
    if yes and plan.rejected:
        raise CuibaoError(f"有 {len(plan.rejected)} 行没有导入，改好后再导入一次即可。")


@contacts.command("export", help="把通讯录导出成 .xlsx 或 .csv 表，改好可以再导入；不覆盖已有的文件。")
@file
@as_json
def export(path: Path, as_json: bool) -> None:
    """Write the table."""
    from cuibao.office import open_office
    from cuibao.service.contacts import changing as service

    with open_office(looking=True) as office:
        units = service.export(office, path)
    if as_json:
        print_json({"file": str(path), "units": units})
        return
    say(f"已导出 {units} 个单位：{path}")


def _answer(plan: "ImportPlan", applied: "Applied | None") -> dict[str, object]:
    return {
        "written": applied is not None,
        "changes": [
            {"unit": change.name, "field": change.field, "old": change.old or None, "new": change.new}
            for change in plan.changes
        ],
        "rejected": [
            {"sheet": row.sheet or None, "row": row.row, "unit": row.unit, "why": row.why} for row in plan.rejected
        ],
        "unchanged": list(plan.unchanged),
        "ignored": list(plan.ignored),
        "left_out": list(plan.left_out),
        "warnings": list(plan.warnings),
    }


def _print(plan: "ImportPlan") -> None:
    print_table(
        ("单位", "内容", "原来", "改为"),
        [(change.name, change.field, change.old or NOTHING, change.new) for change in plan.changes],
    )
    if plan.unchanged:
        say(f"没有变化的单位 {len(plan.unchanged)} 个。")
    if plan.ignored:
        say(f"没有用到的列：{SEVERAL.join(plan.ignored)}")
    for line in plan.left_out:
        say(f"没有读的：{line}")
    for warning in plan.warnings:
        say(f"注意：{warning}")
    if plan.rejected:
        say(f"不能导入的 {len(plan.rejected)} 行：")
    for row in plan.rejected:
        say(f"  {row.place}{f'（{row.unit}）' if row.unit else ''}：{row.why}")


def _ending(plan: "ImportPlan", folder: Path, *, written: bool) -> str:
    if not plan.changes:
        return "没有要改的内容。"
    units = len({change.unit for change in plan.changes})
    what = f"{units} 个单位、{len(plan.changes)} 处"
    if written:
        return f"已写入 {what}：{folder / 'units.yaml'}"
    return f"要改 {what}。现在什么都没有改，加 --yes 才写入。"
