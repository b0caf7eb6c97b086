"""What the rules of matching look at: our letters, and how the obligations of each unit stand."""

from collections.abc import Mapping, Sequence

from cuibao.ledger import WrittenLetter
from cuibao.model import NOTHING_ENTERED, LetterState, ObligationKey, Standing
from cuibao.office import Office
from cuibao.policy.mail.judging import Candidate, SentLetter
from cuibao.service.entries.standings import standings
from cuibao.service.letters.agenda import reference_of


class Correspondence:
    """Looked up once for a whole mailbox; what is registered meanwhile is looked up again, unit by unit."""

    def __init__(self, office: Office) -> None:
        self._office = office
        written = [letter for letter in office.ledger.written(office.campaign.id) if _may_be_known(letter)]
        self.letters = {letter.message_id: letter for letter in written}
        self.answers = {answer.message.message_id: answer for answer in office.ledger.mails.answers(office.campaign.id)}
        self.sent: Mapping[str, SentLetter] = {letter.message_id: _sent(office, letter) for letter in written}
        self.references: Mapping[str, SentLetter] = {each.reference: each for each in self.sent.values()}
        self._candidates: dict[str, Sequence[Candidate]] = {}

    def candidates(self, unit: str) -> Sequence[Candidate]:
        """Everything tracked that the unit owes in the year, and whether it still does."""
        if unit not in self._candidates:
            self._candidates[unit] = _candidates(self._office, unit, standings(self._office, unit))
        return self._candidates[unit]

    def forget(self, unit: str) -> None:
        """Look the unit's obligations up anew: something was entered."""
        self._candidates.pop(unit, None)

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


def _sent(office: Office, letter: WrittenLetter) -> SentLetter:
    unit = office.campaign.units.get(letter.addressee)
    reference = reference_of(office, letter.day, unit) if unit else ""
    return SentLetter(letter.message_id, reference, letter.subject, letter.addressee, frozenset(letter.keys))
