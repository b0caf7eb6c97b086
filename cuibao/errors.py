"""What can go wrong, said in Chinese to the clerk; each message names the place and what would be right."""

from collections.abc import Sequence


class CuibaoError(Exception):
    """A mistake the user can mend. `str()` is one Chinese message, safe to show as it is."""


class Faults(CuibaoError):
    """Everything wrong in the office's files at once, one line each."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class SettingError(CuibaoError):
    """An environment setting that cannot be used."""


class Contradiction(CuibaoError):
    """An entry that the schedule or the ledger contradicts; nothing was recorded."""


class Unconfirmed(Contradiction):
    """An entry that is made only once a person has seen what it would do: `str()` says that, `answer` is the word of
    the form by which it is made then."""

    def __init__(self, words: str, answer: str) -> None:
        self.answer = answer
        super().__init__(words)


class LedgerError(CuibaoError):
    """The ledger cannot be opened or holds what this command must not touch."""


class LeaseLost(LedgerError):
    """Another process took over a letter that this one had on lease and did not send in time."""


class DateInDoubt(CuibaoError):
    """The machine's clock is not believed; nothing was done but to ask."""


class LoginRefused(CuibaoError):
    """The mail server refused our account; trying again at once only makes it worse."""
