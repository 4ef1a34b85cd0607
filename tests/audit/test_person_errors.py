"""Error rates of a list by the record and by the truth: against fairlearn and aequitas on the same people, and the identity that all counts keep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.audit.about import About
from evenhand.audit.person_errors import error_findings, identity_gap, require_identity, truth_shift
from evenhand.audit.person_marks import Windows, recorded_later, truth_of
from evenhand.audit.person_rules import made_up_rule
from evenhand.audit.person_tallies import six_cells, tally_people
from evenhand.tables.errors import CannotAnswer
from evenhand.tables.record_rows import day_number
from tests.audit.made_up_list import GROUPS, ON, Town, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up")
RATES = {"false_positive_rate": "fpr", "false_negative_rate": "fnr", "positive_predictive_value": "precision", "selection_rate": "pprev"}


@pytest.fixture(scope="module")
def world():
    return town_of(Town(recorded=(0.6, 0.3), stops=(0.5, 0.1), named_wrongly=0.05))


@pytest.fixture(scope="module")
def scored(world):
    return points(world.book, on=ON)


@pytest.fixture(scope="module")
def tallies(world, scored):
    return tally_people(world.book, scored, conduct=world.conduct)


@pytest.fixture(scope="module")
def found(tallies):
    return error_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule(), replicates=100)


@pytest.fixture(scope="module")
def rows(world, scored):
    """One row a person, for the peers."""
    on = day_number(ON)
    later = {"recorded": recorded_later(world.book, Windows(), on), "true": truth_of(world.conduct, Windows(), on).later}
    group = np.array(GROUPS)[world.book.group]
    return {truth: pd.DataFrame({"group": group, "score": scored.is_flagged.astype(int), "label_value": label}) for truth, label in later.items()}


def value(found, measure, group, truth, **settings):
    fits = (one for one in found if one.measure == measure and one.group == group and one.settings.get("truth") == truth)
    return next(one.value for one in fits if settings.items() <= one.settings.items())


@pytest.mark.parametrize("truth", ["recorded", "true"])
def test_rates_by_either_truth_are_fairlearns(found, rows, truth):
    from fairlearn import metrics

    people = rows[truth]
    names = {name: getattr(metrics, name) for name in ("selection_rate", "false_positive_rate", "false_negative_rate")}
    theirs = metrics.MetricFrame(metrics=names, y_true=people["label_value"], y_pred=people["score"], sensitive_features=people["group"]).by_group
    for name in names:
        for group in GROUPS:
            assert value(found, f"group_{name}", group, truth) == pytest.approx(theirs.loc[group, name], abs=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("truth", ["recorded", "true"])
def test_rates_and_ratios_by_either_truth_are_aequitas(found, rows, truth):
    from aequitas.bias import Bias
    from aequitas.group import Group

    table, _ = Group().get_crosstabs(rows[truth], attr_cols=["group"])
    theirs = Bias().get_disparity_predefined_groups(table, original_df=rows[truth], ref_groups_dict={"group": "Blue"}, alpha=0.05).set_index("attribute_value")
    for name, short in RATES.items():
        for group in GROUPS:
            assert value(found, f"group_{name}", group, truth) == pytest.approx(theirs.loc[group, short], abs=1e-9)
        assert value(found, f"group_{name}_ratio", "Amber", truth) == pytest.approx(theirs.loc["Amber", f"{short}_disparity"], abs=1e-9)


def test_chouldechovas_identity_holds_in_every_group_by_either_truth(found, tallies):
    gaps = [one for one in found if one.measure == "rate_identity_gap"]
    assert len(gaps) == 6  # two groups and everybody, by two truths
    assert all(abs(one.value) < 1e-9 for one in gaps)
    every = [six_cells(tallies.people, truth, side) for truth in tallies.truths for side in ("group", "area", "record", "conduct", "evidence", "age")]
    for cells in every:
        require_identity(cells)


@given(st.lists(st.integers(0, 10**7), min_size=4, max_size=4))
def test_the_identity_holds_for_any_counts(counts):
    gap = identity_gap([*counts, 0, 0])
    assert np.isnan(gap) or abs(gap) < 1e-9


def test_rates_that_were_not_counted_over_the_same_people_are_our_bug(monkeypatch):
    monkeypatch.setattr("evenhand.audit.person_errors.chouldechova", lambda *rates: np.array(0.3))
    with pytest.raises(ArithmeticError, match="not counted over the same people"):
        require_identity([10, 20, 30, 40, 0, 0])


def test_judged_by_the_record_the_less_recorded_group_looks_more_wrongly_listed_than_it_is(found):
    """Blue is half as likely to be recorded, so the record misses more of what Blue went on to do."""
    by_record = value(found, "group_positive_predictive_value_difference", "Amber", "recorded")
    by_truth = value(found, "group_positive_predictive_value_difference", "Amber", "true")
    assert by_record > by_truth + 0.05
    shift = next(one for one in found if one.measure == "error_gap_by_record_less_truth" and one.settings["rate"] == "positive_predictive_value")
    assert shift.value == pytest.approx(by_record - by_truth)
    assert 0 < shift.low < shift.value < shift.high


def test_the_shift_is_the_difference_of_two_rates_of_the_same_people():
    """Of 10 listed, 8 did it and 4 are recorded; one is recorded for what another did."""
    joint = np.array([[[80.0, 10.0], [2.0, 8.0]], [[1.0, 5.0], [1.0, 3.0]]])
    assert truth_shift(joint, "positive_predictive_value") == pytest.approx(4 / 10 - 8 / 10)
    assert truth_shift(joint, "base_rate") == pytest.approx(14 / 110 - 26 / 110)


def test_without_recording_that_differs_the_record_shifts_both_groups_alike():
    alike = town_of(Town(people=12_000))
    found = error_findings(tally_people(alike.book, points(alike.book, on=ON), conduct=alike.conduct), reference="Blue", about=ABOUT, replicates=200)
    gaps = [one for one in found if one.measure == "error_gap_by_record_less_truth" and one.value is not None]
    assert len(gaps) >= 3
    assert all(one.low <= 0 <= one.high for one in gaps)


def test_without_a_follow_up_it_is_refused(world, scored):
    with pytest.raises(CannotAnswer, match="follow_days"):
        error_findings(tally_people(world.book, scored, windows=Windows(follow_days=None)), reference="Blue", about=ABOUT)


def test_without_a_truth_only_the_record_judges(world, scored):
    found = error_findings(tally_people(world.book, scored), reference="Blue", about=ABOUT, replicates=50)
    assert {one.settings["truth"] for one in found} == {"recorded"}
