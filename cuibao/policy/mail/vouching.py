"""Whether the mailbox's own server vouches for who a mail is from: an allow-list, and everything else is a doubt."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv6Address, ip_address
from itertools import takewhile

from cuibao.incoming import Authentication, Mail, Result
from cuibao.tongue import say

_FAILS = frozenset({"fail", "hardfail", "softfail", "policy", "reject"})
_DOMAIN = re.compile(r"[^\s\0.@<>()=;,:\\\"]+(?:\.[^\s\0.@<>()=;,:\\\"]+)*")
# Names that no person has at any mailbox (RFC 2142), from which reports come.
_NOBODYS = frozenset({"postmaster", "mailer-daemon"})
# Under these two labels are no organization, but a register of them.
_REGISTERS = frozenset({"com", "net", "org", "gov", "edu", "ac", "mil", "co", "or", "ne", "go"})


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose word counts: `server` is the authserv-id (RFC 8601, 2.5) in lower case, empty while there is none; `hosts`
    are the mailbox's servers that write a Received field above that word, none where it stands on top of all, None
    where that is not known; `waived` the senders' domains that the office believes without anybody's word."""

    server: str = ""
    hosts: frozenset[str] | None = None
    waived: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """This trust in a line, to tell whether it has changed."""
        hosts = "?" if self.hosts is None else ",".join(sorted(self.hosts))
        return "|".join((self.server, hosts, ",".join(sorted(self.waived))))

    @property
    def given(self) -> bool:
        """Whether anybody's mail can be registered by it."""
        return bool(self.server or self.waived)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a mail of the office to itself teaches: the `server` whose word counts and the `hosts` above it; without a
    server, `why` there is none to rely upon, in a clerk's words."""

    server: str = ""
    hosts: frozenset[str] = frozenset()
    why: str = ""


class Word(Enum):
    """What the mailbox's server says: PASSED; nothing, of a domain that the office has WAIVED that for; FAILED;
    nothing that can be relied upon (UNKNOWN)."""

    PASSED = "passed"
    WAIVED = "waived"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Vouching:
    """The `word` about a mail's sender, with `why` it does not suffice in a line for a clerk; `domains` are those in
    whose name it was really sent, whatever its From says."""

    word: Word
    why: str = ""
    domains: frozenset[str] = frozenset()

    @property
    def suffices(self) -> bool:
        """Whether the sender may be taken for who it says it is."""
        return self.word in (Word.PASSED, Word.WAIVED)


def vouching(mail: Mail, trust: Trust) -> Vouching:
    """What `mail` bears of the word of the server that is trusted."""
    domain = mail.sender.rpartition("@")[2].lower()
    believed = _believed(mail.authentications, trust) if trust.server else ()
    if not believed:
        return _without_word(mail, domain, trust)
    results = _agreed([result for each in believed for result in each.results])
    domains = frozenset(_proven(results, mail.sender))
    dmarc = {result.result for result in results if result.method == "dmarc"}
    if dmarc & _FAILS:
        return Vouching(Word.FAILED, _failure({"DMARC"}))
    if dmarc == {"pass"} and domain and _about(results, domain):
        return Vouching(Word.PASSED, domains=domains | {domain})
    if domain and any(within(each, domain) for each in _senders(results)):
        return Vouching(Word.PASSED, domains=domains)
    failed = {result.method.upper() for result in results if result.result in _FAILS and result.method != "dmarc"}
    if failed:
        return Vouching(Word.FAILED, _failure(failed), domains)
    return Vouching(Word.UNKNOWN, say("收件服务器没有证实发件人身份，请核对是谁发的"), domains)


def within(domain: str, whole: str) -> bool:
    """Whether `domain` is `whole` or below it; never the other way round: under gov.cn two labels are nobody's."""
    return bool(whole) and (domain == whole or domain.endswith(f".{whole}"))


def lesson(mail: Mail) -> Lesson:
    """What the office's own `mail`, come back, teaches: the name in its topmost Authentication-Results.

    Where servers stand above that, one of them must be of its house: a relay on the way may have written it, and the
    mailbox then would let anybody write the same.
    """
    if not mail.authentications:
        return Lesson(why=say("收件服务器没有写验证结果（Authentication-Results）"))
    top = mail.authentications[0]
    if not top.server:
        return Lesson(why=say("收件服务器写的验证结果（Authentication-Results）没有署名，或者写法无法识别"))
    if top.appended:
        return Lesson(
            why=say("验证结果（{server}）写在信头末尾，分不清是服务器写的还是寄信人自己写的", server=top.server)
        )
    if top.above and not any(within(host, _home(top.server)) for host in top.above):
        return Lesson(why=say("验证结果（{server}）不像是收件服务器写的", server=top.server))
    return Lesson(top.server, frozenset(top.above))


