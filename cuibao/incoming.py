"""What comes into the office's mailbox, as facts: no rule about it is here. Imports nothing of ours.

Moments are aware, by the office's clock; addresses are bare and in lower case; Message-IDs keep their angle brackets.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail. `name` is as its sender wrote it, decoded, and safe for nothing; `type` is its MIME type.

    `inline`: shown within the text (a logo, a screenshot), and so nothing that was sent in.
    """

    name: str
    type: str
    data: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says: which mail it is about, and whom that did not reach for good.

    `message_ids` may be that mail's, the likeliest first, and `addresses` are whom it did not reach; both are empty
    where the report does not say. `mentions` are all the addresses that stand in it. `by_server`: its From is one that
    mail servers have. `detail` are the server's words, one line.
    """

    message_ids: tuple[str, ...]
    addresses: tuple[str, ...]
    detail: str
    mentions: tuple[str, ...] = ()
    by_server: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a server found by one method (spf, dkim, dmarc): `properties` such as ("header.from", "jiading.gov.cn").

    All in lower case (RFC 8601 section 2.2).
    """

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The property of that name; empty where it is not given."""
        return next((value for key, value in self.properties if key == name), "")


@dataclass(frozen=True, slots=True)
class Authentication:
    """One Authentication-Results field: whose it says it is, its results, and the servers that had written a Received
    field `above` it, each once, topmost first; an empty name where one does not say.

    `appended`: it stands below From, where nothing tells it from what the sender wrote.
    """

    server: str
    results: tuple[Result, ...]
    above: tuple[str, ...] = ()
    appended: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that are not the author's own: `author` is what a mail program wrote above them of whose they are, empty
    where it wrote nothing."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in the mailbox.

    `identity`: the SHA-256 of its header block (of the first 256 KB), the same however the server numbers it;
    `senders`: every address in From, one in an honest mail; `references`: the Message-IDs of In-Reply-To, then of
    References, newest first; `text`: what its author wrote, without what is quoted or forwarded below, which is
    `quoted`; `page`: what its HTML says where that is something else than `text`, which the reader of the mail sees,
    else empty; `links`: addresses of transfer stations (中转站) in place of attachments; `authentications`: what
    servers say of its sender, top first, none of it believed here; `machine`: why no person wrote it (RFC 3834 and
    what clients do), else empty; `bulk`: why it is for a list of people, else empty; `oversized`: it was not fetched
    whole, being over the size limit or withheld by the server, so that it has neither text nor attachments here, and
    `raw` is its header block alone; `unread`: why it was not read whole though it is here, else empty; `sender_doubt`:
    why its From cannot be relied upon, else empty.
    """

    identity: str
    message_id: str
    senders: tuple[str, ...]
    sender_name: str
    subject: str
    arrived_at: datetime
    references: tuple[str, ...]
    text: str
    attachments: tuple[Attachment, ...]
    links: tuple[str, ...]
    authentications: tuple[Authentication, ...]
    machine: str
    bulk: str
    bounce: Bounce | None
    raw: bytes
    oversized: bool = False
    unread: str = ""
    sender_doubt: str = ""
    page: str = ""
    quoted: tuple[Stretch, ...] = ()

    @property
    def sender(self) -> str:
        """The one address it is from; empty where there is none, or more than one."""
        return self.senders[0] if len(self.senders) == 1 else ""

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What was sent in: the attachments that are not shown within the text."""
        return tuple(attachment for attachment in self.attachments if not attachment.inline)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder has been read: `last` is the highest UID (RFC 3501, 2.3.1.1), 0 before the first."""

    validity: int
    last: int
