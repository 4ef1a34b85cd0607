"""The crime atlas against the same map drawn slowly, and what it does where a rate cannot be had."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import make_grid
from evenhand.systems import crime_atlas
from evenhand.systems.outcomes import crime_types_of
from evenhand.tables.errors import BadSetting, CannotAnswer, MissingTable, VintageMix
from tests.systems.conftest import also_made_up

UNTIL = "2024-02"
RESIDENTS = also_made_up()["residents"]


def slow_shades(crime, grid, residents, kinds):
    """The atlas by ranks, area by area and row by row."""
    counts = dict.fromkeys(grid.area_codes, 0.0)
    ground = grid.covered_m2.toarray()
    for row in crime.itertuples():
        if row.month > UNTIL or row.crime_type not in kinds or np.isnan(row.x_m):
            continue
        cell = int(grid.cell_of([row.x_m], [row.y_m])[0])
        for area, code in enumerate(grid.area_codes):
            counts[code] += row.events * ground[cell, area] / ground[cell].sum() if cell >= 0 else 0.0
    rates = {code: counts[code] / residents.loc[residents["area_code"] == code, "residents"].sum() for code in grid.area_codes}
    with_crime = [rate for rate in rates.values() if rate > 0]
    return {code: sum(other <= rate for other in with_crime) / len(with_crime) if rate > 0 else 0.0 for code, rate in rates.items()}


def test_shades_by_rank_are_those_drawn_slowly(crime, grid):
    model = crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS)
    expected = slow_shades(crime, grid, RESIDENTS, crime_types_of("violence"))
    assert dict(zip(grid.area_codes, model.shade, strict=True)) == pytest.approx(expected, abs=1e-12)


def test_every_crime_in_the_place_is_counted_once_whichever_way_squares_are_shared(crime, grid):
    used = crime[crime["crime_type"].isin(crime_types_of("violence")) & (crime["month"] <= UNTIL)]
    inside = grid.cell_of(used["x_m"], used["y_m"]) >= 0
    for placing in crime_atlas.PLACINGS:
        model = crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS, placing=placing)
        assert model.crimes.sum() == pytest.approx(used.loc[inside, "events"].sum())
        np.testing.assert_allclose(np.asarray(model.shares.sum(axis=1)).ravel(), 1)


def test_a_square_within_one_area_has_its_shade_and_one_on_a_border_lies_between(crime, grid):
    model = crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS)
    score, ground = crime_atlas.score(model), grid.covered_m2.toarray()
    for cell in range(len(grid)):
        there = model.shade[ground[cell] > 0]
        assert there.min() - 1e-12 <= score[cell] <= there.max() + 1e-12


def test_which_way_round_the_figure_is_printed_matters_for_equal_ranges_alone():
    rate = np.array([0.001, 0.002, 0.003, 0.02, 0.0, np.nan])
    for shades in ("ranks", "equal-counts"):
        one, other = (crime_atlas.shaded(rate, shades=shades, direction=direction) for direction in crime_atlas.DIRECTIONS)
        np.testing.assert_array_equal(one, other)
    assert crime_atlas.shaded(rate, shades="equal-ranges", direction="crimes-per-resident").tolist() == [0.2, 0.2, 0.2, 1.0, 0.0, 0.0]
    assert crime_atlas.shaded(rate, shades="equal-ranges", direction="residents-per-crime").tolist() == [0.2, 0.6, 0.8, 1.0, 0.0, 0.0]  # 1000, 500, 333, 50


def test_equal_counts_make_classes_of_as_many_areas_and_areas_alike_share_a_shade():
    shade = crime_atlas.shaded(np.arange(1.0, 21.0), shades="equal-counts", classes=4)
    assert np.unique(shade, return_counts=True)[1].tolist() == [5, 5, 5, 5]
    assert crime_atlas.shaded(np.array([2.0, 2.0, 1.0, 3.0])).tolist() == [0.75, 0.75, 0.25, 1.0]
    assert crime_atlas.shaded(np.array([0.0, 5.0]), shades="equal-ranges").tolist() == [0.0, 1.0]


def test_an_area_where_nobody_lives_has_no_rate_and_stays_unshaded(crime, grid):
    nobody = RESIDENTS.assign(residents=RESIDENTS["residents"].where(RESIDENTS["area_code"] != "E", 0))
    model = crime_atlas.fit(crime, grid, until=UNTIL, residents=nobody)
    there = grid.area_codes.index("E")
    assert model.crimes[there] > 0
    assert np.isnan(model.per_base[there])
    assert model.shade[there] == 0
    assert (np.delete(model.shade, there) > 0).all()
    with pytest.raises(CannotAnswer, match="Choose another reading"):
        crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS.assign(residents=0))
    counted = crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS.assign(residents=0), base="none")
    np.testing.assert_array_equal(counted.per_base, counted.crimes)


def test_residents_that_are_missing_are_not_taken_for_nobody(crime, grid):
    with pytest.raises(MissingTable, match="residents"):
        crime_atlas.fit(crime, grid, until=UNTIL)
    with pytest.raises(VintageMix, match="no rows for 1 of the 9 areas"):
        crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS[RESIDENTS["area_code"] != "C"])


def test_the_base_decides_which_area_is_darkest():
    """One area is a market few live in, one is where most people live: same crime per km², other areas darkest by each base."""
    town = gpd.GeoDataFrame({"area_code": ["market", "homes"]}, geometry=[shapely.box(0, 0, 300, 300), shapely.box(300, 0, 900, 300)], crs="EPSG:27700")
    grid = make_grid(town, cell_m=150)
    crime = pd.DataFrame({"month": UNTIL, "x_m": [50.0, 400.0], "y_m": [50.0, 50.0], "crime_type": "Violence and sexual offences", "events": [10, 16]})
    residents = pd.DataFrame({"area_code": ["market", "homes"], "residents": [100, 4000]})
    darkest = {}
    for base in crime_atlas.BASES:
        model = crime_atlas.fit(crime, grid, until=UNTIL, residents=residents, base=base)
        darkest[base] = model.area_codes[int(model.shade.argmax())]
    assert darkest == {"residents": "market", "ground": "market", "none": "homes"}


def test_unknown_choices_are_refused(crime, grid):
    for name in ("base", "shades", "direction", "placing"):
        with pytest.raises(BadSetting, match=f"There is no {name} 'witchcraft'"):
            crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS, **{name: "witchcraft"})
    with pytest.raises(BadSetting, match="give 2 or more"):
        crime_atlas.fit(crime, grid, until=UNTIL, residents=RESIDENTS, classes=1)
