"""The kinds of words that commands take, with their mistakes said in Chinese."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from cuibao.model import Term
from cuibao.times import parse_moment

T = TypeVar("T", bound=Term)


class Moment(click.ParamType[datetime]):
    """A moment such as 2022-07-25T08:30, by the office's clock where it has no offset; a bare date is its midnight."""

    name = "时刻"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse `value`; fails in Chinese."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(value)
        except ValueError:
            self.fail(f"应为时刻，如 2022-07-25T08:30，现为 {value}", param, ctx)


class Day(click.ParamType[date]):
    """A date such as 2022-07-25."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse `value`; fails in Chinese."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"应为日期，如 2022-07-25，现为 {value}", param, ctx)


class Received(click.ParamType[date | datetime]):
    """When a report arrived: a date, or a moment."""

    name = "日期或时刻"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:
        """Parse `value`; fails in Chinese."""
        try:
            return date.fromisoformat(value) if len(value) == len("2022-07-25") else parse_moment(value)
        except ValueError:
            self.fail(f"应为日期或时刻，如 2022-07-25 或 2022-07-25T16:20，现为 {value}", param, ctx)


class ByTerm(click.ParamType[T]):
    """A word of the glossary, in Chinese or by its English value."""

    def __init__(self, kind: type[T], name: str, members: Iterable[T] | None = None) -> None:
        self.name = name
        self._known = {word: member for member in members or kind for word in (member.word, member.value)}
        self._listed = words_of(members or kind)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """Parse `value`; fails in Chinese."""
        if value not in self._known:
            self.fail(f"应为 {self._listed} 之一，现为 {value}", param, ctx)
        return self._known[value]


def words_of(kind: Iterable[Term]) -> str:
    """The words that a command takes for `kind`, listed."""
    return "、".join(member.word for member in kind)


as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
campaign_option = click.option(
    "--campaign",
    metavar="攻坚战",
    help="只看一个攻坚战（文件夹名、代号或名称）；不写就用 CUIBAO_CAMPAIGN，没有设就看全部。",
)
as_of_option = click.option("--as-of", type=Moment(), help="按哪个时刻计算，如 2022-07-25T08:30；不写就是现在。")
