"""A place study's second null: is exposure more than recorded history explains?

The first, whether exposure is unequal at all, is the p-value of the exposure ratio (audit/spatial_null.py).
Here the study's flags are set beside what the plain count of the same records would flag, and beside
squares alike in recorded crime and in residents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..audit.map_shift import Shifting
from ..audit.process_null_findings import beyond_history

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..audit.about import About
    from ..places.grid import Grid
    from ..tables.findings import Finding


def null_findings(
    grid: Grid,
    is_flagged: NDArray[np.bool_],
    people: NDArray[np.float64],
    history: NDArray[np.float64],
    flags: Callable[[NDArray[np.float64]], NDArray[np.bool_]],
    *,
    groups: Sequence[str],
    reference: str,
    about: About,
    draws: int,
    seed: int,
) -> list[Finding]:
    """The exposure ratio to be expected from recorded history or residents alone, and how far the system goes beyond it.

    Args:
        grid: the cells.
        is_flagged: the system's, shape (cells,).
        people: residents by cell and group, shape (cells, groups).
        history: recorded crimes that the system learnt from, by cell; shape (cells,).
        flags: the study's rule of flagging, from scores to flags, shape (cells, maps) in and out.
        groups: names of the columns of `people`.
        reference: the group to compare with.
        about: place, period, source and caveats of the findings.
        draws: redraws for the ranges.
        seed: of the random generator.

    Raises:
        CannotAnswer: no cell is flagged, or no crime is recorded.
    """

    def rule(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return flags(counts[:, None])[:, 0]

    return beyond_history(
        is_flagged, people, groups, np.rint(history), reference=reference, about=about, shifting=Shifting(grid), rule=rule, draws=draws, seed=seed
    )
