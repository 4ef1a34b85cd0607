"""A density from points, smooth where points are few and sharp where they are many: each kernel is as wide as its k-th neighbour is far.

Coordinates are first divided by their standard deviations, so that days and metres can be compared; D_i is the distance
from point i to the k-th nearest of the others; its kernel is a Gaussian with D_i times the standard deviation in each direction.

The sum over all kernels is not taken kernel by kernel. Space is cut into boxes, the smaller the narrower the kernels that reach
into them; within a box the sum of the kernels that are wide beside it is a polynomial (Chebyshev, `NODES` a direction), and the
few narrow ones are added as they are. So a million values cost about a million small products, whatever the number of kernels.
Boxes are made when first asked for. Values are those of the plain sum to a twenty-thousandth of the highest value where boxes are used
(tests/systems/test_neighbour_density.py), and to rounding where so few are asked for that the plain sum is taken.

Steps, in order:  gathered_points -> neighbour_density (kernels);  then Surface.at: _answered -> _settle -> _polynomial -> _within

Source: Mohler, Short, Brantingham, Schoenberg & Tita (2011), Journal of the American Statistical Association 106(493), 100-108
(the estimator, after Zhuang, Ogata & Vere-Jones 2002; recalled).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from threadpoolctl import ThreadpoolController

REACH = 5.0
"""Kernels are cut off at so many of their widths: beyond lies 4e-6 of their height."""
NODES = 10
SIDE = 3.5
"""A box is at most so many widths of a kernel long for the kernel to be part of its polynomial."""
FEW_KERNELS, FEW_POINTS = 192, 256
"""So many narrow kernels are added as they are; for so few points no polynomial is made."""
AT_ONCE = 2**18
"""Kernels times points, or numbers in a block of products: 2 MB."""


class Kernels(NamedTuple):
    """A sum of Gaussians.

    Attributes:
        centres, widths: shape (kernels, directions).
        heights: at the centres, shape (kernels,).
    """

    centres: NDArray[np.float64]
    widths: NDArray[np.float64]
    heights: NDArray[np.float64]

    def scaled(self, by: float) -> Kernels:
        """The same sum times a number."""
        return self._replace(heights=self.heights * by)

    def mirrored(self) -> Kernels:
        """What would lie below 0 in the first direction is folded back above it: for delays, which cannot be negative."""
        leaks = self.centres[:, 0] < REACH * self.widths[:, 0]
        flipped = self.centres[leaks] * np.array([-1.0, *[1.0] * (self.centres.shape[1] - 1)])
        return Kernels(*(np.concatenate(pair) for pair in ((self.centres, flipped), (self.widths, self.widths[leaks]), (self.heights, self.heights[leaks]))))


def gathered_points(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The different points among some, sorted, and how many stand at each; shape (points, directions) and (points,)."""
    order = np.lexsort(points.T[::-1])
    ordered = points[order]
    is_new = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    return ordered[is_new], np.diff(np.append(np.flatnonzero(is_new), len(points)))


def neighbour_density(points: ArrayLike, *, k: int, least: ArrayLike) -> Kernels:
    """The kernels of a density that integrates to 1.

    Args:
        points: shape (points, directions); the same point may stand there many times.
        k: each kernel is as wide as the k-th nearest other point is far; the farthest, where there are fewer.
        least: no kernel is narrower than this; shape (directions,), in the units of the points.

    Example:
        >>> kernels = neighbour_density([[0.0], [1.0], [1.0], [4.0]], k=2, least=[0.5])
        >>> kernels.centres.ravel().tolist(), kernels.widths.round(6).ravel().tolist()
        ([0.0, 1.0, 4.0], [1.0, 1.0, 3.0])

    Read with care:
        Every point is a kernel's centre, so the density at a point holds that point's own kernel.
    """
    distinct, number = gathered_points(np.asarray(points, dtype=float))
    middle = np.average(distinct, axis=0, weights=number)
    spread = np.sqrt(np.average((distinct - middle) ** 2, axis=0, weights=number))
    distance = _kth_distance(distinct / np.where(spread > 0, spread, 1.0), number, k)
    widths = np.maximum(distance[:, None] * spread, np.asarray(least, dtype=float))
    directions = distinct.shape[1]
    return Kernels(distinct, widths, number / (number.sum() * (2 * np.pi) ** (directions / 2) * widths.prod(axis=1)))


