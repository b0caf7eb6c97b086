"""What is read of a mail grows no faster than the mail: counted, never timed."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cuibao.incoming import Mail
from cuibao.mailbox import parse, parsing, work
from cuibao.mailbox.work import Work
from cuibao.times import SHANGHAI
from tests.attacks import ATTACKS
from tests.growth import letters, steps

ARRIVED = datetime(2022, 7, 25, 9, 0, tzinfo=SHANGHAI)
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "cuibao" / "mailbox"
# What English mails are read by.
ENGLISH = sorted((ROOT / "cuibao" / "policy" / "mail").glob("english*.py"))
SCANS = {"search", "findall", "finditer", "sub", "subn", "split"}
TRIES = {"match", "fullmatch"}
PUMPED = 200  # characters
# Twice as much for twice the text, four times for what grows with its square.
MOST = 2.8
AT_LEAST = 200


def patterns() -> Iterator[Any]:
    """Every pattern of the modules that read mail, and whether it is only tried at the beginning of a text."""
    for path in [*sorted(FOLDER.glob("*.py")), *ENGLISH]:
        package = ".".join(path.parent.relative_to(ROOT).parts)
        module = importlib.import_module(f"{package}.{path.stem}")
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
        scanned = {ast.unparse(node.value) for node in calls if node.attr in SCANS}
        for name, value in vars(module).items():
            given = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
            for number, pattern in enumerate(each for each in given if isinstance(each, re.Pattern)):
                anchored = name not in scanned and not isinstance(value, dict)
                yield pytest.param(pattern, anchored, id=f"{path.stem}.{name}{number or ''}")
        for node in nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{way}" for way in SCANS | TRIES}:
                flags = [ast.unparse(each.value) for each in node.keywords if each.arg == "flags"]
                wanted = ", ".join([ast.unparse(node.args[0]), *flags])
                pattern = eval(f"re.compile({wanted})", vars(module) | {"re": re})
                yield pytest.param(pattern, ast.unparse(node.func)[3:] in TRIES, id=f"{path.stem}:{node.lineno}")


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"(a|b)*c", "ab" * 9), (r"\s*x", " " * 40), (r"\((?:[^()\\]|\\.)*\)", r"\(\(" * 9)]
)
def test_the_counting_sees_a_square(pattern: str, text: str) -> None:
    one, two = (steps(re.compile(pattern), text * times) for times in (4, 8))
    assert two > 3 * one


def cost(pattern: re.Pattern[Any], anchored: bool, text: str) -> int:
    """The steps that `pattern` takes over the text."""
    given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    return steps(pattern, given, anchored=anchored)


@pytest.mark.slow
@pytest.mark.parametrize(("pattern", "anchored"), list(patterns()))
def test_no_pattern_costs_more_than_the_length_of_one_thing_again_and_again(
    pattern: re.Pattern[Any], anchored: bool
) -> None:
    for pump in letters(pattern):
        one, two = (cost(pattern, anchored, pump * (times * PUMPED // len(pump)) + "!") for times in (1, 2))
        assert two <= MOST * one + AT_LEAST, pump


@pytest.mark.slow
@pytest.mark.parametrize(("pattern", "anchored"), list(patterns()))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to find a shorter one takes minutes where each costs the square
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_pattern_costs_more_than_the_length_of_its_text(
    pattern: re.Pattern[Any], anchored: bool, data: st.DataObject
) -> None:
    word = st.lists(st.sampled_from(letters(pattern)), max_size=3).map("".join)
    head, pump, tail = data.draw(word), data.draw(word), data.draw(word)
    texts = (head + pump * (times * PUMPED // max(len(pump), 1)) + tail for times in (1, 2))
    one, two = (cost(pattern, anchored, text) for text in texts)
    assert two <= MOST * one + AT_LEAST


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_line_of_the_program_is_run_more_often_than_a_mail_is_long(attack: str) -> None:
    one, two = (_lines_run(ATTACKS[attack](size)) for size in (20_000, 40_000))
    assert two <= MOST * one + AT_LEAST


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_byte_is_looked_at_more_often_in_a_longer_mail(attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []

    class Counted(Work):
        def __init__(self, size: int) -> None:
            super().__init__(size)
            counts.append(self)

    monkeypatch.setattr(parsing, "Work", Counted)
    spent = []
    for size in (60_000, 120_000):
        counts.clear()
        parse(ATTACKS[attack](size), ARRIVED)
        spent.append(sum(count.spent for count in counts))
    assert spent[1] <= 2.2 * spent[0] + AT_LEAST


@pytest.mark.slow
def test_the_longest_are_read_in_seconds() -> None:
    """Each of several MB, in a process of its own that the system ends after so many seconds of work."""
    program = (
        "import resource, sys\n"
        "from datetime import datetime, UTC\n"
        "from cuibao.mailbox import parse\n"
        "from tests.attacks import ATTACKS\n"
        "for name, attack in ATTACKS.items():\n"
        "    for size in (250_000, 6_000_000):\n"
        "        used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "        limit = int(used.ru_utime + used.ru_stime) + 20\n"
        "        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))\n"
        "        print(name, size, flush=True)\n"
        "        parse(attack(size), datetime.now(UTC))\n"
        "print('all read')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("all read\n"), done.stdout[-200:] + done.stderr


def _lines_run(raw: bytes) -> int:
    """How many lines of the modules that read mail are run for `raw`."""
    count = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, event: str, _: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(str(FOLDER)) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        parse(raw, ARRIVED)
    finally:
        sys.settrace(before)
    return count


# Each within its limit for 0, over it for 1.
LIMITS = [
    ("headers", "邮件头过长", lambda over: b"X: " + b"y" * (work.HEADERS - 100 + 200 * over) + b"\r\n\r\nx"),
    ("folds", "邮件头过长", lambda over: b"X: y" + b"\r\n " * (80_000 * (1 + over)) + b"\r\n\r\nx"),
    ("fields", "邮件头过长", lambda over: b"X: y\r\n" * (1_990 + 20 * over) + b"\r\nx"),
    ("parts", "邮件分段过多", lambda over: _mixed(b"x" for _ in range(990 + 20 * over))),
    ("levels", "邮件层层嵌套过深", lambda over: _levels(15 + 2 * over)),
    ("text", "正文过长", lambda over: b"\r\n" + b"a" * (999_999 + 2 * over)),
    ("texts", "正文过长", lambda over: _mixed([b"a" * 500_000, b"b" * (499_990 + 20 * over)])),
    ("pages", "正文过长", lambda over: b"Content-Type: text/html\r\n\r\n" + b"<b>" * (333_333 + over)),
    (
        "padding",
        "邮件结构过于复杂",
        lambda over: b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YQ==" * (300_000 * over),
    ),
]


@pytest.mark.parametrize(("reason", "make"), [pytest.param(*rest, id=name) for name, *rest in LIMITS])
def test_what_is_more_than_an_honest_mail_has_is_said_and_its_header_known(reason: str, make: Any) -> None:
    within, over = (parse(_HEAD + make(number), ARRIVED) for number in (0, 1))
    assert (within.unread, over.unread) == ("", reason)
    for mail in (within, over):
        assert (mail.subject, mail.senders, mail.message_id) == ("七月报表", ("liaison@jiading.gov.cn",), "<1@x.cn>")
    assert over.raw == _HEAD + make(1)


def test_a_page_with_a_picture_written_out_is_read() -> None:
    page = b"<p>see below<img src='data:image/png;base64," + b"iVBOR" * 1_000_000 + b"'></p>"
    found = parse(b"Content-Type: text/html\r\n\r\n" + page, ARRIVED)
    assert (found.text, found.unread) == ("see below", "")


def test_nothing_that_breaks_the_reading_gets_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Mail:
        raise MemoryError

    monkeypatch.setattr(parsing, "part_of", broken)
    found = parse(_HEAD + b"\r\nx", ARRIVED)
    assert (found.subject, found.unread) == ("七月报表", "邮件结构过于复杂")


_HEAD = "From: <liaison@jiading.gov.cn>\r\nSubject: 七月报表\r\nMessage-ID: <1@x.cn>\r\n".encode()


def _mixed(texts: Iterable[bytes]) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(
        b"--b\r\n\r\n%s\r\n" % each for each in texts
    )


def _levels(number: int) -> bytes:
    heads = (f"Content-Type: multipart/mixed; boundary={each}\r\n\r\n--{each}\r\n" for each in range(number))
    return "".join(heads).encode() + b"\r\nx"
