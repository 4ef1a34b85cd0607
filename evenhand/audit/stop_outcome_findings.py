"""Findings on what followed a stop, by group: nothing, an arrest, or a find of what was looked for.

A find is a stop whose outcome is marked as linked to what was looked for. Forces fill that field in
differently: some never, some only where something followed, some with "yes" for most stops after which
nothing followed. Where it cannot mean what it says, no share is given and the reason is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure
from .intervals import share_difference, share_wilson
from .stop_estimates import shares_and_differences
from .stop_frame import Frame, at, both_intervals, compared_groups, one
from .stop_tallies import ENOUGH_STOPS, MOST_MISSING, SMALLEST_COUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .stop_tallies import Tally

MEASURES = {
    "no_further_action_share": Measure(
        "Stops that ended in no further action", "stops of the group",
        "The share of the group’s stops after which nothing further was done.",
        "intervals.share_wilson",
    ),
    "no_further_action_difference": Measure(
        "Difference in no further action", "stops of the group",
        "The group’s share less the reference group’s.",
        "intervals.share_difference",
    ),
    "find_share": Measure(
        "Stops that found what was looked for", "stops of the group that say so or not",
        "The share of the group’s stops whose outcome is marked as linked to what was looked for.",
        "intervals.share_wilson",
    ),
    "find_difference": Measure(
        "Difference in finds", "stops of the group that say so or not",
        "The group’s share of finds less the reference group’s.",
        "intervals.share_difference",
    ),
    "arrest_share": Measure(
        "Stops that ended in an arrest", "stops of the group with an outcome",
        "The share of the group’s stops after which somebody was arrested, whatever for.",
        "intervals.share_wilson",
    ),
    "arrest_difference": Measure(
        "Difference in arrests", "stops of the group with an outcome",
        "The group’s share of arrests less the reference group’s.",
        "intervals.share_difference",
    ),
}  # fmt: skip

UNEVENLY_FILLED = 0.5
"""Where the word on finds is filled in less than half as often after nothing followed as after something did, or the other way round, a share is worthless."""
MOST_LINKED_TO_NOTHING, SOME_LINKED_TO_NOTHING = 0.5, 0.1
"""Shares of stops without further action that are marked as finds: above the first the field was understood otherwise, above the second it is said."""
NOT_ALIKE = "Forces fill in differently whether an outcome is linked to what was looked for, so shares of two forces compare ill."
LOWER_BAR = "A lower share of finds than another group's can mean a lower bar for stopping, or that stops at the margin differ: it does not tell which."


def no_further_action(frame: Frame) -> list[Finding]:
    """The share of stops after which nothing followed, and its difference from the reference's."""
    tally, ref = frame.tally, frame.tally.reference
    known, nothing = tally.outcome_known, tally.no_further_action
    shares = share_wilson(nothing, known, level=frame.about.level)
    apart = share_difference(nothing, known, nothing[ref], known[ref], level=frame.about.level)
    always = _no_outcome(tally)
    of_stops = "Stops that ended with no further action over stops with an outcome; Wilson interval."
    less_reference = "Share with no further action less the reference's; Newcombe interval from the two Wilson intervals."
    found = []
    for group in range(len(tally.groups)):
        few = known[group] < SMALLEST_COUNT
        needs = ("suppressed: fewer than 5 stops with an outcome",) if few else always
        numbers = (None, None, None) if few else at(shares, group)
        n = None if few else known[group]
        found.append(one(frame, "no_further_action_share", group, numbers, n=n, unit="share", needs=needs, compared=False, method=of_stops))
    for group in compared_groups(tally):
        few = min(known[group], known[ref]) < SMALLEST_COUNT
        needs = ("suppressed: fewer than 5 stops with an outcome",) if few else always
        numbers = (None, None, None) if few else at(apart, group)
        n = None if few else known[group]
        found.append(one(frame, "no_further_action_difference", group, numbers, n=n, unit="share", needs=needs, method=less_reference))
    return found


def finds_and_arrests(frame: Frame) -> list[Finding]:
    """Shares of finds and of arrests by group, and their differences from the reference's."""
    tally = frame.tally
    reason, doubt = trouble_with_finds(tally)
    known = tally.stops - tally.sums("found_missing")
    finds = _shares(frame, "find", known, reason=reason, needs=(*doubt, NOT_ALIKE, LOWER_BAR), of="stops that say whether their outcome was linked")
    known = tally.stops - tally.sums(_missing("arrest", tally))
    no_outcome = "" if known.sum() else "No stop has an outcome recorded, so how many ended in an arrest is unknown."
    return finds + _shares(frame, "arrest", known, reason=no_outcome, needs=_no_outcome(tally), of="stops with an outcome")


def _missing(what: str, tally: Tally) -> str:
    """The column that counts stops of which it is not known; counts of one's own may tell of other outcomes and not of arrests."""
    if what == "find":
        return "found_missing"
    return "arrest_missing" if "arrest_missing" in tally.counts.columns else "outcome_missing"


