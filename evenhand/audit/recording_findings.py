"""Findings on what the outcome hides: recorded more for one group than for another, or not seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .disclosure import SHOWN, SMALL, rounded
from .group_rates import FLAGGED_UNKNOWN, OTHER_UNKNOWN, RATES, TN
from .label_bias import TIPS, swept, tipping_ratio
from .score_frame import enough, four_cells, said
from .selective_labels import contraction, gap_bounds, outcome_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .intervals import Interval
    from .score_frame import ScoreFrame
    from .selective_labels import Contracted

RATIOS = (0.8, 0.9, 1.1, 1.25)
"""Ratios of recording told in findings, unless the asker names others; pictures show more."""
SWEPT_RATES = ("false_positive_rate", "positive_predictive_value")
BOUNDED = ("false_positive_rate", "false_negative_rate", "positive_predictive_value", "base_rate")
LEFT_ALONE = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

MEASURES = {
    **{
        f"group_{name}_recording_tipping_ratio": Measure(
            f"{RATES[name].title}: ratio of recording that would make groups equal", RATES[name].of,
            "How many times as often the group’s true outcomes would have to be recorded as the reference’s for the two shares to be equal; "
            "1 is equal recording.", "label_bias.tipping_ratio",
        )
        for name in TIPS
    },
    **{
        f"group_{name}_difference_if_recorded": Measure(
            f"{RATES[name].title}: difference under unequal recording", RATES[name].of,
            "The group’s share less the reference’s, were true outcomes of the group recorded so many times as often as the reference’s.",
            "label_bias.swept",
        )
        for name in ("false_positive_rate", "positive_predictive_value", "false_negative_rate")
    },
    **{
        f"group_{name}_bounds": Measure(
            f"{RATES[name].title}: bounds for unknown outcomes", "people of the group with unknown outcome",
            "The least and the most the share could be, whatever the unknown outcomes are; not an interval.", "selective_labels.outcome_bounds",
        )
        for name in BOUNDED
    },
    **{
        f"group_{name}_difference_bounds": Measure(
            f"{RATES[name].title}: bounds of the difference", "people of the group with unknown outcome",
            "The least and the most the difference to the reference could be, whatever the unknown outcomes are; not an interval.",
            "selective_labels.gap_bounds",
        )
        for name in BOUNDED
    },
    "contraction_wrongly_left_share": Measure(
        "Left alone and with the outcome, were the score followed", "people of the most lenient decision maker",
        "Of all that decision maker’s people, the share who would have been left alone and had the outcome, if those with the highest scores were acted on.",
        "selective_labels.contraction",
    ),
}  # fmt: skip

WHAT_IF = "A what-if: nobody knows how unequal recording is. It supposes that recording does not follow the score, and that nothing is recorded falsely."
NOT_AN_INTERVAL = "Low and high are bounds, not an interval: the least and the most that any outcomes of those unknown could give. They leave chance out."
BY_ROTA = "It supposes that decision makers see people alike, as when cases come by rota."


def recording_findings(frame: ScoreFrame, *, ratios: Sequence[float] = RATIOS, flag_effect: float = 1.0) -> list[Finding]:
    """What unequal recording of true outcomes would do: tipping ratios, then differences at stated ratios.

    Args:
        frame: what findings are made from.
        ratios: the group's share recorded over the reference's.
        flag_effect: recording of people not flagged over that of flagged ones, at most 1.

    Returns:
        Findings; blank where a cell of either group may not be shown.
    """
    shown, hidden = four_cells(frame)
    found = [_tipping(frame, shown, at, rate, int(hidden[at] or hidden[frame.reference])) for rate in TIPS for at in frame.others]
    rates = SWEPT_RATES if flag_effect == 1 else (*SWEPT_RATES, "false_negative_rate")
    open_ = [at for at in frame.others if not (hidden[at] or hidden[frame.reference])]  # the tipping ratio says why a group is not there
    return found + [finding for rate in rates for at in open_ for finding in _swept(frame, shown, at, rate, ratios, flag_effect)]


def difference_curve(frame: ScoreFrame, at: int, rate: str, ratios: Sequence[float], *, flag_effect: float = 1.0) -> Interval | None:
    """A group's difference to the reference for each ratio of recording; None where a cell of either may not be shown.

    Args:
        frame: what findings are made from.
        at: position of the group.
        rate: one of `group_rates.RATES`.
        ratios, flag_effect: as `recording_findings`.
    """
    shown, hidden = four_cells(frame)
    if hidden[at] or hidden[frame.reference]:
        return None
    return swept(
        shown[at], shown[frame.reference], rate, ratios=ratios, flag_effect=flag_effect, level=frame.about.level, replicates=frame.replicates, seed=frame.seed
    )


def _tipping(frame: ScoreFrame, shown: NDArray[np.float64], at: int, rate: str, why: int) -> Finding:
    tips = tipping_ratio(shown[at], shown[frame.reference], rate, level=frame.about.level, replicates=frame.replicates, seed=frame.seed)
    caveats: tuple[str, ...] = (WHAT_IF,) if np.isfinite(tips.ratio) else ("No ratio of recording would make the two shares equal.",)
    if np.isfinite(tips.ratio) and not np.isfinite(tips.low):
        caveats = (*caveats, "No interval: in some draws no ratio would.")
    return said(
        frame, f"group_{rate}_recording_tipping_ratio", {"value": tips.ratio if np.isfinite(tips.ratio) else None, "low": tips.low, "high": tips.high},
        n=float(shown[at, : TN + 1].sum()), why=why, caveats=caveats, unit="ratio", group=frame.groups[at],
        reference=frame.reference_name, method="ratio of the shares of true outcomes recorded at which the two rates are equal; limits from multinomial draws",
    )  # fmt: skip


def _swept(frame: ScoreFrame, shown: NDArray[np.float64], at: int, rate: str, ratios: Sequence[float], flag_effect: float) -> list[Finding]:
    limits = swept(
        shown[at], shown[frame.reference], rate, ratios=ratios, flag_effect=flag_effect, level=frame.about.level, replicates=frame.replicates, seed=frame.seed
    )
    found = []
    for place, ratio in enumerate(ratios):
        possible = bool(np.isfinite(limits.value[place]))
        caveats: tuple[str, ...] = (WHAT_IF,) if possible else ("Not possible: it would take more true outcomes than there are people.",)
        if possible and not np.isfinite(limits.low[place]):
            caveats = ("No interval: in some draws it would take more true outcomes than there are people.", WHAT_IF)
        finding = said(
            frame, f"group_{rate}_difference_if_recorded", limits, place, n=float(shown[at, : TN + 1].sum()), caveats=caveats,
            unit="share", group=f"{frame.groups[at]}, recorded {ratio:g} times as often", reference=frame.reference_name,
            method="difference of shares after completing the outcomes not recorded; limits from multinomial draws",
            settings={"recording_ratio": ratio, "flag_effect": flag_effect, "whose": frame.groups[at]},
        )  # fmt: skip
        found.append(finding)
    return found


def unknown_findings(frame: ScoreFrame) -> list[Finding]:
    """Bounds of rates and of differences for people whose outcome is unknown; nothing where all are known."""
    unknown = frame.cells[:, FLAGGED_UNKNOWN] + frame.cells[:, OTHER_UNKNOWN]
    if unknown.sum() == 0:
        return []
    shown, hidden = four_cells(frame)
    shown[:, [FLAGGED_UNKNOWN, OTHER_UNKNOWN]] = rounded(frame.cells[:, [FLAGGED_UNKNOWN, OTHER_UNKNOWN]], rule=frame.rule)
    found = []
    for rate in BOUNDED:
        for suffix, bounds, groups in (
            ("bounds", outcome_bounds(shown, rate), range(len(frame.groups))),
            ("difference_bounds", gap_bounds(shown, rate, reference=frame.reference), frame.others),
        ):
            for at in groups:
                sides = (at,) if suffix == "bounds" else (at, frame.reference)
                few = SMALL if any(0 < unknown[side] < frame.rule.threshold for side in sides) else SHOWN
                why = next((int(hidden[side]) for side in sides if hidden[side]), few)
                finding = said(
                    frame, f"group_{rate}_{suffix}", bounds, at, n=frame.count(unknown[at]), why=why, caveats=(NOT_AN_INTERVAL,), unit="share",
                    group=frame.groups[at], reference=frame.reference_name if suffix == "difference_bounds" else None, level=None,
                    method="all unknown outcomes as they would make the share least (low) and most (high); the value leaves them out",
                )  # fmt: skip
                found.append(finding)
    return found


def contraction_findings(frame: ScoreFrame, *, left_alone: Sequence[float] = LEFT_ALONE) -> tuple[list[Finding], dict[str, str]]:
    """How often following the score would leave somebody alone who then has the outcome, from the most lenient decision maker.

    Args:
        frame: what findings are made from.
        left_alone: shares of people left alone.

    Returns:
        Findings, and what could not be answered, with the reason; neither where no decision makers are given.
    """
    if frame.counts.by_decision is None:
        return [], {}
    try:
        found = contraction(frame.counts.by_decision, left_alone=left_alone, level=frame.about.level)
    except CannotAnswer as reason:
        return [], {"selective labels: contraction": str(reason)}
    return [_left_alone(frame, found, int(at)) for at in np.flatnonzero(found.left_alone <= found.most_lenient)], {}


def _left_alone(frame: ScoreFrame, found: Contracted, at: int) -> Finding:
    share, wrong = float(found.left_alone[at]), float(found.wrong.value[at] * found.cases)
    others = found.decided[at] * np.nan_to_num(found.wrong_as_decided.value[at])
    has_others = enough(frame, others, found.decided[at] - others) == SHOWN
    numbers = {name: frame.figure(float(one[at])) for name, one in zip(("value", "low", "high"), found.wrong, strict=True)}
    return said(
        frame, "contraction_wrongly_left_share", numbers, n=frame.count(found.cases), why=enough(frame, wrong, found.cases - wrong), caveats=(BY_ROTA,),
        unit="share", group=f"{100 * share:.0f} % left alone",
        method=f"of the people the most lenient of {found.decision_makers} decision makers left alone ({100 * found.most_lenient:.0f} %), those with the "
        "highest scores acted on too; Wilson interval",
        settings={"left_alone": share, "as_decided": [frame.figure(float(one[at])) for one in found.wrong_as_decided] if has_others else None},
    )  # fmt: skip
