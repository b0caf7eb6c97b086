"""The columns of a table of contacts, by every name that offices give them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from unicodedata import normalize

from cuibao.errors import Contradiction

# Above the names of the columns stand a title, who filled the table in, an empty line: never more than this.
HEADER_WITHIN = 10
LONGEST_NAME = 60


class Column(Enum):
    """What a column holds, by the name that an export gives it."""

    UNIT = "单位"
    ADDRESSES = "单位邮箱"
    NAME = "姓名"
    POST = "职务"
    PHONE = "电话"
    MOBILE = "手机"
    EMAIL = "邮箱"
    LEADER_NAME = "领导姓名"
    LEADER_POST = "领导职务"
    LEADER_PHONE = "领导电话"
    LEADER_MOBILE = "领导手机"
    LEADER_EMAIL = "领导邮箱"


_PERSON = {
    "NAME": ("姓名",),
    "POST": ("职务", "职务职称", "职务/职称", "职位", "职称"),
    "PHONE": ("电话", "办公电话", "联系电话", "座机", "固定电话", "电话号码", "联系方式", "办公室电话"),
    "MOBILE": ("手机", "手机号", "手机号码", "移动电话", "手机电话"),
    "EMAIL": ("邮箱", "电子邮箱", "邮箱地址", "email", "电子邮件", "邮件地址", "电子邮箱地址"),
}
_UNIT = ("单位", "单位名称", "责任单位", "部门", "部门名称", "乡镇", "镇", "填报单位", "报送单位", "成员单位")
_LIAISON = ("联络员", "联系人", "联络人")
_LEADER = ("分管领导", "领导", "分管负责人")


def _names() -> dict[str, Column]:
    names = dict.fromkeys(_UNIT, Column.UNIT)
    names |= dict.fromkeys(("单位邮箱", "单位电子邮箱", "单位邮箱地址", "公共邮箱"), Column.ADDRESSES)
    for kind, words in _PERSON.items():
        names |= dict.fromkeys(words, Column[kind])
        names |= {before + word: Column[kind] for word in words for before in _LIAISON}
        names |= {before + word: Column[f"LEADER_{kind}"] for word in words for before in _LEADER}
    names |= dict.fromkeys(_LIAISON, Column.NAME)
    return names | dict.fromkeys(_LEADER, Column.LEADER_NAME)


_NAMES = _names()
_GROUPS = {**dict.fromkeys(_LIAISON, ""), **dict.fromkeys(_LEADER, "领导")}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the names of the columns stand: the first row (from 0) below them, and the column at each index."""

    below: int
    columns: Mapping[int, Column]
    ignored: tuple[str, ...]


def column_called(name: str) -> Column | None:
    """The column that an office calls `name`, whatever spaces, brackets and signs it writes with it."""
    return _NAMES.get(bare(name))


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """The header among the first rows, in one line or in two; None where no row looks like one.

    Raises Contradiction where there is one without 单位, or with a name given twice.
    """
    candidates = rows[:HEADER_WITHIN]
    best = max(range(len(candidates)), key=lambda at: _known(candidates[at]), default=None)
    with_unit = [at for at, row in enumerate(candidates) if _has_unit(row) and _looks_like_header(rows, at)]
    if with_unit:
        return _header(rows, with_unit[0])
    if best is None or _known(candidates[best]) < 2:
        return None
    named = "、".join(_shown(name) for name in candidates[best] if name.strip())
    raise Contradiction(f"缺少“单位”一列。第 {best + 1} 行的列名有：{named}")


def _looks_like_header(rows: Sequence[Sequence[str]], at: int) -> bool:
    return _known(rows[at]) > 1 or _is_second_line(rows, at)


def _header(rows: Sequence[Sequence[str]], at: int) -> Header:
    below, names = at + 1, list(rows[at])
    if _is_second_line(rows, at):
        below, names = at + 2, _joined(rows[at], rows[at + 1])
    columns = {index: column for index, name in enumerate(names) if (column := column_called(name))}
    # Beside 单位 a column 部门 says where in the unit somebody sits.
    units = [index for index, column in columns.items() if column is Column.UNIT]
    for index in sorted(units, key=lambda index: _UNIT.index(bare(names[index])))[1:]:
        del columns[index]
    _require_each_once(columns, names, below)
    ignored = tuple(_shown(name) for index, name in enumerate(names) if name.strip() and index not in columns)
    return Header(below, columns, ignored)


def _require_each_once(columns: Mapping[int, Column], names: Sequence[str], line: int) -> None:
    for column in columns.values():
        same = [_shown(names[index]) for index, other in columns.items() if other is column]
        if len(same) > 1:
            raise Contradiction(
                f"第 {line} 行有几列都是“{column.value}”：{'、'.join(same)}。请只留一列，其余的改名或删去"
            )


def _is_second_line(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether the row after `at` goes on with the header: under 联络员 (merged cells) stand 姓名, 职务, 手机."""
    if at + 1 >= len(rows):
        return False
    first, second = rows[at], rows[at + 1]
    under_unit = [second[i] for i, name in enumerate(first) if column_called(name) is Column.UNIT and i < len(second)]
    return not any(cell.strip() for cell in under_unit) and _known(second) > 1


def _joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Two lines of a header as one: what stands under 分管领导 is the leader's."""
    names, group = [], ""
    for index in range(max(len(first), len(second))):
        above = first[index] if index < len(first) else ""
        under = second[index] if index < len(second) else ""
        group = above if above.strip() else group
        names.append(f"{_GROUPS.get(bare(group), '')}{under}" if under.strip() else above)
    return names


def _known(row: Sequence[str]) -> int:
    return sum(column_called(name) is not None for name in row)


def _has_unit(row: Sequence[str]) -> bool:
    return any(column_called(name) is Column.UNIT for name in row)


def bare(name: str) -> str:
    """`name` without what says nothing: spaces, line breaks, a bracket behind it, stars, a colon, the - of E-mail.

    Nothing where it is too long for a name.
    """
    if len(name) > LONGEST_NAME:
        return ""
    return re.sub(r"\(.*?\)|[\s*:_-]", "", normalize("NFKC", name)).casefold()


def _shown(name: str) -> str:
    return "".join(name[:LONGEST_NAME].split())
