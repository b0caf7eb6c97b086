"""The settings: every variable, what it means when absent, and what is said when it cannot be used."""

from datetime import timedelta
from pathlib import Path

import pytest

from cuibao.errors import SettingError
from cuibao.mailer import SmtpSettings
from cuibao.settings import CHECKOUT, Settings, environment, kept_settings, read_settings
from cuibao.times import local
from tests.offices import at

SMTP = {"CUIBAO_SMTP_HOST": "smtp.sina.com", "CUIBAO_SMTP_USER": "office@xf.gov.cn"}


def smtp(**environ: str) -> SmtpSettings:
    found = read_settings({**SMTP, **environ}).smtp
    assert found is not None
    return found


def complaint(**environ: str) -> str:
    with pytest.raises(SettingError) as mistake:
        read_settings(environ)
    return str(mistake.value)


def smtp_complaint(**environ: str) -> str:
    return complaint(**{**SMTP, **environ})


# --- the drill ---


def test_a_drill_sends_through_a_mail_server() -> None:
    assert read_settings({**SMTP, "CUIBAO_DRILL": "send"}).drill
    assert not read_settings(SMTP).drill
    assert "CUIBAO_DRILL=send 是照样寄信的演练，要有发信服务器" in complaint(CUIBAO_DRILL="send")
    assert "CUIBAO_DRILL 只能写 send" in smtp_complaint(CUIBAO_DRILL="1")


# --- folders and the ledger ---


def test_with_nothing_set_everything_is_in_the_users_folder() -> None:
    home = Path.home() / "cuibao"
    assert read_settings({}) == Settings(
        home=home,
        schedules=CHECKOUT / "schedules",
        contacts=CHECKOUT / "contacts",
        templates=CHECKOUT / "templates",
        campaign=None,
        database_url=f"sqlite:///{home}/ledger.db",
        outbox=home / "outbox",
        evidence=home / "evidence",
        smtp=None,
        imap=None,
        authserv=None,
        waived=frozenset(),
        daily_cap=None,
        now=None,
        drill=False,
        port=4200,
        clerk=None,
    )


def test_an_empty_variable_counts_as_not_set() -> None:
    names = [
        *("HOME", "DATABASE_URL", "OUTBOX", "CAMPAIGN", "NOW", "PORT", "CLERK"),
        *("SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY", "SMTP_USER", "SMTP_PASSWORD", "SMTP_SENDER", "SMTP_CA_FILE"),
        *("IMAP_HOST", "IMAP_PORT", "IMAP_SECURITY", "IMAP_USER", "IMAP_PASSWORD", "IMAP_FOLDERS", "EVIDENCE"),
        *("SMTP_DAILY_CAP", "SMTP_GAP_SECONDS", "SMTP_LETTERS_PER_CONNECTION"),
    ]
    assert read_settings({f"CUIBAO_{name}": "" for name in names}) == read_settings({})


def test_the_home_holds_the_ledger_and_the_outbox(tmp_path: Path) -> None:
    found = read_settings({"CUIBAO_HOME": str(tmp_path)})
    assert (found.home, found.outbox) == (tmp_path, tmp_path / "outbox")
    assert found.database_url == f"sqlite:///{tmp_path}/ledger.db"


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = read_settings({"CUIBAO_HOME": "here", "CUIBAO_OUTBOX": "letters"})
    assert (found.home, found.outbox) == (tmp_path / "here", tmp_path / "letters")


def test_a_tilde_is_the_users_folder() -> None:
    assert read_settings({"CUIBAO_HOME": "~/office"}).home == Path.home() / "office"


@pytest.mark.parametrize("name", ["schedules", "contacts", "templates"])
def test_the_offices_own_files_go_before_the_shipped_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert getattr(read_settings({"CUIBAO_HOME": str(tmp_path)}), name) == tmp_path / name


def test_reading_the_settings_makes_no_folder(tmp_path: Path) -> None:
    read_settings({"CUIBAO_HOME": str(tmp_path / "new")})
    assert list(tmp_path.iterdir()) == []


def test_it_takes_any_database(tmp_path: Path) -> None:
    url = "postgresql+psycopg://cuibao@127.0.0.1/cuibao"
    assert read_settings({"CUIBAO_HOME": str(tmp_path), "CUIBAO_DATABASE_URL": url}).database_url == url


def test_it_takes_the_campaign_and_the_clerk() -> None:
    found = read_settings({"CUIBAO_CAMPAIGN": "xinfeng-2023", "CUIBAO_CLERK": "王芳"})
    assert (found.campaign, found.clerk) == ("xinfeng-2023", "王芳")


