"""PredPol's forerunner: how likely is a crime at each point tomorrow, when the data alone say how far and how long one crime draws another?

The model that later founders of PredPol and others published in 2011, before the product: a background of recorded crime that varies over place and
over time, and an echo of each crime nearby and for a while, with no shape given beforehand to any of them. Events are drawn by lot as
background or as some earlier event's echo, the parts are estimated from the draw, and again. It reads kind, place and time, and nothing else.

Reconstructed: the published method, its rule for kernel widths and its drawing by lot. Not reconstructed: the records it was tried on, and
every setting listed in CARD.readings. What the product itself ran is nearer the grid model of 2015: see predpol.py.

The score of a cell is the expected number of recorded crimes on the day: the rate, integrated over the whole cell (or, as a reading, the
rate at its centre times its area).

Steps, in order:  usable_days -> gathered_events -> self_exciting_points.fit_points -> points_over_cells.expected -> score; then flagging

Read with care: the fit is drawn by lot, so a list is one of several that the same records give: vary `seed`. On points that were moved
to the nearest of a fixed list, as police.uk's are, much of the echo is that crimes share a map point. With days only, crimes of one day
are no echoes of each other; with days drawn by lot, what would be learnt from the order within a month is not there.

Source: Mohler, Short, Brantingham, Schoenberg & Tita (2011), Journal of the American Statistical Association 106(493), 100-108.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting, EmptyTable
from .card import Card, Reading
from .outcomes import VIOLENCE, crime_types_of
from .points_over_cells import expected
from .records import days_ahead, events_of, last_day, usable_days
from .self_exciting_points import TODAY, FittedPoints, PointRules, fit_points, gathered_events, rates

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

OF_CELL = ("whole", "centre")

CARD = Card(
    slug="predpol-2011",
    title="PredPol's forerunner (self-exciting points, 2011)",
    kind="place",
    operators=(),
    learns_from="kind, place and day of recorded crime",
    columns=("day", "x_m", "y_m", "crime_type", "events"),
    flags="the squares with the highest rate each day",
    horizon="the next day",
    fidelity="close",
    sources=(
        Citation(
            "Mohler, Short, Brantingham, Schoenberg & Tita (2011), Self-Exciting Point Process Modeling of Crime, "
            "Journal of the American Statistical Association 106(493), 100-108",
            doi="10.1198/jasa.2011.ap09546",
            mark="recalled",
        ),
        Citation("Zhuang, Ogata & Vere-Jones (2002), Stochastic declustering of space-time earthquake occurrences", mark="recalled"),
        Citation("open_cp 0.2.0 (University of Leeds, 2018), sepp.py: cut-offs, start, iterations and background on the day; read, not copied"),
    ),
    readings=(
        Reading("outcome", "Which categories are fed in?", "violence-robbery-drugs", (*VIOLENCE, "burglary"),
                "the same as the other place systems here; the paper's were residential burglaries", "which records count at all", mark="recalled"),
        Reading("window_days", "How far back does it learn?", 365, (180, 365, 730),
                "the paper learnt from 2004 to foresee 2005", "how steady the background is", unit="days", mark="recalled"),
        Reading("iterations", "How many turns of drawing and estimating?", 40, (40, 75),
                "the one complete open code's; the paper took about 75", "how near to settled the shares of background and echo are", mark="recalled"),
        Reading("k_days", "Which neighbour sets the width of a kernel over time?", 100, (50, 100),
                "the paper's", "how fast the background may change", mark="recalled"),
        Reading("k_places", "Which neighbour sets the width of a kernel over place, and over the echo?", 15, (10, 15, 30),
                "the paper's", "how sharp the hot places and the echo are", mark="recalled"),
        Reading("cut_days", "How long may an echo last?", 120.0, (60.0, 120.0),
                "the open code's; the paper names none that we recall", "how much clustering in place is taken for echo", unit="days"),
        Reading("cut_m", "How far may an echo reach?", 500.0, (250.0, 500.0),
                "the open code's; the paper names none that we recall", "how much clustering in place is taken for echo", unit="m"),
        Reading("start", "What does the first draw go by: days by which the chance of an echo fades, and metres of its Gaussian?", (10.0, 50.0),
                ((10.0, 50.0), (30.0, 150.0)),
                "fading by a tenth a day and 50 m, which the open code takes from Rosser & Cheng (its code has a tenth of a day in their place)",
                "which of several fits is found"),
        Reading("least", "How narrow may a kernel be, in days and metres?", (0.5, 10.0), ((0.5, 10.0), (1.0, 50.0)),
                "days are whole and addresses some metres wide; where crimes share a point their distance is nothing and the rule gives no width at all",
                "how sharply a square stands out where crimes share a point"),
        Reading("at_zero", "What of the part of an echo's kernels that would lie before its event?", "none", ("none", "mirrored"),
                "neither paper nor open code mends it, as far as we recall", "how strong the echo is on the first days"),
        Reading("today", "How high is the background on the day foreseen?", "middle-half", TODAY,
                "as the open code has it: kernels cannot look beyond the last day, and leak there; as estimated, it is about halved",
                "how much a crime last week weighs beside a hot place"),
        Reading("of_cell", "Is the rate integrated over a cell, or taken at its centre?", "whole", OF_CELL,
                "an echo can be narrower than a cell, and then the centre says little about the rest of it",
                "which squares are listed where crimes share points"),
        Reading("seed", "Which lots are drawn?", 1, (1, 2, 3), "any", "which of several lists as good as each other is shown"),
        Reading("cell_m", "How large is a square?", 200.0, (150.0, 200.0), "the paper's comparison with hot-spot maps was on squares of 200 m",
                "how much ground and how many people a list holds", unit="m", mark="recalled"),
        Reading("k", "How many squares are listed?", 20, (10, 20, 50), "the paper compared all lengths of list; 20 is that of the trials of 2015",
                "how much ground is patrolled"),
    ),
    not_rebuilt=(
        "times of day: with days only, crimes of one day are not echoes of each other",
        "echoes of crimes outside the place, which a border does not stop",
        "the Los Angeles burglary records of the paper, and its comparison with hot-spot maps",
        "whatever became of this model inside the product",
    ),
    known=(
        "The idea is that of earthquakes and their aftershocks (Mohler et al. 2011, abstract).",
        "Two of its authors went on to found PredPol (recalled).",
        "It was shown on residential burglary recorded by the Los Angeles Police Department, with no shape assumed for the echo or for the trend of the "
        "background (Mohler et al. 2011, abstract).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What has been learnt up to the end of a day.

    Attributes:
        fitted: background and echo; events are dated from the window's first day, which is 0.
        grid: the cells to be scored.
        last_day: the last day learnt from.
        window_days, today, of_cell: as in `fit`.
    """

    fitted: FittedPoints
    grid: Grid
    last_day: np.datetime64
    window_days: int
    today: str
    of_cell: str


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    outcome: str = "violence-robbery-drugs",
    window_days: int = 365,
    iterations: int = 40,
    k_days: int = 100,
    k_places: int = 15,
    cut_days: float = 120.0,
    cut_m: float = 500.0,
    start: tuple[float, float] = (10.0, 50.0),
    least: tuple[float, float] = (0.5, 10.0),
    at_zero: str = "none",
    today: str = "middle-half",
    of_cell: str = "whole",
    seed: int = 1,
) -> Model:
    """Learn from the crimes recorded within the place in the days up to and including one.

    Args:
        recorded_crime: the declared table, with day, x_m and y_m; rows without a day or a point are not used.
        grid: the cells.
        until: the last day, or a month: then its last day.
        outcome, window_days, iterations, k_days, k_places, cut_days, cut_m, start, least, at_zero, today, of_cell, seed: readings of the card.

    Raises:
        MissingColumn: the table has months only.
        EmptyTable: nothing to learn from in the window.
        CannotAnswer: all on one day or at one point; or more pairs than can be gone through.
        BadSetting: an unknown choice of a reading.
    """
    rules = PointRules(iterations, k_days, k_places, cut_days, cut_m, tuple(start), tuple(least), at_zero, seed)
    for name, chosen, known in (("today", today, TODAY), ("of_cell", of_cell, OF_CELL)):
        if chosen not in known:
            raise BadSetting(f"{name}={chosen!r} is not known. Known: {', '.join(known)}.")
    rows, ago = usable_days(recorded_crime, until=until, window_days=window_days, crime_types=crime_types_of(outcome))
    used = recorded_crime.iloc[rows]
    x_m, y_m = (used[name].to_numpy(dtype=float) for name in ("x_m", "y_m"))
    within = grid.cell_of(x_m, y_m) >= 0
    if not within.any():
        raise EmptyTable(
            f"None of the {len(rows):,} recorded crimes in the {window_days} days up to {last_day(until)} lies in the place, so there is nothing to learn from."
        )
    events = gathered_events(window_days - ago[within], x_m[within], y_m[within], events_of(used)[within], metres=cut_m)
    return Model(fit_points(events, rules), grid, last_day(until), window_days, today, of_cell)


def score(model: Model, *, day: dt.date | None = None) -> NDArray[np.float64]:
    """Expected recorded crimes of each cell on a day, shape (cells,).

    Args:
        model: from `fit`.
        day: any after the last day learnt; left out: the next. Nothing is known of the days in between.

    Raises:
        BadSetting: a day that the model has already seen.
    """
    next_day, grid = float(model.window_days + days_ahead(day, last_day=model.last_day)), model.grid
    if model.of_cell == "centre":
        rate = rates(model.fitted, grid.centres_m, day=next_day, window_days=model.window_days, today=model.today)
        return np.asarray(rate * grid.cell_m**2)
    return expected(model.fitted, grid, day=next_day, window_days=model.window_days, today=model.today)
