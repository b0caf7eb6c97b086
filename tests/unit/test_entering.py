"""What may be entered after what, what it comes to, and when reminders begin anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cuibao.model import Channel, Confirming, Entry, Receipt, Standing, Status, Step
from cuibao.policy.entries import Already, Refused, admit, newest, to_confirm
from cuibao.policy.reminders import steps_again
from cuibao.policy.standing import RULES, standing
from cuibao.policy.status import status
from cuibao.policy.workdays import WorkingDays
from cuibao.times import parse_moment
from tests.unit import samples

PERIOD = samples.period(samples.MINES, "monthly", date(2022, 7, 25))
KEY = samples.obligation(samples.MINES, "monthly", date(2022, 7, 25)).key


def entry(kind: Entry, when: str = "2022-07-20T10:00", note: str = "原因", **more: object) -> Receipt:
    moment = parse_moment(when)
    return replace(Receipt(KEY, kind, moment, Channel.MAIL, "王芳", note, moment), **more)  # type: ignore[arg-type]


def log(*wanted: Receipt) -> tuple[Receipt, ...]:
    """The log after `wanted` were entered one after the other; each must be admitted."""
    entries: tuple[Receipt, ...] = ()
    for one in wanted:
        number = newest(entries) if one.entry is Entry.WITHDRAWN and one.withdraws is None else one.withdraws
        admitted = admit(PERIOD, entries, replace(one, withdraws=number))
        assert isinstance(admitted, Receipt), admitted
        entries += (admitted,)
    return entries


def said(entries: tuple[Receipt, ...], wanted: Receipt) -> str:
    verdict = admit(PERIOD, entries, wanted)
    assert isinstance(verdict, Already | Refused)
    return verdict.words


RECEIVED = entry(Entry.RECEIVED)
RETURNED = entry(Entry.RETURNED, "2022-07-28T09:00", "缺盖章")
AGAIN = entry(Entry.RECEIVED, "2022-08-02T15:00")


def test_a_kind_of_entry_that_no_rule_names_is_no_exemption(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(RULES) == set(Entry) - {Entry.WITHDRAWN}
    exempted = log(entry(Entry.EXEMPTED))
    monkeypatch.delitem(RULES, Entry.EXEMPTED)  # as if it had been forgotten
    with pytest.raises(KeyError):
        standing(exempted)


def test_it_keeps_the_first_arrival_of_what_was_sent_back() -> None:
    back = standing(log(RECEIVED, RETURNED))
    assert (back.settled, back.first_at, back.returned and back.returned.note) == (
        False,
        RECEIVED.received_at,
        "缺盖章",
    )
    again = standing(log(RECEIVED, RETURNED, AGAIN))
    assert (again.settled, again.first_at, again.returned) == (True, RECEIVED.received_at, None)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (log(RECEIVED), Status.ON_TIME),
        (log(RECEIVED, RETURNED), Status.RETURNED),
        (log(RECEIVED, RETURNED, AGAIN), Status.ON_TIME),
        (log(AGAIN), Status.LATE),
        (log(entry(Entry.EXEMPTED)), Status.EXEMPT),
        (log(RECEIVED, entry(Entry.WITHDRAWN)), Status.OVERDUE),
        (log(RECEIVED, RETURNED, entry(Entry.WITHDRAWN, "2022-07-29T09:00")), Status.ON_TIME),
        ((), Status.OVERDUE),
    ],
)
def test_it_comes_to_a_status(entries: tuple[Receipt, ...], expected: Status) -> None:
    now = parse_moment("2022-08-05T08:30")
    assert status(PERIOD, standing(entries), date(2022, 7, 20), now) is expected


def test_it_sees_what_was_so_at_a_moment_and_no_mistake() -> None:
    entries = log(RECEIVED, RETURNED, AGAIN)
    assert standing(entries, parse_moment("2022-07-30T08:30")).returned is not None
    assert standing(entries, parse_moment("2022-07-20T09:00")) == replace(Standing(), count=3)
    mistaken = log(RECEIVED, entry(Entry.WITHDRAWN, "2022-07-30T09:00"))
    assert not standing(mistaken, parse_moment("2022-07-21T08:30")).received


@pytest.mark.parametrize(
    ("entries", "wanted", "words"),
    [
        (log(RECEIVED), entry(Entry.RECEIVED, "2022-07-22T10:00"), "已登记收到"),
        (log(RECEIVED, RETURNED), RETURNED, "已退回"),
        (log(entry(Entry.EXEMPTED)), entry(Entry.EXEMPTED, "2022-07-22T10:00"), "已登记免报"),
        (log(entry(Entry.EXTENDED, due=date(2022, 8, 5))), entry(Entry.EXTENDED, due=date(2022, 8, 5)), "已登记延期"),
        (log(RECEIVED, entry(Entry.WITHDRAWN)), entry(Entry.WITHDRAWN), "已撤销"),
        (log(RECEIVED, entry(Entry.WITHDRAWN)), entry(Entry.WITHDRAWN, withdraws=1), "已撤销"),
    ],
)
def test_the_same_twice_is_harmless(entries: tuple[Receipt, ...], wanted: Receipt, words: str) -> None:
    assert isinstance(admit(PERIOD, entries, wanted), Already)
    assert said(entries, wanted) == words


@pytest.mark.parametrize(
    ("entries", "wanted", "words"),
    [
        ((), entry(Entry.NIL), "这一事项不接受零报告"),
        ((), RETURNED, "还没有登记收到，不能退回"),
        (log(RECEIVED), entry(Entry.RETURNED, "2022-07-19T09:00"), "退回日期早于收到日期"),
        (log(RECEIVED, RETURNED), entry(Entry.RETURNED, "2022-07-29T09:00", "另一个原因"), "已经退回过，还没有重报"),
        (log(RECEIVED, RETURNED), entry(Entry.RECEIVED, "2022-07-27T09:00"), "收到日期早于退回的日期"),
        (log(RECEIVED), entry(Entry.EXEMPTED), "已登记收到，不必免报"),
        (log(RECEIVED), entry(Entry.EXTENDED, due=date(2022, 8, 5)), "已登记收到，不必延期"),
        ((), entry(Entry.EXTENDED, due=date(2022, 7, 25)), "延期日期应晚于现在的期限 2022-07-25"),
        ((), entry(Entry.WITHDRAWN), "没有登记过，没有可以撤销的"),
        (log(RECEIVED), entry(Entry.WITHDRAWN, withdraws=2), "没有第 2 条登记，现有 1 条"),
    ],
)
def test_it_refuses_a_contradiction(entries: tuple[Receipt, ...], wanted: Receipt, words: str) -> None:
    assert isinstance(admit(PERIOD, entries, wanted), Refused)
    assert said(entries, wanted).startswith(words)


def test_it_takes_a_nil_report_where_one_will_do_and_a_real_one_after_it() -> None:
    lenient = replace(PERIOD, requirement=replace(PERIOD.requirement, nil=True))
    nil = admit(lenient, (), entry(Entry.NIL))
    assert isinstance(nil, Receipt)
    assert standing([nil]).nil
    real = admit(lenient, [nil], entry(Entry.RECEIVED, "2022-07-22T10:00"))
    assert isinstance(real, Receipt)
    assert (standing([nil, real]).nil, standing([nil, real]).first_at) == (False, nil.received_at)


def test_a_withdrawal_without_number_takes_back_the_last_and_never_the_one_before() -> None:
    entries = log(RECEIVED, RETURNED)
    assert newest(entries) == 2
    assert newest(log(RECEIVED, RETURNED, entry(Entry.WITHDRAWN))) is None


def test_an_extension_moves_the_date_that_counts() -> None:
    put_off = standing(log(entry(Entry.EXTENDED, due=date(2022, 8, 5))))
    extended = replace(PERIOD, due=date(2022, 8, 5))
    for now, expected in (
        ("2022-07-28T08:30", Status.EXTENDED),
        ("2022-08-04T08:30", Status.DUE_SOON),
        ("2022-08-06T08:30", Status.OVERDUE),
    ):
        assert status(extended, put_off, date(2022, 8, 1), parse_moment(now)) is expected


# --- reminders that begin anew ---


def again(of: Receipt, due: date = date(2022, 7, 25)) -> list[tuple[str, date]]:
    found = steps_again(replace(PERIOD, due=due), samples.campaign(), WorkingDays(), of)
    return [(step.code, step.day) for step in found]


def test_what_was_sent_back_after_its_date_has_no_step_of_its_own() -> None:
    assert again(replace(RETURNED, seq=2)) == []


def test_what_was_sent_back_before_its_date_is_told_the_next_working_day() -> None:
    found = again(entry(Entry.RETURNED, "2022-07-15T09:00", seq=2))
    assert found[0] == ("returned.2", date(2022, 7, 18))
    assert ("due.2", date(2022, 7, 25)) in found


def test_what_was_put_off_is_reminded_of_before_its_new_date() -> None:
    found = again(entry(Entry.EXTENDED, "2022-07-25T09:00", seq=1), due=date(2022, 8, 5))
    assert ("due.1", date(2022, 8, 5)) in found
    assert all(day > date(2022, 7, 25) for _, day in found)
    assert not any(code.startswith("opening") for code, _ in found)


@given(some.dates(date(2022, 5, 1), date(2022, 11, 30)), some.sampled_from([Entry.RETURNED, Entry.EXTENDED]))
def test_steps_that_begin_anew_come_after_the_entry_in_order_on_working_days(day: date, kind: Entry) -> None:
    of = entry(kind, f"{day}T09:00", seq=3)
    found = steps_again(PERIOD, samples.campaign(), WorkingDays(), of)
    days = [step.day for step in found]
    assert days == sorted(days)
    assert len({step.code for step in found}) == len(found)
    assert all(each > day and WorkingDays().is_working(each) for each in days)
    assert all(step.step is not Step.OPENING for step in found)


BEGUN = PERIOD.begins
BEFORE = BEGUN - timedelta(days=1)


@pytest.mark.parametrize("kind", Entry)
def test_of_a_group_is_confirmed_what_may_touch_who_is_not_meant(kind: Entry) -> None:
    asked = to_confirm(PERIOD, kind, BEGUN, group=True)
    assert asked == (None if kind in (Entry.EXEMPTED, Entry.EXTENDED) else Confirming.GROUP)
    assert to_confirm(PERIOD, kind, BEGUN, group=False) is None


@pytest.mark.parametrize("kind", [Entry.RECEIVED, Entry.NIL])
def test_what_comes_before_its_period_is_confirmed_of_a_unit_and_refused_of_a_group(kind: Entry) -> None:
    assert to_confirm(PERIOD, kind, BEFORE, group=False) is Confirming.EARLY
    refused = to_confirm(PERIOD, kind, BEFORE, group=True)
    assert isinstance(refused, Refused)
    assert refused.words == (f"这一报送期 {BEGUN} 才开始，不能整组登记{kind.zh}；确有提前报的，请逐个选单位")


def test_what_is_decided_of_a_period_ahead_is_not_asked_about() -> None:
    assert to_confirm(PERIOD, Entry.EXEMPTED, BEFORE, group=True) is None
    assert to_confirm(PERIOD, Entry.EXTENDED, BEFORE, group=False) is None
