"""Findings of a replay: the right figures, limits that are there or said to be absent, and nothing where nothing can be said."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.replay import captured_share, captured_when_shifted, days_listed, overlap, replay, static_list
from evenhand.audit.replay_feedback import Searches, expected_ratio, replay_with_feedback
from evenhand.audit.replay_findings import MEASURES, feedback_findings, replay_findings
from evenhand.tables.errors import BadValue, CannotAnswer
from tests.audit.test_replay import counted

ABOUT = About("replay", "Nowhere", "2011", "made up")
COUNTS = np.random.default_rng(13).poisson(np.linspace(0.05, 0.8, 12), (120, 12))
MODEL = replay(COUNTS, counted, window_days=10, k=3)
LONGER = replay(COUNTS, counted, window_days=30, k=3, days=MODEL.days[20:])
SAME_DAYS = replay(COUNTS, counted, window_days=10, k=3, days=MODEL.days[20:])
REPLAYS = {"short": SAME_DAYS, "long": LONGER, "fixed": static_list(SAME_DAYS, COUNTS[:30].sum(axis=0))}


def of(found, measure, group=None, reference=None):
    return next(one for one in found if one.measure == measure and group in (None, one.group) and reference in (None, one.reference))


def test_each_figure_is_that_of_its_function():
    found = replay_findings(REPLAYS, main="short", about=ABOUT, counts=COUNTS)
    assert of(found, "replay_captured_share", "long").value == captured_share(LONGER)
    assert of(found, "replay_captured_share", "a list drawn by lot").value == 3 / 12
    assert of(found, "replay_pai", "short").value == pytest.approx(captured_share(SAME_DAYS) * 4)
    assert of(found, "replay_list_overlap", reference="fixed").value == overlap(SAME_DAYS, REPLAYS["fixed"]).mean()
    assert of(found, "replay_captured_difference", reference="long").value == pytest.approx(captured_share(SAME_DAYS) - captured_share(LONGER))
    assert of(found, "replay_captured_when_shifted", reference="used 7 days later").value == captured_when_shifted(SAME_DAYS, COUNTS, 7)
    assert of(found, "replay_places_listed", "short").value == (days_listed(SAME_DAYS) > 0).sum()
    assert of(found, "replay_most_listed_share", "fixed").value == 1
    assert of(found, "replay_places_always_listed", "fixed").value == 3
    assert of(found, "replay_new_on_list", "fixed").value == 0


def test_every_finding_says_how_it_was_made_of_how_many_and_is_declared():
    fed = replay_with_feedback(COUNTS, counted, SAME_DAYS, window_days=10, repetitions=30)
    found = replay_findings(REPLAYS, main="short", about=ABOUT, counts=COUNTS) + feedback_findings(fed, SAME_DAYS, system="short", about=ABOUT, control=fed)
    assert {one.measure for one in found} == set(MEASURES)
    assert all(one.method and one.n and one.source and one.unit for one in found)
    assert all(one.low is not None or "no interval" in one.method for one in found)
    assert all(one.low <= one.value <= one.high for one in found if one.low is not None)


def test_two_systems_with_the_same_lists_do_not_differ():
    found = replay_findings({"one": MODEL, "other": MODEL}, main="one", about=ABOUT)
    difference = of(found, "replay_captured_difference")
    assert (difference.value, difference.low, difference.high) == (0, 0, 0)
    assert of(found, "replay_list_overlap").value == 1


def test_growth_is_against_the_same_days_without_discoveries():
    fed = replay_with_feedback(COUNTS, counted, SAME_DAYS, window_days=10, repetitions=30)
    growth = of(feedback_findings(fed, SAME_DAYS, system="short", about=ABOUT, last_days=14), "replay_expected_ratio_growth")
    plain = expected_ratio(SAME_DAYS.scores, SAME_DAYS.is_listed)[-14:].mean()
    assert growth.value == pytest.approx((fed.expected_ratio[:, -14:].mean(axis=1) / plain).mean())
    assert growth.settings["discovery"] == 0.2


def test_few_repetitions_give_no_limits_and_say_so():
    fed = replay_with_feedback(COUNTS, counted, SAME_DAYS, window_days=10, repetitions=5)
    growth = feedback_findings(fed, SAME_DAYS, system="short", about=ABOUT)[0]
    assert growth.low is None
    assert "5 repetitions are too few for limits." in growth.caveats


def test_a_ratio_that_divides_by_nothing_is_null_with_its_reason():
    all_in_one = np.zeros((60, 3), dtype=int)
    all_in_one[:, 1] = 1
    plain = replay(all_in_one, counted, window_days=10, k=1)
    fed = replay_with_feedback(all_in_one, counted, plain, window_days=10, repetitions=20)
    found = feedback_findings(fed, plain, system="it", about=ABOUT)
    assert of(found, "replay_expected_ratio_growth").value is None
    assert any("nothing to divide by" in caveat for caveat in found[0].caveats)


def test_with_nothing_recorded_nothing_is_said():
    quiet = np.zeros((60, 3), dtype=int)
    with pytest.raises(CannotAnswer, match="Nothing was recorded"):
        replay_findings({"it": replay(quiet, counted, window_days=10, k=1)}, main="it", about=ABOUT)


def test_replays_of_different_days_are_refused():
    with pytest.raises(BadValue, match="same days"):
        replay_findings({"one": MODEL, "other": LONGER}, main="one", about=ABOUT)


def test_nothing_found_leaves_a_growth_of_one():
    fed = replay_with_feedback(COUNTS, counted, SAME_DAYS, window_days=10, searches=Searches(0.0), repetitions=20)
    growth = of(feedback_findings(fed, SAME_DAYS, system="short", about=ABOUT), "replay_expected_ratio_growth")
    assert (growth.value, growth.low, growth.high) == pytest.approx((1, 1, 1))
