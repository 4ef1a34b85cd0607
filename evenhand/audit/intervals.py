"""Intervals from counts: how far chance alone could have moved a rate, a ratio or a share.

Everything here takes counts, never rows, and works on arrays of any one shape at once. Each
function treats events as independent of each other. Stops are not: one operation makes fifty.
`area_resampling.py` has the intervals that resample whole areas and so keep what happens together
together; where both can be had, show the wider.

    rate_exact        events per head              exact (Garwood)
    rate_difference   one rate minus another       from the two exact rates
    ratio_wald        one rate over another        large counts, a formula for the back of an envelope
    ratio_exact       one rate over another        any counts, zero included
    share_wilson      part of a whole              Wilson
    share_difference  one share minus another      Newcombe
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Interval(NamedTuple):
    """A number and its limits, arrays of one shape. Not a number (nan) where there is none to give."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def rate_exact(events: ArrayLike, people: ArrayLike, *, level: float = 0.95, per: float = 1000.0) -> Interval:
    """Events per 1,000 people, with exact limits for a Poisson count.

    value = per * events / people; the limits are the means whose Poisson tails just hold the count.

    Args:
        events: whole numbers, any shape.
        people: of the same shape; the time at risk is the period of the events.
        level: coverage, between 0 and 1.
        per: the rate is given for this many people.

    Returns:
        Interval; no events: value 0, low 0, high above 0. Nobody living there: nan throughout.

    Raises:
        BadValue: a count that is negative, fractional or missing.

    Example:
        >>> value, low, high = rate_exact(10, 2_000)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '5.00 (2.40 to 9.20)'

    Read with care:
        Exact for independent events. A patrol, a match day or one person stopped often makes the
        true interval wider.

    Source: Garwood (1936), Biometrika 28(3/4), 437-442.
    """
    from scipy.stats import chi2

    count, head = whole_counts(events, "events"), people_or_refuse(people)
    tail = tail_share(level)
    least = np.where(count > 0, chi2.ppf(tail, 2 * np.maximum(count, 1)) / 2, 0.0)
    most = chi2.ppf(1 - tail, 2 * (count + 1)) / 2
    scale = per * over_or_nan(1.0, head)
    return Interval(count * scale, least * scale, most * scale)


def rate_difference(
    events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95, per: float = 1000.0
) -> Interval:
    """How many more events per 1,000 people than in the reference group.

    value = rate - reference rate; the limits recover each rate's variance from its own exact limits
    ("MOVER"), so they hold for small counts too.

    Args:
        events, people: of the group.
        reference_events, reference_people: of the group compared with.
        level: coverage, between 0 and 1.
        per: the rates are given for this many people.

    Returns:
        Interval, in events per `per` people; 0 is parity.

    Raises:
        BadValue: a count that is negative, fractional or missing.

    Example:
        >>> value, low, high = rate_difference(30, 1_000, 100, 10_000)
        >>> f"{value:.1f} ({low:.1f} to {high:.1f})"
        '20.0 (10.0 to 33.0)'

    Read with care:
        A large ratio of two tiny rates is a small difference: show both.

    Source: Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702.
    """
    one = rate_exact(events, people, level=level, per=per)
    other = rate_exact(reference_events, reference_people, level=level, per=per)
    return _difference(one, other)


def ratio_wald(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95) -> Interval:
    """One rate over another, with the usual large-count limits on the log scale.

    ratio = (events / people) / (reference events / reference people)
    limits = ratio * exp(-+ z * sqrt(1 / events + 1 / reference events))

    Args:
        events, people: of the group.
        reference_events, reference_people: of the group compared with.
        level: coverage, between 0 and 1.

    Returns:
        Interval, no unit; 1 is parity. No events: value 0, low 0, high nan.

    Raises:
        BadValue: a count that is negative, fractional or missing.
        CannotAnswer: the reference has no events or no people.

    Example:
        >>> value, low, high = ratio_wald(30, 1_000, 100, 10_000)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '3.00 (1.99 to 4.51)'

    Read with care:
        Some published tables subtract 1/people under the root, as if each person could be stopped
        once at most; where stops come near the number of residents that interval is far too narrow.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 14.
    """
    count, head, base, base_head = checked_pairs(events, people, reference_events, reference_people)
    value = over_or_nan(count * base_head, head * base)
    spread = z_of(level) * np.sqrt(1 / np.maximum(count, 1) + 1 / base)
    with np.errstate(invalid="ignore"):
        return Interval(value, value * np.exp(-spread), np.where(count > 0, value * np.exp(spread), np.nan))


def ratio_exact(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95) -> Interval:
    """One rate over another, with exact limits that hold for any counts.

    Given the two counts' sum, the group's count is binomial with chance
    ratio * people / (ratio * people + reference people). Clopper-Pearson limits of that chance,
    turned back into ratios, are the limits (central, two-sided).

    Args:
        events, people: of the group.
        reference_events, reference_people: of the group compared with.
        level: coverage, between 0 and 1; the true coverage is never less.

    Returns:
        Interval, no unit; 1 is parity. No events: value 0, low 0, high still finite.

    Raises:
        BadValue: a count that is negative, fractional or missing.
        CannotAnswer: the reference has no events or no people.

    Example:
        >>> value, low, high = ratio_exact(3, 400, 20, 9_000)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '3.38 (0.64 to 11.38)'

    Read with care:
        Exact for independent events only; see the head of this file.

    Source: Clopper & Pearson (1934), Biometrika 26(4), 404-413; Przyborowski & Wilenski (1940), Biometrika 31(3/4), 313-323.
    """
    from scipy.stats import beta

    count, head, base, base_head = checked_pairs(events, people, reference_events, reference_people)
    tail = tail_share(level)
    least = np.where(count > 0, beta.ppf(tail, np.maximum(count, 1), base + 1), 0.0)
    most = beta.ppf(1 - tail, count + 1, base)
    heads = over_or_nan(base_head, head)
    return Interval(over_or_nan(count, base) * heads, least / (1 - least) * heads, most / (1 - most) * heads)


