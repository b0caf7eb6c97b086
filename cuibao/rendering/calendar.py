"""The unit's dates as a calendar file (RFC 5545) that phones and Outlook take in.

Written by hand, for a library takes ten milliseconds a letter over it; a test holds it against icalendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from cuibao.model import Campaign, Obligation, Period
from cuibao.said import full_title, hour, kind_of, moved_words
from cuibao.times import day_of, start_of

# Half past eight on the day before: an all-day event begins at midnight, no hour to wake a clerk.
ALARM_BEFORE = "-PT15H30M"
# In octets, without the line's end (RFC 5545, 3.1).
_LONGEST = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def schedule(obligations: Iterable[Obligation], campaign: Campaign, written_at: datetime) -> bytes:
    """The calendar of `obligations`: one event each, of a whole day where no hour is said; its UID is the same in every
    letter of the campaign."""
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//cuibao//报送日程//ZH",
        _property("X-WR-CALNAME", f"{campaign.title}报送日程"),
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
    moment = start_of(period.due).replace(hour=period.at.hour, minute=period.at.minute)
    # The same half past eight on the day before.
    hours, minutes = divmod(15 * 60 + 30 + period.at.hour * 60 + period.at.minute, 60)
    return _When((f"DTSTART:{_utc(moment)}",), f"-PT{hours}H{minutes}M")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _event(obligation: Obligation, campaign: Campaign, written_at: datetime) -> bytes:
    period = obligation.period
    summary = f"{_mark(obligation, campaign)}{period.plan.short}：{full_title(period)}"
    summary += f"（{hour(period.at)}前）" if period.at else ""
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
    kind = "【报送】" if requirement.tracked else f"【{kind_of(requirement)}】"
    return f"【演练】{kind}" if campaign.drill else kind


def _description(obligation: Obligation, campaign: Campaign, today: date) -> str:
    period, requirement = obligation.period, obligation.period.requirement
    contact = period.plan.contact
    lines = [f"{period.plan.title}（{campaign.of(period.plan).document_no}）"]
    if moved := moved_words(period, today):
        lines.append(f"期限：{moved}")
    if requirement.tracked:
        also = f"，同时报{requirement.also_to}" if requirement.also_to else ""
        lines.append(f"报至：{contact.mailbox}{also}")
    else:
        lines.append("请配合牵头单位按期报送，不需另报。" if requirement.assists else "无需报送材料，请按期完成。")
    if requirement.form:
        lines.append(f"形式：{requirement.form}")
    if requirement.copies:
        lines.append(f"书面材料：{requirement.copies}")
    lines.append(f"联系：{contact.name or campaign.office_short}，{contact.phone}")
    return "\n".join(lines)
