"""Maps as alike among neighbours as a given one, but otherwise random: Moran spectral randomisation.

A map is written as a sum of patterns: the eigenvectors of the neighbourhood, from broad slopes to
chequerboards. Chance is put into how much of each pattern there is, without changing how strongly
each scale is present; so mean, variance and likeness of neighbours stay. Three ways:

    singleton   each pattern keeps its strength and changes its sign at random; Moran's I exactly kept
    pair        two patterns of like scale are turned into each other by a random angle; Moran's I nearly kept
    triplet     three patterns exchange strength so that Moran's I is exactly kept, with random signs

Up to 3,000 places all patterns are used. Above that only the broadest (200), found by Lanczos' method; what
is left of the map keeps its shape and only changes its sign as a whole, which keeps Moran's I exactly
and the test valid, at some loss of power where much is left: `Patterns.left_out` says how much.

Read with care: measured on independent maps over Southend's and Bristol's areas (tests/audit/test_size_and_power.py),
5 to 9 % are rejected at the nominal 5 % for rough and middling maps, but 6 to 20 % where both are very smooth
(alike over a fifth of the place), and 15 to 70 % where both slope from one side to the other. The audits
therefore use the effective number of places instead; this is for those who want maps to look at, or know their maps to be rough.

Where we leave the paper: a triplet's exchange of strength is drawn directly along the line of all that keep
Moran's I, by the cosine of a uniform angle, instead of by trial and error.

Steps, in order:  neighbours -> patterns -> strengths of a map -> randomised -> maps, or a test

Source: Wagner & Dray (2015), Methods in Ecology and Evolution 6(10), 1169-1178, doi 10.1111/2041-210X.12407;
Dray (2011), Geographical Analysis 43(2), 127-141 (Moran's I from the patterns; recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import LinearOperator

Procedure = Literal["singleton", "pair", "triplet"]
PROCEDURES: tuple[Procedure, ...] = ("singleton", "pair", "triplet")
MOST_DENSE = 3_000
"""Places up to which all patterns are worked out: seconds, and 150 MB."""
BROADEST = 200
NULL_MODEL = "maps as alike among neighbours as the real one, their patterns' signs at random (Moran spectral randomisation)"


@dataclass(frozen=True)
class Patterns:
    """The patterns that a neighbourhood allows, broadest first.

    Attributes:
        strength: eigenvalue of each: how alike neighbours are on it, up to a factor; shape (patterns,).
        pattern: one a column, of length 1, mean 0, at right angles to each other; shape (places, patterns).
    """

    strength: NDArray[np.float64]
    pattern: NDArray[np.float64]

    @property
    def places(self) -> int:
        """How many places."""
        return int(self.pattern.shape[0])

    def left_out(self, values: ArrayLike) -> float:
        """Share of a map's variance that these patterns do not hold; 0 where all are used."""
        centred = _centred(values, self)
        return float(max(0.0, 1 - np.sum((self.pattern.T @ centred) ** 2) / np.sum(centred**2)))


def patterns_of(near: csr_array, *, most: int | None = None) -> Patterns:
    """The patterns of a neighbourhood: eigenvectors of its weights, centred on both sides.

    Args:
        near: weights of neighbours, the same both ways, sparse, shape (places, places); see `neighbours.both_ways`.
        most: how many, the broadest; default all up to 3,000 places, 200 above.

    Raises:
        BadSetting: weights that differ both ways, or more patterns than there are.

    Example:
        >>> from evenhand.audit.neighbours import both_ways, nearest
        >>> row = both_ways(nearest([[i, 0] for i in range(12)], neighbours=2))
        >>> patterns = patterns_of(row)
        >>> patterns.pattern.shape, bool(np.abs(patterns.pattern.sum(axis=0)).max() < 1e-9)
        ((12, 11), True)
    """
    from scipy.sparse.linalg import eigsh

    n = near.shape[0]
    if abs(near - near.T).max() > 1e-12:
        raise BadSetting("Moran randomisation needs weights that are the same both ways: hand them through neighbours.both_ways.")
    wanted = most if most is not None else (n - 1 if n <= MOST_DENSE else BROADEST)
    if not 1 <= wanted <= n - 1:
        raise BadSetting(f"{n:,} places have {n - 1:,} patterns; {wanted:,} were asked for.")

    if n <= MOST_DENSE:
        dense = near.toarray()
        across = dense.mean(axis=0)
        # The constant map is no pattern. Moved far below all others it comes first, and is left out.
        lowest = float(np.abs(dense).sum(axis=1).max()) + 1
        strength, pattern = np.linalg.eigh(dense - across[:, None] - across[None, :] + across.mean() - lowest / n)
        return Patterns(strength[: n - 1 - wanted : -1] if wanted < n - 1 else strength[:0:-1], pattern[:, ::-1][:, :wanted])

    strength, pattern = eigsh(_centred_weights(near), k=wanted, **_near_the_top(near))
    order = np.argsort(-strength)
    return Patterns(strength[order], pattern[:, order])


