"""Sums over pairs by distance: both ways against a loop over pairs, and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.distance_classes import distance_classes, largest_distance, widening_edges
from evenhand.tables.errors import BadPlace, BadSetting, BadValue, CannotAnswer


def town_and_country(places: int, seed: int = 1) -> np.ndarray:
    """Places, half of them crowded into a town."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(0, 2_000, (places // 2, 2)), rng.uniform(-20_000, 20_000, (places - places // 2, 2))])


def by_loop(xy, edges, value, by_class):
    """The slow twin: one pair after the other."""
    pairs, products, added_up = np.zeros(len(edges)), np.zeros(len(edges)), np.zeros(len(xy))
    for i in range(len(xy)):
        for j in range(len(xy)):
            if i != j:
                distance = np.hypot(*(xy[i] - xy[j]))
                at = next((k for k, edge in enumerate(edges) if distance <= edge * (1 + 1e-9)), len(edges) - 1)
                pairs[at] += 0.5
                products[at] += 0.5 * value[i] * value[j]
                added_up[i] += by_class[at]
    return pairs, products, added_up


@pytest.mark.parametrize("by_pair", [True, False])
def test_sums_are_those_of_a_loop_over_pairs(by_pair):
    """On the lattice, cells of a grid lie exactly: nothing is rounded."""
    xy = np.array([[x * 150.0, y * 150.0] for x in range(9) for y in range(7) if (x, y) not in {(3, 3), (8, 0), (8, 1)}])
    value, edges = np.random.default_rng(2).normal(size=len(xy)), [150, 300, 450, 700, 1_000]
    by_class = np.array([1.0, 0.5, 0.2, -0.1, 0.05])
    classes = distance_classes(xy, edges_m=edges, cell_m=150, by_pair=by_pair)
    pairs, products, added_up = by_loop(xy, edges, value, by_class)
    assert_allclose(classes.pairs, pairs)
    assert_allclose(classes.products(value), products, atol=1e-9)
    assert_allclose(classes.added_up(by_class), added_up, atol=1e-9)


def test_the_lattice_is_near_to_every_pair_and_exact_for_near_ones(monkeypatch):
    monkeypatch.setattr("evenhand.audit.distance_classes.LATTICE", 512)
    xy = town_and_country(1_500)
    value = xy[:, 0] / 20_000 + np.random.default_rng(3).normal(size=1_500)
    pairs, lattice = (distance_classes(xy, by_pair=way) for way in (True, False))
    assert pairs.pairs.sum() == lattice.pairs.sum() == 1_500 * 1_499 / 2
    near = pairs.edges_m < 12 * 40_000 / 512
    assert 2 <= near.sum() < len(near)
    assert_allclose(lattice.pairs[near][:-1], pairs.pairs[near][:-1])
    assert_allclose(lattice.pairs, pairs.pairs, rtol=0.05)
    fading = np.linspace(1, 0, len(pairs.edges_m)) ** 2
    assert_allclose(lattice.added_up(fading), pairs.added_up(fading), rtol=0.02)
    # Products of a class can cancel, so the difference is measured against what they could add up to.
    assert np.abs(lattice.products(value) - pairs.products(value)).max() < 0.005 * np.abs(pairs.products(np.abs(value))).max()


def test_classes_widen_by_one_factor_up_to_the_largest_distance():
    xy = town_and_country(200)
    edges = widening_edges(xy)
    assert len(edges) == 15
    assert_allclose(edges[1:] / edges[:-1], edges[1] / edges[0])
    brute = max(np.hypot(*(one - other)) for one in xy for other in xy)
    assert edges[-1] == pytest.approx(brute) == largest_distance(xy)


def test_places_on_one_line_have_a_largest_distance():
    assert largest_distance(np.array([[i, 2.0 * i] for i in range(5)])) == pytest.approx(np.hypot(4, 8))


@pytest.mark.parametrize(
    ("xy", "edges", "error"),
    [
        ([[0, 0]] * 12, None, BadPlace),
        ([[0, 0], [1, 1]], None, CannotAnswer),
        ([[0, 0], [1, np.nan]], [1, 2], BadValue),
        ([[0, 0, 0], [1, 1, 1]], [1, 2], BadValue),
        ([[0, 0], [1, 1]], [2, 1], BadSetting),
        ([[0, 0], [1, 1]], [0, 1], BadSetting),
    ],
)
def test_what_makes_no_classes_is_refused(xy, edges, error):
    with pytest.raises(error):
        distance_classes(xy, edges_m=edges)
