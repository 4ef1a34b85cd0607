"""Label bias: the outcome is what was recorded, not what happened. What if one group's is recorded more often?

Suppose that of a group's true positives only a share rho has the outcome recorded, whatever their score, and that nobody
has it recorded falsely. Then of the counts seen

    true TP = TP / rho      true FN = FN / rho      true FP = FP - TP (1/rho - 1)      true TN = TN - FN (1/rho - 1)

so that FNR and TPR stay as they are; PPV and the base rate are 1/rho times what was seen; and FPR becomes
(FP - k TP) / (FP + TN - k (TP + FN)) with k = 1/rho - 1, which falls as recording gets worse wherever TPR is above FPR.
If the flag itself makes recording likelier (a flagged person is watched), each side has a rho of its own, and FNR moves too.

Nobody knows rho. So it is swept, and the tipping point given: how unequal recording must be for a conclusion to turn.

    mended_cells         the counts as they would be, were recording complete
    swept                a rate's difference between two groups, for each ratio of their recording
    tipping_ratio        the ratio of recording at which two groups' rates would be equal

Read with care: this is a what-if, not a correction. False recording, and recording that follows the score itself beyond the
flag, are left out.

Source: derived here; the set-up is that of Fogliato, G'Sell & Chouldechova (2020), AISTATS (arXiv 2003.13808), on noisy labels in
risk assessment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting
from .group_rates import FN, FP, TN, TP, share_of
from .intervals import Interval, over_or_nan, tail_share, whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SWEPT = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""Ratios of recording looked at: the group's share recorded over the reference's."""
TIPS = ("false_positive_rate", "positive_predictive_value", "base_rate")
"""Rates that unequal recording moves."""


class Tipping(NamedTuple):
    """Where two rates would be equal.

    Attributes:
        ratio: the group's share recorded over the reference's; nan where no ratio makes them equal.
        low, high: its limits; nan where draws find none.
    """

    ratio: float
    low: float
    high: float


def mended_cells(cells: ArrayLike, *, recorded: ArrayLike, recorded_if_flagged: ArrayLike | None = None) -> NDArray[np.float64]:
    """Counts as they would be, were every true outcome recorded.

    Args:
        cells: shape (..., 6); see `group_rates.cells_of`. People with unknown outcome stay as they are.
        recorded: share of true outcomes that are recorded (of people not flagged, where the next is given); above 0, at most 1.
        recorded_if_flagged: the same for flagged people; left out: the same.

    Returns:
        Shape (..., 6), no longer whole. nan where more true outcomes would be needed than there are people.

    Raises:
        BadSetting: a share that is none.

    Example:
        >>> mended_cells([1369, 805, 532, 990, 0, 0], recorded=0.9)[:4].round(1).tolist()
        [1521.1, 652.9, 591.1, 930.9]

    Read with care:
        See the head of this file.

    Source: see the head of this file.
    """
    seen = np.asarray(cells, dtype=float)
    plain = np.asarray(recorded, dtype=float)
    flagged = plain if recorded_if_flagged is None else np.asarray(recorded_if_flagged, dtype=float)
    if np.any((plain <= 0) | (plain > 1)) or np.any((flagged <= 0) | (flagged > 1)):
        raise BadSetting("The share of true outcomes that are recorded must lie above 0 and be at most 1.")
    shape = np.broadcast_shapes(seen.shape[:-1], plain.shape, flagged.shape)
    mended = np.broadcast_to(seen, (*shape, seen.shape[-1])).copy()
    for positive, negative, share in ((TP, FP, flagged), (FN, TN, plain)):
        unseen = seen[..., positive] * (1 / share - 1)
        mended[..., positive] += unseen
        mended[..., negative] -= unseen
    impossible = (mended[..., FP] < 0) | (mended[..., TN] < 0)
    mended[impossible] = np.nan
    return mended


