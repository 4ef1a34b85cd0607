"""Which columns belong in a model of counts? From none, the step that lowers BIC most, in or out, until no step does.

At each round every column outside is tried in, and every column inside is tried out. One column of a factor may be in
at a time, where that is asked for; and no step is taken to a model in which a column of fixed sign points the other
way, or in which an effect grows without end (all events on one side of a column).

Cells are never fitted one by one: a model of k yes/no columns has at most 2^k patterns, and those of a model with one
column more follow for all candidates at once from one sparse product (count_models.py says why this is enough).

The slow twin, statsmodels on all cells at every step, is in tests/systems/test_stepwise.py.

Source: Heffner (2013), Statistics of the RTMDx Utility, in Caplan, Kennedy & Piza, RTMDx User Manual (recalled); Schwarz
(1978), Annals of Statistics 6(2), 461-464.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from .count_models import FAMILIES, Fitted, Pairs, Patterns, fit_nb1, fit_poisson, log_factorials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

_BETTER = 1e-9
"""BIC must fall by more than rounding."""


@dataclass(frozen=True)
class Selected:
    """What the steps arrived at.

    Attributes:
        columns: positions of the columns in the model, in the order they came in.
        fitted: the model; coefficient 0 is the intercept, then those of `columns`.
        steps: what each round did: +position for a column that came in, -position - 1 for one that went out.
    """

    columns: tuple[int, ...]
    fitted: Fitted
    steps: tuple[int, ...]


def stepwise(
    columns: NDArray[np.bool_],
    events: NDArray[np.float64],
    *,
    family: str,
    factor: ArrayLike | None = None,
    signs: ArrayLike | None = None,
) -> Selected:
    """Bidirectional stepwise selection by BIC.

    Args:
        columns: candidates, shape (cells, columns).
        events: whole numbers, at least one above zero; shape (cells,).
        family: `poisson` or `nb1`.
        factor: which factor each column belongs to, of which one may be in the model; None lets all in.
        signs: +1, -1, or 0 for either; shape (columns,). None for 0.

    Raises:
        BadSetting: an unknown family.

    Example:
        >>> near_bar = np.array([True] * 20 + [False] * 60)
        >>> near_bench = np.array([True, False] * 40)
        >>> events = np.array(([6, 4] * 10 + [1, 2, 0] * 20), dtype=float)
        >>> found = stepwise(np.column_stack([near_bench, near_bar]), events, family="poisson")
        >>> found.columns, round(float(np.exp(found.fitted.coefficients[1])), 2)  # five events a cell, and one
        ((1,), 5.0)
    """
    if family not in FAMILIES:
        raise BadSetting(f"family={family!r} is not known. Known: {', '.join(FAMILIES)}.")
    search = _Search(columns, events, family, factor, signs)
    chosen: tuple[int, ...] = ()
    best = search.start()
    steps: list[int] = []
    while True:
        tries = [*search.additions(chosen, best), *search.removals(chosen, best)]
        step = min(tries, key=lambda one: one[2].bic, default=None)
        if step is None or not step[2].bic < best.bic - _BETTER:
            return Selected(chosen, best, tuple(steps))
        steps.append(step[0])
        chosen, best = step[1], step[2]


class _Search:
    """The candidates, and what is fixed of them."""

    def __init__(self, columns: NDArray[np.bool_], events: NDArray[np.float64], family: str, factor: ArrayLike | None, signs: ArrayLike | None) -> None:
        from scipy.sparse import csr_array

        self.columns, self.events, self.family = columns, np.asarray(events, dtype=float), family
        self.factor = np.arange(columns.shape[1]) if factor is None else np.asarray(factor)
        self.signs = np.zeros(columns.shape[1]) if signs is None else np.asarray(signs, dtype=float)
        self.sparse = csr_array(columns.astype(float))
        self.constant = log_factorials(self.events)
        with_events = self.events @ self.sparse
        # With all events on one side, the effect is without end whatever else is in the model.
        self.can_enter = (with_events > 0) & (with_events < self.events.sum())

    def start(self) -> Fitted:
        """The model of one level for all cells."""
        return self._fit(self._table(()), None)

    def additions(self, chosen: tuple[int, ...], best: Fitted) -> Iterator[tuple[int, tuple[int, ...], Fitted]]:
        """Every model with one column more that may be."""
        taken = {self.factor[j] for j in chosen}
        wanted = [j for j in np.flatnonzero(self.can_enter).tolist() if j not in chosen and self.factor[j] not in taken]
        if not wanted:
            return
        start = _before(best, np.append(best.coefficients, 0.0))
        for j, table in zip(wanted, _Widened(self, chosen).tables(wanted), strict=True):
            fitted = self._fit(table, start)
            if self._may_be((*chosen, j), fitted):
                yield j, (*chosen, j), fitted

    def removals(self, chosen: tuple[int, ...], best: Fitted) -> Iterator[tuple[int, tuple[int, ...], Fitted]]:
        """Every model with one column less that may be."""
        for at, j in enumerate(chosen[:-1]):  # the last in is not taken straight out again
            kept = chosen[:at] + chosen[at + 1 :]
            fitted = self._fit(self._table(kept), _before(best, np.delete(best.coefficients, at + 1)))
            if self._may_be(kept, fitted):
                yield -j - 1, kept, fitted

    def patterns(self, chosen: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Distinct answers to the columns chosen, ones before them; and each cell's."""
        code = np.zeros(len(self.events), dtype=np.int64)
        for j in chosen:
            _, code = np.unique(code * 2 + self.columns[:, j], return_inverse=True)
        _, first = np.unique(code, return_index=True)
        return np.column_stack([np.ones(len(first)), self.columns[first][:, np.array(chosen, dtype=np.int64)].astype(float)]), code

    def _table(self, chosen: tuple[int, ...]) -> Patterns:
        answers, code = self.patterns(chosen)
        pairs, many = Pairs.of(code, self.events), len(answers)
        held = pairs.holding(np.bincount(pairs.of_cell).astype(float)[:, None])[:, 0]
        cells, events = (np.asarray(np.bincount(code, each, many), dtype=float) for each in (None, self.events))
        return Patterns(answers, cells, events, self.constant, pairs.pattern[pairs.pair], pairs.more_than, held)

    def _fit(self, table: Patterns, start: NDArray[np.float64] | None) -> Fitted:
        return fit_poisson(table, start=start) if self.family == "poisson" else fit_nb1(table, start=start)

    def _may_be(self, chosen: tuple[int, ...], fitted: Fitted) -> bool:
        return fitted.is_finite and bool((self.signs[list(chosen)] * fitted.coefficients[1:] >= 0).all())


