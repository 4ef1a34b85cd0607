"""How low and how high Matthews' correlation can be among all tables that fit, with a guarantee.

For a given base rate and share flagged, the correlation grows in step with the share of right flags, so
only the largest (or smallest) such share matters: a flat function. What is left to search is a square,
base rate by share flagged. The square is cut into boxes; for each box a bound is computed that nothing in
it can exceed; boxes that cannot hold the best are dropped, the others cut in four, until bound and best
found agree. The bound is what is given back: it may be a hair too wide, never too narrow.

    MCC = (TP - base * flagged) / sqrt(base (1 - base) * flagged (1 - flagged)),  all as shares of everybody

Read with care: where nobody or everybody is flagged or positive MCC has no value, and close by it may be
anything; the range given is then wide, which is the truth.

Source: Matthews (1975), Biochimica et Biophysica Acta 405(2), 442-451, for the correlation; Land & Doig
(1960), Econometrica 28(3), 497-520, for the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .metric_ranges import Solid

CLOSE_ENOUGH = 5e-5
"""The search stops when bound and best found are this close."""
MOST_BOXES = 30_000
"""Boxes looked at before the search stops with what it has: a bound all the same, only wider."""
ROUND_OFF = 1e-9
"""Added to every bound, far more than floating point can lose."""
TURNED = [2, 3, 0, 1]
"""The table with flags turned round: misses become right flags, and MCC changes its sign."""


class _Sides(NamedTuple):
    """Sides in base rate b, share flagged f and right flags t: `slope * t + flat . (1, b, f) >= 0`."""

    slope: NDArray[np.float64]
    flat: NDArray[np.float64]


def mcc_range(solid: Solid) -> tuple[float, float] | None:
    """Bounds on Matthews' correlation over all tables of a solid; None where it is defined nowhere.

    Args:
        solid: from `metric_ranges.fitting`.

    Returns:
        low, high: no table of the solid lies outside; the true extremes are within 0.00005, but for rare cases that would take too long.

    Example:
        >>> from evenhand.audit.metric_ranges import fitting
        >>> from evenhand.audit.printed_numbers import read_number
        >>> low, high = mcc_range(fitting({name: read_number(text).rounded for name, text in
        ...     {"accuracy": "0.9925", "precision": "0.7550", "recall": "0.3391"}.items()}))
        >>> f"{low:.4f} to {high:.4f}"
        '0.5029 to 0.5031'

    Read with care:
        The printed metrics are taken to come from one and the same table.

    Source: see the head of this file.
    """
    if solid.is_empty or not _somewhere(solid):
        return None
    points, sides = _as_arrays(solid)
    return -_most(points[:, TURNED], sides[:, TURNED]), _most(points, sides)


def can_have_mcc(solid: Solid, low: float, high: float) -> bool:
    """Whether some table of a solid may have Matthews' correlation between two numbers; no is certain, yes is up to 0.00005.

    The correlation takes every value between its least and its largest, so it is enough that the largest reaches `low` and the least `high`.
    """
    if solid.is_empty or not _somewhere(solid):
        return False
    points, sides = _as_arrays(solid)
    return _most(points, sides, enough=low) >= low and -_most(points[:, TURNED], sides[:, TURNED], enough=-high) <= high


def _as_arrays(solid: Solid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Corners and sides as numbers, a row each."""
    points = np.array([[float(share) for share in corner.at] for corner in solid.corners])
    return points, np.array([[float(weight) for weight in side] for side in solid.sides])


def mcc(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matthews' correlation of tables (TP, FP, FN, TN), shape (..., 4); nan where a margin is empty.

    Example:
        >>> float(mcc(np.array([90.0, 10, 10, 90])))
        0.8
    """
    tp, fp, fn, tn = np.moveaxis(np.asarray(tables, dtype=float), -1, 0)
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    over = np.sqrt(np.where(margins > 0, margins, np.nan))
    return (tp * tn - fp * fn) / over


def _somewhere(solid: Solid) -> bool:
    """Whether some table has all four margins: the corners' average has, if any has."""
    return all(any(corner.at[i] + corner.at[j] > 0 for corner in solid.corners) for i, j in ((0, 1), (0, 2), (3, 1), (3, 2)))


def _most(points: NDArray[np.float64], weights: NDArray[np.float64], *, enough: float = np.inf) -> float:
    """An upper bound on MCC over the solid, whose corners (TP, FP, FN, TN) are the points; no search goes on once it is known to be `enough` or less."""
    sides, other = _sides(weights), _sides(weights[:, ::-1])
    best = _best_of(points)
    base, flagged = points[:, 0] + points[:, 2], points[:, 0] + points[:, 1]
    boxes = np.array([[base.min(), base.max(), flagged.min(), flagged.max()]])
    looked_at = 0
    while True:
        looked_at += len(boxes)
        bounds = _bounds(boxes, sides, other)
        best = max(best, _found(boxes, sides))
        boxes, bounds = boxes[bounds > best], bounds[bounds > best]
        settled = best >= enough or bounds.max(initial=-1.0) < enough < np.inf
        if settled or not len(boxes) or bounds.max() - best < CLOSE_ENOUGH or looked_at + 4 * len(boxes) > MOST_BOXES:
            break
        boxes = _cut_in_four(boxes)
    return float(min(1.0, max(best, bounds.max(initial=-1.0)) + ROUND_OFF))


def _sides(weights: NDArray[np.float64]) -> _Sides:
    tp, fp, fn, tn = weights.T
    return _Sides(tp - fp - fn + tn, np.column_stack([tn, fn - tn, fp - tn]))


def _best_of(points: NDArray[np.float64]) -> float:
    """The best MCC at the corners and at mixtures of them, all of which fit."""
    rng = np.random.default_rng(0)
    mixed = rng.dirichlet(np.full(len(points), 0.3), size=500) @ points
    found = mcc(np.concatenate([points, mixed]))
    return float(np.nanmax(found)) if np.isfinite(found).any() else -1.0


def _bounds(boxes: NDArray[np.float64], sides: _Sides, other: _Sides) -> NDArray[np.float64]:
    """For each box a number that MCC does not exceed in it; minus infinity where no table of the box fits.

    MCC is the same when "yes" and "no" change names. Looked at both ways, the one bound is sharp where few are positive, the other
    where few are not. And MCC squared is (recall + specificity - 1) * (precision + NPV - 1), both of MCC's sign, which is sharp at the ends.
    """
    yes, no = _look(boxes, sides), _look(1 - boxes[:, [1, 0, 3, 2]], other)
    informed, marked = yes.recall + no.recall - 1, yes.precision + no.precision - 1
    root = np.sqrt(np.maximum(informed, 0) * np.maximum(marked, 0)) - np.sqrt(np.maximum(-informed, 0) * np.maximum(-marked, 0))
    bound = np.clip(np.minimum(np.minimum(yes.bound, no.bound), root), -1.0, 1.0) + ROUND_OFF
    return np.where(yes.fits, bound, -np.inf)


class _Look(NamedTuple):
    """Of each box: whether some table may fit, and the most that MCC, precision and recall can be."""

    fits: NDArray[np.bool_]
    bound: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]


