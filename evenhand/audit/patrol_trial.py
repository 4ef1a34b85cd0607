"""A trial of patrols as arrays: places, days, lots, and all outcomes side by side.

Reads the table `place_days`, makes sure that the same place-days stand behind each outcome, and says what
is absent. An absent place-day is unknown, not zero: it is left out of its day's lots.

Read with care: `is_treated` must be what was drawn. Whether a patrol took place is told apart (intent to treat).

Source: Hollis & Campbell (1999), British Medical Journal 319, 670-674, for intent to treat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue, CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

ALL = "events"
"""The name of the outcome where the table names none."""
RESTRICTED = (np.datetime64("2020-03-23"), np.datetime64("2021-07-19"))
"""From the announcement of the first lockdown to the lifting of most restrictions in England (step 4)."""


@dataclass(frozen=True)
class Trial:
    """A trial of patrols, a position for each place-day.

    Attributes:
        place, day: numbers from 0; days are counted from the first.
        is_treated: drawn for a patrol.
        events: outcome -> events, as whole numbers.
        harm: outcome -> harm, for outcomes that have it.
        nearby: outcome -> events in the ring around; nan where unknown. Empty where none is known.
        is_patrolled: a patrol took place; nan where unknown, None where the table does not say.
        chance: of being drawn; None where the table does not say.
        places: how many; `first`, `last`: days of the trial.
        absent: place-days of that span that are not in the table.
    """

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    is_treated: NDArray[np.bool_]
    events: Mapping[str, NDArray[np.float64]]
    harm: Mapping[str, NDArray[np.float64]]
    nearby: Mapping[str, NDArray[np.float64]]
    is_patrolled: NDArray[np.float64] | None
    chance: NDArray[np.float64] | None
    places: int
    first: np.datetime64
    last: np.datetime64
    absent: int

    @property
    def caveats(self) -> tuple[str, ...]:
        """What the place-days themselves ask to be said."""
        told = []
        if self.absent:
            every = self.absent + len(self.place)
            told.append(f"{self.absent:,} of {every:,} place-days are not in the table and are left out: absent is unknown, not zero.")
        if len(self.events) > 1:
            names = ", ".join(self.events)
            told.append(f"The table has {len(self.events)} outcomes, and all are listed here ({names}). A report that picks one of them picks its p-value too.")
        return (*told, *lockdown_caveat(self.first, self.last))


def trial(table: pd.DataFrame) -> Trial:
    """The table `place_days` as a trial.

    Args:
        table: checked by `tables.place_days`.

    Raises:
        BadValue: a day that is none, or outcomes that disagree on what was drawn.
        CannotAnswer: outcomes with different place-days.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"place_code": ["a", "b", "a", "b"], "day": ["2020-07-01"] * 2 + ["2020-07-02"] * 2,
        ...                      "is_treated": [True, False, False, True], "events": [0, 2, 1, 0]})
        >>> own = trial(rows)
        >>> own.day.tolist(), own.events["events"].tolist(), own.absent
        ([0, 0, 1, 1], [0.0, 2.0, 1.0, 0.0], 0)
    """
    rows = table.assign(outcome=table.get("outcome", ALL))
    rows = rows.sort_values(["outcome", "day", "place_code"], kind="stable", ignore_index=True)
    parts = {str(name): part.reset_index(drop=True) for name, part in rows.groupby("outcome", sort=True)}
    first = next(iter(parts.values()))
    for name, part in parts.items():
        _require_same(first, part, name)
    days = _days(first)
    _, codes = np.unique(first["place_code"].astype(str), return_inverse=True)
    day = (days - days.min()).astype(np.int64)
    places = int(codes.max()) + 1
    return Trial(
        codes.astype(np.int64),
        day,
        first["is_treated"].to_numpy(dtype=bool),
        {name: _numbers(part, "events") for name, part in parts.items()},
        {name: _numbers(part, "harm") for name, part in parts.items() if "harm" in part},
        {name: _numbers(part, "nearby_events") for name, part in parts.items() if "nearby_events" in part and part["nearby_events"].notna().any()},
        _numbers(first, "is_patrolled") if "is_patrolled" in first and first["is_patrolled"].notna().any() else None,
        _numbers(first, "chance") if "chance" in first else None,
        places,
        days.min(),
        days.max(),
        places * (int(day.max()) + 1) - len(first),
    )


def lockdown_caveat(first: np.datetime64, last: np.datetime64) -> tuple[str, ...]:
    """A caveat for a time that meets the restrictions of the Covid-19 pandemic in England; none for another.

    Example:
        >>> lockdown_caveat(np.datetime64("2019-01-01"), np.datetime64("2019-12-31"))
        ()
    """
    if last < RESTRICTED[0] or first > RESTRICTED[1]:
        return ()
    return (
        "Part of this time fell under the restrictions of the Covid-19 pandemic (March 2020 to July 2021), "
        "which changed where people were and what was recorded; before and after, and other years, are not alike.",
    )


def _days(rows: pd.DataFrame) -> NDArray[np.datetime64]:
    texts = rows["day"].astype(str)
    good = texts.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    if good.all():
        try:
            return texts.to_numpy(dtype="datetime64[D]")
        except ValueError as wrong:
            raise BadValue(f"Table 'place_days', column 'day' holds a day that is none: {wrong}. Write it as 2020-07-31.") from None
    raise BadValue(f"Table 'place_days', column 'day' holds {texts[~good].iloc[0]!r}, which is no day. Write it as 2020-07-31.")


def _require_same(first: pd.DataFrame, part: pd.DataFrame, name: str) -> None:
    keys = ["place_code", "day"]
    if len(part) != len(first) or not (part[keys] == first[keys]).all(axis=None):
        raise CannotAnswer(
            f"The outcome {name!r} has other place-days than the outcome {first['outcome'].iloc[0]!r}. Give a row for each outcome on every place-day; "
            "where nothing was recorded, events are 0."
        )
    if not (part["is_treated"] == first["is_treated"]).all():
        raise BadValue(f"Outcomes disagree on which place-days were drawn for a patrol (see {name!r}). A place-day was drawn or not, whatever is counted.")


def _numbers(rows: pd.DataFrame, column: str) -> NDArray[np.float64]:
    return np.asarray(rows[column].astype("Float64").to_numpy(dtype=float, na_value=float("nan")))
