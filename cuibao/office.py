"""The office: settings, schedule, ledger, mail carrier and clock in one place.

The only module that reads the environment and the clock. Nothing connects at import, nor before it is used.
"""

import math
import os
import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from cuibao.errors import Faults, SettingError
from cuibao.loading import find_campaigns, load_campaign, load_overrides
from cuibao.mailer import Carrier, OutboxCarrier, Pacing, SmtpCarrier, SmtpSettings, is_address
from cuibao.model import Campaign
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.times import in_shanghai, parse_moment

if TYPE_CHECKING:
    from cuibao.evidence import EvidenceFolder
    from cuibao.ledger import Claim, Ledger
    from cuibao.mailbox import ImapSettings, Mailbox
    from cuibao.rendering import Templates

CHECKOUT = Path(__file__).resolve().parent.parent
# Longer than the slowest letter: 60 s before DATA, 600 s after it, once more on a new connection.
LEASE = timedelta(minutes=25)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITIES = ("ssl", "starttls", "none")
PORTS = {"ssl": 465, "starttls": 587, "none": 25}
IMAP_PORTS = {"ssl": 993, "starttls": 143, "none": 143}
SIZE_LIMIT_MB = 50


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
    smtp: SmtpSettings | None
    imap: "ImapSettings | None"
    daily_cap: int | None
    now: datetime | None
    port: int
    clerk: str


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
        daily_cap=_whole(environ, "CUIBAO_SMTP_DAILY_CAP"),
        now=_moment(environ, "CUIBAO_NOW"),
        port=_port(environ, "CUIBAO_PORT") or 4200,
        clerk=environ.get("CUIBAO_CLERK") or "县安委办",
    )


def _own_or_shipped(home: Path, name: str) -> Path:
    own = home / name
    return own if own.is_dir() else CHECKOUT / name


def _smtp(environ: Mapping[str, str]) -> SmtpSettings | None:
    host = environ.get("CUIBAO_SMTP_HOST")
    if not host:
        return None
    security = environ.get("CUIBAO_SMTP_SECURITY") or "ssl"
    if security not in SECURITIES:
        raise SettingError(f"CUIBAO_SMTP_SECURITY 应为 {'、'.join(SECURITIES)} 之一，现为 {security}")
    user = environ.get("CUIBAO_SMTP_USER") or None
    sender = environ.get("CUIBAO_SMTP_SENDER") or user
    if sender is None or not is_address(sender):
        raise SettingError(f"CUIBAO_SMTP_SENDER 应为发件邮箱地址（与登录账号一致），现为 {sender or '（未写）'}")
    ca_file = environ.get("CUIBAO_SMTP_CA_FILE")
    # A relay of our own takes letters as fast as they come; a free mailbox is suspended for that.
    pace = Pacing.for_local_relay() if host in LOOPBACK else Pacing()
    letters = _whole(environ, "CUIBAO_SMTP_LETTERS_PER_CONNECTION")
    gap = _number(environ, "CUIBAO_SMTP_GAP_SECONDS")
    return SmtpSettings(
        host=host,
        port=_port(environ, "CUIBAO_SMTP_PORT") or PORTS[security],
        security=security,  # type: ignore[arg-type]  # checked above
        user=user,
        password=environ.get("CUIBAO_SMTP_PASSWORD") or None,
        sender=sender,
        ca_file=Path(ca_file) if ca_file else None,
        pacing=Pacing(
            letters_per_connection=letters or pace.letters_per_connection,
            gap_seconds=pace.gap_seconds if gap is None else gap,
        ),
    )


def _imap(environ: Mapping[str, str]) -> "ImapSettings | None":
    host = environ.get("CUIBAO_IMAP_HOST")
    if not host:
        return None
    from cuibao.mailbox import ImapSettings

    security = environ.get("CUIBAO_IMAP_SECURITY") or "ssl"
    if security not in SECURITIES:
        raise SettingError(f"CUIBAO_IMAP_SECURITY 应为 {'、'.join(SECURITIES)} 之一，现为 {security}")
    # Most offices write and read through one account.
    user = environ.get("CUIBAO_IMAP_USER") or environ.get("CUIBAO_SMTP_USER")
    password = environ.get("CUIBAO_IMAP_PASSWORD") or environ.get("CUIBAO_SMTP_PASSWORD")
    if not user or not password:
        raise SettingError("收信要有 CUIBAO_IMAP_USER 和 CUIBAO_IMAP_PASSWORD（账号和授权码），现未写全")
    ca_file = environ.get("CUIBAO_IMAP_CA_FILE") or environ.get("CUIBAO_SMTP_CA_FILE")
    folders = (environ.get("CUIBAO_IMAP_FOLDERS") or "INBOX").replace("，", ",").split(",")
    return ImapSettings(
        host=host,
        port=_port(environ, "CUIBAO_IMAP_PORT") or IMAP_PORTS[security],
        security=security,  # type: ignore[arg-type]  # checked above
        user=user,
        password=password,
        folders=tuple(name.strip() for name in folders if name.strip()),
        authserv=environ.get("CUIBAO_IMAP_AUTHSERV") or None,
        ca_file=Path(ca_file) if ca_file else None,
        size_limit=(_whole(environ, "CUIBAO_IMAP_SIZE_LIMIT_MB") or SIZE_LIMIT_MB) * 1024 * 1024,
    )


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
        return parse_moment(text)
    except ValueError:
        raise SettingError(f"{name} 应为时刻，如 2022-07-26T08:30，现为 {text}") from None


