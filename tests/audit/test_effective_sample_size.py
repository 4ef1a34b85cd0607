"""The modified t test: against matrices written out, a published output of R's SpatialPack, and what must hold of any such test."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import pdist, squareform

from evenhand.audit.distance_classes import distance_classes, largest_distance
from evenhand.audit.effective_sample_size import correlation, effective_places, t_test
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer
from tests.oracles import needed


def by_matrices(one, other, xy, edges):
    """The slow twin: the papers' formulas on matrices of all places by all places."""
    n = len(xy)
    at = np.minimum(np.searchsorted(edges, squareform(pdist(xy))), len(edges) - 1)
    apart = ~np.eye(n, dtype=bool)

    def correlations(value):
        z = (value - value.mean()) / value.std()
        matrix = np.eye(n)
        for k in range(len(edges)):
            there = (at == k) & apart
            matrix[there] = np.outer(z, z)[there].mean() if there.any() else 0
        return matrix

    first, second, centring = correlations(one), correlations(other), np.eye(n) - 1 / n
    product = centring @ first @ centring @ second
    return 1 + np.trace(centring @ first) * np.trace(centring @ second) / np.trace(product), 1 + n**2 / np.trace(first @ second)


@pytest.fixture(scope="module")
def places():
    return np.random.default_rng(4).uniform(0, 5_000, (120, 2))


@pytest.fixture(scope="module")
def maps(places):
    """Two unrelated maps, each a sum of 60 bumps 700 m wide."""
    rng = np.random.default_rng(5)
    middles = rng.uniform(-1_000, 6_000, (2, 60, 2))
    return [np.exp(-((places[:, None] - bumps) ** 2).sum(axis=2) / (2 * 700**2)) @ rng.normal(size=60) for bumps in middles]


@pytest.mark.parametrize("by_pair", [True, False])
def test_effective_places_are_the_papers_formulas(places, maps, by_pair, monkeypatch):
    """On a lattice, coarser here than in earnest, 120 scattered places come within three per cent."""
    monkeypatch.setattr("evenhand.audit.distance_classes.LATTICE", 512)
    edges = largest_distance(places) * np.arange(1, 14) / 13 * (1 + 1e-12)
    found = effective_places(*maps, distance_classes(places, edges_m=edges, by_pair=by_pair))
    assert tuple(found) == pytest.approx(by_matrices(*maps, places, edges), rel=1e-9 if by_pair else 3e-2)


@pytest.mark.oracle("uruguay_amphibians")
def test_grattarola_2020_amphibians_of_uruguay_as_spatialpack_printed_them():
    """Grattarola and others (2020), records and richness of amphibians by cell: their page prints what R's modified.ttest gave with 10 classes.

    F = 204.4555 on 1 and 92.3961 degrees of freedom, correlation 0.8299; F is the squared t.
    """
    folder = needed("uruguay_amphibians")
    counted, placed = (list(csv.DictReader((folder / name).read_text().splitlines())) for name in ("Amphibia_UY25_OK.csv", "Grid_UY_25_XY.csv"))
    rows = [(float(c["NR"]), float(c["SR"]), float(p["X"]), float(p["Y"])) for c, p in zip(counted, placed, strict=True) if float(c["NR"])]
    records, richness, *xy = np.array(rows).T
    edges = largest_distance(np.column_stack(xy)) * np.arange(1, 11) / 10
    effective = effective_places(records, richness, distance_classes(np.column_stack(xy), edges_m=edges)).dutilleul
    value = correlation(records, richness, distance_classes(np.column_stack(xy)), kind="pearson").value
    assert (effective - 2, value) == pytest.approx((92.3961, 0.8299), abs=5e-5)
    assert (effective - 2) * value**2 / (1 - value**2) == pytest.approx(204.4555, abs=5e-5)


def test_independent_places_are_worth_themselves(places):
    one, other = np.random.default_rng(6).normal(size=(2, len(places)))
    found = correlation(one, other, distance_classes(places), kind="pearson")
    assert 0.6 * len(places) < found.effective <= len(places)
    assert t_test(found.value, len(places)) == pytest.approx(stats.pearsonr(one, other).pvalue)


def test_smooth_maps_are_worth_far_fewer_places_and_their_p_value_is_higher(places, maps):
    found = correlation(*maps, distance_classes(places), kind="pearson")
    assert found.effective < 0.5 * len(places)
    assert found.p_value > stats.pearsonr(*maps).pvalue
    assert found.value == pytest.approx(stats.pearsonr(*maps).statistic)


def test_a_rough_map_beside_a_smooth_one_is_worth_many_places(places, maps):
    rough = np.random.default_rng(8).normal(size=len(places))
    classes = distance_classes(places)
    assert effective_places(maps[0], rough, classes).cautious > 3 * effective_places(*maps, classes).cautious


def test_spearman_is_pearson_of_ranks_and_does_not_mind_a_stretched_scale(places, maps):
    classes = distance_classes(places)
    ranked, plain = correlation(*maps, classes), correlation(*map(stats.rankdata, maps), classes, kind="pearson")
    assert (ranked.value, ranked.effective, ranked.p_value) == pytest.approx((plain.value, plain.effective, plain.p_value))
    assert correlation(np.exp(maps[0]), maps[1], classes) == pytest.approx(ranked)
    assert ranked.value == pytest.approx(stats.spearmanr(*maps).statistic)


def test_exchanging_the_two_maps_or_turning_the_place_changes_nothing(places, maps):
    turned = places @ np.array([[0.6, -0.8], [0.8, 0.6]]) + 1e5
    one, other = correlation(*maps, distance_classes(places)), correlation(*maps[::-1], distance_classes(turned))
    assert one == pytest.approx(other, rel=1e-6)


def test_limits_hold_the_value_and_leave_nought_out_when_the_p_value_is_small(places, maps):
    found = correlation(maps[0], maps[0] + 0.3 * maps[1], distance_classes(places))
    assert found.low < found.value < found.high
    assert (found.low > 0) == (found.p_value < 0.05)


def test_two_broad_slopes_are_too_few_places_for_a_test(places):
    slope = places[:, 0]
    found = correlation(slope, slope + 0.1 * places[:, 1], distance_classes(places))
    assert found.value > 0.9
    assert found.effective < 6
    assert found.p_value is None or found.p_value > 0.01


@pytest.mark.parametrize(
    ("one", "other", "kind", "error"),
    [
        ([1.0] * 12, range(12), "pearson", CannotAnswer),
        ([1.0, np.nan] * 6, range(12), "pearson", BadValue),
        (range(11), range(12), "spearman", BadValue),
        (range(11), range(11), "spearman", BadValue),
        (range(12), range(12), "kendall", BadSetting),
    ],
)
def test_what_cannot_be_correlated_is_refused(one, other, kind, error):
    classes = distance_classes(np.random.default_rng(1).random((12, 2)))
    with pytest.raises(error):
        correlation(list(one), list(other), classes, kind=kind)
