"""Stability against its slow twin: one full refit for every single event."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.stability import listed_again, mostly_one_event, resting, rests_on_one_event
from evenhand.study.placing import handed, place
from evenhand.systems import count_map, harm_spots
from evenhand.systems.flagging import flag
from evenhand.tables.errors import CannotAnswer

ABOUT = About("stability", "Anywhere", "2024-01", "made up")
K = 6


@pytest.fixture(scope="module")
def grid():
    import geopandas as gpd
    import shapely

    from evenhand.places.grid import make_grid

    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 1500, 1200)], crs="EPSG:27700"), cell_m=150)


def few_crimes(seed: int, rows: int = 40) -> pd.DataFrame:
    """So few crimes, a robbery among drugs, that single ones matter."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(["Robbery", "Drugs", "Violence and sexual offences", "Burglary"], rows, p=[0.15, 0.45, 0.3, 0.1])
    at = rng.uniform([0, 0], [1500, 1200], (25, 2))[rng.integers(25, size=rows)]
    return pd.DataFrame({"month": "2024-01", "x_m": at[:, 0], "y_m": at[:, 1], "crime_type": kinds, "events": rng.integers(1, 4, rows)})


def refitted_without_each(system, crime, grid, rule) -> np.ndarray:
    """The slow twin: take one event away, fit and flag anew, see who has gone; for each event in turn."""

    def flagged(table):
        try:
            return flag(system.score(system.fit(table, grid, until="2024-01")), grid, k=K, rule=rule)
        except CannotAnswer:
            return np.zeros(len(grid), dtype=bool)

    now, gone = flagged(crime), np.zeros(len(grid), dtype=bool)
    for row in range(len(crime)):
        fewer = crime.copy()
        fewer.loc[row, "events"] -= 1
        gone |= now & ~flagged(fewer)
    return gone


@pytest.mark.parametrize("rule", ["top-cells", "spaced-cells"])
@pytest.mark.parametrize("system", [handed(harm_spots, {}), handed(count_map, {})], ids=["harm-spots", "count-map"])
def test_spots_resting_on_one_event_are_those_a_refit_loses(system, rule, grid):
    found_any = False
    for seed in range(6):
        crime = few_crimes(seed)
        run = place(system, crime, grid, until="2024-01", settings={"k": K, "rule": rule})
        fast = rests_on_one_event(run.contributions, run.events, run.flags)
        slow = refitted_without_each(system, crime, grid, rule)
        np.testing.assert_array_equal(fast, slow)
        found_any |= bool(fast.any())
    assert found_any, "towns too calm to test with"


def test_a_spot_mostly_one_event_owes_it_over_half_its_score(grid):
    for seed in range(6):
        crime = few_crimes(seed)
        run = place(handed(harm_spots, {}), crime, grid, until="2024-01", settings={"k": K})
        single = run.contributions.toarray() * (run.events > 0)
        slow = [bool(run.is_flagged[i]) and any(one > run.scores[i] / 2 for one in single[i]) for i in range(len(grid))]
        assert mostly_one_event(run.contributions, run.events, run.is_flagged).tolist() == slow


def test_batches_do_not_change_the_answer(grid, monkeypatch):
    from evenhand.audit import stability as module

    run = place(handed(harm_spots, {}), few_crimes(1), grid, until="2024-01", settings={"k": K})
    whole = rests_on_one_event(run.contributions, run.events, run.flags)
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    np.testing.assert_array_equal(rests_on_one_event(run.contributions, run.events, run.flags), whole)


def test_findings_count_spots_kept_and_shared(grid):
    run = place(handed(harm_spots, {}), few_crimes(2), grid, until="2024-01", settings={"k": K})
    redrawn = np.column_stack([run.is_flagged] * 3 + [np.zeros(len(grid), dtype=bool)])
    baseline = np.zeros(len(grid), dtype=bool)
    baseline[np.flatnonzero(run.is_flagged)[:2]] = True
    found = resting(run.contributions, run.events, run.flags, system="mine", about=ABOUT)
    found += listed_again(run.is_flagged, redrawn=redrawn, baseline_flagged=baseline, system="mine", baseline="plain", about=ABOUT)
    values = {f.measure: f for f in found}
    assert values["spots_kept_share"].value == np.median([1, 1, 1, 0])
    assert values["spots_shared_with_baseline"].value == 2
    assert values["spots_resting_on_one_event"].value == rests_on_one_event(run.contributions, run.events, run.flags).sum()
    assert {f.n for f in found} == {K}
