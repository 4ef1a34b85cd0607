"""How often a score is right, and how often wrong in which way, for each group of people.

Six numbers of people say all there is: flagged or not, crossed with the outcome recorded later (yes, no,
unknown). Every rate here is a part of them over that part and a rest, so one line of `RATES` is the
whole definition of a rate, for counts, for draws of counts and for counts by area alike.

Read with care: "right" means that what was recorded later agrees with the flag. What is recorded
depends on where police look: see label_bias.py. Where base rates differ, no score can have equal
rates of every kind: see trade_offs.py.

Steps, in order:  cells_of -> group_rates, rate_differences, rate_ratios -> wider_with_areas, where areas are known
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .area_resampling import area_sums, log_limits, plain_limits
from .intervals import Interval, over_or_nan, share_difference, share_wilson
from .share_comparisons import share_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

TP, FP, FN, TN, FLAGGED_UNKNOWN, OTHER_UNKNOWN = range(6)
"""Positions in the last axis of cells: flagged and positive, flagged and negative, not flagged and positive, not flagged
and negative, flagged with unknown outcome, not flagged with unknown outcome. Positive: the outcome was recorded."""
_COLUMNS = ((FLAGGED_UNKNOWN, TP, FP), (OTHER_UNKNOWN, FN, TN))
FEW_AREAS = 10
"""Areas with people below which drawing them again says too little."""


@dataclass(frozen=True)
class Rate:
    """A rate: the people in `part` over those in `part` and `rest`.

    Attributes:
        title: its everyday name.
        of: what its denominator counts.
        means: one sentence.
        part, rest: positions of cells.
        says_the_same_as: the rate that is 1 less this one, where its test is reported.
    """

    title: str
    of: str
    means: str
    part: tuple[int, ...]
    rest: tuple[int, ...]
    says_the_same_as: str = ""


RATES = {
    "selection_rate": Rate(
        "Share flagged", "people of the group", "Of the group’s people, the share who were flagged.",
        (TP, FP, FLAGGED_UNKNOWN), (FN, TN, OTHER_UNKNOWN),
    ),
    "false_positive_rate": Rate(
        "Wrongly flagged", "people of the group with no outcome recorded", "Of those for whom the outcome was not recorded later, the share who were flagged.",
        (FP,), (TN,),
    ),
    "false_negative_rate": Rate(
        "Wrongly passed over", "people of the group with the outcome recorded",
        "Of those for whom the outcome was recorded later, the share who were not flagged.",
        (FN,), (TP,),
    ),
    "positive_predictive_value": Rate(
        "Right when flagged", "flagged people of the group", "Of those flagged, the share for whom the outcome was recorded later.",
        (TP,), (FP,),
    ),
    "negative_predictive_value": Rate(
        "Right when not flagged", "people of the group not flagged", "Of those not flagged, the share for whom the outcome was not recorded later.",
        (TN,), (FN,),
    ),
    "base_rate": Rate(
        "Outcome recorded", "people of the group", "Of the group’s people, the share for whom the outcome was recorded later.",
        (TP, FN), (FP, TN),
    ),
    "accuracy": Rate(
        "Right in all", "people of the group", "The share for whom flag and recorded outcome agree.",
        (TP, TN), (FP, FN),
    ),
    "true_positive_rate": Rate(
        "Rightly flagged", "people of the group with the outcome recorded",
        "Of those for whom the outcome was recorded later, the share who were flagged; equal rates are called equal opportunity.",
        (TP,), (FN,), "false_negative_rate",
    ),
    "true_negative_rate": Rate(
        "Rightly passed over", "people of the group with no outcome recorded",
        "Of those for whom the outcome was not recorded later, the share who were not flagged.",
        (TN,), (FP,), "false_positive_rate",
    ),
    "false_discovery_rate": Rate(
        "Wrong when flagged", "flagged people of the group", "Of those flagged, the share for whom the outcome was not recorded later.",
        (FP,), (TP,), "positive_predictive_value",
    ),
    "false_omission_rate": Rate(
        "Wrong when not flagged", "people of the group not flagged", "Of those not flagged, the share for whom the outcome was recorded later.",
        (FN,), (TN,), "negative_predictive_value",
    ),
}  # fmt: skip


def cells_of(counts: pd.DataFrame, groups: Sequence[Any], *, by: str = "group") -> NDArray[np.float64]:
    """The six numbers of people of each group.

    Args:
        counts: columns `by`, is_flagged, outcome, people.
        groups: in the order wanted; people of others are left out.
        by: the column that holds the groups.

    Returns:
        Shape (groups, 6), in the order of TP, FP, FN, TN, FLAGGED_UNKNOWN, OTHER_UNKNOWN. People of whom it is not
        known whether they were flagged are in none of them.

    Example:
        >>> import pandas as pd
        >>> counts = pd.DataFrame({"group": ["A", "A", "B"], "is_flagged": [True, False, True], "outcome": [True, None, False], "people": [3, 4, 5]})
        >>> cells_of(counts, ["A", "B"]).tolist()
        [[3.0, 0.0, 0.0, 0.0, 0.0, 4.0], [0.0, 5.0, 0.0, 0.0, 0.0, 0.0]]
    """
    place = {name: at for at, name in enumerate(groups)}
    row = counts[by].map(place)
    known = row.notna() & counts["is_flagged"].notna()
    kept = counts[known]
    flagged = kept["is_flagged"].to_numpy(dtype=bool)
    outcome = kept["outcome"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    if_flagged, if_not = (np.where(np.isnan(outcome), unknown, np.where(outcome > 0, yes, no)) for unknown, yes, no in _COLUMNS)
    at = row[known].to_numpy(dtype=int) * 6 + np.where(flagged, if_flagged, if_not)
    added = np.bincount(at, weights=kept["people"].to_numpy(dtype=float), minlength=6 * len(groups))
    return added.astype(float).reshape(len(groups), 6)


def cells_by_area(by_area: pd.DataFrame, groups: Sequence[str]) -> NDArray[np.float64]:
    """The six numbers of people of each group in each area; shape (areas, groups, 6). People of no area are left out.

    Example:
        >>> import pandas as pd
        >>> counts = pd.DataFrame({"area_code": ["x", "y"], "group": ["A", "A"], "is_flagged": [True, True], "outcome": [True, False], "people": [3, 4]})
        >>> cells_by_area(counts, ["A"])[:, 0, :2].tolist()
        [[3.0, 0.0], [0.0, 4.0]]
    """
    there = by_area[by_area["area_code"].notna() & by_area["group"].isin(list(groups))]
    areas = sorted(there["area_code"].unique())
    place = {code: at for at, code in enumerate(areas)}
    position = {name: at for at, name in enumerate(groups)}
    row = there["area_code"].map(place) * len(groups) + there["group"].map(position)
    return cells_of(there.assign(row=row), range(len(areas) * len(groups)), by="row").reshape(len(areas), len(groups), 6)


def parts_of(cells: ArrayLike, rate: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Part and rest of a rate, from cells of any leading shape.

    Example:
        >>> parts_of([805, 0, 532, 990, 0, 0], "false_negative_rate")
        (np.float64(532.0), np.float64(805.0))
    """
    held, wanted = np.asarray(cells, dtype=float), RATES[rate]
    return held[..., list(wanted.part)].sum(axis=-1), held[..., list(wanted.rest)].sum(axis=-1)


