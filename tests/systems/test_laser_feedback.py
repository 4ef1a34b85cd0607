"""The clearest feedback case: arrests are made where zones are, and come back as a reason for zones. Made-up data, fixed seed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import make_grid
from evenhand.systems import laser_zones

HILLS_M = np.array([[1_000.0, 1_000.0], [3_000.0, 1_000.0], [1_000.0, 3_000.0], [3_000.0, 3_000.0]])
ROUNDS = tuple(f"2024-{month:02d}" for month in range(1, 7))
SETTINGS = {"zones": 4, "zone_km2": 0.3}


@pytest.fixture(scope="module")
def town():
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 4_000, 4_000)], crs="EPSG:27700"), cell_m=100)


@pytest.fixture(scope="module")
def crime():
    """Four neighbourhoods with 60 robberies a month each, the same everywhere but for chance; the fourth has a fifth less."""
    rng = np.random.default_rng(5)
    rows = []
    for month in ROUNDS:
        for hill, mean in zip(HILLS_M, (60, 60, 60, 48), strict=True):
            where = rng.normal(hill, 150, (rng.poisson(mean), 2))
            rows.append(pd.DataFrame({"month": month, "x_m": where[:, 0], "y_m": where[:, 1], "crime_type": "Robbery", "events": 1}))
    return pd.concat(rows, ignore_index=True)


def zone_about(model, grid, hill) -> int:
    return int(model.zone[grid.cell_of(*HILLS_M[hill])])


def share_of_records(model, grid, hill) -> float:
    """Share of all density that lies within 700 m of a neighbourhood's middle."""
    near = np.hypot(*(grid.centres_m - HILLS_M[hill]).T) < 700
    return float(model.density[near].sum() / model.density.sum())


def arrests_about(hill: int, number: int, month: str, seed: int) -> pd.DataFrame:
    where = np.random.default_rng(seed).normal(HILLS_M[hill], 150, (number, 2))
    return pd.DataFrame({"month": month, "x_m": where[:, 0], "y_m": where[:, 1], "activity": "arrest", "events": 1})


def test_a_zone_climbs_when_arrests_are_made_in_it_though_no_crime_is_added(crime, town):
    """The neighbourhood with least crime is last of four; 100 arrests there make it first. With arrests left out nothing moves."""
    before = laser_zones.fit(crime, town, until="2024-06", **SETTINGS)
    assert zone_about(before, town, 3) == 4
    arrests = arrests_about(3, 100, "2024-06", seed=1)
    after = laser_zones.fit(crime, town, until="2024-06", police_activity=arrests, **SETTINGS)
    assert zone_about(after, town, 3) == 1
    without = laser_zones.fit(crime, town, until="2024-06", police_activity=arrests, arrests="left-out", **SETTINGS)
    np.testing.assert_array_equal(without.density, before.density)
    assert zone_about(without, town, 3) == 4


def run_for_six_months(crime, town, *, first_patrolled: int, **settings) -> list[float]:
    """One zone is patrolled at a time; 30 arrests a month are made wherever it is. The first month's zone is given. Shares of the records there."""
    made = pd.DataFrame()
    shares, patrolled = [], first_patrolled
    for number, month in enumerate(ROUNDS):
        made = pd.concat([made, arrests_about(patrolled, 30, month, seed=number)])
        model = laser_zones.fit(crime, town, until=month, police_activity=made, **SETTINGS, **settings)
        shares.append(share_of_records(model, town, first_patrolled))
        patrolled = next(hill for hill in range(len(HILLS_M)) if zone_about(model, town, hill) == 1)
    return [*shares, float(patrolled)]


@pytest.mark.parametrize("first", range(4))
def test_wherever_patrols_go_first_they_stay(first, crime, town):
    """Crime is the same in every run; which neighbourhood ends as the first zone is decided by where the first month's arrests were made."""
    *shares, last = run_for_six_months(crime, town, first_patrolled=first)
    assert last == first
    assert min(shares) > 0.28, "of four neighbourhoods with as much crime, this one holds more than a quarter throughout"


def test_with_arrests_left_out_patrols_leave_no_trace(crime, town):
    """The control: the same loop, the same arrests, and the end is the same wherever it began."""
    ends = [run_for_six_months(crime, town, first_patrolled=first, arrests="left-out")[-1] for first in range(4)]
    assert len(set(ends)) == 1
