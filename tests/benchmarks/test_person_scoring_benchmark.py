"""Peers of the people benchmark give the same score and flag to the same people, and lives lived in two processes are the same; no clock."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from benchmarks import person_scoring
from evenhand.audit.person_feedback import Arm, replicate_feedback
from evenhand.people.made_up import make_people
from evenhand.people.parameters import read_parameters
from evenhand.systems import laser_points
from evenhand.systems.catalogue import systems

QUICK = 20_000
CASES = {case.name: case for case in person_scoring.BENCHMARK.cases}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")
    person_scoring.make(QUICK, folder, learnt=("knife-forest",))
    return person_scoring.load(QUICK, folder)


def ran(name, people):
    return CASES[name].run(CASES[name].prepare(people)).values


def test_every_person_system_is_scored_and_every_one_that_learns_is_fitted():
    for slug, module in systems().items():
        if module.CARD.kind == "person":
            assert person_scoring.named(slug) in CASES
            assert (person_scoring.named(slug, "fit") in CASES) == hasattr(module, "fit")


@pytest.mark.parametrize("slug", person_scoring.PANDAS)
def test_pandas_gives_everybody_the_same_score_and_flag(slug, people):
    ours, theirs = ran(person_scoring.named(slug), people), ran(f"pandas, {slug}", people)
    np.testing.assert_allclose(theirs["score"], ours["score"], rtol=1e-12)
    np.testing.assert_array_equal(theirs["flagged"], ours["flagged"])
    assert 0 < ours["flagged"].sum() < QUICK


def test_trees_asked_through_scikit_learn_give_the_same_votes(people):
    ours, theirs = ran(person_scoring.named("knife-forest", "votes"), people), ran("scikit-learn, knife-forest, a tree at a time", people)
    np.testing.assert_array_equal(theirs["score"], ours["score"])
    np.testing.assert_array_equal(theirs["flagged"], ours["flagged"])
    assert len(np.unique(ours["score"])) > 10


def test_scikit_learns_own_forest_of_the_same_trees_takes_a_mean_and_not_a_vote(people):
    votes, shares = ran(person_scoring.named("knife-forest", "votes"), people), ran("scikit-learn, knife-forest, as one forest", people)
    assert not np.array_equal(votes["score"], shares["score"])
    assert np.corrcoef(votes["score"], shares["score"])[0, 1] > 0.95


def test_a_list_is_audited(people):
    assert ran("audit of the list of rfsdi", people)["findings"][0] > 100


def test_lives_lived_in_two_processes_are_those_lived_in_one():
    """The same counts, to the last one."""

    def lived(seed):  # in here, so that a process need not import this file and all systems with it
        return make_people(read_parameters("england-and-wales"), people=500, years=1, seed=seed)

    run = partial(replicate_feedback, lived, laser_points.score, seeds=(1, 2), arms={"listed and watched": Arm()}, cycles=3, watch=person_scoring.WATCH)
    for one, other in zip(run(jobs=1)["listed and watched"], run(jobs=2)["listed and watched"], strict=True):
        for name, values in vars(one).items():
            np.testing.assert_array_equal(values, getattr(other, name), err_msg=name)
        assert one.listed.sum() > 0
