"""认领: what becomes of a mail that waited once a person has decided about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cuibao.errors import Contradiction
from cuibao.ledger import Consequences, Decision, ReadMail
from cuibao.model import Claiming, Entry, Obligation, Period, Verdict
from cuibao.office import Office
from cuibao.policy.mail.judging import Match
from cuibao.policy.mail.vouching import Word
from cuibao.service.entries.lookup import owed_by
from cuibao.service.entries.outcome import Recorded, repeated
from cuibao.service.entries.record import AGAIN, admitted, require_clerk
from cuibao.service.mail.address import KeptAddress
from cuibao.service.mail.answers import acknowledgement
from cuibao.service.mail.keeping import keep_files, receipt
from cuibao.service.mail.waiting import undecided
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of a decision: `recorded` None where the mail was dismissed; `again` where that was decided before;
    `address` what came of keeping the sender's, in words."""

    mail: ReadMail
    recorded: Recorded | None
    again: bool = False
    address: str = ""


def claim(
    office: Office,
    as_of: datetime,
    number: int,
    *,
    units: Sequence[str],
    items: Sequence[Period],
    claiming: Claiming,
    by: str,
    note: str = "",
    keep_address: bool = False,
) -> Claimed:
    """Decide about the mail with this `number`: register it for `units` and `items`, or dismiss it.

    What it settles is received when the mail arrived; its files become evidence, its sender is answered once. With
    `keep_address` its sender's address is the one unit's own from now on. The same decision twice is harmless. Raises
    Contradiction, and then nothing was recorded.
    """
    mail = _mail(office, number)
    require_clerk(by)
    keeping = KeptAddress(office, mail, units, claiming) if keep_address else None
    if claiming is Claiming.DISMISSED:
        return _dismiss(office, as_of, mail, by, note)
    if not items:
        raise Contradiction(say("请选择报送事项；不是报送材料的，请选“不是报送”。"))
    owed = owed_by(office, units, items)
    for _ in range(AGAIN):
        done = _register(office, as_of, _mail(office, number), owed, claiming, by, note, kept=keep_address)
        if done is not None:
            return replace(done, address=keeping.write()) if keeping else done
    raise Contradiction(say("别人正在登记同一事项，请稍候再试。"))


def said(office: Office, done: Claimed, answers: Mapping[str, int]) -> str:
    """What came of a decision, in the one wording that the UI and the command line share; `answers` as
    `send_answers` counts them."""
    return say("；").join(
        [
            *_decided(office, done),
            *(say("回执{name} {count}", name=name, count=count) for name, count in answers.items()),
        ]
    )


def _decided(office: Office, done: Claimed) -> list[str]:
    number = done.mail.id
    if done.recorded is None:
        if done.again:
            return [say("来信 {number} 早已记为不是报送", number=number)]
        return [say("来信 {number} 已记为不是报送", number=number)]
    names = dict.fromkeys(office.campaign.units[entry.obligation.unit].name for entry in done.recorded.entered)
    parts = []
    if names:
        parts.append(
            say(
                "来信 {number} 已登记：{units}，{count} 项",
                number=number,
                units=say("、").join(names),
                count=len(done.recorded.entered),
            )
        )
    if done.recorded.already:
        parts.append(repeated(done.recorded) + ("" if names else say("，附件作为补充材料存档")))
    return [*parts, *filter(None, [done.address])]


def _dismiss(office: Office, as_of: datetime, mail: ReadMail, by: str, note: str) -> Claimed:
    if mail.decision == Claiming.DISMISSED:
        return Claimed(mail, None, again=True)
    if mail.decision is not None or mail.verdict == Verdict.RECEIPT:
        raise Contradiction(say("来信 {mail} 已经登记过；登记错了的，请在登记表上撤销那一条。", mail=mail.id))
    decision = Decision(Claiming.DISMISSED.value, by.strip(), as_of, note.strip())
    # Only as it was looked at: it may have been registered by itself meanwhile.
    mails = office.ledger.mails
    if not mails.decide(office.campaign.id, mail.id, decision, Consequences(), verdict=mail.verdict):
        raise Contradiction(say("来信 {mail} 刚刚已有人处理过。", mail=mail.id))
    return Claimed(mail, None)


def _register(
    office: Office,
    as_of: datetime,
    mail: ReadMail,
    owed: Sequence[Obligation],
    claiming: Claiming,
    by: str,
    note: str,
    *,
    kept: bool,
) -> Claimed | None:
    """Register the mail; None where something was entered meanwhile."""
    from cuibao.mailbox import parse

    assert mail.raw is not None
    campaign = office.campaign.id
    raw = office.evidence.read(mail.raw)
    whole = replace(parse(raw, mail.arrived_at), identity=mail.identity)
    if not raw.strip():
        raise Contradiction(say("来信 {mail} 的原件已损坏，请到邮箱里打开，用登记表登记。", mail=mail.id))
    kind = Entry(claiming.value)
    office.ledger.enrol(campaign, [obligation.key for obligation in owed])
    wanted = receipt(as_of, whole, owed[0].key, kind, by.strip(), note.strip())
    recorded = admitted(office, owed, wanted)
    every = tuple(range(len(whole.files)))
    matches = [Match(obligation, every, nil=kind is Entry.NIL) for obligation in owed]
    new = {entry.obligation for entry in recorded.entered}
    settled = [match for match in matches if match.obligation.key in new]
    answer = None
    if settled and mail.answerable and len({match.obligation.unit.id for match in settled}) == 1:
        unit, doubted = settled[0].obligation.unit, mail.vouched == Word.FAILED.value
        answer = acknowledgement(office, as_of, whole, unit, settled, doubted=doubted, kept=kept)
    then = Consequences(receipts=recorded.entered, files=keep_files(office, whole, matches), answer=answer)
    decision = Decision(kind.value, by.strip(), as_of, note.strip())
    mails = office.ledger.mails
    if mail.decision in (None, Claiming.DISMISSED):
        done = mails.decide(campaign, mail.id, decision, then, replacing=mail.decision)
    else:
        done = mails.add(campaign, mail.id, as_of, then)
    if not done:
        return None
    return Claimed(mail, recorded, again=not recorded.entered)


def _mail(office: Office, number: int) -> ReadMail:
    mail = office.ledger.mails.numbered(office.campaign.id, number)
    if mail is None or mail.raw is None:
        waiting = say("、").join(str(each.id) for each in undecided(office)) or say("（没有）")
        raise Contradiction(say("没有编号为 {number} 的来信。待认领的编号：{waiting}", number=number, waiting=waiting))
    return mail
