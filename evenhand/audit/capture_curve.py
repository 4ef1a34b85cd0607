"""Capture curves: how much later recorded crime falls in the best-ranked tenth, fifth, half of a place, for every cut at once.

A single "hit rate" hangs on how much is flagged. The curve shows every cut, so no threshold can be shopped for. It is
read from one number for each later event: the share of ground (or places, people, street) ranked above where it fell.
That makes the curve, the area under it and their intervals means over events.

    placed             where each place stands in a ranking, from 0 (top) to 1
    captured_at        events in the top so much: the curve
    area_under         one less the mean of that number: the area under the curve
    gini               2 area - 1
    curve_of_blocks, curve_difference, area_of_blocks, area_difference: the same with limits

Places with the same score share one stretch of the ranking, and the events there are spread over it evenly: the mean
over all ways to break the tie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from .block_intervals import Blocks, batched, mean_of_blocks, share_difference_of_blocks, share_of_blocks
from .intervals import Interval, over_or_nan

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


_MOST_HELD = 8_000_000
"""Events times cuts held at once, so that a county of squares fits a small machine."""


class Placed(NamedTuple):
    """Where each place's stretch of the ranking starts and ends, as shares of the whole; shape of the scores each."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]


def placed(scores: ArrayLike, size: ArrayLike) -> Placed:
    """Where places stand when ranked from the highest score down, as shares of all size.

    Args:
        scores: shape (places,) or (periods, places); a missing score (nan) ranks below every score.
        size: of each place: ground, residents, or ones to count places; shape (places,).

    Returns:
        Placed; places that score alike share one stretch.

    Raises:
        BadValue: sizes that are missing, below zero or all zero.

    Example:
        >>> placed([5, 1, 5], [1.0, 2.0, 1.0]).end.tolist()
        [0.5, 1.0, 0.5]

    Read with care:
        Only the order of scores is used; what the scores claim to be is for `probability_scores.py`.
    """
    score, room = np.asarray(scores, dtype=float), np.asarray(size, dtype=float)
    if not np.isfinite(room).all() or (room < 0).any() or not room.sum() > 0:
        raise BadValue("The sizes of places must be 0 or more, not all 0, and none may be missing: missing is never zero.")
    if score.ndim == 1:
        return _placed(score, room / room.sum())
    rows = [_placed(row, room / room.sum()) for row in score]
    return Placed(np.stack([row.start for row in rows]), np.stack([row.end for row in rows]))


def _placed(score: NDArray[np.float64], share: NDArray[np.float64]) -> Placed:
    _, group = np.unique(np.where(np.isnan(score), -np.inf, score), return_inverse=True)
    held = np.bincount(group.ravel(), share)[::-1]
    end = np.minimum(np.cumsum(held), 1.0)
    end[-1] = 1.0
    place = len(held) - 1 - group.ravel()
    return Placed(np.concatenate([[0.0], end[:-1]])[place], end[place])


def captured_at(events: ArrayLike, where: Placed, cut: ArrayLike) -> NDArray[np.float64]:
    """Events in the top so much of a ranking, for many cuts; the curve before it is divided by all events.

    Args:
        events: by place, shape (places,), or by period and place, shape (periods, places).
        where: of the same shape.
        cut: shares of the whole, shape (cuts,).

    Returns:
        Shape (cuts,) or (periods, cuts).

    Example:
        >>> where = placed([5, 1, 5], [1.0, 2.0, 1.0])
        >>> captured_at([6, 1, 2], where, [0.0, 0.25, 0.5, 1.0]).tolist()
        [0.0, 4.0, 8.0, 9.0]
    """
    later, cuts = np.asarray(events, dtype=float), np.asarray(cut, dtype=float)
    if later.ndim == 2:
        return np.stack([captured_at(row, Placed(*pair), cuts) for row, *pair in zip(later, *where, strict=True)])
    held = later > 0
    start, end, weight = where.start[held], where.end[held], later[held]
    # The curve is straight between the ends of stretches, so adding up whole stretches and interpolating is exact.
    stops = np.unique(np.concatenate([[0.0], end, start, [1.0]]))
    below = np.zeros(len(stops))
    np.add.at(below, np.searchsorted(stops, end), weight)
    return np.asarray(np.interp(cuts, stops, np.cumsum(below)))


