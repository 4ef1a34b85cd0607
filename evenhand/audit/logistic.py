"""Logistic regression of yes or no on a few columns, from counts.

Rows alike in every column are one row with a count, so a million people cost what their distinct rows do.

Steps, in order:  checked -> Newton's steps (iteratively reweighted least squares) -> Fit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue, CannotAnswer
from .intervals import whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MOST_STEPS = 50
FARTHEST = 30.0
"""A coefficient beyond this (odds times ten million million) is one that runs away."""


class Fit(NamedTuple):
    """A fitted regression.

    Attributes:
        coefficients: one a column.
        covariance: of the coefficients.
        deviance: twice the shortfall from a model that fits every person's yes or no, as for rows of one person each.
        null_deviance: the same for the overall share alone.
    """

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    deviance: float
    null_deviance: float

    @property
    def errors(self) -> NDArray[np.float64]:
        """Standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.deviance + 2 * len(self.coefficients)


def logistic(columns: ArrayLike, yes: ArrayLike, no: ArrayLike) -> Fit:
    """Fit log odds of yes as a weighted sum of columns, by maximum likelihood.

    log(P / (1 - P)) = columns @ coefficients

    Args:
        columns: shape (rows, columns); give a column of ones for the intercept.
        yes, no: people of each row with and without the outcome, whole numbers, shape (rows,).

    Returns:
        Fit.

    Raises:
        CannotAnswer: all have the outcome or none; columns that are sums of others; or columns that tell the outcome
            apart perfectly, so that a coefficient has no end.
        BadValue: counts that are none, or a missing value in a column.

    Example:
        >>> fit = logistic([[1, 0], [1, 1]], [30, 60], [70, 40])
        >>> fit.coefficients.round(4).tolist(), fit.errors.round(4).tolist()
        ([-0.8473, 1.2528], [0.2182, 0.2988])

    Read with care:
        A coefficient is a difference of log odds among people alike in the other columns. If police made those
        columns (prior stops), holding them equal hides what was done through them.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., ch. 4.
    """
    x, have, lack = np.asarray(columns, dtype=float), whole_counts(yes, "people with the outcome"), whole_counts(no, "people without it")
    if not np.isfinite(x).all():
        raise BadValue("A column of the regression has missing or infinite values. Leave those people out, and say so.")
    if have.sum() == 0 or lack.sum() == 0:
        raise CannotAnswer("Either everybody or nobody has the outcome, so nothing can be told apart.")
    beta = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-(x @ beta)))
        information = x.T @ (x * ((have + lack) * chance * (1 - chance))[:, None])
        if np.linalg.cond(information) > 1e13:
            raise CannotAnswer("The columns of the regression cannot be told apart, or they tell the outcome apart perfectly. Leave one out.")
        step = np.linalg.solve(information, x.T @ (have - (have + lack) * chance))
        beta = beta + np.clip(step, -3, 3)
        if np.abs(beta).max() > FARTHEST * max(1.0, 1 / np.abs(x).max()):
            raise CannotAnswer("A column tells the outcome apart perfectly, so its coefficient has no end.")
        if np.abs(step).max() < 1e-10:
            break
    else:
        raise CannotAnswer("The regression does not settle, as where a column nearly tells the outcome apart.")
    alone = np.full(len(x), np.log(have.sum() / lack.sum()))
    return Fit(beta, np.asarray(np.linalg.inv(information)), _deviance(have, lack, x @ beta), _deviance(have, lack, alone))


def _deviance(have: NDArray[np.float64], lack: NDArray[np.float64], odds: NDArray[np.float64]) -> float:
    return float(2 * (have @ np.logaddexp(0, -odds) + lack @ np.logaddexp(0, odds)))
