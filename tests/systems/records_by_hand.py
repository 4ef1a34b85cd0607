"""Books for the systems that add up reports and follow ties: a few people row by row, told in days before a day, and drawn ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from evenhand.tables.person_words import EVENTS, INFORMATION_GRADES, MARKERS, OFFENCES, OUTCOMES, ROLES, SOURCE_GRADES, WEAPONS
from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_reading import read_book
from evenhand.tables.record_rows import ABSENT, OPEN, day_number, rows_of

ON = dt.date(2023, 6, 30)


def before(days: int) -> str:
    """The date so many days before ON."""
    return str(ON - dt.timedelta(days=days))


def row(event, ago, role="subject", *, until_ago=None, reported_ago=None, outcome_ago=None, **more):
    """One row, so many days before ON."""
    if "incident" in more:
        more["incident"] = f"I{more['incident']}"
    dates = {"until": until_ago, "reported_day": reported_ago, "outcome_day": outcome_ago}
    return {"day": before(ago), "event": event, "role": role, **{name: before(days) for name, days in dates.items() if days is not None}, **more}


def crime(ago, offence="robbery", role="suspect", **more):
    """A crime report."""
    return row("crime_report", ago, role, offence=offence, **more)


def intelligence(ago, offence="robbery", role="subject", source_grade="1", information_grade="A", **more):
    """An intelligence report."""
    return row("intelligence", ago, role, offence=offence, source_grade=source_grade, information_grade=information_grade, **more)


def prison(ago, until_ago=None):
    """A stay in prison."""
    return row("prison", ago, until_ago=until_ago)


def book(*people, born="1990-01", **columns):
    """The book of people given as lists of rows; further columns of `persons` as lists."""
    persons = pd.DataFrame({"person": [f"M{at}" for at in range(len(people))], "birth_month": born, "sex": "male", "group": "White", **columns})
    nothing = row("missing", 9_000)
    rows = [{"person": f"M{at}", **one} for at, rows in enumerate(people) for one in (rows or [nothing])]
    return read_book(persons, pd.DataFrame(rows), provenance="made-up")


def drawn_book(seed: int, *, people: int = 40, rows: int = 500, days: int = 1500, events=EVENTS, offences=OFFENCES, markers=MARKERS) -> RecordBook:
    """Rows of every kind, drawn evenly; a tenth of most columns absent, and some rows later than ON."""
    rng = np.random.default_rng(seed)
    day = day_number(ON) + 30 - rng.integers(0, days, rows)
    reported = day + rng.integers(0, 60, rows) * (rng.random(rows) < 0.3)

    def words(known, given=None):
        codes = rng.choice([known.index(one) for one in given or known], rows)
        return np.where(rng.random(rows) < 0.1, ABSENT, codes)

    event = rng.choice([EVENTS.index(one) for one in events], rows)
    drawn = rows_of(
        rng.integers(0, people, rows), day, event, rng.integers(0, len(ROLES), rows), reported=reported,
        until=np.where(rng.random(rows) < 0.3, OPEN, day + rng.integers(0, 300, rows)), incident=rng.integers(-1, rows // 4, rows),
        offence=words(OFFENCES, offences), weapon=words(WEAPONS), outcome=words(OUTCOMES), outcome_day=reported + rng.integers(0, 200, rows),
        marker=words(MARKERS, markers), source_grade=words(SOURCE_GRADES), information_grade=words(INFORMATION_GRADES), is_found=rng.integers(-1, 2, rows),
    )  # fmt: skip
    return RecordBook(
        "made-up", born=rng.integers(12 * 10, 12 * 45, people).astype(np.int32), sex=rng.integers(0, 2, people).astype(np.int8),
        group=rng.integers(0, 2, people).astype(np.int8), officer_group=np.full(people, ABSENT, np.int8), groups=("Black", "White"),
        area=rng.integers(0, 3, people).astype(np.int16), areas=("N1", "N2", "N3"), household=np.full(people, ABSENT, np.int64), rows=drawn,
    )  # fmt: skip
