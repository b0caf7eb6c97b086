"""What a text names of a campaign: plans, items, kinds of report, months, units.

The words come from the campaign's own titles; only the generic ones (进展, 总结) are a table here.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from cuibao.model import JOINT, Anchor, Campaign, Every, Plan, Requirement
from cuibao.policy.codes import Codes
from cuibao.policy.mail.nil import named_nil, says_nil
from cuibao.policy.mail.note import odd_clause
from cuibao.policy.mail.people import is_plain_name
from cuibao.policy.mail.phrases import MATTER, NUMBER, WHO
from cuibao.policy.mail.spans import NO_SPAN, NUMERALS, Span, marking_periods, span, without_periods
from cuibao.policy.mail.speech import asks
from cuibao.policy.mail.thanks import only_thanks
from cuibao.policy.offices import OfficeNames

ItemName = tuple[str, str]  # ids of plan and requirement


class Kind(Enum):
    """What sort of report a generic word means; it names an item only within a plan, or a letter's items."""

    WORK_PLAN = auto()
    PROGRESS = auto()
    INTERIM = auto()
    SUMMARY = auto()
    YEAR = auto()
    COMPLETION = auto()
    CONTACT = auto()
    TABLE = auto()


# Accounts of work done: clerks use one of these words for the other.
ACCOUNTS = frozenset({Kind.PROGRESS, Kind.INTERIM, Kind.SUMMARY, Kind.COMPLETION})

# What follows 实施方案 when it is the plan that is reported on, and not what is sent in.
_ON_A_PLAN = r"(?!的?(?:\d{1,2}月份?|第?[一二三四1-4]季度)?(?:工作|落实|进展|推进|执行|完成|贯彻|开展))"
_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "实施方案": (Kind.WORK_PLAN,),
    "工作方案": (Kind.WORK_PLAN,),
    "行动方案": (Kind.WORK_PLAN,),
    "工作计划": (Kind.WORK_PLAN,),
    "计划安排": (Kind.WORK_PLAN,),
    "进展": (Kind.PROGRESS,),
    "工作情况": (Kind.PROGRESS,),
    "落实情况": (Kind.PROGRESS,),
    "推进情况": (Kind.PROGRESS,),
    "开展情况": (Kind.PROGRESS,),
    "情况报告": (Kind.PROGRESS,),
    "情况汇报": (Kind.PROGRESS,),
    "月报": (Kind.PROGRESS,),
    "季报": (Kind.PROGRESS,),
    "阶段性": (Kind.INTERIM,),
    "阶段工作": (Kind.INTERIM,),
    "中期": (Kind.INTERIM,),
    "半年": (Kind.INTERIM,),
    "总结": (Kind.SUMMARY,),
    "最终": (Kind.SUMMARY,),
    "年工作总结": (Kind.SUMMARY, Kind.YEAR),
    "年度": (Kind.YEAR,),
    "全年": (Kind.YEAR,),
    "年终": (Kind.YEAR,),
    "年底": (Kind.YEAR,),
    "完成情况": (Kind.COMPLETION,),
    "联络人": (Kind.CONTACT,),
    "联络员": (Kind.CONTACT,),
    "联系人": (Kind.CONTACT,),
    "登记表": (Kind.TABLE,),
    "检查表": (Kind.TABLE,),
    "情况表": (Kind.TABLE,),
    "统计表": (Kind.TABLE,),
    "汇总表": (Kind.TABLE,),
    # The notice's own headings, which hold the words above and mean none of them.
    "巩固提升": (),
    "总结提升": (),
    "动员部署": (),
}
# What every title has, and so tells none from another.
_GENERIC = (
    *("工作", "情况", "建设", "本月", "当月", "攻坚战", "攻坚", "行动", "三年", "目标任务"),
    *("姓名", "联系电话", "制定", "完成", "进行"),
)
_DRESSING = re.compile(r"全面深化|“巩固提升”|攻坚战|工程建设|(实施|工作)方案$")
_COUNTY = re.compile(r"^县(?!委)")
_HEAD = 400  # a covering note says it at its beginning; further down it is a pasted report


