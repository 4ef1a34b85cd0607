"""What the stops with no ethnicity recorded could do to a ratio: the worst cases, and the tipping share.

Dropping them assumes that they are like the others. Nobody knows that, so these functions assume
nothing: they say how far the ratio could move, and how odd the missing would have to be to undo it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .intervals import Interval, checked_pairs, over_or_nan, whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Tipping(NamedTuple):
    """The share of the missing that would bring a ratio to 1, and the ratio if all of them were of the reference group."""

    share: NDArray[np.float64]
    ratio_at_most: NDArray[np.float64]


def ratio_bounds(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, missing: ArrayLike) -> Interval:
    """The lowest and highest ratio that any ethnicity of the missing events could give.

    lowest  = (events / people) / ((reference events + missing) / reference people)
    highest = ((events + missing) / people) / (reference events / reference people)
    value   = the ratio when the missing are split as the known are, which leaves it unchanged.

    Args:
        events, people: of the group.
        reference_events, reference_people: of the group compared with.
        missing: events of no known group.

    Returns:
        Interval of bounds: not chance, and no level. No ratio outside them is possible, and each is reached.

    Raises:
        BadValue: a count that is negative, fractional or missing.
        CannotAnswer: the reference has no events or no people.

    Example:
        >>> value, low, high = ratio_bounds(30, 1_000, 100, 10_000, 20)
        >>> f"{value:.2f}, no less than {low:.2f}, no more than {high:.2f}"
        '3.00, no less than 2.50, no more than 5.00'

    Read with care:
        Bounds are wide by design. They add to the interval for chance; they do not replace it.

    Source: Manski (2003), Partial Identification of Probability Distributions, ch. 1.
    """
    count, head, base, base_head = checked_pairs(events, people, reference_events, reference_people)
    unknown = whole_counts(missing, "events of no known group")
    heads = over_or_nan(base_head, head)
    return Interval(over_or_nan(count, base) * heads, over_or_nan(count, base + unknown) * heads, over_or_nan(count + unknown, base) * heads)


def tipping_share(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, missing: ArrayLike) -> Tipping:
    """The share of the missing events that would have to be of the reference group to bring the ratio to 1.

    share = (events * reference people / people - reference events) / missing,
    the other missing events being of neither group: the least share that does it.

    Args:
        events, people: of the group.
        reference_events, reference_people: of the group compared with.
        missing: events of no known group.

    Returns:
        Tipping; the share is nan where no share does it: the ratio is 1 or less already, nothing is missing,
        or it stays above 1 even if all the missing are of the reference group.

    Raises:
        BadValue, CannotAnswer: as `ratio_bounds`.

    Example:
        >>> round(float(tipping_share(30, 1_000, 280, 10_000, 40).share), 3)
        0.5
        >>> float(tipping_share(30, 1_000, 100, 10_000, 20).share)
        nan

    Read with care:
        Compare it with the reference group's share of the known events: a tipping share far above
        that share says that the missing would have to be a very different lot.

    Source: the bound of `ratio_bounds`, solved for 1.
    """
    count, head, base, base_head = checked_pairs(events, people, reference_events, reference_people)
    unknown = whole_counts(missing, "events of no known group")
    ratio_at_most = over_or_nan(count, base + unknown) * over_or_nan(base_head, head)
    share = over_or_nan(count * over_or_nan(base_head, head) - base, unknown)
    return Tipping(np.where((share > 0) & (share <= 1), share, np.nan), ratio_at_most)
