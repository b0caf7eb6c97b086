"""`cuibao copies`: the first copies to leaders that wait for a person's word."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, print_table, say
from cuibao.cli.parameters import as_json
from cuibao.errors import CuibaoError


@click.command(
    cls=ChineseCommand, help="抄送批准：哪些单位第一次抄送分管领导，等批准。不写选项就是列出；批准了以后自动抄送。"
)
@click.option("--approve", multiple=True, metavar="单位", help="批准抄送这个单位的分管领导，可写多次。")
@click.option("--decline", multiple=True, metavar="单位", help="不抄送这个单位的分管领导，可写多次。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
@as_json
def copies(approve: tuple[str, ...], decline: tuple[str, ...], by: str, as_json: bool) -> None:
    """List who waits, or decide about some of them."""
    from cuibao.model import CopyDecision
    from cuibao.office import open_office
    from cuibao.said import label_of
    from cuibao.service.letters import approving as service
    from cuibao.times import day_of

    if approve and decline:
        raise CuibaoError("--approve 和 --decline 请分两次写。")
    with open_office() as office:
        if approve or decline:
            decision = CopyDecision.APPROVED if approve else CopyDecision.DECLINED
            say(f"{service.decide(office, office.now(), approve or decline, decision, by)}；登记人 {by}。")
            return
        found, today = service.waiting(office, office.now()), day_of(office.now())
    if as_json:
        print_json(
            [
                {
                    "unit": each.unit.name,
                    "since": each.since.isoformat(),
                    "items": [item_fields(listed.obligation.period) for listed in each.items],
                }
                for each in found
            ]
        )
        return
    say(f"等批准抄送分管领导的单位 {len(found)} 个。")
    print_table(
        ("单位", "分管领导", "自何时", "督办的事项", "逾期天数"),
        [
            (
                each.unit.name,
                each.unit.leader.name or each.unit.leader.email or "",
                each.since.isoformat(),
                label_of(listed.obligation.period),
                str((today - listed.obligation.period.due).days),
            )
            for each in found
            for listed in each.items
        ],
    )
