"""What the disparity audit tells beyond rates: finds, arrests, powers, areas, clusters; and when it must not."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.adjusted_ratio import mantel_haenszel
from evenhand.audit.disparity import PARTS, both_fields
from evenhand.audit.intervals import ratio_exact, share_wilson
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.findings import as_json
from tests.audit.made_up_stops import GROUPS, OFFICER, PEOPLE, SELF, STOPS, audited, even_counts, even_residents, the

approx = pytest.approx


def with_finds(**columns):
    """Even counts in which a quarter of stops found something and half had no further action; each row rounds down."""
    counts = even_counts({group: 20 * number for group, number in STOPS.items()})
    counts["found"] = counts["stops"] // 4
    counts["no_further_action"] = counts["stops"] // 2
    return counts.assign(**columns)


def parted(*parts, counts=None, residents=None, **settings):
    return audited(counts if counts is not None else with_finds(), residents, parts=parts, **settings)


def test_finds_are_shares_of_the_stops_that_say_so_or_not():
    counts = with_finds()
    counts["found_missing"] = counts["stops"] // 5
    counts["found_missing_no_further_action"] = counts["found_missing"] // 2
    black = counts[counts[SELF] == "Black"]
    found = the(parted("outcomes", counts=counts), "find_share", "Black")
    known = black["stops"].sum() - black["found_missing"].sum()
    assert (found.value, found.n) == (approx(black["found"].sum() / known), known)
    assert any("% of the stops do not say" in caveat for caveat in found.caveats)
    apart = the(parted("outcomes", counts=counts), "find_difference", "Black")
    white = counts[counts[SELF] == "White"]
    assert apart.value == approx(found.value - white["found"].sum() / (white["stops"].sum() - white["found_missing"].sum()))
    assert apart.reference == "White"


def test_the_interval_of_a_share_is_the_wider_of_wilsons_and_that_of_areas_drawn_anew():
    even = the(parted("outcomes"), "find_share", "White")
    counts = with_finds()
    assert [even.low, even.high] == approx(even.settings["exact_interval"])
    white = counts[counts[SELF] == "White"]
    assert even.settings["exact_interval"] == approx([float(end) for end in share_wilson(white["found"].sum(), white["stops"].sum())[1:]])
    counts["found"] = np.where(counts["area_code"].isin(["A00", "A01", "A02"]), counts["stops"], 0)  # all finds in a quarter of the areas
    uneven = the(parted("outcomes", counts=counts), "find_share", "White")
    assert uneven.settings["interval_shown"] == "areas resampled"
    assert uneven.high - uneven.low > 3 * (uneven.settings["exact_interval"][1] - uneven.settings["exact_interval"][0])


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"found": 0, "found_missing": lambda t: t["stops"], "found_missing_no_further_action": lambda t: t["no_further_action"]}, "never say whether"),
        ({"found": 0}, "left at 'no'"),
        ({"found_missing": lambda t: t["stops"] * 2 // 5, "found_missing_no_further_action": lambda t: t["stops"] * 2 // 5}, "for 100 %"),
        ({"found_missing": lambda t: t["stops"] * 3 // 5, "found_missing_no_further_action": lambda t: t["stops"] * 3 // 10}, "more than half"),
        ({"found": lambda t: t["stops"] * 3 // 4, "found_no_further_action": lambda t: t["stops"] * 2 // 5}, "understood otherwise"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_mean_finds_gives_no_share_and_says_why(columns, reason):
    """As in files of the Met (never filled; later 'no' throughout), Avon and Somerset (where something followed), West Yorkshire ('yes' to nothing)."""
    found = the(parted("outcomes", counts=with_finds(**columns)), "find_share", "Black")
    assert found.value is None
    assert reason in found.caveats[0]
    assert the(parted("outcomes", counts=with_finds(**columns)), "arrest_share", "Black").value is not None


def test_a_few_finds_marked_although_nothing_followed_are_said():
    counts = with_finds(found_no_further_action=lambda table: table["no_further_action"] // 5)
    assert any("marked as finds; some may mean something else" in caveat for caveat in the(parted("outcomes", counts=counts), "find_share", "Black").caveats)


def test_arrests_are_shares_of_stops_with_an_outcome_and_unknown_where_none_is_recorded():
    counts = with_finds(arrest=lambda table: table["stops"] // 10, outcome_missing=lambda table: table["stops"] // 5)
    black = counts[counts[SELF] == "Black"]
    found = the(parted("outcomes", counts=counts), "arrest_share", "Black")
    assert found.value == approx(black["arrest"].sum() / (black["stops"].sum() - black["outcome_missing"].sum()))
    nothing = with_finds(no_further_action=0, outcome_missing=lambda table: table["stops"])
    assert "No stop has an outcome" in the(parted("outcomes", counts=nothing), "arrest_share", "Black").caveats[0]


def with_powers(section_60, **columns):
    """Even counts with so many stops under section 60 in each row of a group."""
    counts = even_counts({group: 20 * number for group, number in STOPS.items()})
    counts["section_60"] = counts[SELF].map(section_60).fillna(0).astype(int)
    return counts.assign(**columns)


def test_each_power_has_a_ratio_of_its_own():
    counts = with_powers({"Black": 10, "White": 5, "Asian": 1, "Mixed": 1, "Other": 1})
    found = parted("powers", counts=counts)
    people = {group: 12 * number for group, number in PEOPLE.items()}
    alone, rest = the(found, "stop_rate_ratio_section_60", "Black"), the(found, "stop_rate_ratio_other_powers", "Black")
    assert alone.value == approx((120 / people["Black"]) / (60 / people["White"]))
    assert rest.value == approx(((1_200 - 120) / people["Black"]) / ((4_800 - 60) / people["White"]))
    assert (alone.n, rest.n) == (120, 1_080)
    exact = ratio_exact(120, people["Black"], 60, people["White"])
    assert alone.settings["exact_interval"] == approx([float(exact.low), float(exact.high)])
    assert "bursts" in alone.caveats[0]


def test_few_stops_under_a_power_are_withheld_and_do_not_follow_from_the_others():
    counts = with_powers({"Black": 0, "White": 5})
    counts.loc[counts[counts[SELF] == "Black"].index[0], "section_60"] = 3
    found = parted("powers", counts=counts)
    alone, rest = the(found, "stop_rate_ratio_section_60", "Black"), the(found, "stop_rate_ratio_other_powers", "Black")
    assert alone.value is None
    assert alone.caveats[0] == "suppressed: fewer than 5 stops under section 60"
    assert rest.n is None
    assert rest.value == round(rest.value, 2)
    assert not {"reference_stops", "exact_interval"} & set(rest.settings)
    nothing = the(found, "no_further_action_share_other_powers", "Black")
    assert nothing.n is None
    assert the(found, "stop_rate_ratio_other_powers", "Asian").n == 800  # none under section 60: nothing to hide


def test_a_reference_with_few_stops_under_a_power_or_no_recorded_power_gives_no_ratio_and_says_why():
    found = the(parted("powers", counts=with_powers({"Black": 10})), "stop_rate_ratio_section_60", "Black")
    assert "The reference group has fewer than 5 stops under section 60" in found.caveats[0]
    unknown = with_powers({}, power_missing=lambda table: table["stops"])
    for one in parted("powers", counts=unknown):
        assert one.value is None
        assert one.caveats[0].startswith(("No stop has its power recorded", "suppressed"))


def test_no_further_action_is_told_by_power():
    followed = {"no_further_action": lambda table: table["stops"] // 2, "section_60_no_further_action": lambda table: table["section_60"] * 4 // 5}
    counts = with_powers({"Black": 10, "White": 5}, **followed)
    found = parted("powers", counts=counts)
    assert the(found, "no_further_action_share_section_60", "Black").value == approx(0.8)
    black = counts[counts[SELF] == "Black"]
    assert the(found, "no_further_action_share_other_powers", "Black").value == approx((black["no_further_action"].sum() - 96) / (1_200 - 120))


def uneven_world(areas=40, seed=5, *, ratio=3.0, targeting=1.0):
    """Areas whose stops differ, more of them where Black people live; within every area the ratio is the same."""
    random = np.random.default_rng(seed)
    codes = [f"A{area:02d}" for area in range(areas)]
    share = random.uniform(0.2, 3, areas)
    people = pd.DataFrame({group: np.full(areas, number) for group, number in PEOPLE.items()}, index=codes)
    people["Black"] = (500 * share).astype(int)
    level = 0.01 * random.gamma(4, 0.25, areas) * share**targeting
    stops = {group: random.poisson(people[group] * level * (ratio if group == "Black" else 1)) for group in GROUPS}
    rows = [{"location": "in an area", "area_code": code, SELF: group, "stops": stops[group][i]} for i, code in enumerate(codes) for group in GROUPS]
    counts = pd.DataFrame(rows).assign(**{name: 0 for name in even_counts(areas=1).columns if name not in ("location", "area_code", SELF, "stops")})
    residents = people.reset_index(names="area_code").melt(id_vars="area_code", var_name="group", value_name="residents")
    return counts[counts["stops"] > 0], residents


def test_a_ratio_planted_within_areas_is_told_from_what_the_areas_add():
    counts, residents = uneven_world()
    found = parted("areas", counts=counts, residents=residents)
    within, whole, added = (the(found, f"stop_rate_ratio_{name}", "Black") for name in ("within_areas", "areas_together", "allocation"))
    assert within.low < 3 < within.high
    assert whole.low > 3
    assert added.low > 1
    assert whole.value == approx(within.value * added.value)
    assert the(found, "allocation_share_of_log_ratio", "Black").value == approx(np.log(added.value) / np.log(whole.value))
    for name in ("poisson", "scattered"):
        one = the(found, f"stop_rate_ratio_within_areas_{name}", "Black")
        assert one.low < 3 < one.high
    assert "takes away that very choice" in within.caveats[0]
    assert the(found, "area_ratio_typical", "Black").low < 3 < the(found, "area_ratio_typical", "Black").high
    assert the(found, "areas_above_one_share", "Black").value > 0.9


def test_where_nothing_is_planted_nothing_is_found():
    counts, residents = uneven_world(ratio=1.0, targeting=0.0)
    found = parted("areas", counts=counts, residents=residents)
    for name in ("stop_rate_ratio_within_areas", "stop_rate_ratio_areas_together", "stop_rate_ratio_allocation", "area_ratio_typical"):
        one = the(found, name, "Black")
        assert one.low < 1 < one.high, name
    assert the(found, "areas_above_one_share", "Black").value < 0.1
    assert the(found, "allocation_share_of_log_ratio", "Black").value is None
    assert "nothing clear to share out" in the(found, "allocation_share_of_log_ratio", "Black").caveats[0]


def test_the_adjusted_ratio_is_that_of_the_function_it_names():
    counts, residents = uneven_world()
    wide = residents.pivot(index="area_code", columns="group", values="residents")
    stops = counts.pivot_table(index="area_code", columns=SELF, values="stops", fill_value=0).reindex(wide.index, fill_value=0)
    value = mantel_haenszel(stops["Black"], wide["Black"], stops["White"], wide["White"]).value
    assert the(parted("areas", counts=counts, residents=residents), "stop_rate_ratio_within_areas", "Black").value == approx(float(value))


def test_areas_where_only_one_group_lives_are_left_out_and_the_stops_in_them_said():
    counts, residents = uneven_world()
    residents.loc[(residents["group"] == "Black") & residents["area_code"].isin(["A00", "A01"]), "residents"] = 0
    one = the(parted("areas", counts=counts, residents=residents), "stop_rate_ratio_within_areas", "Black")
    assert (one.settings["areas_compared"], one.settings["areas_left_out"]) == (38, 2)
    assert any("only one of them lives" in caveat for caveat in one.caveats)


def test_too_few_areas_or_stops_give_null_with_the_reason():
    few = parted("areas", counts=even_counts(areas=9), residents=even_residents(areas=9))
    assert all(one.value is None and "Fewer than 10 areas" in one.caveats[0] for one in few)
    rare = the(parted("areas", counts=even_counts({**STOPS, "Mixed": 4})), "stop_rate_ratio_within_areas", "Mixed")
    assert (rare.value, rare.caveats[0]) == (None, "suppressed: fewer than 5 stops")


def test_a_group_of_which_nobody_lives_there_has_no_ratio_in_any_part_and_that_is_said_first():
    nobody = even_residents({**PEOPLE, "Other": 0})
    counts = with_powers(dict.fromkeys(GROUPS, 5))
    for one in parted("overall", "powers", "areas", counts=counts, residents=nobody):
        if one.group == "Other" and one.unit in ("ratio", "per 1,000 residents", "stops"):
            assert one.value is None, one.measure
            assert "lives in the place" in one.caveats[0] or "Fewer than 10 areas" in one.caveats[0], one.measure


def test_limits_that_the_draws_cannot_give_are_said_to_be_missing():
    """All of the group's stops lie in one area, which a third of the draws leave out."""
    counts, residents = uneven_world()
    elsewhere = (counts[SELF] == "Black") & (counts["area_code"] != "A03")
    counts = counts[~elsewhere]
    one = the(parted("areas", counts=counts, residents=residents), "stop_rate_ratio_areas_together", "Black")
    assert one.value > 0
    assert (one.low, one.high) == (None, None)
    assert one.caveats[0].startswith("No interval")