def _centred_weights(near: csr_array) -> LinearOperator:
    """The weights centred on both sides, as a product, so that no dense table is needed."""
    from scipy.sparse.linalg import LinearOperator

    def product(value: NDArray[np.float64]) -> NDArray[np.float64]:
        found = near @ (value - value.mean(axis=0))
        return np.asarray(found - found.mean(axis=0))

    return LinearOperator(near.shape, matvec=product, dtype=float)


def _near_the_top(near: csr_array) -> dict[str, Any]:
    """How Lanczos' method finds the broadest patterns quickly: by solving, just above the largest eigenvalue, where they lie far apart.

    Centring is a change of rank two, so a sparse factor of the plain weights serves (Woodbury's formula).
    """
    from scipy.sparse import csc_array, eye_array
    from scipy.sparse.linalg import LinearOperator, eigsh, splu

    n = near.shape[0]
    start = np.cos(np.arange(n) * 0.7)  # any but the constant; the same every time
    sigma = 1.001 * float(eigsh(near, k=1, which="LA", v0=start, return_eigenvectors=False, tol=1e-4)[0])
    factor = splu(csc_array(sigma * eye_array(n) - near))
    across = np.asarray(near.mean(axis=0)).ravel()
    two = np.column_stack([np.ones(n), across])
    solved = factor.solve(two)
    inner = np.linalg.inv(np.linalg.inv([[-across.mean(), 1.0], [1.0, 0.0]]) + two.T @ solved)

    def solve(value: NDArray[np.float64]) -> NDArray[np.float64]:
        plain = factor.solve(np.ravel(value))
        return np.asarray(solved @ (inner @ (two.T @ plain)) - plain)  # of the weights less sigma, hence the sign

    return {"sigma": sigma, "which": "LM", "v0": start - start.mean(), "OPinv": LinearOperator(near.shape, matvec=solve, dtype=float)}


def randomised(values: ArrayLike, patterns: Patterns, *, procedure: Procedure = "singleton", replicates: int = 999, seed: int = 1) -> NDArray[np.float64]:
    """Random maps as alike among neighbours as the given one.

    Args:
        values: a number for each place, shape (places,).
        patterns: of the places' neighbourhood.
        procedure: "singleton", "pair" or "triplet"; see the head of this file.
        replicates: how many maps.
        seed: of the random generator.

    Returns:
        Shape (replicates, places); each with the mean and variance of the given map.

    Raises:
        BadValue: a missing value, or a wrong number of them.
        BadSetting: an unknown procedure.
        CannotAnswer: the map is the same everywhere.

    Example:
        >>> from evenhand.audit.neighbours import both_ways, moran_i, nearest
        >>> row = both_ways(nearest([[i, 0] for i in range(30)], neighbours=2))
        >>> bumpy = np.sin(np.arange(30) / 3)
        >>> maps = randomised(bumpy, patterns_of(row), replicates=5)
        >>> [round(moran_i(one, row), 6) == round(moran_i(bumpy, row), 6) for one in maps]
        [True, True, True, True, True]

    Read with care:
        Values are not those of the given map: counts come out fractional, even negative.

    Source: Wagner & Dray (2015), Methods in Ecology and Evolution 6(10), 1169-1178.
    """
    centred = _centred(values, patterns)
    amount = patterns.pattern.T @ centred
    rng = np.random.default_rng(seed)
    drawn = _drawn(amount, patterns.strength, procedure, replicates, rng)
    rest = centred - patterns.pattern @ amount
    signs = rng.choice([-1.0, 1.0], size=(replicates, 1))
    return np.asarray(drawn @ patterns.pattern.T + signs * rest + np.mean(np.asarray(values, dtype=float)))


