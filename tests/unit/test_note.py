"""A covering note is looked at in steps that do not multiply with its words."""

import pytest

from cuibao.policy.mail import note
from tests.growth import steps


@pytest.mark.parametrize("words", ["<lL><aL><vl>", "<wu>", "<mn><wm><n>", "<ds><ge>"])
@pytest.mark.parametrize("pattern", note._KNOWN)
def test_words_of_several_sorts_are_tried_in_one_way_only(words: str, pattern: object) -> None:
    def cost(count: int) -> int:
        return steps(pattern, words * count + "<?>", anchored=True)  # type: ignore[arg-type]

    # Twice the words may cost some power of two: each more word must not cost twice as much.
    assert cost(8) <= 32 * cost(4) + 200
