"""Grid forecast: how many knife crimes will be recorded in each square kilometre next month?

West Midlands Police forecasts knife crime with injury for squares of 1 km² and the coming four weeks, and for a time did so for
serious violence on squares half as large. It learns from two years of recorded crime, considers a trend of twenty, and reads stop and
search and intelligence records. Analysts then mark streets by hand, and a taskforce goes there.

What kind of model makes the forecast is published nowhere. So four families are built, and none of them is "the" model: an audit
should be read as the range over all. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  usable -> counts_of -> activity_of -> design_of -> a family -> score; then flagging.flag

Read with care: the score is a number of crimes to be recorded, not to happen. A month that the records lack
is taken for unknown, not for quiet. Where searches are read and officers are sent by the forecast, the forecast reads its own effect.

"17 % correct" is the force's own figure, of what is not said. Hand `evenhand audit accuracy` the score as `expected` in the table `forecasts`,
with `--flag-top 20`, and it gives all that the figure may mean: the share of predictions followed by a crime, the share of crimes foreseen, how
often the rounded number was right, and how often a square said to see one or more saw any, or as many. They lie far apart.

Source: West Midlands Police, Freedom of Information responses 1353A/22 and 736A/22; Data Analytics Lab (February 2023), Evaluation of the
predictive tools for short term forecasting, as reported by Amnesty International UK (2025), section 3.1.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from .card import AlsoReads, Card
from .grid_activity import activity_of
from .grid_families import FAMILIES, NAIVE, Learnt, boosted, poisson_glm, recent_mean, seasonal_naive
from .grid_features import BY_SCATTER, TRENDS, Months, counts_of, design_of
from .grid_readings import READINGS
from .outcomes import crime_types_of
from .records import absent_filled, months_there, needed, usable

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

CARD = Card(
    slug="grid-forecast",
    title="Grid forecast (West Midlands knife crime and serious violence)",
    kind="place",
    operators=("west-midlands-police",),
    learns_from="points of recorded crime by month; of police, if asked, where they searched and what they noted",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="squares of 1 km² with the highest expected counts",
    horizon="the next month; the operator's is four weeks, renewed every week",
    fidelity="shape",
    sources=(
        Citation("West Midlands Police, Freedom of Information response 1353A/22"),
        Citation("Amnesty International UK (2025), Automated Racism, section 3.1.2, notes 228-258"),
        Citation("West Midlands Police, Data Analytics Lab (February 2023), Evaluation of the predictive tools for short term forecasting of Knife Crime (used "
                 "causing injury) and Serious Violence, as reported in Automated Racism", mark="recalled"),
        Citation("McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., chapter 6", mark="recalled"),
    ),
    known=(
        "A 'spatio-temporal model' estimates number and broad location of knife crimes with injury, on squares of 1 km², over the coming four weeks; its "
        "sibling for serious violence is on squares of 0.5 square kilometres (West Midlands Police, FOI response 1353A/22).",
        "It uses two years of data and considers the trend of the last 20 years (Amnesty International UK 2025, section 3.1.2, notes 238-239).",
        "It reads recorded crimes of the force's system CONNECT (Amnesty International UK 2025, section 3.1.2, note 240).",
        "It reads stop and search records and intelligence reports (Amnesty International UK 2025, section 3.1.2, note 241).",
        "Analysts also look at the same time last year and the recent past, and forecasts are renewed every week (Amnesty International UK 2025, section "
        "3.1.2, notes 242-243).",
        "Analysts mark smaller areas by hand, a street or a few (Amnesty International UK 2025, section 3.1.2, notes 245-246).",
        "Testing of the knife crime tool began in November 2021, of the one for serious violence in May 2022; the first is in use since March 2023, the second "
        "no longer in regular use (Amnesty International UK 2025, section 3.1.2, notes 231, 235 and 236).",
        "Enforcement in the Soho Road and Lozells areas of Birmingham that followed its forecasts led, by the force, to 72 stops and searches and 34 "
        "intelligence reports; 27 arrests were made (Amnesty International UK 2025, section 3.1.2, notes 251-255).",
        "The force acknowledges that it was right 17 per cent of the time; of what, is not said (Amnesty International UK 2025, section 3.1.2, note 257).",
    ),
    readings=READINGS,
    also_reads=(
        AlsoReads("police_activity", ("month", "x_m", "y_m", "activity", "events"), False, "searches and intelligence, where police_inputs asks for them"),
    ),
    not_rebuilt=(
        "the operator's model, which is not published: the four families are guesses",
        "four weeks ahead, renewed every week: published records have months, so a month is forecast from whole months",
        "which knife crimes caused injury, which published categories do not tell",
        "twenty years of records, unless the table has them",
        "the areas that analysts mark by hand, and what officers do there",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Model:
    """What has been learnt.

    Attributes:
        family: which of the four.
        learnt: crimes expected in each cell, and what that rests on.
        explained: months that were explained by those before them; none for the naive families, or where records are too short.
        month: the month that is forecast.
    """

    family: str
    learnt: Learnt
    explained: tuple[str, ...]
    month: str


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    police_activity: pd.DataFrame | None = None,
    outcome: str = "robbery-weapons",
    family: str = "poisson-glm",
    police_inputs: str = "none",
    intelligence_kept: float = 1.0,
    history_months: int = 24,
    trend: str = "log-linear",
    reach_cells: int = 1,
    shrink_months: float | str = BY_SCATTER,
    ridge: float = 1.0,
    rounds: int = 100,
    seed: int = 1,
) -> Model:
    """Learn from crimes recorded up to and including a month, and forecast the one after.

    Args:
        recorded_crime: the declared table, with x_m and y_m. Its first month is where the records begin; they end in its last month that may be
            learnt from, and the month after that is forecast.
        grid: the cells.
        until: last month, or a day: then whole months up to it.
        police_activity: the declared table; read where `police_inputs` asks for it.
        outcome, family, police_inputs, intelligence_kept, history_months, trend, reach_cells, shrink_months, ridge, rounds, seed: readings of the card.

    Raises:
        EmptyTable: no crime to learn from, or none in the place.
        CannotAnswer: the records are too short for the family, or lack the police activity asked for.
        MissingColumn: police_activity lacks a column.
        BadSetting: an unknown choice of a reading.

    Example:
        >>> import geopandas as gpd, pandas as pd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> area = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 2000, 1000)], crs="EPSG:27700")
        >>> rows = pd.DataFrame({"month": ["2024-01", "2024-02"], "x_m": [500.0, 1500], "y_m": 500.0, "crime_type": "Robbery", "events": [3, 2]})
        >>> score(fit(rows, make_grid(area, cell_m=1000), until="2024-02", family="recent-mean")).tolist()
        [1.5, 1.0]
    """
    _check(family, trend, history_months, reach_cells, shrink_months, ridge, rounds)
    needed(CARD, police_activity=police_activity)
    crimes = _crimes(recorded_crime, grid, until=until, outcome=outcome)
    activity = activity_of(police_activity, grid, crimes, police_inputs=police_inputs, intelligence_kept=intelligence_kept, seed=seed)
    month = crimes.name_of(crimes.many)
    if family in NAIVE:
        if activity:
            raise CannotAnswer(f"The family '{family}' reads no police activity. Choose another reading of `family`, or of `police_inputs`.")
        return Model(family, seasonal_naive(crimes) if family == "seasonal-naive" else recent_mean(crimes), (), month)
    design = design_of(crimes, grid, activity, history_months=history_months, trend=trend, reach_cells=reach_cells, shrink_months=shrink_months)
    if activity and not design.explained:
        raise CannotAnswer(
            "No month of the records has police activity of the month before it, so nothing can be learnt from that. Choose another reading of `police_inputs`."
        )
    learnt = poisson_glm(design, ridge=ridge) if family == "poisson-glm" else boosted(design, rounds=rounds, seed=seed)
    return Model(family, learnt, tuple(crimes.name_of(one) for one in design.explained), month)


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,): crimes expected in it in the month after the last learnt."""
    return model.learnt.expected


