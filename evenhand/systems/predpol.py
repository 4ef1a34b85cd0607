"""PredPol: which squares are likeliest to see a crime tomorrow, given which saw one lately?

The model that PredPol (later Geolitica) published with its trials in Los Angeles and Kent: in each square a steady
background of recorded crime, and an echo of each crime that fades over days. Each day the squares with the highest
rate are put on the list. It reads kind, place and time, and nothing else.

Reconstructed: the published grid model, and Lum & Isaac's replication of it, which is exact to the last digit (its slip in
the E-step is a reading). Not reconstructed: what the product did besides: see CARD.not_rebuilt. The continuous model of 2011
that came before the product is in predpol_2011.py.

Steps, in order:  usable_days -> cell_of -> self_exciting.fit_model -> self_exciting.rates -> score; then flagging

Read with care: on Oakland's recorded drug crimes the echo is fitted as next to nothing, so the daily list is a count of
the last 180 days in all but name. A rate says where police will record crime if they record as before.

Source: Mohler et al. (2015), Journal of the American Statistical Association 110(512), 1399-1411; Lum & Isaac (2016),
Significance 13(5), 14-19, replication files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from ..tables.past_events import gathered
from .card import Card, Reading
from .outcomes import VIOLENCE, crime_types_of
from .records import days_ahead, events_of, last_day, usable_days
from .self_exciting import Fitted, Rules, fit_model, rates

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from ..tables.past_events import Past

CARD = Card(
    slug="predpol",
    title="PredPol (self-exciting grid model)",
    kind="place",
    operators=("kent-police", "los-angeles-police-department", "plainfield-police-department"),
    learns_from="kind, place and day of recorded crime",
    columns=("day", "x_m", "y_m", "crime_type", "events"),
    flags="20 squares of 150 m a day, for each division and shift",
    horizon="the next day",
    fidelity="close",
    sources=(
        Citation(
            "Mohler, Short, Malinowski, Johnson, Tita, Bertozzi & Brantingham (2015), Randomized Controlled Field Trials of Predictive Policing, "
            "Journal of the American Statistical Association 110(512), 1399-1411",
            doi="10.1080/01621459.2015.1077710",
        ),
        Citation("Lum & Isaac (2016), To predict and serve?, Significance 13(5), 14-19, and its replication files", doi="10.1111/j.1740-9713.2016.00960.x"),
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4.1 and notes 66-70"),
        Citation("Sankin & Mattu (2023), Predictive Policing Software Terrible At Predicting Crimes, The Markup, 2 October 2023"),
        Citation("BBC News (2015), Kent crime up despite new 'predictive policing' tool, 1 May 2015", mark="recalled"),
        Citation("Lewis & Mohler (2011), A nonparametric EM algorithm for multiscale Hawkes processes (edge correction)", mark="recalled"),
    ),
    readings=(
        Reading(
            "outcome",
            "Which categories are fed in?",
            "violence-robbery-drugs",
            VIOLENCE,
            "the same as the other place systems here; each customer chose its own",
            "which records count at all",
            mark="guessed",
        ),
        Reading(
            "window_days",
            "How far back does it learn?",
            180,
            (90, 180, 365),
            "Lum & Isaac's; Kent fed five years, and the vendor spoke of up to ten",
            "how slowly the list moves",
            unit="days",
            mark="guessed",
        ),
        Reading(
            "e_step",
            "Are an event's shares divided by the rate at that event, or as in the replication files?",
            "corrected",
            ("corrected", "published"),
            "the replication files divide a table's columns where its rows are meant; mended, they follow the paper",
            "in Oakland 2 of 368 daily lists, by one square each; where events come in bursts the published way can run away, and is then refused",
            mark="known",
        ),
        Reading(
            "background",
            "Has each square a background of its own?",
            "by-place",
            ("by-place", "pooled"),
            "the paper's model has one for each square; its last formula updates only one for all, which both open codes take for a misprint",
            "pooled, only the echoes tell squares apart, so the list follows the last weeks",
            mark="known",
        ),
        Reading(
            "edge",
            "Are echoes allowed for that would come after the last day?",
            "none",
            ("none", "lewis-mohler"),
            "the paper and both open codes do not",
            "how strong the echo is found to be",
            mark="known",
        ),
        Reading(
            "stop",
            "When does the fitting stop?",
            "any",
            ("any", "all"),
            "the replication files stop as soon as any one of three changes is small",
            "where the echo is on its way to nothing, how much of it is left when the fitting stops",
            mark="known",
        ),
        Reading(
            "tolerance",
            "How small is small?",
            1.0,
            (1.0, 0.001),
            "the replication files' 0.00001 for the echo and 0.0001 for the backgrounds together",
            "as above",
            unit="times the published limits",
            mark="known",
        ),
        Reading(
            "start",
            "Which theta, omega and mu does the fitting start from?",
            (1.0, 1.0, 1.0),
            ((1.0, 1.0, 1.0), (0.3, 0.1, 0.03)),
            "the replication files'",
            "which optimum is found, where there are several",
            mark="known",
        ),
        Reading("cell_m", "How large is a square?", 150.0, (150.0, 152.4, 200.0), "150 m in the paper; the product's were of 500 feet",
                "how much ground and how many people a list holds", unit="m", mark="known"),
        Reading("k", "How many squares are listed?", 20, (10, 20, 60),
                "the paper's 20, which were for each division and shift; three shifts make 60 a day of one division, if no square is listed twice",
                "how much ground is patrolled", mark="known"),
        Reading(
            "ties",
            "Which of two squares with the same rate comes first?",
            "highest",
            ("highest", "lowest"),
            "the replication's code lists the one with the higher number; its figure the one in the earlier row, which is the lower number",
            "little for the model, whose rates are seldom alike; more for a count map, whose counts often are",
            mark="known",
        ),
    ),
    not_rebuilt=(
        "lists for each division and shift: one list a day for the whole place is made here; the reading k says how long it may be",
        "the product's own choice of crime types, its cleaning of records, and whatever it changed after 2015",
        "patrols, and whether they worked",
    ),
    known=(
        "In trials at Los Angeles and Kent the model foresaw 1.4 to 2.2 times as much crime as an analyst (Mohler et al. 2015, abstract).",
        "Los Angeles: 4.7 % of crimes fell in the model's squares, 2.1 % in the analyst's; Kent's two divisions: 9.8 against 6.8 %, and 6.8 against 4.0 % "
        "(Mohler et al. 2015, as reported by the University of California, Los Angeles, October 2015).",
        "Patrols by the model's list went with 7.4 % less crime on average, as a function of patrol time; patrols by the analyst's with no significant "
        "effect (Mohler et al. 2015, abstract).",
        "Kent Police used it from 2013 to 2018, at £100,000 a year by its own review of 2014 (Amnesty International UK 2025, section 1.4.1, notes 66-67).",
        "The same review says that it 'does reduce crime and ASB when used', and that 'no overall drop in crime was observed' in the twelve months of the "
        "force-wide evaluation (Amnesty International UK 2025, section 1.4.1, notes 67-68).",
        "Recorded crime in Kent rose in the first year; the force said that it had come to record more of it, and that patrols had been too few "
        "(BBC News, 1 May 2015).",
        "Kent stopped in 2018 because it was 'challenging' to show that it had helped (Amnesty International UK 2025, section 1.4.1, note 70).",
        "Kent fed it five years of crime and three of anti-social behaviour (from the project's notes on the vendor and the force; not re-read for this card).",
        "The Los Angeles Police Department ended its use in 2020 (Amnesty International UK 2025, box after section 1.4.2, note 95).",
        "Plainfield, New Jersey: of 23,631 predictions in 2018 fewer than 100, under half a per cent, met a recorded crime of the kind foretold; "
        "0.6 % for robbery or aggravated assault, 0.1 % for burglary (The Markup, 2 October 2023).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What has been learnt up to the end of a day.

    Attributes:
        past: the events learnt from.
        fitted: background of each cell, strength and fading of the echo.
        last_day: the last day learnt from.
    """

    past: Past
    fitted: Fitted
    last_day: np.datetime64


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    outcome: str = "violence-robbery-drugs",
    window_days: int = 180,
    e_step: str = "corrected",
    background: str = "by-place",
    edge: str = "none",
    stop: str = "any",
    tolerance: float = 1.0,
    start: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Model:
    """Learn from the crimes recorded in the days up to and including one.

    Args:
        recorded_crime: the declared table, with day, x_m and y_m; rows without a day or a point are not used.
        grid: the cells.
        until: the last day, or a month: then its last day.
        outcome, window_days, e_step, background, edge, stop, tolerance, start: readings of the card.

    Raises:
        MissingColumn: the table has months only.
        EmptyTable: nothing to learn from in the window.
        BadSetting: an unknown choice of a reading.
    """
    rules = Rules(e_step, background, edge, stop, tolerance, tuple(start))
    rows, ago = usable_days(recorded_crime, until=until, window_days=window_days, crime_types=crime_types_of(outcome))
    used = recorded_crime.iloc[rows]
    cell = grid.cell_of(used["x_m"].to_numpy(dtype=float), used["y_m"].to_numpy(dtype=float))
    within = cell >= 0
    events = events_of(used)[within]
    past = gathered(np.zeros(len(events)), cell[within], ago[within], events, runs=1, cells=len(grid), window_days=window_days)
    return Model(past, fit_model(past, rules), last_day(until))