def share_wilson(part: ArrayLike, whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """A part of a whole, from 0 to 1, with limits that stay inside 0 and 1.

    The limits are the shares that a score test at `level` would not reject.

    Args:
        part: whole numbers, no more than `whole`.
        whole: whole numbers.
        level: coverage, between 0 and 1.

    Returns:
        Interval, a share; nan where the whole is nothing.

    Raises:
        BadValue: a count that is negative, fractional or missing, or a part larger than its whole.

    Example:
        >>> value, low, high = share_wilson(8, 10)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.80 (0.49 to 0.94)'

    Read with care:
        The interval is about chance among the stops recorded; it says nothing of those with no outcome recorded.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.
    """
    some, all_ = np.broadcast_arrays(whole_counts(part, "part"), whole_counts(whole, "whole"))
    if np.any(some > all_):
        raise BadValue("A part is larger than its whole, so no share can be computed. Check that both were counted over the same rows.")
    z = z_of(level)
    share = over_or_nan(some, all_)
    wide = 1 + over_or_nan(z**2, all_)
    middle = (share + over_or_nan(z**2, 2 * all_)) / wide
    half = z / wide * np.sqrt(over_or_nan(share * (1 - share), all_) + over_or_nan(z**2, 4 * all_**2))
    return Interval(share, np.where(some == 0, middle * 0, middle - half), np.where(some == all_, middle * 0 + 1, middle + half))


def share_difference(part: ArrayLike, whole: ArrayLike, reference_part: ArrayLike, reference_whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """One share minus another, with limits built from the two Wilson intervals.

    Args:
        part, whole: of the group.
        reference_part, reference_whole: of the group compared with; another set of stops.
        level: coverage, between 0 and 1.

    Returns:
        Interval, from -1 to 1; 0 is parity. Times 100: percentage points.

    Raises:
        BadValue: as `share_wilson`.

    Example:
        >>> value, low, high = share_difference(56, 70, 48, 80)
        >>> f"{value:.4f} ({low:.4f} to {high:.4f})"
        '0.2000 (0.0524 to 0.3339)'

    Read with care:
        The two groups must not overlap, and their members are taken as independent.

    Source: Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.
    """
    return _difference(share_wilson(part, whole, level=level), share_wilson(reference_part, reference_whole, level=level))


def _difference(one: Interval, other: Interval) -> Interval:
    """The limits of a difference from the limits of its two sides."""
    value = one.value - other.value
    down = np.sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = np.sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Interval(value, value - down, value + up)


def whole_counts(counts: ArrayLike, what: str) -> NDArray[np.float64]:
    """Counts as numbers, after making sure that they are counts."""
    number = np.asarray(counts, dtype=float)
    if not np.all(np.isfinite(number)) or np.any(number < 0) or np.any(number != np.round(number)):
        wrong = number[~np.isfinite(number) | (number < 0) | (number != np.round(number))].ravel()[0]
        raise BadValue(f"The counts of {what} must be whole numbers from 0; found {wrong:g}. Hand over counts, not rates, shares or weights.")
    return number


def people_or_refuse(people: ArrayLike) -> NDArray[np.float64]:
    """People as numbers; fractions are allowed, for they come from moving counts between maps."""
    number = np.asarray(people, dtype=float)
    if not np.all(np.isfinite(number)) or np.any(number < 0):
        raise BadValue("The number of people must be 0 or more and may not be missing: missing is never zero. Leave out groups without a figure.")
    return number


def checked_pairs(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """Events and people of a group and of its reference, as numbers, after making sure that they can be compared."""
    base, base_head = whole_counts(reference_events, "reference events"), people_or_refuse(reference_people)
    if np.any(base == 0) or np.any(base_head == 0):
        lacks = "events" if np.any(base == 0) else "residents"
        raise CannotAnswer(
            f"The reference group has no {lacks}, so nothing can be compared with it. Choose another reference, a longer period or a larger place."
        )
    return tuple(np.broadcast_arrays(whole_counts(events, "events"), people_or_refuse(people), base, base_head))


def over_or_nan(top: ArrayLike, bottom: ArrayLike) -> NDArray[np.float64]:
    """A quotient that is nan, without a warning, where the bottom is zero."""
    over, under = np.broadcast_arrays(np.asarray(top, dtype=float), np.asarray(bottom, dtype=float))
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)


def tail_share(level: float) -> float:
    """The share left out at each end by a two-sided interval of this coverage."""
    if not 0 < level < 1:
        raise BadSetting(f"level={level!r} is no coverage. Give a number between 0 and 1, such as 0.95.")
    return (1 - level) / 2


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval of this coverage."""
    from scipy.special import ndtri

    return float(ndtri(1 - tail_share(level)))
