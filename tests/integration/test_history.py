"""The trail of a unit or an item: letters, mails, entries and acknowledgements, in order, and nothing of others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.ledger.mails import Consequences, Decision, ReadMail, StoredFile
from cuibao.model import Channel, Entry, LetterState, Message, ObligationKey, Receipt, Step
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.views import trail as history
from cuibao.service.views.trail import AnswerSent, EntryMade, LetterSent, MailCame, Trail
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.offices import at, office

GUPI = ObligationKey("skills", "liaison", "once", "gupi")
JIADING = ObligationKey("skills", "liaison", "once", "jiading")
INTERIM = ObligationKey("skills", "interim", "once", "gupi")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(lay_out(tmp_path), CUIBAO_NOW="2022-12-30T08:30") as found:
        yield found


def enter(opened: Office, unit: str, entry: Entry, when: str, item: str = LIAISON, number: int | None = None) -> None:
    entering.record(
        opened,
        at(when),
        units=[unit],
        period=lookup.item_labelled(opened, item),
        received=None,
        channel=Channel.MAIL,
        by="王芳",
        note="" if entry.arrives else "没有盖章",
        entry=entry,
        number=number,
    )


def comes(opened: Office, name: str, when: str, then: Consequences | None = None, **more: object) -> int:
    """A mail from a unit at `when`, with what it brings about; its number."""
    words = {"verdict": "queue", "reason": "看不出是哪一项", "unit": "gupi", **more}
    mail = ReadMail(
        name,
        f"<{name}@mail>",
        "zs@xf.gov.cn",
        "张三",
        f"报送{name}",
        (),
        at(when),
        at(when),
        **words,  # type: ignore[arg-type]
    )
    opened.ledger.register(opened.campaign.id, at(when))
    opened.ledger.enrol(opened.campaign.id, [GUPI, JIADING, INTERIM])
    number = opened.ledger.mails.file(opened.campaign.id, mail, then or Consequences())
    assert number is not None
    return number


def by_mail(when: str) -> Consequences:
    """An entry with its file and its acknowledgement."""
    return Consequences(
        receipts=(Receipt(GUPI, Entry.RECEIVED, at(when), Channel.MAIL, "邮件", "", at(when)),),
        files=(StoredFile(GUPI, "联络人.docx", "gupi/1.docx", "0" * 64, 1, "application/msword"),),
        answer=Message("<a@office>", "回执：已收到", ("zs@xf.gov.cn",), b"-"),
    )


def kinds(trail: Trail) -> list[str]:
    return [event.kind for event in trail.events]


# --- letters ---


def test_it_shows_a_units_letters_with_what_they_reminded_of_at_which_step(opened: Office) -> None:
    for day in ("18", "26"):
        morning.run(opened, at(f"2022-04-{day}T08:30"))
    trail = history.trail(opened, unit="古陂镇")
    assert trail.title == "古陂镇"
    first, second = trail.events
    assert isinstance(first, LetterSent)
    assert isinstance(second, LetterSent)
    assert (first.at, first.letter.state, first.letter.recipients) == (
        at("2022-04-18T08:30"),
        LetterState.SENT,
        ("gupi@xf.gov.cn",),
    )
    assert [(about.label, step) for about, step in second.about] == [(LIAISON, Step.OVERDUE)]
    assert second.items == f"逾期：{LIAISON}"
    assert second.words == f"已发送：{second.letter.subject}；收件人 gupi@xf.gov.cn"


def test_an_items_trail_holds_the_letters_about_it_to_every_unit(opened: Office) -> None:
    morning.run(opened, at("2022-04-18T08:30"))
    found = history.trail(opened, item=LIAISON)
    assert {event.unit for event in found.events} == {"嘉定镇", "古陂镇"}
    assert {event.items.partition("：")[2] for event in found.events} == {LIAISON}
    assert [event.unit for event in history.trail(opened, item=APRIL).events] == ["嘉定镇"]
    both = history.trail(opened, unit="嘉定镇", plan="skills", requirement="liaison")
    assert both.title == f"嘉定镇，{LIAISON}"
    assert [event.unit for event in both.events] == ["嘉定镇"]


# --- entries ---


def test_it_numbers_entries_and_says_which_was_withdrawn_by_which(opened: Office) -> None:
    enter(opened, "古陂镇", Entry.RECEIVED, "2022-04-20T10:00")
    enter(opened, "古陂镇", Entry.RETURNED, "2022-04-21T10:00")
    enter(opened, "古陂镇", Entry.WITHDRAWN, "2022-04-22T10:00", number=2)
    enter(opened, "嘉定镇", Entry.RECEIVED, "2022-04-21T10:00")
    events = history.trail(opened, unit="gupi", item=LIAISON).events
    entries = [event for event in events if isinstance(event, EntryMade)]
    assert [(e.number, e.entry.entry, e.withdrawn_by, e.counts) for e in entries] == [
        ("第1条", Entry.RECEIVED, None, True),
        ("第2条", Entry.RETURNED, 3, False),
        ("第3条", Entry.WITHDRAWN, None, False),
    ]
    assert entries[0].words == "收到；2022-04-20 邮件；登记人 王芳"
    assert entries[1].words == "退回重报；2022-04-21 邮件；登记人 王芳；备注 没有盖章；已由第3条撤销"
    assert entries[2].words.startswith("撤销第2条；")


def test_it_keeps_the_order_of_time(opened: Office) -> None:
    morning.run(opened, at("2022-04-18T08:30"))
    enter(opened, "古陂镇", Entry.RECEIVED, "2022-04-20T10:00")
    enter(opened, "古陂镇", Entry.RETURNED, "2022-04-21T10:00")
    morning.run(opened, at("2022-04-22T08:30"))
    trail = history.trail(opened, unit="古陂镇")
    assert kinds(trail) == ["letter", "entry", "entry", "letter"]
    assert [event.at for event in trail.events] == sorted(event.at for event in trail.events)


def test_an_entry_whose_item_is_gone_is_still_shown(opened: Office) -> None:
    gone = ObligationKey("skills", "old", "once", "gupi")
    opened.ledger.register(opened.campaign.id, at("2022-04-20T10:00"))
    opened.ledger.enrol(opened.campaign.id, [gone])
    moment = at("2022-04-20T10:00")
    opened.ledger.enter(opened.campaign.id, [Receipt(gone, Entry.RECEIVED, moment, Channel.PAPER, "王", "", moment)])
    (event,) = history.trail(opened, unit="古陂镇").events
    assert isinstance(event, EntryMade)
    assert (event.about.known, event.items) == (False, "skills old once")


# --- mails and acknowledgements ---


def test_a_mail_its_entry_and_its_acknowledgement_follow_each_other(opened: Office) -> None:
    number = comes(opened, "m1", "2022-04-20T10:00", by_mail("2022-04-20T10:00"), verdict="receipt", reason="")
    trail = history.trail(opened, unit="古陂镇", item=LIAISON)
    came, entered, answered = trail.events
    assert isinstance(came, MailCame)
    assert isinstance(entered, EntryMade)
    assert isinstance(answered, AnswerSent)
    assert came.words == "张三 zs@xf.gov.cn：报送m1；登记；附件 联络人.docx"
    assert [file.path for file in came.files] == ["gupi/1.docx"]
    assert entered.entry.mail == number
    assert answered.words == "待发送：回执：已收到；收件人 zs@xf.gov.cn"
    assert {event.items for event in trail.events} == {LIAISON}
    assert kinds(history.trail(opened, item=LIAISON)) == ["mail", "entry", "answer"]


def test_a_mail_of_which_nothing_was_entered_is_tied_by_what_it_seems_to_be_about(opened: Office) -> None:
    comes(opened, "m1", "2022-04-20T10:00", guesses=(GUPI,), files=("表.xls",))
    comes(opened, "m2", "2022-04-21T10:00")  # nobody knows what it is about
    assert kinds(history.trail(opened, unit="古陂镇")) == ["mail", "mail"]
    (of_item,) = history.trail(opened, item=LIAISON).events
    assert of_item.words == "张三 zs@xf.gov.cn：报送m1；待认领（看不出是哪一项）；附件 表.xls"
    assert history.trail(opened, unit="古陂镇", item="安全技能·阶段性工作情况（7月25日前）").events == ()
    assert history.trail(opened, unit="嘉定镇").events == ()


def test_it_says_who_decided_about_a_mail(opened: Office) -> None:
    number = comes(opened, "m1", "2022-04-20T10:00")
    decision = Decision("dismissed", "王芳", at("2022-04-20T11:00"), "重复来信")
    opened.ledger.mails.decide(opened.campaign.id, number, decision, Consequences())
    (event,) = history.trail(opened, unit="古陂镇").events
    assert event.words.endswith("；王芳已处理：不是报送（重复来信）")


def test_a_mail_from_no_known_unit_is_shown_where_it_seems_to_belong(opened: Office) -> None:
    comes(opened, "m1", "2022-04-20T10:00", unit=None, guesses=(GUPI,))
    (event,) = history.trail(opened, unit="古陂镇").events
    assert event.unit == "古陂镇"


# --- what is asked for ---


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "请写明一个单位或一个报送事项。"),
        ({"unit": " ", "item": ""}, "请写明一个单位或一个报送事项。"),
        ({"unit": "嘉定县"}, "通讯录里没有“嘉定县”。"),
        ({"item": "安全技能·联络员"}, "没有“安全技能·联络员”这一报送事项。"),
        ({"plan": "skills"}, "指明一个事项，方案和事项要一起写。"),
        ({"item": LIAISON, "plan": "skills"}, "事项写了名称，就不用再写方案、事项代号和报送期。"),
        ({"unit": "县公安局", "item": LIAISON}, f"县公安局不需要报送“{LIAISON}”。"),
    ],
)
def test_it_says_what_is_wrong_with_what_was_asked(opened: Office, asked: dict[str, str], said: str) -> None:
    with pytest.raises(Contradiction) as caught:
        history.trail(opened, **asked)
    assert str(caught.value).startswith(said)


def test_it_knows_a_unit_by_any_of_its_names_and_says_of_a_simulation_that_it_is_one(opened: Office) -> None:
    opened.ledger.register(opened.campaign.id, at("2022-04-18T08:30"), seed=7)
    for name in ("古陂镇", "gupi", "T03"):
        trail = history.trail(opened, unit=name)
        assert (trail.title, trail.events, trail.simulated) == ("古陂镇", (), True)
