"""What the office's files hold: every mistake in all of them, or what is left for the office to confirm."""

from contextlib import suppress

from cuibao.errors import Faults, LedgerError
from cuibao.office import Office, open_office
from cuibao.said import plan_name
from cuibao.service.keys import lost_entries, moved_keys
from cuibao.service.letters.closing import what_ended
from cuibao.service.letters.leaving import wrong_clock
from cuibao.times import day_of

# What took the place of a setting that is still read.
OUTDATED = {
    "then_every_days": "逾期的每周在该单位的催报日再催一次。请删去这一行。",
    "overdue_at_most": "逾期的一直催到 chase_until（不写就是结束日以后一个月）。请删去这一行。",
}
DRILL = (
    "CUIBAO_DRILL=send：现在是演练。信会真的寄到通讯录里的邮箱（主题前有【演练】），请先换成本办公室自己的；"
    "发信、来信和登记都只算演练。正式使用请去掉这一设置。"
)


def require_sound(office: Office) -> None:
    """Read all of the office's files. Raises Faults with every mistake in any of them."""
    found: list[str] = []
    for read in (lambda: office.campaign, lambda: office.overrides, lambda: office.schedule):
        try:
            read()
        except Faults as faults:
            found += faults.lines
    found += office.templates.check()
    if not found:
        found += _moved(office)
    if found:
        raise Faults(tuple(dict.fromkeys(found)))  # the schedule fails by the campaign's mistakes too


def _moved(office: Office) -> list[str]:
    """The items under whose rules what was received for them would not be found."""
    with suppress(LedgerError), open_office(office.settings, looking=True) as looking:  # a check leaves no ledger
        return moved_keys(looking)
    return []


def assumptions(office: Office) -> tuple[tuple[str, str], ...]:
    """What was read into the notice where it leaves something open: (where, what), to be confirmed by the office."""
    campaign = office.campaign
    found = [("通知全文", words) for words in campaign.assumptions]
    for plan in campaign.plans:
        found += [(plan_name(plan), words) for words in plan.assumptions]
        found += [
            (f"{plan_name(plan)}·{requirement.title}", requirement.assumption)
            for requirement in plan.requirements
            if requirement.assumption
        ]
    return tuple(found)


def warnings(office: Office) -> tuple[str, ...]:
    """What is not wrong but ought to be known: years without a published calendar, settings that mean nothing any more,
    due dates that no letter reaches, entries that nothing is owed for, a campaign that is over, a clock that stands, a
    drill."""
    found = [
        f"程序里还没有 {year} 年的放假安排，暂按周六周日和法定节日当天休息推算；"
        "国务院公布后请更新程序，或在 schedules/holidays.yaml 中填写。"
        for year in office.schedule.unpublished_years(day_of(office.now()))
    ]
    found += [f"campaign.yaml 的 reminders.{name} 已不起作用：{OUTDATED[name]}" for name in office.campaign.outdated]
    theirs, ours = office.overrides, office.campaign.calendar
    if theirs.given and theirs.calendar != ours:
        found.append(f"schedules/holidays.yaml 更正的是 {theirs.calendar} 的日历，本攻坚战用 {ours} 的，没有采用。")
    found += _out_of_reach(office)
    with suppress(LedgerError), open_office(office.settings, looking=True) as looking:  # a check leaves no ledger
        found += lost_entries(looking)
        if (reason := what_ended(looking, looking.now())) is not None:
            found.append(f"{reason}。")
    if office.stopped_clock is not None:
        stopped = f"CUIBAO_NOW 把时钟停在 {office.stopped_clock:%Y-%m-%d %H:%M}"
        silent = "，不发信" if wrong_clock(office, office.now()) else ""
        found.append(f"{stopped}，只用于演练{silent}；正式使用请去掉这一设置，否则每天都是同一天。")
    if office.campaign.drill:
        found.append(DRILL)
    return tuple(found)


def _out_of_reach(office: Office) -> list[str]:
    """The items that are due, for some unit at least, before the notice was issued or when nothing is chased any more:
    what is counted from elsewhere no file can tell of. A line an item."""
    found: dict[tuple[str, str], str] = {}
    for period in office.schedule.tracked():
        campaign = office.campaign.of(period.plan)
        issued, until = campaign.issued, campaign.chase_until
        first, last = period.dues
        name = f"{plan_name(period.plan)}·{period.requirement.title}"
        if last > until:
            said = f"“{name}”有一期的期限为 {last}，在欠报催到的最后一天 {until} 以后，到期以后不再催；"
            found.setdefault(period.identity[:2], f"{said}要催的，请在 campaign.yaml 写上更晚的 chase_until。")
        elif first < issued:
            said = f"“{name}”有一期的期限为 {first}，早于印发日 {issued}，一启用就已逾期；"
            found.setdefault(period.identity[:2], f"{said}请核对。")
    return list(found.values())
