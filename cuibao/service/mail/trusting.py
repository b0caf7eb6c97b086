"""Whose word about the senders of mails is believed: what a mail of our own to ourselves teaches, and what is said of
it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from cuibao.incoming import Mail
from cuibao.office import Office
from cuibao.policy.mail.vouching import lesson
from cuibao.said import full_moment
from cuibao.tongue import say

# What stands in the subject of a mail to ourselves: its Message-ID in another form.
MARK = re.compile(r"\[CHECK-([0-9A-F]{32})\]")


class Taught(Enum):
    """What a mail to ourselves came to: a server was LEARNED; it is the one that was (SAME), or another (CHANGED);
    it bore no word that can be relied upon (NOTHING); it is NOT_YET back."""

    LEARNED = "learned"
    SAME = "same"
    CHANGED = "changed"
    NOTHING = "nothing"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Learning:
    """What a mail to ourselves taught: the `server` whose word it bore, the one that is `kept`, and `why` neither."""

    came: Taught
    server: str = ""
    kept: str = ""
    why: str = ""

    @property
    def in_doubt(self) -> bool:
        """Whether a person has to do something about it."""
        return self.came in (Taught.CHANGED, Taught.NOTHING)

    @property
    def words(self) -> str:
        """The same for a clerk."""
        if self.came is Taught.LEARNED:
            return say("自检信已收到，已认定收件服务器 {server}：以后只信它对发件人的核实", server=self.server)
        if self.came is Taught.SAME:
            return say("自检信已收到，收件服务器仍是已认定的 {server}", server=self.server)
        if self.came is Taught.CHANGED:
            return say("自检信已收到，{words}", words=_changed(self.server, self.kept))
        if self.came is Taught.NOTHING:
            return say("自检信已收到，但{why}。", why=self.why) + (
                say("仍按已认定的 {kept} 核实", kept=self.kept) if self.kept else _by_hand()
            )
        return (
            say("自检信已发出，还没有收到")
            + (say("（{why}）", why=self.why) if self.why else "")
            + say("；下次收取来信时会认出它")
        )


def message_id(office: Office, token: str) -> str:
    """The Message-ID of the mail to ourselves with that token."""
    return f"<{office.campaign.id}.check.{token}@{office.carrier.sender.partition('@')[2]}>"


def learn(office: Office, as_of: datetime, mail: Mail) -> Learning | None:
    """What `mail` teaches where it is one of ours to ourselves that comes back for the first time; else None."""
    if mail.sender != office.carrier.sender.lower() or mail.sender_doubt:
        return None
    marked = MARK.search(mail.subject)
    names = (mail.message_id, message_id(office, marked[1].lower()) if marked else "")
    probes, campaign = office.ledger.probes, office.campaign.id
    before, found = office.trust.server, lesson(mail)
    if not any(probes.came_back(campaign, name, as_of, found.server, found.hosts) for name in names if name):
        return None
    if not found.server:
        return Learning(Taught.NOTHING, kept=before, why=found.why)
    if not before:
        return Learning(Taught.LEARNED, found.server)
    return Learning(Taught.SAME if found.server == before else Taught.CHANGED, found.server, before)


def basis(office: Office) -> tuple[str, ...]:
    """What is believed about the senders of mails and why, a line each; nothing where no mail is read."""
    if not _reads(office):
        return ()
    learned, last = office.ledger.probes.learned(office.campaign.id), office.ledger.probes.last(office.campaign.id)
    said = []
    if office.settings.authserv:
        said.append(
            say(
                "来信只信 {server} 对发件人的核实（由 CUIBAO_IMAP_AUTHSERV 指定）。",
                server=office.settings.authserv,
            )
        )
    elif learned:
        said.append(
            say(
                "来信只信 {server} 对发件人的核实（{moment}由自检信认定）。",
                server=learned.server,
                moment=full_moment(learned.at),
            )
        )
    if last is not None and last.seen_at is None:
        said.append(say("{moment}发出的自检信还没有收到。", moment=full_moment(last.sent_at)))
    return tuple(said)


def notices(office: Office) -> tuple[str, ...]:
    """What is to be known or done about it; nothing where no mail is read, or all is well."""
    if not _reads(office):
        return ()
    trust, last = office.trust, office.ledger.probes.last(office.campaign.id)
    said = []
    if not trust.given:
        tried = last is not None and last.found == ""
        how = say("请运行 cuibao check --mail，由本办公室给自己发一封自检信来认定")
        how = say("自检信没有带回可信的验证结果，{way}", way=_by_hand()) if tried else how
        said.append(say("还没有认定收件服务器，来信都不会自动登记，要一封一封认领。{how}。", how=how))
    if trust.waived:
        domains = say("、").join(sorted(trust.waived))
        said.append(
            say(
                "{domains} 的来信不经验证就会登记（CUIBAO_IMAP_WAIVED_DOMAINS）：谁都能冒充这些单位报送，"
                "往来记录里注明“未经验证”的请核对。",
                domains=domains,
            )
        )
    if last is not None and last.found and trust.server and last.found != trust.server:
        said.append(say("{words}。", words=_changed(last.found, trust.server)))
    return tuple(said)


def _reads(office: Office) -> bool:
    return office.reads_mail and not office.ledger.simulated(office.campaign.id)


def _changed(server: str, kept: str) -> str:
    return say(
        "但自检信带回的是 {server} 的验证结果，与认定的 {kept} 不同，没有改动，仍只信 {kept}。"
        "确实换了邮箱或服务商的，请在 .env 里写 CUIBAO_IMAP_AUTHSERV={server}；没有换过的，"
        "请先问清邮箱管理员",
        server=server,
        kept=kept,
    )


def _by_hand() -> str:
    return say(
        "请打开一封外单位来信的原文，最上面若有 Authentication-Results 一栏，把它开头的服务器名写进 .env 的 "
        "CUIBAO_IMAP_AUTHSERV；没有这一栏的，用 CUIBAO_IMAP_WAIVED_DOMAINS 写明哪些域名的来信不经验证也可以登记"
        "（谁都能冒充这些单位）"
    )