@dataclass(frozen=True, slots=True)
class Named:
    """What one text names. `items`: by telling words; `titles`: whole titles, which mean one only in a known field.

    `plans` are named outright, in the order written; `listed`: they are enumerated (安全技能、科技强安), and not mere
    prose about several; `shared`: a name among them is that of plans of several campaigns; `hints`: items of which a
    few characters are there, enough only where the plan is known. `texts`: the folded texts themselves, for what the
    campaign's files do not say: how clerks called an event.
    """

    plans: tuple[str, ...] = ()
    listed: bool = False
    items: frozenset[ItemName] = frozenset()
    hints: frozenset[ItemName] = frozenset()
    titles: frozenset[ItemName] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    span: Span = NO_SPAN
    units: frozenset[str] = frozenset()
    texts: tuple[str, ...] = field(default=(), compare=False)
    shared: bool = False

    @property
    def explicit(self) -> bool:
        """Whether it says by itself which plan or item is meant."""
        return bool(self.plans or self.items)

    @property
    def generic(self) -> bool:
        """Whether it says what sort of report, or for when."""
        return bool(self.kinds or self.span.says or self.titles or self.hints)

    def or_else(self, wider: "Named") -> "Named":
        """This text's words, and `wider`'s where it has none: a file's name, then the subject of its mail."""
        if self.explicit and wider.explicit and not set(self.of_plans) & set(wider.of_plans):
            return self
        one = self if self.explicit else wider
        sort = self if self.kinds or self.titles or self.hints else wider
        return Named(
            plans=one.plans,
            listed=one.listed,
            items=one.items,
            hints=sort.hints,
            titles=sort.titles,
            kinds=sort.kinds,
            span=self.span.or_else(wider.span),
            units=self.units,
            texts=(*self.texts, *wider.texts),
            shared=one.shared,
        )

    def in_years_of(self, subject: "Named") -> "Named":
        """In the years that the `subject` of its mail states, where it has none."""
        return replace(self, span=self.span.stating(subject.span.stated))

    @property
    def of_plans(self) -> tuple[str, ...]:
        """The plans it is about: those named, else those of the items named."""
        return self.plans or tuple(sorted({plan for plan, _ in self.items}))


