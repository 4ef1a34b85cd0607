"""Which earlier events lie near later ones, in blocks of a bounded size: never a table of all pairs, and never a list of them.

Events are sorted into squares as wide as the longest distance, and within each by time. The candidates of a later event are then nine
short runs, one for each square around it, and pairs are made from the runs of some thousands of later events at a time, used and
forgotten (where one block holds them all, it is kept). A block holds at most `CANDIDATES` candidates (a single event's, if those are
more): some 100 MB of memory at the peak, however many events there are.

Steps, in order:  Earlier.before -> _runs -> _blocks
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CANDIDATES = 2**20
MOST_CANDIDATES = 3 * 10**9
"""More than this would take hours a step: a mistaken unit, or a whole force's records snapped to few points."""


class Pairs(NamedTuple):
    """Later events with the earlier ones near them, a row each; all those of one later event stand together.

    Attributes:
        first, end: the later events of this block.
        later, earlier: positions, shape (pairs,); for one later event `earlier` ascends.
        apart: days, metres east and metres north from the earlier to the later; shape (pairs, 3).
    """

    first: int
    end: int
    later: NDArray[np.int64]
    earlier: NDArray[np.int64]
    apart: NDArray[np.float64]


@dataclass
class Earlier:
    """Events to look back on.

    Attributes:
        events: day, metres east and metres north of each, shape (events, 3), in the order of `order_of`.
        days, metres: how far back and how far off to look; both ends count, but not the same day.
    """

    events: NDArray[np.float64]
    days: float
    metres: float
    _corner: NDArray[np.float64] = field(init=False)
    _columns: int = field(init=False)
    _span: float = field(init=False)
    _keys: NDArray[np.float64] = field(init=False)
    _own: Pairs | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Number the squares, with an empty one on every side, and make one ascending key of square and day."""
        self._corner = self.events.min(axis=0)
        self._columns = int((self.events[:, 1].max() - self._corner[1]) // self.metres) + 5
        self._span = float(np.ptp(self.events[:, 0]) + 3 * self.days + 1)
        self._keys = self._square(self.events) * self._span + (self.events[:, 0] - self._corner[0])

    def _square(self, events: NDArray[np.float64]) -> NDArray[np.float64]:
        column, row = (np.floor((events[:, which] - self._corner[which]) / self.metres) + 2 for which in (1, 2))
        return np.asarray(row * self._columns + column)

    def before(self, later: NDArray[np.float64]) -> Iterator[Pairs]:
        """All pairs of some later events, block by block; shape of `later` as of `events`, anywhere near them.

        Raises:
            CannotAnswer: so many candidates that it would take hours.

        Example:
            >>> events = np.array([[0.0, 0.0, 0.0], [2.0, 30.0, 40.0], [2.0, 0.0, 0.0], [90.0, 0.0, 0.0]])
            >>> events = events[order_of(events, metres=100)]
            >>> [pairs.apart.tolist() for pairs in Earlier(events, days=10, metres=100).before(events)]
            [[[2.0, 0.0, 0.0], [2.0, 30.0, 40.0]]]
        """
        if self._own is not None and later is self.events:
            yield self._own
            return
        starts, lengths = self._runs(later)
        total = np.cumsum(lengths.sum(axis=1))
        if len(total) and total[-1] > MOST_CANDIDATES:
            raise CannotAnswer(
                f"{len(later):,} events have {total[-1]:,} pairs within {self.days:g} days and about {self.metres:g} m to be looked at: too many. "
                "Choose another reading: a shorter window, fewer days or fewer metres for an echo."
            )
        first = 0
        while first < len(later):
            done = total[first - 1] if first else 0
            end = max(first + 1, int(np.searchsorted(total, done + CANDIDATES, side="right")))
            pairs = self._block(later, first, end, starts[first:end].ravel(), lengths[first:end])
            if later is self.events and end - first == len(later):
                self._own = pairs  # where one block holds all, it is kept for the next turn
            yield pairs
            first = end

    def _runs(self, later: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the run of candidates in each of nine squares begins and how long it is; shape (later, 9)."""
        around = np.array([row * self._columns + column for row in (-1, 0, 1) for column in (-1, 0, 1)])
        square, day = self._square(later), later[:, 0] - self._corner[0]
        base = (square[:, None] + around) * self._span
        slack = 1e-6 * self.days  # keys are rounded; days are compared exactly below
        low = np.searchsorted(self._keys, base + np.maximum(day - self.days - slack, -self.days)[:, None])
        high = np.searchsorted(self._keys, base + np.minimum(day + slack, self._span - self.days)[:, None])
        return low, np.maximum(high - low, 0)

    def _block(self, later: NDArray[np.float64], first: int, end: int, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Pairs:
        flat = lengths.ravel()
        before = np.cumsum(flat) - flat
        earlier = np.arange(flat.sum()) + np.repeat(starts - before, flat)
        which = np.repeat(np.arange(first, end), lengths.sum(axis=1))
        days = later[which, 0] - self.events[earlier, 0]
        kept = (days > 0) & (days <= self.days)
        which, earlier = which[kept], earlier[kept]
        apart = later[which] - self.events[earlier]
        kept = apart[:, 1] ** 2 + apart[:, 2] ** 2 <= self.metres**2
        return Pairs(first, end, which[kept], earlier[kept], apart[kept])


def order_of(events: NDArray[np.float64], *, metres: float) -> NDArray[np.int64]:
    """The order that `Earlier` needs: by square of so many metres, row by row from the south-west, then by day, east and north."""
    corner = events.min(axis=0)
    column, row = (np.floor((events[:, which] - corner[which]) / metres) for which in (1, 2))
    return np.lexsort((events[:, 2], events[:, 1], events[:, 0], column, row))
