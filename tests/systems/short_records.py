"""Small books of made-up people written out by hand, for tests of systems that score people."""

from __future__ import annotations

import pandas as pd

from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_reading import read_book


def book_of(people: dict[str, dict], rows: list[dict]) -> RecordBook:
    """A book of people named by themselves.

    Args:
        people: id -> columns of `persons`; a man born in January 1990 unless said otherwise.
        rows: columns of `person_records`; a subject unless said otherwise.
    """
    persons = pd.DataFrame([{"person": one, "birth_month": "1990-01", "sex": "male", "group": "White", **given} for one, given in people.items()])
    records = pd.DataFrame([{"role": "subject", **row} for row in rows])
    return read_book(persons, records, provenance="made-up")


def convicted(person: str, *days: str, offence: str = "shoplifting", outcome: str = "fine") -> list[dict]:
    """Sanctions on these days."""
    return [{"person": person, "day": day, "event": "sanction", "offence": offence, "outcome": outcome} for day in days]


def arrested(person: str, *days: str, offence: str = "robbery") -> list[dict]:
    """Arrests on these days."""
    return [{"person": person, "day": day, "event": "arrest", "offence": offence} for day in days]


def reported(person: str, *days: str, offence: str = "assault_with_injury", role: str = "suspect", **more) -> list[dict]:
    """Crime reports of these days."""
    return [{"person": person, "day": day, "event": "crime_report", "role": role, "offence": offence, **more} for day in days]
