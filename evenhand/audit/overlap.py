"""Overlap of lists: how much of last week's list is on this week's, and how much would be by chance.

A list that changes with every redraw is noise; one that never changes needs no new data. Neither number alone is good or bad.

    jaccard                what two lists share, over what either holds
    rank_biased_overlap    the same for ranked lists, the top counting for more
    chance_overlap         what two lists drawn by lot would share
    kept_beyond_chance     share kept, on a scale from chance to all
    list_hash              a short code that two runs share only if they give the same list

All take places by their codes; who or what lives there is for other audits.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .intervals import over_or_nan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray


def jaccard(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Places on both lists over places on either: 1 is the same list, 0 nothing shared.

    Args:
        one, other: whether each place is on the list; shape (…, places).

    Returns:
        Shape (…); nan where both lists are empty.

    Example:
        >>> float(jaccard([True, True, False, True], [True, False, True, True]))
        0.5

    Read with care:
        Two lists of twenty that share fifteen have a Jaccard of 0.6, not 0.75. Longer lists overlap more by chance: see `chance_overlap`.

    Source: Jaccard (1912), New Phytologist 11(2), 37-50.
    """
    first, second = np.broadcast_arrays(np.asarray(one, dtype=bool), np.asarray(other, dtype=bool))
    return over_or_nan((first & second).sum(axis=-1), (first | second).sum(axis=-1))


def rank_biased_overlap(one: Sequence[str], other: Sequence[str], *, p: float = 0.9) -> float:
    """Overlap of two ranked lists, averaged over depths that count for less the deeper they are (extrapolated RBO).

    rbo = (1 - p)/p (sum over d to l of X_d/d p^d + sum over d from s + 1 to l of X_s (d - s)/(s d) p^d)
          + ((X_l - X_s)/l + X_s/s) p^l,   X_d the places shared by the first d of each, s and l the lengths

    Args:
        one, other: places from the highest down; may differ in length.
        p: how far down it looks: the first ten places carry 86 % of the weight at 0.9, 53 % at 0.97.

    Returns:
        From 0 to 1; 1 for the same list, 0 for lists that share nothing; 1 for two empty lists.

    Raises:
        BadSetting: p is not between 0 and 1.
        BadValue: a list names one place twice.

    Example:
        >>> round(rank_biased_overlap("abcdefg", "bacdefg", p=0.9), 3)
        0.9

    Read with care:
        What lies below the end of a list is supposed to agree as well as what was seen. Ties must be settled before.
        Scores that change by a hair can change the order a great deal.

    Source: Webber, Moffat & Zobel (2010), ACM Transactions on Information Systems 28(4), 20, equation 32.
    """
    if not 0 < p < 1:
        raise BadSetting(f"p={p!r} must lie between 0 and 1; 0.9 looks at about the first twenty places.")
    if len(set(one)) < len(one) or len(set(other)) < len(other):
        raise BadValue("A ranked list names one place twice. Each place has one rank.")
    short, long = sorted((list(one), list(other)), key=len)
    if not short:
        return float(len(long) == 0)
    s, length = len(short), len(long)
    rank = {place: at for at, place in enumerate(short, start=1)}
    deeper = np.array([max(rank[place], at) for at, place in enumerate(long, start=1) if place in rank], dtype=int)
    depth = np.arange(1, length + 1)
    shared = np.searchsorted(np.sort(deeper), depth, side="right").astype(float)
    beyond = depth[s:]
    at_end, at_short = shared[-1], shared[s - 1]
    seen = (shared / depth * p**depth).sum() + (at_short * (beyond - s) / (s * beyond) * p**beyond).sum()
    return float((1 - p) / p * seen + ((at_end - at_short) / length + at_short / s) * p**length)


def chance_overlap(one: ArrayLike, other: ArrayLike, places: ArrayLike) -> NDArray[np.float64]:
    """Jaccard that two lists of these lengths, drawn by lot from so many places, would have on average.

    mean over the hypergeometric number m of places shared of m / (one + other - m)

    Args:
        one, other: lengths of the lists; any shape.
        places: how many places there are to choose from; no fewer than either.

    Returns:
        Same shape; nan where both lists are empty.

    Raises:
        BadValue: a list is longer than there are places.

    Example:
        >>> float(chance_overlap(20, 20, 661).round(4))
        0.0157

    Read with care:
        Lists of neighbours, or of town centres, overlap more than lists drawn by lot without any skill.

    Source: this is the hypergeometric mean; see Real & Vargas (1996), Systematic Biology 45(3), 380-385.
    """
    from scipy.stats import hypergeom

    first, second, all_ = np.broadcast_arrays(np.asarray(one, dtype=int), np.asarray(other, dtype=int), np.asarray(places, dtype=int))
    if (np.maximum(first, second) > all_).any() or (first < 0).any() or (second < 0).any():
        raise BadValue("A list cannot be longer than there are places, nor shorter than nothing.")
    found = np.full(first.shape, np.nan)
    for at in np.ndindex(first.shape):
        a, b, n = int(first[at]), int(second[at]), int(all_[at])
        if a + b > 0:
            shared = np.arange(max(0, a + b - n), min(a, b) + 1)
            found[at] = float((hypergeom.pmf(shared, n, a, b) * shared / (a + b - shared)).sum())
    return found


def kept_beyond_chance(kept: ArrayLike, chance: ArrayLike) -> NDArray[np.float64]:
    """Share kept from one list to the next, on a scale where 0 is what lists drawn by lot keep and 1 is all.

    (kept - chance) / (1 - chance)

    Args:
        kept: share of the earlier list that is on the later; any shape.
        chance: share that would be by lot: length of the later list over the number of places.

    Returns:
        Same shape; nan where chance keeps all.

    Example:
        >>> float(kept_beyond_chance(0.8, 0.03).round(3))
        0.794

    Read with care:
        High is not good by itself: a list that never changes needs no new data, and flags the same people for ever.

    Source: Cohen (1960), Educational and Psychological Measurement 20(1), 37-46, whose agreement beyond chance this is.
    """
    by_lot = np.asarray(chance, dtype=float)
    return over_or_nan(np.asarray(kept, dtype=float) - by_lot, 1 - by_lot)


def list_hash(places: Iterable[str], *, in_order: bool = False) -> str:
    """A short code of a list: the same inputs must give the same code, and another code means another list.

    Args:
        places: codes of the places flagged.
        in_order: their order counts.

    Returns:
        The first 16 hexadecimal figures of a SHA-256.

    Example:
        >>> list_hash(["b", "a"]) == list_hash(["a", "b"])
        True

    Read with care:
        The same code twice shows that a run can be repeated, not that it is right.

    Source: FIPS 180-4 (2015), Secure Hash Standard.
    """
    named = list(places) if in_order else sorted(places)
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]
