"""PredPol as a place system: the model of self_exciting.py on recorded crimes with days, and on pasts of many mornings."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from evenhand.systems import count_map, predpol
from evenhand.tables.errors import BadSetting, BadValue, EmptyTable, MissingColumn
from evenhand.tables.past_events import before_each_day

VIOLENCE = ("Violence and sexual offences", "Robbery", "Drugs")


def counts_by_loop(crime: pd.DataFrame, grid, first: dt.date, days: int) -> np.ndarray:
    """Recorded crimes of the default kinds, day by cell."""
    counts = np.zeros((days, len(grid)), dtype=int)
    for one in crime.itertuples():
        cell = int(grid.cell_of([one.x_m], [one.y_m])[0])
        day = (dt.date.fromisoformat(one.day) - first).days
        if one.crime_type in VIOLENCE and cell >= 0 and 0 <= day < days:
            counts[day, cell] += one.events
    return counts


@pytest.mark.parametrize(
    "settings", [{}, {"e_step": "published"}, {"background": "pooled", "start": (0.3, 0.1, 0.03)}, {"edge": "lewis-mohler", "stop": "all"}]
)
def test_a_table_of_crimes_and_a_table_of_counts_give_the_same_rates(settings, crime, grid):
    model = predpol.fit(crime, grid, until=dt.date(2024, 2, 20), window_days=40, **settings)
    counts = counts_by_loop(crime, grid, dt.date(2024, 1, 1), 51)
    expected = predpol.scores_of_past(before_each_day(counts, [51], window_days=40), **settings)[0]
    np.testing.assert_allclose(predpol.score(model), expected, rtol=1e-12)
    assert predpol.score(model).sum() > 0


def test_the_echo_fades_over_the_days_to_come_and_the_background_stays(crime, grid):
    model = predpol.fit(crime, grid, until="2024-02", background="pooled")
    tomorrow, in_a_week, in_a_decade = (predpol.score(model, day=day) for day in (dt.date(2024, 3, 1), dt.date(2024, 3, 7), dt.date(2034, 3, 1)))
    np.testing.assert_array_equal(tomorrow, predpol.score(model))
    assert (tomorrow >= in_a_week).all()
    assert tomorrow.sum() > in_a_week.sum()
    np.testing.assert_allclose(in_a_decade, model.fitted.background[0])


def test_a_day_already_seen_cannot_be_foreseen(crime, grid):
    model = predpol.fit(crime, grid, until="2024-02")
    with pytest.raises(BadSetting, match="learnt up to 2024-02-29"):
        predpol.score(model, day=dt.date(2024, 2, 29))


def test_months_without_days_are_refused_with_the_reason(crime, grid):
    with pytest.raises(MissingColumn, match=r"no column 'day'.*\n.*\n.*police.uk publishes months only"):
        predpol.fit(crime.drop(columns="day"), grid, until="2024-02")


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"window_days": 0}, BadSetting, "no past"),
        ({"e_step": "mended"}, BadSetting, "corrected, published"),
        ({"until": "2024-13"}, BadSetting, "not a month"),
        ({"until": dt.date(2023, 12, 31)}, EmptyTable, "nothing to learn from"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, error, said, crime, grid):
    with pytest.raises(error, match=said):
        predpol.fit(crime, grid, **{"until": "2024-02", **settings})


def test_a_day_that_does_not_exist_is_refused(crime, grid):
    with pytest.raises(BadValue, match="2024-02-31"):
        predpol.fit(crime.assign(day="2024-02-31"), grid, until="2024-02")


def test_an_unknown_setting_is_refused():
    with pytest.raises(BadSetting, match="'kernel'.*e_step"):
        predpol.scores_of_past(before_each_day([[1], [1]], [2], window_days=2), kernel="quartic")


def test_the_count_map_counts_the_window_of_each_morning():
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.4, (30, 5))
    found = count_map.scores_of_past(before_each_day(counts, [10, 30], window_days=10))
    np.testing.assert_array_equal(found, [counts[:10].sum(axis=0), counts[20:].sum(axis=0)])
