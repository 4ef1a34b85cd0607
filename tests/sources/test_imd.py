from pathlib import Path

import pandas as pd
import pytest

from evenhand.sources import imd_2019, imd_2025
from evenhand.sources.indices_of_deprivation import DECILE, PARTS, PUBLISHED, RANK
from evenhand.tables.deprivation import DOMAINS
from evenhand.tables.errors import BadValue, EmptyTable, MissingColumn, RepeatedKey, UnknownColumn
from tests.sources.publisher import Publisher

SOURCES = [(imd_2019, "2011"), (imd_2025, "2021")]


def file_7(source, year: str) -> pd.DataFrame:
    """Every column of the publisher's file, made-up values."""
    columns: dict[str, object] = {f"LSOA code ({year})": ["E01000001", "E01000002"]}
    for name, score in [*PUBLISHED.values(), *PARTS.items()]:
        columns |= {f"{name} {score}": [12.5, 0.25], f"{name} {RANK}": ["1", "32,844"], f"{name} {DECILE}": [1, 10]}
    columns |= dict.fromkeys([name for name in source.SHAPES[0].unread if name not in columns], 1)
    return pd.DataFrame(columns)


def copy_of(source) -> pd.DataFrame:
    return pd.DataFrame(
        {name: (["E01000001", "E01000002"] if name.endswith("_code") else [1, 10]) for name in source.SHAPES[1].read if not name.endswith("_score")}
    )


@pytest.mark.parametrize(("source", "year"), SOURCES)
def test_file_7_becomes_one_row_a_domain_and_area(tmp_path: Path, source, year: str):
    file_7(source, year).to_csv(tmp_path / "imd.csv", index=False)
    tidied = source.tidy(tmp_path / "imd.csv")
    assert len(tidied.rows) == 2 * len(DOMAINS)
    second = tidied.rows[(tidied.rows.area_code == "E01000002") & (tidied.rows.domain == "housing")].iloc[0]
    assert (second["rank"], second["decile"], second["score"]) == (32_844, 10, 0.25)
    assert any(f"2 areas with {year} LSOA codes" in note.says for note in tidied.health.notes)


@pytest.mark.parametrize(("source", "year"), SOURCES)
def test_a_copy_without_scores_says_so(tmp_path: Path, source, year: str):
    copy_of(source).to_parquet(tmp_path / "imd.parquet")
    tidied = source.tidy(tmp_path / "imd.parquet")
    assert "score" not in tidied.rows.columns
    assert any("no scores" in note.says for note in tidied.health.notes)


def test_the_two_years_are_not_taken_for_each_other(tmp_path: Path):
    file_7(imd_2019, "2011").to_csv(tmp_path / "imd.csv", index=False)
    with pytest.raises(MissingColumn, match=r"LSOA code \(2021\)"):
        imd_2025.tidy(tmp_path / "imd.csv")


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda frame: frame.assign(postcode="x"), UnknownColumn),
        (lambda frame: frame.drop(columns=f"Crime {DECILE}"), MissingColumn),
        (lambda frame: frame.assign(**{f"Crime {DECILE}": 11}), BadValue),
        (lambda frame: frame.assign(**{f"Crime {DECILE}": "worst"}), BadValue),
        (lambda frame: frame.assign(**{"LSOA code (2011)": ["E01000001", "W01000002"]}), BadValue),
        (lambda frame: frame.assign(**{"LSOA code (2011)": "E01000001"}), RepeatedKey),
        (lambda frame: frame.head(0), EmptyTable),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, spoil, wrong: type[Exception]):
    spoil(file_7(imd_2019, "2011")).to_csv(tmp_path / "imd.csv", index=False)
    with pytest.raises(wrong):
        imd_2019.tidy(tmp_path / "imd.csv")


@pytest.mark.parametrize(("source", "year"), SOURCES)
def test_fetch_gets_file_7(publisher: Publisher, tmp_path: Path, source, year: str):
    publisher.files[source.ADDRESS] = file_7(source, year).to_csv(index=False).encode()
    (path,) = source.fetch(folder=tmp_path, base=publisher.base)
    assert source.tidy(path).health.rows == 2
