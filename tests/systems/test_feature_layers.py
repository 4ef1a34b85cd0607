"""Columns from features: against distances and densities summed point by point, and at their edges."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.density import exact_density
from evenhand.places.grid import make_grid
from evenhand.systems.feature_layers import Factor, Rules, area_factors, bands_m, densities, is_clustered, is_dense, layers_of, nearest_m, point_factors
from evenhand.tables.errors import BadSetting, BadValue

BANDS = np.array([150.0, 300.0, 450.0, 600.0])


@pytest.fixture(scope="module")
def grid():
    outline = shapely.box(0, 0, 2400, 1800) - shapely.box(1500, 900, 2400, 1800)
    halves = [outline & shapely.box(0, 0, 1200, 1800), outline & shapely.box(1200, 0, 2400, 1800)]
    return make_grid(gpd.GeoDataFrame({"area_code": ["west", "east"]}, geometry=halves, crs="EPSG:27700"), cell_m=150)


@pytest.fixture(scope="module")
def bars():
    return point_factors(["bar"] * 15, np.random.default_rng(0).uniform(-300, 2700, (15, 2)))[0]


def test_proximity_is_the_distance_to_the_nearest_point_band_by_band(grid, bars):
    found = layers_of([bars], grid, Rules(operationalisation="proximity"))
    apart = np.linalg.norm(grid.centres_m[:, None] - bars.points_m, axis=2).min(axis=1)
    for at, band in enumerate(BANDS):
        np.testing.assert_array_equal(found.columns[:, at], apart <= band)
    assert found.distance_m.tolist() == BANDS.tolist()
    assert found.operationalisation == ("proximity",) * 4


def test_any_part_of_a_cell_is_the_distance_between_point_and_square(grid, bars):
    squares = grid.squares().to_numpy()
    apart = np.array([min(shapely.distance(square, point) for point in shapely.points(bars.points_m)) for square in squares])
    found = nearest_m(bars.points_m, grid, reach_m=600, rule="any-part")
    np.testing.assert_allclose(found, np.where(apart <= 600, apart, np.inf), atol=1e-9)
    assert (found <= 150).sum() > (nearest_m(bars.points_m, grid, reach_m=600) <= 150).sum()


def test_a_cell_whose_centre_is_just_as_far_as_the_band_is_near(grid):
    centre = grid.centres_m[20]
    assert nearest_m(centre[None] + [600.0, 0.0], grid, reach_m=600)[20] == 600


@pytest.mark.parametrize("kernel", ["quartic", "epanechnikov", "gaussian"])
def test_density_is_the_sum_over_points(grid, bars, kernel):
    for band, found in zip(BANDS, densities(bars, grid, BANDS, kernel), strict=True):
        np.testing.assert_allclose(found, exact_density(grid.centres_m, bars.points_m, bars.weights, kernel=kernel, bandwidth_m=band), rtol=1e-12)


def test_dense_is_the_mean_plus_standard_deviations_over_all_cells_or_those_with_any():
    density = np.array([0.0] * 20 + [1.0] * 10 + [4.0, 10.0])
    assert is_dense(density, sd=2).sum() == 1  # mean 0.75, standard deviation 1.82: from 4.4
    assert is_dense(density, sd=1).sum() == 2
    assert is_dense(density, sd=1, over="non-zero").sum() == 1  # mean 2, standard deviation 2.6: from 4.6
    assert not is_dense(np.zeros(5), sd=2).any()
    assert not is_dense(np.zeros(5), sd=2, over="non-zero").any()


def test_counts_by_area_are_spread_over_the_ground_and_give_density_only(grid):
    table = pd.DataFrame({"area_code": ["west", "east"], "feature_type": "bar", "features": [40, 2]})
    (factor,) = area_factors(table, grid)
    assert factor.points_m is None
    assert factor.weights.sum() == pytest.approx(42)
    assert factor.weights[grid.centres_m[:, 0] < 1200].sum() == pytest.approx(40)
    found = layers_of([factor], grid, Rules(threshold_sd=0.5))
    assert set(found.operationalisation) == {"density"}
    assert found.names == ("bar (counts by area)",)
    assert grid.centres_m[found.columns.any(axis=1), 0].max() < 1200 + 600
    for band, density in zip(BANDS, densities(factor, grid, BANDS, "quartic"), strict=True):
        slowly = exact_density(grid.centres_m, grid.centres_m, factor.weights, bandwidth_m=band)
        np.testing.assert_allclose(density, slowly, rtol=1e-9, atol=1e-15)


def test_an_area_without_a_count_is_not_taken_for_none(grid):
    table = pd.DataFrame({"area_code": ["west", "east", "west"], "feature_type": ["bar", "bar", "shop"], "features": [1, 2, 3]})
    with pytest.raises(BadValue, match="no count of shop for east.*Missing is not zero"):
        area_factors(table, grid)
    with pytest.raises(BadValue, match="no count of anything"):
        area_factors(table.assign(area_code="elsewhere"), grid)
    elsewhere = pd.concat([table.iloc[:2], table.iloc[:1].assign(area_code="elsewhere")])
    assert area_factors(elsewhere, grid)[0].weights.sum() == pytest.approx(3)


def test_points_that_repeat_count_as_often_and_their_order_is_nothing():
    points = np.array([[100.0, 0], [0, 0], [100, 0], [np.nan, 5]])
    (factor,) = point_factors(["bar"] * 4, points)
    assert factor.points_m.tolist() == [[0, 0], [100, 0]]
    assert factor.weights.tolist() == [1, 2]
    (again,) = point_factors(["bar"] * 4, points[::-1])
    np.testing.assert_array_equal(factor.points_m, again.points_m)


def test_a_factor_that_marks_no_cell_or_every_cell_is_left_out_and_said_why(grid):
    far = Factor("far", np.array([[90_000.0, 90_000]]), np.ones(1))
    nowhere = Factor("nowhere", np.empty((0, 2)), np.empty(0))
    everywhere = Factor("everywhere", grid.centres_m, np.ones(len(grid)))
    found = layers_of([far, nowhere, everywhere], grid, Rules(operationalisation="proximity"))
    assert found.columns.shape == (len(grid), 0)
    assert found.left_out == {
        "far": "no cell is within reach of it",
        "nowhere": "no point of it is known",
        "everywhere": "every cell is within reach of it",
    }
    counted = layers_of([Factor("counted", None, np.ones(len(grid)))], grid, Rules(operationalisation="proximity"))
    assert counted.left_out == {"counted": "counts by area have no distances, so there is no proximity"}


def test_columns_that_mark_the_same_cells_are_kept_once_and_said_which(grid, bars):
    twin = Factor("twin", bars.points_m, bars.weights)
    found = layers_of([bars, twin], grid, Rules())
    assert set(found.factor) == {0}
    assert found.left_out["twin, proximity 300 m"] == "marks the same cells as 'bar, proximity 300 m'"


def test_by_clustering_takes_density_for_clusters_and_proximity_for_the_rest(grid):
    rng = np.random.default_rng(1)
    clustered = Factor("clustered", rng.normal(600, 40, (30, 2)), np.ones(30))
    spread = Factor("spread", np.column_stack([np.arange(4) * 600.0, np.tile([300.0, 700.0], 2)]), np.ones(4))
    found = layers_of([clustered, spread], grid, Rules(operationalisation="by-clustering"))
    assert {(found.names[f], how) for f, how in zip(found.factor, found.operationalisation, strict=True)} == {
        ("clustered", "density"), ("spread", "proximity"),
    }  # fmt: skip
    assert not is_clustered(clustered.points_m, area_km2=3.5, reach_m=1)  # neighbours further apart than influence may reach
    assert not is_clustered(clustered.points_m[:1], area_km2=3.5, reach_m=600)


def test_bands_are_the_steps_up_to_the_reach():
    assert bands_m(block_m=500, increment="whole", max_blocks=4).tolist() == [500, 1000, 1500, 2000]
    assert len(bands_m(block_m=400, increment="half", max_blocks=4)) == 8


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"increment": "third"}, "increment='third'"),
        ({"operationalisation": "shape"}, "Known: both, proximity"),
        ({"near_rule": "corner"}, "near_rule"),
        ({"threshold_cells": "some"}, "threshold_cells"),
        ({"kernel": "round"}, "no kernel 'round'"),
        ({"block_m": 0.0}, "no length of a block"),
        ({"max_blocks": 5}, "1, 2, 3 or 4"),
    ],
)
def test_unknown_settings_are_refused(grid, bars, settings, said):
    with pytest.raises(BadSetting, match=said):
        layers_of([bars], grid, Rules(**settings))
