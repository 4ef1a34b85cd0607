"""Two maps over one place, one moved bodily over the other: every shift at once, in a place of any outline.

If two maps have nothing to do with each other, it does not matter how one lies over the other. So one
is moved by every whole-cell step that keeps half of the places within the outline, and the covariance
worked out at each; the real position is compared with all the moved ones. Sums over places at every
step are one FFT each: 35,672 areas give some hundred thousand shifts in a fraction of a second.

A shift pushes places over the edge, and a covariance over fewer places scatters more: each is scaled
by the square root of the places left (the variance correction of Mrkvička, Dvořák, González & Mateu).
`spatial_null.py` does the same for the exposure ratio of flagged cells.

Areas are moved as points, their middles, over a raster of the other map's values; cells of a grid as themselves.

Read with care: measured on independent maps (tests/audit/test_size_and_power.py), 1 to 11 % are rejected
at the nominal 5 % on rectangles, on Southend's outline and over 35,672 made-up areas, by smoothness. But maps that slope
from one side to the other have no counterpart among the shifted ones, and are rejected 8 to 50 % of the
time: where both might, use effective_sample_size.py, which is what the audits do.

Steps, in order:  places and values as rasters -> sums at every shift by FFT -> covariance -> scaled for places left -> rank

Example:
    >>> import geopandas as gpd, shapely
    >>> from evenhand.places.grid import make_grid
    >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 4000, 3000)], crs="EPSG:27700")
    >>> grid = make_grid(town, cell_m=100)
    >>> rough, other = np.random.default_rng(1).normal(size=(2, len(grid)))
    >>> alike = Shifting(grid).test(rough, rough + other)
    >>> len(alike.moved) > 500, alike.p_value < 0.01, Shifting(grid).test(rough, other).p_value > 0.05
    (True, True, True)

Source: Mrkvička, Dvořák, González & Mateu (2021), Revisiting the random shift approach for testing
in spatial statistics, Spatial Statistics 42, doi 10.1016/j.spasta.2020.100430.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue, OutsidePlace
from .spatial_null import LEAST_PLACE, LEAST_SHIFTS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..places.grid import Grid

NULL_MODEL = "one map moved bodily over the other, by every shift that keeps half of the places within the outline"


@dataclass(frozen=True)
class MapShifts:
    """What every admissible shift gives.

    Attributes:
        observed: covariance of the standardised maps where they really lie.
        moved: the same at each admissible shift, the real position included; shape (shifts,).
        left: places left within the outline at each shift, shape (shifts,).
    """

    observed: float
    moved: NDArray[np.float64]
    left: NDArray[np.float64]

    @property
    def p_value(self) -> float | None:
        """Two-sided; None below 100 shifts, or where one of the maps is the same everywhere."""
        if len(self.moved) < LEAST_SHIFTS or not np.isfinite(self.observed):
            return None
        middle = self.moved.mean()
        away = np.abs(self.moved - middle) * np.sqrt(self.left)
        # The real position counts among the shifts, so a p-value is never zero.
        return float(np.mean(away >= abs(self.observed - middle) * np.sqrt(self.left.max()) * (1 - 1e-9)))


class Shifting:
    """A place made ready to move maps about in: what depends on the place alone is worked out once."""

    def __init__(self, grid: Grid, xy_m: ArrayLike | None = None) -> None:
        """Make a place ready.

        Args:
            grid: the cells of the place; for areas, a grid over them, cells about as large as a small area.
            xy_m: the middle of each area, shape (areas, 2), in the order of the grid's areas; None moves the cells themselves.

        Raises:
            OutsidePlace: the middle of an area lies in no cell of the place.
        """
        from scipy import fft

        self._grid, self._by_area = grid, xy_m is not None
        cell = np.arange(len(grid)) if xy_m is None else grid.cell_of(*np.asarray(xy_m, dtype=float).T)
        if (cell < 0).any():
            raise OutsidePlace(f"The middle of {int((cell < 0).sum()):,} areas lies outside the place. Use a point within each area.")
        self._cell, self.places = cell, len(cell)
        # Room for every shift without wrapping round: nothing reappears on the other side.
        self._shape = tuple(fft.next_fast_len(2 * size, real=True) for size in (grid.rows, grid.columns))
        self._places = np.conj(self._spectrum(self._by_middle(np.ones(self.places))))
        self._inside = self._spectrum(np.ones(len(grid)))
        left = np.rint(self._at_every_shift(self._places, self._inside))
        self._enough = left >= LEAST_PLACE * self.places
        self._left = left[self._enough]

    def test(self, first: ArrayLike, second: ArrayLike, *, ranks: bool = False) -> MapShifts:
        """Covariance of two maps at every admissible shift.

        Args:
            first, second: a number for each area, or each cell; the first is moved.
            ranks: put ranks for values, as Spearman's correlation does.

        Raises:
            BadValue: a missing value, or a wrong number of them.
        """
        moved, still = self._standardised(first, ranks), self._standardised(second, ranks)
        sums = np.conj(self._spectrum(self._by_middle(moved)))
        field = self._spectrum(self._by_cell(still))
        left = self._left
        both = self._at_every_shift(sums, field)[self._enough] / left
        apart = self._at_every_shift(sums, self._inside)[self._enough] * self._at_every_shift(self._places, field)[self._enough] / left**2
        found = both - apart
        # The first shift is none at all, and always admissible.
        return MapShifts(float(found[0]), found, left)

    def _standardised(self, values: ArrayLike, ranks: bool) -> NDArray[np.float64]:
        from scipy.stats import rankdata

        value = np.asarray(values, dtype=float)
        if value.shape != (self.places,) or not np.isfinite(value).all():
            found = int(np.isfinite(value).sum())
            raise BadValue(f"Each of the {self.places:,} places needs one value, none missing; found {found:,}. Leave out places without.")
        if ranks:
            value = rankdata(value)
        spread = value.std()
        return np.asarray((value - value.mean()) / spread) if spread > 0 else np.full(self.places, np.nan)

    def _by_middle(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each cell, the sum over the places whose middle lies in it."""
        return np.asarray(np.bincount(self._cell, value, minlength=len(self._grid)), dtype=float)

    def _by_cell(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """A value for each cell: its own, or that of the areas on its ground."""
        if not self._by_area:
            return value
        shared = self._grid.covered_m2
        return np.asarray((shared @ value) / np.asarray(shared.sum(axis=1)).ravel())

    def _spectrum(self, by_cell: NDArray[np.float64]) -> NDArray[np.complex128]:
        from scipy import fft

        return np.asarray(fft.rfft2(self._grid.raster(by_cell, outside=0), self._shape))

    def _at_every_shift(self, moved: NDArray[np.complex128], still: NDArray[np.complex128]) -> NDArray[np.float64]:
        from scipy import fft

        return np.asarray(fft.irfft2(moved * still, self._shape))