def shares_of_ratio(ratio: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares recorded of the group and of the reference for a ratio of the two; whoever is recorded better is recorded in full.

    Example:
        >>> group, reference = shares_of_ratio([0.8, 1.0, 2.0])
        >>> group.tolist(), reference.tolist()
        ([0.8, 1.0, 1.0], [1.0, 1.0, 0.5])
    """
    r = np.asarray(ratio, dtype=float)
    if np.any(~(r > 0)):
        raise BadSetting("A ratio of recording must be above 0; 1 is equal recording.")
    return np.minimum(r, 1.0), np.minimum(1 / r, 1.0)


def swept(
    group: ArrayLike,
    reference: ArrayLike,
    rate: str,
    *,
    ratios: ArrayLike = SWEPT,
    flag_effect: float = 1.0,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
) -> Interval:
    """A rate of the group less the reference's, for each ratio of their recording.

    Args:
        group, reference: cells, shape (6,); see `group_rates.cells_of`.
        rate: one of `group_rates.RATES`.
        ratios: the group's share recorded over the reference's.
        flag_effect: recording of people not flagged over that of flagged ones, at most 1; 1: the flag changes nothing.
        level: coverage, between 0 and 1.
        replicates, seed: of the multinomial draws behind the limits.

    Returns:
        Interval, shape (ratios,). nan where a ratio would need more true outcomes than there are people; without limits
        where it would in some draws.

    Raises:
        BadSetting: a ratio or an effect that is none.

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> found = swept(black, white, "positive_predictive_value", ratios=[1.0, 1.2])
        >>> [f"{v:.3f} ({l:.3f} to {h:.3f})" for v, l, h in zip(*found)]
        ['0.038 (-0.001 to 0.078)', '-0.080 (-0.125 to -0.035)']

    Read with care:
        See the head of this file: a what-if for a ratio that nobody knows.

    Source: see the head of this file.
    """
    if not 0 < flag_effect <= 1:
        raise BadSetting(f"flag_effect={flag_effect!r} must lie above 0 and be at most 1; 1: the flag does not change what is recorded.")
    of_group, of_reference = shares_of_ratio(ratios)
    value = _difference(np.asarray(group, dtype=float)[None], np.asarray(reference, dtype=float)[None], rate, of_group, of_reference, flag_effect)
    one, other = (_drawn(cells, replicates, seed + at)[:, None, :] for at, cells in enumerate((group, reference)))
    drawn = _difference(one, other, rate, of_group, of_reference, flag_effect)
    return Interval(value, *_spread(value, drawn, level))


def tipping_ratio(group: ArrayLike, reference: ArrayLike, rate: str, *, level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Tipping:
    """The ratio of recording (group's share over reference's) at which two groups' rates would be equal.

    For PPV and the base rate it is the ratio of the two rates as seen. For FPR, with k = 1/share - 1 of the side recorded
    less, k = (FP - f (FP + TN)) / (TP - f (TP + FN)), where f is the other side's FPR. FNR does not move.

    Args:
        group, reference: cells, shape (6,).
        rate: "false_positive_rate", "positive_predictive_value" or "base_rate".
        level, replicates, seed: of the limits.

    Returns:
        Tipping; nan where no ratio makes the rates equal.

    Raises:
        BadSetting: a rate that recording does not move.

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> tips = tipping_ratio(black, white, "positive_predictive_value")
        >>> f"{tips.ratio:.3f} ({tips.low:.3f} to {tips.high:.3f})"
        '1.065 (0.997 to 1.137)'

    Read with care:
        A tipping ratio near 1 means that slightly unequal recording is enough to turn the conclusion. Far from 1 does not
        mean that it is safe: police recording can differ by group that much.

    Source: see the head of this file.
    """
    if rate not in TIPS:
        raise BadSetting(f"Unequal recording does not move '{rate}' to a tipping point. Choose one of {', '.join(TIPS)}.")
    one, other = (np.asarray(cells, dtype=float)[None] for cells in (group, reference))
    ratio = float(_tipping(one, other, rate)[0])
    drawn = _tipping(_drawn(group, replicates, seed), _drawn(reference, replicates, seed + 1), rate)
    if not np.isfinite(ratio) or np.isnan(drawn).mean() > 0.01:
        return Tipping(ratio, float("nan"), float("nan"))
    low, high = _spread(np.log([ratio]), np.log(drawn[~np.isnan(drawn)])[:, None], level)
    return Tipping(ratio, float(np.exp(low[0])), float(np.exp(high[0])))


def _difference(
    group: NDArray[np.float64], reference: NDArray[np.float64], rate: str, of_group: NDArray[np.float64], of_reference: NDArray[np.float64], effect: float
) -> NDArray[np.float64]:
    one = mended_cells(group, recorded=of_group * effect, recorded_if_flagged=of_group)
    other = mended_cells(reference, recorded=of_reference * effect, recorded_if_flagged=of_reference)
    return share_of(one, rate) - share_of(other, rate)


def _tipping(group: NDArray[np.float64], reference: NDArray[np.float64], rate: str) -> NDArray[np.float64]:
    if rate != "false_positive_rate":
        return over_or_nan(share_of(group, rate), share_of(reference, rate))
    of_group, of_reference = share_of(group, rate), share_of(reference, rate)
    # Whoever has the higher rate as seen must be the one recorded less: its rate falls.
    higher = of_group >= of_reference
    less = np.where(higher[:, None], group, reference)
    aim = np.where(higher, of_reference, of_group)
    top, bottom = less[:, FP] - aim * (less[:, FP] + less[:, TN]), less[:, TP] - aim * (less[:, TP] + less[:, FN])
    k = over_or_nan(top, np.where(bottom > 0, bottom, 0.0))
    possible = (k * less[:, TP] <= less[:, FP]) & (k * less[:, FN] <= less[:, TN])
    share = np.where(possible, 1 / (1 + k), np.nan)
    return np.where(higher, share, 1 / share)


def _drawn(cells: ArrayLike, replicates: int, seed: int) -> NDArray[np.float64]:
    people = whole_counts(cells, "people")
    return np.random.default_rng(seed).multinomial(int(people.sum()), people / max(people.sum(), 1), size=replicates).astype(float)


def _spread(value: NDArray[np.float64], drawn: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Normal limits from the spread of draws; nan where a draw has no value."""
    from scipy.special import ndtri

    off = ndtri(1 - tail_share(level)) * drawn.std(axis=0, ddof=1)
    return value - off, value + off
