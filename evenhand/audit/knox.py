"""Does an event make another near it likelier for a while? The Knox test: are pairs near in place near in time too, beyond chance?

Every pair of events falls into a band of distance and a band of days. If where and when have nothing to do with each other, the days
could as well be dealt out anew among the events; so they are, 999 times, and each table of pairs is set beside the one observed.

    ratio = pairs observed / mean of pairs over the deals
    p = (deals with as many pairs or more + 1) / (deals + 1)

The mean over every deal there is needs no dealing: pairs of the distance band times pairs of the time band, over all pairs. Where few
pairs are expected the mean of some deals is far from it: of nine pairs of arsons in Chicago a program printed 74.25 times the mean
of 99 deals; over every deal it is 53 times. Findings give the exact ratio.

Bands are given by their upper edges; the first begins at nothing and holds it. With edges 0, 100, 200 and `closed` "upper" they are: the
same place; above 0 to 100; above 100 to 200. With `closed` "lower" an edge belongs to the band above it, as in the calculator most
published tables come from, whose "1 to 200 m, 0 to 1 days" is 1 to under 200 m and under 1 day, so: the same day. After the last edge a
band of all that lies further is added.

Steps, in order:  near_pairs (within the outermost distance) -> their bands -> counts, as observed and under each deal.
Pairs further apart are never listed: how many pairs there are of each gap in days no deal changes, so theirs is what is left.
The slow twin, over all pairs, is in tests/audit/knox_by_hand.py.

Read with care: the test takes the risk over time to be of one shape everywhere. Where one part of the place had its events in spring and
another in autumn (a new estate, a police operation, a change of recording), pairs near in both abound without any event making another
likelier. A ratio above 1 says that events clump, not why. Pairs are not independent: one spree of 10 events makes 45.

Source: Knox (1964), Applied Statistics 13(1), 25-29; Ratcliffe (2009), Near Repeat Calculator, as its stored output shows it;
Besag & Diggle (1977), Applied Statistics 26(3), 327-333 (p-values from deals); Westfall & Young (1993), Resampling-Based
Multiple Testing, section 2.3 (several bands).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable
from .near_pairs import near_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

CLOSED, METRICS, ADJUSTED = ("upper", "lower"), ("euclidean", "manhattan"), ("least-p", "ratio")
HELD_AT_ONCE = 16_000_000
"""Most days of dealt events held at once: events times deals; 64 MB."""
TURN = 65_536
"""Pairs counted in one go, few enough to stay in the processor's nearest memory."""


