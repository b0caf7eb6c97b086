"""`collects:` the letter to who sums up says who has not reported what is summed up."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.ledger import engine as engines
from cuibao.model import Channel
from cuibao.service.entries.lookup import item_named
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from tests import winter
from tests.offices import at, begun, letters_to, office

# The towns report by the 3rd; the bureau sums up what is about the month before, by the 5th: other keys.
SUMMARY = """
  - id: summary
    title: 月度汇总
    owed_by: [县公安局]
    due: {every: month, day: 5, about: previous, from: 2025-10, to: 2026-02}
    collects: [monthly]
    source: 通知二
"""
# By the same months, and so by the same keys.
SAME = SUMMARY.replace("day: 5, about: previous, from: 2025-10", "day: 2, from: 2025-11")
DUE, AFTER = "2025-12-05T08:30", "2025-12-08T08:30"
OF_DECEMBER = "“月报（12月）”尚未报送的单位"


def lay_out(home: Path, *items: str) -> Path:
    winter.lay_out(home, winter.MONTHLY, *items)
    begun(home)
    return home


def reports(home: Path, unit: str, period: str = "2025-12", when: str = "2025-12-02T10:00") -> None:
    with office(home) as opened:
        item = item_named(opened, "winter", "monthly", period)
        record(opened, at(when), units=[unit], period=item, received=None, channel=Channel.FAX, by="王芳")


def letter(home: Path, when: str, name: str = "县公安局") -> dict[str, str]:
    """The letter of that morning, as plain text and as HTML, each in one line."""
    with office(home) as opened:
        morning.run(opened, at(when))
    (path,) = letters_to(home, name, when.partition("T")[0])
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    found = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    return {kind: "".join(str(body.get_content()).split()) for kind, body in found.items() if body}


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_it_names_who_has_not_reported_as_long_as_it_is_owed(tmp_path: Path, kind: str) -> None:
    home = lay_out(tmp_path, SUMMARY)
    assert f"{OF_DECEMBER}（2个）：嘉定镇、古陂镇" in letter(home, DUE)[kind]
    reports(home, "嘉定镇", when="2025-12-05T10:00")
    overdue = letter(home, AFTER)[kind]
    assert "已逾期3天" in overdue
    assert f"{OF_DECEMBER}（1个）：古陂镇" in overdue


def test_it_names_nobody_where_all_have_reported_and_nothing_where_it_is_not_due(tmp_path: Path) -> None:
    home = lay_out(tmp_path, SUMMARY)
    opening = letter(home, "2025-11-03T08:30")["plain"]
    assert "月度汇总" in opening
    assert "尚未报送的单位" not in opening
    for each in ("嘉定镇", "古陂镇"):
        reports(home, each)
    said = letter(home, DUE)["plain"]
    assert "月度汇总（11月）期限：12月5日" in said
    assert OF_DECEMBER not in said


def test_the_period_of_the_same_key_is_meant_where_there_is_one(tmp_path: Path) -> None:
    home = lay_out(tmp_path, SAME)
    assert f"{OF_DECEMBER}（2个）" in letter(home, "2025-12-02T08:30")["plain"]


def test_of_many_the_first_are_named(tmp_path: Path) -> None:
    winter.lay_out(tmp_path, winter.MONTHLY, SUMMARY)
    towns = [f"  - {{id: town{n}, no: T{n + 10}, name: 第{n}镇}}\n" for n in range(1, 17)]
    (tmp_path / "contacts" / "units.yaml").write_text(winter.UNITS + "".join(towns), encoding="utf-8")
    members = ", ".join(f"town{n}" for n in range(1, 17))
    groups = winter.GROUPS.replace("[jiading, gupi]", f"[jiading, gupi, {members}]")
    (tmp_path / "contacts" / "groups.yaml").write_text(groups, encoding="utf-8")
    begun(tmp_path)
    said = letter(tmp_path, DUE)["plain"]
    assert f"{OF_DECEMBER}（18个）：嘉定镇、古陂镇、第1镇、" in said
    assert "第13镇等18个单位" in said


def test_whoever_sums_up_is_not_told_of_itself(tmp_path: Path) -> None:
    winter.lay_out(tmp_path, winter.MONTHLY.replace("[各镇]", "[各镇, 县公安局]"), SUMMARY)
    begun(tmp_path)
    assert f"{OF_DECEMBER}（2个）：嘉定镇、古陂镇" in letter(tmp_path, DUE)["plain"]


def test_the_ledger_is_asked_once_a_letter_and_only_where_something_is_summed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    original = engines._set_pragmas

    def traced(connection: object, record: object) -> None:
        original(connection, record)
        connection.set_trace_callback(said.append)  # type: ignore[attr-defined]

    monkeypatch.setattr(engines, "_set_pragmas", traced)
    counts = []
    # Two bureaus sum up; each letter speaks of it.
    both = SUMMARY.replace("[县公安局]", "[县公安局, 嘉定镇]")
    for name, item in (("with", both), ("without", both.replace("    collects: [monthly]\n", ""))):
        home = lay_out(tmp_path / name, item)
        with office(home) as opened:
            morning.prepare(opened, at(DUE))
            said.clear()
            assert len([each for each in morning.write(opened, at(DUE), 0) if each.status.reaches]) >= 2
        counts.append(sum(words.startswith("SELECT") for words in said))
    assert counts[0] - counts[1] == 2


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("weekly", '本方案没有这个要报送的事项，可以写的有 monthly，现为 "weekly"'),
        ("meeting", '本方案没有这个要报送的事项，可以写的有 monthly，现为 "meeting"'),
        ("summary", '不能汇总这一事项自己，可以写的有 monthly，现为 "summary"'),
    ],
)
def test_what_is_summed_up_must_be_there(tmp_path: Path, wanted: str, said: str) -> None:
    meeting = "\nmilestones:\n  - {id: meeting, title: 会议, owed_by: [各镇], due: 2025-12-01, source: 通知一}\n"
    winter.lay_out(tmp_path, winter.MONTHLY, SUMMARY.replace("[monthly]", f"[{wanted}]"), meeting)
    with office(tmp_path) as opened, pytest.raises(Faults) as refused:
        _ = opened.campaign
    assert f"1-winter.yaml 第 19 行，requirements[1].collects[0]：{said}" in str(refused.value)
