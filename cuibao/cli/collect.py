"""`cuibao collect`: one reading of the mailbox, without Prefect."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, say
from cuibao.cli.parameters import as_json
from cuibao.errors import CuibaoError


@click.command(cls=ChineseCommand, help="收取：读邮箱里的新来信，登记、存档、发回执；拿不准的列入待认领。")
@as_json
def collect(as_json: bool) -> None:
    """One reading of the mailbox, without Prefect."""
    from cuibao.office import open_office
    from cuibao.said import label_of
    from cuibao.service.mail import reading
    from cuibao.service.mail.answers import send_answers

    trouble: CuibaoError | None = None
    with open_office() as office:
        found = reading.Collected()
        try:
            reading.collect(office, office.now(), found)
        except CuibaoError as mistake:  # what was read until then is answered all the same
            trouble = mistake
        answers = send_answers(office)
        carrier = office.carrier.name
    counts = {
        "read": found.read,
        "registered": sum(len(each.items) for each in found.registered),
        "queued": found.queued,
        "supplements": found.supplements,
        "bounced": found.bounced,
        "ignored": found.ignored,
        "again": found.again,
    }
    if as_json:
        print_json({**counts, "answers": dict(answers), "notices": found.notices})
    elif found.read or found.again or trouble is None:
        for each in found.registered:
            say(f"已登记：{each.unit}，{'、'.join(label_of(item.period) for item in each.items)}")
        say(f"{reading.said(found, answers)}。" + (f"回执交给：{carrier}。" if answers else ""))
        for notice in found.notices:
            say(f"注意：{notice}")
    if trouble is not None:
        raise trouble
    if found.troubles:
        raise CuibaoError("\n".join(["以下来信没有收下，下次收取时再收：", *found.troubles]))
