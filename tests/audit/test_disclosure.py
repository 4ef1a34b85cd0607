"""What may be shown of counts of people: never a small one, nor what gives one away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from evenhand.audit.disclosure import CONFIDENTIAL, REVEALING, SHOWN, SMALL, Rule, already_published, protect, reason, rounded, share_parts
from evenhand.tables.errors import BadSetting, BadValue

TABLES = arrays.arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 60))


def test_counts_below_ten_are_hidden_and_the_rest_rounded_to_five():
    shown = protect([3, 9, 10, 12, 13, 1_002])
    assert np.isnan(shown.counts[:2]).all()
    assert shown.counts[2:].tolist() == [10, 10, 15, 1_000]


def test_a_single_hidden_count_takes_the_next_smallest_with_it_where_the_total_is_shown():
    alone = protect([4, 40, 200, 30], totals=(0,))
    assert alone.why.tolist() == [SMALL, SHOWN, SHOWN, REVEALING]
    assert protect([4, 40, 200, 30]).why.tolist() == [SMALL, SHOWN, SHOWN, SHOWN]


def test_two_hidden_counts_that_add_up_to_few_take_a_third():
    assert protect([4, 3, 200, 30], totals=(0,)).why.tolist() == [SMALL, SMALL, SHOWN, REVEALING]
    assert protect([8, 9, 200, 30], totals=(0,)).why.tolist() == [SMALL, SMALL, SHOWN, SHOWN]


def test_zeros_are_hidden_unless_the_rule_lets_them_be():
    assert protect([0, 40]).why.tolist() == [SMALL, SHOWN]
    assert protect([0, 40], rule=already_published("a newspaper")).counts.tolist() == [0, 40]


def test_what_is_public_already_keeps_the_threshold_and_nothing_else():
    shown = protect([[4, 41], [30, 57]], rule=already_published("ProPublica"), totals=(0, 1))
    assert np.isnan(shown.counts[0, 0])
    assert shown.counts[0, 1] == 41
    assert shown.counts[1].tolist() == [30, 57]
    assert "published by ProPublica" in already_published("ProPublica").says


def test_a_share_is_hidden_with_its_rest():
    part, rest = share_parts([4, 50, 60], [300, 70, 80], rule=already_published("ProPublica"))
    assert np.isnan([part.counts[0], rest.counts[0]]).all()
    assert rest.why[0] == SMALL
    assert part.counts[1:].tolist() == [50, 60]


def test_a_single_hidden_group_hides_the_next_where_the_share_of_all_is_shown():
    part, _ = share_parts([4, 50, 60], [300, 70, 80])
    assert np.isnan(part.counts).tolist() == [True, True, False]
    part, _ = share_parts([4, 50, 60], [300, 70, 80], shows_total=False)
    assert np.isnan(part.counts).tolist() == [True, False, False]


def test_every_hidden_number_has_its_reason():
    assert "fewer than 10 people" in reason(SMALL)
    assert "by subtraction" in reason(REVEALING)


@settings(max_examples=200, deadline=None)
@given(counts=TABLES, totals=st.sampled_from([(), (0,), (1,), (0, 1)]))
def test_nothing_small_is_shown_and_no_shown_total_opens_a_line(counts, totals):
    shown = protect(counts, totals=totals)
    hidden = shown.why != SHOWN
    assert (counts[~hidden] >= CONFIDENTIAL.threshold).all()
    assert np.isnan(shown.counts[hidden]).all()
    assert (shown.counts[~hidden] % CONFIDENTIAL.rounding == 0).all()
    assert (np.abs(shown.counts[~hidden] - counts[~hidden]) <= 2).all()
    for axis in totals:
        for line, gone in zip(np.moveaxis(counts, axis, -1), np.moveaxis(hidden, axis, -1), strict=True):
            assert not gone.any() or gone.all() or (gone.sum() > 1 and line[gone].sum() >= CONFIDENTIAL.threshold)


@settings(max_examples=100, deadline=None)
@given(counts=TABLES)
def test_a_table_turned_on_its_side_hides_the_same(counts):
    assert np.array_equal(protect(counts.T, totals=(0,)).why.T, protect(counts, totals=(1,)).why)


@settings(max_examples=100, deadline=None)
@given(counts=TABLES)
def test_an_exact_total_less_all_that_is_shown_never_leaves_one_small_count(counts):
    shown = protect(counts, rule=Rule(rounding=1), totals=(1,))
    for line, found in zip(counts, shown.counts, strict=True):
        left = line.sum() - np.nansum(found)
        assert np.isnan(found).sum() != 1 or len(line) == 1
        assert left == 0 or left >= 10 or np.isnan(found).all()


def test_rounding_never_moves_a_count_by_more_than_half_a_step():
    counts = np.arange(1_000)
    assert np.abs(rounded(counts) - counts).max() == 2
    assert (rounded(counts, rule=Rule(rounding=1)) == counts).all()


def test_what_is_no_count_and_a_rule_that_protects_nobody_are_refused():
    with pytest.raises(BadValue, match="whole numbers"):
        protect([1.5])
    with pytest.raises(BadSetting, match="10 and 5 are usual"):
        Rule(threshold=0)
    with pytest.raises(BadSetting, match="Say who has published"):
        already_published(" ")
