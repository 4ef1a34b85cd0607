"""Made-up searches: rows as the table `stops` holds them, and counts by area and group with a planted share of hits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evenhand.audit.about import About
from evenhand.audit.search_tallies import ANY, SearchTally
from evenhand.tables import engine, stops

OFFICER, SELF = "officer_defined_ethnicity", "self_defined_ethnicity"
GROUPS = stops.OFFICER_DEFINED
ABOUT = About("outcome-tests", "Anytown", "2021-01 to 2021-12", "made up")
SAID = ("White - Irish", "Black/African/Caribbean/Black British - Caribbean", "Asian/Asian British - Indian")
DRUGS = "Misuse of Drugs Act 1971 (section 23)"


def rows(n=4_000, seed=3, **columns):
    """Rows of searches in the engine; a column given replaces its own."""
    random = np.random.default_rng(seed)
    frame = {
        "force": "anyshire",
        "stopped_at": pd.to_datetime("2018-01-01") + pd.to_timedelta(random.integers(0, 2 * 365 * 1440, n), unit="min"),
        "longitude": -1.5,
        "latitude": 52.0,
        "kind": random.choice(["Person search", "Vehicle search"], n),
        OFFICER: random.choice(np.array([*GROUPS, None], dtype=object), n, p=[0.1, 0.2, 0.05, 0.05, 0.55, 0.05]),
        SELF: random.choice(np.array([*SAID, None], dtype=object), n),
        "legislation": random.choice(np.array([stops.SECTION_60, DRUGS], dtype=object), n, p=[0.1, 0.9]),
        "object_of_search": random.choice(np.array(["Controlled drugs", "Offensive weapons", "Stolen goods", None], dtype=object), n),
        "outcome": random.choice(np.array(["Arrest", stops.NO_FURTHER_ACTION, None], dtype=object), n, p=[0.25, 0.7, 0.05]),
        "is_outcome_linked": random.choice(np.array([True, False], dtype=object), n),
    } | columns
    made = pd.DataFrame(frame)
    made["month"] = pd.to_datetime(made["stopped_at"]).dt.strftime("%Y-%m")
    return engine.rows_of(made), made


def tally(searches, hits, *, encounters=None, groups=("Black", "White"), reference=1, **rest):
    """A tally of tables of areas by groups."""
    made, found = np.asarray(searches, dtype=float), np.asarray(hits, dtype=float)
    stopped = None if encounters is None else np.asarray(encounters, dtype=float)
    return SearchTally("", ANY, groups, reference, tuple(f"A{at}" for at in range(len(made))), made, found, made, stopped, **rest)


def the(findings, measure, group=None, **settings):
    found = [one for one in findings if one.measure == measure and one.group == group and settings.items() <= one.settings.items()]
    assert len(found) == 1, [(one.measure, one.group) for one in findings]
    return found[0]
