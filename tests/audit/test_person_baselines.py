"""A list beside plain choices: counts by hand, AUC against scikit-learn, and a list no better than counting is told so."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_baselines import AGE, NOBODY, PRIORS, baseline_findings, plain_choices, precision_gap
from evenhand.audit.person_marks import Windows, accused, recorded_later, truth_of
from evenhand.audit.person_rules import made_up_rule
from evenhand.tables.errors import CannotAnswer
from evenhand.tables.record_rows import day_number
from tests.audit.made_up_list import ON, Town, listed, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up")
DAY = day_number(ON)


@pytest.fixture(scope="module")
def world():
    return town_of(Town(recorded=(0.6, 0.3), stops=(0.5, 0.1)))


@pytest.fixture(scope="module")
def scored(world):
    return points(world.book, on=ON)


@pytest.fixture(scope="module")
def found(world, scored):
    return baseline_findings(world.book, scored, about=ABOUT, conduct=world.conduct, rule=made_up_rule(), replicates=200)


def one(found, measure, group, truth, reference=None):
    fits = (x for x in found if x.measure == measure and x.group == group and x.settings["truth"] == truth)
    return next(x for x in fits if reference in (None, x.reference))


def test_plain_choices_are_as_long_as_the_list_and_made_from_what_was_known_then(world, scored):
    everybody = np.ones(len(world.book), dtype=bool)
    choices = plain_choices(world.book, scored, Windows(), everybody)
    assert [choice.name for choice in choices] == [AGE, PRIORS]
    assert all(choice.is_chosen.sum() == scored.is_flagged.sum() for choice in choices)
    now = plain_choices(world.book.known(ON), scored, Windows(), everybody)
    for choice, same in zip(choices, now, strict=True):
        np.testing.assert_array_equal(choice.is_chosen, same.is_chosen)
    priors = accused(world.book.known(ON), "suspected")
    assert priors[choices[1].is_chosen].min() >= np.sort(priors)[::-1][scored.is_flagged.sum() - 1]


def test_precision_recall_and_accuracy_are_plain_counts(world, scored, found):
    later = {"recorded": recorded_later(world.book, Windows(), DAY) > 0, "true": truth_of(world.conduct, Windows(), DAY).later > 0}
    for truth, came in later.items():
        assert one(found, "flagged_followed_share", "points", truth).value == pytest.approx(came[scored.is_flagged].mean())
        assert one(found, "outcome_flagged_share", "points", truth).value == pytest.approx(scored.is_flagged[came].mean())
        assert one(found, "outcome_share", "everyone", truth).value == pytest.approx(came.mean())
        assert one(found, "choice_accuracy", "points", truth).value == pytest.approx((came == scored.is_flagged).mean())
        assert one(found, "choice_accuracy", NOBODY, truth).value == pytest.approx(1 - came.mean())


def test_auc_is_scikit_learns(world, scored, found):
    from sklearn.metrics import roc_auc_score

    came = recorded_later(world.book, Windows(), DAY)
    assert one(found, "choice_auc", "points", "recorded").value == pytest.approx(roc_auc_score(came, scored.score), abs=1e-9)
    priors = accused(world.book.known(ON), "suspected")
    assert one(found, "choice_auc", PRIORS, "recorded").value == pytest.approx(roc_auc_score(came, priors), abs=1e-9)


def test_age_is_no_guide_where_it_was_not_made_one_and_lots_are_less(found):
    assert abs(one(found, "choice_auc", AGE, "true").value - 0.5) < 0.05
    assert one(found, "choice_precision_difference", "points", "true", AGE).low > 0.2


def test_a_list_of_prior_records_gains_nothing_on_prior_records(world):
    priors = accused(world.book.known(ON), "suspected").astype(float)
    mine = listed(priors, ON, 0.03)
    found = baseline_findings(world.book, mine, about=ABOUT, rule=made_up_rule(), replicates=200)
    gap = one(found, "choice_precision_difference", "points", "recorded", PRIORS)
    assert gap.low <= 0 <= gap.high
    assert abs(gap.value) < 0.08


def test_the_gap_of_precision_counts_people_on_both_lists_once_each():
    joint = np.array([[[50.0, 0.0], [2.0, 3.0]], [[4.0, 1.0], [5.0, 15.0]]])
    assert precision_gap(joint) == pytest.approx(16 / 25 - 18 / 25)
    assert np.isnan(precision_gap(np.zeros((2, 2, 2))))


def test_without_a_follow_up_it_is_refused_and_few_are_hidden(world, scored):
    with pytest.raises(CannotAnswer, match="follow_days"):
        baseline_findings(world.book, scored, about=ABOUT, windows=Windows(follow_days=None))
    short = points(world.book, on=ON, most=0.001)
    found = baseline_findings(world.book, short, about=ABOUT)
    assert one(found, "flagged_followed_share", "points", "recorded").value is None
    assert one(found, "choice_precision_difference", "points", "recorded", AGE).value is None
