"""One expression, several engines: the counts do not depend on where the rows lie."""

import ibis
import pandas as pd
import pytest

from evenhand.audit.stop_counts import count_stops
from evenhand.tables import engine
from evenhand.tables.errors import BadSetting

STOPS = """
area_code | officer_defined_ethnicity | self_defined_ethnicity                                | outcome
A1        | Black                     | Black/African/Caribbean/Black British - African       | Arrest
A1        | White                     | White - Irish                                         | A no further action disposal
A1        | White                     | Other ethnic group - Not stated                       | A no further action disposal
A2        |                           |                                                       | Arrest
A2        | White                     | White - English/Welsh/Scottish/Northern Irish/British |
"""


def drawn(table: str) -> pd.DataFrame:
    """A table drawn with bars; an empty field is missing."""
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return pd.DataFrame([[cell or None for cell in row] for row in rows], columns=head, dtype="string").astype(object)


@pytest.fixture(params=["duckdb", "sqlite"])
def rows(request: pytest.FixtureRequest) -> ibis.Table:
    """The same rows, lying in each engine."""
    connection = getattr(ibis, request.param).connect()
    connection.con.execute("CREATE TABLE stops (area_code TEXT, officer_defined_ethnicity TEXT, self_defined_ethnicity TEXT, outcome TEXT)")
    for row in drawn(STOPS).itertuples(index=False):
        connection.con.execute("INSERT INTO stops VALUES (?, ?, ?, ?)", [None if pd.isna(cell) else cell for cell in row])
    return connection.table("stops")


def test_counts_are_the_same_on_every_engine(rows: ibis.Table) -> None:
    counted = engine.counts(rows, by=["area_code", "outcome"])
    assert {(row.area_code, None if pd.isna(row.outcome) else row.outcome): row.n for row in counted.itertuples()} == {
        ("A1", "A no further action disposal"): 2,
        ("A1", "Arrest"): 1,
        ("A2", "Arrest"): 1,
        ("A2", None): 1,
    }


def test_stops_are_counted_the_same_on_every_engine(rows: ibis.Table) -> None:
    counted = count_stops(rows)
    assert counted["stops"].sum() == 5
    known = counted.dropna(subset=["officer_defined_ethnicity"])
    assert known.groupby("officer_defined_ethnicity")["stops"].sum().to_dict() == {"Black": 1, "White": 3}
    assert counted.loc[counted["officer_defined_ethnicity"].isna(), "stops"].sum() == 1
    assert counted["no_further_action"].sum() == 2


def test_a_profile_takes_categories_and_extremes_in_one_scan() -> None:
    seen = engine.profile(engine.rows_of(pd.DataFrame({"kind": ["b", "a", None], "n": [3.0, 1.0, 2.0]})), categories=["kind"], numbers=["n"])
    assert seen.rows == 3
    assert seen.missing == {"kind": 1, "n": 0}
    assert seen.distinct["kind"]["kind"].tolist() == ["a", "b"]
    assert seen.distinct["n"]["n"].tolist() == [1.0, 3.0]


def test_an_engine_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_ENGINE", "nosuchengine://somewhere")
    with pytest.raises(BadSetting, match="EVENHAND_ENGINE='nosuchengine://somewhere'"):
        engine.connect()


def test_files_are_read_here_when_the_engine_is_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "rows.csv").write_text("kind\na\na\nb\n")
    monkeypatch.setenv("EVENHAND_ENGINE", "sqlite://")
    rows = engine.read_files([tmp_path / "rows.csv"])
    assert engine.counts(rows, by=["kind"]).to_dict("records") == [{"kind": "a", "n": 2}, {"kind": "b", "n": 1}]
