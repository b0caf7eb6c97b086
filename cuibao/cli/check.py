"""`cuibao check`: everything read, and what is wrong or was assumed."""

from typing import TYPE_CHECKING, Any

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, say
from cuibao.cli.parameters import as_json
from cuibao.errors import CuibaoError

if TYPE_CHECKING:
    from cuibao.office import Office
    from cuibao.service.mail.trusting import Learning


@click.command(cls=ChineseCommand, help="检查日程、通讯录和模板；没有问题就列出需要确认的理解。")
@click.option("--mail", "with_mail", is_flag=True, help="另给本办公室自己发一封自检信，认定收件服务器。")
@as_json
def check(with_mail: bool, as_json: bool) -> None:
    """Read everything, and print what is wrong or what was assumed; nothing is sent but what is asked for."""
    from cuibao.office import open_office
    from cuibao.service import checking

    with open_office() as office:
        checking.require_sound(office)
        learned = _learned(office, quiet=as_json) if with_mail else None
        if as_json:
            print_json({**_fields(office), **({"mail": _learning(learned)} if learned else {})})
        else:
            _print(office)
    if learned is None:
        return
    if learned.in_doubt:
        raise CuibaoError(f"{learned.words}。")
    if not as_json:
        say(f"\n{learned.words}。")


def _learned(office: "Office", *, quiet: bool) -> "Learning":
    from cuibao.service.mail.probing import ask

    def on_its_way() -> None:
        if not quiet:
            say("自检信已发出，正在等它回来，最多一分钟……")

    return ask(office, on_its_way)


def _learning(learned: "Learning") -> dict[str, Any]:
    return {"came": learned.came.value, "server": learned.server, "kept": learned.kept}


def _fields(office: "Office") -> dict[str, Any]:
    from cuibao.service import checking
    from cuibao.service.mail import trusting

    campaign = office.campaign
    return {
        "campaign": campaign.folder,
        "drill": campaign.drill,
        "title": campaign.title,
        "document_no": campaign.document_no,
        "plans": len(campaign.plans),
        "periods": len(office.schedule.periods),
        "units": len(campaign.units),
        "obligations": len(office.schedule.obligations),
        "assumptions": [{"where": where, "assumption": words} for where, words in checking.assumptions(office)],
        "warnings": [*checking.warnings(office), *trusting.notices(office)],
        "trust": list(trusting.basis(office)),
    }


def _print(office: "Office") -> None:
    from cuibao.service import checking
    from cuibao.service.mail import trusting

    campaign, found = office.campaign, checking.assumptions(office)
    for each in campaign.each:
        say(f"{each.title}（{each.document_no}）：没有发现错误。")
    owed = sum(len(period.units) for period in office.schedule.tracked())
    say(
        f"方案 {len(campaign.plans)} 个，报送期和工作节点 {len(office.schedule.periods)} 个，"
        f"责任单位 {len(campaign.units)} 个，应报 {owed} 件次。"
    )
    for line in trusting.basis(office):
        say(line)
    for warning in (*checking.warnings(office), *trusting.notices(office)):
        say(f"注意：{warning}")
    say(f"\n通知没有写明、需要办公室确认的 {len(found)} 处：")
    for number, (where, words) in enumerate(found, start=1):
        say(f"{number:>3}. {where}：{words}")
