"""Which delivery reports are believed, and what each of them marks."""

from datetime import datetime, timedelta

import pytest

from cuibao.incoming import Mail
from cuibao.mailbox import parse
from cuibao.model import Verdict
from cuibao.policy.mail.bouncing import Dispatch, Dispatches, Weighed, foreign, untold, weigh
from cuibao.policy.mail.vouching import Trust, vouching
from cuibao.times import SHANGHAI
from tests.bounces import SILENT, dsn, notice, recipient, vouched
from tests.mails import AUTHSERV

WRITTEN = datetime(2022, 7, 25, 8, 30, tzinfo=SHANGHAI)
GONE = "gone@jiading.gov.cn"
SECRET = f"<xinfeng-2022.{'0af1' * 8}@sina.com>"
OLD = "<xinfeng-2022.20220725.jiading.0af10af1@sina.com>"
TRUST = Trust(AUTHSERV)
DAY = timedelta(days=1)
NOBODY = "dmarc=pass header.from=evil.example"


def sent(*to: str, message_id: str = SECRET, written: datetime = WRITTEN, secret: bool | None = None) -> Dispatch:
    return Dispatch(message_id, to or (GONE,), written, message_id == SECRET if secret is None else secret)


def weighed(
    raw: bytes,
    *dispatches: Dispatch,
    after: timedelta = DAY,
    trust: Trust = TRUST,
    own: str = "sina.com",
    hinted: bool = False,
) -> Weighed:
    report: Mail = parse(raw, WRITTEN + after)
    return weigh(report, vouching(report, trust), Dispatches(dispatches or (sent(),)), {GONE}, {own}, hinted=hinted)


def marks(found: Weighed) -> tuple[str, ...]:
    if found.verdict is not Verdict.BOUNCE:
        assert found.addresses == ()
        assert found.dispatch is None
        assert found.reason
    return found.addresses


# --- with an id that nobody can guess ---


@pytest.mark.parametrize("results", [(NOBODY,), (), ("spf=none", "dmarc=none"), ("spf=pass smtp.helo=mx.far.example",)])
@pytest.mark.parametrize("after", [DAY, 60 * DAY])
def test_a_report_that_names_an_id_counts_whoever_sent_it(results: tuple[str, ...], after: timedelta) -> None:
    found = weighed(vouched(dsn(recipient(GONE), letter=SECRET), *results), after=after)
    assert (marks(found), found.dispatch) == ((GONE,), sent())


@pytest.mark.parametrize(
    "results",
    [
        ("dmarc=fail header.from=mx.jiading.gov.cn",),
        ("spf=fail smtp.mailfrom=jiading.gov.cn",),
        ("spf=pass smtp.helo=mx.jiading.gov.cn", "dmarc=fail"),
    ],
)
def test_a_report_that_is_refused_marks_nothing(results: tuple[str, ...]) -> None:
    found = weighed(vouched(dsn(recipient(GONE), letter=SECRET), *results))
    assert (marks(found), found.verdict) == ((), Verdict.QUEUE)
    assert found.reason.startswith(f"退信：写明没有送达{GONE}，但发件人身份验证未通过")


def test_without_anybody_to_believe_an_id_is_enough_and_nothing_else_is() -> None:
    assert marks(weighed(dsn(recipient(GONE), letter=SECRET), trust=Trust())) == (GONE,)
    assert marks(weighed(vouched(dsn(recipient(GONE)), "spf=pass smtp.helo=mx.jiading.gov.cn"), trust=Trust())) == ()


@pytest.mark.parametrize(
    ("groups", "to", "marked"),
    [
        ((), (GONE,), (GONE,)),
        ((), (GONE, "b@x.cn"), ()),
        ((recipient("inner@mx.cn"),), (GONE,), ()),
        ((recipient("inner@mx.cn", original=f"rfc822;{GONE}"),), (GONE,), (GONE,)),
        ((recipient("B@X.cn"), recipient("c@x.cn")), ("Gone@jiading.gov.cn", "b@x.CN"), ("b@x.cn",)),
        ((recipient("b@x.cn"), recipient(GONE)), (GONE, "b@x.cn"), (GONE, "b@x.cn")),
    ],
)
def test_it_marks_whom_the_letter_was_to_and_no_others(
    groups: tuple[str, ...], to: tuple[str, ...], marked: tuple[str, ...]
) -> None:
    raw = dsn(*groups, letter=SECRET) if groups else notice(f"邮件无法投递。\nMessage-ID: {SECRET}", subject="退信")
    found = weighed(vouched(raw, NOBODY), sent(*to))
    assert marks(found) == marked
    assert found.verdict is (Verdict.BOUNCE if marked else Verdict.QUEUE)


def test_of_several_ids_the_one_of_ours_counts() -> None:
    raw = notice(f"{GONE}\n550\n<a@b.cn> <{'f' * 32}@sina.com> {SECRET}", extra=["In-Reply-To: <x@y.cn>"])
    assert marks(weighed(vouched(raw, NOBODY))) == (GONE,)


