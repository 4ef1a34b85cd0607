"""Warning signals and local flags: put on record where there is cause, and seldom taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import MARKERS
from ..tables.record_rows import OPEN, Rows, code, codes, joined, rows_of
from .chances import table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .world import World

VIOLENCE = codes(
    "offence", ("homicide", "attempted_murder", "gbh_with_intent", "assault_with_injury", "robbery", "kidnap", "threats_to_kill", "aggravated_burglary")
)
DRUGS = codes("offence", ("drugs_possession", "drugs_supply", "drugs_import_production"))
MANY_SANCTIONS = 5
"""Sanctions from which on somebody may be taken into offender management (a guess)."""


def mark(world: World, rows: Rows, linked: NDArray[Any], linked_day: NDArray[Any]) -> Rows:
    """Markers put in this step.

    Args:
        world: its state is changed.
        rows: of this step.
        linked, linked_day: who was linked to a gang in a report, and when.
    """
    rng = world.stream("markers")
    np.add.at(world.state.gang_reports, linked, np.int16(1))
    enough = world.state.gang_reports[linked] >= world.parameters.markers.gang_reports
    causes = [("gang", linked[enough], linked_day[enough])]
    causes += [(marker, rows.who[chosen], rows.reported[chosen]) for marker, chosen in _causes(world, rows)]
    return joined([_put(world, marker, who, day, rng) for marker, who, day in causes])


def _causes(world: World, rows: Rows) -> list[tuple[str, NDArray[np.bool_]]]:
    """Which rows give cause for which marker."""
    suspect = (rows.event == code("event", "crime_report")) & (rows.role == code("role", "suspect"))
    arrest, missing = rows.event == code("event", "arrest"), rows.event == code("event", "missing")
    found = suspect | ((rows.event == code("event", "stop")) & (rows.is_found == 1))
    ill = world.people.is_ill[rows.who]
    many = world.state.sanctions[rows.who] >= MANY_SANCTIONS
    return [
        ("drugs", found & np.isin(rows.offence, DRUGS)),
        ("violent", suspect & np.isin(rows.offence, VIOLENCE)),
        ("weapons", suspect & (rows.weapon > 0) & (rows.weapon != code("weapon", "firearm"))),
        ("firearms", suspect & (rows.weapon == code("weapon", "firearm"))),
        ("mental_health", (suspect | arrest | missing) & ill),
        ("self_harm", arrest & ill),
        ("suicidal", (arrest | missing) & ill),
        ("domestic_abuse", suspect & (rows.is_domestic == 1)),
        ("missing_person", missing),
        ("offender_management", (rows.event == code("event", "sanction")) & many),
    ]


def _put(world: World, marker: str, who: NDArray[Any], day: NDArray[Any], rng: np.random.Generator) -> Rows:
    """Rows of one marker, for those who do not have it; each ends when it is removed, which for most is never."""
    how, at = world.parameters.markers, MARKERS.index(marker)
    until = world.state.marked_until[at]
    put = rng.random(len(who)) < table(how.put, MARKERS)[at]
    who, first = np.unique(who[put], return_index=True)
    day = day[put][first]
    new = until[who] < day
    who, day = who[new].astype(np.int32), day[new]
    years = rng.exponential(1 / max(how.removed_per_year, 1e-9), len(who))
    end = np.where(years < 50, day + np.minimum(years, 50) * 365.25, OPEN).astype(np.int32)
    until[who] = end
    return rows_of(who, day, "marker", "subject", until=end, marker=marker)