class _Widened:
    """Tables of a model with one column more, for all candidates from one product."""

    def __init__(self, search: _Search, chosen: tuple[int, ...]) -> None:
        self.search = search
        self.answers, code = search.patterns(chosen)
        many = len(self.answers)
        self.cells, self.events = (np.asarray(np.bincount(code, each, many), dtype=float) for each in (None, search.events))
        self.by_pattern = _membership(code, many)
        self.by_pattern_events = _membership(code, many, search.events)
        self.pairs = Pairs.of(code, search.events) if search.family == "nb1" else None

    def tables(self, wanted: list[int]) -> Iterator[Patterns]:
        """The table with each of some columns."""
        sparse = self.search.sparse[:, wanted]
        cells, events = (self.by_pattern @ sparse).toarray(), (self.by_pattern_events @ sparse).toarray()
        holding, all_holding = self._holding(sparse)
        for at in range(len(wanted)):
            yield self._one(cells[:, at], events[:, at], all_holding, holding[:, at])

    def _holding(self, sparse: csr_array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cells with more events than each entry says: with each column, and in all."""
        if self.pairs is None:
            return np.empty((0, sparse.shape[1])), np.empty(0)
        member = _membership(self.pairs.of_cell, len(self.pairs.pattern))
        with_column = (member @ sparse[self.pairs.with_events]).toarray()
        return self.pairs.holding(with_column), self.pairs.holding(np.asarray(member.sum(axis=1), dtype=float).reshape(-1, 1))[:, 0]

    def _one(self, cells: NDArray[np.float64], events: NDArray[np.float64], all_holding: NDArray[np.float64], holding: NDArray[np.float64]) -> Patterns:
        many = len(self.answers)
        both = np.concatenate([self.cells - cells, cells])
        kept = np.flatnonzero(both > 0)
        place = np.full(2 * many, -1)
        place[kept] = np.arange(len(kept))
        answers = np.column_stack([self.answers[kept % many], kept >= many])
        counted = np.concatenate([self.events - events, events])[kept]
        if self.pairs is None:
            return Patterns(answers, both[kept], counted, self.search.constant, np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
        pattern = self.pairs.pattern[self.pairs.pair]
        entries = np.concatenate([all_holding - holding, holding])
        real = np.flatnonzero(entries > 0)
        of, more_than = np.concatenate([place[pattern], place[pattern + many]])[real], np.concatenate([self.pairs.more_than] * 2)[real]
        return Patterns(answers, both[kept], counted, self.search.constant, of, more_than, entries[real])


def _before(best: Fitted, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    return coefficients if best.family == "poisson" else np.append(coefficients, best.log_sigma)


def _membership(of: NDArray[np.int64], many: int, values: NDArray[np.float64] | None = None) -> csr_array:
    """Which group each cell is of; sparse, shape (groups, cells)."""
    from scipy.sparse import csr_array

    each = np.ones(len(of)) if values is None else values
    return csr_array((each, (of, np.arange(len(of)))), shape=(many, len(of)))
