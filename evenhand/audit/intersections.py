"""Intersections: every cell of two or more attributes, each steadied by all the others.

"Black" and "male" may each look much like everybody while Black boys do not. But cells are many and small, and the
most extreme is always some small cell. So each cell's rate is drawn towards the others as far as its own people do
not speak against it (beta-binomial, empirical Bayes), the search is held to account for its length, and the
largest gap between any two cells is given with limits that hold for all pairs.

    shrunken_rates          each cell's rate, steadied
    stands_out_p            does a cell differ from everybody else? raised for the number of cells searched
    differential_fairness   the largest log ratio between any two cells, of being flagged or not

Read with care: shrinking is right on average and hides a cell that truly stands out until its own people outweigh
the rest. A cell that does not stand out has not been shown to be like the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import CannotAnswer
from .intervals import Interval, share_wilson, tail_share
from .largest_gaps import Gap, smallest_ratio
from .multiplicity import benjamini_hochberg
from .share_comparisons import same_share_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

NOT_RECORDED = "not recorded"
MEANS, SIZES = 41, 41
"""Points of the grid of what is not known of all cells together: their mean, and how alike they are."""
DRAWS = 4000


class Shrunken(NamedTuple):
    """Each cell's rate, steadied by the others.

    Attributes:
        rate: posterior mean and limits, shape (cells,); nan for a cell without people.
        above: probability that the cell's rate is above the rate of all cells together.
        alike: how many people the other cells' word counts for in a cell's rate (posterior median); large: cells are alike.
    """

    rate: Interval
    above: NDArray[np.float64]
    alike: float


def crossed(counts: pd.DataFrame, attributes: Sequence[str]) -> tuple[list[tuple[str, ...]], pd.Series]:
    """The cells of two or more attributes that occur, and which cell each row belongs to.

    Args:
        counts: with a column for each attribute; a missing value is "not recorded", not dropped.
        attributes: the columns to cross.

    Returns:
        The cells in alphabetical order, and the position of each row's cell.

    Example:
        >>> import pandas as pd
        >>> cells, which = crossed(pd.DataFrame({"group": ["B", "A", "B"], "sex": ["F", None, "F"]}), ["group", "sex"])
        >>> cells, which.tolist()
        ([('A', 'not recorded'), ('B', 'F')], [1, 0, 1])
    """
    import pandas as pd

    rows = list(zip(*(counts[name].astype("string").fillna(NOT_RECORDED) for name in attributes), strict=True))
    cells = sorted(set(rows))
    place = {cell: at for at, cell in enumerate(cells)}
    return cells, pd.Series([place[row] for row in rows], index=counts.index, dtype="int64")


def shrunken_rates(part: ArrayLike, whole: ArrayLike, *, level: float = 0.95, seed: int = 0) -> Shrunken:
    """Each cell's rate, drawn towards the others as far as its own people do not speak against it.

    Cells' rates are taken as drawn from one beta distribution. Its mean (flat) and the share of a single
    person's say in it (flat) are averaged over, so that limits allow for what few cells can tell of it.

    Args:
        part, whole: people by cell, whole numbers, shape (cells,).
        level: coverage of each cell's limits, on average over cells.
        seed: of the draws behind the limits.

    Returns:
        Shrunken.

    Raises:
        CannotAnswer: fewer than three cells have anybody.
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> found = shrunken_rates([1, 40, 60, 45], [2, 100, 120, 90])
        >>> f"{found.rate.value[0]:.2f} ({found.rate.low[0]:.2f} to {found.rate.high[0]:.2f})"
        '0.47 (0.21 to 0.76)'

    Read with care:
        See the head of this file. Limits cover 95 % of cells, not each cell: for the oddest cells they cover less.

    Source: Efron & Morris (1975), JASA 70(350), 311-319; Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., ch. 5.3.
    """
    share_wilson(part, whole)  # its checks
    some, all_ = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    held = all_ > 0
    if held.sum() < 3:
        raise CannotAnswer("Fewer than three cells have anybody in them: too few to tell what cells have in common.")
    mean, size, weight = _plausible(some[held], all_[held])
    rng = np.random.default_rng(seed)
    at = rng.choice(len(weight), size=DRAWS, p=weight)
    a, b = (mean * size)[at, None], ((1 - mean) * size)[at, None]
    drawn = rng.beta(a + some[held], b + (all_ - some)[held])
    tail = tail_share(level)
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    value = weight @ (((mean * size)[:, None] + some[held]) / (size[:, None] + all_[held]))
    together = some.sum() / all_.sum()
    spread = [np.full(len(all_), np.nan) for _ in range(4)]
    for full, one in zip(spread, (value, low, high, (drawn > together).mean(axis=0)), strict=True):
        full[held] = one
    return Shrunken(Interval(*spread[:3]), spread[3], float(np.quantile(size[at], 0.5)))


def stands_out_p(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Does a cell's rate differ from that of everybody else? p-values, raised for the number of cells looked at.

    Args:
        part, whole: people by cell, whole numbers, shape (cells,).

    Returns:
        Adjusted p-values (Benjamini and Hochberg); nan for a cell without people, or with everybody.

    Example:
        >>> stands_out_p([9, 40, 60, 45], [10, 100, 120, 90]).round(3).tolist()
        [0.057, 0.13, 0.767, 0.767]

    Read with care:
        A search: of the cells it calls, one in twenty may be wrong. A cell it does not call may still differ.

    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300.
    """
    some, all_ = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return benjamini_hochberg(same_share_p(some, all_, some.sum() - some, all_.sum() - all_))


