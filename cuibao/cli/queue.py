"""`cuibao queue`: the mails that wait for a person."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, print_table, say
from cuibao.cli.parameters import as_json


@click.command(cls=ChineseCommand, help="列出待认领的来信：程序拿不准、要人决定的。")
@as_json
def queue(as_json: bool) -> None:
    """What waits for a person."""
    from cuibao.office import open_office
    from cuibao.said import label_of
    from cuibao.service.mail import waiting as service

    with open_office() as office:
        waiting = service.queue(office)
    if as_json:
        print_json(
            [
                {
                    "number": each.mail.id,
                    "arrived_at": each.mail.arrived_at.isoformat(),
                    "sender": each.mail.sender,
                    "subject": each.mail.subject,
                    "files": list(each.mail.files),
                    "reason": each.mail.reason,
                    "bounce": each.bounce,
                    "unit": each.unit.name if each.unit else None,
                    "items": [label_of(item) for item in each.items],
                }
                for each in waiting
            ]
        )
        return
    bounces = sum(each.bounce for each in waiting)
    among = f"，其中退信 {bounces} 封，排在最前" if bounces else ""
    say(f"待认领的来信 {len(waiting)} 封{among}。")
    print_table(
        ("编号", "到信时间", "发件人", "主题", "附件", "为什么"),
        [
            (
                str(each.mail.id),
                f"{each.mail.arrived_at:%Y-%m-%d %H:%M}",
                each.mail.sender,
                each.mail.subject,
                "、".join(each.mail.files),
                each.mail.reason,
            )
            for each in waiting
        ],
    )
