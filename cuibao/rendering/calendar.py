"""The unit's dates as a calendar file (RFC 5545) that phones and Outlook take in.

Written by hand, for a library takes ten milliseconds a letter over it; a test holds it against icalendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from cuibao.model import Campaign, Obligation, Period
from cuibao.said import full_title, hour, kind_of, moved_words, noted
from cuibao.times import at_hour, day_of
from cuibao.tongue import say

# Half past eight on the day before: an all-day event begins at midnight, no hour to wake a clerk.
ALARM_BEFORE = "-PT15H30M"
ALARM_AT = time(8, 30)
# In octets, without the line's end (RFC 5545, 3.1).
_LONGEST = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def schedule(obligations: Iterable[Obligation], campaign: Campaign, written_at: datetime) -> bytes:
    """The calendar of `obligations`: one event each, of a whole day where no hour is said; its UID is the same in every
    letter of the campaign."""
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        say("PRODID:-//cuibao//报送日程//ZH"),
        _property("X-WR-CALNAME", say("{campaign}报送日程", campaign=campaign.title)),
    )
    by_date = sorted(obligations, key=lambda obligation: obligation.period.due)
    events = (_event(obligation, campaign, written_at) for obligation in by_date)
    return b"".join((_written(head), *events, _written(["END:VCALENDAR"])))


@dataclass(frozen=True, slots=True)
class _When:
    """When an event is, and how long before it the alarm."""

    lines: tuple[str, ...]
    alarm: str


def _when(period: Period) -> _When:
    """The whole day; or the moment by which it is due, which has no length."""
    if period.at is None:
        following = period.due + timedelta(days=1)
        return _When((f"DTSTART;VALUE=DATE:{_day(period.due)}", f"DTEND;VALUE=DATE:{_day(following)}"), ALARM_BEFORE)
    moment = at_hour(period.due, period.at)
    # The same half past eight on the day before; not by the clock's hands, which may be put forward or back between.
    ahead = moment.astimezone(UTC) - at_hour(period.due - timedelta(days=1), ALARM_AT).astimezone(UTC)
    hours, minutes = divmod(int(ahead.total_seconds()) // 60, 60)
    return _When((f"DTSTART:{_utc(moment)}",), f"-PT{hours}H{minutes}M")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _event(obligation: Obligation, campaign: Campaign, written_at: datetime) -> bytes:
    period = obligation.period
    what = say("{plan}：{item}", plan=period.plan.distinct, item=full_title(period))
    what = say("{item}（{hour}前）", item=what, hour=hour(period.at)) if period.at else what
    summary = f"{_mark(obligation, campaign)}{what}"
    before, after = _said(summary, _description(obligation, campaign, day_of(written_at)), _when(period), written_at)
    return before + _folded(_property("UID", _uid(obligation, campaign))) + after


@lru_cache(maxsize=1024)  # the same for every unit
def _said(summary: str, description: str, when: _When, written_at: datetime) -> tuple[bytes, bytes]:
    """An event, but for its UID: what stands before that, and what after."""
    before = (
        "BEGIN:VEVENT",
        _property("SUMMARY", summary),
        *when.lines,
        f"DTSTAMP:{_utc(written_at)}",
    )
    after = (
        _property("DESCRIPTION", description),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        _property("DESCRIPTION", summary),
        f"TRIGGER:{when.alarm}",
        "END:VALARM",
        "END:VEVENT",
    )
    return _written(before), _written(after)


def _written(lines: Iterable[str]) -> bytes:
    return b"".join(map(_folded, lines))


def _property(name: str, text: str) -> str:
    return f"{name}:{text.translate(_ESCAPED)}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _folded(line: str) -> bytes:
    """The line as it stands in the file: no part of it is too long, and no character is cut through."""
    data = line.encode()
    if len(data) < _LONGEST:
        return data + b"\r\n"
    lines, room = [b""], _LONGEST
    for character in line:
        octets = character.encode()
        room -= len(octets)
        if room <= 0:
            lines.append(b" ")
            room = _LONGEST - len(octets)
        lines[-1] += octets
    return b"\r\n".join(lines) + b"\r\n"


def _uid(obligation: Obligation, campaign: Campaign) -> str:
    key = obligation.key
    return f"{key.plan}.{key.requirement}.{key.period}.{key.unit}@{campaign.id}.cuibao"


def _mark(obligation: Obligation, campaign: Campaign) -> str:
    requirement = obligation.period.requirement
    kind = say("【报送】") if requirement.tracked else say("【{kind}】", kind=kind_of(requirement))
    return say("【演练】") + kind if campaign.drill else kind


def _description(obligation: Obligation, campaign: Campaign, today: date) -> str:
    period, requirement = obligation.period, obligation.period.requirement
    contact = period.plan.contact
    lines = [noted(period.plan.title, campaign.of(period.plan).document_no)]
    if moved := moved_words(period, today):
        lines.append(say("期限：{moved}", moved=moved))
    if requirement.tracked:
        also = say("，同时报{office}", office=requirement.also_to) if requirement.also_to else ""
        lines.append(say("报至：{mailbox}{also}", mailbox=contact.mailbox, also=also))
    elif requirement.assists:
        lines.append(say("请配合牵头单位按期报送，不需另报。"))
    else:
        lines.append(say("无需报送材料，请按期完成。"))
    if requirement.form:
        lines.append(say("形式：{form}", form=requirement.form))
    if requirement.copies:
        lines.append(say("书面材料：{copies}", copies=requirement.copies))
    name = contact.name or campaign.office_short
    lines.append(say("联系：{name}，{phone}", name=name, phone=contact.phone))
    return "\n".join(lines)
