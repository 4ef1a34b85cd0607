"""When the sun sets and when it is dark, by the clock on the wall in the United Kingdom.

Sunset is when the upper edge of the sun touches the horizon (its centre 50 minutes of arc below); civil
twilight ends when the centre is 6 degrees below, and street lamps are on. Between the two it is neither
light nor dark, and stops of that half hour or so are left out of a comparison of the two.

Read with care:
    Clouds, hills and street lamps are not in it. A well-lit street is never dark.

Source: HM Nautical Almanac Office, Astronomical Information Sheet No. 7 (the angles); positions of the sun by the library
astral, after the Astronomical Algorithms of Meeus.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from ..tables.stop_times import CLOCK

if TYPE_CHECKING:
    import datetime

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

DEGREES_APART = 0.5
"""Places are rounded to this, which moves dusk by three minutes at most."""


class Evening(NamedTuple):
    """Minutes after midnight by the clock: of sunset and of the end of civil twilight; nan where there is none that day."""

    sunset: NDArray[np.float64]
    dusk: NDArray[np.float64]


def evenings(days: ArrayLike, *, longitude: ArrayLike, latitude: ArrayLike, clock: str = CLOCK) -> Evening:
    """Sunset and dusk on days at places.

    Args:
        days: dates, shape (rows,).
        longitude, latitude: WGS84 degrees, same shape or one place for all.
        clock: time zone of the clock on the wall.

    Returns:
        Evening, shape (rows,).

    Raises:
        BadValue: a place or a day is missing.

    Example:
        >>> sunset, dusk = evenings(["2025-06-21", "2025-12-21"], longitude=-0.125, latitude=51.5)
        >>> [f"{int(t // 60)}:{int(t % 60):02d}" for t in (*sunset, *dusk)]
        ['21:21', '15:53', '22:09', '16:34']

    Read with care:
        See the head of this file.

    Source: HM Nautical Almanac Office, Astronomical Information Sheet No. 7.
    """
    day, east, north = np.broadcast_arrays(np.asarray(days, dtype="datetime64[D]"), np.asarray(longitude, float), np.asarray(latitude, float))
    if np.isnat(day).any() or not (np.isfinite(east).all() and np.isfinite(north).all()):
        raise BadValue("Darkness needs a day and a place for every stop; some are missing. Leave those stops out.")
    keys = np.column_stack([day.astype(np.int64).ravel().astype(float), east.ravel(), north.ravel()])
    distinct, which = np.unique(keys, axis=0, return_inverse=True)
    times = np.array([_evening(int(at), x, y, clock) for at, x, y in distinct]).reshape(-1, 2)[which.ravel()]
    return Evening(times[:, 0].reshape(day.shape), times[:, 1].reshape(day.shape))


@lru_cache(maxsize=200_000)  # the same evenings are asked for again for each pair of groups
def _evening(day: int, east: float, north: float, clock: str) -> tuple[float, float]:
    """Sunset and dusk of one day at one place; nan for an evening that never gets so dark."""
    import datetime
    import zoneinfo

    from astral import Depression, Observer
    from astral.sun import dusk, sunset

    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    place, zone = Observer(north, east, 0.0), zoneinfo.ZoneInfo(clock)
    try:
        down = _minutes(sunset(place, date=date, tzinfo=zone), date)
    except ValueError:  # the sun does not set
        return float("nan"), float("nan")
    try:
        return down, _minutes(dusk(place, date=date, depression=Depression.CIVIL, tzinfo=zone), date)
    except ValueError:  # as far north as Shetland, June has no darkness
        return down, float("nan")


def _minutes(moment: datetime.datetime, date: datetime.date) -> float:
    return (moment.date() - date).days * 1440 + moment.hour * 60 + moment.minute + moment.second / 60


def by_the_clock(moments: pd.Series, *, clock: str = CLOCK) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Days, and minutes after midnight, by the clock on the wall.

    Args:
        moments: in UTC, with or without its name; none missing.
        clock: time zone of the clock on the wall.

    Example:
        >>> import pandas as pd
        >>> days, minutes = by_the_clock(pd.Series(pd.to_datetime(["2020-06-30 23:30", "2020-12-01 17:05"])))
        >>> days.astype(str).tolist(), minutes.tolist()
        (['2020-07-01', '2020-12-01'], [30.0, 1025.0])
    """
    import pandas as pd

    local = pd.to_datetime(moments, utc=True).dt.tz_convert(clock)
    plain = np.asarray(local.dt.tz_localize(None), dtype="datetime64[s]")
    days = plain.astype("datetime64[D]")
    return days, (plain - days).astype(np.int64) / 60


def clock_changes(first: np.datetime64, last: np.datetime64, *, clock: str = CLOCK) -> list[tuple[np.datetime64, int]]:
    """Days on which the clocks change between two days, each with the minutes they go forward (60) or back (-60).

    Example:
        >>> [(str(day), by) for day, by in clock_changes(np.datetime64("2019-01-01"), np.datetime64("2019-12-31"))]
        [('2019-03-31', 60), ('2019-10-27', -60)]
    """
    import datetime
    import zoneinfo

    zone, found = zoneinfo.ZoneInfo(clock), []
    for day in np.arange(first, last + 1):
        noon = datetime.datetime.combine(day.astype(datetime.date), datetime.time(12), tzinfo=zone)
        before = noon - datetime.timedelta(days=1)  # by the clock: noon of the day before
        moved = (noon.utcoffset() or datetime.timedelta()) - (before.utcoffset() or datetime.timedelta())
        if moved:
            found.append((day, int(moved.total_seconds() // 60)))
    return found
