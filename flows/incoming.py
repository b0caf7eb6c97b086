"""待认领: the page of the mails that a person must decide about; pure Markdown."""

from collections.abc import Callable, Iterable
from datetime import datetime

from cuibao.said import label_of, short_moment
from cuibao.service.mail.deciding import Claiming, Waiting
from flows import pages

# From a mail in the queue and what is to be decided to the address of the pre-filled form.
ClaimLink = Callable[[Waiting, Claiming], str]


MOST_GUESSES = 3


def queue_page(
    waiting: Iterable[Waiting], as_of: datetime, simulated: bool, link: ClaimLink, board: str | None = None
) -> str:
    """Each mail with why it waits, what it is most likely about, and the links that decide it.

    `board` is the address of the board: this page stays as it was drawn, and the newest is linked from there.
    """
    rows = [_row(each, link) for each in waiting]
    head = ["编号", "来信", "为什么待认领", "可能是", "处理"]
    return "\n\n".join(
        [
            f"# 待认领的来信 {len(rows)} 封（{short_moment(as_of)}）",
            *pages.simulation(simulated),
            "程序拿不准的来信都在这里，请逐封打开核对（原信在邮箱里），再点右边的“登记”或“不是报送”，"
            "核对后点 **Submit**。",
            "登记的收到时间是来信到达的时间；发件人会收到一封回执。"
            f"处理以后请从{f'[报送情况表]({board})' if board else '报送情况表'}重新打开本页，才是最新的。",
            pages.grid([pages.unbroken(head[0]), *head[1:]], rows) if rows else "没有待认领的来信。",
        ]
    )


def _row(waiting: Waiting, link: ClaimLink) -> list[str]:
    mail = waiting.mail
    sender = f"{mail.sender_name} {mail.sender}" if mail.sender_name else mail.sender or "（没有发件人）"
    files = f"附件：{'、'.join(mail.files)}" if mail.files else "（没有附件）"
    lines = [short_moment(mail.arrived_at), sender, mail.subject or "（没有主题）", files]
    return [
        str(mail.id),
        "<br>".join(map(pages.inert, lines)),
        pages.inert(mail.reason),
        "<br>".join(map(pages.escaped, _likely(waiting))) or "看不出来",
        f"[{pages.unbroken('登记')}]({link(waiting, Claiming.RECEIVED)})<br>"
        f"[{pages.unbroken('不是报送')}]({link(waiting, Claiming.DISMISSED)})",
    ]


def _likely(waiting: Waiting) -> list[str]:
    """The unit and the items that it is most likely from and about."""
    unit = [waiting.unit.name] if waiting.unit else []
    more = len(waiting.items) - MOST_GUESSES
    items = [label_of(item) for item in waiting.items[:MOST_GUESSES]]
    return [*unit, *items, *([f"还有 {more} 项可能"] if more > 0 else [])]
