"""Calibration by group: does the same score mean the same for everybody?

Two questions are kept apart. Where scores are probabilities: do as many of each group have the outcome as
was said? And for any score: among people of the same score, does one group have the outcome more often
than another? The second needs no probabilities, and is what "equally calibrated" means for a decile or a band.

    outcome_by_score        share with the outcome at each score, exact limits
    same_score_difference   the group's share less the reference's at the same scores, on average
    same_score_gap          how far apart they are at a score, whichever way, chance taken off
    calibration_error       the same against the stated probability
    lines                   intercept and slope of each group

Read with care: the outcome is what was recorded later. A score can be equally calibrated and still be
wrong about one group's innocent members twice as often: see group_rates.py.

Source: Kleinberg, Mullainathan & Raghavan (2017), ITCS, on calibration within groups; each function cites its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import CannotAnswer
from .intervals import Interval, over_or_nan, share_wilson, tail_share
from .logistic import logistic
from .ranking import Histogram
from .reliability import calibration_line, share_exact
from .share_comparisons import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .reliability import Line

MOST_BANDS = 20
"""Scores that are told apart in calibration; more are gathered into this many bands of about as many people each."""


class SameScore(NamedTuple):
    """A difference at the same scores, and the share of the group that has a score some of the reference has too."""

    difference: Interval
    covered: NDArray[np.float64]


class Error(NamedTuple):
    """A distance from what it should be: the root of the mean square, chance taken off, with limits; and the plain mean distance, chance left in."""

    root_mean_square: Interval
    mean_absolute: float


def banded(found: Histogram, *, most: int = MOST_BANDS) -> tuple[Histogram, NDArray[np.int64]]:
    """Scores gathered into at most so many bands of about as many people each; untouched where there are no more.

    Args:
        found: people by group and score.
        most: bands.

    Returns:
        Histogram by band (its `scores` are the mean score of everybody in each), and the band of each score.

    Example:
        >>> one = Histogram(np.arange(4.0), np.ones((1, 4)), np.ones((1, 4)))
        >>> bands, which = banded(one, most=2)
        >>> bands.scores.tolist(), bands.positives.tolist(), which.tolist()
        ([0.5, 2.5], [[2.0, 2.0]], [0, 0, 1, 1])
    """
    if len(found.scores) <= most:
        return found, np.arange(len(found.scores))
    people = (found.positives + found.negatives).sum(axis=0)
    before = np.cumsum(people) - people / 2
    _, which = np.unique(np.minimum(before / people.sum() * most, most - 1e-9).astype(np.int64), return_inverse=True)
    starts = np.flatnonzero(np.diff(which, prepend=-1))
    mean = np.add.reduceat(found.scores * people, starts) / np.add.reduceat(people, starts)
    return Histogram(mean, np.add.reduceat(found.positives, starts, axis=1), np.add.reduceat(found.negatives, starts, axis=1)), which


def outcome_by_score(found: Histogram, *, level: float = 0.95) -> Interval:
    """Of a group's people with a score, the share with the outcome recorded; exact limits.

    Args:
        found: people by group and score.
        level: coverage of each, between 0 and 1; the true coverage is never less.

    Returns:
        Interval, shape (groups, scores); nan where the group has nobody of that score.

    Example:
        >>> one = Histogram(np.array([1.0, 2.0]), np.array([[91, 206]]), np.array([[307, 123]]))
        >>> outcome_by_score(one).value.round(4).tolist()
        [[0.2286, 0.6261]]

    Read with care:
        Limits hold score by score. Of twenty, one will miss by chance.

    Source: Clopper & Pearson (1934), Biometrika 26(4), 404-413.
    """
    return share_exact(found.positives, found.positives + found.negatives, level=level)


def same_score_difference(found: Histogram, *, reference: int, level: float = 0.95) -> SameScore:
    """How much more often a group has the outcome than people of the reference group with the same scores.

    difference = sum over scores of (group's people with it / group's people) * (group's share - reference's share)

    Args:
        found: people by group and score.
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.

    Returns:
        SameScore, shape (groups,); 0 is parity. Scores that nobody of the reference has are left out; nan where none is
        left, and for the reference itself.

    Example:
        >>> one = Histogram(np.array([1.0, 2.0]), np.array([[30, 60], [20, 50]]), np.array([[70, 40], [80, 50]]))
        >>> found = same_score_difference(one, reference=1)
        >>> f"{found.difference.value[0]:.2f} ({found.difference.low[0]:.2f} to {found.difference.high[0]:.2f})"
        '0.10 (0.01 to 0.19)'

    Read with care:
        Above 0: at the same score the group has the outcome more often, so the score understates it. Differences at low
        and at high scores can cancel: see `same_score_gap`.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 3 (standardised differences); Zou & Donner
    (2008), Statistics in Medicine 27(10), 1693-1702, for the limits.
    """
    whole = found.positives + found.negatives
    shares = share_wilson(found.positives, whole, level=level)
    common = (whole[reference] > 0) & (whole > 0)
    weight = over_or_nan(whole * common, (whole * common).sum(axis=1, keepdims=True))
    pairs = Interval(*(np.concatenate([one, np.broadcast_to(one[reference], one.shape)], axis=1) for one in shares))
    difference = weighted_sum(Interval(*map(np.nan_to_num, pairs)), np.concatenate([weight, -weight], axis=1), axis=1)
    own = np.arange(len(whole)) == reference
    return SameScore(Interval(*(np.where(own, np.nan, one) for one in difference)), over_or_nan((whole * common).sum(axis=1), whole.sum(axis=1)))


def same_score_gap(found: Histogram, *, reference: int, level: float = 0.95) -> list[Error]:
    """How far apart a group and the reference are at a score, whichever way: root mean square over the group's people.

    square of the gap = sum of weight * (difference^2 - its variance by chance), so that equal groups come out near 0

    Args:
        found: people by group and score.
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.

    Returns:
        One Error a group, nan for the reference and where no score has two people of both.

    Example:
        >>> one = Histogram(np.array([1.0, 2.0]), np.array([[300, 400], [200, 500]]), np.array([[700, 600], [800, 500]]))
        >>> gap = same_score_gap(one, reference=1)[0].root_mean_square
        >>> f"{gap.value:.3f} ({gap.low:.3f} to {gap.high:.3f})"
        '0.098 (0.073 to 0.131)'

    Read with care:
        A distance: it does not say which way. The plain mean distance is never 0, for chance alone parts any two groups.

    Source: Kumar, Liang & Ma (2019), NeurIPS 32; Bröcker (2012), Climate Dynamics 39, 655-667, for taking chance off.
    """
    share, variance, whole = _with_variance(found)
    errors = []
    for group in range(len(whole)):
        usable = (whole[group] > 1) & (whole[reference] > 1) & (group != reference)
        apart = share[group] - share[reference]
        errors.append(_error(apart[usable], (variance[group] + variance[reference])[usable], whole[group][usable], level))
    return errors


def calibration_error(found: Histogram, stated: ArrayLike, *, level: float = 0.95) -> list[Error]:
    """How far the share with the outcome is from the stated probability: root mean square over the group's people ("ECE").

    Args:
        found: people by group and score.
        stated: probability that each score states: shape (scores,), or (groups, scores) where bands hold several scores.
        level: coverage, between 0 and 1.

    Returns:
        One Error a group; nan where no score has two of its people.

    Example:
        >>> one = Histogram(np.array([0.2, 0.5]), np.array([[300, 500]]), np.array([[700, 500]]))
        >>> error = calibration_error(one, [0.2, 0.5])[0]
        >>> f"{error.root_mean_square.value:.3f} ({error.root_mean_square.low:.3f} to {error.root_mean_square.high:.3f}), plain mean {error.mean_absolute:.3f}"
        '0.069 (0.051 to 0.093), plain mean 0.050'

    Read with care:
        It depends on how scores are banded. Under 100 people a group it tells little: look at the limits.

    Source: Naeini, Cooper & Hauskrecht (2015), AAAI 29, for the plain mean; Kumar, Liang & Ma (2019), NeurIPS 32, and Bröcker
    (2012), Climate Dynamics 39, 655-667, for taking chance off.
    """
    share, variance, whole = _with_variance(found)
    said = np.broadcast_to(np.asarray(stated, dtype=float), whole.shape)
    errors = []
    for group in range(len(whole)):
        usable = whole[group] > 1
        errors.append(_error((share - said)[group][usable], variance[group][usable], whole[group][usable], level))
    return errors


def are_probabilities(scores: ArrayLike) -> bool:
    """Whether scores can be probabilities: all from 0 to 1, and not only 0 and 1 themselves.

    Example:
        >>> are_probabilities([0.1, 0.9]), are_probabilities([1, 2, 10]), are_probabilities([0, 1])
        (True, False, False)
    """
    values = np.asarray(scores, dtype=float)
    return bool(((values >= 0) & (values <= 1)).all() and ((values > 0) & (values < 1)).any())


def what_scores_mean(found: Histogram) -> NDArray[np.float64]:
    """The chance of the outcome at each score, as a logistic curve through everybody: what a score means on the whole.

    Raises:
        CannotAnswer: all scores are the same, or all people have the outcome or none; see `logistic.logistic`.

    Example:
        >>> one = Histogram(np.array([1.0, 2.0]), np.array([[30, 60]]), np.array([[70, 40]]))
        >>> what_scores_mean(one).round(3).tolist()
        [0.3, 0.6]
    """
    if len(found.scores) < 2:
        raise CannotAnswer("Everybody has the same score, so it tells nobody apart.")
    middle, spread = found.scores.mean(), found.scores.std()
    columns = np.column_stack([np.ones(len(found.scores)), (found.scores - middle) / spread])
    fit = logistic(columns, found.positives.sum(axis=0), found.negatives.sum(axis=0))
    return np.asarray(1 / (1 + np.exp(-(columns @ fit.coefficients))))


def lines(found: Histogram, stated: ArrayLike, *, level: float = 0.95) -> list[Line]:
    """Each group's calibration line: how the log odds of its outcome lie on those that the score states, or means on the whole.

    Args:
        found: people by group and score.
        stated: probability that each score states, or `what_scores_mean`; shape (scores,).
        level: coverage, between 0 and 1.

    Returns:
        One Line a group (see `reliability.calibration_line`): `at_large` above 0: the outcome is more often than stated;
        `slope` below 1: the group's scores are spread too far.

    Example:
        >>> one = Histogram(np.array([0.2, 0.5]), np.array([[300, 500]]), np.array([[700, 500]]))
        >>> line = lines(one, one.scores)[0]
        >>> f"{line.at_large.value:.2f} ({line.at_large.low:.2f} to {line.at_large.high:.2f}), slope {line.slope.value:.2f}"
        '0.24 (0.14 to 0.33), slope 0.61'

    Read with care:
        People are taken as independent. Against `what_scores_mean` the group is itself part of the whole it is compared with, and
        the whole's curve is taken as known.

    Source: Cox (1958), Biometrika 45(3/4), 562-565; Van Calster et al. (2019), BMC Medicine 17, 230.
    """
    return [calibration_line(stated, have, lack, level=level) for have, lack in zip(found.positives, found.negatives, strict=True)]


def _with_variance(found: Histogram) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Share with the outcome at each score, the variance of that share, and the people; shape (groups, scores)."""
    whole = found.positives + found.negatives
    share = over_or_nan(found.positives, whole)
    return share, over_or_nan(share * (1 - share), np.maximum(whole - 1, 0)), whole


def _error(apart: NDArray[np.float64], variance: NDArray[np.float64], people: NDArray[np.float64], level: float) -> Error:
    """Root mean square with chance taken off.

    The mean square less its expectation by chance is T; its variance, were the true one t spread evenly over the
    scores, is a + b t. The limits are the t for which T is not too far off, none below 0; then the root.
    """
    from scipy.special import ndtri

    if len(apart) == 0:
        return Error(Interval(*(np.asarray(np.nan),) * 3), float("nan"))
    weight = people / people.sum()
    square = float(weight @ (apart**2 - variance))
    a, b = float(2 * weight**2 @ variance**2), float(4 * weight**2 @ variance)
    z = float(ndtri(1 - tail_share(level)))
    middle, off = square + z**2 * b / 2, z * np.sqrt(z**2 * b**2 / 4 + b * max(square, -a / b if b > 0 else 0.0) + a)
    value, low, high = (np.sqrt(max(number, 0.0)) for number in (square, middle - off, middle + off))
    return Error(Interval(*map(np.asarray, (value, low, high))), float(weight @ np.abs(apart)))
