"""A real IMAP server on loopback: Dovecot, with its own folder and a mailbox for every name that logs in.

    with ImapServer(folder) as server:
        account = server.account("office")
        account.deliver(raw, arrived_at)             # one mail, as IMAP APPEND does
        account.deliver_many([raw, raw], arrived_at) # thousands, written into the Maildir
        account.renumber()                           # a new UIDVALIDITY, as after a provider's move
        server.hang_up("office")                     # as a provider does with sessions that it finds too long
        assert account.flags() == [(), ()]           # nothing was marked read

Dovecot 2.3 and 2.4 are configured differently; both are known here. Run as root, it gives the mail to `nobody`.
"""

import imaplib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.smtp_server import HOST, Certificate
from tests.services import free_port, need

PASSWORD = "授权码".encode().hex()
_DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/sbin:/usr/local/sbin")
_START_SECONDS = 120.0
_LOG_SECONDS = 60.0
_numbers = count(1)


class ImapServer:
    """The server; a context manager. Every user name has a mailbox of its own, made when it first logs in.

    `folder` receives configuration, log and mail; with a `certificate` the server also answers on `tls_port`, and
    offers STARTTLS on `port`.
    """

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        need("Dovecot", _DOVECOT)
        self.folder = folder
        self.port = free_port()
        self.tls_port = free_port() if certificate else 0
        self.password = PASSWORD
        self._certificate = certificate
        self._process: subprocess.Popen[bytes] | None = None
        # Its sockets' names must be short, and it insists on walking there as another user.
        self._run = Path(tempfile.mkdtemp(prefix="cuibao-imap-"))
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    @property
    def log(self) -> str:
        """What the server has logged so far."""
        path = self._run / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def account(self, user: str) -> "Account":
        """The mailbox of `user`."""
        return Account(self, user)

    def mail_folder(self, user: str) -> Path:
        """The Maildir of `user`."""
        return self._run / "mail" / user / "Maildir"

    def give(self, path: Path) -> None:
        """Make `path` the mail's owner's."""
        if os.geteuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def hang_up(self, user: str) -> None:
        """Close all connections of `user`."""
        subprocess.run([str(_doveadm()), "-c", str(self._config), "kick", user], check=True, capture_output=True)

    def stop(self) -> None:
        """Stop listening; the mail stays."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()
        self._process = None

    def start(self) -> None:
        """Begin to listen, on the same port as before."""
        assert _DOVECOT is not None
        self._config.write_text(self._configuration(), encoding="utf-8")
        self._process = subprocess.Popen([_DOVECOT, "-F", "-c", str(self._config)])
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                errors = (
                    b"" if self._process.stderr is None or self._process.poll() is None else self._process.stderr.read()
                )
                raise RuntimeError(f"Dovecot did not start: {errors.decode(errors='replace')}\n{self.log}")
            time.sleep(0.02)

    def __enter__(self) -> Self:
        self._run.chmod(0o755)
        (self._run / "mail").mkdir()
        self.give(self._run / "mail")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        with suppress(OSError):
            shutil.copy(self._run / "log", self.folder / "dovecot.log")
        shutil.rmtree(self._run, ignore_errors=True)

    @property
    def _config(self) -> Path:
        return self._run / "dovecot.conf"

    def _answers(self) -> bool:
        try:
            imaplib.IMAP4(HOST, self.port, timeout=5).shutdown()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True

    def _configuration(self) -> str:
        assert _DOVECOT is not None
        version = subprocess.run([_DOVECOT, "--version"], check=True, capture_output=True, text=True).stdout
        return (_CONFIG_2_4 if version.startswith("2.4") else _CONFIG_2_3).format(
            run=self._run,
            host=HOST,
            port=self.port,
            tls_port=self.tls_port,
            version=version.split()[0],
            password=self.password,
            uid=self._owner.pw_uid,
            gid=self._owner.pw_gid,
            users=self._users(),
            tls=self._tls(version),
        )

    def _users(self) -> str:
        if os.geteuid() == 0:
            return "first_valid_uid = 1\nfirst_valid_gid = 1"
        group = subprocess.run(["id", "-gn"], check=True, capture_output=True, text=True).stdout.strip()
        me = self._owner.pw_name
        return (
            f"default_internal_user = {me}\ndefault_internal_group = {group}\ndefault_login_user = {me}\n"
            "first_valid_uid = 1\nfirst_valid_gid = 1"
        )

    def _tls(self, version: str) -> str:
        if self._certificate is None:
            return "ssl = no"
        if version.startswith("2.4"):
            return (
                f"ssl = yes\nssl_server_cert_file = {self._certificate.chain}\n"
                f"ssl_server_key_file = {self._certificate.key}"
            )
        return f"ssl = yes\nssl_cert = <{self._certificate.chain}\nssl_key = <{self._certificate.key}"


@dataclass(frozen=True)
class Account:
    """One mailbox on the server."""

    server: ImapServer
    user: str

    @property
    def password(self) -> str:
        """What it logs in with."""
        return self.server.password

    def deliver(self, raw: bytes, arrived_at: datetime | None = None, folder: str = "INBOX") -> None:
        """Put a mail into `folder`, which is made where it is missing (RFC 3501 section 6.3.11)."""
        with self._client() as client:
            name = quoted(folder)
            if folder != "INBOX":
                client.create(name)
            moment = imaplib.Time2Internaldate(arrived_at) if arrived_at else ""
            status, words = client.append(name, "", moment, raw)
            assert status == "OK", words

    def deliver_many(self, raws: Iterable[bytes], arrived_at: datetime | None = None) -> None:
        """Put mails into the INBOX in that order, as fast as the disk takes them."""
        with self._client() as client:
            client.select()  # makes the folders
        new = self.server.mail_folder(self.user) / "new"
        for raw in raws:
            path = new / f"{1_600_000_000 + next(_numbers)}.M1P1.loopback,S={len(raw)}"
            path.write_bytes(raw)
            if arrived_at is not None:
                os.utime(path, (arrived_at.timestamp(), arrived_at.timestamp()))
            self.server.give(path)

    def remove(self, uid: int, folder: str = "INBOX") -> None:
        """Delete one mail, as a person at the web mail does."""
        with self._client() as client:
            client.select(quoted(folder))
            client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
            _, gone = client.expunge()
            assert gone != [None]

    def flags(self, folder: str = "INBOX") -> list[tuple[str, ...]]:
        """The flags of each mail, without \\Recent."""
        with self._client() as client:
            status, _ = client.select(quoted(folder), readonly=True)
            assert status == "OK"
            _, answers = client.fetch("1:*", "(FLAGS)")
        lines = [line for line in answers if isinstance(line, bytes)]
        each = [tuple(flag.decode() for flag in imaplib.ParseFlags(line)) for line in lines]
        return [tuple(flag for flag in flags if flag != r"\Recent") for flags in each]

    def count(self, folder: str = "INBOX") -> int:
        """How many mails there are."""
        with self._client() as client:
            status, (number,) = client.select(quoted(folder), readonly=True)
            assert status == "OK"
            assert number is not None
            return int(number)

    def traffic(self) -> list[tuple[int, int]]:
        """With how many bytes each session asked and was answered after its login, oldest first."""
        end = time.monotonic() + _LOG_SECONDS
        while len(found := self._disconnected()) < self._logins():  # the server logs after it has said goodbye
            assert time.monotonic() < end, self.server.log
            time.sleep(0.02)
        return found

    def _logins(self) -> int:
        return self.server.log.count(f"Info: Login: user=<{self.user}>,")

    def _disconnected(self) -> list[tuple[int, int]]:
        told = re.findall(rf"imap\({re.escape(self.user)}\).* in=(\d+) out=(\d+) ", self.server.log)
        return [(int(asked), int(answered)) for asked, answered in told]

    def renumber(self) -> None:
        """Give the INBOX another UIDVALIDITY and its mails other UIDs, as after a provider's restore."""
        folder = self.server.mail_folder(self.user)
        old = int((folder / "dovecot-uidlist").read_text().split(" V")[1].split()[0])
        for path in folder.glob("dovecot*"):
            path.unlink()
        # Dovecot takes the present second, which may be the one it took before.
        while int(time.time()) <= old:
            time.sleep(0.05)

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(HOST, self.server.port, timeout=20)
        client.login(self.user, self.password)
        return client


def quoted(folder: str) -> str:
    """`folder` as IMAP writes names (RFC 3501 section 5.1.3, modified UTF-7), in quotes."""
    from imap_tools.imap_utf7 import utf7_encode

    return f'"{utf7_encode(folder).decode()}"'


def _doveadm() -> Path:
    assert _DOVECOT is not None
    found = shutil.which("doveadm", path="/usr/bin:/usr/sbin:/usr/local/bin")
    assert found is not None
    return Path(found)


_SERVICES = """
base_dir = {run}/run
state_dir = {run}/state
log_path = {run}/log
protocols = imap
listen = {host}
auth_failure_delay = 0
{users}
{tls}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # No penalty for wrong passwords: the next test's login would wait for it.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
_CONFIG_2_3 = (
    _SERVICES
    + """
disable_plaintext_auth = no
imap_id_log = *
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={run}/mail/%u
}}
"""
)
_CONFIG_2_4 = (
    "dovecot_config_version = {version}\ndovecot_storage_version = {version}"
    + _SERVICES
    + """
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
mail_max_userip_connections = 100
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {run}/mail/%{{user}}
  }}
}}
"""
)
