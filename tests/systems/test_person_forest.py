"""Forests: votes are counted as one would by hand, whatever the threads, and draws by class weigh mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.systems import person_forest
from evenhand.systems.person_forest import grow, most_voted
from evenhand.tables.errors import CannotAnswer


def people(rows=3000, seed=1):
    """Two features that tell, one that does not; three classes, the highest of one in twelve."""
    lots = np.random.default_rng(seed)
    features = {"priors": lots.poisson(2, rows).astype(float), "age": lots.integers(10, 60, rows), "noise": lots.normal(size=rows)}
    leaning = 0.5 * features["priors"] - 0.04 * features["age"] + lots.logistic(size=rows)
    return features, np.digitize(leaning, np.quantile(leaning, [0.6, 11 / 12]))


CLASSES = ("low", "moderate", "high")


@pytest.fixture(scope="module")
def forest():
    return grow(*people(), classes=CLASSES, trees=31, per_class=(300, 300, 300), seed=7)


def test_votes_are_those_of_the_trees_one_by_one(forest):
    features, _ = people(200, seed=2)
    values = np.stack(list(features.values()), axis=1).astype(np.float32)
    asked = np.stack([tree.predict(values) for tree in forest.trees])
    by_hand = np.stack([(asked == at).mean(axis=0) for at in range(3)], axis=1)
    np.testing.assert_allclose(forest.votes(features), by_hand, atol=1e-12)


def test_rows_that_no_tree_tells_apart_are_asked_about_once_and_nothing_changes(forest, monkeypatch):
    features, _ = people(5000, seed=3)
    one_by_one = forest.votes(features)
    monkeypatch.setattr(person_forest, "WORTH_COLLAPSING", 1)
    monkeypatch.setattr(person_forest, "BLOCK", 700)
    np.testing.assert_array_equal(forest.votes(features), one_by_one)
    np.testing.assert_array_equal(forest.votes(features, jobs=2), one_by_one)


def test_the_number_of_threads_changes_nothing(forest):
    again = grow(*people(), classes=CLASSES, trees=31, per_class=(300, 300, 300), seed=7, jobs=2)
    features, _ = people(500, seed=4)
    np.testing.assert_array_equal(again.votes(features), forest.votes(features))
    np.testing.assert_array_equal(again.left_out, forest.left_out)


def test_another_seed_grows_another_forest(forest):
    other = grow(*people(), classes=CLASSES, trees=31, per_class=(300, 300, 300), seed=8)
    assert (other.left_out != forest.left_out).any()


def test_trees_that_were_not_shown_a_row_judge_it_worse_than_those_that_were(forest):
    """Out of bag, accuracy is honest: below that on what was learnt by heart, above chance."""
    features, outcome = people()
    heard = (most_voted(forest.votes(features)) == outcome).mean()
    honest = (most_voted(forest.left_out) == outcome).mean()
    assert 1 / 3 < honest < heard


def test_showing_more_of_the_highest_class_turns_mistakes_from_dangerous_to_cautious():
    features, outcome = people()

    def cautious_to_dangerous(per_class):
        told = most_voted(grow(features, outcome, classes=CLASSES, trees=51, per_class=per_class, seed=1).left_out)
        return ((told == 2) & (outcome == 0)).sum() / max(1, ((told == 0) & (outcome == 2)).sum())

    assert cautious_to_dangerous((400, 300, 60)) < cautious_to_dangerous((300, 300, 300)) < cautious_to_dangerous((60, 300, 400))


def test_a_planted_effect_is_found_and_noise_is_not(forest):
    many, few = ({"priors": np.full(50, n), "age": np.full(50, 30), "noise": np.linspace(-2, 2, 50)} for n in (9.0, 0.0))
    assert forest.votes(many)[:, 2].mean() > forest.votes(few)[:, 2].mean() + 0.3


def test_it_agrees_with_scikit_learns_own_forest():
    """An oracle: on balanced draws, scikit-learn's forest ranks people much the same."""
    from scipy.stats import spearmanr
    from sklearn.ensemble import RandomForestClassifier

    features, outcome = people()
    values = np.stack(list(features.values()), axis=1)
    theirs = RandomForestClassifier(200, min_samples_leaf=5, class_weight="balanced", random_state=1).fit(values, outcome)
    fresh, _ = people(1000, seed=9)
    mine = grow(features, outcome, classes=CLASSES, trees=200, per_class=(1000, 1000, 1000), seed=1).votes(fresh)[:, 2]
    assert spearmanr(mine, theirs.predict_proba(np.stack(list(fresh.values()), axis=1))[:, 2]).statistic > 0.9


def test_of_two_classes_with_as_many_votes_the_higher_is_told():
    assert most_voted(np.array([[0.5, 0.5], [0.5, 0.5]])).tolist() == [1, 1]


def test_a_class_without_people_is_refused():
    with pytest.raises(CannotAnswer, match="class 'high'.*longer time"):
        grow({"age": np.arange(10)}, np.arange(10) % 2, classes=CLASSES, trees=1, per_class=(5, 5, 5))


def test_a_missing_number_is_our_slip():
    with pytest.raises(ValueError, match="no number"):
        grow({"age": np.array([1, np.nan])}, np.array([0, 1]), classes=("no", "yes"), trees=1, per_class=(5, 5))


def test_nobody_to_ask_about_gives_no_votes(forest):
    assert forest.votes({"priors": [], "age": [], "noise": []}).shape == (0, 3)
