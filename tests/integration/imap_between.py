"""A relay before the real IMAP server that answers some commands itself, as servers do that have broken over a mail.

with between(account.server.port, lambda command: b"* BAD no\\r\\n" if b"FETCH 2 " in command else None) as port: ...
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.integration.smtp_server import HOST

# What to answer to a command in place of the server, with {tag} for its tag; None where the server answers.
# What does not end with a line's end is the last that is said: then it hangs up.
Answer = Callable[[bytes], bytes | None]


@contextmanager
def between(port: int, answer: Answer) -> Iterator[int]:
    """Relay to the server on `port`; yields the relay's own port."""
    with socket.create_server((HOST, 0)) as listener:
        Thread(target=_accept, args=(listener, port, answer), daemon=True).start()
        yield int(listener.getsockname()[1])


def _accept(listener: socket.socket, port: int, answer: Answer) -> None:
    with suppress(OSError):
        while True:
            peer, _ = listener.accept()
            Thread(target=_relay, args=(peer, port, answer), daemon=True).start()


def _relay(peer: socket.socket, port: int, answer: Answer) -> None:
    with suppress(OSError), peer, socket.create_connection((HOST, port)) as server, peer.makefile("rb") as commands:
        Thread(target=_pump, args=(server, peer), daemon=True).start()
        for command in commands:
            said = answer(command)
            if said is None:
                server.sendall(command)
                continue
            peer.sendall(said.replace(b"{tag}", command.split()[0]))
            if not said.endswith(b"\r\n"):
                break
        peer.shutdown(socket.SHUT_RDWR)


def _pump(server: socket.socket, peer: socket.socket) -> None:
    with suppress(OSError):
        while piece := server.recv(65536):
            peer.sendall(piece)
        peer.shutdown(socket.SHUT_WR)
