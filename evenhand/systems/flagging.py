"""From scores to flagged cells. Ties go to the cell further south, then further west: an arbitrary rule, but always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..places.grid import Grid

RULES = ("top-cells", "spaced-cells")
_DIGITS = 12
"""Scores that agree to this many digits of the highest are a tie: sums in another order differ beyond that."""


def flag(scores: ArrayLike, grid: Grid, *, k: int = 20, rule: str = "top-cells") -> NDArray[np.bool_]:
    """The cells flagged; shape (cells,).

    Cells without any score are never flagged, so fewer than k may be.

    Args:
        scores: one per cell; higher is flagged first.
        grid: the cells.
        k: how many.
        rule: `top-cells` takes the highest scores; `spaced-cells` too, but no two that touch, even at a corner.

    Raises:
        BadSetting: an unknown rule or a k that is not between 1 and the number of cells.
        CannotAnswer: no cell has a score above zero.
    """
    values = np.asarray(scores, dtype=float)
    if rule not in RULES:
        raise BadSetting(f"There is no rule '{rule}' for flagging. Known: {', '.join(RULES)}.")
    if not 1 <= k <= len(grid):
        raise BadSetting(f"{k} cells cannot be flagged out of {len(grid):,}; choose between 1 and {len(grid):,}.")
    if not (values > 0).any():
        raise CannotAnswer("No cell has a score above zero, so none can be flagged: there is no recorded crime to learn from.")
    order = np.argsort(-_compared(values), kind="stable")
    order = order[values[order] > 0]
    return _top(order, len(values), k) if rule == "top-cells" else _spaced(order, grid, k)


def flag_many(scores: NDArray[np.float64], *, k: int) -> NDArray[np.bool_]:
    """`top-cells` for many score maps at once; shape (cells, maps) in and out. Ties as in `flag`."""
    flagged = np.zeros(scores.shape, dtype=bool)
    alive = np.flatnonzero((scores > 0).any(axis=1))  # most cells of a county never hold a crime
    within = scores[alive]
    order = np.argsort(-_compared(within), axis=0, kind="stable")[:k]
    chosen = np.zeros(within.shape, dtype=bool)
    np.put_along_axis(chosen, order, values=True, axis=0)
    flagged[alive] = chosen & (within > 0)
    return flagged


def tied_with_last(scores: NDArray[np.float64], is_flagged: NDArray[np.bool_]) -> int:
    """How many cells score as high as the last one flagged but are not: there the rule for ties decided, not the scores.

    Example:
        >>> tied_with_last(np.array([9.0, 5.0, 5.0, 5.0, 1.0]), np.array([True, True, False, False, False]))
        2
    """
    compared = _compared(np.asarray(scores, dtype=float))
    if not is_flagged.any():
        return 0
    return int((compared[~is_flagged] == compared[is_flagged].min()).sum())


def _compared(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores as they are compared: as parts of the highest, without the rounding of sums."""
    highest = scores.max(axis=0, initial=0.0)
    return np.asarray(np.round(scores / np.where(highest > 0, highest, 1.0), _DIGITS))


def _top(order: NDArray[np.int64], cells: int, k: int) -> NDArray[np.bool_]:
    flagged = np.zeros(cells, dtype=bool)
    flagged[order[:k]] = True
    return flagged


def _spaced(order: NDArray[np.int64], grid: Grid, k: int) -> NDArray[np.bool_]:
    row, column = np.divmod(grid.slots, grid.columns)
    taken = np.zeros((grid.rows + 2, grid.columns + 2), dtype=bool)
    flagged = np.zeros(len(grid), dtype=bool)
    for cell in order:
        r, c = row[cell], column[cell]
        if not taken[r : r + 3, c : c + 3].any():
            flagged[cell] = taken[r + 1, c + 1] = True
            if flagged.sum() == k:
                break
    return flagged
