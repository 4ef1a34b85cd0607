"""Does the ratio of two rates rise or fall from month to month?

Given a month's stops of both groups, those of the group are binomial, so whatever moves both alike (a
lockdown, a summer, a change of policy) drops out, and the logarithm of the ratio is fitted as a straight
line over time. Months scatter more than single stops would; the interval is widened by that scatter.

A month that was not published, or only in part, is no month with few stops: `usable_months` tells which
months can be used, by the rule that the health report warns by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from ..tables.health import months_between, usual_level
from .adjusted_ratio import t_of
from .intervals import Interval, people_or_refuse, whole_counts, z_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

FEWEST_MONTHS = 12
"""A slope from fewer months says more about the season than about the years."""
ABSENT = "No record of this month: it is unknown, not zero."
LOW = "Implausibly few records, under half the median of the months present: the month was probably published in part."


class Change(NamedTuple):
    """By what factor the ratio changes in a year; and how months scatter: 1 is chance alone."""

    per_year: Interval
    scatter: float


def usable_months(records: Mapping[str, int], *, first: str, last: str) -> dict[str, str]:
    """Why a month cannot be used, by month; "" where it can.

    Args:
        records: rows by month, of one publisher: "2024-01" -> 4,658.
        first, last: the months asked for, inclusive.

    Example:
        >>> usable_months({"2019-06": 5_416, "2019-08": 4_846}, first="2019-06", last="2019-08")["2019-07"]
        'No record of this month: it is unknown, not zero.'

    Read with care:
        Half the median is a rule of thumb: a lockdown can halve a month too, and a month of which three
        quarters were published passes. Where most months are of a lower level, as after a change of how much is
        published, the median is of that level and warns of nothing.

    Source: the rule of `tables.health.month_gaps`, by which the health report warns.
    """
    usual = usual_level(records, first=first, last=last) or 0
    return {month: ABSENT if not records.get(month) else LOW if records[month] < usual / 2 else "" for month in months_between(first, last)}


def ratio_change_per_year(
    events: ArrayLike, reference_events: ArrayLike, months: ArrayLike, *, people: float, reference_people: float, level: float = 0.95
) -> Change:
    """By what factor the ratio of two rates changes in a year.

    log(ratio in a month) = level + slope * month / 12; change = exp(slope)
    events | both groups' events ~ binomial(ratio * people / (ratio * people + reference people))
    scatter = sum of squared Pearson residuals / (months - 2)
    limits = exp(slope -+ error * the larger of z and t * sqrt(scatter)): never narrower than chance alone

    Args:
        events, reference_events: of the two groups in each month; leave out months that cannot be used.
        months: each month's number, such as 0 for January of the first year; shape as the events.
        people, reference_people: residents of the two groups, taken as the same in all months; they move the level only.
        level: coverage, between 0 and 1.

    Returns:
        Change; 1 is no change. nan with fewer than 12 months that have any event, where either group has none,
        or where no month tells the slope.

    Raises:
        BadValue: a count that is negative, fractional or missing; lists of unequal length; nobody of a group.

    Example:
        >>> black, white = [12, 9, 14, 11, 13, 10, 15, 12, 16, 13, 17, 18], [50, 45, 52, 49, 47, 51, 48, 50, 46, 52, 49, 50]
        >>> change, scatter = ratio_change_per_year(black, white, range(12), people=1_000, reference_people=12_000)
        >>> f"{change.value:.2f} ({change.low:.2f} to {change.high:.2f})"
        '1.60 (0.87 to 2.94)'

    Read with care:
        With less than two years, a season in which the groups differ passes for a trend. Months are taken as
        independent of each other; a campaign over several makes the interval too narrow. A change of how
        ethnicity is recorded looks the same as a change of who is stopped.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., ch. 4.5 (scatter beyond the binomial).
    """
    count, base = whole_counts(events, "events"), whole_counts(reference_events, "reference events")
    time, head = np.asarray(months, dtype=float) / 12, people_or_refuse([people, reference_people])
    if count.ndim != 1 or not count.shape == base.shape == time.shape or not np.all(np.isfinite(time)):
        raise BadValue("Events of the two groups and months must be lists of one length, no month missing. Leave out months that cannot be used.")
    if not head.all():
        raise BadValue("A group without residents has no rate, so there is no ratio whose change could be looked at.")
    total = count + base
    count, total, time = count[total > 0], total[total > 0], time[total > 0]
    nothing = Change(Interval(*(np.asarray(np.nan),) * 3), float("nan"))
    if len(total) < FEWEST_MONTHS or count.sum() == 0 or (total - count).sum() == 0:
        return nothing
    fitted = _line(count, total, time - time.mean(), float(np.log(head[0] / head[1])))
    if fitted is None:
        return nothing
    slope, error, squares = fitted
    scatter = squares / (len(total) - 2)
    spread = error * max(z_of(level), t_of(level, len(total) - 2) * np.sqrt(scatter))
    return Change(Interval(*(np.exp(np.asarray(slope + side)) for side in (0.0, -spread, spread))), scatter)


def _line(count: NDArray[np.float64], total: NDArray[np.float64], time: NDArray[np.float64], offset: float) -> tuple[float, float, float] | None:
    """Slope, its standard error and the sum of squared Pearson residuals; None where the counts put no bound on the slope."""
    design = np.column_stack([np.ones(len(time)), time])
    at = np.array([np.log(count.sum() / (total - count).sum()) - offset, 0.0])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(design @ at + offset)))
        weight = total * chance * (1 - chance)
        information = design.T @ (weight[:, None] * design)
        if np.abs(at[1]) > 50 or np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (count - total * chance))
        at = at + np.clip(step, -2, 2)
        if np.all(np.abs(step) < 1e-10):
            break
    return float(at[1]), float(np.sqrt(np.linalg.inv(information)[1, 1])), float(((count - total * chance) ** 2 / weight).sum())
