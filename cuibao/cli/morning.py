"""`cuibao morning`: one morning, without Prefect."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import listed_fields, print_json, print_table, reminder_fields, say
from cuibao.cli.parameters import as_json, as_of_option
from cuibao.errors import CuibaoError

if TYPE_CHECKING:
    from cuibao.service.letters.morning import MorningResult


@click.command(cls=ChineseCommand, help="做一次每日催报：给仍有欠报的单位各写一封催报函。重复运行不会重复发。")
@as_of_option
@click.option("--dry-run", is_flag=True, help="只看会发什么，不写任何东西。")
@as_json
def morning(as_of: datetime | None, dry_run: bool, as_json: bool) -> None:
    """One morning; level-triggered, safe to run again."""
    from cuibao.office import open_office
    from cuibao.service.letters import morning as service

    with open_office(looking=dry_run) as office:
        result = service.run(office, as_of or office.now(), by_the_clock=as_of is None, dry_run=dry_run)
        carrier = office.carrier.name
        rehearsal = office.rehearsal
    if as_json:
        print_json(
            {
                "as_of": result.as_of.isoformat(),
                "letters": [
                    {
                        "unit": letter.name,
                        "to": list(letter.to),
                        "cc": list(letter.cc),
                        "subject": letter.subject,
                        "message_id": letter.message_id,
                        "status": letter.status.value,
                        "overdue": [listed_fields(listed) for listed in letter.overdue],
                        "reminders": [reminder_fields(reminder) for reminder in letter.reminders],
                    }
                    for letter in result.written
                ],
                "unreachable": list(result.unreachable),
                "skipped": result.skipped,
                "paused": result.paused or None,
                "mailbox": result.mailbox and {"words": result.mailbox.words, "trouble": result.mailbox.trouble},
                "waiting": (waits := result.waiting) and {"count": waits.count, "since": waits.since.isoformat()},
            }
        )
        _require_sent(result)
        return
    tell(result, carrier, f"{rehearsal}{'（只看不发）' if dry_run else ''}")


def tell(result: "MorningResult", carrier: str, note: str = "") -> None:
    """Say what the morning did, its letters given to `carrier`; end as failed where a person has to look."""
    from cuibao.service.letters.morning import LetterStatus

    say(f"{result.as_of:%Y-%m-%d %H:%M} 每日催报{note}，信件交给：{carrier}")
    for said in (result.mailbox, result.waiting):
        if said:
            say(f"{said.words}。")
    for transition in result.transitions:
        say(transition.words)
    if result.paused:
        say(f"{result.paused}，见 cuibao pause。")
    if result.skipped:
        say(f"今天不发信：{result.skipped}")
    if result.skipped and not result.letters:
        return
    shown = (LetterStatus.SENT, LetterStatus.PLANNED)
    print_table(
        ("单位", "结果", "提醒事项", "主题或说明"),
        [
            (
                letter.name,
                letter.status.word,
                str(len(letter.about) or ""),
                letter.subject if letter.status in shown else letter.detail or letter.subject,
            )
            for letter in result.letters
            if letter.status is not LetterStatus.NOTHING_DUE
        ],
    )
    counts = Counter(letter.status.word for letter in result.written)
    tally = "，".join(f"{status} {count}" for status, count in counts.items())
    say(f"本次写信 {len(result.written)} 封{f'：{tally}' if tally else ''}。")
    if result.unreachable:
        say(f"没有可用邮箱、需要电话催报的单位：{'、'.join(result.unreachable)}")
    _require_sent(result)


def _require_sent(result: "MorningResult") -> None:
    """End as failed where a person has to look, and say at what."""
    said = []
    if result.unsent:
        why = "；".join(dict.fromkeys(letter.detail for letter in result.unsent))
        said.append(f"有 {len(result.unsent)} 封信没有发出：{why}。处理后再运行一次即可，不会重复发。")
    if result.uncertain:
        names = "、".join(dict.fromkeys(letter.name for letter in result.uncertain))
        said.append(f"有 {len(result.uncertain)} 封信不知是否送达，不会再自动重发，请打电话核实：{names}。")
    if said:
        raise CuibaoError("\n".join(said))
