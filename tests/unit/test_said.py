"""What is said in several places: the clerk reads one date, one item and one server's words alike everywhere."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from cuibao import said
from tests.unit import samples

CHINA = timezone(timedelta(hours=8))
TODAY = date(2022, 7, 25)
MORNING = datetime(2022, 7, 26, 8, 5, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 4, 25), "4月25日（星期一）"),
        (date(2022, 7, 31), "7月31日（星期日）"),
        (date(2023, 1, 3), "2023年1月3日（星期二）"),
    ],
)
def test_it_spells_out_a_date(day: date, words: str) -> None:
    assert said.spelled_out(day, TODAY) == words


@pytest.mark.parametrize("moment", [MORNING, MORNING.astimezone(UTC)])
def test_it_tells_a_moment_by_shanghais_clock(moment: datetime) -> None:
    assert said.short_moment(moment) == "7月26日 08:05"
    assert said.full_moment(moment) == "2022年7月26日 08:05"
    assert said.within_sentence(moment) == "2022年7月26日08:05"


def test_it_tells_the_hour_only_where_a_clerk_gave_one() -> None:
    assert said.as_entered(MORNING) == "2022年7月26日08:05"
    assert said.as_entered(datetime(2022, 7, 26, tzinfo=CHINA)) == "2022年7月26日"


def test_it_titles_a_period_with_its_month_or_quarter() -> None:
    assert said.full_title(samples.period(samples.MINES, "monthly", TODAY)).endswith("（7月）")
    assert "（" not in said.full_title(samples.period(samples.SKILLS, "stage", TODAY))


@pytest.mark.parametrize(
    ("due", "words"), [(date(2022, 7, 25), "（7月，7月25日前）"), (date(2023, 7, 25), "（7月，2023年7月25日前）")]
)
def test_it_labels_an_item_with_its_period_and_date(due: date, words: str) -> None:
    assert said.label_of(samples.period(samples.MINES, "monthly", due)).endswith(words)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_it_reads_a_servers_words_in_either_encoding(encoding: str) -> None:
    assert said.decoded("授权码错误".encode(encoding)) == "授权码错误"


def test_it_reads_what_is_in_no_encoding_too() -> None:
    assert said.decoded(b"no \xff\xff")


def test_it_keeps_a_header_on_one_line_and_its_rare_characters() -> None:
    assert said.one_line("信丰\r\n Bcc: a\u2028b\x00\t c\ue000") == "信丰 Bcc: a b c\ue000"


def test_it_cuts_short_what_a_machine_said_and_leaves_out_what_does_not_print() -> None:
    assert said.short_line("550\u202e no\r\n\u200bone") == "550 no one"
    assert said.short_line("长" * 301) == "长" * 299 + "…"
    assert said.short_line("长" * 300) == "长" * 300
