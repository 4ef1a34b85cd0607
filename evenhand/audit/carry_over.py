"""Does a patrol still tell the day after? Then the plain comparison of patrol days with other days is too small.

If a patrol protects a place for some days, many of the days without a patrol are protected too, and the
comparison is of protected days with half-protected ones. Patrols being drawn anew each day, this makes an
effect look smaller, never larger:

    shown = ratio / (1 - q + ratio * q),   q = 1 - (1 - chance) ** days

where q is the share of unpatrolled days still protected by one of the last `days` days. Three ways to look:
terms for patrols one, two, three days before; days protected against days not protected, under the same
lots; and the formula, turned round.

Steps, in order:  yesterdays -> lag_effects | protected -> randomisation.ratio_effect | shown_ratio, ratio_from_shown

Read with care: "protects for three days" is a supposition, here that protection is whole or absent and does
not add up. Under another, such as effects that multiply, the plain ratio is not biased at all.

Source: Jones & Kenward (2014), Design and Analysis of Cross-Over Trials, 3rd ed., for carry-over; Aronow &
Samii (2017), Annals of Applied Statistics 11(4), 1912-1947, for exposures under a known draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .lots import Lots
from .panel_counts import clustered, poisson, ratio_of, with_effects, with_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from .randomisation import Effect

FEW_DRAWS = 2000
"""Redraws from which a chance is counted where it has no formula."""


class LagEffects(NamedTuple):
    """Effects of a patrol on its own day and on each of the days after, and the test that all of the latter are nil."""

    ratios: tuple[Effect, ...]
    p_value: float
    place_days: int


@dataclass(frozen=True)
class Protected(Lots):
    """Lots seen through what they protect: a place-day is treated if it was patrolled on it or on one of the days before.

    Attributes:
        drawn: the lots themselves.
        before: rows of each place-day and of the days before it, shape (1 + days, place_days); -1 where there is none.
    """

    drawn: Lots
    before: NDArray[np.int64]

    def draws(self, *, seed: int, replicates: int) -> Iterator[NDArray[np.bool_]]:
        """What redraws of the lots protect, in batches; shape (draws, place_days) each."""
        for batch in self.drawn.draws(seed=seed, replicates=replicates):
            yield _any_of(batch, self.before)


def yesterdays(place: ArrayLike, day: ArrayLike, *, days: int) -> NDArray[np.int64]:
    """Where each place-day and the days before it stand; -1 where that day is not in the table.

    Args:
        place, day: whole numbers, shape (place_days,).
        days: how many days back.

    Returns:
        Shape (1 + days, place_days); the first row is the place-day itself.

    Example:
        >>> yesterdays([0, 1, 0, 1], [0, 0, 1, 1], days=1).tolist()
        [[0, 1, 2, 3], [-1, -1, 0, 1]]
    """
    if days < 1:
        raise BadSetting(f"days={days} is no number of days to look back. Give 1 or more.")
    where, when = np.asarray(place, dtype=np.int64), np.asarray(day, dtype=np.int64)
    table = np.full((int(where.max()) + 1, int(when.max()) + 1 + days), -1)
    table[where, when + days] = np.arange(len(where))
    return np.stack([table[where, when + days - back] for back in range(days + 1)])


def protected(place: ArrayLike, day: ArrayLike, drawn: Lots, *, days: int) -> Protected:
    """The lots as what they protect, for `randomisation.ratio_effect`.

    Args:
        place, day: shape (place_days,).
        drawn: from `lots.lots`.
        days: a patrol protects its own day and so many after.

    Returns:
        Protected; place-days whose days before are not all in the table are left out of any comparison.

    Raises:
        CannotAnswer: no place-day has all its days before in the table.

    Example:
        >>> from evenhand.audit.lots import lots
        >>> place, day = np.tile(np.arange(5), 4), np.repeat(np.arange(4), 5)
        >>> own = protected(place, day, lots(place, day, place == day), days=1)
        >>> own.chance.round(2).tolist()[5:7], own.is_treated.tolist()[5:7]
        ([0.36, 0.36], [True, True])

    Read with care:
        With patrols often drawn few days are left unprotected: with 8 of 20 a day and three days after, 13 in a hundred.

    Source: see the head of this file.
    """
    before = yesterdays(place, day, days=days)
    known = (before >= 0).all(axis=0)
    if not known.any():
        raise CannotAnswer(f"No place-day has its {days} days before in the table, so what carries over cannot be told. Give a table without gaps.")
    if drawn.design == "within-place":
        shares = [_any_of(batch, before).mean(axis=0) * len(batch) for batch in drawn.draws(seed=0, replicates=FEW_DRAWS)]
        chance = np.sum(shares, axis=0) / FEW_DRAWS
    else:
        chance = 1 - np.prod(np.where(before >= 0, 1 - drawn.chance[before], 1), axis=0)
    own = np.where(known, chance, 1.0)  # a chance of 1 leaves the place-day out
    return Protected(np.arange(len(own)), _any_of(drawn.is_treated[None, :], before)[0], own, "protected", drawn, before)


def lag_effects(count: ArrayLike, place: ArrayLike, day: ArrayLike, is_treated: ArrayLike, *, days: int, level: float = 0.95) -> LagEffects:
    """How many times as many events on the day of a patrol, the day after, and so on, place and day alike.

    Args:
        count, place, day, is_treated: shape (place_days,).
        days: how many days after to look at.
        level: coverage of the intervals.

    Returns:
        LagEffects: ratios for the day itself and for each day after; p_value tests that no day after differs from 1.

    Raises:
        CannotAnswer: too few events or places to tell.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> place, day = np.tile(np.arange(20), 60), np.repeat(np.arange(60), 20)
        >>> treated = rng.random(1200) < 0.4
        >>> found = lag_effects(rng.poisson(np.where(treated, 10.0, 20.0)), place, day, treated, days=2)
        >>> [round(ratio.value, 1) for ratio in found.ratios]
        [0.5, 1.0, 1.0]

    Read with care:
        Effects of several days multiply in this model. Few events leave the ratios of single days wide open.

    Source: see the head of this file.
    """
    from scipy.stats import f

    before = yesterdays(place, day, days=days)
    y, where, when = np.asarray(count, dtype=float), np.asarray(place), np.asarray(day)
    known = np.flatnonzero((before >= 0).all(axis=0))
    known = known[with_events(y[known], where[known], when[known])]
    if not len(known):
        raise CannotAnswer("No place-day with all its days before has events, so what carries over cannot be told.")
    terms = np.asarray(is_treated, dtype=float)[before[:, known]].T
    design = with_effects(terms, where[known], when[known])
    fit = poisson(y[known], design)
    covariance = clustered(y[known], design, fit, where[known])
    clusters = len(np.unique(where[known]))
    later = slice(1, days + 1)
    wald = float(fit.coef[later] @ np.linalg.solve(covariance[later, later], fit.coef[later])) / days
    ratios = tuple(ratio_of(fit.coef[i], covariance[i, i], clusters=clusters, level=level) for i in range(days + 1))
    return LagEffects(ratios, float(f.sf(wald, days, clusters - 1)), len(known))


def shown_ratio(ratio: float, *, chance: float, days: int) -> float:
    """What the plain comparison shows if a patrol multiplies events by `ratio` on its day and on `days` after, and no more for two patrols.

    Args:
        ratio: of events on protected days.
        chance: of a patrol on any day.
        days: for how many days after it protects.

    Example:
        >>> round(shown_ratio(0.5, chance=0.4, days=3), 3)
        0.822

    Read with care:
        Supposes that protection is whole or absent and that days are drawn independently of each other.

    Source: see the head of this file.
    """
    q = 1 - (1 - chance) ** days
    return ratio / (1 - q + ratio * q)


def ratio_from_shown(shown: float, *, chance: float, days: int) -> float:
    """The ratio on protected days that would make the plain comparison show what it does; nan where none would.

    Example:
        >>> round(ratio_from_shown(0.822, chance=0.4, days=3), 2)
        0.5

    Read with care, Source: as `shown_ratio`.
    """
    q = 1 - (1 - chance) ** days
    return shown * (1 - q) / (1 - shown * q) if shown * q < 1 else float("nan")


def _any_of(treated: NDArray[np.bool_], before: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether any of the days given was treated; shape (draws, place_days)."""
    found = np.zeros((len(treated), before.shape[1]), dtype=bool)
    for row in before:
        found |= treated[:, row] & (row >= 0)
    return found
