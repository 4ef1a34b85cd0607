"""What a flag is worth to whoever acts on it: how many flagged for one that comes true, and whether acting beats not acting.

Of a system that is "right 80 % of the time" one must ask: right about whom? These turn one way of saying it into
another, and set the good of a right flag against the harm of a wrong one.

    ppv_from_rates          from sensitivity, specificity and how common the outcome is
    over_base_rate          how many times the share that no skill gives
    number_needed_to_flag   people (or places) flagged for each that comes true
    net_benefit             right flags less wrong ones, weighed
    decision_curve          net benefit of flagging above each threshold, beside flagging all and none
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .intervals import Interval, over_or_nan, tail_share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def ppv_from_rates(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike) -> NDArray[np.float64]:
    """Of those flagged, the share that comes true, from how often a system is right about each kind and how common the outcome is.

    ppv = se pi / (se pi + (1 - sp)(1 - pi))

    Args:
        sensitivity: share of those with the outcome who are flagged, 0 to 1.
        specificity: share of those without who are not.
        prevalence: share with the outcome.

    Returns:
        A share; nan where nobody would be flagged. A system without skill (sensitivity = 1 - specificity) gives the prevalence.

    Raises:
        BadValue: a rate outside 0 to 1.

    Example:
        >>> float(ppv_from_rates(0.9, 0.9, 0.01).round(3))
        0.083

    Read with care:
        "90 % accurate" of a rare outcome still means that most flags are wrong. Sensitivity and specificity measured on
        other people seldom carry over.

    Source: Altman & Bland (1994), British Medical Journal 309, 102.
    """
    se, sp, pi = (np.asarray(rate, dtype=float) for rate in (sensitivity, specificity, prevalence))
    if any(not np.isfinite(rate).all() or (rate < 0).any() or (rate > 1).any() for rate in (se, sp, pi)):
        raise BadValue("Sensitivity, specificity and prevalence are shares: they must lie between 0 and 1 and may not be missing.")
    return np.asarray(over_or_nan(se * pi, se * pi + (1 - sp) * (1 - pi)))


def over_base_rate(ppv: Interval, base: float) -> Interval:
    """How many times the base rate the share of flags that come true is: 1 is no skill.

    Args:
        ppv: of those flagged, the share that comes true.
        base: share of all that comes true, taken as known.

    Returns:
        Interval; nan where the base rate is 0.

    Example:
        >>> from .intervals import share_wilson
        >>> value, low, high = over_base_rate(share_wilson(20, 100), 0.08)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '2.50 (1.67 to 3.61)'

    Read with care:
        Cannot exceed one over the base rate, so it is not to be compared between outcomes of different frequency.

    Source: known as lift; Piatetsky-Shapiro & Masand (1999), Proceedings of KDD, 185-193.
    """
    return Interval(*(over_or_nan(part, np.full(np.shape(part), base)) for part in ppv))


def number_needed_to_flag(ppv: Interval) -> Interval:
    """How many are flagged for each one that comes true: one over the share of flags that do.

    number = 1 / ppv; the limits change places

    Args:
        ppv: of those flagged, the share that comes true.

    Returns:
        Interval of 1 or more; no value where none came true, and no upper limit (nan) where none may.

    Example:
        >>> from .intervals import share_wilson
        >>> value, low, high = number_needed_to_flag(share_wilson(20, 100))
        >>> f"{value:.1f} ({low:.1f} to {high:.1f})"
        '5.0 (3.5 to 7.5)'

    Read with care:
        Flagging everyone gives one over the base rate; only what is below that is the system's.

    Source: Cook & Sackett (1995), British Medical Journal 310, 452-454, of whose number needed to treat this is the counterpart.
    """
    value, low, high = (over_or_nan(1.0, part) for part in ppv)
    return Interval(value, high, low)


class DecisionCurve(NamedTuple):
    """Net benefit by threshold; shape (thresholds,) each part.

    Attributes:
        threshold: flagged at this stated probability or above.
        system: Interval.
        everyone: of flagging all, Interval. Of flagging nobody it is 0.
    """

    threshold: NDArray[np.float64]
    system: Interval
    everyone: Interval


def net_benefit(right: ArrayLike, wrong: ArrayLike, all_: ArrayLike, *, threshold: ArrayLike, harm: float = 1.0, level: float = 0.95) -> Interval:
    """Right flags less wrong ones, to each person assessed, a wrong one counting for what the threshold says it costs.

    net benefit = right / all - harm (wrong / all) threshold / (1 - threshold)

    Args:
        right: flagged, and the outcome came.
        wrong: flagged, and it did not.
        all_: everyone assessed; above zero.
        threshold: the probability of the outcome at which acting is just worth it, above 0 and below 1.
        harm: how many times as bad a wrong flag is as that threshold makes it; above 1 where being flagged harms.
        level: coverage, between 0 and 1.

    Returns:
        Interval, in right flags to each person assessed; 0 is what flagging nobody gives. No limits (nan) where nobody is flagged.

    Raises:
        BadSetting: a threshold that is not between 0 and 1, or a negative harm.

    Example:
        >>> value, low, high = net_benefit(30, 70, 1_000, threshold=0.2)
        >>> f"{value:.4f} ({low:.4f} to {high:.4f})"
        '0.0125 (0.0010 to 0.0240)'

    Read with care:
        The threshold is a judgement about people's lives, not a property of data: show a range. What a wrong stop does
        to the person stopped is in it only through `harm`.

    Source: Vickers & Elkin (2006), Medical Decision Making 26(6), 565-574; the interval is that of a mean of independent people.
    """
    from scipy.special import ndtri

    at = np.asarray(threshold, dtype=float)
    if not np.isfinite(at).all() or (at <= 0).any() or (at >= 1).any() or harm < 0:
        raise BadSetting("A threshold must lie between 0 and 1, both excluded, and the harm of a wrong flag may not be negative.")
    cost = harm * at / (1 - at)
    gained, lost, people = (np.asarray(count, dtype=float) for count in (right, wrong, all_))
    value = over_or_nan(gained - cost * lost, people)
    spread = np.sqrt(np.maximum(over_or_nan(over_or_nan(gained + cost**2 * lost, people) - value**2, people), 0))
    off = np.where(gained + lost > 0, float(ndtri(1 - tail_share(level))) * spread, np.nan)
    return Interval(value, value - off, value + off)


def decision_curve(probability: ArrayLike, yes: ArrayLike, no: ArrayLike, *, threshold: ArrayLike, harm: float = 1.0, level: float = 0.95) -> DecisionCurve:
    """Net benefit of flagging whoever is at or above each threshold, beside flagging everyone.

    Args:
        probability: stated, 0 to 1, by band or row.
        yes, no: how many of those came true and did not; same shape.
        threshold: shape (thresholds,).
        harm, level: as in `net_benefit`.

    Returns:
        DecisionCurve.

    Example:
        >>> curve = decision_curve([0.1, 0.8], [10, 60], [90, 40], threshold=[0.2, 0.5])
        >>> curve.system.value.round(3).tolist(), curve.everyone.value.round(3).tolist()
        ([0.25, 0.1], [0.188, -0.3])

    Read with care:
        A system is of use at a threshold only where its line lies above both others: flagging everyone, and nobody.
        A poorly calibrated one may lie below.

    Source: Vickers & Elkin (2006), Medical Decision Making 26(6), 565-574.
    """
    p, came, not_, at = (np.asarray(part, dtype=float) for part in (probability, yes, no, threshold))
    above = p[:, None] >= at[None, :]
    people = came.sum() + not_.sum()
    system = net_benefit(came @ above, not_ @ above, people, threshold=at, harm=harm, level=level)
    return DecisionCurve(at, system, net_benefit(came.sum(), not_.sum(), people, threshold=at, harm=harm, level=level))
