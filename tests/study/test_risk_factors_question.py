"""Risk factors asked of one's own tables: a planted factor is kept, others are not, and a printed table is set beside with what it lacks."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from evenhand.study.asking import Words, ask
from evenhand.tables.errors import MissingTable, VintageMix

CORNER, SIDE = (400_000.0, 300_000.0), 3000.0
TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
CODES = [f"E0100{x}{y}00" for x in range(6) for y in range(6)]
AREAS = gpd.GeoDataFrame(
    {"area_code": CODES, "vintage": "lsoa-2021"},
    geometry=[shapely.box(CORNER[0] + 500 * x, CORNER[1] + 500 * y, CORNER[0] + 500 * x + 500, CORNER[1] + 500 * y + 500) for x in range(6) for y in range(6)],
    crs="EPSG:27700",
)
PRINTED = pd.DataFrame(
    {
        "factor": ["Bars", "Schools", "Towers"],
        "operationalisation": ["proximity", "proximity", "density"],
        "distance_m": [150.0, 300.0, None],
        "relative_risk_value": [3.6, 1.6, 1.8],
        "stands_for_it": ["bar", "school", None],
    }
)


def town(seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Crimes by point, eight times as many within 150 m of a bar, and points of bars and of schools that have nothing to do with them."""
    rng = np.random.default_rng(seed)
    bars, schools = (CORNER + SIDE * rng.random((many, 2)) for many in (12, 12))
    at = CORNER + SIDE * rng.random((20_000, 2))
    near = (np.hypot(*(at[:, None, :] - bars[None, :, :]).transpose(2, 0, 1)) <= 150).any(axis=1)
    kept = at[rng.random(len(at)) < np.where(near, 0.4, 0.05)]
    longitude, latitude = TO_DEGREES.transform(kept[:, 0], kept[:, 1])
    crime = pd.DataFrame({"month": "2024-01", "longitude": longitude, "latitude": latitude, "crime_type": "Violence and sexual offences"})
    points = pd.DataFrame(np.vstack([bars, schools]), columns=["x_m", "y_m"])
    longitude, latitude = TO_DEGREES.transform(points["x_m"], points["y_m"])
    return crime, points.assign(feature_type=["bar"] * 12 + ["school"] * 12, longitude=longitude, latitude=latitude)


def answer(settings=None, **tables):
    crime, features = town()
    given = {"recorded_crime": crime, "areas": AREAS, "features": features, "risk_factors": PRINTED, **tables}
    given = {name: table for name, table in given.items() if table is not None}
    return ask("risk-factors", given, settings={"redraws": 4, **(settings or {})}, words=Words("Town", "2024", "made up")).answer


def test_the_planted_factor_is_kept_with_about_its_strength_and_the_printed_table_stands_beside():
    found = answer().findings
    values = {one.group: one for one in found if one.measure == "relative_risk_value"}
    assert found[0].group == "bar"
    assert 4 <= values["bar"].value <= 12
    assert "too high" in values["bar"].caveats[0]
    often = {one.group: one.value for one in found if one.measure == "factor_chosen_share"}
    assert often["bar"] == 1.0
    assert often["school"] <= 0.75
    printed = {one.group: one for one in found if one.measure == "printed_relative_risk_value"}
    assert printed["Bars"].reference == "bar stands for it; chosen here too"
    assert printed["Towers"].reference == "nothing stands for it in the tables used"
    assert (printed["Bars"].value, printed["Bars"].low, printed["Towers"].method) == (3.6, None, "as printed")


def test_both_pictures_are_drawn_and_hold_every_factor():
    pictures = {picture.slug: picture for picture in answer().pictures}
    assert set(pictures) == {"relative-risk-values", "factors-chosen-again"}
    assert {"Bars", "Schools", "Towers"} <= set(pictures["relative-risk-values"].table["group"])


def test_counts_of_another_census_are_carried_through_the_lookup_and_refused_without_it():
    old = [code.replace("E0100", "E0109") for code in CODES]
    lookup = pd.DataFrame({"lsoa11_code": old, "lsoa21_code": CODES, "change": "U"})
    counts = pd.DataFrame({"area_code": old, "feature_type": "pub", "features": [5 if at % 7 == 0 else 0 for at in range(len(old))]})
    found = answer(area_features=counts, lookup=lookup).findings
    assert "pub (counts by area)" in {one.group for one in found if one.measure == "factor_chosen_share"}
    with pytest.raises(VintageMix):
        answer(area_features=counts)


def test_without_any_feature_the_question_says_what_it_needs():
    with pytest.raises(MissingTable, match="learns from features"):
        answer(features=None)
