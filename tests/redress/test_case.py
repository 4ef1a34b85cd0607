"""A case: what it can hold, what it refuses, what its dates are, and that an old one can still be read."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.redress import case as case_module
from evenhand.redress.case import FORMAT, Case, read_case, shown, written_case
from evenhand.redress.case_changes import days_for_letter, with_answers, with_event, with_note, with_step_done
from evenhand.redress.case_dates import near, reckoned, with_dates
from evenhand.redress.case_file import load
from evenhand.redress.route_reading import shipped_routes
from evenhand.tables.errors import BadFile, BadSetting
from tests.redress.case_samples import DAY, WORDS, sample

OLD = Path(__file__).parent / "case-format-1.age"
TODAY = datetime.date(2026, 7, 20)


@pytest.fixture(scope="session")
def routes():
    return shipped_routes()


def happened(case, law, routes, event, day=DAY, **more):
    return with_event(case, event, day, law=law, routes=routes, today=TODAY, **more)


def dates(case, law, routes, today=TODAY):
    return reckoned(case, law=law, routes=routes, today=today)


def due(case, law, routes, **more):
    return [(one.step, one.found.clock, one.turns.isoformat()) for one in near(dates(case, law, routes), today=TODAY, **more)]


def test_a_case_of_the_first_format_still_opens():
    held = load(OLD, WORDS)
    assert (held.label, held.nation, held.answers["done"], held.events[0].event) == ("17", "england", ("asked-data",), "data-request-received")
    assert (held.letters[0].text, held.notes[0].text, held.done[0].step) == ("Dear Sir or Madam,\n", "A note: é, قانون, 🧾", "dp-info-p3")
    assert held.deadlines[0].asked.events == {"request-received": DAY}


def test_an_older_format_is_brought_up_to_date_when_read(monkeypatch):
    monkeypatch.setattr(case_module, "FORMAT", 3)
    upgrades = {1: lambda held: {**held, "tag": held["name"]}, 2: lambda held: {"format": 1, "label": held["tag"], "opened_on": held["opened_on"]}}
    monkeypatch.setattr(case_module, "UPGRADES", upgrades)
    assert read_case(b'{"format": 1, "name": "17", "opened_on": "2026-06-30"}').label == "17"


def test_a_newer_format_is_left_to_a_newer_program():
    with pytest.raises(BadFile, match=r"17\.age was written by a newer Evenhand \(format 2; this one reads up to 1\)"):
        read_case(b'{"format": 2, "label": "17", "opened_on": "2026-06-30", "new": 1}', "17.age")


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"{}", b'{"format": "1"}', b'{"format": true}', b'{"format": 1.5}', b'{"format": 0}', b"[" * 100_000,
     b'{"format": 1}', b'{"format": 1, "label": "", "opened_on": "2026-06-30"}', b'{"format": 1, "label": "a\\u001b", "opened_on": "2026-06-30"}',
     b'{"format": 1, "label": "a", "opened_on": "30 June"}', b'{"format": 1, "label": "a", "opened_on": "2026-06-30", "secret": "her name"}'],
)  # fmt: skip
def test_what_is_no_case_is_one_message_that_tells_nothing_of_it(text):
    with pytest.raises(BadFile, match="Nothing was changed") as told:
        read_case(text)
    assert "her name" not in str(told.value)


plain = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
                     | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(list(Case.model_fields)), plain), st.booleans())
def test_wrong_types_in_a_case_are_a_message(fields, is_whole):
    held = {**({"format": FORMAT, "label": "17", "opened_on": "2026-06-30"} if is_whole else {}), **fields}
    text = json.dumps(held).encode()
    try:
        case = read_case(text)
    except BadFile:
        return
    assert read_case(written_case(case)) == case


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2_000))
def test_any_note_comes_back_and_none_can_steer_the_terminal(text):
    try:
        case = with_note(sample(), text, today=TODAY)
    except BadSetting:
        assert not text.strip()
        return
    assert read_case(written_case(case)).notes[0].text == text
    told = shown(text)
    assert not {"\x1b", "\x07", "\r", "\x9b", "\u202e", "\u2066", "\u200f"} & set(told)
    assert "\ud800" not in told


def test_persian_and_emoji_are_shown_as_they_are():
    assert shown("نمی‌خواهم 🧑‍⚖️") == "نمی‌خواهم 🧑‍⚖️"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(BadSetting, match="no text in UTF-8"):
        with_note(sample(), "a\udcff", today=TODAY)


def test_an_event_starts_clocks_and_answers_what_must_be_asked_before(law, routes):
    case = happened(sample(), law, routes, "data-request-received")
    assert case.answers == {"done": ("asked-data",)}
    assert due(case, law, routes) == [("dp-access-p3@data", "reply", "2026-07-30")]


def test_an_event_of_the_law_is_the_question_that_asks_for_it(law, routes):
    assert happened(sample(), law, routes, "outcome-told", remedy="pol-review-ew").events[0].remedy == "pol-review-ew"
    refused = sample(answers={"done": ["complained-police"], "answer-police": "refused"})
    assert happened(refused, law, routes, "outcome-told").events[0].event == "police-outcome-told"
    with pytest.raises(BadSetting, match=r"may be of more than one request\. Say which: data-request-received, change-request-received"):
        happened(sample(), law, routes, "request-received")


def test_what_has_more_than_one_answer_is_asked_first(law, routes):
    with pytest.raises(BadSetting, match=r"case answer FILE answer-data=ANSWER, with one of refused, full"):
        happened(sample(), law, routes, "data-reply-received")


def test_an_event_given_again_is_moved(law, routes):
    case = happened(happened(sample(), law, routes, "act"), law, routes, "act", datetime.date(2026, 6, 1))
    assert [one.day.isoformat() for one in case.events] == ["2026-06-01"]


def test_two_requests_of_the_same_kind_have_clocks_of_their_own(law, routes):
    case = happened(sample(), law, routes, "request-received", remedy="dp-access-gdpr", about="bristol-city-council")
    case = happened(case, law, routes, "request-received", datetime.date(2026, 7, 6), remedy="dp-access-gdpr", about="avon-and-somerset-police")
    found = due(case, law, routes)
    assert {step for step, _, _ in found} == {"dp-access-gdpr@bristol-city-council", "dp-access-gdpr@avon-and-somerset-police"}
    assert len({day for _, _, day in found}) > 1


def test_a_pause_and_longer_time_move_a_date(law, routes):
    def last(**more):
        return max(one.ends for one in dates(happened(sample(), law, routes, "request-received", remedy="dp-access-p3", **more), law, routes).dates)

    paused = last(pauses=[(datetime.date(2026, 7, 6), datetime.date(2026, 7, 9))])
    assert last() < paused < last(told_longer=datetime.date(2026, 7, 20))


@pytest.mark.parametrize(
    ("event", "more", "says"),
    [
        ("data-request-recieved", {}, "The nearest is data-request-received"),
        ("identity-received", {}, "--remedy with one of dp-access"),
        ("act", {"about": "somebody"}, "Add --remedy"),
        ("act", {"remedy": "dp-access-p3"}, "starts no clock of 'dp-access-p3'"),
        ("act", {"remedy": "no-such"}, "There is no remedy"),
        ("request-received", {"remedy": "dp-access-p3", "about": "Not A Slug"}, "cannot be kept"),
    ],
)
def test_an_event_that_means_nothing_is_refused(law, routes, event, more, says):
    with pytest.raises(BadSetting, match=says):
        happened(sample(), law, routes, event, **more)


def test_answers_are_checked_kept_and_taken_back(routes):
    case = with_answers(sample(), {"wants": "know, correct", "nation": "wales", "act": "2026-06-01"}, routes=routes, today=TODAY)
    assert (case.nation, case.answers, case.events[0].event) == ("wales", {"wants": ("know", "correct")}, "act")
    case = with_answers(case, {"wants": "unknown", "nation": "unknown", "act": "unknown"}, routes=routes, today=TODAY)
    assert (case.nation, case.answers, case.events) == (None, {}, ())
    for given_, says in (({"wants": "gold"}, "no answer to 'wants'"), ({"want": "know"}, "The nearest is 'wants'"), ({"act": "June"}, "must be a day")):
        with pytest.raises(BadSetting, match=says):
            with_answers(case, given_, routes=routes, today=TODAY)


def test_a_step_that_is_done_is_no_longer_due(law, routes):
    case = happened(sample(), law, routes, "data-request-received")
    steps = dates(case, law, routes).steps()
    assert due(with_step_done(case, "dp-access-p3@data", day=TODAY, today=TODAY, known=steps), law, routes) == []
    with pytest.raises(BadSetting, match="nearest is dp-access-p3@data"):
        with_step_done(case, "dp-access-p3@dat", day=TODAY, today=TODAY, known=steps)


def test_what_is_due_comes_nearest_first_and_within_the_days_asked_for(law, routes):
    case = happened(happened(sample(), law, routes, "data-request-received"), law, routes, "act", datetime.date(2026, 2, 2))
    days = [day for _, _, day in due(case, law, routes)]
    assert days == sorted(days)
    assert len(days) > 2
    assert due(case, law, routes, within_days=10)[-1] == ("dp-access-p3@data", "reply", "2026-07-30")


def test_a_stored_date_that_a_calendar_moves_is_told_of(law, routes):
    case = happened(sample(), law, routes, "request-received", datetime.date(2026, 11, 2), remedy="foi-request")
    case = with_dates(case, dates(case, law, routes), today=TODAY)
    assert dates(case, law, routes).moved == ()
    calendar = law.calendars[dates(case, law, routes).dates[0].found.readings[0].calendar]
    held = law.holidays[calendar.holidays]
    more = held.model_copy(update={"days": {**held.days, "2026-11-16": next(iter(held.days.values()))}})
    changed_law = dataclasses.replace(law, holidays={**law.holidays, calendar.holidays: more})
    [(step, moved)] = dates(case, changed_law, routes).moved
    assert (step, moved.before["overdue_certain"], moved.now["overdue_certain"]) == ("foi-request", "2026-12-01", "2026-12-02")
    again = with_dates(case, dates(case, changed_law, routes), today=TODAY)
    assert dates(again, changed_law, routes).moved == ()


def test_an_answer_that_answers_nothing_any_more_is_told_of_and_kept(law, routes):
    case = sample(answers={"gone": "yes", "wants": ["know"]})
    found = dates(case, law, routes)
    assert "answers no question of this version any more" in found.problems[0]
    assert found.plan.steps


def test_days_of_the_case_fill_a_letter(law, routes):
    case = happened(sample(answers={"what": ["listed"]}), law, routes, "decision-taken", datetime.date(2026, 1, 10))
    case = happened(case, law, routes, "data-request-received")
    slots = ["decision_taken", "request_received", "search"]
    assert days_for_letter(case, "dp-adm-p3-old", slots, routes) == {"decision_taken": "2026-01-10"}
    assert days_for_letter(case, "dp-access-p3", slots, routes) == {"decision_taken": "2026-01-10", "request_received": "2026-06-30"}
