"""The loop: with nothing that feeds back nothing moves; what is set is found; the same seed gives the same lives; and it is quick."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_feedback import Arm, half_life, replicate_feedback, run_feedback, settled_at
from evenhand.audit.person_feedback_findings import CONTROL, MEASURES, loop_findings
from evenhand.tables.errors import BadSetting, CannotAnswer
from tests.audit.made_up_list import Town, points, town_of

ABOUT = About("people", "Nowhere", "10 years", "made up")
UNEVEN = Town(people=4_000, recorded=(0.3, 0.15), stops=(0.4, 0.1))


def a_life(seed, town=UNEVEN):
    return town_of(replace(town, seed=seed))


@pytest.fixture(scope="module")
def arms():
    ways = {"listed and watched": Arm(), CONTROL: Arm(is_watched=False), "records kept a year": Arm(keep_years=1, limit_after=3)}
    return replicate_feedback(a_life, points, seeds=(1, 2, 3), arms=ways, cycles=8, watch=3.0)


def one(found, measure, arm, **settings):
    return next(x for x in found if x.measure == measure and x.settings["arm"] == arm and settings.items() <= x.settings.items())


def test_a_watch_that_does_nothing_is_its_own_control():
    world = a_life(1)
    idle, control = (run_feedback(world, points, cycles=4, watch=1.0, arm=arm) for arm in (Arm(), Arm(is_watched=False)))
    np.testing.assert_array_equal(idle.listed, control.listed)
    np.testing.assert_array_equal(idle.recorded, control.recorded)


def test_all_arms_start_from_the_same_list_and_watching_makes_the_listed_better_recorded(arms):
    for lives in zip(*arms.values(), strict=True):
        assert all((life.listed[0] == lives[0].listed[0]).all() for life in lives)
    found = loop_findings(arms, days=182, reference="Blue", about=ABOUT)
    watched, control = (one(found, "loop_recorded_ratio", arm).value for arm in ("listed and watched", CONTROL))
    assert watched > 2 * control
    assert one(found, "loop_effect", "listed and watched").value > 1.0
    assert {finding.measure for finding in found} == set(MEASURES)


def test_watching_keeps_people_on_the_list_and_a_limit_on_records_lets_them_off(arms):
    found = loop_findings(arms, days=182, reference="Blue", about=ABOUT)
    stay = {arm: one(found, "loop_half_life", arm).value for arm in arms}
    assert stay["listed and watched"] > stay[CONTROL]
    assert stay["records kept a year"] < stay["listed and watched"]
    limited = arms["records kept a year"][0]
    assert len(limited.stayed) == 8 + 1 - 3
    assert limited.rows[-1] < arms["listed and watched"][0].rows[-1]


def test_offences_are_the_same_in_every_arm_for_only_what_is_seen_of_them_differs(arms):
    for lives in zip(*arms.values(), strict=True):
        assert all((life.offences.sum(axis=1) == lives[0].offences.sum(axis=1)).all() for life in lives)


def test_counts_do_not_depend_on_how_many_run_at_once(arms):
    again = replicate_feedback(a_life, points, seeds=(1, 2, 3), arms={CONTROL: Arm(is_watched=False)}, cycles=8, watch=3.0, jobs=2)
    for one_, other in zip(again[CONTROL], arms[CONTROL], strict=True):
        np.testing.assert_array_equal(one_.listed, other.listed)


def test_where_a_number_settles_and_when_half_are_gone():
    level, drift = settled_at(3 - np.exp(-np.arange(30.0)))
    assert level == pytest.approx(3)
    assert drift == pytest.approx(0, abs=1e-6)
    assert settled_at([1.0, 2.0, 3.0, 4.0, 5.0])[1] == pytest.approx(4)
    assert all(np.isnan(settled_at([1.0, np.nan])))
    assert half_life([64, 32], days=30) == 30
    assert np.isnan(half_life([10, 9, 8], days=30))
    assert np.isnan(half_life([0, 0], days=30))


def test_what_cannot_be_simulated_is_refused():
    world = a_life(1, Town(people=100))
    with pytest.raises(BadSetting, match="1 or more"):
        run_feedback(world, points, cycles=0)
    world.book = replace(world.book, provenance="pseudonymised")
    with pytest.raises(BadSetting, match="made-up people alone"):
        run_feedback(world, points)
    with pytest.raises(CannotAnswer, match="No life"):
        loop_findings({}, days=182, reference="Blue", about=ABOUT)


def test_small_lists_are_not_shown():
    tiny = replicate_feedback(partial(a_life, town=Town(people=100)), points, seeds=(1, 2), arms={CONTROL: Arm(is_watched=False)}, cycles=2)
    assert all(finding.value is None for finding in loop_findings(tiny, days=182, reference="Blue", about=ABOUT) if finding.measure.startswith("loop_list"))


def test_the_loop_itself_costs_little():
    """The issue allows 60 s for 20 cycles of 100,000 people, their lives and the system's scores included; what is left to us is counting."""
    world = a_life(1, Town(people=100_000, recorded=(0.3, 0.15)))
    started = time.perf_counter()
    run_feedback(world, points, cycles=20, watch=2.0)
    assert time.perf_counter() - started < 15
