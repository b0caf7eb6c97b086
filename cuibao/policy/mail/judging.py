"""What to make of one incoming mail: a receipt where nothing is in doubt, else a place in the queue (待认领).

One mail is decided once: where one of its files is in doubt the whole mail goes to a person, with what was clear among
the candidates.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cuibao.incoming import Attachment, Mail
from cuibao.model import OFFICE, Campaign, Obligation, ObligationKey, Unit, Verdict
from cuibao.policy.codes import Codes
from cuibao.policy.mail.choosing import Candidate, Meaning, Pool
from cuibao.policy.mail.naming import Named, Wording
from cuibao.policy.mail.vouching import Trust, Vouching, Word, vouching
from cuibao.said import full_title
from cuibao.times import day_of

__all__ = ["Candidate", "Judgement", "Match", "Matcher", "SentLetter"]


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One of our letters, by what a reply may name it; `unit` is a unit's id, or OFFICE."""

    message_id: str
    subject: str
    unit: str
    keys: frozenset[ObligationKey]


@dataclass(frozen=True, slots=True)
class Match:
    """An obligation and what came in for it: `files` are indices into `Mail.files`; `nil`: a nil report (零报告)."""

    obligation: Obligation
    files: tuple[int, ...]
    nil: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a mail and why, in a line for a clerk.

    `matches`: for a receipt what it settles, for a supplement what it belongs to. `supplements`: files of a receipt's
    mail that belong to what was settled before. `candidates`: what a person would most likely choose, best first.
    """

    verdict: Verdict
    reason: str
    unit: Unit | None = None
    matches: tuple[Match, ...] = ()
    candidates: tuple[Obligation, ...] = ()
    supplements: tuple[Match, ...] = ()
    vouched: Word | None = None
    for_trust: bool = False


Candidates = Callable[[str], Sequence[Candidate]]
# The letter that a code means which stands in a mail that arrived at that moment.
Quoted = Callable[[str, datetime], SentLetter | None]

_PREFIX = re.compile(r"^\s*(?:回复|回覆|答复|转发|自动回复|re|fwd?|reply)\s*[:：]\s*", re.IGNORECASE)
_ACKNOWLEDGED = re.compile(r"^(?:(?:你|您)好|已?(?:收到|收悉|阅|知悉)|好的|谢谢|感谢|[\s，。！,.!~])*$")
_TNEF = "application/ms-tnef"
_COVERING = 200
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|webp|heic|tiff?)$", re.IGNORECASE)
# What is asked for, promised or taken back, as clerks write it.
_ASKS = re.compile(
    r"申请|请示|延期|免报|能否|可否|请问|咨询|模板|模版|样表|怎么填|如何填|不能按[时期]|无法按[时期]|尚未|正在准备|正在整理"
    r"|稍后|月底前报|下周报|作废|撤回|报错了|发错了"
)


@dataclass(frozen=True, slots=True)
class _Worded:
    """A mail with what its words say: `subject` are its own words, not those of the letter that it answers."""

    mail: Mail
    letter: SentLetter | None
    own_subject: str
    subject: Named
    text: Named
    files: tuple[Named, ...]

    @property
    def whole(self) -> Named:
        """What the mail says as a whole, the subject before the text."""
        return self.subject.or_else(self.text)

    @property
    def units(self) -> frozenset[str]:
        """The units named by its subject or its files."""
        return self.subject.units.union(*(file.units for file in self.files))


class Matcher:
    """Judges mails to a campaign's office, whose own addresses are `own`. Its words are worked out once."""

    def __init__(self, campaign: Campaign, own: frozenset[str], trust: Trust) -> None:
        self._campaign = campaign
        self._own = frozenset(address.lower() for address in own)
        self._trust = trust
        self._wording = Wording(campaign)
        self._owners = _owners(campaign.units.values())
        self._codes = Codes(campaign.reference)
        self._ours = re.compile(rf"^(?:【模拟演练】)?【[^】]*】.*?{self._codes.bracketed}", re.IGNORECASE)

    def judge(
        self,
        mail: Mail,
        letters: Mapping[str, SentLetter],
        quoted: Quoted,
        candidates: Candidates,
    ) -> Judgement:
        """What becomes of `mail`. `letters` are ours by Message-ID, `quoted` finds them by code; `candidates`
        gives everything tracked of a unit, begun or not."""
        letter = self._letter(mail, letters, quoted)
        if mail.bounce is not None:
            named = (letters[each] for each in mail.bounce.message_ids if each in letters)
            return self._bounced(next(named, letter))
        ignored = self._ignored(mail, letter)
        if ignored:
            return Judgement(Verdict.IGNORED, ignored)
        return _with_word(self._judged(mail, letter, candidates), vouching(mail, self._trust))

    def _judged(self, mail: Mail, letter: SentLetter | None, candidates: Candidates) -> Judgement:
        """What becomes of a mail that is no machine's if its sender is who it says it is."""
        reading = self._read(mail, letter)
        unit, doubt = self._sender(reading)
        if unit is None:
            return Judgement(Verdict.QUEUE, doubt)
        pool = self._pool(reading, unit, candidates(unit.id))
        if doubt:
            return Judgement(Verdict.QUEUE, doubt, unit, candidates=_likely(pool, *_items(reading, pool)))
        return _conclude(reading, unit, pool)

    def _letter(self, mail: Mail, letters: Mapping[str, SentLetter], quoted: Quoted) -> SentLetter | None:
        for message_id in mail.references:
            if message_id in letters:
                return letters[message_id]
        found = (quoted(code, mail.arrived_at) for code in self._codes.found(mail.subject))
        return next((letter for letter in found if letter is not None), None)

    def _bounced(self, letter: SentLetter | None) -> Judgement:
        if letter is None:
            return Judgement(Verdict.BOUNCE, "退信，看不出是哪一封信")
        unit = self._campaign.units.get(letter.unit)
        return Judgement(Verdict.BOUNCE, f"退信：给{unit.name if unit else '本办公室'}的信没有送达", unit)

    def _ignored(self, mail: Mail, letter: SentLetter | None) -> str:
        """Why nobody need look at it; empty where somebody must. What carries files is never thrown away unseen."""
        if mail.senders and self._own.issuperset(mail.senders):
            return "本办公室自己发出的邮件"
        known = any(address in self._owners for address in mail.senders) or letter is not None
        if mail.machine and not (known and mail.files):
            return f"自动回复或系统邮件：{mail.machine}"
        if mail.bulk and not known:
            return f"群发邮件：{mail.bulk}"
        if letter is not None and not mail.files and not mail.links and _thanks_only(mail.text):
            return "只是回信表示收到"
        return ""

    def _read(self, mail: Mail, letter: SentLetter | None) -> _Worded:
        own_subject = self._own_subject(mail.subject, letter)
        return _Worded(
            mail,
            letter,
            own_subject,
            self._wording.read(own_subject),
            self._wording.of_text(mail.text, bool(mail.files)),
            tuple(self._wording.of_file(file.name) for file in mail.files),
        )

    def _own_subject(self, subject: str, letter: SentLetter | None) -> str:
        """What the sender added to the subject: not 回复：, and not the subject of our own letter."""
        while bare := _PREFIX.match(subject):
            subject = subject[bare.end() :]
        if letter is not None and letter.subject:
            subject = subject.replace(letter.subject, " ")
        return self._ours.sub(" ", subject)

    def _sender(self, reading: _Worded) -> tuple[Unit | None, str]:
        """The unit it is from, or is most likely from, and why that is in doubt."""
        mail, letter = reading.mail, reading.letter
        owners = self._owners.get(mail.sender.lower(), ()) if mail.sender else ()
        unit = self._among(owners, reading)
        guess = unit or self._guess(reading, owners)
        if len(mail.senders) != 1:
            return guess, "邮件没有唯一的发件人，请核对是谁发的"
        if mail.oversized:
            return guess, "邮件过大，没有收全，请到邮箱里打开"
        if not owners:
            return guess, "发件人地址不在通讯录里"
        if unit is None:
            return guess, f"发件地址由{'、'.join(each.name for each in owners)}共用，不能确定是哪个单位"
        addressee = self._campaign.units.get(letter.unit) if letter else None
        if addressee is not None and addressee.id != unit.id:
            return unit, f"信是写给{addressee.name}的，发件人是{unit.name}"
        if mail.machine:
            return unit, f"像是系统自动发出的（{mail.machine}），但带有附件"
        return unit, self._wrong_unit(reading, unit)

    def _among(self, owners: Sequence[Unit], reading: _Worded) -> Unit | None:
        """The one of an address's owners: by the letter answered, else by the unit named."""
        if len(owners) <= 1:
            return owners[0] if owners else None
        answered = [each for each in owners if reading.letter and each.id == reading.letter.unit]
        named = [each for each in owners if each.id in reading.units]
        found = answered or named
        return found[0] if len(found) == 1 else None

    def _guess(self, reading: _Worded, owners: Sequence[Unit]) -> Unit | None:
        if reading.letter is not None and reading.letter.unit != OFFICE:
            return self._campaign.units.get(reading.letter.unit)
        named = [unit for unit in reading.units if not owners or unit in {owner.id for owner in owners}]
        return self._campaign.units[named[0]] if len(named) == 1 else None

    def _wrong_unit(self, reading: _Worded, unit: Unit) -> str:
        """Why its files or its subject seem to be another unit's; one that is named beside the sender is not."""
        for place, named in [("主题", reading.subject), *(("附件", file) for file in reading.files)]:
            if named.units and unit.id not in named.units:
                others = "、".join(self._campaign.units[other].name for other in sorted(named.units))
                return f"{place}写的是{others}，发件人是{unit.name}"
        return ""

    def _pool(self, reading: _Worded, unit: Unit, candidates: Sequence[Candidate]) -> Pool:
        letter = reading.letter
        keys = letter.keys if letter is not None and letter.unit == unit.id else None
        return Pool(self._wording, candidates, day_of(reading.mail.arrived_at), keys)


