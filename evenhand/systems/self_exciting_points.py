"""Does a recorded event make another near it likelier for a while, when neither the fading nor the reach is given beforehand?

At a day t and a point (x, y) events come at the rate  nu(t) * mu(x, y) + sum over earlier events of g(days since, metres east, metres north):
a background that varies over time and over place, each by itself, and an echo of each event. No shape is assumed for nu, mu or g.
They are found by turns. Given all three, each event is the background's or some earlier event's with known chances; one of these is
drawn for each event (stochastic declustering). Given the draw, nu and mu are densities of the events that fell to the background, and
g is one of the differences between events and the parents drawn for them.

Each turn passes once over the pairs of events within `cut_days` and `cut_m`, in blocks that are used and forgotten (earlier_nearby.py),
and asks three densities for values (neighbour_density.py). The slow twin, over tables of all pairs, is in tests/systems/self_exciting_points_twin.py.

Steps, in order:  fit_points: gathered_events -> (_draw -> _estimated) * iterations;  then rates

Read with care: the last draw is what is kept, so another seed gives another fit. Where events cluster in place for reasons of place,
the echo takes some of it up, and the more so the wider its cut-offs.

Source: Mohler, Short, Brantingham, Schoenberg & Tita (2011), Journal of the American Statistical Association 106(493), 100-108,
doi 10.1198/jasa.2011.ap09546 (method and k recalled); Rosser & Cheng (2019), Applied Spatial Analysis and Policy (start; as cited in an open code).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from .earlier_nearby import Earlier, order_of
from .neighbour_density import Kernels, Surface, gathered_points, neighbour_density

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Rate = Callable[[NDArray[np.float64]], NDArray[np.float64]]

AT_ZERO, TODAY = ("none", "mirrored"), ("middle-half", "as-estimated")


@dataclass(frozen=True)
class PointRules:
    """How the model is fitted; each is a reading of predpol_2011.CARD, where its choices are explained.

    Attributes:
        iterations: turns of drawing and estimating.
        k_days, k_places: which neighbour sets a kernel's width, for nu and for mu and g.
        cut_days, cut_m: how long and how far an echo may reach.
        start: days by which the echo's chances fade to 1/e, and metres of their Gaussian, in the first draw.
        least: days and metres that no kernel is narrower than.
        at_zero: what to do with the part of an echo's kernels that lies before its event: "none", or "mirrored" to fold it back.
        seed: of the draws.
    """

    iterations: int = 40
    k_days: int = 100
    k_places: int = 15
    cut_days: float = 120.0
    cut_m: float = 500.0
    start: tuple[float, ...] = (10.0, 50.0)
    least: tuple[float, ...] = (0.5, 10.0)
    at_zero: str = "none"
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what no rule here understands."""
        if self.at_zero not in AT_ZERO:
            raise BadSetting(f"at_zero={self.at_zero!r} is not known. Known: {', '.join(AT_ZERO)}.")
        for name in ("iterations", "k_days", "k_places"):
            if getattr(self, name) < 1:
                raise BadSetting(f"{name}={getattr(self, name)!r} must be a whole number, 1 or more.")
        for name in ("start", "least"):
            if len(getattr(self, name)) != 2:
                raise BadSetting(f"{name}={getattr(self, name)!r} must be two numbers: days and metres.")
        for name, values in (("start", self.start), ("least", self.least), ("cut_days", [self.cut_days]), ("cut_m", [self.cut_m])):
            if not all(np.isfinite(value) and value > 0 for value in values):
                raise BadSetting(f"{name}={getattr(self, name)!r} must be above zero.")


class Events(NamedTuple):
    """Events at different days or points, a row each, in the order of `order_of`.

    Attributes:
        at: day, metres east and metres north; shape (rows, 3). Days count from the window's first, which is 0.
        number: how many events; shape (rows,).
    """

    at: NDArray[np.float64]
    number: NDArray[np.int64]


@dataclass(frozen=True)
class FittedPoints:
    """What the model has learnt.

    Attributes:
        events: what it was fitted to.
        days, places: nu (it integrates to the events of the background) and mu (to 1), as kernels.
        echo: g, as kernels; it integrates to the further events that one event is worth, `theta`.
        theta: that number.
        from_background: how many events the last draw gave to the background.
        echoes: events that each draw gave to earlier ones, shape (iterations,).
        parted: the last draw's differences between events and their parents, shape (echoes, 3).
        rules: how it was fitted.
    """

    events: Events
    days: Kernels
    places: Kernels
    echo: Kernels | None
    theta: float
    from_background: int
    echoes: NDArray[np.int64]
    parted: NDArray[np.float64]
    rules: PointRules


