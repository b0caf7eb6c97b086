"""How much work a regular expression makes of a text: counted, by a matcher that goes the ways of Python's own.

    steps(re.compile("a*b"), "aaaa")     # every character that is looked at, each as often as it is

Python's matcher tries the same ways in the same order and is spared some of them; what grows no faster than the text
here grows no faster there.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Next = Callable[[int], bool]
_DEEPEST = 1_000_000
# What takes one character.
_SINGLE = frozenset({sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY})


def steps(pattern: re.Pattern[Any], text: str | bytes, *, anchored: bool = False) -> int:
    """The steps to find every match in `text`, or with `anchored` only one at its beginning."""
    counting = _Counting(pattern, text)
    at = 0
    deepest = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEEPEST)
    try:
        while at <= len(text):
            stop = counting.match_at(at)
            if anchored:
                break
            at = stop if stop is not None and stop > at else at + 1
    finally:
        sys.setrecursionlimit(deepest)
    return counting.steps


def letters(pattern: re.Pattern[Any]) -> list[str]:
    """What a text must hold to lead the pattern anywhere: its own words, and a character of each of its classes."""
    found = dict.fromkeys(["a", "1", " ", "\n", "!"])
    for run in _words(
        parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if _is_bytes(pattern) else pattern.flags)
    ):
        found.setdefault(run)
    return list(found)


def _is_bytes(pattern: re.Pattern[Any]) -> bool:
    return isinstance(pattern.pattern, bytes)


def _words(nodes: Any) -> Iterator[str]:
    run = ""
    for op, given in nodes:
        if op is sre.LITERAL:
            run += chr(given)
            continue
        if run:
            yield run
            run = ""
        if op is sre.IN:
            yield from (
                chr(each[1] if each[0] is sre.LITERAL else each[1][0])
                for each in given
                if each[0] in (sre.LITERAL, sre.RANGE)
            )
        elif op is sre.BRANCH:
            for branch in given[1]:
                yield from _words(branch)
        elif op is sre.SUBPATTERN:
            yield from _words(given[3])
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            yield from _words(given[2])
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _words(given[1])
        elif op is sre.NOT_LITERAL:
            yield chr(given)
    if run:
        yield run


@cache
def _parsed(pattern: re.Pattern[Any]) -> tuple[Any, dict[tuple[int, str], bool]]:
    """What `pattern` consists of; and which characters its parts were seen to take, by the parts' own identities."""
    flags = pattern.flags & ~re.UNICODE if _is_bytes(pattern) else pattern.flags
    return parser.parse(pattern.pattern, flags).data, {}


