"""What stands and what police note in the made-up town: features of the built environment, and police activity.

For systems that read more than recorded crime. Planted in them, exactly:

- a pub stands in each of the twenty squares that hold most violence, and five stand elsewhere; bus stops and schools are laid
  out without regard to violence;
- calls and arrests follow the violence: a square that holds most of it has `CALLS` calls and `ARRESTS` arrests a month;
- intelligence does not: ten watched squares, in which no crime is recorded in any month, have `REPORTS` reports a month;
- searches are those of the town's stops;
- income falls from west to east as the whole index does, employment from south to north, and the other parts of an index as
  they come: none has regard to violence.

Steps, in order:  watched_areas -> features, counted by area -> activity -> deprivation_parts
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = ("bus stop", "pub", "school")
PUBS_ELSEWHERE, BUS_STOPS, SCHOOLS = 5, 200, 40
WATCHED = 10
CALLS, ARRESTS, REPORTS = 8, 2, 8
"""A month, in each square where they are planted."""
CALLS_ELSEWHERE, ARRESTS_ELSEWHERE, REPORTS_ELSEWHERE = 240, 60, 60
"""A month, all over the town."""
NEAR_M = 106.1
"""From the middle of a square of 150 m to its corner."""


def watched_areas(centres: NDArray[np.float64], is_hot: NDArray[np.bool_], crimes_m: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Areas whose square holds no recorded crime, yet is watched; positions, ascending.

    Args:
        centres: middle of each area's square, shape (areas, 2).
        is_hot: whether that square holds most violence.
        crimes_m: points of all recorded crimes, shape (crimes, 2).
        rng: draws among the squares without crime.
    """
    nearest = np.array([np.hypot(*(crimes_m - centre).T).min() for centre in centres])
    return np.sort(rng.choice(np.flatnonzero(~is_hot & (nearest > NEAR_M)), WATCHED, replace=False))


def features(
    hot: NDArray[np.float64], anywhere: NDArray[np.float64], cold: NDArray[np.float64], rng: np.random.Generator
) -> tuple[list[str], NDArray[np.float64]]:
    """Kinds and points of all features.

    Args:
        hot: middles of the squares with most violence.
        anywhere: points all over the town.
        cold: points well away from those squares.
        rng: draws from both.
    """
    pubs = np.concatenate([hot + rng.uniform(-15, 15, hot.shape), cold[rng.integers(0, len(cold), PUBS_ELSEWHERE)]])
    kinds = ["bus stop"] * BUS_STOPS + ["pub"] * len(pubs) + ["school"] * SCHOOLS
    return kinds, np.concatenate([anywhere[:BUS_STOPS], pubs, anywhere[BUS_STOPS : BUS_STOPS + SCHOOLS]])


def counted_by_area(codes: Sequence[str], area: NDArray[np.int64], kinds: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """How many features of each kind every area holds, 0 where there are none."""
    counts = Counter(zip(area.tolist(), kinds, strict=True))
    for number, code in enumerate(codes):
        for kind in KINDS:
            yield code, kind, counts[number, kind]


def activity(
    months: Iterable[str], hot: NDArray[np.float64], watched: NDArray[np.float64], cold: NDArray[np.float64], rng: np.random.Generator
) -> tuple[list[tuple[str, str, int]], NDArray[np.float64]]:
    """Calls, arrests and intelligence: month, kind and how many; and their points.

    Args:
        months: to make records for.
        hot, watched: middles of the squares where calls and arrests, and where reports are planted.
        cold: points away from both, for what is noted elsewhere.
        rng: draws from those.
    """
    rows: list[tuple[str, str, int]] = []
    points: list[NDArray[np.float64]] = []
    for month in months:
        for kind, where, each, elsewhere in (
            ("arrest", hot, ARRESTS, ARRESTS_ELSEWHERE),
            ("call", hot, CALLS, CALLS_ELSEWHERE),
            ("intelligence", watched, REPORTS, REPORTS_ELSEWHERE),
        ):
            rows += [(month, kind, each)] * len(where) + [(month, kind, 1)] * elsewhere
            points += [where, cold[rng.integers(0, len(cold), elsewhere)]]
    return rows, np.concatenate(points)


def deprivation_parts(codes: Sequence[str], corners: NDArray[np.float64], rng: np.random.Generator) -> Iterator[tuple[str, str, int, int]]:
    """Code, domain, rank and decile of each area for every part of an index but its crime part; 1 is the most deprived.

    Args:
        codes: of the areas.
        corners: their south-western corners, shape (areas, 2).
        rng: draws the orders of the other parts.
    """
    east, north = corners.T
    orders = {"income": np.lexsort((north, east)), "employment": np.lexsort((east, north))}
    orders |= {domain: rng.permutation(len(codes)) for domain in ("education", "health", "housing", "environment")}
    for domain, order in orders.items():
        for rank, area in enumerate(order.tolist(), start=1):
            yield codes[area], domain, rank, 1 + (rank - 1) * 10 // len(order)
