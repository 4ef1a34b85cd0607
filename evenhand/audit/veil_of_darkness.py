"""The veil of darkness: is a group stopped less, compared with others, once it is too dark to see who is coming?

At one and the same hour it is light in June and dark in December. Who is about at that hour may be taken
not to hang on that; what officers can see does. So if a group makes up less of the stops in the dark than in
daylight at the same time of day, seeing who people were had a part in who was stopped.

    log odds(stop is of the group) = level + beta x dark + smooth curve of the clock + weekday + year + area

exp(beta) is the odds in the dark over the odds in daylight: below 1 points to a part played by what was seen.
Only hours enter at which it was light on some days and dark on others, and no stop of the twilight between. A stop whose time is
known only to lie in a stretch, such as an hour, enters where all of the stretch was light that day, or all of it dark, and stands at
its middle on the curve of the clock; which days those are does not hang on who was stopped. The others are set aside and counted.
Stops of one day are taken to hang together. A second design keeps to the weeks around the change of the
clocks, when darkness moves by an hour overnight and little else does.

Read with care:
    The test was made for vehicles on roads, whose drivers are hard to make out at night. On foot, under street
    lamps, or where officers knew whom they would stop, darkness hides little, and the test sees nothing whatever
    is there. If who is about at an hour changes with the season, that change is taken for darkness. Equal shares do
    not clear anybody.

Steps, in order:  in_window (or around_changes) -> columns (dark, clock, weekday, year, area) -> logistic -> by day

Source: Grogger & Ridgeway (2006), Journal of the American Statistical Association 101(475), 878-887; Pierson et al. (2020),
Nature Human Behaviour 4, 736-745 (weeks around the change of the clocks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue, CannotAnswer
from .adjusted_ratio import t_of
from .intervals import Interval
from .logistic import Fit, logistic
from .twilight import clock_changes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST_STOPS = 20
"""Stops of either group that there must be in the dark, and in daylight."""
FEWEST_DAYS = 20
ENOUGH_IN_AREA = 50
"""An area with fewer stops, or under five of either group, is put together with the others like it."""
FEWEST_OF_EITHER = 5
DAYS_AROUND = 21


class Lit(NamedTuple):
    """Stops of two groups, by the clock; rows alike may be counted together.

    Attributes:
        day: date by the clock, shape (rows,).
        minute: minutes after midnight by the clock.
        sunset, dusk: of that day at that place, in the same minutes; nan where it never gets dark.
        is_group: the stop is of the group, not of the reference.
        area: an area's code, "" where there is none.
        stops: how many stops the row stands for.
        place: number of the (rough) place: the evenings light and dark at an hour are looked for place by place.
        either_side: minutes before and after `minute` in which the stop may have been made; 0 where its time is known.
    """

    day: NDArray[np.datetime64]
    minute: NDArray[np.float64]
    sunset: NDArray[np.float64]
    dusk: NDArray[np.float64]
    is_group: NDArray[np.bool_]
    area: NDArray[np.object_]
    stops: NDArray[np.float64]
    place: NDArray[np.intp]
    either_side: NDArray[np.float64]

    @property
    def first(self) -> NDArray[np.float64]:
        """The earliest minute at which each stop may have been made."""
        return self.minute - self.either_side

    @property
    def last(self) -> NDArray[np.float64]:
        """The latest."""
        return self.minute + self.either_side

    def only(self, kept: NDArray[np.bool_]) -> Lit:
        """The rows kept."""
        return self._replace(**{name: column[kept] for name, column in self._asdict().items()})


class Veil(NamedTuple):
    """What the test finds.

    Attributes:
        odds_ratio: odds that a stop is of the group, in the dark over in daylight, with limits; single numbers.
        p_value: of no part played by darkness, two-sided.
        dark, light: stops of the group and of the reference, in each.
        crude: the same odds ratio from these four numbers alone.
        days: days with stops in the window.
        window: first and last minute of the clock.
        areas: areas told apart.
        rough: stops among those compared whose time is known only to lie in a stretch.
        set_aside: further stops so known, whose stretch reaches into the window and was not all light or all dark.
    """

    odds_ratio: Interval
    p_value: float
    dark: tuple[int, int]
    light: tuple[int, int]
    crude: float
    days: int
    window: tuple[float, float]
    areas: int
    rough: int = 0
    set_aside: int = 0


def veil_of_darkness(lit: Lit, *, knots: int = 6, level: float = 0.95, around_clock_changes: bool = False) -> Veil:
    """Compare who is stopped in the dark and in daylight at the same hours.

    Args:
        lit: stops of the two groups.
        knots: columns for the curve of the clock (degrees of freedom of a natural cubic spline).
        level: coverage of the interval.
        around_clock_changes: only the three weeks on either side of each change of the clocks.

    Returns:
        Veil; limits from the scatter between days.

    Raises:
        CannotAnswer: too few stops in the dark or in daylight, too few days, or effects that cannot be told apart.
        BadValue: counts of stops that are none.

    Example:
        >>> lit = made_up_stops(2_000, odds_in_the_dark=0.6, seed=1)
        >>> found = veil_of_darkness(lit)
        >>> f"{found.odds_ratio.value:.2f} ({found.odds_ratio.low:.2f} to {found.odds_ratio.high:.2f})"
        '0.53 (0.40 to 0.70)'

    Read with care:
        See the head of this file.

    Source: Grogger & Ridgeway (2006), JASA 101(475), 878-887; Liang & Zeger (1986), Biometrika 73(1), 13-22 (scatter between days).
    """
    kept, is_dark = in_window(lit, around_clock_changes=around_clock_changes)
    dark, light = _four(kept, is_dark)
    _require(dark, light, kept)
    table, areas = columns(kept, is_dark, knots=knots, around_clock_changes=around_clock_changes)
    yes, no = np.where(kept.is_group, kept.stops, 0.0), np.where(kept.is_group, 0.0, kept.stops)
    fit = logistic(table, yes, no)
    days, cluster = np.unique(kept.day, return_inverse=True)
    beta, error = float(fit.coefficients[1]), float(np.sqrt(clustered_covariance(table, yes, no, fit, cluster)[1, 1]))
    from scipy.special import stdtr

    half = t_of(level, len(days) - 1) * error
    odds = Interval(*(np.asarray(np.exp(end)) for end in (beta, beta - half, beta + half)))
    p = float(2 * stdtr(len(days) - 1, -abs(beta) / error))
    crude = (dark[0] * light[1]) / (dark[1] * light[0])
    window, rough = (float(kept.first.min()), float(kept.last.max())), int(kept.stops[kept.either_side > 0].sum())
    return Veil(odds, p, dark, light, crude, len(days), window, areas, rough, _set_aside(lit, rough, around_clock_changes=around_clock_changes))


def in_window(lit: Lit, *, around_clock_changes: bool = False) -> tuple[Lit, NDArray[np.bool_]]:
    """The stops at hours that were light on some days and dark on others, without twilight; and which of them were in the dark.

    Args:
        lit: stops.
        around_clock_changes: only those within three weeks of a change of the clocks.

    Raises:
        CannotAnswer: no stop is left.

    Example:
        >>> kept, is_dark = in_window(made_up_stops(2_000, odds_in_the_dark=1, seed=1))
        >>> bool((kept.minute[is_dark] > kept.dusk[is_dark]).all()), bool((kept.minute[~is_dark] < kept.sunset[~is_dark]).all())
        (True, True)
    """
    there = _there(lit, around_clock_changes=around_clock_changes)
    if len(there.day) == 0:
        lacks = "was made within three weeks of a change of the clocks" if around_clock_changes else "has a time and a place"
        raise CannotAnswer(f"No stop {lacks}, so nothing can be said of darkness.")
    opens, closes = _window(there)
    dark, light = there.first > there.dusk, there.last < there.sunset
    kept = (there.first > opens) & (there.last < closes) & (dark | light)
    kept &= ~_of_lean_hours(there, kept, dark)
    if not kept.any():
        raise CannotAnswer("No stop was made at an hour that is light on some days of the period and dark on others. A longer period would have such hours.")
    return there.only(kept), dark[kept]


def _there(lit: Lit, *, around_clock_changes: bool) -> Lit:
    """The stops of evenings that get dark; or of those near a change of the clocks."""
    known = np.isfinite(lit.sunset) & np.isfinite(lit.dusk)
    if around_clock_changes and len(lit.day):
        known &= np.abs(_days_from_change(lit.day)[0]) <= DAYS_AROUND
    return lit.only(known)


def _window(lit: Lit) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each stop's place, the earliest dusk and the latest sunset: a stop that was put far away by mistake must not widen the others' window."""
    _, at = np.unique(lit.place, return_inverse=True)
    opens, closes = np.full(at.max(initial=-1) + 1, np.inf), np.full(at.max(initial=-1) + 1, -np.inf)
    np.minimum.at(opens, at, lit.dusk)
    np.maximum.at(closes, at, lit.sunset)
    return opens[at], closes[at]


