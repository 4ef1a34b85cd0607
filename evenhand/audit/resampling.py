"""Had police recorded another draw of the same crimes, which places would be flagged?

Recorded crimes are redrawn with replacement (a multinomial over what was recorded), and the places
flagged anew each time. For a score that is a sum over crimes this needs no second fit: one sparse
product gives every replicate's scores.

Read with care: crimes come in runs at the same address, so true redraws vary more; and what was never
recorded is in no draw.

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

_MOST_SCORES = 8_000_000
"""Scores held at once, so that a county of squares fits a small machine."""


def merged(contributions: csr_array, events: NDArray[np.float64], alike: NDArray[np.integer]) -> tuple[csr_array, NDArray[np.float64]]:
    """Rows that add the same to every score, such as one point's crimes of one kind in many months, made one.

    Args:
        contributions: what one crime of each row adds to each cell, shape (cells, rows).
        events: crimes per row, shape (rows,).
        alike: a number for each row; rows with the same number must have the same column.

    Returns:
        Contributions and events of the merged rows; rows that add nothing are left out.

    Raises:
        BadSetting: rows called alike are not.
    """
    _, first, which = np.unique(alike, return_index=True, return_inverse=True)
    together = np.bincount(which.ravel(), events).astype(float)
    kept = contributions.tocsc()[:, first]
    adds = np.asarray(np.diff(kept.indptr) > 0) & (together > 0)
    alive, number = kept[:, adds].tocsr(), together[adds]
    if not np.allclose(alive @ number, contributions @ events, rtol=1e-9, atol=0):
        raise BadSetting("Rows were taken for alike that add differently to the scores: a system that tells months apart needs the month in `alike`.")
    return alive, number


def redrawn_scores(contributions: csr_array, events: NDArray[np.float64], *, replicates: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Scores of every place for redraws of the recorded crimes, in batches of up to a hundred draws.

    Args:
        contributions: what one crime of each row adds to each place, shape (places, rows).
        events: crimes per row, shape (rows,).
        replicates: number of redraws.
        seed: of the random generator.

    Example:
        >>> from scipy.sparse import csr_array
        >>> [batch.shape for batch in redrawn_scores(csr_array(np.eye(3)), np.array([5.0, 3.0, 1.0]), replicates=150, seed=1)]
        [(3, 100), (3, 50)]
    """
    rng = np.random.default_rng(seed)
    chance, total = events / events.sum(), int(round(events.sum()))
    at_once = int(np.clip(_MOST_SCORES // contributions.shape[0], 1, 100))
    for start in range(0, replicates, at_once):
        draws = rng.multinomial(total, chance, size=min(at_once, replicates - start)).astype(float)
        yield np.asarray(contributions @ draws.T)


def redrawn_flags(
    contributions: csr_array, events: NDArray[np.float64], flags: Callable[[NDArray[np.float64]], NDArray[np.bool_]], *, replicates: int, seed: int
) -> NDArray[np.bool_]:
    """Flagged cells for each redraw of the recorded crimes.

    Args:
        contributions: what one crime of each row adds to each cell, shape (cells, rows).
        events: crimes per row, shape (rows,).
        flags: from scores, shape (cells, maps), to flagged cells of the same shape.
        replicates: number of redraws.
        seed: of the random generator.

    Returns:
        Shape (cells, replicates).

    Example:
        >>> from scipy.sparse import csr_array
        >>> two_cells = csr_array(np.eye(2))
        >>> redrawn_flags(two_cells, np.array([9.0, 1.0]), lambda s: s == s.max(axis=0), replicates=50, seed=1)[0].mean() > 0.9
        np.True_
    """
    return np.concatenate([flags(scores) for scores in redrawn_scores(contributions, events, replicates=replicates, seed=seed)], axis=1)
