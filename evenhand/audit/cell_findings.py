"""Findings on cells of several attributes, and on groups within strata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .calibration import are_probabilities
from .conditional_parity import common_difference, common_ratio
from .disclosure import SHOWN
from .group_rates import RATES, cells_of, parts_of, rate_differences
from .intersections import crossed, differential_fairness, shrunken_rates, stands_out_p
from .multi_calibration import outcome_over_expected
from .ranking import histogram
from .rate_findings import FOUR_FIFTHS
from .score_frame import Shares, enough, on_few, said, shares_shown, within_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tables.findings import Finding
    from .score_frame import ScoreFrame

CELL_RATES = ("selection_rate", "false_positive_rate")
"""Rates looked at in every cell, unless the asker names others."""

MEASURES = {
    **{
        f"cell_{name}": Measure(
            f"{rate.title}, by cell", rate.of.replace("group", "cell"),
            f"Each cell’s share, drawn towards the other cells as far as its own people do not speak against it. {rate.means.replace('group', 'cell')}",
            "intersections.shrunken_rates",
        )
        for name, rate in RATES.items()
        if not rate.says_the_same_as
    },
    "cell_outcome_over_expected": Measure(
        "Outcome over what scores say, by cell", "people of the cell with a score and a known outcome",
        "The cell’s people with the outcome over those expected from their scores; above 1 scores understate the cell.",
        "multi_calibration.outcome_over_expected",
    ),
    "differential_fairness": Measure(
        "Differential fairness (epsilon)", "people of the smaller of the two cells that set it",
        "The largest log ratio between any two cells of the chance of being flagged, or of not being flagged; 0 is equal.",
        "intersections.differential_fairness",
    ),
    "stratum_selection_rate_difference": Measure(
        "Share flagged within a stratum: difference", "people of the group in that stratum",
        "The group’s share flagged less the reference group’s, among people of the same stratum.", "group_rates.rate_differences",
    ),
    "conditional_selection_rate_difference": Measure(
        "Share flagged among people alike: difference", "people of the group",
        "The group’s share flagged less the reference group’s, each stratum’s own level taken out.", "conditional_parity.common_difference",
    ),
    "conditional_selection_rate_ratio": Measure(
        "Share flagged among people alike: ratio", "people of the group",
        "The group’s share flagged over the reference group’s, each stratum’s own level taken out.", "conditional_parity.common_ratio",
    ),
}  # fmt: skip

MADE_BY_POLICE = "Strata are often made by police: where a group is stopped more, comparing people alike in stops or convictions hides what those did."
SEARCHED = "all cells looked at: Benjamini-Hochberg over {cells} cells; Fisher's exact test (chi-squared for large counts) of the cell against everybody else"


def cell_findings(frame: ScoreFrame, *, rates: Sequence[str] = CELL_RATES, has_outcome: bool = True) -> tuple[list[Finding], dict[str, str]]:
    """Every cell of group and further attributes: each rate steadied, and the largest gap between any two.

    Args:
        frame: what findings are made from.
        rates: looked at in every cell.
        has_outcome: whether outcomes are known; if not, only the share flagged is looked at.

    Returns:
        Findings, and what could not be answered, with the reason.
    """
    attributes = ("group", *frame.counts.attributes)
    if len(attributes) < 2:
        return [], {"intersections": "the table has no further attribute (sex, age_band), so there is nothing to cross the groups with."}
    known = frame.counts.cells[frame.counts.cells["group"].isin(list(frame.groups))]
    cells, which = crossed(known, attributes)
    numbers = cells_of(known.assign(cell=which), range(len(cells)), by="cell")
    names = [", ".join(cell) for cell in cells]
    of_group = [frame.groups.index(cell[0]) for cell in cells]
    found: list[Finding] = []
    refused: dict[str, str] = {}
    for rate in [name for name in rates if has_outcome or name == "selection_rate"]:
        try:
            found += _steadied(frame, rate, numbers, names, of_group)
        except CannotAnswer as reason:
            refused[f"intersections: {RATES[rate].title.lower()}"] = str(reason)
    try:
        found.append(_differential(frame, numbers, names, of_group))
    except CannotAnswer as reason:
        refused["differential fairness"] = str(reason)
    return found, refused


def cell_calibration_findings(frame: ScoreFrame) -> list[Finding]:
    """In which cells the outcome comes more, or less, often than people's scores say.

    Args:
        frame: what findings are made from.

    Returns:
        Findings; none where the table has no further attribute.

    Raises:
        CannotAnswer: see `score_findings.seen_scores`.
    """
    if not frame.counts.attributes:
        return []
    known = frame.counts.cells[frame.counts.cells["group"].isin(list(frame.groups))]
    cells, which = crossed(known, ("group", *frame.counts.attributes))
    seen = histogram(known.assign(group=which), range(len(cells)))
    is_stated = are_probabilities(seen.scores)
    told = outcome_over_expected(seen.positives, seen.negatives, stated=seen.scores if is_stated else None, level=frame.about.level)
    looked_at = int(np.isfinite(told.p_value).sum())
    found = []
    for at in np.flatnonzero((seen.positives + seen.negatives).sum(axis=1) > 0):
        sides = (seen.positives[at].sum(), seen.negatives[at].sum())
        name = ", ".join(cells[at])
        numbers = {key: frame.figure(float(one[at])) for key, one in zip(("value", "low", "high"), told.ratio, strict=True)}
        finding = said(
            frame, "cell_outcome_over_expected", numbers, n=frame.count(sum(sides)), why=enough(frame, *sides), caveats=on_few([sum(sides)], [name]),
            unit="ratio", group=name, p_value=_coarse(frame, told.p_value[at]), null_model="the cell has the outcome as often as its scores say",
            method=f"people with the outcome over those expected from {'the stated probabilities' if is_stated else 'everybody of the same scores'}; limits "
            f"from the Wilson interval. p: all cells looked at, Benjamini-Hochberg over {looked_at}{_how_fine(frame)}",
            settings={"cells": looked_at},
        )  # fmt: skip
        found.append(finding)
    return found


def _steadied(frame: ScoreFrame, rate: str, numbers: np.ndarray, names: list[str], of_group: list[int]) -> list[Finding]:
    shown = within_groups(frame, rate, numbers, of_group)
    part, rest = parts_of(numbers, rate)
    steadied, raised = shrunken_rates(part, part + rest, level=frame.about.level, seed=frame.seed), stands_out_p(part, part + rest)
    looked_at = int((part + rest > 0).sum())
    found = []
    for at in np.flatnonzero(part + rest > 0):
        numbers_ = {name: frame.figure(float(one[at])) for name, one in zip(("value", "low", "high"), steadied.rate, strict=True)}
        finding = said(
            frame, f"cell_{rate}", numbers_, n=shown.whole[at], why=shown.why[at], caveats=on_few([shown.whole[at]], [names[at]]), unit="share",
            group=names[at], p_value=_coarse(frame, raised[at]), null_model="the cell's share is that of everybody else",
            method="beta-binomial, drawn towards the other cells; limits hold for so many cells in a hundred, not for each. "
            f"p: {SEARCHED.format(cells=looked_at)}{_how_fine(frame)}",
            settings={"chance_above_all_together": frame.figure(float(steadied.above[at])), "cells": looked_at},
        )  # fmt: skip
        found.append(finding)
    return found


def _differential(frame: ScoreFrame, numbers: np.ndarray, names: list[str], of_group: list[int]) -> Finding:
    shown = within_groups(frame, "selection_rate", numbers, of_group)
    gap = differential_fairness(shown.part, shown.whole, level=frame.about.level, replicates=frame.replicates, seed=frame.seed)
    sizes, pair = [shown.whole[gap.most], shown.whole[gap.least]], [names[gap.most], names[gap.least]]
    hidden = int((shown.why != SHOWN).sum())
    caveats = [f"Set by two cells, of {sizes[0]:,.0f} and {sizes[1]:,.0f} people, and by the share {'flagged' if gap.rate == 0 else 'not flagged'}."]
    caveats += on_few(sizes, pair)
    caveats += [f"{hidden} of {len(names)} cells have too few people to show and are left out."] if hidden else []
    return said(
        frame, "differential_fairness", {"value": gap.value, "low": gap.low, "high": gap.high}, n=min(sizes), caveats=caveats, unit="log ratio",
        group=pair[0], reference=pair[1], p_value=gap.p_value, null_model="no two cells differ",
        method="largest log ratio of two cells' shares, each smoothed by half a person; the lower limit holds for all pairs, the upper is the furthest of any",
        settings={"set_by": "flagged" if gap.rate == 0 else "not flagged", "cells": len(names) - hidden},
    )  # fmt: skip


def strata_findings(frame: ScoreFrame) -> tuple[list[Finding], dict[str, str]]:
    """The share flagged within each stratum, and with strata taken out.

    Args:
        frame: what findings are made from.

    Returns:
        Findings, and what could not be answered, with the reason.
    """
    counts = frame.counts.cells
    if "stratum" not in counts.columns or counts["stratum"].isna().all():
        return [], {"conditional parity": "the table has no stratum, so people alike in what may rightly matter cannot be compared."}
    strata = sorted(counts["stratum"].dropna().unique())
    numbers = np.stack([cells_of(counts[counts["stratum"] == stratum], frame.groups) for stratum in strata])
    found = [*_gathered(frame, numbers), *_within(frame, [str(stratum) for stratum in strata], numbers)]
    return sorted(found, key=lambda one: one.measure), {}


def _gathered(frame: ScoreFrame, numbers: np.ndarray) -> list[Finding]:
    shown = shares_shown("selection_rate", numbers.sum(axis=0), frame.rule)
    part, rest = parts_of(numbers, "selection_rate")
    whole = part + rest
    found = []
    for at in frame.others:
        why = int(shown.why[at] if shown.why[at] != SHOWN else shown.why[frame.reference])
        counts = (part[:, at], whole[:, at], part[:, frame.reference], whole[:, frame.reference])
        for kind, gather, unit, extra in (("difference", common_difference, "share", ()), ("ratio", common_ratio, "ratio", (FOUR_FIFTHS,))):
            limits = gather(*counts, level=frame.about.level)
            numbers_ = {name: frame.figure(float(one)) for name, one in zip(("value", "low", "high"), limits, strict=True)}
            finding = said(
                frame, f"conditional_selection_rate_{kind}", numbers_, n=shown.whole[at], why=why, caveats=(MADE_BY_POLICE, *extra), unit=unit,
                group=frame.groups[at], reference=frame.reference_name, method=f"Mantel-Haenszel over {len(numbers)} strata; Greenland-Robins limits",
            )  # fmt: skip
            found.append(finding)
    return found


def _within(frame: ScoreFrame, strata: list[str], numbers: np.ndarray) -> list[Finding]:
    """Differences stratum by stratum; a group's strata hide each other, for they add up to what is shown of the group."""
    groups = len(frame.groups)
    all_ = within_groups(frame, "selection_rate", numbers.reshape(-1, 6), list(range(groups)) * len(strata))
    found = []
    for place, stratum in enumerate(strata):
        rows = slice(place * groups, (place + 1) * groups)
        shown = Shares("selection_rate", all_.part[rows], all_.whole[rows], all_.why[rows])
        limits = rate_differences(shown.cells, "selection_rate", reference=frame.reference, level=frame.about.level)
        for at in frame.others:
            why = int(shown.why[at] or shown.why[frame.reference])
            finding = said(
                frame, "stratum_selection_rate_difference", limits, at, n=shown.whole[at], why=why, unit="share", group=f"{frame.groups[at]}, {stratum}",
                caveats=(*on_few([shown.whole[at]], [f"{frame.groups[at]}, {stratum}"]), MADE_BY_POLICE), reference=f"{frame.reference_name}, {stratum}",
                method="the group's share less the reference's among people of the stratum; Newcombe interval",
            )  # fmt: skip
            found.append(finding)
    return found


def _how_fine(frame: ScoreFrame) -> str:
    return "" if frame.rule.rounding == 1 else "; told to two places, 0.01 for all below"


def _coarse(frame: ScoreFrame, p_value: float) -> float:
    """A p-value from exact counts, coarse enough not to give them away unless they are public."""
    return p_value if frame.rule.rounding == 1 or not np.isfinite(p_value) else max(round(float(p_value), 2), 0.01)
