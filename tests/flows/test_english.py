"""The forms of an English office: filled in, answered and refused in its own language."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from flows.board import board
from flows.call import call
from flows.claim import claim
from flows.event import event
from flows.export import export
from flows.liaison import liaison
from flows.morning import morning
from flows.pause import pause
from flows.plan import plan
from flows.record import record
from flows.trail import trail
from tests.english import ENROLLMENT, foreign, lay_out
from tests.flows.runs import Observed, run, submit

NOW = "2026-10-06T09:00"


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The English office on the morning after something fell due."""
    monkeypatch.setenv("CUIBAO_HOME", str(tmp_path))
    monkeypatch.setenv("CUIBAO_NOW", NOW)
    return lay_out(tmp_path)


@pytest.mark.usefixtures("district")
def test_a_submission_is_recorded_by_the_words_that_the_form_shows(prefect_api: Observed) -> None:
    run(board)
    fields = prefect_api.form()
    assert fields["item"]["enum"][0] == ENROLLMENT
    assert foreign(json.dumps(fields, ensure_ascii=False)) == []
    filled = {"entry": "Sent back", "channel": "Paper", "note": "not signed", "by": "Pat"}
    state = run(record, units=["Oak Elementary"], item=ENROLLMENT, entry="Received", channel="Email", by="Pat")
    assert state.message == prefect_api.name(state) == f"Recorded: Oak Elementary, {ENROLLMENT}"
    state = run(record, units=["Oak Elementary"], item=ENROLLMENT, **filled)
    assert state.message == f"Recorded as Sent back: Oak Elementary, {ENROLLMENT}"
    assert "recorded by Pat" in prefect_api.log(state)


@pytest.mark.usefixtures("district")
def test_a_form_that_is_wrong_is_refused_in_english(prefect_api: Observed) -> None:
    state = run(record, units=["Oak"], item=ENROLLMENT, entry="Extended", by="")
    assert state.is_failed()
    said = str(state.message)
    assert said.startswith("Not recorded: Please fill in who records.")
    assert 'The contacts have no "Oak".' in said
    assert foreign(said) == []
    whole = run(record, units=["Schools"], item=ENROLLMENT, by="Pat")
    assert whole.is_failed()
    assert "check it first and confirm" in str(whole.message)
    done = run(record, units=["Schools"], item=ENROLLMENT, by="Pat", confirm="Yes, the whole group")
    assert done.is_completed()
    assert prefect_api.name(done).startswith("Recorded: Oak Elementary, Elm Middle School, Ash High School")


@pytest.mark.usefixtures("district")
def test_every_other_form_answers_in_english(prefect_api: Observed) -> None:
    answers = [
        run(call, unit="Elm Middle School", whom="Lee", note="will send it", until="2026-10-09", by="Pat"),
        run(pause, unit="Oak Elementary", plan="All programs", last="2026-10-09", reason="smoke", by="Pat"),
        run(pause, lift=1, by="Pat"),
        run(event, item="Attendance: Incident Report", happened="2026-10-05", units=["Schools"], by="Pat"),
        run(liaison, unit="Elm Middle School", name="Kim Poe", mobile="(559) 555-0199"),
        run(export),
        run(morning),
        run(plan, plan="attendance", phase="Automatic"),
        run(trail, unit="Oak Elementary"),
    ]
    assert [(str(state.message), state.is_completed()) for state in answers if not state.is_completed()] == []
    for state in answers:
        assert foreign(str(state.message)) == []
        assert foreign(prefect_api.name(state)) == []
    refused = [run(claim, mail=9, by="Pat"), run(pause, unit="", by="Pat"), run(call, by="Pat"), run(event, by="Pat")]
    for state in refused:
        assert state.is_failed()
        assert foreign(str(state.message)) == []


@pytest.mark.usefixtures("district")
def test_a_morning_and_what_it_calls_are_named_in_english(prefect_api: Observed) -> None:
    state = run(morning)
    assert prefect_api.name(state).startswith("Morning reminders, October 6: Sent 3")
    names = prefect_api.subflows(state)
    assert "Program 1: Attendance: now in Fall semester" in names
    assert foreign("\n".join(names)) == []
    assert foreign("\n".join(prefect_api.pages("calendar") + prefect_api.pages("letters"))) == []


@pytest.mark.usefixtures("district")
def test_the_form_that_was_refused_opens_again_with_its_own_words(prefect_api: Observed) -> None:
    state = submit(record, units=["Oak Elementary"], item="nothing", by="Pat")
    said = str(state.message)
    assert said.startswith('Not recorded: There is no report called "nothing".\nOpen the form as you filled it in')
    (filled,) = parse_qs(urlsplit(said.rpartition(": ")[2]).query)["parameters"]
    assert json.loads(filled) == {"units": ["Oak Elementary"], "item": "nothing", "by": "Pat"}
