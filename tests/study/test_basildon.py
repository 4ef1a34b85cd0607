"""Basildon: the neighbourhoods hold about the printed populations, the outputs say what addition says, and the squares are as many as printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import evenhand as eh

STUDIES = Path(__file__).resolve().parents[2] / "studies"
DATA = STUDIES / "basildon-neighbourhoods" / "data"
PRINTED = {"laindon": 20_706, "north-basildon": 14_994, "pitsea": 14_193, "vange": 20_150}


def people() -> pd.DataFrame:
    census = pd.read_parquet(DATA / "census2021-ethnicity-lsoa21.parquet")
    return census.assign(group=census["ethnic_group"].str.split(r"[ ,]").str[0]).pivot(index="lsoa21_code", columns="group", values="n")


def codes(name: str) -> list[str]:
    return pd.read_csv(DATA / f"{name}.csv")["place_code"].tolist()


@pytest.mark.parametrize(("name", "printed"), PRINTED.items())
def test_each_neighbourhood_holds_about_the_printed_population(name, printed):
    """Agar and others (2023), Table 3. Whole census areas of some 1,500 people come no nearer than half of one."""
    assert people().loc[codes(name)].to_numpy().sum() == pytest.approx(printed, abs=900)


def test_the_lists_are_made_of_each_other_as_their_names_say():
    parts = {name: set(codes(name)) for name in PRINTED}
    assert sum(map(len, parts.values())) == len(set.union(*parts.values())), "no area is in two neighbourhoods"
    assert set(codes("four-as-drawn")) == set.union(*parts.values())
    assert set(codes("intervention-as-drawn")) == parts["north-basildon"] | parts["vange"]
    assert set(codes("four-smaller")) < set(codes("four-as-drawn")) < set(codes("four-larger"))


@pytest.mark.slow
def test_the_study_of_the_neighbourhoods_says_what_addition_says():
    findings = eh.run_study("basildon-neighbourhoods").contents.findings
    everyone = people()
    for place, name in (("Basildon", "four-as-drawn"), ("Basildon, North Basildon and Vange", "intervention-as-drawn"), ("Basildon, Vange", "vange")):
        there = everyone.loc[codes(name)].sum() / everyone.sum()
        found = next(one for one in findings if one.measure == "exposure_ratio" and one.group == "Black" and one.place == place)
        assert found.value == pytest.approx(there["Black"] / there["White"])
    drugs = next(one for one in findings if one.measure == "relative_risk_value" and one.group == "Drugs (recorded crime)")
    assert drugs.value > 1
    assert sum(one.measure == "printed_relative_risk_value" for one in findings) == 11


def test_as_many_squares_are_flagged_as_the_printed_ground_holds():
    """Agar and others (2023), Table 3: raster cells of 0.24, 0.21, 0.34 and 0.32 square miles."""
    from evenhand.study.declaration import read_study

    printed_m2 = (0.24 + 0.21 + 0.34 + 0.32) * 1609.344**2
    assert read_study(STUDIES / "basildon-rtm").system.settings["k"] == round(printed_m2 / 150**2)
