"""Densities from neighbours: values by boxes and polynomials against the plain sum over all kernels, and against SciPy where all are alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gaussian_kde

from evenhand.systems.neighbour_density import Kernels, Surface, neighbour_density
from tests.systems.self_exciting_points_twin import plain_sum

LEAST = {1: [0.5], 2: [5.0, 5.0], 3: [0.5, 5.0, 5.0]}


def uneven_points(directions: int, seed: int = 1) -> np.ndarray:
    """Spread widely, some in a tight knot, some at one place."""
    rng = np.random.default_rng(seed)
    wide = np.column_stack([rng.exponential(30, 900), rng.normal(0, 150, (900, 2))])
    knot = np.column_stack([rng.exponential(2, 600), rng.normal(40, 8, (600, 2))])
    return np.vstack([wide, knot, [[3.0, 0.0, 0.0]] * 60])[:, :directions]


@pytest.mark.parametrize("directions", [1, 2, 3])
def test_values_by_boxes_are_those_of_the_plain_sum_to_a_twenty_thousandth_of_the_highest(directions):
    points = uneven_points(directions)
    kernels = neighbour_density(points, k=15, least=LEAST[directions])
    rng = np.random.default_rng(2)
    near = points[rng.integers(len(points), size=6_000)] + rng.normal(0, 1, (6_000, directions)) * LEAST[directions]
    at = np.vstack([near, rng.uniform(points.min(axis=0), points.max(axis=0), (6_000, directions))])
    surface = Surface(kernels, at.min(axis=0), at.max(axis=0))
    found, expected = surface.at(at), plain_sum(list(zip(*kernels, strict=True)), at)
    assert surface.root.halves is not None or surface.root.polynomial is not None, "nothing was put to the test"
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5 * expected.max())
    assert np.median(np.abs(found / expected - 1)) < 1e-6
    assert (found >= 0).all()
    np.testing.assert_allclose(surface.at(at[::3]), found[::3], rtol=0, atol=5e-5 * expected.max())


def test_a_few_values_are_the_plain_sum_to_rounding():
    points = uneven_points(3)
    kernels = neighbour_density(points, k=15, least=LEAST[3])
    at = points[:200]
    found = Surface(kernels, at.min(axis=0), at.max(axis=0)).at(at)
    np.testing.assert_allclose(found, plain_sum(list(zip(*kernels, strict=True)), at), rtol=1e-9)


def test_kernels_all_of_one_width_are_scipys_density():
    points = np.random.default_rng(3).normal(0, 1, (500, 1))
    width = 0.3
    kernels = Kernels(points, np.full((500, 1), width), np.full(500, 1 / (500 * width * np.sqrt(2 * np.pi))))
    at = np.linspace(-3, 3, 1_000)[:, None]
    scipys = gaussian_kde(points[:, 0], bw_method=width / points.std(ddof=1))(at[:, 0])
    np.testing.assert_allclose(Surface(kernels, [-3.0], [3.0]).at(at), scipys, rtol=0, atol=5e-5 * scipys.max())


def test_mirroring_folds_back_what_lies_before_nought_and_loses_nothing():
    delays = np.random.default_rng(4).exponential(2.0, (400, 1))
    kernels = neighbour_density(delays, k=15, least=[0.05])
    at = np.arange(0.005, 60, 0.01)[:, None]
    plain, folded = (Surface(one, [0.0], [60.0]).at(at) for one in (kernels, kernels.mirrored()))
    assert plain.sum() * 0.01 < 0.995
    assert folded.sum() * 0.01 == pytest.approx(1.0, abs=1e-4)
    assert (folded >= plain - 1e-5).all()


def test_fewer_points_than_neighbours_take_the_farthest_and_a_single_one_the_least_width():
    assert neighbour_density([[0.0], [3.0]], k=15, least=[0.5]).widths.ravel().tolist() == [3.0, 3.0]
    assert neighbour_density([[7.0]] * 4, k=15, least=[0.5]).widths.ravel().tolist() == [0.5]
    assert neighbour_density([[7.0]] * 4, k=2, least=[0.5]).heights.sum() == pytest.approx(1 / (0.5 * np.sqrt(2 * np.pi)))
