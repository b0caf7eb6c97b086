"""How to reach the mail server, and how fast."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cuibao.tls import Security


@dataclass(frozen=True, slots=True)
class Pacing:
    """How fast letters go: by default gently enough for a free mailbox. `gap_seconds` is from the end of one letter
    to the beginning of the next on its connection; `connections` is how many the office uses at once, in all its
    processes."""

    letters_per_connection: int = 20
    gap_seconds: float = 3.0
    connections: int = 1

    @classmethod
    def for_local_relay(cls) -> Self:
        """Wide open: the office's own relay keeps its own pace."""
        return cls(letters_per_connection=1000, gap_seconds=0.0, connections=4)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server and our account there; `user` None for a relay that wants no login.

    `ca_file` (PEM) is trusted besides the system's authorities. Timeouts are in seconds; the one after the final dot
    is RFC 5321's (section 4.5.3.2.6): a shorter one makes duplicates.
    """

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    ca_file: Path | None = None
    pacing: Pacing = field(default_factory=Pacing)
    timeout_before_data: float = 60.0
    timeout_after_data: float = 600.0
