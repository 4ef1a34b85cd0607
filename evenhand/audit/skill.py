"""Skill: what a place system adds to what anybody could have done without it.

A system that captures a third of the crime on a thirtieth of the ground has done nothing if counting last year's
crimes captures the same third. So each is set beside plain choices of as many places, made from what was known then:

    count map             the places with most records before (or a baseline the operator gave)
    last span             those with most records in as long a time just before
    same places           those with most records before the first span, never changed
    spread evenly         no choice at all: the share of ground flagged is the share captured
    random by residents   places drawn by lot, by how many people live there

Ties in a count are shared out, not settled: a baseline captures the mean over all ways to settle them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue
from .intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .place_forecasts import Forecasts

DRAWS = 2000
"""Draws by lot from which a place's chance of being drawn is taken; its error is at most 0.011 (one standard error)."""
COUNT_MAP, GIVEN = "count map", "baseline given"
SPREAD_EVENLY, BY_RESIDENTS = "spread evenly", "random by residents"


@dataclass(frozen=True, eq=False)
class Baseline:
    """A plain choice of as many places.

    Attributes:
        name: as it stands in findings.
        said: how it chooses, in a few words.
        weight: chance that a place is chosen, shape (spans, places).
        score: its ranking where it has one, same shape.
    """

    name: str
    said: str
    weight: NDArray[np.float64]
    score: NDArray[np.float64] | None = None


def top_weights(score: ArrayLike, many: ArrayLike) -> NDArray[np.float64]:
    """The highest scores chosen, so many in each row; places tied for the last share what is left.

    Args:
        score: shape (rows, places); a missing score (nan) is below every score.
        many: how many to choose in each row, shape (rows,).

    Returns:
        Chance of being chosen, 0 to 1, same shape; each row adds up to its number.

    Raises:
        BadValue: more to choose than there are places.

    Example:
        >>> top_weights([[5, 2, 2, 1]], [2]).tolist()
        [[1.0, 0.5, 0.5, 0.0]]

    Read with care:
        With sparse records most places tie at 0; a list longer than the places with any record is filled by lot.

    Source: this is arithmetic; the mean over all orders of tied places.
    """
    rank, number = np.asarray(score, dtype=float), np.asarray(many, dtype=int)
    rank = np.where(np.isnan(rank), -np.inf, rank)
    if (number > rank.shape[1]).any() or (number < 0).any():
        raise BadValue(f"No more than {rank.shape[1]} places can be chosen, and none fewer than 0.")
    ordered = -np.sort(-rank, axis=1)
    last = np.take_along_axis(ordered, np.maximum(number - 1, 0)[:, None], axis=1)
    above, tied = rank > last, rank == last
    left = (number[:, None] - above.sum(axis=1, keepdims=True)) / tied.sum(axis=1, keepdims=True)
    return np.where(number[:, None] > 0, above + tied * left, 0.0)


