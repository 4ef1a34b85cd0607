"""The slow twin of the Knox test: every pair in two loops, bands by comparison, deals one at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def table(x_m: Sequence[float], y_m: Sequence[float], day: Sequence[int], edges_m: Sequence[float], edges_days: Sequence[int], *, closed: str, metric: str):
    """Pairs by distance and time, those beyond the last edges in the last row and column."""
    counted = np.zeros((len(edges_m) + 1, len(edges_days) + 1), dtype=int)
    for one in range(len(day)):
        for other in range(one):
            east, north = abs(x_m[one] - x_m[other]), abs(y_m[one] - y_m[other])
            apart = round(east + north if metric == "manhattan" else math.sqrt(east**2 + north**2), 6)
            counted[band(apart, edges_m, closed), band(abs(day[one] - day[other]), edges_days, closed)] += 1
    return counted


def band(value: float, edges: Sequence[float], closed: str) -> int:
    """Which band: the first whose upper edge is not passed."""
    for at, edge in enumerate(edges):
        if value < edge or (closed == "upper" and value == edge):
            return at
    return len(edges)


def exact_p(x_m, y_m, day, edges_m, edges_days, *, closed: str = "upper", metric: str = "euclidean"):
    """p-values over every order of the days there is; of six events, 720."""
    from itertools import permutations

    observed = table(x_m, y_m, day, edges_m, edges_days, closed=closed, metric=metric)
    every = [table(x_m, y_m, dealt, edges_m, edges_days, closed=closed, metric=metric) for dealt in permutations(day)]
    return np.mean([one >= observed for one in every], axis=0), np.mean(every, axis=0)
