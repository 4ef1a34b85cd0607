"""The count map: the squares where most crime was recorded before. The plain baseline for every place system.

Whatever a system claims must be more than this. It is also what a system often turns out to be: on
Oakland's recorded drug crimes the daily lists of a published commercial method share 96 % of their places
with a plain count of the last 180 days (computed from the replication files of Lum & Isaac 2016).

Steps, in order:  usable -> cell_of -> fit -> score; then flagging.flag
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from .card import Card, Reading
from .outcomes import VIOLENCE, crime_types_of
from .records import events_of, usable

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..places.grid import Grid
    from ..tables.past_events import Past

CARD = Card(
    slug="count-map",
    title="Count map (plain baseline)",
    kind="place",
    operators=(),
    learns_from="points of recorded crime of the same kinds; months, no days",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="the squares with most recorded crime",
    horizon="the next month",
    fidelity="exact",
    sources=(
        Citation("Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28 (grid thematic mapping)", doi="10.1057/palgrave.sj.8350066", mark="recalled"),
    ),
    readings=(
        Reading(
            "outcome",
            "Which categories are counted?",
            "violence-robbery-drugs",
            VIOLENCE,
            "the same as the system it stands beside",
            "which records count at all",
        ),
    ),
    next_review="2027-11",
)


@dataclass(frozen=True)
class Model:
    """Recorded crimes in each cell; shape (cells,)."""

    counts: NDArray[np.float64]


def contributions(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, outcome: str = "violence-robbery-drugs") -> csr_array:
    """One for the cell each row's point falls in; sparse, shape (cells, rows)."""
    from scipy.sparse import csr_array

    rows = np.flatnonzero(usable(recorded_crime, until=until, crime_types=crime_types_of(outcome)))
    cell = grid.cell_of(recorded_crime["x_m"].to_numpy(dtype=float)[rows], recorded_crime["y_m"].to_numpy(dtype=float)[rows])
    rows, cell = rows[cell >= 0], cell[cell >= 0]
    return csr_array((np.ones(len(rows)), (cell, rows)), shape=(len(grid), len(recorded_crime)))


def fit(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, **settings: object) -> Model:
    """Count crimes recorded up to and including a month, by cell."""
    return Model(np.asarray(contributions(recorded_crime, grid, until=until, **settings) @ events_of(recorded_crime)))  # type: ignore[arg-type]


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,): its count."""
    return model.counts


def scores_of_past(past: Past) -> NDArray[np.float64]:
    """Events of the window in each place, for many mornings at once; shape (runs, cells).

    Example:
        >>> from evenhand.tables.past_events import before_each_day
        >>> scores_of_past(before_each_day([[1, 0], [1, 4], [0, 0]], [2, 3], window_days=2)).tolist()
        [[2.0, 4.0], [1.0, 4.0]]
    """
    counts = np.bincount(past.run * past.cells + past.cell, past.events, past.runs * past.cells)
    return np.asarray(counts.reshape(past.runs, past.cells), dtype=float)
