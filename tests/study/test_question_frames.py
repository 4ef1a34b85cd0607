"""Studies of questions that ask of several places, and of several drawings of one table."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import yaml

import evenhand as eh
from evenhand.tables.errors import BadStudy

SQUARES = {f"A{x}{y}": shapely.box(400_000 + 500 * x, 300_000 + 500 * y, 400_500 + 500 * x, 300_500 + 500 * y) for x in range(4) for y in range(4)}
STUDY = {
    "kind": "questions",
    "title": "Who lives on the ground?",
    "question": "Who lives on the flagged ground of a made-up town?",
    "place": "Town",
    "period": "2024",
    "tables": {
        "flagged_areas": {"path": "ground.geojson"},
        "areas": {"path": "areas.geojson"},
        "residents": {"path": "people.csv"},
        "west": {"path": "west.geojson"},
        "west_people": {"path": "west.csv"},
    },
    "alternatives": {"flagged_areas": {"smaller": {"path": "smaller.geojson"}}},
    "asks": {"exposure": {"other_grids": False, "group": "Black"}, "exposure in the west": {"other_grids": False}},
    "frames": {
        "exposure in the west": {
            "question": "exposure",
            "tables": {"areas": "west", "residents": "west_people"},
            "place": "the west",
            "notes": ["Only the western half."],
        }
    },
    "readings": {"flagged_areas": ["as drawn", "smaller"]},
    "swept": {"measure": "exposure_ratio", "group": "Black"},
    "answer": [
        {
            "says": "It is {all} times ({all.p}), {all.range} over the drawings, and {west.value} in the west.",
            "figures": {
                "all": {"measure": "exposure_ratio", "group": "Black", "place": "Town"},
                "west": {"measure": "exposure_ratio", "group": "Black", "place": "the west"},
            },
        }
    ],
    "published_claims": [
        {"statement": "Twice.", "by": "Somebody", "measure": "exposure_ratio", "group": "Black", "place": "the west", "says": "The west alone."}
    ],
    "replicates": 100,
}


def write(folder, **changes):
    """The study and its files in a folder: Black residents live in the lower row, the ground covers its left half."""
    folder.mkdir(parents=True)
    areas = gpd.GeoDataFrame({"area_code": list(SQUARES)}, geometry=list(SQUARES.values()), crs=27700)
    people = pd.DataFrame([(code, group, n) for code in SQUARES for group, n in (("Black", 80 if code[2] == "0" else 10), ("White", 200))])
    people.columns = ["area_code", "group", "residents"]
    areas.to_file(folder / "areas.geojson")
    people.to_csv(folder / "people.csv", index=False)
    is_west = areas["area_code"].str[1].isin(["0", "1"])
    areas[is_west].to_file(folder / "west.geojson")
    people[people["area_code"].isin(areas.loc[is_west, "area_code"])].to_csv(folder / "west.csv", index=False)
    for name, ground in (("ground", shapely.box(400_000, 300_000, 401_000, 300_750)), ("smaller", shapely.box(400_000, 300_000, 401_000, 300_500))):
        gpd.GeoDataFrame({"place_code": ["G"]}, geometry=[ground], crs=27700).to_file(folder / f"{name}.geojson")
    (folder / "study.yml").write_text(yaml.safe_dump({**STUDY, **changes}, allow_unicode=True), encoding="utf-8")
    return folder


def ratio(result, place):
    return next(one for one in result.contents.findings if one.measure == "exposure_ratio" and one.group == "Black" and one.place == place)


def test_each_frame_is_asked_of_its_own_tables_and_says_so(tmp_path):
    result = eh.run_study(write(tmp_path / "study"))
    # Town: the ground holds two whole lower areas and half of two above: 160 + 10 of 440 Black, 400 + 200 of 3,200 White residents.
    assert ratio(result, "Town").value == pytest.approx((170 / 440) / (600 / 3200))
    assert ratio(result, "the west").value == pytest.approx((170 / 220) / (600 / 1600))
    assert ratio(result, "the west").caveats[0] == "Only the western half."
    assert {"exposure-by-group", "exposure-in-the-west-exposure-by-group"} <= set(result.figures)
    assert result.figures["exposure-in-the-west-exposure-by-group"].title.startswith("the west: how many times")


def test_another_drawing_gives_the_range_and_the_sentence_says_it(tmp_path):
    result = eh.run_study(write(tmp_path / "study"))
    smaller = (160 / 440) / (400 / 3200)
    readings = ratio(result, "Town").settings["readings"]
    assert (readings["n_readings"], readings["high"]) == (2, pytest.approx(smaller))
    assert ratio(result, "the west").settings["readings"]["high"] == pytest.approx((160 / 220) / (400 / 1600)), "other places are swept too"
    said = next(one.text for one in result.contents.answer if one.topic == "lead")
    assert "2.06 to 2.91 over the drawings" in said
    assert "2.06 in the west" in said
    assert "flagged areas (default: as drawn)" in result.report


def test_a_claim_is_set_beside_the_figure_of_its_place(tmp_path):
    (claim,) = eh.run_study(write(tmp_path / "study")).contents.claims
    assert claim.finding.place == "the west"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"frames": {"nowhere": {"question": "exposure"}}}, "of no ask"),
        ({"frames": {"exposure in the west": {"question": "exposures"}}}, "is not a question"),
        ({"frames": {"exposure in the west": {"question": "exposure", "tables": {"areas": "east"}}}}, "not declared under"),
        ({"frames": {"exposure in the west": {"question": "exposure", "tables": {"stops": "west"}}}}, "reads no such table"),
        ({"readings": {"flagged_areas": ["smaller"]}}, "must name one choice for the files under"),
        ({"readings": {"flagged_areas": ["as drawn", "as declared", "smaller"]}}, "must name one choice for the files under"),
        ({"alternatives": {"stops": {"other": {"path": "x.csv"}}}}, "of no table of the study"),
    ],
)
def test_slips_are_named(tmp_path, changes, says):
    with pytest.raises(BadStudy, match=says):
        eh.run_study(write(tmp_path / "study", **changes))
