"""When do events happen: at which hours, on which days of the week? And how far does the answer rest on times nobody knows?

A theft is found when its owner comes back, so that records hold a window. Read at its start, middle or end, the profile shows
when people park and return; spread over the window (aoristic.py) it shows what the records leave possible. All readings
stand side by side, and how many events each would have to move is a finding of its own.

Times of stops are known, and their profile shows when officers search: it is a picture of policing, not of crime.

Steps, in order:  time_windows -> profile_of -> circular_mean, moved_share; then time_profile_findings

Read with care: the mean hour is that of a clock face; where a day has two peaks it may fall between them, at an hour when little
happens. Look at the 24 hours before quoting it. Days are taken as drawn one by one, so a season is not in the intervals.

Source: Fisher (1993), Statistical Analysis of Circular Data, sections 2.3 and 4.4; Ratcliffe & McCullagh (1998), International
Journal of Geographical Information Science 12(7), 751-764; Ashby & Bowers (2013), Crime Science 2:1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import CannotAnswer
from .adjusted_ratio import t_of
from .aoristic import DAY_S, aoristic_weights
from .intervals import Interval
from .time_windows import Pieces, Reading, Windows, at_instants, in_week, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Profile(NamedTuple):
    """Events by hour of the week, block by block.

    Attributes:
        by_day: events of each day (by the start of their window) in each of the 168 hours, shape (days, 168); days with an event only.
        vectors: sum over each day's events of their mean vector on the 24-hour clock, complex, shape (days,).
        days: days counted from 1970, ascending.
    """

    by_day: NDArray[np.float64]
    vectors: NDArray[np.complex128]
    days: NDArray[np.int64]

    @property
    def table(self) -> NDArray[np.float64]:
        """Events by weekday and hour, shape (7, 24), Monday first."""
        return np.asarray(self.by_day.sum(axis=0).reshape(7, 24))

    @property
    def events(self) -> float:
        """How many events."""
        return float(self.by_day.sum())


class Mean(NamedTuple):
    """The mean on the clock: hour (0 to 24) with limits that may reach below 0 or beyond 24, and concentration, 0 to 1."""

    hour: Interval
    concentration: Interval


def profile_of(windows: Windows, reading: Reading = "aoristic", *, seed: int = 1) -> Profile:
    """Events by hour of the week, under one reading of their windows.

    Args:
        windows: of the events.
        reading: "aoristic", "start", "mid", "end" or "random".
        seed: of random times.

    Raises:
        CannotAnswer: there is no event.

    Example:
        >>> from evenhand.audit.time_windows import Windows
        >>> seen = Windows(np.array([4 * 86_400 + 8 * 3600]), np.array([4 * 86_400 + 10 * 3600]), np.array([6.0]), is_utc=False)
        >>> profile_of(seen).table[0, 7:11].tolist(), profile_of(seen, "end").table[0, 7:11].tolist()
        ([0.0, 3.0, 3.0, 0.0], [0.0, 0.0, 0.0, 6.0])
    """
    if windows.events.sum() == 0:
        raise CannotAnswer("There is no event with a time, so nothing is said of when they happened.")
    cut = pieces(at_instants(windows, reading, seed=seed))
    days, block = np.unique(cut.day, return_inverse=True)
    by_day = aoristic_weights(in_week(cut.start_s), cut.length_s, cut.events, block=block, blocks=len(days))
    each = mean_vectors(cut) * cut.events
    vectors = np.bincount(block, each.real, len(days)) + 1j * np.bincount(block, each.imag, len(days))
    return Profile(by_day, vectors, days)


def mean_vectors(cut: Pieces) -> NDArray[np.complex128]:
    """The mean over each piece of the vector to its hour on a 24-hour clock: its middle's direction, the shorter the longer the piece.

    Example:
        >>> cut = Pieces(np.array([6 * 3600, 0]), np.array([0, 86_400]), np.ones(2), np.zeros(2, dtype=np.int64))
        >>> abs(mean_vectors(cut)).round(9).tolist()
        [1.0, 0.0]
    """
    half = np.pi * cut.length_s / DAY_S
    return np.asarray(np.sinc(half / np.pi) * np.exp(1j * (2 * np.pi * (cut.start_s % DAY_S) / DAY_S + half)), dtype=np.complex128)


def circular_mean(profile: Profile, *, level: float = 0.95) -> Mean:
    """Mean hour and concentration of events on the 24-hour clock, with limits from the scatter between days.

    mean vector = sum of the events' vectors / n; hour = its direction, concentration R = its length
    limits = hour -+ arcsin(t s), s^2 = G / (G - 1) sum over G days of (sum of sines from the mean)^2 / (n R)^2

    With one event a day s is Fisher's circular standard error.

    Args:
        profile: from `profile_of`.
        level: coverage, between 0 and 1.

    Returns:
        Mean; no limits (nan) with fewer than two days, or of the hour where events are so spread that it could be any.

    Example:
        >>> from evenhand.audit.time_windows import Windows
        >>> evenings = np.arange(40) * 86_400 + 22 * 3600 + (np.arange(40) % 5 - 2) * 3600
        >>> hour, concentration = circular_mean(profile_of(Windows(evenings, evenings, np.ones(40), is_utc=False)))
        >>> f"{hour.value:.2f} ({hour.low:.2f} to {hour.high:.2f}); {concentration.value:.2f}"
        '22.00 (21.73 to 22.27); 0.93'

    Read with care:
        Two peaks at opposite hours cancel: the concentration is then near 0 and the mean hour means nothing. Windows add no
        uncertainty of their own to these limits; how far their reading matters is shown beside it.

    Source: Fisher (1993), Statistical Analysis of Circular Data, sections 2.3 and 4.4.3; Liang & Zeger (1986), Biometrika 73(1),
        13-22 (scatter between blocks).
    """
    n, groups, per_day = profile.events, len(profile.days), profile.by_day.sum(axis=1)
    whole = complex(profile.vectors.sum()) / n
    length, direction = abs(whole), whole / abs(whole) if abs(whole) > 1e-9 else 1.0
    turned = profile.vectors * np.conj(direction)
    hour, none = float(np.angle(direction) / (2 * np.pi) * 24 % 24), np.nan
    if groups < 2:
        return Mean(_interval(hour, none), _interval(length, none))
    t = t_of(level, groups - 1) * np.sqrt(groups / (groups - 1)) / n
    along = t * float(np.sqrt(((turned.real - length * per_day) ** 2).sum()))
    if length <= 1e-9:
        return Mean(_interval(none, none), Interval(*(np.asarray(one) for one in (0.0, 0.0, min(along, 1.0)))))
    across = t / length * float(np.sqrt((turned.imag**2).sum()))
    half = float(np.arcsin(across) / (2 * np.pi) * 24) if across < 1 else none
    return Mean(_interval(hour, half), Interval(*(np.asarray(one) for one in (length, max(length - along, 0.0), min(length + along, 1.0)))))


def moved_share(one: Profile, other: Profile) -> float:
    """The share of events that stand at another hour of the week in one profile than in another, at the least.

    Example:
        >>> from evenhand.audit.time_windows import Windows
        >>> day = Windows(np.array([4 * 86_400]), np.array([4 * 86_400 + 4 * 3600]), np.array([5.0]), is_utc=False)
        >>> moved_share(profile_of(day), profile_of(day, "start"))
        0.75

    Read with care:
        Of few events, times drawn at random move a good share by chance alone: read the others beside it.

    Source: the total variation distance between two distributions.
    """
    first, second = (profile.by_day.sum(axis=0) / profile.events for profile in (one, other))
    return float(np.abs(first - second).sum() / 2)


def _interval(value: float, half: float) -> Interval:
    return Interval(np.asarray(value), np.asarray(value - half), np.asarray(value + half))
