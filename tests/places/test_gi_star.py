"""Gi* by sums over windows, against its matrix of weights written out and against esda, on lattices with edges and holes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from evenhand.places.gi_star import gi_star, stands_out
from evenhand.places.grid import make_grid
from evenhand.places.raster_windows import QUEEN, Window, disc, window_sums
from evenhand.tables.errors import BadSetting, CannotAnswer
from tests.places.gi_star_by_hand import gi_star_by_hand, weights_by_loop


def lattice(rows: int, columns: int, *, holes: bool):
    """Cells of 100 m; with holes, a bite at a corner, a pond, and an island that touches nothing."""
    town = shapely.box(0, 0, columns * 100, rows * 100)
    if holes:
        town -= shapely.box(0, 0, 300, 200) | shapely.box(500, 400, 700, 500) | shapely.box((columns - 2) * 100, 0, (columns - 1) * 100, rows * 100)
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[town], crs="EPSG:27700"), cell_m=100)


GRIDS = {"whole": lattice(9, 12, holes=False), "with holes": lattice(9, 12, holes=True)}
WINDOWS = {"queen": QUEEN, "rook": disc(100, cell_m=100), "disc": disc(250, cell_m=100), "itself": disc(0, cell_m=100), "wide": Window((3, 1, 2))}


def counts(grid, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).negative_binomial(0.5, 0.2, len(grid)).astype(float)


@pytest.mark.parametrize("place", GRIDS)
@pytest.mark.parametrize("window", WINDOWS)
def test_sums_over_windows_give_what_the_matrix_gives(place, window):
    grid, values = GRIDS[place], counts(GRIDS[place])
    weights = weights_by_loop(grid, WINDOWS[window].half_widths)
    found = gi_star(values, grid, window=WINDOWS[window])
    np.testing.assert_allclose(found.z, gi_star_by_hand(values, weights), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(found.neighbours, weights.sum(axis=1))


@pytest.mark.filterwarnings("ignore")  # esda and libpysal warn of islands and of their own future
@pytest.mark.parametrize("place", GRIDS)
@pytest.mark.parametrize("window", ["queen", "rook", "disc"])
@pytest.mark.parametrize("weighted", [False, True])
def test_gi_star_is_esdas(place, window, weighted):
    """On counts, and on sums of weights, which a leading package left out of its Gi* (sfhotspot, issue 86)."""
    from esda.getisord import G_Local
    from libpysal.weights import W

    grid = GRIDS[place]
    values = counts(grid) * (np.random.default_rng(8).gamma(2, 50, len(grid)) if weighted else 1.0)
    matrix = weights_by_loop(grid, WINDOWS[window].half_widths) - np.eye(len(grid))
    theirs = G_Local(values, W({i: np.flatnonzero(row).tolist() for i, row in enumerate(matrix)}), transform="B", permutations=0, star=True)
    np.testing.assert_allclose(gi_star(values, grid, window=WINDOWS[window]).z, theirs.Zs, rtol=1e-9, atol=1e-12)


def test_cells_beyond_the_study_area_are_absent_and_not_empty():
    """Empty ones would make everything at the edge look quieter: the corner's three neighbours are not eight of which five are empty."""
    grid = GRIDS["whole"]
    values = counts(grid)
    padded = lattice(11, 14, holes=False)
    inner = np.zeros((11, 14))
    inner[1:-1, 1:-1] = grid.raster(values)
    assert gi_star(values, grid).neighbours.min() == 4
    assert gi_star(inner.ravel(), padded).z.reshape(11, 14)[1, 1] != pytest.approx(gi_star(values, grid).z[0], rel=0.05)


def test_a_sum_over_a_wide_window_leaves_no_dust_where_there_is_nothing():
    raster = np.zeros((40, 40))
    raster[:5, :5] = np.random.default_rng(1).gamma(1, 1e6, (5, 5))
    sums = window_sums(raster, disc(300, cell_m=100))
    assert (sums[20:, 20:] == 0).all()


def test_a_window_wider_than_the_raster_holds_all_of_it():
    raster = np.arange(12.0).reshape(3, 4)
    for window in (Window((9,) * 9), disc(2000, cell_m=100)):
        np.testing.assert_allclose(window_sums(raster, window), np.full((3, 4), raster.sum()))


def test_a_neighbourhood_that_is_the_whole_place_cannot_stand_out():
    grid = GRIDS["whole"]
    assert (gi_star(counts(grid), grid, window=disc(5000, cell_m=100)).z == 0).all()


@pytest.mark.parametrize("value", [0.0, 7.0, 0.1])
def test_a_constant_surface_is_refused(value):
    grid = GRIDS["with holes"]
    with pytest.raises(CannotAnswer, match="Choose another reading"):
        gi_star(np.full(len(grid), value), grid)


def test_a_missing_value_is_refused():
    grid = GRIDS["whole"]
    with pytest.raises(BadSetting, match="missing is never zero"):
        gi_star(np.where(np.arange(len(grid)) == 5, np.nan, 1.0), grid)
    with pytest.raises(BadSetting, match="one known value for each"):
        gi_star(np.ones(3), grid)


def test_all_in_one_cell_stands_out_there_and_in_its_neighbours_alone():
    grid = GRIDS["whole"]
    values = np.zeros(len(grid))
    values[40] = 500
    z = gi_star(values, grid).z
    near = weights_by_loop(grid, (1, 1))[40] > 0
    assert (z[near] > 3).all()
    assert (z[~near] < 0).all()


def test_false_discoveries_are_kept_as_statsmodels_keeps_them():
    from scipy.stats import norm
    from statsmodels.stats.multitest import multipletests

    z = np.random.default_rng(2).normal(0.5, 1.6, 400)
    p = 2 * norm.sf(np.abs(z))
    np.testing.assert_array_equal(stands_out(z, correction="fdr"), multipletests(p, alpha=0.05, method="fdr_bh")[0])
    np.testing.assert_array_equal(stands_out(z, correction="p05"), np.abs(z) >= norm.isf(0.025))
    assert 0 < stands_out(z, correction="fdr").sum() < stands_out(z, correction="p05").sum()
    with pytest.raises(BadSetting, match="no correction 'bonferroni'"):
        stands_out(z, correction="bonferroni")


@pytest.mark.parametrize("radius_m", [-1, float("nan"), float("inf")])
def test_a_distance_that_is_none_is_refused(radius_m):
    with pytest.raises(BadSetting, match="metres from 0"):
        disc(radius_m, cell_m=100)


def test_a_disc_holds_the_cells_within_its_radius():
    for radius_m in (0, 99.9, 100, 141.4, 141.5, 450, 1000):
        window = disc(radius_m, cell_m=100)
        far = np.hypot(*np.meshgrid(np.arange(-12, 13) * 100, np.arange(-12, 13) * 100))
        assert window.cells == (far <= radius_m).sum()
