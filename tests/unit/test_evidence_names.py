"""Names of evidence files: harmless on any system, and still telling."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cuibao.evidence import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("嘉定镇安全技能阶段性工作情况（盖章）.docx", "嘉定镇安全技能阶段性工作情况（盖章）.docx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\report.doc", "report.doc"),
        ("a/b\\c.xls", "c.xls"),
        (".bashrc", "bashrc"),
        ("  .. ", "附件"),
        ("", "附件"),
        ("con.txt", "_con.txt"),
        ('报告?<>|":*.doc', "报告_.doc"),
        ("invoice\u202excod.exe", "invoicexcod.exe"),
        ("a\x00b\r\nc.doc", "abc.doc"),
    ],
)
def test_it_makes_a_name_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_it_shortens_a_long_name_and_keeps_its_extension() -> None:
    safe = safe_name("长" * 300 + ".docx")
    assert len(safe.encode()) <= 150
    assert safe.endswith("长.docx")


@given(some.text(max_size=400))
def test_no_name_leaves_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe not in (".", "..")
    assert not set(safe) & set('/\\\0\r\n:*?"<>|')
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 160
