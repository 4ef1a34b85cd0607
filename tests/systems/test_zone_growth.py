"""Zones on small rasters worked by hand, and against a twin that looks through every cell at every step."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from evenhand.places.grid import make_grid
from evenhand.systems.zone_growth import zones_on
from evenhand.tables.errors import BadSetting


def square_grid(rows: int, columns: int):
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, columns, rows)], crs="EPSG:27700"), cell_m=1)


def drawn(text: str) -> np.ndarray:
    """Numbers drawn as on a map, north at the top."""
    return np.array([[float(word) for word in line.split()] for line in text.strip().splitlines()])[::-1]


def test_zones_grow_from_the_highest_peaks_by_the_highest_neighbour_and_keep_a_cell_apart():
    """By hand. 9 is the highest peak: it takes 7, then 6 (of 6, 5, 4 beside it), then stops at 3 cells. Round that zone nothing is free,
    so the 8 to its right, which touches the 7 at a corner only, is out, though it is a peak. The next free peak is 5 in the west."""
    heights = drawn("""
        0 0 0 2 8
        5 0 4 7 1
        1 0 5 9 6
        0 0 1 1 0
    """)
    zones = drawn("""
        0 0 0 0 0
        2 0 0 1 0
        2 0 0 1 1
        0 0 0 0 0
    """)
    assert zones_on(heights.ravel(), square_grid(4, 5), zones=3, most_cells=3).tolist() == zones.ravel().tolist()


def test_half_peak_takes_all_that_hangs_together_and_is_half_as_high():
    """By hand. Half of 8 is 4: the 5 beyond the 3 hangs together with nothing; the 4 in the corner only touches the 6 at a corner."""
    heights = drawn("""
        1 2 4 0 5
        0 6 1 3 0
        4 8 3 0 0
    """)
    zones = drawn("""
        0 0 0 0 2
        0 1 0 0 0
        1 1 0 0 0
    """)
    assert zones_on(heights.ravel(), square_grid(3, 5), zones=5, rule="half-peak").tolist() == zones.ravel().tolist()


def test_cells_that_score_alike_go_from_the_south_and_then_from_the_west():
    flat = np.ones(9)
    assert zones_on(flat, square_grid(3, 3), zones=1, most_cells=4).tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0]
    dusty = flat + np.array([0, 3, 1, 2, 5, 4, 8, 7, 6]) * 1e-15
    assert zones_on(dusty, square_grid(3, 3), zones=1, most_cells=4).tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0], "dust of rounding is no difference"


def slow_zones(height: np.ndarray, there: np.ndarray, *, zones: int, rule: str, most_cells: int) -> np.ndarray:
    """Every rule as it is said, by looking through all cells each time."""
    rows, columns = height.shape
    cells = [(r, c) for r in range(rows) for c in range(columns) if there[r, c]]
    zone = np.zeros(height.shape, dtype=int)

    def touches(a, b):
        return max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= 1

    def first(some):
        return min(some, key=lambda cell: (-height[cell], *cell))

    for number in range(1, zones + 1):
        free = [a for a in cells if height[a] > 0 and not any(zone[b] and touches(a, b) for b in cells)]
        peaks = [a for a in free if all(height[b] <= height[a] for b in cells if touches(a, b))]
        if not peaks:
            break
        mine = [first(peaks)]
        while rule == "half-peak" or len(mine) < most_cells:
            beside = [a for a in free if a not in mine and any(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for b in mine)]
            beside = [a for a in beside if rule == "to-size" or height[a] >= height[mine[0]] / 2]
            if not beside:
                break
            mine.append(first(beside))
        for cell in mine:
            zone[cell] = number
    return zone


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("rule", ["to-size", "half-peak"])
def test_zones_are_those_of_a_twin_that_looks_through_every_cell(rule, seed, grid):
    """Heights of few whole numbers, so that ties are many; the grid has a bite out of it."""
    rng = np.random.default_rng(seed)
    heights = rng.integers(0, 6, len(grid)).astype(float) * (rng.random(len(grid)) < 0.8)
    raster, there = grid.raster(heights, outside=0), grid.raster(np.ones(len(grid)), outside=0) > 0
    expected = slow_zones(raster, there, zones=4, rule=rule, most_cells=7)
    assert zones_on(heights, grid, zones=4, rule=rule, most_cells=7).tolist() == expected.ravel()[grid.slots].tolist()


def test_where_there_is_nothing_there_is_no_zone():
    assert zones_on(np.zeros(4), square_grid(2, 2), zones=2).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("settings", "says"), [({"rule": "by-eye"}, "no growth 'by-eye'"), ({"zones": 0}, "cannot be grown"), ({"most_cells": 0}, "cannot be grown")]
)
def test_a_rule_that_is_none_is_refused_by_name(settings, says):
    with pytest.raises(BadSetting, match=says):
        zones_on(np.ones(4), square_grid(2, 2), **{"zones": 1, **settings})
