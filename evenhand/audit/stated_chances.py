"""Stated probabilities as findings: how sharp, how honest, and whether acting on them beats acting on all or none.

The same for places (did any event come in that span?) and for people (was the outcome recorded?). Counts go in, never
rows about a person; a figure that would give a few people away stays out.

Read with care: an outcome recorded about a person is not what the person did, and those watched more are recorded more.

Source: each measure cites its own in `probability_scores.py`, `reliability.py` and `flag_use.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from ..tables.measure import Measure
from .block_intervals import mean_of_blocks
from .disclosure import SMALL, Rule, reason, share_parts
from .flag_use import DecisionCurve, decision_curve
from .intervals import Interval, tail_share
from .place_case import no_interval, turned
from .probability_scores import brier_parts, log_score
from .reliability import Bins, calibration_line, reliability_bins, share_exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About

_CASES = "people, or places and spans, that a probability was stated for"
MEASURES = {
    "brier_score": Measure("Brier score", _CASES, "Mean squared distance of the stated probability from what came; 0 is perfect.", "probability_scores.brier"),
    "brier_skill": Measure(
        "Skill of the stated probabilities over the base rate", _CASES, "1 is perfect, 0 no better than stating the base rate for all.",
        "probability_scores.skill_score",
    ),
    "brier_reliability": Measure(
        "Unreliability of the stated probabilities", _CASES, "How far bands of stated probability lie from what came; 0 is best.",
        "probability_scores.brier_parts",
    ),
    "brier_resolution": Measure(
        "Resolution of the stated probabilities", _CASES, "How well they tell cases apart; more is better, the uncertainty is the most.",
        "probability_scores.brier_parts",
    ),
    "brier_uncertainty": Measure(
        "Uncertainty of the outcome", _CASES, "The Brier score of stating the base rate for all.", "probability_scores.brier_parts"
    ),
    "log_score": Measure("Log score of the stated probabilities", _CASES, "Mean surprise at what came, in nats; 0 is perfect.", "probability_scores.log_score"),
    "calibration_at_large": Measure(
        "Calibration on the whole", _CASES, "Log odds of what came less those stated; above 0 more came than was stated.", "reliability.calibration_line"
    ),
    "calibration_slope": Measure(
        "Calibration slope", _CASES, "1 is right; below 1 the stated probabilities are too extreme.", "reliability.calibration_line"
    ),
    "came_true_share": Measure(
        "Share that came true, by stated probability", f"{_CASES}, in that band", "Equal to the stated probability where it is honest.",
        "reliability.reliability_bins",
    ),
    "net_benefit": Measure(
        "Net benefit of flagging at a threshold", _CASES, "Right flags less wrong ones, weighed; above 0 and above flagging all it is of use.",
        "flag_use.net_benefit",
    ),
}
THRESHOLDS = (0.1, 0.2, 0.3, 0.5)
"""Stated probabilities at which the net benefit is told."""
ALL = "flagging all"
PLACES = 3
"""Decimals of whole-group figures about people."""


@dataclass(frozen=True, eq=False)
class Stated:
    """Stated probabilities and what came, in counts.

    Attributes:
        probability: by row.
        yes, no: how many of the row came true, and did not.
        block: a number for the block each row belongs to; None where cases are independent, as people are taken to be.
        rule: how counts of people are shown; None for places.
    """

    probability: NDArray[np.float64]
    yes: NDArray[np.float64]
    no: NDArray[np.float64]
    block: NDArray[np.int64] | None = None
    rule: Rule | None = None

    @property
    def n(self) -> float:
        """All cases."""
        return float(self.yes.sum() + self.no.sum())

    @property
    def base_rate(self) -> float:
        """Share that came true."""
        return float(self.yes.sum() / self.n)

    def mean(self, if_yes: NDArray[np.float64], if_no: NDArray[np.float64], level: float) -> Interval:
        """Mean over cases of a score that depends on the row and on what came, with its interval."""
        total = self.yes * if_yes + self.no * if_no
        if self.block is not None:
            _, which = np.unique(self.block, return_inverse=True)
            return mean_of_blocks(np.bincount(which.ravel(), total), np.bincount(which.ravel(), self.yes + self.no), level=level)
        from scipy.special import ndtri

        value = total.sum() / self.n
        squares = (self.yes * if_yes**2 + self.no * if_no**2).sum() / self.n
        off = float(ndtri(1 - tail_share(level))) * np.sqrt(max(squares - value**2, 0) / self.n)
        return Interval(np.asarray(value), np.asarray(value - off), np.asarray(value + off))

    @property
    def hides(self) -> tuple[str, ...]:
        """Why no figure of the whole may be shown, if so."""
        if self.rule is not None and min(self.yes.sum(), self.no.sum()) < self.rule.threshold:
            return (reason(SMALL, rule=self.rule),)
        return ()


def chance_findings(stated: Stated, *, about: About, system: str, bins: int = 10, harm: float = 1.0) -> list[Finding]:
    """All that can be said of stated probabilities.

    Args:
        stated: probabilities and what came.
        about: place, period, source and caveats of the findings.
        system: what the system is called in findings.
        bins: bands of stated probability.
        harm: how many times as bad a wrong flag is as the threshold makes it.

    Raises:
        CannotAnswer: nothing was stated.
        BadSetting: no bands.

    Returns:
        Brier score, its skill and parts, log score, calibration, bands, net benefit at a few thresholds.
    """
    if stated.n == 0:
        raise CannotAnswer("No probability was stated, so there is nothing to judge.")
    if bins < 1:
        raise BadSetting(f"bins={bins!r} draws no band. 10 is usual.")
    write = _Writer(stated, about, system)
    p, q = stated.probability, stated.base_rate
    score = stated.mean((1 - p) ** 2, p**2, about.level)
    gain = stated.mean((1 - q) ** 2 - (1 - p) ** 2, q**2 - p**2, about.level)
    plain = float(((stated.yes * (1 - q) ** 2 + stated.no * q**2).sum()) / stated.n)
    alone = () if plain > 0 else ("Not given: all or none came true, so the base rate is already perfect.",)
    skill = turned(gain, lambda part: part / plain) if plain > 0 else no_interval()
    found = [
        write("brier_score", score, "mean squared distance"),
        write("brier_skill", skill, "gain over stating the base rate of these very cases, as a share of its own score", caveats=alone, reference="base rate"),
    ]
    parts = brier_parts(np.round(p * bins * 10) / (bins * 10), stated.yes, stated.no, mend_bias=True)
    told = f"probabilities in steps of {1 / (bins * 10):g}, biases of small bands mended; no interval: read the skill’s"
    found += [write(f"brier_{name}", no_interval(value), told) for name, value in parts._asdict().items()]
    return [*found, *_log(write, stated), *_calibration(write, stated), *_bands(write, stated, bins), *_benefit(write, stated, harm)]


class _Writer:
    """Writes findings of one set of stated probabilities."""

    def __init__(self, stated: Stated, about: About, system: str) -> None:
        self.stated, self.about, self.system = stated, about, system

    def __call__(self, measure: str, interval: Interval, method: str, *, unit: str = "ratio", caveats: tuple[str, ...] = (), **rest: Any) -> Finding:
        hides = self.stated.hides
        numbers = [float(part) if np.isfinite(part) and not hides else None for part in interval]
        if self.stated.rule is not None:
            numbers = [None if number is None else round(number, PLACES) for number in numbers]
        value, low, high = numbers
        n = rest.pop("n", self.stated.n if not hides else None)
        if self.stated.rule is not None and n is not None:
            from .disclosure import rounded

            n = float(rounded(n, rule=self.stated.rule))
        said = (self.stated.rule.says,) if self.stated.rule is not None else ()
        rest = {"group": self.system, **rest}
        if value is None:
            low = high = None
        return self.about.finding(measure, value, low=low, high=high, n=n, unit=unit, method=method, caveats=(*hides, *caveats, *said), **rest)


def _log(write: _Writer, stated: Stated) -> list[Finding]:
    worst = log_score(stated.probability, stated.yes, stated.no)
    if not np.isfinite(worst):
        why = ("Not given: something was called certain, or impossible, and came out otherwise; the score is then without bound.",)
        return [write("log_score", no_interval(), "mean surprise in nats", unit="nats", caveats=why)]
    with np.errstate(divide="ignore"):
        if_yes, if_no = -np.log(stated.probability), -np.log1p(-stated.probability)
    came = stated.mean(np.where(stated.yes > 0, if_yes, 0), np.where(stated.no > 0, if_no, 0), write.about.level)
    return [write("log_score", came, "mean surprise in nats", unit="nats")]


def _calibration(write: _Writer, stated: Stated) -> list[Finding]:
    line = calibration_line(stated.probability, stated.yes, stated.no, block=stated.block, level=write.about.level)
    why = "Not given: a probability of exactly 0 or 1 was stated, all or none came true, or the outcome is told apart perfectly."
    missing = {name: () if np.isfinite(part.value) else (why,) for name, part in line._asdict().items()}
    large = "intercept of a logistic fit whose slope is held at 1"
    return [
        write("calibration_at_large", line.at_large, large, unit="log odds", caveats=missing["at_large"]),
        write("calibration_slope", line.slope, "slope of a logistic fit on the log odds stated", caveats=missing["slope"]),
    ]


def bands_shown(stated: Stated, bins: int, level: float) -> tuple[Bins, NDArray[np.int8]]:
    """Bands of stated probability as they may be shown, and why one is hidden (0: it is not)."""
    found = reliability_bins(stated.probability, stated.yes, stated.no, bins=bins, level=level)
    if stated.rule is None:
        return found, np.zeros(len(found.people), dtype=np.int8)
    true = np.round(found.came_true.value * found.people)
    part, rest = share_parts(true, found.people - true, rule=stated.rule)
    whole = part.counts + rest.counts
    shown = share_exact(np.nan_to_num(part.counts), np.nan_to_num(whole), level=level)
    hidden = np.where(part.why > 0, np.nan, 0.0)
    return found._replace(people=whole, came_true=Interval(*(one + hidden for one in shown))), part.why


def _bands(write: _Writer, stated: Stated, bins: int) -> list[Finding]:
    shown, why = bands_shown(stated, bins, write.about.level)
    found = []
    for at in range(len(shown.people)):
        hidden = (reason(int(why[at]), rule=stated.rule),) if stated.rule is not None and why[at] else ()
        found.append(
            write(
                "came_true_share",
                _at(shown.came_true, at),
                "came true over all of the band; exact limits",
                unit="share",
                n=float(shown.people[at]) if np.isfinite(shown.people[at]) else None,
                group=f"{100 * shown.low[at]:.3g} to {100 * shown.high[at]:.3g} % stated",
                caveats=hidden,
                settings={"system": write.system, "stated": round(float(shown.stated[at]), PLACES)},
            )
        )
    return found


def benefit_curve(stated: Stated, threshold: NDArray[np.float64], *, harm: float, level: float) -> DecisionCurve:
    """Net benefit by threshold, with limits for blocks, as it may be shown: none where it would rest on a few people."""
    curve = decision_curve(stated.probability, stated.yes, stated.no, threshold=threshold, harm=harm, level=level)
    if stated.block is not None:
        cost = harm * threshold / (1 - threshold)
        above = (stated.probability[:, None] >= threshold[None, :]).astype(float)
        each = [stated.mean(flagged, -lost * flagged, level) for flagged, lost in zip(above.T, cost, strict=True)]
        all_ = [stated.mean(np.ones(len(above)), np.full(len(above), -lost), level) for lost in cost]
        return DecisionCurve(threshold, _stacked(each), _stacked(all_))
    if stated.rule is None:
        return curve
    flagged = stated.probability[:, None] >= threshold[None, :]
    counts = np.stack([side @ these for side in (stated.yes, stated.no) for these in (flagged, ~flagged)])
    hidden = np.where((counts < stated.rule.threshold).any(axis=0), np.nan, 0.0)
    return curve._replace(system=Interval(*(part + hidden for part in curve.system)))


def _stacked(intervals: list[Interval]) -> Interval:
    return Interval(*(np.array([float(part) for part in parts]) for parts in zip(*intervals, strict=True)))


def _benefit(write: _Writer, stated: Stated, harm: float) -> list[Finding]:
    curve = benefit_curve(stated, np.array(THRESHOLDS), harm=harm, level=write.about.level)
    judgement = "The threshold is a judgement of what a wrong flag costs, not a property of data; flagging nobody gives 0."
    method = "right flags less wrong ones times harm times threshold / (1 - threshold), to each case"
    found = []
    for at, threshold in enumerate(THRESHOLDS):
        settings = {"threshold": threshold, "harm_of_a_wrong_flag": harm}
        for name, interval in ((write.system, curve.system), (ALL, curve.everyone)):
            one = _at(interval, at)
            why = (reason(SMALL, rule=stated.rule),) if stated.rule is not None and not np.isfinite(one.value) else ()
            found.append(write("net_benefit", one, method, unit="right flags to each case", group=name, caveats=(*why, judgement), settings=settings))
    return found


def _at(interval: Interval, at: int) -> Interval:
    return turned(interval, lambda part: part[at])
