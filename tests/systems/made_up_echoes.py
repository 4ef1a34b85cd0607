"""A made-up city whose events have echoes of known number, fading and reach: what the continuous model should find again."""

from __future__ import annotations

import numpy as np


def branching_city(seed, *, events, theta, fade_days, spread_m, side_m=6_000.0, days=730, centres=0, background_m=600.0, burn_in_days=120, whole_days=True):
    """Day, metres east and north of events of a branching process.

    Background events are uniform over days and, over place, uniform or spread about `centres` centres. Each event has Poisson(theta) further ones,
    after an exponential wait and at a Gaussian distance. The process runs for `burn_in_days` before the first day that is kept.
    """
    rng = np.random.default_rng(seed)
    number = rng.poisson(events * (1 - theta) * (1 + burn_in_days / days))
    where = rng.uniform(0, side_m, (number, 2))
    if centres:
        where = rng.uniform(0, side_m, (centres, 2))[rng.integers(centres, size=number)] + rng.normal(0, background_m, (number, 2))
    youngest = np.column_stack([rng.uniform(-burn_in_days, days, number), where])
    found = [youngest]
    while len(youngest):
        parents = np.repeat(youngest, rng.poisson(theta, len(youngest)), axis=0)
        youngest = parents + np.column_stack([rng.exponential(fade_days, len(parents)), rng.normal(0, spread_m, (len(parents), 2))])
        found.append(youngest)
    every = np.concatenate(found)
    kept = every[(every[:, 0] >= 0) & (every[:, 0] < days)]
    return np.column_stack([np.floor(kept[:, 0]) if whole_days else kept[:, 0], kept[:, 1:]])
