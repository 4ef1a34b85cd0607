"""Logistic regression on features of people: the plainest model that gives everybody a probability.

Shared by the systems that are said to give a probability, or whose makers do not say what they use. Features are brought to mean 0 and
standard deviation 1 before the fitting and carry a light ridge, so that a feature that nearly repeats another does not throw the fit.

Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., chapters 2 and 4 (recalled): iteratively reweighted least squares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LEAST = 10
"""Fewer people than this in either class, and nothing is fitted."""
STEPS = 100
CLOSE = 1e-8


@dataclass(frozen=True, eq=False)
class Logistic:
    """A fitted regression: probability = 1 / (1 + exp(-(intercept + sum of coefficient * (feature - mean) / spread))).

    Attributes:
        names: features, in order.
        intercept: log odds of somebody with the mean of every feature.
        coefficients: change of log odds with one standard deviation, shape (features,); 0 for a feature that is the same for all.
        mean, spread: of each feature among those learnt from.
        n, positives: people learnt from, and how many of them the outcome came about for.
    """

    names: tuple[str, ...]
    intercept: float
    coefficients: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    n: int
    positives: int

    def log_odds(self, features: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Log odds of each person, shape (people,)."""
        slope, found = self.per_unit, None
        for name in self.names:  # one feature at a time: a table of a million people and twenty features is never made
            part = np.asarray(features[name], dtype=float) * slope[name]
            found = part if found is None else found + part
        return np.asarray((0.0 if found is None else found) + self.intercept - float(self.coefficients @ (self.mean / self.spread)))

    def probability(self, features: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Probability of each person, shape (people,)."""
        return as_probability(self.log_odds(features))

    @property
    def per_unit(self) -> dict[str, float]:
        """Change of log odds with one unit of each feature."""
        return dict(zip(self.names, (self.coefficients / self.spread).tolist(), strict=True))

    def shifted(self, by: float) -> Logistic:
        """The same with another intercept."""
        return replace(self, intercept=self.intercept + by)


def fit_logistic(features: Mapping[str, NDArray[Any]], outcome: NDArray[Any], *, ridge: float = 1.0) -> Logistic:
    """Fit by iteratively reweighted least squares.

    Args:
        features: name -> one number for each person.
        outcome: whether it came about, shape (people,).
        ridge: half of it times the sum of the squared coefficients (of features divided by their spread) is taken from the log likelihood.

    Raises:
        CannotAnswer: too few people, or the outcome came about for too few or nearly all.

    Example:
        >>> priors = np.repeat([0.0, 1.0], 100)
        >>> found = fit_logistic({"priors": priors}, np.arange(200) % 100 < np.where(priors, 50, 20), ridge=0)
        >>> found.probability({"priors": np.array([0, 1])}).round(6).tolist()
        [0.2, 0.5]
    """
    happened = np.asarray(outcome, dtype=float)
    n, positives = len(happened), int(happened.sum())
    if min(positives, n - positives) < LEAST:
        raise CannotAnswer(
            f"The outcome came about for {positives:,} of {n:,} people to learn from; a regression takes at least {LEAST} for whom it did and {LEAST} for whom "
            "it did not. Choose another reading, or take more people or a longer time."
        )
    names = tuple(features)
    values = np.stack([np.asarray(features[name], dtype=float) for name in names], axis=1)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    same = spread < 1e-12 * np.maximum(1.0, np.abs(mean))
    spread = np.where(same, 1.0, spread)
    design = np.column_stack([np.ones(n), np.where(same, 0.0, (values - mean) / spread)])
    pulls = np.concatenate([[0.0], np.where(same, 1.0, ridge)])
    beta = _climbed(design, happened, pulls, start=float(np.log(positives / (n - positives))))
    return Logistic(names, float(beta[0]), beta[1:], mean, spread, n, positives)


def _climbed(design: NDArray[np.float64], happened: NDArray[np.float64], pulls: NDArray[np.float64], *, start: float) -> NDArray[np.float64]:
    """Where the log likelihood less half the pulls times the squared coefficients is highest. A step that leads down is halved until it does not."""

    def height(at: NDArray[np.float64]) -> float:
        linear = design @ at
        return float(happened @ linear - np.logaddexp(0, linear).sum() - 0.5 * pulls @ at**2)

    beta = np.zeros(design.shape[1])
    beta[0] = start
    reached = height(beta)
    for _ in range(STEPS):
        expected = as_probability(design @ beta)
        slope = design.T @ (happened - expected) - pulls * beta
        bend = (design.T * (expected * (1 - expected))) @ design + np.diag(pulls)
        step = np.linalg.solve(bend, slope)
        while height(beta + step) < reached - CLOSE * abs(reached) and np.abs(step).max() > CLOSE:
            step = step / 2
        beta, reached = beta + step, height(beta + step)
        if np.abs(step).max() < CLOSE:
            break
    return beta


def as_probability(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * log_odds)))


def shift_for_share(log_odds: NDArray[np.float64], *, above: float, share: float) -> float:
    """By how much to move an intercept so that a share of people exceed a probability.

    The cut falls half way between the last person above and the first below. People with the same log odds stay together, so that the share is met
    as nearly as they allow.

    Args:
        log_odds: of everybody scored, shape (people,).
        above: the probability to exceed.
        share: of people, between 0 and 1.

    Example:
        >>> shift_for_share(np.array([-2.0, -1.0, 0.0, 1.0]), above=0.5, share=0.25)
        -0.5
    """
    if not len(log_odds):
        return 0.0
    levels, counts = np.unique(log_odds, return_counts=True)
    over = np.concatenate([np.cumsum(counts[::-1])[::-1], [0]])  # people at each level or above it, and nobody above the last
    cut = int(np.abs(over - share * len(log_odds)).argmin())
    below = levels[cut - 1] if cut else levels[0] - 2.0
    first = levels[cut] if cut < len(levels) else levels[-1] + 2.0
    return float(np.log(above / (1 - above)) - (below + first) / 2)
