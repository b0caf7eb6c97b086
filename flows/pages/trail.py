"""往来记录: what passed with a unit or about an item."""

from datetime import datetime

from cuibao.model import Entry
from cuibao.said import clock, one_line, tamed
from cuibao.service.views.trail import EntryMade, Event, Trail
from cuibao.times import local
from cuibao.tongue import say
from flows.pages.links import RECORD, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation, unbroken


def trail_page(trail: Trail, as_of: datetime, links: Links) -> Page:
    """What passed, oldest first; the number of an entry links to the form that withdraws it."""
    rows = [
        [
            say("{at.year}.{at.month}.{at.day} {at:%H:%M}", at=event.at, clock=clock(local(event.at).time())),
            escaped(event.unit),
            _kind(event, links),
            escaped(event.items),
            escaped(event.words),
        ]
        for event in trail.events
    ]
    hint = say("登错了的，点它的条号打开填好的登记表，写明原因即可撤销。") if links.form(RECORD) else ""
    # Headings that do not break keep their narrow columns as wide as a unit's name.
    head = [say("时间"), unbroken(say("责任单位")), unbroken(say("往来类别")), say("事项"), say("内容")]
    return page(
        say("往来记录：{title}", title=escaped(trail.title)),
        as_of,
        say("共 {count} 条，早的在前。", count=len(rows)) + hint,
        simulation(trail.simulated),
        grid(head, rows) if rows else say("还没有往来。"),
    )


def trail_lines(trail: Trail) -> str:
    """The same for a log: plain lines."""
    lines = [say("往来记录：{title}，共 {count} 条", title=trail.title, count=len(trail.events))]
    for event in trail.events:
        about = say("【{items}】", items=event.items) if event.items else ""
        number = f" {event.number}" if isinstance(event, EntryMade) else ""
        lines.append(one_line(f"{event.at:%Y-%m-%d %H:%M} {event.unit} {event.word}{number}{about}{event.words}"))
    return tamed("\n".join(lines))


def _kind(event: Event, links: Links) -> str:
    if not isinstance(event, EntryMade):
        return event.word
    about, withdrawable = event.about, event.counts and event.about.known
    form = links.entry(about.unit, about.label, Entry.WITHDRAWN, event.entry.seq) if withdrawable else None
    return f"{event.word} {linked(event.number, form)}"