def test_single_areas_are_given_only_when_asked_and_only_with_five_stops_of_both():
    counts, residents = uneven_world()
    single = "area_stop_rate_ratio"
    assert not [one for one in parted("areas", counts=counts, residents=residents) if one.measure == single]
    shown = [one for one in parted("areas", counts=counts, residents=residents, each_area=True) if (one.measure, one.group) == (single, "Black")]
    stops = counts.pivot_table(index="area_code", columns=SELF, values="stops", fill_value=0)
    enough = stops.index[(stops["Black"] >= 5) & (stops["White"] >= 5)]
    assert [one.settings["area_code"] for one in shown] == list(enough)
    assert all(one.low < one.value < one.high and 0 <= one.settings["probability_above_one"] <= 1 for one in shown)


def test_clusters_drawn_whole_widen_the_interval_and_too_few_give_none():
    counts = even_counts()
    counts["cluster"] = [f"operation {number % 12}" for number in range(len(counts))]
    one = the(parted("clusters", counts=counts), "stop_rate_ratio_clusters_drawn", "Black")
    assert one.value == approx(4)
    assert one.low < 4 < one.high
    two = counts.assign(cluster=np.where(counts["area_code"] < "A06", "one", "two"))
    assert "Only 2 clusters" in the(parted("clusters", counts=two), "stop_rate_ratio_clusters_drawn", "Black").caveats[0]
    with pytest.raises(BadSetting, match="column 'cluster'"):
        parted("clusters")