def share_of(cells: ArrayLike, rate: str) -> NDArray[np.float64]:
    """A rate without limits, from cells of any leading shape; nan where its whole is nobody.

    Example:
        >>> float(share_of([1369, 805, 532, 990, 0, 0], "false_positive_rate").round(4))
        0.4485
    """
    part, rest = parts_of(cells, rate)
    return over_or_nan(part, part + rest)


def group_rates(cells: ArrayLike, rate: str, *, level: float = 0.95) -> Interval:
    """A rate of each group with Wilson's limits.

    Args:
        cells: shape (groups, 6); see `cells_of`.
        rate: one of `RATES`.
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (groups,); nan where the rate's whole is nobody.

    Raises:
        BadValue: counts that are none.

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> value, low, high = group_rates([black, white], "false_positive_rate")
        >>> [f"{v:.3f} ({l:.3f} to {h:.3f})" for v, l, h in zip(value, low, high)]
        ['0.448 (0.426 to 0.472)', '0.235 (0.214 to 0.257)']

    Read with care:
        People are taken as independent. "Wrong" is measured against what was recorded, not against what happened.

    Source: Chouldechova (2017), Big Data 5(2), 153-163, for the rates; Wilson (1927), JASA 22(158), 209-212, for the limits.
    """
    part, rest = parts_of(cells, rate)
    return share_wilson(part, part + rest, level=level)


