"""联络员: whom each unit has now as its liaison and its leader; a unit's name opens the form that changes them."""

from cuibao.model import Campaign, Person, Unit
from cuibao.service.views.board import Board
from flows.pages.links import BOARD, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation
from flows.pages.overview import ABOUT

NOBODY = "（未填）"


def contacts_page(campaign: Campaign, board: Board, links: Links) -> Page:
    """All units in the office's order."""
    rows = [_row(unit, links) for unit in campaign.units.values()]
    return page(
        "联络员和分管领导",
        board.as_of,
        f"{ABOUT}。谁还没有报，见{linked(BOARD, links.page(BOARD))}。",
        simulation(board.simulated),
        "点单位名称，打开它的表单，只填要改的内容，点 **Submit**；不填就是不改。单位自己的邮箱请用导入改。",
        grid(["单位（点名称修改）", "联络员", "分管领导", "单位邮箱"], rows),
    )


def _row(unit: Unit, links: Links) -> list[str]:
    return [
        linked(escaped(unit.name), links.liaison(unit.name, _now(unit))),
        "<br>".join(map(escaped, _parts(unit.liaison))) or NOBODY,
        "<br>".join(map(escaped, _parts(unit.leader))) or NOBODY,
        "<br>".join(map(escaped, unit.addresses)) or NOBODY,
    ]


def _now(unit: Unit) -> str:
    """Both of a unit in a line: 联络员 张三（站长） 13800000000；分管领导（未填）."""
    people = (("联络员", unit.liaison), ("分管领导", unit.leader))
    return "；".join(f"{role} {' '.join(_parts(person)) or NOBODY}" for role, person in people)


def _parts(person: Person) -> list[str]:
    post = f"（{person.post}）" if person.post else ""
    return [part for part in (f"{person.name or ''}{post}", person.phone, person.mobile, person.email) if part]
