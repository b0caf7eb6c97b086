"""The mail by which the office gets what it has exported."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from cuibao.model import Campaign, Message
from cuibao.rendering import mime, words
from cuibao.rendering.letters import REHEARSED, XLSX
from cuibao.said import full_moment

KINDS = {".xlsx": XLSX, ".html": 'text/html; charset="utf-8"'}
ABOVE = "按“导出”表单寄给本办公室：Excel 表可以筛选，网页可以直接打印。下面的几行可以贴到工作群里。"
MARKUP = """<!DOCTYPE html><html lang="zh-CN"><body style="font-family:'Microsoft YaHei',sans-serif;line-height:1.7">
<p>{above}</p><pre style="white-space:pre-wrap;font-family:inherit">{lines}</pre></body></html>"""


@dataclass(frozen=True, slots=True)
class BoardFiles:
    """The files that were exported, by name, and how things stood `as_of` in a few `lines`."""

    files: tuple[tuple[str, bytes], ...]
    lines: str
    as_of: datetime


def exported(export: BoardFiles, campaign: Campaign, sender: str, message_id: str, at: datetime) -> Message:
    """The mail of `export` from `sender` to the office's mailbox, written `at`. Raises Faults where an address is
    none."""
    office = words.short_office(campaign.office)
    to = (campaign.mailbox,)
    envelope = mime.Envelope(message_id, at, office, sender, office, to, (), campaign.mailbox)
    mark = REHEARSED if campaign.drill else ""
    enclosures = tuple(mime.Enclosure(name, KINDS[Path(name).suffix], data) for name, data in export.files)
    html = MARKUP.format(above=ABOVE, lines=escape(export.lines))
    text = words.plain_text(f"{ABOVE}\n\n{export.lines}")
    return mime.message(envelope, mime.Body(f"{mark}报送情况（{full_moment(export.as_of)}）", text, html, enclosures))
