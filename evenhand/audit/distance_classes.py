"""Pairs of places by how far apart they lie: the one sum that spatial tests of many places need, without a table of all pairs.

A spatial test asks how alike two values are at each distance. Over 35,672 areas that is 636 million
pairs: too many to hold. Up to 3,000 places every pair is looked at. Above that the places are put on
a fine lattice, the FFT adds up the products at every step east and north at once, and pairs that are
near, where rounding to the lattice could move a pair to another class, are taken back and counted
exactly. Cells of a grid lie on a lattice already, so there nothing is rounded.

Classes widen with distance, since what matters is whether neighbours are alike: fifteen, from the
usual distance to the nearest place up to the largest distance, each as many times as wide as the one before.

Read with care: classes of equal width, as other programs use them, mix next-door neighbours with
places a fifteenth of the map away; where likeness fades within that, it is underestimated (decision 15).

Example:
    >>> classes = distance_classes([[0, 0], [100, 0], [0, 300]], edges_m=[200, 400])
    >>> classes.pairs.tolist(), classes.products([1.0, 2.0, -3.0]).tolist()
    ([1.0, 2.0], [2.0, -9.0])

Source: Clifford, Richardson & Hémon (1989), Biometrics 45(1), 123-134 (distance strata); Yao & Journel (1998),
Mathematical Geology 30(6), 589-615 (sums over pairs by FFT).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..tables.errors import BadPlace, BadSetting, BadValue, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CLASSES = 15
FEWEST_PLACES = 10
"""Fewer say nothing about likeness by distance."""
MOST_BY_PAIR = 3_000
"""Up to this many places every pair is looked at: 4.5 million."""
LATTICE = 1_024
"""Sites of the lattice along the longer side of a map of many places."""
NEAR_SITES = 12
"""Pairs closer than this many sites are counted exactly: beyond it, rounding moves a distance by a few per cent at most."""
MOST_NEAR = 6_000_000
"""Near pairs held at once, about 100 MB."""


class DistanceClasses(Protocol):
    """All pairs of some places, sorted into classes by distance.

    Attributes:
        edges_m: upper limit of each class, in metres, itself included; shape (classes,).
        pairs: pairs of different places in each class; shape (classes,).
        places: how many places.
    """

    edges_m: NDArray[np.float64]
    pairs: NDArray[np.float64]
    places: int

    def products(self, values: ArrayLike) -> NDArray[np.float64]:
        """For each class, the sum over its pairs of one place's value times the other's."""
        ...

    def added_up(self, by_class: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each place, the sum over all other places of what `by_class` gives for their distance."""
        ...


def distance_classes(xy_m: ArrayLike, *, edges_m: ArrayLike | None = None, cell_m: float | None = None, by_pair: bool | None = None) -> DistanceClasses:
    """Sort all pairs of places into classes of distance.

    Args:
        xy_m: easting and northing of each place, such as the middle of an area; metres, shape (places, 2).
        edges_m: upper limits of the classes, ascending; what lies beyond the last belongs to the last. Default: fifteen, widening.
        cell_m: for the cells of a grid, its cell size: places then lie exactly on a lattice.
        by_pair: look at every pair (True) or use the lattice (False). Default: by the number of places.

    Returns:
        The classes, ready for any values at these places.

    Raises:
        BadValue: coordinates that are missing or not two to a place.
        BadPlace: all places are one.
        BadSetting: edges that do not ascend.
        CannotAnswer: fewer than 10 places, when no edges are given.
    """
    places = np.asarray(xy_m, dtype=float)
    if places.ndim != 2 or places.shape[1] != 2 or not np.isfinite(places).all():
        raise BadValue("Each place needs an easting and a northing in metres, none missing. Leave out places without, or mend their geometry.")
    edges = widening_edges(places) if edges_m is None else np.asarray(edges_m, dtype=float)
    if edges.ndim != 1 or len(edges) == 0 or not np.isfinite(edges).all() or np.any(np.diff(edges, prepend=0.0) <= 0):
        raise BadSetting(f"The limits of distance classes must ascend from above zero; found {np.asarray(edges).tolist()[:6]}.")
    if by_pair if by_pair is not None else len(places) <= MOST_BY_PAIR:
        return _ByPair(places, edges)
    return _ByLattice(places, edges, cell_m)


