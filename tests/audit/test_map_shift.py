"""Every shift by FFT, on any outline and on a torus, against loops over shifts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose
from scipy.stats import rankdata

from evenhand.audit.map_shift import Shifting
from evenhand.audit.spatial_null import LEAST_PLACE
from evenhand.audit.torus_shift import torus_correlation, torus_exposure
from evenhand.places.grid import make_grid
from evenhand.tables.errors import BadValue, CannotAnswer, OutsidePlace


@pytest.fixture(scope="module")
def areas():
    """Twelve areas of unequal size that leave a bite out of their square."""
    boxes = [shapely.box(x, y, x + w, y + 600) for y in (0, 600, 1200) for x, w in ((0, 300), (300, 700), (1000, 500), (1500, 900)) if (x, y) != (1500, 1200)]
    return gpd.GeoDataFrame({"area_code": [f"A{i:02d}" for i in range(len(boxes))]}, geometry=boxes, crs="EPSG:27700")


@pytest.fixture(scope="module")
def grid(areas):
    return make_grid(areas, cell_m=100)


@pytest.fixture(scope="module")
def middles(areas):
    return np.column_stack([areas.geometry.centroid.x, areas.geometry.centroid.y])


def by_loop(grid, places, moved, still):
    """The slow twin: each place moved one shift at a time, and the covariance of what it meets.

    `places` are cells, `still` is by cell.
    """
    where = {divmod(int(slot), grid.columns): i for i, slot in enumerate(grid.slots)}
    at = [divmod(int(grid.slots[cell]), grid.columns) for cell in places]
    found = {}
    for down in range(-grid.rows + 1, grid.rows):
        for across in range(-grid.columns + 1, grid.columns):
            met = [(moved[i], still[where[r + down, c + across]]) for i, (r, c) in enumerate(at) if (r + down, c + across) in where]
            if len(met) >= LEAST_PLACE * len(places):
                one, other = np.array(met).T
                found[down, across] = (np.mean(one * other) - one.mean() * other.mean(), len(met))
    return found


def standardised(value):
    return (value - value.mean()) / value.std()


def same_shifts(fast, slow):
    covariance, left = np.array(list(slow.values())).T
    assert len(fast.moved) == len(slow)
    assert fast.observed == pytest.approx(slow[0, 0][0], abs=1e-9)
    assert_allclose(np.sort(fast.moved), np.sort(covariance), atol=1e-9)
    away = np.abs(covariance - covariance.mean()) * np.sqrt(left)
    real = abs(slow[0, 0][0] - covariance.mean()) * np.sqrt(slow[0, 0][1])
    assert fast.p_value == pytest.approx(np.mean(away >= real * (1 - 1e-9)), abs=1e-12)


def test_cells_are_moved_as_in_a_loop_over_shifts(grid):
    one, other = np.random.default_rng(1).normal(size=(2, len(grid)))
    same_shifts(Shifting(grid).test(one, other), by_loop(grid, range(len(grid)), standardised(one), standardised(other)))
    ranked = [standardised(rankdata(value)) for value in (one, other)]
    same_shifts(Shifting(grid).test(one, other, ranks=True), by_loop(grid, range(len(grid)), *ranked))


def test_areas_are_moved_by_their_middles_over_the_other_map(grid, middles):
    one, other = np.random.default_rng(2).gamma(2, size=(2, len(middles)))
    under = grid.cell_of(*middles.T)
    ground = grid.covered_m2.toarray()
    still = ground @ standardised(other) / ground.sum(axis=1)
    same_shifts(Shifting(grid, middles).test(one, other), by_loop(grid, under, standardised(one), still))


def test_two_maps_that_are_one_are_found_and_two_that_are_not_are_left(grid):
    shifting, (one, other) = Shifting(grid), np.random.default_rng(5).normal(size=(2, len(grid)))
    assert shifting.test(one, one + other).p_value < 0.01
    assert shifting.test(one, other).p_value > 0.1


def test_a_map_that_is_the_same_everywhere_has_no_p_value(grid):
    assert Shifting(grid).test(np.ones(len(grid)), np.arange(len(grid))).p_value is None


def test_missing_values_and_areas_outside_are_refused(grid, middles):
    with pytest.raises(BadValue, match="none missing"):
        Shifting(grid).test(np.full(len(grid), np.nan), np.ones(len(grid)))
    with pytest.raises(BadValue):
        Shifting(grid).test(np.ones(3), np.ones(len(grid)))
    with pytest.raises(OutsidePlace, match="1 areas"):
        Shifting(grid, np.vstack([middles, [9e5, 9e5]]))


def test_the_torus_is_that_of_rolling_the_raster():
    one, other = np.random.default_rng(3).normal(size=(2, 9, 13))
    fast = torus_correlation(one, other)
    slow = np.array([[np.corrcoef(np.roll(one, (r, c), (0, 1)).ravel(), other.ravel())[0, 1] for c in range(13)] for r in range(9)])
    assert_allclose(fast.moved, slow, atol=1e-12)
    assert fast.p_value == pytest.approx(np.mean(np.abs(slow) >= abs(slow[0, 0]) - 1e-12))
    ranked = torus_correlation(np.exp(one), other, ranks=True)
    assert ranked.observed == pytest.approx(torus_correlation(*(rankdata(r).reshape(9, 13) for r in (one, other))).observed)


def test_exposure_on_the_torus_is_that_of_rolling_the_flags():
    rng = np.random.default_rng(4)
    flagged, people, others = rng.random((8, 15)) < 0.1, rng.gamma(2, 10, (8, 15)), rng.gamma(2, 40, (8, 15))
    fast = torus_exposure(flagged, people, others)
    slow = np.empty((8, 15))
    for r in range(8):
        for c in range(15):
            moved = np.roll(flagged, (r, c), (0, 1))
            slow[r, c] = np.log(people[moved].sum() / people.sum()) - np.log(others[moved].sum() / others.sum())
    assert_allclose(fast.moved, slow, atol=1e-10)
    assert fast.p_value == pytest.approx(np.mean(np.abs(slow - slow.mean()) >= abs(slow[0, 0] - slow.mean()) - 1e-12))


def test_a_shift_that_meets_nobody_counts_against_an_association():
    flagged, people = np.zeros((12, 12)), np.zeros((12, 12))
    flagged[0, 0] = people[0, 0] = people[5, 5] = 1
    shifts = torus_exposure(flagged, people, np.ones((12, 12)))
    assert np.isnan(shifts.moved).sum() == 142
    assert shifts.p_value == 1


def test_what_is_no_full_rectangle_is_refused():
    with pytest.raises(BadValue, match="no full rectangle"):
        torus_correlation([[1, np.nan], [2, 3]], [[1, 2], [3, 4]])
    with pytest.raises(BadValue, match="one shape"):
        torus_correlation(np.ones((2, 3)), np.ones((3, 2)))
    with pytest.raises(CannotAnswer):
        torus_correlation(np.ones((2, 3)), np.arange(6.0).reshape(2, 3))
    with pytest.raises(CannotAnswer):
        torus_exposure(np.zeros((3, 3)), np.ones((3, 3)), np.ones((3, 3)))
    with pytest.raises(BadValue, match="0 or more"):
        torus_exposure(np.ones((3, 3)), -np.ones((3, 3)), np.ones((3, 3)))


def test_a_raster_of_few_cells_gives_no_p_value():
    one, other = np.random.default_rng(6).normal(size=(2, 5, 5))
    assert torus_correlation(one, other).p_value is None
