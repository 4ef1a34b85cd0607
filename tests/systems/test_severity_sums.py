"""Sums of what records weigh: windows, fading, grades, and one report an incident."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.systems.severity_sums import DECAYS, GRADINGS, fading, highest, in_window, one_per_incident, severity_of, trust_of
from evenhand.systems.stays import days_inside
from evenhand.tables.errors import BadSetting
from evenhand.tables.record_rows import ABSENT, OPEN, day_number
from tests.systems.records_by_hand import ON, book, crime, drawn_book, prison

NOW = day_number(ON)


@pytest.mark.parametrize(("months", "days"), [(6, 182), (12, 365), (24, 730), (36, 1095), (1, 30)])
def test_a_window_of_months_ends_on_its_last_whole_day(months, days):
    assert in_window(np.array([NOW, NOW - days, NOW - days - 1, NOW + 1]), NOW, months).tolist() == [True, True, False, False]


def test_a_window_without_a_beginning_still_ends_today():
    assert in_window(np.array([NOW - 99_999, NOW + 1]), NOW, None).tolist() == [True, False]


def test_2500_fades_as_worked_out_in_the_specification():
    years = 365 * np.arange(6)
    np.testing.assert_allclose(2500 * fading(years, "geometric"), [2500, 1666.7, 1111.1, 740.7, 493.8, 329.2], atol=0.05)
    np.testing.assert_allclose(fading(years, "linear"), [1, 2 / 3, 1 / 3, 0, 0, 0], atol=1e-12)


@given(age=st.integers(0, 10_000), decay=st.sampled_from(DECAYS), step=st.sampled_from([1.0, 3.0, 6.0, 12.0]))
def test_nothing_gains_by_age_and_nothing_falls_below_nothing(age, decay, step):
    now, later = fading(np.array([age, age + 1]), decay, step_months=step)
    assert 0 <= later <= now <= 1


def test_smooth_fading_meets_the_steps_at_their_ends():
    np.testing.assert_allclose(fading(365 * np.arange(5), "smooth"), fading(365 * np.arange(5), "geometric"))
    assert fading(np.array([100]), "smooth")[0] < 1


def test_a_record_without_an_offence_weighs_what_one_says():
    assert severity_of(np.array([ABSENT, 0]), np.array([7.0])).tolist() == [0, 7]


def test_trust_falls_with_the_grade_and_false_counts_nothing():
    source, content = np.repeat(np.arange(3), 5), np.tile(np.arange(5), 3)
    table = trust_of(source, content).reshape(3, 5)
    assert (np.diff(table, axis=0) <= 0).all()
    assert (np.diff(table, axis=1) <= 0).all()
    assert (table[:, 4] == 0).all()
    assert trust_of(source, content, "reliable").tolist() == [1.0] * 5 + [0.0] * 10


def test_strays_are_refused():
    with pytest.raises(BadSetting, match="no decay 'sudden'"):
        fading(np.zeros(1), "sudden")
    with pytest.raises(BadSetting, match=f"no grading 'gut'.*{GRADINGS[-1]}"):
        trust_of(np.zeros(1, np.int8), np.zeros(1, np.int8), "gut")


def test_one_row_an_incident_is_the_gravest_then_the_latest():
    held = book([crime(30, incident=1), crime(20, incident=1), crime(20, incident=2), crime(10)], [crime(30, incident=1)])
    everything = np.ones(5, bool)
    assert one_per_incident(held, everything, by=np.array([5, 9, 1, 1, 1])).tolist() == [False, True, True, True, True]
    assert one_per_incident(held, everything, by=np.ones(5)).tolist() == [False, True, True, True, True]
    assert one_per_incident(held, np.array([True, False, True, False, False]), by=np.ones(5)).tolist() == [True, False, True, False, False]


@pytest.mark.parametrize("seed", range(5))
def test_the_highest_are_those_of_a_plain_sort(seed):
    held = drawn_book(seed)
    value = np.random.default_rng(seed).random(len(held.rows))
    chosen = np.random.default_rng(seed).random(len(held.rows)) < 0.3
    expected = [(sorted(value[chosen & (held.rows.who == who)], reverse=True) + [0, 0, 0])[:3] for who in range(len(held))]
    np.testing.assert_array_equal(highest(held, chosen, value, most=3), expected)


def test_days_inside_count_both_ends_and_each_day_once():
    held = book([prison(9, 5)], [prison(9, 5), prison(7, 3)], [prison(2)], [], [prison(9, 5), prison(9, 9), prison(8, 7)])
    assert days_inside(held, "prison", after=NOW - 100, on=NOW).tolist() == [5, 7, 3, 0, 5]
    assert days_inside(held, "prison", after=np.array([NOW - 7] * 5), on=NOW - 1).tolist() == [2, 4, 2, 0, 2]


@pytest.mark.parametrize("seed", range(10))
def test_days_inside_are_those_of_sets_of_days(seed):
    held = drawn_book(seed, events=("prison", "supervision"))
    after = NOW - np.random.default_rng(seed).integers(0, 900, len(held))
    rows, found = held.rows, []
    for who in range(len(held)):
        mine = held.is_row("prison") & (rows.who == who)
        days = {day for first, last in zip(rows.day[mine], rows.until[mine], strict=True) for day in range(first, min(last, NOW) + 1)}
        found.append(sum(day > after[who] for day in days))
    assert OPEN in rows.until
    assert days_inside(held, "prison", after=after, on=NOW).tolist() == found
