"""Likeness of neighbours against esda, and random maps against what they must keep."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit import moran_randomisation
from evenhand.audit.moran_randomisation import PROCEDURES, moran_p_value, patterns_of, randomised
from evenhand.audit.neighbours import bivariate_moran, both_ways, lees_l, moran_i, nearest
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

PLACES = 150


@pytest.fixture(scope="module")
def places():
    return np.random.default_rng(1).uniform(0, 4_000, (PLACES, 2))


@pytest.fixture(scope="module")
def near(places):
    return nearest(places)


@pytest.fixture(scope="module")
def maps(places):
    rng = np.random.default_rng(2)
    return np.sin(places[:, 0] / 700) + 0.4 * rng.normal(size=PLACES), np.cos(places[:, 1] / 500) + 0.4 * rng.normal(size=PLACES)


@pytest.fixture(scope="module")
def patterns(near):
    return patterns_of(both_ways(near))


@pytest.fixture(scope="module")
def weights(places):
    """The same neighbours as libpysal knows them, each row adding up to 1."""
    from libpysal.weights import KNN

    found = KNN.from_array(places, k=8)
    found.transform = "r"
    return found


def test_moran_i_is_esdas(maps, near, weights):
    from esda.moran import Moran

    assert moran_i(maps[0], near) == pytest.approx(Moran(maps[0], weights, permutations=0).I, rel=1e-12)


def test_bivariate_moran_is_esdas(maps, near, weights):
    """esda divides by places less one where the standard deviation divides by places: a factor of (n - 1) / n at most."""
    from esda.moran import Moran_BV

    theirs = Moran_BV(*maps, weights, permutations=0).I
    assert bivariate_moran(*maps, near) == pytest.approx(theirs, rel=1.5 / PLACES)


def test_lees_l_is_esdas(maps, near, weights):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own affairs
        from esda.lee import Spatial_Pearson

        theirs = Spatial_Pearson(connectivity=weights.sparse, permutations=0).fit(maps[0][:, None], maps[1][:, None]).association_[0, 1]
    assert lees_l(*maps, near) == pytest.approx(theirs, rel=1e-9)


def test_places_on_one_point_are_nobodys_own_neighbours():
    crowded = np.zeros((12, 2))
    near = nearest(crowded, neighbours=3)
    assert near.diagonal().sum() == 0
    assert (near.sum(axis=1) == 3).all()


def test_patterns_are_eigenvectors_of_the_centred_weights(near, patterns):
    weights, centring = both_ways(near).toarray(), np.eye(PLACES) - 1 / PLACES
    centred = centring @ weights @ centring
    assert_allclose(centred @ patterns.pattern, patterns.pattern * patterns.strength, atol=1e-10)
    assert_allclose(patterns.pattern.T @ patterns.pattern, np.eye(PLACES - 1), atol=1e-12)
    assert_allclose(patterns.pattern.sum(axis=0), 0, atol=1e-10)
    assert (np.diff(patterns.strength) <= 1e-12).all()


def test_the_broadest_patterns_of_many_places_are_those_of_the_dense_way(near, patterns, monkeypatch):
    monkeypatch.setattr(moran_randomisation, "MOST_DENSE", 100)
    few = patterns_of(both_ways(near), most=20)
    assert_allclose(few.strength, patterns.strength[:20], rtol=1e-9)
    assert_allclose(np.abs(np.sum(few.pattern * patterns.pattern[:, :20], axis=0)), 1, atol=1e-8)


@pytest.mark.parametrize("most", [None, 20])
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_random_maps_keep_mean_variance_and_likeness_of_neighbours(maps, near, procedure, most):
    weights = both_ways(near)
    some = patterns_of(weights, most=most)
    made = randomised(maps[0], some, procedure=procedure, replicates=50)
    assert_allclose(made.mean(axis=1), maps[0].mean(), atol=1e-10)
    assert_allclose(made.var(axis=1), maps[0].var(), rtol=1e-10)
    theirs = [moran_i(one, weights) for one in made]
    assert_allclose(theirs, moran_i(maps[0], weights), rtol=0.1 if procedure == "pair" else 1e-9)
    if procedure == "pair":
        assert np.ptp(theirs) > 1e-6
    assert np.abs(np.corrcoef(made)[np.triu_indices(50, 1)]).mean() < 0.6


def test_a_triplet_exchanges_strength_and_a_singleton_does_not(maps, patterns):
    real = np.abs(patterns.pattern.T @ (maps[0] - maps[0].mean()))
    for procedure, kept in (("singleton", True), ("triplet", False)):
        made = randomised(maps[0], patterns, procedure=procedure, replicates=3)
        amounts = np.abs((made - made.mean(axis=1, keepdims=True)) @ patterns.pattern)
        assert np.allclose(amounts, real, atol=1e-9) == kept


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_the_p_value_is_that_of_the_maps_it_stands_for(maps, patterns, procedure):
    """Not the same random maps, but the same law: within 4 standard errors of 2,000 draws."""
    made = randomised(maps[0], patterns, procedure=procedure, replicates=2_000, seed=9)
    real = np.corrcoef(*maps)[0, 1]
    slow = np.mean(np.abs([np.corrcoef(one, maps[1])[0, 1] for one in made]) >= abs(real))
    fast = moran_p_value(*maps, patterns, procedure=procedure, replicates=2_000)
    assert fast == pytest.approx(slow, abs=4 * np.sqrt(2 * slow * (1 - slow) / 2_000) + 1e-3)


def test_what_few_patterns_leave_out_is_said(maps, near, patterns):
    assert patterns.left_out(maps[0]) == pytest.approx(0, abs=1e-12)
    assert 0.05 < patterns_of(both_ways(near), most=10).left_out(maps[0]) < 0.9


def test_what_cannot_be_randomised_is_refused(maps, near, patterns):
    with pytest.raises(BadSetting, match="same both ways"):
        patterns_of(near)
    with pytest.raises(BadSetting, match="149 patterns"):
        patterns_of(both_ways(near), most=PLACES)
    with pytest.raises(BadSetting, match="quartet"):
        randomised(maps[0], patterns, procedure="quartet")
    with pytest.raises(CannotAnswer):
        moran_p_value(np.ones(PLACES), maps[1], patterns)
    with pytest.raises(BadValue):
        moran_i([1, 2, 3], near)
    with pytest.raises(CannotAnswer, match="too few"):
        nearest([[0, 0]] * 5)
    with pytest.raises(BadValue):
        nearest([[0, np.nan]] * 20)
