"""How right a score of people was, in counts: what share of those flagged had the outcome, and what flagging anybody would have given.

The share "correctly predicted" is one of several numbers. Of those flagged, how many had the outcome recorded (PPV)? Of those
with the outcome, how many had been flagged (sensitivity)? Both, and the base rate that no skill at all would reach, stand side by side.

Read with care: an outcome recorded about a person is not what the person did; those flagged are watched more, so more is recorded of them.

Source: Altman & Bland (1994), British Medical Journal 308, 1552 and 309, 102.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from ..tables.measure import Measure
from .disclosure import reason, rounded, share_parts
from .flag_use import number_needed_to_flag, over_base_rate, ppv_from_rates
from .intervals import Interval, share_wilson
from .place_case import no_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Protected, Rule

MEASURES = {
    "flagged_followed_share": Measure(
        "Share of people flagged with the outcome recorded later",
        "people flagged, with a known outcome",
        "Of those flagged, the share whose outcome was recorded later (positive predictive value).",
        "intervals.share_wilson",
    ),
    "flagged_followed_share_elsewhere": Measure(
        "Share of people flagged with the outcome, were it as common as stated",
        "people with a known outcome",
        "What the share would be where the outcome is rarer or commoner, the system being as right about each kind as here.",
        "flag_use.ppv_from_rates",
    ),
    "outcome_flagged_share": Measure(
        "Share of people with the outcome who had been flagged",
        "people with the outcome recorded",
        "Of those whose outcome was recorded later, the share flagged beforehand (sensitivity).",
        "intervals.share_wilson",
    ),
    "outcome_share": Measure(
        "Share of all people with the outcome recorded later",
        "people with a known outcome",
        "What flagging people at random would be followed by: the line of no skill.",
        "intervals.share_wilson",
    ),
    "flagged_over_base_rate": Measure(
        "How many times the base rate flags reach",
        "people flagged, with a known outcome",
        "Share of those flagged with the outcome over the share of all; 1 is no skill.",
        "flag_use.over_base_rate",
    ),
    "number_needed_to_flag": Measure(
        "People flagged for each with the outcome",
        "people flagged, with a known outcome",
        "How many are flagged for each one whose outcome was recorded later.",
        "flag_use.number_needed_to_flag",
    ),
}
EVERYONE = "everyone"
NO_SKILL = "flagging at random"


def flag_findings(cells: pd.DataFrame, *, about: About, system: str, rule: Rule, prevalence: Sequence[float] = ()) -> list[Finding]:
    """What flags of people were worth.

    Args:
        cells: people by is_flagged and outcome, among other columns; see `score_counts.ScoreCounts.cells`.
        about: place, period, source and caveats of the findings.
        system: what the system is called in findings.
        rule: how counts of people are shown.
        prevalence: how common the outcome may be elsewhere, 0 to 1.

    Returns:
        Findings; null, with the reason, where too few people stand behind a number.

    Raises:
        CannotAnswer: nothing says who was flagged, or no outcome is known.
    """
    if cells["is_flagged"].isna().all():
        raise CannotAnswer("Nothing says who was flagged, so it cannot be told how right flags were. Add is_flagged, or say from which score on.")
    if cells["outcome"].isna().all():
        raise CannotAnswer("No outcome is known of anybody, so it cannot be told how right flags were.")
    known = cells.dropna(subset=["is_flagged", "outcome"])
    unknown = int(cells["people"].sum() - known["people"].sum())
    table = np.array(
        [[float(known.loc[(known["is_flagged"] == flag) & (known["outcome"] == came), "people"].sum()) for came in (True, False)] for flag in (True, False)]
    )
    missing = (f"{_about(unknown, rule)} without a known outcome or flag are left out; how they would have come out is not known.",) if unknown else ()
    yes, no = share_parts(table[:, 0], table[:, 1], rule=rule)
    frame = _Frame(about, system, rule, (*missing, rule.says))
    return _shares(yes, no, frame) + [_elsewhere(yes, no, frame, common) for common in prevalence]


def _elsewhere(yes: Protected, no: Protected, frame: _Frame, common: float) -> Finding:
    """What share of flags would come true where the outcome is as common as said; limits from those of both rates at once."""
    level, came, rest = frame.about.level, yes.counts.sum(), no.counts.sum()
    sensitivity, specificity = _wilson(yes.counts[0], came, level), _wilson(no.counts[1], rest, level)
    if not 0 <= common <= 1:
        raise BadSetting(f"A prevalence of {common!r} is no share. Give a number from 0 to 1, such as 0.02.")
    share = Interval(*(ppv_from_rates(se, sp, common) for se, sp in zip(sensitivity, specificity, strict=True))) if np.isfinite(came) else no_interval()
    none = ("Not given: nobody would be flagged.",) if np.isfinite(came) and not np.isfinite(share.value) else ()
    return frame.finding(
        "flagged_followed_share_elsewhere",
        share,
        came + rest,
        int(max(yes.why.max(), no.why.max())),
        method="Bayes’ rule from the shares flagged of those with and without the outcome; limits of both at once, so on the wide side",
        caveats=(*none, f"No skill at all would give {100 * common:.3g} %.", "Rates found on some people seldom hold for others."),
        settings={"prevalence": common},
    )


def _about(people: int, rule: Rule) -> str:
    return f"About {int(rounded(people, rule=rule)):,} people" if people >= rule.threshold else f"Fewer than {rule.threshold} people"


class _Frame:
    """What all these findings have in common."""

    def __init__(self, about: About, system: str, rule: Rule, caveats: tuple[str, ...]) -> None:
        self.about, self.system, self.rule, self.caveats = about, system, rule, caveats

    def finding(self, measure: str, interval: Interval, n: float, why: int, *, method: str, unit: str = "share", **rest: Any) -> Finding:
        shown = [float(part) if np.isfinite(part) else None for part in interval]
        value, low, high = shown if shown[0] is not None else (None, None, None)
        hidden = (reason(why, rule=self.rule),) if why else ()
        caveats = (*hidden, *rest.pop("caveats", ()), *self.caveats)
        rest = {"group": self.system, **rest}
        return self.about.finding(measure, value, low=low, high=high, n=n if np.isfinite(n) else None, unit=unit, method=method, caveats=caveats, **rest)


def _shares(yes: Protected, no: Protected, frame: _Frame) -> list[Finding]:
    """From what may be shown: flagged in row 0, not flagged in row 1."""
    level = frame.about.level
    flagged, came, everyone = yes.counts[0] + no.counts[0], yes.counts.sum(), yes.counts.sum() + no.counts.sum()
    why, any_why = int(yes.why[0]), int(yes.why.max())
    ppv, sensitivity, base = (_wilson(part, whole, level) for part, whole in ((yes.counts[0], flagged), (yes.counts[0], came), (came, everyone)))
    needed = number_needed_to_flag(ppv)
    no_end = ("None of those flagged may have had the outcome, so there is no upper limit.",) if np.isnan(needed.high) and np.isfinite(needed.value) else ()
    none = ("Not given: none of those flagged had the outcome recorded.",) if np.isfinite(ppv.value) and ppv.value == 0 else ()
    return [
        frame.finding("flagged_followed_share", ppv, flagged, why, method="flagged with the outcome over flagged; Wilson interval"),
        frame.finding("outcome_flagged_share", sensitivity, came, any_why, method="flagged with the outcome over all with the outcome; Wilson interval"),
        frame.finding("outcome_share", base, everyone, any_why, method="with the outcome over all; Wilson interval", group=EVERYONE),
        frame.finding(
            "flagged_over_base_rate",
            over_base_rate(ppv, float(base.value)),
            flagged,
            any_why,
            unit="ratio",
            reference=EVERYONE,
            method="share of those flagged with the outcome over the share of all, which is held; Wilson interval of the first",
        ),
        frame.finding(
            "number_needed_to_flag",
            needed,
            flagged,
            why,
            unit="flags to each",
            method="one over the share of those flagged with the outcome; its limits turned over",
            caveats=(*none, *no_end),
        ),
        frame.finding(
            "number_needed_to_flag",
            number_needed_to_flag(base),
            everyone,
            any_why,
            unit="flags to each",
            group=NO_SKILL,
            method="one over the share of all with the outcome; its limits turned over",
        ),
    ]


def _wilson(part: float, whole: float, level: float) -> Interval:
    return share_wilson(part, whole, level=level) if np.isfinite(part) and np.isfinite(whole) else no_interval()
