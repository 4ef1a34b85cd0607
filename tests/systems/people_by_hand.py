"""Books of a few made-up people, written down row by row."""

from __future__ import annotations

import pandas as pd

from evenhand.tables.person_words import ASSESSED
from evenhand.tables.record_reading import read_book


def person(birth_month, sex="male", *rows, **items):
    """One person: month of birth, sex, rows as dictionaries, and items of one assessment (with its `day`), if any."""
    return birth_month, sex, rows, items


def sanction(day, offence="other", **more):
    """A sanction row."""
    return {"day": day, "event": "sanction", "role": "subject", "offence": offence, **more}


def prison(day, until=None):
    """A stay in prison."""
    return {"day": day, "event": "prison", "role": "subject", "until": until}


def book_of(*people):
    """The book of these people, in this order."""
    persons = pd.DataFrame([{"person": f"M{at}", "birth_month": born, "sex": sex, "group": "White"} for at, (born, sex, _, _) in enumerate(people)])
    nobody = {"day": "1990-01-01", "event": "missing", "role": "subject"}  # a table without rows is refused
    rows = [{"person": f"M{at}", **row} for at, (_, _, rows, _) in enumerate(people) for row in (rows or (nobody,))]
    judged = [{"person": f"M{at}", **items} for at, (_, _, _, items) in enumerate(people) if items]
    columns = ["person", "day", *ASSESSED]
    return read_book(persons, pd.DataFrame(rows), pd.DataFrame(judged, columns=columns) if judged else None, provenance="made-up")
