"""The replication files of Lum & Isaac: a dozen made-up rows that hold every quirk, and the published files where they are at hand."""

import gzip
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evenhand.sources import lum_isaac
from evenhand.sources.detect import SOURCES, recognise
from evenhand.tables.errors import BadFile, BadSetting, BadValue, MissingColumn, UnknownColumn
from evenhand.tables.place_events import by_day
from tests.oracles import needed
from tests.sources.publisher import Publisher

CRIMES = """"","bin","OCCURRED","LAG"
"8",67,01/08/12,  0
"9",67,01/08/12,  0
"10",67,12/31/11,  0
"14",219,12/31/11,  3
"15",9,12/31/11,  0
"44",NA,12/30/11,  0
"45",13,01/01/09,514
"""


def matrix(value: float = 0.0) -> pd.DataFrame:
    """Every square and day of the published files."""
    frame = pd.DataFrame({"bin": [int(code) for code in lum_isaac.PLACES]})
    return pd.concat([frame, pd.DataFrame(value, index=frame.index, columns=list(lum_isaac.RATED_DAYS))], axis=1)


@cache
def rates_csv() -> bytes:
    return matrix(0.25).to_csv(index=False).encode()


@pytest.fixture
def crimes(tmp_path: Path) -> Path:
    """A folder with the crimes alone."""
    (tmp_path / "drug_crimes_with_bins.csv").write_text(CRIMES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def folder(crimes: Path) -> Path:
    """A folder with all three files."""
    (crimes / "predpol_drug_predictions.csv").write_bytes(rates_csv())
    matrix(1).astype(int).to_parquet(crimes / "predpol_drug_observed.parquet")
    return crimes


def test_crimes_are_counted_by_square_and_day(folder: Path):
    tidied = lum_isaac.tidy(folder)
    assert tidied.rows.values.tolist() == [["13", "2009-01-01", 1], ["9", "2011-12-31", 1], ["67", "2011-12-31", 1], ["219", "2011-12-31", 1],
                                           ["67", "2012-01-08", 2]]  # fmt: skip
    assert tidied.health.rows == 7
    said = " ".join(note.says for note in tidied.health.notes)
    assert "1 of 7 rows (14.3 %) have no square, and are left out." in said
    assert "4 of 661 squares have a recorded drug crime." in said
    assert "The last month is cut short: the last record is of 2012-01-08" in said


def test_a_compressed_copy_reads_the_same(crimes: Path):
    plain = lum_isaac.tidy(crimes).rows
    (crimes / "drug_crimes_with_bins.csv").unlink()
    (crimes / "drug_crimes_with_bins.csv.gz").write_bytes(gzip.compress(CRIMES.encode()))
    pd.testing.assert_frame_equal(lum_isaac.tidy(crimes).rows, plain)


def test_the_published_rates_and_counts_are_read_from_csv_and_parquet(folder: Path):
    rates, counts = lum_isaac.published(folder), lum_isaac.published(folder, "counts")
    assert rates.shape == counts.shape == (661, 368)
    assert (rates.index[0], rates.index[-1], rates.columns[0], rates.columns[-1]) == ("1", "661", "2010-12-28", "2011-12-30")
    assert (rates.loc["512", "2011-06-01"], counts.loc["512", "2011-06-01"]) == (0.25, 1)


def test_the_published_rates_by_themselves_are_forecasts_of_single_days(folder: Path):
    tidied = lum_isaac.tidy(folder / "predpol_drug_predictions.csv")
    assert (tidied.health.table, len(tidied.rows)) == ("forecasts", 661 * 368)
    assert tidied.rows.iloc[-1][["place_code", "from", "to", "expected"]].tolist() == ["661", "2011-12-30", "2011-12-30", 0.25]


def test_the_files_are_recognised_and_the_source_is_listed(folder: Path):
    assert SOURCES["lum-isaac"] is lum_isaac
    assert recognise(folder) is lum_isaac
    assert recognise(folder / "predpol_drug_observed.parquet") is lum_isaac


@pytest.mark.parametrize(
    ("before", "after", "error", "said"),
    [
        ('"LAG"', '"SUSPECT"', UnknownColumn, "SUSPECT"),
        ('"OCCURRED"', '"WHEN"', MissingColumn, "OCCURRED"),
        ("12/31/11,  3", "2011-12-31,  3", BadValue, "no days"),
        (",219,", ",662,", BadValue, "1 to 661"),
        (",219,", ",downtown,", BadValue, "downtown"),
    ],
)
def test_crimes_that_are_not_as_published_are_refused(crimes: Path, before: str, after: str, error: type[Exception], said: str):
    (crimes / "drug_crimes_with_bins.csv").write_text(CRIMES.replace(before, after), encoding="utf-8")
    with pytest.raises(error, match=said):
        lum_isaac.tidy(crimes)


@pytest.mark.parametrize(
    ("table", "error", "said"),
    [
        (matrix().iloc[:-1], BadFile, "661 squares once; it has 660 rows"),
        (matrix().assign(bin=1), BadFile, "661 squares once"),
        (matrix(-0.1), BadValue, "below zero"),
        (matrix(float("nan")), BadValue, "missing"),
        (matrix().drop(columns="2011-06-01"), MissingColumn, "2011-06-01"),
    ],
)
def test_rates_that_are_not_as_published_are_refused(tmp_path: Path, table: pd.DataFrame, error: type[Exception], said: str):
    table.to_parquet(tmp_path / "predpol_drug_predictions.parquet")
    with pytest.raises(error, match=said):
        lum_isaac.published(tmp_path)


def test_only_rates_and_counts_are_published(tmp_path: Path):
    with pytest.raises(BadSetting, match="rates, counts"):
        lum_isaac.published(tmp_path, "arrests")


def test_fetch_gets_the_three_files_and_follows_a_pointer(publisher: Publisher, tmp_path: Path):
    at = f"/{lum_isaac.COPY}/"
    crimes, rates, counts = (at + name for name in lum_isaac.FILES)
    publisher.files[crimes] = CRIMES.encode()
    publisher.files[rates] = lum_isaac.POINTER + b".github.com/spec/v1\noid sha256:00\nsize 7\n"
    publisher.files["/large" + rates] = rates_csv()
    publisher.files[counts] = rates_csv()
    paths = lum_isaac.fetch(folder=tmp_path, base=publisher.base, large=f"{publisher.base}/large")
    assert [path.name for path in paths] == ["drug_crimes_with_bins.csv", "predpol_drug_predictions.csv", "predpol_drug_observed.csv"]
    assert lum_isaac.tidy(tmp_path).health.rows == 7
    assert lum_isaac.published(tmp_path).loc["1", "2010-12-28"] == 0.25


@pytest.mark.oracle("lum_isaac_oakland")
def test_the_published_files_are_read_whole():
    """Counted in the files themselves: 11,545 rows, 28 of them without a bin; 2,323 crimes on the 368 days."""
    folder = needed("lum_isaac_oakland")
    tidied = lum_isaac.tidy(folder)
    assert (tidied.health.rows, int(tidied.rows["events"].sum())) == (11_545, 11_517)
    counts = lum_isaac.published(folder, "counts")
    assert counts.to_numpy().sum() == 2_323
    daily = by_day(tidied.rows, places=lum_isaac.PLACES, first=lum_isaac.FIRST_RATED, last=lum_isaac.LAST_RATED)
    np.testing.assert_array_equal(daily.counts.T, counts)
