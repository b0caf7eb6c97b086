"""`cuibao schedule`: the year, every period with its dates and units."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, print_table
from cuibao.cli.parameters import as_json


@click.command(cls=ChineseCommand, help="列出全年每个报送期：截止日期、之前最后一个工作日、阶段、由谁报。")
@as_json
def schedule(as_json: bool) -> None:
    """The whole year, period by period."""
    from cuibao.office import open_office
    from cuibao.service.views import year

    with open_office() as office:
        entries = year.year(office)
    if as_json:
        print_json(
            [
                {
                    **item_fields(entry.period),
                    "plan": entry.period.plan.title,
                    "title": entry.period.requirement.title,
                    "last_working_day": entry.last_working_day.isoformat(),
                    "phase": entry.period.phase.id if entry.period.phase.name else None,
                    "tracked": entry.period.requirement.tracked,
                    "units": [unit.name for unit in entry.units],
                    "assumption": entry.period.requirement.assumption,
                    "source": entry.period.requirement.source,
                }
                for entry in entries
            ]
        )
        return
    print_table(
        ("截止", "最后工作日", "方案", "事项", "报送期", "阶段", "单位数", "依据"),
        [
            (
                entry.period.due.isoformat(),
                entry.last_working_day.isoformat(),
                f"{entry.period.plan.no} {entry.period.plan.short}",
                entry.period.requirement.title + ("" if entry.period.requirement.tracked else "（工作节点）"),
                entry.period.name,
                entry.period.phase.name,
                str(len(entry.units)),
                entry.period.requirement.source,
            )
            for entry in entries
        ],
    )
