"""What the disparity audit hides, doubts and refuses, and what it says then."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.disparity import both_fields
from evenhand.audit.stop_counts import OUTSIDE
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingColumn, RepeatedKey, UnknownCategory, VintageMix
from evenhand.tables.health import HealthNote, HealthReport
from tests.audit.made_up_stops import OFFICER, PEOPLE, SELF, STOPS, audited, even_counts, even_residents, the, unplaced

approx = pytest.approx


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
