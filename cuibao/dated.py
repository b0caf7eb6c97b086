"""The date that another machine's server gives when it greets: something to hold our own clock against."""

import re
import socket
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from cuibao.times import local

# As RFC 5321, 4.2 shows it and Exim, Sendmail and Exchange have it; without an offset it could be any hour.
_DATE = re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dated:
    """A server's dated answer; `apart`: it came from another address than ours, where the clock is not this one."""

    moment: datetime
    apart: bool

    @classmethod
    def heard(cls, words: bytes, sock: socket.socket) -> "Dated | None":
        """What date these `words`, heard on `sock`, give; None for none. Raises OSError where the line is gone."""
        found = _DATE.search(words.decode("ascii", errors="replace"))
        if found is None:
            return None
        try:
            moment = local(parsedate_to_datetime(found[0]))
        except ValueError:
            return None
        return cls(moment, apart=sock.getpeername()[0] != sock.getsockname()[0])
