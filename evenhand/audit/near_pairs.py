"""Pairs of events that lie near each other, in blocks: as many as there are, without ever holding all of them.

A table of all distances of 10,000 events takes 800 MB and is mostly of pairs nobody asks about. Here a tree finds the pairs within
a reach, a block of events at a time, each block small enough whatever the events' crowding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.spatial import cKDTree

BLOCK = 1_000_000
"""Most pairs found at once (both ways round), unless one event alone has more."""
MICRON = 6
"""Decimals of a metre that distances are rounded to, so that an edge of a band is met exactly where it should be."""


class Pairs(NamedTuple):
    """Some pairs of events, each once: positions of the two, and metres between them; shape (pairs,)."""

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    apart_m: NDArray[np.float64]


def near_pairs(points: NDArray[np.float64], *, reach_m: float, metric: str, block: int = BLOCK) -> Iterator[Pairs]:
    """Every pair of events no further apart than a reach, in blocks.

    Args:
        points: eastings and northings in metres, shape (events, 2).
        reach_m: furthest apart; the end is included.
        metric: "euclidean" (as the crow flies) or "manhattan" (east-west plus north-south).
        block: most pairs to find at once.

    Example:
        >>> points = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0], [90.0, 0.0]])
        >>> [pairs.apart_m.tolist() for pairs in near_pairs(points, reach_m=7, metric="manhattan")]
        [[7.0, 7.0, 0.0]]
    """
    from scipy.spatial import cKDTree

    power, reach = (1.0 if metric == "manhattan" else 2.0), reach_m + 1e-5
    tree = cKDTree(points)
    held = np.cumsum(tree.query_ball_point(points, reach, p=power, return_length=True))
    start = 0
    while start < len(points):
        before = held[start - 1] if start else 0
        stop = max(int(np.searchsorted(held, before + block, side="right")), start + 1)
        yield _of_block(tree, points, start, stop, reach, reach_m, metric)
        start = stop


def _of_block(tree: cKDTree, points: NDArray[np.float64], start: int, stop: int, reach: float, reach_m: float, metric: str) -> Pairs:
    """The pairs whose first event lies in a block."""
    from scipy.spatial import cKDTree

    found = cKDTree(points[start:stop]).sparse_distance_matrix(tree, reach, p=1.0 if metric == "manhattan" else 2.0, output_type="ndarray")
    one, other = found["i"] + start, found["j"]
    once = one < other
    one, other = one[once], other[once]
    apart = apart_m(points[one], points[other], metric=metric)
    near = apart <= reach_m
    return Pairs(one[near], other[near], apart[near])


def apart_m(some: NDArray[np.float64], others: NDArray[np.float64], *, metric: str) -> NDArray[np.float64]:
    """Metres between points, row by row, to the micron.

    Example:
        >>> some, others = np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])
        >>> apart_m(some, others, metric="euclidean").tolist(), apart_m(some, others, metric="manhattan").tolist()
        ([5.0], [7.0])
    """
    east, north = np.abs(some - others).T
    return np.asarray(np.round(east + north if metric == "manhattan" else np.hypot(east, north), MICRON))
