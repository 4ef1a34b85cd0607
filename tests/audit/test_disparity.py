"""Stops to counts, counts to findings: against plain loops, hand arithmetic and brute force."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.disparity import both_fields, disparity, disparity_ratio
from evenhand.audit.intervals import ratio_exact
from evenhand.audit.missing_ethnicity import ratio_bounds, tipping_share
from evenhand.audit.stop_counts import FIELDS, IN_AREA, MEASURES, NO_LOCATION, OUTSIDE, count_stops
from evenhand.tables import engine, stops
from evenhand.tables.errors import (
    BadSetting,
    BadValue,
    CannotAnswer,
    EmptyTable,
    MissingColumn,
    OutsidePlace,
    RepeatedKey,
    UnknownCategory,
    VintageMix,
)
from evenhand.tables.findings import Finding, as_json
from evenhand.tables.health import HealthNote, HealthReport

approx = pytest.approx

OFFICER, SELF = FIELDS
GROUPS = stops.OFFICER_DEFINED
PEOPLE = {"Asian": 900, "Black": 500, "Mixed": 300, "Other": 200, "White": 8_000}
STOPS = {"Asian": 40, "Black": 60, "Mixed": 12, "Other": 9, "White": 240}


def made_up_stops(n=3_000, areas=30, seed=4):
    """Rows as the table `stops` holds them: every category, every gap, some points outside, some without location."""
    random = np.random.default_rng(seed)
    point = random.integers(0, 3 * areas, n)
    labels = [*stops.SELF_DEFINED, None]
    lost = random.random(n) < 0.05
    rows = pd.DataFrame(
        {
            "longitude": np.where(lost, np.nan, -1.5 + point / 1000),
            "latitude": np.where(lost, np.nan, 52.0 + point / 500),
            "kind": random.choice(["Person search", "Person and Vehicle search", "Vehicle search", None], n),
            "self_defined_ethnicity": random.choice(np.array(labels, dtype=object), n),
            "officer_defined_ethnicity": random.choice(np.array([*GROUPS, None], dtype=object), n, p=[0.1, 0.15, 0.05, 0.05, 0.6, 0.05]),
            "legislation": random.choice(np.array([stops.SECTION_60, "Misuse of Drugs Act 1971 (section 23)", None], dtype=object), n, p=[0.1, 0.8, 0.1]),
            "outcome": random.choice(np.array([*stops.OUTCOMES, None], dtype=object), n),
        }
    )
    points = rows[["longitude", "latitude"]].dropna().drop_duplicates().sort_values("longitude", ignore_index=True)
    points["area_code"] = [f"A{i % areas:02d}" if i % 3 else None for i in range(len(points))]
    return rows, points


def even_counts(numbers=STOPS, *, areas=12, field=SELF, missing=36, **measures):
    """Counts spread over areas as evenly as they go; other measures default to none."""
    rows = []
    for group, total in [*numbers.items(), (None, missing)]:
        for area in range(areas):
            share = total // areas + (area < total % areas)
            if share:
                rows.append({"location": IN_AREA, "area_code": f"A{area:02d}", field: group, **dict.fromkeys(MEASURES, 0), "stops": share, **measures})
    return pd.DataFrame(rows)


def even_residents(people=PEOPLE, *, areas=12):
    return pd.DataFrame([{"area_code": f"A{area:02d}", "group": group, "residents": total} for area in range(areas) for group, total in people.items()])


def audited(counts=None, residents=None, **settings) -> list[Finding]:
    settings = {"field": SELF, "place": "Anytown", "period": "2021-01 to 2021-12", "source": "made up", "replicates": 200, **settings}
    return disparity(even_counts() if counts is None else counts, even_residents() if residents is None else residents, **settings)


def the(findings, measure, group=None, **settings) -> Finding:
    found = [f for f in findings if f.measure == measure and f.group == group and settings.items() <= f.settings.items()]
    assert len(found) == 1, [f.measure for f in findings]
    return found[0]


# ---- rows to counts -------------------------------------------------------------------------------


def test_counts_are_those_of_a_plain_loop_over_rows():
    rows, points = made_up_stops()
    fast = count_stops(engine.rows_of(rows), areas_of_points=points)
    place = {(row.longitude, row.latitude): row.area_code for row in points.itertuples()}
    slow = {name: Counter() for name in MEASURES}
    for row in rows.itertuples():
        if pd.isna(row.longitude):
            where = (NO_LOCATION, None)
        else:
            code = place[row.longitude, row.latitude]
            where = (IN_AREA, code) if code else (OUTSIDE, None)
        key = (*where, row.officer_defined_ethnicity, stops.SELF_DEFINED.get(row.self_defined_ethnicity))
        slow["stops"][key] += 1
        slow["no_further_action"][key] += row.outcome == stops.NO_FURTHER_ACTION
        slow["outcome_missing"][key] += row.outcome is None
        slow["section_60"][key] += row.legislation == stops.SECTION_60
        slow["power_missing"][key] += row.legislation is None
        slow["vehicle_only"][key] += row.kind == "Vehicle search"
    keys = [tuple(None if pd.isna(value) else value for value in key) for key in fast[["location", "area_code", *FIELDS]].itertuples(index=False)]
    for name in MEASURES:
        assert dict(zip(keys, fast[name], strict=True)) == {key: slow[name][key] for key in slow["stops"]}, name


def test_no_stop_is_dropped_and_the_order_is_stated():
    rows, points = made_up_stops()
    once = count_stops(engine.rows_of(rows), areas_of_points=points)
    again = count_stops(engine.rows_of(rows.sample(frac=1, random_state=1)), areas_of_points=points)
    assert once["stops"].sum() == len(rows)
    pd.testing.assert_frame_equal(once, again)


def test_not_stated_and_empty_are_missing_not_a_group():
    rows = pd.DataFrame({"area_code": ["A"] * 3, SELF: ["Other ethnic group - Not stated", None, "Other ethnic group - Arab"]})
    counts = count_stops(engine.rows_of(rows), fields=[SELF])
    assert dict(zip(counts[SELF].fillna("missing"), counts["stops"], strict=True)) == {"Other": 1, "missing": 2}


def test_rows_that_carry_an_area_need_no_points():
    rows = pd.DataFrame({"area_code": ["A1", "A1", None], OFFICER: ["White", "Black", "White"]})
    counts = count_stops(engine.rows_of(rows), fields=[OFFICER])
    assert counts[["location", "stops"]].values.tolist() == [[IN_AREA, 1], [IN_AREA, 1], [NO_LOCATION, 1]]


def test_columns_that_are_not_there_count_as_missing_not_as_zero():
    counts = count_stops(engine.rows_of(pd.DataFrame({"area_code": ["A"], OFFICER: ["White"]})), fields=[OFFICER])
    assert counts[["outcome_missing", "power_missing"]].values.tolist() == [[1, 1]]


def test_what_cannot_be_counted_is_refused():
    rows = engine.rows_of(pd.DataFrame({"area_code": ["A"], OFFICER: ["White"], "longitude": [0.0], "latitude": [51.0]}))
    with pytest.raises(MissingColumn, match="self_defined_ethnicity"):
        count_stops(rows)
    with pytest.raises(BadSetting, match="ethnicity fields are"):
        count_stops(rows, fields=["gender"])
    with pytest.raises(RepeatedKey, match="more than one area"):
        count_stops(rows, fields=[OFFICER], areas_of_points=pd.DataFrame({"longitude": [0.0] * 2, "latitude": [51.0] * 2, "area_code": ["A", "B"]}))
    with pytest.raises(UnknownCategory, match="'W1'"):
        count_stops(engine.rows_of(pd.DataFrame({"area_code": ["A"], OFFICER: ["W1"]})), fields=[OFFICER])
    with pytest.raises(UnknownCategory, match="'Martian'"):
        count_stops(engine.rows_of(pd.DataFrame({"area_code": ["A"], SELF: ["Martian"]})), fields=[SELF])
    with pytest.raises(EmptyTable):
        count_stops(rows.filter(rows.area_code == "Z"), fields=[OFFICER])
    with pytest.raises(MissingColumn, match="longitude"):
        count_stops(rows.drop("longitude"), fields=[OFFICER], areas_of_points=pd.DataFrame({"longitude": [0.0], "latitude": [51.0], "area_code": ["A"]}))


# ---- counts to findings ---------------------------------------------------------------------------


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
            **dict.fromkeys(MEASURES, 0),
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


# ---- missing ethnicity ----------------------------------------------------------------------------


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


# ---- outcomes and powers --------------------------------------------------------------------------


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


# ---- denominators ---------------------------------------------------------------------------------


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


# ---- suppression ----------------------------------------------------------------------------------


def test_a_group_with_under_five_stops_has_no_numbers():
    found = audited(even_counts({**STOPS, "Mixed": 4}))
    for one in [f for f in found if f.group == "Mixed"]:
        assert (one.value, one.low, one.high, one.n) == (None, None, None, None)
        assert one.caveats[0] == "suppressed: fewer than 5 stops"
        assert "stops" not in one.settings


def test_one_suppressed_count_does_not_follow_from_totals_or_from_the_next_smallest():
    found = audited(even_counts({**STOPS, "Mixed": 4}))
    next_smallest = the(found, "stop_rate_ratio", "Other")
    assert next_smallest.value is not None
    assert (next_smallest.n, next_smallest.settings.get("stops")) == (None, None)
    missing = the(found, "missing_ethnicity_share")
    assert (missing.n, missing.value) == (None, 0.09)
    assert not any("397" in caveat or "393" in caveat or "357" in caveat for f in found for caveat in f.caveats)
    assert all(f.n not in (4, 357, 393) for f in found)


def test_five_stops_are_enough():
    assert the(audited(even_counts({**STOPS, "Mixed": 5})), "stop_rate_ratio", "Mixed").value is not None


def test_a_category_that_hardly_occurs_though_many_live_there_is_doubted():
    counts = even_counts({"Asian": 400, "Black": 600, "Mixed": 0, "Other": 90, "White": 2_400})
    assert any("lost in publication" in caveat for caveat in the(audited(counts), "stop_rate_ratio", "Mixed").caveats)


def test_a_group_nobody_of_which_lives_there_has_no_rate():
    found = the(audited(residents=even_residents({**PEOPLE, "Other": 0})), "stop_rate_ratio", "Other")
    assert found.value is None
    assert "lives in the place" in found.caveats[0]


# ---- caveats --------------------------------------------------------------------------------------


def test_residents_of_another_year_are_said_and_of_the_same_year_are_not():
    late = audited(period="2019-01 to 2020-12", residents_as_of="2021-03-21")
    same = audited(period="2021-01 to 2021-12", residents_as_of="2021-03-21")
    assert any("counted as of 2021-03-21" in caveat for caveat in late[0].caveats)
    assert not any("counted as of" in caveat for caveat in same[0].caveats)


def test_the_health_reports_warnings_and_the_callers_notes_are_carried():
    health = HealthReport(
        "stops",
        "made up",
        400,
        (HealthNote("missing", "22 % have no coordinates.", "warn"), HealthNote("missing", "9 % have no officer-defined ethnicity.", "warn")),
    )
    caveats = audited(health=health, notes=("From other years.",))[0].caveats
    assert "22 % have no coordinates." in caveats
    assert "From other years." in caveats
    assert "9 % have no officer-defined ethnicity." not in caveats


def unplaced(numbers):
    return pd.DataFrame([{"location": NO_LOCATION, "area_code": None, SELF: group, **dict.fromkeys(MEASURES, 0), "stops": n} for group, n in numbers.items()])


def test_stops_of_no_location_are_left_out_of_a_place_and_counted_for_a_force_and_said_either_way():
    counts = pd.concat([even_counts(), unplaced({"Black": 60, "White": 240})], ignore_index=True)
    part, whole = audited(counts), audited(counts, count_unplaced=True)
    assert the(part, "stops_per_1000", "Black").value == approx(10)
    assert the(whole, "stops_per_1000", "Black").value == approx(20)
    assert any("left out" in caveat for caveat in part[0].caveats)
    assert any("they are counted" in caveat for caveat in whole[0].caveats)


def test_a_force_whose_stops_have_no_area_at_all_gets_exact_intervals_and_is_told():
    found = audited(unplaced(STOPS), count_unplaced=True)
    assert the(found, "stop_rate_ratio", "Black").settings["clustered_interval"] is None
    assert any("No stop has a known area" in caveat for caveat in found[0].caveats)


def test_a_few_stray_stops_are_left_out_and_said():
    stray = even_counts({"White": 3}, areas=1, missing=0).assign(area_code="Z99")
    found = audited(pd.concat([even_counts(), stray], ignore_index=True))
    assert the(found, "stops_per_1000", "White").value == approx(2.5)
    assert any("areas without residents" in caveat for caveat in found[0].caveats)


# ---- refusals -------------------------------------------------------------------------------------


def test_a_field_the_health_report_refuses_is_refused_and_the_other_goes_on():
    counts = even_counts()
    counts[OFFICER] = counts[SELF]
    note = HealthNote("categories", "Only Asian and Other occur.", "refuse", blocks=(f"disparity:{OFFICER}",))
    settings = {"replicates": 50, "health": HealthReport("stops", "made up", 400, (note,))}
    found, refused = both_fields(counts, even_residents(), **settings)
    assert list(refused) == [OFFICER]
    assert "Only Asian and Other occur." in refused[OFFICER]
    assert {f.settings["field"] for f in found} == {SELF}


def test_a_table_that_is_wrong_stops_both_fields():
    with pytest.raises(BadValue):
        both_fields(even_counts(), even_residents({**PEOPLE, "White": -1}))


@pytest.mark.parametrize(
    ("numbers", "missing", "why"),
    [
        (STOPS, 400, "more than half"),
        ({"Asian": 900, "Other": 100}, 20, "lost in publication"),
        ({**STOPS, "White": 4}, 0, "fewer than 5 stops"),
        ({**STOPS, "White": 0}, 0, "fewer than 5 stops"),
    ],
)
def test_a_field_that_cannot_answer_is_refused(numbers, missing, why):
    with pytest.raises(CannotAnswer, match=why):
        audited(even_counts(numbers, missing=missing))


def test_a_small_place_with_two_groups_is_small_not_broken():
    assert audited(even_counts({"Black": 20, "White": 100}, missing=3))


def test_a_reference_without_residents_is_refused():
    with pytest.raises(CannotAnswer, match="no residents"):
        audited(residents=even_residents({**PEOPLE, "White": 0}))


@pytest.mark.parametrize("wrong", [-1, 0.5, np.nan])
def test_counts_that_are_not_counts_are_refused(wrong):
    counts = even_counts().astype({"stops": float})
    counts.loc[0, "stops"] = wrong
    with pytest.raises(BadValue, match="whole number"):
        audited(counts)


def test_parts_larger_than_their_whole_are_refused():
    with pytest.raises(BadValue, match="larger than its whole"):
        audited(even_counts(no_further_action=10_000))


@pytest.mark.parametrize("wrong", [-1, np.nan])
def test_residents_that_are_negative_or_missing_are_refused(wrong):
    residents = even_residents().astype({"residents": float})
    residents.loc[0, "residents"] = wrong
    with pytest.raises(BadValue, match="negative or missing"):
        audited(residents=residents)


def test_tables_that_do_not_fit_each_other_are_refused():
    with pytest.raises(UnknownCategory, match="not grouped alike"):
        audited(residents=even_residents({**PEOPLE, "Roma": 5}))
    with pytest.raises(UnknownCategory, match="not compared here"):
        audited(even_counts({**STOPS, "Roma": 5}))
    with pytest.raises(UnknownCategory, match="location"):
        audited(even_counts().assign(location="somewhere"))
    with pytest.raises(VintageMix, match="two censuses"):
        audited(residents=even_residents().assign(area_code=lambda table: "B" + table["area_code"]))
    with pytest.raises(VintageMix, match="two censuses"):  # an eighth of the areas do not join: never dropped in silence
        audited(residents=even_residents(areas=10))
    with pytest.raises(RepeatedKey, match="more than once"):
        audited(residents=pd.concat([even_residents(), even_residents().head(1)]))
    with pytest.raises(BadValue, match="every area needs every group"):
        audited(residents=even_residents().drop(index=3))


def test_nothing_to_count_is_refused():
    with pytest.raises(EmptyTable):
        audited(even_counts().head(0))
    with pytest.raises(EmptyTable):
        audited(residents=even_residents().head(0))
    with pytest.raises(EmptyTable, match="No stop lies in the place"):
        audited(even_counts().assign(location=OUTSIDE, area_code=None))
    with pytest.raises(EmptyTable, match="No stop lies in the place"):
        audited(unplaced(STOPS))


def test_settings_and_columns_nobody_knows_are_refused():
    with pytest.raises(BadSetting, match="no ethnicity field"):
        audited(field="gender")
    with pytest.raises(BadSetting, match="none of the groups"):
        audited(reference="Everyone")
    with pytest.raises(MissingColumn, match=OFFICER):
        audited(field=OFFICER)
    with pytest.raises(MissingColumn, match="residents"):
        audited(residents=even_residents().drop(columns="residents"))
