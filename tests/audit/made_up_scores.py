"""Made-up people with scores: what is planted is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evenhand.audit.score_counts import ScoreCounts, count_scores
from evenhand.tables.engine import rows_of

BASE = {"Amber": 0.5, "Blue": 0.35, "Green": 0.4}
SHARE = {"Amber": 0.45, "Blue": 0.4, "Green": 0.15}


def made_up_people(people: int = 3000, *, seed: int = 3, shift: float = 0.5, areas: int = 0) -> pd.DataFrame:
    """One row a person. Outcomes follow the base rates; a person's score follows the outcome, and for Amber lies `shift` higher."""
    rng = np.random.default_rng(seed)
    group = rng.choice(list(BASE), people, p=list(SHARE.values()))
    outcome = rng.random(people) < np.array([BASE[one] for one in group])
    latent = rng.normal(size=people) + 1.0 * outcome + shift * (group == "Amber")
    rows = pd.DataFrame(
        {
            "group": group,
            "sex": rng.choice(["female", "male"], people, p=[0.3, 0.7]),
            "age_band": rng.choice(["under 25", "25 and over"], people),
            "score": np.clip(np.round(5 + 2 * latent), 1, 10),
            "outcome": outcome,
        }
    )
    rows["is_flagged"] = rows["score"] >= 6
    if areas:
        rows["area_code"] = rng.choice([f"A{number:02d}" for number in range(areas)], people)
    return rows


def counted(rows: pd.DataFrame, **settings: object) -> ScoreCounts:
    return count_scores(rows_of(rows), **settings)


def lenient_world(cases: int = 4_000, seed: int = 6) -> pd.DataFrame:
    """Five decision makers who see alike people and leave alone from 50 to 90 %, at random given a score that tells the risk."""
    rng = np.random.default_rng(seed)
    parts = []
    for maker, leniency in enumerate((0.5, 0.6, 0.7, 0.8, 0.9)):
        score = rng.integers(1, 11, cases)
        had = rng.random(cases) < score / 20
        noisy = score + rng.normal(0, 3, cases)
        acted = noisy > np.quantile(noisy, leniency)
        outcome = pd.array(np.where(acted, None, had), dtype="boolean")
        parts.append(pd.DataFrame({"decision_maker": f"m{maker}", "score": score.astype(float), "is_intervened": acted, "outcome": outcome, "people": 1}))
    return pd.concat(parts, ignore_index=True)