def _kth_distance(distinct: NDArray[np.float64], number: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Distance from each point to the k-th nearest of the others, where several may stand at one place; 0 for a point that is alone."""
    from scipy.spatial import KDTree

    asked = min(k + 1, len(distinct))
    tree, found = KDTree(distinct), np.empty(len(distinct))
    for start in range(0, len(distinct), AT_ONCE // asked + 1):
        some = slice(start, start + AT_ONCE // asked + 1)
        distance, which = (np.asarray(one).reshape(len(distinct[some]), asked) for one in tree.query(distinct[some], k=asked))
        others = np.cumsum(number[which], axis=1) - 1
        enough = np.argmax(others >= k, axis=1)
        enough[others[:, -1] < k] = asked - 1
        found[some] = distance[np.arange(len(distance)), enough]
    return found


@dataclass
class _Box:
    """A part of space, how many values were asked for, its halves or its polynomial once they are worth making, and the kernels not yet in those."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    kernels: Kernels
    asked: int = 0
    halves: tuple[int, float, _Box, _Box] | None = None
    polynomial: NDArray[np.float64] | None = None


@dataclass
class Surface:
    """A sum of Gaussians made ready to be asked for many values within some limits.

    Attributes:
        kernels: the sum.
        low, high: limits of the points that will be asked for, shape (directions,).
    """

    kernels: Kernels
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    root: _Box = field(init=False)

    def __post_init__(self) -> None:
        """Begin with one box, and all kernels."""
        self.root = _Box(np.asarray(self.low, dtype=float), np.asarray(self.high, dtype=float), self.kernels)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum at each point, shape (points,).

        Example:
            >>> surface = Surface(neighbour_density([[0.0], [1.0], [1.0], [4.0]], k=2, least=[0.5]), [0.0], [4.0])
            >>> surface.at(np.array([[0.0], [1.0]])).round(4).tolist()
            [0.2344, 0.2801]
        """
        values, columns = np.zeros(len(points)), np.ascontiguousarray(points.T)
        waiting = [_Asked(self.root, np.arange(len(points)))]
        with _alone().limit(limits=1, user_api="blas"):
            while waiting:
                waiting += _answered(waiting.pop(), points, columns, values)
        return values


@cache
def _alone() -> ThreadpoolController:
    """Keeps a matrix product to its own thread: these are small, and threads that share them out wait for each other ten times as long."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class _Asked(NamedTuple):
    """A box, and which points of it are asked for."""

    box: _Box
    rows: NDArray[np.int64]


def _answered(asked: _Asked, points: NDArray[np.float64], columns: NDArray[np.float64], values: NDArray[np.float64]) -> list[_Asked]:
    """Write the values asked of a box, or say which of its halves to ask."""
    box, rows = asked
    if len(rows) == 0:
        return []
    if box.polynomial is None and box.halves is None:
        if len(box.kernels.heights) == 0:
            return []
        box.asked += len(rows)
        if box.asked <= FEW_POINTS or len(box.kernels.heights) <= FEW_KERNELS:
            values[rows] = _plain_sum(box.kernels, points.take(rows, axis=0), (box.low + box.high) / 2)
            return []
        _settle(box)
    if box.halves is None:
        values[rows] = _within(box, points.take(rows, axis=0))
        return []
    direction, middle, lower, upper = box.halves
    is_lower = columns[direction].take(rows) < middle
    return [_Asked(lower, rows[is_lower]), _Asked(upper, rows[~is_lower])]


def _box(low: NDArray[np.float64], high: NDArray[np.float64], kernels: Kernels) -> _Box:
    """A box with those of some kernels that reach into it."""
    off = np.zeros(len(kernels.heights))
    for direction in range(len(low)):  # direction by direction: sums over rows of three are slow
        centre = kernels.centres[:, direction]
        off += (np.maximum(np.maximum(low[direction] - centre, centre - high[direction]), 0.0) / kernels.widths[:, direction]) ** 2
    reaches = np.flatnonzero(off < REACH**2)
    return _Box(low, high, kernels if len(reaches) == len(off) else Kernels(*(part.take(reaches, axis=0) for part in kernels)))


def _settle(box: _Box) -> None:
    """Give a box its polynomial, or halves where too many kernels are narrow beside it."""
    longest = (box.high - box.low) / SIDE
    is_narrow = np.zeros(len(box.kernels.heights), dtype=bool)
    for direction, side in enumerate(longest):
        is_narrow |= box.kernels.widths[:, direction] < side
    if is_narrow.sum() > FEW_KERNELS:
        direction = int(np.argmax(longest / box.kernels.widths[is_narrow].mean(axis=0)))
        middle = (box.low[direction] + box.high[direction]) / 2
        end, start = box.high.copy(), box.low.copy()
        end[direction] = start[direction] = middle
        box.halves = (direction, middle, _box(box.low, end, box.kernels), _box(start, box.high, box.kernels))
        box.kernels = Kernels(*(part[:0].copy() for part in box.kernels))  # the halves have their own
        return
    box.polynomial = _polynomial(box, Kernels(*(part[~is_narrow] for part in box.kernels)))
    box.kernels = Kernels(*(part[is_narrow] for part in box.kernels))


def _polynomial(box: _Box, kernels: Kernels) -> NDArray[np.float64]:
    """Chebyshev coefficients of a sum of kernels within a box; shape (`NODES`,) * directions.

    At the nodes of a lattice a Gaussian is a product of one number for each direction, so the sum is a product of matrices.
    """
    directions = kernels.centres.shape[1]
    angles = np.pi * (np.arange(NODES) + 0.5) / NODES
    nodes = (box.low + box.high) / 2 + np.cos(angles)[:, None] * (box.high - box.low) / 2
    total = np.zeros((NODES ** (directions - 1), NODES))
    for start in range(0, len(kernels.heights), AT_ONCE // NODES**2):
        centres, widths, heights = (part[start : start + AT_ONCE // NODES**2] for part in kernels)
        along = [np.exp(-0.5 * ((nodes[:, [d]] - centres[:, d]) / widths[:, d]) ** 2) for d in range(directions)]
        product = heights[None, :]
        for one in along[:-1]:
            product = (product[:, None, :] * one[None, :, :]).reshape(-1, len(heights))
        total += product @ along[-1].T
    to_coefficients = np.cos(np.outer(np.arange(NODES), angles)) * (2.0 / NODES)
    to_coefficients[0] /= 2
    table = total.reshape((NODES,) * directions)
    for direction in range(directions):
        table = np.moveaxis(np.tensordot(to_coefficients, table, axes=(1, direction)), 0, direction)
    return table


def _within(box: _Box, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum at points of a box that has its polynomial."""
    assert box.polynomial is not None
    middle = (box.low + box.high) / 2
    half = np.where(box.high > box.low, (box.high - box.low) / 2, 1.0)
    table = box.polynomial.reshape(-1, NODES)
    values = np.empty(len(points))
    step = AT_ONCE // len(table) + 1
    for start in range(0, len(points), step):
        at = (points[start : start + step] - middle) / half
        powers = [_chebyshev(at[:, d]) for d in range(at.shape[1])]
        product = np.ones((1, len(at)))
        for one in powers[:-1]:
            product = (product[:, None, :] * one[None, :, :]).reshape(-1, len(at))
        values[start : start + step] = ((table.T @ product) * powers[-1]).sum(axis=0)
    np.maximum(values, 0.0, out=values)  # far from all centres a polynomial may dip below by its rounding
    return values + _plain_sum(box.kernels, points, middle) if len(box.kernels.heights) else values


def _chebyshev(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chebyshev polynomials 0 to `NODES` - 1 at some values, shape (`NODES`, values)."""
    found = np.empty((NODES, len(at)))
    found[0], found[1] = 1.0, at
    for degree in range(2, NODES):
        np.multiply(found[degree - 1], 2 * at, out=found[degree])
        found[degree] -= found[degree - 2]
    return found


def _plain_sum(kernels: Kernels, points: NDArray[np.float64], middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum kernel by kernel. All exponents are one product of matrices: those of a Gaussian are linear in the coordinates and their squares."""
    centres, precision = kernels.centres - middle, kernels.widths**-2.0
    of_kernel = np.vstack([-0.5 * precision.T, (centres * precision).T, np.log(kernels.heights) - 0.5 * (centres**2 * precision).sum(axis=1)])
    values = np.empty(len(points))
    step = AT_ONCE // len(centres) + 1
    for start in range(0, len(points), step):
        at = points[start : start + step] - middle
        exponents = np.hstack([at**2, at, np.ones((len(at), 1))]) @ of_kernel
        values[start : start + step] = np.exp(exponents, out=exponents).sum(axis=1)
    return values