def _look(boxes: NDArray[np.float64], sides: _Sides) -> _Look:
    b, f = boxes[:, [0, 0, 1, 1]], boxes[:, [2, 3, 2, 3]]
    flat = np.stack([np.ones_like(b), b, f], axis=-1) @ sides.flat.T  # (boxes, 4 corners, sides)
    up, down, level = sides.slope > 0, sides.slope < 0, sides.slope == 0
    most = -flat[..., down] / sides.slope[down]  # right flags are at most each of these, linear over the box
    least = -flat[..., up] / sides.slope[up]
    # What is linear over a box is largest at a corner of it, and so is t - b * f.
    fits = (flat[..., level].max(axis=1) >= -ROUND_OFF).all(axis=-1)
    fits &= ((most[..., :, None] - least[..., None, :]).max(axis=1) >= -ROUND_OFF).all(axis=(-1, -2))
    gain = (most - (b * f)[..., None]).max(axis=1).min(axis=-1)
    spread_b, spread_f = (b * (1 - b)).min(axis=1), (f * (1 - f)).min(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision, recall = _share_of(boxes[:, :2], boxes[:, 2:], sides, 2), _share_of(boxes[:, 2:], boxes[:, :2], sides, 1)
        odds_b, odds_f = boxes[:, 1] / (1 - boxes[:, 1]), boxes[:, 3] / (1 - boxes[:, 3])
        above = np.stack([
            gain / np.sqrt(spread_b * spread_f),
            (precision - boxes[:, 0]) * np.sqrt(odds_f / spread_b),
            (recall - boxes[:, 2]) * np.sqrt(odds_b / spread_f),
        ])
        below = gain / np.sqrt(_highest(boxes[:, :2]) * _highest(boxes[:, 2:]))
    return _Look(fits, np.where(gain > 0, np.nan_to_num(above, nan=1.0).min(axis=0), below), precision, recall)


def _share_of(other: NDArray[np.float64], whole: NDArray[np.float64], sides: _Sides, of: int) -> NDArray[np.float64]:
    """The most that right flags can be of all flags (of=2) or of all positives (of=1) in each box, also where there are next to none."""
    down = sides.slope < 0
    flat = -sides.flat[down] / sides.slope[down, None]  # t <= flat . (1, b, f)
    top = (flat[:, 0] + other[..., None] * flat[:, 3 - of]).max(axis=1)  # less what grows with the whole
    over = np.where(top > 0, top / whole[:, :1], top / whole[:, 1:])
    return np.minimum(1.0, (np.nan_to_num(over, nan=np.inf, posinf=np.inf) + flat[:, of]).min(axis=1))


def _highest(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest x (1 - x) between two ends: at one half if it lies between them."""
    at = np.clip(0.5, ends[:, 0], ends[:, 1])
    return at * (1 - at)


def _found(boxes: NDArray[np.float64], sides: _Sides) -> float:
    """The best MCC at the boxes' middles, where a table with that middle fits."""
    b, f = boxes[:, :2].mean(axis=1), boxes[:, 2:].mean(axis=1)
    flat = np.stack([np.ones_like(b), b, f], axis=-1) @ sides.flat.T
    up, down, level = sides.slope > 0, sides.slope < 0, sides.slope == 0
    most = (-flat[:, down] / sides.slope[down]).min(axis=1)
    least = (-flat[:, up] / sides.slope[up]).max(axis=1)
    there = (most >= least) & (flat[:, level] >= 0).all(axis=1) & (b * (1 - b) * f * (1 - f) > 0)
    if not there.any():
        return -1.0
    b, f, most = b[there], f[there], most[there]
    return float(((most - b * f) / np.sqrt(b * (1 - b) * f * (1 - f))).max())


def _cut_in_four(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    b1, b2, f1, f2 = boxes.T
    b, f = (b1 + b2) / 2, (f1 + f2) / 2
    return np.concatenate([np.column_stack(box) for box in ((b1, b, f1, f), (b1, b, f, f2), (b, b2, f1, f), (b, b2, f, f2))])