def _with_word(judgement: Judgement, vouching: Vouching) -> Judgement:
    """`judgement` for a mail of whose sender that is known: nothing is registered on nobody's word."""
    vouched = replace(judgement, vouched=vouching.word)
    if vouching.suffices:
        return vouched
    if judgement.verdict in (Verdict.RECEIPT, Verdict.SUPPLEMENT):
        meant = (match.obligation for match in (*judgement.matches, *judgement.supplements))
        return Judgement(
            Verdict.QUEUE,
            vouching.why,
            judgement.unit,
            candidates=tuple(dict.fromkeys(meant)),
            vouched=vouching.word,
            for_trust=vouching.word is Word.UNKNOWN,
        )
    return replace(vouched, reason=vouching.why) if vouching.word is Word.FAILED else vouched


def _thanks_only(text: str) -> bool:
    """Whether a reply says no more than that our letter has arrived: nothing is to be decided about it."""
    return bool(text.strip()) and _ACKNOWLEDGED.match(text) is not None


def _owners(units: Iterable[Unit]) -> dict[str, tuple[Unit, ...]]:
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in units:
        addresses = (*unit.addresses, unit.liaison.email, unit.leader.email)
        for address in dict.fromkeys(each.lower() for each in addresses if each):
            found[address] = (*found.get(address, ()), unit)
    return found


