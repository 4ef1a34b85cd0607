"""The grid: its cells, their codes, and which cell a point falls in."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.places.grid import make_grid
from evenhand.tables.errors import BadSetting, OutsidePlace
from tests.places.made_up_areas import areas_of, clipped, shipped

L_SHAPE = shapely.box(1010, 2020, 1990, 2980) - shapely.box(1450, 2470, 2100, 3100)
TOWN = areas_of(L_SHAPE & shapely.box(1000, 2000, 1490, 3000), L_SHAPE & shapely.box(1490, 2000, 2000, 3000))


def cell_by_loop(grid, x, y) -> int:
    """The slow twin: look at every cell's square, west and south sides included, east and north not."""
    for i, (cx, cy) in enumerate(grid.centres_m):
        half = grid.cell_m / 2
        if cx - half <= x < cx + half and cy - half <= y < cy + half:
            return i
    return -1


def test_a_grid_keeps_the_cells_that_share_ground_with_the_place():
    grid = make_grid(TOWN, cell_m=100)
    ground = clipped(list(TOWN.geometry), west_m=grid.west_m, south_m=grid.south_m, cell_m=100, rows=grid.rows, columns=grid.columns)
    np.testing.assert_array_equal(grid.slots, np.flatnonzero(ground.sum(axis=1) > 0))
    np.testing.assert_allclose(grid.covered_m2.toarray(), ground[grid.slots], atol=1e-5)
    assert grid.area_km2.sum() == pytest.approx(L_SHAPE.area / 1e6, rel=1e-12)
    assert grid.area_codes == ("A", "B")


def test_lines_stand_at_whole_multiples_of_the_cell_size():
    grid = make_grid(TOWN, cell_m=150)
    assert (grid.west_m % 150, grid.south_m % 150) == (0, 0)


@pytest.mark.parametrize("origin", [(0, 0), (50, 0), (0, 120), (37.5, 112.5), (-30, 180), (1050, -1050)])
def test_an_origin_moves_the_lines_and_loses_no_ground(origin):
    grid = make_grid(TOWN, cell_m=150, origin_m=origin)
    assert (grid.west_m - origin[0]) % 150 == pytest.approx(0, abs=1e-9)
    assert (grid.south_m - origin[1]) % 150 == pytest.approx(0, abs=1e-9)
    assert grid.area_km2.sum() == pytest.approx(L_SHAPE.area / 1e6, rel=1e-12)
    corner = make_grid(TOWN, cell_m=150, origin_m=(origin[0] + 150, origin[1] - 300))
    assert list(corner.codes) == list(grid.codes), "moved by whole cells, a grid is the same"


@settings(max_examples=200, deadline=None)
@given(x=st.floats(900, 2100), y=st.floats(1900, 3100))
def test_a_point_falls_in_the_cell_that_a_loop_finds(x, y):
    grid = make_grid(TOWN, cell_m=100)
    assert grid.cell_of([x], [y])[0] == cell_by_loop(grid, x, y)


def test_a_point_on_a_line_belongs_to_the_cell_east_or_north_of_it():
    grid = make_grid(areas_of(shapely.box(0, 0, 300, 300)), cell_m=100)
    corners = np.array([(x, y) for y in (0, 100, 200, 300) for x in (0, 100, 200, 300)], dtype=float)
    assert grid.cell_of(*corners.T).tolist() == [cell_by_loop(grid, x, y) for x, y in corners] == [0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, -1, -1, -1, -1]


def test_points_without_coordinates_and_points_outside_fall_in_no_cell():
    grid = make_grid(TOWN, cell_m=100)
    assert grid.cell_of([np.nan, 1050, np.inf, 1e9, -1e9, 1850], [2050, np.nan, 2050, 2050, 2050, 2850]).tolist() == [-1] * 6


def test_codes_name_the_south_western_corner_and_the_size():
    grid = make_grid(TOWN, cell_m=150)
    assert grid.codes[0] == "E900N1950/150"
    corners = grid.centres_m - 75
    assert list(grid.codes) == [f"E{round(x)}N{round(y)}/150" for x, y in corners]
    assert len(set(grid.codes)) == len(grid)


def test_a_raster_lays_values_out_with_the_south_first():
    grid = make_grid(TOWN, cell_m=100)
    raster = grid.raster(np.arange(len(grid)), outside=-1)
    assert raster.shape == (grid.rows, grid.columns)
    for i, (x, y) in enumerate(grid.centres_m):
        assert raster[int((y - grid.south_m) // 100), int((x - grid.west_m) // 100)] == i
    assert (raster == -1).sum() == grid.rows * grid.columns - len(grid)


def test_squares_are_the_cells():
    grid = make_grid(TOWN, cell_m=100)
    marked = np.arange(len(grid)) % 7 == 3
    squares = grid.squares(marked)
    assert (squares.crs.to_epsg(), len(squares)) == (27700, marked.sum())
    np.testing.assert_allclose([(s.centroid.x, s.centroid.y) for s in squares], grid.centres_m[marked])
    np.testing.assert_allclose(squares.area, 100**2)


def test_the_real_place_has_the_ground_of_its_areas():
    areas = shipped("bristol")
    grid = make_grid(areas, cell_m=150)
    assert grid.area_km2.sum() == pytest.approx(areas.area.sum() / 1e6, rel=1e-9)


@pytest.mark.parametrize("cell_m", [0, -150, float("nan"), float("inf")])
def test_a_cell_size_that_makes_no_grid_is_refused(cell_m):
    with pytest.raises(BadSetting, match="cell size"):
        make_grid(TOWN, cell_m=cell_m)


def test_cells_too_small_for_a_machine_are_refused():
    with pytest.raises(BadSetting, match="Use larger cells"):
        make_grid(shipped("bristol"), cell_m=1)


def test_no_areas_and_areas_without_ground_are_refused():
    with pytest.raises(OutsidePlace, match="no areas"):
        make_grid(TOWN.iloc[:0])
    with pytest.raises(OutsidePlace):
        make_grid(areas_of(shapely.Polygon()))
