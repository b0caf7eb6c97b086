"""Which of a unit's obligations the words of a text mean: one of each named, or why a person must say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cuibao.model import Every, Obligation, ObligationKey, Period, Plan
from cuibao.policy.mail import timing
from cuibao.policy.mail.events import named_in, not_meant
from cuibao.policy.mail.naming import Kind, Named, Wording
from cuibao.policy.recurrence import kind_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tracked obligation of a unit; `owed` is false once it is settled (received, exempt)."""

    obligation: Obligation
    owed: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is meant: `owed` and `settled` obligations, or a `doubt` for a person, who chooses `among` some."""

    owed: tuple[Obligation, ...] = ()
    settled: tuple[Obligation, ...] = ()
    among: tuple[Obligation, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """What one unit has to report, as of `today`. `letter`: what the letter it answers asks for; None: no letter.

    An item whose period has not begun is owed by nobody yet; only words that leave no doubt match it, in a mail that
    writes its year, which is then among the `years`.
    """

    wording: Wording
    candidates: Sequence[Candidate]
    today: date
    letter: Collection[ObligationKey] | None
    years: frozenset[int] = frozenset()

    def choose(self, named: Named, *, outside: bool) -> Meaning:
        """What `named` means. `outside`: whether explicit words may name an item that the letter does not ask for."""
        if not named.explicit:
            happened = named_in([each.obligation for each in self.candidates], named.texts)
            if happened:
                events = [each for each in self.candidates if each.obligation in happened]
                return self._of_span(events, events, named, outside)
            return self._in_letter(named)
        plans, asked = self._of_one_campaign([self.wording.plans[plan] for plan in named.of_plans], named)
        outside = outside and not asked
        meanings = [self._in_plan(plan, named, outside) for plan in plans]
        theirs = [meaning for meaning, obliged in meanings if obliged]
        if not theirs:
            return meanings[0][0]
        if named.shared and len({plan.campaign for plan in plans}) > 1:
            return Meaning(among=_all(theirs), doubt=say("几个攻坚战里都有这样叫的，不能确定报的是哪一个的"))
        if len(theirs) > 1 and not named.listed and named.plans:
            return Meaning(among=_all(theirs), doubt=say("写到几个方案，不能确定报的是哪一项"))
        doubt = next((meaning.doubt for meaning in theirs if meaning.doubt), "")
        if doubt:
            return Meaning(among=_all(theirs), doubt=doubt)
        return Meaning(
            owed=tuple(each for meaning in theirs for each in meaning.owed),
            settled=tuple(each for meaning in theirs for each in meaning.settled),
        )

    def _of_one_campaign(self, plans: Sequence[Plan], named: Named) -> tuple[Sequence[Plan], bool]:
        """Of `plans` of several campaigns that are called alike, those of the one in which the unit has to report, or
        which the letter is about, or of whose years the words are; all of them where that leaves it open. And whether
        it is the letter alone that says which: then what it does not ask for may be the other's."""
        if not named.shared:
            return plans, False
        theirs = {each.obligation.period.plan.id for each in self.candidates}
        asked = {key.plan for key in self.letter or ()}
        stated = named.span.stated
        dated = {each.obligation.period.plan.id for each in self.candidates if self._years(each.obligation) & stated}
        for meant, by_letter in ((theirs, False), (theirs & asked, True), (theirs & dated, False)):
            left = [plan for plan in plans if plan.id in meant]
            if len({plan.campaign for plan in left}) == 1:
                return left, by_letter
        return plans, False

    def open(self) -> tuple[Obligation, ...]:
        """What is owed now, the letter's items first, then the nearest due."""
        owed = [each.obligation for each in self.candidates if self._owed_now(each)]
        return tuple(sorted(owed, key=lambda each: (not self._asked(each), *self._distance(each))))

    def _owed_now(self, candidate: Candidate) -> bool:
        return candidate.owed and self._ripe(candidate.obligation.period)

    def _ripe(self, period: Period) -> bool:
        return timing.ripe(period, (each.obligation.period for each in self.candidates), self.today)

    def _asked(self, obligation: Obligation) -> bool:
        return self.letter is not None and obligation.key in self.letter

    def _distance(self, obligation: Obligation) -> tuple[int, int]:
        return abs((obligation.period.due - self.today).days), obligation.period.plan.no

    def _in_plan(self, plan: Plan, named: Named, outside: bool) -> tuple[Meaning, bool]:
        """What it means of `plan`, and whether the unit has anything to report there."""
        of_plan = [each for each in self.candidates if each.obligation.period.plan.id == plan.id]
        meant = self.wording.requirements_of(plan, named)
        theirs = [each for each in of_plan if each.obligation.period.requirement in meant]
        if theirs:
            return self._of_span(theirs, of_plan, named, outside), True
        if of_plan and not meant:
            doubt = say("看不出是“{plan}”的哪一项", plan=plan.distinct)
        elif meant and not any(requirement.tracked for requirement in meant):
            doubt = say("“{plan}”的“{item}”是工作节点，不需要报送材料", plan=plan.distinct, item=_short(meant[0].title))
        else:
            name = plan.distinct
            if len(meant) == 1:
                name = say("{plan}：{item}", plan=name, item=_short(meant[0].title))
            doubt = say("该单位不需要报“{name}”", name=name)
        return Meaning(among=self._owed_of(of_plan), doubt=doubt), bool(of_plan)

    def _in_letter(self, named: Named) -> Meaning:
        """What generic words, or none, mean of the letter's items."""
        if self.letter is None:
            return Meaning(among=self.open(), doubt=say("看不出报的是哪一项"))
        asked = [each for each in self.candidates if self._asked(each.obligation)]
        if not asked:
            return Meaning(among=self.open(), doubt=say("所回复的信里没有该单位要报的事项，看不出报的是哪一项"))
        items = {
            (each.obligation.period.plan.id, each.obligation.period.requirement.id): (
                each.obligation.period.plan,
                each.obligation.period.requirement,
            )
            for each in asked
        }
        told = (named.titles or named.hints) & items.keys()
        meant = [items[key][1] for key in sorted(told)] or self.wording.of_kinds(items.values(), named.kinds)
        theirs = [each for each in asked if each.obligation.period.requirement in meant]
        if not theirs:
            return Meaning(among=self._owed_of(asked), doubt=say("所写的不像信里的任何一项"))
        meaning = self._of_span(theirs, asked, named, outside=True)
        if not meaning.owed and len(meaning.settled) == 1 and not (named.kinds or named.span.says or told):
            # Nothing is named and nothing is owed any more: it goes with all that was asked for.
            return Meaning(settled=tuple(each.obligation for each in theirs if not each.owed))
        return meaning

    def _of_span(self, theirs: Sequence[Candidate], wider: Sequence[Candidate], named: Named, outside: bool) -> Meaning:
        """Narrowed to the periods named. A month says nothing of an item reported once."""
        left, doubt = self._fitting(theirs, named)
        if doubt:
            return Meaning(among=self._owed_of(wider), doubt=doubt)
        meant = timing.narrowed([each.obligation for each in left if self._named(each.obligation, named)], named.span)
        within = [each for each in left if each.obligation in meant]
        if timing.clashing(meant):
            return Meaning(among=self._owed_of(within), doubt=say("写到几个报送期，不能确定报的是哪一期"))
        # 上月 depends on when it was written: it rules out, and does not choose.
        if within and named.span.relative and any(self._owed_now(each) and each not in within for each in left):
            return Meaning(among=self._owed_of(left), doubt=say("有几项可能，不能确定是哪一项"))
        if within:
            return self._pick(within, named, outside)
        if not named.span.tells and not any(timing.told(each.obligation.period, named.span) for each in left):
            return self._of_date(left, named, outside)
        single = [each for each in left if not kind_of(each.obligation.period).recurs]
        vague = not (named.kinds or named.items or named.hints or named.titles)
        short = named.span.weeks or named.span.tenths or named.span.days
        if short or len(single) < len(left) or (vague and len(single) > 1):
            return Meaning(among=self._owed_of(wider), doubt=_no_such_period(left))
        rivals = [each for each in wider if self._named(each.obligation, named)]
        if rivals and Kind.SUMMARY in named.kinds and Kind.YEAR not in named.kinds:
            return Meaning(among=self._owed_of([*rivals, *single]), doubt=say("可能是月报，也可能是总结"))
        return self._of_date(single, named, outside)

    def _fitting(self, theirs: Sequence[Candidate], named: Named) -> tuple[Sequence[Candidate], str]:
        """Those of `theirs` that are of the years, kinds of report and events named; or why none is."""
        years = frozenset().union(*(self._years(each.obligation) for each in theirs))
        written = years | {each.obligation.period.due.year for each in theirs}
        if named.span.years and written.isdisjoint(named.span.years):
            return (), say("写的是{year}年的材料", year=min(named.span.years))
        stated = named.span.stated
        left = [each for each in theirs if not stated or self._years(each.obligation) & stated]
        if not left:
            return (), say("写的是{year}年的材料", year=min(stated))
        rated = [each for each in left if self._fits_rate(each.obligation, named)]
        left = rated or [each for each in left if timing.fits_loosely(each.obligation.period, named.span.rates)]
        if not left:
            return (), say(
                "没有{listed}报送的这一项", listed=say("、").join(each.word for each in sorted(named.span.rates))
            )
        happened = not_meant([each.obligation for each in left], named.texts)
        left = [each for each in left if each.obligation not in happened]
        return left, "" if left else say("写的是哪一次的情况，不能确定")

    def _fits_rate(self, obligation: Obligation, named: Named) -> bool:
        period, rates = obligation.period, named.span.rates
        return not rates or timing.fits_rate(period, rates, self.wording.rates_of(period.plan, period.requirement))

    def _years(self, obligation: Obligation) -> frozenset[int]:
        period = obligation.period
        kinds = self.wording.kinds_of(period.plan, period.requirement)
        return timing.years(period, summed=kinds >= {Kind.YEAR, Kind.SUMMARY})

    def _named(self, obligation: Obligation, named: Named) -> bool:
        return timing.named(obligation.period, named.span, self.today)

    def _of_date(self, meant: Sequence[Candidate], named: Named, outside: bool) -> Meaning:
        """Narrowed to the dates that a number (第二次) or a month names, of what is due on several."""
        dated = [each.obligation for each in meant if kind_of(each.obligation.period) is Every.LIST]
        if not dated or not (named.span.turns or named.span.months):
            return self._pick(meant, named, outside)
        found = timing.of_turn(dated, named.span)
        items = {each.period.identity[:2] for each in found}
        unsure = not named.span.turns and any(timing.about_the_month_before(each, dated) for each in found)
        if not found or len(items) < len(found) or unsure:
            return Meaning(among=self._nearest(dated), doubt=say("不能确定报的是哪一次"))
        return self._pick([each for each in meant if each.obligation in found], named, outside)

    def _pick(self, meant: Sequence[Candidate], named: Named, outside: bool) -> Meaning:
        """The one that is owed; the letter's before others; then what was settled, or is clearly sent early."""
        now = [each.obligation for each in meant if self._owed_now(each)]
        asked = [each for each in now if self._asked(each)]
        if len(asked or now) > 1:
            among = self._nearest(asked or now)
            doubt = say("信里有几项未报，不能确定是哪一项") if asked else say("有几项可能，不能确定是哪一项")
            return Meaning(among=among, doubt=doubt)
        if any(self._is_early(each) for each in asked or now):
            before = [each for each in self.candidates if self._same_item(each, (asked or now)[0])]
            return Meaning(
                among=self._owed_of(before), doubt=say("所写的一期还没有结束，前一期还没有报，请核对是哪一期")
            )
        if asked:
            return Meaning(owed=tuple(asked))
        if now:
            if self.letter is not None and not outside:
                return Meaning(among=tuple(now), doubt=say("正文写的事项不在所回复的信里"))
            return Meaning(owed=tuple(now))
        return self._not_owed_now(meant, named)

    def _not_owed_now(self, meant: Sequence[Candidate], named: Named) -> Meaning:
        early = [each.obligation for each in meant if each.owed]
        certain = [each for each in early if self._certain(each, named)]
        if len(certain) == 1 and not self._is_early(certain[0]):
            return Meaning(owed=tuple(certain))
        settled = [each.obligation for each in meant if not each.owed]
        if settled:
            return Meaning(settled=(max(settled, key=lambda each: each.period.due),))
        return Meaning(among=self._nearest(early), doubt=say("所写的事项还没有到报送期，请核对"))

    def _certain(self, obligation: Obligation, named: Named) -> bool:
        """Whether the words leave no doubt about an item not begun: its year, and its period or its kind to the
        word."""
        period = obligation.period
        if self._years(obligation).isdisjoint(self.years):
            return False
        name = (period.plan.id, period.requirement.id)
        if kind_of(period).recurs:
            return self._named(obligation, named)
        kinds = self.wording.kinds_of(period.plan, period.requirement)
        return name in named.items | named.titles or (bool(kinds) and kinds == named.kinds)

    def _is_early(self, obligation: Obligation) -> bool:
        """Whether it is reported on when it is over, is not over yet, and one before it is owed: many write the period
        in which they report for the one that they report on."""
        period = obligation.period
        if not timing.is_afterwards(period) or period.about < self.today:
            return False
        others = (each for each in self.candidates if self._same_item(each, obligation))
        return any(each.obligation.period.about < period.about for each in others)

    def _same_item(self, candidate: Candidate, obligation: Obligation) -> bool:
        """Whether it is owed of the same item."""
        return candidate.owed and candidate.obligation.period.identity[:2] == obligation.period.identity[:2]

    def _owed_of(self, candidates: Iterable[Candidate]) -> tuple[Obligation, ...]:
        return self._nearest(each.obligation for each in candidates if self._owed_now(each))

    def _nearest(self, obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
        return tuple(sorted(dict.fromkeys(obligations), key=self._distance))


def _all(meanings: Iterable[Meaning]) -> tuple[Obligation, ...]:
    return tuple(dict.fromkeys(each for meaning in meanings for each in (*meaning.owed, *meaning.among)))


def _no_such_period(candidates: Iterable[Candidate]) -> str:
    kinds = {kind_of(each.obligation.period) for each in candidates}
    if kinds <= {Every.ONCE, Every.MONTH, Every.QUARTER}:
        return say("没有所写月份（季度）的报送期")
    return say("没有所写时间的报送期")


def _short(text: str) -> str:
    return text if len(text) <= 18 else f"{text[:17]}…"
