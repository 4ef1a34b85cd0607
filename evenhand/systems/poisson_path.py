"""Which of many yes/no columns go with a count? An elastic net for Poisson counts, with signs that may be fixed beforehand.

For a penalty p and a share s of it that is absolute, the coefficients b minimise

    (sum of expected - sum of events * log expected) / cells + p * (s * sum |b| + (1 - s) / 2 * sum b^2),

expected = exp(intercept + columns @ b), the intercept free. A column of sign +1 may only add, one of -1 only take
away; one of 0 is free. Penalties run from the one at which nothing is left downwards, each fit starting from the last,
and the one to keep is chosen by leaving out a fold of the cells at a time.

Cells with the same columns are added up first (`gathered`). The intercept is known in closed form given the rest, so it
is never searched for. Each step solves the quadratic that stands in for the likelihood, on the columns in play only: those
not zero, or whose slope says they should not be. The quadratic's curvature is kept from step to step and from penalty
to penalty until steps grow slow; slopes are always exact, so where it ends does not depend on that.

The plain twin, a general bounded minimiser on uncompressed rows, is in tests/systems/test_poisson_path.py.

Source: Friedman, Hastie & Tibshirani (2010), Journal of Statistical Software 33(1); Lawson & Hanson (1974), Solving Least
Squares Problems, ch. 23 (none negative).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

PENALTIES, SMALLEST_PENALTY = 50, 1e-3
"""How many penalties are tried, evenly on a log scale, down to this share of the largest."""
TOLERANCE = 1e-6
"""Largest slope left, as a share of the largest there was to begin with."""
RULES = ("lowest", "one-standard-error")
_STEPS, _HALVINGS, _SLOW = 500, 40, 6
_DENSE = 200_000
"""Up to so many entries a plain array is quicker than a sparse one."""
_RIDGE = 1e-10
"""Added to the curvature, so that columns that repeat each other can be told apart; slopes stay exact."""


class Gathered(NamedTuple):
    """Cells added up over those with the same columns and fold.

    Attributes:
        columns: transposed, shape (columns, rows); sparse where there are many rows.
        cells, events: in each row.
        fold: of each row.
    """

    columns: csr_array | NDArray[np.float64]
    cells: NDArray[np.float64]
    events: NDArray[np.float64]
    fold: NDArray[np.int64]


class Path(NamedTuple):
    """Fits at one penalty after another.

    Attributes:
        penalties: shape (penalties,), falling.
        intercepts: shape (penalties,).
        coefficients: shape (penalties, columns).
    """

    penalties: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    coefficients: NDArray[np.float64]


class Chosen(NamedTuple):
    """The path on all cells, and which penalty the folds speak for.

    Attributes:
        path: on all cells.
        position: of the penalty chosen.
        deviance: mean deviance a cell on the folds left out; shape (penalties,).
        deviance_error: its standard error over folds; shape (penalties,).
    """

    path: Path
    position: int
    deviance: NDArray[np.float64]
    deviance_error: NDArray[np.float64]

    @property
    def coefficients(self) -> NDArray[np.float64]:
        """At the penalty chosen; shape (columns,)."""
        return np.asarray(self.path.coefficients[self.position])


def gathered(columns: NDArray[np.bool_], events: ArrayLike, fold: ArrayLike | None = None) -> Gathered:
    """Cells with the same columns, in the same fold, added up.

    Example:
        >>> rows = gathered(np.array([[True], [False], [True]]), [4, 1, 2])
        >>> rows.cells.tolist(), rows.events.tolist()
        ([1.0, 2.0], [1.0, 6.0])
    """
    from scipy.sparse import csr_array

    folds = np.zeros(len(columns), dtype=np.int64) if fold is None else np.asarray(fold, dtype=np.int64)
    packed = np.ascontiguousarray(np.column_stack([np.packbits(columns, axis=1), folds.astype("<i4").view(np.uint8).reshape(len(folds), 4)]))
    _, first, row = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True)
    many, answers = len(first), np.ascontiguousarray(columns[first].T, dtype=float)
    cells, counted = (np.asarray(np.bincount(row, each, many), dtype=float) for each in (None, np.asarray(events, dtype=float)))
    return Gathered(answers if answers.size <= _DENSE else csr_array(answers), cells, counted, folds[first])


def largest_penalty(rows: Gathered, *, signs: ArrayLike, l1_share: float) -> float:
    """The smallest penalty at which every coefficient is zero; with no absolute part, a thousand times the steepest slope."""
    search = _Search(rows, np.asarray(signs), l1_share)
    return float(max(search.steepest, 1e-12) / max(l1_share, 1e-3))


def penalties_down_from(largest: float) -> NDArray[np.float64]:
    """The penalties tried, falling; shape (PENALTIES,)."""
    return np.asarray(largest * np.geomspace(1, SMALLEST_PENALTY, PENALTIES))


def poisson_path(rows: Gathered, *, signs: ArrayLike, l1_share: float, penalties: ArrayLike) -> Path:
    """Fits at falling penalties, each from the one before.

    Args:
        rows: from `gathered`; the fold is not used.
        signs: of each column, +1, -1 or 0; shape (columns,).
        l1_share: share of the penalty that is absolute, 0 to 1.
        penalties: falling; shape (penalties,).

    Raises:
        BadSetting: a share that is not between 0 and 1.

    Example:
        >>> columns = np.array([[True, False], [True, True], [False, True], [False, False]] * 5)
        >>> found = poisson_path(gathered(columns, [6, 5, 1, 1] * 5), signs=[1, 1], l1_share=0.5, penalties=[1.0, 0.01])
        >>> found.coefficients.round(2).tolist()
        [[0.48, 0.0], [1.67, 0.0]]
    """
    if not 0 <= l1_share <= 1:
        raise BadSetting(f"l1_share={l1_share!r} is no share; give a number between 0 and 1.")
    search = _Search(rows, np.asarray(signs), l1_share)
    tried = np.asarray(penalties, dtype=float)
    found = [search.fit(float(penalty)) for penalty in tried]
    return Path(tried, np.array([one[0] for one in found]), np.array([one[1] for one in found]).reshape(len(tried), rows.columns.shape[0]))


def cross_validated(
    columns: NDArray[np.bool_], events: NDArray[np.float64], *, signs: ArrayLike, l1_share: float, fold: NDArray[np.int64], rule: str = "lowest"
) -> Chosen:
    """The path on all cells, with the penalty under which cells that were left out are foretold best.

    Args:
        columns: shape (cells, columns).
        events: shape (cells,).
        signs, l1_share: as for `poisson_path`.
        fold: which cells are left out together, 0, 1, …; a fold outside which there are no events says nothing, and is passed over.
        rule: `lowest` mean deviance, or the largest penalty within `one-standard-error` of it.

    Raises:
        BadSetting: an unknown rule.
    """
    if rule not in RULES:
        raise BadSetting(f"penalty_rule={rule!r} is not known. Known: {', '.join(RULES)}.")
    rows = gathered(columns, events, fold)
    whole = gathered(columns, events)
    penalties = penalties_down_from(largest_penalty(whole, signs=signs, l1_share=l1_share))
    path = poisson_path(whole, signs=signs, l1_share=l1_share, penalties=penalties)
    own = np.where(events > 0, events * np.log(np.maximum(events, 1)), 0) - events
    each = []
    for left_out in range(int(fold.max()) + 1):
        seen, unseen = _only(rows, rows.fold != left_out), _only(rows, rows.fold == left_out)
        if seen.events.sum() == 0 or len(unseen.cells) == 0:
            continue
        fitted = poisson_path(seen, signs=signs, l1_share=l1_share, penalties=penalties)
        log_mean = fitted.intercepts[:, None] + fitted.coefficients @ unseen.columns
        fits = log_mean @ unseen.events - np.exp(log_mean) @ unseen.cells
        each.append(2 * (own[fold == left_out].sum() - fits) / unseen.cells.sum())
    deviance, error = np.mean(each, axis=0), np.std(each, axis=0, ddof=1) / np.sqrt(len(each))
    lowest = int(np.argmin(deviance))
    within = np.flatnonzero(deviance <= deviance[lowest] + error[lowest])
    return Chosen(path, lowest if rule == "lowest" else int(within[0]), deviance, error)


def folds_of(events: NDArray[np.float64], *, folds: int, seed: int) -> NDArray[np.int64]:
    """A fold for every cell by lot, cells with events dealt out first so that they are spread evenly; shape (cells,)."""
    shuffled = np.random.default_rng(seed).permutation(len(events))
    dealt = np.concatenate([shuffled[events[shuffled] > 0], shuffled[events[shuffled] == 0]])
    fold = np.empty(len(events), dtype=np.int64)
    fold[dealt] = np.arange(len(events)) % folds
    return fold


def _only(rows: Gathered, which: NDArray[np.bool_]) -> Gathered:
    return Gathered(rows.columns[:, which], rows.cells[which], rows.events[which], rows.fold[which])


class _Search:
    """Coefficients as parts, none negative: one for each sign that a column may take; where they stand now, and the curvature in use."""

    def __init__(self, rows: Gathered, signs: NDArray[np.int64], l1_share: float) -> None:
        self.rows, self.l1_share = rows, l1_share
        adds, takes = np.flatnonzero(signs != -1), np.flatnonzero(signs != 1)
        self.column, self.sign = np.concatenate([adds, takes]), np.repeat([1.0, -1.0], [len(adds), len(takes)])
        self.part = np.zeros(len(self.column))
        self.play, self.in_play = np.empty(0, dtype=np.int64), rows.columns[:0]
        self.many, self.total = float(rows.cells.sum()), float(rows.events.sum())
        self.linear = np.zeros(len(rows.cells))
        self._settle(self.linear, _log_sum(rows.cells, self.linear))
        self.curvature = _Curvature(rows.columns, self.mean, self.many)
        self.steepest = float(max((-self._slopes()).max(initial=0.0), 0.0))

    def fit(self, penalty: float) -> tuple[float, NDArray[np.float64]]:
        """Intercept and coefficients at one penalty, from where the search stands."""
        enough = TOLERANCE * max(self.steepest, 1e-12)
        for step in range(_STEPS):
            slope = self._slopes() + penalty * (self.l1_share + (1 - self.l1_share) * self.part)
            if np.where(self.part > 0, np.abs(slope), -slope).max(initial=0.0) <= enough:
                break
            if step and step % _SLOW == 0:
                self.curvature = _Curvature(self.rows.columns, self.mean, self.many)
            self._step(np.flatnonzero((self.part > 0) | (slope < -enough)), slope, penalty)
        return self.intercept, np.asarray(np.bincount(self.column, self.sign * self.part, self.rows.columns.shape[0]), dtype=float)

    def _step(self, play: NDArray[np.int64], slope: NDArray[np.float64], penalty: float) -> None:
        sign, start = self.sign[play], self.part[play]
        square = self.curvature.of(self.column[play]) * (sign[:, None] * sign)
        square.flat[:: len(play) + 1] += penalty * (1 - self.l1_share)
        way = none_negative(square, square @ start - slope[play], start) - start
        if not np.array_equal(play, self.play):
            self.play, self.in_play = play, self.rows.columns[self.column[play]]
        along = (way * sign) @ self.in_play
        before = self._cost(self.height, self.linear, start, penalty)
        falls = float(slope[play] @ way)
        share = 1.0
        for _ in range(_HALVINGS):
            linear = self.linear + share * along
            height = _log_sum(self.rows.cells, linear)
            if self._cost(height, linear, start + share * way, penalty) <= before + 1e-4 * share * falls + 1e-13 * abs(before):
                break
            share /= 2
        self.part[play] = np.maximum(start + share * way, 0)
        self._settle(linear, height)
        if share < 1:
            self.curvature = _Curvature(self.rows.columns, self.mean, self.many)

    def _settle(self, linear: NDArray[np.float64], height: float) -> None:
        self.linear, self.height = linear, height
        self.intercept = float(np.log(self.total) - self.height)
        self.mean = self.rows.cells * np.exp(linear + self.intercept)

    def _slopes(self) -> NDArray[np.float64]:
        """Slope of the likelihood's part of the cost, for each part; shape (parts,)."""
        return np.asarray(self.sign * (self.rows.columns @ (self.mean - self.rows.events))[self.column] / self.many)

    def _cost(self, height: float, linear: NDArray[np.float64], part: NDArray[np.float64], penalty: float) -> float:
        """What is minimised, but for what does not change; parts that are zero and out of play add nothing."""
        fits = self.total * height - _dot(self.rows.events, linear)
        return fits / self.many + penalty * (self.l1_share * float(part.sum()) + (1 - self.l1_share) / 2 * float(part @ part))


