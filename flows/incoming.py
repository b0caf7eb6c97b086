"""待认领: the page of the mails that a person must decide about; pure Markdown."""

from collections.abc import Callable, Iterable
from datetime import datetime

from cuibao.service.queue import Claiming, Waiting
from cuibao.service.receipts import label_of
from flows import pages

# From a mail in the queue and what is to be decided to the address of the pre-filled form.
ClaimLink = Callable[[Waiting, Claiming], str]


def queue_page(waiting: Iterable[Waiting], as_of: datetime, simulated: bool, link: ClaimLink) -> str:
    """Each mail with why it waits, what it is most likely about, and the links that decide it."""
    rows = [_row(each, link) for each in waiting]
    head = ["编号", "到信时间", "发件人", "主题和附件", "为什么待认领", "可能是", "处理"]
    return "\n\n".join(
        [
            f"# 待认领的来信 {len(rows)} 封（{pages.moment(as_of)}）",
            *pages.simulation(simulated),
            "程序拿不准的来信都在这里，请逐封打开核对（原信在邮箱里），再点右边的“登记”或“不是报送”，"
            "核对后点 **Submit**。",
            "登记的收到时间是来信到达的时间；发件人会收到一封回执。",
            pages.grid(head, rows) if rows else "没有待认领的来信。",
        ]
    )


def _row(waiting: Waiting, link: ClaimLink) -> list[str]:
    mail = waiting.mail
    sender = f"{mail.sender_name} {mail.sender}" if mail.sender_name else mail.sender or "（没有）"
    files = f"（附件：{'、'.join(mail.files)}）" if mail.files else "（没有附件）"
    likely = [waiting.unit.name] if waiting.unit else []
    likely += [label_of(item) for item in waiting.items[:3]]
    return [
        str(mail.id),
        pages.moment(mail.arrived_at),
        pages.escaped(sender),
        pages.escaped((mail.subject or "（没有主题）") + files),
        pages.escaped(mail.reason),
        pages.escaped("；".join(likely) or "看不出来"),
        f"[登记]({link(waiting, Claiming.RECEIVED)}) · [不是报送]({link(waiting, Claiming.DISMISSED)})",
    ]
