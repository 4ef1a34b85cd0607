"""The indices by which forecasts of places are sold, each by its exact formula, and what each leaves out.

Notation: n of N later events fell in flagged places of size a, out of a whole of size A; n* is the most that as
many places could have held. Size is ground, street length or residents: an index is only as meaningful as it.

    pai            (n/N) / (a/A)                       in accuracy.py
    best_possible  n* and its a*
    pei            PAI over the PAI of the densest places
    pei_star       n / n*
    rri            (n/N later) / (n/N before)
    ser            n / a
    ppai           (n/N) / (a/A)^alpha

All of them are read from the same n and N, so none is a second opinion on another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .block_intervals import ratio_of_intervals
from .intervals import Interval, over_or_nan

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Best(NamedTuple):
    """The most that any choice of as many places could have captured, known afterwards.

    Attributes:
        events: shape (periods,), of the places that hold most.
        size: size of those places, shape (periods,).
        densest_events, densest_size: of the places with most events to their size; the same where all places are of one size.
    """

    events: NDArray[np.float64]
    size: NDArray[np.float64]
    densest_events: NDArray[np.float64]
    densest_size: NDArray[np.float64]


def best_possible(events: ArrayLike, flagged: ArrayLike, size: ArrayLike) -> Best:
    """What the best choice of as many places would have captured in each period, had the events been known.

    Args:
        events: later events by period and place, shape (periods, places).
        flagged: how many places were flagged in each period, shape (periods,).
        size: of each place, shape (places,); above zero.

    Returns:
        Best; ties in density go to the place with more events.

    Raises:
        BadValue: a place of no size, or more places flagged than there are.

    Example:
        >>> best = best_possible([[6, 5, 2, 0]], [2], [2.0, 1.0, 0.5, 1.0])
        >>> best.events.tolist(), best.size.tolist(), best.densest_events.tolist(), best.densest_size.tolist()
        ([11.0], [3.0], [7.0], [1.5])

    Read with care:
        Nobody can know the events beforehand, so the best possible is a ceiling and not a standard: it is higher the
        fewer events there are, for single events at many places can be picked out afterwards.

    Source: Hunt (2016), as used by the US National Institute of Justice's crime forecasting challenge of 2017.
    """
    later, many, room = np.atleast_2d(np.asarray(events, dtype=float)), np.asarray(flagged, dtype=int), np.asarray(size, dtype=float)
    if (room <= 0).any() or not np.isfinite(room).all() or (many > later.shape[1]).any():
        raise BadValue("Every place needs a size above zero, and no more places can be flagged than there are.")
    most = np.argsort(-later, axis=1, kind="stable")
    dense = np.lexsort((-later, -later / room), axis=1)
    taken = np.arange(later.shape[1]) < many[:, None]

    def sums(order: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (np.take_along_axis(later, order, 1) * taken).sum(axis=1), (room[order] * taken).sum(axis=1)

    return Best(*sums(most), *sums(dense))


def pei(captured: float, size: float, best: Best) -> float:
    """Predictive efficiency index: the PAI over the PAI of the densest places, as many of them; 1 is perfect hindsight.

    pei = (n / a) / (n of the densest / their a), summed over periods

    Args:
        captured: n, later events in flagged places, all periods.
        size: a, size flagged, all periods.
        best: of the same periods.

    Returns:
        From 0 to 1, or above 1 where places differ so much in size that another choice is denser; nan without events.

    Example:
        >>> best = best_possible([[6, 5, 2, 0]], [2], [1.0, 1.0, 1.0, 1.0])
        >>> round(pei(8, 2.0, best), 3)
        0.727

    Read with care:
        Where places differ in size, slivers at the edge with one event are "densest"; then read PEI*. Authors differ on
        whether the benchmark must be of the same size.

    Source: Hunt (2016); Wheeler & Steenbeek (2021), Journal of Quantitative Criminology 37(2), 445-480.
    """
    return float(over_or_nan(captured * best.densest_size.sum(), size * best.densest_events.sum()))


def pei_star(captured: float, best: Best) -> float:
    """PEI*: later events captured over the most that as many places could have captured; 1 is perfect hindsight.

    pei_star = n / n*, summed over periods

    Args:
        captured: n, later events in flagged places, all periods.
        best: of the same periods.

    Returns:
        From 0 to 1; nan without events.

    Example:
        >>> best = best_possible([[6, 5, 2, 0]], [2], [2.0, 1.0, 0.5, 1.0])
        >>> round(pei_star(8, best), 3)
        0.727

    Read with care:
        The paper was not at hand: its abstract and one open implementation that cites it were, and the formula is
        theirs (recalled). "As many places" stands for what the operator could have chosen; where places are of one size
        it is the same as "as much ground". Hindsight includes luck, so 1 is out of reach, the more so the fewer events.

    Source: White, Hunt & Green (2023), Security Journal, "A discussion of current crime forecasting indices and an
        improvement to the prediction efficiency index for applications".
    """
    return float(over_or_nan(captured, best.events.sum()))


def rri(later: Interval, before: Interval) -> Interval:
    """Recapture rate index: the share captured later over the share that the same places held before; 1 is fully kept.

    rri = (n/N later) / (n/N before), which is the PAI later over the PAI before

    Args:
        later: share of later events captured.
        before: share of the earlier events, those the places were chosen on, in the same places.

    Returns:
        Interval, no unit; nan where the places held nothing before.

    Example:
        >>> value, low, high = rri(Interval(0.2, 0.15, 0.26), Interval(0.4, 0.35, 0.45))
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.50 (0.37 to 0.67)'

    Read with care:
        Below 1 is to be expected: places chosen at their peak fall back towards their usual level, whatever police do.
        Other authors call other quotients by this name (predicted over observed, against chance, against present practice).

    Source: Levine (2008), Security Journal 21, 295-302, "The 'hottest' part of a hotspot".
    """
    return ratio_of_intervals(later, before)


def ser(captured: float, size: float) -> float:
    """Search efficiency rate: later events captured to one unit of flagged size, such as a square kilometre, in one period.

    ser = n / a

    Args:
        captured: n, later events in flagged places, all periods.
        size: a, size flagged, added up over the periods.

    Returns:
        Events to a unit of size and period; nan where nothing is flagged.

    Example:
        >>> round(ser(9, 0.45), 6)
        20.0

    Read with care:
        Grows with the length of a period and with how much crime there is at all, so it compares two systems on the same events only.

    Source: Bowers, Johnson & Pease (2004), British Journal of Criminology 44(5), 641-658.
    """
    return float(over_or_nan(captured, size))


def ppai(share: ArrayLike, size_share: float, *, alpha: float) -> NDArray[np.float64]:
    """Penalised PAI: between the share captured (alpha 0) and the PAI (alpha 1).

    ppai = (n/N) / (a/A)^alpha

    Args:
        share: n/N; any shape, so that limits can be turned too.
        size_share: a/A, above 0.
        alpha: from 0 to 1; how much a small area counts for. No value is standard.

    Raises:
        BadSetting: alpha outside 0 to 1.

    Example:
        >>> float(ppai(0.2, 0.01, alpha=0.5))
        2.0

    Read with care:
        The PAI rewards flagging next to nothing; the share captured rewards flagging everything. Alpha is a choice
        between the two, and the ranking of systems may turn on it.

    Source: Joshi, Curtis-Ham, D'Ath & Searle (2021), ISPRS International Journal of Geo-Information 10(9), 597.
    """
    if not 0 <= alpha <= 1:
        raise BadSetting(f"alpha={alpha!r} is not between 0 and 1: 0 gives the share captured, 1 the PAI.")
    return np.asarray(over_or_nan(share, np.asarray(size_share, dtype=float) ** alpha))
