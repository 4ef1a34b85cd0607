"""Days for records that have months only: each recorded crime gets a day of its month, drawn at random.

Systems that go from day to day cannot be run on what police.uk publishes. With days drawn they can, but what they are
said to see within a month (a burglary soon after a burglary next door) is then not there to be seen. So a run on drawn
days shows such a system without its clock; run it over several draws, and say so beside every number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import MissingColumn

if TYPE_CHECKING:
    import pandas as pd

CAVEAT = (
    "police.uk publishes months and no days. Each recorded crime was given a day of its month at random, "
    "so what this system would learn from the order of events within a month is not in the data."
)


def with_drawn_days(recorded_crime: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """One row for each recorded crime, with a day of its month drawn evenly.

    A month's draws depend on the seed, the month and the order of its rows alone, so adding months changes no earlier day.

    Args:
        recorded_crime: the declared table, with month; `events` above one become that many rows.
        seed: of the draws.

    Raises:
        MissingColumn: there are no months.

    Example:
        >>> import pandas as pd
        >>> drawn = with_drawn_days(pd.DataFrame({"month": ["2024-02"], "events": [3]}), seed=1)
        >>> len(drawn), bool(drawn["day"].between("2024-02-01", "2024-02-29").all()), drawn["events"].tolist()
        (3, True, [1, 1, 1])
    """
    if "month" not in recorded_crime.columns:
        raise MissingColumn(f"Table 'recorded_crime' has no column 'month', so no days can be drawn. Columns found: {', '.join(recorded_crime.columns)}.")
    each = recorded_crime
    if "events" in recorded_crime.columns:
        each = recorded_crime.loc[recorded_crime.index.repeat(recorded_crime["events"].astype(int))].assign(events=1)
    each = each.reset_index(drop=True)
    days = np.empty(len(each), dtype="datetime64[D]")
    for month, rows in each.groupby("month", sort=True).indices.items():
        first = np.datetime64(str(month), "M")
        length = int(((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int))
        rng = np.random.default_rng([seed, int(first.astype(np.int64)) & 0xFFFFFFFF])
        days[rows] = first.astype("datetime64[D]") + rng.integers(length, size=len(rows))
    return each.assign(day=np.datetime_as_string(days))