def _shares(frame: Frame, what: str, known: NDArray[np.float64], *, reason: str, needs: tuple[str, ...], of: str) -> list[Finding]:
    """Shares of one kind of outcome and their differences; all null where there is a reason against them."""
    tally, settings = frame.tally, frame.about.settings
    measure, missing = {"find": "found", "arrest": "arrest"}[what], _missing(what, tally)
    shares, apart = shares_and_differences(
        tally.by_area(measure),
        tally.stops_by_area - tally.by_area(missing),
        part=tally.sums(measure),
        whole=known,
        reference=tally.reference,
        level=frame.about.level,
        replicates=settings["replicates"],
        seed=settings["seed"],
    )
    wider = "the wider of that interval and that of areas drawn anew, where at least ten areas had stops"
    methods = {
        "share": f"Stops that ended in {'a find' if what == 'find' else 'an arrest'} over {of}; Wilson, or {wider}.",
        "difference": f"The group's share less the reference's, of {of}; Newcombe, or {wider}.",
    }
    found = []
    for kind, estimate, groups in (("share", shares, range(len(tally.groups))), ("difference", apart, compared_groups(tally))):
        for group in groups:
            few = (min(known[group], known[tally.reference]) if kind == "difference" else known[group]) < SMALLEST_COUNT
            none = reason or (f"suppressed: fewer than {SMALLEST_COUNT} {of}" if few else "")
            found.append(
                one(
                    frame,
                    f"{what}_{kind}",
                    group,
                    (None, None, None) if none else at(estimate.shown, group),
                    n=None if none else known[group],
                    needs=(none,) if none else needs,
                    settings={} if none else both_intervals(estimate, group),
                    compared=kind == "difference",
                    unit="share",
                    method=methods[kind],
                )
            )
    return found


def trouble_with_finds(tally: Tally) -> tuple[str, tuple[str, ...]]:
    """Why no share of finds can be given ("" where one can), and what must be said beside one.

    Read with care:
        The rules look at the place's stops together. A table of several forces may mix two customs and pass.
    """
    total = {name: float(tally.counts[name].sum()) for name in ("stops", "no_further_action", "found", "found_missing")}
    after_nothing = {name: float(tally.counts[f"{name}_no_further_action"].sum()) for name in ("found", "found_missing")}
    known, nothing, something = total["stops"] - total["found_missing"], total["no_further_action"], total["stops"] - total["no_further_action"]
    if known == 0:
        return "The records never say whether the outcome was linked to what was looked for, so how often it was found is unknown.", ()
    if total["found"] == 0 and known >= ENOUGH_STOPS:
        return f"Not one of {known:,.0f} stops is marked as a find: the field was left at 'no', which does not say that nothing was ever found.", ()
    if total["found_missing"] > MOST_MISSING * total["stops"]:
        unsaid = 100 * total["found_missing"] / total["stops"]
        return f"{unsaid:.0f} % of the stops do not say whether the outcome was linked, more than half: a share would rest on the minority that does.", ()
    filled = [
        1 - missing / all_ if all_ else np.nan
        for missing, all_ in ((after_nothing["found_missing"], nothing), (total["found_missing"] - after_nothing["found_missing"], something))
    ]
    if min(filled) < UNEVENLY_FILLED * max(filled):  # nan compares false
        shares = "{:.0f} % of the stops after which nothing followed and for {:.0f} % of the others".format(*(100 * share for share in filled))
        return f"Whether the outcome was linked is filled in for {shares}: a share of those filled in would say nothing about all stops.", ()
    nothing_known = nothing - after_nothing["found_missing"]
    linked = after_nothing["found"] / nothing_known if nothing_known else 0.0
    if linked > MOST_LINKED_TO_NOTHING and nothing_known >= SMALLEST_COUNT:
        return f"{100 * linked:.0f} % of the stops after which nothing followed are marked as linked: the field was understood otherwise than as a find.", ()
    said = []
    if linked > SOME_LINKED_TO_NOTHING:
        said.append(f"{100 * linked:.0f} % of the stops after which nothing followed are marked as finds; some may mean something else.")
    unsaid = 100 * total["found_missing"] / total["stops"]
    if unsaid >= 0.5:
        said.append(f"{unsaid:.0f} % of the stops do not say whether the outcome was linked and are left out: unknown is not no.")
    return "", tuple(said)


def _no_outcome(tally: Tally) -> tuple[str, ...]:
    """What is said of stops without an outcome, where there are some."""
    unknown = 100 * (1 - tally.outcome_known.sum() / max(tally.stops.sum(), 1))
    if unknown < 0.5:
        return ()
    return (f"{unknown:.0f} % of the stops of known group have no outcome recorded and are left out: unknown is not nothing.",)
