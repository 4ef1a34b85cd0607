"""What the published times of stops can bear: which are dates without a time, and which minutes say nothing.

Forces write times in their own ways, and some lose a part on the road. Three were seen in what the police published of 2020:

    all minutes of a month alike     Essex and North Yorkshire wrote the month's number where the minute belongs (before September
                                     2020 Essex wrote 1); Gwent whole hours. The hour can be gone by, the minute cannot.
    many stops at exactly midnight   Avon and Somerset, 2019 and 2020: three times as many as at any other full hour, in summer
                                     at midnight of UTC and so at one by the clock. It looks as if dates without a time were
                                     published so.

Both are looked for force by force, here and nowhere else, so that every question leaves the same stops out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

CLOCK = "Europe/London"
MIDNIGHTS_TO_OTHERS, FEWEST_MIDNIGHTS, FEWEST_DATES = 2.0, 0.01, 5
"""Stops at exactly midnight are dates where they are this many times those at any other full hour, this share of all, and this many."""
ONE_MINUTE = 0.4
"""Share of a month's stops at one minute above which that minute says nothing. Where minutes are real, it was 0.27 at most in 2020."""
ENOUGH_IN_MONTH = 10
"""Stops for a month to be looked at by itself."""
DAY_S, HOUR_S = 86_400, 3_600


def by_the_clock_s(utc_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seconds since 1970 by the clock on the wall, from seconds since 1970 in UTC.

    Example:
        >>> (by_the_clock_s(np.array([0, 15_724_800])) - [0, 15_724_800]).tolist()  # 1970 had summer time all year
        [3600, 3600]
    """
    import pandas as pd

    moments = pd.to_datetime(utc_s, unit="s", utc=True).tz_convert(CLOCK).tz_localize(None)
    return np.asarray(moments, dtype="datetime64[s]").astype(np.int64)


def dates_among(utc_s: NDArray[np.int64], *, exact: ArrayLike, stops: ArrayLike, force: ArrayLike) -> NDArray[np.bool_]:
    """Which rows are midnights at which far more stops are timed than at any other full hour: their exact stops are dates.

    Midnight is that of UTC or of the clock on the wall, whichever holds more of a force's stops.

    Args:
        utc_s: beginning of each row's minute or hour, seconds since 1970, UTC; shape (rows,).
        exact: stops of the row timed exactly on the hour.
        stops: all stops of the row.
        force: who wrote the time, "" where that is not known.

    Returns:
        Shape (rows,). True does not mean that all of the row's stops are dates: those of `exact` are.

    Example:
        >>> at = np.arange(24) * 3600
        >>> counted = np.where(at == 0, 60, 5)
        >>> dates_among(at, exact=counted, stops=counted, force=[""] * 24).nonzero()[0].tolist()
        [0]

    Read with care:
        Some of them were made at midnight. They cannot be told apart, and are a small part where dates are many.
    """
    sharp, many, who = np.asarray(exact, dtype=float), np.asarray(stops, dtype=float), np.asarray(force, dtype=str)
    found = np.zeros(len(utc_s), dtype=bool)
    clocks = (utc_s, by_the_clock_s(utc_s)) if len(utc_s) else ()
    for name in np.unique(who):
        of = who == name
        best = 0.0
        for at in clocks:
            by_hour = np.bincount(at[of] % DAY_S // HOUR_S, sharp[of], 24)
            enough = max(FEWEST_MIDNIGHTS * many[of].sum(), FEWEST_DATES)
            if by_hour[0] > max(best, MIDNIGHTS_TO_OTHERS * by_hour[1:].max()) and by_hour[0] >= enough:
                best = float(by_hour[0])
                found[of] = (at[of] % DAY_S == 0) & (sharp[of] > 0)
    return found


def said_of_dates(dates: NDArray[np.bool_], *, exact: ArrayLike, stops: ArrayLike, force: ArrayLike) -> tuple[str, ...]:
    """A sentence for each force some of whose stops are taken for dates; arguments as of `dates_among`, which found them.

    Example:
        >>> said_of_dates(np.array([True, False]), exact=[720, 0], stops=[720, 17_468], force=["", ""])[0][:69]
        '720 stops, 4.0 %, are timed at exactly midnight, far more than at any'
    """
    sharp, many, who = np.asarray(exact, dtype=float), np.asarray(stops, dtype=float), np.asarray(force, dtype=str)
    said = []
    for name in np.unique(who[dates]):
        of = who == name
        left = sharp[of & dates].sum()
        said.append(
            f"{left:,.0f} stops{f' ({name})' if name else ''}, {100 * left / many[of].sum():.1f} %, are timed at exactly midnight, far more than at "
            "any other full hour: taken for dates, and left out."
        )
    return tuple(said)


def commonest_minutes(counts: pd.DataFrame) -> pd.DataFrame:
    """The minute of the hour that most of a month's stops share, force by force.

    Args:
        counts: `force`, `month`, `minute` (0 to 59), `stops`; rows alike may stand apart.

    Returns:
        `force`, `month`, `minute`, `stops` (all of the month's), `at_it` (those at the minute) and `says_nothing`: more than two in five
        of the month's stops share it, or, where months are of fewer than ten stops, of those of all such months share theirs.

    Example:
        >>> import pandas as pd
        >>> counts = pd.DataFrame({"force": "essex", "month": ["2020-09"] + ["2020-10"] * 3, "minute": [9, 0, 10, 20], "stops": [840, 300, 400, 300]})
        >>> commonest_minutes(counts)[["month", "minute", "says_nothing"]].values.tolist()
        [['2020-09', 9, True], ['2020-10', 10, False]]
    """
    by_minute = counts.groupby(["force", "month", "minute"], as_index=False)["stops"].sum()
    whole = by_minute.groupby(["force", "month"])["stops"].transform("sum")
    top = by_minute.assign(at_it=by_minute["stops"], stops=whole).sort_values(["force", "month", "at_it", "minute"], ascending=[True, True, False, True])
    top = top.drop_duplicates(["force", "month"]).reset_index(drop=True)
    together = top["stops"] < ENOUGH_IN_MONTH
    judged = top["month"].astype(str).where(~together, "")  # months too small to judge are judged as one
    shares = top.groupby(["force", judged])[["at_it", "stops"]].transform("sum")
    return top.assign(says_nothing=shares["at_it"] > ONE_MINUTE * shares["stops"])


def only_hours(*, month: Sequence[str] | ArrayLike, minute: ArrayLike, stops: ArrayLike, force: ArrayLike) -> NDArray[np.bool_]:
    """Which rows are timed at a minute that says nothing, so that only their hour is known.

    Args:
        month: by the clock, as 2020-09; shape (rows,).
        minute: of the hour, 0 to 59.
        stops: of the row.
        force: who wrote the time, "" where that is not known.

    Example:
        >>> only_hours(month=["2020-09"] * 3, minute=[9, 9, 30], stops=[400, 440, 2], force=[""] * 3).tolist()
        [True, True, False]

    Read with care:
        A row that is wrongly taken for one loses a part of what it says, and nothing is made wrong by it.
    """
    import pandas as pd

    rows = pd.DataFrame({"force": np.asarray(force, dtype=str), "month": np.asarray(month, dtype=str), "minute": np.asarray(minute).astype(np.int64)})
    if rows.empty:
        return np.zeros(0, dtype=bool)
    top = commonest_minutes(rows.assign(stops=np.asarray(stops, dtype=float)))
    nothing = top.loc[top["says_nothing"], ["force", "month", "minute"]]
    return rows.merge(nothing.assign(found=True), how="left", on=["force", "month", "minute"])["found"].notna().to_numpy()