def coefficient_table(model: Model, *, level: float = 0.95) -> pd.DataFrame:
    """What goes with how many crimes, by the regression.

    Returns:
        A row for each column used: input; ratio, by which expected crimes are multiplied where it is one standard deviation higher, all else alike;
        low and high, the limits of that; per_unit, the same for one unit (of log(1 + records) for counts). That of "own level" is over and above
        the once that it counts in the base: below 1, levels draw together.

    Raises:
        CannotAnswer: the family has no coefficients, or the records were too short for any.

    Read with care:
        A ratio says what went with later records, not what brought them about. Limits take each square and month as one independent draw, which
        neighbours are not, so they are too narrow; and a ridge pulls ratios towards 1.
    """
    import pandas as pd

    learnt = model.learnt
    if learnt.regression is None or learnt.spread is None:
        raise CannotAnswer(f"There are no coefficients: the family is '{model.family}', with {len(model.explained)} months explained.")
    low, high = learnt.regression.interval(level)
    values = learnt.regression.coefficients[1:]
    ratios = {"ratio": np.exp(values), "low": np.exp(low[1:]), "high": np.exp(high[1:]), "per_unit": np.exp(values / learnt.spread)}
    return pd.DataFrame({"input": list(learnt.names), **ratios})


def _crimes(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, outcome: str) -> Months:
    used = recorded_crime[usable(recorded_crime, until=until, crime_types=crime_types_of(outcome))]
    start, there = months_there(recorded_crime, until=until)
    first = int(start.astype(np.int64))
    counts = absent_filled(counts_of(used, grid, first=first, months=len(there)), there)
    if not counts.sum() > 0:
        raise EmptyTable("None of the recorded crimes lies in a cell of the place, so there is nothing to learn from. Are they of another place?")
    return Months(first, counts, there)


def _check(family: str, trend: str, history_months: int, reach_cells: int, shrink_months: float | str, ridge: float, rounds: int) -> None:
    for name, value, known in (("family", family, FAMILIES), ("trend", trend, TRENDS)):
        if value not in known:
            raise BadSetting(f"There is no {name} '{value}'. Known: {', '.join(known)}.")
    for name, number, least in (("history_months", history_months, 1), ("reach_cells", reach_cells, 0), ("rounds", rounds, 1)):
        if not number >= least:
            raise BadSetting(f"{name}={number!r} is too small; give {least} or more.")
    if not (np.isfinite(ridge) and ridge >= 0):
        raise BadSetting(f"ridge={ridge!r} is no pull; give 0 or more.")
    if shrink_months != BY_SCATTER and (isinstance(shrink_months, str) or not (np.isfinite(shrink_months) and shrink_months > 0)):
        raise BadSetting(f"shrink_months={shrink_months!r} must be '{BY_SCATTER}' or a number above 0: at 0 a square without crimes would expect none ever.")
