"""Codes of two censuses: crossed through the lookup with nobody lost, and never joined blindly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.places.vintages import cross_counts, cross_values, require_codes
from evenhand.tables.errors import BadPlace, BadSetting, VintageMix
from tests.places.made_up_areas import STUDIES

OLD, NEW = "lsoa-2011", "lsoa-2021"
# U unchanged; S one into two; M two into one; X irregular: two into two, across.
LOOKUP = pd.DataFrame(
    [("U", "U", "U"), ("S", "S1", "S"), ("S", "S2", "S"), ("M1", "M", "M"), ("M2", "M", "M"), ("X1", "Y1", "X"), ("X1", "Y2", "X"), ("X2", "Y2", "X")],
    columns=["lsoa11_code", "lsoa21_code", "change"],
)


def frame(**people) -> pd.DataFrame:
    return pd.DataFrame({"White": people}, dtype=float)


def crossed_by_hand(people: dict, start: str, end: str, weights: dict | None = None) -> dict:
    """The slow twin: go through the pairs, one old area at a time; new areas with an uncounted part are left out."""
    one, other = ("lsoa11_code", "lsoa21_code") if start == OLD else ("lsoa21_code", "lsoa11_code")
    got: dict[str, float] = {}
    for code, number in people.items():
        parts = sorted(set(LOOKUP.loc[LOOKUP[one] == code, other]))
        total = sum(weights[p] for p in parts) if weights else len(parts)
        for part in parts:
            got[part] = got.get(part, 0) + number * ((weights[part] if weights else 1) / total)
    return {part: number for part, number in got.items() if set(LOOKUP.loc[LOOKUP[other] == part, one]) <= set(people)}


def test_people_of_split_areas_are_added_up_on_the_way_back():
    found = cross_counts(frame(U=7, S1=10, S2=20), LOOKUP, start=NEW, end=OLD)
    assert found.table["White"].to_dict() == {"U": 7, "S": 30}
    assert (found.share_estimated, found.areas_estimated) == (0, 0)


def test_people_of_merged_areas_are_added_up():
    found = cross_counts(frame(U=7, M1=10, M2=20), LOOKUP, start=OLD, end=NEW)
    assert found.table["White"].to_dict() == {"U": 7, "M": 30}


def test_people_of_an_area_that_was_split_are_shared_out_by_weight():
    found = cross_counts(frame(U=70, S=30), LOOKUP, start=OLD, end=NEW, weights=pd.Series({"U": 5, "S1": 1, "S2": 2}))
    assert found.table["White"].to_dict() == pytest.approx({"U": 70, "S1": 10, "S2": 20})
    assert (found.share_estimated, found.areas_estimated) == (pytest.approx(0.3), 2)


def test_without_weights_the_parts_are_equal():
    assert cross_counts(frame(S=30), LOOKUP, start=OLD, end=NEW).table["White"].to_dict() == {"S1": 15, "S2": 15}
    none_known = cross_counts(frame(S=30), LOOKUP, start=OLD, end=NEW, weights=pd.Series({"elsewhere": 1.0}))
    assert none_known.table["White"].to_dict() == {"S1": 15, "S2": 15}


def test_a_part_of_unknown_weight_is_not_taken_to_be_empty():
    """As where one part lies outside the place whose ground is known: its people must not move to the others."""
    found = cross_counts(frame(S=30, X1=10), LOOKUP, start=OLD, end=NEW, weights=pd.Series({"S1": 5.0, "Y1": 3.0, "Y2": 1.0}))
    assert found.table["White"].to_dict() == {"S1": 15, "S2": 15, "Y1": 7.5}


def test_an_irregular_change_is_crossed_both_ways():
    assert cross_counts(frame(X1=10, X2=4), LOOKUP, start=OLD, end=NEW).table["White"].to_dict() == {"Y1": 5, "Y2": 9}
    assert cross_counts(frame(Y1=10, Y2=4), LOOKUP, start=NEW, end=OLD).table["White"].to_dict() == {"X1": 12, "X2": 2}


@settings(max_examples=60, deadline=None)
@given(number=st.lists(st.integers(0, 5000), min_size=6, max_size=6), weight=st.lists(st.floats(0.1, 9), min_size=6, max_size=6))
def test_nobody_is_lost_when_every_area_is_counted(number, weight):
    people = dict(zip(["U", "S", "M1", "M2", "X1", "X2"], number, strict=True))
    weights = dict(zip(["U", "S1", "S2", "M", "Y1", "Y2"], weight, strict=True))
    found = cross_counts(frame(**people), LOOKUP, start=OLD, end=NEW, weights=pd.Series(weights)).table["White"]
    assert found.sum() == pytest.approx(sum(number), rel=1e-9)
    assert found.to_dict() == pytest.approx(crossed_by_hand(people, OLD, NEW, weights), rel=1e-9, abs=1e-9)


def test_an_area_counted_in_part_only_is_left_out():
    assert set(cross_counts(frame(U=7, S1=10), LOOKUP, start=NEW, end=OLD).table.index) == {"U"}
    assert crossed_by_hand({"U": 7, "S1": 10}, NEW, OLD) == {"U": 7}
    assert set(cross_counts(frame(X1=10, U=1), LOOKUP, start=OLD, end=NEW).table.index) == {"Y1", "U"}


def test_deciles_come_from_the_part_with_most_people_and_are_never_added_up():
    deciles = pd.DataFrame({"decile": {"U": 4, "M1": 2, "M2": 9}})
    assert cross_values(deciles, LOOKUP, start=OLD, end=NEW, people=pd.Series({"U": 1, "M1": 10, "M2": 11})).table["decile"].to_dict() == {"M": 9, "U": 4}
    assert cross_values(deciles, LOOKUP, start=OLD, end=NEW).table["decile"].to_dict() == {"M": 2, "U": 4}, "without people, the first by code"


def test_parts_of_a_split_area_keep_its_decile():
    assert cross_values(pd.DataFrame({"decile": {"S": 3}}), LOOKUP, start=OLD, end=NEW).table["decile"].to_dict() == {"S1": 3, "S2": 3}


def test_bristols_people_of_2021_are_all_carried_to_the_areas_of_2011():
    data = STUDIES / "bristol-harm-spots" / "data"
    census = pd.read_parquet(data / "census2021-ethnicity-lsoa21.parquet").pivot(index="lsoa21_code", columns="ethnic_group", values="n").astype(float)
    lookup = pd.read_parquet(data / "lsoa11-lsoa21-lookup.parquet")
    found = cross_counts(census, lookup, start=NEW, end=OLD).table
    assert len(found) == lookup["lsoa11_code"].nunique() == 263
    np.testing.assert_allclose(found.sum(), census.sum(), rtol=1e-9)


def test_a_blind_join_that_would_lose_areas_is_refused():
    with pytest.raises(VintageMix, match="no rows for 2 of the 3 areas"):
        require_codes(["U", "S1", "S2"], ["U", "S", "M"], table="residents", vintage=OLD)


def test_a_code_the_lookup_does_not_know_is_refused():
    with pytest.raises(VintageMix, match="not in the lookup"):
        cross_counts(frame(U=1, S1=2), LOOKUP, start=OLD, end=NEW)
    with pytest.raises(VintageMix, match="not in the lookup"):
        cross_values(frame(E99=1), LOOKUP, start=OLD, end=NEW)


def test_only_the_two_known_vintages_can_be_crossed():
    for start, end in ((OLD, OLD), ("own", NEW), (OLD, "lsoa-2031")):
        with pytest.raises(BadSetting, match="no lookup"):
            cross_counts(frame(U=1), LOOKUP, start=start, end=end)


def test_a_lookup_with_a_code_missing_is_refused():
    holed = pd.concat([LOOKUP, pd.DataFrame([("Z", None, "U")], columns=LOOKUP.columns)], ignore_index=True)
    with pytest.raises(BadPlace, match="without a code"):
        cross_counts(frame(U=1), holed, start=OLD, end=NEW)
