"""The feedback simulator: its laws, its controls, a loop that is there when set and absent when not, and settings no world has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evenhand.audit.about import About
from evenhand.audit.feedback import Policy, World, controls, simulate
from evenhand.audit.feedback_findings import Groups, feedback, kept_share, misplaced_share, patrol_ratio, recording_ratio
from evenhand.audit.feedback_learners import count_map, fading_counts, fixed, refitted
from evenhand.audit.urns import limit_share
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, OutsidePlace

TWO = World(np.array([3.68511, 2.816466]), np.array([0.5, 0.5]), detection=0.3)
ABOUT = About("feedback", "Nowhere", "made up", "simulation")


def counted(past):
    """A system of one's own: a plain count of the past of each run."""
    return np.bincount(past.run * past.cells + past.cell, past.events, past.runs * past.cells).reshape(past.runs, past.cells)


def test_what_is_recorded_is_reported_plus_detected_and_never_more_than_what_happened():
    run = simulate(TWO, count_map(window=50), days=200, replicates=50, spans=4, seed=1)
    assert (run.recorded == run.reported + run.detected).all()
    assert (run.recorded <= run.true).all()
    assert (run.patrol.sum(axis=2) == 50).all(), "one unit a day over spans of fifty days"


def test_true_reported_and_detected_follow_the_laws_that_were_set():
    world = World(np.array([4.0, 1.0]), np.array([0.25, 0.75]), detection=0.4, by_product=0.5)
    run = simulate(world, fixed(np.array([2.0, 1.0])), policy=Policy(k=1), days=400, replicates=100, spans=1, seed=2)
    days = 400 * 100
    for place, (true, reported, detected) in enumerate([(4.0, 1.0, 4 * 0.75 * 0.4), (1.0, 0.75, 0.0)]):
        for name, mean in (("true", true), ("reported", reported), ("detected", detected)):
            total = getattr(run, name)[0, :, place].sum()
            assert abs(total - mean * days) < 4.5 * np.sqrt(mean * days) + 1e-9, (place, name)
    added = (run.recorded - run.reported - run.detected)[0].sum(axis=0)
    assert abs(added[0] - 0.5 * days) < 4.5 * np.sqrt(0.5 * days)
    assert added[1] == 0


def test_counts_of_a_day_are_poisson_as_if_true_events_were_dealt_out_one_by_one():
    world = World(np.array([3.0, 3.0]), np.array([0.5, 0.5]), detection=0.5)
    run = simulate(world, fixed(np.array([2.0, 1.0])), days=1, replicates=20_000, spans=1, seed=3)
    seen = np.bincount(run.recorded[0, :, 0].astype(int), minlength=12)[:12]
    expected = stats.poisson.pmf(np.arange(12), 3.0 * (0.5 + 0.5 * 0.5)) * 20_000
    assert stats.chisquare(seen[:8], expected[:8] * seen[:8].sum() / expected[:8].sum()).pvalue > 1e-4


def test_deterrence_keeps_events_away_where_patrols_are():
    world = World(np.array([5.0, 5.0]), np.array([1.0, 1.0]), detection=0.0, deterrence=0.4)
    run = simulate(world, fixed(np.array([2.0, 1.0])), days=500, replicates=40, spans=1, seed=4)
    assert run.true[0, :, 0].mean() / 500 == pytest.approx(3.0, rel=0.02)
    assert run.true[0, :, 1].mean() / 500 == pytest.approx(5.0, rel=0.02)


def test_a_loop_that_is_set_is_found_and_none_where_nothing_is_detected():
    """Patrols in proportion to records: the loop lifts the busier place's share above what reports alone would give it."""
    shared = {"policy": Policy(k=1, kind="proportional"), "days": 4000, "replicates": 60, "spans": 4, "seed": 5}
    uneven = World(np.array([3.0, 3.0]), np.array([0.2, 0.3]), detection=0.5)
    run, control = (simulate(world, fading_counts(half_life_days=300), **shared) for world in (uneven, controls(uneven)["no detection"]))
    share = [one.patrol[-1, :, 1].mean() / 1000 for one in (run, control)]
    assert share[1] == pytest.approx(0.6, abs=0.02), "reports are three to two"
    assert share[0] == pytest.approx(fixed_point(0.2, 0.3, 0.5), abs=0.02)


def fixed_point(report_a: float, report_b: float, detection: float) -> float:
    """Where patrols in proportion to records settle with equal true rates: place B's share p solves p = recorded B / recorded."""
    p = 0.5
    for _ in range(10_000):
        a = report_a + (1 - report_a) * (1 - (1 - detection) ** (1 - p))
        b = report_b + (1 - report_b) * (1 - (1 - detection) ** p)
        p = b / (a + b)
    return p


