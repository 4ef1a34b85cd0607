"""The dose curve: who would be exposed if one place, two, three, ... all were flagged?

An operator chooses how many places to flag, and one number at that choice can be picked to please.
So the whole curve is drawn: for every k, the share of each group that lives in the k highest-scored
places, and the ratio of the groups' shares. One number needs no k at all: the chance that a resident
of the group lives in a higher-scored place than a resident of the reference group.

Places of the same score enter together, in equal parts: the average over every order in which the tie
could be broken. What a system does with its ties is another matter, and is told by `tied_at`.

Read with care: at the left end few people are exposed and the ratio swings; at the right end all
places are flagged and the ratio is 1 whatever the system. The band is pointwise: the whole curve may
leave it more often than its level says.

Source: the area under the curve of one group's share against the other's is the Mann-Whitney statistic
(Mann & Whitney 1947, Annals of Mathematical Statistics 18, 50-60; Hanley & McNeil 1982, Radiology 143, 29-36).

Steps, in order:  dose_curve -> banded -> curve_findings (dose_curve_findings.py)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from .area_weights import area_weights
from .intervals import tail_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import ArrayLike, NDArray

_DIGITS = 12
"""Scores that agree to this many digits of the highest are a tie: sums in another order differ beyond that."""
MOST_BANDED = 200
"""Numbers of places at which the band is worked out; the curve itself is worked out at all."""


class Curve(NamedTuple):
    """The dose curve.

    Attributes:
        k: numbers of places flagged, 1 to all.
        shares: share of each group's residents exposed, shape (groups, len(k)).
        ratios: over the reference group's share, shape (groups, len(k)); nan where it has nobody exposed.
    """

    k: NDArray[np.int64]
    shares: NDArray[np.float64]
    ratios: NDArray[np.float64]


def dose_curve(scores: ArrayLike, people: ArrayLike, *, reference: int) -> Curve:
    """Share of each group exposed, and the exposure ratio, for every number of places flagged.

    share(k) = residents of the group in the k highest-scored places / residents of the group

    Args:
        scores: of each place; higher is flagged first; shape (places,).
        people: residents by place and group, shape (places, groups).
        reference: position of the group to compare with.

    Raises:
        BadValue: a score or a number of people that is missing, or tables that do not fit.
        CannotAnswer: all scores are the same, so there is no order.

    Example:
        >>> curve = dose_curve([3, 2, 1], [[20, 30], [10, 30], [10, 40]], reference=1)
        >>> curve.shares.round(2).tolist(), curve.ratios[0].round(2).tolist()
        ([[0.5, 0.75, 1.0], [0.3, 0.6, 1.0]], [1.67, 1.25, 1.0])

    Read with care:
        Only the scores' order counts. Few people are exposed at small k.
    """
    values, there = _checked(scores, people)
    places = np.arange(1, len(values) + 1)
    knots = _knots(values, there)
    shares = _shares_at(knots, places)
    return Curve(places, shares, _ratios(shares, reference))


def higher_scored_chance(scores: ArrayLike, people: ArrayLike, *, reference: int) -> NDArray[np.float64]:
    """Chance that a resident of each group lives in a higher-scored place than a resident of the reference group.

    chance = P(score of one of the group > score of one of the reference) + P(equal) / 2, both drawn at random

    Args:
        scores, people, reference: as for `dose_curve`.

    Returns:
        Shape (groups,), 0 to 1; 0.5 is parity, and the reference's own. nan for a group without residents.

    Raises:
        BadValue, CannotAnswer: as `dose_curve`.

    Example:
        >>> higher_scored_chance([3, 2, 1], [[20, 30], [10, 30], [10, 40]], reference=1).round(4).tolist()
        [0.6125, 0.5]

    Read with care:
        It weighs the whole order alike, also the part no operator would ever flag. A system that flags a
        handful of places may be even over all and uneven at the top.
    """
    values, there = _checked(scores, people)
    return _chance(_knots(values, there), reference)


def tied_at(scores: ArrayLike, k: int) -> int:
    """How many places share the score of the k-th highest although not all of them are among the k: 0 where the cut is clean.

    Example:
        >>> tied_at([9, 5, 5, 1], 2), tied_at([9, 5, 5, 1], 3)
        (2, 0)
    """
    ordered = np.sort(_compared(np.asarray(scores, dtype=float)))[::-1]
    is_cut = k < len(ordered) and ordered[k - 1] == ordered[k]
    return int((ordered == ordered[k - 1]).sum()) if is_cut else 0


class _Knots(NamedTuple):
    """The curve at the ends of its ties: places so far, and each group's share so far; shape (knots,) and (groups, knots)."""

    places: NDArray[np.float64]
    shares: NDArray[np.float64]


