"""How wrong may "they would have gone alike" be before a finding falls?

The event study shows how far patrolled places and the others drifted apart from one period to the next
before patrols began. Suppose that afterwards, without patrols, they would have drifted apart by no more
than M times the largest such step. Then the mean effect over T periods after the start lies within

    mean log ratio -+ M * (largest step before) * (T + 1) / 2

With chance: the largest step is one of finitely many, each up or down; for each of them a plain interval
holds, and the union of these holds whichever it is. M = 0 is "they would have gone alike"; the breakdown
is the M from which "no effect" can no longer be ruled out.

Read with care: the union is on the safe side, so the breakdown is if anything too small. Few periods before
the start say little about how far places drift.

Source: Rambachan & Roth (2023), Review of Economic Studies 90(5), 2555-2591 ("relative magnitudes"); the union
of intervals is the plain form, wider than theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .intervals import tail_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .diff_in_diff import EventStudy

FARTHEST = 20.0
"""Breakdowns beyond this many times the largest step before are not looked for."""


class Bounds(NamedTuple):
    """The mean log ratio after the start with what may be added or taken away, as ratios: the bounds alone, and with chance."""

    value: float
    least: float
    most: float
    low: float
    high: float


def sensitivity(study: EventStudy, times: float, *, level: float = 0.95) -> Bounds:
    """The mean effect after the start if places may have drifted apart by up to `times` the largest step before it.

    Args:
        study: from `diff_in_diff.event_study`, with at least two periods before the start.
        times: M, 0 or more.
        level: coverage.

    Returns:
        Bounds, as ratios: `least` and `most` leave chance out, `low` and `high` take it in.

    Raises:
        CannotAnswer: fewer than two periods before the start, or none after.
        BadSetting: a negative `times`.

    Example:
        >>> from evenhand.audit.diff_in_diff import EventStudy
        >>> study = EventStudy((-2, 0, 1), np.log([0.9, 0.5, 0.5]), np.eye(3) * 0.01, 20, 0.3)
        >>> found = sensitivity(study, 1.0)
        >>> f"{found.least:.2f} to {found.most:.2f}, with chance {found.low:.2f} to {found.high:.2f}"
        '0.43 to 0.59, with chance 0.30 to 0.83'

    Read with care:
        The largest step before is itself measured with error, which makes it too large on average; the bounds are then too wide.

    Source: see the head of this file.
    """
    from scipy.stats import t

    if not (np.isfinite(times) and times >= 0):
        raise BadSetting(f"times={times!r} must be 0 or more: how many times the largest step before the start places may have drifted apart.")
    mean, steps = _contrasts(study)
    reach = times * (sum(p >= 0 for p in study.periods) + 1) / 2
    value, drift = float(mean @ study.logs), float(np.abs(steps @ study.logs).max())
    z = float(t.ppf(1 - tail_share(level), study.places - 1))
    lines = mean + reach * np.concatenate([steps, -steps])
    middles, errors = lines @ study.logs, np.sqrt(np.einsum("ij,jk,ik->i", lines, study.covariance, lines))
    ends = (value, value - reach * drift, value + reach * drift, (middles - z * errors).min(), (middles + z * errors).max())
    return Bounds(*(float(np.exp(end)) for end in ends))


def breakdown(study: EventStudy, *, level: float = 0.95) -> float | None:
    """How many times the largest step before the start places must have drifted apart for "no effect" to fit.

    Args:
        study, level: as `sensitivity`.

    Returns:
        The M at which the interval takes in 1; 0 if it does even had they gone alike; None beyond FARTHEST.

    Example:
        >>> from evenhand.audit.diff_in_diff import EventStudy
        >>> study = EventStudy((-2, 0, 1), np.log([0.9, 0.5, 0.5]), np.eye(3) * 0.01, 20, 0.3)
        >>> round(breakdown(study), 1)
        1.4

    Read with care:
        Below 1: a drift no larger than one already seen would do.

    Source: see the head of this file.
    """

    def clears(times: float) -> bool:
        found = sensitivity(study, times, level=level)
        return found.low > 1 or found.high < 1

    if not clears(0.0):
        return 0.0
    if clears(FARTHEST):
        return None
    low, high = 0.0, FARTHEST
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if clears(middle) else (low, middle)
    return low


def _contrasts(study: EventStudy) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights of the mean after the start, and of each step from one period to the next before it."""
    periods = np.array(study.periods)
    if not np.any(periods >= 0) or not np.any(periods < -1):
        raise CannotAnswer("Two periods before the start and one after are needed to say how far places drift apart. Use a longer time, or shorter periods.")
    mean = (periods >= 0) / np.sum(periods >= 0)
    ahead = np.sort(periods[periods < -1])
    rows = np.eye(len(periods))
    at = {int(p): rows[i] for i, p in enumerate(periods)} | {-1: np.zeros(len(periods))}
    ordered = [*(int(p) for p in ahead), -1]
    return mean, np.array([at[later] - at[earlier] for earlier, later in zip(ordered, ordered[1:], strict=False)])
