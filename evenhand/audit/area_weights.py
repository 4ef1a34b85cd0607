"""Areas drawn again, as weights: how often each area stands in each draw.

`area_resampling.area_sums` gives sums of columns and suffices for most numbers. Those that rest on an
order of areas (a curve, a Gini, a slope over ranks) need the weights themselves: the order of the areas
stays as it is, and only how much each of them counts changes.

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .area_resampling import CELLS_AT_A_TIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def area_weights(areas: int, *, replicates: int = 1000, seed: int = 0) -> Iterator[NDArray[np.float64]]:
    """How often each area is drawn when as many are drawn as there are, with replacement; in batches.

    Args:
        areas: how many there are.
        replicates: how many draws.
        seed: of the NumPy generator; the draws are those of `area_sums` with the same seed.

    Returns:
        Batches of shape (some draws, areas); together `replicates` draws.

    Raises:
        BadValue: no area.
        BadSetting: fewer than 2 replicates.

    Example:
        >>> next(area_weights(3, replicates=4, seed=1)).tolist()
        [[0.0, 2.0, 1.0], [2.0, 0.0, 1.0], [1.0, 0.0, 2.0], [1.0, 1.0, 1.0]]
    """
    if areas < 1:
        raise BadValue("There is no area to draw from.")
    if replicates < 2:
        raise BadSetting(f"replicates={replicates!r} is too few to say anything. 1000 is usual.")
    return _batches(areas, replicates, np.random.default_rng(seed))


def _batches(areas: int, replicates: int, random: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    block = max(8, CELLS_AT_A_TIME // areas)
    for start in range(0, replicates, block):
        draws = range(min(block, replicates - start))
        yield np.array([np.bincount(random.integers(0, areas, size=areas), minlength=areas) for _ in draws], dtype=float)
