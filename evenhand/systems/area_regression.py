"""Counts of areas explained by inputs: Poisson regression with an offset, and a pull towards nothing where it is asked for.

    expected events of an area = base * exp(intercept + sum over inputs of coefficient * input)

The base (residents, ground) enters with a coefficient held at one. A ridge takes `ridge / 2` times the sum of the squared
coefficients from the log likelihood, the intercept's aside: a coefficient then stays finite where the counts alone would let
it run away, and inputs that say the same share what they explain.

Recorded crime scatters more than Poisson's, and the more the higher the mean. So standard errors are taken from the scatter
that is there (the "sandwich", each area's error enlarged by how far it drew the fit to itself, "HC3"): they need no rule for how
the variance goes with the mean, only that areas are independent of each other, which neighbours are not.

Fitted by Newton's method. Its twins, statsmodels and leaving out one area at a time, are in tests/systems/test_area_regression.py.

Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., chapter 6; MacKinnon & White (1985), Journal of
Econometrics 29(3), 305-325 (both recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_STEPS, _HALVINGS, _ENOUGH, _FURTHEST = 60, 40, 1e-13, 20.0
_LEAST_OWN = 1e-6
"""An area that draws the fit wholly to itself has no error left to enlarge."""


@dataclass(frozen=True)
class Fitted:
    """A fitted regression.

    Attributes:
        coefficients: intercept first; shape (1 + inputs,). The inputs' are log ratios.
        standard_errors: same shape; nan where there is no freedom.
        dispersion: Pearson's chi-squared over the degrees of freedom; 1 where counts scatter as Poisson's; nan likewise.
        freedom: areas less coefficients.
        log_likelihood: Poisson's, without the pull, up to what depends on the counts alone.
    """

    coefficients: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    dispersion: float
    freedom: int
    log_likelihood: float

    def interval(self, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ends of the coefficients' intervals, by Student's t on the freedom there is; nan where there is none."""
        from scipy.stats import t

        if self.freedom < 1:
            nothing = np.full(len(self.coefficients), np.nan)
            return nothing, nothing
        reach = float(t.ppf((1 + level) / 2, self.freedom)) * self.standard_errors
        return self.coefficients - reach, self.coefficients + reach


def fit_counts(inputs: NDArray[np.float64], events: ArrayLike, base: ArrayLike, *, ridge: float = 0.0) -> Fitted:
    """Poisson regression of counts on inputs, the log of the base as offset.

    Args:
        inputs: shape (areas, inputs), without a column of ones.
        events: counts, from 0; shares of events are allowed, for an area may hold a part of a cell. Shape (areas,).
        base: what they are set against, above 0; shape (areas,).
        ridge: the pull; 0 for none.

    Raises:
        CannotAnswer: no events; or, without a pull, a coefficient that grows without end.

    Example:
        >>> found = fit_counts(np.array([[0.0], [0.0], [1.0], [1.0]]), [1, 3, 4, 8], [10, 10, 10, 10])
        >>> np.exp(found.coefficients).round(6).tolist()  # 4 of 20, and three times as many
        [0.2, 3.0]
    """
    counts, size = np.asarray(events, dtype=float), np.asarray(base, dtype=float)
    if not counts.sum() > 0:
        raise CannotAnswer("There are no events in the months to be explained, so nothing can be fitted to them. Choose another reading of `target_months`.")
    columns = np.column_stack([np.ones(len(counts)), inputs])
    pull = np.append(0.0, np.full(columns.shape[1] - 1, float(ridge)))

    def height(at: NDArray[np.float64]) -> float:
        linear = columns @ at
        return float(counts @ linear - size @ np.exp(np.minimum(linear, 700.0)) - (pull @ at**2) / 2)

    at = np.append(np.log(counts.sum() / size.sum()), np.zeros(len(pull) - 1))
    for _ in range(_STEPS):
        mean = size * np.exp(columns @ at)
        slope = columns.T @ (counts - mean) - pull * at
        step = np.linalg.lstsq((columns.T * mean) @ columns + np.diag(pull), slope, rcond=None)[0]
        at = _uphill(height, at, step)
        # What is left after a step is about the square of what was left before it, so this last one was worth taking.
        if slope @ step <= _ENOUGH * max(1.0, counts.sum()) or np.abs(at[1:]).max(initial=0.0) > _FURTHEST:
            break
    _require_end(at, slope, counts)
    return _described(columns, counts, size, at, pull)


def _uphill(height, at: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:  # type: ignore[no-untyped-def]
    """The step taken, halved until it leads no lower; near the top, heights differ by rounding alone, and the step is taken."""
    least = height(at)
    least -= 1e-11 * abs(least)
    for _ in range(_HALVINGS):
        if height(at + step) >= least:
            return at + step
        step = step / 2
    return at


def _require_end(at: NDArray[np.float64], slope: NDArray[np.float64], counts: NDArray[np.float64]) -> None:
    if np.abs(at[1:]).max(initial=0.0) > _FURTHEST or np.abs(slope).max() > 1e-6 * max(1.0, counts.sum()):
        raise CannotAnswer(
            "The inputs tell areas with crime from areas without so sharply that a coefficient grows without end: there are too few events for "
            "so many inputs. Choose another reading: a `ridge` above 0, or fewer `inputs`."
        )


def _described(
    columns: NDArray[np.float64], counts: NDArray[np.float64], size: NDArray[np.float64], at: NDArray[np.float64], pull: NDArray[np.float64]
) -> Fitted:
    mean = size * np.exp(columns @ at)
    freedom = len(counts) - len(at)
    likelihood = float(counts @ np.log(mean) - mean.sum())
    if freedom < 1:
        return Fitted(at, np.full(len(at), np.nan), float("nan"), freedom, likelihood)
    dispersion = float(((counts - mean) ** 2 / mean).sum() / freedom)
    bread = np.linalg.pinv((columns.T * mean) @ columns + np.diag(pull))
    drawn = np.einsum("ij,jk,ik->i", columns, bread, columns) * mean
    error = (counts - mean) / np.maximum(1.0 - drawn, _LEAST_OWN)
    half = bread @ (columns.T * error)
    return Fitted(at, np.sqrt((half**2).sum(axis=1)), dispersion, freedom, likelihood)
