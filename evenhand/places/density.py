"""Density of weighted points: what each recorded crime adds, summed.

Two ways to the same surface:

- `exact_density`: every point's kernel at every place asked for, found through a tree of points.
  It is the definition, and fast enough wherever points repeat, as published crime points do.
- `density_surface`: points are binned once onto a fine lattice and convolved by FFT. Cost does not
  grow with the number of points. Its error falls with lattice / bandwidth, for smooth kernels with the
  square of it: at a tenth of a bandwidth it stays within 1 % of the surface's peak, but 15 % under the
  uniform kernel, whose cliff no lattice can draw (tests/places/test_density.py).

Source: Silverman (1982), Applied Statistics 31(1), 93-99 (binning and FFT); Wand (1994),
Journal of Computational and Graphical Statistics 3(4), 433-445 (linear binning).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from .kernels import kernel_named

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array


def kernel_matrix(places_m: NDArray[np.float64], points_m: NDArray[np.float64], *, kernel: str = "quartic", bandwidth_m: float) -> csr_array:
    """What one point adds to the density at each place; sparse, shape (places, points), per square metre.

    Args:
        places_m, points_m: eastings and northings, shape (places, 2) and (points, 2).
        kernel: a name in kernels.KERNELS.
        bandwidth_m: the kernel's bandwidth.

    Raises:
        BadSetting: an unknown kernel or a bandwidth that is not positive.

    Example:
        >>> row = kernel_matrix(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [100.0, 0.0]]), bandwidth_m=100).toarray()[0]
        >>> [round(float(v) * np.pi * 100**2, 6) for v in row]
        [3.0, 0.0]
    """
    from scipy.sparse import csr_array
    from scipy.spatial import cKDTree

    shape, bandwidth = kernel_named(kernel), _positive(bandwidth_m)
    near = cKDTree(places_m).sparse_distance_matrix(cKDTree(points_m), shape.reach * bandwidth, output_type="coo_matrix")
    height = shape.height(near.data / bandwidth) / bandwidth**2
    return csr_array((height, (near.row, near.col)), shape=(len(places_m), len(points_m)))


def exact_density(
    places_m: NDArray[np.float64], points_m: NDArray[np.float64], weights: ArrayLike | None = None, *, kernel: str = "quartic", bandwidth_m: float
) -> NDArray[np.float64]:
    """Weighted density at each place: sum of weight times kernel, per square metre; shape (places,)."""
    each = np.ones(len(points_m)) if weights is None else np.asarray(weights, dtype=float)
    return np.asarray(kernel_matrix(places_m, points_m, kernel=kernel, bandwidth_m=bandwidth_m) @ each)


@dataclass(frozen=True)
class Surface:
    """A density on a lattice: `values[row, column]` stands at (west_m + column * step_m, south_m + row * step_m)."""

    values: NDArray[np.float64]
    west_m: float
    south_m: float
    step_m: float

    def at(self, places_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """The density at places, bilinear between lattice points; zero beyond the lattice."""
        from scipy.ndimage import map_coordinates

        column, row = ((places_m - [self.west_m, self.south_m]) / self.step_m).T
        return np.asarray(map_coordinates(self.values, [row, column], order=1, mode="constant", cval=0.0))


def density_surface(
    points_m: NDArray[np.float64],
    weights: ArrayLike | None = None,
    *,
    kernel: str = "quartic",
    bandwidth_m: float,
    step_m: float | None = None,
    bounds_m: tuple[float, float, float, float] | None = None,
) -> Surface:
    """Weighted density on a lattice, by one binning pass and one FFT.

    Args:
        points_m: eastings and northings, shape (points, 2).
        weights: one each, default 1.
        kernel, bandwidth_m: as for `kernel_matrix`.
        step_m: lattice spacing; default a tenth of the bandwidth.
        bounds_m: west, south, east, north of the lattice; default the points' own. Points beyond it still
            count as far as their kernel reaches in.

    Returns:
        The surface, per square metre.

    Raises:
        BadSetting: an unknown kernel, or a bandwidth or step that is not positive.
    """
    from scipy.signal import fftconvolve

    bandwidth, shape = _positive(bandwidth_m), kernel_named(kernel)
    step = _positive(bandwidth / 10 if step_m is None else step_m)
    reach = int(np.ceil(shape.reach * bandwidth / step))
    low, high = (points_m.min(axis=0), points_m.max(axis=0)) if bounds_m is None else (np.array(bounds_m[:2]), np.array(bounds_m[2:]))
    corner = low - reach * step
    columns, rows = (np.ceil((high - low) / step).astype(int) + 2 * reach + 1).tolist()
    binned = _linear_bins(points_m, weights, corner, step, rows, columns)
    offsets = np.arange(-reach, reach + 1) * step
    window = shape.height(np.hypot(*np.meshgrid(offsets, offsets)) / bandwidth)
    # Scaled to integrate to one on the lattice too, so that no harm is lost or made by the lattice itself.
    window /= window.sum() * step**2
    values = np.clip(fftconvolve(binned, window, mode="same"), 0, None)
    return Surface(values, float(corner[0]), float(corner[1]), step)


def _linear_bins(
    points_m: NDArray[np.float64], weights: ArrayLike | None, corner: NDArray[np.float64], step: float, rows: int, columns: int
) -> NDArray[np.float64]:
    """Each point's weight shared among the four lattice points round it, by nearness."""
    column, row = ((points_m - corner) / step).T
    west, south = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right, up = column - west, row - south
    within = (west >= 0) & (west < columns - 1) & (south >= 0) & (south < rows - 1)
    each = np.ones(len(points_m)) if weights is None else np.asarray(weights, dtype=float)
    if not within.all():
        west, south, right, up, each = west[within], south[within], right[within], up[within], each[within]
    slot = south * columns + west
    total = rows * columns
    binned = np.bincount(slot, each * (1 - right) * (1 - up), total)
    binned += np.bincount(slot + 1, each * right * (1 - up), total)
    binned += np.bincount(slot + columns, each * (1 - right) * up, total)
    binned += np.bincount(slot + columns + 1, each * right * up, total)
    return np.asarray(binned, dtype=float).reshape(rows, columns)


def _positive(metres: float) -> float:
    if not (np.isfinite(metres) and metres > 0):
        raise BadSetting(f"A bandwidth or step of {metres!r} m cannot be used; give metres above zero.")
    return float(metres)