# --- the clock and the port ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-07-26T08:30", "2022-07-26T08:30+08:00"),
        ("2022-07-26 08:30", "2022-07-26T08:30+08:00"),
        ("2022-07-26T00:30Z", "2022-07-26T08:30+08:00"),
        ("2022-07-26", "2022-07-26T00:00+08:00"),
    ],
)
def test_the_clock_is_read_as_it_is_written_for_the_office_s_own_zone(text: str, expected: str) -> None:
    now = read_settings({"CUIBAO_NOW": text}).now
    assert now is not None
    assert local(now) == at(expected)
    assert local(now).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    "text", ["tomorrow", "2022-13-01", "26/07/2022", "08:30", "2022", "2022-07", "P1D", "2022-07-26T08:30/P1D", " "]
)
def test_it_says_how_a_moment_is_written(text: str) -> None:
    assert complaint(CUIBAO_NOW=text) == f"CUIBAO_NOW 应为时刻，如 2022-07-26T08:30，现为 {text}"


def test_it_takes_a_port() -> None:
    assert read_settings({"CUIBAO_PORT": "4201"}).port == 4201


@pytest.mark.parametrize("text", ["http", "0", "-1", "4200.0", "４２００", " 4200"])
def test_a_port_is_a_whole_number(text: str) -> None:
    assert complaint(CUIBAO_PORT=text) == f"CUIBAO_PORT 应为正整数，现为 {text}"


@pytest.mark.parametrize("name", ["CUIBAO_PORT", "CUIBAO_SMTP_PORT"])
def test_a_port_is_no_larger_than_there_are(name: str) -> None:
    assert smtp_complaint(**{name: "65536"}) == f"{name} 应为 1 至 65535 的端口号，现为 65536"


# --- the mail server ---


def test_without_a_mail_server_its_other_settings_are_not_looked_at() -> None:
    assert read_settings({"CUIBAO_SMTP_SECURITY": "tls", "CUIBAO_SMTP_PORT": "x"}).smtp is None


def test_a_mail_server_is_gentle_and_encrypted_unless_told_otherwise() -> None:
    found = smtp(CUIBAO_SMTP_PASSWORD="secret")
    assert (found.host, found.port, found.security) == ("smtp.sina.com", 465, "ssl")
    assert (found.user, found.password, found.sender) == ("office@xf.gov.cn", "secret", "office@xf.gov.cn")
    assert (found.pacing.letters_per_connection, found.pacing.gap_seconds) == (20, 3.0)


@pytest.mark.parametrize(("security", "port"), [("ssl", 465), ("starttls", 587), ("none", 25)])
def test_each_way_of_encryption_has_its_port(security: str, port: int) -> None:
    assert (smtp(CUIBAO_SMTP_SECURITY=security).security, smtp(CUIBAO_SMTP_SECURITY=security).port) == (security, port)
    assert smtp(CUIBAO_SMTP_SECURITY=security, CUIBAO_SMTP_PORT="2525").port == 2525


def test_it_says_which_ways_of_encryption_there_are() -> None:
    assert smtp_complaint(CUIBAO_SMTP_SECURITY="tls") == (
        "CUIBAO_SMTP_SECURITY 应为 ssl、starttls、none 之一，现为 tls"
    )


def test_the_sender_may_differ_from_the_login() -> None:
    found = smtp(CUIBAO_SMTP_USER="login", CUIBAO_SMTP_SENDER="xfxawb@sina.com")
    assert (found.user, found.sender) == ("login", "xfxawb@sina.com")


def test_a_relay_needs_no_login() -> None:
    found = smtp(CUIBAO_SMTP_USER="", CUIBAO_SMTP_SENDER="xfxawb@sina.com")
    assert (found.user, found.password) == (None, None)


@pytest.mark.parametrize(("sender", "shown"), [("", "（未写）"), ("office", "office"), ("县安委办@", "县安委办@")])
def test_it_wants_an_address_to_send_from(sender: str, shown: str) -> None:
    said = complaint(CUIBAO_SMTP_HOST="smtp.sina.com", CUIBAO_SMTP_SENDER=sender)
    assert said == f"CUIBAO_SMTP_SENDER 应为发件邮箱地址（与登录账号一致），现为 {shown}"


def test_it_takes_a_certificate_authority() -> None:
    assert smtp(CUIBAO_SMTP_CA_FILE="/etc/ssl/office.pem").ca_file == Path("/etc/ssl/office.pem")
    assert smtp().ca_file is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_relay_of_our_own_takes_letters_as_fast_as_they_come(host: str) -> None:
    assert smtp(CUIBAO_SMTP_HOST=host).pacing.gap_seconds == 0


def test_the_pace_can_be_set() -> None:
    found = smtp(CUIBAO_SMTP_LETTERS_PER_CONNECTION="5", CUIBAO_SMTP_GAP_SECONDS="0.5").pacing
    assert (found.letters_per_connection, found.gap_seconds) == (5, 0.5)


def test_a_gap_of_nothing_is_a_gap() -> None:
    assert smtp(CUIBAO_SMTP_GAP_SECONDS="0").pacing.gap_seconds == 0


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "1e999"])
def test_it_says_how_a_gap_is_written(text: str) -> None:
    said = smtp_complaint(CUIBAO_SMTP_GAP_SECONDS=text)
    assert said == f"CUIBAO_SMTP_GAP_SECONDS 应为秒数，如 3 或 0.5，现为 {text}"


