"""The unit's dates as a calendar file (RFC 5545) that phones and Outlook take in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from cuibao.model import Campaign, Obligation
from cuibao.rendering import words
from cuibao.said import full_title

# Half past eight on the day before: an all-day event begins at midnight, no hour to wake a clerk.
ALARM_BEFORE = timedelta(hours=-15, minutes=-30)


def schedule(obligations: Iterable[Obligation], campaign: Campaign, written_at: datetime) -> bytes:
    """The calendar of `obligations`: one all-day event each, whose UID is the same in every letter of the campaign."""
    calendar = Calendar()
    calendar.add("prodid", "-//cuibao//报送日程//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{campaign.title}报送日程")
    for obligation in sorted(obligations, key=lambda obligation: obligation.period.due):
        calendar.add_component(_event(obligation, campaign, written_at))
    data: bytes = calendar.to_ical()
    return data


def _event(obligation: Obligation, campaign: Campaign, written_at: datetime) -> Event:
    period = obligation.period
    summary = f"{_mark(obligation)}{period.plan.short}：{full_title(period)}"
    event = Event()
    event.add("uid", _uid(obligation, campaign))
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("dtstart", period.due)
    event.add("dtend", period.due + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", _description(obligation, campaign))
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(summary))
    return event


def _uid(obligation: Obligation, campaign: Campaign) -> str:
    key = obligation.key
    return f"{key.plan}.{key.requirement}.{key.period}.{key.unit}@{campaign.id}.cuibao"


def _mark(obligation: Obligation) -> str:
    return "【报送】" if obligation.period.requirement.tracked else "【工作节点】"


def _description(obligation: Obligation, campaign: Campaign) -> str:
    period, requirement = obligation.period, obligation.period.requirement
    contact = period.plan.contact
    lines = [f"{period.plan.title}（{campaign.document_no}）"]
    if requirement.tracked:
        also = f"，同时报{requirement.also_to}" if requirement.also_to else ""
        lines.append(f"报至：{contact.mailbox}{also}")
    else:
        lines.append("无需报送材料，请按期完成。")
    if requirement.form:
        lines.append(f"形式：{requirement.form}")
    lines.append(f"联系：{contact.name or words.short_office(campaign.office)}，{contact.phone}")
    return "\n".join(lines)


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", ALARM_BEFORE)
    return alarm
