"""Two models of counts fitted to a table of distinct patterns: Poisson, and the negative binomial whose variance grows with the mean.

Where columns say yes or no, cells with the same answers form a pattern, and the likelihood of all cells follows
from few numbers a pattern: for Poisson how many cells and how many events; for the negative binomial of variance
mean * (1 + sigma) ("NB1"; "NBII" in R's gamlss) also how many cells hold more than 0, 1, 2, … events, because

    log gamma(y + a) - log gamma(a) = sum over k < y of log(a + k),     a = mean / sigma.

No special function is needed, and the cost follows the patterns, not the cells. Both are fitted by Newton's method
with exact second derivatives.

The slow twin, statsmodels on all cells, is in tests/systems/test_count_models.py.

Source: Cameron & Trivedi (2013), Regression Analysis of Count Data, 2nd ed., section 3.3; Rigby & Stasinopoulos (2005),
Applied Statistics 54(3), 507-554 (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LARGEST = 15.0
"""A coefficient beyond this is one that grows without end: all events on one side of a column."""
LEAST_LOG_SIGMA = -8.0
"""Where sigma is held when counts scatter no more than Poisson's."""
FAMILIES = ("poisson", "nb1")
_STEPS, _HALVINGS, _ENOUGH = 100, 30, 1e-12


@dataclass(frozen=True)
class Patterns:
    """Cells added up over equal answers.

    Attributes:
        answers: 0 or 1, a first column of ones before them; shape (patterns, 1 + columns).
        cells, events: of each pattern.
        constant: minus the sum over cells of log(events!).
        pattern, more_than, holding: `holding` cells of the `pattern` have more than `more_than` events; shape (entries,) each.
    """

    answers: NDArray[np.float64]
    cells: NDArray[np.float64]
    events: NDArray[np.float64]
    constant: float
    pattern: NDArray[np.int64]
    more_than: NDArray[np.float64]
    holding: NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """A fitted model.

    Attributes:
        family: `poisson` or `nb1`.
        coefficients: intercept first; shape (1 + columns,).
        log_sigma: nan for Poisson.
        log_likelihood: of all cells.
        cells: how many.
        standard_errors: of the coefficients, from the likelihood's curvature; they know nothing of how columns were chosen.
        is_finite: False where a coefficient grows without end.
    """

    family: str
    coefficients: NDArray[np.float64]
    log_sigma: float
    log_likelihood: float
    cells: float
    standard_errors: NDArray[np.float64]
    is_finite: bool

    @property
    def parameters(self) -> int:
        """Numbers fitted: intercept and coefficients, and sigma where there is one."""
        return len(self.coefficients) + (self.family == "nb1")

    @property
    def bic(self) -> float:
        """The Bayesian information criterion; lower is better."""
        return information_criterion(-2 * self.log_likelihood, parameters=self.parameters, cells=self.cells)


def information_criterion(deviance: float, *, parameters: int, cells: float | None = None) -> float:
    """BIC (also SBC) for a number of cells, or AIC where none is given.

    Args:
        deviance: minus twice the log likelihood ("global deviance").
        parameters: numbers fitted.
        cells: how many; None for AIC.

    Example:
        >>> deviance = 18288.17  # the Leeds run of RTMDx
        >>> f"{information_criterion(deviance, parameters=4):.2f} {information_criterion(deviance, parameters=4, cells=9199):.2f}"
        '18296.17 18324.68'
    """
    return float(deviance + parameters * (2.0 if cells is None else np.log(cells)))


def patterns_of(columns: NDArray[np.bool_], events: ArrayLike) -> Patterns:
    """The table of distinct patterns.

    Args:
        columns: shape (cells, columns).
        events: whole numbers, shape (cells,).

    Example:
        >>> table = patterns_of(np.array([[True], [False], [True]]), [2, 0, 1])
        >>> table.answers.tolist(), table.cells.tolist(), table.events.tolist()
        ([[1.0, 0.0], [1.0, 1.0]], [1.0, 2.0], [0.0, 3.0])
        >>> table.more_than.tolist(), table.holding.tolist()  # of the second pattern 2 cells hold more than 0, 1 more than 1
        ([0.0, 1.0], [2.0, 1.0])
    """
    counts = np.asarray(events)
    answers, pattern = np.unique(np.asarray(columns, dtype=np.uint8), axis=0, return_inverse=True)
    pattern, many = pattern.ravel(), len(answers)
    pairs = Pairs.of(pattern, counts)
    return Patterns(
        np.column_stack([np.ones(many), answers.astype(float)]),
        np.bincount(pattern, minlength=many).astype(float),
        np.asarray(np.bincount(pattern, counts, many), dtype=float),
        log_factorials(counts),
        pairs.pattern[pairs.pair],
        pairs.more_than,
        pairs.holding(np.bincount(pairs.of_cell).astype(float)[:, None])[:, 0] if len(pairs.pattern) else np.empty(0),
    )


