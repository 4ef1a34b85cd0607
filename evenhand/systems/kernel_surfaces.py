"""Kernel surfaces over a grid: crimes spread round their points, people round the middles of their cells.

Steps, in order:  crimes_at_points -> spread_crimes; for a ratio also people_in_cells -> spread_people -> ratio
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..places.density import kernel_matrix
from ..places.kernels import kernel_named
from ..tables.errors import CannotAnswer
from .records import events_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

MOST_PAIRS = 20_000_000
"""Cells times points within reach that are held at once: 16 bytes each, and as much again while they are found."""


class AtPoints(NamedTuple):
    """Recorded crimes at their points, in the order of eastings, then northings, whatever the order of the rows.

    Attributes:
        points_m: eastings and northings, shape (points, 2).
        events: recorded crimes at each, shape (points,).
        weight: the same times what each counts for, shape (points,).
    """

    points_m: NDArray[np.float64]
    events: NDArray[np.float64]
    weight: NDArray[np.float64]


def crimes_at_points(used: pd.DataFrame, weights: pd.Series) -> AtPoints:
    """Add up crimes that stand at one point.

    Args:
        used: rows with x_m, y_m and crime_type, all known.
        weights: what one crime of each kind counts for.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"x_m": [5.0, 1.0, 5.0], "y_m": [2.0, 9.0, 2.0], "crime_type": ["Robbery", "Drugs", "Drugs"], "events": [2, 1, 3]})
        >>> found = crimes_at_points(rows, pd.Series({"Robbery": 10.0, "Drugs": 1.0}))
        >>> found.points_m.tolist(), found.events.tolist(), found.weight.tolist()
        ([[1.0, 9.0], [5.0, 2.0]], [1.0, 5.0], [1.0, 23.0])
    """
    import pandas as pd

    x_m, y_m = (used[name].to_numpy(dtype=float) for name in ("x_m", "y_m"))
    points, at = np.unique(x_m + 1j * y_m, return_inverse=True)
    kind = weights.index.get_indexer(pd.Index(used["crime_type"]))
    # Whole numbers are added up first, so that neither the order of rows nor how they are bundled can move the last digit.
    counts = np.bincount(at * len(weights) + kind, events_of(used), len(points) * len(weights)).reshape(len(points), len(weights))
    return AtPoints(np.column_stack([points.real, points.imag]), counts.sum(axis=1), counts @ weights.to_numpy(dtype=float))


def spread_crimes(grid: Grid, points_m: NDArray[np.float64], weight: NDArray[np.float64], *, kernel: str, bandwidth_m: float) -> NDArray[np.float64]:
    """Weighted crimes per square metre at the middles of cells, exact, in bounded memory; shape (cells,).

    Raises:
        CannotAnswer: the kernel reaches no cell's middle.
    """
    within = np.pi * (kernel_named(kernel).reach * bandwidth_m / grid.cell_m) ** 2
    at_once = max(1, int(MOST_PAIRS / max(min(within, len(grid)), 1)))
    found = np.zeros(len(grid))
    for start in range(0, len(points_m), at_once):
        here = slice(start, start + at_once)
        found += kernel_matrix(grid.centres_m, points_m[here], kernel=kernel, bandwidth_m=bandwidth_m) @ weight[here]
    if not (found > 0).any():
        raise CannotAnswer(
            f"With a bandwidth of {bandwidth_m:,.0f} m no recorded crime reaches the middle of a cell of {grid.cell_m:g} m. "
            "Choose another reading: a wider bandwidth, or smaller cells."
        )
    return found


def spread_people(grid: Grid, people: NDArray[np.float64], *, kernel: str, bandwidth_m: float) -> NDArray[np.float64]:
    """People per square metre at the middles of cells, those of a cell taken as standing at its middle; shape (cells,)."""
    from scipy.signal import fftconvolve

    shape = kernel_named(kernel)
    reach = int(shape.reach * bandwidth_m / grid.cell_m)
    steps = np.arange(-reach, reach + 1) * grid.cell_m / bandwidth_m
    window = shape.height(np.hypot(*np.meshgrid(steps, steps))) / bandwidth_m**2
    spread = fftconvolve(grid.raster(people, outside=0.0), window)[reach : reach + grid.rows, reach : reach + grid.columns]
    return np.asarray(np.clip(spread, 0, None).ravel()[grid.slots])


def people_in_cells(residents: pd.DataFrame, grid: Grid) -> NDArray[np.float64]:
    """Residents of each cell, those of an area spread evenly over its ground; shape (cells,).

    Args:
        residents: the declared table; areas beyond the grid are left aside.
        grid: the cells.

    Raises:
        VintageMix: areas of the grid are not in the table.
    """
    from ..places.apportion import apportion
    from ..places.vintages import require_codes

    require_codes(residents["area_code"], grid.area_codes, table="residents", vintage="the grid")
    by_area = residents.groupby("area_code")["residents"].sum().astype(float)
    return apportion(by_area.loc[list(grid.area_codes)].to_frame(), grid)[:, 0]


def ratio(above: NDArray[np.float64], below: NDArray[np.float64], *, floor_share: float) -> NDArray[np.float64]:
    """One surface over another, the lower one never taken as less than a share of its mean.

    Args:
        above, below: shape (cells,).
        floor_share: of the mean of `below`. A ratio over next to nothing is as large as one likes, and means nothing.

    Raises:
        CannotAnswer: there is nothing below the line.

    Example:
        >>> ratio(np.array([2.0, 1.0, 1.0]), np.array([4.0, 2.0, 0.0]), floor_share=0.1).round(2).tolist()
        [0.5, 0.5, 5.0]
    """
    mean = float(below.mean())
    if not mean > 0:
        raise CannotAnswer("The surface below the line is zero everywhere, so there is no ratio. Choose another reading of the denominator.")
    return above / np.maximum(below, floor_share * mean)