def _conclude(reading: _Worded, unit: Unit, pool: Pool) -> Judgement:
    """The items of a mail whose sender is beyond doubt."""
    meaning, owed, settled = _items(reading, pool)
    owed = tuple(replace(match, nil=_nil(reading, match)) for match in owed)
    doubt = meaning.doubt or _unread(reading.mail) or _asking(reading) or _insufficient(reading, owed, settled)
    if doubt:
        return Judgement(Verdict.QUEUE, doubt, unit, candidates=_likely(pool, meaning, owed, settled))
    if owed:
        return Judgement(Verdict.RECEIPT, f"登记：{_named(owed)}", unit, owed, supplements=settled)
    filed = "作为补充材料存档" if reading.mail.files else "来信没有附件"
    return Judgement(Verdict.SUPPLEMENT, f"该项已登记，{filed}", unit, settled)


def _likely(pool: Pool, meaning: Meaning, owed: Sequence[Match], settled: Sequence[Match]) -> tuple[Obligation, ...]:
    """What a person would most likely choose: what is named, else whatever the unit owes."""
    clear = (*(match.obligation for match in owed), *meaning.among, *(match.obligation for match in settled))
    return tuple(dict.fromkeys(clear or pool.open()))


def _named(matches: Iterable[Match]) -> str:
    """The items of `matches` as a clerk calls them: 主体责任本月工作进展（6月）."""
    names = []
    for period in (match.obligation.period for match in matches):
        plan = "" if period.plan.short in period.requirement.title else period.plan.short
        names.append(f"{plan}{full_title(period)}")
    return "、".join(names)


def _items(reading: _Worded, pool: Pool) -> tuple[Meaning, tuple[Match, ...], tuple[Match, ...]]:
    """By each file's own name; files that name nothing go with all the others, or with what the mail says."""
    telling = [(index, file) for index, file in enumerate(reading.files) if file.explicit or file.generic]
    if not telling:
        meaning = _whole(reading, pool)
        everything = tuple(range(len(reading.files)))
        return meaning, _matches(meaning.owed, everything), _matches(meaning.settled, everything)
    chosen = [(index, _file(reading, pool, file)) for index, file in telling]
    mute = tuple(index for index in range(len(reading.files)) if index not in dict(telling))
    doubtful = [(index, meaning) for index, meaning in chosen if meaning.doubt]
    owed = _gather([(index, meaning.owed) for index, meaning in chosen], mute)
    settled = _gather([(index, meaning.settled) for index, meaning in chosen], () if owed else mute)
    if doubtful:
        index, first = doubtful[0]
        among = tuple(each for _, meaning in doubtful for each in meaning.among)
        return (
            Meaning(among=among, doubt=f"附件“{_short(reading.mail.files[index].name)}”：{first.doubt}"),
            owed,
            settled,
        )
    return _left_out(reading, pool, (*owed, *settled)), owed, settled


