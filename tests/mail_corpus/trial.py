"""A row of the corpus, run through the reader and the rules with the campaign as the office keeps it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from cuibao.loading import load_campaign
from cuibao.mailbox.parsing import parse
from cuibao.model import Campaign, ObligationKey, Verdict
from cuibao.policy.mail.judging import Came, Candidate, Judgement, Matcher, SentLetter
from cuibao.policy.mail.vouching import Trust
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.mail_corpus.cases import OURS, SUBJECT, Case, Item
from tests.mails import AUTHSERV

ROOT = Path(__file__).resolve().parents[2]
UNIT = "jiading"


@cache
def campaign(nil: bool) -> tuple[Campaign, Schedule, Matcher]:
    """The campaign of 2022; `nil`: one in which 零报告 will do everywhere."""
    found = load_campaign(ROOT / "schedules" / "xinfeng-2022", ROOT / "contacts")
    if nil:
        plans = (replace(p, requirements=tuple(replace(r, nil=True) for r in p.requirements)) for p in found.plans)
        found = replace(found, plans=tuple(plans))
    return found, Schedule(found, WorkingDays()), Matcher(found, frozenset({found.mailbox}), Trust(AUTHSERV))


@dataclass(frozen=True)
class Before:
    """What went and came before, as the row has it."""

    case: Case

    def attached(self, unit: str) -> frozenset[str]:
        """Files of ours."""
        assert unit
        return frozenset(hashlib.sha256(data).hexdigest() for data in self.case.ours)

    def came(self, key: ObligationKey) -> Came:
        """What was sent back."""
        for item, ids, files in self.case.back:
            if item == (key.plan, key.requirement, key.period):
                return Came(frozenset(ids), frozenset(hashlib.sha256(data).hexdigest() for data in files))
        return Came()


def judged(case: Case) -> Judgement:
    """What becomes of the row's mail."""
    _, schedule, matcher = campaign(case.nil)

    def candidates(unit: str) -> Sequence[Candidate]:
        since = date.fromisoformat(case.since)
        of_unit = (each for each in schedule.of_unit(unit) if each.period.requirement.tracked)
        return [Candidate(each, owed=each.period.due >= since) for each in of_unit]

    keys = frozenset(ObligationKey(*item, UNIT) for item in case.asked or ())
    letter = SentLetter(OURS, SUBJECT, UNIT, keys)
    known = {OURS: letter} if case.asked is not None else {}

    def quoted(code: str, _arrived_at: datetime) -> SentLetter | None:
        return next((each for each in known.values() if code in each.subject), None)

    return matcher.judge(parse(case.raw, case.arrived_at), known, quoted, candidates, Before(case))


def settled(judgement: Judgement) -> frozenset[Item]:
    """The items that a judgement registers."""
    keys = (match.obligation.key for match in judgement.matches) if judgement.verdict is Verdict.RECEIPT else ()
    return frozenset((key.plan, key.requirement, key.period) for key in keys)
