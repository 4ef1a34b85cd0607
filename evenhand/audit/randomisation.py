"""How large an effect could the draw of patrols alone have made, and which effects fit with what was recorded?

The patrols were drawn by lot, so the lots themselves say how far treated and untreated days differ by
chance: draw them again, many times, and look. No model of crime is needed, and intervals come from asking
of each possible effect whether, once it is taken out of the records, the rest looks drawn by lot.

The test compares means in units of their own error, over redrawn lots; it holds up when places and days
differ and when an effect changes the spread. Where fewer than 50 events fell on either side, it is joined by
an exact one: the chance of each possible count of events on patrol days, computed without drawing. Then the
larger p is told, and the wider interval at each end. Draws exactly as far off as the one that came out count
half (mid-p). Decision 20 has what the two did in simulated trials.

    ratio = mean on patrol days / mean on other days, each place-day weighted by one over its chance
    exact: chance of t events on patrol days under ratio r is proportional to (chance if r = 1) * r ** t

Steps, in order:  lots.lots -> means, ratio_effect, difference_effect

Read with care: this is about these places and days. It compares days as drawn (intent to treat), and it
takes for granted that a patrol changes nothing on other days or at other places: see carry_over.py.

Source: Fisher (1935), The Design of Experiments; Rosenbaum (2002), Observational Studies, 2nd ed., ch. 2;
Wu & Ding (2021), Journal of the American Statistical Association 116(536), 1898-1913, for the studentised test.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .intervals import tail_share
from .lots import DESIGNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from .lots import Lots

FEW_EVENTS = 50
"""With fewer events on either side the exact test joins in; with more it would be wrong where events are more spread than by chance."""
MOST_EVENTS = 5_000
"""Events up to which chances are counted out."""
HALVINGS = 28
WIDEST = 12.0
"""Log ratios are looked for between minus and plus this."""
FAR = 1e9
"""A difference in units of an error that is nought."""


class Effect(NamedTuple):
    """An effect with its limits; nan where it has none."""

    value: float
    low: float
    high: float
    p_value: float


class Means(NamedTuple):
    """Mean outcome per place-day by arm, and place-days and total outcome behind each."""

    treated: float
    control: float
    treated_days: int
    control_days: int
    treated_total: float
    control_total: float


class Shuffled(NamedTuple):
    """Weighted sums over the treated side and the other, for each redraw; shape (draws, 9) each, and the same as it came out."""

    treated: NDArray[np.float64]
    control: NDArray[np.float64]
    came_treated: NDArray[np.float64]
    came_control: NDArray[np.float64]


def means(outcome: ArrayLike, drawn: Lots) -> Means:
    """Mean outcome on patrol days and on other days, over place-days that could have come out either way.

    Args:
        outcome: events or harm by place-day; shape (place_days,), 0 or more.
        drawn: from `lots.lots`.

    Raises:
        BadValue: an outcome is negative or missing: missing is never zero.

    Example:
        >>> from evenhand.audit.lots import lots
        >>> means([2, 0, 1, 1], lots([0, 1, 0, 1], [0, 0, 1, 1], [True, False, False, True]))[:2]
        (1.5, 0.5)
    """
    y, z, chance = _opened(outcome, drawn)
    weight1, weight0 = z / chance, (1 - z) / (1 - chance)
    over = [float((weight @ y) / weight.sum()) if weight.sum() > 0 else float("nan") for weight in (weight1, weight0)]
    return Means(over[0], over[1], int(z.sum()), int((1 - z).sum()), float(z @ y), float((1 - z) @ y))


def ratio_effect(outcome: ArrayLike, drawn: Lots, *, seed: int, replicates: int = 1999, level: float = 0.95) -> Effect:
    """How many times as much was recorded on patrol days as on other days.

    Args:
        outcome: events (whole numbers) or harm by place-day, shape (place_days,).
        drawn: from `lots.lots`.
        seed, replicates: of the redrawn lots.
        level: coverage of the interval.

    Returns:
        Effect, no unit; 1 is no difference. Nothing on patrol days: value 0, low 0, and an upper limit for events but not for harm (nan).
        Nothing on other days: value nan, no upper limit. Nothing at all: nan throughout.

    Raises:
        BadValue, BadSetting: outcomes or level that cannot be.

    Example:
        >>> from evenhand.audit.lots import lots
        >>> place, day = np.tile(np.arange(20), 90), np.repeat(np.arange(90), 20)
        >>> rng = np.random.default_rng(1)
        >>> treated = rng.permuted(np.tile(np.arange(20) < 8, (90, 1)), axis=1).ravel()
        >>> events = rng.poisson(np.where(treated, 0.02, 0.04))
        >>> effect = ratio_effect(events, lots(place, day, treated), seed=1)
        >>> f"{effect.value:.2f} ({effect.low:.2f} to {effect.high:.2f})"
        '0.71 (0.36 to 1.29)'

    Read with care:
        The interval supposes one ratio for all place-days. A ratio of harm may rest on one event: see `largest_share`.

    Source: see the head of this file.
    """
    y, z, _ = _opened(outcome, drawn)
    arms, tail = means(outcome, drawn), tail_share(level)
    if y.sum() == 0:
        return Effect(*[float("nan")] * 4)
    sums = _shuffled(y * z, y * (1 - z), drawn, seed=seed, replicates=replicates)
    p_value = _p_two_sided(sums, 1.0)
    low, high = 0.0, float("inf")
    if arms.treated_total > 0 and arms.control_total > 0:
        low = np.exp(_halved(lambda log: _p_above(sums, np.exp(-log)) - tail, -WIDEST, WIDEST))
        high = np.exp(_halved(lambda log: tail - _p_below(sums, np.exp(-log)), -WIDEST, WIDEST))
    chances = _chances_of_few(y, drawn, arms)
    if chances is not None:
        count = int(round(arms.treated_total))
        exact_low, exact_high = _tilted_limits(chances, count, tail)
        has_both = arms.treated_total > 0 and arms.control_total > 0
        low, high = (min(low, exact_low), max(high, exact_high)) if has_both else (exact_low, exact_high)
        p_value = max(p_value, _mid_p(chances, count))
    value = arms.treated / arms.control if arms.control > 0 else float("nan")
    return Effect(value, float(low), float(high) if np.isfinite(high) else float("nan"), float(min(p_value, 1.0)))


def difference_effect(outcome: ArrayLike, drawn: Lots, *, seed: int, replicates: int = 1999, level: float = 0.95) -> Effect:
    """How much more was recorded per place-day on patrol days than on other days.

    Args, Returns: as `ratio_effect`, in the outcome's own unit per place-day; 0 is no difference.

    Example:
        >>> from evenhand.audit.lots import lots
        >>> place, day = np.tile(np.arange(4), 30), np.repeat(np.arange(30), 4)
        >>> treated = (place + day) % 4 < 2
        >>> effect = difference_effect(np.where(treated, 0.5, 1.0), lots(place, day, treated), seed=1)
        >>> f"{effect.value:.2f}", effect.low <= -0.5 <= effect.high
        ('-0.50', True)

    Read with care:
        The interval supposes one difference for all place-days.

    Source: see the head of this file.
    """
    y, z, _ = _opened(outcome, drawn)
    arms, tail = means(outcome, drawn), tail_share(level)
    if y.sum() == 0:
        return Effect(0.0, float("nan"), float("nan"), float("nan"))
    sums = _shuffled(-z, y, drawn, seed=seed, replicates=replicates)
    value, reach = arms.treated - arms.control, 3 * float(y.max())
    low = _halved(lambda shift: _p_above(sums, shift) - tail, value - reach, value)
    high = _halved(lambda shift: tail - _p_below(sums, shift), value, value + reach)
    p_value = _p_two_sided(sums, 0.0)
    chances = _chances_of_few(y, drawn, arms)
    if chances is not None:
        p_value = max(p_value, _mid_p(chances, int(round(arms.treated_total))))
    return Effect(value, float(low), float(high), float(min(p_value, 1.0)))


def one_sided_p(outcome: ArrayLike, drawn: Lots, ratio: float, *, at_least: bool, seed: int, replicates: int = 1999) -> float:
    """The chance of a result this low (or, `at_least`, this high) if the true ratio were the one given.

    Args:
        outcome, drawn, seed, replicates: as `ratio_effect`.
        ratio: the ratio supposed true, above 0.
        at_least: the chance of so high a result instead.

    Raises:
        BadSetting: a ratio that is not above 0.

    Example:
        >>> from evenhand.audit.lots import lots
        >>> place, day = np.tile(np.arange(4), 30), np.repeat(np.arange(30), 4)
        >>> drawn, events = lots(place, day, (place + day) % 4 < 2), np.random.default_rng(1).poisson(5, 120)
        >>> one_sided_p(events, drawn, 0.7, at_least=True, seed=1) < 0.05, one_sided_p(events, drawn, 0.95, at_least=True, seed=1) < 0.05
        (True, False)

    Read with care:
        Two of these, at the ends of a margin said beforehand, test that there is no effect to speak of.

    Source: see the head of this file; Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680.
    """
    if ratio <= 0:
        raise BadSetting(f"ratio={ratio!r} cannot be a ratio to test against. Give a number above 0.")
    y, z, _ = _opened(outcome, drawn)
    sums = _shuffled(y * z, y * (1 - z), drawn, seed=seed, replicates=replicates)
    drawn_p = _p_above(sums, 1 / ratio) if at_least else _p_below(sums, 1 / ratio)
    chances = _chances_of_few(y, drawn, means(outcome, drawn))
    if chances is None:
        return drawn_p
    above, below = _tails(chances, int(round(float(z @ y))), np.log(ratio))
    return max(drawn_p, above if at_least else below)


def _opened(outcome: ArrayLike, drawn: Lots) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    y = np.asarray(outcome, dtype=float)
    if not np.all(np.isfinite(y)) or np.any(y < 0):
        raise BadValue("An outcome is negative or missing. Missing is never zero: leave the place-day out, or find its count.")
    there = drawn.is_open
    return y[there], drawn.is_treated[there].astype(float), drawn.chance[there]


def _shuffled(a: NDArray[np.float64], b: NDArray[np.float64], drawn: Lots, *, seed: int, replicates: int) -> Shuffled:
    """Sums of 1, a and b, weighted by one over the chance, and of 1, a, b, aa, ab and bb by its square; for outcomes g * a + b."""
    there = drawn.is_open
    chance = drawn.chance[there]
    first = np.column_stack([np.ones_like(a), a, b])
    second = np.column_stack([np.ones_like(a), a, b, a * a, a * b, b * b])
    sides = [np.hstack([first / part[:, None], second / part[:, None] ** 2]) for part in (chance, 1 - chance)]
    batches = (batch[:, there] for batch in drawn.draws(seed=seed, replicates=replicates))
    redrawn = [(batch.astype(float) @ sides[0], (~batch).astype(float) @ sides[1]) for batch in batches]
    came = drawn.is_treated[there].astype(float)
    return Shuffled(np.concatenate([one for one, _ in redrawn]), np.concatenate([two for _, two in redrawn]), came @ sides[0], (1 - came) @ sides[1])


def _studentised(treated: NDArray[np.float64], control: NDArray[np.float64], g: float) -> NDArray[np.float64]:
    """Difference in means of g * a + b over its own error, from the sums."""
    mean, variance = [], []
    for side in (treated, control):
        n, one, two = side[..., 0], side[..., 1], side[..., 2]
        middle = (g * one + two) / np.where(n > 0, n, np.nan)
        spread = g * g * side[..., 6] + 2 * g * side[..., 7] + side[..., 8] - 2 * middle * (g * side[..., 4] + side[..., 5]) + middle**2 * side[..., 3]
        mean.append(middle)
        variance.append(np.maximum(spread, 0) / np.where(n > 0, n, np.nan) ** 2)
    error = np.sqrt(variance[0] + variance[1])
    gap = mean[0] - mean[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error > 0, gap / error, np.where(np.abs(gap) < 1e-12, 0.0, np.sign(gap) * FAR))


def _p_above(sums: Shuffled, g: float) -> float:
    """Share of redraws with a higher difference than the draw that came out; it and those like it count half, as in `_tails`."""
    return _share_beyond(sums, g, 1)


def _p_below(sums: Shuffled, g: float) -> float:
    return _share_beyond(sums, g, -1)


def _share_beyond(sums: Shuffled, g: float, side: int) -> float:
    came, redrawn = _studentised(sums.came_treated, sums.came_control, g), _studentised(sums.treated, sums.control, g)
    like = 1e-9 * (1 + np.abs(came))
    beyond = side * (redrawn - came)
    return float((np.sum(beyond > like) + (1 + np.sum(np.abs(beyond) <= like)) / 2) / (1 + len(redrawn)))


def _p_two_sided(sums: Shuffled, g: float) -> float:
    return min(1.0, 2 * min(_p_above(sums, g), _p_below(sums, g)))


def _halved(f: Callable[[float], float], low: float, high: float) -> float:
    """Where a growing function passes 0."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if f(middle) > 0 else (middle, high)
    return (low + high) / 2


