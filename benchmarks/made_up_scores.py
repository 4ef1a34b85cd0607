"""Made-up people with scores as one Parquet file: six groups of very unequal size, deciles, flags, outcomes recorded later.

The largest group's scores lie higher by design, so it is wrongly flagged more often; the smallest holds five people in a
thousand. Columns are those of Evenhand's table `score_outcomes`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

ROWS_AT_ONCE = 1_000_000
GROUPS = {"Asian": 0.09, "Black": 0.14, "Mixed": 0.05, "Other": 0.015, "Traveller": 0.005, "White": 0.70}
BASE = {"Asian": 0.30, "Black": 0.45, "Mixed": 0.40, "Other": 0.33, "Traveller": 0.42, "White": 0.35}


def write_scores(path: Path, rows: int, *, seed: int = 12) -> None:
    """Write the people, a million rows at a time."""
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    with pq.ParquetWriter(path, _batch(rng, 1).schema, compression="zstd") as writer:
        for start in range(0, rows, ROWS_AT_ONCE):
            writer.write_table(_batch(rng, min(ROWS_AT_ONCE, rows - start)))


def _batch(rng: np.random.Generator, rows: int):
    """One batch as an Arrow table, its texts dictionary-coded as publishers' Parquet has them."""
    import pyarrow as pa

    names = list(GROUPS)
    group = rng.choice(len(names), rows, p=list(GROUPS.values()))
    outcome = rng.random(rows) < np.array(list(BASE.values()))[group]
    latent = rng.normal(size=rows) + 0.8 * outcome + 0.4 * (group == names.index("Black"))
    score = np.clip(np.round(5 + 2 * latent), 1, 10).astype(np.int8)
    coded = {
        "group": (group, names),
        "sex": (rng.choice(2, rows, p=[0.2, 0.8]), ["Female", "Male"]),
        "age_band": (rng.choice(4, rows), ["under 18", "18-24", "25-34", "over 34"]),
    }
    texts = {name: pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words)) for name, (codes, words) in coded.items()}
    return pa.table({**texts, "score": pa.array(score), "is_flagged": pa.array(score >= 7), "outcome": pa.array(outcome)})
