"""What is known of areas, counted again row by row; and what is wrong with tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.places.density import exact_density
from evenhand.systems.area_inputs import DOMAINS, INPUTS, base_of, census_of, independent, past_of
from evenhand.systems.crime_atlas import shares_of_ground
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingTable, VintageMix
from tests.systems.area_town import GROUPS, MONTHS, crimes_of, deprivation_of, people_of, town_of, wide
from tests.systems.conftest import also_made_up, made_up_crime

CAR_AND_HOME = ("Burglary", "Vehicle crime")


def past(crime, grid, **settings):
    usual = {"until": "2024-02", "crime_types": CAR_AND_HOME, "bandwidth_m": None, "recent_months": 36}
    return past_of(crime, grid, shares_of_ground(grid, "by-ground"), **{**usual, **settings})


def test_crimes_of_areas_and_months_are_counted_as_row_by_row(crime, grid):
    """Each crime falls in a cell, and each area takes the part of it that is its part of the cell's ground."""
    ground = grid.covered_m2.toarray()
    expected = np.zeros((9, 2))
    for one in crime.itertuples():
        cell = grid.cell_of(one.x_m, one.y_m)
        if one.crime_type in CAR_AND_HOME and one.month <= "2024-02" and cell >= 0:
            expected[:, int(one.month[-2:]) - 1] += one.events * ground[cell] / ground[cell].sum()
    found = past(crime, grid)
    np.testing.assert_allclose(found.crimes, expected, rtol=1e-12)
    assert found.smoothed is None
    assert found.density is None


def test_smoothed_crimes_are_the_exact_density_times_ground(crime, grid):
    rows = crime[crime["crime_type"].isin(CAR_AND_HOME) & crime["x_m"].notna()]
    found = past(crime, grid, bandwidth_m=400.0, recent_months=1)
    for number, month in enumerate(("2024-01", "2024-02")):
        here = rows[rows["month"] == month]
        density = exact_density(grid.centres_m, here[["x_m", "y_m"]].to_numpy(), here["events"], bandwidth_m=400.0)
        np.testing.assert_allclose(found.smoothed[:, number], density @ grid.covered_m2.toarray(), rtol=1e-9)
    np.testing.assert_allclose(found.density, density, rtol=1e-9)


def test_months_run_from_the_tables_first_to_its_last_whatever_kind_was_recorded(crime, grid):
    """A month without one of these crimes is a month with none; months after the table's end are not taken for empty ones."""
    early = [made_up_crime(2, 5).assign(month=month, crime_type="Drugs") for month in ("2023-10", "2023-11", "2023-12")]
    found = past(pd.concat([crime, *early]), grid, until="2025-12")
    assert found.crimes.shape == (9, 6)
    assert (found.crimes[:, :3] == 0).all()


def test_a_month_without_any_row_is_unknown_and_stands_between_its_neighbours(crime, grid):
    whole, lacking = past(crime, grid, until="2024-03"), past(crime[crime["month"] != "2024-02"], grid, until="2024-03")
    np.testing.assert_allclose(lacking.crimes[:, 1], (whole.crimes[:, 0] + whole.crimes[:, 2]) / 2)


def test_crimes_of_another_place_are_refused(crime, grid):
    with pytest.raises(EmptyTable, match="None of the recorded crimes lies in a cell"):
        past(crime.assign(x_m=9e5), grid)


def test_census_columns_are_shares_without_the_largest_group_and_deciles_turned_round():
    grid = town_of(3)
    people, index = people_of(grid, np.random.default_rng(1)), deprivation_of(grid, np.random.default_rng(2))
    columns, everybody, reference = census_of(grid, people, index, inputs="all", domains="income-employment-education")
    assert reference == "White"
    assert columns.names[:3] == ("deprivation: income", "deprivation: employment", "deprivation: education")
    assert columns.names[3:] == ("share of residents: Asian", "share of residents: Black")
    counts = wide(people, grid)
    np.testing.assert_allclose(columns.values[:, 3:], counts[:, :2] / counts.sum(axis=1, keepdims=True))
    assert everybody.tolist() == counts.sum(axis=1).tolist()
    income = index[index["domain"] == "income"].set_index("area_code")["decile"]
    assert columns.values[:, 0].tolist() == [11 - income[area] for area in grid.area_codes]


def test_the_crime_part_of_an_index_of_deprivation_is_never_read():
    """Nor the overall index, which holds it: with either changed to anything, or not there, the columns are the same."""
    grid = town_of(3)
    people, index = people_of(grid, np.random.default_rng(1)), deprivation_of(grid, np.random.default_rng(2))
    assert all("crime" not in domains and "overall" not in domains for domains in DOMAINS.values())
    rest = index[~index["domain"].isin(["crime", "overall"])]
    other = index.assign(decile=index["decile"].where(~index["domain"].isin(["crime", "overall"]), 11 - index["decile"]))
    for domains in DOMAINS:
        expected = census_of(grid, people, index, inputs="all", domains=domains)[0].values
        for changed in (rest, other):
            np.testing.assert_array_equal(census_of(grid, people, changed, inputs="all", domains=domains)[0].values, expected)


