"""How much one mail may cost: counted, not timed, so that the same mail is always read alike."""

from cuibao.tongue import say

HEADERS = 256 * 1024  # bytes of a header block
FIELDS = 2_000  # in a header block
PARTS = 1_000  # in a mail, at whatever depth
DEPTH = 16
TEXT = 1_000_000  # characters of its texts together, and of its pages; nobody writes more by hand

# A byte may be looked at so often, as the first of a few levels, as an encoding, as a character, as a word.
_EACH = 40
_AT_LEAST = 4_000_000


class Exceeded(Exception):
    """A mail costs more than an honest one can; `reason` says why it is not read further."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Work:
    """The account of one mail of `size` bytes: `spent` are the bytes looked at, each as often as it was."""

    def __init__(self, size: int) -> None:
        self.spent = 0
        self.parts = 0
        self._most = size * _EACH + _AT_LEAST

    def look(self, size: int) -> None:
        """Note that `size` bytes are looked at. Raises Exceeded."""
        self.spent += size
        if self.spent > self._most:
            raise Exceeded(say("邮件结构过于复杂"))

    def part(self) -> None:
        """Note one more part. Raises Exceeded."""
        self.parts += 1
        if self.parts > PARTS:
            raise Exceeded(say("邮件分段过多"))
