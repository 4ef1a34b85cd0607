"""In how large a company everybody stands, counted as plainly as it can be and as quickly."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.tables.anonymity import anonymity
from tests.tables.pseudonymous_people import persons_of


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([None, "p"])), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_companies_are_those_counted_by_hand(people):
    found = anonymity(pd.DataFrame(people, columns=["sex", "group", "area"]), fewer_than=5)
    sizes = Counter(people)
    assert found.smallest == min(sizes.values())
    assert found.companies == len(sizes)
    assert found.alone == sum(size for size in sizes.values() if size == 1)
    assert found.few == sum(size for size in sizes.values() if size < 5)
    assert found.without["group"] == sum(size for size in Counter((sex, area) for sex, _, area in people).values() if size < 5)


def test_month_of_birth_singles_out_most_people():
    found = anonymity(persons_of(1_000))
    assert found.alone > 500
    assert min(found.without, key=lambda name: found.without[name]) == "birth_month"


def test_columns_that_are_not_there_are_left_aside():
    assert anonymity(pd.DataFrame({"sex": ["male"] * 20})).by == ("sex",)
    assert anonymity(pd.DataFrame({"other": [1, 2, 3]})).smallest == 3