@pytest.mark.parametrize("inputs", INPUTS)
def test_inputs_name_the_families_that_go_in(inputs):
    grid = town_of(3)
    people, index = people_of(grid, np.random.default_rng(1)), deprivation_of(grid, np.random.default_rng(2))
    families = set(census_of(grid, people, index, inputs=inputs, domains="income")[0].families)
    assert families == set(INPUTS[inputs]) - {"earlier crimes"}


def test_an_area_where_nobody_lives_takes_the_places_shares():
    grid = town_of(3)
    people = people_of(grid, np.random.default_rng(1))
    people.loc[people["area_code"] == "A004", "residents"] = 0
    columns, everybody, _ = census_of(grid, people, None, inputs="all", domains="income")
    assert everybody[4] == 0
    total = wide(people, grid).sum(axis=0)
    np.testing.assert_allclose(columns.values[4], total[:2] / total.sum())


def test_areas_of_another_vintage_are_refused_by_table():
    grid = town_of(3)
    people, index = people_of(grid, np.random.default_rng(1)), deprivation_of(grid, np.random.default_rng(2))
    with pytest.raises(VintageMix, match="'residents' has no rows for 1 of the 9 areas.*first: A007"):
        census_of(grid, people[people["area_code"] != "A007"], index, inputs="crime-only", domains="income")
    lacking = index[(index["area_code"] != "A007") | (index["domain"] != "income")]
    with pytest.raises(VintageMix, match="'deprivation, domain income' has no rows for 1 of the 9 areas"):
        census_of(grid, people, lacking, inputs="all", domains="income")
    census_of(grid, people, lacking, inputs="crime-and-residents", domains="income")  # which does not read it
    with pytest.raises(VintageMix, match="'deprivation, domain health' has no rows for 9"):
        census_of(grid, people, index[index["domain"] != "health"], inputs="all", domains="all-but-crime")


def test_deprivation_asked_for_by_name_and_not_there_is_asked_for():
    grid = town_of(3)
    people = people_of(grid, np.random.default_rng(1))
    with pytest.raises(MissingTable, match="Give it as deprivation"):
        census_of(grid, people, None, inputs="crime-and-deprivation", domains="income")
    assert census_of(grid, people, None, inputs="all", domains="income")[0].families == ("residents", "residents")


def test_columns_that_say_nothing_new_are_left_out():
    """All shares of groups add up to one, so the last is made up of the others; constants say nothing, whatever their size."""
    rng = np.random.default_rng(4)
    shares = rng.dirichlet([1, 2, 3], 50)
    columns = np.column_stack([shares, np.full(50, 1e9), np.zeros(50), 3 * shares[:, 0] - 2 * shares[:, 1] + 7, rng.normal(size=50)])
    assert independent(columns).tolist() == [0, 1, 6]
    assert np.linalg.matrix_rank(np.column_stack([np.ones(50), columns[:, [0, 1, 6]]])) == 4


def test_no_more_columns_are_kept_than_rows_can_tell_apart():
    assert len(independent(np.random.default_rng(5).normal(size=(4, 9)))) == 3
    assert len(independent(np.ones((1, 3)))) == 0


def test_crimes_are_set_against_residents_ground_or_nothing():
    grid = town_of(2)
    everybody = np.array([10.0, 20.0, 0.0, 5.0])
    assert base_of("residents", grid, everybody).tolist() == everybody.tolist()
    np.testing.assert_allclose(base_of("ground", grid, everybody), 0.36)
    assert base_of("none", grid, everybody).tolist() == [1.0] * 4
    with pytest.raises(BadSetting, match="no base 'cars'"):
        base_of("cars", grid, everybody)
    with pytest.raises(CannotAnswer, match="Nobody lives.*Choose another reading"):
        base_of("residents", grid, np.zeros(4))


def test_the_made_up_tables_are_as_their_declarations_say():
    """So that these tests do not pass on tables that could not be loaded."""
    from evenhand.tables import deprivation, recorded_crime, residents

    grid = town_of(3)
    rng = np.random.default_rng(1)
    residents.TABLE.check(people_of(grid, rng))
    deprivation.TABLE.check(deprivation_of(grid, rng))
    assert set(crimes_of(grid, np.full(9, 2.0), rng).columns) <= set(recorded_crime.TABLE.names)
    assert set(also_made_up()) >= {"residents", "deprivation"}
    assert len(MONTHS) == 24
    assert len(GROUPS) == 3
