"""Scores of probabilities and expected counts: was what the system said as likely as it said?

A capture curve asks only whether the order is right. These ask whether the numbers are: a proper score is best,
on average, for whoever states what is true, so it cannot be gamed by overstating.

    brier               of probabilities of yes or no
    brier_parts         reliability, resolution, uncertainty, and with their biases mended
    log_score           of probabilities
    poisson_log_score   of expected counts
    poisson_crps        of expected counts, in events
    skill_score         one mean score against another's

Everything takes counts: people (or place-periods) by stated probability and outcome, so a million rows cost what ten bands do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class BrierParts(NamedTuple):
    """Reliability (0 is best), resolution (more is better), uncertainty (of the outcome itself); Brier = reliability - resolution + uncertainty."""

    reliability: float
    resolution: float
    uncertainty: float


def brier(probability: ArrayLike, yes: ArrayLike, no: ArrayLike) -> float:
    """Brier score: mean squared distance between stated probability and what came; 0 is perfect.

    brier = sum(yes (1 - p)^2 + no p^2) / sum(yes + no)

    Args:
        probability: stated, 0 to 1, by band or row.
        yes, no: how many of those came true and did not; same shape.

    Raises:
        BadValue: a probability outside 0 to 1 or missing; a count below zero.
        CannotAnswer: nothing was forecast.

    Example:
        >>> round(brier([0.1, 0.8], [1, 6], [9, 4]), 4)
        0.185

    Read with care:
        For rare outcomes it is near 0 for everyone, even for "never": read the skill against the base rate.

    Source: Brier (1950), Monthly Weather Review 78(1), 1-3.
    """
    p, came, not_ = _checked(probability, yes, no)
    return float((came * (1 - p) ** 2 + not_ * p**2).sum() / (came + not_).sum())


def brier_parts(probability: ArrayLike, yes: ArrayLike, no: ArrayLike, *, mend_bias: bool = False) -> BrierParts:
    """The Brier score in three parts: how far stated probabilities are off, how well they tell cases apart, how uncertain the outcome is.

    reliability = sum(n (p - o)^2) / N, resolution = sum(n (o - mean)^2) / N, uncertainty = mean (1 - mean),
    o the share that came true of the n with stated probability p

    Args:
        probability, yes, no: as in `brier`; equal probabilities are put together, so give bands, or every case.
        mend_bias: take away the first-order bias of small bands, with the limits that keep the parts possible.

    Returns:
        BrierParts; reliability - resolution + uncertainty is the Brier score, with and without mending.

    Raises:
        BadValue, CannotAnswer: as `brier`.

    Example:
        >>> parts = brier_parts([0.1, 0.8], [1, 6], [9, 4])
        >>> " ".join(f"{part:.4f}" for part in parts)
        '0.0200 0.0625 0.2275'

    Read with care:
        With many small bands chance alone looks like unreliability and like resolution; then read the mended parts. The
        parts depend on how probabilities are put into bands.

    Source: Murphy (1973), Journal of Applied Meteorology 12(4), 595-600; Ferro & Fricker (2012), Quarterly Journal of the
        Royal Meteorological Society 138, 1954-1960.
    """
    stated, came, not_ = _checked(probability, yes, no)
    p, group = np.unique(stated, return_inverse=True)
    many, true = np.bincount(group.ravel(), came + not_), np.bincount(group.ravel(), came)
    p, many, true = p[many > 0], many[many > 0], true[many > 0]
    total, share = many.sum(), true.sum() / many.sum()
    reliability = float((many * (p - true / many) ** 2).sum() / total)
    resolution = float((many * (true / many - share) ** 2).sum() / total)
    uncertainty = float(share * (1 - share))
    if not mend_bias or total < 2:
        return BrierParts(reliability, resolution, uncertainty)
    several = many > 1
    within = float((true * (many - true) / (many * np.maximum(many - 1, 1)))[several].sum() / total)
    whole = uncertainty / (total - 1)
    # No more is taken than leaves reliability and resolution at 0 or above, and resolution and uncertainty possible.
    limits = [1.0]
    limits += [reliability / within] if within > 0 else []
    limits += [max(resolution / (within - whole), (resolution - 1) / (within - whole))] if within != whole else []
    limits += [(1 - 4 * uncertainty) / (4 * whole)] if whole > 0 else []
    taken = min(limits)
    return BrierParts(reliability - taken * within, resolution - taken * (within - whole), uncertainty + taken * whole)


def log_score(probability: ArrayLike, yes: ArrayLike, no: ArrayLike) -> float:
    """Log score: mean surprise at what came, in nats; 0 is perfect, and a certainty that fails is without bound.

    log_score = -sum(yes log p + no log(1 - p)) / sum(yes + no)

    Args:
        probability, yes, no: as in `brier`.

    Returns:
        At least 0; infinite where something happened that was called impossible.

    Raises:
        BadValue, CannotAnswer: as `brier`.

    Example:
        >>> round(log_score([0.1, 0.8], [1, 6], [9, 4]), 4)
        0.5514

    Read with care:
        One certainty that fails decides it all. A finding of it is then withheld and the reason given.

    Source: Good (1952), Journal of the Royal Statistical Society B 14(1), 107-114.
    """
    from scipy.special import xlog1py, xlogy

    p, came, not_ = _checked(probability, yes, no)
    return float(-(xlogy(came, p) + xlog1py(not_, -p)).sum() / (came + not_).sum())


def poisson_log_score(expected: ArrayLike, events: ArrayLike) -> NDArray[np.float64]:
    """Surprise at a count where a mean was stated, if counts were Poisson; in nats, by place and period.

    score = expected - events log(expected) + log(events!)

    Args:
        expected: stated mean, 0 or more; any shape.
        events: whole numbers of the same shape.

    Returns:
        Same shape; infinite where an event came and none was expected.

    Raises:
        BadValue: an expectation below zero or missing.

    Example:
        >>> poisson_log_score([0.5, 2.0], [0, 3]).round(4).tolist()
        [0.5, 1.7123]

    Read with care:
        Counts are usually more spread than Poisson; a system that states only means is taken at its word here.

    Source: Czado, Gneiting & Held (2009), Biometrics 65(4), 1254-1261.
    """
    from scipy.special import gammaln, xlogy

    mean, count = _means(expected, events)
    return np.asarray(mean - xlogy(count, mean) + gammaln(count + 1))


def poisson_crps(expected: ArrayLike, events: ArrayLike) -> NDArray[np.float64]:
    """How far a stated mean lies from the count that came, with credit for honest spread (CRPS of a Poisson), in events.

    crps = E|X - events| - E|X - X'| / 2 for X, X' Poisson with the stated mean
         = (y - m)(2 F(y) - 1) + 2 m f(y) - m exp(-2 m)(I0(2m) + I1(2m))

    Args:
        expected: stated mean m, 0 or more; any shape.
        events: counts y of the same shape.

    Returns:
        Same shape; 0 only for a certain and right zero. It never becomes infinite.

    Raises:
        BadValue: as `poisson_log_score`.

    Example:
        >>> poisson_crps([0.0, 2.0], [1, 3]).round(4).tolist()
        [1.0, 0.6645]

    Read with care:
        Places where nothing ever happens bring the mean near 0 for every system; compare systems on the same places.

    Source: Gneiting & Raftery (2007), Journal of the American Statistical Association 102, 359-378; Wei & Held (2014),
        TEST 23, 787-805, for the closed form.
    """
    from scipy.special import ive
    from scipy.stats import poisson

    mean, count = _means(expected, events)
    first = (count - mean) * (2 * poisson.cdf(count, mean) - 1)
    return np.asarray(first + 2 * mean * poisson.pmf(count, mean) - mean * (ive(0, 2 * mean) + ive(1, 2 * mean)))


def skill_score(score: float, reference: float, *, perfect: float = 0.0) -> float:
    """A mean score against a reference's: 1 is perfect, 0 no better than the reference, below 0 worse.

    skill = (reference - score) / (reference - perfect)

    Args:
        score, reference: mean scores on the same cases, lower being better.
        perfect: the score of a perfect forecast.

    Returns:
        At most 1; nan where the reference is already perfect.

    Example:
        >>> round(skill_score(0.185, 0.2275), 4)
        0.1868

    Read with care:
        A base rate taken from the very cases scored is a little better than any that could have been known beforehand.

    Source: Murphy (1988), Monthly Weather Review 116(12), 2417-2424.
    """
    if not reference > perfect:
        return float("nan")
    return float((reference - score) / (reference - perfect))


def _checked(probability: ArrayLike, yes: ArrayLike, no: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    p, came, not_ = np.broadcast_arrays(np.asarray(probability, dtype=float), np.asarray(yes, dtype=float), np.asarray(no, dtype=float))
    p, came, not_ = p.ravel(), came.ravel(), not_.ravel()
    if not np.isfinite(p).all() or (p < 0).any() or (p > 1).any():
        raise BadValue("A stated probability must lie between 0 and 1 and may not be missing. Points on a scale are not probabilities.")
    if not (np.isfinite(came).all() and np.isfinite(not_).all()) or (came < 0).any() or (not_ < 0).any():
        raise BadValue("Counts of outcomes must be 0 or more and may not be missing: missing is never zero.")
    if (came + not_).sum() == 0:
        raise CannotAnswer("Nothing was forecast, so there is nothing to score.")
    return p, came, not_


def _means(expected: ArrayLike, events: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mean, count = np.broadcast_arrays(np.asarray(expected, dtype=float), np.asarray(events, dtype=float))
    if not (np.isfinite(mean).all() and np.isfinite(count).all()) or (mean < 0).any() or (count < 0).any():
        raise BadValue("Expected and recorded counts must be 0 or more and may not be missing: missing is never zero.")
    return mean, count

