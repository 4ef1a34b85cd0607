"""Findings on ratios within areas: crude, adjusted for area, what the areas add, and the spread of small areas.

The three adjusted ratios answer one question under different assumptions; where they differ much, areas
differ much, and the spread over areas is the better answer. Single areas are shown only on request and only
where both groups have at least five stops.

Steps, in order:  comparable areas -> split, likelihoods -> small areas -> findings
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .adjusted_ratio import FEWEST_AREAS, allocation_split, comparable, mantel_haenszel, poisson_within_areas
from .intervals import Interval
from .negative_binomial import negative_binomial_within_areas
from .small_areas import SmallAreas, small_area_ratios
from .stop_frame import INDEPENDENT, Frame, compared_groups, one, plain
from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..tables.findings import Finding

MEASURES = {
    "stop_rate_ratio_areas_together": Measure(
        "Stop rate ratio, comparable areas put together", "stops of the group in those areas",
        "The crude ratio over the areas where both groups live: what the ratio within areas is to be compared with.",
        "adjusted_ratio.allocation_split",
    ),
    "stop_rate_ratio_within_areas": Measure(
        "Stop rate ratio within areas", "stops of the group in those areas",
        "The ratio among people of the same area, areas weighted as Mantel and Haenszel do; 1 is equal.",
        "adjusted_ratio.mantel_haenszel",
    ),
    "stop_rate_ratio_allocation": Measure(
        "What the areas add to the stop rate ratio", "stops of the group in those areas",
        "The factor by which living in other areas raises (above 1) or lowers the ratio: crude over within.",
        "adjusted_ratio.allocation_split",
    ),
    "allocation_share_of_log_ratio": Measure(
        "Share of the ratio that the areas add", "stops of the group in those areas",
        "The part of the crude ratio’s logarithm that comes from which areas people live in.",
        "adjusted_ratio.allocation_split",
    ),
    "stop_rate_ratio_within_areas_poisson": Measure(
        "Stop rate ratio within areas, by likelihood", "stops of the group in those areas",
        "The same by maximum likelihood, each area with a level of its own.",
        "adjusted_ratio.poisson_within_areas",
    ),
    "stop_rate_ratio_within_areas_scattered": Measure(
        "Stop rate ratio within areas, with scatter", "stops of the group in those areas",
        "The same where rates scatter more than chance (negative binomial): nearer to a typical area than to a typical stop.",
        "negative_binomial.negative_binomial_within_areas",
    ),
    "area_ratio_typical": Measure(
        "Stop rate ratio of a typical area", "areas that had stops and residents of both groups",
        "The centre of the areas’ own ratios, single areas steadied by all the others.",
        "small_areas.small_area_ratios",
    ),
    "area_ratio_range": Measure(
        "Range of the areas’ own stop rate ratios", "areas that had stops and residents of both groups",
        "Where the middle 95 % of areas’ underlying ratios are estimated to lie; a range of areas, not an interval.",
        "small_areas.small_area_ratios",
    ),
    "area_ratio_median": Measure(
        "Median of the areas’ steadied ratios", "areas that had stops and residents of both groups",
        "Half of the areas’ steadied ratios are below this; a tenth are below low, a tenth above high.",
        "small_areas.small_area_ratios",
    ),
    "areas_above_one_share": Measure(
        "Areas whose ratio is very likely above 1", "areas that had stops and residents of both groups",
        "The share of areas whose underlying ratio is above 1 with a probability over 0.95.",
        "small_areas.small_area_ratios",
    ),
    "areas_below_one_share": Measure(
        "Areas whose ratio is very likely below 1", "areas that had stops and residents of both groups",
        "The share of areas whose underlying ratio is below 1 with a probability over 0.95.",
        "small_areas.small_area_ratios",
    ),
    "area_stop_rate_ratio": Measure(
        "Steadied stop rate ratio of one area", "stops of the group in the area",
        "The area’s ratio, drawn towards the other areas’ as far as its own stops are too few to tell.",
        "small_areas.small_area_ratios",
    ),
}  # fmt: skip

OVER_CONTROL = (
    "If the force chose where to patrol, adjusting for area takes away that very choice: "
    "a ratio near 1 within areas does not say that the whole is even-handed. Read it beside the ratio of the whole place."
)
DESCRIBES = "What the areas add holds where police were sent, where calls came from and where people live; it does not tell these apart."
FEW_AREAS = f"Fewer than {FEWEST_AREAS} areas hold residents of both groups and stops, too few to say anything within areas."
NO_SHARE = "No share: the crude ratio's interval holds 1, so there is nothing clear to share out."
OPPOSED = "Below 0 % or above 100 %: the areas and the ratio within them pull in opposite directions."
NO_RANKING = (
    "Do not rank areas by this: the ends of such a list are mostly chance. "
    f"Areas with fewer than {SMALLEST_COUNT} stops of either group are not shown, which leaves out many where the group is stopped little."
)
SHARES = ("allocation_share_of_log_ratio", "areas_above_one_share", "areas_below_one_share")
_DRAWN = "limits from areas drawn anew with replacement"
_STEADIED = "Binomial counts given both groups' stops, log ratios of areas normal"
_COUNTED = "A count of areas; each area's uncertainty is in its probability, so there is no interval."
METHODS = {
    "stop_rate_ratio_areas_together": f"Stops per head of the areas together over the same of the reference; {_DRAWN}.",
    "stop_rate_ratio_within_areas": "Mantel-Haenszel ratio of person-time rates; the wider of the Greenland-Robins limits and those from areas drawn anew.",
    "stop_rate_ratio_allocation": f"The ratio of the areas together over the Mantel-Haenszel ratio within them; {_DRAWN}.",
    "allocation_share_of_log_ratio": "Logarithm of what the areas add over that of the ratio of the areas together; Fieller limits from areas drawn anew.",
    "stop_rate_ratio_within_areas_poisson": (
        "Poisson likelihood with a level for each area, conditioned out; the wider of the model's limits and those from the areas' scatter (sandwich)."
    ),
    "stop_rate_ratio_within_areas_scattered": (
        "Negative binomial (NB2) likelihood with a level for each area; dispersion by adjusted profile likelihood; Student limits of the model."
    ),
    "area_ratio_typical": f"{_STEADIED}: posterior median of their centre.",
    "area_ratio_range": f"{_STEADIED}: centre, and centre over and times exp(1.96 spreads).",
    "area_ratio_median": f"{_STEADIED}: posterior median of each area.",
    "areas_above_one_share": f"{_STEADIED}. {_COUNTED}",
    "areas_below_one_share": f"{_STEADIED}. {_COUNTED}",
    "area_stop_rate_ratio": f"{_STEADIED}: posterior median and limits of this area.",
}
MIDDLE_95 = 1.959963984540054
LIKELY = 0.95
EXCHANGEABLE = "Areas are taken as alike but for chance and one spread, neighbours no more than others; odd ones are drawn too far towards the rest."


def within_areas(frame: Frame, *, each_area: bool = False, tell: Callable[[str, float], None] | None = None) -> list[Finding]:
    """All findings on areas, group by group.

    Args:
        frame: tally and common words; `about.settings` holds `replicates` and `seed`.
        each_area: give single areas too, where both groups have at least five stops.
        tell: is told which group is being worked on, and how much is done, 0 to 1.
    """
    tally = frame.tally
    groups = compared_groups(tally)
    found: list[Finding] = []
    for done, group in enumerate(groups):
        if tell is not None:
            tell(f"areas of {tally.groups[group]} residents", done / len(groups))
        found += _of_group(frame, group, each_area=each_area)
    return sorted(found, key=lambda finding: list(MEASURES).index(finding.measure))


def pair_of(frame: Frame, group: int) -> tuple[NDArray[np.float64], ...]:
    """Stops and residents by area, of a group and of the reference."""
    tally = frame.tally
    return (
        tally.stops_by_area[:, group],
        tally.residents_by_area[:, group],
        tally.stops_by_area[:, tally.reference],
        tally.residents_by_area[:, tally.reference],
    )


def _of_group(frame: Frame, group: int, *, each_area: bool) -> list[Finding]:
    """One group's findings; all null where the areas compare too little."""
    pair = pair_of(frame, group)
    pairs, kept = comparable(*pair)
    telling = int((pairs.events + pairs.reference_events > 0).sum())
    why = ""
    if telling < FEWEST_AREAS:
        why = FEW_AREAS
    elif min(pairs.events.sum(), pairs.reference_events.sum()) < SMALLEST_COUNT:
        why = f"suppressed: fewer than {SMALLEST_COUNT} stops of one of the two groups in the areas where both live"
    left_out = float(pair[0][~kept].sum() + pair[2][~kept].sum())
    settings = {"areas_compared": int(kept.sum()), "areas_left_out": int((~kept).sum())}
    if why:
        return _all_null(frame, group, why, settings)
    n = float(pairs.events.sum())
    lost = 100 * left_out / float(pair[0].sum() + pair[2].sum())
    also = (f"{lost:.1f} % of the two groups' stops are in areas where only one of them lives and are left out.",) if lost >= 0.05 else ()
    return _ratios(frame, group, pair, n, also, settings) + _areas(frame, group, pair, telling, also, settings, each_area=each_area)


