"""Which obligations a mail that waits may be the report of, so that nobody is chased for them until it was looked at.

Less than is registered by itself, and more than a guess: one that is vague, or written by a machine, is about none.
"""

import re
from collections.abc import Iterable

from cuibao.model import Obligation, Unit
from cuibao.policy.mail.documents import Sort
from cuibao.policy.mail.judgement import Files, Match
from cuibao.policy.mail.labelled import states_some
from cuibao.policy.mail.prose import tells
from cuibao.policy.mail.signature import body
from cuibao.policy.mail.sufficing import Asker, all_in, asking
from cuibao.policy.mail.worded import Worded

_CLAUSE = re.compile(r"[，,。；;！!\n]+")


def plausible(
    reading: Worded, named: Iterable[Match], unit: Unit, asker: Asker, files: Files
) -> tuple[Obligation, ...]:
    """What the mail may be the report of, among what it has `named` that `unit` owes: a file came for it that somebody
    sent, or the words that it asks for."""
    if reading.mail.machine or reading.automatic:
        return ()
    return tuple(match.obligation for match in named if _may_be(reading, match, unit, asker, files))


def _may_be(reading: Worded, match: Match, unit: Unit, asker: Asker, files: Files) -> bool:
    mail, requirement = reading.mail, match.obligation.period.requirement
    if mail.links or mail.oversized or mail.unread:
        return True
    if match.nil and requirement.nil:
        return True
    promised = bool(asking(reading, asker.wording))
    if match.files and any(_is_sent(reading, index, unit, files, promised=promised) for index in match.files):
        return True
    return not requirement.attached and not promised and _says(reading, match, asker)


def _is_sent(reading: Worded, index: int, unit: Unit, files: Files, *, promised: bool) -> bool:
    """Whether a file can have been sent in: none of ours, and no picture under a promise, as signatures have them."""
    if promised and reading.looked[index].sort is Sort.PICTURE and not reading.reports(index):
        return False
    return not all_in(reading, index, files.attached(unit.id))


def _says(reading: Worded, match: Match, asker: Asker) -> bool:
    """Whether its words may be all that is asked for."""
    text, expects = reading.mail.text, match.obligation.period.requirement.expects
    if expects:
        return states_some(text, expects, asker.names)
    return any(tells(clause) for clause in _CLAUSE.split(body(text)))