def drawn_weights(size: ArrayLike, many: ArrayLike, *, draws: int = DRAWS, seed: int = 0) -> NDArray[np.float64]:
    """Chance of each place when so many different ones are drawn by lot, by size.

    Args:
        size: of each place, such as residents, 0 or more; shape (places,).
        many: how many to draw in each row, shape (rows,).
        draws: lots from which the chance is counted.
        seed: of the random generator.

    Returns:
        Shape (rows, places); a place of no size is drawn only when all others are.

    Example:
        >>> drawn_weights([3.0, 1.0, 0.0], [1], draws=4000, seed=1).round(1).tolist()
        [[0.7, 0.3, 0.0]]

    Read with care:
        Large places are drawn less often than by their size once several are drawn, for each can be drawn once only.

    Source: Efraimidis & Spirakis (2006), Information Processing Letters 97(5), 181-185.
    """
    room, number = np.asarray(size, dtype=float), np.asarray(many, dtype=int)
    rng = np.random.default_rng(seed)
    distinct, row = np.unique(number, return_inverse=True)
    times = np.zeros((len(distinct), len(room)))
    at_once = max(1, 4_000_000 // len(room))
    with np.errstate(divide="ignore"):
        log_size = np.log(room)
    for start in range(0, draws, at_once):
        # The largest of log size plus Gumbel noise are a draw by size without putting back; places of no size come last, by lot.
        lot = log_size + rng.gumbel(size=(min(at_once, draws - start), len(room)))
        lot = np.where(np.isfinite(lot), lot, -1e9 - rng.random(lot.shape))
        for at, most in enumerate(distinct):
            first = np.argpartition(-lot, min(most, len(room) - 1), axis=1)[:, :most]
            times[at] += np.bincount(first.ravel(), minlength=len(room))
    return np.asarray(times[row.ravel()] / draws)


def baselines(forecasts: Forecasts, *, seed: int = 0) -> list[Baseline]:
    """The plain choices that can be made of these records; the count map (or the baseline given) comes first.

    Args:
        forecasts: spans that all have records before them, see `Forecasts.with_history`.
        seed: of the draw by lot.

    Returns:
        Baselines; one that would choose the very places of another is left out.

    Example:
        >>> import pandas as pd
        >>> from .place_forecasts import laid_out
        >>> said = pd.DataFrame({"place_code": ["a", "b", "c"], "from": "2024-02", "to": "2024-02", "is_flagged": [True, False, False]})
        >>> came = pd.DataFrame({"place_code": ["a", "b", "b"], "month": ["2024-02", "2024-01", "2024-02"], "events": [3, 4, 1]})
        >>> {one.name: one.weight.round(2).tolist() for one in baselines(laid_out(said, came))}["count map"]
        [[0.0, 1.0, 0.0]]

    Read with care:
        All choose as many places as the system did, whatever their ground. Those from counts use every record before a
        span, though in truth the last days may not have been on file yet.

    Source: Lum & Isaac (2016), Significance 13(5), on what a count map already does; Perry et al. (2013), Predictive Policing, ch. 2.
    """
    found, many = from_counts(forecasts), forecasts.is_flagged.sum(axis=1)
    ground = forecasts.size.get("ground")
    held = (forecasts.is_flagged * ground).sum(axis=1) / ground.sum() if ground is not None else many / forecasts.events.shape[1]
    even = np.broadcast_to(held[:, None], forecasts.events.shape)
    of = "ground" if ground is not None else "places"
    found.append(Baseline(SPREAD_EVENLY, f"the share of {of} flagged, as if events fell evenly over it", even))
    if "residents" in forecasts.size:
        lots = drawn_weights(forecasts.size["residents"], many, seed=seed)
        found.append(Baseline(BY_RESIDENTS, "places drawn by lot, by how many people live there", lots))
    return found


def from_counts(forecasts: Forecasts) -> list[Baseline]:
    """The plain choices that rank places by what was recorded before, or by the baseline given, which then comes first.

    Args:
        forecasts: as in `baselines`.
    """
    many = forecasts.is_flagged.sum(axis=1)
    counts = {
        COUNT_MAP: ("places with most records before", forecasts.before),
        "last span": ("places with most records in as long a time just before", forecasts.just_before),
        "same places": ("places with most records before the first span, never changed", np.broadcast_to(forecasts.at_first, forecasts.events.shape)),
    }
    if np.isfinite(forecasts.baseline_score).any():
        counts = {GIVEN: ("the baseline scores given", forecasts.baseline_score), **counts}
    found: list[Baseline] = []
    for name, (said, score) in counts.items():
        weight = top_weights(score, many)
        if np.nansum(score) > 0 and not any(np.array_equal(weight, one.weight) for one in found):
            found.append(Baseline(name, said, weight, score))
    return found


def capture_skill(difference: Interval, baseline: float, best: float) -> Interval:
    """How much of the room between a baseline and the best possible a system fills: 1 all of it, 0 none, below 0 it does worse.

    skill = (share captured - baseline's share) / (best possible share - baseline's share)

    Args:
        difference: share captured by the system less the baseline's.
        baseline: the baseline's share.
        best: the most that as many places could have captured.

    Returns:
        Interval; the room is held as it came out, and the upper limit is no more than 1. nan where there is no room.

    Example:
        >>> value, low, high = capture_skill(Interval(0.03, -0.01, 0.07), 0.30, 0.60)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.10 (-0.03 to 0.23)'

    Read with care:
        The best possible is hindsight, so skills look small, smaller the fewer events there are. The sign is what counts first.

    Source: Murphy (1988), Monthly Weather Review 116(12), 2417-2424 (a skill score against any reference).
    """
    room = best - baseline
    if not room > 1e-12:
        return Interval(*(np.asarray(np.nan),) * 3)
    value, low, high = (np.asarray(part / room) for part in difference)
    return Interval(value, low, np.minimum(high, 1.0))
