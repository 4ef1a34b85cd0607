"""Findings on the largest gap between any two groups, each beside the gap to the reference group; and on what must trade off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .disclosure import SHOWN
from .group_rates import FEW_AREAS, FN, FP, share_of
from .largest_gaps import Gap, largest_difference, smallest_ratio
from .rate_findings import FOUR_FIFTHS
from .score_frame import four_cells, on_few, said, shares_shown
from .trade_offs import error_balance, error_balance_ratios, implied_false_positive_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .score_frame import ScoreFrame

ODDS = ("true_positive_rate", "false_positive_rate")
_ANY = "people of the smaller of the two groups that set it"
GAPS = {
    "demographic_parity": (("selection_rate",), "share flagged"),
    "predictive_equality": (("false_positive_rate",), "share wrongly flagged"),
    "equal_opportunity": (("true_positive_rate",), "share rightly flagged"),
    "equalised_odds": (ODDS, "shares rightly and wrongly flagged, whichever is further apart"),
    "predictive_parity": (("positive_predictive_value",), "share right when flagged"),
}
"""Largest gaps given: their rates, in words."""

MEASURES = {
    **{
        f"{name}_difference": Measure(
            f"{name.replace('_', ' ').capitalize()}: largest difference", _ANY,
            f"The largest difference between any two groups: {words}. 0 is equal.", "largest_gaps.largest_difference",
        )
        for name, (_, words) in GAPS.items()
    },
    **{
        f"{name}_ratio": Measure(
            f"{name.replace('_', ' ').capitalize()}: smallest ratio", _ANY,
            f"The smallest ratio of any two groups’ rates: {words}. 1 is equal.", "largest_gaps.smallest_ratio",
        )
        for name, (_, words) in GAPS.items()
    },
    "equalised_odds_difference_to_reference": Measure(
        "Equalised odds: difference to the reference", "people of the group with the outcome recorded, or without it",
        "The larger of the two differences to the reference group, in the share rightly and the share wrongly flagged.",
        "largest_gaps.largest_difference",
    ),
    "equalised_odds_ratio_to_reference": Measure(
        "Equalised odds: ratio to the reference", "people of the group with the outcome recorded, or without it",
        "The smaller of the two ratios of rates, the lower rate over the higher, in the shares rightly and wrongly flagged.",
        "largest_gaps.smallest_ratio",
    ),
    "group_error_balance": Measure(
        "Wrongly passed over for each wrongly flagged", "people of the group wrongly passed over or wrongly flagged",
        "How many people are wrongly passed over for each one wrongly flagged; equal balances are called treatment equality.",
        "trade_offs.error_balance",
    ),
    "group_error_balance_ratio": Measure(
        "Balance of errors: ratio", "people of the group wrongly passed over or wrongly flagged",
        "The group’s balance of errors over the reference group’s; 1 is treatment equality.",
        "trade_offs.error_balance_ratios",
    ),
    "implied_false_positive_rate": Measure(
        "Wrongly flagged, were the score as right as for the reference", "people of the group",
        "The share wrongly flagged that the group’s own base rate would force, were the score right as often as for the reference group.",
        "trade_offs.implied_false_positive_rate",
    ),
}  # fmt: skip

SET_BY_TWO = "The largest of many differences is larger than most, by chance alone; its limits allow for that, the number itself does not."
CHANCE = "no two groups differ"


def gap_findings(frame: ScoreFrame, *, has_outcome: bool = True) -> tuple[list[Finding], dict[str, str]]:
    """The largest gaps, and equalised odds of each group against the reference.

    Args:
        frame: what findings are made from.
        has_outcome: whether outcomes are known; if not, only demographic parity is told.

    Returns:
        Findings, and for each gap that cannot be told its name and the reason.
    """
    found: list[Finding] = []
    refused: dict[str, str] = {}
    for name, (rates, _) in GAPS.items():
        if not has_outcome and name != "demographic_parity":
            continue
        try:
            found += [_largest(frame, name, rates, is_ratio=is_ratio) for is_ratio in (False, True)]
        except CannotAnswer as reason:
            refused[name.replace("_", " ")] = str(reason)
    if has_outcome:
        found += [_to_reference(frame, at, is_ratio=is_ratio) for is_ratio in (False, True) for at in frame.others]
        found += _balances(frame) + _implied(frame)
    return found, refused


def _stacked(
    frame: ScoreFrame, rates: Sequence[str], groups: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None, int]:
    """Parts and wholes that may be shown, draws of the same rates, and the number of areas behind them."""
    shown = [shares_shown(rate, frame.cells, frame.rule) for rate in rates]
    at = list(groups)
    draws = None
    areas = 0 if frame.areas is None else len(frame.areas)
    if frame.draws is not None and areas >= FEW_AREAS:
        draws = np.stack([share_of(frame.draws[:, at], rate) for rate in rates], axis=1)
    return np.stack([one.part[at] for one in shown]), np.stack([one.whole[at] for one in shown]), draws, areas


def _gap(frame: ScoreFrame, rates: Sequence[str], groups: Sequence[int], *, is_ratio: bool) -> tuple[Gap, NDArray[np.float64]]:
    part, whole, draws, areas = _stacked(frame, rates, groups)
    find = smallest_ratio if is_ratio else largest_difference
    return find(part, whole, level=frame.about.level, replicates=frame.replicates, seed=frame.seed, draws=draws, areas=areas), whole


def _largest(frame: ScoreFrame, name: str, rates: Sequence[str], *, is_ratio: bool) -> Finding:
    everyone = list(range(len(frame.groups)))
    gap, whole = _gap(frame, rates, everyone, is_ratio=is_ratio)
    most, least = frame.groups[gap.most], frame.groups[gap.least]
    sizes = [whole[gap.rate, gap.most], whole[gap.rate, gap.least]]
    hidden = [frame.groups[at] for at in everyone if (whole[:, at] == 0).any()]
    caveats = [f"Set by {most} ({sizes[0]:,.0f} people) and {least} ({sizes[1]:,.0f} people), in the {rates[gap.rate].replace('_', ' ')}.", SET_BY_TWO]
    caveats += on_few(sizes, [most, least])
    if hidden:
        caveats.append(f"Left out, for they have too few people to show: {', '.join(hidden)}.")
    if is_ratio and name == "demographic_parity":
        caveats.append(FOUR_FIFTHS)
    kind, unit = ("ratio", "ratio") if is_ratio else ("difference", "share")
    drawn = "areas drawn anew" if frame.areas is not None and len(frame.areas) >= FEW_AREAS else "multinomial draws of the counts"
    return said(
        frame, f"{name}_{kind}", {"value": gap.value, "low": gap.low, "high": gap.high}, n=min(sizes), caveats=caveats, unit=unit, group=most, reference=least,
        method=f"over all groups shown; the nearer limit holds for all pairs together (factor from {drawn}), the further one is the furthest of any pair",
        settings={"rate": rates[gap.rate], "set_by": {most: sizes[0], least: sizes[1]}, "groups": len(everyone) - len(hidden)},
        p_value=gap.p_value, null_model=CHANCE,
    )  # fmt: skip


def _to_reference(frame: ScoreFrame, at: int, *, is_ratio: bool) -> Finding:
    shown = [shares_shown(rate, frame.cells, frame.rule) for rate in ODDS]
    why = next((int(one.why[place]) for one in shown for place in (at, frame.reference) if one.why[place] != SHOWN), SHOWN)
    kind, unit = ("ratio", "ratio") if is_ratio else ("difference", "share")
    numbers: dict[str, float | None] = {"value": None}
    n: float | None = None
    settings: dict[str, str] = {}
    caveats: tuple[str, ...] = ()
    if why == SHOWN:
        try:
            gap, whole = _gap(frame, ODDS, [at, frame.reference], is_ratio=is_ratio)
        except CannotAnswer as reason:
            caveats = (str(reason),)
        else:
            numbers, n = {"value": gap.value, "low": gap.low, "high": gap.high}, whole[gap.rate, 0]
            settings = {"rate": ODDS[gap.rate], "higher": [frame.groups[at], frame.reference_name][gap.most]}
            caveats = on_few(list(whole[gap.rate]), [frame.groups[at], frame.reference_name])
    return said(
        frame, f"equalised_odds_{kind}_to_reference", numbers, n=n, why=why, caveats=caveats, unit=unit, group=frame.groups[at], reference=frame.reference_name,
        method="the larger of two gaps, whichever way; limits hold for both together", settings=settings,
    )  # fmt: skip


def _balances(frame: ScoreFrame) -> list[Finding]:
    shown, hidden = four_cells(frame)
    balance = error_balance(shown, level=frame.about.level)
    ratio = error_balance_ratios(shown, reference=frame.reference, level=frame.about.level)
    wrong = shown[:, FN] + shown[:, FP]
    found = []
    for at, group in enumerate(frame.groups):
        why = int(hidden[at])
        method = "wrongly passed over for each wrongly flagged; exact limits"
        few = on_few([wrong[at]], [group])
        found.append(said(frame, "group_error_balance", balance, at, n=wrong[at], why=why, caveats=few, unit="ratio", group=group, method=method))
    for at in frame.others:
        why = int(hidden[at] or hidden[frame.reference])
        finding = said(
            frame, "group_error_balance_ratio", ratio, at, n=wrong[at], why=why, caveats=on_few([wrong[at]], [frame.groups[at]]), unit="ratio",
            group=frame.groups[at], reference=frame.reference_name, method="the group's balance over the reference's; limits from the two exact ones",
        )  # fmt: skip
        found.append(finding)
    return found


def _implied(frame: ScoreFrame) -> list[Finding]:
    shown, hidden = four_cells(frame)
    limits = implied_false_positive_rate(shown, reference=frame.reference, level=frame.about.level)
    found = []
    for at in frame.others:
        why = int(hidden[at] or hidden[frame.reference])
        people = float(shown[at, :4].sum())
        finding = said(
            frame, "implied_false_positive_rate", limits, at, n=people, why=why, unit="share", group=frame.groups[at], reference=frame.reference_name,
            caveats=("A what-if: unequal base rates are of recorded outcomes, and do not make unequal errors harmless.",),
            method="the group's base rate with the reference's predictive value and false negative rate (Chouldechova 2017); log-scale limits",
        )  # fmt: skip
        found.append(finding)
    return found
