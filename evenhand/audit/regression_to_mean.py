"""Places chosen at their peak fall by themselves. By how much, with no patrol at all?

Suppose each place has a rate of its own that does not change, rates vary between places as a gamma law, and
counts vary by chance around them. Then the places with the highest counts of one time had luck on top of a
high rate, and their expected count in the next is pulled towards the mean:

    expected after = (after time / before time) * (count + a) / (a / mean + 1),   a from the spread of all places' counts

The fall that this predicts, with its range by simulation, stands beside the fall that is claimed.

Read with care: the model leaves out trends and changes of the places themselves. It needs the counts of all
places that could have been chosen, not of the chosen alone.

Source: Barnett, van der Pols & Dobson (2005), International Journal of Epidemiology 34(1), 215-220; Hauer
(1997), Observational Before-After Studies in Road Safety, for the gamma model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .intervals import tail_share, whole_counts
from .panel_counts import negative_binomial

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

DRAWS = 20_000


class Fall(NamedTuple):
    """The change expected without any effect, as a share of the count before (below 0 a fall), with its range, and what was chosen."""

    expected: float
    low: float
    high: float
    before: int
    expected_after: float
    places: int
    spread: float


def expected_fall(
    before: ArrayLike, is_chosen: ArrayLike, *, time: tuple[float, float] = (1.0, 1.0), level: float = 0.95, seed: int = 1
) -> Fall:
    """The change that chosen places are expected to show with no patrol, no trend and no effect.

    Args:
        before: events before, of every place that could have been chosen, shape (places,).
        is_chosen: the places chosen for it, shape (places,).
        time: length of the time before and after.
        level: share of simulated changes that the range holds.
        seed: of the simulation.

    Returns:
        Fall; `spread` is how far rates vary (0: not at all, all differences were luck). The range is a prediction for one such set of places.

    Raises:
        CannotAnswer: nothing to choose from, nothing chosen, or no events among the chosen.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> counts = rng.poisson(rng.gamma(2, 2, 400))
        >>> chosen = counts >= np.sort(counts)[-20]
        >>> fall = expected_fall(counts, chosen)
        >>> -0.5 < fall.expected < -0.1
        True

    Read with care:
        An expected fall is no estimate of what happened: it says how large a fall needs no patrol to explain it.

    Source: see the head of this file.
    """
    counts, chosen = whole_counts(before, "events before"), np.asarray(is_chosen, dtype=bool)
    if min(time) <= 0:
        raise BadSetting(f"time={time!r}: both must be above 0.")
    if not chosen.any() or chosen.all() or len(counts) < 5:
        raise CannotAnswer("The counts of places not chosen are needed too, five or more places in all: how far counts vary by luck is read off them.")
    if counts[chosen].sum() == 0:
        raise CannotAnswer("No event was recorded before at the places chosen, so they were not chosen at a peak.")
    fit = negative_binomial(counts, np.ones((len(counts), 1)))
    mean, later = float(fit.mean[0]), time[1] / time[0]
    rng = np.random.default_rng(seed)
    if fit.dispersion == 0:
        expected = later * mean * chosen.sum()
        drawn = rng.poisson(later * mean * chosen.sum(), DRAWS).astype(float)
    else:
        shape = 1 / fit.dispersion
        expected = later * ((counts[chosen] + shape) / (shape / mean + 1)).sum()
        rates = rng.gamma(counts[chosen] + shape, 1 / (shape / mean + 1), (DRAWS, int(chosen.sum()))).sum(axis=1)
        drawn = rng.poisson(later * rates).astype(float)
    base = counts[chosen].sum() * later
    tail = tail_share(level)
    low, high = np.quantile(drawn / base - 1, [tail, 1 - tail])
    return Fall(float(expected / base - 1), float(low), float(high), int(counts[chosen].sum()), float(expected), int(chosen.sum()), fit.dispersion)
