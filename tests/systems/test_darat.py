"""DARAT: features and classes on incidents worked out by hand, both models, and histories beside officers' grades."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from evenhand.systems import darat, dash
from evenhand.systems.domestic_incidents import domestic_incidents
from evenhand.systems.offence_weights import weights
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import code, day_number, joined, rows_of
from tests.systems.made_up_histories import histories
from tests.systems.short_records import book_of, reported

ON = dt.date(2020, 6, 30)
LATE = dt.date(2021, 12, 31)
TWO = {"M1": {}, "M2": {}}


@cache
def book():
    return histories(30_000)


@cache
def model(**settings):
    return darat.fit(book(), until=LATE, **settings)


def incident(number, day, offence="common_assault", level="medium", suspect="M1", victim="M2"):
    shared = {"incident": str(number), "is_domestic": True, "dash_level": level, "offence": offence}
    return [*reported(suspect, day, **shared), *reported(victim, day, role="victim", **shared)]


PAST = [
    *incident(1, "2020-06-10"),                                                    # the incident asked about
    *incident(2, "2020-01-01", level="high", offence="gbh_with_intent"), *incident(3, "2019-01-01", level="standard"),
    *incident(4, "2020-02-01", suspect="M2", victim="M1", level="medium"),
    *reported("M1", "2015-01-01", offence="drugs_possession"), *reported("M1", "2015-01-01", offence="harassment_stalking"),
    *reported("M1", "2019-06-10", offence="robbery", role="victim"),
    *reported("M1", "2020-06-11", offence="robbery"),                              # later
]  # fmt: skip


def test_the_features_of_a_suspect_are_those_before_the_incident():
    found = {name: values[0] for name, values in darat.features(book_of(TWO, PAST), on=ON).items()}
    assert len(found) == 13
    harm = weights("cchi")[[code("offence", name) for name in ("gbh_with_intent", "common_assault", "robbery")]]
    assert found == {
        "suspect: domestic incidents as suspect, medium or high": 1, "suspect: domestic incidents as suspect, high": 1,
        "suspect: domestic incidents as victim, medium or high": 1, "suspect: domestic incidents as victim, high": 0,
        "suspect: violent offences as suspect": 3, "suspect: violent offences as victim": 2,
        "suspect: harm in two years as suspect": harm[0] + harm[1], "suspect: harm in two years as victim": harm[1] + harm[2],
        "suspect: occurrences": 4, "suspect: drugs offences": 1, "suspect: weapons offences": 0, "suspect: harassment offences": 1,
        "suspect: breaches offences": 0,
    }  # fmt: skip


def test_the_level_of_an_incident_may_be_by_its_offence_and_harm_by_another_index():
    found = {name: values[0] for name, values in darat.features(book_of(TWO, PAST), on=ON, incident_level="offence", harm="equal").items()}
    assert found["suspect: domestic incidents as suspect, medium or high"] == 2
    assert found["suspect: domestic incidents as suspect, high"] == 1
    assert found["suspect: harm in two years as suspect"] == 2 * weights("equal")[0]


def test_the_dyad_model_asks_the_same_of_the_victim_and_speaks_of_both():
    found = darat.features(book_of(TWO, PAST), on=ON, model_of="dyad")
    assert len(found) == 26
    assert found["victim: domestic incidents as suspect, medium or high"].tolist() == [1, 1]
    assert found["suspect: occurrences"].tolist() == [4, 4]
    assert np.isnan(darat.features(book_of(TWO, PAST), on=ON)["suspect: occurrences"]).tolist() == [False, True]


@pytest.mark.parametrize(
    ("rows", "settings", "expected"),
    [
        ([], {}, "standard"),
        (incident(5, "2021-06-10"), {}, "medium"),                                      # 365 days on
        (incident(5, "2021-06-11"), {}, "standard"),
        (incident(5, "2021-06-11"), {"months": 24}, "medium"),
        (incident(5, "2020-09-01", offence="rape"), {}, "high"),
        (incident(5, "2020-09-01", offence="assault_with_injury"), {}, "medium"),
        (incident(5, "2020-09-01", offence="assault_with_injury"), {"grave": "with-injury"}, "high"),
        (reported("M1", "2020-09-01", offence="rape"), {}, "standard"),                 # not domestic
        (incident(5, "2020-09-01", suspect="M2", victim="M1"), {}, "standard"),         # the suspect is the victim this time
        (incident(5, "2020-09-01", suspect="M2", victim="M1"), {"model_of": "dyad"}, "medium"),
    ],
)  # fmt: skip
def test_the_class_is_what_was_reported_in_the_window(rows, settings, expected):
    known = book_of(TWO, [*incident(1, "2020-06-10"), *rows]).known(dt.date(2022, 12, 31))
    asked = domestic_incidents(known)
    asked = asked[(asked.day == day_number("2020-06-10")) & (asked.suspect == 0)]
    assert darat.CLASSES[darat.outcomes(known, asked, **settings)[0]] == expected


def test_it_forecasts_three_classes_and_the_same_again():
    found = darat.score(book(), on=LATE, model=model())
    assert set(found.band[found.is_scored]) == {0, 1, 2}
    assert (found.is_flagged == (found.band == 2)).all()
    np.testing.assert_array_equal(darat.score(book(), on=LATE, model=darat.fit(book(), until=LATE)).score, found.score)


def test_every_way_of_growing_gives_another_forest():
    usual = darat.score(book(), on=LATE, model=model()).score
    for settings in ({"draws": "as-they-are"}, {"grave": "with-injury"}, {"months": 6}, {"harm": "css"}, {"incident_level": "offence"}):
        assert not np.array_equal(darat.score(book(), on=LATE, model=model(**settings)).score, usual, equal_nan=True), settings
    assert darat.score(book(), on=LATE, model=model(draws="as-they-are")).is_flagged.sum() < darat.score(book(), on=LATE, model=model()).is_flagged.sum()


def test_nothing_later_is_used():
    everybody = np.arange(len(book()))
    later = rows_of(everybody, np.full(len(everybody), day_number(LATE) + 1), "crime_report", "suspect", offence="rape", is_domestic=1, dash_level=2)
    swamped = replace(book(), rows=joined([book().rows, later]), _known={})
    np.testing.assert_array_equal(darat.score(swamped, on=LATE, model=darat.fit(swamped, until=LATE)).score, darat.score(book(), on=LATE, model=model()).score)


def test_grades_that_know_nothing_err_at_the_base_rate_and_histories_below_it():
    """Grogger et al. (2021) as a pattern, on grades drawn by lot: negative prediction error by grade about the base rate, by histories lower."""
    graded, learnt = dash.score(book(), on=LATE, recent_days=365), darat.score(book(), on=LATE, model=model(), recent_days=365)
    rows = book().is_row("crime_report", role="suspect") & (book().rows.is_domestic == 1) & book().since(day_number(LATE) + 1)
    came = (book().count(rows) > 0)[graded.is_scored]
    by_grade = dash.negative_prediction_error(graded.is_flagged[graded.is_scored], came)
    flags = int(graded.is_flagged.sum())
    forecast = np.zeros(len(came), dtype=bool)
    forecast[np.argsort(-learnt.score[graded.is_scored], kind="stable")[:flags]] = True  # as many, by the share of trees that vote high
    spread = np.sqrt(came.mean() * (1 - came.mean()) / len(came))
    assert abs(by_grade - came.mean()) < 3 * spread
    assert dash.negative_prediction_error(forecast, came) < came.mean() - spread
    assert dash.negative_prediction_error(dash.base_rate_flags(came, len(came)), came) == came.mean()


def test_unknown_choices_and_a_book_with_nothing_to_learn_from_are_refused():
    with pytest.raises(BadSetting, match="suspect, dyad"):
        darat.fit(book(), until=LATE, model_of="victim")
    with pytest.raises(CannotAnswer, match="Nobody to learn from"):
        darat.score(book_of(TWO, PAST), on=ON)
