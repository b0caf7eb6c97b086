"""What to make of one incoming mail: a receipt where nothing is in doubt, else a place in the queue (待认领).

One mail is decided once: where one of its files is in doubt the whole mail goes to a person, with what was clear among
the candidates.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from cuibao.incoming import Mail
from cuibao.model import OFFICE, Campaign, Unit, Verdict
from cuibao.policy.codes import Codes
from cuibao.policy.mail.choosing import Candidate, Meaning, Pool
from cuibao.policy.mail.events import named_in
from cuibao.policy.mail.items import items, likely
from cuibao.policy.mail.judgement import Came, Candidates, Files, Judgement, Match, Quoted, SentLetter
from cuibao.policy.mail.languages import wording_of
from cuibao.policy.mail.naming import Named
from cuibao.policy.mail.plausible import plausible
from cuibao.policy.mail.sufficing import Asker, asking, complete, insufficient, saying_more, unread
from cuibao.policy.mail.vouching import Trust, Vouching, Word, vouching
from cuibao.policy.mail.worded import Worded
from cuibao.said import full_title
from cuibao.times import day_of
from cuibao.tongue import say

__all__ = ["Came", "Candidate", "Files", "Judgement", "Match", "Matcher", "SentLetter"]

_PREFIX = re.compile(r"^\s*(?:回复|回覆|答复|转发|自动回复|re|fwd?|reply)\s*[:：]\s*", re.IGNORECASE)


class Matcher:
    """Judges mails to a campaign's office, whose own addresses are `own`. Its words are worked out once. `past`: the
    codes of campaigns that are over."""

    def __init__(self, campaign: Campaign, own: frozenset[str], trust: Trust, past: Collection[str] = ()) -> None:
        self._campaign = campaign
        self._own = frozenset(address.lower() for address in own)
        self._trust = trust
        self._wording = wording_of(campaign, past)
        self._asker = Asker.of(campaign, self._wording, self._own)
        self._owners = _owners(campaign.units.values())
        self._codes = Codes(*campaign.references, *past)
        self._ours = self._wording.ours(self._codes.bracketed)

    def judge(
        self,
        mail: Mail,
        letters: Mapping[str, SentLetter],
        quoted: Quoted,
        candidates: Candidates,
        files: Files,
    ) -> Judgement:
        """What becomes of `mail`. `letters` are ours by Message-ID, `quoted` finds them by code; `candidates` gives
        everything tracked of a unit, begun or not; `files` knows what went and came before."""
        letter = self._letter(mail, letters, quoted)
        if mail.bounce is not None:
            named = (letters[each] for each in mail.bounce.message_ids if each in letters)
            return self._bounced(next(named, letter))
        reading = Worded.of(mail, letter, self._own_subject(mail.subject, letter), self._wording, letters)
        ignored = self._ignored(reading)
        if ignored:
            return Judgement(Verdict.IGNORED, ignored)
        return _with_word(self._judged(reading, candidates, files), vouching(mail, self._trust))

    def _judged(self, reading: Worded, candidates: Candidates, files: Files) -> Judgement:
        """What becomes of a mail that is no machine's if its sender is who it says it is."""
        unit, doubt = self._sender(reading, candidates)
        if unit is None:
            return Judgement(Verdict.QUEUE, doubt)
        pool = self._pool(reading, unit, candidates(unit.id))
        meaning, owed, settled = items(reading, pool)
        owed = tuple(complete(reading, match, unit, self._asker) for match in owed)
        # Where its words are of another unit, it is anybody's guess whose report it may be.
        another = self._of_another(reading, unit, candidates)
        names = () if another else plausible(reading, owed, unit, self._asker, files)
        found = Judgement(Verdict.QUEUE, doubt, unit, names=names, certain=not doubt)
        if doubt := doubt or self._insufficient(reading, unit, meaning, owed, files):
            return replace(found, reason=doubt, candidates=likely(pool, meaning, owed, settled))
        if owed:
            reason = say("登记：{items}", items=_named(owed))
            return replace(found, verdict=Verdict.RECEIPT, reason=reason, matches=owed, supplements=settled)
        reason = say("该项已登记，作为补充材料存档") if reading.sent else say("该项已登记，来信没有附件")
        return replace(found, verdict=Verdict.SUPPLEMENT, reason=reason, matches=settled)

    def _insufficient(self, reading: Worded, unit: Unit, meaning: Meaning, owed: Sequence[Match], files: Files) -> str:
        """Why a person must decide about a mail whose sender is beyond doubt."""
        if reading.letter is not None and reading.letter.ended:
            return say("所回复的信里有已经结束的攻坚战的事项，请看报的是哪一项")
        if doubt := unread(reading) or asking(reading, self._wording) or meaning.doubt:
            return doubt
        lacking = (insufficient(reading, each, unit, self._asker, files) for each in owed)
        return next(filter(None, lacking), "") or (saying_more(reading, owed, unit, self._asker) if owed else "")

    def _letter(self, mail: Mail, letters: Mapping[str, SentLetter], quoted: Quoted) -> SentLetter | None:
        for message_id in mail.references:
            if message_id in letters:
                return letters[message_id]
        found = (quoted(code, mail.arrived_at) for code in self._codes.found(mail.subject))
        return next((letter for letter in found if letter is not None), None)

    def _bounced(self, letter: SentLetter | None) -> Judgement:
        if letter is None:
            return Judgement(Verdict.BOUNCE, say("退信，看不出是哪一封信"))
        unit = self._campaign.units.get(letter.unit)
        return Judgement(
            Verdict.BOUNCE, say("退信：给{unit}的信没有送达", unit=unit.name if unit else say("本办公室")), unit
        )

    def _ignored(self, reading: Worded) -> str:
        """Why nobody need look at it; empty where somebody must. What carries files is never thrown away unseen."""
        mail, letter = reading.mail, reading.letter
        if mail.senders and self._own.issuperset(mail.senders):
            return say("本办公室自己发出的邮件")
        known = any(address in self._owners for address in mail.senders) or letter is not None
        whole = not (mail.unread or mail.oversized)
        if mail.machine and not (known and (reading.sent or not whole)):
            return say("自动回复或系统邮件：{machine}", machine=mail.machine)
        if mail.bulk and not known:
            return say("群发邮件：{bulk}", bulk=mail.bulk)
        if reading.sent or mail.links or not whole:
            return ""
        if reading.automatic:
            return say("自动回复或系统邮件：{machine}", machine=say("自动回复"))
        return say("只是回信表示收到") if letter is not None and reading.thanks else ""

    def _own_subject(self, subject: str, letter: SentLetter | None) -> str:
        """What the sender added to the subject: not 回复：, and not the subject of our own letter."""
        while bare := _PREFIX.match(subject) or self._wording.prefix.match(subject):
            subject = subject[bare.end() :]
        if letter is not None and letter.subject:
            subject = subject.replace(letter.subject, " ")
        return self._ours.sub(" ", subject)

    def _sender(self, reading: Worded, candidates: Candidates) -> tuple[Unit | None, str]:
        """The unit it is from, or is most likely from, and why that is in doubt."""
        mail = reading.mail
        owners = self._owners.get(mail.sender.lower(), ()) if mail.sender else ()
        unit = self._among(owners, reading)
        guess = unit or self._guess(reading, owners)
        if len(mail.senders) != 1:
            return guess, say("邮件没有唯一的发件人，请核对是谁发的")
        if mail.sender_doubt:
            return guess, mail.sender_doubt
        if mail.oversized:
            return guess, say("邮件过大，没有收全，请到邮箱里打开")
        if not owners:
            return guess, say("发件人地址不在通讯录里")
        if unit is None:
            return guess, say(
                "发件地址由{listed}共用，不能确定是哪个单位", listed=say("、").join(each.name for each in owners)
            )
        addressee = self._addressee(reading)
        if addressee is not None and addressee.id != unit.id:
            return unit, say("信是写给{addressee}的，发件人是{unit}", addressee=addressee.name, unit=unit.name)
        if mail.machine or reading.automatic:
            return unit, say("像是系统自动发出的（{machine}），但带有附件", machine=mail.machine or say("自动回复"))
        return unit, self._wrong_unit(reading, unit, candidates)

    def _addressee(self, reading: Worded) -> Unit | None:
        """The unit to which we wrote the letter that it answers."""
        return self._campaign.units.get(reading.letter.unit) if reading.letter else None

    def _of_another(self, reading: Worded, unit: Unit, candidates: Candidates) -> bool:
        """Whether the letter that it answers, its files or its subject are of another unit than `unit`."""
        addressee = self._addressee(reading)
        if addressee is not None and addressee.id != unit.id:
            return True
        return bool(self._wrong_unit(reading, unit, candidates))

    def _among(self, owners: Sequence[Unit], reading: Worded) -> Unit | None:
        """The one of an address's owners: by the letter answered, else by the unit named."""
        if len(owners) <= 1:
            return owners[0] if owners else None
        answered = [each for each in owners if reading.letter and each.id == reading.letter.unit]
        named = [each for each in owners if each.id in reading.units]
        found = answered or named
        return found[0] if len(found) == 1 else None

    def _guess(self, reading: Worded, owners: Sequence[Unit]) -> Unit | None:
        if reading.letter is not None and reading.letter.unit != OFFICE:
            return self._campaign.units.get(reading.letter.unit)
        named = [unit for unit in reading.units if not owners or unit in {owner.id for owner in owners}]
        return self._campaign.units[named[0]] if len(named) == 1 else None

    def _wrong_unit(self, reading: Worded, unit: Unit, candidates: Candidates) -> str:
        """Why its files or its subject seem to be another unit's; one that is named beside the sender, or by the name
        of an event that the sender reports on, is not."""
        for place, named in [(say("主题"), reading.subject), *((say("附件"), file) for file in reading.files)]:
            if (
                named.units
                and unit.id not in named.units
                and (left := self._besides_events(named, candidates(unit.id)))
            ):
                others = say("、").join(self._campaign.units[other].name for other in sorted(left))
                return say("{place}写的是{others}，发件人是{unit}", place=place, others=others, unit=unit.name)
        return ""

    def _besides_events(self, named: Named, candidates: Sequence[Candidate]) -> frozenset[str]:
        """The units that it names otherwise than in the name of an event."""
        events = named_in([each.obligation for each in candidates], named.texts)
        return named.units.difference(*(self._wording.read(each.period.label).units for each in events))

    def _pool(self, reading: Worded, unit: Unit, candidates: Sequence[Candidate]) -> Pool:
        letter = reading.letter
        keys = letter.keys if letter is not None and letter.unit == unit.id else None
        return Pool(self._wording, candidates, day_of(reading.mail.arrived_at), keys, reading.years)