def gathered_events(day: ArrayLike, x_m: ArrayLike, y_m: ArrayLike, number: ArrayLike, *, metres: float) -> Events:
    """Events in any order, several rows of one day and point among them.

    Raises:
        EmptyTable: none.
        CannotAnswer: all on one day, or all at one point: there is no spread to measure nearness by.
    """
    single = np.repeat(np.column_stack([np.asarray(column, dtype=float) for column in (day, x_m, y_m)]), np.asarray(number, dtype=np.int64), axis=0)
    if len(single) == 0:
        raise EmptyTable("There are no recorded events, so there is nothing to learn from.")
    distinct, counted = gathered_points(single)
    is_one_day, is_one_point = (len(np.unique(distinct[:, part], axis=0)) == 1 for part in ([0], [1, 2]))
    if is_one_day or is_one_point:
        where = "are on one day" if is_one_day else "stand at one point"
        raise CannotAnswer(
            f"All recorded events ({len(single):,}) {where}, and this model measures nearness by their spread over days and over places. "
            "Choose another reading: a longer window or a wider outcome, or a place where they are spread."
        )
    order = order_of(distinct, metres=metres)
    return Events(distinct[order], counted[order])


PUBLISHED = PointRules()


def fit_points(events: Events, rules: PointRules = PUBLISHED) -> FittedPoints:
    """Fit the model.

    Events of one day are taken as simultaneous: none is another's echo.

    Args:
        events: from `gathered_events`, with `metres` = rules.cut_m.
        rules: how to fit.

    Raises:
        CannotAnswer: too many pairs within the cut-offs.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> first = np.column_stack([rng.uniform(0, 300, 150), rng.uniform(0, 3000, (150, 2))])
        >>> again = first + np.column_stack([rng.exponential(5, 150), rng.normal(0, 20, (150, 2))])
        >>> events = gathered_events(*np.floor(np.vstack([first, again])).T, np.ones(300), metres=500)
        >>> fitted = fit_points(events)
        >>> f"{fitted.theta:.2f} further events for each; median wait {np.median(fitted.parted[:, 0]):.0f} days"
        '0.54 further events for each; median wait 4 days'

    Read with care:
        Once no event is drawn as an echo, none ever is again: theta is 0 then.
    """
    rng = np.random.default_rng(rules.seed)
    earlier = Earlier(events.at, rules.cut_days, rules.cut_m)
    background, echo = _started(rules)
    echoes = []
    for _ in range(rules.iterations):
        left, parted = _draw(events, earlier, background, echo, rng)
        days, places, kernels = _estimated(events, left, parted, rules)
        background, echo = _background(days, places, events), _echo(kernels, rules)
        echoes.append(len(parted))
    return FittedPoints(events, days, places, kernels, len(parted) / int(events.number.sum()), int(left.sum()), np.array(echoes), parted, rules)


def rates(fitted: FittedPoints, points: NDArray[np.float64], *, day: float, window_days: int, today: str = "middle-half") -> NDArray[np.float64]:
    """Expected events a day and square metre at some points on a day, shape (points,).

    Args:
        fitted: the model.
        points: metres east and north, shape (points, 2).
        day: as days of the events are counted; those on that day or later are not looked back on.
        window_days: length of the window.
        today: how high the background is: "as-estimated", nu on that day; or "middle-half", its mean over the middle half of the window.

    Raises:
        BadSetting: an unknown choice.
    """
    level = background_level(fitted, day=day, window_days=window_days, today=today)
    found = level * _values(fitted.places, points)
    if fitted.echo is not None:
        echo, rules = _echo(fitted.echo, fitted.rules), fitted.rules
        at = np.column_stack([np.full(len(points), day), points])
        for pairs in Earlier(fitted.events.at, rules.cut_days, rules.cut_m).before(at):
            each = echo(pairs.apart) * fitted.events.number[pairs.earlier]
            found[pairs.first : pairs.end] += np.bincount(pairs.later - pairs.first, each, pairs.end - pairs.first)
    return found


