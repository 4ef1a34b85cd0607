from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from evenhand.sources.own_table import tidy
from evenhand.tables.errors import BadSetting, BadValue, MissingColumn, RepeatedKey, UnknownCategory, UnknownColumn, WrongCoordinates

CRIMES = pd.DataFrame({"when": ["2024-01", "2024-03"], "lon": [0.7, None], "lat": [51.5, None], "what": ["Burglary", "Drugs"], "events": [1, 3]})
NAMES = {"month": "when", "longitude": "lon", "latitude": "lat", "crime_type": "what"}


def kept(frame: pd.DataFrame, folder: Path, name: str = "own.csv") -> Path:
    if name.endswith(".csv"):
        frame.to_csv(folder / name, index=False)
    else:
        frame.to_parquet(folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["own.csv", "own.parquet"])
def test_ones_own_crimes_are_read_under_declared_names_and_stay_in_the_engine(tmp_path: Path, name: str):
    tidied = tidy(kept(CRIMES, tmp_path, name), table="recorded_crime", columns=NAMES, title="Our city")
    rows = tidied.rows.to_pandas()
    assert rows.columns.tolist() == ["month", "longitude", "latitude", "crime_type", "events"]
    assert rows.events.tolist() == [1, 3]
    told = [note.says for note in tidied.health.notes]
    assert "1 of 2 rows (50.0 %) have no longitude." in told
    assert "1 of 3 months is absent: 2024-02. An absent month is unknown, not zero." in told
    assert tidied.health.source.startswith("Our city: ")


def test_ones_own_stops_get_their_month_from_the_time_and_the_same_health(tmp_path: Path):
    stops = pd.DataFrame({"stopped_at": ["2024-05-31T23:30:00+00:00"] * 600, "longitude": 0.7, "latitude": 51.5, "kind": "Person search"})
    stops = stops.assign(self_defined_ethnicity="White - Irish", officer_defined_ethnicity="", outcome="Arrest")
    tidied = tidy(kept(stops, tmp_path), table="stops")
    assert set(tidied.rows.to_pandas()["month"]) == {"2024-06"}
    assert "disparity:officer_defined_ethnicity" in {audit for note in tidied.health.notes for audit in note.blocks}


def test_small_tables_come_as_frames(tmp_path: Path):
    flagged = pd.DataFrame({"cell": ["a", "b"], "score": [2, None], "is_flagged": ["true", "FALSE"], "from": "2024-01", "to": "2024-02"})
    rows = tidy(kept(flagged, tmp_path), table="flagged", columns={"place_code": "cell"}).rows
    assert rows["is_flagged"].tolist() == [True, False]
    assert rows["score"].isna().tolist() == [False, True]


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("Yes", "NO"), ("TRUE", "false"), (1, 0), (1.0, 0.0), (" yes ", "no")])
def test_yes_and_no_are_understood_however_a_program_writes_them(tmp_path: Path, yes: object, no: object):
    flagged = pd.DataFrame({"place_code": ["a", "b"], "score": 1, "is_flagged": [yes, no], "from": "2024-01", "to": "2024-02"})
    assert tidy(kept(flagged, tmp_path), table="flagged").rows["is_flagged"].tolist() == [True, False]
    scores = pd.DataFrame({"group": "a", "score": [1, 2], "outcome": [no, yes]})
    assert tidy(kept(scores, tmp_path), table="score_outcomes").rows.to_pandas()["outcome"].tolist() == [False, True]


@pytest.mark.parametrize("table", ["flagged", "stops"])
def test_what_is_neither_yes_nor_no_is_named_with_what_would_be_understood(tmp_path: Path, table: str):
    columns = {
        "flagged": {"place_code": ["a", "b", "c"], "score": 1, "is_flagged": ["yes", "maybe", "ja"], "from": "2024-01", "to": "2024-02"},
        "stops": {
            "stopped_at": "2024-05-31T12:30:00+00:00", "longitude": 0.7, "latitude": 51.5, "kind": "Person search", "self_defined_ethnicity": "White - Irish",
            "officer_defined_ethnicity": "", "outcome": "Arrest", "is_outcome_linked": ["yes", "maybe", "ja"],
        },
    }  # fmt: skip
    with pytest.raises(BadValue, match=r"holds 2 values that cannot be understood, such as 'ja', 'maybe'.*\n.*yes and no, true and false, 1 and 0"):
        tidy(kept(pd.DataFrame(columns[table]), tmp_path), table=table)


def test_what_is_no_number_is_named_with_what_would_be_understood(tmp_path: Path):
    with pytest.raises(BadValue, match="such as '51,5'.*\nUnderstood are numbers with a point"):
        tidy(kept(CRIMES.assign(lat="51,5"), tmp_path), table="recorded_crime", columns=NAMES)