def _whole(reading: _Worded, pool: Pool) -> Meaning:
    """By the subject, then the text, whose 工作情况 is no doubt where the letter asks for no such thing."""
    meaning = pool.choose(reading.whole, outside=reading.subject.explicit)
    if meaning.doubt and not reading.whole.explicit:
        plain = pool.choose(reading.subject.or_else(replace(reading.text, kinds=frozenset())), outside=True)
        return meaning if plain.doubt else plain
    return meaning


def _file(reading: _Worded, pool: Pool, file: Named) -> Meaning:
    named = file.or_else(reading.whole)
    return pool.choose(named, outside=file.explicit or reading.subject.explicit)


def _left_out(reading: _Worded, pool: Pool, found: Sequence[Match]) -> Meaning:
    """A doubt where the subject names a plan that no file is of: its report is missing, or in another's file."""
    plans = {match.obligation.period.plan.id for match in found}
    theirs = {each.obligation.period.plan.id: each.obligation.period.plan for each in pool.candidates if each.owed}
    left = [theirs[plan] for plan in reading.subject.plans if plan in theirs and plan not in plans]
    if not left:
        return Meaning()
    among = pool.choose(replace(reading.subject, plans=(left[0].id,)), outside=True)
    return Meaning(among=(*among.owed, *among.among), doubt=f"主题还写了“{left[0].short}”，附件名称里没有")


def _matches(obligations: Iterable[Obligation], files: tuple[int, ...]) -> tuple[Match, ...]:
    return tuple(Match(obligation, files) for obligation in obligations)


def _gather(chosen: Iterable[tuple[int, Iterable[Obligation]]], mute: tuple[int, ...]) -> tuple[Match, ...]:
    """One match an obligation, however many files name it, with the `mute` ones."""
    files: dict[Obligation, set[int]] = {}
    for index, obligations in chosen:
        for obligation in obligations:
            files.setdefault(obligation, set(mute)).add(index)
    return tuple(Match(obligation, tuple(sorted(found))) for obligation, found in files.items())


def _asking(reading: _Worded) -> str:
    """Why it may ask for something, or announce it, and send nothing in; files may go with that too."""
    mail = reading.mail
    words = (reading.own_subject, mail.text[:_COVERING], *(file.name for file in mail.files))
    if any(map(_ASKS.search, words)):
        return "像是申请、询问或说明，不一定是报送"
    pictures = mail.files and all(
        file.type.lower().startswith("image/") or _PICTURE.search(file.name) for file in mail.files
    )
    if pictures and not any(file.explicit or file.generic for file in reading.files):
        return "附件只有图片，名称看不出是什么"
    return ""


def _unread(mail: Mail) -> str:
    """Why what was sent in is not here to be read."""
    if mail.links:
        return f"{'另有' if mail.files else ''}材料在中转站链接里，请尽快下载（链接有期限）"
    if mail.files and all(map(_is_tnef, mail.files)):
        return "附件是 winmail.dat，请打开核对"
    return ""


def _is_tnef(file: Attachment) -> bool:
    return file.type.lower() in (_TNEF, "application/vnd.ms-tnef") or file.name.lower() == "winmail.dat"


def _nil(reading: _Worded, match: Match) -> bool:
    """Whether it says that there is nothing to report: in its files' names, or without files in its words."""
    if match.files:
        return all(reading.files[index].nil for index in match.files)
    return reading.whole.nil


def _insufficient(reading: _Worded, owed: Sequence[Match], settled: Sequence[Match]) -> str:
    """Why what came in is not enough to be registered; empty where it is."""
    text = reading.mail.text
    if not reading.mail.files and not any(match.nil for match in owed):
        if not text.strip() and (owed or not settled):
            return "没有附件，也没有正文"
        if owed and _ACKNOWLEDGED.match(text):
            return "没有附件，正文只是回执"
    for match in owed:
        requirement = match.obligation.period.requirement
        if match.nil and not requirement.nil:
            return "该事项不接受零报告"
        if requirement.attached and not match.files and not match.nil:
            return "没有附件"
    return ""


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
