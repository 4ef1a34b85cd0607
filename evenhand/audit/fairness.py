"""Whom does a score flag, how often is it wrong about them, and does it mean the same for every group?

Reads counts of people (`score_counts.count_scores`); gives rates by group with intervals, differences and ratios to a
reference group, the largest gaps, ranking and calibration, every cell of several attributes, people alike in what may
rightly matter, and what unequal recording or unseen outcomes could do to all of it.

Steps, in order:  frame_of (check, refuse) -> rates, gaps -> scores -> cells, strata -> recording -> findings

Read with care: no number here says that a system is fair, and none that it is unlawful. Measures of fairness contradict
each other wherever base rates differ (trade_offs.py), and all rest on outcomes as recorded (label_bias.py). Counterfactual fairness
is not among them: it needs a diagram of causes that nobody has for policing.

Source: Chouldechova (2017), Big Data 5(2), 153-163; Kleinberg, Mullainathan & Raghavan (2017), ITCS; each function cites its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..tables.errors import BadSetting, CannotAnswer
from ..tables.measure import Measure
from .cell_findings import CELL_RATES, cell_calibration_findings, cell_findings, strata_findings
from .disclosure import CONFIDENTIAL, Rule
from .gap_findings import gap_findings
from .group_rates import FEW_AREAS, RATES, cells_by_area, cells_of, drawn_cells, require_positions
from .intervals import share_wilson
from .rate_findings import FAMILY, MARGIN, rate_findings
from .recording_findings import RATIOS, contraction_findings, recording_findings, unknown_findings
from .score_findings import score_findings
from .score_frame import EVERYONE, ScoreFrame, enough, said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..tables.findings import Finding
    from .about import About
    from .score_counts import ScoreCounts

MEASURES = {
    "people_without_group_share": Measure(
        "People of no recorded group", "people", "The share of people whose group was not recorded; they are in no group’s numbers.",
        "intervals.share_wilson",
    ),
}  # fmt: skip

RECORDED = "Outcomes are what was recorded later, not what happened; recording may differ by group."


def fairness(
    counts: ScoreCounts,
    *,
    reference: str,
    about: About,
    rule: Rule = CONFIDENTIAL,
    family: Sequence[str] = FAMILY,
    margin: float = MARGIN,
    cell_rates: Sequence[str] = CELL_RATES,
    recording_ratios: Sequence[float] = RATIOS,
    flag_effect: float = 1.0,
    replicates: int = 1000,
    seed: int = 0,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Finding]:
    """All findings on scores of people by group.

    Args:
        counts: from `score_counts.count_scores`.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown: `disclosure.CONFIDENTIAL`, or `already_published(by)`.
        family: rates whose differences were declared beforehand to be tested, together.
        margin: how far apart two shares may be and still count as alike; said beforehand.
        cell_rates: rates looked at in every cell of group and further attributes.
        recording_ratios: what-ifs of unequal recording, the group's over the reference's.
        flag_effect: recording of people not flagged over that of flagged ones, at most 1.
        replicates, seed: of draws.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        Findings, the rates first. What cannot be told of one group is blank with its reason; what cannot be told at all is
        left out (`fairness_and_refusals` says why).

    Raises:
        CannotAnswer: there is one group, nobody is known to be flagged or not and nobody has both a score and an outcome.
        BadSetting: the reference is no group of the table; a rate, margin or ratio that is none.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.disclosure import already_published
        >>> from evenhand.audit.score_counts import ScoreCounts
        >>> cells = pd.DataFrame({"group": ["Black"] * 4 + ["White"] * 4, "score": float("nan"), "is_flagged": [True, True, False, False] * 2,
        ...     "outcome": [True, False] * 4, "people": [1369, 805, 532, 990, 505, 349, 461, 1139]})
        >>> about = About("fairness", "Broward County", "2013 to 2014", "ProPublica")
        >>> found = fairness(ScoreCounts(cells), reference="White", about=about, rule=already_published("ProPublica"))
        >>> gap = next(one for one in found if one.measure == "group_false_positive_rate_ratio")
        >>> f"{gap.value:.2f} ({gap.low:.2f} to {gap.high:.2f})"
        '1.91 (1.72 to 2.12)'

    Read with care:
        See the head of this file.

    Source: see the head of this file.
    """
    found, refused = fairness_and_refusals(
        counts, reference=reference, about=about, rule=rule, family=family, margin=margin, cell_rates=cell_rates,
        recording_ratios=recording_ratios, flag_effect=flag_effect, replicates=replicates, seed=seed, tell=tell,
    )  # fmt: skip
    if not found:
        raise CannotAnswer(" ".join(refused.values()))
    return found


def fairness_and_refusals(
    counts: ScoreCounts,
    *,
    reference: str,
    about: About,
    rule: Rule = CONFIDENTIAL,
    family: Sequence[str] = FAMILY,
    margin: float = MARGIN,
    cell_rates: Sequence[str] = CELL_RATES,
    recording_ratios: Sequence[float] = RATIOS,
    flag_effect: float = 1.0,
    replicates: int = 1000,
    seed: int = 0,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> tuple[list[Finding], dict[str, str]]:
    """`fairness`, and beside it each part of the question that the data cannot carry, with the reason.

    Args:
        counts, reference, about, rule, family, margin, cell_rates, recording_ratios, flag_effect, replicates, seed, tell: as `fairness`.

    Returns:
        The findings, and for each part that cannot be answered its name and the reason.
    """
    _require_rates(family, cell_rates)
    frame = frame_of(counts, reference=reference, about=about, rule=rule, replicates=replicates, seed=seed)
    has_outcome = bool(counts.cells["outcome"].notna().any())
    has_flags = bool(frame.cells.sum() > 0)
    found: list[Finding] = []
    refused: dict[str, str] = {}

    def take(answered: tuple[list[Finding], dict[str, str]]) -> None:
        found.extend(answered[0])
        refused.update(answered[1])

    if has_flags:
        tell("rates by group", 0.0)
        found += rate_findings(frame, family=family, margin=margin, has_outcome=has_outcome)
        take(gap_findings(frame, has_outcome=has_outcome))
    else:
        refused["rates"] = "nobody is known to be flagged or not: give is_flagged, or say with flagged_from or flagged_bands who counts as flagged."
    if not has_outcome:
        refused["errors, ranking and calibration"] = "no outcome is known, so nothing can be said of whether scores are right."
    else:
        tell("what scores mean", 0.3)
        try:
            found += [*score_findings(frame), *cell_calibration_findings(frame)]
        except CannotAnswer as reason:
            refused["ranking and calibration"] = str(reason)
    if has_flags:
        tell("cells of several attributes", 0.5)
        take(cell_findings(frame, rates=cell_rates, has_outcome=has_outcome))
        take(strata_findings(frame))
    if has_flags and has_outcome:
        tell("what recording could do", 0.8)
        found += [*recording_findings(frame, ratios=recording_ratios, flag_effect=flag_effect), *unknown_findings(frame)]
    take(contraction_findings(frame))
    return [*_main_first(found), *_missing_group(frame)] if found else [], refused


def frame_of(counts: ScoreCounts, *, reference: str, about: About, rule: Rule = CONFIDENTIAL, replicates: int = 1000, seed: int = 0) -> ScoreFrame:
    """What all findings are made from, once it is sure that groups can be compared.

    Args:
        counts, reference, about, rule, replicates, seed: as `fairness`.

    Raises:
        CannotAnswer, BadSetting: as `fairness`.
    """
    groups = counts.groups
    at = require_positions(groups, reference)
    areas = draws = None
    if counts.by_area is not None:
        areas = cells_by_area(counts.by_area, groups)
        draws = drawn_cells(areas, replicates=replicates, seed=seed) if len(areas) >= FEW_AREAS else None
    framed = replace(about, caveats=(*_caveats(counts, rule, areas is not None and len(areas) >= FEW_AREAS), *about.caveats))
    framed = replace(framed, settings={**about.settings, "reference": reference, "seed": seed, "replicates": replicates})
    return ScoreFrame(framed, counts, groups, at, cells_of(counts.cells, groups), areas, draws, rule, replicates, seed)


def _caveats(counts: ScoreCounts, rule: Rule, has_areas: bool) -> tuple[str, ...]:
    """What holds for every finding."""
    people = counts.cells["people"]
    total = float(people.sum())
    lacking = [
        ("group", "no recorded group and are in no group's numbers"),
        ("is_flagged", "no known flag and are left out of rates"),
        ("outcome", "no known outcome: rates that need one leave them out, the bounds say what they could change"),
    ]
    said_of = [RECORDED, rule.says]
    for column, words in lacking:
        share = float(people[counts.cells[column].isna()].sum()) / total
        if 0 < share < 1:
            said_of.append(f"{'Under 1' if share < 0.01 else f'{100 * share:.0f}'} % of people have {words}.")
    if counts.by_area is not None and has_areas:
        nowhere = float(counts.by_area.loc[counts.by_area["area_code"].isna(), "people"].sum()) / total
        if nowhere > 0:
            how_many = "Under 1" if nowhere < 0.01 else f"{100 * nowhere:.0f}"
            said_of.append(f"{how_many} % of people have no area; how areas vary is told by the others.")
    if counts.repeats:
        said_of.append("Some people stand in more than one row, so that people are fewer than rows and intervals too narrow.")
    if not has_areas:
        said_of.append("Intervals take people as independent; where whole areas or families are scored alike they are too narrow.")
    return tuple(said_of)


def _require_rates(*chosen: Sequence[str]) -> None:
    known = [name for name, rate in RATES.items() if not rate.says_the_same_as]
    unknown = [name for names in chosen for name in names if name not in known]
    if unknown:
        raise BadSetting(f"There is no rate '{unknown[0]}' to choose. Known: {', '.join(known)}.")


def _main_first(found: list[Finding]) -> list[Finding]:
    """What answers the question in a line first: how many times as often the largest other groups are wrongly flagged, or flagged."""
    for measure in ("group_false_positive_rate_ratio", "group_selection_rate_ratio"):
        main = [one for one in found if one.measure == measure and one.value is not None]
        if main:
            main.sort(key=lambda one: -(one.n or 0.0))
            return [*main, *(one for one in found if one not in main)]
    return found


def _missing_group(frame: ScoreFrame) -> list[Finding]:
    cells = frame.counts.cells
    missing, total = float(cells.loc[cells["group"].isna(), "people"].sum()), float(cells["people"].sum())
    if missing == 0:
        return []
    limits = share_wilson([missing], [total], level=frame.about.level)
    numbers = {name: frame.figure(float(one[0])) for name, one in zip(("value", "low", "high"), limits, strict=True)}
    return [
        said(
            frame, "people_without_group_share", numbers, n=frame.count(total), why=enough(frame, missing, total - missing), group=EVERYONE, unit="share",
            method="people without a group over all people; Wilson interval",
        )  # fmt: skip
    ]
