"""What an English mail names of a campaign, and whether it says more than that a report is sent in.

Everything is matched by whole words. Of a title those words tell that no other title has, alone or two together; a plan
that is named and no item of it, two items at once, or a quarter by its number are for a person.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from cuibao.model import JOINT, Campaign, Every, Person, Plan, Requirement
from cuibao.policy.mail.english_spans import english_span, readable, without_english_periods
from cuibao.policy.mail.english_words import (
    SAFE,
    THANKS,
    WHOLE,
    asks_in_english,
    calls_it_nil,
    hedges,
    is_nil,
    plain,
)
from cuibao.policy.mail.footers import without_footers
from cuibao.policy.mail.naming import ItemName, Kind, Named, Wording, fold, owners_of
from cuibao.policy.mail.phrases import MATTER, NAME, NUMBER, PHONE, WHO

_HEAD = 400
_LONGEST = 4000
_FEW = 20
# A run of marks is looked at once, from its first, or a long one would cost its square.
_SENTENCE = re.compile(r"(?<![.!;,:\u2013\u2014])[.!;,:\u2013\u2014]+(?=\s|$)|\n")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# What every title has, and so tells none from another.
_GENERIC = frozenset(
    [
        "a",
        "an",
        "and",
        "all",
        "annual",
        "at",
        "by",
        "campus",
        "data",
        "district",
        "each",
        "end",
        "entered",
        "fall",
        "final",
        "for",
        "form",
        "from",
        "in",
        "information",
        "list",
        "log",
        "month",
        "monthly",
        "of",
        "office",
        "on",
        "or",
        "per",
        "plan",
        "program",
        "quarter",
        "quarterly",
        "report",
        "reporting",
        "reports",
        "review",
        "school",
        "schools",
        "semester",
        "spring",
        "state",
        "status",
        "summary",
        "the",
        "to",
        "update",
        "weekly",
        "winter",
        "year",
        "yearly",
    ]
)
# What names of files are made of that say nothing. No draft, no template, no question is among them.
_DULL = frozenset(
    [
        "a",
        "an",
        "and",
        "attached",
        "attachment",
        "completed",
        "copy",
        "corrected",
        "district",
        "doc",
        "document",
        "docx",
        "email",
        "es",
        "elementary",
        "excel",
        "file",
        "final",
        "for",
        "form",
        "from",
        "hs",
        "high",
        "img",
        "is",
        "middle",
        "ms",
        "new",
        "of",
        "office",
        "page",
        "pages",
        "pdf",
        "re",
        "reply",
        "report",
        "reporting",
        "reports",
        "revised",
        "roster",
        "scan",
        "scanned",
        "school",
        "sheet",
        "signed",
        "spreadsheet",
        "submission",
        "submitted",
        "the",
        "to",
        "updated",
        "v",
        "version",
        "word",
        "workbook",
        "xls",
        "xlsx",
        "our",
        "monthly",
        "log",
        "summary",
        "update",
        "data",
    ]
)
_RATES = {
    "daily": Every.DAY,
    "weekly": Every.WEEK,
    "monthly": Every.MONTH,
    "quarterly": Every.QUARTER,
    "yearly": Every.YEAR,
    "annual": Every.YEAR,
}
_CLOSING = re.compile(
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest)(?: (?:regards|wishes))?|regards|sincerely(?: yours)?"
    r"|yours truly|respectfully|cheers|warmly|sent from my .{1,30}"
    r"|(?:many )?thanks(?: (?:so|very) much| again)?|thank you(?: (?:so|very) much| again)?)"
)
_PHONES = re.compile(r"\(?\+?\d[\d()\s.-]{6,18}\d(?:\s*(?:ext\.?|x)\s*\d{1,6})?", re.IGNORECASE)
_PLACES = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,64}|https?://\S+|www\.\S+")
_POSTS = frozenset(
    [
        "principal",
        "assistant",
        "vice",
        "registrar",
        "office",
        "manager",
        "secretary",
        "attendance",
        "clerk",
        "administrative",
        "admin",
        "technician",
        "coordinator",
        "director",
        "counselor",
        "teacher",
        "dean",
        "specialist",
        "school",
        "elementary",
        "middle",
        "high",
        "district",
        "unified",
        "phone",
        "tel",
        "telephone",
        "fax",
        "cell",
        "mobile",
        "email",
        "ext",
        "main",
        "direct",
        "p",
        "f",
        "o",
        "c",
    ]
)
# Known words, and yet more than that something is sent in: whatever is done on a day, or by one, may be done still;
# what is with somebody else has not come; and what begins with its verb asks.
_MORE = re.compile(
    rf"\b(?:by|on|at) {NUMBER}|\b(?:submitting|sending|emailing|submission)\b.*\bin {NUMBER}"
    r"|\b(?:is|are|s) (?:in|on|by|to)\b|^(?:is|are|am)\b(?! attached)"
)
_OURS = r"^\s*(?:\[[A-Z ]+\]\s*)*(?:Action needed|Please respond|New reporting dates): .*?{code}"
_EXTERNAL = re.compile(r"^\s*(?:\[(?:external|ext)(?: e-?mail)?\]|(?:external|ext)\s*:)\s*", re.IGNORECASE)


class EnglishWording(Wording):
    """The words of an English campaign, worked out once; `past` as of the Chinese ones."""

    prefix = _EXTERNAL

    def __init__(self, campaign: Campaign, past: Collection[str] = ()) -> None:
        super().__init__(campaign, past)
        self._plan_names = owners_of(
            (name, plan.id)
            for plan in campaign.plans
            for name in (plain(plan.short), plain(plan.title), f"program {plan.no}")
        )
        titles = {
            (plan.id, each.id): plain(each.title)
            for plan in campaign.plans
            for each in plan.requirements
            if each.tracked
        }
        # Of several campaigns some have a title in common.
        self._items_by_title: dict[str, tuple[ItemName, ...]] = {}
        for item, title in titles.items():
            self._items_by_title[title] = (*self._items_by_title.get(title, ()), item)
        self._tells = dict(_telling(titles))
        self._rules = {
            (plan.id, each.id): each.rule.every for plan in campaign.plans for each in plan.requirements if each.tracked
        }
        self._persons = {
            unit.id: frozenset(_words_of(unit.liaison)) | frozenset(_words_of(unit.leader))
            for unit in campaign.units.values()
        }
        contacts = (plan.contact.name or "" for plan in campaign.plans)
        self._unit_names: dict[str, str] = {}
        self._readers = frozenset(plain(" ".join((campaign.office, campaign.office_short, *contacts))).split())
        for unit in campaign.units.values():
            full = [plain(name) for name in (unit.name, *unit.aliases)]
            bare = [name for name in map(_bare, full) if name and name not in self._readers]
            self._unit_names |= dict.fromkeys((*full, *bare), unit.id)

    def ours(self, code: str) -> re.Pattern[str]:
        """The subject of a letter of ours, with a `code` in brackets at its end."""
        return re.compile(_OURS.replace("{code}", code), re.IGNORECASE)

    def of_text(self, text: str, with_files: bool) -> Named:
        """What the covering note says; a full date is the day of writing."""
        named = self.read(text[:_HEAD])
        plans = named.plans if named.span.says or named.items else ()
        return replace(named, plans=plans, span=replace(named.span, dates=frozenset()))

    def read(self, text: str) -> Named:
        """Everything that `text` names."""
        spaced = readable(self._codes.blanked(text))
        words = f" {plain(spaced)} "
        units, words = _taken(words, self._unit_names)
        items = frozenset(self._items_named(words))
        named = [plans for name, plans in self._plan_names.items() if f" {name} " in words]
        plans = {plan for each in named for plan in each}
        return Named(
            plans=tuple(sorted(plans | {plan for plan, _ in items})),
            items=items,
            hints=items,
            titles=frozenset(self._titled(words)),
            span=english_span(self._without_dated_titles(spaced)).meant,
            units=frozenset(units),
            texts=(fold(text),),
            shared=any(len(each) > 1 for each in named) or len({plan.rpartition(JOINT)[0] for plan, _ in items}) > 1,
        )

    def requirements_of(self, plan: Plan, named: Named) -> tuple[Requirement, ...]:
        """The requirements of `plan` that `named` means; of a plan that is named alone, its only one."""
        told = tuple(each for each in plan.requirements if (plan.id, each.id) in named.items)
        if told:
            return told
        sent_in = tuple(each for each in plan.requirements if each.tracked)
        return sent_in if len(sent_in) == 1 else ()

    def of_kinds(self, among: Iterable[tuple[Plan, Requirement]], kinds: frozenset[Kind]) -> tuple[Requirement, ...]:
        """All: no word means a sort of report in general."""
        return tuple(requirement for _, requirement in among)

    def kinds_of(self, plan: Plan, requirement: Requirement) -> frozenset[Kind]:
        """None, likewise."""
        return frozenset()

    def rates_of(self, plan: Plan, requirement: Requirement) -> frozenset[Every]:
        """None: how often an item recurs is looked at where it is named."""
        return frozenset()

    def marked(self, text: str, unit: str) -> str:
        """`text` in plain words, with a sign in place of each name of `unit` or of its people, of numbers and periods,
        and of what the campaign has words for."""
        left = _PHONES.sub(f" {PHONE} ", _PLACES.sub(f" {PHONE} ", text))
        words = f" {plain(without_english_periods(left, NUMBER))} "
        own = {name for name, each in self._unit_names.items() if each == unit}
        words = _marking(words, own, WHO)
        words = _marking(words, {*self._items_by_title, *self._plan_names, *self._tells}, MATTER)
        kept = self._persons[unit] | self._readers
        return " ".join(NAME if each in kept else NUMBER if each.isdigit() else each for each in words.split())

    def unexplained(self, name: str) -> str:
        """The words of a file's name, or of a subject, that are none of the campaign's, of units, periods, versions or
        what else such names are made of; empty where all are."""
        left = self._codes.blanked(_SUFFIX.sub("", name))
        words = f" {plain(without_english_periods(left, NUMBER))} "
        words = _marking(words, self._unit_names, NUMBER)
        words = _marking(words, {*self._items_by_title, *self._plan_names, *self._tells}, NUMBER)
        known = _DULL.union(*self._persons.values())
        return " ".join(
            each for each in words.split() if each not in known and not re.fullmatch(rf"{NUMBER}|\d+|v\d+|[a-z]", each)
        )

    def odd_clause(self, text: str, marked: Callable[[str], str]) -> str:
        """The first clause of a covering note that says more than that something is sent in; empty where none does."""
        above, below = _signed(without_footers(text))
        if len(above) > _LONGEST:
            return above[:20]
        for clause in _SENTENCE.split(above):
            if not self._is_known(clause, marked):
                return clause.strip()
        return next((line.strip() for line in below if not self._is_signature(line, marked)), "")

    def asks(self, texts: Iterable[str]) -> bool:
        """Whether one of `texts` asks for something, promises it, or takes it back."""
        return any(asks_in_english(text[:_LONGEST]) for text in texts)

    def says_nil(self, text: str, marked: Callable[[str], str]) -> bool:
        """Whether a clause among the first of `text` is a nil report, and nothing beside takes from it."""
        above, _ = _signed(text[:_HEAD])
        return not hedges(above) and any(is_nil(_signless(marked(each))) for each in _SENTENCE.split(above))

    def named_nil(self, name: str) -> bool:
        """Whether the name of a file, or a subject, calls it a nil report."""
        return calls_it_nil(readable(_SUFFIX.sub("", name)))

    def thanks(self, text: str) -> bool:
        """Whether a reply says no more than that our letter has arrived."""
        above, below = _signed(text)
        words = plain(above).split()
        short = 0 < len(words) <= _FEW and "?" not in above and THANKS.issuperset(words)
        return short and all(map(_is_capitalized, below))

    def _is_known(self, clause: str, marked: Callable[[str], str]) -> bool:
        words = marked(clause)
        if not words or is_nil(_signless(words)):
            return True
        for whole in WHOLE:
            words = whole.sub(" ", words)
        signs = {WHO, MATTER, NUMBER, NAME, PHONE}
        if _MORE.search(words):
            return False
        return not asks_in_english(clause) and all(each in SAFE or each in signs for each in words.split())

    def _is_signature(self, line: str, marked: Callable[[str], str]) -> bool:
        """Whether it is a line of a signature: a name, a post, a school, a number, an address."""
        words = marked(line).split()
        signs = {WHO, MATTER, NUMBER, NAME, PHONE}
        if all(each in signs or each in _POSTS for each in words):
            return True
        named = line.strip(" .,-*").split()
        return (
            1 <= len(named) <= 3
            and all(re.fullmatch(r"[A-Z][a-z'\u2019-]{1,15}\.?|[A-Z]\.?", each) for each in named)
            and not asks_in_english(line)
            and not {each for each in plain(line).split() if each in SAFE}
        )

    def _items_named(self, words: str) -> Iterator[ItemName]:
        rates = {every for word, every in _RATES.items() if f" {word} " in words}
        whole = set(self._titled(words))
        told = {item for tell, item in self._tells.items() if f" {tell} " in words}
        for item in whole or told:
            if rates <= {self._rules[item]}:
                yield item

    def _titled(self, words: str) -> Iterator[ItemName]:
        """The items whose whole title is among the `words`."""
        for title, items in self._items_by_title.items():
            if f" {title} " in words:
                yield from items

    def _without_dated_titles(self, text: str) -> str:
        """`text` without the titles that have a year of their own: it is no year of a report's."""
        for title in self._dated:
            text = text.replace(title, "")
        return text


