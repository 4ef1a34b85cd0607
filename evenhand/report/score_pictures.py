"""Curves of scores by group: what a score means, how it ranks, and what unequal recording would do to the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..audit.label_bias import SWEPT
from ..audit.recording_findings import difference_curve
from ..audit.score_findings import seen_scores
from ..tables.errors import CannotAnswer
from .plain_pictures import Axis, Curve, curves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..audit.score_frame import ScoreFrame
    from ..tables.findings import Finding
    from .picture import Picture

MOST_CURVES = 6
RATES_SWEPT = {"false_positive_rate": "wrongly flagged", "positive_predictive_value": "right when flagged"}


def calibration_curves(found: Sequence[Finding]) -> Picture | None:
    """Share with the outcome at each score, a curve a group; None where no group has two scores to show.

    Args:
        found: findings, among them `group_outcome_at_score`.
    """
    points = [one for one in found if one.measure == "group_outcome_at_score" and one.value is not None]
    groups = sorted({str(one.settings["whose"]) for one in points}, key=lambda name: -sum(one.n or 0 for one in points if one.settings["whose"] == name))
    drawn: list[Curve] = []
    rows: list[dict[str, object]] = []
    for group in groups[:MOST_CURVES]:
        its = sorted((one for one in points if one.settings["whose"] == group), key=lambda one: float(one.settings["score"]))
        rows += [{"group": group, "score": one.settings["score"], "share": one.value, "low": one.low, "high": one.high, "people": one.n} for one in its]
        if len(its) > 1:
            has_band = len(drawn) < 2  # more bands than two hide each other
            drawn.append(
                Curve(
                    group, [float(one.settings["score"]) for one in its], [one.value for one in its],
                    [one.low for one in its] if has_band else None, [one.high for one in its] if has_band else None,
                )
            )  # fmt: skip
    if not drawn:
        return None
    return curves(
        drawn, slug="score-calibration", title="What a score means, by group", x=Axis("Score"),
        y=Axis("Share with the outcome recorded later", "share", low=0.0, high=1.0),
        table=pd.DataFrame(rows), how_to_read="Where curves lie on each other, the same score means the same. Bands are exact intervals of the two largest "
        "groups, score by score; the table has all of them.",
    )  # fmt: skip


def roc_curves(frame: ScoreFrame) -> Picture | None:
    """How a score parts those with the outcome from those without, a curve a group; None where scores or outcomes are not there.

    Args:
        frame: what findings are made from.
    """
    try:
        seen = seen_scores(frame)
    except CannotAnswer:
        return None
    sizes = (seen.whole.positives + seen.whole.negatives).sum(axis=1)
    drawn, rows = [], []
    for at in [frame.reference, *sorted(frame.others, key=lambda one: -sizes[one])][:MOST_CURVES]:
        wrongly, rightly = _points(seen.whole.positives[at], seen.whole.negatives[at], frame.rule.threshold)
        if len(wrongly) > 2:
            drawn.append(Curve(frame.groups[at], wrongly.tolist(), rightly.tolist()))
            rows += [{"group": frame.groups[at], "wrongly_flagged": x, "rightly_flagged": y} for x, y in zip(wrongly, rightly, strict=True)]
    if not drawn:
        return None
    return curves(
        drawn, slug="score-roc", title="How the score parts people, by group", table=pd.DataFrame(rows), diagonal=True,
        x=Axis("Without the outcome, share flagged", "share", low=0.0, high=1.0), y=Axis("With the outcome, share flagged", "share", low=0.0, high=1.0),
        how_to_read="Each point is a threshold that would flag everybody above it; the line across is a coin. Scores are gathered until "
        f"{frame.rule.threshold} people stand on each side, so that no point tells of a few.",
    )  # fmt: skip


def recording_curves(frame: ScoreFrame) -> Picture | None:
    """What unequal recording would do to the largest other group's gaps; None where its cells may not be shown.

    Args:
        frame: what findings are made from.
    """
    sizes = frame.cells.sum(axis=1)
    at = max(frame.others, key=lambda one: sizes[one])
    drawn, rows = [], []
    for rate, words in RATES_SWEPT.items():
        limits = difference_curve(frame, at, rate, SWEPT)
        if limits is None:
            return None
        known = np.isfinite(limits.value)
        value, low, high = ([float(number) if there else None for number, there in zip(one, known, strict=True)] for one in limits)
        drawn.append(Curve(f"Difference in the share {words}", list(SWEPT), value, low, high))
        rows += [dict(zip(("rate", "recorded", "difference", "low", "high"), (rate, *row), strict=True)) for row in zip(SWEPT, value, low, high, strict=True)]
    who = frame.groups[at]
    return curves(
        drawn, slug="score-recording", title=f"If outcomes of {who} are recorded more, or less, than of {frame.reference_name}",
        x=Axis(f"How many times as often outcomes of {who} are recorded", is_log=True), y=Axis(f"{who} less {frame.reference_name}", "share"),
        table=pd.DataFrame(rows), level=0.0,
        how_to_read="At 1 recording is equal, and the curves are what the data show. Left of it the group's outcomes are recorded less often, right "
        "of it more. Where a curve crosses the line, the conclusion turns. A what-if: nobody knows where on it the truth lies.",
    )  # fmt: skip


def _points(have: NDArray[np.float64], lack: NDArray[np.float64], least: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of the curve from the highest score down, each step of at least so many people on both sides."""
    wrongly, rightly, some, others = [0.0], [0.0], 0.0, 0.0
    for positive, negative in zip(have[::-1], lack[::-1], strict=True):
        some, others = some + positive, others + negative
        if some >= least and others >= least:
            rightly.append(rightly[-1] + some)
            wrongly.append(wrongly[-1] + others)
            some = others = 0.0
    if len(wrongly) > 1:  # what is left joins the last step
        rightly[-1], wrongly[-1] = have.sum(), lack.sum()
    return np.array(wrongly) / max(lack.sum(), 1.0), np.array(rightly) / max(have.sum(), 1.0)
