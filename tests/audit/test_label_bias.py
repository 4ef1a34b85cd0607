"""What unequal recording could do: worlds whose true outcomes are known, and bounds that are reached."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.group_rates import share_of
from evenhand.audit.label_bias import SWEPT, mended_cells, shares_of_ratio, swept, tipping_ratio
from evenhand.audit.selective_labels import contraction, gap_bounds, outcome_bounds
from evenhand.tables.errors import BadSetting, CannotAnswer
from tests.audit.made_up_scores import lenient_world

BLACK, WHITE = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]


def recorded(true, share, share_if_flagged=None):
    """Cells as seen when only a share of true outcomes is recorded."""
    seen = np.array(true, dtype=float)
    for positive, negative, kept in ((0, 1, share if share_if_flagged is None else share_if_flagged), (2, 3, share)):
        lost = seen[positive] * (1 - kept)
        seen[positive] -= lost
        seen[negative] += lost
    return seen


def test_mending_undoes_what_recording_left_out():
    true = [600.0, 300.0, 200.0, 900.0, 0, 0]
    assert_allclose(mended_cells(recorded(true, 0.7), recorded=0.7), true)
    assert_allclose(mended_cells(recorded(true, 0.5, 0.8), recorded=0.5, recorded_if_flagged=0.8), true)


def test_unequal_recording_moves_what_the_algebra_says():
    true = np.array([600.0, 300.0, 200.0, 900.0, 0, 0])
    seen = recorded(true, 0.7)
    assert share_of(seen, "false_negative_rate") == pytest.approx(share_of(true, "false_negative_rate"))
    assert share_of(seen, "positive_predictive_value") == pytest.approx(0.7 * share_of(true, "positive_predictive_value"))
    assert share_of(seen, "base_rate") == pytest.approx(0.7 * share_of(true, "base_rate"))
    assert share_of(seen, "false_positive_rate") > share_of(true, "false_positive_rate")


def test_more_outcomes_than_people_are_impossible_not_a_number():
    assert np.isnan(mended_cells([60, 10, 5, 30, 0, 0], recorded=0.5)).all()
    assert np.isnan(swept([60, 10, 5, 30, 0, 0], WHITE, "false_positive_rate", ratios=[0.5]).value[0])


def test_equal_recording_is_the_plain_difference():
    for rate in ("false_positive_rate", "false_negative_rate", "positive_predictive_value"):
        at_one = swept(BLACK, WHITE, rate).value[SWEPT.index(1.0)]
        assert at_one == pytest.approx(float(share_of(BLACK, rate) - share_of(WHITE, rate)))


def test_false_negative_rates_move_only_if_the_flag_makes_recording_likelier():
    assert np.ptp(swept(BLACK, WHITE, "false_negative_rate", ratios=[0.9, 1.0, 1.1]).value) == pytest.approx(0)
    moved = swept(BLACK, WHITE, "false_negative_rate", ratios=[1.0], flag_effect=0.8).value[0]
    assert moved != pytest.approx(float(share_of(BLACK, "false_negative_rate") - share_of(WHITE, "false_negative_rate")))


@pytest.mark.parametrize("rate", ["false_positive_rate", "positive_predictive_value", "base_rate"])
@pytest.mark.parametrize(("group", "reference"), [(BLACK, WHITE), (WHITE, BLACK)])
def test_at_the_tipping_ratio_the_rates_are_equal(rate, group, reference):
    tips = tipping_ratio(group, reference, rate)
    share, other = shares_of_ratio(tips.ratio)
    at = [float(share_of(mended_cells(cells, recorded=part), rate)) for cells, part in ((group, share), (reference, other))]
    assert at[0] == pytest.approx(at[1])
    assert tips.low < tips.ratio < tips.high


def test_seen_from_the_other_group_the_tipping_ratio_is_its_inverse():
    one, other = tipping_ratio(BLACK, WHITE, "false_positive_rate"), tipping_ratio(WHITE, BLACK, "false_positive_rate")
    assert one.ratio == pytest.approx(1 / other.ratio)


def test_where_no_recording_makes_rates_equal_there_is_no_tipping_ratio():
    hopeless = [10, 900, 5, 10, 0, 0]
    assert np.isnan(tipping_ratio(hopeless, WHITE, "false_positive_rate").ratio)


def test_shares_and_ratios_that_are_none_are_refused():
    with pytest.raises(BadSetting, match="above 0"):
        mended_cells(BLACK, recorded=0.0)
    with pytest.raises(BadSetting, match="1 is equal recording"):
        swept(BLACK, WHITE, "false_positive_rate", ratios=[0.0])
    with pytest.raises(BadSetting, match="flag_effect"):
        swept(BLACK, WHITE, "false_positive_rate", flag_effect=1.2)
    with pytest.raises(BadSetting, match="does not move"):
        tipping_ratio(BLACK, WHITE, "false_negative_rate")


@pytest.mark.parametrize("rate", ["false_positive_rate", "false_negative_rate", "positive_predictive_value", "base_rate", "accuracy", "selection_rate"])
def test_bounds_hold_for_every_way_the_unknown_could_have_come_out_and_are_reached(rate):
    """The slow twin tries all of them."""
    cells = np.array([7, 5, 4, 9, 3, 2], dtype=float)
    tried = []
    for flagged, others in itertools.product(range(4), range(3)):
        filled = cells + [flagged, 3 - flagged, others, 2 - others, 0, 0]
        filled[4:] = 0
        tried.append(float(share_of(filled, rate)))
    bounds = outcome_bounds(cells[None], rate)
    assert (bounds.low[0], bounds.high[0]) == pytest.approx((min(tried), max(tried)))


def test_without_unknown_outcomes_bounds_are_the_rate_and_gaps_are_differences():
    bounds = gap_bounds([BLACK, WHITE], "false_positive_rate", reference=1)
    assert bounds.low[0] == bounds.high[0] == pytest.approx(float(share_of(BLACK, "false_positive_rate") - share_of(WHITE, "false_positive_rate")))
    assert np.isnan(bounds.value[1])
    assert np.isnan(outcome_bounds([[0, 0, 5, 0, 0, 0]], "false_positive_rate").low[0])


def test_contraction_gives_what_the_rule_would_have_done():
    """Within what the most lenient leave alone: the truth is known to 2 points, and the rule beats those who decided with noise."""
    found = contraction(lenient_world(), left_alone=[0.5, 0.7, 0.9, 0.95])
    truth = [sum(np.arange(1, 11)[: round(10 * share)] / 20) / 10 for share in (0.5, 0.7)]
    assert_allclose(found.wrong.value[:2], truth, atol=0.02)
    assert np.isnan(found.wrong.value[3])
    assert found.most_lenient == pytest.approx(0.9, abs=0.001)
    assert (found.wrong.value[:2] < found.wrong_as_decided.value[:2]).all()
    assert found.decision_makers == 5


def test_ties_at_the_last_score_are_taken_in_part():
    cases = pd.DataFrame({"decision_maker": ["x", "y"], "score": [1.0, 1.0], "is_intervened": False, "outcome": True, "people": [80, 60]})
    assert contraction(cases, left_alone=[0.25]).wrong.value[0] == pytest.approx(0.25)


def test_contraction_needs_two_decision_makers_with_cases_and_known_outcomes():
    world = lenient_world(200)
    with pytest.raises(CannotAnswer, match="at least 500 cases"):
        contraction(world, left_alone=[0.5], fewest=500)
    with pytest.raises(CannotAnswer, match="known outcome"):
        contraction(world.assign(outcome=pd.array([None] * len(world), dtype="boolean")), left_alone=[0.5])
    with pytest.raises(BadSetting, match="above 0"):
        contraction(world, left_alone=[0.0])