def background_level(fitted: FittedPoints, *, day: float, window_days: int, today: str) -> float:
    """Expected events of the background on a day, over all places; day, window_days and today as in `rates`.

    Raises:
        BadSetting: an unknown choice.
    """
    if today not in TODAY:
        raise BadSetting(f"today={today!r} is not known. Known: {', '.join(TODAY)}.")
    asked = np.arange(window_days / 4, 3 * window_days / 4) if today == "middle-half" else np.array([day])
    return float(_values(fitted.days, asked[:, None]).mean())


def _started(rules: PointRules) -> tuple[Rate, Rate]:
    """What the first draw goes by: background 1 for every event, and an echo that fades exponentially over days and as a Gaussian over metres."""
    fading_days, spread_m = rules.start
    return (
        lambda at: np.ones(len(at)),
        lambda apart: np.exp(-apart[:, 0] / fading_days - (apart[:, 1] ** 2 + apart[:, 2] ** 2) / (2 * spread_m**2)),
    )


def _draw(events: Events, earlier: Earlier, background: Rate, echo: Rate, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each event draw the background or a parent, with chances in proportion to their rates at the event.

    Returns:
        How many events of each row fell to the background, shape (rows,); and differences to the parents drawn, shape (echoes, 3).
    """
    rate, left = background(events.at), events.number.copy()
    drawn = rng.random(int(events.number.sum()))
    ends = np.cumsum(events.number)
    parted = []
    for pairs in earlier.before(events.at):
        each = echo(pairs.apart) * events.number[pairs.earlier]
        rows = np.arange(pairs.first, pairs.end)
        sums = np.bincount(pairs.later - pairs.first, each, len(rows))
        row = np.repeat(rows, events.number[rows])
        lot = drawn[ends[pairs.first] - events.number[pairs.first] : ends[pairs.end - 1]] * (rate[row] + sums[row - pairs.first]) - rate[row]
        is_echo = lot > 0
        row, lot = row[is_echo], lot[is_echo]
        left -= np.bincount(row, minlength=len(left))
        parted.append(pairs.apart[_parent(each, pairs.later, row, lot)])
    return left, np.concatenate(parted)


def _parent(each: NDArray[np.float64], later: NDArray[np.int64], row: NDArray[np.int64], lot: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which pair each lot falls on: the pairs of an event laid end to end, each as long as its rate."""
    first, end = np.searchsorted(later, row), np.searchsorted(later, row, side="right")
    laid = np.concatenate([[0.0], np.cumsum(each)])
    return np.clip(np.searchsorted(laid, laid[first] + lot, side="right") - 1, first, end - 1)


def _estimated(events: Events, left: NDArray[np.int64], parted: NDArray[np.float64], rules: PointRules) -> tuple[Kernels, Kernels, Kernels | None]:
    """Densities of what was drawn: nu, mu and g."""
    background = np.repeat(events.at, left, axis=0)
    days, metres = rules.least
    nu = neighbour_density(background[:, :1], k=rules.k_days, least=[days]).scaled(len(background))
    mu = neighbour_density(background[:, 1:], k=rules.k_places, least=[metres] * 2)
    if len(parted) == 0:
        return nu, mu, None
    g = neighbour_density(parted, k=rules.k_places, least=[days, metres, metres]).scaled(len(parted) / int(events.number.sum()))
    return nu, mu, g.mirrored() if rules.at_zero == "mirrored" else g


def _background(days: Kernels, places: Kernels, events: Events) -> Rate:
    """Rate of the background at every event: days repeat, and so do points."""
    which_day, day_of = np.unique(events.at[:, 0], return_inverse=True)
    point, point_of = np.unique(events.at[:, 1] + 1j * events.at[:, 2], return_inverse=True)
    rate = _values(days, which_day[:, None])[day_of] * _values(places, np.column_stack([point.real, point.imag]))[point_of]
    return lambda at: rate


def _echo(kernels: Kernels | None, rules: PointRules) -> Rate:
    """Rate of one event's echo at some days and metres from it."""
    if kernels is None:
        return lambda apart: np.zeros(len(apart))
    return Surface(kernels, np.array([0.0, -rules.cut_m, -rules.cut_m]), np.array([rules.cut_days, rules.cut_m, rules.cut_m])).at


def _values(kernels: Kernels, points: NDArray[np.float64]) -> NDArray[np.float64]:
    return Surface(kernels, points.min(axis=0), points.max(axis=0)).at(points)