def _believed(authentications: Iterable[Authentication], trust: Trust) -> tuple[Authentication, ...]:
    """The fields that the trusted server wrote itself: those that stand above whatever a sender can have written.

    What stands above every Received is the mailbox's; further down one can only be told from a forged one by standing
    higher, so that only the topmost counts, and none below what cannot be read: that may be the server's own. Where a
    server appends its word at the end, whoever writes above it comes first: it is believed only where it stands alone,
    and never where the office has learned that its server writes on top.
    """
    found = tuple(authentications)
    named = [each for each in found if each.server == trust.server]
    alone = len(named) == 1 and trust.hosts is None
    if not alone and any(each.appended for each in named):
        return ()
    readable = takewhile(lambda each: each.server, found)
    ours = [each for each in readable if each.server == trust.server]
    top = tuple(each for each in ours if not each.above)
    if top or trust.hosts == frozenset():
        return top
    return tuple([each for each in ours if all(_is_own(host, trust) for host in each.above)][:1])


def _is_own(host: str, trust: Trust) -> bool:
    """Whether it is one of the mailbox's servers, or of their house: a big one has many, under numbered names."""
    known = trust.hosts or frozenset()
    if host in known:
        return True
    if _is_private(host):
        return any(map(_is_private, known))
    return any(within(host, _home(each)) for each in (trust.server, *known) if _is_name(each))


def _is_name(host: str) -> bool:
    return bool(host) and not host.replace(".", "").isdigit() and ":" not in host


def _is_private(host: str) -> bool:
    """Whether it is the address of a machine that is nobody's outside (RFC 1918), also as Gmail writes it (6to4)."""
    try:
        address = ip_address(host.strip("[]").removeprefix("ipv6:"))
    except ValueError:
        return False
    inner = address.sixtofour if isinstance(address, IPv6Address) else None
    return (inner or address).is_private


def _home(server: str) -> str:
    """The domain in which the mailbox's servers stand: that above the server's own name, where it is somebody's."""
    labels = server.split(".")
    wider = labels[1:]
    if len(wider) < 2 or (len(wider) == 2 and len(wider[1]) == 2 and (wider[0] in _REGISTERS or len(wider[0]) == 2)):
        return server
    return ".".join(wider)


def _agreed(results: list[Result]) -> list[Result]:
    """`results` without a pass that another result of its method makes doubtful: a server that writes an envelope's
    words as they come lets a sender write results. Of several signatures one may pass; of none, none."""
    found = {method: {each.result for each in results if each.method == method} for method in ("spf", "dkim")}
    doubtful = {method for method, said in found.items() if "none" in said or (method == "spf" and len(said) > 1)}
    return [each for each in results if each.result != "pass" or each.method not in doubtful]


def _without_word(mail: Mail, domain: str, trust: Trust) -> Vouching:
    """Where the trusted server has said nothing: what others say can only make it worse."""
    failed = {
        result.method.upper()
        for each in mail.authentications
        for result in each.results
        if result.method in ("spf", "dkim", "dmarc") and result.result in _FAILS
    }
    if failed:
        return Vouching(Word.FAILED, _failure(failed))
    # What cannot be read may be the trusted server's own, and a fail.
    hidden = bool(trust.server) and not all(each.server for each in mail.authentications)
    if domain in trust.waived and not hidden:
        return Vouching(Word.WAIVED)
    return Vouching(
        Word.UNKNOWN,
        say("还没有认定收件服务器，来信的发件人无法核实（办法见 cuibao check）")
        if not trust.server
        else say("收件服务器没有核实发件人，请核对是谁发的"),
    )


def _failure(ways: Iterable[str]) -> str:
    return say("发件人身份验证未通过（{listed}），可能是冒名", listed=say("、").join(sorted(ways)))


def _about(results: Iterable[Result], domain: str) -> bool:
    """Whether dmarc speaks of this very From, where it says of which."""
    told = (result.get("header.from") for result in results if result.method == "dmarc")
    return all(_domain(each) == domain for each in told if each)


def _senders(results: Iterable[Result]) -> Iterable[str]:
    """The domains that spf has passed for the envelope's sender, or dkim for the one who signed."""
    for result in results:
        if result.result == "pass" and result.method == "spf":
            yield _domain(result.get("smtp.mailfrom") or result.get("smtp.mail"))  # the latter is Coremail's
        elif result.result == "pass" and result.method == "dkim":
            yield _domain(result.get("header.d") or result.get("header.i"))


def _proven(results: Iterable[Result], sender: str) -> Iterable[str]:
    """As `_senders`, and the greeting of a server that has no sender to name, as reports have none (RFC 7208, 2.4).

    An envelope that names somebody else than From says of a domain only that somebody has a mailbox there.
    """
    for result in results:
        if result.result != "pass" or result.method not in ("spf", "dkim"):
            continue
        envelope = (result.get("smtp.mailfrom") or result.get("smtp.mail")).strip("<>")
        if result.method == "spf" and envelope.rpartition("@")[0] not in ("", *_NOBODYS, sender.rpartition("@")[0]):
            continue
        given = (*_senders([result]), _domain(result.get("smtp.helo")) if result.method == "spf" else "")
        yield from filter(None, given)


def _domain(value: str) -> str:
    """The domain of an address or of itself; empty where it is none."""
    domain = value.strip("<>").rpartition("@")[2].rstrip(".")
    return domain if _DOMAIN.fullmatch(domain) else ""
