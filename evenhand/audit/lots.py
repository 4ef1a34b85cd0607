"""How places were drawn for patrol: the lots that could have come out otherwise, and only those.

A lot is a set of place-days of which a given number, drawn at random, got a patrol, whatever came out of
the other lots.

    daily           each day, as many places as were patrolled that day, out of all places of that day
    within-place    for each place, as many days as it was patrolled in a block of days, out of that block
    probabilities   each place-day by itself, with its own stated chance

What is computed under lots that were not the true ones says nothing: ask how the draw was made.

Read with care: "random" must mean drawn by lot. Places chosen by a sergeant on the day are none of these.

Source: Imbens & Rubin (2015), Causal Inference for Statistics, Social, and Biomedical Sciences, ch. 4 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

DESIGNS = ("daily", "within-place", "probabilities")
_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Lots:
    """The draw of patrols over place-days.

    Attributes:
        lot: number of each place-day's lot, shape (place_days,).
        is_treated: what came out, shape (place_days,).
        chance: each place-day's chance of a patrol, shape (place_days,).
        design: one of DESIGNS.
    """

    lot: NDArray[np.int64]
    is_treated: NDArray[np.bool_]
    chance: NDArray[np.float64]
    design: str

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Place-days that could have come out either way; the others tell nothing."""
        return (self.chance > 0) & (self.chance < 1)

    def draws(self, *, seed: int, replicates: int) -> Iterator[NDArray[np.bool_]]:
        """Draws from the same lots, in batches; shape (draws, place_days) each.

        Args:
            seed: of the draws; the same seed gives the same draws.
            replicates: how many in all.
        """
        rng = np.random.default_rng(seed)
        size = max(1, min(replicates, _AT_ONCE // max(len(self.lot), 1)))
        for start in range(0, replicates, size):
            yield self._draw(rng, min(size, replicates - start))

    def _draw(self, rng: np.random.Generator, size: int) -> NDArray[np.bool_]:
        tickets = rng.random((size, len(self.lot)))
        if self.design == "probabilities":
            return tickets < self.chance
        wins, seat = self._seats
        table = np.full((size, len(wins), int(seat.max()) + 1), np.inf)
        table[:, self.lot, seat] = tickets
        # In each lot the smallest tickets win, as many as were patrolled.
        limit = np.take_along_axis(np.sort(table, axis=2), np.maximum(wins - 1, 0)[None, :, None], axis=2)
        won = (table <= limit) & (wins > 0)[None, :, None]
        return won[:, self.lot, seat]

    @property
    def _seats(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many win in each lot, and each place-day's seat in its lot."""
        n = np.bincount(self.lot)
        order = np.argsort(self.lot, kind="stable")
        seat = np.empty(len(self.lot), dtype=np.int64)
        seat[order] = np.arange(len(self.lot)) - np.repeat(np.cumsum(n) - n, n)
        return np.bincount(self.lot, weights=self.is_treated).astype(np.int64), seat


def lots(
    place: ArrayLike, day: ArrayLike, is_treated: ArrayLike, *, design: str = "daily", block_days: int | None = None, chance: ArrayLike | None = None
) -> Lots:
    """The lots of a trial in which places are patrolled on some days and not on others.

    Args:
        place, day: number of each place-day's place, and its day from 0; whole numbers, shape (place_days,).
        is_treated: patrolled as drawn (not as carried out), shape (place_days,).
        design: "daily", "within-place" or "probabilities"; see the head of this file.
        block_days: for within-place: length of a block in days; None for the whole period.
        chance: for probabilities: each place-day's chance of a patrol, shape (place_days,).

    Raises:
        BadSetting: an unknown design, or one without what it needs.
        CannotAnswer: nothing was left to chance.

    Example:
        >>> drawn = lots([0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1], [True, False, False, False, True, False])
        >>> drawn.chance.round(3).tolist()
        [0.333, 0.333, 0.333, 0.333, 0.333, 0.333]
        >>> batch = next(drawn.draws(seed=1, replicates=4))
        >>> batch.reshape(4, 2, 3).sum(axis=2).tolist()
        [[1, 1], [1, 1], [1, 1], [1, 1]]

    Read with care:
        The chances are those of the design named. If the draw was made otherwise, they are wrong and so is what rests on them.

    Source: see the head of this file.
    """
    if design not in DESIGNS:
        raise BadSetting(f"design={design!r} is not known. Choose one of {', '.join(DESIGNS)}.")
    where, when, treated = np.asarray(place, dtype=np.int64), np.asarray(day, dtype=np.int64), np.asarray(is_treated, dtype=bool)
    if design == "probabilities":
        if chance is None:
            raise BadSetting("The design 'probabilities' needs each place-day's chance of a patrol. Give the column `chance`, or choose another design.")
        own = Lots(np.arange(len(where)), treated, _checked(chance, treated), design)
    else:
        block = when if design == "daily" else where * (when.max() + 1) + (0 if block_days is None else when // _days(block_days))
        _, lot = np.unique(block, return_inverse=True)
        share = np.bincount(lot, weights=treated) / np.bincount(lot)
        own = Lots(lot.astype(np.int64), treated, share[lot], design)
    if not own.is_open.any():
        told = {"daily": "on every day all places or none were patrolled", "within-place": "every place was patrolled on all days of a block or on none"}
        raise CannotAnswer(f"Nothing was left to chance: {told.get(design, 'every chance given is 0 or 1')}. A draw of the design '{design}' has one outcome.")
    return own


def _checked(chance: ArrayLike, treated: NDArray[np.bool_]) -> NDArray[np.float64]:
    given = np.asarray(chance, dtype=float)
    if not np.all((given >= 0) & (given <= 1)):
        raise BadSetting("A chance of a patrol must lie between 0 and 1 and may not be missing.")
    if np.any((given == 0) & treated) or np.any((given == 1) & ~treated):
        raise BadSetting("A place-day with chance 0 was patrolled, or one with chance 1 was not. Patrols as drawn and their chances must agree.")
    return given


def _days(block_days: int) -> int:
    if block_days < 2:
        raise BadSetting(f"block_days={block_days} leaves nothing to chance. Give the length of a block in days, 2 or more.")
    return block_days
