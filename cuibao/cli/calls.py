"""`cuibao calls`: whom to phone, on the terminal or as a page to print."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, print_table, say
from cuibao.cli.parameters import as_json, as_of_option, campaign_option
from cuibao.errors import CuibaoError
from cuibao.files import write_whole
from cuibao.model import Person
from cuibao.said import one_line
from cuibao.times import day_of

if TYPE_CHECKING:
    from cuibao.service.views.calls import Call, Callee, CallItem, CallSheet

UNKNOWN = "（通讯录未填）"


@click.command(cls=ChineseCommand, help="电话催报单：今天该给谁打电话、打哪个号码、说哪些事项；信送不到的排在前面。")
@as_of_option
@campaign_option
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="文件", help="写成可以打印的网页文件。")
@as_json
def calls(as_of: datetime | None, campaign: str | None, page: Path | None, as_json: bool) -> None:
    """Whom to phone, one block a unit."""
    from cuibao.office import open_view
    from cuibao.service.views import calls as service
    from cuibao.service.views.board import look

    with open_view(campaign) as office:
        rehearsal = office.rehearsal
        sheet = service.call_sheet(office, look(office, as_of or office.now()))
        if page is not None:
            _write(page, service.printable(office, sheet))
    if as_json:
        print_json([_fields(call) for call in sheet.calls])
        return
    if page is not None:
        say(f"电话催报单{rehearsal}{_tally(sheet)}，已写到 {page}，用浏览器打开即可打印。")
        return
    say(f"{sheet.as_of:%Y-%m-%d %H:%M} 电话催报单{rehearsal}{_tally(sheet)}")
    print_table(
        ("单位", "联系人", "事项", "情况", "自何时", "逾期天数", "已去信"),
        [row for call in sheet.calls for row in _rows(call, day_of(sheet.as_of))],
    )
    for call in sheet.calls:
        if call.bad:
            say(one_line(f"{call.unit.name}：{call.bad}"))


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path.absolute(), text.encode("utf-8"))
    except OSError as trouble:
        raise CuibaoError(f"写不了 {path}：{trouble.strerror}") from None


def _tally(sheet: "CallSheet") -> str:
    return f"：{len(sheet.calls)} 个单位，{sheet.items} 项，信送不到的 {sheet.unreached} 个"


def _rows(call: "Call", today: date) -> list[tuple[str, ...]]:
    """The unit and whom to ask for stand in the first row only."""
    name = call.unit.name + ("（信送不到）" if call.unreached else "")
    who = "；".join(_said(callee) for callee in call.people) or UNKNOWN
    return [
        (name if first else "", who if first else "", *_cells(item, today))
        for first, item in ((number == 0, item) for number, item in enumerate(call.lines))
    ]


def _cells(item: "CallItem", today: date) -> tuple[str, ...]:
    return item.label, item.situation, item.since_when(today), str(item.days or ""), str(item.letters)


def _said(callee: "Callee") -> str:
    return " ".join(filter(None, [callee.role, callee.name, callee.post, *callee.numbers]))


def _fields(call: "Call") -> dict[str, Any]:
    return {
        "unit": call.unit.name,
        "unreached": call.unreached,
        "bad": call.bad,
        "liaison": _person(call.unit.liaison),
        "leader": _person(call.unit.leader),
        "items": [
            {
                **item_fields(item.obligation.period),
                "label": item.label,
                "status": item.status.value,
                "since": item.since.isoformat(),
                "overdue_days": item.days,
                "letters": item.letters,
                "reason": item.reason,
            }
            for item in call.items
        ],
    }


def _person(person: Person) -> dict[str, str | None]:
    return {"name": person.name, "post": person.post, "phone": person.phone, "mobile": person.mobile}
