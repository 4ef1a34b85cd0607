"""Books of records made by hand, a tuple a row, and by lot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evenhand.tables.person_words import OFFENCES
from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_reading import read_book
from evenhand.tables.record_rows import OPEN, WORDS, Rows, codes, day_number, joined, rows_of

AREAS = ("East", "North", "South", "West")


def book_of(*rows: tuple[int, str, str, str, dict[str, object]], people: int = 0, **about: list[object]) -> RecordBook:
    """A book of people 0, 1, 2, … from rows (person, day, event, role, other columns).

    Args:
        rows: as they stand in the declared table, but for the person's number.
        people: how many; left out: up to the highest number in the rows.
        about: columns of `persons`, a value for each person.
    """
    many = people or 1 + max(row[0] for row in rows)
    persons = pd.DataFrame({"person": [f"M{n + 1}" for n in range(many)], "birth_month": "1990-01", "sex": "male", "group": None}).assign(**about)
    records = pd.DataFrame([{"person": f"M{who + 1}", "day": day, "event": event, "role": role, **other} for who, day, event, role, other in rows])
    return read_book(persons, records, provenance="made-up")


def by_lot(people: int = 3000, *, seed: int = 1, first: str = "2010-01-01", last: str = "2022-12-31", rows: float = 4.0) -> RecordBook:
    """A book in which some people offend more than others, so that the past tells of the future; everything a system here reads occurs in it."""
    lots = np.random.default_rng(seed)
    leaning = lots.gamma(0.4, size=people)
    leaning *= rows / leaning.mean()
    starts, ends = day_number(first), day_number(last)

    def some(per_person: np.ndarray | float, event: str, role: str, **words: object) -> Rows:
        who = np.repeat(np.arange(people), lots.poisson(np.broadcast_to(per_person, people)))
        day = lots.integers(starts, ends, len(who))
        drawn = {name: codes(name, lots.choice(listed, len(who))) if isinstance(listed, tuple) else listed for name, listed in words.items()}
        return rows_of(who, day, event, role, **{**drawn, "area": lots.integers(0, len(AREAS), len(who))})

    crimes = some(leaning, "crime_report", "suspect", offence=OFFENCES, weapon=("none", "none", "none", "knife"), outcome=WORDS["outcome"][:8])
    shared = lots.integers(0, max(1, len(crimes) * 3 // 4), len(crimes))  # some crimes have two suspects; the day is the first one's
    crimes.incident[:] = shared
    first_of, place = np.unique(shared, return_index=True)
    crimes.day[:] = crimes.day[place][np.searchsorted(first_of, shared)]
    crimes.reported[:] = crimes.day + lots.integers(0, 5, len(crimes))
    crimes.outcome_day[:] = crimes.reported + lots.integers(0, 200, len(crimes))
    parts = [
        crimes,
        some(leaning / 4, "crime_report", "possible_suspect", offence=OFFENCES),
        some(0.3 + leaning / 8, "crime_report", "victim", offence=OFFENCES),
        some(leaning / 3, "arrest", "subject", offence=OFFENCES, outcome=("no_further_action", "charged")),
        some(leaning / 4, "sanction", "subject", offence=OFFENCES, outcome=("caution", "fine", "custody")),
        some(leaning / 4, "intelligence", "subject", offence=OFFENCES, source_grade=("1", "2", "3"), information_grade=("A", "B", "C", "D")),
        some(leaning / 8, "intelligence", "associate", offence=OFFENCES),
        some(leaning / 4, "stop", "subject", outcome=("no_further_action", "community_resolution")),
        some(leaning / 20, "prison", "subject"),
        some(leaning / 20, "marker", "subject", marker=("gang", "drugs", "mental_health")),
        some(0.02, "missing", "subject"),
        some(leaning / 20, "drug_test", "subject"),
    ]
    for one in parts[8:9]:
        one.until[:] = one.day + lots.integers(10, 800, len(one))
    assert (parts[9].until == OPEN).all()
    return RecordBook(
        "made-up", lots.integers(-300, 420, people).astype(np.int32), lots.integers(0, 2, people).astype(np.int8), lots.integers(0, 2, people).astype(np.int8),
        np.full(people, -1, dtype=np.int8), ("Black", "White"), lots.integers(0, len(AREAS), people).astype(np.int16), AREAS,
        np.full(people, -1, dtype=np.int64), joined(parts),
    )  # fmt: skip
