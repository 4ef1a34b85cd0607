"""The JavaScript gives what the Python gives, word for word: in Node where there is one, and in a real browser."""

from __future__ import annotations

import datetime
import random

import pytest

from evenhand.redress.reasons import in_full, said
from evenhand.redress.recomputing import changed
from tests.redress.conftest import GOLDEN, browser_says, node_says, python_says

NATIONS = ["england", "wales", "scotland", "northern-ireland", None]


def random_cases(law, n: int) -> list[dict]:
    """Clocks of any kind started on any day, with and without pauses, notices and earlier events; many of them impossible."""
    draw = random.Random(20_261_126)
    first, last = datetime.date(2018, 1, 1), datetime.date(2029, 6, 30)
    every = [(slug, key, clock, remedy) for slug, remedy in law.remedies.items() for key, clock in remedy.clocks.items()]

    def day(low=first, high=last):
        return low + datetime.timedelta(days=draw.randrange((high - low).days + 1))

    cases = []
    for _ in range(n):
        slug, key, clock, remedy = draw.choice(every)
        start = day()
        events = {clock.starts[0]: start.isoformat()}
        for other in clock.starts[1:]:
            if draw.random() < 0.3:
                events[other] = (start + datetime.timedelta(days=draw.randrange(-5, 60))).isoformat()
        if draw.random() < 0.3:
            events[remedy.picked_by] = day().isoformat()
        pauses = []
        for _ in range(draw.choice([0, 0, 1, 2])):
            begins = start + datetime.timedelta(days=draw.randrange(0, 50))
            pauses.append([begins.isoformat(), (begins + datetime.timedelta(days=draw.randrange(0, 20))).isoformat()])
        notice = (start + datetime.timedelta(days=draw.randrange(0, 70))).isoformat() if draw.random() < 0.3 else None
        cases.append({"remedy": slug, "clock": key, "events": events, "nation": draw.choice(NATIONS), "pauses": pauses, "extension_notice": notice})
    return cases


def differences(law, cases, answers):
    return [(case, mine, theirs) for case, theirs in zip(cases, answers, strict=True) if (mine := python_says(law, case)) != theirs]


def test_node_gives_the_golden_dates(law):
    assert differences(law, GOLDEN, node_says(law, GOLDEN)) == []


def test_node_agrees_on_ten_thousand_random_questions(law):
    cases = random_cases(law, 10_000)
    answers = node_says(law, cases)
    assert sum(answer != "refused" for answer in answers) > 5_000
    assert differences(law, cases, answers)[:1] == []


def test_node_says_the_same_sentences(law):
    cases = random_cases(law, 300)
    after = """
const answers = cases.map((one) => {
  const ways = () => deadline(law, one.remedy, one.clock, one.events, one).readings;
  try { return ways().map((way) => [inFull(way.due, law), ...way.reasons.map((one) => said(one, law))]); }
  catch (wrong) { if (!(wrong instanceof BadSetting)) throw wrong; return null; }
});"""
    for case, told in zip(cases, node_says(law, cases, after), strict=True):
        mine = python_says(law, case)
        if mine != "refused":
            assert told == [[in_full(way["due"], law.wording), *(said(one, law) for one in way["reasons"])] for way in mine["readings"]]


def test_node_finds_the_same_stored_dates_moved(law):
    stored = [{**python_says(law, golden), "due_strict": "2026-01-01"} for golden in GOLDEN[:9]]
    told = node_says(law, stored, "const answers = changed(cases, law).map((one) => one.moved);")
    assert told == [list(one.moved) for one in changed(stored, law)]


@pytest.mark.browser
def test_a_browser_gives_the_golden_dates_and_agrees_on_random_questions(law, chromium, tmp_path):
    cases = [*GOLDEN, *random_cases(law, 1_000)]
    assert differences(law, cases, browser_says(law, cases, chromium, tmp_path)) == []
