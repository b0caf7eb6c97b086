"""A real SMTP server on loopback that misbehaves on request: aiosmtpd, with a script.

    with SmtpServer() as server:
        server.rejects("nobody@town.gov.cn", "550 5.1.1 no such user")   # at every RCPT for that address
        server.next("mail", "421 busy")                                  # at the next MAIL only; then as usual
        server.next("end", Drop(stored=True))                            # keeps the next letter, then hangs up
        ...
        assert server.letters[0].recipients == ("liaison@town.gov.cn",)

The stages are `greeting`, `auth`, `mail`, `rcpt`, `data` (before the body) and `end` (after the final dot). An act is
an answer (`str`, or `bytes` to send them as they are), a `Drop`, a `Stall` or a `Drip`.
"""

import asyncio
import ipaddress
import os
import ssl
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
Stage = Literal["greeting", "auth", "mail", "rcpt", "data", "end"]


@dataclass(frozen=True)
class Drop:
    """Hang up without a word; at `end`, having kept the letter or not."""

    stored: bool = False


@dataclass(frozen=True)
class Stall:
    """Say nothing for so long, then what is usual at this stage; at `end`, having kept the letter or not."""

    seconds: float = 60.0
    stored: bool = False


@dataclass(frozen=True)
class Drip:
    """Begin an answer and never end it: a piece every so many seconds."""

    piece: bytes
    every: float = 0.1


Act = str | bytes | Drop | Stall | Drip