class _Counting:
    def __init__(self, pattern: re.Pattern[Any], text: str | bytes) -> None:
        self.steps = 0
        self._text = text.decode("latin-1") if isinstance(text, bytes) else text
        self._flags = int(pattern.flags)
        self._nodes, self._taken = _parsed(pattern)

    def match_at(self, at: int) -> int | None:
        """Where the match at `at` ends."""
        ends: list[int] = []

        def end(stop: int) -> bool:
            ends.append(stop)
            return True

        return ends[0] if self._match(self._nodes, 0, at, end) else None

    def _match(self, nodes: Any, number: int, at: int, then: Next) -> bool:
        for node in nodes[number:]:
            if node[0] not in _SINGLE:
                break
            self.steps += 1
            if not self._takes(node, at):
                return False
            number, at = number + 1, at + 1
        if number == len(nodes):
            return then(at)
        self.steps += 1
        op, given = nodes[number]

        def rest(stop: int) -> bool:
            return self._match(nodes, number + 1, stop, then)

        if op is sre.SUBPATTERN:
            return self._match(given[3].data, 0, at, rest)
        if op is sre.BRANCH:
            for branch in given[1]:  # noqa: SIM110 (a generator's frames are on the machine's own stack)
                if self._match(branch.data, 0, at, rest):
                    return True
            return False
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, most, inner = given
            return self._repeat(op, least, most, inner.data, at, rest)
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            direction, inner = given
            return self._looks(direction, inner, at) is (op is sre.ASSERT) and rest(at)
        if op is sre.AT:
            return self._stands(given, at) and rest(at)
        raise NotImplementedError(op)

    def _repeat(self, op: Any, least: int, most: Any, inner: Any, at: int, then: Next) -> bool:
        if len(inner) == 1 and inner[0][0] in _SINGLE:
            return self._repeat_single(op, least, most, inner[0], at, then)

        def go(count: int, here: int) -> bool:
            def again(stop: int) -> bool:
                return stop > here and go(count + 1, stop)

            more = count < most and (lambda: self._match(inner, 0, here, again))
            enough = count >= least and (lambda: then(here))
            ways = (more, enough) if op is sre.MAX_REPEAT else (enough, more)
            for way in ways:  # noqa: SIM110
                if way and way():
                    return True
            return False

        return go(0, at)

    def _repeat_single(self, op: Any, least: int, most: Any, node: Any, at: int, then: Next) -> bool:
        if op is sre.MIN_REPEAT:
            count = 0
            while count < most and (count < least or not then(at + count)):
                self.steps += 1
                if not self._takes(node, at + count):
                    return False
                count += 1
            return count >= most and then(at + count)
        count = 0
        while count < most and self._takes(node, at + count):
            count += 1
        self.steps += count
        for taken in range(count, least - 1, -1):
            self.steps += 1
            if then(at + taken):
                return True
        return False

    def _looks(self, direction: int, inner: Any, at: int) -> bool:
        start = at if direction > 0 else at - inner.getwidth()[0]
        return start >= 0 and self._match(inner.data, 0, start, lambda _: True)

    def _stands(self, where: Any, at: int) -> bool:
        text = self._text
        if where is sre.AT_BEGINNING_STRING or (where is sre.AT_BEGINNING and not self._flags & re.MULTILINE):
            return at == 0
        if where is sre.AT_BEGINNING:
            return at == 0 or text[at - 1] == "\n"
        if where is sre.AT_END_STRING:
            return at == len(text)
        if where is sre.AT_END:
            return at == len(text) or (text[at] == "\n" and (bool(self._flags & re.MULTILINE) or at == len(text) - 1))
        if where in (sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY):
            beside = [0 <= place < len(text) and _is_word(text[place]) for place in (at - 1, at)]
            return (beside[0] != beside[1]) is (where is sre.AT_BOUNDARY)
        raise NotImplementedError(where)

    def _takes(self, node: Any, at: int) -> bool:
        if not 0 <= at < len(self._text):
            return False
        what = id(node), self._text[at]
        if what not in self._taken:
            self._taken[what] = self._takes_one(node, what[1])
        return self._taken[what]

    def _takes_one(self, node: Any, char: str) -> bool:
        op, given = node
        if op is sre.ANY:
            return char != "\n" or bool(self._flags & re.DOTALL)
        cases = {char, char.lower(), char.upper()} if self._flags & re.IGNORECASE else {char}
        if op is sre.IN:
            negated = given[0][0] is sre.NEGATE
            return any(_holds(each, case) for each in given[negated:] for case in cases) is not negated
        return any(ord(case) == given for case in cases if len(case) == 1) is (op is sre.LITERAL)


def _holds(item: Any, char: str) -> bool:
    op, given = item
    if len(char) != 1:
        return False
    if op is sre.LITERAL:
        return bool(ord(char) == given)
    if op is sre.RANGE:
        return bool(given[0] <= ord(char) <= given[1])
    categories = {
        sre.CATEGORY_SPACE: char.isspace(),
        sre.CATEGORY_NOT_SPACE: not char.isspace(),
        sre.CATEGORY_DIGIT: char.isdigit(),
        sre.CATEGORY_NOT_DIGIT: not char.isdigit(),
        sre.CATEGORY_WORD: _is_word(char),
        sre.CATEGORY_NOT_WORD: not _is_word(char),
    }
    return bool(categories[given])


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
