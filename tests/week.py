"""A week in the office: Monday's letters through a real mail server, and what the units answer until Friday.

The letters are the program's own, taken from the mail server; each answer quotes the one that it answers, and is
written as the client of whoever writes it does.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bounces import notice
from tests.demo import BOARD, Demo
from tests.documents import sealed_docx
from tests.integration.imap_server import Account, ImapServer
from tests.integration.smtp_server import SmtpServer
from tests.mails import AUTHSERV, File, authentication_results, bounce, docx, mail
from tests.offices import DOMAIN, at, begun, reachable, smtp

MONDAY, FRIDAY = "2022-07-25T08:30", "2022-07-29T17:00"
COLLECT, CLAIM = "收取/收取", "认领/认领"
SKILLS, RESPONSIBILITY = "方案/方案2 安全技能", "方案/方案3 主体责任"
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
JULY = "主体责任·本月工作进展（7月，7月20日前）"
STRANGER = "xiniu-anban@qq.com"
MEGABYTES = 9_000_000


class Week(Demo):
    """The service with its mail server and its mailbox; `first` is the run that collected the week's mail."""

    def __init__(self, folder: Path, server: SmtpServer, account: Account) -> None:
        imap = {"HOST": "127.0.0.1", "PORT": str(account.server.port), "SECURITY": "none"}
        imap |= {"USER": account.user, "PASSWORD": account.password, "AUTHSERV": AUTHSERV}
        environ = {f"CUIBAO_IMAP_{name}": value for name, value in imap.items()}
        super().__init__(folder, {**smtp(server.port), **environ, "CUIBAO_NOW": FRIDAY})
        self.server, self.account = server, account
        self.home.mkdir()
        reachable(self.home)
        begun(self.home, **smtp(server.port))
        self.first: dict[str, Any] = {}

    def play(self) -> None:
        """Monday's letters, the answers of the week, and Friday afternoon's reading of the mailbox."""
        self.command("morning", CUIBAO_NOW=MONDAY)
        self.start()
        # The machine's clock is not the office's: nothing of the day's routine may run in between.
        for deployment in self.service.call("/deployments/filter", {}):
            self.service.call(f"/deployments/{deployment['id']}/pause_deployment", {})
        # What a worker has taken already (ten seconds before its quarter of an hour) runs all the same: an empty
        # mailbox, and not half of the week's mail, with ours turned away beside it.
        on_its_way = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}}
        eventually(lambda: not self.service.call("/flow_runs/filter", on_its_way))
        for arrived, raw in (answer(self) for answer in ANSWERS):
            self.account.deliver(raw, at(f"2022-07-{arrived}"))
        self.first = self.collect()
        self.pages = {name: self.shown(name) for name in (BOARD, CLAIM, SKILLS, RESPONSIBILITY)}
        self.thanked = tuple(self.acknowledgements())

    def collect(self) -> dict[str, Any]:
        """Read the mailbox as the clerk does by hand; the run."""
        return self.service.run(COLLECT)

    def shown(self, name: str) -> str:
        """The page that stands on this deployment."""
        return str(self.service.deployment(name)["description"])

    @cached_property
    def letters(self) -> dict[str, EmailMessage]:
        """Monday's letters, by the id of the unit that each is for."""
        return {address(letter).partition("@")[0]: letter for letter in self._got() if not answers(letter)}

    def acknowledgements(self, to: str = "") -> list[EmailMessage]:
        """The acknowledgements that arrived, all of them or those to one address."""
        return [letter for letter in self._got() if answers(letter) and to in ("", address(letter))]

    def reply(self, unit: str, number: str, files: tuple[File, ...] = (), **more: Any) -> bytes:
        """An answer of `unit` to its letter, from its own mailbox unless `more` says otherwise."""
        letter = self.letters[unit]
        own = letter.get_body(("plain",))
        assert own is not None
        given = {
            "sender": f"{unit}@{DOMAIN}",
            "subject": f"回复：{letter['Subject']}",
            "quoting": str(own.get_content()),
            "in_reply_to": str(letter["Message-ID"]),
            "message_id": message_id(number),
            "files": files,
        }
        return mail(**(given | more))

    def _got(self) -> list[EmailMessage]:
        return [message_from_bytes(kept.data, policy=policy.default) for kept in self.server.letters]


Answer = Callable[[Week], tuple[str, bytes]]


def message_id(number: str) -> str:
    """The Message-ID that a mail of the week bears."""
    return f"<{number}.2022@client.example>"


def address(message: EmailMessage) -> str:
    """Whom a mail is to, the first of them."""
    return str(message["To"].addresses[0].addr_spec)


def answers(message: EmailMessage) -> bool:
    """Whether a mail of ours answers one of theirs."""
    return bool(message["Auto-Submitted"] == "auto-replied")


def on_time(week: Week) -> tuple[str, bytes]:
    """嘉定镇 reports at the last moment of the day."""
    files = (File("嘉定镇安全技能阶段性工作情况.docx", docx("on time")),)
    return "25T23:50", week.reply("jiading", "on-time", files, style="netease")


