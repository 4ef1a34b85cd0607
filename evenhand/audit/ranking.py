"""Ranking: does a score put those with the outcome above those without, within a group and across groups?

A ranking is judged from counts of people by score and outcome, ties counted half. The variance of such
a figure is that of each person's own contribution to it (DeLong's), so counts are enough for that too; and
where areas are known, contributions are added up by area first, so that people of one area are not
taken as independent (Obuchowski's).

    auc        positives of a group against negatives of the same, or of another (xAUC)
    limits     its interval
    auc_gap    one such figure less another

Read with care: an AUC looks at every threshold and so at none. A score can rank well within each group
and still flag one group far more often.

Steps, in order:  histogram -> auc -> limits, auc_gap
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from .intervals import Interval, tail_share, whole_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


class Histogram(NamedTuple):
    """People by group and score, scores in rising order.

    Attributes:
        scores: shape (scores,).
        positives, negatives: people with and without the outcome recorded, shape (groups, scores), or (areas, groups, scores).
    """

    scores: NDArray[np.float64]
    positives: NDArray[np.float64]
    negatives: NDArray[np.float64]


class Auc(NamedTuple):
    """A ranking figure with what its variance is made of.

    Attributes:
        value: the chance that a random positive is scored above a random negative, ties counted half; nan where one side is nobody.
        variance: of `value`; nan where fewer than two people stand on a side, or all contribute alike.
        shares: each area's contribution to the error, for gaps between figures of the same areas; None where people are independent.
    """

    value: float
    variance: float
    shares: NDArray[np.float64] | None = None


def histogram(counts: pd.DataFrame, groups: Sequence[Any], *, by_area: bool = False) -> Histogram:
    """People by group, score and outcome; those without a group, a score or a known outcome are left out.

    Args:
        counts: group, score, outcome, people (and area_code).
        groups: in the order wanted.
        by_area: one more axis in front, for the areas.

    Returns:
        Histogram.

    Raises:
        BadValue: nobody has both a score and a known outcome.

    Example:
        >>> import pandas as pd
        >>> counts = pd.DataFrame({"group": ["A", "A"], "score": [2.0, 1.0], "outcome": [True, False], "people": [3, 4]})
        >>> found = histogram(counts, ["A"])
        >>> found.scores.tolist(), found.positives.tolist(), found.negatives.tolist()
        ([1.0, 2.0], [[0.0, 3.0]], [[4.0, 0.0]])
    """
    kept = counts[counts["group"].isin(list(groups)) & counts["score"].notna() & counts["outcome"].notna()]
    if by_area:
        kept = kept[kept["area_code"].notna()]
    if kept.empty:
        raise BadValue("Nobody has a group, a score and a known outcome, so nothing can be said of ranking.")
    scores, at = np.unique(kept["score"].to_numpy(dtype=float), return_inverse=True)
    row = kept["group"].map({name: place for place, name in enumerate(groups)}).to_numpy(dtype=int)
    rows = len(groups)
    if by_area:
        areas, area = np.unique(kept["area_code"].to_numpy(dtype=str), return_inverse=True)
        row, rows = area * len(groups) + row, len(areas) * len(groups)
    people, positive = kept["people"].to_numpy(dtype=float), kept["outcome"].to_numpy(dtype=bool)
    shape = (-1, len(groups), len(scores)) if by_area else (len(groups), len(scores))

    def counted(which: NDArray[np.bool_]) -> NDArray[np.float64]:
        added = np.bincount((row * len(scores) + at)[which], weights=people[which], minlength=rows * len(scores))
        return added.astype(float).reshape(shape)

    return Histogram(scores, counted(positive), counted(~positive))


def auc(positives: ArrayLike, negatives: ArrayLike) -> Auc:
    """The chance that a random positive is scored above a random negative, ties counted half, with DeLong's variance.

    Args:
        positives, negatives: people by score, scores in rising order, shape (scores,); or (areas, scores), and then people
            of one area are not taken as independent. Positives and negatives may be of different groups (xAUC).

    Returns:
        Auc.

    Raises:
        BadValue: counts that are none.

    Example:
        >>> found = auc([1, 2, 7], [6, 3, 1])
        >>> low, high = limits(found)
        >>> f"{found.value:.3f} ({low:.2f} to {high:.2f})"
        '0.845 (0.59 to 0.95)'

    Read with care:
        0.5 is a coin, below it the wrong way round. How many are wrongly flagged depends on the threshold, which this leaves out.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), 837-845; Obuchowski (1997), Biometrics 53(2), 567-578, for areas.
    """
    pos, neg = whole_counts(positives, "positives"), whole_counts(negatives, "negatives")
    by_area = pos.ndim == 2
    have, lack = (pos.sum(axis=0), neg.sum(axis=0)) if by_area else (pos, neg)
    m, n = have.sum(), lack.sum()
    if m == 0 or n == 0:
        return Auc(float("nan"), float("nan"))
    of_positive = (np.cumsum(lack) - lack / 2) / n  # share of negatives below each score, half of those at it
    of_negative = 1 - (np.cumsum(have) - have / 2) / m
    value = float(have @ of_positive / m)
    if by_area:
        shares = pos @ (of_positive - value) / m + neg @ (of_negative - value) / n
        areas = int(((pos.sum(axis=1) + neg.sum(axis=1)) > 0).sum())
        variance = float((shares**2).sum() * areas / (areas - 1)) if areas > 1 else float("nan")
        return Auc(value, variance or float("nan"), shares)
    if m < 2 or n < 2:
        return Auc(value, float("nan"))
    spread = have @ (of_positive - value) ** 2 / (m - 1) / m + lack @ (of_negative - value) ** 2 / (n - 1) / n
    return Auc(value, float(spread) or float("nan"))


def limits(found: Auc, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of a ranking figure, on the logit scale so that they stay within 0 and 1.

    Args:
        found: from `auc`.
        level: coverage, between 0 and 1.

    Returns:
        Low and high; nan where there is no variance, as when every positive is above every negative.

    Example:
        >>> low, high = limits(Auc(0.70, 0.0001))
        >>> f"{low:.3f} to {high:.3f}"
        '0.680 to 0.719'

    Source: Pepe (2003), The Statistical Evaluation of Medical Tests, ch. 5.2.
    """
    from scipy.special import expit, logit

    if not 0 < found.value < 1 or not found.variance > 0:
        return float("nan"), float("nan")
    middle, off = logit(found.value), _deviations(level, found) * np.sqrt(found.variance) / (found.value * (1 - found.value))
    return float(expit(middle - off)), float(expit(middle + off))


