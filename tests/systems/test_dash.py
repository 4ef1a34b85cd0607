"""DASH: officers' grades as they stand, and what a grade that knows nothing comes to."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evenhand.systems import dash
from evenhand.systems.domestic_incidents import domestic_incidents
from evenhand.tables.errors import BadSetting
from tests.systems.short_records import book_of, reported

ON = dt.date(2020, 6, 30)
FOUR = {f"M{number}": {} for number in range(1, 5)}


def incident(number, day, level, *, suspect, victim=None):
    """A domestic incident whose rows carry the grade as told."""
    shared = {"incident": str(number), "is_domestic": True, "dash_level": level}
    return [*reported(suspect, day, **shared), *(reported(victim, day, role="victim", **shared) if victim else ())]


ROWS = [
    *incident(1, "2020-06-01", "high", suspect="M1", victim="M2"),
    *incident(2, "2020-06-20", "medium", suspect="M1", victim="M2"),
    *incident(3, "2020-04-01", "standard", suspect="M3", victim="M1"),   # 90 days before
    *incident(4, "2020-03-31", "high", suspect="M4", victim="M3"),       # 91: no longer counts
    *reported("M2", "2020-06-01", incident="9", is_domestic=False),
]  # fmt: skip


def scores(**settings):
    return dash.score(book_of(FOUR, ROWS), on=ON, **settings)


def test_the_score_is_the_last_grade_of_a_suspect():
    found = scores()
    np.testing.assert_array_equal(found.score, [1, np.nan, 0, np.nan])
    assert found.band.tolist() == [1, -1, 0, -1]
    assert not found.is_flagged.any()


def test_the_worst_may_be_taken_and_medium_be_flagged():
    assert scores(incidents="worst").is_flagged.tolist() == [True, False, False, False]
    assert scores(flagged_from="medium").is_flagged.tolist() == [True, False, False, False]


def test_a_grade_may_be_the_victims_or_be_of_both():
    np.testing.assert_array_equal(scores(about="victim").score, [0, 1, np.nan, np.nan])
    np.testing.assert_array_equal(scores(about="both").score, [1, 1, 0, np.nan])
    np.testing.assert_array_equal(scores(recent_days=365).score, [1, np.nan, 0, 2])


def test_a_grade_on_one_row_of_an_incident_holds_for_all():
    rows = [*reported("M1", "2020-06-01", incident="1", is_domestic=True), *reported("M2", "2020-06-01", role="victim", incident="1", is_domestic=True,
                                                                                     dash_level="high")]  # fmt: skip
    assert dash.score(book_of(FOUR, rows), on=ON).score[0] == 2


def test_rows_of_no_incident_stand_alone():
    rows = [*reported("M1", "2020-06-01", is_domestic=True, dash_level="high"), *reported("M3", "2020-06-01", is_domestic=True, dash_level="standard")]
    found = domestic_incidents(book_of(FOUR, rows))
    assert found.suspect.tolist() == [0, 2]
    assert found.victim.tolist() == [-1, -1]
    assert found.level.tolist() == [2, 0]


def test_an_incident_without_a_grade_gives_no_score():
    assert not dash.score(book_of(FOUR, reported("M1", "2020-06-01", incident="1", is_domestic=True)), on=ON).is_scored.any()


def test_nothing_later_than_the_day_counts():
    later = [*ROWS, *incident(7, "2020-07-01", "high", suspect="M1")]
    np.testing.assert_array_equal(dash.score(book_of(FOUR, later), on=ON).score, scores().score)


def test_a_grade_that_knows_nothing_errs_at_the_base_rate():
    """The identity behind 11.5 % in the House of Lords: without information, those passed over fare as everybody does."""
    came = np.arange(1_000) % 8 == 0
    flagged = np.arange(1_000) % 5 == 0  # five and eight have no factor in common
    assert dash.negative_prediction_error(flagged, came) == pytest.approx(came.mean())
    assert dash.negative_prediction_error(came, came) == 0
    assert np.isnan(dash.negative_prediction_error(np.ones(3, dtype=bool), np.ones(3)))


def test_the_bayes_classifier_flags_everybody_or_nobody():
    came = np.array([True] + [False] * 8)
    assert not dash.base_rate_flags(came, 5).any()
    assert not dash.base_rate_flags(came, 5, worse=8).any()
    assert dash.base_rate_flags(came, 5, worse=8.1).all()
    assert dash.negative_prediction_error(dash.base_rate_flags(came, len(came)), came) == came.mean()


def test_unknown_choices_are_refused():
    with pytest.raises(BadSetting, match="suspect, victim, both"):
        scores(about="officer")