def score(model: Model, *, day: dt.date | None = None) -> NDArray[np.float64]:
    """Expected recorded crimes of each cell on a day, shape (cells,).

    Args:
        model: from `fit`.
        day: any after the last day learnt; left out: the next. Nothing is known of the days in between.

    Raises:
        BadSetting: a day that the model has already seen.
    """
    found: NDArray[np.float64] = rates(model.past, model.fitted, ahead_days=days_ahead(day, last_day=model.last_day))[0]
    return found


def scores_of_past(past: Past, **settings: Any) -> NDArray[np.float64]:
    """Expected events in each place on many mornings at once, each from its own past; shape (runs, cells).

    Args:
        past: from tables.past_events.
        settings: e_step, background, edge, stop, tolerance, start, as for `fit`.

    Raises:
        BadSetting: an unknown setting or choice.

    Example:
        >>> from evenhand.tables.past_events import before_each_day
        >>> counts = [[1, 0], [0, 0], [0, 1], [0, 1]]
        >>> scores_of_past(before_each_day(counts, [3, 4], window_days=3), stop="all").round(2).tolist()
        [[0.33, 0.33], [0.0, 0.67]]
    """
    unknown = [name for name in settings if name not in Rules.__dataclass_fields__]
    if unknown:
        raise BadSetting(f"There is no setting {', '.join(map(repr, unknown))}. Known: {', '.join(Rules.__dataclass_fields__)}.")
    if "start" in settings:
        settings["start"] = tuple(settings["start"])
    return rates(past, fit_model(past, Rules(**settings)))
