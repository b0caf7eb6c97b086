"""What the rules of matching look at: our letters, and how the obligations of each unit stand."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cuibao.ledger import WrittenLetter
from cuibao.model import NOTHING_ENTERED, LetterState, ObligationKey, Standing
from cuibao.office import Office
from cuibao.policy.codes import Codes
from cuibao.policy.mail.judging import Candidate, SentLetter
from cuibao.service.entries.standings import standings


class Correspondence:
    """Looked up once for a whole mailbox; what is registered meanwhile is looked up again, unit by unit."""

    def __init__(self, office: Office) -> None:
        self._office = office
        written = [letter for letter in office.ledger.written(office.campaign.id) if _may_be_known(letter)]
        self.letters = {letter.message_id: letter for letter in written}
        self.answers = {answer.message.message_id: answer for answer in office.ledger.mails.answers(office.campaign.id)}
        self.sent: Mapping[str, SentLetter] = {letter.message_id: _sent(letter) for letter in written}
        self._coded = self._by_code(written)
        self._candidates: dict[str, Sequence[Candidate]] = {}

    def candidates(self, unit: str) -> Sequence[Candidate]:
        """Everything tracked that the unit owes in the year, and whether it still does."""
        if unit not in self._candidates:
            self._candidates[unit] = _candidates(self._office, unit, standings(self._office, unit))
        return self._candidates[unit]

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
        codes, found = Codes(self._office.campaign.reference), dict[str, list[WrittenLetter]]()
        for letter in sorted(written, key=lambda letter: letter.written_at):
            code = letter.code or next(codes.found(letter.subject), None)
            if code is not None:
                found.setdefault(code, []).append(letter)
        return found

    def recipients(self, message_id: str) -> tuple[str, ...]:
        """Whom our mail with this Message-ID went to; nobody where it is none of ours."""
        if message_id in self.letters:
            return self.letters[message_id].recipients
        answer = self.answers.get(message_id)
        return answer.message.recipients if answer else ()


def _may_be_known(letter: WrittenLetter) -> bool:
    """Whether its unit may have got it: a power cut makes the ledger forget that it went."""
    return letter.attempts > 0 or letter.state in (LetterState.WAITING, LetterState.UNCERTAIN)


def _candidates(office: Office, unit: str, entered: Mapping[ObligationKey, Standing]) -> Sequence[Candidate]:
    return tuple(
        Candidate(obligation, owed=not entered.get(obligation.key, NOTHING_ENTERED).settled)
        for obligation in office.schedule.of_unit(unit)
        if obligation.period.requirement.tracked
    )


def _sent(letter: WrittenLetter) -> SentLetter:
    return SentLetter(letter.message_id, letter.subject, letter.addressee, frozenset(letter.keys))