class _Curvature:
    """Second derivatives at one set of means, worked out for columns as they come into play."""

    def __init__(self, columns: csr_array | NDArray[np.float64], mean: NDArray[np.float64], many: float) -> None:
        self.columns, self.weight = columns, mean / many
        self.total = float(self.weight.sum())
        self.place = np.full(columns.shape[0], -1)
        self.known = np.empty(0, dtype=np.int64)
        self.middle = columns @ self.weight
        self.table = np.empty((0, 0))

    def of(self, wanted: NDArray[np.int64]) -> NDArray[np.float64]:
        """The table for some columns; shape (columns wanted, columns wanted)."""
        at = self.place[wanted]
        if (at < 0).any():
            self._learn(np.unique(wanted[at < 0]))
            at = self.place[wanted]
        return np.asarray(self.table[at[:, None], at])

    def _learn(self, new: NDArray[np.int64]) -> None:
        known = np.concatenate([self.known, new])
        entering = self.columns[new]
        plain = entering if isinstance(entering, np.ndarray) else entering.toarray()
        beside = self.columns[known] @ (plain * self.weight).T
        beside -= np.outer(self.middle[known], self.middle[new]) / self.total
        old = len(self.known)
        table = np.empty((len(known), len(known)))
        table[:old, :old], table[:, old:], table[old:, :old] = self.table, beside, beside[:old].T
        table[np.arange(old, len(known)), np.arange(old, len(known))] += _RIDGE
        self.known, self.table = known, table
        self.place[new] = np.arange(old, len(known))


