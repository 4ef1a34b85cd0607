"""Recorded crime by LSOA and month: what is not in a row is zero only where the area has rows, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from evenhand.sources.detect import recognise
from evenhand.sources.met_recorded_crime import ADDRESS, COPIED, PUBLISHED, fetch, tidy
from evenhand.tables.errors import BadTable, BadValue, MissingColumn, RepeatedKey, UnknownColumn
from tests.sources.publisher import Publisher


def wide(shape=PUBLISHED, **more) -> pd.DataFrame:
    names = list(shape.read)
    rows = [
        ("E01003000", "Lambeth 001A", "E09000022", "ROBBERY", "ROBBERY OF PERSONAL PROPERTY", 2, 0),
        ("E01003000", "Lambeth 001A", "E09000022", "THEFT", "SHOPLIFTING", 5, 6),
        ("E01004000", "Southwark 001A", "E09000028", "THEFT", "SHOPLIFTING", 1, 0),
    ]
    return pd.DataFrame(rows, columns=[*names, "202403", "202404"]).assign(**more)


def kept(frame: pd.DataFrame, path: Path) -> Path:
    (frame.to_parquet if path.suffix == ".parquet" else frame.to_csv)(path, index=False)
    return path


@pytest.mark.parametrize(("shape", "name"), [(PUBLISHED, "mps.csv"), (COPIED, "mps.parquet")])
def test_months_become_rows_and_kinds_an_area_has_no_row_of_become_zero(tmp_path, shape, name):
    path = kept(wide(shape), tmp_path / name)
    assert recognise(path).CARD.slug == "met-recorded-crime"
    rows = tidy(path).rows
    assert len(rows) == 2 * 2 * 2, "areas by months by kinds"
    assert rows["events"].sum() == 14
    southwark = rows[(rows["area_code"] == "E01004000") & (rows["crime_type"] == "ROBBERY OF PERSONAL PROPERTY")]
    assert southwark["events"].tolist() == [0, 0]
    assert southwark["crime_class"].tolist() == ["ROBBERY", "ROBBERY"]
    assert set(rows["month"]) == {"2024-03", "2024-04"}


def test_files_of_different_areas_are_put_under_each_other_and_of_different_months_are_not(tmp_path):
    first, second = kept(wide().head(2), tmp_path / "a.csv"), kept(wide().tail(1), tmp_path / "b.csv")
    assert tidy([first, second]).rows["events"].sum() == 14
    other = kept(wide().tail(1).drop(columns="202404"), tmp_path / "c.csv")
    with pytest.raises(BadTable, match="different months"):
        tidy([first, other])


def test_a_month_that_is_plainly_not_whole_is_told(tmp_path):
    low = pd.concat([wide()] * 1).assign(**{"202405": [500, 400, 300], "202406": [500, 400, 300], "202407": [450, 410, 320], "202408": [450, 410, 320]})
    assert any(note.level == "warn" and "2024-03" in note.says for note in tidy(kept(low, tmp_path / "low.csv")).health.notes)


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda frame: frame.assign(victim="x"), UnknownColumn),
        (lambda frame: frame.drop(columns="Minor Category"), MissingColumn),
        (lambda frame: frame.drop(columns=["202403", "202404"]), MissingColumn),
        (lambda frame: frame.assign(**{"202403": [1, None, 2]}), BadValue),
        (lambda frame: frame.assign(**{"202403": ["few", "1", "2"]}), BadValue),
        (lambda frame: frame.assign(**{"202403": [-1, 1, 2]}), BadValue),
        (lambda frame: pd.concat([frame, frame.head(1)]), RepeatedKey),
    ],
)
def test_bad_tables_are_refused(tmp_path, spoil, wrong):
    with pytest.raises(wrong):
        tidy(kept(spoil(wide()), tmp_path / "mps.csv"))


def test_fetch_gets_the_publishers_file(publisher: Publisher, tmp_path):
    publisher.files[ADDRESS] = wide().to_csv(index=False).encode()
    (path,) = fetch(folder=tmp_path, base=publisher.base)
    assert tidy(path).health.rows == 3
