"""The question "disparity" put to tables of one's own: a made-up town whose ratio is planted, and counts in place of rows."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from evenhand.sources.made_up_town import write
from evenhand.study.asking import ask_with
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingColumn, UnknownColumn, VintageMix

approx = pytest.approx
GROUPS = ("Asian", "Black", "Mixed", "Other", "White")


def town(folder, stop_rate_ratio):
    write(folder, stop_rate_ratio=stop_rate_ratio, exposure_ratio=1.0)
    wide = pd.read_csv(folder / "residents.csv")
    residents = wide.melt(id_vars="area_code", value_vars=list(GROUPS), var_name="group", value_name="residents")
    areas = gpd.read_file(folder / "areas.geojson").to_crs(27700)
    return {"stops": folder / "stop-and-search.csv", "residents": residents, "areas": areas[["area_code", "geometry"]].assign(vintage="own")}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return ask_with("disparity", **town(tmp_path_factory.mktemp("planted"), 4.0), place="Made-up town", replicates=200)


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    return ask_with("disparity", **town(tmp_path_factory.mktemp("even"), 1.0), field="officer-defined", replicates=200)


def the(asking, measure, group="Black", **settings):
    found = [one for one in asking.answer.findings if one.measure == measure and one.group == group and settings.items() <= one.settings.items()]
    assert len(found) == 1, [(one.measure, one.group) for one in asking.answer.findings]
    return found[0]


def test_a_planted_ratio_is_recovered_in_the_whole_and_within_areas(planted):
    officer = {"field": "officer_defined_ethnicity"}
    assert the(planted, "stop_rate_ratio", **officer).value == approx(4, rel=1e-9)
    for measure in ("stop_rate_ratio_within_areas", "stop_rate_ratio_within_areas_scattered", "stop_rate_ratio_other_powers", "area_ratio_typical"):
        one = the(planted, measure, **officer)
        assert one.low < 4 < one.high, measure
        assert one.low > 2, measure
    added = the(planted, "stop_rate_ratio_allocation", **officer)
    assert added.low < 1 < added.high


def test_none_is_found_where_none_is_planted(even):
    assert the(even, "stop_rate_ratio").value == approx(1, rel=1e-9)
    for measure in ("stop_rate_ratio_within_areas", "stop_rate_ratio_within_areas_poisson", "area_ratio_typical", "stop_rate_ratio_allocation"):
        one = the(even, measure)
        assert one.low < 1 < one.high, measure
    assert the(even, "areas_above_one_share").value < 0.1
    assert {one.settings["field"] for one in even.answer.findings} == {"officer_defined_ethnicity"}


def test_the_group_stopped_most_is_spoken_of_first_and_what_is_odd_is_said(planted):
    first = planted.answer.findings[0]
    ratios = [one for one in planted.answer.findings if one.measure == "stop_rate_ratio"]
    assert first in ratios
    assert first.n == max(one.n for one in ratios)
    assert first.period == "2024-01 to 2024-04"
    assert first.place == "Made-up town"
    assert any("no location" in caveat for caveat in first.caveats)
    assert the(planted, "stop_rate_ratio_change_per_year", field="officer_defined_ethnicity").caveats[0].startswith("Only 4 months")


def test_single_areas_and_months_are_drawn_and_are_findings_only_when_asked(planted, tmp_path):
    slugs = [picture.slug for picture in planted.answer.pictures]
    assert {"ratios-officer", "outcomes-officer", "months-officer", "ratios-self"} <= set(slugs)
    assert all(picture.table is not None and len(picture.table) for picture in planted.answer.pictures)
    measures = {one.measure for one in planted.answer.findings}
    assert not measures & {"area_stop_rate_ratio", "stop_rate_ratio_in_month"}
    asked = ask_with("disparity", **town(tmp_path, 4.0), each_month=True, each_area=True, field="officer-defined", group="Asian", replicates=50)
    assert asked.answer.findings[0].group == "Asian"
    assert len([one for one in asked.answer.findings if one.measure == "stops_per_1000_in_month"]) == 4 * len(GROUPS)


def test_rows_without_areas_are_counted_for_a_whole_force_and_nothing_is_said_within_areas(tmp_path):
    tables = town(tmp_path, 4.0)
    asked = ask_with("disparity", stops=tables["stops"], residents=tables["residents"], field="officer-defined", replicates=50)
    rows = pd.read_csv(tables["stops"])
    assert the(asked, "stop_rate_ratio").settings["stops"] == (rows["Officer-defined ethnicity"] == "Black").sum()
    assert "ratios within areas" in [refusal.audit for refusal in asked.answer.refused]
    assert any("No areas were given" in caveat for caveat in asked.answer.findings[0].caveats)


def group_counts(**columns):
    people = {"Black": 500, "White": 8_000}
    rows = [(group, f"A{area:02d}", 5 if group == "Black" else 20, people[group]) for area in range(12) for group in people]
    return pd.DataFrame(rows, columns=["group", "area_code", "events", "residents"]).assign(**columns)


def test_counts_by_group_give_the_arithmetic_done_by_hand_and_what_they_do_not_tell_is_unknown():
    asked = ask_with("disparity", group_counts=group_counts(), place="Anytown", period="2021", replicates=50)
    ratio = the(asked, "stop_rate_ratio")
    assert (ratio.value, ratio.n) == (approx((60 / 6_000) / (240 / 96_000)), 60)
    assert "field" not in ratio.settings
    assert the(asked, "stop_rate_ratio_within_areas").value == approx(4)
    for measure in ("no_further_action_share", "find_share", "arrest_share", "stop_rate_ratio_section_60"):
        one = the(asked, measure)
        assert one.value is None, measure
        assert one.caveats[0]
    assert not [one for one in asked.answer.findings if one.measure == "stop_rate_ratio_change_per_year"]


def test_what_counts_do_tell_is_used(tmp_path):
    a_fifth = {"found": lambda t: t["events"] // 5, "section_60": lambda t: t["events"] // 5}
    told = group_counts(no_further_action=lambda t: t["events"] * 3 // 5, arrests=1, found_known=lambda t: t["events"], **a_fifth)
    asked = ask_with("disparity", group_counts=told, replicates=50)
    assert the(asked, "no_further_action_share").value == approx(0.6)
    assert the(asked, "find_share").value == approx(0.2)
    assert the(asked, "arrest_share", "White").value == approx(12 / 240)
    assert the(asked, "stop_rate_ratio_section_60").value == approx(4)
    partly = told.assign(arrests=pd.array([1, None] * 12, dtype="Int64"))
    assert the(ask_with("disparity", group_counts=partly, replicates=50), "arrest_share", "White").value is None


def test_counts_with_months_and_clusters_give_a_trend_and_an_interval_from_clusters():
    rows = [
        {"group": group, "month": f"{2019 + number // 12}-{number % 12 + 1:02d}", "cluster": f"unit {number % 12}", "events": n, "residents": people}
        for number in range(24)
        for group, n, people in (("Black", 40 + 2 * number, 5_000), ("White", 100, 50_000), ("not given", 30, 9_000))
    ]
    counts = pd.DataFrame(rows)
    counts.loc[counts["group"] == "not given", ["group", "residents"]] = None
    asked = ask_with("disparity", group_counts=counts, replicates=100)
    assert the(asked, "stop_rate_ratio_change_per_year").low > 1
    assert the(asked, "stop_rate_ratio_clusters_drawn").low > 4
    assert the(asked, "stop_rate_ratio_bounds").n == 720
    assert the(asked, "stop_rate_ratio").period == "2019-01 to 2020-12"
    assert the(asked, "stop_rate_ratio_within_areas").value is None


def test_further_denominators_stand_side_by_side():
    workday = group_counts().assign(name="workday population")[["name", "area_code", "group", "residents"]]
    workday.loc[workday["group"] == "White", "residents"] *= 2
    asked = ask_with("disparity", group_counts=group_counts(), denominators=workday, replicates=50)
    assert the(asked, "stop_rate_ratio", denominator="workday population").value == approx(8)
    moved = the(asked, "stop_rate_ratio_denominator_range")
    assert (moved.low, moved.high) == approx((4, 8))
    assert "denominators" in [picture.slug for picture in asked.answer.pictures]


def test_residents_may_come_in_a_table_of_their_own():
    counts, residents = group_counts().drop(columns="residents"), group_counts()[["area_code", "group", "residents"]]
    assert the(ask_with("disparity", group_counts=counts, residents=residents, replicates=50), "stop_rate_ratio").value == approx(4)
    whole = counts.groupby("group", as_index=False)["events"].sum()
    assert the(ask_with("disparity", group_counts=whole, residents=residents, replicates=50), "stop_rate_ratio").value == approx(4)


def test_tables_that_do_not_make_the_question_are_refused(tmp_path):
    tables = town(tmp_path, 4.0)
    with pytest.raises(BadSetting, match="Neither was given"):
        ask_with("disparity", residents=tables["residents"])
    with pytest.raises(BadSetting, match="give one"):
        ask_with("disparity", stops=tables["stops"], group_counts=group_counts())
    with pytest.raises(BadSetting, match="without people"):
        ask_with("disparity", stops=tables["stops"])
    with pytest.raises(BadSetting, match="Leave `areas` out"):
        ask_with("disparity", group_counts=group_counts(), areas=tables["areas"])
    with pytest.raises(VintageMix, match="have no residents"):
        ask_with("disparity", **{**tables, "residents": tables["residents"].query("area_code != 'M001'")})
    with pytest.raises(BadSetting, match="not among the groups compared"):
        ask_with("disparity", **tables, group="Martian", field="officer-defined", replicates=50)


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(MissingColumn, match="no rate can be computed"):
        ask_with("disparity", group_counts=group_counts().drop(columns="residents"))
    with pytest.raises(BadValue, match="larger than what it is a part of"):
        ask_with("disparity", group_counts=group_counts(found=100))
    with pytest.raises(BadValue, match="differ from row to row"):
        ask_with("disparity", group_counts=pd.concat([group_counts(month="2020-01"), group_counts(month="2020-02", residents=9)]))
    with pytest.raises(CannotAnswer, match="nothing to compare"):
        ask_with("disparity", group_counts=group_counts().query("group == 'Black'"))
    with pytest.raises(EmptyTable, match="empty"):
        ask_with("disparity", group_counts=group_counts(events=0))
    with pytest.raises(CannotAnswer, match="fewer than 5 stops"):
        ask_with("disparity", group_counts=group_counts(events=lambda table: table["events"].where(table["group"] == "Black", 0)))
    with pytest.raises(UnknownColumn, match="'officer'"):
        ask_with("disparity", group_counts=group_counts(officer="PC 1"))
    with pytest.raises(BadSetting, match="none of the groups"):
        ask_with("disparity", group_counts=group_counts(), reference="Green")
