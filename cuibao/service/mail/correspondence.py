"""What the rules of matching look at: our letters, how each unit's obligations stand, what went and came before."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from cuibao.ids import is_unguessable
from cuibao.ledger import WrittenLetter
from cuibao.mailbox.parsing import parse
from cuibao.model import NOTHING_ENTERED, LetterState, ObligationKey, Standing, Unit
from cuibao.office import Office
from cuibao.policy.codes import Codes
from cuibao.policy.mail.bouncing import Dispatch, Dispatches
from cuibao.policy.mail.judging import Came, Candidate, SentLetter
from cuibao.service.entries.standings import standings
from cuibao.service.letters.addresses import addresses_of

# How a mail of ours stands that a server has taken, or may have.
HANDED_OVER = (LetterState.SENT, LetterState.PARTIAL, LetterState.REFUSED, LetterState.UNCERTAIN)


class Correspondence:
    """Looked up once for a whole mailbox; what is registered meanwhile is looked up again, unit by unit."""

    def __init__(self, office: Office) -> None:
        self._office = office
        written = [letter for letter in office.ledger.written(office.campaign.id) if _may_be_known(letter)]
        self.letters = {letter.message_id: letter for letter in written}
        self.answers = {answer.message.message_id: answer for answer in office.ledger.mails.answers(office.campaign.id)}
        self.sent: Mapping[str, SentLetter] = {letter.message_id: _sent(office, letter) for letter in written}
        self._coded = self._by_code(written)
        self._candidates: dict[str, Sequence[Candidate]] = {}
        self._entered: dict[str, Mapping[ObligationKey, Standing]] = {}
        self._attached: dict[str, frozenset[str]] = {}

    @property
    def past(self) -> frozenset[str]:
        """The codes of campaigns that the office runs no more, as letters bear them."""
        return frozenset(code.partition("-")[0] for code in self._coded).difference(self._office.campaign.references)

    def candidates(self, unit: str) -> Sequence[Candidate]:
        """Everything tracked that the unit owes in the year, and whether it still does."""
        if unit not in self._candidates:
            self._entered[unit] = standings(self._office, unit)
            self._candidates[unit] = _candidates(self._office, unit, self._entered[unit])
        return self._candidates[unit]

    def attached(self, unit: str) -> frozenset[str]:
        """The SHA-256 of every file that was attached to a letter to `unit`."""
        if unit not in self._attached:
            wrote = self._office.ledger.bytes_to(self._office.campaign.id, unit)
            files = (file for data in wrote if _ATTACHED in data for file in parse(data, _WHENEVER).attachments)
            self._attached[unit] = frozenset(hashlib.sha256(file.data).hexdigest() for file in files)
        return self._attached[unit]

    def came(self, key: ObligationKey) -> Came:
        """What came for that obligation before."""
        self.candidates(key.unit)
        if not self._entered[key.unit].get(key, NOTHING_ENTERED).count:
            return Came()
        return Came(*self._office.ledger.mails.came(self._office.campaign.id, key))

    def forget(self, unit: str) -> None:
        """Look the unit's obligations up anew: something was entered."""
        self._candidates.pop(unit, None)

    def quoted(self, code: str, arrived_at: datetime) -> SentLetter | None:
        """The newest letter with that code that there was when a mail which quotes it arrived: one code of those
        without a year meant a letter each year."""
        earlier = (letter for letter in reversed(self._coded.get(code, ())) if letter.written_at <= arrived_at)
        newest = next(earlier, None)
        return None if newest is None else self.sent[newest.message_id]

    def _by_code(self, written: Sequence[WrittenLetter]) -> Mapping[str, Sequence[WrittenLetter]]:
        """The letters by their codes, oldest first. Those from before codes were kept have them in their subjects."""
        codes, found = Codes(*self._office.campaign.references), dict[str, list[WrittenLetter]]()
        for letter in sorted(written, key=lambda letter: letter.written_at):
            code = letter.code or next(codes.found(letter.subject), None)
            if code is not None:
                found.setdefault(code, []).append(letter)
        return found

    @cached_property
    def dispatches(self) -> Dispatches:
        """Our letters and acknowledgements that were handed over."""
        return Dispatches(self._handed_over())

    @cached_property
    def owners(self) -> Mapping[str, tuple[Unit, ...]]:
        """Whose each address is, in lower case."""
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in self._office.campaign.units.values():
            for address in addresses_of(unit):
                found[address] = (*found.get(address, ()), unit)
        return found

    def _handed_over(self) -> Iterator[Dispatch]:
        for letter in self.letters.values():
            if letter.state in HANDED_OVER:
                name = letter.message_id
                yield Dispatch(name, letter.recipients, letter.written_at, is_unguessable(name))
        for answer in self.answers.values():
            if answer.state in HANDED_OVER:
                name = answer.message.message_id
                yield Dispatch(name, answer.message.recipients, answer.written_at, is_unguessable(name))


_ATTACHED = b"Content-Disposition: attachment"  # as `rendering` writes it
_WHENEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _may_be_known(letter: WrittenLetter) -> bool:
    """Whether its unit may have got it: a power cut makes the ledger forget that it went."""
    return letter.attempts > 0 or letter.state in (LetterState.WAITING, LetterState.UNCERTAIN)


def _candidates(office: Office, unit: str, entered: Mapping[ObligationKey, Standing]) -> Sequence[Candidate]:
    return tuple(
        Candidate(obligation, owed=not entered.get(obligation.key, NOTHING_ENTERED).settled)
        for obligation in office.schedule.of_unit(unit)
        if obligation.period.requirement.tracked
    )


def _sent(office: Office, letter: WrittenLetter) -> SentLetter:
    keys = frozenset(letter.keys)
    ended = not all(office.runs(plan) for plan in {key.plan for key in keys})
    return SentLetter(letter.message_id, letter.subject, letter.addressee, keys, ended)
