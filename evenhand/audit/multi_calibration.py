"""Multi-calibration: in which cells does the outcome come more, or less, often than people's scores say?

A score can mean the same for every group and still mistake a cell: young women, say. For each cell the people with the
outcome are held against those expected, were it as frequent as among everybody with the same scores (or as the score states).

Read with care: a search over many cells. Its p-values are raised for their number; a cell not called has not been shown to be right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .intervals import Interval, over_or_nan, share_wilson, whole_counts
from .multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class OverExpected(NamedTuple):
    """Observed over expected by cell, with limits; the people expected; and p-values raised for the number of cells."""

    ratio: Interval
    expected: NDArray[np.float64]
    p_value: NDArray[np.float64]


def outcome_over_expected(positives: ArrayLike, negatives: ArrayLike, *, stated: ArrayLike | None = None, level: float = 0.95) -> OverExpected:
    """People of each cell with the outcome over those expected from their scores.

    expected = sum over scores of people of the cell * share with the outcome among everybody of that score

    Args:
        positives, negatives: people with and without the outcome, shape (cells, scores).
        stated: probability that each score states, shape (scores,); left out: the share among everybody of that score.
        level: coverage of each, between 0 and 1.

    Returns:
        OverExpected, shape (cells,). Above 1: scores understate the cell. nan for a cell of nobody or with nobody expected.

    Raises:
        BadValue: counts that are none.

    Example:
        >>> found = outcome_over_expected([[30, 70], [20, 60], [21, 58]], [[70, 30], [80, 40], [79, 42]])
        >>> [f"{ratio:.2f} (p {p:.3f})" for ratio, p in zip(found.ratio.value, found.p_value)]
        ['1.16 (p 0.028)', '0.93 (p 0.228)', '0.92 (p 0.228)']

    Read with care:
        The limits take the expected number as known and people of a cell as alike: they cover somewhat more than they say. A cell is
        itself part of everybody, so a large cell can hardly stand out.

    Source: Hébert-Johnson, Kim, Reingold & Rothblum (2018), ICML, 1939-1948; Breslow & Day (1987), Statistical Methods in Cancer
    Research II, ch. 2 (indirect standardisation).
    """
    from scipy.special import ndtr

    have, lack = whole_counts(positives, "people with the outcome"), whole_counts(negatives, "people without it")
    people = have + lack
    at_score = people.sum(axis=0)
    chance = over_or_nan(have.sum(axis=0), at_score) if stated is None else np.asarray(stated, dtype=float)
    chance = np.where(at_score > 0, chance, 0.0)
    expected, seen, size = people @ chance, have.sum(axis=1), people.sum(axis=1)
    own = over_or_nan(people, np.broadcast_to(at_score, people.shape)) if stated is None else np.zeros_like(people)
    variance = (people * np.where(np.isnan(own), 0.0, 1 - own) * chance * (1 - chance)).sum(axis=1)
    z = over_or_nan(np.abs(seen - expected), np.sqrt(variance))
    share = share_wilson(seen, size, level=level)
    limits = (over_or_nan(one * size, np.where(np.isnan(one), 0.0, expected)) for one in (share.value, share.low, share.high))
    return OverExpected(Interval(*limits), expected, benjamini_hochberg(np.where(np.isnan(z), np.nan, 2 * ndtr(-z))))
