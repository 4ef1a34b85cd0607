"""NDAS: outcome and features on people worked out by hand, and what an error in the training set does to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from evenhand.systems import ndas
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import day_number, joined, rows_of
from tests.systems.made_up_histories import histories
from tests.systems.short_records import arrested, book_of, reported

ON = dt.date(2020, 6, 30)
LATE = dt.date(2020, 12, 31)
DAY = day_number(ON)


@cache
def book():
    return histories(60_000)


@cache
def model(**settings):
    return ndas.fit(book(), until=LATE, **settings)


def armed(person, day, weapon="knife", **more):
    return reported(person, day, weapon=weapon, **more)


def stopped(person, day, is_found=False):
    return [{"person": person, "day": day, "event": "stop", "is_found": is_found}]


@pytest.mark.parametrize(
    ("rows", "settings", "expected"),
    [
        (armed("M1", "2022-06-30"), {}, True),                                      # 730 days on
        (armed("M1", "2022-07-01"), {}, False),
        (armed("M1", "2020-06-30"), {}, False),                                     # not later
        (armed("M1", "2019-01-01") + armed("M1", "2021-01-01"), {}, False),         # not the first
        (armed("M1", "2021-01-01", weapon="firearm"), {}, True),
        (armed("M1", "2021-01-01", weapon="other"), {}, False),
        (armed("M1", "2021-01-01", offence="drugs_supply"), {}, False),             # a knife, but no violence
        (armed("M1", "2021-01-01", role="victim"), {}, False),
        (armed("M1", "2021-01-01"), {"violence": "serious"}, False),                # assault with injury is not among the gravest
        (armed("M1", "2021-01-01"), {"violence": "with-injury"}, True),
        (armed("M1", "2021-01-01", offence="threats_to_kill"), {}, True),
        (armed("M1", "2021-01-01", offence="threats_to_kill"), {"violence": "with-injury"}, False),
        (armed("M1", "2021-01-01", offence="robbery"), {"violence": "serious"}, True),
    ],
)  # fmt: skip
def test_the_outcome_is_the_first_report_of_violence_with_a_gun_or_knife_in_two_years(rows, settings, expected):
    assert ndas.outcome(book_of({"M1": {}}, rows), day=DAY, **settings).tolist() == [expected]


def test_those_known_by_suspicion_and_not_yet_reported_for_it_are_spoken_of():
    people = {f"M{number}": {} for number in range(1, 6)}
    rows = [*stopped("M1", "2019-01-01"), *armed("M2", "2019-01-01"), *reported("M3", "2019-01-01", role="victim"), *arrested("M4", "2020-07-01")]
    known = book_of(people, rows)
    assert ndas.may_be_scored(known, day=DAY).tolist() == [True, False, False, False, False]
    assert ndas.may_be_scored(known, day=DAY, known_by="any-record").tolist() == [True, False, True, False, False]


def test_the_features_are_counts_up_to_the_day():
    people = {"M1": {"birth_month": "1999-07"}, "M2": {"sex": "female"}, "M3": {}}
    shared = {"incident": "5", "offence": "drugs_supply", "weapon": "other"}
    rows = [
        *reported("M1", "2019-12-31", **shared), *reported("M2", "2019-12-31", **shared),
        *reported("M2", "2018-01-01", offence="robbery"), *reported("M1", "2018-01-01", role="victim"),
        *stopped("M1", "2020-01-01", is_found=True), *stopped("M1", "2020-02-01"), *arrested("M1", "2020-01-01"),
        {"person": "M1", "day": "2020-01-01", "event": "intelligence", "offence": "weapons_possession"},
        {"person": "M1", "day": "2020-01-02", "event": "intelligence", "offence": "shoplifting"},
        *reported("M1", "2020-07-01", incident="6"), *reported("M3", "2020-07-01", incident="6"),     # later
    ]  # fmt: skip
    found = {name: values.tolist() for name, values in ndas.features(book_of(people, rows), on=ON).items()}
    assert found.pop("years since the last report") == pytest.approx([182 / 365.25, 182 / 365.25, 20])
    assert found == {
        "age": [20, 30, 30], "male": [1, 0, 1], "reports": [1, 2, 0], "violent reports": [0, 1, 0], "reports with a weapon": [1, 1, 0],
        "weapons reports": [0, 0, 0], "drugs reports": [1, 1, 0], "arrests": [1, 0, 0], "stops": [2, 0, 0], "stops with something found": [1, 0, 0],
        "intelligence": [2, 0, 0], "intelligence on weapons or dealing": [1, 0, 0], "violence suffered": [1, 0, 0], "reports in the last year": [1, 1, 0],
        "people reported with": [1, 1, 0], "reports of people reported with": [2, 1, 0],
    }  # fmt: skip


def test_an_error_in_the_training_set_counts_what_came_later():
    rows = [*stopped("M1", "2019-01-01"), *armed("M1", "2021-01-01"), *stopped("M1", "2022-01-01"), *stopped("M2", "2019-01-01"), *stopped("M2", "2021-01-01")]
    known = book_of({"M1": {}, "M2": {}}, rows)
    seen = {which: ndas.features(known, on=ON, training_set=which) for which in ("as-stated", "own-offence", "later-records")}
    assert {which: one["violent reports"].tolist() for which, one in seen.items()} == {"as-stated": [0, 0], "own-offence": [1, 0], "later-records": [1, 0]}
    assert {which: one["stops"].tolist() for which, one in seen.items()} == {"as-stated": [1, 1], "own-offence": [1, 1], "later-records": [2, 2]}


def auc(chance, came):
    order = np.argsort(np.argsort(chance)) + 1.0
    return (order[came].mean() - (came.sum() + 1) / 2) / (~came).sum()


@pytest.mark.parametrize("which", ["own-offence", "later-records"])
def test_a_model_with_the_error_looks_better_where_it_was_made_and_is_worse_in_use(which):
    came = ndas.outcome(book(), day=day_number(LATE))

    def made_and_used(fitted):
        scored = ndas.score(book(), on=LATE, model=fitted)
        return auc(fitted.chance(fitted.features), fitted.outcome), auc(scored.score[scored.is_scored], came[scored.is_scored])

    (sound_made, sound_used), (made, used) = made_and_used(model()), made_and_used(model(training_set=which))
    assert abs(sound_made - sound_used) < 0.05
    assert made > sound_made + 0.15
    assert used < sound_used - 0.02


def test_a_score_uses_nothing_later_whatever_the_error():
    everybody = np.arange(len(book()))
    later = rows_of(everybody, np.full(len(everybody), day_number(LATE) + 1), "crime_report", "suspect", offence="robbery", weapon=1)
    swamped = replace(book(), rows=joined([book().rows, later]), _known={})
    for which in ("as-stated", "own-offence", "later-records"):
        found = ndas.score(swamped, on=LATE, model=ndas.fit(swamped, until=LATE, training_set=which))
        np.testing.assert_array_equal(found.score, ndas.score(book(), on=LATE, model=model(training_set=which)).score)


def test_the_share_put_forward_is_a_choice():
    for share in (0.001, 0.01, 0.05):
        found = ndas.score(book(), on=LATE, model=model(), share=share)
        assert found.is_flagged.sum() == round(share * found.is_scored.sum())
        assert found.score[found.is_flagged].min() >= np.nanmax(found.score[~found.is_flagged])


def test_a_forest_may_take_the_place_of_the_regression():
    found = ndas.score(book(), on=LATE, model=model(learner="forest"))
    assert not np.array_equal(found.score, ndas.score(book(), on=LATE, model=model()).score, equal_nan=True)
    assert np.nanmax(found.score) <= 1


def test_unknown_choices_and_a_book_with_nothing_to_learn_from_are_refused():
    with pytest.raises(BadSetting, match="as-stated, own-offence, later-records"):
        ndas.fit(book(), until=LATE, training_set="sloppy")
    with pytest.raises(BadSetting, match="no share"):
        ndas.score(book(), on=LATE, model=model(), share=2)
    with pytest.raises(CannotAnswer):
        ndas.score(book_of({"M1": {}}, stopped("M1", "2019-01-01")), on=ON)
