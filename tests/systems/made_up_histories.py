"""A crude population with histories, for tests of systems that learn: some people offend much, some gravely, and nothing else is told of them.

It stands in for evenhand/people where a test must know exactly what makes people differ.
"""

from __future__ import annotations

import numpy as np

from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_rows import codes, day_number, joined, rows_of

FIRST, YEARS = day_number("2013-01-01"), 10
LIGHT = codes("offence", ("shoplifting", "common_assault", "criminal_damage", "drugs_possession", "public_order", "other_theft", "burglary_domestic"))
GRAVE = codes("offence", ("robbery", "gbh_with_intent", "rape", "firearms", "assault_with_injury", "attempted_murder"))


def histories(people: int = 20_000, *, seed: int = 1) -> RecordBook:
    """Ten years from 2013 of reports, arrests, sanctions, intelligence and stops."""
    lots = np.random.default_rng(seed)
    often, grave = lots.gamma(0.25, 1.2, people), lots.beta(1, 6, people)

    def events(each: float):
        who = np.repeat(np.arange(people), lots.poisson(each * often))
        offence = np.where(lots.random(len(who)) < 0.6 * grave[who], lots.choice(GRAVE, len(who)), lots.choice(LIGHT, len(who)))
        return who, lots.integers(FIRST, FIRST + 365 * YEARS, len(who)), offence

    who, day, offence = events(6)
    domestic = (lots.random(len(who)) < 0.25).astype(np.int8)
    shared = {
        "offence": offence, "incident": np.arange(len(who)), "is_domestic": domestic, "weapon": (lots.random(len(who)) < 0.08).astype(np.int8),
        "dash_level": np.where(domestic == 1, lots.choice(3, len(who), p=(0.6, 0.3, 0.1)), -1),
    }  # fmt: skip
    arrested = lots.random(len(who)) < 0.35
    sanctioned = arrested & (lots.random(len(who)) < 0.3)
    outcome = lots.choice(codes("outcome", ("caution", "fine", "custody")), sanctioned.sum())
    parts = [
        rows_of(who, day, "crime_report", "suspect", **shared),
        rows_of((who + 1) % people, day, "crime_report", "victim", **shared),
        rows_of(who[arrested], day[arrested] + lots.integers(0, 30, arrested.sum()), "arrest", "subject", offence=offence[arrested]),
        rows_of(who[sanctioned], day[sanctioned] + 200, "sanction", "subject", offence=offence[sanctioned], outcome=outcome),
    ]
    for event in ("intelligence", "stop"):
        who, day, offence = events(2)
        parts.append(rows_of(who, day, event, "subject", offence=offence))
    alike = np.zeros(people, dtype=np.int8)
    return RecordBook(
        "made-up", born=lots.integers(-120, 420, people).astype(np.int32), sex=(lots.random(people) < 0.8).astype(np.int8), group=alike, officer_group=alike,
        groups=("everybody",), area=lots.integers(0, 30, people).astype(np.int16), areas=tuple(f"area {n}" for n in range(30)),
        household=np.arange(people) // 3, rows=joined(parts),
    )  # fmt: skip
