"""Stops on flagged ground: points placed and people shared out by hand; what cannot be placed is refused."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from evenhand.study.asking import Words, ask
from evenhand.tables.errors import BadSetting, CannotAnswer

CORNER = (400_000.0, 300_000.0)
SQUARES = [shapely.box(CORNER[0] + 500 * x, CORNER[1] + 500 * y, CORNER[0] + 500 * x + 500, CORNER[1] + 500 * y + 500) for y in range(4) for x in range(4)]
CODES = [f"A{number:02d}" for number in range(16)]
AREAS = gpd.GeoDataFrame({"area_code": CODES, "vintage": "own"}, geometry=SQUARES, crs="EPSG:27700")
PEOPLE = pd.DataFrame({"Asian": 50, "Black": 100, "Mixed": 40, "Other": 30, "White": 400}, index=CODES)
RESIDENTS = PEOPLE.rename_axis("area_code").reset_index().melt("area_code", var_name="group", value_name="residents")
# The lower left area, and half of the one beside it.
GROUND = gpd.GeoDataFrame({"place_code": ["G"]}, geometry=[shapely.box(400_000, 300_000, 400_750, 300_500)], crs="EPSG:27700")
TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)


def stops_at(*groups_of: tuple[float, float, dict[str, int]]) -> pd.DataFrame:
    """Stops by group at points given in metres."""
    rows = []
    for x, y, counts in groups_of:
        longitude, latitude = TO_DEGREES.transform(x, y)
        for group, n in counts.items():
            rows += [(longitude, latitude, group)] * n
    frame = pd.DataFrame(rows, columns=["longitude", "latitude", "officer_defined_ethnicity"])
    return frame.assign(stopped_at=pd.Timestamp("2024-01-05T12:00:00"), month="2024-01", kind="Person search", self_defined_ethnicity=None, outcome="Arrest")


# On the ground: at its middle, and just within its edge in the half-flagged area. Off it: in the other half of that area, and far away.
STOPS = stops_at(
    (400_300, 300_250, {"Black": 20, "White": 15}),
    (400_740, 300_250, {"Black": 10, "White": 5}),
    (400_760, 300_250, {"Black": 6, "White": 20}),
    (401_800, 301_800, {"Black": 24, "White": 60, "Asian": 7}),
    (405_000, 305_000, {"White": 50}),
)


def answer(settings=None, **tables):
    given = {"stops": STOPS, "flagged_areas": GROUND, "areas": AREAS, "residents": RESIDENTS, **tables}
    settings = {"field": "officer-defined", **(settings or {})}
    return ask("flagged-ground", given, settings=settings, words=Words("Town", "2024", "made up"), replicates=60).answer


def of(answered, measure, group, ground=None):
    return next(f for f in answered.findings if f.measure == measure and f.group == group and ground in (None, f.settings.get("ground")))


def test_stops_and_residents_are_those_of_placing_them_by_hand():
    found = answer()
    assert of(found, "stops_on_flagged_ground_share", "Black").value == pytest.approx(30 / 60)
    assert of(found, "stops_on_flagged_ground_share", "White").value == pytest.approx(20 / 100)
    assert of(found, "stops_per_1000", "Black", "flagged ground").value == pytest.approx(1000 * 30 / 150)
    assert of(found, "stops_per_1000", "White", "elsewhere").value == pytest.approx(1000 * 80 / (400 * 14.5))
    assert of(found, "stop_rate_ratio", "Black", "flagged ground").value == pytest.approx((30 / 150) / (20 / 600))
    assert of(found, "stop_rate_ratio", "Black", "elsewhere").value == pytest.approx((30 / 1450) / (80 / 5800))
    assert of(found, "stop_rate_flagged_over_elsewhere", "Black").value == pytest.approx((30 / 150) / (30 / 1450))
    assert of(found, "stop_rate_ratio", "Black", "elsewhere").place == "elsewhere in Town"


def test_a_group_with_few_stops_on_one_side_has_no_figures_there():
    asian = of(answer(), "stops_on_flagged_ground_share", "Asian")
    assert (asian.value, asian.n) == (None, None)
    assert "fewer than 5 stops" in asian.caveats[0]


def test_the_group_asked_about_comes_first_and_each_field_has_its_pictures():
    found = answer({"group": "Black"})
    assert found.findings[0].group == "Black"
    assert {picture.slug for picture in found.pictures} == {"ground-stop-ratios-officer-defined", "ground-stop-rates-officer-defined"}
    with pytest.raises(BadSetting, match="Martian"):
        answer({"group": "Martian"})


def test_a_list_of_areas_is_ground_as_well():
    listed = pd.DataFrame({"place_code": ["A00"], "score": [1.0], "is_flagged": [True], "from": ["2024-01"], "to": ["2024-03"]})
    given = {"stops": STOPS, "flagged": listed, "areas": AREAS, "residents": RESIDENTS}
    found = ask("flagged-ground", given, settings={"field": "officer-defined"}, replicates=60).answer
    assert of(found, "stops_on_flagged_ground_share", "Black").value == pytest.approx(20 / 60)


def test_a_field_that_is_empty_is_refused_and_the_other_goes_on():
    refused = answer({"field": "both"}).refused
    assert [one.audit for one in refused] == ["disparity by self defined ethnicity"]


def test_ground_without_stops_and_areas_without_polygons_are_refused():
    with pytest.raises(CannotAnswer, match="No stop with a location lies on flagged ground"):
        answer(stops=stops_at((401_800, 301_800, {"White": 60, "Black": 20})))
    listed = pd.DataFrame({"place_code": ["A00", "A01"], "score": [1.0, 1.0], "is_flagged": True, "from": ["2024-01", "2024-02"], "to": ["2024-01", "2024-02"]})
    with pytest.raises(CannotAnswer, match="one span of months"):
        ask("flagged-ground", {"stops": STOPS, "flagged": listed, "areas": AREAS, "residents": RESIDENTS})