def area_under(events: ArrayLike, where: Placed) -> float:
    """Area under the capture curve: one less the mean share ranked above an event; 0.5 is no better than chance.

    area = 1 - sum(events (start + end) / 2) / sum(events)

    Args:
        events, where: as in `captured_at`; periods are pooled event by event.

    Returns:
        From 0 to 1; nan without events.

    Example:
        >>> round(area_under([6, 1, 2], placed([5, 1, 5], [1.0, 2.0, 1.0])), 4)
        0.6944

    Read with care:
        Most of the area lies at cuts nobody would patrol. Read the curve at the cut in use beside it.

    Source: Mann & Whitney (1947), Annals of Mathematical Statistics 18(1), 50-60, of which this is the form with ties halved.
    """
    later = np.asarray(events, dtype=float)
    return float(1 - over_or_nan((later * (where.start + where.end)).sum(), 2 * later.sum()))


def gini(area: ArrayLike) -> NDArray[np.float64]:
    """The capture curve's Gini: twice the area between it and the diagonal; 0 is no better than chance, 1 out of reach.

    gini = 2 area - 1

    Args:
        area: any shape, so that limits can be turned too.

    Example:
        >>> round(float(gini(0.75)), 2)
        0.5

    Read with care:
        The best possible Gini is below 1, and lower the more evenly crime is spread: compare with it.

    Source: Gini (1914), Atti del Reale Istituto Veneto 73, 1203-1248; Bradley (1997), Pattern Recognition 30(7), 1145-1159.
    """
    return 2 * np.asarray(area, dtype=float) - 1


def curve_of_blocks(events: NDArray[np.float64], where: Placed, cut: ArrayLike, *, blocks: Blocks, length: int = 1, level: float = 0.95) -> Interval:
    """The capture curve with limits at each cut; limits hold cut by cut, not for the whole curve at once.

    Args:
        events, where: by span and place, shape (spans, places).
        cut: shares of the whole, shape (cuts,).
        blocks: what is drawn anew: "places" or "periods".
        length: spans to a block.
        level: coverage at each cut.

    Returns:
        Interval of shape (cuts,).

    Example:
        >>> where = placed([[3, 2, 1]], [1.0, 1.0, 1.0])
        >>> curve_of_blocks(np.array([[6.0, 2.0, 2.0]]), where, [1 / 3, 1.0], blocks="places").value.tolist()
        [0.6, 1.0]

    Read with care:
        The highest point of a band is not a limit for the best cut chosen afterwards.

    Source: as `block_intervals.share_of_blocks`.
    """
    inside = _by_block(events, where, None, cut, blocks, length)
    return share_of_blocks(inside, _whole(events, blocks, length), blocks=blocks, level=level)


def curve_difference(
    events: NDArray[np.float64], where: Placed, other: Placed, cut: ArrayLike, *, blocks: Blocks, length: int = 1, level: float = 0.95
) -> Interval:
    """One ranking's capture curve less another's on the same events, with limits at each cut.

    Args:
        events, where, cut, blocks, length, level: as in `curve_of_blocks`.
        other: of the other ranking.

    Returns:
        Interval of shape (cuts,); 0 at both ends.

    Example:
        >>> where, other = placed([[3, 2, 1]], [1.0, 1.0, 1.0]), placed([[1, 2, 3]], [1.0, 1.0, 1.0])
        >>> curve_difference(np.array([[6.0, 2.0, 2.0]]), where, other, [1 / 3], blocks="places").value.round(2).tolist()
        [0.4]

    Read with care:
        Limits hold cut by cut: over many cuts some will miss 0 by chance. Fix the cut beforehand, or read the area.

    Source: as `block_intervals.share_difference_of_blocks`.
    """
    only_one, only_two = (_by_block(events, *pair, cut, blocks, length) for pair in ((where, other), (other, where)))
    return share_difference_of_blocks(only_one, only_two, _whole(events, blocks, length), blocks=blocks, level=level)