def test_random_patrols_go_everywhere_alike():
    run = simulate(TWO, count_map(window=50), policy=Policy(k=1, kind="random"), days=1000, replicates=50, spans=1, seed=6)
    assert run.patrol[0, :, 0].mean() == pytest.approx(500, abs=10)


def test_on_a_uniform_truth_a_count_map_sticks_to_places_for_no_reason_and_random_patrols_do_not():
    """The control of Chapman and others: nothing tells the places apart, yet the loop keeps some on the list."""
    world = World(np.full(20, 0.5), np.full(20, 0.3), detection=0.5)
    shared = {"days": 600, "replicates": 60, "spans": 3, "seed": 7}
    stuck = simulate(world, count_map(window=600), policy=Policy(k=4), **shared)
    lots = simulate(world, count_map(window=600), policy=Policy(k=4, kind="random"), **shared)
    quiet = simulate(controls(world)["no detection"], count_map(window=600), policy=Policy(k=4), **shared)
    kept = {name: kept_share(run.flagged[1], run.flagged[2]).mean() for name, run in (("stuck", stuck), ("lots", lots), ("quiet", quiet))}
    shares = {name: run.patrol[-1].max(axis=1).mean() / 200 for name, run in (("stuck", stuck), ("lots", lots))}
    assert kept["stuck"] > kept["quiet"], "the loop alone adds to what a count map keeps by chance"
    assert shares["stuck"] > 0.9 > 0.3 > shares["lots"]


def test_ties_are_settled_by_lot():
    patrols = Policy(k=2).patrol(np.zeros((4000, 5)), np.random.default_rng(8))
    assert (patrols.sum(axis=1) == 2).all()
    assert patrols.mean(axis=0) == pytest.approx(0.4, abs=0.04)


def test_the_count_map_scores_exactly_the_records_of_its_window():
    rng = np.random.default_rng(9)
    records = rng.poisson(0.7, size=(30, 3, 6)).astype(float)
    learner = count_map(window=7, prior=np.arange(6.0))(3, 6)
    for day in range(30):
        assert learner.scores(day) == pytest.approx(np.arange(6.0) + records[max(0, day - 7) : day].sum(axis=0))
        learner.learn(day, records[day])


def test_any_system_in_the_loop_sees_the_same_past_as_the_count_map():
    shared = {"policy": Policy(k=1), "days": 60, "replicates": 8, "spans": 6, "seed": 10}
    slow = simulate(TWO, refitted(counted, window=20, every=1), **shared)
    fast = simulate(TWO, count_map(window=20), **shared)
    assert (slow.patrol == fast.patrol).all()
    assert (slow.recorded == fast.recorded).all()


def test_two_processes_give_what_one_gives():
    shared = {"policy": Policy(k=1), "days": 30, "replicates": 6, "spans": 3, "seed": 11}
    one, two = (simulate(TWO, refitted(counted, window=20, every=5, jobs=jobs), **shared) for jobs in (1, 2))
    assert (one.patrol == two.patrol).all()


def test_predpol_takes_part_as_an_argument():
    from evenhand.systems.predpol import scores_of_past

    world = World(np.array([1.0, 0.5, 0.2]), np.full(3, 0.5), detection=0.3)
    run = simulate(world, refitted(scores_of_past, window=60, every=7), policy=Policy(k=1), days=90, replicates=10, spans=3, seed=12)
    assert run.patrol[-1, :, 0].mean() > 20, "of thirty days, most go to the place with most events"


def test_measures_are_what_they_say_by_hand():
    assert patrol_ratio(np.array([[4.0, 0.0]]), np.array([10.0, 0.0]), np.array([5.0, 5.0])).tolist() == [2.0]
    assert np.isnan(patrol_ratio(np.array([[4.0, 0.0]]), np.array([10.0, 0.0]), np.array([0.0, 5.0]))).all()
    assert misplaced_share(np.array([[3.0, 2.0]]), np.array([3.0, 2.0])).tolist() == [0.0]
    assert np.isnan(misplaced_share(np.zeros((1, 2)), np.array([3.0, 2.0]))).all()
    assert recording_ratio(np.array([[5.0, 2.0]]), np.array([[10.0, 10.0]]), np.array([[2.0, 0.0]])).tolist() == [2.5]
    assert kept_share(np.array([[1.0, 1.0]]), np.array([[0.0, 2.0]])).tolist() == [0.5]


