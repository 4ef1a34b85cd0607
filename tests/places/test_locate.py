"""Which area a point lies in, against a loop over points and areas."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from evenhand.places.locate import area_of
from evenhand.tables.errors import WrongCoordinates
from tests.places.made_up_areas import areas_of, shipped

TOWN = areas_of(shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(0, 100, 200, 150) - shapely.box(50, 110, 80, 130))


def area_by_loop(x, y, polygons) -> int:
    """The slow twin: ask each area in turn."""
    for i, polygon in enumerate(polygons):
        if polygon.intersects(shapely.Point(x, y)):
            return i
    return -1


def test_each_point_is_given_the_area_a_loop_finds():
    areas = shipped("southend")
    west, south, east, north = areas.total_bounds
    points = np.random.default_rng(2).uniform([west, south], [east, north], (400, 2))
    found = area_of(*points.T, areas)
    assert found.tolist() == [area_by_loop(x, y, areas.geometry) for x, y in points]
    assert (found == -1).any(), "some points must fall in the sea for this to be a test"


def test_repeated_points_are_each_answered():
    x = np.repeat([50.0, 150.0, 999.0, 60.0], [3, 2, 2, 1])
    y = np.repeat([50.0, 50.0, 50.0, 120.0], [3, 2, 2, 1])
    assert area_of(x, y, TOWN).tolist() == [0, 0, 0, 1, 1, -1, -1, -1]


def test_a_point_on_a_shared_border_belongs_to_the_first_area():
    x, y = [100, 50, 150, 100, 0, 200], [50, 100, 100, 100, 0, 0]
    assert area_of(x, y, TOWN).tolist() == [area_by_loop(*p, TOWN.geometry) for p in zip(x, y, strict=True)] == [0, 0, 1, 0, 0, 1]


def test_points_without_coordinates_lie_nowhere():
    assert area_of([np.nan, 50, np.nan], [50, np.nan, np.nan], TOWN).tolist() == [-1, -1, -1]
    assert area_of([], [], TOWN).tolist() == []


def test_areas_in_other_coordinates_are_refused():
    with pytest.raises(WrongCoordinates, match="EPSG:27700"):
        area_of([0.0], [0.0], TOWN.to_crs(4326))
    with pytest.raises(WrongCoordinates, match="no declared coordinate system"):
        area_of([0.0], [0.0], TOWN.set_crs(None, allow_override=True))