def differential_fairness(flagged: ArrayLike, people: ArrayLike, *, level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Gap:
    """The largest log ratio between any two cells, of the chance of being flagged or of not being flagged (epsilon).

    epsilon = max over cells i, j and over flagged / not flagged of log(rate_i / rate_j), each rate (count + 1/2) / (people + 1)

    Args:
        flagged, people: by cell, whole numbers, shape (cells,).
        level: coverage, between 0 and 1.
        replicates, seed: of the draws behind the limits; see `largest_gaps.smallest_ratio`.

    Returns:
        Gap; 0 is parity. `rate` is 0 where being flagged sets it, 1 where not being flagged does; `high` is infinite where a
        cell with nobody flagged (or everybody) could have any ratio.

    Raises:
        CannotAnswer: fewer than two cells have anybody.
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> gap = differential_fairness([60, 30, 33], [100, 100, 100])
        >>> f"{gap.value:.2f} ({gap.low:.2f} to {gap.high:.2f}), cells {gap.most} and {gap.least}"
        '0.68 (0.26 to 1.04), cells 0 and 1'

    Read with care:
        It is set by two cells, often small ones. exp(epsilon) is how many times as likely one is flagged (or spared) as the other.
        Small is not "fair": it says nothing of whether flags are right.

    Source: Foulds, Islam, Keya & Pan (2020), ICDE, 1918-1921; the smoothing is that of their published code.
    """
    some, all_ = np.asarray(flagged, dtype=float), np.asarray(people, dtype=float)
    held = np.flatnonzero(all_ > 0)
    if len(held) < 2:
        raise CannotAnswer("Fewer than two cells have anybody in them, so there is nothing to compare.")
    gap = smallest_ratio(np.stack([some, all_ - some])[:, held], np.stack([all_, all_])[:, held], level=level, replicates=replicates, seed=seed)
    smoothed = (np.stack([some, all_ - some])[:, held] + 0.5) / (all_[held] + 1)
    apart = np.log(smoothed.max(axis=1) / smoothed.min(axis=1))
    rate = int(apart.argmax())
    low, high = (-np.log(end) if end > 0 else np.inf for end in (gap.high, gap.low))
    value = float(apart[rate])
    most, least = (int(held[at]) for at in (smoothed[rate].argmax(), smoothed[rate].argmin()))
    return Gap(value, float(min(low, value)), float(max(high, value)), rate, most, least, gap.p_value)


def _plausible(some: NDArray[np.float64], all_: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Means and sizes of the beta distribution on a grid, and how plausible each pair is, given the counts."""
    from scipy.special import betaln

    together = (some.sum() + 0.5) / (all_.sum() + 1)
    middle = np.log(together / (1 - together))
    # The mean of few, unlike cells may lie far from the pooled rate: look three times as far as their spread reaches.
    rates = (some + 0.5) / (all_ + 1)
    reach = max(3 * float(np.std(np.log(rates / (1 - rates)))), 4 / np.sqrt(all_.sum() * together * (1 - together)))
    mean = 1 / (1 + np.exp(-(middle + np.linspace(-reach, reach, MEANS))))
    size = np.geomspace(0.5, max(1e4, 10 * all_.sum()), SIZES)
    mean, size = (one.ravel() for one in np.meshgrid(mean, size))
    a, b = (mean * size)[:, None], ((1 - mean) * size)[:, None]
    fit = (betaln(a + some, b + all_ - some) - betaln(a, b)).sum(axis=1)
    # Flat in the mean, and in 1 / (1 + size); the grid is even in their logit and logarithm.
    weight = fit + np.log(mean * (1 - mean)) + np.log(size) - 2 * np.log1p(size)
    weight = np.exp(weight - weight.max())
    return mean, size, weight / weight.sum()