def log_factorials(events: NDArray[np.float64]) -> float:
    """Minus the sum of log(events!)."""
    from scipy.special import gammaln

    counts = np.bincount(np.asarray(events, dtype=np.int64))
    return -float(counts @ gammaln(np.arange(len(counts)) + 1.0))


@dataclass(frozen=True)
class Pairs:
    """Cells that hold events, by pattern and number of events.

    Attributes:
        with_events: positions of the cells that hold any.
        of_cell: which pair each of those is.
        pattern: of each pair, rising; within a pattern numbers of events rise; shape (pairs,).
        ends: position of the last pair of each pair's pattern.
        pair, more_than: one entry for each number of events below a pair's and not below that of the pair before it in its pattern.
    """

    with_events: NDArray[np.int64]
    of_cell: NDArray[np.int64]
    pattern: NDArray[np.int64]
    ends: NDArray[np.int64]
    pair: NDArray[np.int64]
    more_than: NDArray[np.float64]

    @classmethod
    def of(cls, pattern: NDArray[np.int64], events: NDArray[np.float64]) -> Pairs:
        """Pairs from each cell's pattern and events."""
        counts = np.asarray(events, dtype=np.int64)
        here = np.flatnonzero(counts > 0)
        scale = int(counts.max(initial=0)) + 1
        keys, of_cell = np.unique(pattern[here] * scale + counts[here], return_inverse=True)
        which, number = np.divmod(keys, scale)
        is_first = np.append(True, which[1:] != which[:-1])[: len(keys)]
        below = np.where(is_first, 0, np.append(0, number[:-1])[: len(keys)])
        gap = number - below
        pair = np.repeat(np.arange(len(keys)), gap)
        start = np.repeat(np.cumsum(gap) - gap, gap)
        ends = np.asarray(np.searchsorted(which, which, side="right") - 1)
        return cls(here, of_cell.ravel(), which, ends, pair, (np.arange(len(pair)) - start + below[pair]).astype(float))

    def holding(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """From cells in each pair, shape (pairs, maps), to cells with more events than each entry says, shape (entries, maps)."""
        sums = np.vstack([np.zeros((1, cells.shape[1])), np.cumsum(cells, axis=0)])
        return np.asarray((sums[self.ends + 1] - sums[:-1])[self.pair])


def fit_poisson(table: Patterns, *, start: NDArray[np.float64] | None = None) -> Fitted:
    """Poisson regression with a log link.

    Args:
        table: from `patterns_of`, with at least one event.
        start: coefficients to start from, intercept first.

    Example:
        >>> table = patterns_of(np.array([[False], [False], [True], [True]]), [1, 3, 4, 8])
        >>> fit_poisson(table).coefficients.round(4).tolist()  # log 2, log 3
        [0.6931, 1.0986]
    """
    answers, level = table.answers, float(np.log(table.events.sum() / table.cells.sum()))
    at = np.append(level, np.zeros(answers.shape[1] - 1)) if start is None else start

    def likelihood(coefficients: NDArray[np.float64]) -> float:
        linear = answers @ coefficients
        return float(table.events @ linear - table.cells @ np.exp(np.minimum(linear, 700)))

    def derivatives(coefficients: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean = table.cells * np.exp(answers @ coefficients)
        return answers.T @ (table.events - mean), (answers.T * mean) @ answers

    at, curvature, settled = _newton(likelihood, derivatives, at)
    return _fitted("poisson", at, float("nan"), likelihood(at) + table.constant, table, curvature, settled)


def fit_nb1(table: Patterns, *, start: NDArray[np.float64] | None = None) -> Fitted:
    """Negative binomial regression with a log link and variance mean * (1 + sigma).

    Args:
        table: from `patterns_of`, with at least one event.
        start: coefficients and log sigma to start from, intercept first; else Poisson's and the scatter about them.

    Example:
        >>> events = [0, 0, 5, 1, 0, 9, 2, 0, 14, 3]
        >>> found = fit_nb1(patterns_of(np.array([[False]] * 5 + [[True]] * 5), events))
        >>> found.coefficients.round(3).tolist(), round(found.log_sigma, 3)
        ([0.325, 1.364], 1.602)
    """
    at = _nb1_start(table) if start is None else start
    at = np.append(at[:-1], max(at[-1], LEAST_LOG_SIGMA + 1))
    answers = table.answers
    total = float(table.events.sum())

    def likelihood(both: NDArray[np.float64]) -> float:
        size, sigma = _size(answers, both)
        return float(
            table.holding @ np.log(size[table.pattern] + table.more_than) + total * (both[-1] - np.log1p(sigma)) - (table.cells @ size) * np.log1p(sigma)
        )

    def derivatives(both: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        size, sigma = _size(answers, both)
        here = size[table.pattern]
        part = here / (here + table.more_than)
        weighted = table.holding * part
        first = np.bincount(table.pattern, weighted, len(size)) - table.cells * size * np.log1p(sigma)
        second = first - np.bincount(table.pattern, weighted * part, len(size))
        second_sigma = -table.cells * size * sigma / (1 + sigma)
        along = np.column_stack([answers, -np.ones(len(size))])
        slope = along.T @ first
        slope[-1] += total / (1 + sigma) + second_sigma.sum()
        bend = (along.T * second) @ along
        cross = along.T @ second_sigma
        bend[-1] += cross
        bend[:, -1] += cross
        bend[-1, -1] -= (total * sigma + (table.cells @ size) * sigma) / (1 + sigma) ** 2
        return slope, -bend

    at, curvature, settled = _newton(likelihood, derivatives, at, floor=LEAST_LOG_SIGMA)
    return _fitted("nb1", at[:-1], float(at[-1]), likelihood(at) + table.constant, table, curvature, settled)


def _size(answers: NDArray[np.float64], both: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Mean over sigma of each pattern, and sigma; kept within what a number can hold."""
    return np.exp(np.clip(answers @ both[:-1] - both[-1], -600, 600)), float(np.exp(both[-1]))


def _nb1_start(table: Patterns) -> NDArray[np.float64]:
    """Poisson's coefficients, and sigma from the scatter of the counts about their patterns' means."""
    poisson = fit_poisson(table)
    mean = np.exp(table.answers @ poisson.coefficients)
    # The sum of squares of counts from the entries: y^2 is the sum over k < y of 2k + 1.
    squares = np.bincount(table.pattern, table.holding * (2 * table.more_than + 1), len(mean))
    scatter = float(((squares - 2 * mean * table.events + table.cells * mean**2) / mean).sum() / table.cells.sum())
    return np.append(poisson.coefficients, np.log(max(scatter - 1, 0.05)))


def _newton(likelihood, derivatives, at, *, floor: float | None = None):  # type: ignore[no-untyped-def]
    """Climb to the top of a likelihood.

    Returns:
        Where it stands, minus the second derivatives there, and whether the slope has gone.
    """
    at, height = np.array(at, dtype=float), likelihood(at)
    for _ in range(_STEPS):
        slope, curvature = derivatives(at)
        free = np.ones(len(at), dtype=bool)
        if floor is not None and at[-1] <= floor and slope[-1] < 0:
            free[-1] = False
        step = np.zeros(len(at))
        step[free] = _uphill(curvature[np.ix_(free, free)], slope[free])
        gain = float(slope @ step)
        if gain <= _ENOUGH:
            return at, curvature, True
        step *= min(1.0, 4.0 / float(np.abs(step).max()))
        for _ in range(_HALVINGS):
            tried = at + step
            if floor is not None:
                tried[-1] = max(tried[-1], floor)
            found = likelihood(tried)
            if found >= height:
                break
            step /= 2
        else:
            return at, curvature, gain <= 1e-6 * max(1.0, abs(height))
        at, height = tried, found
        if np.abs(at[:-1]).max() > 3 * LARGEST:
            break
    return at, derivatives(at)[1], False


def _uphill(curvature: NDArray[np.float64], slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's step; where the likelihood does not bend down in every direction, one that is bent until it does."""
    ridge, scale = 0.0, max(float(np.abs(np.diag(curvature)).max()), 1e-12)
    for _ in range(30):
        try:
            np.linalg.cholesky(curvature + ridge * np.eye(len(slope)))
            break
        except np.linalg.LinAlgError:
            ridge = max(10 * ridge, 1e-8 * scale)
    return np.asarray(np.linalg.solve(curvature + ridge * np.eye(len(slope)), slope))


def _fitted(
    family: str, coefficients: NDArray[np.float64], log_sigma: float, log_likelihood: float, table: Patterns, curvature: NDArray[np.float64], settled: bool
) -> Fitted:
    finite = bool(settled and np.abs(coefficients).max() < LARGEST)
    many = len(coefficients)
    at_floor = family == "nb1" and log_sigma <= LEAST_LOG_SIGMA
    errors = np.full(many, np.nan)
    if finite:
        bends = curvature[:many, :many] if at_floor else curvature
        errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(bends)), 0))[:many]
    return Fitted(family, coefficients, log_sigma, log_likelihood, float(table.cells.sum()), errors, finite)