@pytest.mark.parametrize("letter", [OLD, "<unknown@sina.com>", SECRET.replace("0af1", "0af2")])
def test_an_id_that_can_be_guessed_or_is_none_of_ours_marks_nothing_by_itself(letter: str) -> None:
    found = weighed(vouched(dsn(recipient(GONE), letter=letter), NOBODY), sent(message_id=OLD))
    assert (marks(found), found.verdict) == ((), Verdict.QUEUE)
    assert "没有写明是哪一封信" in found.reason


# --- without one ---


def from_server(sender: str, *results: str, address: str = GONE) -> bytes:
    return vouched(notice(f"无法投递到 {address}", sender=sender, subject="退信"), *results)


@pytest.mark.parametrize(
    ("address", "sender", "result"),
    [
        (GONE, "postmaster@jiading.gov.cn", "dmarc=pass header.from=jiading.gov.cn"),
        (GONE, "postmaster@jiading.gov.cn", "spf=pass smtp.helo=mx.jiading.gov.cn"),
        (GONE, "mailer-daemon@mx.jiading.gov.cn", "dkim=pass header.d=jiading.gov.cn"),
        (GONE, "MAILER-DAEMON", "spf=pass smtp.helo=mx.jiading.gov.cn"),
        (GONE, "sysadmin@jiading.gov.cn", "dmarc=pass header.from=jiading.gov.cn"),
        (GONE, "systemadministrator@jiading.gov.cn", "spf=pass smtp.mailfrom=systemadministrator@jiading.gov.cn"),
        ("a@gmail.com", "mailer-daemon@googlemail.com", "dmarc=pass header.from=googlemail.com"),
        ("a@gmail.com", "mailer-daemon@googlemail.com", "spf=pass smtp.helo=mail-wm1-f69.google.com"),
        ("a@foxmail.com", "PostMaster@qq.com", "dmarc=pass header.from=qq.com"),
        ("a@vip.qq.com", "PostMaster@qq.com", "dmarc=pass header.from=qq.com"),
        ("a@yeah.net", "Postmaster@163.com", "spf=pass smtp.mailfrom=postmaster@163.com"),
        ("a@vip.163.com", "postmaster@126.com", "dmarc=pass header.from=126.com"),
        ("a@hotmail.com", "postmaster@outlook.com", "spf=pass smtp.helo=APC01.outbound.protection.outlook.com"),
        ("a@139.com", "postmaster@139.com", "dmarc=pass header.from=139.com"),
        (GONE, "MAILER-DAEMON@sina.com", "dmarc=pass header.from=sina.com"),
        (GONE, "postmaster@vip.sina.com", "dmarc=pass header.from=vip.sina.com"),
        ("a@qq.com", "postmaster@sina.cn", "dmarc=pass header.from=sina.cn"),
    ],
)
def test_the_address_s_own_server_is_believed_and_the_office_s(address: str, sender: str, result: str) -> None:
    found = weighed(from_server(sender, result, address=address), sent(address))
    assert (marks(found), found.dispatch) == ((address,), sent(address))


@pytest.mark.parametrize(
    ("address", "sender", "result"),
    [
        (GONE, "postmaster@evil.example", NOBODY),
        (GONE, "postmaster@gov.cn", "dmarc=pass header.from=gov.cn"),
        (GONE, "postmaster@gupi.gov.cn", "dmarc=pass header.from=gupi.gov.cn"),
        (GONE, "postmaster@notjiading.gov.cn", "dmarc=pass header.from=notjiading.gov.cn"),
        (GONE, "postmaster@jiading.gov.cn", "dmarc=none"),
        (GONE, "postmaster@jiading.gov.cn", "spf=pass smtp.helo=mx.evil.example"),
        (GONE, "postmaster@163.com", "dmarc=pass header.from=163.com"),
        ("a@qq.com", "postmaster@163.com", "dmarc=pass header.from=163.com"),
        ("a@qq.com", "postmaster@qq.com.evil.example", "dmarc=pass header.from=qq.com.evil.example"),
        # Anybody with a mailbox at the office's provider, or at the unit's, can write any From.
        (GONE, "postmaster@nowhere.example", "spf=pass smtp.mailfrom=attacker@sina.com"),
        (GONE, "postmaster@sina.com", "spf=pass smtp.mailfrom=attacker@sina.com"),
        (GONE, "postmaster@jiading.gov.cn", "spf=pass smtp.mailfrom=clerk@jiading.gov.cn"),
        (GONE, "postmaster@nowhere.example", "dkim=pass header.d=jiading.gov.cn"),
    ],
)
def test_another_server_is_not(address: str, sender: str, result: str) -> None:
    assert marks(weighed(from_server(sender, result, address=address), sent(address))) == ()


