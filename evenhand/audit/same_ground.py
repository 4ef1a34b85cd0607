"""Systems made comparable: each gets exactly the same share of ground, whatever its squares and however many it lists.

One system flags 20 squares of 150 m, another so many of a square kilometre; their "hit rates" cannot be compared. Here each
is given its best-ranked ground up to the same share of the place. The last square is flagged in part, and squares that
score alike share what is left between them, which is the mean over all ways to break the tie.

    flagged_part     how much of each cell is flagged, 0 to 1
    ground_shared    ground flagged on both maps over ground flagged on either
    shared_by_lot    what two maps drawn by lot would share

Read with care: the same ground is not the same patrol; a square kilometre flagged whole is not walked whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from .capture_curve import placed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def flagged_part(scores: ArrayLike, ground: ArrayLike, share: float) -> NDArray[np.float64]:
    """How much of each cell is flagged when the best-ranked ground is, up to a share of all.

    Args:
        scores: higher is flagged first; shape (cells,) or (periods, cells).
        ground: of each cell, such as km²; shape (cells,).
        share: of all ground, above 0 and at most 1.

    Returns:
        From 0 to 1, shape of the scores; times ground it adds up to the share of all ground in every period.

    Raises:
        BadSetting: a share that is none.

    Example:
        >>> flagged_part([5, 1, 3], [1.0, 2.0, 1.0], 0.375).tolist()
        [1.0, 0.0, 0.5]

    Read with care:
        The same ground is not the same number of people, streets or patrols.

    Source: Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28 (maps held against each other by the share of
        crime for the share of ground; recalled, not re-read).
    """
    if not 0 < share <= 1:
        raise BadSetting(f"{share!r} is no share of ground to flag; give a number above 0 and at most 1, such as 0.01.")
    where = placed(scores, ground)
    width = where.end - where.start
    part = np.divide(share - where.start, width, out=(where.start < share).astype(float), where=width > 0)
    return np.asarray(np.clip(part, 0, 1))


def ground_shared(one: ArrayLike, other: ArrayLike, ground: ArrayLike) -> NDArray[np.float64]:
    """Ground flagged on both maps over ground flagged on either, for maps that may flag pieces in part.

    shared = sum(ground * min(one, other)) / sum(ground * max(one, other))

    Args:
        one, other: flagged part of each piece of ground, 0 to 1; shape (pieces,) or (periods, pieces).
        ground: of each piece, shape (pieces,).

    Returns:
        From 0 to 1, shape () or (periods,); nan where neither flags anything.

    Example:
        >>> float(ground_shared([1, 0, 0.5], [1, 1, 0], [1, 1, 1]))
        0.4

    Read with care:
        Two maps may share little ground and yet lie side by side: one street further on is other ground.

    Source: Ruzicka (1958), Biologia 13, 647-661 (Jaccard's overlap for parts; recalled, not re-read).
    """
    a, b, size = (np.asarray(each, dtype=float) for each in (one, other, ground))
    both, either = np.minimum(a, b) @ size, np.maximum(a, b) @ size
    return np.divide(both, either, out=np.full(np.shape(both), np.nan), where=either > 0)


def shared_by_lot(share: float) -> float:
    """What two maps that each flag a share of ground by lot would share, in a place of many pieces.

    share^2 / (2 share - share^2)

    Example:
        >>> round(shared_by_lot(0.01), 4)
        0.005
    """
    return share / (2 - share)
