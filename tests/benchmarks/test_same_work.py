"""Every case of a benchmark does the same work: small inputs, equal answers, no clock. A peer that is not installed is skipped."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import apportion, density, disparity
from benchmarks.cases import largest_relative

# The peers warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")

# How far from the plain sum, as a share of the peak: what a lattice of that step can draw; rounding for the others.
DENSITY_TOLERANCE = {
    "Evenhand `density_surface`, quartic": 0.02,
    "KDEpy FFTKDE, quartic, same lattice": 0.02,
    "KDEpy FFTKDE, quartic, 256 × 256": 0.1,
    "Evenhand `density_surface`, Gaussian": 0.002,
    "Evenhand `density_surface`, Gaussian, lattice of 50 m": 0.02,
    "KDEpy FFTKDE, Gaussian, same lattice": 0.005,
    "KDEpy FFTKDE, Gaussian, 256 × 256": 0.1,
    "scikit-learn, Gaussian, rtol 1e-4": 0.001,
}


def cases_of(benchmark):
    return [pytest.param(case, id=case.name) for case in benchmark.cases]


def answer_of(case, data):
    if case.lacking:
        pytest.skip(f"not installed: {', '.join(case.lacking)}")
    return case.run(case.prepare(data)).values


@pytest.fixture(scope="module")
def points():
    return density.city(3000)


@pytest.fixture(scope="module")
def work():
    side_m, cell_m = apportion.PLACES[60]
    return apportion.work_of(apportion.made_up_areas(60, side_m=side_m), cell_m)


@pytest.fixture(scope="module")
def stops(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stops")
    disparity.make(20_000, folder)
    return disparity.load(20_000, folder)


@pytest.mark.parametrize("case", cases_of(density.BENCHMARK))
def test_every_surface_is_the_plain_sum_over_all_points(case, points):
    kernel, heights = next(iter(answer_of(case, points).items()))
    true = density.truth(points, kernel, density.PLACES[density.CHECKED])
    assert largest_relative(heights[density.CHECKED], true) < DENSITY_TOLERANCE.get(case.name, 1e-9)


@pytest.mark.parametrize("case", cases_of(apportion.BENCHMARK))
def test_every_way_of_apportioning_puts_the_same_people_in_the_same_cells(case, work):
    people = answer_of(case, work)["people"]
    reference = apportion.overlay(apportion.with_squares(work)).values["people"]
    # exactextract and tobler keep shares in single precision.
    np.testing.assert_allclose(people, reference, atol=1e-6 * reference.max(), rtol=0)


@pytest.mark.parametrize("case", cases_of(disparity.BENCHMARK))
def test_every_table_of_disparity_counts_the_same_stops(case, stops, monkeypatch):
    monkeypatch.setattr(disparity, "REPLICATES", 40)
    found, reference = answer_of(case, stops), disparity.by_pandas(stops).values
    assert found["stops"].tolist() == reference["stops"].tolist()
    np.testing.assert_allclose(found["shares"], reference["shares"], rtol=1e-12)
    np.testing.assert_allclose(found["ratios"], reference["ratios"], rtol=1e-12)


def test_intervals_by_hand_are_those_of_the_library_but_for_chance(stops, monkeypatch):
    """200 draws tell a standard deviation to about 5 %; the library shows the wider of two intervals, so it is never much the narrower."""
    monkeypatch.setattr(disparity, "REPLICATES", 200)
    ours, by_hand = (np.log(case(stops).values["limits"][disparity.BLACK]) for case in (disparity.ours, disparity.by_hand))
    assert 0.8 < (ours[1] - ours[0]) / (by_hand[1] - by_hand[0]) < 1.3
