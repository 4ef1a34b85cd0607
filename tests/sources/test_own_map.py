"""Flagged polygons as an operator exports them: read, numbered, mended; or refused in words."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from evenhand.sources import own_table
from evenhand.tables.errors import BadSetting, BadValue, MissingColumn, RepeatedKey, UnknownCategory, WrongCoordinates

BOXES = [shapely.box(587_000, 185_000, 587_300, 185_300), shapely.box(588_000, 186_000, 588_150, 186_150)]


def written(folder, crs="EPSG:27700", name="spots.geojson", boxes=BOXES, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:27700")
    path = folder / name
    frame.to_crs(crs).to_file(path)
    return path


def read(path, **rest):
    return own_table.tidy(path, table="flagged_areas", title="spots", **rest)


def test_polygons_alone_are_numbered_and_measured(tmp_path):
    tidied = read(written(tmp_path, crs="EPSG:4326"))
    assert tidied.rows["place_code"].tolist() == ["1", "2"]
    assert tidied.rows.crs.to_epsg() == 27700
    assert tidied.rows.area.tolist() == pytest.approx([90_000, 22_500], rel=1e-4)
    assert tidied.health.notes[-1].says == "2 polygons of together 0.11 km²."


def test_columns_that_are_known_are_kept_and_others_left_behind(tmp_path):
    columns = {"place_code": [7, 8], "score": ["1,200", "3"], "is_flagged": ["Yes", "no"], "officer": ["Smith", "Jones"]}
    path = written(tmp_path, **columns, **{"from": ["2024-01"] * 2, "to": ["2024-03"] * 2})
    rows = read(path).rows
    assert list(rows.columns) == ["place_code", "score", "is_flagged", "from", "to", "geometry"]
    assert rows["place_code"].tolist() == ["7", "8"]
    assert rows["score"].tolist() == [1200, 3]
    assert rows["is_flagged"].tolist() == [True, False]


def test_a_column_of_another_name_is_renamed(tmp_path):
    assert read(written(tmp_path, id=["a", "b"]), columns={"place_code": "id"}).rows["place_code"].tolist() == ["a", "b"]
    own_table.require_columns(written(tmp_path, id=["a", "b"]), table="flagged_areas", columns={"place_code": "id"})
    own_table.require_columns(written(tmp_path), table="flagged_areas")


def test_a_polygon_that_crosses_itself_is_mended_and_told(tmp_path):
    bow = shapely.Polygon([(587_000, 185_000), (587_200, 185_200), (587_200, 185_000), (587_000, 185_200)])
    assert "1 of 2 polygons crossed themselves" in read(written(tmp_path, boxes=[bow, BOXES[1]])).health.notes[0].says


@pytest.mark.parametrize(
    ("columns", "error", "says"),
    [
        ({"is_flagged": ["maybe", "no"]}, UnknownCategory, "neither yes nor no"),
        ({"is_flagged": [None, "no"]}, BadValue, "Missing is not no"),
        ({"score": ["high", "low"]}, BadValue, "no numbers"),
        ({"score": [-1, 2]}, BadValue, "cannot be right"),
        ({"place_code": ["a", "a"], "from": ["2024-01"] * 2, "to": ["2024-01"] * 2}, RepeatedKey, "repeat the same"),
        ({"from": ["2024-01"] * 2}, MissingColumn, "Give both, or neither"),
        ({"from": ["January"] * 2, "to": ["2024-01"] * 2}, BadValue, "'from'"),
    ],
)
def test_rows_that_cannot_be_right_are_refused(tmp_path, columns, error, says):
    with pytest.raises(error, match=says):
        read(written(tmp_path, **columns))


def test_polygons_of_another_country_and_points_are_refused(tmp_path):
    far = [shapely.transform(box, lambda corners: corners + [900_000, 0]) for box in BOXES]
    with pytest.raises(WrongCoordinates, match="outside Great Britain"):
        read(written(tmp_path, boxes=far))
    with pytest.raises(BadValue, match="They must be polygons"):
        read(written(tmp_path, boxes=[box.centroid for box in BOXES]))


def test_groups_are_for_residents_only(tmp_path):
    with pytest.raises(BadSetting, match="only for the table residents"):
        read(written(tmp_path), groups={"Black": "b"})