def widening_edges(xy_m: ArrayLike, *, classes: int = CLASSES) -> NDArray[np.float64]:
    """Upper limits of distance classes that widen from the usual distance of neighbours to the largest distance, by one factor.

    Args:
        xy_m: easting and northing of each place, metres.
        classes: how many.

    Raises:
        CannotAnswer: fewer than 10 places.
        BadPlace: all places are one.

    Example:
        >>> row = [[1000 * i, 0] for i in range(11)]
        >>> widening_edges(row, classes=3).round().tolist()
        [1000.0, 3162.0, 10000.0]
    """
    from scipy.spatial import cKDTree

    places = np.asarray(xy_m, dtype=float)
    if len(places) < FEWEST_PLACES:
        raise CannotAnswer(f"{len(places)} places are too few to see how likeness fades with distance; {FEWEST_PLACES} are the least.")
    apart = np.unique(places, axis=0)
    if len(apart) == 1:
        raise BadPlace("All places lie at one point, so no distance tells them apart. Check the coordinates.")
    longest = largest_distance(apart)
    shortest = min(float(np.median(np.asarray(cKDTree(apart).query(apart, k=2)[0])[:, 1])), longest / 2)
    return np.geomspace(shortest, longest, classes)


def largest_distance(xy_m: NDArray[np.float64]) -> float:
    """The largest distance between two places, in metres."""
    from scipy.spatial import ConvexHull, QhullError
    from scipy.spatial.distance import pdist

    try:
        corners = xy_m[ConvexHull(xy_m).vertices]
    except QhullError:  # all on one line, or too few
        along = xy_m @ np.linalg.svd(xy_m - xy_m.mean(axis=0), full_matrices=False)[2][0]
        corners = xy_m[[int(np.argmin(along)), int(np.argmax(along))]]
    return float(pdist(corners).max())


def _class_of(distance_m: NDArray[np.float64], edges_m: NDArray[np.float64]) -> NDArray[np.intp]:
    # A hair of room: the largest distance, worked out twice, must not fall beyond the last edge, nor cells at an edge to either side of it.
    return np.minimum(np.searchsorted(edges_m * (1 + 1e-9), distance_m), len(edges_m) - 1)


