"""collect, queue, claim and evidence as a clerk types them."""

import shutil
from pathlib import Path

import pytest

from cuibao.settings import CHECKOUT
from tests.integration.imap_server import Account
from tests.integration.test_cli import cuibao
from tests.mails import AUTHSERV, File, mail
from tests.offices import at, imap

pytestmark = pytest.mark.slow

INTERIM = "安全技能·阶段性工作情况（7月25日前）"
# The shipped contacts are under a reserved domain, which letters to the outbox folder may go to.
JIADING = "jiading@xinfeng.example"
BY = ("--by", "王芳")


@pytest.fixture
def environ(account: Account) -> dict[str, str]:
    return {
        "CUIBAO_NOW": "2022-07-27T09:00",
        **imap(account),
        "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
    }


def test_a_clerk_collects_decides_and_exports(tmp_path: Path, environ: dict[str, str], account: Account) -> None:
    report = File("安全技能阶段性工作情况.doc")
    account.deliver(mail(sender=JIADING, files=[report]), at("2022-07-25T10:00"))
    account.deliver(mail(sender="gupi@qq.com", subject="材料", files=[report]), at("2022-07-25T11:00"))
    collected = cuibao(tmp_path, "collect", **environ)
    assert collected.out == (
        f"已登记：嘉定镇，{INTERIM}\n"
        f"来信 2 封，登记 1，待认领 1，回执已发送 1。回执交给：发件箱 {tmp_path / 'office' / 'outbox'}。\n"
    )
    (waiting,) = cuibao(tmp_path, "queue", "--json", **environ).json
    assert (waiting["sender"], waiting["reason"]) == ("gupi@qq.com", "发件人地址不在通讯录里")
    number = str(waiting["number"])
    claim = ("claim", "--mail", number, "--unit", "古陂镇", "--item", INTERIM, *BY)
    claimed = cuibao(tmp_path, *claim, **environ).out
    assert claimed == f"来信 {number} 已登记：古陂镇，1 项；回执已发送 1；登记人 王芳。\n"
    again = cuibao(tmp_path, *claim, **environ)
    words = "不必再登：古陂镇已登记收到（2022年7月25日11:00收到），附件作为补充材料存档；登记人 王芳。\n"
    assert (again.code, again.out) == (0, words)
    exported = cuibao(tmp_path, "evidence", "--item", INTERIM, "--out", str(tmp_path / "检查"), **environ)
    assert exported.out.startswith("已导出 2 个单位的 4 个文件到")
    assert (tmp_path / "检查" / "目录.csv").exists()


def test_a_morning_says_what_came_and_what_waits(tmp_path: Path, environ: dict[str, str], account: Account) -> None:
    report = File("安全技能阶段性工作情况.doc")
    account.deliver(mail(sender=JIADING, files=[report]), at("2022-07-25T10:00"))
    account.deliver(mail(sender="gupi@qq.com", subject="材料", files=[report]), at("2022-07-25T11:00"))
    read = "先收信：来信 2 封，登记 1，待认领 1，回执已发送 1"
    waiting = "有 1 封来信待认领，最早的从 7月27日 09:00 等到现在"
    said = cuibao(tmp_path, "morning", **environ)
    assert (said.code, said.out.splitlines()[1:3]) == (0, [f"{read}。", f"{waiting}。"])
    again = cuibao(tmp_path, "morning", "--json", **(environ | {"CUIBAO_IMAP_PORT": "1"}))
    assert (again.code, again.json["waiting"]) == (0, {"count": 1, "since": "2022-07-27T09:00:00+08:00"})
    trouble = "收件服务器 127.0.0.1:1 没有开放：请检查端口，或稍后再试"
    assert again.json["mailbox"] == {"words": f"没有先收信（{trouble}），信照发", "trouble": trouble}
    looked = cuibao(tmp_path, "morning", "--json", "--dry-run", **environ).json
    assert (looked["mailbox"], looked["waiting"]) == (None, None)


