"""Which obligations a mail is about: by each file's own name, then by the subject and the text."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from cuibao.model import Obligation
from cuibao.policy.mail.choosing import Meaning, Pool
from cuibao.policy.mail.judgement import Match
from cuibao.policy.mail.naming import Named
from cuibao.policy.mail.worded import Worded, short
from cuibao.tongue import say


def items(reading: Worded, pool: Pool) -> tuple[Meaning, tuple[Match, ...], tuple[Match, ...]]:
    """What is meant, with the files for what is owed and for what is settled.

    Files that name nothing go with all the others, or with what the mail says.
    """
    telling = [index for index in reading.sent if reading.files[index].explicit or reading.files[index].generic]
    if not telling:
        meaning = _whole(reading, pool)
        return meaning, _matches(meaning.owed, reading.sent), _matches(meaning.settled, reading.sent)
    chosen = [(index, _file(reading, pool, reading.files[index])) for index in telling]
    mute = tuple(index for index in reading.sent if index not in telling)
    doubtful = [(index, meaning) for index, meaning in chosen if meaning.doubt]
    owed = _gather([(index, meaning.owed) for index, meaning in chosen], mute)
    settled = _gather([(index, meaning.settled) for index, meaning in chosen], () if owed else mute)
    if doubtful:
        index, first = doubtful[0]
        among = tuple(each for _, meaning in doubtful for each in meaning.among)
        doubt = say("附件“{file}”：{doubt}", file=short(reading.mail.files[index].name), doubt=first.doubt)
        return Meaning(among=among, doubt=doubt), owed, settled
    meaning = _at_odds(reading, telling) or _left_out(reading, pool, (*owed, *settled))
    return meaning, owed, settled


def likely(pool: Pool, meaning: Meaning, owed: Sequence[Match], settled: Sequence[Match]) -> tuple[Obligation, ...]:
    """What a person would most likely choose: what is named, else whatever the unit owes."""
    clear = (*(match.obligation for match in owed), *meaning.among, *(match.obligation for match in settled))
    return tuple(dict.fromkeys(clear or pool.open()))


def _whole(reading: Worded, pool: Pool) -> Meaning:
    """By the subject, then the text, whose 工作情况 is no doubt where the letter asks for no such thing."""
    meaning = pool.choose(reading.whole, outside=reading.subject.explicit)
    if meaning.doubt and not reading.whole.explicit:
        plain = pool.choose(reading.subject.or_else(replace(reading.text, kinds=frozenset())), outside=True)
        return meaning if plain.doubt else plain
    return meaning


def _file(reading: Worded, pool: Pool, file: Named) -> Meaning:
    named = file.or_else(reading.whole).in_years_of(reading.subject)
    return pool.choose(named, outside=file.explicit or reading.subject.explicit)


def _at_odds(reading: Worded, telling: Sequence[int]) -> Meaning | None:
    """A doubt where subject or text write of other months, quarters or other periods than every file."""
    spans = [reading.files[index].span for index in telling]
    for place, said in ((say("主题"), reading.subject.span), (say("正文"), reading.text.span)):
        for what, doubt in _doubts(place).items():
            ours: Set[object] = getattr(said, what)
            theirs: Set[object] = frozenset().union(*(getattr(each, what) for each in spans))
            if ours and theirs and not ours & theirs:
                return Meaning(doubt=doubt)
    return None


def _doubts(place: str) -> Mapping[str, str]:
    """What is wrong where `place` names other months, or others of what a span has, than the files."""
    return {
        "months": say("{place}写的月份与附件名称不一致", place=place),
        "quarters": say("{place}写的季度与附件名称不一致", place=place),
        "weeks": say("{place}写的周次与附件名称不一致", place=place),
        "stretches": say("{place}写的起止日期与附件名称不一致", place=place),
        "tenths": say("{place}写的旬与附件名称不一致", place=place),
        "halves": say("{place}写的半年与附件名称不一致", place=place),
        "days": say("{place}写的日期与附件名称不一致", place=place),
    }


def _left_out(reading: Worded, pool: Pool, found: Sequence[Match]) -> Meaning:
    """A doubt where the subject names a plan that no file is of: its report is missing, or in another's file."""
    plans = {match.obligation.period.plan.id for match in found}
    theirs = {each.obligation.period.plan.id: each.obligation.period.plan for each in pool.candidates if each.owed}
    left = [theirs[plan] for plan in reading.subject.plans if plan in theirs and plan not in plans]
    if not left:
        return Meaning()
    among = pool.choose(replace(reading.subject, plans=(left[0].id,)), outside=True)
    return Meaning(
        among=(*among.owed, *among.among), doubt=say("主题还写了“{plan}”，附件名称里没有", plan=left[0].short)
    )


def _matches(obligations: Iterable[Obligation], files: tuple[int, ...]) -> tuple[Match, ...]:
    return tuple(Match(obligation, files) for obligation in obligations)


def _gather(chosen: Iterable[tuple[int, Iterable[Obligation]]], mute: tuple[int, ...]) -> tuple[Match, ...]:
    """One match an obligation, however many files name it, with the `mute` ones."""
    files: dict[Obligation, set[int]] = {}
    for index, obligations in chosen:
        for obligation in obligations:
            files.setdefault(obligation, set(mute)).add(index)
    return tuple(Match(obligation, tuple(sorted(found))) for obligation, found in files.items())
