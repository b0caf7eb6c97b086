"""发不发得出去: a clock that is not the machine's own, and mail to real people, exclude each other."""

from datetime import datetime

from cuibao.office import Office
from cuibao.said import full_date, full_moment
from cuibao.times import day_of
from cuibao.tongue import say


def wrong_clock(office: Office, as_of: datetime) -> str | None:
    """Why nothing may leave at `as_of`, by a clock that stands or on a day that is not today.

    None where it may, also because it goes to the outbox or the whole is a drill.
    """
    if not office.reaches_outside or office.campaign.drill:
        return None
    if office.stopped_clock is not None:
        return say(
            "CUIBAO_NOW 把时钟停在 {moment}，又设了发信服务器，没有发信。"
            "要演练，请把通讯录里的邮箱换成本办公室自己的，再设 CUIBAO_DRILL=send",
            moment=full_moment(office.stopped_clock),
        )
    today = day_of(office.now())
    if day_of(as_of) != today:
        return say(
            "指明按 {day} 做，而今天是 {today}，没有发信。要看那天会发什么信，请用 cuibao morning --dry-run --as-of",
            day=full_date(day_of(as_of)),
            today=full_date(today),
        )
    return None
