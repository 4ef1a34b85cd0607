"""Findings on scores themselves: do they rank alike in each group, and does the same score mean the same?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .calibration import Error, are_probabilities, banded, calibration_error, lines, outcome_by_score, same_score_difference, same_score_gap, what_scores_mean
from .disclosure import SHOWN, SMALL, share_parts
from .group_rates import FEW_AREAS
from .intervals import Interval
from .ranking import Auc, Histogram, auc, auc_gap, histogram, limits, tie_doubt
from .score_frame import EVERYONE, enough, on_few, said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .score_frame import ScoreFrame

_OF = "people of the group with a score and a known outcome"
MEASURES = {
    "group_auc": Measure(
        "Ranking within the group (AUC)", _OF,
        "The chance that someone of the group with the outcome is scored above someone of the group without it; 0.5 is a coin.", "ranking.auc",
    ),
    "group_auc_difference": Measure(
        "Ranking within the group: difference", _OF, "The group’s AUC less the reference group’s; 0 is equal.", "ranking.auc_gap",
    ),
    "group_cross_auc": Measure(
        "Ranking across groups (xAUC)", "people of the group with the outcome and people of the reference without it",
        "The chance that someone of the group with the outcome is scored above someone of the reference group without it.", "ranking.auc",
    ),
    "group_cross_auc_difference": Measure(
        "Ranking across groups: difference", _OF,
        "How much likelier the group’s people with the outcome are to be scored above the reference’s without it than the other way round; 0 is equal.",
        "ranking.auc_gap",
    ),
    "group_outcome_at_score": Measure(
        "Outcome recorded, at a score", "people of the group with that score",
        "Of the group’s people with this score, the share for whom the outcome was recorded later.", "calibration.outcome_by_score",
    ),
    "group_same_score_difference": Measure(
        "Outcome at the same scores: difference", _OF,
        "How much more often the group has the outcome than people of the reference group with the same scores; above 0 the score understates it.",
        "calibration.same_score_difference",
    ),
    "group_same_score_rms_difference": Measure(
        "Outcome at the same scores: distance", _OF,
        "How far apart the two groups are at a score, whichever way: root mean square, chance taken off.", "calibration.same_score_gap",
    ),
    "group_calibration_error": Measure(
        "Calibration error", _OF, "How far the share with the outcome is from the stated probability: root mean square, chance taken off.",
        "calibration.calibration_error",
    ),
    "group_calibration_at_large": Measure(
        "Calibration in the large", _OF,
        "Log odds of the group’s outcome less those its scores state (or mean on the whole); above 0 the scores understate it.", "calibration.lines",
    ),
    "group_calibration_slope": Measure(
        "Calibration slope", _OF, "How the log odds of the outcome rise with those the scores state; 1 is right, below 1 scores are spread too far.",
        "calibration.lines",
    ),
}  # fmt: skip

INDEPENDENT = "People are taken as independent of each other."
CURVE = "A logistic curve of the outcome on the score through everybody stands in for stated probabilities, and is taken as known."


@dataclass(frozen=True)
class Seen:
    """People by score: of each group, the same in bands, and by area where areas are known."""

    whole: Histogram
    bands: Histogram
    by_area: Histogram | None


def seen_scores(frame: ScoreFrame) -> Seen:
    """People by group and score, from the frame's counts.

    Raises:
        CannotAnswer: nobody has both a score and a known outcome, all scores are the same, or all outcomes are.
    """
    cells = frame.counts.cells
    usable = cells[cells["score"].notna() & cells["outcome"].notna() & cells["group"].isin(list(frame.groups))]
    if usable.empty:
        raise CannotAnswer("Nobody has both a score and a known outcome, so nothing can be said of what scores mean.")
    if usable["score"].nunique() < 2:
        raise CannotAnswer("Everybody has the same score, so it ranks nobody and means nothing.")
    if usable["outcome"].nunique() < 2:
        raise CannotAnswer("The outcome was recorded for everybody with a score, or for nobody, so scores cannot be held against it.")
    whole = histogram(cells, frame.groups)
    by_area = frame.counts.by_area
    has_areas = by_area is not None and "score" in by_area.columns and frame.areas is not None and len(frame.areas) >= FEW_AREAS
    return Seen(whole, banded(whole)[0], histogram(by_area, frame.groups, by_area=True) if has_areas and by_area is not None else None)


def score_findings(frame: ScoreFrame) -> list[Finding]:
    """Ranking within and across groups, then calibration.

    Raises:
        CannotAnswer: see `seen_scores`.
    """
    seen = seen_scores(frame)
    order = list(MEASURES)
    return sorted([*_ranking(frame, seen), *_calibration(frame, seen), *_at_scores(frame, seen)], key=lambda one: order.index(one.measure))


def _auc(seen: Seen, one: list[int], other: list[int]) -> Auc:
    """Positives of some groups against negatives of others; where areas are known, people of one are kept together."""
    found = auc(seen.whole.positives[one].sum(axis=0), seen.whole.negatives[other].sum(axis=0))
    if seen.by_area is None:
        return found
    by_area = auc(seen.by_area.positives[:, one].sum(axis=1), seen.by_area.negatives[:, other].sum(axis=1))
    return by_area._replace(value=found.value)  # people of no known area count too


def _numbers(frame: ScoreFrame, found: Auc) -> dict[str, Any]:
    low, high = limits(found, level=frame.about.level)
    return {"value": frame.figure(found.value), "low": frame.figure(low), "high": frame.figure(high)}


def _three(frame: ScoreFrame, found: Interval) -> dict[str, Any]:
    return dict(zip(("value", "low", "high"), (frame.figure(float(one)) for one in found), strict=True))


def _ranking(frame: ScoreFrame, seen: Seen) -> list[Finding]:
    have, lack = seen.whole.positives.sum(axis=1), seen.whole.negatives.sum(axis=1)
    everyone = list(range(len(frame.groups)))
    within, all_ = [_auc(seen, [at], [at]) for at in everyone], _auc(seen, everyone, everyone)
    method, shared = _how_ranked(frame, seen)
    found = []
    for at, group in [*enumerate(frame.groups), (-1, EVERYONE)]:
        one, sides = (within[at], (have[at], lack[at])) if at >= 0 else (all_, (have.sum(), lack.sum()))
        why = enough(frame, *sides)
        caveats = (*_no_limits(one), *on_few(sides, [f"{group}, with the outcome", f"{group}, without it"]), *shared)
        n = frame.count(sum(sides))
        found.append(said(frame, "group_auc", _numbers(frame, one), n=n, why=why, caveats=caveats, unit="AUC", group=group, method=method))
    for at in frame.others:
        ref = frame.reference
        across, back = _auc(seen, [at], [ref]), _auc(seen, [ref], [at])
        why = enough(frame, have[at], lack[at], have[ref], lack[ref])
        for measure, numbers, n in (
            ("group_auc_difference", _three(frame, auc_gap(within[at], within[ref], level=frame.about.level)), have[at] + lack[at]),
            ("group_cross_auc", _numbers(frame, across), have[at] + lack[ref]),
            ("group_cross_auc_difference", _three(frame, auc_gap(across, back, level=frame.about.level)), have[at] + lack[at]),
        ):
            finding = said(
                frame, measure, numbers, n=frame.count(n), why=why, caveats=(*on_few([have[at], lack[at]], [f"{frame.groups[at]}, with the outcome",
                f"{frame.groups[at]}, without it"]), *shared), unit="AUC", group=frame.groups[at], reference=frame.reference_name, method=method,
            )  # fmt: skip
            found.append(finding)
    return found


def _how_ranked(frame: ScoreFrame, seen: Seen) -> tuple[str, tuple[str, ...]]:
    doubt: tuple[str, ...] = ()
    if frame.counts.binned is not None:
        most = max(tie_doubt(have, lack) for have, lack in zip(seen.whole.positives, seen.whole.negatives, strict=True))
        doubt = (f"Scores were put into bins {frame.counts.binned:.3g} wide, so that the figure may be off by at most {most:.4f}.",)
    if seen.by_area is not None:
        return "pairs of people, ties counted half; DeLong variance with people of one area kept together (Obuchowski), logit scale", doubt
    return "pairs of people, ties counted half; DeLong variance, logit scale", (*doubt, INDEPENDENT)


def _no_limits(found: Auc) -> tuple[str, ...]:
    return ("No interval: the scores part the two sides wholly, or too few people stand on one.",) if np.isnan(found.variance) else ()


def _calibration(frame: ScoreFrame, seen: Seen) -> list[Finding]:
    level, ref = frame.about.level, frame.reference
    have, lack = seen.bands.positives.sum(axis=1), seen.bands.negatives.sum(axis=1)
    people = have + lack
    same, gaps = same_score_difference(seen.bands, reference=ref, level=level), same_score_gap(seen.bands, reference=ref, level=level)
    found = []
    for at in frame.others:
        why = enough(frame, have[at], lack[at], have[ref], lack[ref])
        covered = float(same.covered[at])
        caveats = [*on_few([people[at]], [frame.groups[at]]), INDEPENDENT]
        if covered < 1:
            caveats.insert(0, f"Rests on the {100 * covered:.0f} % of the group whose scores some of the reference has too.")
        shared: dict[str, Any] = {"n": frame.count(people[at]), "why": why, "unit": "share", "group": frame.groups[at], "reference": frame.reference_name}
        difference = _three(frame, Interval(*(one[at] for one in same.difference)))
        method = "at each score, the group's share with the outcome less the reference's, weighted by the group's people; limits from Wilson intervals"
        found.append(said(frame, "group_same_score_difference", difference, caveats=caveats, method=method, **shared))
        method = "root mean square over the group's people of the difference at each score, its variance by chance taken off; limits by inverting that"
        distance = _three(frame, gaps[at].root_mean_square)
        found.append(said(frame, "group_same_score_rms_difference", distance, caveats=caveats, method=method, **shared))
    return [*found, *_against_stated(frame, seen, people)]


def _against_stated(frame: ScoreFrame, seen: Seen, people: NDArray[np.float64]) -> list[Finding]:
    is_stated = are_probabilities(seen.whole.scores)
    none = "Not given: a score of exactly 0 or 1 has no log odds, or the scores part the outcomes wholly."
    try:
        stated = seen.whole.scores if is_stated else what_scores_mean(seen.whole)
    except CannotAnswer as reason:
        stated, none = np.zeros(len(seen.whole.scores)), f"Not given: {reason}"
    caveats = (INDEPENDENT,) if is_stated else (INDEPENDENT, CURVE)
    against = "the stated probabilities" if is_stated else "what scores mean on the whole"
    found = []
    for at, (group, line) in enumerate(zip(frame.groups, lines(seen.whole, stated, level=frame.about.level), strict=True)):
        why = enough(frame, seen.whole.positives[at].sum(), seen.whole.negatives[at].sum())
        few = on_few([people[at]], [group])
        for measure, limits_, unit in (("group_calibration_at_large", line.at_large, "log odds"), ("group_calibration_slope", line.slope, "slope")):
            said_of = (*few, *caveats) if np.isfinite(limits_.value) else (none,)
            method = f"logistic regression of the outcome on the log odds of {against}; normal limits"
            n = frame.count(people[at])
            found.append(said(frame, measure, _three(frame, limits_), n=n, why=why, caveats=said_of, unit=unit, group=group, method=method))
    if is_stated:
        sides = [(float(seen.whole.positives[at].sum()), float(seen.whole.negatives[at].sum())) for at in range(len(frame.groups))]
        found += [_error(frame, error, at, people, sides[at]) for at, error in enumerate(_errors(frame, seen))]
    return found


def _errors(frame: ScoreFrame, seen: Seen) -> list[Error]:
    """Errors in bands, each band's stated probability being the mean of the group's own people in it."""
    bands, which = banded(seen.whole)
    people = seen.whole.positives + seen.whole.negatives
    mean = np.stack([np.bincount(which, weights=one * seen.whole.scores, minlength=len(bands.scores)) for one in people])
    return calibration_error(bands, mean / np.maximum(bands.positives + bands.negatives, 1), level=frame.about.level)


def _error(frame: ScoreFrame, error: Error, at: int, people: NDArray[np.float64], sides: tuple[float, float]) -> Finding:
    return said(
        frame, "group_calibration_error", _three(frame, error.root_mean_square), n=frame.count(people[at]), why=enough(frame, *sides), unit="share",
        group=frame.groups[at], caveats=(*on_few([people[at]], [frame.groups[at]]), INDEPENDENT),
        method="root mean square over the group's people, in at most 20 bands, of outcome share less stated probability; variance by chance taken off",
        settings={"mean_absolute_error_chance_left_in": frame.figure(error.mean_absolute)},
    )  # fmt: skip


def _at_scores(frame: ScoreFrame, seen: Seen) -> list[Finding]:
    """The share with the outcome at each score; a group's totals are shown elsewhere, so hidden scores must hide each other."""
    found = []
    names = score_names(frame, seen)
    of_group, _ = share_parts(seen.whole.positives.sum(axis=1), seen.whole.negatives.sum(axis=1), rule=frame.rule)
    for at, group in enumerate(frame.groups):
        part, rest = share_parts(seen.bands.positives[at], seen.bands.negatives[at], rule=frame.rule)
        some, others = np.nan_to_num(part.counts), np.nan_to_num(rest.counts)
        limits_ = outcome_by_score(Histogram(seen.bands.scores, some[None], others[None]), level=frame.about.level)
        whole = seen.bands.positives[at] + seen.bands.negatives[at]
        if of_group.why[at] != SHOWN or (part.why != SHOWN).all():
            why = int(of_group.why[at] or SMALL)
            found.append(said(frame, "group_outcome_at_score", {"value": None}, n=None, why=why, unit="share", group=f"{group}, every score"))
            continue
        for place in np.flatnonzero(whole > 0):
            why = int(part.why[place])
            few = on_few([some[place] + others[place]], [group])
            finding = said(
                frame, "group_outcome_at_score", Interval(*(one[0] for one in limits_)), int(place), n=some[place] + others[place], why=why, caveats=few,
                unit="share", group=f"{group}, {names[place]}", method="share with the outcome among the group's people of that score; exact limits",
                settings={"score": float(seen.bands.scores[place]), "whose": group},
            )  # fmt: skip
            found.append(finding)
    return found


def score_names(frame: ScoreFrame, seen: Seen) -> list[str]:
    """What each score or band of scores is called."""
    if frame.counts.bands and len(seen.bands.scores) == len(seen.whole.scores):
        return [frame.counts.bands[int(position) - 1] for position in seen.bands.scores]
    about = "score" if len(seen.bands.scores) == len(seen.whole.scores) else "scores about"
    return [f"{about} {score:.4g}" for score in seen.bands.scores]
