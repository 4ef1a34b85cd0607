"""The whole audit of scores: what it finds, what it hides, and what it refuses, each with its reason."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.conditional_parity import common_difference, common_ratio
from evenhand.audit.disclosure import CONFIDENTIAL, already_published
from evenhand.audit.fairness import fairness, fairness_and_refusals
from evenhand.audit.group_rates import RATES, cells_of, parts_of
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.findings import as_json
from tests.audit.made_up_scores import counted, lenient_world, made_up_people

ABOUT = About("fairness", "Nowhere", "2024", "made up")
OPEN = already_published("nobody: made up")


def audited(rows, *, reference="Blue", rule=OPEN, **settings):
    return fairness(counted(rows), reference=reference, about=ABOUT, rule=rule, replicates=200, **settings)


def answers(rows, *, reference="Blue", rule=OPEN, about=ABOUT, **settings):
    return fairness_and_refusals(counted(rows, **settings), reference=reference, about=about, rule=rule, replicates=100)


def one(found, measure, group=None):
    return next(finding for finding in found if finding.measure == measure and group in (None, finding.group))


@pytest.fixture(scope="module")
def people():
    return made_up_people(4_000).assign(stratum=lambda rows: np.where(rows["sex"] == "male", "some", "none"))


@pytest.fixture(scope="module")
def found(people):
    return audited(people)


def test_a_planted_disparity_is_found_and_none_where_none_is_planted(people, found):
    """Amber's scores lie half a standard deviation higher; Green's do not."""
    assert one(found, "group_false_positive_rate_ratio", "Amber").low > 1.2
    assert one(found, "group_false_positive_rate_difference", "Amber").p_value < 0.001
    assert one(found, "group_same_score_difference", "Amber").high < 0.1
    level = audited(made_up_people(4_000, shift=0.0))
    green = one(level, "group_false_positive_rate_difference", "Green")
    assert green.low < 0 < green.high
    assert green.p_value > 0.05


def test_the_answer_to_the_question_comes_first(found):
    assert (found[0].measure, found[0].group) == ("group_false_positive_rate_ratio", "Amber")


def test_every_finding_has_what_a_reader_needs_to_doubt_it(found):
    for finding in found:
        assert finding.question == "fairness"
        assert finding.method
        assert any("recorded" in caveat for caveat in finding.caveats)
        if finding.value is None:
            assert finding.caveats[0].startswith(("Not ", "No ")), finding.measure
            assert finding.low is None
        else:
            assert finding.n is not None
            assert finding.low is None or finding.low <= finding.value + 1e-9
            assert finding.high is None or finding.high >= finding.value - 1e-9
            assert finding.low is not None or "no interval" in finding.method or any("nterval" in caveat for caveat in finding.caveats), finding.measure


def test_every_measure_is_in_words_and_findings_are_json(found):
    from evenhand.report.measures import measures

    assert {finding.measure for finding in found} <= set(measures())
    assert "NaN" not in as_json(found)
    assert all(math.isfinite(row["value"]) for row in json.loads(as_json(found)) if row["value"] is not None)


def test_the_same_counts_and_seed_give_the_same_findings(people, found):
    assert as_json(audited(people)) == as_json(found)


def test_the_declared_family_is_raised_by_holm_and_the_rest_by_benjamini_and_hochberg(found):
    declared = [one for one in found if one.measure == "group_selection_rate_difference"]
    searched = [one for one in found if one.measure == "group_accuracy_difference"]
    assert all("Holm over the 8 differences" in finding.method for finding in declared)  # four rates, two groups
    assert all("Benjamini-Hochberg over the 6 other" in finding.method for finding in searched)
    assert all(finding.p_value >= finding.settings["p_unadjusted"] for finding in [*declared, *searched])
    mirrored = one(found, "group_true_positive_rate_difference", "Amber")
    assert mirrored.p_value is None
    assert "its test is that of false_negative_rate" in mirrored.method


def test_one_may_declare_another_family_and_margin(people):
    found = audited(people, family=("accuracy",), margin=0.2)
    assert "Holm over the 2 differences" in one(found, "group_accuracy_difference").method
    assert one(found, "group_accuracy_difference_at_most", "Green").p_value < 0.05


def test_four_fifths_is_told_with_its_lack_of_force_in_british_law(found):
    for measure in ("demographic_parity_ratio", "group_selection_rate_ratio"):
        assert any("no legal force in the United Kingdom" in caveat for caveat in one(found, measure).caveats)


def test_the_largest_gap_names_the_groups_and_sizes_that_set_it_and_has_the_reference_version_beside_it(found):
    gap = one(found, "equalised_odds_difference")
    assert gap.caveats[0].startswith(f"Set by {gap.group} (")
    assert set(gap.settings["set_by"]) == {gap.group, gap.reference}
    assert {finding.group for finding in found if finding.measure == "equalised_odds_difference_to_reference"} == {"Amber", "Green"}


def test_groups_of_few_are_warned_of(people):
    rows = pd.concat([people, made_up_people(45, seed=9).assign(group="Grey")])
    assert any("Rests on few: 45 people (Grey)" in caveat for caveat in one(audited(rows), "group_selection_rate", "Grey").caveats)


def test_small_groups_are_blank_with_their_reason_and_left_out_of_largest_gaps(people):
    rows = pd.concat([people, made_up_people(9, seed=9).assign(group="Grey")])
    found = audited(rows)
    for measure in ("group_selection_rate", "group_false_positive_rate", "group_auc", "group_selection_rate_difference"):
        blank = one(found, measure, "Grey")
        assert blank.value is None
        assert blank.n is None
        assert "fewer than 10 people" in blank.caveats[0]
    assert any("too few people to show: Grey" in caveat for caveat in one(found, "equalised_odds_difference").caveats)


def shown_counts(found):
    """Every number of people that a finding gives away, plainly or as its share times its denominator."""
    shares = [finding for finding in found if finding.unit == "share" and finding.value is not None and finding.measure.removeprefix("group_") in RATES]
    return [number for finding in shares for number in (finding.n, finding.value * finding.n, (1 - finding.value) * finding.n)]


def test_confidential_counts_are_rounded_and_never_small(people):
    rows = pd.concat([people, made_up_people(30, seed=9).assign(group="Grey")])
    found = audited(rows, rule=CONFIDENTIAL)
    counts = np.array(shown_counts(found))
    assert len(counts) > 50
    assert counts.min() >= 10
    assert np.abs(counts / 5 - np.round(counts / 5)).max() < 1e-9
    assert all(finding.n is None or finding.n % 5 == 0 for finding in found)
    assert any("rounded to the nearest 5" in caveat for caveat in found[0].caveats)


@pytest.mark.parametrize("seed", range(6))
def test_no_number_shown_rests_on_a_true_count_below_ten_nor_leaves_one_by_subtraction(seed):
    """Random small tables: what is shown of each rate, and what everybody less the groups shown would leave."""
    random = np.random.default_rng(seed)
    cells = pd.DataFrame([(group, flag, outcome) for group in "ABCD" for flag in (True, False) for outcome in (True, False)])
    cells.columns = ["group", "is_flagged", "outcome"]
    cells = cells.assign(people=random.choice([0, 3, 12, 30, 200], len(cells)) + random.integers(0, 9, len(cells)))
    found = audited(cells, reference="A", rule=CONFIDENTIAL)
    true = dict(zip("ABCD", cells_of(counted(cells).cells, list("ABCD")), strict=True))
    for rate in RATES:
        shown = {one.group for one in found if one.measure == f"group_{rate}" and one.value is not None}
        parts = {group: parts_of(true[group], rate) for group in "ABCD"}
        assert all(side >= 10 for group in shown - {"Everyone"} for side in parts[group])
        hidden = set("ABCD") - shown
        if "Everyone" in shown and hidden and hidden != set("ABCD"):
            assert len(hidden) > 1
            assert min(sum(parts[group][side] for group in hidden) for side in (0, 1)) >= 10


def test_a_single_hidden_group_is_not_given_away_by_everybody_less_the_others(people):
    rows = pd.concat([people, made_up_people(30, seed=9).assign(group="Grey", is_flagged=False, outcome=False)])
    found = audited(rows, rule=CONFIDENTIAL)
    hidden = [finding.group for finding in found if finding.measure == "group_selection_rate" and finding.value is None]
    assert hidden == ["Green", "Grey"]


def test_cells_are_never_shown_where_their_groups_number_is_hidden(people):
    rows = pd.concat([people, made_up_people(30, seed=9).assign(group="Grey", is_flagged=False, outcome=False)])
    found = audited(rows, rule=CONFIDENTIAL)
    assert all(finding.value is None for finding in found if finding.measure == "cell_selection_rate" and finding.group.startswith("Green"))


def test_without_outcomes_only_flags_are_told_and_the_rest_is_refused_with_a_reason(people):
    found, refused = answers(people.drop(columns=["outcome"]))
    assert {"group_selection_rate", "demographic_parity_ratio", "cell_selection_rate"} <= {finding.measure for finding in found}
    assert not any("false_positive" in finding.measure for finding in found)
    assert "no outcome is known" in refused["errors, ranking and calibration"]


def test_without_flags_scores_can_still_be_judged(people):
    found, refused = answers(people.drop(columns=["is_flagged"]))
    assert one(found, "group_auc", "Amber").value > 0.6
    assert "flagged_from or flagged_bands" in refused["rates"]
    assert not any(finding.measure == "group_selection_rate" for finding in found)


def test_constant_scores_and_outcomes_of_one_kind_are_refused_not_computed(people):
    _, refused = answers(people.assign(score=5.0))
    assert "same score" in refused["ranking and calibration"]
    _, refused = answers(people.assign(score=np.nan))
    assert "score and a known outcome" in refused["ranking and calibration"]
    found, refused = answers(people.assign(outcome=False))
    assert "for nobody" in refused["ranking and calibration"]
    assert one(found, "group_false_negative_rate", "Amber").value is None
    assert one(found, "group_base_rate", "Amber").value == 0


def test_nothing_to_go_on_is_one_clear_message(people):
    with pytest.raises(CannotAnswer, match=r"flagged_from or flagged_bands(.|\n)*no outcome is known"):
        audited(people.drop(columns=["is_flagged", "outcome"]))
    with pytest.raises(CannotAnswer, match="All people are of one group"):
        audited(people[people["group"] == "Blue"])
    with pytest.raises(BadSetting, match="Groups found: Amber, Blue, Green"):
        audited(people, reference="White")
    with pytest.raises(BadSetting, match="no rate 'fpr'"):
        audited(people, family=("fpr",))
    with pytest.raises(BadSetting, match="no rate 'false_discovery_rate'"):
        audited(people, cell_rates=("false_discovery_rate",))


def test_people_of_no_recorded_group_are_told_not_dropped_in_silence(people):
    found = audited(people.assign(group=people["group"].where(people.index % 10 > 0)))
    missing = one(found, "people_without_group_share")
    assert missing.value == pytest.approx(0.1)
    assert any("10 % of people have no recorded group" in caveat for caveat in found[0].caveats)


def test_unknown_outcomes_give_bounds_that_hold_the_rate(people):
    unknown = people.assign(outcome=people["outcome"].astype("boolean").where(people.index % 8 > 0))
    found = audited(unknown)
    rate, bounds = one(found, "group_false_positive_rate", "Amber"), one(found, "group_false_positive_rate_bounds", "Amber")
    assert bounds.low < rate.value < bounds.high
    assert bounds.level is None
    assert not any("bounds" in finding.measure for finding in audited(people))


def test_areas_widen_what_they_should_and_few_areas_are_not_drawn(people):
    clumped = people.assign(area_code=(people.index // 100).astype(str)).sort_values("score", ignore_index=True)
    clumped["area_code"] = (clumped.index // 100).astype(str)
    wide, plain = one(audited(clumped), "group_selection_rate", "Amber"), one(audited(people), "group_selection_rate", "Amber")
    assert wide.high - wide.low > 2 * (plain.high - plain.low)
    assert "areas drawn anew" in wide.method
    few = audited(people.assign(area_code=(people.index % 4).astype(str)))
    assert "areas" not in one(few, "group_selection_rate", "Amber").method


def test_probabilities_get_a_calibration_error_and_deciles_do_not(people):
    stated = people.assign(score=1 / (1 + np.exp(-(people["score"] - 6) / 2)))
    assert one(audited(stated), "group_calibration_error", "Amber").value >= 0
    assert not any(finding.measure == "group_calibration_error" for finding in audited(people))


def test_bands_without_scores_can_be_ranked_once_their_order_is_said(people):
    banded = people.assign(band=np.where(people["score"] > 6, "High", "Low")).drop(columns="score")
    found, _ = answers(banded, band_order=["Low", "High"])
    assert one(found, "group_outcome_at_score").group == "Amber, Low"
    assert one(found, "group_auc", "Amber").value > 0.5


def test_people_alike_are_compared_within_strata_and_over_all(people, found):
    pooled = one(found, "conditional_selection_rate_ratio", "Amber")
    assert pooled.low < one(found, "group_selection_rate_ratio", "Amber").value < pooled.high
    assert {finding.group for finding in found if finding.measure == "stratum_selection_rate_difference"} >= {"Amber, none", "Amber, some"}
    _, refused = answers(people.drop(columns="stratum"))
    assert "no stratum" in refused["conditional parity"]


def test_pooled_ratios_over_strata_are_statsmodels_and_turn_round():
    from statsmodels.stats.contingency_tables import StratifiedTable

    counts = ([30, 40], [100, 50], [40, 60], [200, 100])
    tables = [np.array([[a, n - a], [c, m - c]]) for a, n, c, m in zip(*counts, strict=True)]
    assert common_ratio(*counts).value == pytest.approx(StratifiedTable(tables).riskratio_pooled)
    assert common_ratio(*counts[2:], *counts[:2]).value == pytest.approx(1 / common_ratio(*counts).value)
    assert common_difference(*counts[2:], *counts[:2]).value == pytest.approx(-common_difference(*counts).value)
    assert np.isnan(common_difference([0], [0], [3], [5]).value)


def test_a_cell_whose_outcomes_scores_understate_is_told(people):
    young = (people["group"] == "Blue") & (people["age_band"] == "under 25") & (people["sex"] == "male")
    found = audited(people.assign(outcome=people["outcome"] | (young & (people.index % 3 == 0))))
    cell = one(found, "cell_outcome_over_expected", "Blue, male, under 25")
    assert cell.low > 1
    assert cell.p_value < 0.01


def test_decision_makers_give_a_contraction_and_one_alone_a_reason():
    rows = lenient_world(800).assign(group=lambda frame: np.where(frame.index % 2, "Amber", "Blue"), is_flagged=lambda frame: frame["score"] > 5)
    found, _ = answers(rows)
    assert one(found, "contraction_wrongly_left_share", "50 % left alone").value < 0.3
    _, refused = answers(rows[rows["decision_maker"] == "m1"])
    assert "two decision makers" in refused["selective labels: contraction"]


def test_repeats_and_bins_are_told(people):
    fine = people.assign(score=people["score"] + np.random.default_rng(1).random(len(people)), person="same")
    found, _ = answers(fine, most_scores=50)
    assert any("more than one row" in caveat for caveat in found[0].caveats)
    assert any("may be off by at most" in caveat for caveat in one(found, "group_auc").caveats)


def test_the_callers_caveats_and_settings_stay(people):
    found, _ = answers(people, about=replace(ABOUT, caveats=("mine",), settings={"reading": 1}))
    assert "mine" in found[0].caveats
    assert found[0].settings["reading"] == 1
