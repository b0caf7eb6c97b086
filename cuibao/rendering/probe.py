"""自检信: the mail to itself by which an office learns whose word about senders its mailbox bears."""

from datetime import datetime

from cuibao.model import Campaign, Message
from cuibao.rendering import mime
from cuibao.tongue import say


def probe(campaign: Campaign, sender: str, to: str, message_id: str, mark: str, at: datetime) -> Message:
    """The mail from `sender` to the office's own address `to`, with `mark` in its subject too: some servers give a
    mail another Message-ID. Raises Faults where an address is none."""
    office = campaign.office_short
    envelope = mime.Envelope(message_id, at, office, sender, office, (to,), (), sender)
    lines = (
        say("这封信由催报程序发给本办公室自己，用来认定收件服务器：以后单位来信，只信这台服务器对发件人的核实。"),
        say("请不要转发。程序收到以后会自己认出来，不用处理。"),
    )
    page = "".join(f"<p>{line}</p>" for line in lines)
    html = f'<!DOCTYPE html><html lang="{say("zh-CN")}"><body>{page}</body></html>'
    subject = say("催报自检信，不用处理 [{mark}]", mark=mark)
    return mime.message(envelope, mime.Body(subject, "\n".join(lines), html))
