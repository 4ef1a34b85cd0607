"""Covered ground against its slow twin: each polygon clipped by each square with shapely.

Tolerance: 1e-9 of a cell. Both add up the same trapezia in another order, from coordinates of up to a million metres.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.places.coverage import covered_m2
from tests.places.made_up_areas import clipped, shipped, star

CELL_M = 100.0
FRAME = {"west_m": 0.0, "south_m": 0.0, "cell_m": CELL_M, "rows": 6, "columns": 8}
TOLERANCE_M2 = 1e-9 * CELL_M**2
HOLED = shapely.box(120, 80, 640, 520) - shapely.box(250, 190, 430, 410)
SHAPES = {
    "a triangle": shapely.Polygon([(30, 40), (760, 130), (210, 590)]),
    "a triangle drawn the other way round": shapely.Polygon([(210, 590), (760, 130), (30, 40)]),
    "with a hole": HOLED,
    "with an island in the hole": HOLED.union(shapely.box(300, 250, 350, 330)),
    "with a hole that is a whole cell": shapely.box(50, 50, 450, 450) - shapely.box(200, 200, 300, 300),
    "of two parts in one row": shapely.MultiPolygon([shapely.box(10, 110, 90, 190), shapely.box(510, 110, 790, 190)]),
    "of two parts in one cell": shapely.MultiPolygon([shapely.box(110, 110, 130, 190), shapely.box(150, 110, 190, 190)]),
    "along the grid's lines": shapely.box(100, 200, 500, 400),
    "the whole frame": shapely.box(0, 0, 800, 600),
    "one cell": shapely.box(300, 300, 400, 400),
    "corners on lines, edges across": shapely.Polygon([(0, 300), (400, 0), (800, 300), (400, 600)]),
    "an edge along a line, a notch beside it": shapely.box(100, 100, 500, 300) - shapely.box(200, 200, 300, 400),
    "a sliver a millimetre wide": shapely.box(50, 250.0, 750, 250.001),
    "a sliver along a line": shapely.box(199.9995, 20, 200.0005, 580),
    "a diagonal sliver": shapely.Polygon([(10, 10), (790, 590), (790, 590.01), (10, 10.01)]),
    "tiny, within a cell": shapely.Point(333.3, 444.4).buffer(0.01),
    "tiny, on a corner of four cells": shapely.Point(300, 400).buffer(0.01),
}


def covered(*polygons, **frame) -> np.ndarray:
    return covered_m2(np.array(polygons, dtype=object), **(frame or FRAME)).toarray()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_ground_is_that_of_clipping(shape):
    polygon = SHAPES[shape]
    np.testing.assert_allclose(covered(polygon), clipped([polygon], **FRAME), atol=TOLERANCE_M2, rtol=0)
    assert covered(polygon).sum() == pytest.approx(polygon.area, rel=1e-9, abs=TOLERANCE_M2)


def test_many_polygons_at_once_are_as_each_alone():
    polygons = list(SHAPES.values())
    together = covered(*polygons)
    for i, polygon in enumerate(polygons):
        np.testing.assert_allclose(together[:, [i]], covered(polygon), atol=TOLERANCE_M2, rtol=0)


def test_an_empty_polygon_covers_nothing_and_spoils_nothing():
    ground = covered(shapely.Polygon(), SHAPES["a triangle"], shapely.MultiPolygon())
    assert ground[:, [0, 2]].sum() == 0
    np.testing.assert_allclose(ground[:, [1]], covered(SHAPES["a triangle"]), atol=TOLERANCE_M2, rtol=0)


def test_no_ground_is_negative_and_none_exceeds_its_cell():
    ground = covered(*SHAPES.values())
    assert ground.min() >= 0
    assert ground.max() <= CELL_M**2 * (1 + 1e-12)


def test_more_polygons_than_one_batch_come_out_in_order(monkeypatch):
    from evenhand.places import coverage

    polygons = list(SHAPES.values())
    at_once = covered(*polygons)
    monkeypatch.setattr(coverage, "_POLYGONS_AT_ONCE", 3)
    np.testing.assert_allclose(covered(*polygons), at_once, atol=TOLERANCE_M2, rtol=0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), corners=st.integers(3, 40), size=st.floats(1, 900), shift=st.floats(-50, 50))
def test_random_polygons_cover_what_clipping_says(seed, corners, size, shift):
    rng = np.random.default_rng(seed)
    polygon = star(rng, centre=(585_000 + shift, 185_000 - shift), size=size, corners=corners)
    if rng.random() < 0.5 and not polygon.is_empty:
        polygon = polygon - star(rng, centre=(585_000, 185_000), size=size / 3, corners=corners)
    frame = {"west_m": 584_000 - 33.3, "south_m": 184_000 + 7.7, "cell_m": 170.0, "rows": 12, "columns": 12}
    # A hundred thousand metres from the origin a coordinate is known to 1e-10 m: over a polygon of a kilometre, 1e-7 m2.
    np.testing.assert_allclose(covered(polygon, **frame), clipped([polygon], **frame), atol=3e-6, rtol=0)


@settings(max_examples=60, deadline=None)
@given(points=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 6)), min_size=3, max_size=9))
def test_random_polygons_with_corners_on_the_grids_corners_cover_what_clipping_says(points):
    polygon = shapely.MultiPoint([(x * CELL_M, y * CELL_M) for x, y in points]).convex_hull
    if polygon.geom_type == "Polygon":
        np.testing.assert_allclose(covered(polygon), clipped([polygon], **FRAME), atol=TOLERANCE_M2, rtol=0)


def test_real_areas_are_covered_as_clipping_says():
    """Twelve areas of the Southend coast, islands and all."""
    polygons = shipped("southend").geometry.to_numpy()
    polygons = polygons[np.argsort([-shapely.get_num_coordinates(p) for p in polygons])[:12]]
    west, south, east, north = shapely.total_bounds(polygons)
    cell = 400.0
    frame = {"west_m": np.floor(west / cell) * cell, "south_m": np.floor(south / cell) * cell, "cell_m": cell}
    frame |= {"columns": int(np.ceil((east - frame["west_m"]) / cell)), "rows": int(np.ceil((north - frame["south_m"]) / cell))}
    np.testing.assert_allclose(covered(*polygons, **frame), clipped(polygons, **frame), atol=1e-9 * cell**2, rtol=0)
