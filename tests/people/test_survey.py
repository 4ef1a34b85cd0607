"""The victim survey: what it asks, of whom, and what it makes of the answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.people.survey import COLUMNS, share_reported, survey_of
from evenhand.tables.errors import BadSetting
from evenhand.tables.record_rows import joined, rows_of
from tests.people.few_people import LAST, Lived, book, did

PEOPLE = 50
DONE = (
    (0, 10, "robbery", 1, 1, True, True),
    (2, 10, "robbery", 1, 1, True, True),  # the same robbery: two did it together
    (0, 400, "robbery", 1, 2, True, True),  # longer ago than a year
    (0, 20, "common_assault", 3, -1, False, False),
    (0, 30, "shoplifting", -1, 3, True, True),  # done to nobody of them
)


def everybody(**more: object) -> pd.DataFrame:
    return survey_of(Lived(book(PEOPLE, **more), did(PEOPLE, *DONE)), people=PEOPLE, answering=1.0)


def test_an_offence_done_by_two_is_told_of_once_and_older_ones_and_those_without_a_victim_are_not():
    told = everybody()
    assert tuple(told.columns) == COLUMNS
    offences = told[told["is_victim"]]
    assert sorted(zip(offences["offence"], offences["is_reported"], strict=True)) == [("common_assault", False), ("robbery", True)]


def test_everybody_asked_has_a_row_and_no_id_leads_back_to_a_person():
    told = everybody()
    assert told["interview"].nunique() == PEOPLE
    assert "person" not in told
    assert told[~told["is_victim"]]["offence"].isna().all()


def test_children_and_people_in_prison_are_not_asked():
    now = int(np.datetime64(LAST, "D").astype("datetime64[M]").astype(int))
    born = [now - 12 * 15] * 5 + [now - 12 * 16] * (PEOPLE - 5)
    inside = rows_of(np.arange(10, 20), np.full(10, LAST - 100), "prison", "subject")
    told = everybody(born=born, rows=joined([inside]))
    assert told["interview"].nunique() == PEOPLE - 5 - 10


def test_the_same_seed_asks_the_same_people():
    world = Lived(book(PEOPLE), did(PEOPLE, *DONE))
    first, again, other = (survey_of(world, people=20, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_some_decline_and_the_weights_stand_for_everybody_there():
    told = survey_of(Lived(book(1000), did(1000, *DONE)), people=1000, answering=0.5)
    asked = told.drop_duplicates("interview")
    assert 420 < len(asked) < 580
    assert asked["weight"].sum() == pytest.approx(1000)


@pytest.mark.parametrize("wrong", [{"people": 0}, {"answering": 0.0}, {"answering": 1.1}])
def test_a_survey_of_nobody_is_refused(wrong):
    with pytest.raises(BadSetting, match="ask at least one person"):
        survey_of(Lived(book(PEOPLE), did(PEOPLE)), **{"people": 10, **wrong})


def test_one_who_tells_of_many_offences_makes_the_interval_wider():
    apart = pd.DataFrame({"interview": range(100), "offence": "robbery", "is_reported": [True] * 50 + [False] * 50})
    together = apart.assign(interview=[n // 10 for n in range(100)])
    one, other = share_reported(apart).iloc[0], share_reported(together).iloc[0]
    assert one["share"] == other["share"] == 0.5
    assert other["high"] - other["low"] > 2 * (one["high"] - one["low"])


def test_where_nothing_was_told_of_there_is_no_share():
    none = pd.DataFrame({"interview": [1, 2], "offence": [None, None], "is_reported": [None, None]})
    assert np.isnan(share_reported(none).iloc[0]["share"])


def test_intervals_hold_the_true_share_about_as_often_as_they_say():
    """Nineteen times in twenty; 400 draws of 80 people who tell of three offences each, with a share of 0.4 that differs from person to person."""
    held = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        share = np.repeat(rng.beta(2, 3, 80), 3)
        told = pd.DataFrame({"interview": np.repeat(np.arange(80), 3), "offence": "robbery", "is_reported": rng.random(240) < share})
        row = share_reported(told).iloc[0]
        held += row["low"] <= 0.4 <= row["high"]
    assert 0.92 <= held / 400 <= 0.98
