"""`cuibao check`: everything read, and what is wrong or was assumed."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json
from cuibao.cli.parameters import as_json


@click.command(cls=ChineseCommand, help="检查日程、通讯录和模板；没有问题就列出需要确认的理解。")
@as_json
def check(as_json: bool) -> None:
    """Read everything, and print what is wrong or what was assumed."""
    from cuibao.office import open_office
    from cuibao.service import checking

    with open_office() as office:
        checking.require_sound(office)
        campaign = office.campaign
        found = checking.assumptions(office)
        warnings = checking.warnings(office)
        if as_json:
            print_json(
                {
                    "campaign": campaign.id,
                    "title": campaign.title,
                    "document_no": campaign.document_no,
                    "plans": len(campaign.plans),
                    "periods": len(office.schedule.periods),
                    "units": len(campaign.units),
                    "obligations": len(office.schedule.obligations),
                    "assumptions": [{"where": where, "assumption": words} for where, words in found],
                    "warnings": list(warnings),
                }
            )
            return
        click.echo(f"{campaign.title}（{campaign.document_no}）：没有发现错误。")
        owed = sum(len(period.requirement.units) for period in office.schedule.tracked())
        click.echo(
            f"方案 {len(campaign.plans)} 个，报送期和工作节点 {len(office.schedule.periods)} 个，"
            f"责任单位 {len(campaign.units)} 个，应报 {owed} 件次。"
        )
        for warning in warnings:
            click.echo(f"注意：{warning}")
        click.echo(f"\n通知没有写明、需要办公室确认的 {len(found)} 处：")
        for number, (where, words) in enumerate(found, start=1):
            click.echo(f"{number:>3}. {where}：{words}")