def _all_null(frame: Frame, group: int, why: str, settings: dict[str, Any]) -> list[Finding]:
    """One finding for each measure of the whole place, none with a number."""
    return [
        one(frame, name, group, (None, None, None), n=None, needs=(why,), settings=settings, unit="share" if name in SHARES else "ratio", method=METHODS[name])
        for name in MEASURES
        if name != "area_stop_rate_ratio"
    ]


def _ratios(
    frame: Frame, group: int, pair: tuple[NDArray[np.float64], ...], n: float, also: tuple[str, ...], settings: dict[str, Any]
) -> list[Finding]:
    """Crude, within (three ways) and allocation."""
    level, given = frame.about.level, frame.about.settings
    split = allocation_split(*pair, level=level, replicates=given["replicates"], seed=given["seed"])
    scattered = negative_binomial_within_areas(*pair, level=level)
    within, within_by = _wider(mantel_haenszel(*pair, level=level), split.within)
    poisson, poisson_by = _wider(*(poisson_within_areas(*pair, level=level, by_area=by_area) for by_area in (False, True)))
    outside = bool(split.share.high < 0 or split.share.low > 1)  # nan compares false
    share_said = (NO_SHARE,) if np.isnan(split.share.value) else (OPPOSED,) if outside else ()
    numbers: dict[str, tuple[Interval, tuple[str, ...], dict[str, Any]]] = {
        "stop_rate_ratio_areas_together": (split.crude, (), {}),
        "stop_rate_ratio_within_areas": (within, (OVER_CONTROL,), {"interval_shown": within_by}),
        "stop_rate_ratio_allocation": (split.allocation, (DESCRIBES,), {}),
        "allocation_share_of_log_ratio": (split.share, (*share_said, DESCRIBES), {}),
        "stop_rate_ratio_within_areas_poisson": (poisson, (OVER_CONTROL,), {"interval_shown": poisson_by}),
        "stop_rate_ratio_within_areas_scattered": (scattered.ratio, (OVER_CONTROL,), {"dispersion": plain(scattered.dispersion)}),
    }
    return [
        one(
            frame,
            measure,
            group,
            tuple(interval),
            n=n,
            needs=(*needs, *also),
            settings={**settings, **more},
            unit="share" if measure in SHARES else "ratio",
            method=METHODS[measure],
        )
        for measure, (interval, needs, more) in numbers.items()
    ]


