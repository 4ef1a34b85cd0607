"""What is planted round the made-up town is found by the systems that read it, and what is not planted is not."""

from __future__ import annotations

import pytest

from evenhand.places.grid import make_grid
from evenhand.study.system_trials import made_up_town
from evenhand.systems import count_map, rtm
from evenhand.systems.flagging import flag


@pytest.fixture(scope="module")
def town():
    return made_up_town()


@pytest.fixture(scope="module")
def grid(town):
    return make_grid(town.areas, cell_m=150)


def test_risk_terrain_modelling_keeps_the_pubs_and_neither_bus_stops_nor_schools(town, grid):
    model = rtm.fit(town.recorded_crime, grid, until=town.until, features=town.tables["features"], area_features=town.tables["area_features"])
    assert [risk.factor for risk in model.risks] == ["pub"]


def test_the_planted_squares_are_those_with_most_violence_and_the_watched_have_none(town, grid):
    counts = count_map.score(count_map.fit(town.recorded_crime, grid, until=town.until))
    assert set(grid.codes[flag(counts, grid, k=20)]) == set(town.planted)
    watched = [code in town.watched for code in grid.codes]
    assert sum(watched) == 10
    assert counts[watched].sum() == 0
