"""Counts to findings: against arithmetic done by hand and brute force."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.disparity import disparity_ratio
from evenhand.audit.intervals import ratio_exact
from evenhand.audit.missing_ethnicity import ratio_bounds, tipping_share
from evenhand.audit.stop_counts import COUNTED, IN_AREA
from evenhand.tables.errors import BadSetting, CannotAnswer, OutsidePlace
from evenhand.tables.findings import as_json
from tests.audit.made_up_stops import GROUPS, OFFICER, PEOPLE, SELF, STOPS, audited, even_counts, even_residents, the

approx = pytest.approx


def test_rates_ratios_and_differences_are_the_arithmetic_done_by_hand():
    found = audited()
    people = {group: 12 * number for group, number in PEOPLE.items()}
    assert the(found, "stops_per_1000", "Black").value == approx(60 / 6)  # 60 stops, 6 thousand residents
    assert the(found, "stop_rate_ratio", "Black").value == approx((60 / 6_000) / (240 / 96_000))
    assert the(found, "stop_rate_difference_per_1000", "Black").value == approx(10 - 2.5)
    assert the(found, "excess_stops", "Black").value == approx(60 - 6_000 * 240 / 96_000)
    assert the(found, "missing_ethnicity_share").value == approx(36 / (361 + 36))
    exact = ratio_exact(60, people["Black"], 240, people["White"])
    assert the(found, "stop_rate_ratio", "Black").settings["exact_interval"] == approx([float(exact.low), float(exact.high)])


def test_a_planted_ratio_is_found_and_its_interval_is_the_wider_of_the_two():
    """Areas policed very unevenly: the clustered interval is far wider than the exact one, and is the one shown. (Its coverage: test_intervals.)"""
    random = np.random.default_rng(0)
    patrol = random.gamma(0.5, 2, 200)
    codes = [f"A{area:03d}" for area in range(200)]
    people = {"Asian": 100, "Black": 100, "Mixed": 50, "Other": 50, "White": 800}
    rate = {"Asian": 0.02, "Black": 0.06, "Mixed": 0.03, "Other": 0.03, "White": 0.02}
    rows = [
        {
            "location": IN_AREA,
            "area_code": code,
            SELF: group,
            **dict.fromkeys(COUNTED, 0),
            "stops": random.poisson(people[group] * rate[group] * p * random.gamma(2, 0.5)),
        }
        for code, p in zip(codes, patrol, strict=True)
        for group in GROUPS
    ]
    residents = pd.DataFrame([{"area_code": code, "group": group, "residents": people[group]} for code in codes for group in GROUPS])
    ratio = the(audited(pd.DataFrame(rows), residents), "stop_rate_ratio", "Black")
    exact, clustered = ratio.settings["exact_interval"], ratio.settings["clustered_interval"]
    assert ratio.low < 3 < ratio.high
    assert clustered[1] / clustered[0] > exact[1] / exact[0]
    assert ratio.settings["interval_shown"] == "areas resampled"
    assert [ratio.low, ratio.high] == clustered


def test_under_ten_areas_the_exact_interval_is_all_there_is():
    found = audited(even_counts(areas=9), even_residents(areas=9))
    ratio = the(found, "stop_rate_ratio", "Asian")
    assert ratio.settings["clustered_interval"] is None
    assert [ratio.low, ratio.high] == ratio.settings["exact_interval"]


def test_evenly_spread_stops_do_not_get_an_interval_narrower_than_chance():
    ratio = the(audited(), "stop_rate_ratio", "Black")
    assert ratio.settings["interval_shown"] == "exact"
    assert ratio.settings["clustered_interval"][0] > ratio.low


def test_rates_carry_the_exact_limits_and_say_what_resampling_areas_gives():
    rate = the(audited(), "stops_per_1000", "Black")
    assert [rate.low, rate.high] == rate.settings["exact_interval"]
    assert any("whole areas drawn anew" in caveat for caveat in rate.caveats)


def test_same_input_and_seed_give_the_same_bytes():
    assert as_json(audited()) == as_json(audited())
    shuffled = even_counts().sample(frac=1, random_state=3)
    assert as_json(audited(shuffled, even_residents().sample(frac=1, random_state=5))) == as_json(audited())


def test_findings_are_json_with_null_for_absent_and_a_caveat_wherever_a_value_is_null():
    found = audited(even_counts({**STOPS, "Other": 0}))
    for one in json.loads(as_json(found)):
        assert one["question"] == "disparity"
        assert one["settings"]["field"] == SELF
        assert one["place"] == "Anytown"
        assert one["method"]
        assert any(text.startswith("Stops are events") for text in one["caveats"])
        assert any(text.startswith("Residents are not") for text in one["caveats"])
        assert any("no self-defined ethnicity" in text for text in one["caveats"])
        if one["value"] is None:
            assert one["caveats"][0].startswith(("suppressed", "No share"))
            assert (one["low"], one["high"]) == (None, None)


def test_all_the_measures_are_there():
    measures = Counter(f.measure for f in audited())
    assert measures == {
        "stop_rate_ratio": 4,
        "stop_rate_ratio_bounds": 4,
        "stop_rate_ratio_missing_tipping_share": 4,
        "stops_per_1000": 5,
        "stop_rate_difference_per_1000": 4,
        "excess_stops": 4,
        "no_further_action_share": 5,
        "no_further_action_difference": 4,
        "missing_ethnicity_share": 1,
        "section_60_share": 1,
    }


def test_the_style_guides_example_holds():
    value, low, high = disparity_ratio([0, 100], [1_000, 10_000], reference=1)
    assert value.tolist() == [0, 1]
    assert np.isnan(high).all()
    assert np.isnan(low[1])
    with pytest.raises(CannotAnswer):
        disparity_ratio([5, 0], [1_000, 10_000], reference=1)


@pytest.mark.parametrize(("n", "base", "missing"), [(3, 5, 4), (0, 2, 3), (7, 1, 6), (4, 9, 0)])
def test_bounds_are_the_extremes_over_every_way_to_hand_out_the_missing(n, base, missing):
    """Brute force: each missing stop is of the group, of the reference or of another."""
    ratios = [((n + handed.count("g")) / 400) / ((base + handed.count("r")) / 9_000) for handed in itertools.product("gro", repeat=missing)]
    value, low, high = ratio_bounds(n, 400, base, 9_000, missing)
    assert (low, high) == approx((min(ratios), max(ratios)))
    assert value == approx((n / 400) / (base / 9_000))


def test_bounds_in_the_findings_are_not_called_an_interval():
    bounds = the(audited(), "stop_rate_ratio_bounds", "Black")
    assert bounds.level is None
    assert bounds.low == approx((60 / 6_000) / ((240 + 36) / 96_000))
    assert bounds.high == approx(((60 + 36) / 6_000) / (240 / 96_000))
    assert "bounds, not an interval" in bounds.caveats[0]


def test_the_tipping_share_put_back_gives_a_ratio_of_one():
    share = float(tipping_share(30, 1_000, 280, 10_000, 40).share)
    assert (30 / 1_000) / ((280 + share * 40) / 10_000) == approx(1)
    numbers = {**STOPS, "Mixed": 10}  # 3,600 residents: as many as 9 stops would make equal
    found = the(audited(even_counts(numbers)), "stop_rate_ratio_missing_tipping_share", "Mixed")
    assert (10 / 3_600) / ((240 + found.value * 36) / 96_000) == approx(1)


@pytest.mark.parametrize(
    ("numbers", "missing", "reason"),
    [({}, 36, "even if all the missing"), ({"Black": 12}, 36, "1 or less already"), ({}, 0, "no ethnicity is missing")],
)
def test_a_tipping_share_that_cannot_be_is_null_with_its_reason(numbers, missing, reason):
    found = the(audited(even_counts({**STOPS, **numbers}, missing=missing)), "stop_rate_ratio_missing_tipping_share", "Black")
    assert found.value is None
    assert reason in found.caveats[0]


def test_what_the_officer_saw_can_stand_in_for_a_missing_answer():
    counts = even_counts()
    counts[OFFICER] = counts[SELF].fillna("Black")
    found = the(audited(counts), "stop_rate_ratio_officer_substituted", "Black")
    assert found.value == approx(((60 + 36) / 6_000) / (240 / 96_000))


def test_an_officers_field_that_lost_its_groups_stands_in_for_nothing():
    counts = even_counts().assign(**{OFFICER: None})
    assert not [f for f in audited(counts) if f.measure == "stop_rate_ratio_officer_substituted"]


def test_no_further_action_leaves_out_unknown_outcomes_and_says_so():
    counts = even_counts()
    counts["no_further_action"], counts["outcome_missing"] = counts["stops"] // 2, counts["stops"] // 4
    black = counts[counts[SELF] == "Black"]
    found = the(audited(counts), "no_further_action_share", "Black")
    assert found.value == approx(black["no_further_action"].sum() / (60 - black["outcome_missing"].sum()))
    assert found.n == 60 - black["outcome_missing"].sum()
    assert "no outcome recorded" in found.caveats[0]
    assert the(audited(counts), "no_further_action_difference", "Black").reference == "White"


def test_no_recorded_outcome_gives_no_share_of_no_further_action():
    counts = even_counts()
    counts["outcome_missing"] = counts["stops"]
    found = the(audited(counts), "no_further_action_share", "White")
    assert found.value is None
    assert "outcome" in found.caveats[0]


def test_section_60_is_told_apart_and_unknown_powers_are_left_out():
    counts = even_counts()
    counts["section_60"] = (counts["stops"] >= 5).astype(int)
    counts["power_missing"] = (counts["stops"] < 5).astype(int)
    found = the(audited(counts), "section_60_share")
    assert found.value == approx(counts["section_60"].sum() / (counts["stops"].sum() - counts["power_missing"].sum()))


def test_every_denominator_is_shown_and_how_far_the_answer_moves():
    workday = even_residents({**PEOPLE, "White": 16_000})
    whole = pd.DataFrame({"area_code": "Anytown", "group": list(PEOPLE), "residents": [6_000, 3_000, 2_000, 1_000, 96_000]})
    found = audited(denominators={"workday": workday, "survey": whole})
    assert the(found, "stop_rate_ratio", "Black", denominator="residents").value == approx(4)
    assert the(found, "stop_rate_ratio", "Black", denominator="workday").value == approx(8)
    assert the(found, "stop_rate_ratio", "Black", denominator="survey").settings["clustered_interval"] is None
    moved = the(found, "stop_rate_ratio_denominator_range", "Black")
    assert (moved.value, moved.low, moved.high, moved.level) == (approx(4), approx(4), approx(8), None)
    assert moved.settings["largest_over_smallest"] == approx(2)


def test_a_denominator_of_another_place_or_of_the_same_name_is_refused():
    with pytest.raises(OutsidePlace, match="two places"):
        audited(denominators={"workday": even_residents(areas=11)})
    with pytest.raises(BadSetting, match="own name"):
        audited(denominators={"residents": even_residents()})
    with pytest.raises(CannotAnswer, match="nobody of the reference"):
        audited(denominators={"none": even_residents({**PEOPLE, "White": 0})})
