"""Every kind of period is told wherever kinds are: where files name its periods, and where mails call its reports."""

from collections.abc import Mapping
from datetime import date

import pytest

from cuibao.loading.datewords import named
from cuibao.model import Every
from cuibao.policy.intervals import KINDS
from cuibao.policy.mail.spans import span

# What clerks call the reports of each kind, in a subject or the name of a file.
REPORTS: Mapping[Every, str] = {
    Every.DAY: "日报",
    Every.WEEK: "周报",
    Every.TEN_DAYS: "旬报",
    Every.MONTH: "月报",
    Every.QUARTER: "季报",
    Every.HALF_YEAR: "半年报",
    Every.YEAR: "年度总结",
}


@pytest.mark.parametrize("every", KINDS)
def test_files_name_its_periods_as_the_ledger_does(every: Every) -> None:
    interval = KINDS[every].holding(date(2025, 4, 15))
    meant = named(KINDS[every].key(interval))
    assert meant.interval == interval
    assert meant.every is (None if every is Every.DAY else every)  # a day stands for any period that holds it


@pytest.mark.parametrize("every", KINDS)
def test_mails_call_its_reports_by_words_of_their_own(every: Every) -> None:
    assert span(f"关于报送{REPORTS[every]}的函").rates == {every}


def test_kinds_stand_from_the_shortest_to_the_longest() -> None:
    # By this order a file may name a period by a longer one, and by no shorter one.
    lengths = [KINDS[every].holding(date(2025, 7, 15)) for every in Every if every.recurs]
    assert [each.ends - each.begins for each in lengths] == sorted(each.ends - each.begins for each in lengths)
