"""Made-up people under pseudonyms of the form that real people have, for tests of what happens to real people's records."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pandas as pd

from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_reading import read_book

GROUPS = ("Asian", "Black", "Mixed", "White")
AREAS = ("Eastfield", "Northgate", "Southby")
KEY = b"a key that a force would keep elsewhere"


def pseudonym(number: int) -> str:
    return "P" + hmac.new(KEY, str(number).encode(), hashlib.sha256).hexdigest()[:24]


def persons_of(people: int = 200, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    months = [f"{year}-{month:02d}" for year, month in zip(rng.integers(1960, 2008, people), rng.integers(1, 13, people), strict=True)]
    return pd.DataFrame(
        {
            "person": [pseudonym(at) for at in range(people)],
            "birth_month": months,
            "sex": rng.choice(["female", "male"], people),
            "group": [GROUPS[at % len(GROUPS)] for at in range(people)],
            "area": [AREAS[at % len(AREAS)] for at in range(people)],
        }
    )


def records_of(persons: pd.DataFrame, rows: int = 400, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "person": rng.choice(persons["person"], rows),
            "day": [f"{year}-{month:02d}-15" for year, month in zip(rng.integers(2018, 2024, rows), rng.integers(1, 13, rows), strict=True)],
            "event": "crime_report",
            "role": rng.choice(["suspect", "victim", "witness"], rows),
            "offence": rng.choice(["robbery", "common_assault", "shoplifting"], rows),
            "incident": [str(number) for number in rng.integers(1, rows, rows)],
        }
    )


def book_of(people: int = 200, seed: int = 1) -> RecordBook:
    persons = persons_of(people, seed)
    return read_book(persons, records_of(persons, seed=seed), provenance="pseudonymised")