def test_findings_put_the_effect_of_the_loop_first_and_every_arm_beside_it():
    groups = Groups(np.array([[30.0, 70.0], [10.0, 90.0]]), ("Black", "White"))
    runs = {"the system": simulate(TWO, count_map(), days=60, replicates=40, spans=3, seed=1)}
    runs["no detection"] = simulate(controls(TWO)["no detection"], count_map(), days=60, replicates=40, spans=3, seed=2)
    found = feedback(runs, true=TWO.events_per_day, groups=groups, group="Black", reference="White", about=ABOUT)
    assert found[0].measure == "feedback_effect"
    assert {one.settings["arm"] for one in found} == set(runs)
    assert all(one.n and one.method for one in found if one.value is not None)
    assert all(one.low <= one.value <= one.high for one in found if one.value is not None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"events_per_day": np.array([1.0])}, "two places or more"),
        ({"events_per_day": np.array([1.0, np.nan])}, "missing is never zero"),
        ({"events_per_day": np.array([0.0, 0.0])}, "above 0 in one"),
        ({"report_share": np.array([0.5, 1.2])}, "shares from 0 to 1"),
        ({"detection": -0.1}, "shares from 0 to 1"),
        ({"by_product": -1.0}, "0 or more records"),
    ],
)
def test_a_world_that_cannot_be_is_refused(change, says):
    with pytest.raises(BadValue, match=says):
        World(**{"events_per_day": np.array([1.0, 2.0]), "report_share": np.array([0.5, 0.5]), **change})


@pytest.mark.parametrize("more", [{"days": 0}, {"replicates": 0}, {"spans": 0}, {"spans": 11}, {"policy": Policy(k=3)}, {"policy": Policy(k=0)}])
def test_settings_no_simulation_has_are_refused(more):
    with pytest.raises(BadSetting):
        simulate(TWO, count_map(), **{"days": 10, "replicates": 2, "spans": 2, **more})


def test_a_system_that_gives_missing_scores_is_told():
    broken = refitted(lambda past: np.full((past.runs, past.cells), np.nan), window=5, every=1)
    with pytest.raises(BadValue, match="missing"):
        simulate(TWO, broken, days=3, replicates=2, spans=1)


PLACES = pd.DataFrame({"place_code": ["A", "B", "C"], "events_per_day": [3.0, 2.0, 1.0], "report_share": [0.3, 0.3, 0.5], "prior_records": [9, 3, 1]})
PEOPLE = pd.DataFrame({"unit_code": ["A", "A", "B", "B", "C", "C"], "group": ["Black", "White"] * 3, "people": [30, 70, 10, 90, 5, 95]})
SMALL = {"days": 30, "worlds": 10}


@pytest.mark.parametrize("system", ["count-map", "fading-counts", "never-updated", "predpol"])
def test_asked_of_a_world_of_ones_own(system):
    answer = ask("feedback", {"feedback_places": PLACES, "unit_groups": PEOPLE}, settings={"system": system, **SMALL}).answer
    assert answer.findings[0].measure == "feedback_effect"
    assert {picture.slug for picture in answer.pictures} == {"patrol-ratio-over-time", "misplaced-over-time"}


def test_without_people_nothing_is_said_of_groups():
    found = ask("feedback", {"feedback_places": PLACES}, settings=SMALL).answer.findings
    assert not {one.measure for one in found} & {"patrol_ratio", "feedback_effect"}


@pytest.mark.parametrize(
    ("tables", "settings", "error", "says"),
    [
        ({"unit_groups": PEOPLE.iloc[:4]}, {}, OutsidePlace, "only one of"),
        ({"unit_groups": PEOPLE}, {"group": "Blue"}, BadSetting, "no group 'Blue'"),
        ({"unit_groups": PEOPLE.assign(people=[0, 70, 0, 90, 0, 95])}, {}, CannotAnswer, "Nobody of the group Black"),
        ({"feedback_places": PLACES.drop(columns="prior_records")}, {"system": "never-updated"}, BadSetting, "prior_records"),
        ({}, {"k": 9}, BadSetting, "cannot be patrolled"),
    ],
)
def test_a_slip_in_what_is_asked_is_one_message(tables, settings, error, says):
    with pytest.raises(error, match=says):
        ask("feedback", {"feedback_places": PLACES, **tables}, settings={**SMALL, **settings})


@pytest.mark.slow
def test_patrols_in_proportion_settle_where_the_urns_do():
    """With one patrol a day by lot in proportion to records, and nothing else detected, the simulator is Ensign's urn."""
    rates, reported = np.array([3.68511, 2.816466]), 0.5
    world = World(rates, np.full(2, reported), detection=1.0)

    class Urn:
        """Records kept for ever; the scores send the patrol by lot in proportion."""

        def __init__(self, replicates, places):
            self.balls, self.rng = np.ones((replicates, places)), np.random.default_rng(1)

        def scores(self, day):
            share = self.balls[:, 0] / self.balls.sum(axis=1)
            in_a = self.rng.random(len(share)) < share
            return np.column_stack([in_a, ~in_a]).astype(float)

        def learn(self, day, recorded):
            self.balls += recorded

    run = simulate(world, Urn, policy=Policy(k=1), days=8000, replicates=150, spans=8, seed=13)
    share = run.patrol[-1, :, 0] / 1000
    assert abs(share.mean() - limit_share(*rates, discovered=0.5)) < 4 * share.std() / np.sqrt(150) + 0.004
