"""The phases of a campaign or of a plan: three by their usual names, a list of the notice's own, or none."""

import hashlib
from collections.abc import Iterator
from datetime import date

from cuibao.loading.datechecks import check_inside
from cuibao.loading.documents import (
    CampaignDocument,
    PhaseItem,
    PhasesEntry,
    PhaseSpan,
    PlanDocument,
    UsualPhases,
    Window,
)
from cuibao.loading.faults import Fault, Location, shown
from cuibao.loading.parsing import Parsed
from cuibao.loading.sheet import Sheet
from cuibao.model import Opens, Phase, Reports

# What most notices call their phases, by the ids that ledgers hold.
USUAL = {"mobilization": "动员部署", "implementation": "集中实施", "summary": "总结提升"}
# The id of what stands for a plan's phases where it has none; no ledger holds it.
WHOLE = "whole"
_IDS = {name: usual for usual, name in USUAL.items()}


def phases_of(entry: PhasesEntry | None, issued: date, ends: date) -> tuple[Phase, ...]:
    """The phases of a plan in their order; where it has none, one without a name from `issued` to `ends`."""
    if isinstance(entry, UsualPhases):
        spans: list[PhaseSpan] = [getattr(entry, usual) for usual in USUAL]
        named = zip(USUAL.items(), spans, strict=True)
        return tuple(
            Phase(usual, name, span.start, span.end, _usually(number, len(USUAL)))
            for number, ((usual, name), span) in enumerate(named)
        )
    if not entry:
        return (Phase(WHOLE, "", issued, ends, Opens.RUNNING, Reports.NOTHING),)
    return tuple(
        Phase(_id_of(item), item.name, item.start, item.end, item.opens or _usually(number, len(entry)), item.reports)
        for number, item in enumerate(entry)
    )


def check_phases(file: Parsed[CampaignDocument] | Parsed[PlanDocument], window: Window | None) -> Iterator[Fault]:
    """Each phase runs forward and overlaps the campaign, none is there twice. It may begin before the issue day, as the
    notice's do."""
    listed = file.places("phases")
    previous = None
    for place in listed or [("phases", usual) for usual in USUAL]:
        span = file.part(PhaseSpan, *place)
        if span is None:
            continue
        if span.end < span.start:
            yield file.sheet.fault((*place, "to"), f"应不早于 from（{span.start}），{shown(span.end)}")
        else:
            yield from check_inside(file.sheet, (*place, "to"), span.end, window, shown(span.end))
        if previous and span.start < previous:
            yield file.sheet.fault((*place, "from"), f"应不早于前一阶段开始的 {previous}，{shown(span.start)}")
        previous = span.start
    yield from _check_apart(file.sheet, [(place, found) for place in listed if (found := file.part(PhaseItem, *place))])


def _check_apart(sheet: Sheet, items: list[tuple[Location, PhaseItem]]) -> Iterator[Fault]:
    """No two phases of a list share a name or an id, given or not."""
    names: dict[str, Location] = {}
    ids: dict[str, Location] = {}
    for place, item in items:
        if item.name in names:
            first = sheet.line(names[item.name])
            yield sheet.fault((*place, "name"), f"与第 {first} 行重复，各阶段的名称应不同，{shown(item.name)}")
        elif _id_of(item) in ids:
            first = sheet.line(ids[_id_of(item)])
            said = f"与第 {first} 行的阶段重复，各阶段的 id 应不同，请写上另一个 id，{shown(_id_of(item))}"
            yield sheet.fault((*place, "id"), said)
        names.setdefault(item.name, (*place, "name"))
        ids.setdefault(_id_of(item), place)


def _id_of(item: PhaseItem) -> str:
    # Of the name alone: another phase that is put in between changes no id.
    derived = f"phase-{hashlib.sha256(item.name.encode()).hexdigest()[:6]}"
    return item.id or _IDS.get(item.name, derived)


def _usually(number: int, count: int) -> Opens:
    """What a phase works on that is not told: the first has nothing before it, the last wants everything."""
    if number == 0:
        return Opens.ALL
    return Opens.FINAL if number == count - 1 else Opens.RUNNING
