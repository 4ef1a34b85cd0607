"""Leaks are found where one was put in, in several ways, and none is cried where there is none."""

from __future__ import annotations

import datetime as dt
from functools import cache, partial

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evenhand.audit.about import About
from evenhand.audit.label_leak import (
    BEYOND_ALL,
    CHANGES,
    MEASURES,
    OWES,
    RANKS_TOO_WELL,
    Limits,
    alone,
    auc_from_later,
    beyond_others,
    changed,
    leak_findings,
    leak_signs,
    looked_at,
    time_travel,
)  # fmt: skip
from evenhand.audit.person_rules import made_up_rule
from evenhand.systems import ndas
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import day_number
from tests.systems.made_up_histories import histories

ABOUT = About(question="leaks", place="nowhere", period="2020", source="made up")
ON = dt.date(2018, 12, 31)


@cache
def book():
    return histories(60_000)


@cache
def handed(training_set):
    """Features of those the model speaks of, as it was handed them and as they were on the day, and the outcome."""
    spoken_of = ndas.may_be_scored(book(), day=day_number(ON))
    seen, then = time_travel(partial(ndas.features, on=ON, training_set=training_set), book(), on=ON)
    kept = ({name: values[spoken_of] for name, values in one.items()} for one in (seen, then))
    return *kept, ndas.outcome(book(), day=day_number(ON))[spoken_of]


def signs(training_set, *, with_known=True):
    seen, then, came = handed(training_set)
    return leak_signs(looked_at(seen, came, known=then if with_known else None))


def test_no_wolf_is_cried_on_the_sound_model():
    assert signs("as-stated") == {}


@pytest.mark.parametrize("training_set", ["own-offence", "later-records"])
def test_the_leak_put_into_ndas_is_found_by_going_back_in_time(training_set):
    found = signs(training_set)
    assert {CHANGES, OWES} <= set(found["violent reports"])
    assert {CHANGES, OWES} <= set(found["reports"])
    assert not {"age", "male", "people reported with"} & set(found)


def test_it_is_found_from_the_training_set_alone_too():
    """Where the past runs to the offence itself, nobody without it was reported that very day."""
    found = signs("own-offence", with_known=False)
    assert found["years since the last report"] == (RANKS_TOO_WELL, BEYOND_ALL)
    assert found["reports with a weapon"] == (RANKS_TOO_WELL,)
    assert signs("later-records", with_known=False) == {"reports with a weapon": (RANKS_TOO_WELL,)}


@pytest.mark.parametrize("seed", range(5))
def test_features_that_say_little_or_nothing_give_no_sign(seed):
    lots = np.random.default_rng(seed)
    came = lots.random(5_000) < 0.02
    features = {
        "noise": lots.normal(size=5_000), "coin": lots.integers(0, 2, 5_000), "constant": np.ones(5_000),
        "strong but honest": lots.normal(size=5_000) + 1.2 * came, "count": lots.poisson(np.where(came, 2.0, 0.5)),
    }  # fmt: skip
    assert leak_signs(looked_at(features, came, known=features)) == {}


@pytest.mark.parametrize(
    ("mutation", "expected"),
    [
        (lambda came, lots: came, {RANKS_TOO_WELL, BEYOND_ALL}),
        (lambda came, lots: ~came, {RANKS_TOO_WELL, BEYOND_ALL}),                                           # turned round
        (lambda came, lots: np.where(lots.random(len(came)) < 0.02, ~came, came), {RANKS_TOO_WELL}),         # with slips
        (lambda came, lots: came & (lots.random(len(came)) < 0.5), {BEYOND_ALL}),                            # of half of them
        (lambda came, lots: lots.poisson(1.0, len(came)) + 9 * came, {RANKS_TOO_WELL, BEYOND_ALL}),          # hidden in a count
        (lambda came, lots: np.where(came, lots.integers(0, 730, len(came)), 999), {RANKS_TOO_WELL, BEYOND_ALL}),  # days to the offence
    ],
)  # fmt: skip
def test_the_outcome_under_another_name_is_found(mutation, expected):
    lots = np.random.default_rng(7)
    came = lots.random(5_000) < 0.05
    assert set(leak_signs(looked_at({"copied": mutation(came, lots)}, came))["copied"]) == expected


