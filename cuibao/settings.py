"""What the environment says: read once, checked, and never looked at again."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from cuibao.errors import SettingError
from cuibao.tls import Security

if TYPE_CHECKING:  # an office without a mail server or a mailbox loads nothing of it
    from cuibao.mailbox import ImapSettings
    from cuibao.mailer import Pacing, SmtpSettings

CHECKOUT = Path(__file__).resolve().parent.parent
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITIES: Mapping[str, Security] = {"ssl": "ssl", "starttls": "starttls", "none": "none"}
SMTP_PORTS: Mapping[Security, int] = {"ssl": 465, "starttls": 587, "none": 25}
IMAP_PORTS: Mapping[Security, int] = {"ssl": 993, "starttls": 143, "none": 143}
SIZE_LIMIT_MB = 50
_SERVER = re.compile(r"[\w.-]{1,255}", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; `.env.example` documents each."""

    home: Path
    schedules: Path
    contacts: Path
    templates: Path
    campaign: str | None
    database_url: str
    outbox: Path
    evidence: Path
    smtp: "SmtpSettings | None"
    imap: "ImapSettings | None"
    authserv: str | None
    waived: frozenset[str]
    daily_cap: int | None
    now: datetime | None
    drill: bool
    port: int
    clerk: str | None

    @property
    def ledger_file(self) -> Path | None:
        """The file of an SQLite ledger; None of any other."""
        url = self.database_url
        return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def environment() -> Mapping[str, str]:
    """The process's environment over the checkout's `.env`, which is how an office keeps its settings."""
    return {**kept_settings(CHECKOUT / ".env"), **os.environ}


def kept_settings(path: Path) -> Mapping[str, str]:
    """What the file at `path` sets; nothing where there is none. Raises SettingError, naming the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise SettingError(f"{path}：不是 UTF-8 编码，请另存为 UTF-8") from None
    except OSError as trouble:
        raise SettingError(f"{path}：读不出来（{trouble.strerror}）") from None
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            raise SettingError(
                f"{path} 第 {binding.original.line} 行：应写作 名称=值，现为 {binding.original.string.strip()}"
            )
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`. Raises SettingError, naming the variable and what would be right."""
    home = Path(environ.get("CUIBAO_HOME") or Path.home() / "cuibao").expanduser().absolute()
    return Settings(
        home=home,
        schedules=_own_or_shipped(home, "schedules"),
        contacts=_own_or_shipped(home, "contacts"),
        templates=_own_or_shipped(home, "templates"),
        campaign=environ.get("CUIBAO_CAMPAIGN") or None,
        database_url=environ.get("CUIBAO_DATABASE_URL") or f"sqlite:///{home / 'ledger.db'}",
        outbox=Path(environ.get("CUIBAO_OUTBOX") or home / "outbox").expanduser().absolute(),
        evidence=Path(environ.get("CUIBAO_EVIDENCE") or home / "evidence").expanduser().absolute(),
        smtp=_smtp(environ),
        imap=_imap(environ),
        authserv=_authserv(environ),
        waived=_domains(environ, "CUIBAO_IMAP_WAIVED_DOMAINS"),
        daily_cap=_whole(environ, "CUIBAO_SMTP_DAILY_CAP"),
        now=_moment(environ, "CUIBAO_NOW"),
        drill=is_drill(environ),
        port=_port(environ, "CUIBAO_PORT") or 4200,
        clerk=environ.get("CUIBAO_CLERK") or None,
    )


def _own_or_shipped(home: Path, name: str) -> Path:
    own = home / name
    return own if own.is_dir() else CHECKOUT / name


class _Server(TypedDict):
    """How a mail server is reached, whatever it speaks."""

    host: str
    port: int
    security: Security


def _server(environ: Mapping[str, str], protocol: str, ports: Mapping[Security, int]) -> _Server | None:
    """The server that CUIBAO_SMTP_HOST or CUIBAO_IMAP_HOST names; None where it names none."""
    host = environ.get(f"CUIBAO_{protocol}_HOST")
    if not host:
        return None
    word = environ.get(f"CUIBAO_{protocol}_SECURITY") or "ssl"
    if word not in SECURITIES:
        raise SettingError(f"CUIBAO_{protocol}_SECURITY 应为 {'、'.join(SECURITIES)} 之一，现为 {word}")
    security = SECURITIES[word]
    return {"host": host, "port": _port(environ, f"CUIBAO_{protocol}_PORT") or ports[security], "security": security}


def _smtp(environ: Mapping[str, str]) -> "SmtpSettings | None":
    server = _server(environ, "SMTP", SMTP_PORTS)
    if server is None:
        return None
    from cuibao.mailer import SmtpSettings, is_address

    user = environ.get("CUIBAO_SMTP_USER") or None
    sender = environ.get("CUIBAO_SMTP_SENDER") or user
    if sender is None or not is_address(sender):
        raise SettingError(f"CUIBAO_SMTP_SENDER 应为发件邮箱地址（与登录账号一致），现为 {sender or '（未写）'}")
    return SmtpSettings(
        **server,
        user=user,
        password=environ.get("CUIBAO_SMTP_PASSWORD") or None,
        sender=sender,
        ca_file=_file(environ, "CUIBAO_SMTP_CA_FILE"),
        pacing=_pacing(environ, server["host"]),
    )


