"""启用, as it is asked for: whom the first letters would go to and what they would say, and a person's yes to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cuibao.errors import Contradiction
from cuibao.model import Beginning, Campaign, Copies, Letter, Unit
from cuibao.office import Office
from cuibao.policy.chasing import GRACE
from cuibao.said import clock, full_moment, month_day, spelled_out
from cuibao.service.entries.lookup import unit_named
from cuibao.service.entries.record import require_clerk
from cuibao.service.letters.agenda import Agenda, agendas_of, compose, rests, whole
from cuibao.service.letters.beginning import asks_first, beginning, held_back, newcomers, reached, waiting_for_yes
from cuibao.service.letters.collecting import Collecting
from cuibao.service.letters.leaving import wrong_clock
from cuibao.service.letters.naming import Codebook
from cuibao.times import at_hour, day_of, local
from cuibao.tongue import say

# When a morning comes by itself, and until when a yes lets one come at once.
MORNING, CLOSING = time(8, 30), time(17, 30)


@dataclass(frozen=True, slots=True)
class FirstLetter:
    """A letter that would go out with the yes."""

    unit: Unit
    to: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class FirstLetters:
    """What a person sees before the yes to `campaign`.

    `why`: what there is to say yes to; `number`: that of the list of units and addresses; `moment`: when the `letters`
    would go. `text` is the whole letter to `example`, None where it gets none. `unreachable` have no address, `others`
    have one and nothing to be told of now. `past` items are overdue already, and would be treated as due on `due`.
    """

    campaign: Campaign
    why: str
    number: int
    moment: datetime
    at_once: bool
    letters: tuple[FirstLetter, ...]
    example: Unit | None
    text: str
    unreachable: tuple[Unit, ...]
    others: tuple[Unit, ...]
    past: int
    due: date

    @property
    def of_the_past(self) -> str:
        """What becomes of what was before."""
        day = month_day(self.due)
        overdue = say(
            "已过期限未报的 {count} 项，首批信里都按 {day}到期，不提逾期，到 {day}以后仍未报的才催；",
            count=self.past,
            day=day,
        )
        rest = say("以前结束的阶段不补发阶段小结；启用以前的来信照常登记，不发回执。")
        return f"{overdue if self.past else ''}{rest}"


def first_letters(office: Office, now: datetime, unit: str = "") -> FirstLetters | None:
    """What a yes at `now` would send, with the whole letter to the `unit` of that name, or to the first; the list is
    kept in the ledger. None where nobody has to be asked.

    Raises Contradiction for a name that is no unit's, and where the campaign is over.
    """
    waiting = waiting_for_yes(office)
    if not waiting:
        return None
    campaign, begun = office.campaign, waiting[0]
    wanted = unit_named(office, unit).id if unit else None
    moment = _first_morning(office, now)
    office.register(now)
    known = reached(office)
    found = tuple(agendas_of(office, moment, campaign.units.values(), [begun.folder]))
    composed = _composed(office, moment, [agenda for agenda in found if agenda.says and agenda.to])
    told = {letter.unit.id for letter in composed}
    shown = next((letter for letter in composed if wanted in (None, letter.unit.id)), None)
    return FirstLetters(
        campaign=begun,
        why=_why(office, begun),
        number=office.ledger.mornings.show(begun.id, office.carried_by, known),
        moment=moment,
        at_once=moment == now,
        letters=tuple(FirstLetter(each.unit, each.to, _said(office, each)[0]) for each in composed),
        example=shown.unit if shown else None,
        text=_said(office, shown)[1] if shown else "",
        unreachable=tuple(each for each in campaign.units.values() if each.id not in known),
        others=tuple(each for each in campaign.units.values() if each.id in known and each.id not in told),
        past=sum(map(_overdue, found)),
        due=day_of(moment) + GRACE,
    )


def begin(office: Office, now: datetime, *, by: str, copies: Copies | None = None, number: int | None = None) -> bool:
    """Say yes to the list of that `number`, or to the one that was shown last; whether its letters go at once, and not
    with the next morning.

    Raises Contradiction where there is nothing to say yes to, or no list of that number was shown; and where a unit or
    an address is new since, naming it. Then nothing was begun.
    """
    require_clerk(by)
    waiting = waiting_for_yes(office)
    if not waiting:
        raise Contradiction(say("{standing}。没有再记。", standing=standing(office)))
    if office.stopped_clock is not None:
        raise Contradiction(say("{why}。", why=wrong_clock(office, now)))
    moment = _first_morning(office, now)
    seen = ((each, office.ledger.mornings.shown(each.id, office.carried_by, number)) for each in waiting)
    begun, shown = next(((each, found) for each, found in seen if found is not None), (waiting[0], None))
    if shown is None:
        raise Contradiction(look_first())
    if new := say("、").join(newcomers(office, shown.listed)):
        raise Contradiction(say("看过名单以后通讯录有新增（{new}），没有启用。请看过新名单再启用。", new=new))
    chosen = copies or begun.policy.copies
    if not office.ledger.mornings.begin_as_shown(begun.id, shown.number, now, by.strip(), chosen):
        raise Contradiction(say("这份名单别人刚刚已经启用，没有再记。"))
    return moment == now


def look_first() -> str:
    """That the list has to be seen before the yes."""
    return say("请先看首批信寄给谁、写什么（打开“启用”，或运行 cuibao begin），再启用。")


def standing(office: Office) -> str:
    """How it stands with the beginning, where nothing is to be asked."""
    if not office.reaches_outside:
        return say("没有设邮件服务器，信件存进发件箱文件夹，不用启用")
    if not asks_first(office):
        return say("现在是演练，不用启用")
    said = [(each, _standing(beginning(office, each))) for each in office.campaign.each]
    if len(said) == 1:
        return said[0][1]
    return say("；").join(say("{name}：{words}", name=each.title, words=words) for each, words in said)


def _standing(begun: Beginning | None) -> str:
    if begun is None:
        return say("尚未启用")
    whose = say("，登记人 {by}", by=begun.by) if begun.by else ""
    first = say("首批信 {day} 发出", day=month_day(begun.first_on)) if begun.first_on else say("首批信还没有发出")
    return say("已于 {moment} 启用{whose}，{first}", moment=full_moment(begun.at), whose=whose, first=first)


def _why(office: Office, campaign: Campaign) -> str:
    """What there is to say yes to; of several campaigns, which."""
    why = held_back(office, campaign) or ""
    return say("{name}：{words}", name=campaign.title, words=why) if office.campaign.joined else why


def follows(office: Office, now: datetime) -> str:
    """When the first letters go, after a yes that does not send them at once."""
    moment = _first_morning(office, now)
    return say(
        "首批信在 {day} {moment:%H:%M} 的每日催报发出",
        day=spelled_out(day_of(moment), day_of(now)),
        moment=moment,
        clock=clock(local(moment).time()),
    )


def _first_morning(office: Office, now: datetime) -> datetime:
    """When the first letters of a yes at `now` go: at once in office hours, else on the next morning that writes.

    Raises Contradiction where none comes any more.
    """
    day = day_of(now)
    if rests(office, day) is None and local(now).time() < CLOSING:
        return now
    while day < office.campaign.chase_until:
        day += timedelta(days=1)
        if rests(office, day) is None:
            return at_hour(day, MORNING)
    raise Contradiction(say("{why}，不用启用。", why=rests(office, day)))


def _composed(office: Office, moment: datetime, agendas: Sequence[Agenda]) -> list[Letter]:
    day, campaign = day_of(moment), office.campaign.id
    codes = Codebook(office, day, office.ledger.mornings.revision(campaign, day))
    # Without a Message-ID, for they are none yet.
    collecting = Collecting(office)
    return [
        compose(moment, whole(office, each), codes.code_of(each.unit, each.told), "", collecting, simulated=False)
        for each in agendas
    ]


def _said(office: Office, letter: Letter) -> tuple[str, str]:
    return office.templates.letter_in_words(letter, office.campaign)


def _overdue(agenda: Agenda) -> int:
    """How much of what the unit owes was overdue already."""
    owed = [each.key for each in agenda.owed if each.key in agenda.first_due]
    return sum(key not in agenda.standings or not agenda.standings[key].settled for key in owed)
