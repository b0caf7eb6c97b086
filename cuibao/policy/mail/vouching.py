"""Whether the mailbox's own server vouches for who a mail is from: an allow-list, and everything else is a doubt."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from cuibao.incoming import Authentication, Mail, Result

_FAILS = frozenset({"fail", "hardfail", "softfail", "policy"})
# Under these two labels are no organization, but a register of them.
_REGISTERS = frozenset({"com", "net", "org", "gov", "edu", "ac", "mil", "co", "or", "ne", "go"})


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose word counts: `server` is the authserv-id (RFC 8601, 2.5) in lower case, empty while there is none; `hosts`
    are the names of the mailbox's other servers, where these tell; `waived` the senders' domains that the office
    believes without anybody's word."""

    server: str = ""
    hosts: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """This trust in a line, to tell whether it has changed."""
        return "|".join((self.server, ",".join(sorted(self.hosts)), ",".join(sorted(self.waived))))


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


NOT_SET = "还没有认定收件服务器，来信的发件人无法核实（办法见 cuibao check）"


def vouching(mail: Mail, trust: Trust) -> Vouching:
    """What `mail` bears of the word of the server that is trusted."""
    domain = mail.sender.rpartition("@")[2].lower()
    believed = _believed(mail.authentications, trust)
    if not believed:
        return _without_word(mail, domain, trust)
    results = [result for each in believed for result in each.results]
    domains = frozenset(_proven(results))
    dmarc = {result.result for result in results if result.method == "dmarc"}
    if "fail" in dmarc:
        return Vouching(Word.FAILED, _failure({"DMARC"}))
    if dmarc == {"pass"} and domain and _about(results, domain):
        return Vouching(Word.PASSED, domains=domains | {domain})
    if domain and any(within(each, domain) for each in _senders(results)):
        return Vouching(Word.PASSED, domains=domains)
    failed = {result.method.upper() for result in results if result.result in _FAILS and result.method != "dmarc"}
    if failed:
        return Vouching(Word.FAILED, _failure(failed), domains)
    return Vouching(Word.UNKNOWN, "收件服务器没有证实发件人身份，请核对是谁发的", domains)


def within(domain: str, whole: str) -> bool:
    """Whether `domain` is `whole` or below it; never the other way round: under gov.cn two labels are nobody's."""
    return bool(whole) and (domain == whole or domain.endswith(f".{whole}"))


def _believed(authentications: Iterable[Authentication], trust: Trust) -> tuple[Authentication, ...]:
    """The fields that the trusted server wrote itself: those that stand above whatever a sender can have written.

    What stands above every Received is the mailbox's; further down one can only be told from a forged one by standing
    higher, so that only the topmost counts.
    """
    ours = [each for each in authentications if trust.server and each.server == trust.server]
    top = tuple(each for each in ours if not each.above)
    own = [each for each in ours if all(_is_own(host, trust) for host in each.above)]
    return top or tuple(own[:1])


def _is_own(host: str, trust: Trust) -> bool:
    return host in trust.hosts or within(host, _home(trust.server))


def _home(server: str) -> str:
    """The domain in which the mailbox's servers stand: that above the server's own name, where it is somebody's."""
    labels = server.split(".")
    wider = labels[1:]
    if len(wider) < 2 or (len(wider) == 2 and len(wider[1]) == 2 and (wider[0] in _REGISTERS or len(wider[0]) == 2)):
        return server
    return ".".join(wider)


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
    if domain in trust.waived:
        return Vouching(Word.WAIVED)
    return Vouching(Word.UNKNOWN, NOT_SET if not trust.server else "收件服务器没有核实发件人，请核对是谁发的")


def _failure(ways: Iterable[str]) -> str:
    return f"发件人身份验证未通过（{'、'.join(sorted(ways))}），可能是冒名"


def _about(results: Iterable[Result], domain: str) -> bool:
    """Whether dmarc speaks of this very From, where it says of which."""
    told = (result.get("header.from") for result in results if result.method == "dmarc")
    return all(_domain(each) == domain for each in told if each)


def _senders(results: Iterable[Result]) -> Iterable[str]:
    """The domains that spf has passed for the envelope's sender, or dkim for the one who signed."""
    for result in results:
        if result.result == "pass" and result.method == "spf":
            yield _domain(result.get("smtp.mailfrom"))
        elif result.result == "pass" and result.method == "dkim":
            yield _domain(result.get("header.d") or result.get("header.i"))


def _proven(results: list[Result]) -> Iterable[str]:
    """As `_senders`, and the greeting of a server that has no sender to name, as reports have none (RFC 7208, 2.4)."""
    yield from filter(None, _senders(results))
    for result in results:
        if result.result == "pass" and result.method == "spf":
            yield from filter(None, (_domain(result.get("smtp.helo")),))


def _domain(value: str) -> str:
    return value.strip("<>").rpartition("@")[2].rstrip(".")
