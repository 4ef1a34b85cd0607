"""People moved from areas to cells: shares as clipping gives them, and nobody lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.apportion import apportion, check_conserved, shares
from evenhand.places.grid import make_grid
from evenhand.tables.errors import BadValue, NotConserved, OutsidePlace
from tests.places.made_up_areas import areas_of, clipped, shipped

TOWN = areas_of(shapely.box(10, 20, 330, 410), shapely.Polygon([(330, 20), (700, 60), (330, 410)]), shapely.Point(600, 400).buffer(30))
PEOPLE = pd.DataFrame({"Black": [10, 0, 3], "White": [90, 50, 7]}, index=["A", "B", "C"])


def test_people_go_where_the_ground_is():
    grid = make_grid(TOWN, cell_m=100)
    ground = clipped(list(TOWN.geometry), west_m=grid.west_m, south_m=grid.south_m, cell_m=100, rows=grid.rows, columns=grid.columns)[grid.slots]
    by_hand = np.zeros((len(grid), 2))
    for cell in range(len(grid)):
        for area, code in enumerate("ABC"):
            for group, name in enumerate(PEOPLE.columns):
                by_hand[cell, group] += PEOPLE.loc[code, name] * ground[cell, area] / ground[:, area].sum()
    np.testing.assert_allclose(apportion(PEOPLE, grid), by_hand, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("cell_m", [75, 150, 400])
@pytest.mark.parametrize("place", ["southend", "bristol"])
def test_nobody_is_lost_over_real_areas(place, cell_m):
    """Conserved to 1e-9 of each group, the stated tolerance."""
    areas = shipped(place)
    rng = np.random.default_rng(1)
    people = pd.DataFrame(rng.integers(0, 2000, (len(areas), 5)), index=areas["area_code"], columns=list("abcde")).astype(float)
    for origin in ((0, 0), (cell_m / 3, cell_m / 7)):
        grid = make_grid(areas, cell_m=cell_m, origin_m=origin)
        np.testing.assert_allclose(apportion(people, grid).sum(axis=0), people.sum(axis=0), rtol=1e-9)
        np.testing.assert_allclose(np.asarray(shares(grid).sum(axis=0)).ravel(), 1, rtol=1e-9)


def test_the_order_of_the_table_does_not_matter():
    grid = make_grid(TOWN, cell_m=100)
    np.testing.assert_array_equal(apportion(PEOPLE, grid), apportion(PEOPLE.loc[["C", "A", "B"]], grid))


ONE_TOO_MANY = pd.concat([PEOPLE, PEOPLE.rename(index={"A": "Z"}).loc[["Z"]]])


@pytest.mark.parametrize("counts", [PEOPLE.drop("B"), ONE_TOO_MANY], ids=["one area lacking", "one too many"])
def test_other_areas_than_the_grids_are_refused(counts):
    with pytest.raises(OutsidePlace, match="different areas"):
        apportion(counts, make_grid(TOWN, cell_m=100))


@pytest.mark.parametrize("value", [np.nan, -1, np.inf])
def test_missing_and_negative_people_are_refused(value):
    counts = PEOPLE.astype(float)
    counts.loc["B", "White"] = value
    with pytest.raises(BadValue, match="Missing is not zero"):
        apportion(counts, make_grid(TOWN, cell_m=100))


def test_an_area_without_ground_is_refused():
    areas = areas_of(shapely.box(0, 0, 300, 300), shapely.Polygon())
    with pytest.raises(OutsidePlace, match="would be lost"):
        shares(make_grid(areas, cell_m=100))


def test_a_total_that_has_changed_is_refused():
    check_conserved(np.array([1e6]), np.array([1e6 * (1 + 1e-10)]), names=["White"])
    with pytest.raises(NotConserved, match="White"):
        check_conserved(np.array([5.0, 1e6]), np.array([5.0, 1e6 * (1 + 1e-8)]), names=["Black", "White"])