@dataclass(frozen=True)
class Bands:
    """How far and how long.

    Attributes:
        edges_m: upper edges of the bands of distance, metres, ascending; a first edge of 0 makes a band of its own of the same place.
        edges_days: upper edges of the bands of time, whole days, ascending; a first edge of 0 makes one of the same day.
        closed: "upper" if an edge belongs to the band below it, "lower" if to the one above.
        metric: "euclidean" or "manhattan".
    """

    edges_m: tuple[float, ...] = (0.0, 100.0, 200.0, 300.0, 400.0)
    edges_days: tuple[float, ...] = (7.0, 14.0, 21.0, 28.0)
    closed: str = "upper"
    metric: str = "euclidean"

    def __post_init__(self) -> None:
        """Refuse what makes no bands."""
        for name, known in (("closed", CLOSED), ("metric", METRICS)):
            if getattr(self, name) not in known:
                raise BadSetting(f"{name}={getattr(self, name)!r} is not known. Known: {', '.join(known)}.")
        for name in ("edges_m", "edges_days"):
            edges = getattr(self, name)
            least = 0.0 if self.closed == "upper" else 1e-9
            if not edges or not np.isfinite(edges).all() or edges[0] < least or any(high <= low for low, high in pairwise(edges)):
                above = "0 or more" if self.closed == "upper" else "above 0 (an edge of 0 belongs to the band above it, so the first would be empty)"
                raise BadSetting(f"{name}={edges!r} makes no bands. Give upper edges one after the other, each above the one before, the first {above}.")
        if any(edge % 1 for edge in self.edges_days):
            raise BadSetting(f"edges_days={self.edges_days!r}: days are whole, and so are the edges of their bands.")

    @property
    def shape(self) -> tuple[int, int]:
        """Bands of distance and of time, those beyond the last edge among them."""
        return len(self.edges_m) + 1, len(self.edges_days) + 1

    def of_m(self, apart_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which band of distance."""
        return _band(apart_m, self.edges_m, self.closed)

    def of_days(self, apart_days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which band of time."""
        return _band(apart_days, self.edges_days, self.closed)

    @property
    def names_m(self) -> list[str]:
        """The bands of distance in words, the last that of all further pairs."""
        return _names_m(self.edges_m, self.closed)

    @property
    def names_days(self) -> list[str]:
        """The bands of time in words."""
        return _names_days(self.edges_days, self.closed)


@dataclass(frozen=True)
class Knox:
    """Tables of pairs; the last row and the last column hold those beyond the last edge.

    Attributes:
        bands: of the table.
        events: how many.
        observed: pairs, shape (distance bands, time bands).
        dealt: pairs under each deal of the days, shape (deals, distance bands, time bands).
    """

    bands: Bands
    events: int
    observed: NDArray[np.int64]
    dealt: NDArray[np.int64]

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """Mean of pairs over the deals."""
        return np.asarray(self.dealt.mean(axis=0))

    @cached_property
    def expected(self) -> NDArray[np.float64]:
        """Mean of pairs over every deal there is: pairs of the distance band times pairs of the time band, over all pairs."""
        return np.asarray(np.outer(self.observed.sum(axis=1), self.observed.sum(axis=0)) / self.observed.sum())

    @cached_property
    def ratio(self) -> NDArray[np.float64]:
        """Observed over mean; nan where no deal had a pair."""
        return _over(self.observed, self.mean)

    @cached_property
    def exact_ratio(self) -> NDArray[np.float64]:
        """Observed over expected, with no chance in it; differs from `ratio` where pairs are few."""
        return _over(self.observed, self.expected)

    @cached_property
    def p_value(self) -> NDArray[np.float64]:
        """One-sided: chance of as many pairs or more, were where and when unrelated."""
        return np.asarray(((self.dealt >= self.observed).sum(axis=0) + 1) / (len(self.dealt) + 1))

    def by_chance(self, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Between what ratios the middle `level` of deals lies: what chance alone does. It is no interval for the ratio observed."""
        low, high = np.quantile(self.dealt, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return _over(low, self.expected), _over(high, self.expected)

    def adjusted_p(self, by: str = "least-p") -> NDArray[np.float64]:
        """p-values that allow for having looked at every band within the edges: chance that any of them is as striking.

        Args:
            by: what counts as striking: "least-p", a small p-value, or "ratio", a high ratio. A band where hardly a pair is expected
                has a high ratio by chance as soon as it has one, so "ratio" sees little in bands of many pairs.

        Returns:
            Shape (distance bands, time bands); nan beyond the edges and where no pair can fall.
        """
        if by not in ADJUSTED:
            raise BadSetting(f"by={by!r} is not known. Known: {', '.join(ADJUSTED)}.")
        inner = np.zeros(self.bands.shape, dtype=bool)
        inner[:-1, :-1] = self.expected[:-1, :-1] > 0
        adjusted = np.full(self.bands.shape, np.nan)
        tables = np.concatenate([self.observed[None], self.dealt])[:, inner]
        if tables.shape[1]:
            striking = tables / self.expected[inner] if by == "ratio" else -np.column_stack([_p_of_each(column) for column in tables.T])
            most = striking.max(axis=1)
            adjusted[inner] = (most[:, None] >= striking[0] - 1e-12).mean(axis=0)
        return adjusted


def knox(
    x_m: ArrayLike, y_m: ArrayLike, day: ArrayLike, *, bands: Bands | None = None, permutations: int = 999, seed: int = 1,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Knox:  # fmt: skip
    """Count pairs of events by distance and time, as they are and with the days dealt out anew.

    Args:
        x_m, y_m: where, metres; shape (events,).
        day: when, whole days (numbers, or NumPy's days); shape (events,).
        bands: of distance and time; left out: the same place and four of 100 m, four of a week.
        permutations: deals of the days.
        seed: of the deals.
        tell: is told what is being done and how much is done, 0 to 1.

    Raises:
        EmptyTable: fewer than two events.
        CannotAnswer: all at one place or on one day, so that dealing changes nothing.
        BadValue: a place or day that is missing or not whole, or lengths that differ.
        BadSetting: no deals.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> first = rng.uniform(0, 5000, (200, 2)), rng.integers(0, 365, 200)
        >>> x_m, y_m = np.concatenate([first[0], first[0][:40] + 30]).T     # forty come again, 42 m and three days off
        >>> found = knox(x_m, y_m, np.concatenate([first[1], first[1][:40] + 3]), bands=Bands((100, 200), (7, 14)), permutations=99)
        >>> found.observed[0].tolist(), found.ratio[0].round(1).tolist(), found.p_value[0, 0].item()
        ([43, 3, 22], [15.0, 1.3, 0.3], 0.01)

    Read with care:
        A ratio above 1 says that events clump in place and time together, not why. One spree of 10 events makes 45 pairs. Where one part
        of the place had its events in spring and another in autumn, pairs near in both abound without any event leading to another.
        Work grows with the pairs within the last edge of distance times the deals.

    Source: Knox (1964), Applied Statistics 13(1), 25-29; Besag & Diggle (1977), Applied Statistics 26(3), 327-333.
    """
    chosen = bands or Bands()
    if permutations < 1:
        raise BadSetting(f"permutations={permutations!r} leaves nothing to compare with; give 1 or more, 999 as a rule.")
    points, days = checked(x_m, y_m, day)
    gaps, at_once, tables = pairs_by_gap(days, chosen), max(1, HELD_AT_ONCE // len(days)), []
    rng = np.random.default_rng(seed)
    for start in range(0, permutations + 1, at_once):
        dealt = np.tile(days.astype(np.int32), (min(at_once, permutations + 1 - start), 1))
        anew = dealt[1:] if start == 0 else dealt  # the first table is the one observed
        rng.permuted(anew, axis=1, out=anew)

        def told(share: float, start: int = start, many: int = len(dealt)) -> None:
            tell("dealing the days out anew", (start + share * many) / (permutations + 1))

        tables.append(_count(points, dealt, chosen, gaps, told))
    every = np.concatenate(tables)
    return Knox(chosen, len(days), every[0], every[1:])


def pairs_by_gap(days: NDArray[np.int64], bands: Bands) -> NDArray[np.int64]:
    """All pairs of events by band of time, whatever their distance; no deal changes them. Shape (time bands,).

    Example:
        >>> pairs_by_gap(np.array([0, 0, 5, 20]), Bands(edges_days=(0, 7))).tolist()
        [1, 2, 3]
    """
    ordered = np.sort(days)
    ends = np.asarray(bands.edges_days)
    last = ends if bands.closed == "upper" else ends - 1
    within = [int((np.searchsorted(ordered, ordered + gap, side="right") - np.arange(1, len(ordered) + 1)).sum()) for gap in last.astype(np.int64)]
    return np.diff([0, *within, len(days) * (len(days) - 1) // 2])


def _count(points: NDArray[np.float64], dealt: NDArray[np.int32], bands: Bands, gaps: NDArray[np.int64], tell: Callable[[float], None]) -> NDArray[np.int64]:
    """Tables of pairs, one a row of `dealt`: near pairs are counted, all others are what is left of each gap."""
    rows, columns = bands.shape
    tables = np.zeros((len(dealt), rows, columns), dtype=np.int64)
    longest = int(bands.edges_days[-1]) + 1
    column_of = bands.of_days(np.arange(longest + 1))
    for pairs in near_pairs(points, reach_m=bands.edges_m[-1], metric=bands.metric):
        row = bands.of_m(pairs.apart_m)
        near = row < rows - 1
        one, other, first = (part[near] for part in (pairs.one, pairs.other, row * columns))
        for at in range(0, len(one), TURN):
            turn = slice(at, at + TURN)
            for table, days in zip(tables, dealt, strict=True):
                gap = np.minimum(np.abs(days[one[turn]] - days[other[turn]]), longest)
                table += np.bincount(first[turn] + column_of[gap], minlength=rows * columns).reshape(rows, columns)
        tell(float(pairs.one[-1] + 1) / len(points) if len(pairs.one) else 0.0)
    tables[:, -1] = gaps - tables[:, :-1].sum(axis=1)
    return tables


def checked(x_m: ArrayLike, y_m: ArrayLike, day: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points and days fit to be counted, in an order of their own; days from the first, which is 0. What it raises stands in `knox`."""
    east, north, days = np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float), np.asarray(day)
    if not east.shape == north.shape == days.shape or east.ndim != 1:
        raise BadValue(f"Each event needs its easting, northing and day; there are {east.size:,}, {north.size:,} and {days.size:,}.")
    if len(days) < 2:
        raise EmptyTable(f"There {'is 1 event' if len(days) else 'are no events'} with a place and a day, so there are no pairs to count. Give two or more.")
    whole = days.astype("datetime64[D]").astype(np.int64) if days.dtype.kind == "M" else days
    if days.dtype.kind == "M" and np.isnat(days).any() or not np.isfinite(np.concatenate([east, north])).all():
        raise BadValue("An event has no place or no day. Leave out such events, and say how many there were.")
    if whole.dtype.kind not in "iu" and not (np.isfinite(whole.astype(float)).all() and (whole.astype(float) % 1 == 0).all()):
        raise BadValue("Days must be whole: numbers counted from any day, or dates. Hours cannot be used here.")
    points, from_first = np.column_stack([east, north]), whole.astype(np.int64) - int(whole.min())
    if len(np.unique(from_first)) == 1 or len(np.unique(points, axis=0)) == 1:
        where = "are of one day" if len(np.unique(from_first)) == 1 else "stand at one place"
        raise CannotAnswer(f"All {len(days):,} events {where}, so exchanging their days changes nothing and the test cannot say anything.")
    order = np.lexsort((from_first, north, east))  # so that the order of rows does not matter
    return points[order], from_first[order]


def _p_of_each(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The p-value that each table would have, were it the observed one among all of them."""
    return np.asarray(1 - np.searchsorted(np.sort(counts), counts, side="left") / len(counts))


def _over(counts: NDArray, mean: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(counts, mean, out=np.full(mean.shape, np.nan), where=mean > 0)


def _band(apart: NDArray, edges: tuple[float, ...], closed: str) -> NDArray[np.int64]:
    return np.searchsorted(np.asarray(edges, dtype=float), apart, side="left" if closed == "upper" else "right")


def _names_m(edges: tuple[float, ...], closed: str) -> list[str]:
    """Bands of distance in words.

    Example:
        >>> _names_m((0, 100), "upper"), _names_m((200, 400), "lower")
        (['same place', 'above 0 to 100 m', 'above 100 m'], ['under 200 m', '200 to under 400 m', '400 m or more'])
    """
    first, last = f"{edges[0]:g}", f"{edges[-1]:g}"
    if closed == "lower":
        return [f"under {first} m", *(f"{low:g} to under {high:g} m" for low, high in pairwise(edges)), f"{last} m or more"]
    nearest = "same place" if edges[0] == 0 else f"up to {first} m"
    return [nearest, *(f"above {low:g} to {high:g} m" for low, high in pairwise(edges)), f"above {last} m"]


def _names_days(edges: tuple[float, ...], closed: str) -> list[str]:
    """Bands of time in words, by the whole days they hold.

    Example:
        >>> _names_days((7, 14), "upper"), _names_days((1, 2, 7), "lower")
        (['0 to 7 days', '8 to 14 days', 'over 14 days'], ['same day', '1 day', '2 to 6 days', 'over 6 days'])
    """
    last = [round(edge) - (closed == "lower") for edge in edges]
    names = []
    for low, high in zip([0, *(day + 1 for day in last)], last, strict=False):
        alone = "same day" if high == 0 else "1 day" if high == 1 else f"{high} days"
        names.append(alone if low == high else f"{low} to {high} days")
    return [*names, f"over {last[-1]} {'day' if last[-1] == 1 else 'days'}"]