def _chances_of_few(y: NDArray[np.float64], drawn: Lots, arms: Means) -> NDArray[np.float64] | None:
    """The exact chances where few events fell on either side; None where they are not needed or not to be had."""
    return _chances(y, drawn) if min(arms.treated_total, arms.control_total) < FEW_EVENTS else None


def _chances(y: NDArray[np.float64], drawn: Lots) -> NDArray[np.float64] | None:
    """The exact chance of each number of events on patrol days; None for what cannot be counted out."""
    if drawn.design not in DESIGNS or np.any(y != np.round(y)) or y.sum() > MOST_EVENTS:
        return None
    # A lot is counted out over all of its place-days, also where some of them are left out of the comparison.
    events = np.zeros(len(drawn.lot))
    events[drawn.is_open] = y
    total = np.array([1.0])
    for number in np.unique(drawn.lot[events > 0]):
        own = drawn.lot == number
        if drawn.design == "probabilities":
            part = np.zeros(int(events[own][0]) + 1)
            part[0], part[-1] = 1 - drawn.chance[own][0], drawn.chance[own][0]
        else:
            part = _of_one_lot(events[own & (events > 0)].astype(int), int(own.sum()), int(drawn.is_treated[own].sum()))
        total = np.convolve(total, part)
    return total


def _of_one_lot(events: NDArray[np.int64], places: int, wins: int) -> NDArray[np.float64]:
    """Chance of each total over `wins` places drawn out of `places`, of which some have events: counted by adding one place at a time."""
    ways = np.zeros((wins + 1, int(events.sum()) + 1))
    ways[0, 0] = 1
    for n in events:
        ways[1:, n:] = ways[1:, n:] + ways[:-1, : ways.shape[1] - n]
    rest = places - len(events)
    others = np.array([float(comb(rest, wins - j)) if 0 <= wins - j <= rest else 0.0 for j in range(wins + 1)])
    return (others @ ways) / comb(places, wins)


