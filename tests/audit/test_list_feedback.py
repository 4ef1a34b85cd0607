"""A list of made-up people in the loop: what is set is found, what is not set is not, and no person comes out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evenhand.audit.list_feedback import Listed, Town, Watching, list_ratio, list_ratio_at_like_conduct, simulate_list
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting

QUIET = Watching(listed=60, multiplies=1.0)
SHARED = {"months": 48, "replicates": 60}


def test_with_no_difference_set_none_is_found():
    found = simulate_list(Town(people=1000), QUIET, seed=1, **SHARED)
    assert np.median(found.ratio_at_like_conduct) == pytest.approx(1, abs=0.12)
    assert np.median(found.recording_ratio) == pytest.approx(1, abs=0.15)


def test_a_group_recorded_more_is_listed_more_at_the_same_conduct():
    found = simulate_list(Town(people=1000, group_recorded=2.0), QUIET, seed=2, **SHARED)
    assert np.median(found.ratio_at_like_conduct) > 1.3


def test_a_group_that_offends_more_is_listed_more_but_not_at_the_same_conduct():
    found = simulate_list(Town(people=4000, group_offends=2.0), dataclasses.replace(QUIET, listed=400), seed=3, **SHARED)
    assert found.ratio.mean() > 1.5
    assert np.median(found.ratio_at_like_conduct) == pytest.approx(1, abs=0.2)


def test_being_listed_adds_records_and_keeps_people_on_the_list():
    town = Town(people=1000)
    quiet = simulate_list(town, QUIET, seed=4, **SHARED)
    watched = simulate_list(town, dataclasses.replace(QUIET, multiplies=4.0, adds_a_month=0.3), seed=4, **SHARED)
    assert watched.recording_ratio.mean() > 3
    assert watched.kept_share.mean() > quiet.kept_share.mean() + 0.2
    assert watched.below_average_share.mean() > quiet.below_average_share.mean(), "records without an offence keep people there who offend little"


def test_ratios_by_hand():
    listed = np.array([[True, False, True, False]])
    assert list_ratio(listed, np.array([True, True, False, False])).tolist() == [1.0]
    bands = np.array([0, 0, 0, 0])
    assert list_ratio_at_like_conduct(listed, np.array([True, True, False, False]), bands).tolist() == [1.0]


def test_nothing_about_a_single_person_is_in_what_comes_out():
    found = simulate_list(Town(people=200), Watching(listed=10), months=6, replicates=7, seed=5)
    assert all(getattr(found, field.name).shape == (7,) for field in dataclasses.fields(Listed))


@pytest.mark.parametrize(
    "settings",
    [{"people": 10}, {"group_share": 0.0}, {"recorded": 0.0}, {"recorded": 0.8, "group_recorded": 2.0}, {"spread": 0.0}, {"listed": 2000}, {"months": 1}],
)
def test_a_town_or_list_that_cannot_be_is_refused(settings):
    with pytest.raises(BadSetting):
        ask("list-feedback", {}, settings={"towns": 5, "months": 6, **settings})


def test_asked_it_says_that_the_people_are_made_up():
    found = ask("list-feedback", {}, settings={"people": 300, "listed": 20, "months": 6, "towns": 10}).answer.findings
    assert found[0].measure == "list_feedback_effect"
    assert all("Made-up people" in one.caveats[0] for one in found if one.value is not None)
    assert found[0].source == "settings given by the user; no data"
