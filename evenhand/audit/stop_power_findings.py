"""Findings on powers: stops under section 60, which needs no suspicion of the person, apart from all others.

Section 60 is put on a place for hours and fills a street with stops; mixed with the rest it can hide a ratio
or make one. Both kinds have their own ratio, each with its own interval, and their own share with no further action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tables.measure import Measure
from .intervals import share_wilson
from .stop_estimates import ratio_estimate
from .stop_frame import ROUNDED, WIDER, Frame, at, both_intervals, compared_groups, if_open, one, plain, rounded
from .stop_tallies import OWN_GROUPS, SMALLEST_COUNT

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from ..tables.findings import Finding

MEASURES = {
    "section_60_share": Measure(
        "Stops under section 60", "stops with a power recorded",
        "The share of stops that needed no suspicion of the person stopped.",
        "intervals.share_wilson",
    ),
    "stop_rate_ratio_section_60": Measure(
        "Stop rate ratio, section 60 alone", "stops of the group under section 60",
        "As the stop rate ratio, of stops under section 60, which needs no suspicion of the person.",
        "intervals.ratio_exact",
    ),
    "stop_rate_ratio_other_powers": Measure(
        "Stop rate ratio, without section 60", "stops of the group under other powers",
        "As the stop rate ratio, of stops under all other powers that are recorded.",
        "intervals.ratio_exact",
    ),
    "no_further_action_share_section_60": Measure(
        "No further action, section 60 alone", "stops of the group under section 60 with an outcome",
        "The share of the group’s stops under section 60 after which nothing further was done.",
        "intervals.share_wilson",
    ),
    "no_further_action_share_other_powers": Measure(
        "No further action, without section 60", "stops of the group under other or unrecorded powers with an outcome",
        "The share of the group’s other stops after which nothing further was done.",
        "intervals.share_wilson",
    ),
}  # fmt: skip

SAID = {"section_60": "under section 60", "other_powers": "under other powers"}
IN_BURSTS = "Section 60 is authorised for a place and a few hours, so these stops come in bursts: the interval is likely still too narrow."
HOLDS_UNKNOWN = "Stops with no power recorded are among these."


def section_60_share(frame: Frame) -> Finding:
    """The share of all stops that were made under section 60."""
    tally = frame.tally
    hides = bool(tally.suppressed.any())
    value, low, high = rounded(share_wilson(tally.section_60, tally.power_known, level=frame.about.level), 2 if hides else 15)
    no_power = () if tally.power_known else ("No stop has its power recorded, so the share is unknown.",)
    without_suspicion = "Section 60 needs no suspicion of the person stopped; these stops are in all the other figures too."
    return frame.about.finding(
        "section_60_share",
        value,
        low=low,
        high=high,
        n=if_open(tally, tally.power_known),
        unit="share",
        caveats=(*((ROUNDED,) if hides else ()), *no_power, without_suspicion),
        method="Stops under section 60 of the Criminal Justice and Public Order Act 1994 over stops with a power recorded; Wilson interval.",
    )


def powers_apart(frame: Frame) -> list[Finding]:
    """Ratios and shares with no further action, for section 60 and for everything else."""
    tally = frame.tally
    by_area = {"section_60": tally.by_area("section_60")}
    stops = {"section_60": tally.sums("section_60")}
    by_area["other_powers"] = tally.stops_by_area - by_area["section_60"] - tally.by_area("power_missing")
    stops["other_powers"] = tally.stops - stops["section_60"] - tally.sums("power_missing")
    few = {power: number < SMALLEST_COUNT for power, number in stops.items()}
    # A power's few stops would follow from the other's and the total, so then the other's are rounded and uncounted.
    gives_away = {power: few[other] & (stops[other] > 0) for power, other in (("section_60", "other_powers"), ("other_powers", "section_60"))}
    found = []
    for power in SAID:
        found += _ratios(frame, power, stops[power], by_area[power], few=few[power], gives_away=gives_away[power])
    # Counts of one's own do not tell what followed by power.
    return found if tally.field == OWN_GROUPS else found + _nothing_followed(frame, few)


def _ratios(
    frame: Frame, power: str, stops: NDArray[np.float64], by_area: NDArray[np.float64], *, few: NDArray[np.bool_], gives_away: NDArray[np.bool_]
) -> list[Finding]:
    """Ratios of stops under one power; null with the reason where either side has too few."""
    tally, ref, settings = frame.tally, frame.tally.reference, frame.about.settings
    said = SAID[power]
    estimate = None
    if not few[ref]:
        draws = {"replicates": settings["replicates"], "seed": settings["seed"]}
        estimate = ratio_estimate(by_area, tally.residents_by_area, stops=stops, reference=ref, level=frame.about.level, **draws)
    method = f"Stops {said} per head of residents over the same of the reference; interval: {WIDER}."
    found = []
    for group in compared_groups(tally):
        why = ""
        if tally.power_known == 0:
            why = "No stop has its power recorded, so powers cannot be told apart."
        elif few[ref]:
            why = f"The reference group has fewer than {SMALLEST_COUNT} stops {said}, too few to compare with."
        elif few[group]:
            why = f"suppressed: fewer than {SMALLEST_COUNT} stops {said}"
        numbers: tuple[Any, ...] = (None, None, None)
        made_with: dict[str, Any] = {}
        if not why and estimate is not None:
            hides = bool(gives_away[group] or gives_away[ref])
            numbers = rounded(at(estimate.shown, group), 2) if hides else at(estimate.shown, group)
            made_with = {"power": power, "interval_shown": estimate.basis[group]}
            if not hides:
                made_with |= {**both_intervals(estimate, group), "reference_stops": plain(stops[ref])}
        needs = (why,) if why else (IN_BURSTS,) if power == "section_60" else ()
        n = None if why or gives_away[group] else stops[group]
        found.append(one(frame, f"stop_rate_ratio_{power}", group, numbers, n=n, needs=needs, settings=made_with, unit="ratio", method=method))
    return found


def _nothing_followed(frame: Frame, few: dict[str, NDArray[np.bool_]]) -> list[Finding]:
    """Shares with no further action; stops of no recorded power stand with the other powers."""
    tally = frame.tally
    nothing = {"section_60": tally.sums("section_60_no_further_action")}
    known = {"section_60": tally.sums("section_60") - tally.sums("section_60_outcome_missing")}
    nothing["other_powers"] = tally.no_further_action - nothing["section_60"]
    known["other_powers"] = tally.outcome_known - known["section_60"]
    unknown_powers = bool(tally.sums("power_missing").sum())
    found = []
    for power, said in SAID.items():
        shares = share_wilson(nothing[power], known[power], level=frame.about.level)
        for group in range(len(tally.groups)):
            hides = bool(few["section_60"][group] and tally.sums("section_60")[group] > 0)
            why = "No stop has its power recorded, so powers cannot be told apart." if tally.power_known == 0 else ""
            if not why and (known[power][group] < SMALLEST_COUNT or (power == "section_60" and few[power][group])):
                why = f"suppressed: fewer than {SMALLEST_COUNT} stops {said} with an outcome"
            numbers = (None, None, None) if why else rounded(at(shares, group), 2 if hides else 15)
            needs = (why,) if why else (HOLDS_UNKNOWN,) if power == "other_powers" and unknown_powers else ()
            found.append(
                one(
                    frame,
                    f"no_further_action_share_{power}",
                    group,
                    numbers,
                    n=None if why or hides else known[power][group],
                    needs=needs,
                    settings={"power": power},
                    compared=False,
                    unit="share",
                    method=f"Stops {said} that ended with no further action over those with an outcome; Wilson interval.",
                )
            )
    return found