def _telling(titles: dict[ItemName, str]) -> Iterator[tuple[str, ItemName]]:
    """The words, and two words together, that a single title has; none of generic words alone."""
    found: Counter[str] = Counter()
    of: dict[str, ItemName] = {}
    for item, title in titles.items():
        words = title.split()
        pairs = {f"{one} {two}" for one, two in pairwise(words) if not {one, two} <= _GENERIC}
        for each in pairs | {form for word in set(words) - _GENERIC for form in _forms(word)}:
            found[each] += 1
            of[each] = item
    return ((each, of[each]) for each, count in found.items() if count == 1)


def _bare(name: str) -> str:
    """What a school is called for short: Kestrel, of Kestrel Middle School."""
    words = name.split()
    while words and words[-1] in ("elementary", "middle", "high", "school", "academy"):
        words.pop()
    return " ".join(words)


def _forms(word: str) -> tuple[str, ...]:
    """A word alone and in its plural, or the other way round."""
    if not word.endswith("s"):
        return word, f"{word}s"
    return (word,) if word.endswith("ss") else (word, word[:-1])


def _taken(words: str, names: dict[str, str]) -> tuple[set[str], str]:
    """Whose of `names` stand in `words`, and what is left without them, the longest first."""
    found: set[str] = set()
    for name in sorted(names, key=len, reverse=True):
        if f" {name} " in words:
            found.add(names[name])
            words = words.replace(f" {name} ", "  ")
    return found, words