def _checked(scores: ArrayLike, people: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values, there = np.asarray(scores, dtype=float), np.asarray(people, dtype=float)
    if values.ndim != 1 or there.ndim != 2 or len(values) != len(there):
        raise BadValue(f"There are {len(values):,} scores and {len(there):,} rows of residents. Each place needs one of each, in the same order.")
    if not np.isfinite(values).all():
        raise BadValue(f"{int((~np.isfinite(values)).sum()):,} places have no score, so they have no place in the order. Leave them out, or find their scores.")
    if not np.isfinite(there).all() or (there < 0).any():
        raise BadValue("Residents must be numbers of at least zero; some are missing or negative. Missing is not zero: leave those places out.")
    if len(values) < 2 or values.min() == values.max():
        raise CannotAnswer("All places have the same score, so they have no order and no curve can be drawn.")
    return values, there


def _compared(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = np.abs(scores).max(initial=0.0)
    return np.asarray(np.round(scores / (highest if highest > 0 else 1.0), _DIGITS))


def _ends_of_ties(scores: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places from the highest score down, and where in that order every tie ends."""
    compared = _compared(scores)
    order = np.argsort(-compared, kind="stable")
    return order, np.flatnonzero(np.append(np.diff(compared[order]) != 0, True))


def _knots(scores: NDArray[np.float64], people: NDArray[np.float64]) -> _Knots:
    order, last = _ends_of_ties(scores)
    return _knots_at((last + 1).astype(float), np.cumsum(people[order], axis=0)[last])


def _knots_at(places: NDArray[np.float64], so_far: NDArray[np.float64]) -> _Knots:
    """From running sums of places and of people, the last of which is everybody."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = so_far.T / so_far[-1][:, None]
    return _Knots(np.append(0.0, places), np.hstack([np.zeros((len(shares), 1)), shares]))


def _shares_at(knots: _Knots, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each group's share at these numbers of places; within a tie in equal parts."""
    return np.array([np.interp(places, knots.places, share) for share in knots.shares])


def _ratios(shares: NDArray[np.float64], reference: int) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(shares[reference] > 0, shares / shares[reference], np.nan)


def _chance(knots: _Knots, reference: int) -> NDArray[np.float64]:
    """Area under each group's share drawn against the reference's (trapezia: half of every tie)."""
    steps = np.diff(knots.shares[reference])
    middle = (knots.shares[:, 1:] + knots.shares[:, :-1]) / 2
    return np.asarray(middle @ steps)


@dataclass(frozen=True)
class Scored:
    """Places in a system's order, and who lives there.

    Attributes:
        groups: names, in the order of the columns.
        people: residents by place and group; shape (places, groups).
        scores: shape (places,).
        k: how many places the operator flags.
        again: gives the scores of redraws in batches, each of shape (places, some draws); None where the system cannot be run
            again: then areas are drawn again.
        area: which area each place belongs to, for areas drawn again; shape (places,); None where each is one.
        noun: what the places are called, such as "cells".
        replicates, seed: of the areas drawn again.
    """

    groups: tuple[str, ...]
    people: NDArray[np.float64]
    scores: NDArray[np.float64]
    k: int
    again: Callable[[], Iterable[NDArray[np.float64]]] | None = None
    area: NDArray[np.int64] | None = None
    noun: str = "places"
    replicates: int = 1000
    seed: int = 1


@dataclass(frozen=True)
class Banded:
    """The curve with its band, and the numbers drawn from both.

    Attributes:
        curve: for every k.
        at: the k at which the band was worked out.
        low, high: its ends at those k, shape (groups, len(at)); nan for an end without bound.
        chance, chance_again: `higher_scored_chance`, and its redraws, shape (groups,) and (groups, draws).
        ratio_at_k: redraws of the ratio at the operator's k, shape (groups, draws).
        same_side: redraws of the share of k on the same side as at the operator's, shape (groups, draws).
    """

    curve: Curve
    at: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    chance: NDArray[np.float64]
    chance_again: NDArray[np.float64]
    ratio_at_k: NDArray[np.float64]
    same_side: NDArray[np.float64]


def banded(scored: Scored, *, reference: str, level: float) -> Banded:
    """The curve and, from redraws, its band.

    Args:
        scored: places in order.
        reference: the group to compare with.
        level: coverage of the band at each k.

    Raises:
        BadSetting: an unknown reference, or a k beyond the places.
        BadValue, CannotAnswer: as `dose_curve`.
    """
    if reference not in scored.groups:
        raise BadSetting(f"There is no group '{reference}' among the residents. Known: {', '.join(scored.groups)}.")
    at = scored.groups.index(reference)
    curve = dose_curve(scored.scores, scored.people, reference=at)
    if not 1 <= scored.k <= len(curve.k):
        raise BadSetting(f"k={scored.k} {scored.noun} cannot be flagged out of {len(curve.k):,}; choose between 1 and {len(curve.k):,}.")
    chosen = np.unique(np.geomspace(1, len(curve.k), MOST_BANDED).round().astype(np.int64))
    ratios, chances, at_k, sides = [], [], [], []
    for knots in _again(scored):
        every = _ratios(_shares_at(knots, curve.k), at)
        ratios.append(every[:, chosen - 1])
        chances.append(_chance(knots, at))
        at_k.append(every[:, scored.k - 1].copy())  # a view would keep the whole curve of every redraw alive
        sides.append(same_side(every, scored.k, of=curve.ratios[:, scored.k - 1]))
    low, high = percentiles(np.array(ratios), level)
    chance = _chance(_knots(scored.scores, scored.people), at)
    return Banded(curve, chosen, low, high, chance, np.array(chances).T, np.array(at_k).T, np.array(sides).T)


def same_side(ratios: NDArray[np.float64], k: int, *, of: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Share of all k, short of all places, at which each group's ratio lies on the same side of 1 as at the operator's k.

    Args:
        ratios: shape (groups, every k); a k at which the ratio has no value agrees with nothing.
        k: the operator's.
        of: ratios to agree with instead; shape (groups,).

    Returns:
        Shape (groups,); nan where there is no value to agree with.

    Example:
        >>> same_side(np.array([[0.5, 2.0, 3.0, 1.0]]), 2).round(2).tolist()
        [0.67]
    """
    side = np.sign((ratios[:, k - 1] if of is None else of) - 1)
    agree = np.mean(np.sign(ratios[:, :-1] - 1) == side[:, None], axis=1)
    return np.where(np.isfinite(side), agree, np.nan)


def _again(scored: Scored) -> Iterator[_Knots]:
    """The curve of every redraw: of the scores, or else of the areas, whose order stays."""
    if scored.again is not None:
        for batch in scored.again():
            yield from (_knots(scores, scored.people) for scores in np.ascontiguousarray(batch.T))
        return
    order, last = _ends_of_ties(scored.scores)
    area = np.arange(len(order)) if scored.area is None else scored.area
    there, whose = scored.people[order], area[order]
    for batch in area_weights(int(area.max()) + 1, replicates=scored.replicates, seed=scored.seed):
        for each in batch[:, whose]:
            # Areas hold different numbers of places, so a draw has more or fewer: k stays the same share of them.
            places = np.cumsum(each) * (len(order) / each.sum())
            yield _knots_at(places[last], np.cumsum(there * each[:, None], axis=0)[last])


def percentiles(draws: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Percentiles over the first axis; a ratio without a reference is without bound, and such an end is nan."""
    tail = tail_share(level)
    low, high = np.quantile(np.where(np.isfinite(draws), draws, np.inf), [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, np.where(np.isfinite(high), high, np.nan)