@pytest.mark.parametrize("name", ["CUIBAO_SMTP_LETTERS_PER_CONNECTION", "CUIBAO_SMTP_PORT", "CUIBAO_SMTP_DAILY_CAP"])
def test_a_count_of_letters_is_a_whole_number(name: str) -> None:
    assert smtp_complaint(**{name: "many"}) == f"{name} 应为正整数，现为 many"


def test_the_daily_cap_can_be_set() -> None:
    assert read_settings({**SMTP, "CUIBAO_SMTP_DAILY_CAP": "200"}).daily_cap == 200


def test_the_password_is_never_shown() -> None:
    assert "secret" not in repr(read_settings({**SMTP, "CUIBAO_SMTP_PASSWORD": "secret"}))


# --- the environment ---


def test_the_environment_is_the_process_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUIBAO_CLERK", "王芳")
    assert environment()["CUIBAO_CLERK"] == "王芳"


def test_it_keeps_settings_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("\ufeff# 设置\nCUIBAO_CLERK=王芳\n\nCUIBAO_PORT = 4201\n", encoding="utf-8")
    assert kept_settings(path) == {"CUIBAO_CLERK": "王芳", "CUIBAO_PORT": "4201"}
    assert kept_settings(tmp_path / "none") == {}


@pytest.mark.parametrize("line", ["CUIBAO_CLERK", "CUIBAO CLERK=王芳", "='王芳'"])
def test_it_names_the_line_that_is_no_setting(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"CUIBAO_PORT=4201\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingError) as refused:
        kept_settings(path)
    assert str(refused.value) == f"{path} 第 2 行：应写作 名称=值，现为 {line}"


def test_it_wants_the_settings_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("CUIBAO_CLERK=王芳".encode("gbk"))
    with pytest.raises(SettingError, match=r"不是 UTF-8 编码，请另存为 UTF-8$"):
        kept_settings(path)


# --- the mailbox ---


IMAP = {"CUIBAO_IMAP_HOST": "imap.sina.com"}
ACCOUNT = {"CUIBAO_SMTP_USER": "xfxawb@sina.com", "CUIBAO_SMTP_PASSWORD": "授权码"}


def test_the_mailbox_goes_by_the_account_that_letters_are_sent_from() -> None:
    found = read_settings({**IMAP, **ACCOUNT}).imap
    assert found is not None
    assert (found.user, found.password, found.port, found.security) == ("xfxawb@sina.com", "授权码", 993, "ssl")
    assert (found.folders, found.size_limit) == (("INBOX",), 50 * 1024 * 1024)
    assert "授权码" not in repr(found)


def test_it_reads_whose_word_about_senders_is_believed() -> None:
    found = read_settings(
        {"CUIBAO_IMAP_AUTHSERV": "MX.sina.com", "CUIBAO_IMAP_WAIVED_DOMAINS": "Jiading.gov.cn、qq.com,"}
    )
    assert found.authserv == "mx.sina.com"
    assert found.waived == {"jiading.gov.cn", "qq.com"}


def test_it_reads_the_folders_that_are_named() -> None:
    found = read_settings({**IMAP, **ACCOUNT, "CUIBAO_IMAP_FOLDERS": "INBOX， 垃圾邮件,"}).imap
    assert found is not None
    assert found.folders == ("INBOX", "垃圾邮件")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        (IMAP, "收信要有 CUIBAO_IMAP_USER 和 CUIBAO_IMAP_PASSWORD（账号和授权码），现未写全"),
        (
            {**IMAP, **ACCOUNT, "CUIBAO_IMAP_SECURITY": "tls"},
            "CUIBAO_IMAP_SECURITY 应为 ssl、starttls、none 之一，现为 tls",
        ),
        ({**IMAP, **ACCOUNT, "CUIBAO_IMAP_PORT": "99999"}, "CUIBAO_IMAP_PORT 应为 1 至 65535 的端口号，现为 99999"),
        (
            {"CUIBAO_IMAP_AUTHSERV": "mx.sina.com; dmarc=pass"},
            "CUIBAO_IMAP_AUTHSERV 应为来信 Authentication-Results 一栏开头的服务器名，现为 mx.sina.com; dmarc=pass",
        ),
        *(
            (
                {"CUIBAO_IMAP_WAIVED_DOMAINS": f"jiading.gov.cn，{wrong}"},
                "CUIBAO_IMAP_WAIVED_DOMAINS 应为邮箱 @ 后面的域名，几个之间用逗号隔开，如 jiading.gov.cn，"
                f"现为 {wrong}",
            )
            for wrong in ("a@jiading.gov.cn", "*", "*.gov.cn", "cn")
        ),
        ({**IMAP, **ACCOUNT, "CUIBAO_IMAP_SIZE_LIMIT_MB": "很大"}, "CUIBAO_IMAP_SIZE_LIMIT_MB 应为正整数，现为 很大"),
    ],
)
def test_it_says_what_is_wrong_with_the_mailboxs_settings(environ: dict[str, str], words: str) -> None:
    assert complaint(**environ) == words
