"""Months that the records lack are unknown: no model that counts by month may take them for quiet."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import make_grid
from evenhand.systems import grid_forecast
from evenhand.systems.records import absent_filled, months_there

MONTHS = [str(np.datetime64("2022-01", "M") + i) for i in range(24)]


@pytest.fixture(scope="module")
def grid():
    areas = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 5000, 4000)], crs="EPSG:27700")
    return make_grid(areas, cell_m=1000)


def steady(grid, each: int = 20) -> pd.DataFrame:
    """As many robberies in every cell in every month."""
    rows = [(month, x, y) for month in MONTHS for x, y in grid.centres_m]
    return pd.DataFrame(rows, columns=["month", "x_m", "y_m"]).assign(crime_type="Robbery", events=each)


@pytest.mark.parametrize("family", ["recent-mean", "seasonal-naive", "poisson-glm", "boosted"])
@pytest.mark.parametrize("absent", ["2023-11", "2023-01", "2022-06"])
def test_a_month_without_any_row_is_not_taken_for_quiet(family, absent, grid):
    crime = steady(grid)
    kept = crime[crime["month"] != absent]
    expected = grid_forecast.score(grid_forecast.fit(kept, grid, until="2023-12", family=family))
    assert expected.sum() == pytest.approx(20 * len(grid), rel=0.05)


def test_a_month_in_which_only_other_kinds_were_recorded_counts_as_quiet(grid):
    crime = steady(grid)
    crime.loc[crime["month"] == "2023-12", "crime_type"] = "Burglary"
    expected = grid_forecast.score(grid_forecast.fit(crime, grid, until="2023-12", family="recent-mean"))
    assert expected.sum() == pytest.approx(10 * len(grid))


def test_two_absent_months_lie_on_a_line():
    filled = absent_filled(np.array([[3.0, 0.0, 0.0, 9.0]]), np.array([True, False, False, True]))
    np.testing.assert_allclose(filled, [[3, 5, 7, 9]])
    whole = np.array([[1.0, 2.0]])
    assert absent_filled(whole, np.array([True, True])) is whole


def test_months_after_the_last_that_may_be_learnt_from_are_not_looked_at():
    first, there = months_there(pd.DataFrame({"month": ["2024-01", "2024-02", "2024-06"], "events": 50}), until="2024-03")
    assert (str(first), there.tolist()) == ("2024-01", [True, True])


def test_where_few_crimes_are_recorded_a_month_may_well_have_none():
    few = pd.DataFrame({"month": ["2024-01", "2024-05"], "events": 1})
    assert months_there(few, until="2024-05")[1].all()
    assert not months_there(few.assign(events=30), until="2024-05")[1][1:4].any()
