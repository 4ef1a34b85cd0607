"""LASER zones against loops over records, and on towns small enough to work by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.density import exact_density
from evenhand.places.grid import make_grid
from evenhand.systems import laser_zones
from evenhand.systems.flagging import flag
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable
from tests.places.kernels_by_hand import density_by_loop
from tests.systems.conftest import also_made_up

KINDS = ("Robbery", "Possession of weapons")


@pytest.fixture(scope="module")
def long_street():
    """30 cells of 100 m in a row: the density along it can be worked in the head."""
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 3_000, 100)], crs="EPSG:27700"), cell_m=100)


def crimes_at(places: dict[float, int], month: str = "2024-01") -> pd.DataFrame:
    """Robberies on the long street: how many at which easting."""
    return pd.DataFrame({"month": month, "x_m": list(places), "y_m": 50.0, "crime_type": "Robbery", "events": list(places.values())})


def acts_at(places: dict[float, int], activity: str = "arrest", month: str = "2024-01") -> pd.DataFrame:
    return pd.DataFrame({"month": month, "x_m": list(places), "y_m": 50.0, "activity": activity, "events": list(places.values())})


def records_by_loop(crime, activity, *, until, first, arrests=True, calls=True):
    """Points, events and kind of record of everything that counts, row by row."""
    for one in crime.itertuples():
        if one.crime_type in KINDS and first <= one.month <= until and not math.isnan(one.x_m):
            yield (one.x_m, one.y_m), one.events, "crime"
    for one in activity.itertuples():
        if ((one.activity == "arrest" and arrests) or (one.activity == "call" and calls)) and first <= one.month <= until:
            yield (one.x_m, one.y_m), one.events, one.activity


@pytest.mark.parametrize(
    ("settings", "arrests", "calls"),
    [
        ({}, True, True), ({"arrests": "left-out"}, False, True), ({"calls": "left-out"}, True, False),
        ({"arrests": "left-out", "calls": "left-out"}, False, False),
    ],
    ids=["both", "no arrests", "no calls", "crime alone"],
)  # fmt: skip
@pytest.mark.parametrize("weighing", ["records-alike", "kinds-alike"])
@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_the_density_is_a_sum_over_crimes_arrests_and_calls(settings, arrests, calls, weighing, kernel, crime, grid):
    """By the exact density of the places room and, for the default kernel, by a double loop with the kernel written out anew."""
    activity = also_made_up()["police_activity"]
    points, events, kinds = zip(*records_by_loop(crime, activity, until="2024-02", first="2018-03", arrests=arrests, calls=calls), strict=True)
    events, kinds = np.array(events, dtype=float), np.array(kinds)
    totals = {kind: events[kinds == kind].sum() for kind in set(kinds)}
    weights = events * [totals["crime"] / totals[kind] if weighing == "kinds-alike" else 1.0 for kind in kinds]
    model = laser_zones.fit(crime, grid, until="2024-02", police_activity=activity, weighing=weighing, kernel=kernel, bandwidth_m=300.0, **settings)
    expected = exact_density(grid.centres_m, np.array(points), weights, kernel=kernel, bandwidth_m=300.0)
    np.testing.assert_allclose(model.density, expected, rtol=1e-9, atol=1e-9 * expected.max())
    assert model.records == totals
    if kernel == "quartic":
        slow = density_by_loop(grid.centres_m, points, weights, kernel, 300.0)
        np.testing.assert_allclose(model.density, slow, rtol=1e-9, atol=1e-9 * slow.max())


def test_zones_come_first_and_the_densest_squares_first_within_them(long_street):
    """By hand. 3 crimes at 550 m and 2 at 2,050 m; a zone is 3 squares; the kernel ends after two squares."""

    def learnt(**settings):
        return laser_zones.fit(crimes_at({550.0: 3, 2_050.0: 2}), long_street, until="2024-01", zone_km2=0.03, bandwidth_m=250.0, **settings)

    assert np.flatnonzero(learnt().zone == 1).tolist() == [4, 5, 6]
    assert np.flatnonzero(learnt().zone == 2).tolist() == [19, 20, 21]
    found = laser_zones.score(learnt())
    assert found[5] == 2
    assert found[20] == pytest.approx(1 + 2 / 3)
    assert found[4] == pytest.approx(1 + (1 - 0.4**2) ** 2), "a square away: the quartic kernel at 100 of 250 m"
    assert flag(found, long_street, k=30).sum() == 6, "outside zones nothing is flagged"
    by_zone = laser_zones.score(learnt(order="by-zone"))
    assert by_zone[[4, 6]].min() > by_zone[20], "the whole of the first zone, then the second"
    beyond = laser_zones.score(learnt(beyond="after-zones"))
    assert 0 < beyond[3] < 1 < beyond[4:7].min()


def test_zones_are_numbered_by_all_that_lies_in_them_not_by_their_peak(long_street):
    """By hand. 5 crimes on one corner make the higher peak; 4 and 4 on corners 300 m apart make the larger zone."""
    crime = crimes_at({550.0: 5, 2_050.0: 4, 2_250.0: 4})
    model = laser_zones.fit(crime, long_street, until="2024-01", zone_km2=0.03, bandwidth_m=110.0)
    assert model.density[5] > model.density[20]
    assert model.zone[[20, 22, 5]].tolist() == [1, 1, 2]


def test_anchor_points_are_the_three_points_of_a_zone_with_most_records(long_street):
    crime = crimes_at({410.0: 2, 520.0: 9, 530.0: 8, 610.0: 3, 705.0: 1})
    model = laser_zones.fit(crime, long_street, until="2024-01", zones=1, zone_km2=0.05, bandwidth_m=250.0, put_forward="anchor-points")
    assert np.flatnonzero(model.zone).tolist() == [3, 4, 5, 6, 7]
    assert np.flatnonzero(laser_zones.score(model)).tolist() == [5, 6], "9 and 8 stand in one square, 3 in the next"


def test_a_zone_without_a_record_in_it_has_no_anchor_point(long_street):
    outside = crimes_at({-40.0: 5})
    with pytest.raises(CannotAnswer, match="no zone has an anchor point.*Choose another reading"):
        laser_zones.fit(outside, long_street, until="2024-01", put_forward="anchor-points")


def test_records_before_the_window_are_not_counted(long_street):
    crime = pd.concat([crimes_at({550.0: 1}), crimes_at({2_050.0: 9}, month="2018-01")])
    activity = pd.concat([acts_at({1_250.0: 8}, month="2018-01"), acts_at({550.0: 1}, "call")])
    within = laser_zones.fit(crime, long_street, until="2024-01", police_activity=activity, window_months=72)
    assert within.records == {"call": 1.0, "crime": 1.0}
    assert within.zone[[12, 20]].tolist() == [0, 0]
    a_month_more = laser_zones.fit(crime, long_street, until="2024-01", police_activity=activity, window_months=73)
    assert a_month_more.records == {"arrest": 8.0, "call": 1.0, "crime": 10.0}
    with pytest.raises(EmptyTable, match="from 2024-03 to 2024-04, so there is nothing to learn from"):
        laser_zones.fit(crime, long_street, until="2024-04", window_months=2)


def test_intelligence_and_searches_are_no_input(long_street):
    crime = crimes_at({550.0: 1})
    other = pd.concat([acts_at({2_050.0: 50}, "intelligence"), acts_at({2_050.0: 50}, "stop-search")])
    np.testing.assert_array_equal(
        laser_zones.fit(crime, long_street, until="2024-01", police_activity=other).density, laser_zones.fit(crime, long_street, until="2024-01").density
    )


def test_activity_without_a_point_is_left_aside(long_street):
    nowhere = acts_at({2_050.0: 50}).assign(x_m=np.nan)
    assert laser_zones.fit(crimes_at({550.0: 1}), long_street, until="2024-01", police_activity=nowhere).records == {"crime": 1.0}


def test_one_crime_makes_one_zone_about_it(long_street):
    model = laser_zones.fit(crimes_at({1_550.0: 1}), long_street, until="2024-01")
    assert model.zone.max() == model.zone[15] == 1
    assert laser_zones.score(model).argmax() == 15


def test_all_in_one_cell_makes_one_zone(long_street):
    crime = pd.concat([crimes_at({1_510.0: 40}), crimes_at({1_590.0: 60})])
    assert laser_zones.fit(crime, long_street, until="2024-01").zone.max() == 1


def test_crimes_of_another_place_are_refused(long_street):
    with pytest.raises(CannotAnswer, match="no recorded crime reaches"):
        laser_zones.fit(crimes_at({90_000.0: 5}), long_street, until="2024-01")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"arrests": "maybe"}, "no arrests 'maybe'. Known: counted, left-out"),
        ({"calls": "maybe"}, "no calls 'maybe'"),
        ({"weighing": "by-eye"}, "no weighing 'by-eye'"),
        ({"order": "by-eye"}, "no order 'by-eye'"),
        ({"beyond": "all"}, "no beyond 'all'"),
        ({"put_forward": "half"}, "no put_forward 'half'"),
        ({"growth": "by-eye"}, "no growth 'by-eye'"),
        ({"zones": 0}, "zones=0"),
        ({"zone_km2": 0.0}, "has no ground"),
        ({"window_months": 0}, "no past to learn from"),
        ({"bandwidth_m": -1.0}, "metres above zero"),
        ({"kernel": "biweight"}, "no kernel 'biweight'"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(settings, says, long_street):
    with pytest.raises(BadSetting, match=says):
        laser_zones.fit(crimes_at({550.0: 1}), long_street, until="2024-01", **settings)
