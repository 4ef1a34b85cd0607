"""How much does the choice of system change who is policed, and does any beat counting?

Every system gets the same share of ground in every month. Then: how much later recorded crime lies there, beside what a
plain count of past crime would have held; whom it exposes; how much of the ground two systems share; and how long a
system stays with the same ground.

Read with care: later records are not an independent test of any of them, for patrols sent to a place record more there.
And a system that shares little ground with another may be no worse: where crime is spread thin, many maps do equally well.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .block_intervals import mean_of_blocks, share_difference_of_blocks, share_of_blocks
from .comparison import Common, Measured, Ranked, at, held
from .intervals import share_wilson
from .limits import STUDENTISED, heaped, lacking, numbers_at
from .same_ground import ground_shared, shared_by_lot
from .studentised import Quotient, studentised_quotients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .intervals import Interval

_EVENTS = "later recorded crimes of the kinds judged"
MEASURES = {
    "captured_on_equal_ground": Measure(
        "Share of later recorded crime on the same share of ground", _EVENTS,
        "Of the crime recorded later, the share recorded on the ground a system ranks first, every system being given the same share of all ground.",
        "same_ground.flagged_part",
    ),
    "captured_on_equal_ground_difference": Measure(
        "Captured on the same share of ground, less the baseline’s", _EVENTS,
        "Above 0 the system’s ground held more later recorded crime than the baseline’s, both having the same share of ground.",
        "block_intervals.share_difference_of_blocks",
    ),
    "captured_difference_on_own_squares": Measure(
        "Captured on the same share of ground, less counting on the system’s own squares", _EVENTS,
        "Above 0 the system’s ground held more later recorded crime than a plain count’s on squares of the same size; small squares hold more by themselves.",
        "block_intervals.share_difference_of_blocks",
    ),
    "months_ahead_of_baseline": Measure(
        "Months in which the system held more than the baseline", "months in which the two differ",
        "Of the months in which the two held unequal shares of later recorded crime, the share in which the system’s was the larger.",
        "intervals.share_wilson",
    ),
    "exposure_ratio_over_months": Measure(
        "Exposure ratio, mean over months", "residents of the place",
        "How many times as likely a member of the group is to live on the flagged ground as one of the reference group, over all months.",
        "exposure.exposure_ratio",
    ),
    "exposure_ratio_over_months_beside_baseline": Measure(
        "Exposure ratio over the baseline’s", "residents of the place",
        "Above 1 the system weighs more on the group, beside the reference group, than the baseline does on the same share of ground.",
        "studentised.studentised_quotients",
    ),
    "ground_shared": Measure(
        "Ground that two systems share", "months",
        "Ground flagged by both over ground flagged by either, on average over the months; 1 is the same map.", "same_ground.ground_shared",
    ),
    "ground_shared_with_month_before": Measure(
        "Ground that a system shares with its own month before", "pairs of successive months",
        "Ground flagged in both months over ground flagged in either; 1 is the same map.", "same_ground.ground_shared",
    ),
    "ground_any_share": Measure(
        "Ground that any of the systems flags", "km² of ground", "Share of all ground that at least one of the systems flags for the most part, on average.",
        "same_ground.flagged_part",
    ),
    "ground_agreed_share": Measure(
        "Ground that most systems agree on", "km² of ground that any flags",
        "Of the ground that at least one system flags, the share that more than half of them flag.", "same_ground.flagged_part",
    ),
    "residents_any_share": Measure(
        "Residents whom at least one of the systems flags", "residents of the place",
        "Share of a group’s residents who live on ground that at least one of the systems flags.", "same_ground.flagged_part",
    ),
    "predictions_followed_own_share": Measure(
        "Share of a system’s own flagged squares in which any crime was recorded", "squares flagged, month by month",
        "Of the squares flagged by the system’s own rule and number, the share in which any crime was recorded that month. Large squares hit more easily.",
        "block_intervals.share_of_blocks",
    ),
    "captured_by_own_flags": Measure(
        "Share of later recorded crime in a system’s own flagged squares", _EVENTS,
        "As flagged by the system’s own rule and number: the more ground, the more crime it holds.", "block_intervals.share_of_blocks",
    ),
    "own_ground_share": Measure(
        "Share of all ground in a system’s own flagged squares", "km² of ground", "What the system flags by its own rule and number.", "accuracy.pai",
    ),
}
POINTS = "Wilson’s interval on as many crimes as the published points are worth, whole points drawn anew"


def captures(found: Sequence[Measured], common: Common, *, baseline: str, share: float, about: About) -> list[Finding]:
    """How much later recorded crime each system's ground holds, and how much more than the baseline's.

    Args:
        found: the systems, the baseline among them.
        common: what they are held against.
        baseline: its name.
        share: of ground that each was given.
        about: place, period, source and caveats of the findings.

    Returns:
        For each system the share captured; for each but the baseline the difference, whether it can be told apart when all
        are compared at once, and the share of months in which it was ahead.
    """
    whole, plain = common.events.sum(axis=0), next(one for one in found if one.name == baseline)
    out = []
    for one in found:
        numbers = _numbers(share_of_blocks(one.captured.sum(axis=0), whole, blocks="places", level=about.level))
        method = f"later crimes on the best-ranked ground over all; {POINTS}"
        out.append(_of(about, "captured_on_equal_ground", numbers, one.name, None, "share", whole.sum(), method, ground_share=share))
    for one in found:
        if one.name != baseline:
            out += [_beside(one, plain, whole, len(found) - 1, share, about), _ahead(one, plain, share, about)]
    return out


def beside_own_squares(pairs: Sequence[tuple[Measured, Measured]], common: Common, *, share: float, about: About) -> list[Finding]:
    """How much more later recorded crime each system's ground holds than that of plain counting on squares of its own size.

    Args:
        pairs: each system and the plain count on its own squares.
        common, share, about: as in `captures`.
    """
    whole = common.events.sum(axis=0)
    return [_beside(one, twin, whole, len(pairs), share, about, measure="captured_difference_on_own_squares") for one, twin in pairs]


def _beside(
    one: Measured, plain: Measured, whole: NDArray[np.float64], family: int, share: float, about: About, *, measure: str = "captured_on_equal_ground_difference"
) -> Finding:
    gap = one.captured - plain.captured
    sides = np.maximum(gap, 0).sum(axis=0), np.maximum(-gap, 0).sum(axis=0)
    numbers = _numbers(share_difference_of_blocks(*sides, whole, blocks="places", level=about.level))
    strict = _numbers(share_difference_of_blocks(*sides, whole, blocks="places", level=1 - (1 - about.level) / family))
    method = f"share captured less the baseline’s, on the same crimes; {POINTS}; told apart: by limits that hold for all {family} at once (Bonferroni)"
    settings = {"told_apart": _side(strict, parity=0.0), "comparisons": family, "low_for_all": strict["low"], "high_for_all": strict["high"]}
    return _of(about, measure, numbers, one.name, plain.name, "share", whole.sum(), method, ground_share=share, **settings)


def _ahead(one: Measured, plain: Measured, share: float, about: About) -> Finding:
    gap = held(one) - held(plain)
    more, unequal = int((gap > 1e-9).sum()), int((np.abs(gap) > 1e-9).sum())
    numbers = _numbers(share_wilson(more, unequal, level=about.level))
    method = "months in which the system held more, over months in which the two differ; Wilson’s interval, months taken as independent"
    return _of(about, "months_ahead_of_baseline", numbers, one.name, plain.name, "share", unequal, method, ground_share=share, months=len(gap))


def exposures(
    found: Sequence[Measured], common: Common, *, baseline: str, reference: str, share: float, about: About, replicates: int, seed: int
) -> list[Finding]:
    """Whom each system's ground exposes, month by month on average, and how that compares with the baseline's.

    Args:
        found, common, baseline, share, about: as in `captures`.
        reference: the group to compare with.
        replicates, seed: of areas drawn again.
    """
    at_reference, groups, systems = common.position(reference), len(common.groups), len(found)
    columns = np.hstack([common.residents * one.of_areas[:, None] for one in found] + [common.residents])
    plain = next(i for i, one in enumerate(found) if one.name == baseline)
    asked = [(s, g, beside) for beside in (False, True) for s in range(systems) for g in range(groups) if g != at_reference and not (beside and s == plain)]

    def quotient(s: int, g: int, beside: bool) -> Quotient:
        under = (plain * groups + g, s * groups + at_reference) if beside else (systems * groups + g, s * groups + at_reference)
        return Quotient((s * groups + g, (plain if beside else systems) * groups + at_reference), under)

    again: dict[str, Any] = {"replicates": replicates, "seed": seed}
    limits = studentised_quotients(columns, [quotient(*one) for one in asked], level=about.level, **again)
    family = max(systems - 1, 1)
    strict = studentised_quotients(columns, [quotient(*one) for one in asked], level=1 - (1 - about.level) / family, **again)
    out = []
    for i, (s, g, beside) in enumerate(asked):
        told: dict[str, Any] = {"system": found[s].name, "ground_share": share}
        if beside:
            told |= {"baseline": baseline, "told_apart": _side(numbers_at(strict, i), parity=1.0), "comparisons": family}
        narrow = heaped(columns[:, s * groups + g] + columns[:, s * groups + at_reference], np.arange(len(columns)))
        out.append(_exposure(numbers_at(limits, i), common, g, reference, about, told, narrow))
    return out


def _exposure(
    numbers: dict[str, Any], common: Common, g: int, reference: str, about: About, told: dict[str, Any], narrow: tuple[str, ...]
) -> Finding:
    """One system's exposure ratio for one group, or that ratio over the baseline's."""
    beside = "baseline" in told
    method = f"residents on flagged ground over residents, the mean over months, over the reference group’s; {STUDENTISED}"
    if beside:
        method = f"the system’s exposure ratio over the baseline’s; {STUDENTISED}, the same for both; told apart: by limits for all at once (Bonferroni)"
    return about.finding(
        "exposure_ratio_over_months_beside_baseline" if beside else "exposure_ratio_over_months",
        **numbers,
        group=common.groups[g],
        reference=reference,
        unit="ratio",
        n=float(common.residents[:, g].sum()),
        method=method,
        caveats=(*lacking(numbers), *narrow),
        settings=told,
    )


def _side(numbers: dict[str, Any], *, parity: float) -> str:
    """Whether limits lie above or below the value at which nothing differs."""
    if numbers["low"] is not None and numbers["low"] > parity:
        return "more"
    return "less" if numbers["high"] is not None and numbers["high"] < parity else "not told apart"


def overlaps(found: Sequence[Measured], common: Common, *, share: float, about: About) -> list[Finding]:
    """How much ground every two systems share, and each with its own month before."""
    months, out = len(common.months), []
    method = "ground flagged by both over ground flagged by either, the mean over months; limits: Student’s, for months"
    for one, other in combinations(found, 2):
        shared = ground_shared(one.on_pieces, other.on_pieces, common.piece_km2)
        numbers = _within_one(mean_of_blocks(shared, np.ones(months), level=about.level))
        out.append(_of(about, "ground_shared", numbers, one.name, other.name, "share", months, method, ground_share=share, by_lot=shared_by_lot(share)))
    for one in found if months > 1 else ():
        kept = ground_shared(one.on_pieces[1:], one.on_pieces[:-1], common.piece_km2)
        numbers = _within_one(mean_of_blocks(kept, np.ones(months - 1), level=about.level))
        said = "ground flagged in both months over ground flagged in either, the mean over successive months; limits: Student’s"
        out.append(_of(about, "ground_shared_with_month_before", numbers, one.name, None, "share", months - 1, said, ground_share=share))
    return out


def agreement(found: Sequence[Measured], common: Common, *, share: float, about: About) -> list[Finding]:
    """How much ground, and whose homes, any of the systems flags, and how much of it most agree on; a piece counts as flagged when most of it is."""
    by = np.array([[(one.on_pieces[m] > 0.5) for one in found] for m in range(len(common.months))]).sum(axis=1)
    ground, anywhere = common.piece_km2, by >= 1
    any_km2 = anywhere @ ground
    settings = {"ground_share": share, "systems": len(found)}
    full = "the mean over months; a full count of the ground, so no interval"
    numbers = {"value": float(any_km2.mean() / ground.sum()), "low": None, "high": None}
    out = [_of(about, "ground_any_share", numbers, None, None, "share", float(ground.sum()), f"ground that any system flags over all, {full}", **settings)]
    agreed = float(((by > len(found) / 2) @ ground).sum() / any_km2.sum()) if any_km2.sum() > 0 else None
    method = f"ground that more than half of the systems flag over ground that any flags, {full}"
    out.append(_of(about, "ground_agreed_share", {"value": agreed, "low": None, "high": None}, None, None, "share", float(any_km2.mean()), method, **settings))
    people = common.piece_people.sum(axis=0)
    for g, group in enumerate(common.groups):
        value = float((anywhere @ common.piece_people[:, g]).mean() / people[g]) if people[g] > 0 else None
        said = f"residents on ground that any system flags over residents, {full}"
        out.append(_of(about, "residents_any_share", {"value": value, "low": None, "high": None}, group, None, "share", float(people[g]), said, **settings))
    return out


def own_flags(ranked: Sequence[Ranked], common: Common, *, about: About) -> list[Finding]:
    """What each system holds by its own rule and number: the figures that are called "hit rates", each by its name."""
    out, whole = [], common.events.sum(axis=0)
    for one in ranked:
        if one.own_flags is None:
            continue
        flags = one.own_flags.astype(float)
        inside = (common.events * at(flags, one.cell_of_point)).sum(axis=0)
        by_cell = np.stack([np.bincount(one.cell_of_point[one.cell_of_point >= 0], row[one.cell_of_point >= 0], flags.shape[1]) for row in common.events])
        hits, listed = (flags * (by_cell > 0)).sum(axis=0), flags.sum(axis=0)
        ground = {"value": float((flags @ one.ground_km2).mean() / one.ground_km2.sum()), "low": None, "high": None}
        squares = {"squares_a_month": float(flags.sum(axis=1).mean()), "km2_a_square": float(np.median(one.ground_km2))}
        captured = _numbers(share_of_blocks(inside, whole, blocks="places", level=about.level))
        followed = _numbers(share_of_blocks(hits[listed > 0], listed[listed > 0], blocks="places", level=about.level))
        method = "ground of flagged squares over all, the mean over months; a full count, so no interval"
        out += [
            _of(about, "own_ground_share", ground, one.name, None, "share", float(one.ground_km2.sum()), method, **squares),
            _of(about, "captured_by_own_flags", captured, one.name, None, "share", whole.sum(), f"later crimes in flagged squares; {POINTS}", **squares),
            _of(
                about, "predictions_followed_own_share", followed, one.name, None, "share", listed.sum(),
                "flagged squares with any recorded crime in their month over flagged squares; whole squares drawn anew", **squares,
            ),
        ]  # fmt: skip
    return out


def _of(
    about: About, measure: str, numbers: dict[str, Any], group: str | None, reference: str | None, unit: str, n: float, method: str, **told: Any
) -> Finding:
    """One finding about a system (or a group of residents)."""
    return about.finding(measure, **numbers, group=group, reference=reference, unit=unit, n=float(n), method=method, settings=told)


def _numbers(interval: Interval) -> dict[str, Any]:
    value, low, high = (float(np.asarray(part)) for part in interval)
    return {name: number if np.isfinite(number) else None for name, number in (("value", value), ("low", low), ("high", high))}


def _within_one(interval: Interval) -> dict[str, Any]:
    """Limits of a share that lie within 0 and 1."""
    return {name: None if number is None else min(max(number, 0.0), 1.0) for name, number in _numbers(interval).items()}