def test_bounds_are_the_users_to_set():
    came = np.arange(2_000) % 10 == 0
    feature = {"honest": np.random.default_rng(1).normal(size=2_000) + 1.2 * came}
    assert leak_signs(looked_at(feature, came), bounds=Limits(auc=0.6)) == {"honest": (RANKS_TOO_WELL,)}


def test_a_ranking_is_that_of_scikit_learn_either_way_round():
    lots = np.random.default_rng(2)
    came = lots.random(700) < 0.3
    values = lots.integers(0, 6, 700) + 2 * came
    assert float(alone(values, came).value) == pytest.approx(roc_auc_score(came, values))
    assert float(alone(-values, came).value) == pytest.approx(roc_auc_score(came, values))
    assert alone(values, came).low < roc_auc_score(came, values) < alone(values, came).high


def test_people_without_the_feature_are_left_out():
    assert float(alone([1, 2, np.nan, 3], [False, False, True, True]).value) == 1
    assert beyond_others([1, 2, np.nan, 3], [False, False, True, True]) == (1, 1)


def test_later_records_are_given_their_part_of_the_ranking():
    lots = np.random.default_rng(3)
    came = lots.random(4_000) < 0.1
    then = lots.poisson(1.0, 4_000) + lots.poisson(0.5 * came)
    now = then + came
    found = auc_from_later(now, then, came)
    assert float(found.value) == pytest.approx(roc_auc_score(came, now) - roc_auc_score(came, then))
    assert found.low > 0
    assert changed(now, then) == (came.sum(), 4_000)
    assert changed(now * (1 + 1e-13), now)[0] == 0


def test_the_interval_of_that_part_holds_the_truth_as_often_as_it_says():
    """200 draws of two features that rank alike in truth: 95 % limits that miss 0 in 2 to 9 % of them."""
    missed = 0
    for seed in range(200):
        lots = np.random.default_rng(seed)
        came = lots.random(600) < 0.3
        shared = lots.normal(size=600) + 0.5 * came
        found = auc_from_later(shared + lots.normal(size=600), shared + lots.normal(size=600), came)
        missed += not found.low <= 0 <= found.high
    assert 4 <= missed <= 18


def test_findings_name_the_feature_and_its_signs_and_count_them():
    seen, then, came = handed("own-offence")
    found = leak_findings(seen, came, about=ABOUT, known=then, rule=made_up_rule())
    assert {one.measure for one in found} == set(MEASURES)
    total = found[-1]
    assert (total.measure, total.value, total.n) == ("features_with_signs", len(total.settings["signs"]), len(seen))
    one = next(one for one in found if one.measure == "feature_changed_share" and one.group == "violent reports")
    assert one.value == pytest.approx(came.mean(), abs=0.002)
    assert one.low < one.value < one.high
    assert CHANGES in one.settings["signs"]


def test_few_people_are_not_counted_out_loud_and_nobody_changed_is_said():
    came = np.arange(300) < 4
    found = {one.measure: one for one in leak_findings({"age": np.arange(300)}, came, about=ABOUT, known={"age": np.arange(300)})}
    assert found["feature_outcome_auc"].value is None
    assert "fewer than 10" in found["feature_outcome_auc"].caveats[0]
    assert found["feature_beyond_share"].value is None
    assert found["feature_changed_share"].value == 0
    assert found["features_with_signs"].value == 0


def test_without_the_features_of_the_day_two_signs_are_said_not_to_be_looked_for():
    found = leak_findings({"age": np.arange(300)}, np.arange(300) % 3 == 0, about=ABOUT)
    assert {one.measure for one in found} == {"feature_outcome_auc", "feature_beyond_share", "features_with_signs"}
    assert "not at hand" in found[-1].caveats[0]


def test_what_cannot_be_looked_at_is_refused():
    with pytest.raises(BadSetting, match="Feature 'age' has 3 values for 4 people"):
        looked_at({"age": np.arange(3)}, np.zeros(4))
    with pytest.raises(BadSetting, match="was not made for the day"):
        looked_at({"age": np.arange(4)}, np.zeros(4), known={})
    with pytest.raises(CannotAnswer, match="No record came after"):
        time_travel(partial(ndas.features, on=ON), book(), on=dt.date(2030, 1, 1))
