"""Moving counts of people from areas to cells, exactly, and losing nobody on the way.

People are taken to live evenly over their area: an assumption, weakest where areas are large and
mostly empty. Counts are apportioned; rates and scores are averaged over people, never over ground.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, diags_array

from ..tables.errors import BadValue, NotConserved, OutsidePlace

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from .grid import Grid

TOLERANCE = 1e-9
"""Relative error at which people count as lost."""


def shares(grid: Grid) -> csr_array:
    """Share of each area's ground that lies in each cell; sparse, shape (cells, areas); every column adds up to 1.

    Raises:
        OutsidePlace: an area has no ground in the grid.
    """
    ground = np.asarray(grid.covered_m2.sum(axis=0)).ravel()
    if (ground <= 0).any():
        empty = [grid.area_codes[i] for i in np.flatnonzero(ground <= 0)]
        raise OutsidePlace(f"{len(empty)} areas have no ground in the grid (first: {empty[0]}); their people would be lost.")
    return csr_array(grid.covered_m2 @ diags_array(1 / ground))


def apportion(counts: pd.DataFrame, grid: Grid) -> NDArray[np.float64]:
    """Counts by area moved to cells.

    Args:
        counts: one row per area of the grid, index area_code, one column per group; people.
        grid: where to.

    Returns:
        People by cell and group, shape (cells, groups). Estimates: they are not whole numbers.

    Raises:
        OutsidePlace: the table and the grid do not hold the same areas.
        BadValue: a missing or negative count.
        NotConserved: the totals after differ from the totals before by more than 1e-9 of them.

    Example:
        >>> import geopandas as gpd, pandas as pd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 300, 100)], crs="EPSG:27700")
        >>> apportion(pd.DataFrame({"White": [90]}, index=["A"]), make_grid(town, cell_m=100)).ravel().round(9).tolist()
        [30.0, 30.0, 30.0]
    """
    absent = [code for code in grid.area_codes if code not in counts.index]
    extra = counts.index.difference(list(grid.area_codes))
    if absent or len(extra):
        raise OutsidePlace(
            f"The counts and the grid hold different areas: {len(absent)} of {len(grid.area_codes)} areas have no counts{_first(absent)}, "
            f"{len(extra)} counted areas lie outside{_first(list(extra))}.\nCross vintages with places.vintages first, or mend the selection."
        )
    before = counts.loc[list(grid.area_codes)].to_numpy(dtype=float)
    if not np.isfinite(before).all() or (before < 0).any():
        raise BadValue(
            "Counts by area must be whole numbers of at least zero; some are missing or negative. Missing is not zero: leave those areas out of the place."
        )
    after = np.asarray(shares(grid) @ before)
    check_conserved(before.sum(axis=0), after.sum(axis=0), names=list(counts.columns))
    return after


def check_conserved(before: NDArray[np.float64], after: NDArray[np.float64], *, names: list[str]) -> None:
    """Raise NotConserved where totals differ by more than the tolerance."""
    wrong = np.abs(after - before) > TOLERANCE * np.maximum(before, 1.0)
    if wrong.any():
        which = int(np.flatnonzero(wrong)[0])
        raise NotConserved(
            f"Moving counts changed the number of '{names[which]}' from {before[which]:,.6f} "
            f"to {after[which]:,.6f}. Areas overlap or leave the grid; no result is given."
        )


def _first(codes: list[str]) -> str:
    return f" (first: {codes[0]})" if codes else ""
