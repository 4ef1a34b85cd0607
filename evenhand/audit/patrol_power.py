"""Could a trial of this size have seen the effect it reports?

With 0.038 events a place-day, 20 places and 90 days hold some 68 events; a draw of patrols moves a third of
them about by luck. So the trial is run again, many times, under stated effects: places drawn by the same
lots, events made up at the stated rate, and the randomisation test asked each time. The share of runs in
which it finds something is the power. A "significant" result from a weak trial is moreover too large on
average, since only the lucky runs pass: that exaggeration is given too.

Steps, in order:  design -> power_curve -> smallest_detectable

Read with care: the events of a run are independent and every place has the same rate, unless a dispersion
is given. Runs of crime make true power lower.

Source: Bloom (1995), Evaluation Review 19(5), 547-556 (minimum detectable effects); Gelman & Carlin (2014),
Perspectives on Psychological Science 9(6), 641-651 (exaggeration).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .lots import Lots

GRID = tuple(round(0.05 * i, 2) for i in range(20))
"""Reductions tried: 0 to 95 %."""
DRAWS = 499
"""Redraws behind each test."""


class Power(NamedTuple):
    """Power at one effect.

    Attributes:
        reduction: share by which patrols cut events, 0 to 1; below 0 a rise.
        power: share of runs with p at or below `alpha`; `low`, `high`: its limits from the number of runs.
        exaggeration: the mean reduction among the runs that found something, over the true one; nan where there is none.
        wrong_way: share of the runs that found something that found a rise.
        events: mean number of events a run.
    """

    reduction: float
    power: float
    low: float
    high: float
    exaggeration: float
    wrong_way: float
    events: float


def power_curve(
    drawn: Lots,
    rate: float,
    *,
    reductions: Sequence[float] = GRID,
    dispersion: float = 0.0,
    alpha: float = 0.05,
    runs: int = 1000,
    seed: int,
    tell: Callable[[str, float], None] | None = None,
) -> list[Power]:
    """Power of the randomisation test of the difference in means, by true effect.

    Args:
        drawn: the lots of the trial; `lots.lots`.
        rate: events per place-day without patrol.
        reductions: true effects to try, as shares by which patrols cut events.
        dispersion: of a negative binomial, variance = mean + dispersion * mean ** 2; 0 for Poisson.
        alpha: the test finds something at or below this p.
        runs, seed: of the simulation; the same redraws of the lots serve all runs.
        tell: is told how far it is.

    Raises:
        BadSetting: a rate, dispersion, alpha or reduction that cannot be.

    Example:
        >>> from evenhand.audit.lots import lots
        >>> place, day = np.tile(np.arange(20), 90), np.repeat(np.arange(90), 20)
        >>> treated = np.random.default_rng(1).permuted(np.tile(np.arange(20) < 8, (90, 1)), axis=1).ravel()
        >>> (at_31,) = power_curve(lots(place, day, treated), 0.038, reductions=[0.31], runs=400, seed=1)
        >>> at_31.power < 0.5
        True

    Read with care:
        Power belongs to the design, the rate and the effect supposed, not to the result. Low power does not make a result wrong.

    Source: see the head of this file.
    """
    from .intervals import share_wilson

    _check(rate, dispersion, alpha, reductions, runs)
    side = drawn.is_open
    redrawn = np.concatenate([batch[:, side] for batch in drawn.draws(seed=seed, replicates=DRAWS + runs)])
    weights = _difference(redrawn, drawn.chance[side])
    tests, trials, treated = weights[:DRAWS], weights[DRAWS:], redrawn[DRAWS:]
    rng = np.random.default_rng([seed, 1])
    found = []
    for i, reduction in enumerate(reductions):
        if tell is not None:
            tell("simulating trials of this size", i / len(reductions))
        events = _made_up(rng, np.where(treated, (1 - reduction) * rate, rate), dispersion)
        came = (trials * events).sum(axis=1)
        redrawn_differences = tests @ events.T
        above = (1 + (redrawn_differences >= came - 1e-12).sum(axis=0)) / (1 + DRAWS)
        below = (1 + (redrawn_differences <= came + 1e-12).sum(axis=0)) / (1 + DRAWS)
        hits = 2 * np.minimum(above, below) <= alpha
        estimated = _reductions(events, treated, drawn.chance[side])
        power, low, high = share_wilson(int(hits.sum()), runs)
        clear = hits & np.isfinite(estimated)
        told = float(estimated[clear].mean() / reduction) if clear.any() and reduction > 0 else float("nan")
        wrong = float((came[hits] > 0).mean()) if hits.any() and reduction > 0 else float("nan")
        found.append(Power(float(reduction), float(power), float(low), float(high), told, wrong, float(events.sum(axis=1).mean())))
    return found


def smallest_detectable(curve: Sequence[Power], *, wanted: float = 0.8) -> float | None:
    """The smallest reduction that the trial would find with the wanted power; None if not even the largest tried.

    Args:
        curve: from `power_curve`, reductions growing.
        wanted: power, 0 to 1.

    Example:
        >>> at = [Power(r, p, p, p, 1.0, 0.0, 68.0) for r, p in ((0.0, 0.05), (0.5, 0.6), (0.75, 0.9))]
        >>> round(smallest_detectable(at), 3)
        0.667

    Read with care:
        Between the reductions tried it is read off a straight line.

    Source: see the head of this file.
    """
    for before, after in zip(curve, curve[1:], strict=False):
        if before.power < wanted <= after.power:
            return before.reduction + (wanted - before.power) / (after.power - before.power) * (after.reduction - before.reduction)
    return curve[0].reduction if curve and curve[0].power >= wanted else None


def _check(rate: float, dispersion: float, alpha: float, reductions: Sequence[float], runs: int) -> None:
    if not (np.isfinite(rate) and rate > 0):
        raise BadSetting(f"rate={rate!r} is no rate of events per place-day. Give a number above 0, such as 0.038.")
    if not (np.isfinite(dispersion) and dispersion >= 0):
        raise BadSetting(f"dispersion={dispersion!r} must be 0 (Poisson) or more.")
    if not 0 < alpha < 1:
        raise BadSetting(f"alpha={alpha!r} must lie between 0 and 1, such as 0.05.")
    if any(not (np.isfinite(reduction) and reduction <= 1) for reduction in reductions):
        raise BadSetting("A reduction is a share such as 0.31; it may not be above 1. Below 0 it stands for a rise.")
    if runs < 100:
        raise BadSetting(f"runs={runs} are too few to tell power by. Give 100 or more.")


def _difference(treated: NDArray[np.bool_], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each draw, the weights whose product with outcomes is the difference in means."""
    arms = treated / chance, ~treated / (1 - chance)
    return arms[0] / np.maximum(arms[0].sum(axis=1, keepdims=True), 1e-12) - arms[1] / np.maximum(arms[1].sum(axis=1, keepdims=True), 1e-12)


def _made_up(rng: np.random.Generator, mean: NDArray[np.float64], dispersion: float) -> NDArray[np.float64]:
    if dispersion > 0:
        mean = mean * rng.gamma(1 / dispersion, dispersion, size=mean.shape)
    return rng.poisson(mean).astype(float)


def _reductions(events: NDArray[np.float64], treated: NDArray[np.bool_], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The reduction each run would report; nan without events on other days."""
    arms = treated / chance, ~treated / (1 - chance)
    means = [(arm * events).sum(axis=1) / np.maximum(arm.sum(axis=1), 1e-12) for arm in arms]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(means[1] > 0, 1 - means[0] / means[1], np.nan)