def _of_lean_hours(lit: Lit, kept: NDArray[np.bool_], dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Stops of a rough time at an hour with under five of either group, in the dark or in daylight: an hour has a level of its own, so they say nothing."""
    lean = kept & (lit.either_side > 0)
    if not lean.any():
        return lean
    _, at = np.unique(lit.minute, return_inverse=True)
    sides = (lit.is_group, ~lit.is_group, dark, ~dark)
    fewest = np.min([np.bincount(at, np.where(lean & side, lit.stops, 0.0)) for side in sides], axis=0)
    return np.asarray(lean & (fewest[at] < FEWEST_OF_EITHER))


def _set_aside(lit: Lit, rough: int, *, around_clock_changes: bool) -> int:
    """Stops of a rough time that reaches into the window, less those that are compared."""
    there = _there(lit, around_clock_changes=around_clock_changes)
    opens, closes = _window(there)
    reaches = (there.either_side > 0) & (there.last > opens) & (there.first < closes)
    return int(there.stops[reaches].sum()) - rough


def columns(lit: Lit, is_dark: NDArray[np.bool_], *, knots: int, around_clock_changes: bool = False) -> tuple[NDArray[np.float64], int]:
    """The regression's columns, darkness the second; and how many areas are told apart.

    The others are turned into columns at right angles to each other, which changes no fit and no effect of darkness.

    Args:
        lit: stops in the window.
        is_dark: of each.
        knots: bends of the curve of the clock.
        around_clock_changes: a level and a slope for each change of the clocks in place of years.

    Example:
        >>> kept, is_dark = in_window(made_up_stops(2_000, odds_in_the_dark=1, seed=1))
        >>> columns(kept, is_dark, knots=6)[0].shape[1]
        15
    """
    weekday = (lit.day.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    area = _areas(lit)
    parts = [np.ones((len(lit.day), 1)), natural_spline(lit.minute, knots=knots), _levels(weekday), _levels(area)]
    if around_clock_changes:
        away, change = _days_from_change(lit.day)
        forward = np.array([by > 0 for _, by in clock_changes(lit.day.min() - DAYS_AROUND, lit.day.max() + DAYS_AROUND)])[change]
        kinds = [np.where(forward == kind, away, 0.0)[:, None] / DAYS_AROUND for kind in np.unique(forward)]
        parts += [_levels(change), *kinds]
    else:
        parts.append(_levels(lit.day.astype("datetime64[Y]").astype(np.int64)))
    others, dark = _independent(np.hstack(parts)), is_dark.astype(float)
    if np.linalg.norm(dark - others @ (others.T @ dark) / len(dark)) < 1e-6 * max(float(np.linalg.norm(dark)), 1.0):
        raise CannotAnswer("Where and when these stops were made tells fully whether it was dark, so darkness cannot be told apart from hour and place.")
    return np.column_stack([others[:, 0], dark, others[:, 1:]]), len(np.unique(area))


def natural_spline(x: ArrayLike, *, knots: int) -> NDArray[np.float64]:
    """A smooth curve's columns: cubic between knots at even shares of the data, straight beyond the outermost.

    Where x has no more distinct values than there would be knots, as with times known to the hour, each is a knot: a level of its own.

    Args:
        x: shape (rows,).
        knots: columns wanted; one more knot is used, the ends among them. Fewer where x has fewer distinct values.

    Returns:
        Shape (rows, columns), without a constant.

    Example:
        >>> natural_spline(np.arange(100.0), knots=4).shape
        (100, 4)

    Source: Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, 2nd ed., section 5.2.1.
    """
    values = np.asarray(x, dtype=float)
    at = np.unique(values)
    if len(at) > knots + 1:
        at = np.unique(np.quantile(values, np.linspace(0, 1, knots + 1)))
    if len(at) < 2:
        return np.empty((len(values), 0))
    unit, at = (values - at[0]) / (at[-1] - at[0]), (at - at[0]) / (at[-1] - at[0])

    def bend(knot: float) -> NDArray[np.float64]:
        return (np.maximum(unit - knot, 0) ** 3 - np.maximum(unit - at[-1], 0) ** 3) / (at[-1] - knot)

    return np.column_stack([unit, *(bend(knot) - bend(at[-2]) for knot in at[:-2])])


def clustered_covariance(
    table: NDArray[np.float64], yes: NDArray[np.float64], no: NDArray[np.float64], fit: Fit, cluster: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The coefficients' covariance from the scatter between clusters, whatever hangs together within them.

    covariance = G / (G - 1) * bread @ (sum over clusters of score score') @ bread, bread being the model's own covariance

    Args:
        table, yes, no: as `logistic.logistic` took them.
        fit: what it gave.
        cluster: number of each row's cluster, 0 to G - 1.

    Example:
        >>> table, yes, no = np.ones((4, 1)), np.array([3.0, 1, 4, 2]), np.array([2.0, 5, 1, 3])
        >>> clustered_covariance(table, yes, no, logistic(table, yes, no), np.arange(4)).round(3).tolist()
        [[0.321]]

    Source: Liang & Zeger (1986), Biometrika 73(1), 13-22.
    """
    chance = 1 / (1 + np.exp(-(table @ fit.coefficients)))
    score = table * (yes - (yes + no) * chance)[:, None]
    groups = int(cluster.max()) + 1
    sums = np.zeros((groups, table.shape[1]))
    np.add.at(sums, cluster, score)
    return groups / (groups - 1) * fit.covariance @ (sums.T @ sums) @ fit.covariance


def made_up_stops(stops: int, *, odds_in_the_dark: float, seed: int, share: float = 0.3, same_day: float = 0.0, years: int = 2) -> Lit:
    """Stops at random times of the evening in London, of two groups, with a planted part of darkness.

    Args:
        stops: how many.
        odds_in_the_dark: the odds ratio planted.
        seed: of the NumPy generator.
        share: of the group in daylight, on average; it changes over the evening.
        same_day: share of stops that are of whichever group that day's draw fell on, so that days hang together.
        years: from 2018 on.

    Example:
        >>> made_up_stops(3, odds_in_the_dark=1, seed=1).minute.round().tolist()
        [995.0, 1357.0, 1070.0]
    """
    from .twilight import evenings

    rng = np.random.default_rng(seed)
    day = np.datetime64("2018-01-01") + rng.integers(0, 365 * years, stops)
    minute = rng.uniform(15.5 * 60, 23 * 60, stops)
    calendar = np.datetime64("2018-01-01") + np.arange(365 * years)
    sun = evenings(calendar, longitude=-0.12, latitude=51.5)
    at = (day - calendar[0]).astype(np.int64)
    sunset, dusk = sun.sunset[at], sun.dusk[at]
    log_odds = np.log(share / (1 - share)) + 0.5 * np.sin((minute - 930) / 150) + np.where(minute > dusk, np.log(odds_in_the_dark), 0.0)
    chance = 1 / (1 + np.exp(-np.asarray(log_odds, dtype=float)))
    luck = np.where(rng.random(stops) < same_day, rng.random(len(calendar))[at], rng.random(stops))
    return Lit(day, minute, sunset, dusk, luck < chance, np.full(stops, "", dtype=object), np.ones(stops), np.zeros(stops, dtype=np.intp), np.zeros(stops))


def _four(lit: Lit, is_dark: NDArray[np.bool_]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Stops of the group and of the reference, in the dark and in daylight."""
    if np.any(lit.stops < 0) or np.any(lit.stops % 1):
        raise BadValue("Counts of stops must be whole numbers from 0.")
    of = [[int(lit.stops[(is_dark == dark) & (lit.is_group == group)].sum()) for group in (True, False)] for dark in (True, False)]
    return (of[0][0], of[0][1]), (of[1][0], of[1][1])


def _require(dark: tuple[int, int], light: tuple[int, int], lit: Lit) -> None:
    if min(*dark, *light) < FEWEST_STOPS:
        where = "In the dark or in daylight, at hours that have both"
        raise CannotAnswer(f"{where}, one of the two groups has fewer than {FEWEST_STOPS} stops: too few to compare.")
    if len(np.unique(lit.day)) < FEWEST_DAYS:
        raise CannotAnswer(f"The stops at such hours are of fewer than {FEWEST_DAYS} days, too few to know how much days differ.")


def _areas(lit: Lit) -> NDArray[np.object_]:
    """Areas with enough stops of both groups; all others under one name."""
    names, at = np.unique(lit.area.astype(str), return_inverse=True)
    group, other = (np.bincount(at, weights=np.where(lit.is_group == kind, lit.stops, 0.0), minlength=len(names)) for kind in (True, False))
    enough = (group + other >= ENOUGH_IN_AREA) & (np.minimum(group, other) >= FEWEST_OF_EITHER)
    return np.where(enough[at], names[at], "").astype(object)


def _days_from_change(day: NDArray[np.datetime64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Days since (or, below 0, until) the nearest change of the clocks, and which one that is."""
    changes = np.array([at for at, _ in clock_changes(day.min() - DAYS_AROUND, day.max() + DAYS_AROUND)], dtype="datetime64[D]")
    if len(changes) == 0:
        return np.full(len(day), np.inf), np.zeros(len(day), dtype=np.intp)
    away = (day.astype("datetime64[D]")[:, None] - changes[None, :]).astype(np.int64).astype(float)
    nearest = np.abs(away).argmin(axis=1)
    return away[np.arange(len(day)), nearest], nearest


def _levels(values: NDArray[np.object_] | NDArray[np.int64] | NDArray[np.intp]) -> NDArray[np.float64]:
    """A column for each level but the first."""
    names, at = np.unique(values.astype(str), return_inverse=True)
    return np.eye(len(names))[at][:, 1:]


def _independent(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns at right angles that span the same; those that are sums of others go, as when a weekday is one area's alone."""
    kept: list[NDArray[np.float64]] = []
    for column in table.T:
        left = column - sum((other * (other @ column) for other in kept), np.zeros(len(column)))
        left = left - sum((other * (other @ left) for other in kept), np.zeros(len(column)))  # once more, against rounding
        length = np.linalg.norm(left)
        if length > 1e-8 * np.linalg.norm(column):
            kept.append(left / length)
    return np.column_stack(kept) * np.sqrt(len(table))
