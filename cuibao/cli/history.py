"""`cuibao history`: the whole trail of a unit, of an item, or of both."""

from typing import TYPE_CHECKING, Any

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, print_table, say
from cuibao.cli.parameters import as_json

if TYPE_CHECKING:
    from cuibao.service.views.trail import (
        About,
        AnswerSent,
        CallMade,
        EntryMade,
        Event,
        LetterSent,
        MailCame,
        PauseMade,
    )


@click.command(cls=ChineseCommand, help="往来记录：与一个单位、或就一个事项的信、来信、登记和回执，按时间先后。")
@click.option("--unit", metavar="单位", help="哪个单位，简称也行。")
@click.option("--item", metavar="文字", help="哪个事项，写登记表上的名称。")
@click.option("--plan", metavar="方案", help="也可以这样指明事项：哪个方案，如 skills 或 安全技能。")
@click.option("--requirement", metavar="事项", help="哪个事项，如 interim 或它的名称。")
@click.option("--period", metavar="报送期", help="如 2022-07；只有一期的可以不写。")
@as_json
def history(
    unit: str | None, item: str | None, plan: str | None, requirement: str | None, period: str | None, as_json: bool
) -> None:
    """Everything that passed, oldest first."""
    from cuibao.office import open_office
    from cuibao.service.views import trail as service

    with open_office() as office:
        found = service.trail(office, unit=unit, item=item, plan=plan, requirement=requirement, period=period)
        rehearsal = office.rehearsal
    if as_json:
        print_json([_fields(event) for event in found.events])
        return
    say(f"往来记录{rehearsal}：{found.title}，{len(found.events)} 条")
    print_table(
        ("时间", "单位", "往来", "事项", "内容"),
        [(f"{event.at:%Y-%m-%d %H:%M}", event.unit, _kind(event), event.items, event.words) for event in found.events],
    )


def _kind(event: "Event") -> str:
    from cuibao.service.views.trail import EntryMade

    return f"{event.word}{event.number}" if isinstance(event, EntryMade) else event.word


def _fields(event: "Event") -> dict[str, Any]:
    return {"at": event.at.isoformat(), "kind": event.kind, "unit": event.unit, **FIELDS[event.kind](event)}


def _letter(event: "LetterSent") -> dict[str, Any]:
    letter = event.letter
    return {
        "items": [{**_item(about), "step": step.value} for about, step in event.about],
        "day": letter.day.isoformat(),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "state": letter.state.value,
        "recipients": list(letter.recipients),
        "detail": letter.detail,
    }


def _mail(event: "MailCame") -> dict[str, Any]:
    mail = event.mail
    return {
        "items": [_item(about) for about in event.about],
        "mail": mail.id,
        "sender": mail.sender,
        "sender_name": mail.sender_name,
        "subject": mail.subject,
        "verdict": mail.verdict,
        "reason": mail.reason,
        "vouched": mail.vouched,
        "files": [{"name": file.name, "path": file.path} for file in event.files],
        "decision": mail.decision,
        "decided_by": mail.decided_by,
        "decided_at": mail.decided_at.isoformat() if mail.decided_at else None,
        "decision_note": mail.decision_note,
    }


def _entry(event: "EntryMade") -> dict[str, Any]:
    entry = event.entry
    return {
        "items": [_item(event.about)],
        "number": entry.seq,
        "entry": entry.entry.value,
        "received_at": entry.received_at.isoformat(),
        "channel": entry.channel.value,
        "by": entry.by,
        "note": entry.note,
        "due": entry.due.isoformat() if entry.due else None,
        "mail": entry.mail,
        "withdraws": entry.withdraws,
        "withdrawn_by": event.withdrawn_by,
    }


def _answer(event: "AnswerSent") -> dict[str, Any]:
    answer = event.answer
    return {
        "items": [_item(about) for about in event.about],
        "mail": answer.mail,
        "subject": answer.message.subject,
        "message_id": answer.message.message_id,
        "state": answer.state.value,
        "recipients": list(answer.message.recipients),
        "detail": answer.detail,
    }


def _call(event: "CallMade") -> dict[str, Any]:
    call = event.call
    return {
        "items": [_item(about) for about in event.about],
        "whom": call.whom,
        "note": call.note,
        "promised_until": call.until.isoformat() if call.until else None,
        "by": call.by,
    }


def _pause(event: "PauseMade") -> dict[str, Any]:
    pause = event.pause
    return {
        "items": [],
        "number": pause.id,
        "plan": pause.plan,
        "first": pause.first.isoformat(),
        "last": pause.last.isoformat(),
        "reason": pause.reason,
        "by": pause.by,
        "lifted_at": pause.lifted_at.isoformat() if pause.lifted_at else None,
        "lifted_by": pause.lifted_by,
    }


def _item(about: "About") -> dict[str, str]:
    key = about.key
    return {
        "plan": key.plan,
        "requirement": key.requirement,
        "period": key.period,
        "unit": about.unit,
        "label": about.label,
    }


FIELDS: dict[str, Any] = {
    "letter": _letter,
    "mail": _mail,
    "entry": _entry,
    "answer": _answer,
    "call": _call,
    "pause": _pause,
}