def rate_differences(cells: ArrayLike, rate: str, *, reference: int, level: float = 0.95) -> Interval:
    """A rate of each group less the reference group's, with Newcombe's limits.

    Args:
        cells: shape (groups, 6).
        rate: one of `RATES`.
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (groups,), from -1 to 1; 0 is parity. The reference has no limits (nan).

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> value, low, high = rate_differences([black, white], "false_positive_rate", reference=1)
        >>> f"{value[0]:.3f} ({low[0]:.3f} to {high[0]:.3f})"
        '0.214 (0.182 to 0.245)'

    Read with care:
        A difference of selection rates (demographic parity) is not a difference of treatment where recorded
        outcomes differ; a difference of error rates can come from different base rates alone.

    Source: Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.
    """
    part, rest = parts_of(cells, rate)
    found = share_difference(part, part + rest, part[reference], part[reference] + rest[reference], level=level)
    return _without_reference(found, reference)


def rate_ratios(cells: ArrayLike, rate: str, *, reference: int, level: float = 0.95) -> Interval:
    """A rate of each group over the reference group's.

    Args:
        cells: shape (groups, 6).
        rate: one of `RATES`.
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (groups,); 1 is parity. nan where the reference's rate is 0; the reference has no limits.

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> value, low, high = rate_ratios([black, white], "selection_rate", reference=1)
        >>> f"{value[0]:.3f} ({low[0]:.3f} to {high[0]:.3f})"
        '1.690 (1.592 to 1.796)'

    Read with care:
        A selection ratio below four fifths is a rule of thumb of United States agencies. It has no legal force in
        the United Kingdom, and says nothing of how many people are affected.

    Source: Donner & Zou (2012), Statistical Methods in Medical Research 21(4), 347-359.
    """
    part, rest = parts_of(cells, rate)
    return _without_reference(share_ratio(part, part + rest, part[reference], part[reference] + rest[reference], level=level), reference)


def drawn_cells(cells_in_areas: NDArray[np.float64], *, replicates: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """Cells of each group, whole areas drawn again with replacement; shape (replicates, groups, 6).

    Example:
        >>> drawn_cells(np.ones((30, 2, 6)), replicates=4).shape
        (4, 2, 6)
    """
    areas, groups, _ = cells_in_areas.shape
    return area_sums(cells_in_areas.reshape(areas, -1), replicates=replicates, seed=seed).reshape(replicates, groups, 6)


def wider_with_areas(
    plain: Interval, draws: NDArray[np.float64], *, areas: int, level: float = 0.95, is_ratio: bool = False, within: tuple[float, float] = (-1.0, 1.0)
) -> Interval:
    """The wider of limits that take people as independent and limits from areas drawn again, end by end.

    Args:
        plain: with limits of the first kind, shape (groups,).
        draws: the same number of each draw, shape (replicates, groups).
        areas: how many areas were drawn from.
        level: coverage, between 0 and 1.
        is_ratio: limits on the log scale; they have no upper end to be kept within.
        within: the lowest and highest the number can be.

    Returns:
        Interval with the same values. Where the draws give no limit, the plain ones.

    Example:
        >>> plain = Interval(np.array([0.5]), np.array([0.45]), np.array([0.55]))
        >>> found = wider_with_areas(plain, np.array([[0.3], [0.5], [0.7]]), areas=20)
        >>> bool(found.low[0] < 0.45 < 0.55 < found.high[0])
        True

    Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8.
    """
    limits = log_limits if is_ratio else plain_limits
    low, high = limits(plain.value, draws, level=level, areas=areas)
    if not is_ratio:
        low, high = np.clip(low, *within), np.clip(high, *within)
    return Interval(plain.value, np.fmin(plain.low, low), np.fmax(plain.high, high))


def require_positions(groups: Sequence[str], reference: str) -> int:
    """Where the reference stands among the groups.

    Raises:
        CannotAnswer: there is one group only.
        BadSetting: the reference is not among them.

    Example:
        >>> require_positions(["Black", "White"], "White")
        1
    """
    if reference not in groups:
        raise BadSetting(f"The reference group {reference!r} is not in the table. Groups found: {', '.join(groups)}.")
    if len(groups) < 2:
        raise CannotAnswer(f"All people are of one group ({reference}), so nothing can be compared.")
    return list(groups).index(reference)


def _without_reference(found: Interval, reference: int) -> Interval:
    apart = np.arange(len(found.value)) != reference
    return Interval(found.value, np.where(apart, found.low, np.nan), np.where(apart, found.high, np.nan))
