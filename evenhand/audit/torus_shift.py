"""All shifts of one raster over another on a rectangle whose edges are joined: what leaves on one side comes back on the other.

The quickest valid null there is, where the map really is a rectangle that repeats itself: all 262,144
shifts of 512 by 512 cells in hundredths of a second. Three statistics: correlation of values, of ranks,
and the exposure ratio of flagged cells.

Read with care: real maps do not repeat. Joining the edges makes a cliff where the map had none, and the
shifted maps then vary less than real ones do. Measured on independent maps over a rectangle of 40 by 30
cells (tests/audit/test_size_and_power.py), 4 % are rejected at the nominal 5 % when the maps are smoothed over
a fifteenth of the short side, but 9 % at an eighth, 14 % at a fifth, 25 % at a third, and 30 to 60 % where both
slope. So the audits never choose it for a real place; it is here for simulated rasters, for very rough maps,
and to show what others do.

Example:
    >>> rough, other = np.random.default_rng(2).normal(size=(2, 64, 64))
    >>> shifts = torus_correlation(rough, rough + 3 * other)
    >>> f"{shifts.observed:.2f} beside {shifts.moved.size:,} shifts, p = {shifts.p_value:.4f}"
    '0.31 beside 4,096 shifts, p = 0.0002'

Source: Lotwick & Silverman (1982), Journal of the Royal Statistical Society B 44(3), 406-413 (toroidal shift; recalled);
Mrkvička, Dvořák, González & Mateu (2021), Spatial Statistics 42, doi 10.1016/j.spasta.2020.100430 (where it fails).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue, CannotAnswer
from .spatial_null import LEAST_SHIFTS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NULL_MODEL = "one map moved over the other by every whole-cell shift, the rectangle's edges joined"


@dataclass(frozen=True)
class TorusShifts:
    """What every shift of a torus gives.

    Attributes:
        observed: the statistic where the maps really lie.
        moved: at each shift, the real position at [0, 0]; shape (rows, columns). nan where it cannot be worked out.
        middle: the value of no association: 0 for a correlation, the average log ratio for exposure.
    """

    observed: float
    moved: NDArray[np.float64]
    middle: float = 0.0

    @property
    def p_value(self) -> float | None:
        """Two-sided: the share of shifts as far from the middle as the real position; None below 100 shifts."""
        if self.moved.size < LEAST_SHIFTS or not np.isfinite(self.observed):
            return None
        away = abs(self.observed - self.middle)
        # A shift that gives no number counts as extreme: leaving it out would favour an association.
        inner = np.count_nonzero(np.abs(self.moved - self.middle) < away * (1 - 1e-9) - 1e-12)
        return float(1 - inner / self.moved.size)


def torus_correlation(first: ArrayLike, second: ArrayLike, *, ranks: bool = False) -> TorusShifts:
    """The correlation of two rasters at every shift of the first, edges joined.

    Args:
        first, second: a number for each cell of the full rectangle, shape (rows, columns).
        ranks: correlate ranks (Spearman) instead of values (Pearson).

    Returns:
        TorusShifts; correlations from -1 to 1.

    Raises:
        BadValue: rasters of different shapes, or a cell without a value: then the place is no full rectangle.
        CannotAnswer: a raster that is the same everywhere.

    Example:
        >>> waves = np.sin(np.arange(12) * np.pi / 6) * np.ones((12, 1))
        >>> torus_correlation(waves, waves).moved[0].round(2).tolist()[:3]
        [1.0, 0.87, 0.5]

    Read with care:
        Valid for maps that repeat, or are rough beside the rectangle; see the head of this file.

    Source: Lotwick & Silverman (1982), Journal of the Royal Statistical Society B 44(3), 406-413.
    """
    from scipy import fft
    from scipy.stats import rankdata

    one, other = _rasters(first, second)
    if ranks:
        one, other = (rankdata(raster).reshape(raster.shape) for raster in (one, other))
    one, other = one - one.mean(), other - other.mean()
    scale = np.linalg.norm(one) * np.linalg.norm(other)
    if not scale > 0:
        raise CannotAnswer("One of the two maps has the same value everywhere, so it cannot go with anything.")
    moved = fft.irfft2(np.conj(fft.rfft2(one)) * fft.rfft2(other), one.shape) / scale
    return TorusShifts(float(moved[0, 0]), moved)


def torus_exposure(is_flagged: ArrayLike, people: ArrayLike, reference_people: ArrayLike) -> TorusShifts:
    """The log exposure ratio of flagged cells at every shift of them, edges joined.

    log ratio = log(people in flagged cells / people) - log(reference people in flagged cells / reference people)

    Args:
        is_flagged: shape (rows, columns).
        people, reference_people: residents of the group and of the reference group by cell, shape (rows, columns).

    Returns:
        TorusShifts; 0 is parity. Shifts under which nobody of a group lives in a flagged cell are nan.

    Raises:
        BadValue: rasters of different shapes, a missing value, or a negative number of people.
        CannotAnswer: no cell is flagged, or a group has nobody.

    Example:
        >>> flagged = np.zeros((12, 10)); flagged[3:5, 3:6] = 1
        >>> group, rest = np.ones((12, 10)), np.full((12, 10), 9.0)
        >>> group[3:5, 3:6] = 4
        >>> shifts = torus_exposure(flagged, group, rest)
        >>> round(float(np.exp(shifts.observed)), 2), round(shifts.p_value, 3)
        (3.48, 0.008)

    Read with care:
        Valid for maps that repeat, or are rough beside the rectangle; for a real place use spatial_null.py.

    Source: Lotwick & Silverman (1982), Journal of the Royal Statistical Society B 44(3), 406-413.
    """
    from scipy import fft

    flagged, group = _rasters(is_flagged, people)
    _, reference = _rasters(is_flagged, reference_people)
    if min(group.min(), reference.min()) < 0:
        raise BadValue("The number of people must be 0 or more in every cell.")
    if not (flagged.any() and group.any() and reference.any()):
        raise CannotAnswer("No cell is flagged, or one of the groups has no residents, so there is no exposure to compare.")
    spots = np.conj(fft.rfft2(flagged))
    # Rounding of the FFT leaves a hair where nobody lives: that is nobody.
    there = [fft.irfft2(spots * fft.rfft2(who), who.shape) / who.sum() for who in (group, reference)]
    some = [np.where(share > 1e-12, share, np.nan) for share in there]
    moved = np.log(some[0]) - np.log(some[1])
    return TorusShifts(float(moved[0, 0]), moved, float(np.nanmean(moved)) if np.isfinite(moved).any() else 0.0)


def _rasters(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.ndim != 2 or one.shape != other.shape:
        raise BadValue(f"Two rasters of one shape are needed, rows by columns; found {one.shape} and {other.shape}.")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise BadValue("Some cells have no value, so the place is no full rectangle. Use effective_sample_size or spatial_null, which take any outline.")
    return one, other
