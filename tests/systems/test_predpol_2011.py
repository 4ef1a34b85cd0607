"""The continuous model as a place system: cells, days, and what it refuses."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evenhand.systems import predpol_2011
from evenhand.systems.points_over_cells import expected
from evenhand.systems.self_exciting_points import PointRules, fit_points, gathered_events, rates
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingColumn

CORNER = np.array([10_000.0, 20_000.0])


@pytest.fixture(scope="module")
def fitted():
    """Echoes in the made-up town, planted, with kernels wide enough for a lattice of 10 m to see."""
    rng = np.random.default_rng(1)
    first = np.column_stack([rng.uniform(0, 100, 300), CORNER + rng.uniform(0, 2_300, (300, 2))])
    again = first + np.column_stack([rng.exponential(5, 300), rng.normal(0, 30, (300, 2))])
    events = np.floor(np.vstack([first, again[again[:, 0] < 100]]))
    return fit_points(gathered_events(*events.T, np.ones(len(events)), metres=500.0), PointRules(iterations=8, least=(1.0, 20.0)))


@pytest.mark.parametrize("today", ["middle-half", "as-estimated"])
def test_a_cell_is_expected_to_have_what_a_fine_lattice_adds_up_to(fitted, grid, today):
    assert fitted.echo is not None
    along = (np.arange(15) + 0.5) * 10.0 - 75.0
    offsets = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    some = np.arange(0, len(grid), 7)
    points = (grid.centres_m[some][:, None] + offsets).reshape(-1, 2)
    when = {"day": 100.0, "window_days": 100, "today": today}
    by_lattice = rates(fitted, points, **when).reshape(len(some), -1).sum(axis=1) * 100.0
    found = expected(fitted, grid, **when)
    np.testing.assert_allclose(found[some], by_lattice, rtol=0, atol=2e-3 * found.max())
    assert np.corrcoef(found[some], by_lattice)[0, 1] > 0.999


def test_the_echo_counts_and_fades_and_the_background_stays(fitted, grid):
    when = {"window_days": 100, "today": "middle-half"}
    tomorrow, in_a_month, in_a_year = (expected(fitted, grid, day=day, **when) for day in (100.0, 130.0, 465.0))
    assert tomorrow.sum() > in_a_month.sum() > in_a_year.sum() > 0
    assert (tomorrow - in_a_year >= -1e-15).all()


def test_the_same_crimes_give_the_expected_numbers_of_the_model_itself(crime, grid):
    """Days count from the window's first, and only crimes of the kinds asked for within the place are learnt from."""
    until, window = dt.date(2024, 2, 20), 40
    model = predpol_2011.fit(crime, grid, until=until, window_days=window, iterations=3)
    kinds = crime["crime_type"].isin(["Violence and sexual offences", "Robbery", "Drugs"])
    ago = np.array([(until - dt.date.fromisoformat(day)).days + 1 for day in crime["day"]])
    used = kinds & crime["x_m"].notna() & (ago >= 1) & (ago <= window) & (grid.cell_of(crime["x_m"], crime["y_m"]) >= 0)
    rows = crime[used]
    events = gathered_events(window - ago[used], rows["x_m"], rows["y_m"], rows["events"], metres=500.0)
    fitted = fit_points(events, PointRules(iterations=3))
    np.testing.assert_array_equal(predpol_2011.score(model), expected(fitted, grid, day=40.0, window_days=40))
    np.testing.assert_array_equal(predpol_2011.score(model, day=dt.date(2024, 2, 23)), expected(fitted, grid, day=42.0, window_days=40))


def test_a_day_already_seen_cannot_be_foreseen(crime, grid):
    model = predpol_2011.fit(crime, grid, until="2024-02", iterations=1)
    with pytest.raises(BadSetting, match="learnt up to 2024-02-29"):
        predpol_2011.score(model, day=dt.date(2024, 2, 29))


def test_months_without_days_are_refused_with_the_reason(crime, grid):
    with pytest.raises(MissingColumn, match="police.uk publishes months only"):
        predpol_2011.fit(crime.drop(columns="day"), grid, until="2024-02")


@pytest.mark.parametrize(
    ("change", "settings", "error", "said"),
    [
        ({}, {"today": "high"}, BadSetting, "middle-half, as-estimated"),
        ({}, {"of_cell": "corner"}, BadSetting, "whole, centre"),
        ({}, {"window_days": 0}, BadSetting, "no past"),
        ({"x_m": 0.0, "y_m": 0.0}, {}, EmptyTable, "lies in the place"),
        ({"day": "2024-02-03"}, {}, CannotAnswer, r"on one day.*Choose another reading"),
        ({"x_m": 10_500.0, "y_m": 20_500.0}, {}, CannotAnswer, r"at one point.*Choose another reading"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(change, settings, error, said, crime, grid):
    with pytest.raises(error, match=said):
        predpol_2011.fit(crime.assign(**change), grid, until="2024-02", **settings)
