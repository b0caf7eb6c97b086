"""What an inspection asks for: the files of one item, as they came, with an index."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuibao.errors import Contradiction, SettingError
from cuibao.evidence import EvidenceFolder
from cuibao.model import Channel, Entry, ObligationKey
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.mail import reading
from cuibao.service.views import evidence
from cuibao.service.views.evidence import Exported
from tests.integration.imap_server import Account
from tests.mails import AUTHSERV, File, docx, mail
from tests.offices import DOMAIN, at, imap, office, reachable

INTERIM = "安全技能·阶段性工作情况（7月25日前）"
NOW = "2022-07-27T09:00"
KEY = ObligationKey("skills", "interim", "once", "jiading")


@pytest.fixture
def opened(tmp_path: Path, account: Account) -> Iterator[Office]:
    reachable(tmp_path)
    settings = {
        "CUIBAO_NOW": NOW,
        **imap(account),
        "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
    }
    with office(tmp_path, **settings) as found:
        yield found


def fill(opened: Office, account: Account) -> None:
    """Two units send files of one name, one brings paper, one is exempt."""
    for unit, data in (("jiading", docx("one")), ("gupi", docx("two"))):
        sent = mail(
            sender=f"{unit}@{DOMAIN}",
            subject="=安全技能阶段性工作情况",
            files=[File("../阶段性工作情况.doc", data), File("../阶段性工作情况.doc", data * 2)],
        )
        account.deliver(sent, at("2022-07-25T10:00"))
    reading.collect(opened, at(NOW), reading.Collected())
    for unit, channel, kind, note in (
        ("县公安局", Channel.PAPER, Entry.RECEIVED, ""),
        ("县教育局", Channel.PHONE, Entry.EXEMPTED, "无企业"),
    ):
        entering.record(
            opened,
            at(NOW),
            units=[unit],
            period=lookup.item_labelled(opened, INTERIM),
            received=None,
            channel=channel,
            by="王芳",
            entry=kind,
            note=note,
        )


def export(opened: Office, out: Path) -> Exported:
    return evidence.export(opened, lookup.item_labelled(opened, INTERIM), out)


def index(out: Path) -> list[dict[str, str]]:
    title, *rest = (out / evidence.index()).read_text("utf-8-sig").splitlines()
    assert "安全技能·阶段性工作情况" in title
    return list(csv.DictReader(io.StringIO("\n".join(rest))))


def test_it_exports_each_units_files_with_an_index(opened: Office, account: Account, tmp_path: Path) -> None:
    fill(opened, account)
    done = export(opened, tmp_path / "out")
    assert (done.units, done.files, done.damaged) == (2, 6, ())
    folder = tmp_path / "out" / "T01_嘉定镇"
    assert sorted(path.name for path in folder.iterdir()) == [
        "来信1.eml",
        "阶段性工作情况(2).doc",
        "阶段性工作情况.doc",
    ]
    assert (folder / "阶段性工作情况.doc").read_bytes() == docx("one")
    rows = index(tmp_path / "out")
    by_unit = {row["单位"]: row for row in rows}
    assert len(by_unit) == len(lookup.item_labelled(opened, INTERIM).requirement.units)
    assert [by_unit[name]["情况"] for name in ("嘉定镇", "县公安局", "县教育局", "大塘埠镇")] == [
        "按时",
        "迟报",
        "免报",
        "逾期未报",
    ]
    assert (by_unit["县公安局"]["方式"], by_unit["县公安局"]["文件"]) == ("纸质", "")
    first = rows[0]
    assert (first["文件"], first["原文件名"]) == ("T01_嘉定镇/阶段性工作情况.doc", "../阶段性工作情况.doc")
    assert first["来信主题"].startswith("'=")


def test_it_says_what_is_gone_or_was_changed(opened: Office, account: Account, tmp_path: Path) -> None:
    fill(opened, account)
    one, two, *_ = opened.ledger.mails.files(opened.campaign.id)
    (tmp_path / "evidence" / one.path).write_bytes(b"changed")
    (tmp_path / "evidence" / two.path).unlink()
    done = export(opened, tmp_path / "out")
    assert done.files == 4
    assert [words.rpartition("：")[2] for words in done.damaged] == [
        "与收到时不一致，没有导出",
        "读不出来（No such file or directory）",
    ]


def test_it_mixes_nothing_into_a_folder_that_holds_something(opened: Office, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "旧.doc").touch()
    with pytest.raises(Contradiction, match="里已有内容，请换一个新文件夹。"):
        export(opened, tmp_path / "out")


def test_the_same_file_is_kept_once_and_two_never_as_one(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path)
    moment = at("2022-07-25T10:00")
    once = folder.keep("c", KEY, moment, "a" * 64, 1, "报告.doc", b"x")
    again = folder.keep("c", KEY, moment, "a" * 64, 1, "报告.doc", b"x")
    other = folder.keep("c", KEY, moment, "b" * 64, 1, "报告.doc", b"y")
    assert once == again
    assert other.path != once.path
    assert folder.read(once.path) == b"x"
    assert list(tmp_path.rglob("*.part")) == []


def test_a_folder_that_cannot_be_written_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_bytes(b"")
    with pytest.raises(SettingError, match="收到的材料存不进"):
        EvidenceFolder(tmp_path / "evidence").keep_mail("c", at("2022-07-25T10:00"), "a" * 64, b"x")


def test_it_exports_the_mail_of_a_report_without_files_and_nothing_that_was_withdrawn(
    opened: Office, account: Account, tmp_path: Path
) -> None:
    fill(opened, account)
    liaison = "安全技能·联络人姓名和联系电话（4月25日前）"
    words = mail(sender=f"jiading@{DOMAIN}", subject="安全技能联络人", text="联络人：张三，13800000000")
    account.deliver(words, at("2022-04-20T10:00"))
    reading.collect(opened, at(NOW), reading.Collected())
    done = evidence.export(opened, lookup.item_labelled(opened, liaison), tmp_path / "liaison")
    assert (done.units, done.files) == (1, 1)
    assert [path.suffix for path in (tmp_path / "liaison" / "T01_嘉定镇").iterdir()] == [".eml"]
    entering.record(
        opened,
        at(NOW),
        units=["嘉定镇"],
        period=lookup.item_labelled(opened, INTERIM),
        received=None,
        channel=Channel.MAIL,
        by="王芳",
        entry=Entry.WITHDRAWN,
        note="登错了单位",
    )
    export(opened, tmp_path / "out")
    assert not (tmp_path / "out" / "T01_嘉定镇").exists()
