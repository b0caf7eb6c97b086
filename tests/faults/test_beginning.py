"""启用 by the program's own processes, on the machine's clock and with a real mail server: no drill."""

import pytest

from tests.faults import town
from tests.faults.conftest import Town
from tests.faults.tally import Tally, note

pytestmark = pytest.mark.slow

# A working day on which the phase of April has ended, and nothing has come in.
MORNING, YES, NEXT_DAY = f"{town.DAY}", "2022-05-06T09:10", town.NEXT_STEP


@pytest.fixture
def in_earnest(small_town: Town) -> Town:
    """The office, with nothing begun."""
    small_town.environ["CUIBAO_DRILL"] = ""
    return small_town


def ended(town: Town, clock: str, *words: str) -> str:
    run = town.by_the_clock(clock, *words)
    assert run.wait() == 0, run.said
    return run.said


def test_nothing_leaves_before_the_yes_and_the_first_letters_with_it(in_earnest: Town) -> None:
    assert "尚未启用" in ended(in_earnest, MORNING)
    shown = ended(in_earnest, YES, "begin", "--unit", town.unit(3))
    assert f"首批信 {town.UNITS} 封，启用后马上发出" in shown
    assert "town3@xf.gov.cn" in shown
    assert f"以下是给{town.unit(3)}的信全文" in shown
    assert "安全员名册" in shown
    assert "看过无误，请运行：cuibao begin --yes --list " in shown
    assert in_earnest.server.letters == []
    said = ended(in_earnest, YES, "begin", "--yes", "--by", "王芳", "--copies", "先批准")
    assert "已启用，登记人 王芳。" in said
    assert f"本次写信 {town.UNITS} 封：已发送 {town.UNITS}" in said
    assert "登记人 王芳，首批信 5月6日 发出" in ended(in_earnest, YES, "begin")
    assert len(in_earnest.server.letters) == town.UNITS  # and no report on April


def test_who_is_killed_while_the_first_letters_go_has_begun_all_the_same(in_earnest: Town) -> None:
    ended(in_earnest, YES, "begin")
    at = {"place": "cuibao.ledger.leases.Leases.conclude", "times": 1, "after": False, "how": "KILL"}
    in_earnest.environ["CUIBAO_SMTP_GAP_SECONDS"] = "0.01"
    killed = in_earnest.by_the_clock(YES, "begin", "--yes", "--by", "王芳", at=at, lease=0.5)
    assert killed.wait() == -9
    ended(in_earnest, "2022-05-06T09:20")
    ids = [letter.message_id for letter in in_earnest.server.letters]
    assert len(set(ids)) == town.UNITS
    assert len(ids) <= town.UNITS + 1
    note("SIGKILL at a boundary", Tally(faults=1, expected=town.UNITS, copies=len(ids) - len(set(ids))))


def test_after_hours_the_next_morning_sends(in_earnest: Town) -> None:
    ended(in_earnest, "2022-05-06T18:00", "begin")
    said = ended(in_earnest, "2022-05-06T18:00", "begin", "--yes", "--by", "王芳")
    assert "首批信在 5月7日（星期六） 08:30 的每日催报发出" in said  # a Saturday made up for
    assert in_earnest.server.letters == []
    ended(in_earnest, town.NEXT_DAY)
    assert len(in_earnest.server.letters) == town.UNITS
