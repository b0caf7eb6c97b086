"""联络员: whom each unit has now as its liaison and its leader; a unit's name opens the form that changes them."""

from cuibao.model import Campaign, Person, Unit
from cuibao.service.views.board import Board
from cuibao.tongue import say
from flows.pages.links import Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation
from flows.pages.overview import about


def contacts_page(campaign: Campaign, board: Board, links: Links) -> Page:
    """All units in the office's order."""
    rows = [_row(unit, links) for unit in campaign.units.values()]
    return page(
        say("联络员和分管领导"),
        board.as_of,
        about(links),
        simulation(board.simulated),
        say("点单位名称，打开它的表单，只填要改的内容，点 **Submit**；不填就是不改。单位自己的邮箱请用导入改。"),
        grid([say("单位（点名称修改）"), say("联络员"), say("分管领导"), say("单位邮箱")], rows),
    )


def _row(unit: Unit, links: Links) -> list[str]:
    return [
        linked(escaped(unit.name), links.liaison(unit.name, _now(unit))),
        "<br>".join(map(escaped, _parts(unit.liaison))) or say("（未填）"),
        "<br>".join(map(escaped, _parts(unit.leader))) or say("（未填）"),
        "<br>".join(map(escaped, unit.addresses)) or say("（未填）"),
    ]


def _now(unit: Unit) -> str:
    """Both of a unit in a line: 联络员 张三（站长） 13800000000；分管领导（未填）."""
    liaison, leader = (" ".join(_parts(person)) or say("（未填）") for person in (unit.liaison, unit.leader))
    return say("联络员 {liaison}；分管领导 {leader}", liaison=liaison, leader=leader)


def _parts(person: Person) -> list[str]:
    post = say("（{post}）", post=person.post) if person.post else ""
    return [part for part in (f"{person.name or ''}{post}", person.phone, person.mobile, person.email) if part]
