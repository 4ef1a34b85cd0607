"""What police did in each cell and month, as a forecast reads it: searches and intelligence reports, all of them or a part drawn by lot.

Read with care: a search says where officers were. A forecast that reads searches, and sends officers, reads its own effect.

Source: book-keeping of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from .grid_features import Activity, counts_of
from .records import months_there

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from .grid_features import Months

INTELLIGENCE = "intelligence"
POLICE_INPUTS: dict[str, tuple[str, ...]] = {"none": (), "stop-search": ("stop-search",), "stop-search-and-intelligence": ("stop-search", INTELLIGENCE)}
"""Kinds of police activity that each choice of `police_inputs` reads."""


def activity_of(
    police_activity: pd.DataFrame | None, grid: Grid, crimes: Months, *, police_inputs: str, intelligence_kept: float, seed: int
) -> tuple[Activity, ...]:
    """Counts of each kind that is asked for, over the months of the crimes.

    A month that lacks a kind which is otherwise recorded often is taken as missing, not as quiet: nothing is explained by it.

    Args:
        police_activity: the declared table; rows after the last month of the crimes are not used.
        grid: the cells.
        crimes: whose months are taken.
        police_inputs: which kinds.
        intelligence_kept: share of intelligence records that is kept, drawn by lot.
        seed: of the lots.

    Raises:
        BadSetting: an unknown choice, or a share that is none.
        CannotAnswer: a kind is asked for and none of it lies in the place, or not up to the last month: what is missing is not none.
        BadValue: intelligence that is to be thinned and does not come in whole numbers.
    """
    if police_inputs not in POLICE_INPUTS:
        raise BadSetting(f"There is no police_inputs '{police_inputs}'. Known: {', '.join(POLICE_INPUTS)}.")
    if not 0 <= intelligence_kept <= 1:
        raise BadSetting(f"intelligence_kept={intelligence_kept!r} is no share; give a number from 0 to 1.")
    found = []
    for kind in POLICE_INPUTS[police_inputs]:
        one = _counted(police_activity, grid, crimes, kind)
        found.append(Activity(kind, thinned(one.counts, crimes.first, kept=intelligence_kept, seed=seed), one.is_known) if kind == INTELLIGENCE else one)
    return tuple(found)


def thinned(counts: NDArray[np.float64], first: int, *, kept: float, seed: int) -> NDArray[np.float64]:
    """Counts with each record kept or dropped by lot; a month is drawn alike whatever months come after it.

    Args:
        counts: shape (cells, months), whole numbers.
        first: number of the first month.
        kept: chance that a record is kept.
        seed: of the lots.

    Example:
        >>> thinned(np.array([[100.0, 100.0]]), 600, kept=0.5, seed=1).tolist()
        [[56.0, 58.0]]
        >>> thinned(np.array([[100.0, 100.0]]), 600, kept=0.0, seed=1).tolist()
        [[0.0, 0.0]]
    """
    if kept == 1:
        return counts
    if (counts != np.floor(counts)).any():
        raise BadValue("Intelligence can be thinned only in whole records, and column 'events' of table 'police_activity' holds parts of one.")
    drawn = [np.random.default_rng([seed, first + month]).binomial(column.astype(np.int64), kept) for month, column in enumerate(counts.T)]
    return np.column_stack(drawn).astype(float)


def _counted(police_activity: pd.DataFrame | None, grid: Grid, crimes: Months, kind: str) -> Activity:
    if police_activity is None:
        raise CannotAnswer(f"The forecast is to read {kind} records, and no table 'police_activity' was given. Choose another reading of `police_inputs`.")
    last = crimes.name_of(crimes.many - 1)
    rows = police_activity[(police_activity["activity"] == kind) & (police_activity["month"] <= last)]
    if rows.empty:
        raise CannotAnswer(f"Table 'police_activity' holds no {kind} record up to {last}. Choose another reading of `police_inputs`.")
    if rows["month"].max() < last:
        raise CannotAnswer(
            f"The {kind} records of table 'police_activity' end in {rows['month'].max()} and the crimes in {last}, so the months between would read as months "
            "without any. Choose another reading of `police_inputs`, or an earlier month to learn up to."
        )
    counts = counts_of(rows, grid, first=crimes.first, months=crimes.many)
    if not counts.sum() > 0:
        raise CannotAnswer(
            f"No {kind} record of table 'police_activity' from {crimes.name_of(0)} to {last} lies in the place. Is it of another place, or not in metres of "
            "the British National Grid? Choose another reading of `police_inputs`."
        )
    start, there = months_there(rows, until=last)
    # From the first month of the kind on; before it nothing is known.
    is_known = np.zeros(crimes.many, dtype=bool)
    place = int(start.astype(np.int64)) - crimes.first + np.arange(len(there))
    is_known[place[place >= 0]] = there[place >= 0]
    return Activity(kind, counts, is_known)