def fold(text: str) -> str:
    """`text` for comparing: width, case, spaces, quotes and bullets made one; 、 between listed things, 。 between
    sentences; a space between two numbers."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"[、,;+&/|\\]", "、", folded)
    folded = re.sub(r"[。!?\n\r]+", "。", folded)
    folded = re.sub(r"(?<=\d)[^\w、。]+(?=\d)", " ", folded)
    return re.sub(r"[^\w、。 ]|_|(?<!\d) | (?!\d)", "", folded)


class Wording:
    """The words of a Chinese campaign, worked out once, and what a mail to its office says beside them; `past` are the
    codes of others that are over. Campaigns in other languages have one of their own (`cuibao.policy.mail.languages`).
    """

    # What some mail systems put before a subject.
    prefix = re.compile(r"(?!)")

    def __init__(self, campaign: Campaign, past: Collection[str] = ()) -> None:
        self.office = OfficeNames.of(campaign)
        self.plans = {plan.id: plan for plan in campaign.plans}
        self._kinds = {
            (plan.id, requirement.id): self._kinds_in(_without_names(plan, requirement.title, self.office.county))
            for plan in campaign.plans
            for requirement in plan.requirements
        }
        whole = ((fold(plan.title), plan.id) for plan in campaign.plans)
        self._names = owners_of([*_names(campaign.plans, self.office.county), *whole])
        self._plan_pattern = _any_of(self._names)
        self._grams = dict(_telling(campaign, self.office.county))
        self._runs = dict(_runs(campaign, self.office.county))
        self._units = dict(_unit_names(campaign))
        self._unit_pattern = _any_of(self._units)
        self._item_titles = [
            (title, (plan.id, requirement.id))
            for plan in campaign.plans
            for requirement in plan.requirements
            if len(title := fold(requirement.title)) >= 6
        ]
        titles = (each for plan in campaign.plans for each in (plan.title, *(one.title for one in plan.requirements)))
        self._title_grams = {gram for title in (campaign.title, *titles) for gram in _grams(fold(title), _GRAM)}
        self._codes = Codes(*campaign.references, *past)
        self._rates = {
            (plan.id, requirement.id): span(requirement.title).rates
            for plan in campaign.plans
            for requirement in plan.requirements
        }
        long = campaign.issued.year != campaign.ends.year
        self._finely = long or any(_is_fine(each) for plan in campaign.plans for each in plan.requirements)
        self._dated = [title for title in _dated_titles(campaign) if title]

    def ours(self, code: str) -> re.Pattern[str]:
        """The subject of a letter of ours; `code` is the pattern of its reference in brackets."""
        return re.compile(rf"^(?:【模拟演练】)?【[^】]*】.*?{code}", re.IGNORECASE)

    def odd_clause(self, text: str, marked: Callable[[str], str]) -> str:
        """As in `note`."""
        return odd_clause(text, marked, self.office)

    def asks(self, texts: Iterable[str]) -> bool:
        """As in `speech`."""
        return asks(texts, self.office)

    def says_nil(self, text: str, marked: Callable[[str], str]) -> bool:
        """As in `nil`."""
        return says_nil(text, marked)

    def named_nil(self, name: str) -> bool:
        """As in `nil`."""
        return named_nil(name)

    def thanks(self, text: str) -> bool:
        """As in `thanks`."""
        return only_thanks(text)

    def of_file(self, name: str) -> Named:
        """What an attachment's name says."""
        return self.read(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name))

    def of_text(self, text: str, with_files: bool) -> Named:
        """What the covering note says. A plan alone is no naming there (落实主体责任 is ordinary prose), and a
        联系人 is a signature."""
        named = self.read(text[:_HEAD])
        kinds = named.kinds - {Kind.CONTACT} if with_files or "联络" not in text else named.kinds
        plans = named.plans if kinds or named.span.says or named.items or named.hints else ()
        # A full date is the day of writing.
        return replace(named, plans=plans, kinds=kinds, span=replace(named.span, dates=frozenset()))

    def read(self, text: str) -> Named:
        """Everything that `text` names."""
        text = self._codes.blanked(text)
        folded = fold(text)
        units = frozenset(self._units[found] for found in self._unit_pattern.findall(folded))
        bare = self._unit_pattern.sub("#", folded)
        plans, listed, shared = self._plans_in(bare)
        hints, items = self._items_in(bare)
        return Named(
            plans=plans,
            listed=listed,
            items=items,
            hints=hints,
            titles=frozenset(item for title, item in self._item_titles if title in bare),
            kinds=self._kinds_in(self._plan_pattern.sub("#", bare)),
            span=self._span(text),
            units=units,
            texts=(folded,),
            shared=shared,
        )

    def _span(self, text: str) -> Span:
        """What `text` names of the calendar, as far as the campaign goes by it."""
        for title in self._dated:
            text = text.replace(title, "")
        found = span(text)
        return found.meant if self._finely else found.coarse

    def requirements_of(self, plan: Plan, named: Named) -> tuple[Requirement, ...]:
        """The requirements of `plan` that `named` may mean; none where its words fit none of them."""
        told = [each for each in plan.requirements if (plan.id, each.id) in named.items | named.hints]
        return tuple(told) or self.of_kinds([(plan, each) for each in plan.requirements], named.kinds)

    def of_kinds(self, among: Iterable[tuple[Plan, Requirement]], kinds: frozenset[Kind]) -> tuple[Requirement, ...]:
        """Those `among` these that have most of `kinds`; all where none are given; else any account of work done."""
        items = list(among)
        if not kinds:
            return tuple(requirement for _, requirement in items)
        common = [len(self._kinds[plan.id, requirement.id] & kinds) for plan, requirement in items]
        most = max(common, default=0)
        if most:
            return tuple(each for (_, each), count in zip(items, common, strict=True) if count == most)
        if not kinds <= ACCOUNTS:
            return ()
        return tuple(each for plan, each in items if self._kinds[plan.id, each.id] & ACCOUNTS)

    def marked(self, text: str, unit: str) -> str:
        """`text` without spaces and quotes, with one sign in place of each name of `unit`, and another one of what the
        campaign has words for: plans, titles of items, kinds of report."""
        left = re.sub(r"[\s　“”\"‘’]+", "", unicodedata.normalize("NFKC", text).lower())
        if self._finely:
            left = marking_periods(left, NUMBER, MATTER)
        left = self._unit_pattern.sub(lambda found: WHO if self._units[found[0]] == unit else found[0], left)
        left = self._plan_pattern.sub(MATTER, left)
        for title, _ in self._item_titles:
            left = left.replace(title, MATTER)
        return _KIND_PATTERN.sub(lambda found: found[0] if _KINDS[found[0]] == (Kind.TABLE,) else MATTER, left)

    def unexplained(self, name: str) -> str:
        """What is left of a file's name, or of a subject, without the campaign's own words, units, months, versions
        and what else such names are made of; empty where all of it is explained."""
        text = self._codes.blanked(_without_writer(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)))
        if self._finely:
            text = without_periods(text)
        bare = self._plan_pattern.sub("#", self._unit_pattern.sub("#", fold(_NUMBERED.sub("", text))))
        known = {at for at, gram in enumerate(_grams(bare, _GRAM)) if gram in self._title_grams}
        left = "".join(
            "#" if any(at - step in known for step in range(_GRAM)) else each for at, each in enumerate(bare)
        )
        return re.sub(r"[#、。 ]+", "", _dull(self.office).sub("#", left))

    def rates_of(self, plan: Plan, requirement: Requirement) -> frozenset[Every]:
        """How often a requirement recurs by the words of its own title."""
        return self._rates[plan.id, requirement.id]

    def kinds_of(self, plan: Plan, requirement: Requirement) -> frozenset[Kind]:
        """The kinds in a requirement's own title."""
        return self._kinds[plan.id, requirement.id]

    def _plans_in(self, folded: str) -> tuple[tuple[str, ...], bool, bool]:
        found = [(match, self._plans_of(match.group())) for match in self._plan_pattern.finditer(folded)]
        plans = tuple(dict.fromkeys(plan for _, some in found for plan in some))
        if not plans:
            plans = tuple(dict.fromkeys(self._runs[run] for run in _grams(folded, _RUN) if run in self._runs))
        gaps = [folded[a.end() : b.start()] for (a, one), (b, other) in pairwise(found) if one != other]
        listed = bool(gaps) and all(re.search("[、。和及与]", gap) for gap in gaps)
        return plans, listed, any(len(some) > 1 for _, some in found)

    def _plans_of(self, word: str) -> tuple[str, ...]:
        """The plans called `word`: of several campaigns there may be some."""
        return self._names[word]

    def _items_in(self, folded: str) -> tuple[frozenset[ItemName], frozenset[ItemName]]:
        """Hinted at by any telling run of four, named where at least half a telling phrase is there."""
        hits = [self._grams[gram] for gram in set(_grams(folded, _GRAM)) if gram in self._grams]
        counts = Counter(hits)
        named = frozenset(item for (item, chunk), count in counts.items() if count + _GRAM - 1 >= chunk / 2)
        return frozenset(item for item, _ in counts), named

    def _kinds_in(self, folded: str) -> frozenset[Kind]:
        return frozenset(kind for word in _KIND_PATTERN.findall(folded) for kind in _KINDS[word])


