"""One mailbox for several campaigns: which of them a mail is about, and when a person has to say."""

import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from cuibao.model import Channel
from cuibao.office import Office
from cuibao.service.entries.lookup import item_named
from cuibao.service.entries.record import record
from cuibao.service.letters import closing, morning, starting
from cuibao.service.letters.beginning import waiting_for_yes
from cuibao.service.mail import answers as answering
from cuibao.service.mail import reading
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.waiting import queue
from cuibao.service.views.board import look
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.mails import AUTHSERV, File, bounce, docx, mail
from tests.offices import answers_to, at, imap, in_earnest, letters_to, office, set_clock
from tests.several import MONTHLY, ROADS_PLAN, SECOND, lay_out

JIADING = "jiading@xf.gov.cn"
# The other's plan is called as the first's.
ALIKE = ROADS_PLAN.replace("short: 道路运输", "short: 秋冬防范") + MONTHLY
BOTH_DUE, AFTER, READ = "2025-12-03T08:30", "2025-12-03T10:00", "2025-12-03T11:00"
WINTER, ROAD = ("winter", "monthly", "2025-12"), (f"{SECOND}:roads", "monthly", "2025-12")


@pytest.fixture
def environ(account: Account) -> dict[str, str]:
    return {"CUIBAO_IMAP_AUTHSERV": AUTHSERV, **imap(account)}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def sent(home: Path) -> EmailMessage:
    (path,) = letters_to(home, "嘉定镇", "2025-12-03")
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def text_of(found: EmailMessage) -> str:
    body = found.get_body(("plain",))
    assert body is not None
    return "".join(str(body.get_content()).splitlines())


def written(home: Path) -> EmailMessage:
    """The letter to 嘉定镇 of the morning on which both are due."""
    with office(home) as opened:
        morning.run(opened, at("2025-12-02T08:30"))
        received(opened, "winter", "2025-11")
        morning.run(opened, at(BOTH_DUE))
    return sent(home)


def received(opened: Office, plan: str, month: str) -> None:
    """The unit's report of that month came on paper."""
    period, moment = item_named(opened, plan, "monthly", month), at("2025-12-02T09:00")
    record(opened, moment, units=["嘉定镇"], period=period, received=None, channel=Channel.PAPER, by="王芳")


def comes(
    account: Account, *files: str, subject: str = "材料", answers: EmailMessage | None = None, when: str = AFTER
) -> None:
    """A mail of 嘉定镇, perhaps a reply."""
    if answers is not None and subject == "材料":
        subject = f"回复：{answers['Subject']}"
    account.deliver(
        mail(
            sender=JIADING,
            to="office@xf.gov.cn",
            subject=subject,
            files=[File(f"{name}.docx", docx(f"{name} 嘉定镇")) for name in files],
            in_reply_to=str(answers["Message-ID"]) if answers is not None else "",
            sent_at=at(when),
        ),
        at(when),
    )


def registered(home: Path, environ: dict[str, str], when: str = READ) -> set[tuple[str, str, str]]:
    """What the mailbox brings."""
    with office(home, **environ, CUIBAO_NOW=when) as opened:
        reading.collect(opened, at(when), Collected())
        answering.send_answers(opened)
        entries = opened.ledger.entries(opened.campaign.id, "jiading")
        return {key.item for key, of in entries.items() if of[-1].channel.value == "mail"}


def reasons(home: Path, environ: dict[str, str]) -> list[str]:
    with office(home, **environ) as opened:
        return [each.mail.reason for each in queue(opened)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["道路运输12月月报"], {ROAD}),
        (["秋冬防范12月月报"], {WINTER}),
        (["秋冬防范12月月报", "道路运输12月月报"], {WINTER, ROAD}),
        (["秋冬防范、道路运输12月月报"], {WINTER, ROAD}),
    ],
)
def test_of_a_letter_about_both_what_is_named_is_registered(
    home: Path, account: Account, environ: dict[str, str], files: list[str], found: set[tuple[str, str, str]]
) -> None:
    comes(account, *files, answers=written(home))
    assert registered(home, environ) == found
    (path,) = answers_to(home, "嘉定镇")
    answer = text_of(message_from_bytes(path.read_bytes(), policy=policy.default))
    owed = {"秋冬防范：月报（12月），12月3日": WINTER, "道路运输：月报（12月），12月3日": ROAD}
    assert {item for words, item in owed.items() if words in answer} == {WINTER, ROAD} - found


@pytest.mark.parametrize("name", ["12月月报", "方案一12月月报"])
def test_what_fits_both_waits(home: Path, account: Account, environ: dict[str, str], name: str) -> None:
    comes(account, name, answers=written(home))
    assert registered(home, environ) == set()
    assert len(reasons(home, environ)) == 1


