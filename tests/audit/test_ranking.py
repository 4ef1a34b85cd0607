"""Ranking from histograms: against scikit-learn, against a slow sum over pairs, and against variances worked out row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.ranking import Auc, auc, auc_gap, histogram, limits, roc, tie_doubt
from evenhand.tables.errors import BadValue
from tests.audit.made_up_scores import counted, made_up_people

GROUPS = ("Amber", "Blue", "Green")


@pytest.fixture(scope="module")
def people():
    return made_up_people(900)


@pytest.fixture(scope="module")
def seen(people):
    return histogram(counted(people).cells, GROUPS)


def pairs(above, below):
    """The slow twin: every positive against every negative."""
    return np.array([[1.0 if one > other else 0.5 if one == other else 0.0 for other in below] for one in above])


def scores_of(people, group, outcome):
    return people.loc[(people["group"] == group) & (people["outcome"] == outcome), "score"].to_numpy()


def test_within_a_group_it_is_scikit_learns(people, seen):
    from sklearn.metrics import roc_auc_score

    for at, group in enumerate(GROUPS):
        rows = people[people["group"] == group]
        assert auc(seen.positives[at], seen.negatives[at]).value == pytest.approx(roc_auc_score(rows["outcome"], rows["score"]))


def test_value_and_variance_are_those_of_the_sum_over_pairs(people, seen):
    for one, other in ((0, 0), (0, 1), (1, 0)):
        won = pairs(scores_of(people, GROUPS[one], True), scores_of(people, GROUPS[other], False))
        found = auc(seen.positives[one], seen.negatives[other])
        assert found.value == pytest.approx(won.mean())
        by_positive, by_negative = won.mean(axis=1), won.mean(axis=0)
        assert found.variance == pytest.approx(by_positive.var(ddof=1) / len(by_positive) + by_negative.var(ddof=1) / len(by_negative))


def test_areas_of_one_person_each_give_the_variance_of_independent_people(people):
    rows = people[people["group"] == "Amber"].head(300).reset_index(drop=True)
    rows = rows.assign(area_code=[f"{at:04d}" for at in rows.index])
    by_area = histogram(counted(rows).by_area, ["Amber"], by_area=True)
    plain = histogram(counted(rows).cells, ["Amber"])
    one, other = auc(by_area.positives[:, 0], by_area.negatives[:, 0]), auc(plain.positives[0], plain.negatives[0])
    assert one.value == pytest.approx(other.value)
    assert one.variance == pytest.approx(other.variance, rel=0.02)


def test_people_alike_within_areas_widen_the_interval():
    rng, pos, neg = np.random.default_rng(2), np.zeros((30, 5)), np.zeros((30, 5))
    pos[np.arange(30), rng.integers(1, 5, 30)] = 20  # all twenty positives of an area have one score
    neg[np.arange(30), rng.integers(0, 4, 30)] = 20
    plain, clustered = auc(pos.sum(axis=0), neg.sum(axis=0)), auc(pos, neg)
    assert clustered.value == pytest.approx(plain.value)
    assert clustered.variance > 3 * plain.variance


def test_a_gap_over_the_same_areas_takes_what_they_share_into_account():
    one = Auc(0.7, 0.01, np.array([0.05, -0.05, 0.02, -0.02]))
    assert np.stack(auc_gap(one, one)).tolist() == [0, 0, 0]
    apart = auc_gap(Auc(0.7, 0.01), Auc(0.6, 0.01))
    assert apart.high - apart.low == pytest.approx(2 * 1.959964 * np.sqrt(0.02), rel=1e-5)


def test_limits_stay_within_nought_and_one_and_are_none_for_a_perfect_ranking():
    low, high = limits(Auc(0.99, 0.0004))
    assert 0 < low < 0.99 < high < 1
    assert np.isnan(limits(auc([0, 5], [5, 0]))).all()
    assert np.isnan(limits(auc([0, 1], [1, 0]))).all()
    assert auc([0, 5], [5, 0]).value == 1


def test_nobody_on_a_side_is_no_ranking_and_one_score_for_all_is_a_coin():
    assert np.isnan(auc([0, 0], [3, 4]).value)
    coin = auc([7], [9])
    assert coin.value == 0.5
    assert np.isnan(limits(coin)).all()


def test_people_without_score_or_outcome_are_left_out():
    rows = pd.DataFrame({"group": ["A"] * 4, "score": [1.0, 2.0, None, 3.0], "outcome": pd.array([True, False, True, None], dtype="boolean")})
    seen = histogram(counted(rows).cells, ["A"])
    assert (seen.positives.sum(), seen.negatives.sum()) == (1, 1)
    with pytest.raises(BadValue, match="nothing can be said of ranking"):
        histogram(counted(rows.assign(outcome=None)).cells, ["A"])


def test_the_doubt_from_bins_is_half_the_pairs_that_fell_together():
    fine = made_up_people(400, shift=0.0)
    fine["score"] = fine["score"] + np.random.default_rng(1).random(len(fine))
    exact = histogram(counted(fine).cells, GROUPS)
    coarse = histogram(counted(fine, most_scores=20).cells, GROUPS)
    value, binned = auc(exact.positives[0], exact.negatives[0]).value, auc(coarse.positives[0], coarse.negatives[0]).value
    assert 0 < abs(value - binned) <= tie_doubt(coarse.positives[0], coarse.negatives[0])


def test_the_area_under_the_drawn_curve_is_the_auc(seen):
    wrongly, rightly = roc(seen.positives[0], seen.negatives[0])
    assert_allclose(np.trapezoid(rightly, wrongly), auc(seen.positives[0], seen.negatives[0]).value)