def _by_block(events: NDArray[np.float64], where: Placed, less: Placed | None, cut: ArrayLike, blocks: Blocks, length: int) -> NDArray[np.float64]:
    """Events above each cut, but for those that another ranking has there too; added up by block, shape (blocks, cuts)."""
    from scipy.sparse import csr_array

    span, place = np.nonzero(events)
    of, many = (place, events.shape[1]) if blocks == "places" else (span, len(events))
    sums = csr_array((events[span, place], (of, np.arange(len(of)))), shape=(many, len(of)))
    cuts = np.asarray(cut, dtype=float)
    at_once = max(1, _MOST_HELD // max(len(of), 1))
    parts = []
    for start in range(0, len(cuts), at_once):
        some = cuts[start : start + at_once]
        taken = _taken(where, span, place, some)
        if less is not None:
            taken = np.maximum(taken - _taken(less, span, place, some), 0)
        parts.append(np.asarray(sums @ taken))
    found = np.concatenate(parts, axis=1)
    return found if blocks == "places" else batched(found, length)


def _taken(where: Placed, span: NDArray[np.int64], place: NDArray[np.int64], cuts: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each place's stretch lies above each cut, 0 to 1."""
    start, end = where.start[span, place, None], where.end[span, place, None]
    return np.clip((cuts - start) / np.maximum(end - start, 1e-300), 0, 1)


def _whole(events: NDArray[np.float64], blocks: Blocks, length: int) -> NDArray[np.float64]:
    return np.asarray(events.sum(axis=0)) if blocks == "places" else batched(events.sum(axis=1), length)


def area_of_blocks(events: NDArray[np.float64], where: Placed, *, blocks: Blocks, length: int = 1, level: float = 0.95) -> Interval:
    """The area under the capture curve with limits.

    Args:
        events, where, blocks, length, level: as in `curve_of_blocks`.

    Example:
        >>> where = placed([[3, 2, 1]], [1.0, 1.0, 1.0])
        >>> value, low, high = area_of_blocks(np.array([[6.0, 2.0, 2.0]]), where, blocks="places")
        >>> f"{value:.2f}"
        '0.63'

    Source: as `block_intervals.mean_of_blocks`.
    """
    return area_difference(events, where, None, blocks=blocks, length=length, level=level)


def area_difference(events: NDArray[np.float64], where: Placed, other: Placed | None, *, blocks: Blocks, length: int = 1, level: float = 0.95) -> Interval:
    """One ranking's area under the curve less another's on the same events, with limits.

    Args:
        events, where, blocks, length, level: as in `curve_of_blocks`.
        other: of the other ranking; None to give the area itself.

    Example:
        >>> where, other = placed([[3, 2, 1]], [1.0, 1.0, 1.0]), placed([[1, 2, 3]], [1.0, 1.0, 1.0])
        >>> value, low, high = area_difference(np.array([[6.0, 2.0, 2.0]]), where, other, blocks="places")
        >>> f"{value:.2f}"
        '0.27'

    Read with care:
        Two rankings of the same places share their events; only what tells them apart is in the interval.

    Source: as `block_intervals.mean_of_blocks`.
    """
    above = (where.start + where.end) / 2
    gain = 1 - above if other is None else (other.start + other.end) / 2 - above
    gained = (events * gain).sum(axis=0) if blocks == "places" else batched((events * gain).sum(axis=1), length)
    interval = mean_of_blocks(gained, _whole(events, blocks, length), level=level)
    least = 0.0 if other is None else -1.0
    return Interval(interval.value, np.maximum(interval.low, least), np.minimum(interval.high, 1.0))
