"""启用: whom the first letters would go to and one of them in full, before the yes; afterwards, who has said it."""

from cuibao.service.letters.starting import FirstLetter, FirstLetters
from cuibao.service.views.board import Board
from flows.pages.links import BOARD, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation
from flows.pages.overview import ABOUT

FORM = "看过了，打开表单启用"


def begin_page(board: Board, first: FirstLetters | None, standing: str, links: Links) -> Page:
    """What the yes would send; without a question, how it stands."""
    return page(
        "启用",
        board.as_of,
        f"{ABOUT}。谁还没有报，见{linked(BOARD, links.page(BOARD))}。",
        simulation(board.simulated),
        _question(first, links) if first else f"{standing}。",
    )


def _question(first: FirstLetters, links: Links) -> list[str]:
    form = linked(f"**{FORM}**", links.begin(first.number))
    when = "启用后马上发出" if first.at_once else f"启用后在 {first.moment:%Y-%m-%d %H:%M} 的每日催报发出"
    return [
        f"**{escaped(first.why)}。**在启用以前，不发信，不转阶段，来信照常登记、不发回执。",
        first.of_the_past,
        f"首批信 **{len(first.letters)}** 封，{when}。{form}",
        grid(["单位", "收件地址", "主题"], [_row(letter) for letter in first.letters]),
        *_left_out("没有可用邮箱、收不到信的单位（请先补通讯录）", [unit.name for unit in first.unreachable]),
        *_left_out("现在没有要说的单位", [unit.name for unit in first.others]),
        *_example(first),
        form,
    ]


def _row(letter: FirstLetter) -> list[str]:
    return [escaped(letter.unit.name), "<br>".join(map(escaped, letter.to)), escaped(letter.subject)]


def _left_out(what: str, names: list[str]) -> list[str]:
    return [f"{what}：{'、'.join(map(escaped, names))}"] if names else []


def _example(first: FirstLetters) -> list[str]:
    if first.example is None:
        return []
    lines = [escaped(line) for line in first.text.splitlines()]
    return [f"## 给{escaped(first.example.name)}的信全文", "<br>".join(lines)]