@pytest.mark.parametrize("name", ["evil", "sysadmin", "mdaemon", "postmaster1"])
@pytest.mark.parametrize(("address", "domain"), [("a@qq.com", "qq.com"), ("a@qq.com", "sina.com")])
def test_nobody_with_a_mailbox_at_a_provider_speaks_for_the_provider(name: str, address: str, domain: str) -> None:
    raw = notice(f"无法投递到 {address}", sender=f"{name}@{domain}", name="系统退信", subject="系统退信")
    found = weighed(vouched(raw, f"dmarc=pass header.from={domain}"), sent(address))
    assert (marks(found), found.verdict) == ((), Verdict.QUEUE)


def test_a_clerk_of_a_domain_is_not_its_server() -> None:
    raw = notice(f"无法投递到 {GONE}", sender="clerk@jiading.gov.cn", name="系统退信", subject="系统退信")
    assert marks(weighed(vouched(raw, "dmarc=pass header.from=jiading.gov.cn"))) == ()


def test_a_domain_that_is_waived_is_believed_without_any_word() -> None:
    raw = notice(f"无法投递到 {GONE}", sender="postmaster@jiading.gov.cn", subject="退信")
    assert marks(weighed(raw, trust=Trust(waived=frozenset({"jiading.gov.cn"})))) == (GONE,)
    assert marks(weighed(raw, trust=Trust(waived=frozenset({"gupi.gov.cn"})))) == ()


@pytest.mark.parametrize("shape", SILENT)
def test_reports_in_words_are_believed_likewise(shape: str) -> None:
    raw = SILENT[shape]("a@x.cn")
    domain = parse(raw, WRITTEN).sender.rpartition("@")[2]
    found = weighed(vouched(raw, f"dmarc=pass header.from={domain}"), sent("a@x.cn"), own=domain)
    assert marks(found) == ("a@x.cn",)
    assert marks(weighed(vouched(raw, NOBODY), sent("a@x.cn"), own=domain)) == ()


@pytest.mark.parametrize(
    ("after", "marked"),
    [
        (timedelta(seconds=20), True),
        (timedelta(minutes=-5), True),
        (timedelta(days=7), True),
        (timedelta(days=7, minutes=1), False),
        (timedelta(days=8), False),
        (timedelta(hours=-1), False),
    ],
)
def test_an_address_is_marked_within_seven_days_of_a_letter_only(after: timedelta, marked: bool) -> None:
    raw = from_server("postmaster@jiading.gov.cn", "dmarc=pass header.from=jiading.gov.cn")
    found = weighed(raw, after=after)
    assert bool(marks(found)) is marked
    assert marked or "此前7天没有给它去过信" in found.reason


def test_it_is_the_newest_letter_that_came_back_or_the_one_that_is_named() -> None:
    newest = sent(message_id="<n@sina.com>", written=WRITTEN + 2 * DAY)
    later = sent(message_id="<l@sina.com>", written=WRITTEN + 4 * DAY)
    every = (later, sent(message_id=OLD), newest)
    result = "dmarc=pass header.from=jiading.gov.cn"
    raw = from_server("postmaster@jiading.gov.cn", result)
    assert weighed(raw, *every, after=3 * DAY).dispatch == newest
    named = vouched(dsn(recipient(GONE), letter=OLD, sender="postmaster@jiading.gov.cn"), result)
    assert weighed(named, *every, after=3 * DAY).dispatch == sent(message_id=OLD)


def test_it_marks_of_several_addresses_those_for_which_it_may_speak() -> None:
    groups = (recipient(GONE), recipient("a@gupi.gov.cn"))
    raw = vouched(dsn(*groups, sender="postmaster@jiading.gov.cn"), "dmarc=pass header.from=jiading.gov.cn")
    assert marks(weighed(raw, sent(GONE, "a@gupi.gov.cn"))) == (GONE,)


# --- about whom it is ---


def test_a_report_about_somebody_else_s_mail_troubles_nobody() -> None:
    raw = vouched(dsn(recipient("spam@victim.example"), letter="<x@victim.example>", to="spam@victim.example"), NOBODY)
    found = weighed(raw)
    assert (found.verdict, found.reason) == (Verdict.IGNORED, foreign())
    assert weighed(raw, hinted=True).verdict is Verdict.QUEUE


@pytest.mark.parametrize(
    "raw",
    [
        notice("邮件无法投递。", subject="退信"),
        notice(f"无法投递到 inner@mx.cn，原收件人 {GONE}", subject="退信"),
        dsn(recipient("inner@mx.cn"), letter=OLD),
        dsn(recipient("inner@mx.cn"), letter="<changed@x.cn>", to=GONE.upper()),
        dsn(recipient("inner@mx.cn"), sender=GONE),
    ],
)
def test_a_report_that_may_be_about_ours_waits_for_a_person(raw: bytes) -> None:
    found = weighed(vouched(raw, NOBODY), sent(message_id=OLD))
    assert (marks(found), found.verdict) == ((), Verdict.QUEUE)
    assert found.reason.startswith("退信")
    assert found.reason == untold() or GONE in found.reason
