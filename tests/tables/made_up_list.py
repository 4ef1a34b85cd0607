"""A made-up list with planted faults, for tests and to try the check of governance on: `python -m tests.tables.made_up_list FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tests.tables.pseudonymous_people import pseudonym

ON = np.datetime64("2024-06-30")
PLANTED = {
    "without-evidence": 60, "past-retention": 120, "zero-harm": 240, "victims": 45, "mixed-basis": 90, "opinion": 75, "children": 90, "shared": 105,
    "past-review": 180,
}  # fmt: skip
ENTRIES = 600
REMOVED = 200


def made_up_list(*, made_up: bool = False, seed: int = 7, entries: int = ENTRIES, removed: int = REMOVED) -> pd.DataFrame:
    """600 entries on the list and 200 taken off it; so many of the 600 break each point as PLANTED says, drawn apart from each other."""
    rng = np.random.default_rng(seed)
    n = entries + removed

    def broken(point: str) -> np.ndarray:
        chosen = np.zeros(n, dtype=bool)
        chosen[rng.permutation(entries)[: PLANTED[point] * entries // ENTRIES]] = True
        return chosen

    added = ON - rng.integers(400, 3000, n)
    taken = np.arange(n) >= entries
    bare, child = broken("without-evidence"), broken("children")
    born = np.where(child, ON.astype("datetime64[M]") - rng.integers(150, 215, n), ON.astype("datetime64[M]") - rng.integers(216, 400, n))
    removed_day = added + rng.integers(100, 390, n)
    late_review, opinion = broken("past-review"), broken("opinion")
    mixed = broken("mixed-basis")
    mixed &= ~opinion
    shared = broken("shared")
    role = np.where(broken("victims"), "victim", rng.choice(["convicted", "suspect", "associate"], n))
    return pd.DataFrame(
        {
            "person": [f"M{at + 1}" if made_up else pseudonym(at) for at in range(n)],
            "added": added.astype(str),
            "removed": np.where(taken, removed_day.astype(str), None),
            "last_used": np.where(taken & (np.arange(n) % 4 == 0), (removed_day + 60).astype(str), None),
            "role": role,
            "basis": np.where(opinion, "opinion", np.where(mixed, "both", "fact")),
            "band": rng.choice(["green", "amber", "red"], n, p=[0.64, 0.31, 0.05]),
            "harm_score": np.where(broken("zero-harm"), 0.0, rng.integers(1, 90, n).astype(float)),
            "convictions": np.where(bare, 0, rng.integers(0, 3, n)),
            "charges": np.where(bare, 0, rng.integers(0, 2, n)),
            "suspect_reports": np.where(bare, 0, rng.integers(0, 4, n)),
            "intelligence": np.where(bare, 0, rng.integers(1, 6, n)),
            "last_reviewed": np.where(late_review, added.astype(str), (ON - rng.integers(1, 300, n)).astype(str)),
            "review_due": np.where(late_review, (ON - 30).astype(str), (ON + 60).astype(str)),
            "retention_until": np.where(broken("past-retention"), (ON - 1).astype(str), (ON + 900).astype(str)),
            "is_shared": True,
            "sharing_basis": np.where(shared, "none", "agreement"),
            "birth_month": born.astype(str),
            "sex": rng.choice(["male", "female"], n, p=[0.97, 0.03]),
            "group": rng.choice(["Asian", "Black", "White"], n, p=[0.08, 0.77, 0.15]),
        }
    ).assign(last_reviewed=lambda rows: np.where(taken, rows["added"], rows["last_reviewed"]))


FACTS = pd.DataFrame(
    {
        "fact": [
            "entry_rules",
            "retention_schedule",
            "data_protection_impact_assessment",
            "equality_impact_assessment",
            "children_safeguards",
            "sharing_agreements",
        ],
        "is_there": [True, False, False, False, False, None],
    }
)
DENOMINATORS = pd.DataFrame(
    [("residents", "Asian", 185), ("residents", "Black", 133), ("residents", "White", 682)]
    + [
        ("recorded for serious youth violence", "Asian", 60),
        ("recorded for serious youth violence", "Black", 270),
        ("recorded for serious youth violence", "White", 670),
    ],
    columns=["denominator", "group", "people"],
)


def write(folder: Path) -> None:
    """The three tables as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("list", made_up_list()), ("facts", FACTS), ("people", DENOMINATORS)):
        table.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
