"""The study of a map described in words: its figures against clipping and counting by hand, and the page that says first what it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import evenhand as eh

DATA = Path(__file__).resolve().parents[2] / "studies" / "southwark-lambeth-exposure" / "data"
OUTLINES = {"as drawn": "flagged-as-drawn", "narrower": "flagged-narrower", "wider": "flagged-wider", "the whole north": "flagged-whole-north"}


@cache
def shares(outline: str) -> pd.DataFrame:
    """For each area: the share of its ground within an outline, its residents by group, its crimes; by overlay, with nothing of ours."""
    areas = pd.concat([gpd.read_parquet(DATA / f"lsoa21_{name}.geoparquet") for name in ("lambeth", "southwark")]).to_crs(27700)
    ground = gpd.read_file(DATA / f"{OUTLINES[outline]}.geojson").to_crs(27700).union_all()
    made = pd.DataFrame({"flagged": (areas.intersection(ground).area / areas.area).to_numpy(), "m2": areas.area.to_numpy()}, index=areas["LSOA21CD"])
    census = pd.read_parquet(DATA / "census2021-ethnicity-lsoa21.parquet").pivot(index="lsoa21_code", columns="ethnic_group", values="n")
    named = {column: column.split(",")[0].split(" ")[0] for column in census.columns}
    crimes = pd.read_parquet(DATA / "met-recorded-crime-lsoa_2024-03_2025-08.parquet")
    kinds = crimes["minor_category"].isin(["VIOLENCE WITH INJURY", "HOMICIDE", "ROBBERY OF PERSONAL PROPERTY"])
    months = [name for name in crimes.columns if name.isdigit()]
    return made.join(census.rename(columns=named)).join(crimes[kinds].groupby("lsoa_code")[months].sum().sum(axis=1).rename("crimes"))


def ratio(outline: str) -> float:
    there = shares(outline)
    black, white = ((there[group] * there["flagged"]).sum() / there[group].sum() for group in ("Black", "White"))
    return float(black / white)


@pytest.mark.slow
def test_the_study_says_what_overlay_and_addition_say(tmp_path):
    result = eh.run_study("southwark-lambeth-exposure", out=tmp_path / "out")
    findings, drawn = result.contents.findings, shares("as drawn")
    here = {(one.measure, one.group): one for one in findings if one.place == "Southwark and Lambeth"}
    exposure = here["exposure_ratio", "Black"]
    assert exposure.value == pytest.approx(ratio("as drawn"), rel=1e-6)
    readings = exposure.settings["readings"]
    by_outline = [ratio(outline) for outline in OUTLINES]
    assert (readings["low"], readings["high"]) == pytest.approx((min(by_outline), max(by_outline)), rel=1e-6)
    assert here["flagged_ground_share", None].value == pytest.approx((drawn["flagged"] * drawn["m2"]).sum() / drawn["m2"].sum())
    assert here["recorded_crime_flagged_share", None].value == pytest.approx((drawn["flagged"] * drawn["crimes"]).sum() / drawn["crimes"].sum())
    lead = next(one.text for one in result.contents.answer if one.topic == "lead")
    assert lead.startswith("The ground is drawn by hand from the report’s description of a map; it is not the force’s own data.")
    claims = {claim.statement[:25]: claim for claim in result.contents.claims if claim.finding}
    assert claims["In Lambeth, December 2020"].finding.place == "Lambeth"
    assert claims["In Southwark, in the year"].finding.place == "Southwark"
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000


def test_the_outlines_lie_within_the_boroughs_and_in_each_other_as_their_names_say():
    grounds = {outline: gpd.read_file(DATA / f"{name}.geojson").to_crs(27700).union_all() for outline, name in OUTLINES.items()}
    area = {outline: ground.area for outline, ground in grounds.items()}
    assert area["narrower"] < area["as drawn"] < area["wider"] < area["the whole north"]
    for small, large in (("narrower", "as drawn"), ("as drawn", "wider")):
        assert grounds[small].difference(grounds[large]).area < 0.001 * area[small]
    within = shares("as drawn")
    assert (within["flagged"] * within["m2"]).sum() == pytest.approx(area["as drawn"], rel=0.001)


def test_the_recorded_crime_cut_leaves_out_the_month_that_is_not_whole():
    columns = pd.read_parquet(DATA / "met-recorded-crime-lsoa_2024-03_2025-08.parquet").columns
    assert "202402" not in columns
    assert len([name for name in columns if name.isdigit()]) == 18