_GRAM = 4
_RUN = 7


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of `words`, the longest first."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_literal, ordered)) or r"(?!)")


def _literal(word: str) -> str:
    if word.startswith("方案"):  # 方案二, but neither 实施方案2.docx nor 方案二十, nor 方案12
        return rf"(?<![施作动]){re.escape(word)}(?!{'[0-9]' if word[-1].isascii() else '十'})"
    return re.escape(word) + (_ON_A_PLAN if Kind.WORK_PLAN in _KINDS.get(word, ()) else "")


_KIND_PATTERN = _any_of(_KINDS)
# What names of files are made of that say nothing.
_DULL_WORDS = """
材料 附件 附表 报告 报表 汇报 扫描 盖章 签字 签章 正式 最终 终稿 定稿 电子 新建 文档 工作表 上报 报送 呈报
填报 反馈 回复 答复 关于 安全 生产 上半年 文件 副本 最新 修改后 修改版 小结 照片 佐证 信息 统计 整治 专项 表格
红头 红章 版 件 表 份 年 月 日 号 的 我 我镇 我局 各项 微信 图片 季度 季 阶段 提升 非煤 无标题 未命名 重新 补报
重报 再次 补充报送 急 特急 零报告 函 请 查收 现 将 函件 公文 情况 进度 落实 推进 开展 巩固 及 和 与 含 附
扫描全能王 页 共 完整 公章 人民政府 应急管理站 应急办 发 报 主要 具体 详细 内容 印发 有关 相关 企业
从业人员 培训 压缩包 打包 全部 两 个 项 三个 二〇二二 正式稿 最终稿 电子稿 盖章稿 报送稿 已修改 建设方案
佐证资料
"""
_LATIN = (
    r"\d+|[\W_]+|[一二三四五六七八九十]+(?=月|季)|第(?:[一二三四]|\d)?(?=季)|word|excel|pdf|wps|docx?|xlsx?|pptx?|zip|final|new|microsoft|office|img|image|scan(?:ner)?|cam|mmexport|wechat|dsc|wx|copy|jpg"
    r"|report|[0-9a-f]{8,}|(?<![a-z])[a-z](?![a-z])"
)


@lru_cache(maxsize=8)
def _dull(office: OfficeNames) -> re.Pattern[str]:
    """What finds in a file's name all that says nothing, the names of the `office` and its county among it."""
    own = {office.county, office.place, office.core, office.committee, office.familiar} - {""}
    words = sorted({*_KINDS, *_GENERIC, *_DULL_WORDS.split(), *map(re.escape, own)}, key=len, reverse=True)
    return re.compile("|".join(words) + f"|{_LATIN}", re.IGNORECASE)


_NUMBERED = re.compile(
    r"\w{0,8}[〔\[（(]20\d\d[〕\]）)]\d{1,4}号|[一二三四五六七八九十]{1,3}(?=月)|第?[一二三四](?=季)"
)


