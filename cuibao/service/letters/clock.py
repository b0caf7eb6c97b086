"""核对日期: whether a morning goes by the machine's clock, what is asked where it does not, and what the answer does.

A wrong clock writes letters that are not true, and closes phases that run: units would be told so, and on the real day
nothing would be left to say. Only mornings by the machine's own clock are measured here; one at a moment that somebody
gave, or in a simulation, is not, and leaves no row to measure by.
"""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.errors import Contradiction, CuibaoError, DateInDoubt
from cuibao.ledger import Question, Toll
from cuibao.model import DateAnswer, Doubt
from cuibao.office import Office
from cuibao.policy.clock import Evidence, Suspicion, suspicion
from cuibao.said import full_date, full_moment
from cuibao.times import day_of
from cuibao.tongue import say

# Somebody else may be sending: how long a morning waits for a connection on which to ask the date.
PATIENCE = 20.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """The open question, if there is one, and what the mornings did that would be taken back."""

    question: Question | None
    tolls: tuple[Toll, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """How a question was answered, and what was taken back."""

    answer: DateAnswer
    tolls: tuple[Toll, ...]


def begin(office: Office, now: datetime) -> None:
    """Let the morning of `now`, by the machine's clock, begin, and note it.

    Raises DateInDoubt where it has to wait; then nothing was written but the question.
    """
    campaign, mornings = office.campaign.id, office.ledger.mornings
    found = _odd(office, now)
    if found is None:
        mornings.settle(campaign, now)
        mornings.note(campaign, now)
        return
    question = Question(day_of(now), found.doubt, found.against, found.moment, asked_at=now)
    mornings.ask(campaign, question)
    raise DateInDoubt(say("{why}，没有转阶段，也没有发信。{to_do}", why=why(question), to_do=what_to_do()))


def what_to_do() -> str:
    """What a person does about a date in doubt."""
    return say(
        "请先核对电脑的日期：不对就改正，改好后重做“每日催报”；没错就在“核对日期”里回答（或用命令 cuibao clock）。"
    )


def asked(office: Office, now: datetime) -> Asked:
    """What is open about the date as it is `now`: a question that the clock has outlived is none."""
    campaign, mornings, today = office.campaign.id, office.ledger.mornings, day_of(now)
    question = mornings.open_question(campaign)
    if question is not None and _outlived(question, today):
        question = None
    ahead = mornings.days(campaign, after=today)
    gap = question is not None and question.doubt is Doubt.GAP
    last = mornings.last(campaign) if gap else None
    return Asked(question, mornings.tolls(campaign, ahead or ([last] if last else []), office.holder.boot))


def answer(office: Office, now: datetime, answer: DateAnswer, by: str) -> Answered:
    """Answer the open question: that the date is right, or also that mornings before were not, which takes them back;
    that may be said where nothing is asked too.

    Raises Contradiction where there is nothing to answer, or to take back, or nobody said who answers; LedgerError
    while a letter of such a morning is still on its way. Then nothing was done.
    """
    if not by.strip():
        raise Contradiction(say("请填写登记人。"))
    if day_of(now) < office.campaign.issued:
        # A clock that fell back to its maker's date would have every morning of the year lie ahead.
        issued = full_date(office.campaign.issued)
        raise Contradiction(
            say(
                "电脑上的日期是 {day}，在通知印发（{issued}）以前，请先改正电脑的日期。",
                day=full_date(day_of(now)),
                issued=issued,
            )
        )
    found = asked(office, now)
    tolls = found.tolls if answer is DateAnswer.EARLIER_WRONG else ()
    if found.question is None and not tolls:
        raise Contradiction(say("没有要核对的日期，不用回答。"))
    if answer is DateAnswer.EARLIER_WRONG and not tolls:
        raise Contradiction(say("以前没有催报可以撤回。日期没错，请答“{right}”。", right=DateAnswer.RIGHT.word))
    unasked = Question(day_of(now), Doubt.BACK, tolls[-1].day if tolls else None, None, asked_at=now)
    answered = replace(found.question or unasked, answer=answer, answered_by=by.strip(), answered_at=now)
    office.register(now)
    if not office.ledger.mornings.answer(office.campaign.id, answered, [toll.day for toll in tolls], office.lease()):
        raise Contradiction(say("别人刚刚已经回答了，没有再记。"))
    return Answered(answer, tolls)


def why(question: Question) -> str:
    """What is odd about the date of the `question`'s day."""
    today = say("电脑上的日期是 {day}", day=full_date(question.day))
    before = full_date(question.against) if question.against else ""
    silent = (question.day - question.against).days if question.against else 0
    given = full_moment(question.moment) if question.moment else ""
    return {
        Doubt.BACK: say("{today}，比上一次催报的日期（{before}）还早", today=today, before=before),
        Doubt.SERVER: say("{today}，邮件服务器上却是 {given}", today=today, given=given),
        Doubt.MAIL: say("{today}，邮箱里却有 {given} 收到的来信", today=today, given=given),
        Doubt.GAP: say(
            "{today}，离上一次催报、来信或核对日期（{before}）已有 {count} 天",
            today=today,
            before=before,
            count=silent,
        ),
    }[question.doubt]


def would_undo(toll: Toll) -> str:
    """What taking a morning back undoes."""
    phases = say("{count} 个阶段退回转阶段以前", count=toll.phases) if toll.phases else ""
    gone = say("已发出的 {count} 封信不再算数，到期照常再催", count=toll.letters) if toll.letters else ""
    unsent = say("没发出的 {count} 封不再发", count=toll.unsent) if toll.unsent else ""
    what = say("，").join(filter(None, (gone, unsent, phases))) or say("没有写信，也没有转阶段")
    return say("{day}的催报：{what}", day=full_date(toll.day), what=what)


def said(done: Answered) -> str:
    """What the answer did."""
    if not done.tolls:
        return say("日期没错，今天照常催报")
    return say("已撤回") + say("；").join(would_undo(toll) for toll in done.tolls)


def _outlived(question: Question, today: date) -> bool:
    """Whether the clock has been set since: back before the day that was doubted, or up to the one before it."""
    reached = question.doubt is Doubt.BACK and question.against is not None and today >= question.against
    return today < question.day or reached


def _odd(office: Office, now: datetime) -> Suspicion | None:
    campaign, mornings, today = office.campaign.id, office.ledger.mornings, day_of(now)
    last = mornings.last(campaign)
    if last == today:
        return None  # measured today already
    # What was said while the clock was days ahead says nothing about today.
    answered = [each for each in mornings.answered(campaign) if each.answered_at and day_of(each.answered_at) <= today]
    newest = answered[0] if answered else None
    if newest and newest.answered_at and today in (newest.day, day_of(newest.answered_at)):
        return None
    # Who found the date right against a later morning has judged that one too.
    if newest and newest.answer is DateAnswer.RIGHT and newest.doubt is Doubt.BACK and newest.against == last:
        last = newest.day
    known = [each.moment for each in answered if each.doubt is Doubt.MAIL and each.moment]
    evidence = Evidence(last, confirmed=newest.answered_at if newest else None, known=known)
    found = suspicion(now, evidence)
    # What nobody could explain needs no asking around.
    return found if found and found.doubt is Doubt.BACK else suspicion(now, _from_outside(office, evidence))


def _from_outside(office: Office, evidence: Evidence) -> Evidence:
    """The evidence with what servers and mail tell; whichever cannot be asked tells nothing."""
    # Imported here: who looks at the board sends nothing.
    from cuibao.service.sending import line

    arrivals = list(office.ledger.mails.newest_arrivals(office.campaign.id))
    dated, looked = [], False
    with line(office, PATIENCE) as session:
        dated.append(session.dated() if session else None)
    if office.reads_mail:
        try:
            with office.mailbox.opened() as box:
                dated.append(box.dated)
                for folder in office.mailbox.folders:
                    arrivals.extend(box.arrivals(folder))
                looked = True
        except CuibaoError as trouble:
            log.warning("the mailbox was not looked into: %s", trouble)
    return replace(evidence, arrivals=arrivals, looked=looked, dated=[each for each in dated if each is not None])
