"""The dose curve against flagging one place after another, and its threshold-free number against every pair of people."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array

from evenhand.audit.about import About
from evenhand.audit.dose_curve import MOST_BANDED, Scored, banded, dose_curve, higher_scored_chance, same_side, tied_at
from evenhand.audit.dose_curve_findings import curve_findings
from evenhand.audit.exposure import exposure_ratio
from evenhand.audit.resampling import redrawn_flags, redrawn_scores
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

ABOUT = About("exposure", "Anywhere", "2024", "made up")
RANDOM = np.random.default_rng(8)
PEOPLE = RANDOM.integers(1, 30, (25, 3)).astype(float)
SCORES = RANDOM.permutation(25).astype(float)
GROUPS = ("Asian", "Black", "White")


def test_the_curve_is_flagging_one_place_after_another():
    curve = dose_curve(SCORES, PEOPLE, reference=2)
    order = sorted(range(25), key=lambda place: -SCORES[place])
    for k in range(1, 26):
        flagged = np.isin(np.arange(25), order[:k])
        np.testing.assert_allclose(curve.ratios[:, k - 1], exposure_ratio(PEOPLE, flagged, reference=2), rtol=1e-12)
        np.testing.assert_allclose(curve.shares[:, k - 1], PEOPLE[flagged].sum(axis=0) / PEOPLE.sum(axis=0), rtol=1e-12)


def test_with_every_place_flagged_all_are_exposed_alike():
    curve = dose_curve(SCORES, PEOPLE, reference=2)
    np.testing.assert_allclose(curve.ratios[:, -1], 1)
    assert (np.diff(curve.shares, axis=1) >= 0).all()


def test_a_tie_counts_as_the_average_over_every_order_of_it():
    people = np.array([[5, 9], [1, 4], [7, 2], [3, 3]], dtype=float)
    scores = [4, 2, 2, 2]
    curve = dose_curve(scores, people, reference=1)
    orders = [(0, *tie) for tie in itertools.permutations((1, 2, 3))]
    for k in range(1, 5):
        shares = np.mean([people[list(order[:k])].sum(axis=0) / people.sum(axis=0) for order in orders], axis=0)
        np.testing.assert_allclose(curve.shares[:, k - 1], shares)
    assert [tied_at(scores, k) for k in (1, 2, 3, 4)] == [0, 3, 3, 0]


def test_scores_that_differ_by_rounding_are_a_tie():
    people = np.ones((3, 2))
    assert dose_curve([0.1 + 0.2, 0.3, 0.1], people, reference=1).shares[0].tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert tied_at([0.1 + 0.2, 0.3, 0.1], 1) == 2


def test_the_chance_is_that_over_every_pair_of_people():
    people, scores = np.array([[3, 2], [1, 4], [2, 2], [4, 1]]), [5.0, 5.0, 2.0, 1.0]
    wins = 0.0
    for one, other in itertools.product(range(4), repeat=2):
        pairs = people[one][0] * people[other][1]
        wins += pairs * ((scores[one] > scores[other]) + (scores[one] == scores[other]) / 2)
    expected = wins / (people[:, 0].sum() * people[:, 1].sum())
    assert higher_scored_chance(scores, people, reference=1).tolist() == pytest.approx([expected, 0.5])


def test_the_chance_is_the_mann_whitney_statistic():
    from scipy.stats import mannwhitneyu

    one = np.repeat(SCORES, PEOPLE[:, 0].astype(int))
    other = np.repeat(SCORES, PEOPLE[:, 2].astype(int))
    expected = mannwhitneyu(one, other).statistic / (len(one) * len(other))
    assert higher_scored_chance(SCORES, PEOPLE, reference=2)[0] == pytest.approx(expected)


def test_redrawn_scores_are_the_draws_that_flag_anew():
    contributions, events = csr_array(RANDOM.random((30, 12))), RANDOM.integers(1, 9, 12).astype(float)
    flags = redrawn_flags(contributions, events, lambda scores: scores == scores.max(axis=0), replicates=150, seed=4)
    scores = np.hstack(list(redrawn_scores(contributions, events, replicates=150, seed=4)))
    np.testing.assert_array_equal(scores == scores.max(axis=0), flags)


def test_the_band_holds_the_percentiles_of_the_redrawn_curves():
    again = SCORES[:, None] + np.random.default_rng(2).normal(0, 4, (25, 80))
    made = banded(Scored(GROUPS, PEOPLE, SCORES, 5, again=lambda: [again[:, :50], again[:, 50:]]), reference="White", level=0.9)
    each = np.array([dose_curve(again[:, i], PEOPLE, reference=2).ratios for i in range(80)])
    assert made.at[0] == 1
    assert made.at[-1] == 25
    assert len(made.at) <= MOST_BANDED
    low, high = np.quantile(each[:, :, made.at - 1], [0.05, 0.95], axis=0, method="inverted_cdf")
    np.testing.assert_allclose(made.low, low)
    np.testing.assert_allclose(made.high, high)
    np.testing.assert_allclose(made.ratio_at_k, each[:, :, 4].T)


def test_without_redraws_areas_are_drawn_again_and_a_place_drawn_twice_counts_twice():
    scored = Scored(GROUPS, PEOPLE, SCORES, 5, replicates=60, seed=3)
    made = banded(scored, reference="White", level=0.9)
    from evenhand.audit.area_weights import area_weights

    weights = np.vstack(list(area_weights(25, replicates=60, seed=3))).astype(int)
    for draw in (0, 17, 59):
        which = np.repeat(np.arange(25), weights[draw])
        expected = higher_scored_chance(SCORES[which], PEOPLE[which], reference=2)
        np.testing.assert_allclose(made.chance_again[:, draw], expected)
        np.testing.assert_allclose(made.ratio_at_k[:, draw], dose_curve(SCORES[which], PEOPLE[which], reference=2).ratios[:, 4])


def test_the_four_findings_of_a_group_say_what_the_curve_says():
    made = banded(scored := Scored(GROUPS, PEOPLE, SCORES, 5, noun="cells"), reference="White", level=0.95)
    found = {f.measure: f for f in curve_findings(scored, made, about=ABOUT, reference="White") if f.group == "Black"}
    curve = dose_curve(SCORES, PEOPLE, reference=2)
    assert found["exposure_ratio_at_k"].value == pytest.approx(curve.ratios[1, 4])
    assert found["exposure_ratio_at_k"].settings == {"k": 5, "of": 25}
    enough = np.minimum(curve.shares[1] * PEOPLE[:, 1].sum(), curve.shares[2] * PEOPLE[:, 2].sum())[:-1] >= 10
    assert found["exposure_ratio_over_k"].high == pytest.approx(curve.ratios[1, :-1][enough].max())
    assert found["exposure_ratio_over_k"].level is None
    agree = np.sign(curve.ratios[1, :-1] - 1) == np.sign(curve.ratios[1, 4] - 1)
    assert found["same_side_share_of_k"].value == pytest.approx(agree.mean())
    assert found["higher_scored_chance"].low < found["higher_scored_chance"].value < found["higher_scored_chance"].high


def test_a_tie_at_the_cut_is_told():
    scores = np.where(SCORES < 15, 1.0, SCORES)
    made = banded(scored := Scored(GROUPS, PEOPLE, scores, 12, noun="cells"), reference="White", level=0.95)
    found = curve_findings(scored, made, about=ABOUT, reference="White")
    assert "15 cells share the score at the cut" in found[0].caveats[0]


def test_nobody_of_the_reference_at_the_top_is_null_with_the_reason():
    people = PEOPLE.copy()
    people[SCORES >= 22, 2] = 0
    made = banded(scored := Scored(GROUPS, people, SCORES, 2), reference="White", level=0.95)
    found = {f.measure: f for f in curve_findings(scored, made, about=ABOUT, reference="White") if f.group == "Black"}
    assert found["exposure_ratio_at_k"].value is None
    assert "nobody of the group compared with" in found["exposure_ratio_at_k"].caveats[0]
    assert found["same_side_share_of_k"].value is None
    assert found["higher_scored_chance"].value is not None


def test_the_side_of_one_is_judged_short_of_flagging_everything():
    assert same_side(np.array([[2.0, 0.5, np.nan, 1.0]]), 1).tolist() == pytest.approx([1 / 3])
    assert np.isnan(same_side(np.array([[np.nan, 2.0, 1.0]]), 1)).all()


@pytest.mark.parametrize(
    ("scores", "people", "error", "says"),
    [
        (np.full(25, 3.0), PEOPLE, CannotAnswer, "same score"),
        (np.where(SCORES == 4, np.nan, SCORES), PEOPLE, BadValue, "1 places have no score"),
        (SCORES[:-1], PEOPLE, BadValue, "24 scores"),
        (SCORES, -PEOPLE, BadValue, "at least zero"),
    ],
)
def test_scores_that_give_no_order_are_refused(scores, people, error, says):
    with pytest.raises(error, match=says):
        dose_curve(scores, people, reference=0)


@pytest.mark.parametrize(("k", "reference", "says"), [(26, "White", "between 1 and 25"), (0, "White", "between 1 and 25"), (5, "Other", "Known: Asian")])
def test_a_number_of_places_or_a_group_that_is_not_there_is_refused(k, reference, says):
    with pytest.raises(BadSetting, match=says):
        banded(Scored(GROUPS, PEOPLE, SCORES, k), reference=reference, level=0.95)
