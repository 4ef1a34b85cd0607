"""Findings on rates by group: the rates, each group's beside the reference's, and what was declared to be tested.

The declared family is judged together (Holm), all other differences as a search (Benjamini and Hochberg).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .disclosure import SHOWN
from .group_rates import FEW_AREAS, RATES, group_rates, rate_differences, rate_ratios, share_of, wider_with_areas
from .intervals import Interval
from .multiplicity import benjamini_hochberg, closest_margin, holm, no_further_apart_p
from .score_frame import EVERYONE, Shares, on_few, said, shares_shown
from .share_comparisons import same_share_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .score_frame import ScoreFrame

FAMILY = ("selection_rate", "false_positive_rate", "false_negative_rate", "positive_predictive_value")
"""Differences that are tested as one family unless the asker declares others."""
MARGIN = 0.05
"""How far apart two shares may be and still count as alike, unless the asker says otherwise."""

FOUR_FIFTHS = (
    "Below 0.8 (“four fifths”) agencies of the United States look closer. That rule has no legal force in the United Kingdom, where the "
    "Equality Act 2010 asks whether a group is put at a particular disadvantage, and whether that is justified."
)
SAME = "both groups have the same share"
WILSON = "Wilson interval"
WITH_AREAS = "the wider of that and whole areas drawn anew with replacement"


def _tested(rate: str) -> bool:
    return not RATES[rate].says_the_same_as


MEASURES = {
    **{f"group_{name}": Measure(rate.title, rate.of, rate.means, "group_rates.group_rates") for name, rate in RATES.items()},
    **{
        f"group_{name}_difference": Measure(
            f"{rate.title}: difference", rate.of,
            f"The group’s share less the reference group’s; 0 is equal. The share: {rate.means}", "group_rates.rate_differences",
        )
        for name, rate in RATES.items()
    },
    **{
        f"group_{name}_ratio": Measure(
            f"{rate.title}: ratio", rate.of,
            f"The group’s share over the reference group’s; 1 is equal. The share: {rate.means}", "group_rates.rate_ratios",
        )
        for name, rate in RATES.items()
    },
    **{
        f"group_{name}_difference_at_most": Measure(
            f"{rate.title}: no further apart than", rate.of,
            "The least difference for which it could be said, at the level given, that the two groups’ shares are no further apart.",
            "multiplicity.closest_margin",
        )
        for name, rate in RATES.items()
        if not rate.says_the_same_as
    },
}  # fmt: skip


def rate_findings(frame: ScoreFrame, *, family: Sequence[str] = FAMILY, margin: float = MARGIN, has_outcome: bool = True) -> list[Finding]:
    """Rates of each group and of everybody; differences and ratios to the reference group; closeness of the declared family.

    Args:
        frame: what findings are made from.
        family: rates whose differences are tested as one declared family.
        margin: how far apart still counts as alike.
        has_outcome: whether outcomes are known; if not, only the share flagged is told.

    Returns:
        Findings: all rates, then all differences, then all ratios, then closest margins.
    """
    rates = [name for name in RATES if has_outcome or name == "selection_rate"]
    shown = {name: shares_shown(name, frame.cells, frame.rule) for name in rates}
    adjusted = _adjusted(frame, shown, family)
    found = [finding for name in rates for finding in _rates(frame, shown[name])]
    found += [finding for name in rates for finding in _differences(frame, shown[name], adjusted)]
    found += [finding for name in rates for finding in _ratios(frame, shown[name])]
    return found + _margins(frame, [shown[name] for name in family if name in shown], margin)


def with_areas(frame: ScoreFrame, plain: Interval, draws: NDArray[np.float64] | None, *, is_ratio: bool = False, within: tuple[float, float]) -> Interval:
    """The wider of plain limits and those of areas drawn again, where enough areas are known."""
    if draws is None or frame.areas is None or len(frame.areas) < FEW_AREAS:
        return plain
    return wider_with_areas(plain, draws, areas=len(frame.areas), level=frame.about.level, is_ratio=is_ratio, within=within)


def how(frame: ScoreFrame, plain: str) -> str:
    """How limits were found, in words."""
    return plain if frame.areas is None or len(frame.areas) < FEW_AREAS else f"{plain}, or {WITH_AREAS}"


def _rates(frame: ScoreFrame, shown: Shares) -> list[Finding]:
    level, name = frame.about.level, shown.rate
    draws = None if frame.draws is None else share_of(frame.draws, name)
    limits = with_areas(frame, group_rates(shown.cells, name, level=level), draws, within=(0.0, 1.0))
    found = [_rate(frame, shown, limits, at, group) for at, group in enumerate(frame.groups)]
    all_ = shares_shown(name, frame.cells.sum(axis=0, keepdims=True), frame.rule, shows_total=False)
    draws = None if frame.draws is None else share_of(frame.draws.sum(axis=1), name)[:, None]
    limits = with_areas(frame, group_rates(all_.cells, name, level=level), draws, within=(0.0, 1.0))
    return [*found, _rate(frame, all_, limits, 0, EVERYONE)]


def _rate(frame: ScoreFrame, shown: Shares, limits: Interval, at: int, group: str) -> Finding:
    method = f"people of the group; {how(frame, WILSON)}"
    few = on_few([shown.whole[at]], [group])
    return said(frame, f"group_{shown.rate}", limits, at, n=shown.whole[at], why=shown.why[at], caveats=few, group=group, unit="share", method=method)


def _why(frame: ScoreFrame, shown: Shares, at: int) -> int:
    """A comparison is hidden where either side is."""
    return int(shown.why[at] if shown.why[at] != SHOWN else shown.why[frame.reference])


def _few(frame: ScoreFrame, shown: Shares, at: int) -> tuple[str, ...]:
    return on_few([shown.whole[at], shown.whole[frame.reference]], [frame.groups[at], frame.reference_name])


def _settings(frame: ScoreFrame, shown: Shares, at: int) -> dict[str, Any]:
    return {"people": shown.whole[at], "reference_people": shown.whole[frame.reference]}


def _adjusted(frame: ScoreFrame, shown: dict[str, Shares], family: Sequence[str]) -> dict[tuple[str, int], tuple[float, float, str]]:
    """For each difference tested: its p-value as it is, raised, and how; hidden ones are not tested."""
    keys = [(name, at) for name in shown if _tested(name) for at in frame.others if _why(frame, shown[name], at) == SHOWN]
    plain = {key: _p_value(shown[key[0]], key[1], frame.reference) for key in keys}
    declared = [key for key in keys if key[0] in family]
    searched = [key for key in keys if key[0] not in family]
    raised: dict[tuple[str, int], tuple[float, float, str]] = {}
    for some, raise_, words in (
        (declared, holm, f"Holm over the {len(declared)} differences of the declared family"),
        (searched, benjamini_hochberg, f"Benjamini-Hochberg over the {len(searched)} other differences"),
    ):
        raised |= {key: (plain[key], float(p), words) for key, p in zip(some, raise_([plain[key] for key in some]), strict=True)}
    return raised


def _p_value(shown: Shares, at: int, reference: int) -> float:
    return float(same_share_p(shown.part[at], shown.whole[at], shown.part[reference], shown.whole[reference]))


def _differences(frame: ScoreFrame, shown: Shares, adjusted: dict[tuple[str, int], tuple[float, float, str]]) -> list[Finding]:
    name, found = shown.rate, []
    draws = None if frame.draws is None else share_of(frame.draws, name) - share_of(frame.draws, name)[:, [frame.reference]]
    plain = rate_differences(shown.cells, name, reference=frame.reference, level=frame.about.level)
    limits = with_areas(frame, plain, draws, within=(-1.0, 1.0))
    for at in frame.others:
        p_value, raised, words = adjusted.get((name, at), (np.nan, np.nan, ""))
        settings = _settings(frame, shown, at)
        method = f"the group's share less the reference's; {how(frame, 'Newcombe interval')}"
        if words:
            settings |= {"p_unadjusted": p_value, "p_adjusted_by": words}
            method += f"; p by Fisher's exact test (chi-squared for large counts), people taken as independent, {words}"
        elif not _tested(name):
            method += f"; its test is that of {RATES[name].says_the_same_as}"
        finding = said(
            frame, f"group_{name}_difference", limits, at, n=shown.whole[at], why=_why(frame, shown, at), caveats=_few(frame, shown, at),
            unit="share", group=frame.groups[at], reference=frame.reference_name, method=method, settings=settings, p_value=raised if words else None,
            null_model=SAME if words else None,
        )  # fmt: skip
        found.append(finding)
    return found


def _ratios(frame: ScoreFrame, shown: Shares) -> list[Finding]:
    name, found = shown.rate, []
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = None if frame.draws is None else share_of(frame.draws, name) / share_of(frame.draws, name)[:, [frame.reference]]
    plain = rate_ratios(shown.cells, name, reference=frame.reference, level=frame.about.level)
    limits = with_areas(frame, plain, draws, is_ratio=True, within=(0.0, np.inf))
    for at in frame.others:
        caveats = _few(frame, shown, at) + ((FOUR_FIFTHS,) if name == "selection_rate" else ())
        if shown.whole[frame.reference] > 0 and shown.part[frame.reference] == 0:
            caveats = ("Not given: nobody of the reference group's part, so there is nothing to divide by.",)
        finding = said(
            frame, f"group_{name}_ratio", limits, at, n=shown.whole[at], why=_why(frame, shown, at), caveats=caveats, unit="ratio", group=frame.groups[at],
            reference=frame.reference_name, method=f"the group's share over the reference's; {how(frame, 'limits from the two Wilson intervals')}",
            settings=_settings(frame, shown, at),
        )  # fmt: skip
        found.append(finding)
    return found


def _margins(frame: ScoreFrame, family: list[Shares], margin: float) -> list[Finding]:
    """How near the groups can be said to be; what was declared is judged together."""
    keys = [(shown, at) for shown in family if _tested(shown.rate) for at in frame.others]
    open_ = [_why(frame, shown, at) == SHOWN for shown, at in keys]
    pairs = [(shown.part[at], shown.whole[at], shown.part[frame.reference], shown.whole[frame.reference]) for shown, at in keys]
    plain = [float(no_further_apart_p(*pair, margin=margin)) if is_open else np.nan for pair, is_open in zip(pairs, open_, strict=True)]
    raised, found = holm(plain), []
    words = f"two one-sided score tests (TOST) for {margin:g}, Holm over the {sum(open_)} of the declared family"
    for (shown, at), pair, p_value, p_raised in zip(keys, pairs, plain, raised, strict=True):
        least = float(closest_margin(*pair, level=frame.about.level))
        finding = said(
            frame, f"group_{shown.rate}_difference_at_most", {"value": least if np.isfinite(least) else None}, n=shown.whole[at], why=_why(frame, shown, at),
            caveats=("Read off after looking; the p-value is for the margin said beforehand. People are taken as independent.",), unit="share",
            group=frame.groups[at], reference=frame.reference_name, p_value=p_raised,
            null_model=f"the two groups' shares are {margin:g} or more apart",
            method=f"further limit of Newcombe's interval at the doubled error; itself a limit, so it has no interval; p by {words}",
            settings={"margin": margin, "p_unadjusted": p_value, **_settings(frame, shown, at)},
        )  # fmt: skip
        found.append(finding)
    return found
