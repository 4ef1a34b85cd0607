"""Made-up stops, counts and residents, and the audit run on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evenhand.audit.disparity import disparity
from evenhand.audit.stop_counts import COUNTED, FIELDS, IN_AREA, NO_LOCATION
from evenhand.tables import stops
from evenhand.tables.findings import Finding

OFFICER, SELF = FIELDS
GROUPS = stops.OFFICER_DEFINED
PEOPLE = {"Asian": 900, "Black": 500, "Mixed": 300, "Other": 200, "White": 8_000}
STOPS = {"Asian": 40, "Black": 60, "Mixed": 12, "Other": 9, "White": 240}


def made_up_stops(n=3_000, areas=30, seed=4):
    """Rows as the table `stops` holds them: every category, every gap, some points outside, some without location."""
    random = np.random.default_rng(seed)
    point = random.integers(0, 3 * areas, n)
    labels = [*stops.SELF_DEFINED, None]
    lost = random.random(n) < 0.05
    rows = pd.DataFrame(
        {
            "longitude": np.where(lost, np.nan, -1.5 + point / 1000),
            "latitude": np.where(lost, np.nan, 52.0 + point / 500),
            "kind": random.choice(["Person search", "Person and Vehicle search", "Vehicle search", None], n),
            "self_defined_ethnicity": random.choice(np.array(labels, dtype=object), n),
            "officer_defined_ethnicity": random.choice(np.array([*GROUPS, None], dtype=object), n, p=[0.1, 0.15, 0.05, 0.05, 0.6, 0.05]),
            "legislation": random.choice(np.array([stops.SECTION_60, "Misuse of Drugs Act 1971 (section 23)", None], dtype=object), n, p=[0.1, 0.8, 0.1]),
            "outcome": random.choice(np.array([*stops.OUTCOMES, None], dtype=object), n),
        }
    )
    rows["is_outcome_linked"] = np.random.default_rng(seed).choice(np.array([True, False, None], dtype=object), n)
    points = rows[["longitude", "latitude"]].dropna().drop_duplicates().sort_values("longitude", ignore_index=True)
    points["area_code"] = [f"A{i % areas:02d}" if i % 3 else None for i in range(len(points))]
    return rows, points


def even_counts(numbers=STOPS, *, areas=12, field=SELF, missing=36, **measures):
    """Counts spread over areas as evenly as they go; other measures default to none."""
    rows = []
    for group, total in [*numbers.items(), (None, missing)]:
        for area in range(areas):
            share = total // areas + (area < total % areas)
            if share:
                rows.append({"location": IN_AREA, "area_code": f"A{area:02d}", field: group, **dict.fromkeys(COUNTED, 0), "stops": share, **measures})
    return pd.DataFrame(rows)


def even_residents(people=PEOPLE, *, areas=12):
    return pd.DataFrame([{"area_code": f"A{area:02d}", "group": group, "residents": total} for area in range(areas) for group, total in people.items()])


def audited(counts=None, residents=None, **settings) -> list[Finding]:
    settings = {"field": SELF, "place": "Anytown", "period": "2021-01 to 2021-12", "source": "made up", "replicates": 200, **settings}
    return disparity(even_counts() if counts is None else counts, even_residents() if residents is None else residents, **settings)


def the(findings, measure, group=None, **settings) -> Finding:
    found = [f for f in findings if f.measure == measure and f.group == group and settings.items() <= f.settings.items()]
    assert len(found) == 1, [f.measure for f in findings]
    return found[0]


def unplaced(numbers):
    """Counts of stops that have no location."""
    return pd.DataFrame([{"location": NO_LOCATION, "area_code": None, SELF: group, **dict.fromkeys(COUNTED, 0), "stops": n} for group, n in numbers.items()])
