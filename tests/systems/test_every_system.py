"""What every place system must do, whichever it is: one battery over the catalogue."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect

import numpy as np
import pandas as pd
import pytest

from evenhand.study.placing import GRID_SETTINGS
from evenhand.systems.catalogue import system_named, systems
from evenhand.systems.records import events_of
from evenhand.tables import recorded_crime
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingColumn, MissingTable
from tests.systems.conftest import also_made_up, made_up_crime

PLACE_SYSTEMS = [slug for slug, module in systems().items() if module.CARD.kind == "place"]
SUMS = [slug for slug in PLACE_SYSTEMS if hasattr(systems()[slug], "contributions")]
"""Systems whose score is a sum over crimes."""
BY_DAY = [slug for slug in PLACE_SYSTEMS if "day" in systems()[slug].CARD.columns]
UNTIL = "2024-02"
OF_A_REPLAY = ("ties",)
"""Readings that concern a list made anew each day: see audit/replay.py."""


def also(slug, *, only_declared=False):
    """The tables a system reads beside recorded crime."""
    tables = also_made_up()
    return {one.table: tables[one.table][list(one.columns)] if only_declared else tables[one.table] for one in system_named(slug).CARD.also_reads}


def scores(slug, crime, grid, until=UNTIL, **settings):
    system = system_named(slug)
    return system.score(system.fit(crime, grid, until=until, **{**also(slug), **settings}))


def settings_of(slug):
    """A system's own settings, with their defaults."""
    module = system_named(slug)
    given = inspect.signature(module.contributions if slug in SUMS else module.fit).parameters
    return {name: one for name, one in given.items() if name not in also(slug)}


def scores_or_reason(slug, crime, grid, **settings):
    """Scores, or none and why."""
    try:
        return scores(slug, crime, grid, **settings), ""
    except CannotAnswer as reason:
        return np.array([]), str(reason)


@pytest.fixture(params=PLACE_SYSTEMS)
def slug(request) -> str:
    return request.param


def test_every_cell_has_a_score_that_is_not_negative(slug, crime, grid):
    found = scores(slug, crime, grid)
    assert found.shape == (len(grid),)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (found > 0).any()


def test_the_same_input_gives_the_same_output(slug, crime, grid):
    before = crime.copy()
    np.testing.assert_array_equal(scores(slug, crime, grid), scores(slug, crime, grid))
    pd.testing.assert_frame_equal(crime, before)


def test_no_record_later_than_the_last_month_is_used(slug, crime, grid):
    """Later records are added, changed and taken away; nothing moves."""
    without = crime[crime["month"] <= UNTIL]
    later = made_up_crime(99, 400).assign(month="2024-03", day="2024-03-01", events=50)
    swamped = pd.concat([crime, later, later.assign(month="2025-01", day="2025-01-31")], ignore_index=True)
    expected = scores(slug, without, grid)
    np.testing.assert_allclose(scores(slug, crime, grid), expected, rtol=1e-12)
    np.testing.assert_allclose(scores(slug, swamped, grid), expected, rtol=1e-12)


@pytest.mark.parametrize("slug", [slug for slug in PLACE_SYSTEMS if slug not in BY_DAY])
def test_a_day_stands_for_the_last_whole_month_before_it(slug, crime, grid):
    np.testing.assert_array_equal(scores(slug, crime, grid, until=dt.date(2024, 3, 30)), scores(slug, crime, grid))
    np.testing.assert_array_equal(scores(slug, crime, grid, until=dt.date(2024, 2, 29)), scores(slug, crime, grid))
    np.testing.assert_array_equal(scores(slug, crime, grid, until=dt.date(2024, 2, 28)), scores(slug, crime, grid, until="2024-01"))


@pytest.mark.parametrize("slug", BY_DAY)
def test_a_system_that_goes_by_days_uses_no_later_day_and_takes_a_month_for_its_last(slug, crime, grid):
    np.testing.assert_array_equal(scores(slug, crime, grid, until=dt.date(2024, 2, 29)), scores(slug, crime, grid))
    without = crime[crime["day"] <= "2024-02-13"]
    np.testing.assert_array_equal(scores(slug, crime, grid, until=dt.date(2024, 2, 13)), scores(slug, without, grid, until=dt.date(2024, 2, 13)))
    assert (scores(slug, crime, grid, until=dt.date(2024, 2, 13)) != scores(slug, crime, grid)).any()


def test_only_the_columns_on_the_card_are_read(slug, crime, grid):
    columns = list(system_named(slug).CARD.columns)
    assert set(columns) <= set(recorded_crime.TABLE.names)
    for one in system_named(slug).CARD.also_reads:
        declared = importlib.import_module(f"evenhand.tables.{one.table}").TABLE
        assert set(one.columns) <= set(declared.names), one.table
    np.testing.assert_array_equal(scores(slug, crime[columns], grid, **also(slug, only_declared=True)), scores(slug, crime, grid))


