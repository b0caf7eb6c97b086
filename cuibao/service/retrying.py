"""When what could not go out is tried again by itself: in office hours, until the mail server has turned us away for
good or too often."""

from datetime import datetime, time

from cuibao.office import Office
from cuibao.times import day_of, local
from cuibao.tongue import say

# When letters that were put off may go; 补发 comes every half hour from the first to the last of these.
FIRST, LAST, CLOSES = time(9, 0), time(17, 30), time(18, 0)
# How many logins may be refused in a day before none is tried by itself any more: a free mailbox locks an account for
# too many. One of them is the morning's.
LOGINS = 3


def is_open(as_of: datetime) -> bool:
    """Whether it is an hour at which letters that were put off may go."""
    return FIRST <= local(as_of).time() < CLOSES


def no_login(office: Office, as_of: datetime, tries: int = LOGINS) -> str | None:
    """Why nothing is to log in to the mail server by itself any more on the day of `as_of`, after so many `tries` that
    were refused; None where it may."""
    times = sum(_refusals(office, as_of))
    if times < tries:
        return None
    return say("邮件服务器今天已 {times} 次拒绝登录，不再自动登录：请检查账号和授权码，再重做每日催报", times=times)


def why_silent(office: Office, as_of: datetime) -> str | None:
    """Why no letter goes out by itself any more on the day of `as_of`: the server turned us away for what we sent, or
    refused the login too often. None where it may."""
    if not all(_refusals(office, as_of)):
        return say("邮件服务器今天以疑似垃圾邮件或违反规则为由拒绝发信，不再自动再试：请查明原因，再重做每日催报")
    return no_login(office, as_of)


def outlook(office: Office, as_of: datetime) -> str:
    """What is to be said of a letter of today that was put off."""
    if (reason := why_silent(office, as_of)) is not None:
        return reason
    return say("今天会自动再试") if local(as_of).time() < LAST else say("今天不再自动再试")


def _refusals(office: Office, as_of: datetime) -> tuple[bool, ...]:
    """Those of the day, each whether it was a login's."""
    smtp = office.settings.smtp
    return office.ledger.leases.refusals(office.account, day_of(as_of)) if smtp else ()