def test_wide_residents_become_one_row_a_group_and_other_columns_stay_behind(tmp_path: Path):
    wide = pd.DataFrame({"code": ["a", "b"], "n_white": [10, 20], "n_black": [1, 2], "mayor": "A. Person"})
    rows = tidy(kept(wide, tmp_path), table="residents", columns={"area_code": "code"}, groups={"White": "n_white", "Black": "n_black"}).rows
    assert rows.to_dict("list") == {
        "area_code": ["a", "a", "b", "b"],
        "group": ["Black", "White"] * 2,
        "source_group": ["n_black", "n_white"] * 2,
        "residents": [1, 10, 2, 20],
    }


def test_long_residents_keep_only_the_mapped_columns(tmp_path: Path):
    long = pd.DataFrame({"area_code": ["a", "a"], "eth": ["White", "Black"], "n": [1, 2], "note": "x"})
    rows = tidy(kept(long, tmp_path), table="residents", columns={"group": "eth", "residents": "n"}).rows
    assert rows.columns.tolist() == ["area_code", "group", "residents"]


@pytest.mark.parametrize(
    ("counts", "told"), [([10, None], "unknown, not zero"), ([0.4, 0.6], "not shares"), (["many", 1], "no numbers"), ([-5, 1], "cannot be right")]
)
def test_residents_that_cannot_be_counts_are_refused(tmp_path: Path, counts: list, told: str):
    wide = pd.DataFrame({"area_code": ["a", "b"], "n_white": counts})
    with pytest.raises(BadValue, match=told):
        tidy(kept(wide, tmp_path), table="residents", groups={"White": "n_white"})


@pytest.mark.parametrize("name", ["wards.geojson", "wards.gpkg", "wards.geoparquet"])
def test_any_polygons_become_areas_of_their_own_vintage(tmp_path: Path, name: str):
    wards = gpd.GeoDataFrame({"ward": [7, 8], "owner": "x"}, geometry=[box(4e5, 3e5, 4.01e5, 3.01e5), box(4.01e5, 3e5, 4.02e5, 3.01e5)], crs=27700)
    (wards.to_parquet if name.endswith("parquet") else wards.to_file)(tmp_path / name)
    rows = tidy(tmp_path / name, table="areas", columns={"area_code": "ward"}).rows
    assert rows.columns.tolist() == ["area_code", "vintage", "geometry"]
    assert (rows.area_code.tolist(), set(rows.vintage), rows.crs.to_epsg()) == (["7", "8"], {"own"}, 27700)
    assert set(tidy(tmp_path / name, table="areas", columns={"area_code": "ward"}, vintage="lsoa-2021").rows.vintage) == {"lsoa-2021"}


def test_areas_outside_great_britain_are_refused(tmp_path: Path):
    gpd.GeoDataFrame({"area_code": ["a"]}, geometry=[box(-74, 40, -73, 41)], crs=4326).to_file(tmp_path / "york.geojson")
    with pytest.raises(WrongCoordinates, match="outside Great Britain"):
        tidy(tmp_path / "york.geojson", table="areas")


def test_columns_about_events_that_nobody_declared_are_refused(tmp_path: Path):
    with pytest.raises(UnknownColumn, match="surname"):
        tidy(kept(CRIMES.assign(surname="x"), tmp_path), table="recorded_crime", columns=NAMES)


@pytest.mark.parametrize(
    ("settings", "wrong", "told"),
    [
        ({"table": "crimes"}, BadSetting, "no table 'crimes'"),
        ({"table": "recorded_crime", "columns": {"mnth": "when"}}, BadSetting, "mnth"),
        ({"table": "recorded_crime", "columns": {**NAMES, "month": "date"}}, MissingColumn, "'date'"),
        ({"table": "recorded_crime", "columns": {"month": "when"}}, MissingColumn, "'longitude', 'latitude', 'crime_type'"),
        ({"table": "recorded_crime", "columns": {"month": "when", "crime_type": "when"}}, BadSetting, "two meanings"),
        ({"table": "recorded_crime", "groups": {"White": "w"}}, BadSetting, "only for the table residents"),
        ({"table": "residents", "columns": {"area_code": "what"}, "groups": {"White": "w"}}, MissingColumn, "'w'"),
    ],
)
def test_settings_that_do_not_fit_are_told(tmp_path: Path, settings: dict, wrong: type[Exception], told: str):
    with pytest.raises(wrong, match=told):
        tidy(kept(CRIMES, tmp_path), **settings)


@pytest.mark.parametrize(
    ("change", "wrong"), [({"what": "Piracy"}, UnknownCategory), ({"lon": "east"}, BadValue), ({"when": "May"}, BadValue), ({"events": "some"}, BadValue)]
)
def test_values_that_are_not_understood_are_refused(tmp_path: Path, change: dict, wrong: type[Exception]):
    with pytest.raises(wrong):
        tidy(kept(CRIMES.assign(**change), tmp_path), table="recorded_crime", columns=NAMES)


def test_repeated_keys_are_refused(tmp_path: Path):
    with pytest.raises(RepeatedKey):
        tidy(kept(pd.DataFrame({"area_code": ["a", "a"], "group": "White", "residents": 1}), tmp_path), table="residents")
