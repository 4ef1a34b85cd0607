"""The Markup's release of PredPol's predictions: read as published, with every quirk told or refused."""

from __future__ import annotations

import gzip
import json

import pandas as pd
import pytest

from evenhand.sources import markup_predpol
from evenhand.tables.errors import BadFile, BadSetting, BadValue, MissingColumn, RepeatedKey, UnknownColumn
from tests.house.tree import ROOT
from tests.sources.publisher import Publisher

DATA = ROOT / "tests" / "data" / "markup_predpol"
ONE = {
    "id": "480739506003", "client": "here", "count": 7, "total_estimate": 100, "white_alone": 50, "black_alone": 20, "latino_alone": 10, "asian_alone": 5,
    "total_estimate_household": 40, "eligible_for_frl": 20, "ineligible_for_frl": 20,
}  # fmt: skip
EMPTY = {**ONE, "id": "480739506004", "count": 0, "total_estimate": 0, "white_alone": 0, "black_alone": 0, "latino_alone": 0, "asian_alone": 0}
DEPARTMENTS = "client,Client Name,UCR Department,first_prediction_date,final_prediction_date,Confirmed Start Date ,Confirmed End Date,Usable,Active,EPSG\n"


def geojson(folder, *rows, name="here-geojson-with-data.json"):
    polygon = {"type": "Polygon", "coordinates": [[[-95, 31], [-95, 32], [-94, 31], [-95, 31]]]}
    features = [{"type": "Feature", "properties": row, "geometry": polygon} for row in rows]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["here-geojson-with-data.json", "here-geojson-with-data.json.gz"])
def test_block_groups_become_flagged_places_with_predictions_as_their_score(tmp_path, name):
    tidied = markup_predpol.tidy(geojson(tmp_path, ONE, EMPTY, name=name))
    assert tidied.rows[["place_code", "score", "is_flagged", "from", "to"]].to_numpy().tolist() == [
        ["480739506003", 7.0, True, "2018-02", "2021-01"],
        ["480739506004", 0.0, False, "2018-02", "2021-01"],
    ]
    said = [note.says for note in tidied.health.notes]
    assert said[0] == "7 predictions in 2 block groups; 1 have none."
    assert said[1] == "1 block groups have no residents."
    assert "months are those of the whole release" in said[2]


def test_the_months_are_those_of_the_department_where_its_list_is_given(tmp_path):
    listed = tmp_path / "departments.csv"
    listed.write_text(DEPARTMENTS + "here,Here,X,2018-05-02,2019-11-30,2018-01-01,Current,True,TRUE,1.0\n")
    department = markup_predpol.departments(listed)
    rows = markup_predpol.tidy(geojson(tmp_path, ONE), department=department).rows
    assert (rows["from"].iloc[0], rows["to"].iloc[0]) == ("2018-05", "2019-11")
    with pytest.raises(BadSetting, match="'there' is not in the list"):
        markup_predpol.tidy(geojson(tmp_path, {**ONE, "client": "there"}), department=department)


def test_residents_are_the_four_groups_and_the_rest(tmp_path):
    tidied = markup_predpol.residents(geojson(tmp_path, ONE))
    assert dict(zip(tidied.rows["group"], tidied.rows["residents"], strict=True)) == {"Asian": 5, "Black": 20, "Latino": 10, "Other": 15, "White": 50}
    assert tidied.health.warnings == ("1 block groups, 100 residents; survey estimates with margins of error that are not in the files.",)


def test_a_block_group_with_another_departments_name_is_told():
    notes = markup_predpol.tidy(DATA / "plainfieldpdnj-block-groups.csv").health.warnings
    assert notes == ("3 block groups carry the name of another department (piscataway); they are counted as they stand.",)


def test_a_file_as_published_is_recognised(tmp_path):
    from evenhand.sources.detect import recognise

    assert recognise(geojson(tmp_path, ONE)) is markup_predpol
    assert recognise(DATA / "jacksonvilletx-block-groups.csv") is markup_predpol


def test_published_tenths_are_one_row_a_department_and_tenth():
    table = markup_predpol.published_percentiles(DATA / "race_demo_comp_percentile.csv")
    assert table.shape == (20, 4)
    assert table.loc[("elgin", "90th to 100th"), "Black"] == pytest.approx(0.1098780)


@pytest.mark.parametrize(
    ("row", "error", "says"),
    [
        ({**ONE, "surname": "Smith"}, UnknownColumn, "'surname'"),
        ({name: value for name, value in ONE.items() if name != "count"}, MissingColumn, "'count'"),
        ({**ONE, "count": -1}, BadValue, "'predictions' must hold whole numbers"),
        ({**ONE, "count": 1.5}, BadValue, "'predictions' must hold whole numbers"),
        ({**ONE, "black_alone": None}, BadValue, "'black_alone'"),
        ({**ONE, "white_alone": 99}, BadValue, "more than all residents"),
    ],
)
def test_rows_that_cannot_be_right_are_refused(tmp_path, row, error, says):
    with pytest.raises(error, match=says):
        markup_predpol.tidy(geojson(tmp_path, row))


def test_two_files_of_one_block_group_and_a_cut_file_are_refused(tmp_path):
    one, other = geojson(tmp_path, ONE), geojson(tmp_path, ONE, name="there-geojson-with-data.json")
    with pytest.raises(RepeatedKey, match="480739506003"):
        markup_predpol.tidy([one, other])
    one.write_bytes(one.read_bytes()[:100])
    with pytest.raises(BadFile, match="no GeoJSON of block groups"):
        markup_predpol.tidy(one)


def test_the_release_is_fetched_from_its_repository(publisher: Publisher, tmp_path):
    copy = f"/{markup_predpol.COPY}/"
    publisher.files[f"{copy}datasheets/geojson/jacksonvilletx-geojson-with-data.json"] = geojson(tmp_path, ONE).read_bytes()
    publisher.files |= {f"{copy}{name}": f"of {name}\n".encode() for name in markup_predpol.TABLES}
    paths = markup_predpol.fetch(folder=tmp_path / "got", only=["jacksonvilletx"], base=publisher.base)
    assert [path.name for path in paths] == ["jacksonvilletx-geojson-with-data.json", *(name.rsplit("/", 1)[-1] for name in markup_predpol.TABLES)]
    assert isinstance(markup_predpol.tidy(paths[0]).rows, pd.DataFrame)
    with pytest.raises(BadSetting, match="no department 'nowhere'"):
        markup_predpol.fetch(folder=tmp_path, only=["nowhere"])
