"""Is it more than two smooth maps would show by chance? A test that stays honest on a real coastline.

Residents and recorded crime are both smooth: neighbours are alike. Two maps that have nothing to do
with each other then agree by chance far more often than a test that shuffles cells believes; such a
test calls 40 to 90 % of unrelated smooth maps "associated". Here the flagged cells are kept as they
lie and moved bodily over the residents, by every whole-cell shift that keeps enough of them within
the place. If the real position gives no more extreme a ratio than the moved ones, chance explains it.

A shift pushes some flagged cells off the edge, and a ratio over fewer cells scatters more. Each
ratio is therefore scaled for the flagged cells left (the variance correction of Mrkvička, Dvořák,
González & Mateu), which makes the test hold on places that are not rectangles. Here we leave the
paper: it scales by the square root, as for independent cells; flagged cells lie in clusters and lose
less, so the power is estimated from the shifts themselves, between none and the square root.

Its size on Southend's own outline is measured in tests/audit/test_spatial_null.py: unrelated smooth
maps are rejected 3 to 7 % of the time at the nominal 5 %, where shuffling cells rejects 40 % and more.

Steps, in order:  overlaps by FFT -> log ratio at every shift -> scaled for cells left -> rank

Source: Mrkvička, Dvořák, González & Mateu (2021), Revisiting the random shift approach for testing
in spatial statistics, Spatial Statistics 42, doi 10.1016/j.spasta.2020.100430 (read as the documentation
of the R package NTSS gives it: the variance correction is for windows of any outline).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..places.grid import Grid

NULL_MODEL = "flagged cells moved bodily over the residents, by every shift that keeps half of the place and of the spots within it"
LEAST_PLACE = 0.5
"""Share of the place that must lie over itself after a shift."""
LEAST_SPOTS = 0.5
"""Share of the flagged cells that must still lie within the place after a shift."""
LEAST_SHIFTS = 100
"""Fewer shifts than this cannot tell a p-value near 5 % from its neighbours."""


@dataclass(frozen=True)
class Shifts:
    """What every admissible shift gives.

    Attributes:
        observed: log exposure ratio where the flagged cells really lie.
        moved: log exposure ratio at each admissible shift, the real position included; shape (shifts,).
        left: flagged cells left within the place at each shift, shape (shifts,).
        of: flagged cells in all.
    """

    observed: float
    moved: NDArray[np.float64]
    left: NDArray[np.float64]
    of: float

    @property
    def p_value(self) -> float | None:
        """Two-sided; None where there are too few shifts to tell."""
        if len(self.moved) < LEAST_SHIFTS or not np.isfinite(self.observed):
            return None
        away, real = np.abs(self.moved - self.moved.mean()), np.abs(self.observed - self.moved.mean())
        power = _power_of_loss(away, self.left)
        # The real position counts among the shifts, so a p-value is never zero.
        return float(np.mean(away * self.left**power >= real * self.of**power * (1 - 1e-9)))


def _power_of_loss(away: NDArray[np.float64], left: NDArray[np.float64]) -> float:
    """How the scatter of ratios falls with the flagged cells left: minus the slope of log scatter on log cells, kept between 0 and 1/2."""
    cells, scatter = np.log(left), np.log(away + 1e-12)
    cells = cells - cells.mean()
    spread = float(cells @ cells)
    return float(np.clip(-(cells @ scatter) / spread, 0.0, 0.5)) if spread > 0 else 0.0


def shifts(grid: Grid, is_flagged: NDArray[np.bool_], people: NDArray[np.float64], reference_people: NDArray[np.float64]) -> Shifts:
    """The log exposure ratio for every admissible shift of the flagged cells, all at once by FFT.

    Args:
        grid: the cells.
        is_flagged: shape (cells,).
        people, reference_people: residents of the group and of the reference group by cell, shape (cells,).
    """
    inside = grid.raster(np.ones(len(grid)), outside=0)
    spots = grid.raster(is_flagged, outside=0)
    moved_spots, moved_place = _Moved(spots), _Moved(inside)
    # Both count cells; the FFT leaves them a hair off, and a hair must not decide which shifts are kept.
    overlap, left = np.rint(moved_place.over(inside)), np.rint(moved_spots.over(inside))
    group, reference = grid.raster(people, outside=0), grid.raster(reference_people, outside=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (moved_spots.over(group) / moved_place.over(group)) / (moved_spots.over(reference) / moved_place.over(reference))
        log_ratio = np.log(ratio)
    enough = (overlap >= LEAST_PLACE * len(grid)) & (left >= LEAST_SPOTS * spots.sum()) & np.isfinite(log_ratio)
    return Shifts(float(log_ratio[0, 0]), log_ratio[enough], left[enough], float(spots.sum()))


def exposure_p_values(
    grid: Grid, is_flagged: NDArray[np.bool_], people: NDArray[np.float64], groups: Sequence[str], *, reference: str
) -> dict[str, tuple[float, str]]:
    """For each group, the p-value of its exposure ratio against the reference group's, and the null model.

    Args:
        grid: the cells.
        is_flagged: shape (cells,).
        people: residents by cell and group, shape (cells, groups).
        groups: names of the columns.
        reference: the group compared with.

    Returns:
        Group -> (p-value, null model); groups without a p-value are left out.
    """
    at = list(groups).index(reference)
    found = {}
    for i, group in enumerate(groups):
        if i != at and people[:, i].sum() > 0:
            p_value = shifts(grid, is_flagged, people[:, i], people[:, at]).p_value
            if p_value is not None:
                found[group] = (p_value, NULL_MODEL)
    return found


class _Moved:
    """A raster that can be moved over others: the sum of products at every shift, [0, 0] being no shift."""

    def __init__(self, raster: NDArray[np.float64]) -> None:
        from scipy import fft

        # Room for every shift without wrapping round: nothing reappears on the other side.
        self.shape = tuple(fft.next_fast_len(2 * size, real=True) for size in raster.shape)
        self.spectrum = np.conj(fft.rfft2(raster, self.shape))

    def over(self, raster: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over cells of this raster, moved, times the other; shape of the padded rectangle."""
        from scipy import fft

        summed = fft.irfft2(self.spectrum * fft.rfft2(raster, self.shape), self.shape)
        scale = np.abs(summed).max()
        return np.where(np.abs(summed) > 1e-10 * scale, summed, 0.0)
