"""Near-repeat maps against loops over crimes and cells, at the edges of their windows, and by hand."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import make_grid
from evenhand.systems import cells_near, near_repeat
from evenhand.systems.flagging import flag, tied_with_last
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingColumn

TODAY = dt.date(2024, 2, 29)
DISTANCES = list(itertools.product(near_repeat.METRICS, near_repeat.PARTS, near_repeat.MEASURED_FROM))
"""Every reading of how ProMap measures distance."""


def square_place(east_m, north_m, cell_m=50.0):
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, east_m, north_m)], crs="EPSG:27700"), cell_m=cell_m)


@pytest.fixture(scope="module")
def street():
    """30 cells of 50 m in a row: centres at 25, 75, 125 m and so on."""
    return square_place(1_500, 50)


def burglaries(*places: tuple[float, int], y_m: float = 25.0) -> pd.DataFrame:
    """One burglary each at an easting, so many days before today."""
    days = [str(TODAY - dt.timedelta(days=ago)) for _, ago in places]
    return pd.DataFrame({"day": days, "x_m": [float(x) for x, _ in places], "y_m": y_m, "crime_type": "Burglary"})


def scores(crime, grid, **settings):
    return near_repeat.score(near_repeat.fit(crime, grid, until=TODAY, **settings))


def promap_by_loop(crime, grid, *, metric, unit, measured_from, reach_m=400.0, days=56):
    """The paper's sum as it is written, crime by crime and cell by cell."""
    found = np.zeros(len(grid))
    for one in crime.itertuples():
        old = (TODAY - dt.date.fromisoformat(one.day)).days
        if one.crime_type != "Burglary" or not 0 <= old < days or math.isnan(one.x_m):
            continue
        x, y = one.x_m, one.y_m
        if measured_from == "cell":
            x = (math.floor((x - grid.west_m) / grid.cell_m) + 0.5) * grid.cell_m + grid.west_m
            y = (math.floor((y - grid.south_m) / grid.cell_m) + 0.5) * grid.cell_m + grid.south_m
        for i, (east, north) in enumerate(grid.centres_m):
            apart = {
                "euclidean": math.dist((east, north), (x, y)),
                "chebyshev": max(abs(east - x), abs(north - y)),
                "manhattan": abs(east - x) + abs(north - y),
            }[metric]
            if apart <= reach_m:
                width = grid.cell_m / 2 if unit == "half-cell" else grid.cell_m
                found[i] += one.events / (1 + apart // width) / (1 + old // 7)
    return found


def trafford_by_loop(crime, grid, *, weights, reach_m=400.0):
    found = np.zeros(len(grid))
    for one in crime.itertuples():
        old = (TODAY - dt.date.fromisoformat(one.day)).days
        if one.crime_type == "Burglary" and 0 <= old < 7 * len(weights) and not math.isnan(one.x_m):
            for i, centre in enumerate(grid.centres_m):
                if math.dist(centre, (one.x_m, one.y_m)) <= reach_m:
                    found[i] += one.events * weights[old // 7]
    return found


@pytest.mark.parametrize(("metric", "unit", "measured_from"), DISTANCES)
def test_promap_is_the_sum_that_the_paper_writes_down(metric, unit, measured_from, crime, grid):
    """The made-up crimes have rows without a point, points outside the place and points that repeat."""
    expected = promap_by_loop(crime, grid, metric=metric, unit=unit, measured_from=measured_from)
    assert expected.min() < expected.max()
    np.testing.assert_allclose(scores(crime, grid, metric=metric, unit=unit, measured_from=measured_from), expected, rtol=1e-12)


@pytest.mark.parametrize(("colours", "weights"), [("evenly", (3, 2, 1)), ("newest-first", (1, 1e-3, 1e-6)), ("alike", (1, 1, 1))])
def test_trafford_is_a_sum_of_coloured_discs(colours, weights, crime, grid):
    found = scores(crime, grid, variant="trafford", colours=colours)
    np.testing.assert_allclose(found, trafford_by_loop(crime, grid, weights=weights), rtol=1e-12)


def test_two_burglaries_on_a_street_by_hand(street):
    """One today at 25 m, one eight days ago (t = 1) at 135 m: half widths are 25 m, so d counts those completed."""
    found = scores(burglaries((25, 0), (135, 8)), street)
    # Cell centres 25, 75, 125, 175 m. Distances: 0, 50, 100, 150 and 110, 60, 10, 40 m; half widths 0, 2, 4, 6 and 4, 2, 0, 1.
    expected = [1 + 1 / 5 / 2, 1 / 3 + 1 / 3 / 2, 1 / 5 + 1 / 2, 1 / 7 + 1 / 2 / 2]
    np.testing.assert_allclose(found[:4], expected, rtol=1e-12)


def test_the_buffers_of_three_weeks_by_hand(street):
    """A disc of 100 m on centres of 50 m: a burglary in the middle of a cell reaches two cells either way."""
    crime = burglaries((25, 0), (225, 7), (225, 14))
    found = scores(crime, street, variant="trafford", reach_m=100.0)
    assert found[:8].tolist() == [3, 3, 3 + 2 + 1, 2 + 1, 2 + 1, 2 + 1, 2 + 1, 0]
    newest = scores(crime, street, variant="trafford", reach_m=100.0, colours="newest-first")
    assert (newest[0] > newest[3:7]).all()
    assert newest[2] == newest.max()


@pytest.mark.parametrize("variant", ["promap", "trafford"])
def test_a_distance_of_exactly_the_reach_counts_and_a_metre_more_does_not(variant, street):
    found = scores(burglaries((25, 0)), street, variant=variant, reach_m=400.0)
    assert (found > 0).tolist() == [True] * 9 + [False] * 21  # the ninth centre is 400 m off
    assert (scores(burglaries((24, 0)), street, variant=variant, reach_m=400.0) > 0).sum() == 8


def test_the_reach_is_exact_on_a_slant():
    """240 m east and 320 m north are 400 m."""
    grid = square_place(1_000, 1_000, cell_m=80.0)
    crime = burglaries((40, 0), y_m=40.0)
    corner = np.flatnonzero((grid.centres_m == [280, 360]).all(axis=1))
    assert scores(crime, grid)[corner] == pytest.approx(1 / (1 + 10))
    assert scores(crime, grid, reach_m=399.9)[corner] == 0


@pytest.mark.parametrize(("settings", "days"), [({}, 56), ({"window_days": 42}, 42), ({"variant": "trafford"}, 21), ({"variant": "trafford", "weeks": 6}, 42)])
def test_the_window_holds_today_and_its_last_day_and_no_day_before(settings, days, street):
    """A crime of today is 0 days old, so a window of 56 days holds ages 0 to 55."""
    crime = burglaries((25, 0), (25, days - 1), (25, days), (25, -1))
    each = near_repeat.contributions(crime, street, until=TODAY, **settings)
    assert (each.toarray().max(axis=0) > 0).tolist() == [True, True, False, False]


def test_a_week_is_whole_on_its_seventh_day(street):
    crime = burglaries((25, 0), (25, 6), (25, 7), (25, 13), (25, 14), (25, 55))
    own_cell = near_repeat.contributions(crime, street, until=TODAY).toarray()[0]
    np.testing.assert_allclose(own_cell, [1, 1, 1 / 2, 1 / 2, 1 / 3, 1 / 8])
    own_cell = near_repeat.contributions(crime, street, until=TODAY, variant="trafford").toarray()[0]
    assert own_cell.tolist() == [3, 3, 2, 2, 1, 0]


def test_a_half_width_is_counted_when_complete(street):
    """From a crime to a centre 25 m off is one half width; 24 m off is none."""
    for off, completed in [(24, 0), (25, 1), (49, 1), (50, 2)]:
        assert scores(burglaries((275 + off, 0)), street)[5] == pytest.approx(1 / (1 + completed))


def test_from_cell_to_cell_a_crime_counts_in_full_in_its_own_cell_wherever_it_lies(street):
    for x in (250, 275, 299):
        found = scores(burglaries((x, 0)), street, measured_from="cell")
        np.testing.assert_allclose(found[4:7], [1 / 3, 1, 1 / 3])
    # From the point, 299 m is 74, 24 and 26 m off these three centres: two, no and one half width.
    np.testing.assert_allclose(scores(burglaries((299, 0)), street)[4:7], [1 / 3, 1, 1 / 2])


def test_a_diagonal_is_one_step_or_two():
    grid = square_place(250, 250)
    crime, corner = burglaries((125, 0), y_m=125.0), 18  # one cell east and one north of the middle of 5 x 5
    found = {metric: scores(crime, grid, metric=metric, unit="whole-cell")[corner] for metric in near_repeat.METRICS}
    assert found == pytest.approx({"chebyshev": 1 / 2, "manhattan": 1 / 3, "euclidean": 1 / 2})
    assert scores(crime, grid, unit="half-cell")[corner] == pytest.approx(1 / 3)  # 70.7 m: two half widths


def test_crimes_just_outside_the_place_reach_into_it(street):
    assert scores(burglaries((-50, 0)), street)[0] == pytest.approx(1 / (1 + 3))
    assert scores(burglaries((-390, 0)), street).max() == 0


def test_rows_that_may_not_be_learnt_from_add_nothing(crime, grid):
    each = near_repeat.contributions(crime, grid, until=TODAY)
    adds = np.asarray(each.sum(axis=0)) > 0
    old = (np.datetime64(TODAY) - crime["day"].to_numpy(dtype="datetime64[D]")).astype(int)
    usable = (crime["crime_type"] == "Burglary") & crime["x_m"].notna() & (old >= 0) & (old < 56)
    np.testing.assert_array_equal(adds, usable)
    assert 0 < usable.sum() < len(crime)


def town_of_near_repeats(seed, number=300):
    """3 km square, 120 days; half the burglaries are strewn at random, half follow one of the thirty before at some 100 m."""
    rng = np.random.default_rng(seed)
    days, at = np.sort(rng.integers(0, 120, number)), rng.uniform(0, 3_000, (number, 2))
    for one in range(1, number):
        if rng.random() < 0.5:
            at[one] = at[rng.integers(max(0, one - 30), one)] + rng.normal(0, 100, 2)
    east, north = at.round().T
    return pd.DataFrame({"day": np.datetime_as_string(np.datetime64("2024-01-01") + days), "x_m": east, "y_m": north, "crime_type": "Burglary"})


def test_how_far_the_readings_of_distance_move_the_map_is_what_the_module_says():
    """Share of the ground flagged by default that stays flagged; averages over twenty made-up towns."""
    grid = square_place(3_000, 3_000)
    others = [reading for reading in DISTANCES if reading != ("euclidean", "half-cell", "event")]
    stays = np.zeros((20, len(others) + 1))
    for seed in range(20):
        crime = town_of_near_repeats(seed)

        def flagged(crime=crime, **settings):
            model = near_repeat.fit(crime, grid, until=dt.date(2024, 4, 29), **settings)
            return flag(near_repeat.score(model), grid, k=len(grid) // 20)

        default = flagged()
        for column, (metric, unit, measured_from) in enumerate(others):
            stays[seed, column] = default[flagged(metric=metric, unit=unit, measured_from=measured_from)].sum() / default.sum()
        stays[seed, -1] = default[flagged(variant="trafford")].sum() / default.sum()
    low, high, trafford = (round(100 * share) for share in (stays.mean(axis=0)[:-1].min(), stays.mean(axis=0)[:-1].max(), stays.mean(axis=0)[-1]))
    said = " ".join((near_repeat.__doc__ or "").split())
    assert f"{low} to {high} % stays flagged" in said, (low, high)
    assert f"{trafford} % under Trafford's rule" in said, trafford


@pytest.mark.parametrize("variant", ["promap", "trafford"])
def test_no_crimes_are_refused_and_few_are_not(variant, street):
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        scores(burglaries(), street, variant=variant)
    one = scores(burglaries((725, 3)), street, variant=variant)
    assert one.max() == one[14] > 0


@pytest.mark.parametrize("variant", ["promap", "trafford"])
def test_many_crimes_at_one_point_on_one_day_are_as_many_times_one(variant, street):
    one = scores(burglaries((725, 3)), street, variant=variant)
    np.testing.assert_allclose(scores(burglaries(*[(725, 3)] * 40), street, variant=variant), 40 * one, rtol=1e-12)


def test_all_on_one_day_promap_is_a_map_of_nearness_alone(crime, grid):
    same_day = crime.assign(day=str(TODAY - dt.timedelta(days=10)))
    np.testing.assert_allclose(scores(same_day, grid), scores(crime.assign(day=str(TODAY)), grid) / 2, rtol=1e-12)


def test_records_shorter_than_the_window_are_used_as_far_as_they_go(street):
    crime = burglaries((25, 0), (425, 9))
    np.testing.assert_array_equal(scores(crime, street, window_days=56), scores(crime, street, window_days=10))


def test_a_lone_buffer_leaves_the_list_to_the_rule_for_ties(street):
    """Every cell of a disc scores alike: that is the map, and the ties are told."""
    found = scores(burglaries((725, 3)), street, variant="trafford")
    assert tied_with_last(found, flag(found, street, k=5)) == 12  # 17 centres within 400 m


def test_months_without_days_are_refused_with_the_reason(street):
    with pytest.raises(MissingColumn, match="police.uk publishes months only"):
        scores(burglaries((25, 0)).drop(columns="day").assign(month="2024-02"), street)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"variant": "met-trial"}, "no variant 'met-trial'"),
        ({"metric": "taxicab"}, "no metric 'taxicab'"),
        ({"unit": "metre"}, "no unit 'metre'"),
        ({"measured_from": "home"}, "no measured_from 'home'"),
        ({"colours": "red"}, "no colours 'red'"),
        ({"reach_m": 0.0}, "reach of 0.0 m"),
        ({"window_days": 0}, "leaves no past"),
        ({"variant": "trafford", "weeks": 0}, "no buffer to draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused(settings, says, street):
    with pytest.raises(BadSetting, match=says):
        scores(burglaries((25, 0)), street, **settings)


def test_a_day_already_learnt_cannot_be_foreseen(street):
    model = near_repeat.fit(burglaries((25, 0)), street, until=TODAY)
    np.testing.assert_array_equal(near_repeat.score(model, day=dt.date(2024, 3, 1)), near_repeat.score(model))
    with pytest.raises(BadSetting, match="learnt up to 2024-02-29"):
        near_repeat.score(model, day=TODAY)


def test_work_in_small_blocks_gives_the_same(crime, grid, monkeypatch):
    whole = scores(crime, grid)
    monkeypatch.setattr(cells_near, "AT_ONCE", 500)
    np.testing.assert_array_equal(scores(crime, grid), whole)


def test_too_much_for_a_machine_is_refused_before_it_is_begun(crime, grid, monkeypatch):
    monkeypatch.setattr(cells_near, "MOST_CANDIDATES", 100)
    with pytest.raises(CannotAnswer, match="Choose another reading"):
        scores(crime, grid)