def _tails(chances: NDArray[np.float64], count: int, log_ratio: float) -> tuple[float, float]:
    """Chance of more than `count`, and of fewer, under a ratio; half of exactly so many on either side (mid-p)."""
    at = np.flatnonzero(chances > 0)
    log = np.log(chances[at]) + at * log_ratio
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    half = weight[at == count].sum() / 2
    return float(weight[at > count].sum() + half), float(weight[at < count].sum() + half)


def _mid_p(chances: NDArray[np.float64], count: int) -> float:
    return min(1.0, 2 * min(_tails(chances, count, 0.0)))


def _tilted_limits(chances: NDArray[np.float64], count: int, tail: float) -> tuple[float, float]:
    """The ratios at which the tails just hold the count; 0 or no limit where the count is the least or the most there can be."""
    possible = np.flatnonzero(chances > 0)
    low = 0.0 if count == possible[0] else float(np.exp(_halved(lambda log: _tails(chances, count, log)[0] - tail, -WIDEST, WIDEST)))
    high = float("inf") if count == possible[-1] else float(np.exp(_halved(lambda log: tail - _tails(chances, count, log)[1], -WIDEST, WIDEST)))
    return low, high


def chances_by_luck(events: ArrayLike, drawn: Lots) -> NDArray[np.float64] | None:
    """The chance of each number of events on patrol days if patrols change nothing: what luck alone would show.

    Args:
        events: whole numbers by place-day, shape (place_days,).
        drawn: from `lots.lots`.

    Returns:
        Chances of 0, 1, 2, … events on patrol days, adding up to 1; None for what cannot be counted out (harm, or too many events).

    Example:
        >>> from evenhand.audit.lots import lots
        >>> chances_by_luck([2, 0, 1, 1], lots([0, 1, 0, 1], [0, 0, 1, 1], [True, False, False, True])).tolist()
        [0.0, 0.5, 0.0, 0.5, 0.0]

    Read with care:
        Events at one place on one day go together here; events on different days are free of each other.

    Source: see the head of this file.
    """
    y, _, _ = _opened(events, drawn)
    return _chances(y, drawn)


def largest_share(outcome: ArrayLike) -> float:
    """The largest single place-day's share of everything recorded; near 1, a sum rests on one event.

    Example:
        >>> largest_share([0, 90, 5, 5])
        0.9
    """
    y = np.asarray(outcome, dtype=float)
    return float(y.max() / y.sum()) if y.sum() > 0 else float("nan")