def moran_p_value(
    first: ArrayLike, second: ArrayLike, patterns: Patterns, *, procedure: Procedure = "singleton", replicates: int = 999, seed: int = 1
) -> float:
    """Two-sided p-value of a correlation, from random maps in the place of the first.

    p = (1 + maps whose correlation with the second is as far from 0) / (1 + maps)

    Args:
        first, second: a number for each place (ranks, for Spearman's correlation), shape (places,).
        patterns: of the places' neighbourhood.
        procedure, replicates, seed: as `randomised`; no map is made, only its product with the second.

    Raises:
        BadValue, BadSetting, CannotAnswer: as `randomised`.

    Example:
        >>> from evenhand.audit.neighbours import both_ways, nearest
        >>> row = both_ways(nearest([[i, 0] for i in range(60)], neighbours=2))
        >>> rough = np.random.default_rng(3).normal(size=60)
        >>> moran_p_value(rough, rough + 0.1 * np.arange(60) ** 0.5, patterns_of(row))
        0.001

    Read with care:
        Too low for very smooth or sloping maps: see the head of this file.

    Source: Wagner & Dray (2015), Methods in Ecology and Evolution 6(10), 1169-1178.
    """
    one, other = _centred(first, patterns), _centred(second, patterns)
    amount, against = patterns.pattern.T @ one, patterns.pattern.T @ other
    rng = np.random.default_rng(seed)
    rest = float(one @ other - amount @ against)
    products = _drawn(amount, patterns.strength, procedure, replicates, rng) @ against + rng.choice([-1.0, 1.0], size=replicates) * rest
    return float((1 + np.count_nonzero(np.abs(products) >= abs(one @ other) * (1 - 1e-9))) / (1 + replicates))


def _drawn(
    amount: NDArray[np.float64], strength: NDArray[np.float64], procedure: Procedure, replicates: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """How much there is of each pattern in each random map; shape (replicates, patterns)."""
    if procedure not in PROCEDURES:
        raise BadSetting(f"There is no procedure '{procedure}'. Choose one of {', '.join(PROCEDURES)}.")
    size = {"singleton": 1, "pair": 2, "triplet": 3}[procedure]
    signed = np.abs(amount) * rng.choice([-1.0, 1.0], size=(replicates, len(amount)))
    if size == 1:
        return signed
    # Patterns over, when they do not come out even, change sign only; which ones, chance decides.
    start = int(rng.integers(len(amount) % size + 1))
    groups = np.arange(start, start + len(amount) // size * size).reshape(-1, size)
    if size == 2:
        length, angle = np.linalg.norm(amount[groups], axis=1), rng.uniform(0, 2 * np.pi, (replicates, len(groups)))
        signed[:, groups[:, 0]], signed[:, groups[:, 1]] = length * np.cos(angle), length * np.sin(angle)
        return signed
    squares = _exchanged(amount[groups] ** 2, strength[groups], rng.uniform(0, np.pi, (replicates, len(groups), 1)))
    signed[:, groups] = np.sign(signed[:, groups]) * np.sqrt(squares)
    return signed


def _exchanged(squares: NDArray[np.float64], strength: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares of three amounts, moved along the line on which both their sum and Moran's I stay."""
    along = np.stack([strength[:, 2] - strength[:, 1], strength[:, 0] - strength[:, 2], strength[:, 1] - strength[:, 0]], axis=1)
    along = along / np.maximum(np.abs(along).max(axis=1, keepdims=True), 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.where(along != 0, -squares / along, np.nan)
    # The first and third fall as the second rises: the second's end is the lowest step, the nearer of the others' the highest.
    low = np.where(along[:, 1] > 0, ends[:, 1], 0.0)
    high = np.where(along[:, 1] > 0, np.fmin(ends[:, 0], ends[:, 2]), 0.0)
    step = (low + high)[None, :, None] / 2 + (high - low)[None, :, None] / 2 * np.cos(angle)
    return np.asarray(np.maximum(squares + step * along, 0.0))


def _centred(values: ArrayLike, patterns: Patterns) -> NDArray[np.float64]:
    value = np.asarray(values, dtype=float)
    if value.shape != (patterns.places,) or not np.isfinite(value).all():
        raise BadValue(f"Each of the {patterns.places:,} places needs one value, none missing. Leave out places without.")
    if np.ptp(value) == 0:
        raise CannotAnswer("One of the two maps has the same value everywhere, so it cannot go with anything.")
    return np.asarray(value - value.mean())
