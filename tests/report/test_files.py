"""What a study leaves behind: names, tables, maps."""

from __future__ import annotations

import csv
import io
import json

import pytest

from evenhand.report.files import files_of
from evenhand.report.pictures import all_pictures


@pytest.fixture(scope="module")
def files(contents):
    return files_of(contents)


def test_there_is_a_table_for_each_picture_and_the_fixed_files(files, contents):
    fixed = {"report.html", "findings.json", "manifest.json", "maps/areas.geojson", "maps/cells.geojson"}
    assert set(files) == fixed | {f"tables/{picture.slug}.csv" for picture in all_pictures(contents)}


def test_the_same_contents_give_the_same_bytes(files, contents):
    assert files_of(contents) == files


def test_findings_are_all_there_in_order(files, contents):
    read = json.loads(files["findings.json"])
    assert [(one["measure"], one["group"], one["value"]) for one in read] == [(one.measure, one.group, one.value) for one in contents.findings]


def test_a_tables_numbers_are_those_of_the_findings_unrounded(files, contents):
    rows = list(csv.DictReader(io.StringIO(files["tables/exposure-by-group.csv"].decode())))
    ratios = {one.group: one for one in contents.findings if one.measure == "exposure_ratio"}
    assert {row["group"] for row in rows} == set(ratios)
    for row in rows:
        one = ratios[row["group"]]
        assert (row["value"] or None) == (None if one.value is None else str(one.value))
        assert (row["low"] or None) == (None if one.low is None else str(one.low))


def test_an_absent_value_is_an_empty_field_not_nought(files):
    rows = list(csv.DictReader(io.StringIO(files["tables/exposure-by-group.csv"].decode())))
    assert next(row for row in rows if row["group"] == "Other")["value"] == ""


def test_a_maps_table_has_a_row_for_each_area_and_counts_every_spot(files, contents):
    rows = list(csv.DictReader(io.StringIO(files["tables/map-group.csv"].decode())))
    assert len(rows) == len(contents.areas)
    assert sum(int(row["flagged_spots"]) for row in rows) == int(contents.cells["is_flagged"].sum())


def test_maps_are_in_degrees_rounded_to_six_decimals(files, contents):
    areas = json.loads(files["maps/areas.geojson"])
    assert len(areas["features"]) == len(contents.areas)
    longitude, latitude = areas["features"][0]["geometry"]["coordinates"][0][0]
    assert (-8 < longitude < 2, 49 < latitude < 61) == (True, True)
    assert longitude == round(longitude, 6)


def test_a_missing_decile_is_null_in_the_map(files):
    areas = json.loads(files["maps/areas.geojson"])
    assert [one["properties"]["decile"] for one in areas["features"]].count(None) == 1


def test_cells_carry_no_residents_by_group(files, contents):
    cells = json.loads(files["maps/cells.geojson"])
    assert len(cells["features"]) == len(contents.cells)
    assert not [name for name in cells["features"][0]["properties"] if name.startswith("residents_")]


def test_numbers_of_numpy_in_the_manifest_are_written(made):
    import numpy as np

    assert json.loads(files_of(made(manifest={"seed": np.int64(3)}))["manifest.json"])["seed"] in (3, "3")
