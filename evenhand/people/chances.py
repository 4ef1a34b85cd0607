"""Drawing by chance: small helpers, and streams of random numbers that do not disturb each other.

Every purpose has a stream of its own in every step, so that a change in how one thing is drawn leaves the others as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

PURPOSES = (
    "people", "homes", "circles", "offences", "telling", "naming", "decisions", "sentences", "stops", "intelligence", "markers", "young", "probation",
    "drift", "witnesses", "earlier",
)  # fmt: skip


def stream(seed: int, purpose: str, step: int = 0) -> np.random.Generator:
    """The random numbers of one purpose in one step."""
    return np.random.default_rng([seed, PURPOSES.index(purpose), step])


def times(chance: Any, ratio: Any) -> NDArray[np.float64]:
    """A chance multiplied by a ratio, never above 1: 1 − (1 − chance)^ratio, which is chance × ratio while that is small.

    Example:
        >>> times(0.01, 2.0).round(4), times(0.9, 2.0).round(4)
        (np.float64(0.0199), np.float64(0.99))
    """
    return np.asarray(1.0 - (1.0 - np.asarray(chance, dtype=float)) ** ratio)


def table(values: Mapping[str, float], keys: Sequence[str], otherwise: float = 0.0) -> NDArray[np.float64]:
    """A table of parameters as an array in the order of its keys."""
    return np.array([values.get(key, otherwise) for key in keys], dtype=float)


def drawn(rng: np.random.Generator, shares: NDArray[Any], n: int | None = None) -> NDArray[np.int64]:
    """Which of several things comes up, by their shares.

    Args:
        rng: the stream.
        shares: shape (things,), the same for all `n`; or (n, things), a row each. They need not make 1.
        n: how many draws, where shares are the same for all.
    """
    heap = np.cumsum(shares, axis=-1, dtype=float)
    if heap.ndim == 1:
        return np.minimum(np.searchsorted(heap, rng.random(n) * heap[-1], side="right"), len(heap) - 1)
    found = (rng.random(len(heap))[:, None] * heap[:, -1:] >= heap).sum(axis=1)
    return np.minimum(found, heap.shape[1] - 1)


def by_weight(rng: np.random.Generator, heap: NDArray[np.float64], n: int, start: Any = 0.0, end: Any = None) -> NDArray[np.int64]:
    """Positions drawn by weight, from the running sum of the weights.

    Args:
        rng: the stream.
        heap: running sum, shape (people,).
        n: how many.
        start, end: the part of the running sum to draw from; one for all, or one for each draw.
    """
    top = heap[-1] if end is None else end
    return np.minimum(np.searchsorted(heap, start + rng.random(n) * (top - start), side="right"), len(heap) - 1)


def waited(rng: np.random.Generator, mean_days: Any, n: int) -> NDArray[np.int32]:
    """Whole days waited, exponential."""
    return np.floor(rng.exponential(1.0, n) * mean_days).astype(np.int32)


def own_number(who: NDArray[Any], what: int, seed: int) -> NDArray[np.float64]:
    """A standard normal number that is a person's own and stays the same, without being kept: a hash of the person and the matter."""
    from scipy.special import ndtri

    mask = (1 << 64) - 1
    x = who.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64((what * 0xD1B54A32D192ED03 + seed * 0x8CB92BA72F3D8DD7) & mask)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return np.asarray(ndtri(((x >> np.uint64(11)).astype(float) + 0.5) / 2**53))
