"""The command line: reads its words, opens the office, calls one service, prints a table or JSON."""

import atexit
import codecs
import gc
import io
import logging
import sys

import click

from cuibao.cli.mistakes import in_chinese
from cuibao.cli.output import say
from cuibao.cli.program import cli
from cuibao.errors import CuibaoError


def main() -> None:
    """The `cuibao` command: exit 0, or 1 with one clear message in Chinese."""
    # Most of a short command is imports, and nothing of them is garbage: look for it less often, and not at the end.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        _let_chinese_through(stream)
    logging.getLogger("cuibao").addHandler(logging.NullHandler())
    logging.getLogger("cuibao").propagate = False
    logging.getLogger("cuibao.office").addHandler(_Aloud())
    try:
        cli.main(standalone_mode=False)
    except CuibaoError as mistake:
        _fail(str(mistake))
    except click.exceptions.Abort:
        _fail("已中断。")
    except click.ClickException as mistake:
        _fail(in_chinese(mistake))
    except BrokenPipeError:
        sys.exit(1)
    except Exception as bug:
        _fail(f"程序出错（{type(bug).__name__}）。请把 {_kept(bug)} 发给维护程序的人。")


class _Aloud(logging.Handler):
    """Says on standard error what the office has to tell whoever opened it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, without date or level."""
        say(record.getMessage(), err=True)


def _let_chinese_through(stream: object) -> None:
    """A stream that claims ASCII gets UTF-8, as click gives it; what GBK lacks is escaped: neither ends in a crash."""
    if isinstance(stream, io.TextIOWrapper):
        ascii_only = codecs.lookup(stream.encoding).name == "ascii"
        stream.reconfigure(encoding="utf-8" if ascii_only else stream.encoding, errors="backslashreplace")


def _kept(bug: Exception) -> str:
    """The file that holds what a programmer needs to know of `bug`."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="cuibao-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.writelines(traceback.format_exception(bug))
    return file.name


def _fail(message: str) -> None:
    say(message, err=True)
    sys.exit(1)
