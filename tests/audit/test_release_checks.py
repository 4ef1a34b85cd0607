"""May a table of people leave: what passes, what fails, and what is said of it; held against published rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from evenhand.audit.disclosure import CHILDREN, CONFIDENTIAL, MIDPOINT_6, OPENSAFELY, REVEALING, SHOWN, already_published, for_children, protect, rounded
from evenhand.audit.release_checks import ACRO, Limits, check_counts, check_hiding, check_magnitudes, check_model
from evenhand.tables.errors import BadValue


def verdicts(checked):
    return {check.name: check.verdict for check in checked.checks}


def test_a_table_of_large_counts_passes_and_says_nothing():
    assert check_counts([[40, 60], [80, 120]], totals=(0, 1)).says == "pass."


def test_a_low_count_fails_with_its_remedy_and_without_the_count():
    checked = check_counts([[40, 7], [80, 120]])
    assert verdicts(checked)["low count"] == "fail"
    assert "Hide them" in checked.says
    assert "7" not in checked.says


def test_noughts_and_full_rows_tell_of_everybody():
    assert verdicts(check_counts([[40, 0], [80, 120]]))["class disclosure"] == "fail"
    assert verdicts(check_counts([[40, 0], [80, 120]], rule=already_published("a newspaper")))["class disclosure"] == "review"


def test_one_hidden_count_beside_a_total_is_open():
    assert verdicts(check_counts([[40, np.nan], [80, 120]], totals=(1,)))["differencing"] == "fail"
    assert verdicts(check_counts([[40, np.nan], [80, 120]]))["differencing"] == "pass"
    assert verdicts(check_counts([[np.nan, np.nan], [80, 120]], totals=(1,)))["differencing"] == "pass"


@given(arrays.arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 60)))
@settings(max_examples=200, deadline=None)
def test_what_protect_leaves_always_passes(people):
    found = protect(people, totals=(0, 1))
    assert check_hiding(people, ~np.isnan(found.counts), totals=(0, 1)).verdict == "pass"
    assert verdicts(check_counts(np.where(np.isnan(found.counts), np.nan, people)))["low count"] == "pass"


def test_a_count_hidden_for_another_reason_takes_the_next_smallest_with_it():
    hidden = protect([40, 60, 90], totals=(0,), hidden=[True, False, False])
    assert hidden.why.tolist() == [REVEALING, REVEALING, SHOWN]


def plainly_dominant(values, limits=ACRO):
    """The rules as ACRO 1.0.2 writes them (sdcchecks.py), one cell at a time; a cell of noughts alone is no case of either."""
    ordered = np.sort(values)[::-1]
    nk = ordered[: limits.dominance_n].sum() >= limits.dominance_k * ordered.sum() > 0
    ratio = ordered[0] > 0 and ordered[2:].sum() < limits.p_ratio * ordered[0]
    return nk, ratio


@given(st.lists(st.lists(st.integers(0, 1000), min_size=1, max_size=30), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_dominance_and_p_ratio_are_those_of_the_plain_rules(cells):
    values = np.concatenate([np.array(cell, dtype=float) for cell in cells])
    at = np.repeat(np.arange(len(cells)), [len(cell) for cell in cells])
    shuffled = np.random.default_rng(1).permutation(len(at))
    checks = {check.name: check for check in check_magnitudes(values[shuffled], at[shuffled]).checks}
    plain = [plainly_dominant(np.array(cell, dtype=float)) for cell in cells]
    assert checks["dominance"].cells == sum(nk for nk, _ in plain)
    assert checks["p-ratio"].cells == sum(ratio for _, ratio in plain)
    assert checks["low count"].cells == sum(len(cell) < 10 for cell in cells)


def test_one_homicide_among_thefts_dominates_a_sum_of_harm():
    harm = [5475.0] + [1.0] * 200
    assert check_magnitudes(harm, [0] * 201).verdict == "fail"
    assert check_magnitudes([10.0, 12.0] * 100, [0] * 200).verdict == "pass"
    assert verdicts(check_magnitudes([10.0] * 200, [0] * 200))["class disclosure"] == "review"
    assert check_magnitudes(harm, [0] * 201, limits=Limits(dominance_k=0.99, p_ratio=0.01)).verdict == "pass"


def test_what_people_give_must_be_known():
    for wrong in (np.nan, -1.0, np.inf):
        with pytest.raises(BadValue):
            check_magnitudes([1.0, wrong], [0, 0])


def test_a_model_needs_ten_people_beyond_its_parameters():
    assert check_model(16, 6).verdict == "pass"
    assert check_model(15, 6).verdict == "fail"


def test_midpoint_six_is_opensafelys():
    """f(x) = 6 * ceil(x / 6) - 3 where x is not 0: 0 stays, 1 to 6 are 3, 7 to 12 are 9, 13 to 18 are 15."""
    expected = [0] + [3] * 6 + [9] * 6 + [15] * 6
    assert rounded(range(19), rule=MIDPOINT_6).tolist() == expected
    assert protect(range(19), rule=MIDPOINT_6).counts.tolist() == expected


def test_opensafely_leaves_out_seven_and_fewer_before_it_rounds():
    shown = protect([0, 6, 7, 8, 12, 13], rule=OPENSAFELY).counts
    assert np.isnan(shown[:3]).all()
    assert shown[3:].tolist() == [10, 10, 15]


def test_children_have_twice_the_threshold():
    assert np.isnan(protect([19], rule=CHILDREN).counts).all()
    assert protect([20, 24], rule=CHILDREN).counts.tolist() == [20, 20]
    assert for_children(already_published("a court")).rounding == 1
    assert CONFIDENTIAL.threshold == 10
