"""One table, whichever files it stands in; nothing read differs from what is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evenhand.study.declaration import read_study
from evenhand.study.inputs import Inputs, read_inputs
from evenhand.tables.errors import BadStudy, EmptyTable, EvenhandError, VintageMix
from tests.study import made_up_city

NEEDED = ("areas", "recorded_crime", "residents")


def inputs(folder: Path, city: dict[str, Path], *tables: str, **changed: dict[str, Any]) -> Inputs:
    """The made-up city's tables, some of them declared otherwise, fitted together."""
    files = {name: city[name] for name in (*NEEDED, *tables)}
    declared = {name: {"path": str(path)} for name, path in files.items()} | changed
    return read_inputs(read_study(made_up_city.write_study(folder / "study", files, tables=declared)), lambda what: None)


def crimes_by_month(read: Inputs) -> dict[str, int]:
    return {str(month): int(n) for month, n in read.crime.groupby("month")["events"].sum().items()}


def written(table: pd.DataFrame, path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    (table.to_parquet if path.suffix == ".parquet" else table.to_csv)(path, index=False)
    return {"path": str(path)}


@pytest.fixture
def whole() -> pd.DataFrame:
    """All four months of recorded crime."""
    return pd.concat([made_up_city.street(month) for month in made_up_city.MONTHS], ignore_index=True)


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet"])
def test_one_file_reads_as_the_folder_of_months_does(ending, city, whole, tmp_path):
    folder = inputs(tmp_path / "a", city)
    one = inputs(tmp_path / "b", city, recorded_crime=written(whole, tmp_path / f"all{ending}"))
    assert crimes_by_month(one) == crimes_by_month(folder)
    pd.testing.assert_frame_equal(one.crime, folder.crime)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("name", ["Month=2020-01", "a [b] c*?", "it's \"ünïcode\";--"])
def test_no_name_of_a_folder_changes_what_is_read(name, ending, city, whole, tmp_path):
    read = inputs(tmp_path / "plain", city, recorded_crime=written(whole, tmp_path / name / f"street{ending}"))
    assert set(crimes_by_month(read)) == set(made_up_city.MONTHS)


def test_a_sign_at_the_start_of_a_line_makes_no_comment_of_it(city, whole, tmp_path):
    marked = whole.assign(**{"Crime ID": "#" + whole["Crime ID"], "Location": "On or near #1 Street"})
    read = inputs(tmp_path, city, recorded_crime=written(marked, tmp_path / "street.csv"))
    assert read.health["recorded_crime"].rows == len(whole)


def test_a_list_of_files_and_a_pattern_read_alike(city, tmp_path):
    months = sorted(city["recorded_crime"].rglob("*street.csv"))
    listed = inputs(tmp_path / "a", city, recorded_crime={"path": [str(path) for path in months]})
    pattern = inputs(tmp_path / "b", city, recorded_crime={"path": str(city["recorded_crime"] / "*" / "*-street.csv")})
    pd.testing.assert_frame_equal(listed.crime, pattern.crime)


def test_rows_that_stand_for_several_crimes_count_as_several(city, whole, tmp_path):
    names = {"month": "Month", "longitude": "Longitude", "latitude": "Latitude", "crime_type": "Crime type"}
    own = whole.rename(columns={theirs: ours for ours, theirs in names.items()})[list(names)].assign(events=3)
    read = inputs(tmp_path, city, recorded_crime=written(own, tmp_path / "own.csv"))
    once = inputs(tmp_path / "once", city)
    assert crimes_by_month(read) == {month: 3 * n for month, n in crimes_by_month(once).items()}


def test_an_index_of_england_leaves_a_welsh_place_without_deprivation_and_says_so(city, tmp_path):
    import geopandas as gpd

    welsh = made_up_city.areas().assign(LSOA21CD=lambda t: t["LSOA21CD"].str.replace("E0104", "W0104"))
    welsh.to_file(tmp_path / "welsh.geojson", driver="GeoJSON")
    people = made_up_city.census_bulk()
    people["geography code"] = people["geography code"].str.replace("E0104", "W0104")
    read = inputs(
        tmp_path, city, "deprivation", areas={"path": str(tmp_path / "welsh.geojson")}, residents=written(people, tmp_path / "census2021-ts021-lsoa.csv")
    )
    assert isinstance(read.outline.areas, gpd.GeoDataFrame)
    assert read.outline.decile is None
    assert "is of England" in read.no_index


def test_a_group_that_no_area_of_the_place_has_a_row_for_is_missing_not_zero(city, tmp_path):
    long = made_up_city.residents().melt(id_vars="area_code", var_name="group", value_name="residents")
    here = set(made_up_city.areas().query("LADCD_ACTIVE == @made_up_city.TESTERHAM")["LSOA21CD"])
    lacking = long[~((long["group"] == "Other") & long["area_code"].isin(here))]
    with pytest.raises(EmptyTable, match="36 areas"):
        inputs(tmp_path, city, residents=written(lacking, tmp_path / "people.csv"))


def test_areas_that_the_residents_do_not_need_may_lack_a_group(city, tmp_path):
    long = made_up_city.residents().melt(id_vars="area_code", var_name="group", value_name="residents")
    there = set(made_up_city.areas().query("LADCD_ACTIVE == @made_up_city.OTHERTON")["LSOA21CD"])
    lacking = long[~((long["group"] == "Other") & long["area_code"].isin(there))]
    assert inputs(tmp_path, city, residents=written(lacking, tmp_path / "people.csv")).outline.residents["Other"].sum() > 0


def test_tables_of_two_censuses_are_not_joined_without_the_lookup(city, tmp_path):
    own = made_up_city.residents().melt(id_vars="area_code", var_name="group", value_name="residents")
    table = written(own, tmp_path / "people.csv") | {"source": "own", "vintage": "lsoa-2011"}
    with pytest.raises(VintageMix, match="lookup"):
        inputs(tmp_path, city, residents=table)


@pytest.mark.parametrize(
    ("table", "key", "says"),
    [
        ("residents", {"force": "essex"}, "only a table of stops"),
        ("areas", {"groups": {"White": "x"}}, "only residents"),
        ("residents", {"source": "census-2021-ethnicity", "columns": {"area_code": "x"}}, "Keep one"),
        ("residents", {"source": "census-1801"}, "is not a source. Known: "),
        ("residents", {"source": "police-uk-street"}, "declared as 'residents'"),
        ("residents", {"vintage": "lsoa-2011"}, "carries codes of 'lsoa-2021'"),
        ("areas", {"columns": {"area_kode": "LSOA21CD"}}, "area_kode"),
        ("areas", {"columns": {"area_code": "WD99CD"}}, "WD99CD"),
        ("recorded_crime", {"columns": {"month": "When"}}, "When"),
    ],
)
def test_a_key_that_would_be_passed_over_is_refused(table, key, says, city, tmp_path):
    with pytest.raises(EvenhandError, match=says.replace(".", r"\.")):
        inputs(tmp_path, city, **{table: {"path": str(city[table]), **key}})


def test_a_vintage_that_is_none_is_refused_with_the_key(city, tmp_path):
    with pytest.raises(BadStudy, match=r"tables\.areas\.vintage"):
        inputs(tmp_path, city, areas={"path": str(city["areas"]), "vintage": "lsoa-1801"})


def test_a_file_that_is_neither_ones_own_nor_published_is_told_what_it_lacks_first(tmp_path):
    from evenhand.study.asking import ask

    written(pd.DataFrame({"zone": ["a"], "white": [1]}), tmp_path / "people.csv")
    written(pd.DataFrame({"place_code": ["a"], "score": [1], "is_flagged": ["yes"], "from": "2024-01", "to": "2024-02"}), tmp_path / "list.csv")
    with pytest.raises(EvenhandError) as told:
        ask("exposure", {"residents": tmp_path / "people.csv", "flagged": tmp_path / "list.csv"})
    lines = str(told.value).splitlines()
    assert lines[0].startswith("Table 'residents'")
    assert "'area_code', 'group', 'residents'" in lines[0]
    assert lines[1] == "Columns found: zone, white."
    assert "--columns residents.area_code=NAME" in lines[2]
    assert lines[3].startswith("Nor is it in the shape of a published data set of this table: census-2021-ethnicity (without 'lsoa21_code'")
    assert "police-uk" not in str(told.value)


def test_a_published_file_with_a_column_renamed_is_told_which(tmp_path, whole):
    from evenhand.study.declaration import TableDeclared
    from evenhand.study.reading import require_shape

    written(whole.rename(columns={"Longitude": "Lon"}), tmp_path / "street.csv")
    with pytest.raises(EvenhandError, match=r"police-uk-street \(without 'Longitude'\)"):
        require_shape("recorded_crime", TableDeclared(path=str(tmp_path / "street.csv")), tmp_path)
