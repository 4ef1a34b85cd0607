"""Deadlines: golden dates, properties that must always hold, and messages."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.redress.calendars import Holiday
from evenhand.redress.deadlines import deadline, deadlines
from evenhand.redress.law import shipped_law
from evenhand.redress.periods import add_months, merged
from evenhand.redress.reasons import in_full, said
from evenhand.redress.recomputing import changed
from evenhand.tables.errors import BadSetting
from tests.house.tree import ROOT
from tests.redress.conftest import GOLDEN, python_says

DAY = datetime.timedelta(days=1)
LAW = shipped_law()
CLOCKS = [(slug, key) for slug, remedy in LAW.remedies.items() for key, clock in remedy.clocks.items() if clock.period]
days = st.dates(datetime.date(2018, 9, 1), datetime.date(2028, 6, 30))
clocks = st.sampled_from(CLOCKS)
steady = settings(max_examples=150, deadline=None, derandomize=True)


def ask(slug, key, day, law=LAW, **more):
    """A clock started on a day, by the law of one day in 2026 that reaches all remedies in force, or of its last day."""
    remedy = law.remedies[slug]
    on = min(datetime.date(2026, 10, 1), remedy.in_force.to or datetime.date.max)
    starts = remedy.clocks[key].starts[0]
    if remedy.picked_by == starts:
        first, last = remedy.in_force.start or day, remedy.in_force.to or datetime.date.max
        day = min(max(day, first), last)
    return deadline(law, slug, key, {**({} if remedy.picked_by == starts else {remedy.picked_by: on}), starts: day}, **more)


def dates(answer):
    return [one for one in (answer.due_strict, answer.overdue_certain, answer.due) if one]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda one: f"{one['n']}: {one['says']}")
def test_golden(law, golden):
    answer = python_says(law, golden)
    assert {key: answer[key] for key in golden["expect"]} == golden["expect"]


@given(clocks, days, st.integers(1, 40))
@steady
def test_a_later_start_never_gives_an_earlier_date(clock, day, later):
    one, other = ask(*clock, day), ask(*clock, day + later * DAY)
    assert all(first <= second for first, second in zip(dates(one), dates(other), strict=True))


@given(clocks, days)
@steady
def test_a_period_is_never_shorter_than_its_days(clock, day):
    period = LAW.remedies[clock[0]].clocks[clock[1]].period
    answer = ask(*clock, day)
    least = (28 if period.unit.startswith("months") else 1) * period.n - (1 if period.unit.endswith("starting_with") else 0)
    assert all((due - answer.starts_on).days >= least for due in dates(answer))


@given(clocks, days, days, st.sampled_from(["england", "scotland", "northern-ireland"]))
@steady
def test_one_holiday_more_never_gives_an_earlier_date(clock, day, extra, nation):
    held = LAW.holidays["united-kingdom"]
    more = held.model_copy(update={"days": {**held.days, extra.isoformat(): Holiday(name="A new one", nations=(nation,))}})
    after = ask(*clock, day, law=type(LAW)(**{**vars_of(LAW), "holidays": {"united-kingdom": more}}))
    assert all(first <= second for first, second in zip(dates(ask(*clock, day)), dates(after), strict=True))


def vars_of(law):
    return {name: getattr(law, name) for name in law.__dataclass_fields__}


@given(clocks, days, st.integers(2, 20), st.integers(0, 30))
@steady
def test_the_readings_never_cross_and_a_pause_never_shortens(clock, day, begins, lasts):
    is_theirs = LAW.remedies[clock[0]].clocks[clock[1]].whose == "theirs"
    plain = ask(*clock, day)
    start = plain.starts_on
    paused = ask(*clock, day, pauses=[(start + begins * DAY, start + (begins + lasts) * DAY)]) if is_theirs else plain
    for answer in (plain, paused):
        assert list(answer.readings) == sorted(answer.readings, key=lambda one: one.due)
        assert answer.due_strict is None or answer.due_strict <= answer.overdue_certain
        assert answer.aim_for is None or answer.aim_for <= answer.due
    assert all(first <= second for first, second in zip(dates(plain), dates(paused), strict=True))


@given(days, st.integers(0, 48))
@steady
def test_months_on_keep_the_date_or_end_the_month(day, n):
    found = add_months(day, n)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == n
    assert found.day == day.day or (found.day < day.day and (found + DAY).day == 1)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=6))
@steady
def test_pauses_that_overlap_are_counted_once(spans):
    start = datetime.date(2026, 6, 1)
    pauses = [(start + first * DAY, start + (first + lasts) * DAY) for first, lasts in spans]
    counted = {start + n * DAY for n in range(1, 90) if any(first <= start + n * DAY <= last for first, last in pauses)}
    assert {first + n * DAY for first, last in merged(pauses, start) for n in range((last - first).days + 1)} == counted


def test_the_reasons_tell_the_whole_story(law):
    answer = deadline(law, "foi-request", "reply", {"request-received": datetime.date(2026, 6, 1)}, nation="england")
    assert [said(reason, law) for reason in answer.readings[0].reasons] == [
        "Counted from the day they received your request, Monday 1 June 2026.",
        "20 working days after it end on Tuesday 30 June 2026, by the working days of the Freedom of Information Act 2000.",
        "8 days at weekends are not counted.",
        "Monday 15 June 2026 is not counted: Football World Cup holiday.",
    ]


def test_what_no_lawyer_has_checked_says_so(law):
    answer = deadline(law, "hra", "claim", {"act": datetime.date(2026, 1, 15)})
    assert not answer.is_checked
    assert "month-counting" in deadline(law, "dp-access-p3", "reply", {"request-received": datetime.date(2026, 6, 30)}).verify


def test_a_date_after_the_announced_holidays_may_change(law):
    early, late = (deadline(law, "foi-request", "reply", {"request-received": datetime.date(2027, month, 20)}) for month in (6, 12))
    assert (early.may_change, late.may_change, late.known_to) == (False, True, datetime.date(2027, 12, 31))


def test_every_clock_that_has_started_is_told(law):
    told = deadlines(law, "dp-tribunal-166", {"regulator-received": datetime.date(2026, 1, 15)})
    assert [one.clock for one in told] == ["progress", "apply"]
    scots = deadlines(law, "dp-court-167", {"act": datetime.date(2026, 1, 15)}, nation="scotland")
    assert [(one.clock, one.due.year) for one in scots] == [("claim-scotland", 2031)]


@pytest.mark.parametrize(
    ("slug", "key", "events", "more", "says"),
    [
        ("dp-acces-p3", "reply", {"request-received": "2026-06-01"}, {}, "The nearest is 'dp-access-p3'"),
        ("dp-access-p3", "answer", {"request-received": "2026-06-01"}, {}, "It has: reply"),
        ("dp-access-p3", "reply", {"decision-told": "2026-06-01"}, {}, "that day was not given"),
        ("dp-access-p3", "reply", {"birthday": "2026-06-01"}, {}, "There is no event 'birthday'"),
        ("foi-request", "reply", {"request-received": "2026-06-01"}, {"nation": "scotland"}, "not for scotland"),
        ("foi-request", "reply", {"request-received": "2026-06-01"}, {"nation": "france"}, "There is no nation"),
        ("foi-request", "reply", {"request-received": "2016-06-01"}, {}, "holidays known here begin on 2018-01-01"),
        ("dp-complain-ctrl", "acknowledge", {"complaint-received": "2026-06-18"}, {}, "did not apply on 2026-06-18"),
        ("dp-adm-p3-old", "ask", {"decision-taken": "2026-02-05", "decision-told": "2026-02-06"}, {}, "look at dp-adm-p3."),
        ("dp-access-p3", "reply", {"request-received": "2026-06-01"}, {"pauses": [("2026-06-05", "2026-06-03")]}, "ends before it begins"),
        ("dp-access-p3", "reply", {"request-received": "2026-06-01"}, {"pauses": [("2026-05-05", "2026-06-03")]}, "begins before the clock does"),
    ],
)
def test_what_cannot_be_worked_out_is_said(law, slug, key, events, more, says):
    day = datetime.date.fromisoformat
    more = {**more, "pauses": [(day(first), day(last)) for first, last in more.get("pauses", [])]}
    with pytest.raises(BadSetting, match=says):
        deadline(law, slug, key, {event: day(text) for event, text in events.items()}, **more)


def test_a_new_holiday_says_which_stored_dates_move(law):
    stored = [python_says(law, golden) for golden in GOLDEN]
    held = law.holidays["united-kingdom"]
    more = held.model_copy(update={"days": {**held.days, "2026-06-16": Holiday(name="A new one", nations=("wales",))}})
    now = type(law)(**{**vars_of(law), "holidays": {"united-kingdom": more}})
    assert [(one.before["remedy"], one.now["due_strict"], one.moved) for one in changed(stored, now)] == [
        ("foi-request", "2026-07-01", ("due_strict", "overdue_certain")),
        ("pol-super", "2026-06-19", ("due_strict", "overdue_certain")),
    ]
    assert changed(stored, law) == []


def test_a_stored_date_that_cannot_be_worked_out_any_more_is_told(law):
    stored = python_says(law, GOLDEN[0])
    [one] = changed([{**stored, "clock": "gone"}], law)
    assert (one.now, "no clock 'gone'" in one.problem) == (None, True)
    with pytest.raises(BadSetting, match="no stored deadline"):
        changed([{"remedy": "foi-request"}], law)


def test_the_page_on_deadlines_shows_every_golden_date(law):
    page = (ROOT / "docs/deadlines.md").read_text(encoding="utf-8")
    for golden in GOLDEN:
        row = next(line for line in page.splitlines() if line.startswith(f"| {golden['n']} | {golden['says']} | `{golden['remedy']}` |"))
        shown = {in_full(golden["expect"][key], law.wording) for key in ("due", "due_strict", "overdue_certain") if golden["expect"].get(key)}
        assert [date for date in shown if date not in row] == []
