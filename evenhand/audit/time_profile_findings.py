"""Findings of a profile of times: the mean hour, hours, days, and what the reading of windows does.

Numbers by hour of the week say nothing of any person, place or group, so single hours are shown however small; fewer than
five events in all are not spoken of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .aoristic import HOUR_S
from .block_intervals import SAID, share_of_blocks
from .intervals import share_wilson
from .stop_frame import plain
from .stop_tallies import SMALLEST_COUNT
from .time_profile import Profile, circular_mean, moved_share, profile_of
from .time_windows import READINGS, Reading, Windows

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FEW = 10
"""Days or weeks under which an interval from their scatter is a rough one."""
WORDS = {"start": "start of the window", "mid": "middle of the window", "end": "end of the window", "random": "a random time in the window"}

MEASURES = {
    "circular_mean_hour": Measure(
        "Mean hour of the day", "events", "The middle of the events on the face of a 24-hour clock; 21.5 is half past nine in the evening.",
        "time_profile.circular_mean",
    ),
    "circular_concentration": Measure(
        "How much events gather round one hour", "events",
        "0 where they are spread evenly round the clock, or gather at opposite hours; 1 where all fall at one moment.",
        "time_profile.circular_mean",
    ),
    "hour_known_share": Measure(
        "Share whose hour is known", "events", "The share of events whose window is an hour at most.", "intervals.share_wilson",
    ),
    "reading_moves_share": Measure(
        "Share that another reading of the times would move", "events",
        "The share of events that would stand at another hour of the week if windows were read in this way and not spread.",
        "time_profile.moved_share",
    ),
    "hour_share": Measure(
        "Share of events in an hour of the day", "events", "The share of all events that fall in this hour by the clock; an even spread is 4.2 %.",
        "block_intervals.share_of_blocks",
    ),
    "weekday_share": Measure(
        "Share of events on a day of the week", "events", "The share of all events that fall on this day; an even spread is 14.3 %.",
        "block_intervals.share_of_blocks",
    ),
}  # fmt: skip

METHODS = {
    "circular_mean_hour": "direction of the mean vector on the 24-hour clock; limits from the scatter between days (Fisher's, with days drawn anew)",
    "circular_concentration": "length of the mean vector on the 24-hour clock; limits from the scatter between days",
    "hour_known_share": "events whose window is an hour or less, over all; Wilson's limits",
    "reading_moves_share": "half the sum of differences between two profiles over the 168 hours of a week",
    "hour_share": f"events in the hour over all; {SAID['periods']}; the periods are days",
    "weekday_share": f"events of the day over all; {SAID['periods']}; the periods are weeks",
}


def findings(windows: Windows, about: About, *, reading: Reading = "aoristic", seed: int = 1) -> list[Finding]:
    """Mean hour, hours, days, and what the reading of windows does.

    Args:
        windows: of the events.
        about: the common frame.
        reading: under which the figures are given.
        seed: of random times.

    Raises:
        CannotAnswer: fewer than five events.
    """
    if windows.events.sum() < SMALLEST_COUNT:
        raise CannotAnswer(f"Fewer than {SMALLEST_COUNT} events have a time: too few to say when they happen.")
    profile = profile_of(windows, reading, seed=seed)
    settings: dict[str, Any] = {"reading": reading} if (windows.to_s > windows.from_s).any() else {}
    found = _means(profile, about, settings)
    if settings:
        found += _of_windows(windows, about, seed)
    by_hour = profile.by_day.reshape(-1, 7, 24).sum(axis=1)
    weeks, block = np.unique((profile.days + 3) // 7, return_inverse=True)
    by_weekday = np.zeros((len(weeks), 7))
    np.add.at(by_weekday, block, profile.by_day.reshape(-1, 7, 24).sum(axis=2))
    hours = [f"{hour:02d}:00 to {(hour + 1) % 24:02d}:00" for hour in range(24)]
    found += _shares("hour_share", hours, by_hour, about, settings, "days")
    return found + _shares("weekday_share", list(WEEKDAYS), by_weekday, about, settings, "weeks")


def _means(profile: Profile, about: About, settings: dict[str, Any]) -> list[Finding]:
    mean, n = circular_mean(profile, level=about.level), round(profile.events)
    common: dict[str, Any] = {"group": "all events", "n": n, "settings": settings}
    at = float(mean.hour.value)
    said: tuple[str, ...] = (f"{_clock(at)} by the clock. Limits below 0 or above 24 lie before or after midnight.",) if np.isfinite(at) else ()
    if not np.isfinite(mean.hour.low):
        said += ("Events are so spread round the clock, or of so few days, that this hour has no limits.",)
    return [
        about.finding("circular_mean_hour", at, low=plain(mean.hour.low), high=plain(mean.hour.high), unit="hour of the day",
                      method=METHODS["circular_mean_hour"], caveats=said, **common),
        about.finding("circular_concentration", float(mean.concentration.value), low=plain(mean.concentration.low), high=plain(mean.concentration.high),
                      method=METHODS["circular_concentration"], **common),
    ]  # fmt: skip


def _of_windows(windows: Windows, about: About, seed: int) -> list[Finding]:
    """How many times are known, and what each way of reading the others does."""
    n = round(float(windows.events.sum()))
    known = share_wilson(round(float(windows.events[windows.to_s - windows.from_s <= HOUR_S].sum())), n, level=about.level)
    found = [about.finding("hour_known_share", float(known.value), low=known.low, high=known.high, unit="share", n=n, group="all events",
                           method=METHODS["hour_known_share"])]  # fmt: skip
    spread = profile_of(windows, "aoristic")
    for other in READINGS[1:]:
        value = moved_share(spread, profile_of(windows, other, seed=seed))
        care: tuple[str, ...] = ("No interval: a distance between two readings of the same events.",)
        if other == "random":
            care += ("What chance alone does: the random times are one draw of what spreading stands for.",)
        found.append(about.finding("reading_moves_share", value, unit="share", n=n, group=WORDS[other], reference="spread over the window",
                                   method=METHODS["reading_moves_share"], caveats=care))  # fmt: skip
    return found


def _shares(measure: str, names: list[str], by_block: NDArray[np.float64], about: About, settings: dict[str, Any], blocks: str) -> list[Finding]:
    """The share of events in each part of the day or week."""
    whole = by_block.sum(axis=1)
    found = share_of_blocks(np.minimum(by_block, whole[:, None]), whole, blocks="periods", level=about.level)
    n = round(float(whole.sum()))
    care = (f"Rests on {len(whole)} {blocks}, too few for the interval to be more than rough.",) if len(whole) < FEW else ()
    common: dict[str, Any] = {"unit": "share", "n": n, "method": METHODS[measure], "caveats": care, "settings": settings}
    rows = zip(names, *(number.tolist() for number in found), strict=True)
    return [about.finding(measure, value, low=low, high=high, group=name, **common) for name, value, low, high in rows]


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
