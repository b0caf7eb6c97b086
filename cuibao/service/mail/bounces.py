"""退信: which addresses a delivery report marks, and how the letter stands that it is about."""

from collections.abc import Sequence
from dataclasses import replace

from cuibao.incoming import Mail
from cuibao.ledger import Consequences
from cuibao.model import LetterState, Unit, Verdict
from cuibao.office import Office
from cuibao.policy.mail.bouncing import Dispatch, weigh
from cuibao.policy.mail.judging import Judgement
from cuibao.policy.mail.vouching import vouching
from cuibao.said import month_day
from cuibao.service.mail.correspondence import Correspondence
from cuibao.times import day_of
from cuibao.tongue import say


def bounced(
    office: Office, letters: Correspondence, mail: Mail, judgement: Judgement
) -> tuple[Judgement, Consequences | None]:
    """What the report `mail`, which is judged to be one, comes to, and what it brings about.

    None, and another judgement, where it marks nothing: it is ignored where it is about none of our mails or says what
    somebody has seen to since, and waits for a person where it is in doubt.
    """
    assert mail.bounce is not None
    trust = office.trust
    word = vouching(mail, trust)
    own = {each.rpartition("@")[2].lower() for each in (office.campaign.mailbox, office.carrier.sender, trust.server)}
    hinted = judgement.unit is not None
    weighed = weigh(mail, word, letters.dispatches, letters.owners, own - {""}, hinted=hinted)
    judgement = replace(judgement, verdict=weighed.verdict, vouched=word.word)
    if weighed.dispatch is None:
        unit = judgement.unit or _owner(letters, mail.bounce.addresses)
        return replace(judgement, reason=weighed.reason, unit=unit), None
    message_id = weighed.dispatch.message_id
    failed = [each for each in weighed.addresses if not _confirmed_since(office, weighed.dispatch, each)]
    judgement = _named(office, letters, judgement, message_id, weighed.addresses)
    if not failed:
        return replace(judgement, verdict=Verdict.IGNORED), None
    day = month_day(day_of(mail.arrived_at))
    detail = say("{day}退信：{detail}", day=day, detail=mail.bounce.detail).rstrip(say("："))
    stands = _standing_of(office, letters, message_id, failed, detail)
    return judgement, Consequences(bad=tuple((address, detail) for address in failed), bounced=stands)


def _named(
    office: Office, letters: Correspondence, judgement: Judgement, message_id: str, failed: Sequence[str]
) -> Judgement:
    """`judgement` with whose mail it was that came back."""
    letter = letters.letters.get(message_id)
    unit = office.campaign.units.get(letter.addressee) if letter else _owner(letters, failed)
    what = say("信") if letter else say("回执")
    whom = unit.name if unit else say("本办公室") if letter else say("、").join(failed)
    return replace(judgement, unit=unit, reason=say("退信：给{whom}的{what}没有送达", whom=whom, what=what))


def _owner(letters: Correspondence, addresses: Sequence[str]) -> Unit | None:
    """The one unit whose addresses these are."""
    found = {unit.id: unit for address in addresses for unit in letters.owners.get(address, ())}
    return next(iter(found.values())) if len(found) == 1 else None


def _confirmed_since(office: Office, dispatch: Dispatch, address: str) -> bool:
    """Whether somebody confirmed the address after that mail was written: reports of one failure come for days."""
    confirmed = office.ledger.mails.cleared_addresses(office.campaign.id).get(address)
    return confirmed is not None and dispatch.at < confirmed


def _standing_of(
    office: Office, letters: Correspondence, message_id: str, failed: Sequence[str], detail: str
) -> tuple[int, LetterState, str, tuple[str, ...]] | None:
    """How the letter stands now, and whom it missed: one that reached nobody but the leader, who had a copy, goes out
    again once an address has changed."""
    letter = letters.letters.get(message_id)
    if letter is None or not letter.state.delivered:
        return None
    unit = office.campaign.units.get(letter.addressee)
    copied = {unit.leader.email} if unit else set()
    bad = set(office.ledger.mails.bad_addresses(office.campaign.id)) | set(failed)
    missed = {address for address in letter.recipients if address.lower() in bad}
    state = LetterState.REFUSED if set(letter.recipients) - copied <= missed else LetterState.PARTIAL
    return letter.id, state, detail, tuple(sorted(missed))
