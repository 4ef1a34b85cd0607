"""Density of weighted points: what each recorded crime adds, summed.

Two ways to the same surface:

- `exact_density`: every point's kernel at every place asked for, found through a tree of points.
  It is the definition, and fast enough wherever points repeat, as published crime points do.
- `density_surface`: points are binned once onto a fine lattice and convolved by FFT. Memory hardly
  grows with the number of points, and a million take about a tenth of a second (docs/benchmarks.md).

The second errs most where a point lies alone, and falls with the square of lattice / bandwidth wherever
the kernel has no edge. At a tenth of a bandwidth, the worst place of many made-up maps was off by these
shares of the surface's peak:

    kernel                       a few points   thousands
    gaussian                         0.4 %        0.1 %
    quartic                          3 %          1.2 %
    epanechnikov, triangular         9 %          1.5 %
    uniform                        100 %         12 %       (its edge falls between lattice points)

Halving the step divides the first two rows by about four. Where one point alone matters, or the kernel
is uniform, use `exact_density`. Checked in tests/places/test_density.py.

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

_POINTS_AT_ONCE = 500_000
"""Enough to make the lattice's own cost small, few enough to bound the memory taken."""
_CORES = 2


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
    values = np.clip(_convolved(binned, window), 0, None)
    return Surface(values, float(corner[0]), float(corner[1]), step)


def _linear_bins(
    points_m: NDArray[np.float64], weights: ArrayLike | None, corner: NDArray[np.float64], step: float, rows: int, columns: int
) -> NDArray[np.float64]:
    """Each point's weight shared among the four lattice points round it, by nearness."""
    total = rows * columns
    each = None if weights is None else np.asarray(weights, dtype=float)
    # Of every lattice square: its points' weight, that weight times how far right and how far up they lie, and times both.
    whole, right, up, both = np.zeros((4, total))
    for start in range(0, len(points_m), _POINTS_AT_ONCE):
        here = slice(start, start + _POINTS_AT_ONCE)
        slot, x, y, weight = _within_squares(points_m[here], None if each is None else each[here], corner, step, rows, columns)
        xy = x * y
        if weight is not None:
            x *= weight
            y *= weight
            xy *= weight
        whole += np.bincount(slot, weight, total)
        right += np.bincount(slot, x, total)
        up += np.bincount(slot, y, total)
        both += np.bincount(slot, xy, total)
    right -= both
    up -= both
    whole -= right + up + both
    # The square's weight stays at its south-western corner but for what goes to the other three.
    whole[1:] += right[:-1]
    whole[columns:] += up[:-columns]
    whole[columns + 1 :] += both[: -columns - 1]
    return np.asarray(whole.reshape(rows, columns))


def _within_squares(
    points_m: NDArray[np.float64], weight: NDArray[np.float64] | None, corner: NDArray[np.float64], step: float, rows: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]:
    """The lattice square of each point, how far right and up in it the point lies (0 to 1), and the weights; points off the lattice left out."""
    x, y = points_m[:, 0] - corner[0], points_m[:, 1] - corner[1]
    x /= step
    y /= step
    column, row = np.floor(x), np.floor(y)
    # Two extremes are quicker than a comparison a point; nan, which is in no square, compares false.
    if not (column.min() >= 0 and row.min() >= 0 and column.max() < columns - 1 and row.max() < rows - 1):
        within = (column >= 0) & (column < columns - 1) & (row >= 0) & (row < rows - 1)
        x, y, column, row = x[within], y[within], column[within], row[within]
        weight = None if weight is None else weight[within]
    x -= column
    y -= row
    row *= columns
    row += column
    return row.astype(np.int64), x, y, weight


def _convolved(binned: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every bin spread by the window, which is odd-sized and centred; same shape as the bins."""
    from scipy.fft import irfft2, next_fast_len, rfft2

    reach = len(window) // 2
    rows, columns = binned.shape
    # What an FFT of this size folds over lies in the first `reach` rows and columns, which are not of the result.
    size = (next_fast_len(rows + reach, real=True), next_fast_len(columns + reach, real=True))
    waves = rfft2(binned, size, workers=_CORES)
    waves *= rfft2(window, size, workers=_CORES)
    return np.asarray(irfft2(waves, size, workers=_CORES, overwrite_x=True)[reach : reach + rows, reach : reach + columns])


def _positive(metres: float) -> float:
    if not (np.isfinite(metres) and metres > 0):
        raise BadSetting(f"A bandwidth or step of {metres!r} m cannot be used; give metres above zero.")
    return float(metres)
