"""The findings on exposure beyond what recorded history, or where people live, would give by itself.

For each group two numbers and a way of choosing to compare with: the exposure ratio to be expected, and
how many times as high the system's is. Three ways of choosing: the places where most crime was
recorded; places alike in recorded crime, by lot; places alike in residents, by lot. See process_null.py
for what each can and cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from ..tables.measure import Measure
from .process_null import beyond, busiest, chosen_among_alike, chosen_by_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .map_shift import Shifting
    from .process_null import Choice, Select

MEASURES = {
    "exposure_expected": Measure(
        "Exposure ratio to be expected", "residents of the group",
        "What the exposure ratio would be if as many places were flagged by the plainer way of choosing that is named.",
        "process_null.beyond",
    ),
    "exposure_beyond": Measure(
        "Exposure beyond what is expected", "residents of the group",
        "How many times the exposure ratio is what the plainer way of choosing that is named would give; 1 when the system adds nothing.",
        "process_null.beyond",
    ),
}  # fmt: skip

LEAST_COMPARABLE = 0.5
"""Share of the flagged places that must have others like them for a comparison among alike to be given."""
FEW_PEOPLE = 10
"""Estimated exposed people below which a ratio is said to rest on few."""
MOVED = "what is flagged beyond that, or left out, has nothing to do with who lives there (moved bodily over the residents)"
EXPLAINED = "Recorded crime is itself made by patrols and reporting: what it explains is not thereby excused."
TOO_NARROW = "Lots are drawn place by place, as if neighbours were strangers: their range is too narrow to judge by, and the p-value does not rest on it."
KNOWS_MORE = "A system that knows more of the same risk than this history (other months, the places around) also seems to go beyond it."


class _Way(NamedTuple):
    """A plainer way of choosing: its name in findings, what it does, what to mind, and what it would flag."""

    name: str
    does: str
    range_is: str
    by_lot: bool
    caveats: tuple[str, ...]
    choose: Callable[[], Choice]


def beyond_history(
    is_flagged: NDArray[np.bool_],
    people: NDArray[np.float64],
    groups: Sequence[str],
    history: NDArray[np.float64],
    *,
    reference: str,
    about: About,
    shifting: Shifting | None,
    rule: Select | None = None,
    places: str = "cells",
    draws: int = 999,
    seed: int = 1,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Finding]:
    """Is exposure more than recorded history explains, or than where people live explains?

    Args:
        is_flagged: the system's, shape (cells,).
        people: residents by cell and group, shape (cells, groups).
        groups: names of the columns.
        history: recorded crimes of the past by cell, whole numbers, shape (cells,).
        reference: the group to compare with.
        about: place, period, source and caveats of the findings.
        shifting: the place, ready to move maps about in; None gives no p-values.
        rule: how history would flag; default as many cells as are flagged, those with most recorded crime.
        places: what a cell is called: cells, areas.
        draws: redraws for the ranges.
        seed: of the random generator.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        For each way of choosing and each group: the ratio to be expected, and how far the system goes beyond it.
        What cannot be compared is null, with the reason.

    Raises:
        BadSetting: an unknown reference.
        BadValue: counts or residents that are none.
        CannotAnswer: no cell is flagged, or no crime is recorded.
    """
    if reference not in groups:
        raise BadSetting(f"There is no group '{reference}' among the residents. Known: {', '.join(groups)}.")
    flagged = np.asarray(is_flagged).astype(bool)
    ways = _ways(flagged, people, history, rule or busiest(int(flagged.sum())), places, draws, seed)
    found = []
    for done, way in enumerate(ways):
        tell(f"comparing with {way.name}", done / len(ways))
        choice = way.choose()
        for i, group in enumerate(groups):
            if group != reference:
                found += _of_group(way, choice, flagged, people, i, groups, reference, about, shifting)
    return found


def _ways(
    flagged: NDArray[np.bool_], people: NDArray[np.float64], history: NDArray[np.float64], rule: Select, places: str, draws: int, seed: int
) -> tuple[_Way, ...]:
    """The three plainer ways of choosing."""
    residents = np.asarray(people, dtype=float).sum(axis=1)
    return (
        _Way(
            f"the {places} with most recorded crime",
            f"as many {places} flagged, those with most recorded crime",
            "redraws of the recorded crimes, about their middle",
            False,
            (EXPLAINED,),
            lambda: chosen_by_rule(rule, history, people, draws=draws, seed=seed),
        ),
        _Way(
            f"{places} alike in recorded crime",
            f"as many {places} flagged by lot among {places} alike in recorded crime",
            "the lots drawn",
            True,
            (EXPLAINED, KNOWS_MORE),
            lambda: chosen_among_alike(flagged, history, people, draws=draws, seed=seed),
        ),
        _Way(
            f"{places} alike in residents",
            f"as many {places} flagged by lot among {places} with as many residents",
            "the lots drawn",
            True,
            (f"It asks only whether crowded {places} are flagged; recorded crime plays no part in it.",),
            lambda: chosen_among_alike(flagged, residents, people, draws=draws, seed=seed),
        ),
    )


def _of_group(
    way: _Way,
    choice: Choice,
    flagged: NDArray[np.bool_],
    people: NDArray[np.float64],
    i: int,
    groups: Sequence[str],
    reference: str,
    about: About,
    shifting: Shifting | None,
) -> list[Finding]:
    """The two findings of one group beside one way of choosing."""
    at = list(groups).index(reference)
    total = float(people[:, i].sum())
    common: dict[str, Any] = {"group": groups[i], "reference": f"{reference}; {way.name}", "n": total, "unit": "ratio", "settings": {"compared_with": way.name}}
    try:
        if choice.comparable < LEAST_COMPARABLE:
            raise CannotAnswer(f"Only {choice.comparable:.0%} of the flagged places have others of their kind that are not flagged, so lots have no choice.")
        one = beyond(choice, flagged, people, group=i, reference=at, shifting=shifting, level=about.level)
    except CannotAnswer as reason:
        return [about.finding(measure, None, method=way.does, caveats=(str(reason),), **common) for measure in MEASURES]
    few = _few(people[:, [i, at]], flagged, choice)
    expected = about.finding(
        "exposure_expected", one.expected, low=one.low, high=one.high, method=f"{way.does}; range: percentiles of {way.range_is}",
        caveats=(*few, *((TOO_NARROW,) if way.by_lot else ()), *way.caveats), **common,
    )  # fmt: skip
    says = () if one.p_value is not None else (_no_test(flagged, choice),)
    past = about.finding(
        "exposure_beyond",
        one.beyond,
        low=None if way.by_lot or not one.high else one.observed / one.high,
        high=None if way.by_lot or not one.low else one.observed / one.low,
        p_value=one.p_value,
        null_model=f"{way.does}; {MOVED}" if one.p_value is not None else None,
        method=f"exposure ratio ({one.observed:.2f}) over the one expected ({one.expected:.2f}); {'no limits' if way.by_lot else 'limits from its range'}",
        caveats=(*says, *few, *((TOO_NARROW,) if way.by_lot else ()), *way.caveats),
        **common,
    )
    return [expected, past]


def _no_test(flagged: NDArray[np.bool_], choice: Choice) -> str:
    if np.array_equal(choice.expected, flagged):
        return "No p-value: the system flags exactly what this way of choosing would."
    return "No p-value: the place allows too few shifts to tell."


def _few(people: NDArray[np.float64], flagged: NDArray[np.bool_], choice: Choice) -> tuple[str, ...]:
    fewest = float(min((people.T @ flagged).min(), (people.T @ choice.expected).min()))
    return (f"One side rests on an estimated {fewest:.1f} exposed people: too few for more than a hint.",) if fewest < FEW_PEOPLE else ()
