"""How fast letters get to a mail server that is far away, over one connection and over several."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import LIMIT, Figure, medians
from bench.sending import SINK, second_morning, send_all, sink

ROUNDS, LETTERS, AWAY = 3, 200, 0.05
# Of what the line allows, what has to be reached.
SHARE = 0.75


def figures() -> Iterator[Figure]:
    """Letters over a line whose answers take 50 ms, beside what two round trips a letter would take alone."""
    if SINK is None:
        print("smtp-sink is not installed (apt-get install postfix): nothing was sent")
        return
    with sink() as port, _far_away(port) as far:
        subjects = {f"{count} connections": lambda count=count: _sent(far, count) for count in (1, 4)}
        found = medians(subjects, ROUNDS)
    for name, took in found.items():
        count = int(name.split()[0])
        alone = LETTERS * 2 * AWAY / count
        beside = {"two round trips each": alone, LIMIT: alone / SHARE}
        yield Figure(f"letters, 50 ms away, {name}", took, beside, pieces=LETTERS)


def _sent(port: int, connections: int) -> float:
    with TemporaryDirectory() as home, second_morning(Path(home), port, LETTERS, connections) as office:
        return send_all(office, LETTERS).took


@contextmanager
def _far_away(port: int) -> Iterator[int]:
    """A port that leads to `port`, with half of the time to each side."""
    loop = asyncio.new_event_loop()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            loop.call_later(AWAY / 2, writer.write, data)
        loop.call_later(AWAY / 2, writer.close)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, outer), carry(inner, writer))

    server = loop.run_until_complete(asyncio.start_server(connect, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