def _marking(words: str, phrases: Iterable[str], sign: str) -> str:
    for phrase in sorted(phrases, key=len, reverse=True):
        while f" {phrase} " in words:
            words = words.replace(f" {phrase} ", f" {sign} ")
    return words


def _signless(words: str) -> str:
    """`words` with names for the signs, as the patterns of nil reports have them."""
    named = {WHO: "WHO", MATTER: "MATTER", NUMBER: "NUMBER"}
    return " ".join(named.get(each, each) for each in words.split())


def _signed(text: str) -> tuple[str, list[str]]:
    """What stands above a closing (Best regards), and the lines below it."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if at and (_CLOSING.fullmatch(plain(line)) or re.fullmatch(r"[-_=*]{2,} ?", line.strip())):
            return "\n".join(lines[:at]), [each for each in lines[at + 1 :] if each.strip()]
    return text, []


def _is_capitalized(line: str) -> bool:
    """Whether a line has but names, posts and numbers in it: what is said has words in lower case."""
    words = re.findall(r"[A-Za-z][A-Za-z'\u2019-]*", line)
    few = len(words) <= _FEW and not asks_in_english(line)
    return few and all(each[0].isupper() or each.lower() in _POSTS for each in words if "@" not in line)


def _words_of(person: Person) -> list[str]:
    return plain(person.name or "").split()
