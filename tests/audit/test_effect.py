"""The question of patrols, asked of a made-up trial, of months, of four sums, and of a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.effect import Asking, Drawn, trial_effect
from evenhand.audit.effect_before_after import BeforeAfter, before_after_findings
from evenhand.audit.effect_models import carry_over_findings, model_findings
from evenhand.audit.effect_power import equivalence_findings, outcome_rates, power_findings
from evenhand.audit.patrol_trial import lockdown_caveat, trial
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, RepeatedKey
from tests.audit.made_up_trial import trial as made_up
from tests.audit.test_displacement import panel

ABOUT = About("effect", "Made-up", "2022", "made up")
QUICK = Asking(replicates=199)


def place_days(seed=1, *, outcomes=("events",), **given):
    """A made-up trial as the table `place_days`; the second outcome and those after have no effect."""
    place, day, treated, events = made_up(seed, **given)
    rng = np.random.default_rng(seed + 1)
    parts = []
    for i, name in enumerate(outcomes):
        counts = events if i == 0 else rng.poisson(0.2, len(events))
        parts.append(pd.DataFrame({"place_code": [f"S{n:02d}" for n in place], "day": (np.datetime64("2022-07-01") + day).astype(str), "outcome": name,
                                   "is_treated": treated, "events": counts, "harm": counts * 10.0, "nearby_events": rng.poisson(0.5, len(events)),
                                   "is_patrolled": treated}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def of(found, measure, group=None):
    return next(one for one in found if one.measure == measure and (group is None or one.group == group))


def test_a_planted_effect_is_found_and_none_where_none_is_planted():
    found = trial_effect(Drawn(trial(place_days(3, outcomes=("violence", "theft"), rate=0.3, effect=0.5)), QUICK), about=ABOUT)
    planted, none = (of(found, "patrol_effect_ratio", name) for name in ("violence", "theft"))
    assert planted.low < 0.5 < planted.high < 1
    assert planted.p_value < 0.01
    assert none.low < 1 < none.high
    assert of(found, "patrol_effect_difference", "violence").value == pytest.approx(
        of(found, "events_per_100_place_days", "violence, patrol days").value - of(found, "events_per_100_place_days", "violence, other days").value
    )
    assert of(found, "patrol_harm_ratio", "violence").value == pytest.approx(planted.value)  # each event weighs the same
    assert of(found, "carried_out_share", "patrol days").value == 1


def test_all_outcomes_are_listed_with_their_p_raised_for_their_number():
    own = trial(place_days(3, outcomes=("a", "b", "c"), rate=0.3, effect=0.7))
    found = trial_effect(Drawn(own, QUICK), about=About("effect", "A", "2022", "made up", caveats=own.caveats))
    ratios = [one for one in found if one.measure == "patrol_effect_ratio"]
    assert [one.group for one in ratios] == ["a", "b", "c"]
    smallest = min(ratios, key=lambda one: one.p_value)
    assert smallest.settings["holm_p"] == pytest.approx(min(1, 3 * smallest.p_value))
    assert any("picks its p-value" in caveat for caveat in ratios[0].caveats)


def test_every_road_leads_to_about_one_ratio_where_nothing_carries_over():
    drawn = Drawn(trial(place_days(5, rate=0.8, effect=0.6)), QUICK)
    values = [of(trial_effect(drawn, about=ABOUT), "patrol_effect_ratio").value, *(one.value for one in model_findings(drawn, about=ABOUT))]
    assert len(values) == 5
    assert max(values) - min(values) < 0.05


def test_what_carries_over_is_told_for_each_day_after():
    drawn = Drawn(trial(place_days(2, rate=1.0, effect=0.5, protects=2, days=120)), QUICK)
    found = carry_over_findings(drawn, days=2, about=ABOUT)
    lags = [one for one in found if one.measure == "patrol_lag_ratio"]
    assert [one.group for one in lags] == ["events: the day itself", "events: 1 day after", "events: 2 days after"]
    assert all(one.high < 1 for one in lags)
    whole = of(found, "protected_days_ratio")
    assert whole.low < 0.5 < whole.high
    turned = of(found, "ratio_if_protection_lasts")
    assert turned.low < 0.5 < turned.high


def test_power_stands_beside_each_claim_and_falls_with_the_rate():
    drawn = Drawn(trial(place_days(1)), QUICK)
    rates = outcome_rates(drawn)
    found, curves = power_findings(drawn.lots, rates, claims=(0.31, 0.735), about=ABOUT, seed=1, runs=200)
    assert of(found, "power_at_effect", "events: 31 % fewer").value < 0.4
    assert of(found, "power_at_effect", "events: 73.5 % fewer").value > 0.7
    assert of(found, "exaggeration_at_effect", "events: 31 % fewer").value > 1.2
    assert 0.4 < of(found, "smallest_detectable_reduction").value < 0.8
    assert len(curves["events"]) == 22
    hopeless, _ = power_findings(drawn.lots, {"rare": (0.001, 0.0)}, claims=(), about=ABOUT, seed=1, runs=100)
    assert of(hopeless, "smallest_detectable_reduction").value is None
    assert "not even a reduction" in hopeless[0].caveats[0]


def test_no_effect_is_only_said_where_the_margin_is_kept():
    much, little = (Drawn(trial(place_days(4, rate=rate)), QUICK) for rate in (6.0, 0.04))
    assert equivalence_findings(much, margin=0.8, about=ABOUT)[0].value == 1
    (unsure,) = equivalence_findings(little, margin=0.8, about=ABOUT)
    assert unsure.value == 0
    assert "cannot be said" in unsure.caveats[0]
    with pytest.raises(BadSetting, match="between 0 and 1"):
        equivalence_findings(little, margin=1.2, about=ABOUT)


def test_nothing_recorded_is_null_with_its_reason_and_never_zero():
    drawn = Drawn(trial(place_days(1).assign(events=0, harm=0.0)), QUICK)
    found = [*trial_effect(drawn, about=ABOUT), *model_findings(drawn, about=ABOUT), *carry_over_findings(drawn, days=2, about=ABOUT)]
    for measure in ("patrol_effect_ratio", "patrol_harm_ratio", "patrol_model_ratio", "patrol_gee_ratio", "patrol_lag_ratio", "protected_days_ratio"):
        finding = of(found, measure)
        assert finding.value is None
        assert finding.caveats[0].startswith("Not given:")
    assert outcome_rates(drawn) == {}
    assert equivalence_findings(drawn, margin=0.8, about=ABOUT)[0].value is None


def test_nothing_on_other_days_gives_a_lower_limit_and_no_value():
    table = place_days(2, rate=0.1)
    finding = of(trial_effect(Drawn(trial(table.assign(events=table["events"].where(table["is_treated"], 0))), QUICK), about=ABOUT), "patrol_effect_ratio")
    assert finding.value is None
    assert finding.low > 1
    assert "nothing was recorded on the other days" in finding.caveats[0]


def test_unknown_surroundings_are_left_out_and_said_so():
    table = place_days(2, rate=0.1)
    table["nearby_events"] = table["nearby_events"].astype("Int64").mask(table.index % 7 == 0)
    finding = of(trial_effect(Drawn(trial(table), QUICK), about=ABOUT), "patrol_nearby_ratio")
    assert finding.n == (table.index % 7 != 0).sum()
    assert "unknown surroundings" in finding.caveats[0]


def test_one_place_and_few_places_are_told():
    alone = place_days(3, places=1, daily=0, days=60, rate=0.5)
    own = Drawn(trial(alone.assign(is_treated=alone.index % 2 == 0)), Asking("within-place", replicates=199))
    for one in model_findings(own, about=ABOUT):
        assert one.value is None
        assert one.caveats[0].startswith("Not given:")
    few = Drawn(trial(place_days(3, places=5, daily=2, days=60, rate=0.5)), QUICK)
    assert "Only 5 places" in model_findings(few, about=ABOUT)[0].caveats[0]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda rows: rows.assign(day="31/07/2022").iloc[:1], BadValue, "is no day"),
        (lambda rows: rows.assign(day="2022-02-30").iloc[:1], BadValue, "a day that is none"),
        (lambda rows: pd.concat([rows, rows.iloc[:5].assign(outcome="theft")]), CannotAnswer, "has other place-days"),
        (lambda rows: pd.concat([rows, rows.assign(outcome="theft", is_treated=~rows["is_treated"])]), BadValue, "disagree on which place-days"),
    ],
)
def test_tables_that_cannot_be_a_trial_are_refused(change, error, message):
    with pytest.raises(error, match=message):
        trial(change(place_days(1, days=10)))


def test_absent_place_days_and_the_pandemic_are_caveats():
    table = place_days(1, days=10)
    own = trial(table.drop(index=[3, 8]))
    assert own.absent == 2
    assert "2 of 200 place-days" in own.caveats[0]
    assert lockdown_caveat(np.datetime64("2020-07-01"), np.datetime64("2020-09-30"))
    assert not lockdown_caveat(np.datetime64("2022-07-01"), np.datetime64("2022-09-30"))


def test_the_question_answers_a_trial_with_pictures():
    result = ask("effect", {"place_days": place_days(1, outcomes=("violence", "theft"), effect=0.5)}, settings={"claim": (0.31,), "runs": 100}, replicates=199)
    measures = {one.measure for one in result.answer.findings}
    assert {"patrol_effect_ratio", "patrol_model_ratio", "patrol_gee_ratio", "patrol_lag_ratio", "power_at_effect", "no_effect_to_speak_of"} <= measures
    assert [picture.slug for picture in result.answer.pictures] == ["effect-by-method", "luck-theft", "luck-violence", "power"]
    with pytest.raises(RepeatedKey):
        ask("effect", {"place_days": pd.concat([place_days(1)] * 2)})


def months_table(seed=3):
    count, place, period, begins = panel(seed)
    return pd.DataFrame({"place_code": [f"P{n}" for n in place], "month": [f"2022-{m + 1:02d}" for m in period], "events": count,
                         "patrols_from": [None if b < 0 else f"2022-{b + 1:02d}" for b in begins]})  # fmt: skip


def test_the_question_answers_months_and_sums_side_by_side():
    sums = pd.DataFrame({"place_code": list("abcd"), "role": ["treated", "control", "displacement", "displacement-control"],
                         "before": [120, 130, 40, 30], "after": [100, 150, 25, 25]})  # fmt: skip
    result = ask("effect", {"place_months": months_table(), "before_after": sums}, settings={"months_before": 4})
    found = result.answer.findings
    assert of(found, "change_ratio").low < 0.7 < of(found, "change_ratio").high
    assert [one.settings["months_from_start"] for one in found if one.measure == "event_study_ratio"] == [-4, -3, -2, 0, 1, 2, 3]
    assert of(found, "weighted_displacement_difference").value == -50
    assert of(found, "change_against_control").value == pytest.approx(100 / 120 / (150 / 130))
    assert [picture.slug for picture in result.answer.pictures] == ["event-study"]


def test_places_that_began_at_different_times_are_taken_start_by_start_and_one_that_cannot_be_told_says_so():
    table = months_table()
    early = table["place_code"].isin(["P0", "P1"])
    found = ask("effect", {"place_months": table.assign(patrols_from=table["patrols_from"].mask(early, "2022-01"))}).answer.findings
    changes = [one for one in found if one.measure == "change_ratio"]
    assert [one.group for one in changes] == ["patrols from 2022-01", "patrols from 2022-07"]
    assert changes[0].value is None
    assert "no period with events before" in changes[0].caveats[0]
    assert changes[1].value is not None


def test_places_chosen_at_a_peak_get_the_fall_to_expect_beside_the_fall_recorded():
    rng = np.random.default_rng(2)
    rate = rng.gamma(2, 2, 200)
    before, after = rng.poisson(rate), rng.poisson(rate)
    role = np.where(before >= np.sort(before)[-15], "treated", "control")
    found = before_after_findings(BeforeAfter(role, before.astype(float), after.astype(float)), about=ABOUT, at_peak=True, seed=1)
    fall = of(found, "expected_fall")
    assert fall.low < fall.value < fall.high
    assert fall.value < -0.15
    assert "within this range" in fall.caveats[0]
    assert of(found, "weighted_displacement_quotient").value is None
    with pytest.raises(CannotAnswer, match="No place has the role 'control'"):
        before_after_findings(BeforeAfter(np.array(["treated"]), np.ones(1), np.ones(1)), about=ABOUT, at_peak=False, seed=1)


def test_a_plan_needs_no_table_and_nothing_at_all_is_said_so():
    found = ask("effect", {}, settings={"rate": 0.5, "places": 10, "daily": 4, "days": 30, "claim": (0.5,), "runs": 100}).answer.findings
    assert {one.measure for one in found} == {"power_at_effect", "exaggeration_at_effect", "smallest_detectable_reduction"}
    with pytest.raises(CannotAnswer, match="Nothing was given"):
        ask("effect", {})
    with pytest.raises(BadSetting, match="cannot be drawn"):
        ask("effect", {}, settings={"rate": 0.5, "places": 3, "daily": 4})
    with pytest.raises(BadSetting, match="between 0 and 1"):
        ask("effect", {}, settings={"rate": 0.5, "claim": (31.0,)})


def test_a_trial_in_which_nothing_was_left_to_chance_is_refused_and_the_rest_goes_on():
    table = place_days(1, days=6)
    always = table.assign(is_treated=table["place_code"] < "S08")
    with pytest.raises(CannotAnswer, match="Nothing was left to chance"):
        ask("effect", {"place_days": always}, settings={"design": "within-place"})
    result = ask("effect", {"place_days": always, "place_months": months_table()}, settings={"design": "within-place"})
    assert result.answer.refused[0].audit == "effect: place_days"
    assert of(result.answer.findings, "change_ratio").value is not None
