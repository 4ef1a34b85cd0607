"""Events by place and day (or month), for places that are known by a code alone: no point, no polygon."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .errors import BadSetting, BadValue, MissingColumn
from .schema import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

TABLE = Table(
    name="place_events",
    one_row_is="the events recorded in one place on one day, or in one month where days are not known",
    columns=(
        Column("place_code", "text", "the cell's or area's code"),
        Column("month", "month", "month of the records, where there is no day", required=False),
        Column("day", "day", "day of the records", required=False),
        Column("events", "whole", "how many were recorded; a row of 0 says that the place was watched and nothing was recorded", "events", low=0),
        Column("kind", "text", "kind of crime, where kinds are told apart", required=False),
        Column("harm", "number", "harm of these events together, by whatever weights; every set of weights is a reading", low=0, required=False),
    ),
    key=("place_code", "month", "day", "kind"),
)


class Daily(NamedTuple):
    """Events day by day.

    Attributes:
        places: codes, in the order of the columns.
        first: the first day.
        counts: shape (days, places).
    """

    places: tuple[str, ...]
    first: np.datetime64
    counts: NDArray[np.int64]

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The days, in order; shape (days,)."""
        import numpy as np

        return self.first + np.arange(len(self.counts))


def by_day(events: pd.DataFrame, *, places: Sequence[str] | None = None, first: str | None = None, last: str | None = None) -> Daily:
    """Events as a table of days by places.

    Args:
        events: the declared table, with days.
        places: every place there is, in the order wanted, those without any event among them; default the places of
            the table, in the order of their codes.
        first, last: days, inclusive, such as "2010-07-01"; default the first and last of the table. Events outside are left out.

    Raises:
        MissingColumn: the table has months and no days.
        BadValue: a day that does not exist, or a place that is not among `places`.
        BadSetting: `last` is before `first`.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"place_code": ["7", "9", "7"], "day": ["2011-01-01", "2011-01-01", "2011-01-03"], "events": [2, 1, 1]})
        >>> by_day(table).counts.tolist()
        [[2, 1], [0, 0], [1, 0]]

    Read with care:
        A day without a row counts as a day on which nothing was recorded, and so does a place: missing days cannot be told from quiet ones.
    """
    import numpy as np

    if "day" not in events.columns:
        raise MissingColumn(f"Table 'place_events' has no column 'day', and what goes from day to day needs it.\nColumns found: {', '.join(events.columns)}.")
    codes = events["place_code"].astype(str).to_numpy()
    order = tuple(places) if places is not None else tuple(sorted(set(codes)))
    position = {code: index for index, code in enumerate(order)}
    unknown = sorted(set(codes) - set(position))
    if unknown:
        raise BadValue(f"{len(unknown):,} places of the table, such as {unknown[0]!r}, are not among the {len(order):,} given. Give all places, or none.")
    days = as_days(events["day"])
    start, end = (np.datetime64(given, "D") if given else edge for given, edge in ((first, days.min()), (last, days.max())))
    if end < start:
        raise BadSetting(f"The last day, {end}, is before the first, {start}.")
    within = (days >= start) & (days <= end)
    counts = np.zeros((int((end - start).astype(int)) + 1, len(order)), dtype=np.int64)
    where = np.array([position[code] for code in codes], dtype=np.int64)
    np.add.at(counts, ((days[within] - start).astype(np.int64), where[within]), events["events"].to_numpy(dtype=np.int64)[within])
    return Daily(order, start, counts)


def as_days(days: pd.Series) -> NDArray[np.datetime64]:
    """Text of the form 2011-01-31 as days.

    Raises:
        BadValue: a day is missing or does not exist.
    """
    import numpy as np
    import pandas as pd

    found = pd.to_datetime(days.astype("string"), format="%Y-%m-%d", errors="coerce")
    if found.isna().any():
        wrong = days[found.isna().to_numpy()].iloc[0]
        raise BadValue(f"Column 'day' holds {wrong!r}, which is no day. Write days as 2011-01-31.")
    return np.asarray(found.to_numpy().astype("datetime64[D]"))
