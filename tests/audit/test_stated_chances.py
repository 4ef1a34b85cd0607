"""Stated probabilities and flags as findings: for people and for places, and nothing that tells of a few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.disclosure import CONFIDENTIAL, already_published
from evenhand.audit.expected_counts import count_findings
from evenhand.audit.judging import judged
from evenhand.audit.person_validity import flag_findings
from evenhand.audit.place_case import Case
from evenhand.audit.place_forecasts import laid_out
from evenhand.audit.probability_scores import brier, poisson_crps
from evenhand.audit.stated_chances import Stated, benefit_curve, chance_findings
from evenhand.tables.errors import BadSetting, CannotAnswer

ABOUT = About("accuracy", "Anywhere", "2024", "made up")
PUBLIC = already_published("the test")


def by_measure(found) -> dict:
    return {one.measure: one for one in found}


def cells(table) -> pd.DataFrame:
    """People by flag and outcome: flagged with, flagged without, not flagged with, not flagged without."""
    frame = pd.DataFrame({"is_flagged": [True, True, False, False], "outcome": [True, False, True, False], "people": table})
    return frame.astype({"is_flagged": "boolean", "outcome": "boolean"})


def test_flags_of_the_compas_table_come_out_as_published():
    """ProPublica, all defendants: TP 2035, FP 1282, FN 1216, TN 2681; PPV .6135, base .4507, sensitivity 1 - .3740."""
    found = by_measure(flag_findings(cells([2035, 1282, 1216, 2681]), about=ABOUT, system="COMPAS", rule=PUBLIC))
    assert found["flagged_followed_share"].value == pytest.approx(0.6135, abs=5e-5)
    assert found["outcome_flagged_share"].value == pytest.approx(1 - 0.3740, abs=5e-5)
    assert found["outcome_share"].value == pytest.approx(0.4507, abs=5e-5)
    assert found["flagged_over_base_rate"].value == pytest.approx(0.6135 / 0.4507, abs=1e-3)
    assert found["flagged_followed_share"].n == 3317
    needed = flag_findings(cells([2035, 1282, 1216, 2681]), about=ABOUT, system="COMPAS", rule=PUBLIC)
    assert [round(one.value, 3) for one in needed if one.measure == "number_needed_to_flag"] == [1.630, 2.219]


def test_few_people_are_not_shown_and_the_rest_is_rounded():
    hidden = by_measure(flag_findings(cells([4, 60, 80, 900]), about=ABOUT, system="s", rule=CONFIDENTIAL))
    assert hidden["flagged_followed_share"].value is None
    assert "fewer than 10 people" in hidden["flagged_followed_share"].caveats[0]
    shown = by_measure(flag_findings(cells([23, 61, 82, 903]), about=ABOUT, system="s", rule=CONFIDENTIAL))
    assert shown["flagged_followed_share"].value == 25 / 85
    assert shown["flagged_followed_share"].n % 5 == 0


def test_unknown_outcomes_are_told_of_and_absent_ones_refused():
    known = pd.concat([cells([30, 60, 80, 900]), cells([0, 40, 0, 0]).assign(outcome=pd.array([pd.NA] * 4, dtype="boolean"))])
    found = flag_findings(known, about=ABOUT, system="s", rule=CONFIDENTIAL)
    assert all("About 40 people without a known outcome" in " ".join(one.caveats) for one in found)
    for column in ("outcome", "is_flagged"):
        with pytest.raises(CannotAnswer):
            flag_findings(cells([30, 60, 80, 900]).assign(**{column: pd.array([pd.NA] * 4, dtype="boolean")}), about=ABOUT, system="s", rule=CONFIDENTIAL)


def test_where_the_outcome_is_rarer_fewer_flags_come_true():
    """At COMPAS's own base rate its own share comes back; at 2 % most flags are wrong."""
    found = flag_findings(cells([2035, 1282, 1216, 2681]), about=ABOUT, system="s", rule=PUBLIC, prevalence=(3251 / 7214, 0.02))
    here, rare = [one for one in found if one.measure == "flagged_followed_share_elsewhere"]
    assert here.value == pytest.approx(2035 / 3317)
    assert rare.value == pytest.approx(0.02 * 2035 / 3251 / (0.02 * 2035 / 3251 + 0.98 * 1282 / 3963))
    assert rare.low < rare.value < rare.high < 0.05
    with pytest.raises(BadSetting):
        flag_findings(cells([30, 60, 80, 900]), about=ABOUT, system="s", rule=PUBLIC, prevalence=(2.0,))


def test_none_of_those_flagged_leaves_no_number_needed():
    found = [one for one in flag_findings(cells([0, 60, 80, 900]), about=ABOUT, system="s", rule=PUBLIC) if one.measure == "number_needed_to_flag"]
    assert found[0].value is None
    assert "none of those flagged" in found[0].caveats[0]


def some_people(many: int = 900, seed: int = 1, **more) -> Stated:
    rng = np.random.default_rng(seed)
    bands = np.array([0.1, 0.3, 0.5, 0.7])
    people = rng.multinomial(many, [0.4, 0.3, 0.2, 0.1])
    yes = rng.binomial(people, bands)
    return Stated(bands, yes.astype(float), (people - yes).astype(float), **more)


