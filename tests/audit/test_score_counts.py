"""From scores of people to counts: one scan, nobody lost, nobody carried."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.score_counts import count_scores
from evenhand.tables import engine
from evenhand.tables.errors import BadSetting, BadValue, EmptyTable, MissingColumn, UnknownCategory
from tests.audit.made_up_scores import counted, made_up_people

SMALL = pd.DataFrame(
    {
        "group": ["A", "A", "A", "B", None],
        "score": [1.0, 7.0, np.nan, 7.0, 2.0],
        "band": ["Low", "High", "High", "High", "Low"],
        "outcome": pd.array([False, True, True, None, False], dtype="boolean"),
    }
)


def test_counting_is_grouping_by_hand():
    rows = made_up_people(2_000)
    cells = counted(rows).cells
    by = ["group", "sex", "age_band", "score", "is_flagged", "outcome"]
    by_hand = rows.groupby(by).size().rename("people").reset_index()
    assert cells.sort_values(by)["people"].tolist() == by_hand["people"].tolist()
    assert cells["people"].sum() == 2_000


def test_cells_of_people_count_as_many_people_as_they_hold():
    rows = made_up_people(500)
    cells = rows.groupby(list(rows.columns)).size().rename("people").reset_index()
    pd.testing.assert_frame_equal(counted(cells).cells, counted(rows).cells)


def test_whoever_has_no_group_score_or_outcome_is_counted_as_such():
    cells = counted(SMALL).cells
    assert cells["people"].sum() == 5
    assert cells.loc[cells["group"].isna(), "people"].sum() == 1
    assert cells.loc[cells["score"].isna(), "people"].sum() == 1
    assert cells.loc[cells["outcome"].isna(), "people"].sum() == 1


def test_flags_can_follow_a_threshold_or_bands():
    by_score = counted(SMALL, flagged_from=5).cells
    assert by_score.loc[by_score["is_flagged"].fillna(False), "people"].sum() == 2
    assert by_score["is_flagged"].isna().sum() == 1  # nobody knows of the one without a score
    by_band = counted(SMALL, flagged_bands=["High"]).cells
    assert by_band.loc[by_band["is_flagged"], "people"].sum() == 3


def test_bands_in_order_stand_in_for_scores_where_there_are_none():
    ranked = counted(SMALL.drop(columns="score"), band_order=["Low", "High"])
    assert ranked.bands == ("Low", "High")
    assert ranked.cells.groupby("score")["people"].sum().to_dict() == {1.0: 2, 2.0: 3}
    assert counted(SMALL, band_order=["Low", "High"]).bands == ()


def test_scores_of_many_decimals_are_put_into_bins_that_say_how_wide_they_are():
    rows = pd.DataFrame({"group": "A", "score": np.linspace(0, 1, 5_001), "outcome": True})
    found = counted(rows, most_scores=100)
    assert found.binned == pytest.approx(0.01)
    assert len(found.cells) == 100
    assert np.abs(np.average(found.cells["score"], weights=found.cells["people"]) - 0.5) < 1e-3
    assert found.cells["people"].sum() == 5_001
    assert counted(made_up_people(500)).binned is None


def test_no_pseudonym_is_carried_and_repeats_are_told():
    rows = SMALL.assign(person=["p", "q", "r", "s", "s"])
    found = counted(rows)
    assert found.repeats == 1
    assert "person" not in found.cells.columns
    assert counted(SMALL).repeats is None


def test_areas_and_decision_makers_are_counted_apart():
    rows = made_up_people(400, areas=7).assign(decision_maker="one", is_intervened=False)
    found = counted(rows)
    assert found.by_area["people"].sum() == found.by_decision["people"].sum() == 400
    assert found.by_area["area_code"].nunique() == 7
    assert counted(SMALL).by_area is None
    assert counted(SMALL).by_decision is None


@pytest.mark.parametrize(
    ("rows", "settings", "error", "told"),
    [
        (SMALL.drop(columns="group"), {}, MissingColumn, "no column 'group'"),
        (SMALL.drop(columns="score"), {"flagged_from": 5}, MissingColumn, "flagged_from cannot be applied"),
        (SMALL, {"flagged_from": 5, "flagged_bands": ["High"]}, BadSetting, "both say who is flagged"),
        (SMALL, {"flagged_bands": ["Highest"]}, UnknownCategory, "nobody is in the band 'Highest'"),
        (SMALL.drop(columns="score"), {"band_order": ["Low"]}, UnknownCategory, "'High' stands"),
        (SMALL, {"band_order": ["Low", "Low"]}, BadSetting, "twice"),
        (SMALL, {"most_scores": 1}, BadSetting, "no scores to tell apart"),
        (SMALL.assign(score=[1, np.inf, 2, 3, 4]), {}, BadValue, "infinite scores"),
        (SMALL.assign(people=[1, -2, 1, 1, 1]), {}, BadValue, "negative, fractional or missing"),
        (SMALL.assign(people=[1, 2.5, 1, 1, 1]), {}, BadValue, "negative, fractional or missing"),
        (SMALL.assign(people=0), {}, EmptyTable, "holds nobody"),
        (SMALL.head(0), {}, EmptyTable, "holds nobody"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(rows, settings, error, told):
    with pytest.raises(error, match=told):
        count_scores(engine.rows_of(rows), **settings)
