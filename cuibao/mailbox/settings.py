"""How to reach the mailbox, and what to read in it."""

from dataclasses import dataclass, field
from pathlib import Path

from cuibao.tls import Security


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """An IMAP server and our account there; `folders` as a person names them (RFC 3501, 5.1.3 is the wire's matter).

    `ca_file` (PEM) is trusted besides the system's authorities; `timeout` in seconds for each answer; `size_limit` in
    bytes, over which a mail is not fetched whole.
    """

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    ca_file: Path | None = None
    timeout: float = 60.0
    size_limit: int = 50 * 1024 * 1024