def test_stated_chances_have_their_score_skill_and_bands():
    stated = some_people(seed=2, rule=PUBLIC)
    found = chance_findings(stated, about=ABOUT, system="s")
    got = by_measure(found)
    plain = brier(stated.probability, stated.yes, stated.no)
    assert got["brier_score"].value == pytest.approx(plain, abs=5e-4)
    base = stated.base_rate * (1 - stated.base_rate)
    assert got["brier_skill"].value == pytest.approx(1 - plain / base, abs=5e-4)
    parts = [got[f"brier_{part}"].value for part in ("reliability", "resolution", "uncertainty")]
    assert parts[0] - parts[1] + parts[2] == pytest.approx(plain, abs=2e-3)
    bands = [one for one in found if one.measure == "came_true_share"]
    assert [one.value for one in bands] == pytest.approx((stated.yes / (stated.yes + stated.no)).tolist(), abs=5e-4)
    assert got["calibration_slope"].low < 1 < got["calibration_slope"].high


def test_no_figure_about_a_few_people_leaves():
    few = Stated(np.array([0.1, 0.6]), np.array([3.0, 4.0]), np.array([40.0, 6.0]), rule=CONFIDENTIAL)
    assert all(one.value is None and one.low is None for one in chance_findings(few, about=ABOUT, system="s"))
    mixed = Stated(np.array([0.1, 0.6]), np.array([30.0, 4.0]), np.array([400.0, 30.0]), rule=CONFIDENTIAL)
    found = chance_findings(mixed, about=ABOUT, system="s")
    bands = [one for one in found if one.measure == "came_true_share"]
    assert [one.value is None for one in bands] == [True, True]  # the second hidden, the first would give it away
    assert np.isnan(benefit_curve(mixed, np.array([0.5]), harm=1, level=0.95).system.value).all()


def test_a_certainty_that_failed_is_said_instead_of_a_number():
    found = by_measure(chance_findings(Stated(np.array([0.0, 0.5]), np.array([20.0, 50]), np.array([30.0, 50])), about=ABOUT, system="s"))
    assert found["log_score"].value is None
    assert "without bound" in found["log_score"].caveats[0]
    assert found["calibration_slope"].value is None


def test_all_true_leaves_no_skill_and_nobody_no_answer():
    found = by_measure(chance_findings(Stated(np.array([0.5]), np.array([40.0]), np.array([0.0])), about=ABOUT, system="s"))
    assert found["brier_skill"].value is None
    with pytest.raises(CannotAnswer):
        chance_findings(Stated(np.array([]), np.array([]), np.array([])), about=ABOUT, system="s")


def test_cases_in_blocks_are_worth_less_than_as_many_alone():
    rng = np.random.default_rng(3)
    block = np.repeat(np.arange(30), 20)
    came = (rng.random(600) < np.repeat(rng.beta(1, 2, 30), 20)).astype(float)
    p = np.full(600, 0.3) + rng.uniform(-0.05, 0.05, 600)
    together, alone = (by_measure(chance_findings(Stated(p, came, 1 - came, at), about=ABOUT, system="s"))["brier_score"] for at in (block, None))
    assert together.value == pytest.approx(alone.value)
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def counts_case(expected, before: int = 3) -> Case:
    rng = np.random.default_rng(4)
    months = [f"2023-{month:02d}" for month in range(1, 13)] + [f"2024-{month:02d}" for month in range(1, 13)]
    rate = np.linspace(0.2, 4, 20)
    events = pd.DataFrame(rng.poisson(rate, (24, 20)), index=months, columns=[f"p{at:02d}" for at in range(20)])
    recorded = events.stack().rename("events").rename_axis(["month", "place_code"]).reset_index()
    said = recorded[recorded["month"] >= "2024"].rename(columns={"month": "from"}).assign(to=lambda frame: frame["from"])
    at = said["place_code"].str[1:].astype(int)
    said = said.assign(expected=expected(rate[at]), is_flagged=at >= 15).drop(columns="events")
    forecasts = laid_out(said, recorded)
    return Case(forecasts, judged(forecasts.events, unit="months"), ABOUT, "s")


def test_expected_counts_that_are_true_beat_the_mean_so_far_and_are_calibrated():
    case = counts_case(lambda rate: rate)
    found = count_findings(case)
    got = by_measure(found)
    assert got["count_crps"].value == pytest.approx(poisson_crps(case.forecasts.expected, case.forecasts.events).mean())
    for name in ("recorded_over_expected", "count_calibration_slope"):
        assert got[name].low < 1 < got[name].high
    skills = {one.reference: one.value for one in found if one.measure == "count_crps_skill"}
    assert skills["same mean everywhere"] > 0.2
    assert -0.01 < skills["count map"] < 0.1


def test_expected_counts_twice_too_high_are_told():
    got = by_measure(count_findings(counts_case(lambda rate: 2 * rate)))
    assert got["recorded_over_expected"].high < 0.6
    assert by_measure(count_findings(counts_case(lambda rate: rate**2)))["count_calibration_slope"].high < 0.7


def test_an_event_where_none_was_expected_leaves_no_log_score():
    got = by_measure(count_findings(counts_case(lambda rate: np.where(rate < 1, 0, rate))))
    assert got["count_log_score"].value is None
    assert "exactly none was expected" in got["count_log_score"].caveats[0]
    with pytest.raises(CannotAnswer, match="no expected counts"):
        count_findings(counts_case(lambda rate: np.full(len(rate), np.nan)))
