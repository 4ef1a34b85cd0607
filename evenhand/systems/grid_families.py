"""Four ways from what is known of a cell to how many crimes to expect there next month.

    seasonal-naive   as many as in the same month last year
    recent-mean      as many as on average in the last two months
    poisson-glm      a Poisson regression on the columns of grid_features.py, against their base
    boosted          boosted trees under Poisson's loss on the same columns, against the same base

The first two are what the force says its analysts look at beside the forecast; the others are what may stand behind it.

Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., chapter 6 (recalled); scikit-learn, HistGradientBoostingRegressor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from .area_inputs import independent
from .area_regression import Fitted, fit_counts
from .grid_features import YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .grid_features import Design, Months

NAIVE = ("seasonal-naive", "recent-mean")
FAMILIES = (*NAIVE, "poisson-glm", "boosted")
RECENT = 2
RATE, LEAST_IN_LEAF, LEAVES = 0.1, 20, 31
"""scikit-learn's own defaults for boosted trees."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """What is expected, and what that rests on.

    Attributes:
        expected: crimes of each cell in the coming month, shape (cells,).
        names: columns that were used, in order; none for the naive families.
        left_out: columns that said nothing of their own: constant, or made up of earlier ones.
        regression: coefficients of columns each divided by its `spread`; None but for `poisson-glm`.
        spread: standard deviation of each column used among the rows, shape (columns,).
    """

    expected: NDArray[np.float64]
    names: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    regression: Fitted | None = None
    spread: NDArray[np.float64] | None = None


def seasonal_naive(crimes: Months) -> Learnt:
    """Each cell's crimes of the month a year before the coming one; where the records lack that month, as drawn between its neighbours.

    Raises:
        CannotAnswer: less than 12 months of records, or none in that month.
    """
    if crimes.many < YEAR:
        raise CannotAnswer(
            f"The records cover {crimes.many} months, so the same month last year is not among them; it takes 12. Choose another reading of `family`."
        )
    return Learnt(_any(crimes.counts[:, crimes.many - YEAR], crimes.name_of(crimes.many - YEAR)))


def recent_mean(crimes: Months) -> Learnt:
    """Each cell's mean crimes of the last two months, or of the one there is; a month that the records lack as above.

    Raises:
        CannotAnswer: none in those months.
    """
    last = crimes.counts[:, -RECENT:]
    return Learnt(_any(last.mean(axis=1), f"{crimes.name_of(crimes.many - last.shape[1])} to {crimes.name_of(crimes.many - 1)}"))


def poisson_glm(design: Design, *, ridge: float) -> Learnt:
    """A Poisson regression.

    expected = base * exp(intercept + sum over columns of coefficient * (value - mean) / spread)

    Columns are brought to mean 0 and standard deviation 1, so that the ridge pulls all alike; what it pulls towards is the base, each cell's own
    level carried forward. With no month to explain, the base is what is expected.

    Args:
        design: from `design_of`.
        ridge: half of it times the sum of the squared coefficients is taken from the log likelihood.

    Raises:
        CannotAnswer: no crimes in the months to be explained.
    """
    if not design.explained:
        return Learnt(design.base_now)
    _require_crimes(design)
    kept = independent(design.values)
    middle, spread = design.values[:, kept].mean(axis=0), design.values[:, kept].std(axis=0)
    found = fit_counts((design.values[:, kept] - middle) / spread, design.counts, design.base, ridge=ridge)
    linear = found.coefficients[0] + (design.now[:, kept] - middle) / spread @ found.coefficients[1:]
    return Learnt(design.base_now * np.exp(linear), *_used(design, kept), found, spread)


def boosted(design: Design, *, rounds: int, seed: int) -> Learnt:
    """Boosted trees under Poisson's loss.

    scikit-learn's learner takes no offset: it is told each row's crimes over its base, and weighs the row by its base, which is the same.
    It is run on one thread, since sums made by several differ in their last digits.

    Args:
        design: from `design_of`.
        rounds: trees.
        seed: of scikit-learn, which draws no lots here unless there are over 200,000 rows: then for where columns are cut.

    Raises:
        CannotAnswer: no month to explain, or no crimes in those there are.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    if not design.explained:
        raise CannotAnswer("The records leave no month to be explained by those before it, so nothing can be boosted. Choose another reading of `family`.")
    _require_crimes(design)
    kept = independent(design.values)
    if not len(kept):  # nothing tells cells or months apart, so the trees have nothing to split by
        return Learnt(np.asarray(design.base_now * design.counts.sum() / design.base.sum()), *_used(design, kept))
    learner: Any = HistGradientBoostingRegressor(
        loss="poisson", max_iter=rounds, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_IN_LEAF, early_stopping=False, random_state=seed
    )
    with threadpool_limits(1):
        learner.fit(design.values[:, kept], design.counts / design.base, sample_weight=design.base)
        expected = design.base_now * learner.predict(design.now[:, kept])
    return Learnt(np.asarray(expected), *_used(design, kept))


def _used(design: Design, kept: NDArray[np.int64]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    chosen = set(kept.tolist())
    return tuple(design.names[i] for i in kept), tuple(name for i, name in enumerate(design.names) if i not in chosen)


def _require_crimes(design: Design) -> None:
    if not design.counts.sum() > 0:
        raise CannotAnswer(
            f"None of the crimes was recorded in the {len(design.explained)} months to be explained by those before them, so nothing can be fitted. "
            "Choose another reading of `family`: recent-mean and seasonal-naive fit nothing."
        )


def _any(expected: NDArray[np.float64], when: str) -> NDArray[np.float64]:
    if not expected.sum() > 0:
        raise CannotAnswer(f"No crime was recorded in {when}, so this way none is expected anywhere. Choose another reading of `family`.")
    return expected
