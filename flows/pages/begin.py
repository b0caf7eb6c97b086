"""启用: whom the first letters would go to and one of them in full, before the yes; afterwards, who has said it."""

from cuibao.said import full_moment
from cuibao.service.letters.starting import FirstLetter, FirstLetters
from cuibao.service.views.board import Board
from cuibao.tongue import say
from flows.pages.links import BEGIN, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation
from flows.pages.overview import about


def begin_page(board: Board, first: FirstLetters | None, standing: str, links: Links) -> Page:
    """What the yes would send; without a question, how it stands."""
    return page(
        BEGIN.word,
        board.as_of,
        about(links),
        simulation(board.simulated),
        _question(first, links) if first else say("{standing}。", standing=standing),
    )


def _question(first: FirstLetters, links: Links) -> list[str]:
    form = linked(say("**看过了，打开表单启用**"), links.begin(first.number))
    when = (
        say("启用后马上发出")
        if first.at_once
        else say("启用后在 {moment:%Y-%m-%d %H:%M} 的每日催报发出", moment=first.moment, said=full_moment(first.moment))
    )
    return [
        say("**{why}。**在启用以前，不发信，不转阶段，来信照常登记、不发回执。", why=escaped(first.why)),
        first.of_the_past,
        say("首批信 **{count}** 封，{when}。{form}", count=len(first.letters), when=when, form=form),
        grid([say("单位"), say("收件地址"), say("主题")], [_row(letter) for letter in first.letters]),
        *_left_out(say("没有可用邮箱、收不到信的单位（请先补通讯录）"), [unit.name for unit in first.unreachable]),
        *_left_out(say("现在没有要说的单位"), [unit.name for unit in first.others]),
        *_example(first),
        form,
    ]


def _row(letter: FirstLetter) -> list[str]:
    return [escaped(letter.unit.name), "<br>".join(map(escaped, letter.to)), escaped(letter.subject)]


def _left_out(what: str, names: list[str]) -> list[str]:
    return [say("{what}：{listed}", what=what, listed=say("、").join(map(escaped, names)))] if names else []


def _example(first: FirstLetters) -> list[str]:
    if first.example is None:
        return []
    lines = [escaped(line) for line in first.text.splitlines()]
    return [say("## 给{example}的信全文", example=escaped(first.example.name)), "<br>".join(lines)]
