"""Aoristic weights: an event that happened some time in a window counts in every hour of it, in parts that add up to one.

The hours are the 168 of a week, from Monday's first. A window [a, b) gives each hour

    |[a, b) overlapping the hour| / (b - a)

so that the weights of all events add up to their number. A window of a week or more says nothing of the hour or the day:
it is spread evenly over all 168. A window of no length is a known time.

The slow twin, one event and one hour at a time, is in tests/audit/test_aoristic.py.

Read with care: spreading evenly assumes that every minute of the window is as likely as the next. It is no estimate of when
the event happened; it keeps a window from being read as if it were known.

Source: Ratcliffe & McCullagh (1998), Aoristic crime analysis, International Journal of Geographical Information Science
12(7), 751-764; on accuracy, Ashby & Bowers (2013), Crime Science 2:1, who knew the true times of 303 bicycle thefts from
cameras: aoristic weights and random times found the peaks, start, middle and end of the window did not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HOUR_S, DAY_S, WEEK_S = 3600, 86_400, 604_800
HOURS = 168


def aoristic_weights(start_s: ArrayLike, length_s: ArrayLike, weight: ArrayLike = 1.0, *, block: ArrayLike = 0, blocks: int = 1) -> NDArray[np.float64]:
    """Weight in each hour of the week, from windows; whole blocks of events kept apart.

    Args:
        start_s: where each window starts, in seconds from Monday 00:00, 0 to below 604,800; whole, shape (windows,).
        length_s: how long it is, in seconds; whole. A week or more counts as a week.
        weight: events (or parts of them) in it.
        block: which block it belongs to, such as its day.
        blocks: how many there are.

    Returns:
        Shape (blocks, 168); adds up to the sum of `weight`.

    Raises:
        BadValue: a start outside the week, or a length below 0.

    Example:
        >>> monday_half_past_eight = int(8.5 * 3600)
        >>> found = aoristic_weights([monday_half_past_eight], [2 * 3600])
        >>> found[0, 7:12].tolist(), float(found.sum())
        ([0.0, 0.25, 0.5, 0.25, 0.0], 1.0)

    Read with care:
        See the head of this file.

    Source: Ratcliffe & McCullagh (1998), International Journal of Geographical Information Science 12(7), 751-764.
    """
    start, length, each, row = np.broadcast_arrays(np.asarray(start_s, np.int64), np.asarray(length_s, np.int64), np.asarray(weight, float), block)
    if ((start < 0) | (start >= WEEK_S) | (length < 0)).any():
        raise BadValue("A window starts within the week, 0 to 604,799 seconds after Monday 00:00, and does not end before it starts.")
    length = np.minimum(length, WEEK_S)
    end = start + length
    first, last = start // HOUR_S, end // HOUR_S  # the hours of its ends, counted on into the week after
    per_second = each / np.maximum(length, 1)
    single = first == last
    found = _added(row, first, np.where(single, each, per_second * ((first + 1) * HOUR_S - start)), blocks)
    found += _added(row, last, np.where(single, 0.0, per_second * (end - last * HOUR_S)), blocks)
    found += _whole_hours(row, first, last, per_second * HOUR_S, blocks)
    return np.asarray(found[:, :HOURS] + found[:, HOURS:])


def _added(row: NDArray[np.int64], hour: NDArray[np.int64], weight: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """Weights added up by block and hour of two weeks."""
    return np.asarray(np.bincount(row * 2 * HOURS + hour, weight, blocks * 2 * HOURS).reshape(blocks, 2 * HOURS), dtype=float)


def _whole_hours(row: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64], weight: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """The hours between a window's first and its last, each with the same weight: marked where they begin and end, and run up."""
    between = last > first + 1
    changes = _added(row[between], first[between] + 1, weight[between], blocks) - _added(row[between], last[between], weight[between], blocks)
    touched = _added(row[between], first[between] + 1, np.ones(between.sum()), blocks) - _added(row[between], last[between], np.ones(between.sum()), blocks)
    # Counts of windows are whole numbers and run up exactly: where none is open there is nothing, not dust.
    return np.where(np.cumsum(touched, axis=1) > 0.5, np.cumsum(changes, axis=1), 0.0)
