"""LASER zones: where lie gun crimes, arrests and calls for help densest? Los Angeles, 2011 to 2019.

Operation LASER laid five large hot spots over one division from six years of gun-related crimes, arrests and calls, and
sent patrols there. What patrols do there (arrests) is among the inputs of the next map: of all systems rebuilt here the
clearest case of a map that feeds on itself. tests/systems/test_laser_feedback.py shows it on made-up data: crime stays as
it is, arrests follow the zones, and the zones climb.

Reconstructed: one density over the three kinds of record, and zones grown from its peaks. Not reconstructed: how zones were
really drawn (by analysts, on a density map, then chosen by command staff), and the list of persons that went with them: see
CARD.not_rebuilt.

Steps, in order:  records_at_points -> spread_crimes -> zone_growth.zones_on -> ranked -> score; then flagging.flag

Read with care: an arrest is what an officer did, a call what somebody told; neither is a crime, and one event may be all
three. Every arrest and call handed over is counted, for the table does not say which had to do with guns. A zone's score is
no rate and no chance: it only puts zones before other ground. Nor is it a sum over crimes, so there are no `contributions`:
redrawn crimes need a new fit.

Source: Bureau of Justice Assistance, Smart Policing Initiative, Reducing Gun-Related Violence through Operation LASER;
Los Angeles Police Commission, Office of the Inspector General (2019), BPC 19-0072.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from .card import AlsoReads, Card, Reading
from .kernel_surfaces import AtPoints, crimes_at_points, spread_crimes
from .outcomes import crime_types_of
from .records import events_of, last_month, needed, usable
from .zone_growth import RULES, zones_on

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

USES = ("counted", "left-out")
WEIGHINGS = ("records-alike", "kinds-alike")
ORDERS = ("by-cell", "by-zone")
BEYOND = ("nothing", "after-zones")
PARTS = ("whole-zone", "anchor-points")
ANCHORS = 3
"""How many points of a zone are its anchor points: a guess, as is what makes a point one."""

CARD = Card(
    slug="laser-zones",
    title="LASER zones (Los Angeles)",
    kind="place",
    operators=("los-angeles-police-department",),
    learns_from="points of recorded gun-related crime; arrests and calls, where they are handed over",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="five zones of several squares each; a list shorter than the zones takes their densest squares",
    horizon="the next months; zones are recalled to have been reviewed every six to nine",
    fidelity="shape",
    sources=(
        Citation("Bureau of Justice Assistance, Smart Policing Initiative: Reducing Gun-Related Violence through Operation LASER, research snapshot "
                 "(first page read)", url="https://docslib.org/doc/9517104/reducing-gun-related-violence-through-operation-laser-smart-policing"),
        Citation("Smart Policing Initiative, Los Angeles, California 2009 (page on the site)", url="https://www.smart-policing.com/spi-sites/los-angeles-california-2009"),
        Citation("Los Angeles Police Commission, Office of the Inspector General (2019), Review of Selected Los Angeles Police Department Data-Driven "
                 "Policing Strategies, BPC 19-0072 (cover and contents read)", url="https://assets.documentcloud.org/documents/5766472/BPC-19-0072.txt",
                 mark="recalled"),
        Citation("Uchida & Swatt (2013), Operation LASER and the Effectiveness of Hotspot Patrol: A Panel Analysis, Police Quarterly 16(3), 287-304 "
                 "(abstract read)", doi="10.1177/1098611113497044"),
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4, notes 88 and 94-96"),
    ),
    readings=(
        Reading(
            "outcome",
            "Which categories stand for gun-related crime?",
            "robbery-weapons",
            ("robbery-weapons", "weapons", "violence-robbery", "violence-robbery-drugs-weapons"),
            "the nearest that is published: no category of police.uk says gun",
            "which records of crime count at all",
        ),
        Reading("arrests", "Are arrests counted?", "counted", USES, "they were", "how much of what patrols did comes back as a reason to patrol", mark="known"),
        Reading("calls", "Are calls for service counted?", "counted", USES, "they were", "whether a zone follows who rings the police", mark="known"),
        Reading(
            "weighing",
            "How much does an arrest or a call weigh beside a crime?",
            "records-alike",
            WEIGHINGS,
            "nothing is said of weights; the other choice lets each kind of record weigh as much as all of another kind",
            "counted record by record, whichever kind is most numerous draws the map, and that is calls",
        ),
        Reading("window_months", "How far back does it look?", 72, (12, 36, 72), "six years, 2006 to 2011", "how slowly zones move",
                unit="months", mark="known"),
        Reading("kernel", "Which kernel?", "quartic", ("quartic", "epanechnikov", "gaussian"), "ArcGIS's own, and ArcGIS is recalled to have been used",
                "how a record fades with distance"),
        Reading("bandwidth_m", "How far does one record spread?", 400.0, (200.0, 400.0, 800.0), "the hot spots were called large",
                "how far neighbouring streets make one zone", unit="m"),
        Reading("zones", "How many zones?", 5, (3, 5, 8), "five in Newton Division; later, several to a division", "how much ground is patrolled",
                mark="known"),
        Reading(
            "growth",
            "Where does a zone end?",
            "to-size",
            RULES,
            "a stated size keeps zones comparable; half the peak's height is where an eye might draw the line",
            "how large zones are beside each other",
        ),
        Reading("zone_km2", "How large is a zone grown to size?", 0.25, (0.1, 0.25, 1.0), "a few blocks each way; the real outlines are not to be had",
                "how much ground and how many people a zone holds", unit="km²"),
        Reading(
            "order",
            "Which squares of zones come first?",
            "by-cell",
            ORDERS,
            "a list shorter than the zones then holds the densest squares of all of them",
            "by zone, a short list is the whole of the first zone and nothing of the last",
        ),
        Reading("beyond", "May squares outside zones be listed after them?", "nothing", BEYOND, "the operation went to zones alone",
                "what a list longer than the zones holds"),
        Reading(
            "put_forward",
            "Is the whole zone put forward, or its anchor points alone?",
            "whole-zone",
            PARTS,
            "zones are what was evaluated; anchor points are recalled from the Inspector General's review, and taken here as a zone's "
            f"{ANCHORS} points with most records",
            "whether squares between the worst corners are listed",
        ),
    ),
    not_rebuilt=(
        "the outlines, drawn by hand along streets, and the choice by command staff",
        "keeping to gun-related arrests and calls: the table of police activity does not say what they were for",
        "the chronic offender bulletins: a list of named persons, which is the other half of the operation",
        "patrols, and whether they worked",
    ),
    also_reads=(
        AlsoReads("police_activity", ("month", "x_m", "y_m", "activity", "events"), is_needed=False, says="arrests and calls, by point and month"),
    ),
    known=(
        "Gun-related crimes, arrests and calls for service of six years, 2006 to 2011, were put through a geographic analysis that ended in five large hot "
        "spots in Newton Division (Smart Policing Initiative, research snapshot, first page).",
        "Part I violent crimes in the division were said to have fallen by 5.4 a month on average, by an interrupted time series beside 18 other divisions "
        "(Smart Policing Initiative, page on Los Angeles, and research snapshot).",
        "A later analysis by reporting district found gun crime lower only where the list of offenders and the zones were both in use (Uchida & Swatt 2013, "
        "abstract).",
        "A coalition linked six police killings of Black and Latino people to the zones within six months of 2016 (Amnesty International UK 2025, "
        "section 1.4).",
        "In 2019 the department announced its end, after an internal audit found too little data to show an impact on crime (Amnesty International UK "
        "2025, section 1.4).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What has been learnt.

    Attributes:
        density: records per square metre at each cell's middle, as weighed; shape (cells,).
        zone: 1 for the zone with most records by that density, and so on; 0 for cells in none; shape (cells,).
        is_put_forward: cells of zones that are listed: all of them, or those with anchor points; shape (cells,).
        records: how many of each kind were counted.
        order, beyond: readings of the card.
    """

    density: NDArray[np.float64]
    zone: NDArray[np.int64]
    is_put_forward: NDArray[np.bool_]
    records: dict[str, float]
    order: str
    beyond: str


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    police_activity: pd.DataFrame | None = None,
    outcome: str = "robbery-weapons",
    arrests: str = "counted",
    calls: str = "counted",
    weighing: str = "records-alike",
    window_months: int = 72,
    kernel: str = "quartic",
    bandwidth_m: float = 400.0,
    zones: int = 5,
    growth: str = "to-size",
    zone_km2: float = 0.25,
    order: str = "by-cell",
    beyond: str = "nothing",
    put_forward: str = "whole-zone",
) -> Model:
    """Grow zones from what was recorded up to and including a month.

    Args:
        recorded_crime: the declared table, with x_m and y_m.
        grid: the cells.
        until: last month, or a day: then whole months up to it.
        police_activity: the declared table; without it the zones rest on recorded crime alone.
        outcome, arrests, calls, weighing, window_months, kernel, bandwidth_m, zones, growth, zone_km2, order, beyond, put_forward: readings of the card.

    Raises:
        EmptyTable: no crime to learn from in the window.
        MissingColumn: police_activity lacks a column.
        BadSetting: an unknown choice of a reading.
        CannotAnswer: the kernel reaches no cell, or no zone holds a point.
    """
    needed(CARD, police_activity=police_activity)
    for name, value, known in (("order", order, ORDERS), ("beyond", beyond, BEYOND), ("put_forward", put_forward, PARTS)):
        _require_choice(name, value, known)
    counted = [kind for kind, use in (("arrest", arrests), ("call", calls)) if _is_counted(kind, use)]
    used = _records(recorded_crime, police_activity, counted, until=until, crime_types=crime_types_of(outcome), window_months=window_months)
    points, records = records_at_points(used, weighing=weighing)
    density = spread_crimes(grid, points.points_m, points.weight, kernel=kernel, bandwidth_m=bandwidth_m)
    grown = zones_on(density, grid, zones=zones, rule=growth, most_cells=_cells_of(zone_km2, grid))
    zone = ranked(grown, density)
    return Model(density, zone, _put_forward(put_forward, zone, points, grid), records, order, beyond)


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,): density as a share of the densest cell's, from 0 to 1, and whole numbers on top that put zones first.

    Cells of zones get 1 more (`by-cell`), or as many more as there are zones for the first zone, one less for the second, and so
    on (`by-zone`). Cells outside get 0 (`nothing`), or what their density says (`after-zones`), which is 1 at most.
    """
    share = model.density / model.density.max()
    steps = model.zone.max() + 1 - model.zone if model.order == "by-zone" else np.ones(len(share))
    return np.asarray(np.where(model.is_put_forward, steps + share, share if model.beyond == "after-zones" else 0.0))


def records_at_points(used: pd.DataFrame, *, weighing: str) -> tuple[AtPoints, dict[str, float]]:
    """Records added up by point and weighed, and how many there are of each kind.

    Args:
        used: columns x_m, y_m, crime_type ("crime", "arrest" or "call") and events.
        weighing: `records-alike`: each record weighs 1; `kinds-alike`: the records of each kind weigh as much together as all crimes do.

    Raises:
        BadSetting: an unknown weighing.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"x_m": [0.0, 0.0, 9.0], "y_m": 0.0, "crime_type": ["crime", "arrest", "arrest"], "events": [2, 1, 3]})
        >>> [records_at_points(rows, weighing=one)[0].weight.tolist() for one in WEIGHINGS]
        [[3.0, 3.0], [2.5, 1.5]]
    """
    import pandas as pd

    _require_choice("weighing", weighing, WEIGHINGS)
    many = used["events"].groupby(used["crime_type"]).sum().astype(float)
    each = pd.Series(1.0, index=many.index) if weighing == "records-alike" else many["crime"] / many.where(many > 0, np.inf)
    return crimes_at_points(used, each), {str(kind): float(number) for kind, number in many.items()}


def ranked(zone: NDArray[np.int64], density: NDArray[np.float64]) -> NDArray[np.int64]:
    """Zones numbered again, from the one whose cells' densities add up to most; 0 stays 0.

    Example:
        >>> ranked(np.array([1, 0, 2, 2]), np.array([5.0, 1.0, 4.0, 3.0])).tolist()
        [2, 0, 1, 1]
    """
    total = np.round(np.bincount(zone, density)[1:] / density.max(), 9)
    place = np.empty(len(total) + 1, dtype=np.int64)
    place[0] = 0
    place[1 + np.argsort(-total, kind="stable")] = np.arange(1, len(total) + 1)
    return np.asarray(place[zone])


def _records(
    recorded_crime: pd.DataFrame,
    police_activity: pd.DataFrame | None,
    counted: list[str],
    *,
    until: str | dt.date,
    crime_types: tuple[str, ...],
    window_months: int,
) -> pd.DataFrame:
    """Crimes, arrests and calls of the window that have a point, in one table."""
    import pandas as pd

    if window_months < 1:
        raise BadSetting(f"window_months={window_months!r} leaves no past to learn from; give 1 or more.")
    crimes = recorded_crime[usable(recorded_crime, until=until, crime_types=crime_types)]
    last = last_month(until)
    first = str(np.datetime64(last, "M") - (window_months - 1))
    crimes = crimes[crimes["month"] >= first]
    if crimes.empty:
        raise EmptyTable(f"No recorded crime of the kinds {', '.join(crime_types)} is left from {first} to {last}, so there is nothing to learn from.")
    parts = [pd.DataFrame({"x_m": crimes["x_m"], "y_m": crimes["y_m"], "crime_type": "crime", "events": events_of(crimes)})]
    if police_activity is not None and counted:
        done = police_activity[
            police_activity["activity"].isin(counted) & police_activity["month"].between(first, last) & police_activity[["x_m", "y_m"]].notna().all(axis=1)
        ]
        parts.append(pd.DataFrame({"x_m": done["x_m"], "y_m": done["y_m"], "crime_type": done["activity"], "events": events_of(done)}))
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _put_forward(part: str, zone: NDArray[np.int64], points: AtPoints, grid: Grid) -> NDArray[np.bool_]:
    """Cells of zones that are listed."""
    if part == "whole-zone":
        return zone > 0
    cell = grid.cell_of(*points.points_m.T)
    of_point = np.where(cell >= 0, zone[cell], 0)
    is_listed = np.zeros(len(zone), dtype=bool)
    for number in range(1, int(zone.max()) + 1):
        here = np.flatnonzero(of_point == number)
        # From the most records; points that hold as many, from the west and then the south, which is the order they come in.
        is_listed[cell[here[np.argsort(-points.weight[here], kind="stable")[:ANCHORS]]]] = True
    if not is_listed.any():
        raise CannotAnswer("No record lies within a zone, so no zone has an anchor point. Choose another reading of `put_forward`, or a narrower bandwidth.")
    return is_listed


def _cells_of(zone_km2: float, grid: Grid) -> int:
    if not (np.isfinite(zone_km2) and zone_km2 > 0):
        raise BadSetting(f"A zone of {zone_km2!r} km² has no ground; give square kilometres above zero, such as 0.25.")
    return max(1, round(zone_km2 * 1e6 / grid.cell_m**2))


def _is_counted(kind: str, use: str) -> bool:
    _require_choice(f"{kind}s", use, USES)
    return use == "counted"


def _require_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadSetting(f"There is no {name} '{value}'. Known: {', '.join(known)}.")
