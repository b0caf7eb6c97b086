"""Whether what came in is enough to be registered by itself: an allow-list, and the doubt where it is not."""

import hashlib
import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cuibao.model import Campaign, Every, Unit
from cuibao.policy.mail import timing
from cuibao.policy.mail.documents import Sort, is_document
from cuibao.policy.mail.events import without_labels, without_names
from cuibao.policy.mail.footers import without_footers
from cuibao.policy.mail.judgement import Files, Match
from cuibao.policy.mail.labelled import stated
from cuibao.policy.mail.naming import Kind, Named, Wording
from cuibao.policy.mail.phrases import MATTER
from cuibao.policy.mail.signature import body
from cuibao.policy.mail.worded import Worded, short
from cuibao.policy.recurrence import kind_of
from cuibao.times import day_of
from cuibao.tongue import say

# What may hold words for the office beside the report.
_NOTE = re.compile(r"\.(?:txt|md|html?|eml|msg|rtf)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the words of its campaign, its own `names` and numbers, which no unit means by its own, and its `own`
    addresses, in lower case."""

    wording: Wording
    names: frozenset[str]
    own: frozenset[str]

    @classmethod
    def of(cls, campaign: Campaign, wording: Wording, own: frozenset[str]) -> "Asker":
        """The office of `campaign`, which writes from its `own` addresses."""
        contacts = [plan.contact for plan in campaign.plans]
        numbers = {"".join(filter(str.isdigit, each.phone)) for each in contacts}
        given = {*numbers, "".join(filter(str.isdigit, campaign.phone)), *(each.name for each in contacts if each.name)}
        return cls(wording, frozenset(given), own)

    def marking(self, unit: Unit, labels: Iterable[str] = ()) -> Callable[[str], str]:
        """How a clause of `unit`'s is marked for `odd_clause`, with a sign for the names of events, `labels`."""
        known = tuple(labels)
        return lambda clause: self.wording.marked(without_names(clause, known, MATTER), unit.id)


def unread(reading: Worded) -> str:
    """Why what was sent in cannot be read here, or not whole: then nothing of the mail is relied upon."""
    mail = reading.mail
    if mail.unread:
        return mail.unread
    if mail.links:
        if reading.sent:
            return say("另有材料在中转站链接里，请尽快下载（链接有期限）")
        return say("材料在中转站链接里，请尽快下载（链接有期限）")
    if "-----BEGIN PGP MESSAGE" in mail.text:
        return say("正文已加密，请打开核对")
    return reading.in_doubt


def asking(reading: Worded, wording: Wording) -> str:
    """Why it may ask for something, or announce it, and send nothing in; files may go with that too."""
    names = (reading.mail.files[index].name for index in reading.sent)
    inside = (name for seen in reading.looked for name in seen.inside)
    texts = map(without_footers, (reading.mail.text, reading.mail.page))
    if wording.asks((reading.own_subject, *texts, *names, *inside)):
        return say("像是申请、询问、说明，或者答应以后再报，不一定是报送")
    return ""


def saying_more(reading: Worded, owed: Iterable[Match], unit: Unit, asker: Asker) -> str:
    """Why its note may say more than that something is sent in for what is `owed`; empty where it says nothing but
    that."""
    labels = tuple(label for match in owed if (label := _label(match)))
    subject, marked, wording = reading.own_subject.strip(), asker.marking(unit, labels), asker.wording
    if without_labels(wording.unexplained(subject), labels) and wording.odd_clause(subject, marked):
        return say("主题写的是“{subject}”，请打开看", subject=short(subject))
    odd = wording.odd_clause(reading.mail.text, marked) or wording.odd_clause(reading.mail.page, marked)
    if odd:
        return say("正文还写了“{odd}”，请打开看", odd=short(odd))
    note = "\n".join(_of_others(reading, asker))
    if (odd := wording.odd_clause(note, marked)) or wording.asks((note,)):
        return say("转发或引用的文字里写了“{odd}”，请打开看", odd=short(odd or note))
    return ""


def _of_others(reading: Worded, asker: Asker) -> Iterator[str]:
    """What it quotes or forwards that is not our own letter. Below that, all is what we quoted."""
    for stretch in reading.mail.quoted:
        author = stretch.author.lower()
        # Some programs write a name alone.
        answered = reading.letter is not None and author and "@" not in author
        if answered or any(address in author for address in asker.own):
            return
        yield stretch.text


def complete(reading: Worded, match: Match, unit: Unit, asker: Asker) -> Match:
    """`match` with what the words of the mail add to it: that it is a nil report, or what an item asks for."""
    if reporting := [index for index in match.files if reading.reports(index)]:
        return replace(match, nil=all(asker.wording.named_nil(reading.mail.files[index].name) for index in reporting))
    if asker.wording.named_nil(reading.own_subject) or _says_nil(reading, match, unit, asker):
        return replace(match, nil=True)
    found = stated(reading.mail.text, match.obligation.period.requirement.expects, asker.names, asker.wording.office)
    return replace(match, found=tuple((each.expected, each.value) for each in found))


def _says_nil(reading: Worded, match: Match, unit: Unit, asker: Asker) -> bool:
    """Whether its text is a nil report, and names no other plan than the one that is reported on."""
    text = body(reading.mail.text)
    plans = asker.wording.read(text).of_plans
    of_it = not plans or match.obligation.period.plan.id in plans
    return of_it and asker.wording.says_nil(text, asker.marking(unit))


def insufficient(reading: Worded, match: Match, unit: Unit, asker: Asker, files: Files) -> str:
    """Why what came in for an obligation that is owed is not enough to be registered; empty where it is."""
    requirement = match.obligation.period.requirement
    if match.nil and not requirement.nil:
        return say("该事项不接受零报告")
    reporting = tuple(index for index in match.files if reading.reports(index))
    if not reporting:
        if not (match.nil or match.found):
            return _nothing(reading, match)
        return _again(reading, None, match, files)
    own = files.attached(unit.id)
    theirs = tuple(index for index in reporting if not all_in(reading, index, own))
    if not theirs:
        return say("附件是本办公室发出的文件")
    if requirement.expects and not _names(reading, theirs, match):
        return say(
            "正文里没有写明{listed}，附件名称也看不出", listed=say("、").join(each.word for each in requirement.expects)
        )
    before = files.came(match.obligation.key)
    fresh = tuple(index for index in theirs if not all_in(reading, index, before.files))
    doubt = _again(reading, fresh, match, files) or _beside(reading, fresh, match, unit, asker.wording)
    return doubt or _of_another_time(reading, match, asker.wording)


def _nothing(reading: Worded, match: Match) -> str:
    requirement = match.obligation.period.requirement
    if not match.files:
        if not reading.mail.text.strip():
            return say("没有附件，也没有正文")
        if reading.thanks:
            return say("没有附件，正文只是回执")
        if requirement.expects:
            return say(
                "正文里没有写明{listed}，请核对", listed=say("、").join(each.word for each in requirement.expects)
            )
        return say("没有附件") if requirement.attached else say("没有附件，正文是否就是所要的，请核对")
    if any(reading.looked[index].sort is Sort.PICTURE for index in match.files):
        return say("附件只有图片，名称看不出是什么")
    return say("附件“{file}”不是报送材料的文件类型", file=short(reading.mail.files[match.files[0]].name))


def _names(reading: Worded, files: Iterable[int], match: Match) -> bool:
    """Whether one of `files`, or the subject, names the item, and not only the letter that is answered."""
    period = match.obligation.period
    item = (period.plan.id, period.requirement.id)
    for named in (reading.subject, *(reading.files[index] for index in files)):
        if item in named.items | named.titles | named.hints or Kind.CONTACT in named.kinds:
            return True
    return False


def _again(reading: Worded, fresh: Collection[int] | None, match: Match, files: Files) -> str:
    """Why it is no new report: the same mail came for it before and was undone, or it has files and none is `fresh`."""
    before = files.came(match.obligation.key)
    same = bool(reading.mail.message_id) and reading.mail.message_id in before.message_ids
    return say("与退回的相同，请核对是不是重报") if same or fresh == () else ""


def _beside(reading: Worded, fresh: Sequence[int], match: Match, unit: Unit, wording: Wording) -> str:
    """Why the files may be something else, by names that say so."""
    names, labels = [reading.mail.files[index].name for index in fresh], (_label(match),)
    if all(without_labels(wording.unexplained(name), labels) for name in names):
        return say("附件“{file}”不像所要的材料", file=short(names[0]))
    for file, seen in zip(reading.mail.files, reading.looked, strict=True):
        if seen.sort is Sort.OTHER and _NOTE.search(file.name):
            return say("另有附件“{file}”，请打开看", file=short(file.name))
    archives = [[each.rpartition("/")[2] for each in reading.looked[index].inside] for index in fresh]
    for inside in archives:
        documents = [name for name in inside if is_document(name)]
        if documents and all(map(wording.unexplained, documents)):
            return say("压缩包里的“{file}”不像所要的材料", file=short(documents[0]))
    for name in (name for inside in archives for name in inside):
        doubt = _elsewhere(wording.of_file(name), match, unit)
        if doubt:
            return say("压缩包里的“{file}”写的是{doubt}", file=short(name), doubt=doubt)
    return ""


def _of_another_time(reading: Worded, match: Match, wording: Wording) -> str:
    """Why its note may be about another year, quarter or month than that of an item reported once, or the whole year;
    months of what is reported month by month are compared where the item is chosen."""
    period = match.obligation.period
    said = wording.read(body(without_footers(reading.mail.text)))
    now = (period.about.month, reading.mail.arrived_at.month)
    summed = wording.kinds_of(period.plan, period.requirement) >= {Kind.YEAR, Kind.SUMMARY}
    if said.span.stated - timing.years(period, summed=summed):
        return say("正文写的是别的年份")
    if kind_of(period).recurs:
        return say("正文写的是别的报送期") if timing.misses(period, said.span, day_of(reading.mail.arrived_at)) else ""
    if said.span.months.isdisjoint(now) and said.span.months:
        return say("正文写的是别的月份")
    if said.span.quarters and said.span.quarters.isdisjoint((month + 2) // 3 for month in now):
        return say("正文写的是别的季度")
    whole = Kind.YEAR in said.kinds - wording.kinds_of(period.plan, period.requirement)
    return say("正文写的是全年的材料") if whole else ""


def _label(match: Match) -> str:
    """How clerks called the event that it is about, if it is about one."""
    period = match.obligation.period
    return period.label if kind_of(period) is Every.EVENT else ""


def _elsewhere(named: Named, match: Match, unit: Unit) -> str:
    """What else than is reported a file within an archive is of; empty where it is of nothing else."""
    if named.units and unit.id not in named.units:
        return say("别的单位")
    return say("别的方案") if named.explicit and match.obligation.period.plan.id not in named.of_plans else ""


def all_in(reading: Worded, index: int, known: Container[str]) -> bool:
    """Whether a file is `known`, or is an archive of documents that all are."""
    inside = reading.looked[index].digests
    whole = hashlib.sha256(reading.mail.files[index].data).hexdigest()
    return whole in known or (bool(inside) and all(each in known for each in inside))
