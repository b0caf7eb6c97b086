"""How fast letters get through a mail server on loopback that takes all there is (Postfix's smtp-sink), each filed
before and noted after, beside what sends the same with less care or none."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import yagmail

from bench.measuring import LIMIT, Figure, medians, seconds
from cuibao.mailer.outbox import OutboxCarrier
from cuibao.office import Office, open_office
from cuibao.service.letters import morning
from cuibao.service.letters.agenda import agendas
from cuibao.service.letters.mailing import Letters
from cuibao.service.sending import Parcel, Sent, send
from cuibao.settings import read_settings
from tests.faults import town
from tests.offices import at, begun
from tests.offices import office as office_at

NOW = at(town.NEXT_STEP)
PATH = "/usr/sbin:/usr/local/sbin:/usr/bin"
SINK, SOURCE_PROGRAM = (shutil.which(name, path=PATH) for name in ("smtp-sink", "smtp-source"))
ROUNDS, LETTERS = 5, 1000
# It is a thousand times through before it is at the pace that it keeps.
SOURCE_LETTERS = 3 * LETTERS
WHOLE, FILED = (
    "letters, from the ledger's first look to the last note",
    "the same, but for planning, writing and filing them",
)
SOURCE, YAGMAIL = "smtp-source -s 1 -d, the same size", "yagmail, one connection, bytes made by email"
NOTHING_SET: Mapping[str, str] = {}
# Of smtp-source's pace, what each has to reach.
SHARES = {WHOLE: 0.15, FILED: 0.25}
SENDER, RECIPIENT = "office@xf.gov.cn", "unit@xf.gov.cn"


def figures() -> Iterator[Figure]:
    """A morning's letters without the year's calendar, one process, one connection, SQLite on this machine's disk."""
    if SINK is None:
        print("smtp-sink is not installed (apt-get install postfix): nothing was sent")
        return
    with sink() as port:
        written = _written(port)
        size = sum(map(len, written)) // len(written)
        own = _Mornings(port)
        subjects: dict[str, Callable[[], float]] = {
            WHOLE: own.whole,
            FILED: own.filed,
            SOURCE: lambda: seconds(lambda: _source(port, size)) * LETTERS / SOURCE_LETTERS,
            YAGMAIL: lambda: seconds(lambda: _yagmail(port, size)),
        }
        found = medians(subjects, ROUNDS)
    for what, share in SHARES.items():
        beside = {name: found[name] for name in (SOURCE, YAGMAIL)} | {LIMIT: found[SOURCE] / share}
        yield Figure(what, found[what], beside, pieces=LETTERS)


@contextmanager
def sink() -> Iterator[int]:
    """A mail server that takes all there is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [str(SINK), "-u", "nobody", f"127.0.0.1:{port}", "1000"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as sink:
        try:
            _wait_for(port)
            yield port
        finally:
            sink.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("smtp-sink does not answer")


class _Timed(Letters):
    """The letters of a morning, and how many seconds it took to plan, write and file them."""

    loading = 0.0
    took = 0.0

    def load(self, things: Sequence[str]) -> Iterator[Parcel | Sent]:
        began = time.perf_counter()
        found = list(super().load(things))
        self.loading += time.perf_counter() - began
        yield from found


class _Mornings:
    """Mornings of a new office each, the second of its life, so that no letter carries the year."""

    def __init__(self, port: int) -> None:
        self._port = port

    def whole(self) -> float:
        return self._sent()[0]

    def filed(self) -> float:
        took, loading = self._sent()
        return took - loading

    def _sent(self) -> tuple[float, float]:
        with TemporaryDirectory() as home, second_morning(Path(home), self._port, LETTERS) as office:
            letters = send_all(office, LETTERS)
            return letters.took, letters.loading


def send_all(office: Office, expected: int) -> _Timed:
    """What `morning.write` does, and how long it takes."""
    began = time.perf_counter()
    with office.ledger.snapshot():
        found = {agenda.unit.id: agenda for agenda in agendas(office, NOW)}
    letters = _Timed(office, NOW, 0, found)
    letters.loading = time.perf_counter() - began
    sent = [each for each in send(office, letters, [letters.thing(unit) for unit in found]) if each.status.reaches]
    letters.took = time.perf_counter() - began
    assert len(sent) == expected, len(sent)
    return letters


def environ(home: Path, port: int, connections: int = 1) -> dict[str, str]:
    """The settings of an office at `home` that sends to `port`."""
    smtp = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SECURITY": "none",
        "SENDER": SENDER,
        "CONNECTIONS": str(connections),
    }
    return {"CUIBAO_HOME": str(home), "CUIBAO_DRILL": "send"} | {
        f"CUIBAO_SMTP_{name}": value for name, value in smtp.items()
    }


@contextmanager
def second_morning(
    home: Path, port: int, letters: int, connections: int = 1, database: Mapping[str, str] = NOTHING_SET
) -> Iterator[Office]:
    """An office whose first morning is over, and that sends its `letters` to `port` now."""
    town.lay_out(home, letters)
    outside = {**environ(home, port, connections), **database}
    begun(home, **outside)
    with office_at(home, **outside) as office:
        office.carrier = OutboxCarrier(home / "outbox", SENDER)  # as if the server had taken them
        morning.run(office, at(town.DAY))
    with open_office(read_settings(outside)) as office:
        morning.prepare(office, NOW)
        _ = office.schedule, office.templates, office.carrier
        yield office


def _written(port: int) -> list[bytes]:
    with TemporaryDirectory() as home, second_morning(Path(home), port, LETTERS) as office:
        send_all(office, LETTERS)
        letters = office.ledger.letters(office.campaign.id, NOW.date(), [f"town{number}" for number in range(9)])
        return [letter.message.data for letter in letters.values()]


def _source(port: int, size: int) -> None:
    command = [str(SOURCE_PROGRAM), "-s", "1", "-d", "-m", str(SOURCE_LETTERS), "-l", str(size)]
    subprocess.run([*command, "-f", SENDER, "-t", RECIPIENT, f"127.0.0.1:{port}"], check=True)


_numbers = count()


def _yagmail(port: int, size: int) -> None:
    """A loop as one would write it: a message from the library, sent over yagmail's one session."""
    client = yagmail.Client(
        user="office",
        password="",
        host="127.0.0.1",
        port=port,
        smtp_ssl=False,
        smtp_starttls=False,
        smtp_skip_login=True,
        soft_email_validation=False,
    )
    client.login()
    for _ in range(LETTERS):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = SENDER, RECIPIENT, f"【催报】嘉定镇：2项逾期 [{next(_numbers)}]"
        mail.set_content("请报送。" * (size // 60))
        mail.add_alternative("<p>请报送。</p>" * (size // 60), subtype="html")
        client.smtp.sendmail(SENDER, [RECIPIENT], mail.as_bytes())
    client.close()