def _pacing(environ: Mapping[str, str], host: str) -> "Pacing":
    from cuibao.mailer import Pacing

    # A relay of our own takes letters as fast as they come; a free mailbox is suspended for that.
    pace = Pacing.for_local_relay() if host in LOOPBACK else Pacing()
    letters = _whole(environ, "CUIBAO_SMTP_LETTERS_PER_CONNECTION")
    gap = _number(environ, "CUIBAO_SMTP_GAP_SECONDS")
    connections = _whole(environ, "CUIBAO_SMTP_CONNECTIONS")
    return Pacing(
        letters_per_connection=letters or pace.letters_per_connection,
        gap_seconds=pace.gap_seconds if gap is None else gap,
        connections=connections or pace.connections,
    )


def _imap(environ: Mapping[str, str]) -> "ImapSettings | None":
    server = _server(environ, "IMAP", IMAP_PORTS)
    if server is None:
        return None
    from cuibao.mailbox import ImapSettings

    # Most offices write and read through one account.
    user = environ.get("CUIBAO_IMAP_USER") or environ.get("CUIBAO_SMTP_USER")
    password = environ.get("CUIBAO_IMAP_PASSWORD") or environ.get("CUIBAO_SMTP_PASSWORD")
    if not user or not password:
        raise SettingError("收信要有 CUIBAO_IMAP_USER 和 CUIBAO_IMAP_PASSWORD（账号和授权码），现未写全")
    folders = (environ.get("CUIBAO_IMAP_FOLDERS") or "INBOX").replace("，", ",").split(",")
    return ImapSettings(
        **server,
        user=user,
        password=password,
        folders=tuple(name.strip() for name in folders if name.strip()),
        ca_file=_file(environ, "CUIBAO_IMAP_CA_FILE") or _file(environ, "CUIBAO_SMTP_CA_FILE"),
        size_limit=(_whole(environ, "CUIBAO_IMAP_SIZE_LIMIT_MB") or SIZE_LIMIT_MB) * 1024 * 1024,
    )


def _authserv(environ: Mapping[str, str]) -> str | None:
    """Whose Authentication-Results to believe, as servers write it: by name, in lower case."""
    server = (environ.get("CUIBAO_IMAP_AUTHSERV") or "").strip().rstrip(".").lower()
    if server and not _SERVER.fullmatch(server):
        raise SettingError(f"CUIBAO_IMAP_AUTHSERV 应为来信 Authentication-Results 一栏开头的服务器名，现为 {server}")
    return server or None


def _domains(environ: Mapping[str, str], name: str) -> frozenset[str]:
    """The domains listed; an address is not one, nor is everything."""
    words = (environ.get(name) or "").replace("，", ",").replace("、", ",").split(",")
    domains = [word.strip().strip(".").lower() for word in words if word.strip()]
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise SettingError(f"{name} 应为邮箱 @ 后面的域名，几个之间用逗号隔开，如 jiading.gov.cn，现为 {domain}")
    return frozenset(domains)


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name)
    return Path(text) if text else None


def is_drill(environ: Mapping[str, str]) -> bool:
    """Whether letters go to the mail server as a rehearsal. Raises SettingError where there is none."""
    word = environ.get("CUIBAO_DRILL") or ""
    if word not in ("", "send"):
        raise SettingError(f"CUIBAO_DRILL 只能写 send（演练，信照样寄出），不演练就不写，现为 {word}")
    if word and not environ.get("CUIBAO_SMTP_HOST"):
        raise SettingError(
            "CUIBAO_DRILL=send 是照样寄信的演练，要有发信服务器（CUIBAO_SMTP_HOST）；"
            "只想看信怎么写，去掉这一行，信写进发件箱，不会寄出。"
        )
    return word == "send"


def _whole(environ: Mapping[str, str], name: str) -> int | None:
    text = environ.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise SettingError(f"{name} 应为正整数，现为 {text}")
    return int(text)


def _port(environ: Mapping[str, str], name: str) -> int | None:
    port = _whole(environ, name)
    if port is not None and port > 65535:
        raise SettingError(f"{name} 应为 1 至 65535 的端口号，现为 {port}")
    return port


def _number(environ: Mapping[str, str], name: str) -> float | None:
    text = environ.get(name)
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise SettingError(f"{name} 应为秒数，如 3 或 0.5，现为 {text}")
    return seconds


def _moment(environ: Mapping[str, str], name: str) -> datetime | None:
    text = environ.get(name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingError(f"{name} 应为时刻，如 2022-07-26T08:30，现为 {text}") from None