@pytest.mark.parametrize("answering", [True, False])
def test_what_is_called_alike_in_two_waits(
    tmp_path: Path, account: Account, environ: dict[str, str], answering: bool
) -> None:
    home = lay_out(tmp_path, plan=ALIKE)
    letter = written(home)
    comes(account, "秋冬防范12月月报", answers=letter if answering else None)
    assert registered(home, environ) == set()
    assert ["几个攻坚战里都有这样叫的" in reason for reason in reasons(home, environ)] == [True]


@pytest.mark.parametrize("by", ["id", "code"])
def test_a_letter_about_one_says_which_is_meant(
    tmp_path: Path, account: Account, environ: dict[str, str], by: str
) -> None:
    home = lay_out(tmp_path, plan=ALIKE)
    with office(home) as opened:
        morning.run(opened, at("2025-12-02T08:30"))
        for month in ("2025-11", "2025-12"):
            received(opened, "winter", month)
        morning.run(opened, at(BOTH_DUE))
    letter = sent(home)
    assert "[DL2025-251203-T01]" in letter["Subject"]
    given: dict[str, Any] = {"answers": letter} if by == "id" else {"subject": "回复：DL2025-251203-T01"}
    comes(account, "秋冬防范12月月报", **given)
    assert registered(home, environ) == {ROAD}


def test_the_year_says_which_is_meant(tmp_path: Path, account: Account, environ: dict[str, str]) -> None:
    home = lay_out(tmp_path, plan=ALIKE.replace("from: 2025-12", "from: 2026-01"))
    written(home)
    comes(account, "秋冬防范2025年12月月报")
    assert registered(home, environ) == {WINTER}


@pytest.mark.parametrize("by", ["id", "code", "joint"])
@pytest.mark.parametrize("name", ["道路运输12月月报", "方案一12月月报"])
def test_what_answers_a_letter_of_a_closed_campaign_waits_whatever_it_names(
    home: Path, account: Account, environ: dict[str, str], by: str, name: str
) -> None:
    with office(home) as opened:
        morning.run(opened, at("2025-12-02T08:30"))
        if by != "joint":
            received(opened, "roads", "2025-12")
        morning.run(opened, at(BOTH_DUE))
        closing.close(opened, at("2025-12-03T15:00"), "王芳", closing.campaign_named(opened, "QD2025"))
        morning.run(opened, at("2025-12-04T08:30"))
    letter = sent(home)
    given: dict[str, Any] = {"answers": letter} if by != "code" else {"subject": "回复：QD2025-251203-T01"}
    comes(account, name, when="2025-12-05T10:00", **given)
    assert registered(home, environ, "2025-12-05T11:00") == set()
    assert reasons(home, environ) == ["所回复的信里有已经结束的攻坚战的事项，请看报的是哪一项"]


def test_a_letter_about_both_that_does_not_arrive_marks_the_address_once(
    home: Path, account: Account, environ: dict[str, str]
) -> None:
    letter = written(home)
    moment = at(AFTER)
    account.deliver(bounce(str(letter["Message-ID"]), [JIADING]), moment)
    assert registered(home, environ) == set()
    with office(home, **environ) as opened:
        assert list(look(opened, at(READ)).bad) == [JIADING]
        morning.run(opened, at("2025-12-10T08:30"))
    assert [letters_to(home, name, "2025-12-10") == [] for name in ("嘉定镇", "古陂镇")] == [True, False]


def test_what_came_between_the_two_beginnings_is_registered_on_the_first(
    home: Path, account: Account, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer() as server:
        earnest = {**in_earnest(server.port), **environ}
        shutil.move(home / "schedules" / SECOND, home / "aside")
        set_clock(monkeypatch, "2025-12-02T09:00")
        with office(home, **earnest) as opened:
            starting.first_letters(opened, opened.now())
            assert starting.begin(opened, opened.now(), by="王芳")
            morning.run(opened, opened.now())
        shutil.move(home / "aside", home / "schedules" / SECOND)
        set_clock(monkeypatch, "2025-12-03T11:00")
        comes(account, "秋冬防范12月月报")
        with office(home, **earnest) as opened:
            assert [each.folder for each in waiting_for_yes(opened)] == [SECOND]
            reading.collect(opened, opened.now(), Collected())
            answering.send_answers(opened)
            assert {key.item for key in opened.ledger.entries(opened.campaign.id, "jiading")} == {WINTER}
        (answer,) = [kept for kept in server.letters if b"auto-replied" in kept.data]
        told = text_of(message_from_bytes(answer.data, policy=policy.default))
        assert "道路运输" not in told