def thanks(week: Week) -> tuple[str, bytes]:
    """安西镇 says no more than that it has read the letter."""
    return "25T09:12", week.reply("anxi", "thanks", text="收到，谢谢！", style="foxmail")


def bounced(week: Week) -> tuple[str, bytes]:
    """小江镇's two addresses do not exist."""
    addresses = [f"xiaojiang@{DOMAIN}", f"liaison.xiaojiang@{DOMAIN}"]
    return "25T08:31", bounce(str(week.letters["xiaojiang"]["Message-ID"]), addresses)


def out_of_office(week: Week) -> tuple[str, bytes]:
    """大阿镇's mailbox answers by itself."""
    subject, text = f"自动回复：{week.letters['daa']['Subject']}", "您好，我正在休假，8月1日回来。"
    extra = ["Auto-Submitted: auto-replied"]
    return "25T08:32", week.reply("daa", "away", subject=subject, text=text, extra=extra, quoting="", style="qq")


def two_plans(week: Week) -> tuple[str, bytes]:
    """大塘埠镇 sends what it owes to two plans in one mail."""
    files = (
        File("大塘埠镇安全技能阶段性工作情况.docx", docx("skills")),
        File("大塘埠镇主体责任7月工作进展.docx", docx("july")),
    )
    return "26T15:20", week.reply("datangbu", "two-plans", files, style="outlook")


def late(week: Week) -> tuple[str, bytes]:
    """县公安局 is two days late."""
    files = (File("县公安局安全技能阶段性工作情况.doc", docx("late")),)
    return "27T10:12", week.reply("gongan", "late", files, style="qq")


def wrong_item(week: Week) -> tuple[str, bytes]:
    """县教育局 names a report of mines, which no school has."""
    files = (File("县教育局矿山本月工作情况（7月）.doc", docx("schools")),)
    return "27T11:40", week.reply("jiaoyu", "wrong-item", files, style="foxmail")


def forged(week: Week) -> tuple[str, bytes]:
    """Somebody writes in 古陂镇's name; the office's own mail server has seen that."""
    files = (File("古陂镇安全技能阶段性工作情况.docx", docx("not by Gupi")),)
    verdict = [authentication_results("mx.sina.com", spf="fail", dkim="none", dmarc="fail")]
    fields = {"in_reply_to": "", "quoting": "", "extra": verdict}
    subject = "古陂镇安全技能阶段性工作情况，详见 http://gupi.example/x"
    return "28T03:07", week.reply("gupi", "forged", files, **fields, subject=subject)


def stranger(week: Week) -> tuple[str, bytes]:
    """西牛镇's clerk writes from an address that the office does not know."""
    files = (File("西牛镇安全技能阶段性工作情况.docx", docx("from home")),)
    fields = {"sender": STRANGER, "name": "西牛安办", "in_reply_to": "", "quoting": "", "subject": "西牛镇报送材料"}
    return "28T16:45", week.reply("xiniu", "stranger", files, **fields, style="qq")


def promise(week: Week) -> tuple[str, bytes]:
    """铁石口镇 promises its report, and sends none."""
    text = "您好，我镇材料正在汇总，稍后补报。"
    return "26T09:30", week.reply("tieshikou", "promise", text=text, style="netease")


def locked(week: Week) -> tuple[str, bytes]:
    """正平镇's report wants a password."""
    files = (File("正平镇安全技能阶段性工作情况.docx", sealed_docx()),)
    return "27T15:05", week.reply("zhengping", "locked", files, text="请查收，密码另行电话告知。", style="netease")


def unvouched(week: Week) -> tuple[str, bytes]:
    """虎山乡's report came by a way on which nobody looked at who sent it."""
    files = (File("虎山乡安全技能阶段性工作情况.docx", docx("nobody's word")),)
    return "28T10:26", week.reply("hushan", "unvouched", files, style="outlook", vouched=False)


def lost(week: Week) -> tuple[str, bytes]:
    """Some mail server returns something, and names neither a letter nor an address."""
    text = "很抱歉，您的邮件未能送达收件人。\n退信原因：收件人邮箱已满，请稍后再试。\n"
    return "28T08:31", notice(text, sender="postmaster@mx.ganzhou.example", name="邮件系统", subject="系统退信")


def large(week: Week) -> tuple[str, bytes]:
    """高新区管委会 sends photographs, its client the file's name in GBK, raw."""
    file = File("高新区管委会安全技能阶段性工作情况（含照片）.docx", docx("照片", MEGABYTES), naming="raw")
    return "29T16:30", week.reply("gaoxinqu", "large", (file,), style="foxmail")


ANSWERS: tuple[Answer, ...] = (
    *(bounced, out_of_office, thanks, on_time, two_plans),
    *(late, wrong_item, forged, stranger, large),
    *(promise, locked, unvouched, lost),
)


@contextmanager
def played(folder: Path) -> Iterator[Week]:
    """The week in `folder`, its mail collected, with the service running until the block is left."""
    (folder / "imap").mkdir()
    with SmtpServer() as server, ImapServer(folder / "imap") as mailboxes:
        week = Week(folder, server, mailboxes.account("office"))
        try:
            week.play()
            yield week
        finally:
            week.end()


def eventually(what: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until `what` is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)
