"""Odd books of people: every person system gives scores or one message, whatever a book holds or lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from evenhand.systems.catalogue import system_named, systems
from evenhand.tables.errors import EvenhandError
from evenhand.tables.person_words import ASSESSED
from evenhand.tables.record_book import Assessed, RecordBook
from evenhand.tables.record_rows import ABSENT, WORDS, joined, rows_of
from tests.systems.hand_book import by_lot

ON = dt.date(2022, 12, 31)
PERSON_SYSTEMS = [slug for slug, module in systems().items() if module.CARD.kind == "person"]
BLANKED = (*(column for column in WORDS if column not in ("event", "role")), "is_domestic", "is_found", "area", "incident")


def bare(people: int, **parts) -> RecordBook:
    none = rows_of(np.zeros(0), np.zeros(0), 0, 0)
    plain = {
        "born": np.full(people, 240, dtype=np.int32), "sex": np.zeros(people, dtype=np.int8), "group": np.zeros(people, dtype=np.int8),
        "officer_group": np.full(people, ABSENT, dtype=np.int8), "area": np.zeros(people, dtype=np.int16),
        "household": np.full(people, ABSENT, dtype=np.int64), "rows": none,
    }  # fmt: skip
    return RecordBook("made-up", groups=("one",), areas=("A",), **{**plain, **parts})


@cache
def books() -> dict[str, RecordBook]:
    lot = by_lot(400, seed=1)
    people, rows = len(lot), lot.rows
    one = rows_of(np.array([0]), np.array([19_000]), "crime_report", "suspect", offence="robbery")
    later = replace(rows, day=rows.day + 20_000, reported=rows.reported + 20_000, outcome_day=rows.outcome_day + 20_000)
    unjudged = Assessed(
        np.arange(people, dtype=np.int32), np.full(people, 18_900, dtype=np.int32), {item: np.full(people, ABSENT, np.int8) for item in ASSESSED}
    )
    return {
        "nobody": bare(0),
        "somebody without a record": bare(1),
        "many without a record": bare(300),
        "one record": bare(1, rows=one),
        "records that say nothing": replace(lot, rows=replace(rows, **{name: np.full_like(getattr(rows, name), ABSENT) for name in BLANKED}), _known={}),
        "infants": replace(lot, born=np.full(people, 630, dtype=np.int32), _known={}),
        "people not born yet": replace(lot, born=np.full(people, 900, dtype=np.int32), _known={}),
        "people of 128": replace(lot, born=np.full(people, -900, dtype=np.int32), _known={}),
        "every record twice": replace(lot, rows=joined([rows, rows]), _known={}),
        "homes and places unknown": replace(
            lot, area=np.full(people, ABSENT, np.int16), areas=(), rows=replace(rows, area=np.full(len(rows), ABSENT, np.int16)), _known={}
        ),
        "assessments that judge nothing": replace(lot, assessed=unjudged, _known={}),
        "only records to come": replace(lot, rows=later, _known={}),
        "one incident with everybody": replace(lot, rows=replace(rows, incident=np.zeros(len(rows), dtype=np.int64)), _known={}),
    }


def scores_or_message(slug: str, book: RecordBook):
    try:
        return system_named(slug).score(book, on=ON), ""
    except EvenhandError as reason:
        return None, str(reason)


@pytest.mark.parametrize("slug", PERSON_SYSTEMS)
@pytest.mark.parametrize("odd", list(books()))
def test_an_odd_book_gives_scores_or_one_message(slug, odd):
    book = books()[odd]
    found, says = scores_or_message(slug, book)
    if found is None:
        assert len(says) > 20
        return
    assert len(found) == len(book)
    assert np.isfinite(found.score[found.is_scored]).all()
    assert not (found.is_flagged & ~found.is_scored).any()