def _wider(model: Interval, drawn: Interval) -> tuple[Interval, str]:
    """The wider of two intervals, as a factor, and which it is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        is_wider = bool(drawn.high / drawn.low > model.high / model.low)  # nan compares false
    return (drawn, "areas") if is_wider else (model, "model")


def _areas(
    frame: Frame, group: int, pair: tuple[NDArray[np.float64], ...], telling: int, also: tuple[str, ...], settings: dict[str, Any], *, each_area: bool
) -> list[Finding]:
    """Centre, range and shares of the areas' own ratios; single areas where asked."""
    found = small_area_ratios(*pair, level=frame.about.level)
    tells = (pair[0] + pair[2] > 0) & np.isfinite(found.ratio.value)
    value, above = found.ratio.value[tells], found.above_one[tells]
    centre, reach = float(found.centre.value), float(np.exp(MIDDLE_95 * found.spread.value))
    settings = {**settings, "spread_of_log_ratio": plain(found.spread.value), "spread_interval": [plain(found.spread.low), plain(found.spread.high)]}
    numbers: dict[str, tuple[tuple[float | None, ...], tuple[str, ...]]] = {
        "area_ratio_typical": (tuple(float(end) for end in found.centre), (OVER_CONTROL,)),
        "area_ratio_range": ((centre, centre / reach, centre * reach), ("Low and high hold 95 % of areas; they are not an interval of the value.",)),
        "area_ratio_median": (tuple(np.quantile(value, [0.5, 0.1, 0.9])), ("A tenth of the areas are below low and a tenth above high; it is no interval.",)),
        "areas_above_one_share": ((float((above > LIKELY).mean()), None, None), ()),
        "areas_below_one_share": ((float((above < 1 - LIKELY).mean()), None, None), ()),
    }
    said = [
        one(
            frame,
            measure,
            group,
            ends,
            n=float(telling),
            needs=(*needs, EXCHANGEABLE, *also),
            settings=settings,
            unit="share" if measure in SHARES else "ratio",
            method=METHODS[measure],
            level=frame.about.level if measure == "area_ratio_typical" else None,
        )
        for measure, (ends, needs) in numbers.items()
    ]
    return said + (_single(frame, group, pair, found) if each_area else [])


def _single(frame: Frame, group: int, pair: tuple[NDArray[np.float64], ...], found: SmallAreas) -> list[Finding]:
    """Single areas in which both groups have at least five stops."""
    shown = np.flatnonzero((pair[0] >= SMALLEST_COUNT) & (pair[2] >= SMALLEST_COUNT) & np.isfinite(found.ratio.value))
    return [
        one(
            frame,
            "area_stop_rate_ratio",
            group,
            tuple(column[area] for column in found.ratio),
            n=float(pair[0][area]),
            needs=(NO_RANKING, EXCHANGEABLE, INDEPENDENT),
            settings={"area_code": frame.tally.area_codes[area], "probability_above_one": round(float(found.above_one[area]), 4)},
            unit="ratio",
            method=METHODS["area_stop_rate_ratio"],
        )
        for area in shown
    ]
