"""How forecasts of places are judged: events inside what was flagged, in blocks of time or of places.

A choice of places is a table of weights: 1 for flagged, 0 for not, and between them where a baseline leaves it to chance
(a tie for the last place, a random draw). The events captured are then a sum, for a system and for any baseline alike.

Source: as `block_intervals.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .block_intervals import SAID, Blocks, batched, share_difference_of_blocks, share_of_blocks, sign_flip_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .intervals import Interval

ENOUGH_BLOCKS = 10
"""Blocks of time from which on time is what is drawn anew; with fewer, places are."""
WEEK = 7


@dataclass(frozen=True, eq=False)
class Judged:
    """Events by span and place, and what counts as one draw of them.

    Attributes:
        events: recorded, or their harm; shape (spans, places).
        blocks: "periods" or "places".
        length: spans to a block of periods.
        level: coverage of intervals.
        seed: of the test's random flips.
    """

    events: NDArray[np.float64]
    blocks: Blocks
    length: int = 1
    level: float = 0.95
    seed: int = 0

    def of(self, events: NDArray[np.float64]) -> Judged:
        """The same blocks for other events, such as those of one kind."""
        return Judged(events, self.blocks, self.length, self.level, self.seed)

    def share(self, weight: NDArray[np.float64] | NDArray[np.bool_]) -> Interval:
        """Share of the events in the places chosen, with its interval; nan where there is no event."""
        return share_of_blocks(self.sums(self.events * weight), self.sums(self.events), blocks=self.blocks, level=self.level)

    def difference(self, weight: NDArray[np.float64] | NDArray[np.bool_], other: NDArray[np.float64] | NDArray[np.bool_]) -> tuple[Interval, float]:
        """Share captured by one choice less that by another, with its interval and p-value."""
        apart = np.asarray(weight, dtype=float) - np.asarray(other, dtype=float)
        one, two = (self.sums(self.events * np.maximum(sign * apart, 0)) for sign in (1, -1))
        found = share_difference_of_blocks(one, two, self.sums(self.events), blocks=self.blocks, level=self.level)
        return found, sign_flip_p(one - two, seed=self.seed)

    def share_of_places(self, hit: NDArray[np.bool_], among: NDArray[np.bool_]) -> Interval:
        """Share of places (span by span) for which something holds, among some of them."""
        return share_of_blocks(self.sums((hit & among).astype(float)), self.sums(among.astype(float)), blocks=self.blocks, level=self.level)

    @property
    def said(self) -> str:
        """How the interval came about, for a finding's method."""
        together = f" in runs of {self.length}" if self.blocks == "periods" and self.length > 1 else ""
        return SAID[self.blocks] + together

    def sums(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """A table of spans by places added up over each block."""
        return batched(table.sum(axis=1), self.length) if self.blocks == "periods" else np.asarray(table.sum(axis=0))


def judged(
    events: NDArray[np.float64],
    *,
    unit: str,
    days: int = 1,
    overlap: int = 1,
    resample: str = "auto",
    block: int | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Judged:
    """Choose what is drawn anew: runs of spans where there are enough of them, else whole places.

    Args:
        events: by span and place.
        unit: "days" or "months", of the spans.
        days: how many a span covers.
        overlap: spans that hold one same day.
        resample: "auto", "periods" or "places".
        block: spans to a block; left out: a week of single days where there are ten weeks, else one span, and no fewer than overlap.
        level, seed: see `Judged`.

    Example:
        >>> judged(np.ones((90, 5)), unit="days").length, judged(np.ones((6, 5)), unit="months").blocks
        (7, 'places')

    Read with care:
        Drawing periods anew asks how it would go in other weeks in the same town; drawing places anew, with other places
        in the same weeks. The second is the wider and is used only for want of time.

    Source: Künsch (1989), Annals of Statistics 17(3), 1217-1241, on runs of consecutive periods.
    """
    spans = len(events)
    usual = WEEK if unit == "days" and days == 1 and spans // WEEK >= ENOUGH_BLOCKS else 1
    length = max(block or usual, overlap)
    if resample == "auto":
        resample = "periods" if spans // length >= ENOUGH_BLOCKS else "places"
    return Judged(events, "periods" if resample == "periods" else "places", length, level, seed)