@dataclass(frozen=True)
class Kept:
    """A letter as the server got it."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes

    @property
    def message_id(self) -> str:
        return str(BytesHeaderParser().parsebytes(self.data)["Message-ID"])


class SmtpServer:
    """The server; a context manager. `auth` makes a login required; `certificate` with `tls` encrypts; `record` is a
    file that gets every letter, on the disk, before its 250; `pipelining` is offered or not; `host` is where it
    listens."""

    def __init__(
        self,
        *,
        auth: tuple[str, str] | None = None,
        tls: Literal["ssl", "starttls", "none"] = "none",
        certificate: "Certificate | None" = None,
        record: Path | None = None,
        pipelining: bool = False,
        host: str = HOST,
    ) -> None:
        self.auth = auth
        self.host = host
        self.letters: list[Kept] = []
        self.moments: list[float] = []
        self.record = record
        self.pipelining = pipelining
        self.packets: list[bytes] = []
        self.commands: list[str] = []
        self.connections = 0
        self.most_connections = 0
        self._script: dict[Stage, deque[Act]] = defaultdict(deque)
        self._rejected: dict[str, Act] = {}
        self._greylisted: dict[str, int] = {}
        self._open: set[asyncio.BaseTransport] = set()
        context = certificate.server_context() if certificate else None
        self._controller = _Controller(self, tls=tls, context=context)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def logins(self) -> int:
        """How often a password was tried."""
        return self.commands.count("AUTH")

    def keep(self, letter: Kept) -> None:
        """Take a letter, and where there is a record put it there, on the disk, before anybody is told."""
        self.letters.append(letter)
        self.moments.append(time.monotonic())
        if self.record is not None:
            with self.record.open("ab") as file:
                file.write(b"%d\n%s" % (len(letter.data), letter.data))
                file.flush()
                os.fsync(file.fileno())

    def next(self, stage: Stage, *acts: Act) -> None:
        """Do `acts` at the next times the conversation gets to `stage`, one each; then behave again."""
        self._script[stage].extend(acts)

    def did(self, stage: Stage) -> bool:
        """Whether all that was to be done at `stage` has been begun."""
        return not self._script[stage]

    def rejects(self, address: str, answer: Act) -> None:
        """Answer so to every RCPT for `address`."""
        self._rejected[address] = answer

    def accepts(self, address: str) -> None:
        """Reject `address` no more."""
        del self._rejected[address]

    def greylists(self, *addresses: str, times: int = 1) -> None:
        """Put off the next so many RCPTs for each of these addresses."""
        self._greylisted |= dict.fromkeys(addresses, times)

    def hang_up(self, last_words: bytes = b"") -> None:
        """Close all connections, as a server does with idle ones."""
        asyncio.run_coroutine_threadsafe(self._hang_up(last_words), self._controller.loop).result(5)

    def act(self, stage: Stage, address: str = "") -> Act | None:
        """What to do now, if anything special."""
        if stage == "rcpt" and address in self._rejected:
            return self._rejected[address]
        if stage == "rcpt" and self._greylisted.get(address):
            self._greylisted[address] -= 1
            return "451 4.7.1 greylisted, try again later"
        return self._script[stage].popleft() if self._script[stage] else None

    def opened(self, transport: asyncio.BaseTransport) -> None:
        self.connections += 1
        self._open.add(transport)
        self.most_connections = max(self.most_connections, len(self._open))

    def closed(self, transport: asyncio.BaseTransport | None) -> None:
        if transport is not None:
            self._open.discard(transport)

    async def _hang_up(self, last_words: bytes) -> None:
        for transport in self._open:
            if last_words and not transport.is_closing():
                cast(asyncio.WriteTransport, transport).write(last_words)
            transport.close()
        self._open.clear()

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = self.most_connections = 0  # the controller calls itself once
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop(no_assert=True)


class _Controller(Controller):
    def __init__(self, server: SmtpServer, *, tls: str, context: ssl.SSLContext | None) -> None:
        self._owner = server
        self._starttls = context if tls == "starttls" else None
        super().__init__(
            _Handler(server),
            hostname=server.host,
            port=0,
            ssl_context=context if tls == "ssl" else None,
            ready_timeout=10,
        )

    def _trigger_server(self) -> None:
        # The controller calls the port that it was given, here 0: tell it the one it got.
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves this one untyped

    def factory(self) -> SMTP:
        return _Conversation(
            self._owner,
            self.handler,
            hostname="mail.loopback",
            ident="ready",
            tls_context=self._starttls,
            auth_required=self._owner.auth is not None,
            auth_require_tls=False,
            authenticator=self._owner.auth and self._check,
        )

    def _check(self, server: SMTP, session: Session, envelope: Envelope, way: str, secret: Any) -> AuthResult:
        assert isinstance(secret, LoginPassword)
        right = (secret.login.decode(), secret.password.decode()) == self._owner.auth
        return AuthResult(success=right, handled=False)


class _Handler:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self._server.pipelining else []), *responses[-1:]]

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str | bytes:  # noqa: N802
        act = self._server.act("end")
        kept = act is None or (isinstance(act, (Drop, Stall)) and act.stored)
        if kept:
            data = envelope.original_content
            assert data is not None
            self._server.keep(Kept(str(envelope.mail_from), tuple(envelope.rcpt_tos), data))
        if act is None:
            return f"250 2.0.0 OK queued as {len(self._server.letters)}"
        if isinstance(act, (str, bytes)):
            return act
        await _withhold(cast("_Conversation", smtp), act)
        return "250 OK" if kept else "451 4.3.0 not kept"


class _Conversation(SMTP):
    def __init__(self, server: SmtpServer, handler: Any, **options: Any) -> None:
        self._owner = server
        super().__init__(handler, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:  # not after STARTTLS
            self._owner.opened(transport)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._owner.packets.append(data)
        super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._owner.closed(self.transport)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if isinstance(status, str) and status.startswith("220 mail.loopback"):
            act = self._owner.act("greeting")
            if isinstance(act, (Drop, Stall, Drip)):
                await _withhold(self, act)
            status = act if isinstance(act, (str, bytes)) else status
        await super().push(status)

    async def _scripted(self, stage: Stage, address: str = "") -> bool:
        act = self._owner.act(stage, address)
        if isinstance(act, (str, bytes)):
            await self.push(act)
        elif act is not None:
            await _withhold(self, act)
        return act is not None and not isinstance(act, Stall)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append("AUTH")
        if not await self._scripted("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        self._owner.commands.append("MAIL")
        if not await self._scripted("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        self._owner.commands.append("RCPT")
        address = (arg or "").partition("<")[2].partition(">")[0]
        if not await self._scripted("rcpt", address):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append("DATA")
        if not await self._scripted("data"):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append("QUIT")
        await super().smtp_QUIT(arg)


async def _withhold(conversation: _Conversation, act: Drop | Stall | Drip) -> None:
    if isinstance(act, Drip):
        transport = cast(asyncio.WriteTransport, conversation.transport)
        while not transport.is_closing():
            transport.write(act.piece)
            await asyncio.sleep(act.every)
    elif isinstance(act, Drop):
        assert conversation.transport is not None
        cast(asyncio.Transport, conversation.transport).abort()
        await asyncio.sleep(60)  # cancelled as soon as the loop has noticed
    else:
        await asyncio.sleep(act.seconds)


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 and the authority that signed it, as PEM files."""

    authority: Path
    chain: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    """An authority of our own and one certificate by it, written under `folder`."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cuibao test authority")])
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    authority = _signed(
        _certificate(authority_name, authority_name, authority_key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        ),
        authority_key,
    )
    server = _signed(
        _certificate(server_name, authority_name, key).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False
        ),
        authority_key,
    )
    files = Certificate(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files.chain.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def _certificate(name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _signed(certificate: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return certificate.sign(key, hashes.SHA256())
