import gzip
from pathlib import Path

import pandas as pd
import pytest

from evenhand.sources import police_uk_street
from evenhand.sources.police_uk_street import fetch, tidy
from evenhand.tables.errors import BadFile, BadSetting, BadValue, EmptyTable, FetchFailed, MissingColumn, UnknownCategory, UnknownColumn
from evenhand.tables.recorded_crime import CRIME_TYPES
from tests.sources.publisher import STREET_HEADER, Publisher, street_csv, street_line, zipped


def written(folder: Path, text: str, name: str = "2024-01-essex-street.csv") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def says(tidied) -> str:
    return "\n".join(f"{note.level}: {note.says}" for note in tidied.health.notes)


def test_a_monthly_file_becomes_the_table_recorded_crime(tmp_path: Path):
    path = written(tmp_path, street_csv(street_line(1), street_line(2, kind="Drugs")))
    tidied = tidy(path)
    rows = tidied.rows.to_pandas()
    assert rows.columns.tolist() == ["crime_id", "month", "longitude", "latitude", "location_name", "lsoa_code", "lsoa_name", "crime_type", "last_outcome"]
    assert rows.longitude.tolist() == [0.71, 0.71]
    assert sorted(rows.crime_type) == ["Burglary", "Drugs"]
    assert (tidied.health.table, tidied.health.rows) == ("recorded_crime", 2)
    assert str(path) in tidied.health.source


def test_csv_gz_and_parquet_read_the_same(tmp_path: Path):
    text = street_csv(street_line(1), street_line(2, lon="", lat="", code=""))
    plain = written(tmp_path, text)
    with gzip.open(tmp_path / "packed.csv.gz", "wt") as out:
        out.write(text)
    pd.read_csv(plain, dtype=str).astype({"Longitude": float, "Latitude": float}).to_parquet(tmp_path / "same.parquet")
    tables = [tidy(tmp_path / name).rows.to_pandas() for name in ("2024-01-essex-street.csv", "packed.csv.gz", "same.parquet")]
    for other in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], other, check_dtype=False)


def test_a_folder_in_the_archive_layout_is_read_whole_and_only_its_street_files(tmp_path: Path):
    for month in ("2024-01", "2024-02"):
        written(tmp_path, street_csv(street_line(month=month)), f"{month}/{month}-essex-street.csv")
        written(tmp_path, "Type,Date\n", f"{month}/{month}-essex-stop-and-search.csv")
    written(tmp_path, "{}", "2024-01/fetched.json")
    assert tidy(tmp_path).health.rows == 2
    assert tidy(str(tmp_path / "*" / "*-street.csv")).health.rows == 2
    assert tidy(sorted(tmp_path.rglob("*-street.csv"))).health.rows == 2


def test_an_empty_cell_is_missing_and_never_zero(tmp_path: Path):
    tidied = tidy(written(tmp_path, street_csv(street_line(1, crime_id="", kind="Anti-social behaviour"), street_line(2, lon="", lat="", code=""))))
    rows = tidied.rows.to_pandas()
    assert rows.crime_id.isna().sum() == 1
    assert rows.longitude.isna().sum() == 1
    assert "1 of 2 rows (50.0 %) have no location." in says(tidied)
    assert "1 of 2 rows (50.0 %) have no LSOA code." in says(tidied)


def test_repeats_are_told_and_kept(tmp_path: Path):
    once, again = street_line(1), street_line(2)
    nameless = street_line(crime_id="", kind="Anti-social behaviour")
    tidied = tidy(written(tmp_path, street_csv(once, once, again, again.replace("0.71", "0.72"), nameless, nameless)))
    assert tidied.rows.count().execute() == 6
    assert "1 of 4 rows repeat another row in every column" in says(tidied)
    assert "2 of 4 crime identifiers occur before" in says(tidied)
    assert "note: 1 of 2 rows without an identifier are alike in every column" in says(tidied)


def test_absent_months_are_told_within_the_files_and_at_their_edges(tmp_path: Path):
    path = written(tmp_path, street_csv(street_line(1, month="2024-01"), street_line(2, month="2024-03")))
    assert "1 of 3 months is absent: 2024-02" in says(tidy(path))
    assert "3 of 5 months are absent: 2023-12, 2024-02, 2024-04" in says(tidy(path, months=("2023-12", "2024-04")))


def test_a_gap_of_one_force_does_not_hide_behind_another(tmp_path: Path):
    kent = street_line(3, month="2024-02").replace("Essex Police", "Kent Police")
    assert ("1 of 2 forces lack months: Kent Police (1 of 2)") in says(
        tidy(written(tmp_path, street_csv(street_line(1), street_line(2, month="2024-02"), kent)))
    )


def test_unused_categories_are_listed(tmp_path: Path):
    assert f"13 of 14 crime types never occur: {', '.join(kind for kind in CRIME_TYPES if kind != 'Burglary')}" in says(
        tidy(written(tmp_path, street_csv(street_line())))
    )
    every = street_csv(*(street_line(n, kind=kind) for n, kind in enumerate(CRIME_TYPES)))
    assert "All 14 crime types occur" in says(tidy(written(tmp_path, every)))


@pytest.mark.parametrize(
    ("code", "told"), [("E01035586", "of the 2021 vintage"), ("W01002000", "of the 2021 vintage"), ("E01015830", "Join them only after a check")]
)
def test_the_vintage_is_told_only_where_the_codes_prove_it(tmp_path: Path, code: str, told: str):
    assert told in says(tidy(written(tmp_path, street_csv(street_line(code=code)))))


