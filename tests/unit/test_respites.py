"""For how long a mail that waits keeps an item from being chased."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cuibao.model import Channel, Entry, Receipt, Respite, RespiteKind
from cuibao.policy.respites import Naming, respite_by_mails
from cuibao.policy.workdays import WorkingDays
from cuibao.times import parse_moment
from tests.unit import samples

KEY = samples.obligation(samples.MINES, "monthly", date(2022, 7, 25)).key
# A Wednesday, and the fifth working day after it.
CAME, UNTIL = date(2022, 7, 27), date(2022, 8, 3)


# When the item was due.
DUE = date(2022, 7, 25)


def came(day: str, *, read: str = "", waits: bool = True, vouched: bool = True) -> Naming:
    moment = parse_moment(f"2022-{day}T10:00")
    return Naming(moment, parse_moment(f"2022-{read}T10:00") if read else moment, waits, vouched)


def entered(day: str, kind: Entry = Entry.RETURNED) -> Receipt:
    moment = parse_moment(f"2022-{day}T15:00")
    return Receipt(KEY, kind, moment, Channel.PHONE, "王芳", "缺盖章", moment)


def given_on(day: str, *mails: Naming, entries: tuple[Receipt, ...] = ()) -> Respite | None:
    return respite_by_mails(mails, entries, DUE, date.fromisoformat(f"2022-{day}"), WorkingDays())


def test_it_lasts_to_the_fifth_working_day_after_the_mail() -> None:
    respite = Respite(RespiteKind.MAIL, CAME, UNTIL)
    assert [given_on(day, came("07-27")) for day in ("07-27", "07-28", "08-03")] == [respite] * 3
    assert given_on("08-04", came("07-27")) is None


def test_what_came_after_the_day_that_is_looked_at_gives_none() -> None:
    assert given_on("07-26", came("07-27")) is None


def test_what_a_person_has_decided_gives_none() -> None:
    assert given_on("07-28", came("07-27", waits=False)) is None


def test_a_second_mail_does_not_make_it_longer() -> None:
    both = came("07-27"), came("08-03")
    assert given_on("08-03", *both) == Respite(RespiteKind.MAIL, CAME, UNTIL)
    assert given_on("08-04", *both) is None


def test_a_mail_after_a_dismissed_one_has_what_is_left_of_its_days() -> None:
    both = came("07-27", waits=False), came("07-29")
    assert given_on("08-03", *both) == Respite(RespiteKind.MAIL, date(2022, 7, 29), UNTIL)
    assert given_on("08-04", *both) is None


@pytest.mark.parametrize("kind", [Entry.RETURNED, Entry.EXTENDED, Entry.WITHDRAWN])
def test_after_an_entry_it_is_given_anew_for_a_mail_since(kind: Entry) -> None:
    entries = (entered("08-08", kind),)
    assert given_on("08-09", came("07-27"), entries=entries) is None
    again = given_on("08-10", came("07-27"), came("08-09"), entries=entries)
    assert again == Respite(RespiteKind.MAIL, date(2022, 8, 9), date(2022, 8, 16))


def test_it_tells_of_a_mail_that_is_vouched_for_before_another() -> None:
    found = given_on("07-29", came("07-27", vouched=False), came("07-28"))
    assert found == Respite(RespiteKind.MAIL, date(2022, 7, 28), UNTIL)
    assert given_on("07-29", came("07-27", vouched=False)) == Respite(RespiteKind.MAIL, CAME, UNTIL, vouched=False)


def test_a_mail_of_long_before_it_was_due_uses_up_nothing() -> None:
    assert given_on("07-28", came("06-06", vouched=False), came("07-27")) == Respite(RespiteKind.MAIL, CAME, UNTIL)
    before = given_on("07-26", came("07-20"))
    assert before is not None
    assert before.until == date(2022, 7, 27)  # some of its days lie after the due date
    assert given_on("07-28", came("07-20"), came("07-27")) is None


def test_what_came_while_the_machine_was_off_counts_from_when_it_was_found() -> None:
    assert given_on("08-10", came("07-27", read="08-10")) == Respite(RespiteKind.MAIL, CAME, date(2022, 8, 17))


@given(some.lists(some.integers(0, 40), min_size=1, max_size=8), some.data())
def test_however_many_mails_come_no_item_is_held_for_more_than_five_working_days(
    days: list[int], data: some.DataObject
) -> None:
    calendar, first = WorkingDays(), date(2022, 6, 6)
    mails = [
        came(
            f"{first + timedelta(days=day):%m-%d}", waits=data.draw(some.booleans()), vouched=data.draw(some.booleans())
        )
        for day in sorted(days)
    ]
    looked_at = [first + timedelta(days=day) for day in range(80)]
    held = [day for day in looked_at if respite_by_mails(mails, (), first, day, calendar) and calendar.is_working(day)]
    assert len([day for day in held if day != held[0]]) <= 5
