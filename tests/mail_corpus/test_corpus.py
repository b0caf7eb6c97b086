"""What becomes of every mail of the corpus: no false receipt at all, and few true reports that need a person."""

import pytest

from cuibao.model import Verdict
from tests.mail_corpus.cases import REPORT, Case
from tests.mail_corpus.fresh import FRESH_NOT, FRESH_TRUE
from tests.mail_corpus.holes import HOLES_NOT, HOLES_TRUE
from tests.mail_corpus.later import LATER_NOT, LATER_TRUE
from tests.mail_corpus.latest import LATEST_NOT, LATEST_TRUE
from tests.mail_corpus.notes import NOTES_NOT, NOTES_TRUE
from tests.mail_corpus.others import NOT_TRUE
from tests.mail_corpus.reports import TRUE
from tests.mail_corpus.second import SECOND_NOT, SECOND_TRUE
from tests.mail_corpus.tally import note
from tests.mail_corpus.trial import judged, settled

REPORTS = [*TRUE, *FRESH_TRUE, *SECOND_TRUE, *NOTES_TRUE, *HOLES_TRUE, *LATER_TRUE, *LATEST_TRUE]
OTHERS = [*NOT_TRUE, *FRESH_NOT, *SECOND_NOT, *NOTES_NOT, *HOLES_NOT, *LATER_NOT, *LATEST_NOT]
ALL = [*REPORTS, *OTHERS]


def test_the_corpus_is_large_and_says_each_thing_once() -> None:
    assert len(REPORTS) >= 130
    assert len(ALL) >= 350
    assert all(case.right == REPORT and case.items for case in REPORTS)
    assert not [case for case in OTHERS if Verdict.RECEIPT in case.right]


def test_nothing_false_is_registered_and_most_of_what_is_true() -> None:
    found = [(case, settled(judged(case))) for case in ALL]
    false = [case.what for case, items in found if items - case.items]
    right = [case for case, items in found if case.items and items == case.items]
    note(mails=len(ALL), false=len(false), true=len(REPORTS), registered=len(right))
    assert false == []
    assert len(right) >= 0.9 * len(REPORTS)


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.what)
def test_it_puts_what_is_no_report_where_it_belongs(case: Case) -> None:
    found = judged(case)
    assert found.verdict in case.right, found.reason