def test_a_last_line_without_an_end_is_told(tmp_path: Path):
    assert "may be cut short" in says(tidy(written(tmp_path, street_csv(street_line()).rstrip("\n"))))


def test_an_unknown_category_stops_the_run(tmp_path: Path):
    with pytest.raises(UnknownCategory, match="'Violent crime'"):
        tidy(written(tmp_path, street_csv(street_line(kind="Violent crime"))))


def test_an_unknown_column_is_refused_and_named_with_the_file(tmp_path: Path):
    path = written(tmp_path, street_csv(street_line()).replace("Context\n", "Context,Surname\n", 1).replace("investigation,", "investigation,,"))
    with pytest.raises(UnknownColumn, match="'Surname'") as told:
        tidy(path)
    assert str(path) in str(told.value)


def test_a_renamed_column_is_missed_with_what_was_found(tmp_path: Path):
    with pytest.raises(MissingColumn, match="no column 'LSOA code'(.|\n)*Columns found: Crime ID, Month"):
        tidy(written(tmp_path, street_csv(street_line()).replace("LSOA code", "LSOA")))


def test_one_file_of_many_with_another_header_is_found(tmp_path: Path):
    first = written(tmp_path, street_csv(street_line()))
    other = written(tmp_path, street_csv(street_line()).replace("LSOA code", "LSOA"), "2024-02-essex-street.csv")
    with pytest.raises(MissingColumn, match="2024-02-essex-street.csv"):
        tidy([first, other])


def test_a_coordinate_that_is_no_number_is_not_lost(tmp_path: Path):
    with pytest.raises(BadValue, match="column 'Longitude' holds 1 values that cannot be understood"):
        tidy(written(tmp_path, street_csv(street_line(lon="east"))))


@pytest.mark.parametrize("month", ["2024-13", "January 2024"])
def test_a_month_that_is_none_is_refused(tmp_path: Path, month: str):
    with pytest.raises(BadValue, match="month"):
        tidy(written(tmp_path, street_csv(street_line(month=month))))


def test_a_truncated_line_is_refused(tmp_path: Path):
    with pytest.raises(BadFile, match="truncated"):
        tidy(written(tmp_path, street_csv(*(street_line(n) for n in range(50)))[:-60])).rows.to_pandas()


def test_truncated_parquet_and_gz_are_refused(tmp_path: Path):
    pd.DataFrame({name: ["a"] for name in STREET_HEADER.split(",")}).to_parquet(tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    packed = gzip.compress(street_csv(*(street_line(n) for n in range(5_000))).encode())
    (tmp_path / "b.csv.gz").write_bytes(packed[: len(packed) // 2])
    for name in ("a.parquet", "b.csv.gz"):
        with pytest.raises(BadFile, match=name.split(".")[0]):
            tidy(tmp_path / name)


def test_empty_absent_and_unreadable_files_are_told_apart(tmp_path: Path):
    with pytest.raises(BadFile, match="empty"):
        tidy(written(tmp_path, ""))
    with pytest.raises(EmptyTable):
        tidy(written(tmp_path, STREET_HEADER + "\n"))
    with pytest.raises(BadFile, match="no file at"):
        tidy(tmp_path / "none.csv")
    with pytest.raises(BadFile, match="ends in none of"):
        tidy(written(tmp_path, "a", "street.xlsx"))
    with pytest.raises(BadFile, match="No file matches"):
        tidy(str(tmp_path / "*-kent-street.csv"))
    with pytest.raises(BadFile, match="holds no file named"):
        tidy(written(tmp_path, "a", "sub/notes.txt").parent)


def test_fetch_takes_the_months_of_one_force_out_of_the_archive(publisher: Publisher, tmp_path: Path):
    names = [
        f"{month}/{month}-{force}-{kind}.csv" for month in ("2023-12", "2024-01", "2024-02") for force in ("essex", "kent") for kind in ("street", "outcomes")
    ]
    publisher.files["/data/archive/2024-02.zip"] = zipped({name: street_csv(street_line(month=name[:7])) for name in names})
    paths = fetch(force="essex", months=("2024-01", "2024-02"), folder=tmp_path, base=publisher.base)
    assert [path.name for path in paths] == ["2024-01-essex-street.csv", "2024-02-essex-street.csv"]
    assert tidy(tmp_path).health.rows == 2


def test_a_force_that_is_not_there_is_told(publisher: Publisher, tmp_path: Path):
    publisher.files["/data/archive/2024-02.zip"] = zipped({"2024-02/2024-02-kent-street.csv": "x"})
    with pytest.raises(FetchFailed, match="'Essex Police'"):
        fetch(force="Essex Police", months=("2024-02", "2024-02"), folder=tmp_path, base=publisher.base)
    with pytest.raises(FetchFailed, match="404"):
        fetch(force="essex", months=("1999-01", "1999-02"), folder=tmp_path, base=publisher.base)
    with pytest.raises(BadSetting, match="no span of months"):
        fetch(force="essex", months=("2024-02", "2024-01"), folder=tmp_path, base=publisher.base)


def test_no_row_is_lost_between_file_and_table(tmp_path: Path):
    lines = [street_line(n % 7, kind=CRIME_TYPES[n % 14], lon="" if n % 3 else "0.71") for n in range(500)]
    assert tidy(written(tmp_path, street_csv(*lines))).rows.count().execute() == 500
    assert police_uk_street.matches(STREET_HEADER.split(","))