def _without_writer(name: str) -> str:
    """`name` without the name of a person that stands at its end, apart from the rest."""
    found = re.search(r"[-—_ 　(（]([\u4e00-\u9fff]{2,4})[)）]?$", name)
    return name[: found.start()] if found and is_plain_name(found[1]) else name


def _grams(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(len(text) - size + 1))


def _core(plan: Plan, county: str) -> str:
    return _DRESSING.sub("", plan.title.removeprefix(county))


def _parts(plan: Plan, county: str) -> tuple[str, ...]:
    """The parts of a plan's title that stand by themselves: 机械化换人, 自动化减人, …"""
    return tuple(part for each in re.split(r"[、，“”]", _core(plan, county)) if len(part := fold(each)) >= 5)


def _names(plans: Iterable[Plan], county: str) -> Iterator[tuple[str, str]]:
    numerals = {number: word for word, number in NUMERALS.items()}
    for plan in plans:
        for name in (fold(plan.short), fold(_core(plan, county)), *_parts(plan, county)):
            yield name, plan.id
        yield f"方案{plan.no}", plan.id
        if plan.no in numerals:
            yield f"方案{numerals[plan.no]}", plan.id


def owners_of(named: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """The plans that are called by each name. Within a campaign the last one has it, as its numbers follow each other,
    and a whole title goes before a name; those of several all have."""
    found: dict[str, dict[str, str]] = {}
    for name, plan in named:
        campaign = plan.rpartition(JOINT)[0]
        found.setdefault(name, {})[campaign] = plan
    return {name: tuple(owners.values()) for name, owners in found.items()}


def _runs(campaign: Campaign, county: str) -> Iterator[tuple[str, str]]:
    """Long runs of a plan's title that no other title has."""
    owners: dict[str, set[str]] = {}
    for plan in campaign.plans:
        for run in _grams(fold(_core(plan, county)), _RUN):
            owners.setdefault(run, set()).add(plan.id)
    general = set(_grams(fold(campaign.title), _RUN))
    return ((run, min(plans)) for run, plans in owners.items() if len(plans) == 1 and run not in general)


def _without_names(plan: Plan, title: str, county: str) -> str:
    return _any_of(name for name, _ in _names([plan], county)).sub("#", fold(title))


def _is_fine(requirement: Requirement) -> bool:
    """Whether words of more than months and quarters say when what it reports is of."""
    rules = [requirement.rule, *(rule for _, rule in requirement.apart)]
    for amendment in requirement.amended:
        rules += [*filter(None, [amendment.rule]), *(rule for _, rule in amendment.apart)]
    return any(
        rule.every not in (Every.ONCE, Every.MONTH, Every.QUARTER)
        or rule.previous
        or (rule.offset is not None and rule.offset.anchor is Anchor.PERIOD)
        for rule in rules
    )


def _dated_titles(campaign: Campaign) -> Iterator[str]:
    """The titles, and the beginnings of titles, that have a year of their own: it is no year of a report's."""
    titles = (campaign.title, *(title for plan in campaign.plans for title in (plan.title, plan.short)))
    for title in titles:
        found = re.search(r".*20\d\d年?度?(?:[^\W\d]{2})?", title)
        if found:
            yield from (title, found[0] if len(found[0]) > 6 else "")


def _telling(campaign: Campaign, county: str) -> Iterator[tuple[str, tuple[ItemName, int]]]:
    """Runs of four of what tells a requirement's title from every other title, with the length of the whole phrase."""
    cut = _any_of([*_KINDS, *_GENERIC])
    owners: dict[str, dict[ItemName, int]] = {}
    for plan in campaign.plans:
        for requirement in plan.requirements:
            for chunk in re.split("[#、。]", cut.sub("#", _without_names(plan, requirement.title, county))):
                for gram in _grams(chunk, _GRAM):
                    owners.setdefault(gram, {})[plan.id, requirement.id] = len(chunk)
    general = {
        gram
        for title in (campaign.title, *(plan.title for plan in campaign.plans))
        for gram in _grams(fold(title), _GRAM)
    }
    for gram, items in owners.items():
        if len(items) == 1 and gram not in general:
            (found,) = items.items()
            yield gram, found


def _unit_names(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """Every unit by its names of three characters or more: the aliases 科技 and 文化 are words of plans too."""
    for unit in campaign.units.values():
        for name in (unit.name, *unit.aliases):
            for form in (fold(name), _COUNTY.sub("", fold(name))):
                if len(form) >= 3:
                    yield form, unit.id