class Office:
    """One campaign's office at work. Each part opens when it is first used; `close` lets go of them."""

    def __init__(self, settings: Settings, *, looking: bool = False) -> None:
        self.settings = settings
        self._looking = looking
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    @property
    def daily_cap(self) -> int | None:
        """How many letters may go out in a day; None for as many as there are."""
        return self.settings.daily_cap

    @property
    def contacts_folder(self) -> Path:
        """Where units.yaml and groups.yaml are: the office's own, else the checkout's."""
        return self.settings.contacts

    @property
    def reaches_outside(self) -> bool:
        """Whether letters go to a mail server, and not only to the outbox folder."""
        return self.settings.smtp is not None

    @property
    def stopped_clock(self) -> datetime | None:
        """The moment at which CUIBAO_NOW has stopped the office's clock, if it has."""
        return self.settings.now

    @property
    def clerk(self) -> str:
        """Who records, where a form does not say."""
        return self.settings.clerk

    def now(self) -> datetime:
        """The office's clock, in Shanghai: CUIBAO_NOW where it is set, else the machine's."""
        return self.settings.now or in_shanghai(datetime.now(UTC))

    def claim(self) -> "Claim":
        """A lease on a letter in this process's name, on the machine's own clock."""
        from cuibao.ledger import Claim

        now = datetime.now(UTC)
        return Claim(self.holder, now, now + LEASE)

    def gone(self, holder: str | None) -> bool:
        """Whether the process that holds a letter is known to be dead: it ran on this machine and is no more."""
        host, pid, *_ = (holder or "::").split(":")
        if host != socket.gethostname() or not pid.isdigit():
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign that CUIBAO_CAMPAIGN names, or the only one there is."""
        return load_campaign(self._campaign_folder(), self.settings.contacts)

    @cached_property
    def schedule(self) -> Schedule:
        """The campaign laid out on the office's calendar."""
        overrides = load_overrides(self.settings.schedules / "holidays.yaml")
        return Schedule(self.campaign, WorkingDays(overrides.holidays, overrides.workdays))

    @cached_property
    def ledger(self) -> "Ledger":
        """The ledger, created or migrated where needed; only once the campaign can be read.

        Who is only looking gets it as it is, or an empty one that is nowhere.
        """
        from cuibao.ledger import Ledger

        _ = self.campaign  # files that cannot be read must not leave an empty ledger behind
        return (Ledger.look_at if self._looking else Ledger.open)(self.settings.database_url)

    @cached_property
    def templates(self) -> "Templates":
        """The office's letters."""
        from cuibao.rendering import Templates

        return Templates(self.settings.templates)

    @cached_property
    def carrier(self) -> Carrier:
        """What carries letters: the mail server where one is set, else the outbox folder.

        Raises SettingError for a simulated campaign with a mail server: its letters must never reach a unit.
        """
        if self.settings.smtp is None:
            sender = self.campaign.mailbox
            return OutboxCarrier(self.settings.outbox, sender)
        if self.ledger.simulated(self.campaign.id):
            raise SettingError("台账里是模拟演练，不能对外发信。请去掉 CUIBAO_SMTP_HOST，或换用正式台账。")
        return SmtpCarrier(self.settings.smtp)

    @cached_property
    def evidence(self) -> "EvidenceFolder":
        """Where what came by mail is kept."""
        from cuibao.evidence import EvidenceFolder

        return EvidenceFolder(self.settings.evidence)

    @cached_property
    def mailbox(self) -> "Mailbox":
        """The office's mailbox. Raises SettingError where none is set, or the ledger holds a simulation."""
        from cuibao.mailbox import Mailbox

        if self.settings.imap is None:
            raise SettingError("没有设置收信服务器，收不了信。请在 .env 里写 CUIBAO_IMAP_HOST（见 .env.example）。")
        if self.ledger.simulated(self.campaign.id):
            raise SettingError("台账里是模拟演练，不收真实来信。请去掉 CUIBAO_IMAP_HOST，或换用正式台账。")
        return Mailbox(self.settings.imap)

    def close(self) -> None:
        """Let go of the ledger."""
        if "ledger" in self.__dict__:
            self.ledger.close()

    def _campaign_folder(self) -> Path:
        folders = {folder.name: folder for folder in find_campaigns(self.settings.schedules)}
        wanted = self.settings.campaign
        if wanted is None and len(folders) == 1:
            return next(iter(folders.values()))
        if wanted in folders:
            return folders[wanted]
        known = "、".join(folders) or "（无）"
        if wanted is None:
            raise SettingError(f"{self.settings.schedules} 下的攻坚战有：{known}。请用 CUIBAO_CAMPAIGN 指明一个。")
        raise Faults([f"CUIBAO_CAMPAIGN：{self.settings.schedules} 下没有 {wanted}，现有：{known}"])


@contextmanager
def open_office(settings: Settings | None = None, *, looking: bool = False) -> Iterator[Office]:
    """The office that the environment describes, closed again at the end; `looking` changes no ledger."""
    office = Office(settings or read_settings(environment()), looking=looking)
    try:
        yield office
    finally:
        office.close()
