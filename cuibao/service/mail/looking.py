"""先收信: the mailbox is read before letters are written, so that nobody is reminded of what lies there.

A reader of its own, as 收取 is one, beside which any number may read: letters wait for it as long as they can, and not
for a server that never answers.
"""

import logging
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from cuibao.errors import CuibaoError
from cuibao.office import Office, open_office
from cuibao.service.mail.answers import send_answers
from cuibao.service.mail.reading import Collected, collect, said
from cuibao.settings import Settings
from cuibao.tongue import say

# For so many seconds. A mailbox that was read a quarter of an hour before takes two or three.
PATIENCE = 180.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """What came of reading the mailbox first, in `words`; `trouble`: why it was not read to its end."""

    words: str
    trouble: str = ""


def read_first(office: Office) -> ReadFirst | None:
    """Read the mailbox and answer what was registered; None where there is none to read. Never raises, and takes no
    longer than letters can wait: what is wrong is said, for whoever sees the letters go."""
    if not office.reads_mail or office.ledger.simulated(office.campaign.id):
        return None
    found, troubles = Collected(), list[str]()
    reader = threading.Thread(target=_read, args=(office.settings, found, troubles), daemon=True)
    reader.start()
    reader.join(PATIENCE)
    if reader.is_alive():  # whatever it still registers, the letters find before they go
        troubles.append(say("{minutes:g} 分钟内没有读完", minutes=PATIENCE / 60))
    answers = _answered(office, troubles)
    troubles += found.troubles
    return ReadFirst(_words(found, answers, troubles), say("；").join(troubles))


def _read(settings: Settings, found: Collected, troubles: list[str]) -> None:
    """Read as 收取 does, with an office of its own: whoever began it may have closed his by then."""
    try:
        with open_office(settings) as office:
            collect(office, office.now(), found)
    except CuibaoError as mistake:
        troubles.append(str(mistake))
    except Exception as mistake:
        log.exception("the mailbox was not read")
        troubles.append(say("程序出错：{kind}", kind=type(mistake).__name__))


def _answered(office: Office, troubles: list[str]) -> Counter[str]:
    try:
        return send_answers(office, by_itself=True)
    except CuibaoError as mistake:  # they wait for the next reading
        troubles.append(say("回执没有发出：{mistake}", mistake=mistake))
        return Counter()


def _words(found: Collected, answers: Counter[str], troubles: Collection[str]) -> str:
    if not troubles:
        return say("先收信：{found}", found=said(found, answers))
    read = (
        say("先收信：{found}；没有收完", found=said(found, answers)) if found.read or found.again else say("没有先收信")
    )
    return say("{read}（{listed}），信照发", read=read, listed=say("；").join(troubles))
