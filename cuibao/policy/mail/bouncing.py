"""What a report that a mail of ours did not arrive brings about: an allow-list, because an address that is marked is
written to no more."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cuibao.incoming import Mail
from cuibao.model import Verdict
from cuibao.policy.mail.vouching import Vouching, Word, within
from cuibao.tongue import say

# For how long after a letter a report without its id is believed to be about it.
RECENT = timedelta(days=7)
# The mailbox's clock and ours need not agree.
_SKEW = timedelta(minutes=15)
# Mailboxes that are anybody's for the asking, by provider: a mail from one of its domains is the provider's own only
# where it is from a name that nobody can have.
_PROVIDERS = (
    frozenset({"gmail.com", "googlemail.com", "google.com"}),
    frozenset({"qq.com", "foxmail.com"}),
    frozenset({"163.com", "126.com", "yeah.net", "188.com", "163.net", "netease.com"}),
    frozenset({"sina.com", "sina.cn", "sina.com.cn"}),
    frozenset({"sohu.com", "sogou.com"}),
    frozenset({"outlook.com", "hotmail.com", "live.com", "live.cn", "msn.com"}),
    frozenset({"aliyun.com", "alimail.com", "mxhichina.com"}),
    frozenset({"139.com"}),
    frozenset({"189.cn", "189.com"}),
    frozenset({"wo.cn", "wo.com.cn"}),
    frozenset({"21cn.com", "21cn.net"}),
    frozenset({"263.net", "263.com"}),
    frozenset({"tom.com"}),
    frozenset({"yahoo.com", "yahoo.com.cn", "yahoodns.net"}),
    frozenset({"icloud.com", "me.com", "apple.com"}),
)
_RESERVED = frozenset({"postmaster", "mailer-daemon", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"})


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A mail of ours that was handed over `at` a moment; `secret`: nobody outside can have guessed its Message-ID."""

    message_id: str
    recipients: tuple[str, ...]
    at: datetime
    secret: bool

    def went_to(self, address: str) -> bool:
        """Whether it was to `address`, which is in lower case."""
        return address in (recipient.lower() for recipient in self.recipients)

    def is_recent(self, arrived_at: datetime) -> bool:
        """Whether a report that arrived then may be about it, if nothing proves it."""
        return self.at - _SKEW <= arrived_at <= self.at + RECENT


class Dispatches:
    """What was handed over, to be found by Message-ID and by address in lower case."""

    def __init__(self, every: Iterable[Dispatch]) -> None:
        self._by_id: dict[str, Dispatch] = {}
        self._by_address: dict[str, list[Dispatch]] = {}
        for each in sorted(every, key=lambda dispatch: dispatch.at):
            self._by_id[each.message_id] = each
            for address in {recipient.lower() for recipient in each.recipients}:
                self._by_address.setdefault(address, []).append(each)

    def named(self, ids: Iterable[str]) -> tuple[Dispatch, ...]:
        """Those with one of these Message-IDs, in their order."""
        return tuple(self._by_id[each] for each in ids if each in self._by_id)

    def recent(self, address: str, arrived_at: datetime) -> Dispatch | None:
        """The newest to `address` of which a report that arrived then can be."""
        found = (each for each in reversed(self._by_address.get(address, ())) if each.is_recent(arrived_at))
        return next(found, None)

    def __contains__(self, address: object) -> bool:
        return address in self._by_address


@dataclass(frozen=True, slots=True)
class Weighed:
    """What becomes of a report: for a bounce, the mail of ours that came back and the `addresses` that it marks, in
    lower case; else why it waits for a person, or need not be looked at."""

    verdict: Verdict
    reason: str = ""
    dispatch: Dispatch | None = None
    addresses: tuple[str, ...] = ()


def weigh(
    report: Mail, word: Vouching, sent: Dispatches, units: Collection[str], own: Collection[str], *, hinted: bool
) -> Weighed:
    """What a delivery report brings about, of whose sender the mailbox's server has that `word`.

    `units` are the addresses of all units, `own` the domains of the office's mailbox and of its server; `hinted`:
    something that is no proof, such as the code in its subject, makes it a letter's of ours. A report that
    names an id which nobody can guess is about that mail. Any other has to come from whoever must know: the address's
    own provider or the office's, and soon after a mail to that address.
    """
    bounce = report.bounce
    assert bounce is not None
    named = sent.named(bounce.message_ids)
    if word.word is not Word.FAILED:
        for dispatch in named:
            failed = _failed_of(dispatch, bounce.addresses) if dispatch.secret else ()
            if failed:
                return Weighed(Verdict.BOUNCE, dispatch=dispatch, addresses=failed)
        marked = _vouched_for(report, word, sent, named, own)
        if marked is not None:
            return marked
    ours = (*bounce.addresses, *bounce.mentions, *report.senders)
    if named or hinted or not bounce.addresses or any(address in units or address in sent for address in ours):
        return Weighed(Verdict.QUEUE, _why(report, word, sent, units))
    return Weighed(Verdict.IGNORED, foreign())


