"""How long to wait: as long as something moves."""

PATIENCE_SECONDS = 300.0
FIRST_WORD_SECONDS = 30.0


class Patience:
    """Judges one wait. It is told the time, in seconds on any steady clock, and a mark of what can be seen moving."""

    def __init__(self, now: float) -> None:
        self.seconds = PATIENCE_SECONDS
        self._began = self._moved = now
        self._mark: object = None
        self._next_word = FIRST_WORD_SECONDS

    def look(self, now: float, mark: object) -> None:
        """Note what is seen: whatever differs from the last time has moved."""
        if mark != self._mark:
            self._mark, self._moved = mark, now

    def is_over(self, now: float) -> bool:
        """Whether nothing has moved for five minutes."""
        return now - self._moved >= self.seconds

    def word(self, now: float) -> int | None:
        """After how many seconds it is time to say that we still wait: first after half a minute, then ever less often.

        None where it is not.
        """
        waited = now - self._began
        if waited < self._next_word:
            return None
        while self._next_word <= waited:
            self._next_word *= 2
        return int(waited)
