"""The parts of `cuibao up` that need no service: its password, its patience, and what its children are told."""

import base64
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cuibao.up import UpError, UpSettings, environment, keep_password, new_password, password_of
from cuibao.up.api import Api
from cuibao.up.children import computed
from cuibao.up.halting import Halt
from cuibao.up.password import LETTERS
from cuibao.up.pool import job_template
from cuibao.up.service import Service
from cuibao.up.settings import NoAnswer
from cuibao.up.surroundings import ignored
from cuibao.up.waiting import Patience

PASSWORD = "abcd-efgh-jkmn-pqrs"


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _open_to_others() -> Iterator[None]:
    """Whatever a test makes is open to others, as with the umask of most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


class TestPassword:
    def test_it_is_four_groups_of_four_that_can_be_read_and_typed(self) -> None:
        groups = new_password().split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups)) <= set(LETTERS)
        assert not set("0oO1lI") & set(LETTERS)

    def test_it_is_made_once_and_kept_for_our_own_user_alone(self, tmp_path: Path) -> None:
        made = password_of(tmp_path)
        assert rights(tmp_path / "password") == 0o600
        assert (tmp_path / "password").read_text(encoding="ascii") == f"{made}\n"
        assert password_of(tmp_path) == made
        assert [path.name for path in tmp_path.iterdir()] == ["password"]

    def test_all_who_ask_at_once_get_the_same(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(password_of, [tmp_path] * 32))) == 1

    def test_a_file_that_was_opened_is_closed_again(self, tmp_path: Path) -> None:
        keep_password(tmp_path, PASSWORD)
        (tmp_path / "password").chmod(0o644)
        assert password_of(tmp_path) == PASSWORD
        assert rights(tmp_path / "password") == 0o600

    def test_a_new_one_takes_its_place_and_is_closed_too(self, tmp_path: Path) -> None:
        password_of(tmp_path)
        keep_password(tmp_path, PASSWORD)
        assert (password_of(tmp_path), rights(tmp_path / "password")) == (PASSWORD, 0o600)

    @pytest.mark.parametrize(
        "content", [b"", b"\n", b"short\n", "密码密码密码密码密码密码".encode(), b"a b c d e f g h\n", b"\xff" * 20]
    )
    def test_it_says_what_to_do_where_the_file_is_spoiled(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "password").write_bytes(content)
        with pytest.raises(UpError, match="请运行 cuibao password --new 换一个新密码。") as caught:
            password_of(tmp_path)
        assert str(tmp_path / "password") in str(caught.value)

    def test_it_follows_no_link(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").write_text(f"{PASSWORD}\n", encoding="ascii")
        (tmp_path / "password").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(UpError, match="读不出来"):
            password_of(tmp_path)

    @pytest.mark.parametrize(
        ("chosen", "words"),
        [
            ("县安委办的密码不能用汉字", "密码只能用英文字母、数字和英文标点，不能有空格和汉字。"),
            ("two words here", "密码只能用英文字母、数字和英文标点，不能有空格和汉字。"),
            ("clerk:abcdefgh", "密码里不能有冒号。"),
            ("abcdefghijk", "密码太短，至少要 12 个字符。"),
            ("", "密码太短，至少要 12 个字符。"),
            ("a" * 129, "密码太长，最多 128 个字符。"),
        ],
    )
    def test_it_says_what_is_wrong_with_one_that_was_chosen(self, tmp_path: Path, chosen: str, words: str) -> None:
        with pytest.raises(UpError) as caught:
            keep_password(tmp_path, chosen)
        assert str(caught.value) == words
        assert list(tmp_path.iterdir()) == []


class TestAsking:
    """What is asked of a server that does not answer as Prefect's does."""

    @pytest.fixture
    def port(self) -> Iterator[int]:
        """Where a server answers each call with the number that its password ends in."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
        server.server_close()

    def api(self, tmp_path: Path, port: int, answer: str) -> Api:
        return Api(UpSettings(checkout=tmp_path, home=tmp_path, environment={}, port=port), f"{PASSWORD}{answer}")

    @pytest.mark.parametrize("code", ["401", "403", "409", "422"])
    def test_what_is_refused_is_not_asked_again(self, tmp_path: Path, port: int, code: str) -> None:
        with pytest.raises(UpError) as caught:
            self.api(tmp_path, port, code).task_runs()
        assert not isinstance(caught.value, NoAnswer)
        assert str(caught.value).startswith(f"服务对 /task_runs/count 的回应是 {code}，详情见 ")

    @pytest.mark.parametrize("code", ["408", "429", "500", "502"])
    def test_what_may_be_answered_later_may_be_asked_again(self, tmp_path: Path, port: int, code: str) -> None:
        with pytest.raises(NoAnswer):
            self.api(tmp_path, port, code).task_runs()

    def test_what_is_not_there_is_said(self, tmp_path: Path, port: int) -> None:
        api = self.api(tmp_path, port, "404")
        assert api.deployment("登记/登记") is None
        for ask in (api.unfinished, api.task_runs, lambda: api.state("x"), lambda: api.run("x", "key")):
            with pytest.raises(UpError, match="服务里没有 /"):
                ask()

    def test_what_is_no_answer_of_prefects_is_none(self, tmp_path: Path, port: int) -> None:
        with pytest.raises(NoAnswer):
            self.api(tmp_path, port, "200").task_runs()

    def test_a_run_whose_answer_is_lost_is_asked_for_again_and_not_started_twice(self, tmp_path: Path) -> None:
        with ThreadingHTTPServer(("127.0.0.1", 0), _LosingOne) as server:
            keys: list[str] = []
            server.keys = keys  # type: ignore[attr-defined]
            Thread(target=server.serve_forever, daemon=True).start()
            said: list[str] = []
            settings = UpSettings(checkout=tmp_path, home=tmp_path, environment={}, port=server.server_address[1])
            Service(settings, {}, PASSWORD, said.append, Halt(None)).run("每日催报/每日催报")
            server.shutdown()
        assert said == ["正在运行：每日催报……", "每日催报：已完成，都发了"]
        assert len(keys) == 2
        assert len(set(keys)) == 1


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        login = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode("ascii")
        self.send_response(int(login.removeprefix(PASSWORD)))
        self.end_headers()
        self.wfile.write(b"<html>")

    do_POST = do_GET  # noqa: N815  # http.server calls it so

    def log_message(self, format: str, *args: object) -> None:
        pass


class _LosingOne(BaseHTTPRequestHandler):
    """Prefect's answers about one run, the first of them lost on the way."""

    def do_GET(self) -> None:
        self.answer({"id": "it", "state": {"type": "COMPLETED", "name": "Completed", "message": "都发了"}})

    def do_POST(self) -> None:
        keys: list[str] = self.server.keys  # type: ignore[attr-defined]
        keys.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["idempotency_key"])
        if len(keys) > 1:
            self.answer({"id": "it"})

    def answer(self, what: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


class TestPatience:
    def test_it_ends_when_nothing_has_moved_for_five_minutes(self) -> None:
        patience = Patience(100.0)
        patience.look(100.0, (0, 0))
        for now in (200.0, 399.9):
            patience.look(now, (0, 0))
            assert not patience.is_over(now)
        assert patience.is_over(400.0)

    def test_whatever_moves_gives_it_five_minutes_more(self) -> None:
        patience = Patience(0.0)
        for minute in range(60):
            patience.look(60.0 * minute, (0, minute // 4))
            assert not patience.is_over(60.0 * minute)
        assert patience.is_over(60.0 * 56 + 300)

    def test_it_has_a_word_after_half_a_minute_and_then_ever_less_often(self) -> None:
        patience = Patience(1000.0)
        said = [(second, word) for second in range(600) if (word := patience.word(1000.0 + second)) is not None]
        assert said == [(30, 30), (60, 60), (120, 120), (240, 240), (480, 480)]

    def test_after_a_pause_of_the_machine_it_has_one_word_only(self) -> None:
        patience = Patience(0.0)
        assert [patience.word(500.0), patience.word(501.0)] == [500, None]


def test_the_time_of_a_session_is_that_of_all_its_processes() -> None:
    """A command's own process and a child of it that has ended."""
    burn = "import time\nwhile time.process_time() < 1.2: pass\n"
    whole = f"import subprocess, sys\n{burn}work = [sys.executable, '-c', {burn!r}]\n"
    whole += "subprocess.run(work)\nprint(flush=True)\nsys.stdin.read()\n"
    command = [sys.executable, "-c", whole]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert computed(process.pid) >= 2
        process.kill()


def told(home: Path, **given: str) -> dict[str, str]:
    """What a child's environment holds."""
    return environment(UpSettings(checkout=home, home=home, environment=given, port=4311), PASSWORD)


def test_the_template_leaves_nothing_for_a_run_to_set(tmp_path: Path) -> None:
    template = job_template(tmp_path)
    assert template["job_configuration"] == {"working_dir": str(tmp_path)}
    assert template["variables"]["properties"] == {}
    assert template["variables"]["additionalProperties"] is False


def test_it_names_what_it_takes_of_nobody_and_passes_on_how_much_is_logged(tmp_path: Path) -> None:
    given = {"PREFECT_API_KEY": "x", "PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_PROFILE": "cloud", "CUIBAO_NOW": "x"}
    settings = UpSettings(checkout=tmp_path, home=tmp_path, environment=given)
    assert ignored(settings) == ("PREFECT_API_KEY", "PREFECT_PROFILE")
    handed = told(tmp_path, **given)
    assert handed["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert not {"PREFECT_PROFILE", "PREFECT_API_KEY"} & set(handed)