def _with_word(judgement: Judgement, vouching: Vouching) -> Judgement:
    """`judgement` for a mail of whose sender that is known: nothing is registered on nobody's word."""
    vouched = replace(judgement, vouched=vouching.word)
    if vouching.suffices:
        return vouched
    # Nobody holds anything back by a mail that the provider found to be forged.
    names = () if vouching.word is Word.FAILED else judgement.names
    vouched = replace(vouched, names=names, certain=False)
    if judgement.verdict in (Verdict.RECEIPT, Verdict.SUPPLEMENT):
        meant = (match.obligation for match in (*judgement.matches, *judgement.supplements))
        return Judgement(
            Verdict.QUEUE,
            vouching.why,
            judgement.unit,
            candidates=tuple(dict.fromkeys(meant)),
            vouched=vouching.word,
            for_trust=vouching.word is Word.UNKNOWN,
            names=names,
        )
    return replace(vouched, reason=vouching.why) if vouching.word is Word.FAILED else vouched


def _owners(units: Iterable[Unit]) -> dict[str, tuple[Unit, ...]]:
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in units:
        addresses = (*unit.addresses, unit.liaison.email, unit.leader.email)
        for address in dict.fromkeys(each.lower() for each in addresses if each):
            found[address] = (*found.get(address, ()), unit)
    return found


def _named(matches: Iterable[Match]) -> str:
    """The items of `matches` as a clerk calls them: 主体责任本月工作进展（6月）."""
    names = []
    for period in (match.obligation.period for match in matches):
        plan = "" if period.plan.distinct in period.requirement.title else period.plan.distinct
        names.append(f"{plan}{full_title(period)}")
    return say("、").join(names)