def test_a_clerk_keeps_the_address_that_a_mail_came_from(
    tmp_path: Path, environ: dict[str, str], account: Account
) -> None:
    home = tmp_path / "office"
    shutil.copytree(CHECKOUT / "contacts", home / "contacts")
    account.deliver(mail(sender="gupi@qq.com", files=[File("安全技能阶段性工作情况.doc")]), at("2022-07-25T11:00"))
    cuibao(tmp_path, "collect", **environ)
    claim = ("claim", "--mail", "1", "--item", INTERIM, *BY, "--keep-address")
    refused = cuibao(tmp_path, *claim, "--unit", "古陂镇", "--unit", "嘉定镇", **environ)
    assert (refused.code, refused.complaint) == (1, "要把发件地址算作某单位的，请只选一个单位。")
    said = cuibao(tmp_path, *claim, "--unit", "古陂镇", **environ)
    assert said.out == "来信 1 已登记：古陂镇，1 项；gupi@qq.com 以后算古陂镇的；回执已发送 1；登记人 王芳。\n"
    assert "addresses: [gupi@xinfeng.example, gupi@qq.com]\n" in (home / "contacts" / "units.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("claim", "--mail", "7", *BY, "--as", "收讫"), "--as：应为 收到、零报告、不是报送 之一，现为 收讫"),
        (("claim", "--mail", "7", *BY), "没有编号为 7 的来信。待认领的编号：（没有）"),
        (("claim", "--mail", "七", *BY), "--mail：应为来信编号，见 cuibao queue"),
        (
            ("evidence", "--out", "x"),
            "请用 --item 写明事项（登记表上的名称），或用 --plan 和 --requirement 指明。",
        ),
        (
            ("evidence", "--item", INTERIM, "--plan", "skills", "--out", "x"),
            "事项写了名称，就不用再写方案、事项代号和报送期。",
        ),
    ],
)
def test_what_cannot_be_is_said_in_chinese(
    tmp_path: Path, environ: dict[str, str], words: tuple[str, ...], complaint: str
) -> None:
    said = cuibao(tmp_path, *words, **environ)
    assert (said.code, said.complaint) == (1, complaint)


def test_without_a_mailbox_it_says_what_to_set(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "collect")
    assert said.complaint == "没有设置收信服务器，收不了信。请在 .env 里写 CUIBAO_IMAP_HOST（见 .env.example）。"


def test_every_kind_of_entry_is_made_and_shown(tmp_path: Path) -> None:
    now = {"CUIBAO_NOW": "2022-07-26T09:00"}
    item = ("--plan", "安全技能", "--requirement", "阶段性工作情况", *BY)

    def record(*words: str, unit: str = "嘉定镇") -> str:
        said = cuibao(tmp_path, "record", "--unit", unit, *item, *words, **now)
        return said.out or said.complaint

    assert record() == f"已登记：嘉定镇，{INTERIM}；登记人 王芳。\n"
    assert record() == f"不必再登：嘉定镇已登记收到（2022年7月26日09:00收到），{INTERIM}；登记人 王芳。\n"
    assert record("--entry", "退回重报").startswith("登记退回重报请在备注里写明原因。")
    assert record("--entry", "退回重报", "--note", "缺盖章").startswith("已登记退回重报：嘉定镇")
    assert record("--entry", "撤销", "--note", "退错了").startswith("已撤销第2条退回重报：嘉定镇")
    assert record("--entry", "零报告", unit="古陂镇").startswith(f"古陂镇的“{INTERIM}”：这一事项不接受零报告。")
    assert record("--entry", "延期", "--note", "防汛", "--due", "2022-08-05", unit="各乡（镇）").startswith(
        f"已登记延期 15 个单位：{INTERIM}，"
    )
    asked = record(unit="县直部门")
    assert asked.startswith("整组登记收到要先核对再确认，现在什么都没有登记。\n")
    assert asked.endswith("\n核对无误，加 --yes 再运行一次。")
    assert record("--entry", "免报", "--note", "无企业", unit="县教育局").startswith("已登记免报：县教育局")
    statuses = {
        (cell["unit"], cell["requirement"]): cell["status"] for cell in cuibao(tmp_path, "board", "--json", **now).json
    }
    found = [statuses[unit, "interim"] for unit in ("嘉定镇", "古陂镇", "县教育局", "县公安局")]
    assert found == ["late", "extended", "exempt", "overdue"]
