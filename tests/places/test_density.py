"""Densities against a double loop over places and points, with the kernels written out anew."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from evenhand.places.density import density_surface, exact_density, kernel_matrix
from evenhand.places.kernels import KERNELS, kernel_named
from evenhand.tables.errors import BadSetting
from tests.places.kernels_by_hand import BY_HAND, density_by_loop

RNG = np.random.default_rng(5)
POINTS = RNG.normal([585_000, 185_000], 400, (150, 2))
WEIGHTS = RNG.gamma(2, 1, len(POINTS))
PLACES = RNG.normal([585_000, 185_000], 600, (120, 2))
BANDWIDTH_M = 180.0

# Largest error of the lattice surface, as a share of its peak, by steps to a bandwidth. Smooth kernels gain with the
# square of the step, those with a kink a little more than in step, and the uniform one has a cliff that no lattice
# can draw. The Gaussian stops at 0.03 %: the lattice is scaled to lose nothing, the cut kernel is not.
WITHIN = {
    ("quartic", 10): 0.01, ("epanechnikov", 10): 0.01, ("triangular", 10): 0.01, ("gaussian", 10): 0.001, ("uniform", 10): 0.15,
    ("quartic", 20): 0.002, ("epanechnikov", 20): 0.005, ("triangular", 20): 0.004, ("gaussian", 20): 0.0005, ("uniform", 20): 0.12,
    ("quartic", 40): 0.0008, ("epanechnikov", 40): 0.003, ("triangular", 40): 0.002, ("gaussian", 40): 0.0005, ("uniform", 40): 0.10,
}  # fmt: skip


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_exact_density_is_the_double_loop(kernel):
    """To 1e-9: the same sum in another order."""
    slow = density_by_loop(PLACES, POINTS, WEIGHTS, kernel, BANDWIDTH_M)
    np.testing.assert_allclose(exact_density(PLACES, POINTS, WEIGHTS, kernel=kernel, bandwidth_m=BANDWIDTH_M), slow, rtol=1e-9, atol=1e-9 * slow.max())


@pytest.mark.parametrize("kernel", KERNELS)
def test_one_column_is_what_one_point_adds(kernel):
    each = kernel_matrix(PLACES, POINTS[:4], kernel=kernel, bandwidth_m=BANDWIDTH_M).toarray()
    for i in range(4):
        np.testing.assert_allclose(each[:, i], density_by_loop(PLACES, POINTS[i : i + 1], [1.0], kernel, BANDWIDTH_M), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_integrates_to_one(kernel):
    """The Gaussian is cut at four bandwidths, which leaves out exp(-8), 0.03 %."""
    shape = kernel_named(kernel)
    volume, _ = quad(lambda u: 2 * math.pi * u * float(shape.height(np.array([u]))[0]), 0, shape.reach)
    assert volume == pytest.approx(1 - math.exp(-8) if kernel == "gaussian" else 1, abs=1e-8)
    assert shape.height(np.array([shape.reach * 1.0001]))[0] == 0


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_are_those_of_the_book(kernel):
    u = np.linspace(0, 4.5, 200)
    np.testing.assert_allclose(kernel_named(kernel).height(u), [BY_HAND[kernel](one) for one in u], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("kernel", "steps"), WITHIN, ids=lambda value: str(value))
def test_the_lattice_surface_keeps_to_its_stated_error(kernel, steps):
    surface = density_surface(POINTS, WEIGHTS, kernel=kernel, bandwidth_m=BANDWIDTH_M, step_m=BANDWIDTH_M / steps)
    rows, columns = (np.unique(np.linspace(0, size - 1, 25).astype(int)) for size in surface.values.shape)
    places = np.array([(surface.west_m + c * surface.step_m, surface.south_m + r * surface.step_m) for r in rows for c in columns])
    slow = density_by_loop(places, POINTS, WEIGHTS, kernel, BANDWIDTH_M)
    error = np.abs(surface.values[np.ix_(rows, columns)].ravel() - slow).max() / surface.values.max()
    assert error <= WITHIN[kernel, steps], f"{error:.5f} of the peak"


def test_the_default_step_is_a_tenth_of_the_bandwidth():
    assert density_surface(POINTS, bandwidth_m=BANDWIDTH_M).step_m == pytest.approx(BANDWIDTH_M / 10)


@pytest.mark.parametrize("kernel", KERNELS)
def test_no_weight_is_lost_or_made_on_the_lattice(kernel):
    surface = density_surface(POINTS, WEIGHTS, kernel=kernel, bandwidth_m=BANDWIDTH_M)
    assert surface.values.sum() * surface.step_m**2 == pytest.approx(WEIGHTS.sum(), rel=1e-9)


def test_weights_count_as_repeated_points():
    twice = np.concatenate([POINTS, POINTS[:30]])
    weights = np.ones(len(POINTS))
    weights[:30] = 2
    np.testing.assert_allclose(
        exact_density(PLACES, twice, kernel="quartic", bandwidth_m=BANDWIDTH_M), exact_density(PLACES, POINTS, weights, bandwidth_m=BANDWIDTH_M), rtol=1e-9
    )
    one, other = density_surface(twice, bandwidth_m=BANDWIDTH_M), density_surface(POINTS, weights, bandwidth_m=BANDWIDTH_M)
    np.testing.assert_allclose(one.values, other.values, rtol=1e-9, atol=1e-9 * other.values.max())


def test_points_beyond_the_bounds_count_as_far_as_they_reach():
    bounds = (584_900.0, 184_900.0, 585_200.0, 185_150.0)
    cut = density_surface(POINTS, WEIGHTS, bandwidth_m=BANDWIDTH_M, step_m=5, bounds_m=bounds)
    places = RNG.uniform([584_905, 184_905], [585_195, 185_145], (60, 2))
    slow = density_by_loop(places, POINTS, WEIGHTS, "quartic", BANDWIDTH_M)
    np.testing.assert_allclose(cut.at(places), slow, atol=0.005 * slow.max(), rtol=0)


def test_beyond_the_lattice_the_density_is_zero():
    surface = density_surface(POINTS, bandwidth_m=BANDWIDTH_M)
    assert surface.at(np.array([[0.0, 0.0], [9e5, 9e5]])).tolist() == [0.0, 0.0]


def test_a_single_point_gives_its_kernel():
    surface = density_surface(np.array([[1000.0, 2000.0]]), bandwidth_m=100, step_m=5)
    assert surface.at(np.array([[1000.0, 2000.0]]))[0] == pytest.approx(3 / math.pi / 100**2, rel=0.01)
    assert surface.at(np.array([[1050.0, 2000.0]]))[0] == pytest.approx(3 / math.pi * 0.75**2 / 100**2, rel=0.01)


@pytest.mark.parametrize("bandwidth_m", [0, -1, float("nan"), float("inf")])
def test_a_bandwidth_that_is_none_is_refused(bandwidth_m):
    with pytest.raises(BadSetting, match="metres above zero"):
        kernel_matrix(PLACES, POINTS, bandwidth_m=bandwidth_m)
    with pytest.raises(BadSetting, match="metres above zero"):
        density_surface(POINTS, bandwidth_m=100, step_m=bandwidth_m)


def test_an_unknown_kernel_is_refused_by_name():
    with pytest.raises(BadSetting, match="no kernel 'biweight'.*quartic"):
        kernel_named("biweight")
