"""Accuracy and stability asked of odd tables: one place, one day, no events, constant or missing scores, certainties, places of no size.

Whatever comes in, what comes out is one clear message, or numbers that keep the contract of a finding.
"""

from __future__ import annotations

import math
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

from evenhand.study.asking import ask
from evenhand.tables.errors import EvenhandError

GAPS = ("crime_captured_difference", "captured_in_top_difference")


def odd_tables(seed: int) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    places, spans, before = int(rng.choice([1, 2, 8, 30])), int(rng.choice([1, 2, 12])), int(rng.choice([0, 1, 6]))
    first = rng.choice(["2022-01", "2022-01-01"])
    calendar = [str(np.datetime64(first) + step) for step in range(spans + before)]
    codes, unit = [f"p{at}" for at in range(places)], "month" if len(first) == 7 else "day"
    where = [(code, at, kind) for at in calendar for code in codes for kind in ("Drugs", "x")]
    rows = [(*one, int(rng.poisson(rng.choice([0.02, 3]))), float(rng.choice([0, 3]))) for one in where]
    events = pd.DataFrame(rows, columns=["place_code", unit, "kind", "events", "harm"])
    said = pd.DataFrame([(code, at, at) for at in calendar[before:] for code in codes], columns=["place_code", "from", "to"])
    many = len(said)
    said["is_flagged"] = rng.random(many) < rng.choice([0.05, 0.3, 1.0])
    said["score"] = [rng.random(many), np.ones(many), np.where(rng.random(many) < 0.5, np.nan, 1.0)][int(rng.integers(3))]
    said["expected"] = rng.choice([0, 0.5, 2.0], many)
    said["probability"] = rng.choice([[0, 0.2, 1.0], [0.1, 0.4, 0.9]][int(rng.integers(2))], many)
    for column, sizes in (("area_km2", [0, 0.5, 1.0]), ("residents", [0, 50, 100.0])):
        said[column] = said["place_code"].map(dict(zip(codes, rng.choice(sizes, places), strict=True)))
    return {"forecasts": said, "place_events": events}


@pytest.mark.parametrize("seed", [*range(20), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(20, 200))])
def test_odd_tables_give_a_message_or_numbers_that_keep_the_contract(seed):
    tables = odd_tables(seed)
    for name, given in (("accuracy", tables), ("stability", {"forecasts": tables["forecasts"]})):
        found: tuple = ()
        with suppress(EvenhandError):  # any other error is a fault of ours
            found = ask(name, given).answer.findings
        for one in found:
            assert all(number is None or math.isfinite(number) for number in (one.value, one.low, one.high, one.n))
            if one.value is None:
                assert (one.low, one.high) == (None, None)
                assert "Not given" in " ".join(one.caveats), one.measure
            if one.low is not None and one.high is not None:
                assert one.low - 1e-9 <= one.value <= one.high + 1e-9, one.measure
            if one.unit == "share" and one.value is not None and one.measure not in GAPS:
                assert -1e-9 <= one.value <= 1 + 1e-9, one.measure