def test_both_fields_answer_part_after_part_and_a_field_that_is_refused_is_asked_no_further():
    counts = with_finds()
    counts[OFFICER] = counts[SELF]
    found, refused = both_fields(counts, even_residents(), parts=("overall", "outcomes"), replicates=50)
    assert not refused
    order = [(one.settings["field"], one.measure) for one in found]
    assert order.index((SELF, "stop_rate_ratio")) < order.index((OFFICER, "find_share"))
    lost, refused = both_fields(counts.assign(**{OFFICER: None}), even_residents(), parts=("overall", "outcomes"), replicates=50)
    assert list(refused) == [OFFICER]
    assert {one.settings["field"] for one in lost} == {SELF}


def test_unknown_parts_and_months_without_counts_are_refused():
    with pytest.raises(BadSetting, match="Known: overall"):
        parted("everything")
    with pytest.raises(BadSetting, match="counts by month"):
        parted("months")


def test_every_finding_of_every_part_has_its_denominator_or_its_reason_and_is_json():
    counts, residents = uneven_world()
    counts = counts.assign(found=counts["stops"] // 3, no_further_action=counts["stops"] // 2)
    found = parted(*[part for part in PARTS if part != "months"], counts=counts, residents=residents)
    assert max(Counter((one.measure, one.group) for one in found).values()) == 1
    for one in json.loads(as_json(found)):
        assert one["method"]
        assert one["caveats"]
        assert one["n"] is not None or one["value"] is None or "Rounded" in one["caveats"][0], one["measure"]
        assert one["value"] is not None or (one["low"], one["high"]) == (None, None)


def test_counts_that_nobody_of_the_reference_is_in_are_refused_in_every_part():
    for part in ("outcomes", "powers", "areas"):
        with pytest.raises(CannotAnswer, match="fewer than 5 stops"):
            parted(part, counts=even_counts({**STOPS, "White": 0}))
