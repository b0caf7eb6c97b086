"""What a mail server answered, and what that means for the letter."""

from dataclasses import dataclass

from cuibao.model import Outcome
from cuibao.said import decoded
from cuibao.tongue import say

# Chinese free mailboxes say "come back later" with a permanent digit (QQ: "550 Ip frequency limited").
_PASSING = ("frequency limit", "频率")
_SPAM_OR_POLICY = 554


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: its three digits and its words."""

    code: int
    words: str

    @classmethod
    def of(cls, answer: tuple[int, bytes]) -> "Reply":
        """Build one from what the session object returns."""
        code, raw = answer
        return cls(code, decoded(raw))

    @property
    def outcome(self) -> Outcome:
        """The outcome this answer means; UNKNOWN for one that is no SMTP answer."""
        if 200 <= self.code < 300:
            return Outcome.ACCEPTED
        if 400 <= self.code < 500 or self.limits_frequency:
            return Outcome.DEFERRED
        return Outcome.REFUSED if 500 <= self.code < 600 else Outcome.UNKNOWN

    @property
    def limits_frequency(self) -> bool:
        """Whether the server complains of our pace, whatever digit it chose."""
        return self.code >= 500 and any(words in self.words.lower() for words in _PASSING)

    @property
    def ends_batch(self) -> bool:
        """Whether more letters would only harden the server against us (554: spam or policy)."""
        return self.code == _SPAM_OR_POLICY and self.outcome is Outcome.REFUSED

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()


def answer_in(error: OSError) -> Reply | None:
    """The server's answer that `error` carries (yagmail's session: `smtp_code`, `smtp_error`), if any."""
    code = getattr(error, "smtp_code", None)
    words = getattr(error, "smtp_error", b"")
    if not isinstance(code, int) or code < 0:
        return None
    return Reply(code, decoded(words) if isinstance(words, bytes) else str(words))


def words_of(error: OSError) -> str:
    """What to say of `error`: the server's answer, a timeout, or its own text."""
    reply = answer_in(error)
    if reply is not None:
        return str(reply)
    if timed_out(error):
        return say("等候答复超时")
    return str(error)


def timed_out(error: OSError) -> bool:
    """Whether waiting was given up; the session wraps a timeout into "connection closed"."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
