"""What is kept of a mail that was read: its row in the ledger, its bytes, its files, the entry that it makes."""

from collections.abc import Iterable
from datetime import datetime

from cuibao.incoming import Mail
from cuibao.ledger import ReadMail, StoredFile
from cuibao.model import Channel, Entry, ObligationKey, Receipt, Verdict
from cuibao.office import Office
from cuibao.policy.mail.judging import Judgement, Match
from cuibao.tongue import say

# What a mail in the queue may wait for, beside a person.
WANTS_TRUST = "trust"
# It is a delivery report, of which it is in doubt whose mail came back.
IS_BOUNCE = "bounce"


def receipt(as_of: datetime, mail: Mail, key: ObligationKey, entry: Entry, by: str, note: str = "") -> Receipt:
    """The entry of what came by `mail`, received when the mail arrived: who looks late makes no unit late."""
    arrived = min(mail.arrived_at, as_of)
    return Receipt(
        key, entry, arrived, Channel.MAIL, by, note or say("来信：{subject}", subject=mail.subject).strip(), as_of
    )


def read_mail(as_of: datetime, mail: Mail, judgement: Judgement, raw: str | None) -> ReadMail:
    """The mail as the ledger keeps it."""
    return ReadMail(
        identity=mail.identity,
        message_id=clean(mail.message_id),
        sender=clean(mail.sender or "、".join(mail.senders)),
        sender_name=clean(mail.sender_name),
        subject=clean(mail.subject),
        references=tuple(clean(each) for each in mail.references),
        arrived_at=mail.arrived_at,
        read_at=as_of,
        verdict=judgement.verdict.value,
        reason=clean(judgement.reason),
        unit=judgement.unit.id if judgement.unit else None,
        guesses=tuple(obligation.key for obligation in judgement.candidates),
        names=tuple(obligation.key for obligation in judgement.names),
        certain=judgement.certain,
        files=tuple(clean(file.name) for file in mail.files),
        raw=raw,
        vouched=judgement.vouched.value if judgement.vouched else None,
        waits=_waits(mail, judgement),
        answerable=bool(mail.sender) and not mail.machine and not mail.bulk and mail.bounce is None,
    )


def _waits(mail: Mail, judgement: Judgement) -> str | None:
    if mail.bounce is not None and judgement.verdict is Verdict.QUEUE:
        return IS_BOUNCE
    return WANTS_TRUST if judgement.for_trust else None


def keep_raw(office: Office, mail: Mail) -> str:
    """Keep the mail as it came; where it lies."""
    return office.evidence.keep_mail(office.campaign.id, mail.arrived_at, mail.identity, mail.raw).path


def keep_files(office: Office, mail: Mail, matches: Iterable[Match]) -> tuple[StoredFile, ...]:
    """Keep each match's files as its evidence."""
    found = []
    for match in matches:
        for index in match.files:
            file, key = mail.files[index], match.obligation.key
            kept = office.evidence.keep(
                office.campaign.id, key, mail.arrived_at, mail.identity, index + 1, file.name, file.data
            )
            found.append(StoredFile(key, clean(file.name), kept.path, kept.sha256, kept.size, clean(file.type)))
    return tuple(found)


def clean(text: str) -> str:
    """`text` as any database takes it: PostgreSQL has no NUL, and UTF-8 no lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