def _failed_of(dispatch: Dispatch, told: Sequence[str]) -> tuple[str, ...]:
    """The recipients of that mail whom it did not reach: where none is told, the only one that it had."""
    recipients = tuple(dict.fromkeys(each.lower() for each in dispatch.recipients))
    if not told and len(recipients) == 1:
        return recipients
    return tuple(each for each in recipients if each in told)


def _vouched_for(
    report: Mail, word: Vouching, sent: Dispatches, named: Sequence[Dispatch], own: Collection[str]
) -> Weighed | None:
    assert report.bounce is not None
    found = {address: sent.recent(address, report.arrived_at) for address in report.bounce.addresses}
    marked = {
        address: dispatch
        for address, dispatch in found.items()
        if dispatch is not None and _may_know(report, word, address, own)
    }
    if not marked:
        return None
    newest = max(marked.values(), key=lambda dispatch: dispatch.at)
    told = (each for each in named if each.is_recent(report.arrived_at) and any(map(each.went_to, marked)))
    meant = next(told, newest)
    return Weighed(Verdict.BOUNCE, dispatch=meant, addresses=tuple(marked))


def _may_know(report: Mail, word: Vouching, address: str, own: Collection[str]) -> bool:
    """Whether the report is from the server of `address` or of the office, by the word of the mailbox's server."""
    proven = word.domains if word.word is not Word.WAIVED else {report.sender.rpartition("@")[2]}
    if report.senders and not any(_of_one_house(each, report.sender.rpartition("@")[2]) for each in proven):
        return False  # a From that is not of those who sent it is anybody's
    return any(_speaks_for(report, proven, domain) for domain in (address.rpartition("@")[2], *own))


def _of_one_house(one: str, other: str) -> bool:
    """Whether one of two domains is below the other, or both are the same provider's."""
    provider = any(
        any(within(one, each) for each in all_) and any(within(other, each) for each in all_) for all_ in _PROVIDERS
    )
    return bool(one and other) and (within(one, other) or within(other, one) or provider)


def _speaks_for(report: Mail, proven: Collection[str], domain: str) -> bool:
    """Whether one of the `proven` domains is `domain` or below it, or the same provider's; and whether it is its server
    that speaks, not somebody who has a mailbox there."""
    assert report.bounce is not None
    whole = next((each for each in _PROVIDERS if any(within(domain, one) for one in each)), frozenset[str]())
    if whole:
        reserved = report.sender.partition("@")[0] in _RESERVED
        return reserved and any(within(each, one) for each in proven for one in whole)
    return (report.bounce.by_server or not report.senders) and any(within(each, domain) for each in proven)


def foreign() -> str:
    """That it is none of our letters."""
    return say("别人的退信：所写的地址，本办公室没有去过信")


def untold() -> str:
    """That nobody can say which letter, or which address, did not arrive."""
    return say("退信，但对不上是哪封信或哪个地址，请打开核对，地址确已失效的，在通讯录更正")


def _why(report: Mail, word: Vouching, sent: Dispatches, units: Collection[str]) -> str:
    """Why it waits for a person."""
    assert report.bounce is not None
    told = [address for address in report.bounce.addresses if address in units or address in sent]
    advice = say("请打开核对，地址确已失效的，在通讯录更正")
    said = say("退信：写明没有送达{listed}，", listed=say("、").join(told[:3])) if told else say("退信，")
    if word.word is Word.FAILED:
        return say("{said}但{why}，没有标记地址；{advice}", said=said, why=word.why, advice=advice)
    if not told:
        return untold()
    if not any(sent.recent(address, report.arrived_at) for address in told):
        return say("{said}但此前7天没有给它去过信；{advice}", said=said, advice=advice)
    return say("{said}但没有写明是哪一封信，也没有证实是对方邮局或本单位邮局发来的；{advice}", said=said, advice=advice)
