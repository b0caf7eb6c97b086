"""退信: which addresses a delivery report marks, and how the letter stands that it is about."""

from collections.abc import Sequence
from dataclasses import replace

from cuibao.incoming import Mail
from cuibao.ledger import Consequences
from cuibao.model import LetterState, Verdict
from cuibao.office import Office
from cuibao.policy.mail.judging import Judgement
from cuibao.said import month_day
from cuibao.service.letters.addresses import addresses_of
from cuibao.service.mail.correspondence import Correspondence
from cuibao.times import day_of

UNTOLD = "退信，但对不上是哪封信或哪个地址，请打开看"


def bounced(
    office: Office, letters: Correspondence, mail: Mail, judgement: Judgement
) -> tuple[Judgement, Consequences | None]:
    """What the report `mail`, which is judged to be one, comes to, and what it brings about.

    None, and another judgement, where it marks nothing: it is ignored where it is about none of our mails or says what
    somebody has seen to since, and waits for a person where the mail or the address cannot be told.
    """
    assert mail.bounce is not None
    recipients = letters.recipients(mail.bounce.message_id)
    reported = {address.lower() for address in mail.bounce.addresses}
    failed = [each for each in recipients if each.lower() in reported]
    if not reported and len(recipients) == 1:
        failed = list(recipients)
    unconfirmed = [each for each in failed if not _confirmed_since(office, letters, mail.bounce.message_id, each)]
    if unconfirmed:
        detail = f"{month_day(day_of(mail.arrived_at))}退信：{mail.bounce.detail}".rstrip("：")
        marks = tuple((address.lower(), detail) for address in unconfirmed)
        stands = _standing_of(office, letters, mail.bounce.message_id, unconfirmed, detail)
        return judgement, Consequences(bad=marks, bounced=stands)
    known = {address for unit in office.campaign.units.values() for address in addresses_of(unit)}
    if failed or not (recipients or reported & known):
        return replace(judgement, verdict=Verdict.IGNORED), None
    return replace(judgement, verdict=Verdict.QUEUE, reason=UNTOLD), None


def _confirmed_since(office: Office, letters: Correspondence, message_id: str, address: str) -> bool:
    """Whether somebody confirmed the address after that letter was written: reports of one failure come for days."""
    letter = letters.letters.get(message_id)
    confirmed = office.ledger.mails.cleared_addresses(office.campaign.id).get(address.lower())
    return letter is not None and confirmed is not None and letter.written_at < confirmed


def _standing_of(
    office: Office, letters: Correspondence, message_id: str, failed: Sequence[str], detail: str
) -> tuple[int, LetterState, str] | None:
    """How the letter stands now: one that reached nobody but the leader, who had a copy, goes out again once an address
    has changed."""
    letter = letters.letters.get(message_id)
    if letter is None or not letter.state.delivered:
        return None
    unit = office.campaign.units.get(letter.addressee)
    copied = {unit.leader.email} if unit else set()
    bad = set(office.ledger.mails.bad_addresses(office.campaign.id))
    missed = set(failed) | {address for address in letter.recipients if address.lower() in bad}
    state = LetterState.REFUSED if set(letter.recipients) - copied <= missed else LetterState.PARTIAL
    return letter.id, state, detail