def test_a_table_it_needs_is_asked_for_and_one_it_does_not_may_be_left_out(slug, crime, grid):
    for one in system_named(slug).CARD.also_reads:
        if one.is_needed:
            with pytest.raises(MissingTable, match=one.table):
                scores(slug, crime, grid, **{one.table: None})
        else:
            found, reason = scores_or_reason(slug, crime, grid, **{one.table: None})
            assert np.isfinite(found).all()
            assert len(found) or "Choose another reading" in reason, reason
        lacking = next(name for name in one.columns if name != "events")
        with pytest.raises(MissingColumn, match=lacking):
            scores(slug, crime, grid, **{one.table: also(slug)[one.table].drop(columns=lacking)})


def test_no_later_row_of_another_table_is_used(slug, crime, grid):
    dated = [name for name, table in also(slug).items() if "month" in table.columns]
    for name in dated:
        table = also(slug)[name]
        without = table[table["month"] <= UNTIL]
        swamped = pd.concat([table, table.assign(month="2024-03", events=99)], ignore_index=True)
        np.testing.assert_allclose(scores(slug, crime, grid, **{name: swamped}), scores(slug, crime, grid, **{name: without}), rtol=1e-12)


def test_every_column_on_the_card_is_needed_or_said_to_be_optional(slug, crime, grid):
    for column in system_named(slug).CARD.columns:
        if column == "events":  # one each where it is absent
            np.testing.assert_array_equal(scores(slug, crime.drop(columns=column), grid), scores(slug, crime.assign(events=1), grid))
            continue
        with pytest.raises(MissingColumn, match=column):
            scores(slug, crime.drop(columns=column), grid)


def test_the_order_of_records_does_not_matter(slug, crime, grid):
    np.testing.assert_allclose(scores(slug, crime.sample(frac=1, random_state=3), grid), scores(slug, crime, grid), rtol=1e-12)


@pytest.mark.parametrize("slug", SUMS)
def test_contributions_times_events_are_the_scores(slug, crime, grid):
    each = system_named(slug).contributions(crime, grid, until=UNTIL, **also(slug))
    assert each.shape == (len(grid), len(crime))
    assert (each.data >= 0).all()
    np.testing.assert_allclose(each @ events_of(crime), scores(slug, crime, grid), rtol=1e-12)


def test_an_event_counted_twice_is_as_two_rows(slug, crime, grid):
    one_each = crime.loc[crime.index.repeat(crime["events"])].assign(events=1)
    np.testing.assert_allclose(scores(slug, one_each, grid), scores(slug, crime, grid), rtol=1e-12)


def test_every_choice_of_every_reading_runs_or_says_why_not(slug, crime, grid):
    system = system_named(slug)
    own = settings_of(slug)
    for reading in system.CARD.readings:
        assert reading.setting in own or reading.setting in (*GRID_SETTINGS, *OF_A_REPLAY), f"nothing takes {reading.setting}"
        for choice in reading.choices if reading.setting in own else ():
            found, reason = scores_or_reason(slug, crime, grid, **{reading.setting: choice})
            assert np.isfinite(found).all(), (reading.setting, choice)
            assert len(found) or ("Choose another reading" in reason and choice != reading.default), (reading.setting, choice, reason)


def test_defaults_on_the_card_are_those_of_the_code(slug, crime, grid):
    system = system_named(slug)
    own = settings_of(slug)
    assert {n: v for n, v in system.CARD.defaults.items() if n in own} == {n: p.default for n, p in own.items() if p.default is not p.empty}
    assert set(system.CARD.defaults) <= {*own, *GRID_SETTINGS, *OF_A_REPLAY}


def test_an_unknown_outcome_is_refused(slug, crime, grid):
    with pytest.raises(BadSetting, match="no outcome 'witchcraft'"):
        scores(slug, crime, grid, outcome="witchcraft")


def test_nothing_to_learn_from_is_refused(slug, crime, grid):
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        scores(slug, crime, grid, until="2023-12")
    with pytest.raises(BadSetting, match="not a month"):
        scores(slug, crime, grid, until="2024-02-01")


def test_the_catalogue_finds_systems_by_slug_with_either_dash():
    assert list(systems()) == sorted(systems())
    assert system_named("harm_spots") is system_named("harm-spots") is systems()["harm-spots"]
    with pytest.raises(BadSetting, match="no system 'minority-report'.*count-map"):
        system_named("minority-report")
