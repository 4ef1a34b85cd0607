"""Ground shared by two sets of polygons against clipping every pair."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from evenhand.places.coverage import covered_m2
from evenhand.places.overlap import check_ground, overlap_m2, require_metres
from evenhand.tables.errors import NotConserved, WrongCoordinates

RANDOM = np.random.default_rng(3)
AREAS = np.array([shapely.box(x * 100, y * 100, x * 100 + 100, y * 100 + 100) for x in range(6) for y in range(5)])
SHAPES = np.array([shapely.Point(*RANDOM.uniform([0, 0], [600, 500])).buffer(RANDOM.uniform(20, 120)) for _ in range(25)])


def test_shared_ground_is_that_of_clipping_every_pair():
    slow = [[shape.intersection(area).area for area in AREAS] for shape in SHAPES]
    np.testing.assert_allclose(overlap_m2(SHAPES, AREAS).toarray(), slow, rtol=1e-9, atol=1e-6)


def test_no_ground_within_the_areas_is_lost():
    whole = shapely.union_all(AREAS)
    inside = [shape.intersection(whole).area for shape in SHAPES]
    np.testing.assert_allclose(np.asarray(overlap_m2(SHAPES, AREAS).sum(axis=1)).ravel(), inside, rtol=1e-9)
    check_ground(SHAPES, overlap_m2(SHAPES, AREAS))


def test_it_agrees_with_the_fast_way_for_squares():
    fast = covered_m2(SHAPES, west_m=-200, south_m=-200, cell_m=100, rows=9, columns=10).toarray()
    squares = np.array([shapely.box(c * 100 - 200, r * 100 - 200, c * 100 - 100, r * 100 - 100) for r in range(9) for c in range(10)])
    np.testing.assert_allclose(overlap_m2(SHAPES, squares).toarray().T, fast, rtol=1e-9, atol=1e-5)


def test_areas_that_overlap_each_other_are_refused():
    twice = np.array([AREAS[0], AREAS[0]])
    with pytest.raises(NotConserved, match="areas overlap, so people there would count twice"):
        check_ground(AREAS[:1], overlap_m2(AREAS[:1], twice))


def test_shapes_that_share_nothing_share_nothing():
    assert overlap_m2(np.array([shapely.box(-9, -9, -5, -5)]), AREAS).nnz == 0
    assert overlap_m2(np.array([shapely.box(-10, 0, 0, 10)]), AREAS).nnz == 0, "a common border is no ground"


@pytest.mark.parametrize(("crs", "says"), [(None, "no declared coordinate system"), ("EPSG:4326", "EPSG:4326")])
def test_other_coordinates_are_refused(crs, says):
    with pytest.raises(WrongCoordinates, match=says):
        require_metres(gpd.GeoDataFrame(geometry=AREAS[:1], crs=crs), "areas")
    require_metres(gpd.GeoDataFrame(geometry=AREAS[:1], crs="EPSG:27700"), "areas")
