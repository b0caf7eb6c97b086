"""What is said of an incoming mail: the judgement, and what it is drawn from beside the mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cuibao.model import Expected, Obligation, ObligationKey, Unit, Verdict
from cuibao.policy.mail.choosing import Candidate
from cuibao.policy.mail.vouching import Word


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One of our letters, by what a reply may name it; `unit` is a unit's id, or OFFICE. `ended`: some of what it asked
    for is of a campaign that is over."""

    message_id: str
    subject: str
    unit: str
    keys: frozenset[ObligationKey]
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """An obligation and what came in for it: `files` are indices into `Mail.files`; `nil`: a nil report (零报告);
    `found`: what the mail itself states, where that is what is asked for."""

    obligation: Obligation
    files: tuple[int, ...]
    nil: bool = False
    found: tuple[tuple[Expected, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a mail and why, in a line for a clerk.

    `matches`: for a receipt what it settles, for a supplement what it belongs to. `supplements`: files of a receipt's
    mail that belong to what was settled before. `candidates`: what a person would most likely choose, best first;
    `names`: what it may be the report of, and nothing that is only likely (`naming.named`); `certain`: `unit` is who
    wrote it.
    """

    verdict: Verdict
    reason: str
    unit: Unit | None = None
    matches: tuple[Match, ...] = ()
    candidates: tuple[Obligation, ...] = ()
    supplements: tuple[Match, ...] = ()
    vouched: Word | None = None
    for_trust: bool = False
    names: tuple[Obligation, ...] = ()
    certain: bool = False


Candidates = Callable[[str], Sequence[Candidate]]
# The letter that a code means which stands in a mail that arrived at that moment.
Quoted = Callable[[str, datetime], SentLetter | None]


@dataclass(frozen=True, slots=True)
class Came:
    """What came for an obligation before: the Message-IDs of the mails, and the SHA-256 (hex) of their files."""

    message_ids: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


class Files(Protocol):
    """What is known of files. Asked only where one came that could be a report."""

    def attached(self, unit: str) -> frozenset[str]:
        """The SHA-256 (hex) of every file that was attached to a letter to `unit`."""

    def came(self, key: ObligationKey) -> Came:
        """What came for that obligation before, and so does not settle it where it is owed."""
