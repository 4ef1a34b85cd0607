"""Did recorded crime change more where patrols began than where they did not? Places compared with themselves and with others.

    log(mean count of a place in a period) = effect of the place + effect of the period + effect of patrols, once begun

exp(effect of patrols) is a ratio: how many times the events that the other places' change leads one to
expect. The event study gives one such ratio for each period before and after the start, against the last
period before it; those before should be near 1 if the places went alike.

Steps, in order:  with_events -> difference_in_differences | event_study -> parallel_trends.sensitivity

Read with care: nobody drew lots here. If places were chosen at a peak, or others changed for reasons of
their own, the ratio is not the patrols' doing: regression_to_mean.py, parallel_trends.py. Places that
start at different times must not be pooled in this model; each start is set against places without.

Source: Angrist & Pischke (2009), Mostly Harmless Econometrics, ch. 5; Wooldridge (2023), Econometrics Journal 26(3),
C31-C66 (counts); Goodman-Bacon (2021), Journal of Econometrics 225(2), 254-277 (several starts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .panel_counts import clustered, poisson, ratio_of, with_effects, with_events

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .randomisation import Effect

NEVER = -1
"""The start of a place without patrols."""


class Comparison(NamedTuple):
    """The ratio with its limits, and what it rests on: places with patrols, places without, rows and events."""

    effect: Effect
    treated_places: int
    other_places: int
    rows: int
    events: int


class EventStudy(NamedTuple):
    """Log ratios by period from the start, the last period before it being 0, and their covariance.

    Attributes:
        periods: from the start, such as -3, -2, 0, 1; -1 is left out.
        logs: log ratios, same order.
        covariance: of the logs, from the places.
        places: how many the errors rest on.
        ahead_p: chance of such differences before the start if places went alike; nan with one period before.
    """

    periods: tuple[int, ...]
    logs: NDArray[np.float64]
    covariance: NDArray[np.float64]
    places: int
    ahead_p: float


def difference_in_differences(count: ArrayLike, place: ArrayLike, period: ArrayLike, start: ArrayLike, *, level: float = 0.95) -> Comparison:
    """How many times the events that other places' change leads one to expect.

    Args:
        count: events of a place in a period, shape (rows,).
        place, period: whole numbers, shape (rows,); periods in order of time.
        start: period in which the place's patrols begin; NEVER where they do not, shape (rows,).
        level: coverage of the interval.

    Returns:
        Comparison; 1 is no difference.

    Raises:
        CannotAnswer: no places to compare, several starts, nothing before the start, or no events.
        BadSetting: a place with two starts.

    Example:
        >>> place, period = np.repeat([0, 1, 2, 3], 2), np.tile([0, 1], 4)
        >>> found = difference_in_differences([10, 5, 20, 10, 10, 10, 20, 20], place, period, np.repeat([1, 1, -1, -1], 2))
        >>> round(found.effect.value, 3)
        0.5

    Read with care:
        A ratio of changes. It takes the other places' change, as a multiple, to be what would have happened.

    Source: see the head of this file.
    """
    y, where, when, begins = _panel(count, place, period, start)
    keep = with_events(y, where, when)
    y, where, when, begins = y[keep], where[keep], when[keep], begins[keep]
    _require_comparison(when, begins)
    now = (begins != NEVER) & (when >= begins)
    design = with_effects(now, where, when)
    fit = poisson(y, design)
    places = len(np.unique(where))
    effect = ratio_of(fit.coef[0], clustered(y, design, fit, where)[0, 0], clusters=places, level=level)
    treated = len(np.unique(where[begins != NEVER]))
    return Comparison(effect, treated, places - treated, len(y), int(y.sum()))


def event_study(
    count: ArrayLike, place: ArrayLike, period: ArrayLike, start: ArrayLike, *, before: int | None = None, after: int | None = None
) -> EventStudy:
    """The ratio for each period before and after the start, against the last period before it.

    Args:
        count, place, period, start: as `difference_in_differences`.
        before, after: periods to look at, from the start; None for all.

    Raises:
        CannotAnswer: as `difference_in_differences`.

    Example:
        >>> place, period = np.repeat(np.arange(8), 4), np.tile(np.arange(4), 8)
        >>> begins = np.repeat([2, 2, 2, 2, -1, -1, -1, -1], 4)
        >>> study = event_study(np.where((begins == 2) & (period >= 2), 50, 100) + place, place, period, begins)
        >>> study.periods, np.exp(study.logs).round(1).tolist()
        ((-2, 0, 1), [1.0, 0.5, 0.5])

    Read with care:
        Differences before the start that are not clear do not show that there are none.

    Source: see the head of this file.
    """
    y, where, when, begins = _panel(count, place, period, start)
    first = begins[begins != NEVER]
    if len(np.unique(first)) == 1:
        keep = (when >= first[0] - (before or when.max() + 1)) & (when < first[0] + (after or when.max() + 1))
        y, where, when, begins = y[keep], where[keep], when[keep], begins[keep]
    keep = with_events(y, where, when)
    y, where, when, begins = y[keep], where[keep], when[keep], begins[keep]
    _require_comparison(when, begins)
    away = when - begins
    periods = tuple(int(p) for p in np.unique(away[begins != NEVER]) if p != -1)
    terms = np.column_stack([(begins != NEVER) & (away == p) for p in periods])
    design = with_effects(terms, where, when)
    fit = poisson(y, design)
    n = len(periods)
    covariance = clustered(y, design, fit, where)[:n, :n]
    places = len(np.unique(where))
    ahead = [i for i, p in enumerate(periods) if p < -1]
    return EventStudy(periods, fit.coef[:n], covariance, places, _joint_p(fit.coef[ahead], covariance[np.ix_(ahead, ahead)], places))


def by_start(start: ArrayLike) -> list[tuple[int, NDArray[np.bool_]]]:
    """For each start, the rows of places that began then and of places that never did.

    Example:
        >>> [(begins, rows.tolist()) for begins, rows in by_start([3, 5, -1])]
        [(3, [True, False, True]), (5, [False, True, True])]
    """
    begins = np.asarray(start, dtype=np.int64)
    return [(int(first), (begins == first) | (begins == NEVER)) for first in np.unique(begins[begins != NEVER])]


def _panel(count: ArrayLike, place: ArrayLike, period: ArrayLike, start: ArrayLike) -> _Panel:
    from .intervals import whole_counts

    y, where, when, begins = whole_counts(count, "events"), *(np.asarray(part, dtype=np.int64) for part in (place, period, start))
    if not len(y) == len(where) == len(when) == len(begins):
        raise BadSetting("Counts, places, periods and starts must be equally many, one of each for a row.")
    pairs = {(int(w), int(b)) for w, b in zip(where, begins, strict=True)}
    if len(pairs) > len({w for w, _ in pairs}):
        raise BadSetting("A place has two starts. Give each place the period in which its patrols begin, in all of its rows.")
    return _Panel(y, where, when, begins)


class _Panel(NamedTuple):
    """Counts, places, periods and starts, a row each."""

    events: NDArray[np.float64]
    place: NDArray[np.int64]
    period: NDArray[np.int64]
    start: NDArray[np.int64]


def _require_comparison(when: NDArray[np.int64], begins: NDArray[np.int64]) -> None:
    starts = np.unique(begins[begins != NEVER])
    if not len(starts) or not np.any(begins == NEVER):
        which = "without patrols" if len(starts) else "with patrols"
        raise CannotAnswer(f"No place {which} has any events, so there is nothing to compare. Add such places, or a longer time.")
    if len(starts) > 1:
        raise CannotAnswer("Patrols begin at different times; pooled, later starts are set against places already patrolled. Take each start by itself.")
    if not np.any(when < starts[0]) or not np.any(when >= starts[0]):
        raise CannotAnswer("There is no period with events before the start, or none after it, so no change can be told.")


def _joint_p(logs: NDArray[np.float64], covariance: NDArray[np.float64], places: int) -> float:
    """Chance of differences so large if there are none; nan where none can be tested."""
    from scipy.stats import f

    n = len(logs)
    if n == 0 or n >= places:
        return float("nan")
    spread = np.linalg.pinv(covariance)
    return float(f.sf(float(logs @ spread @ logs) / n, n, places - 1))
