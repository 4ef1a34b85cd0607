"""Made-up stops as one Parquet file: 19 published categories, 35,672 areas of very unequal size, outcomes.

Black residents are stopped nearly seven times as often as White ones, by design, and a few areas
hold many of the stops. Columns and categories are those of Evenhand's table `stops`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from evenhand.tables.stops import NO_FURTHER_ACTION, OFFICER_DEFINED, OUTCOMES, SECTION_60, SELF_DEFINED

AREAS = 35_672
ROWS_AT_ONCE = 1_000_000
RESIDENTS_PER_AREA = {"Asian": 160, "Black": 70, "Mixed": 50, "Other": 35, "White": 1355}
"""Roughly the make-up of England and Wales in 2021, people an area."""
STOPS_SHARE = {"Asian": 0.12, "Black": 0.18, "Mixed": 0.04, "Other": 0.03, "White": 0.51, None: 0.12}


def write_stops(path: Path, rows: int, *, seed: int = 10) -> None:
    """Write the stops, a million rows at a time."""
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    areas = area_codes()
    busy = np.cumsum(rng.pareto(1.5, AREAS) + 0.05)
    with pq.ParquetWriter(path, _batch(rng, 1, areas, busy).schema, compression="zstd") as writer:
        for start in range(0, rows, ROWS_AT_ONCE):
            writer.write_table(_batch(rng, min(ROWS_AT_ONCE, rows - start), areas, busy))


def area_codes() -> np.ndarray:
    """The codes of the areas."""
    return np.array([f"E01{i:06d}" for i in range(1, AREAS + 1)])


def made_up_residents(*, seed: int = 11) -> pd.DataFrame:
    """The table `residents`: area_code, group, residents."""
    rng = np.random.default_rng(seed)
    groups = list(RESIDENTS_PER_AREA)
    mixed = rng.gamma(2.0, 0.5, (AREAS, len(groups))) * np.array(list(RESIDENTS_PER_AREA.values()))
    return pd.DataFrame({"area_code": np.repeat(area_codes(), len(groups)), "group": groups * AREAS, "residents": rng.poisson(mixed).ravel() + 1})


def _batch(rng: np.random.Generator, rows: int, areas: np.ndarray, busy: np.ndarray):
    """One batch as an Arrow table, its texts dictionary-coded as publishers' Parquet has them."""
    import pyarrow as pa

    categories = list(SELF_DEFINED)
    of_group = pd.Series(list(SELF_DEFINED.values()))
    weight = np.array([STOPS_SHARE[group] / (of_group.isna() if group is None else of_group == group).sum() for group in SELF_DEFINED.values()])
    said = rng.choice(len(categories), rows, p=weight / weight.sum())
    group = np.array([OFFICER_DEFINED.index(group) if group else -1 for group in SELF_DEFINED.values()])[said]
    seen = np.where((group < 0) | (rng.random(rows) < 0.05), rng.choice(5, rows, p=[0.12, 0.2, 0.02, 0.04, 0.62]), group)
    outcome = rng.choice(len(OUTCOMES), rows, p=[0.7, 0.12, 0.02, 0.06, 0.04, 0.02, 0.04])
    nothing = (rng.random(rows) < 0.05) & (group == OFFICER_DEFINED.index("Black"))
    outcome[nothing] = OUTCOMES.index(NO_FURTHER_ACTION)
    coded = {
        "area_code": (np.searchsorted(busy, rng.random(rows) * busy[-1]), areas),
        "self_defined_ethnicity": (said, categories),
        "officer_defined_ethnicity": (seen, list(OFFICER_DEFINED)),
        "outcome": (outcome, list(OUTCOMES)),
        "legislation": ((rng.random(rows) < 0.02).astype(int), ["Misuse of Drugs Act 1971 (section 23)", SECTION_60]),
        "kind": (rng.choice(3, rows, p=[0.75, 0.2, 0.05]), ["Person search", "Person and Vehicle search", "Vehicle search"]),
    }
    return pa.table({name: pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(words))) for name, (codes, words) in coded.items()})
