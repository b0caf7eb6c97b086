"""Whether dates of their own (`due_for`) are given to units that owe the item, and one to each."""

from collections.abc import Iterator

from cuibao.loading.directory import Directory
from cuibao.loading.faults import Fault, Location, shown
from cuibao.loading.sheet import Sheet


def check_due_for(sheet: Sheet, item: Location, directory: Directory) -> Iterator[Fault]:
    """Every `due_for` of an `item`, its own and those of later notices."""
    owing = set(directory.named(sheet.at((*item, "owed_by"))))
    notices = sheet.at((*item, "amended"))
    places: list[Location] = [(*item, "due_for")]
    places += [
        (*item, "amended", number, "due_for") for number in range(len(notices) if isinstance(notices, list) else 0)
    ]
    for place in places:
        yield from _check_words(sheet, place, owing, directory)


def _check_words(sheet: Sheet, place: Location, owing: set[str], directory: Directory) -> Iterator[Fault]:
    given = sheet.at(place)
    first: dict[str, str] = {}
    for word in given if isinstance(given, dict) else ():
        if word not in directory.words:
            yield sheet.fault((*place, word), f"没有这个单位或分组，{directory.right_word(word)}，{shown(word)}")
            continue
        units = directory.words[word]
        if owing and owing.isdisjoint(units):
            yield sheet.fault((*place, word), f"不在 owed_by 中，应为报送这一事项的单位或分组，{shown(word)}")
        elif len(units) == 1 and units[0] in first:
            yield sheet.fault((*place, word), f"与 {first[units[0]]} 是同一单位，只应写一处，{shown(word)}")
        elif len(units) == 1:
            first[units[0]] = word
