"""`cuibao schedule`: the year, every period with its dates and units."""

from typing import TYPE_CHECKING, Any

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, print_table
from cuibao.cli.parameters import as_json, campaign_option

if TYPE_CHECKING:
    from cuibao.model import Campaign, Period
    from cuibao.service.views.year import YearLine


@click.command(cls=ChineseCommand, help="列出全年每个报送期：截止日期、之前最后一个工作日、阶段、由谁报。")
@campaign_option
@as_json
def schedule(campaign: str | None, as_json: bool) -> None:
    """The whole year, period by period."""
    from cuibao.office import open_view
    from cuibao.service.views import year

    with open_view(campaign, looking=True) as office:
        entries, run = year.year(office), office.campaign
    if as_json:
        print_json([_fields(entry, run) for entry in entries])
        return
    # A column more where later notices or the calendar moved something.
    moved = any(entry.period.moved for entry in entries)
    head = ("截止", *(["原定"] if moved else []), "最后工作日", "方案", "事项", "报送期", "阶段", "单位数", "依据")
    print_table(head, [_row(entry, moved=moved) for entry in entries])


def _fields(entry: "YearLine", campaign: "Campaign") -> dict[str, Any]:
    from cuibao.said_rules import rule_in_words

    period = entry.period
    rule = rule_in_words(period.plan, period.requirement, campaign.plans, campaign.of(period.plan).issued)
    own = {campaign.units[unit].name: day.due.isoformat() for unit, day in period.apart.items()}
    return {
        **item_fields(period),
        "plan": period.plan.title,
        "title": period.requirement.title,
        "last_working_day": entry.last_working_day.isoformat(),
        "phase": period.phase.id if period.phase.name else None,
        "tracked": period.requirement.tracked,
        "units": [unit.name for unit in entry.units],
        **({"due_for": own} if own else {}),
        "rule": rule or None,
        "assumption": period.requirement.assumption,
        "source": period.requirement.source,
    }


def _row(entry: "YearLine", *, moved: bool) -> tuple[str, ...]:
    from cuibao.said import hour, kind_of

    period = entry.period
    was = f"{f'{period.moved.was} {hour(period.moved.at)}'.strip()}（按{period.moved.by}改）" if period.moved else ""
    return (
        _due(period),
        *([was] if moved else []),
        entry.last_working_day.isoformat(),
        f"{period.plan.no} {period.plan.called}",
        period.requirement.title + ("" if period.requirement.tracked else f"（{kind_of(period.requirement)}）"),
        period.name,
        period.phase.name,
        str(len(entry.units)),
        period.requirement.source,
    )


def _due(period: "Period") -> str:
    """The day with its hour; from the first to the last where units have days of their own."""
    if period.apart:
        return f"{'至'.join(str(day) for day in dict.fromkeys(period.dues))}，各单位不同"
    return f"{period.due} {period.at:%H:%M}" if period.at else period.due.isoformat()