def auc_gap(one: Auc, other: Auc, *, level: float = 0.95) -> Interval:
    """One ranking figure less another that rests on other people, with limits.

    Args:
        one, other: from `auc`; nobody stands on the same side of both. With areas, both over the same areas.
        level: coverage, between 0 and 1.

    Returns:
        Interval, from -1 to 1; 0 is parity. nan where either has none.

    Example:
        >>> gap = auc_gap(Auc(0.6918, 0.00007), Auc(0.6931, 0.00011))
        >>> f"{gap.value:.4f} ({gap.low:.3f} to {gap.high:.3f})"
        '-0.0013 (-0.028 to 0.025)'

    Read with care:
        Equal AUCs do not mean equal treatment: see the head of this file.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), 837-845; Kallus & Zhou (2019), NeurIPS 32, for
    the difference of two cross-group figures.
    """
    value = one.value - other.value
    variance = one.variance + other.variance
    if one.shares is not None and other.shares is not None:
        areas = len(one.shares)
        variance = float(((one.shares - other.shares) ** 2).sum() * areas / (areas - 1)) if areas > 1 else float("nan")
    off = _deviations(level, one) * float(np.sqrt(variance)) if np.isfinite(variance) else float("nan")
    return Interval(*(np.asarray(number) for number in (value, max(value - off, -1.0), min(value + off, 1.0))))


def tie_doubt(positives: ArrayLike, negatives: ArrayLike) -> float:
    """How far an AUC could be off because scores were put into bins: half the share of pairs that fell into one bin.

    Example:
        >>> tie_doubt([1, 1], [1, 1])
        0.25
    """
    have, lack = whole_counts(positives, "positives"), whole_counts(negatives, "negatives")
    return float(have @ lack / 2 / max(have.sum() * lack.sum(), 1.0))


def roc(positives: ArrayLike, negatives: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of negatives and of positives at or above each score, from none to all: the points of a ROC curve.

    Example:
        >>> wrongly, rightly = roc([1, 3], [3, 1])
        >>> wrongly.tolist(), rightly.tolist()
        ([0.0, 0.25, 1.0], [0.0, 0.75, 1.0])
    """
    have, lack = whole_counts(positives, "positives"), whole_counts(negatives, "negatives")
    above = [np.concatenate([[0.0], np.cumsum(one[::-1]) / max(one.sum(), 1.0)]) for one in (lack, have)]
    return above[0], above[1]


def _deviations(level: float, found: Auc) -> float:
    """How many standard deviations an interval reaches: the normal number, Student's for as many areas as there are."""
    from scipy.special import ndtri, stdtrit

    tail = 1 - tail_share(level)
    return float(ndtri(tail) if found.shares is None else stdtrit(max(len(found.shares) - 1, 1), tail))