def none_negative(square: NDArray[np.float64], line: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The b that minimises b' square b / 2 - line' b with none of it negative.

    Args:
        square: positive definite, shape (parts, parts).
        line: shape (parts,).
        start: none negative; the nearer, the quicker.

    Example:
        >>> none_negative(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([2.0, -1.0]), np.zeros(2)).tolist()
        [1.0, 0.0]
    """
    at = start.copy()
    free = (at > 0) | (line - square @ at > 0)
    for _ in range(3 * len(at) + 10):
        at, free = _as_far_as_none_is_negative(square, line, at, free)
        pull = np.where(free, -np.inf, line - square @ at)
        worst = int(np.argmax(pull))
        if pull[worst] <= 1e-13 * max(1.0, float(np.abs(line).max())):
            break
        free[worst] = True
    return at


def _as_far_as_none_is_negative(
    square: NDArray[np.float64], line: NDArray[np.float64], at: NDArray[np.float64], free: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Solve for the free parts; where some come out negative, stop where the first reaches zero, hold it there, and solve again."""
    free = free.copy()
    while free.any():
        here = np.flatnonzero(free)
        goal = np.linalg.solve(square if len(here) == len(at) else square[here[:, None], here], line[here])
        below = goal <= 0
        if not below.any():
            reached = np.zeros_like(at)
            reached[here] = goal
            return reached, free
        now = at[here]
        room = now[below] / np.maximum(now[below] - goal[below], 1e-300)
        share = float(room.min())
        at = np.zeros_like(at)
        at[here] = np.maximum(now + share * (goal - now), 0)
        held = here[below][room <= share]
        at[held], free[held] = 0.0, False
    return np.zeros_like(at), free


def _log_sum(cells: NDArray[np.float64], linear: NDArray[np.float64]) -> float:
    """Logarithm of the sum of cells * exp(linear), without overflow."""
    top = float(linear.max(initial=0.0))
    return top + float(np.log(_dot(cells, np.exp(linear - top))))


def _dot(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Sum of products, in this thread alone: the usual one wakes every core for a vector this long, and waits for those that are busy."""
    return float(np.einsum("i,i->", first, second))
