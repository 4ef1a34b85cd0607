"""What lay before a day agrees with counting row by row."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.systems.person_past import LONG_AGO_YEARS, drawn, past_of, years_since
from evenhand.tables.record_rows import OPEN

rows = st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 20), st.integers(1, 5)), max_size=30)
asked = st.lists(st.tuples(st.integers(0, 4), st.integers(-25, 25), st.integers(0, 10)), min_size=1, max_size=10)


@settings(max_examples=80, deadline=None)
@given(rows=rows, asked=asked)
def test_counts_sums_and_days_are_those_of_going_through_the_rows(rows, asked):
    who, day, weight = (np.array([one[at] for one in rows], dtype=int) for at in range(3))
    people, until, back = (np.array([one[at] for one in asked]) for at in range(3))
    plain, weighed = past_of(who, day), past_of(who, day, weight)
    for at, (person, last, days) in enumerate(asked):
        of_them = [(d, w) for p, d, w in rows if p == person]
        within = [(d, w) for d, w in of_them if last - days <= d <= last]
        assert plain.total(people, until, until - back)[at] == len(within)
        assert weighed.total(people, until, until - back)[at] == sum(w for _, w in within)
        assert plain.total(people, until)[at] == sum(d <= last for d, _ in of_them)
        assert plain.last(people, until)[at] == max((d for d, _ in of_them if d <= last), default=-OPEN)
        assert plain.first(people)[at] == min((d for d, _ in of_them), default=OPEN)


def test_what_never_happened_is_long_ago():
    past = past_of(np.array([0]), np.array([100]))
    assert years_since(past.last(np.array([0, 1]), 465), on=465).round(3).tolist() == [0.999, LONG_AGO_YEARS]


def test_draws_are_the_same_for_a_seed_and_of_different_people():
    chosen = drawn(1000, most=50, seed=3)
    np.testing.assert_array_equal(chosen, drawn(1000, most=50, seed=3))
    assert len(set(chosen.tolist())) == 50
    assert (np.diff(chosen) > 0).all()
