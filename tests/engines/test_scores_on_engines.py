"""Scores are counted alike wherever the rows lie."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from evenhand.audit.score_counts import count_scores
from tests.audit.made_up_scores import counted, made_up_people

COLUMNS = {"group": "TEXT", "sex": "TEXT", "age_band": "TEXT", "score": "DOUBLE", "outcome": "BOOLEAN", "is_flagged": "BOOLEAN"}


@pytest.fixture(params=["duckdb", "sqlite"])
def rows(request: pytest.FixtureRequest) -> ibis.Table:
    connection = getattr(ibis, request.param).connect()
    connection.con.execute("CREATE TABLE people (" + ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items()) + ")")
    people = made_up_people(500)[list(COLUMNS)]
    connection.con.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", [[*map(_plain, row)] for row in people.itertuples(index=False)])
    return connection.table("people")


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else value


@pytest.mark.parametrize("settings", [{}, {"flagged_from": 5}, {"most_scores": 4}])
def test_people_are_counted_the_same_on_every_engine(rows: ibis.Table, settings: dict[str, float]) -> None:
    pd.testing.assert_frame_equal(count_scores(rows, **settings).cells, counted(made_up_people(500), **settings).cells)