@dataclass
class _ByPair:
    """Every pair looked at."""

    xy_m: NDArray[np.float64]
    edges_m: NDArray[np.float64]
    pairs: NDArray[np.float64] = field(init=False)
    places: int = field(init=False)

    def __post_init__(self) -> None:
        from scipy.spatial.distance import pdist

        self.places = len(self.xy_m)
        self._class = _class_of(pdist(self.xy_m), self.edges_m).astype(np.int16)
        self.pairs = np.bincount(self._class, minlength=len(self.edges_m)).astype(float)
        # Where each place's pairs with the places after it begin.
        self._starts = np.concatenate([[0], np.cumsum(np.arange(self.places - 1, 0, -1))])

    def products(self, values: ArrayLike) -> NDArray[np.float64]:
        """For each class, the sum over its pairs of one place's value times the other's."""
        value = np.asarray(values, dtype=float)
        both = np.concatenate([value[i] * value[i + 1 :] for i in range(self.places - 1)])
        return np.asarray(np.bincount(self._class, both, minlength=len(self.edges_m)), dtype=float)

    def added_up(self, by_class: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each place, the sum over all other places of what `by_class` gives for their distance."""
        total = np.zeros(self.places)
        for i in range(self.places - 1):
            given = by_class[self._class[self._starts[i] : self._starts[i + 1]]]
            total[i] += given.sum()
            total[i + 1 :] += given
        return total


@dataclass
class _ByLattice:
    """Sums at every step of a lattice by FFT; near pairs exactly."""

    xy_m: NDArray[np.float64]
    edges_m: NDArray[np.float64]
    cell_m: float | None
    pairs: NDArray[np.float64] = field(init=False)
    places: int = field(init=False)

    def __post_init__(self) -> None:
        from scipy import fft

        low, high = self.xy_m.min(axis=0), self.xy_m.max(axis=0)
        self.places = len(self.xy_m)
        self._step = self.cell_m or float((high - low).max()) / (LATTICE - 1)
        site = np.rint((self.xy_m - low) / self._step).astype(np.int64)
        rows, columns = (int(fft.next_fast_len(2 * int(most) + 2, real=True)) for most in site.max(axis=0))
        self._shape = (rows, columns)
        self._at = site[:, 0] * columns + site[:, 1]
        self._class = self._class_of_steps()
        self._spectrum = fft.rfft2(self._raster(np.ones(self.places)))
        self._near = (np.empty(0, dtype=np.intp),) * 4 if self.cell_m else self._moved_by_rounding(site)
        self.pairs = np.rint(self.products(np.ones(self.places)))

    def products(self, values: ArrayLike) -> NDArray[np.float64]:
        """For each class, the sum over its pairs of one place's value times the other's."""
        from scipy import fft

        value = np.asarray(values, dtype=float)
        spectrum = fft.rfft2(self._raster(value))
        at_step = fft.irfft2(np.abs(spectrum) ** 2, self._shape).ravel()
        at_step[0] -= value @ value  # a place is no pair with itself
        classes = len(self.edges_m)
        found = np.bincount(self._class, at_step, minlength=classes) / 2  # each pair was met from both ends
        one, other, exactly, rounded = self._near
        both = value[one] * value[other]
        return found + np.bincount(exactly, both, minlength=classes) - np.bincount(rounded, both, minlength=classes)

    def added_up(self, by_class: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each place, the sum over all other places of what `by_class` gives for their distance."""
        from scipy import fft

        kernel = fft.rfft2(by_class[self._class].reshape(self._shape))
        total = fft.irfft2(kernel * self._spectrum, self._shape).ravel()[self._at] - by_class[self._class[0]]
        one, other, exactly, rounded = self._near
        change = by_class[exactly] - by_class[rounded]
        return np.asarray(total + np.bincount(one, change, minlength=self.places) + np.bincount(other, change, minlength=self.places))

    def _raster(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(self._at, value, minlength=self._shape[0] * self._shape[1]), dtype=float).reshape(self._shape)

    def _class_of_steps(self) -> NDArray[np.int16]:
        """Class of each step; the far half of each side stands for steps the other way."""
        across, up = (np.minimum(np.arange(size), size - np.arange(size)) for size in self._shape)
        return _class_of(np.hypot(across[:, None], up[None, :]).ravel() * self._step, self.edges_m).astype(np.int16)

    def _moved_by_rounding(self, site: NDArray[np.int64]) -> tuple[NDArray[np.intp], ...]:
        """Near pairs that the lattice puts into another class: both ends, true class, class on the lattice."""
        from scipy.spatial import cKDTree

        tree, reach = cKDTree(self.xy_m), NEAR_SITES * self._step
        while tree.count_neighbors(tree, reach) > 2 * MOST_NEAR:
            reach /= 2
        one, other = tree.query_pairs(reach, output_type="ndarray").T
        exactly = _class_of(np.hypot(*(self.xy_m[one] - self.xy_m[other]).T), self.edges_m)
        rounded = _class_of(np.hypot(*(site[one] - site[other]).T) * self._step, self.edges_m)
        moved = exactly != rounded
        return one[moved], other[moved], exactly[moved], rounded[moved]
