"""Which event a text is about, of those for which clerks opened an item: by the name that they gave it."""

import re
from collections.abc import Collection, Iterable, Sequence

from cuibao.model import Every, Obligation
from cuibao.policy.mail.naming import fold
from cuibao.policy.recurrence import kind_of

_PAIR = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])(?: |月)([0-3]?\d)(?!\d)")
# A shorter name, such as 火灾事故, stands in prose too.
_TELLING = 6
_HAPPENED = re.compile(_PAIR.pattern + r"日?\w{0,12}?(?:事故|事件|火灾|险情|案件|灾害)")


def not_meant(obligations: Sequence[Obligation], texts: Iterable[str]) -> Collection[Obligation]:
    """Those of `obligations` for events that the folded `texts` do not mean: the first that names an event decides."""
    events = [each for each in obligations if kind_of(each.period) is Every.EVENT]
    if not events:
        return ()
    for text in texts:
        meant = [each for each in events if _is_named(each, text)]
        if meant:
            return [each for each in obligations if each not in meant]
        if days := set(_days(_HAPPENED, text)):
            return [each for each in events if (own := set(_days(_PAIR, fold(each.period.label)))) and not own & days]
    return ()


def named_in(obligations: Iterable[Obligation], texts: Collection[str]) -> list[Obligation]:
    """Those of `obligations` for events that any of the folded `texts` names."""
    events = [each for each in obligations if kind_of(each.period) is Every.EVENT]
    return [each for each in events if any(_is_named(each, text) for text in texts)]


def without_labels(text: str, labels: Iterable[str]) -> str:
    """`text` without the words of events' names."""
    words = (word for label in labels for word in re.findall(r"[^\W\d_]{2,}", label))
    return without_names(text, sorted(words, key=len, reverse=True), "")


def without_names(text: str, names: Iterable[str], sign: str) -> str:
    """`text` with `sign` for each of `names`."""
    for name in filter(None, names):
        text = text.replace(name, sign)
    return text


def _is_named(obligation: Obligation, text: str) -> bool:
    label = fold(obligation.period.label)
    if len(label) >= _TELLING and label in text:
        return True
    own = set(_days(_PAIR, label))
    return bool(own) and not own.isdisjoint(_days(_HAPPENED, text))


def _days(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [(int(month), int(day)) for month, day in pattern.findall(text)]
