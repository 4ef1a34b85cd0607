"""A replay put together: which days and places, which system beside which baseline, and what they are handed.

Joins the declared tables to the systems by name; the audit itself gets plain functions. Used by the questions
`replay` and `replay-feedback`, and so by studies of them.

Steps, in order:  plan_of -> replays_of (-> feedback_of)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.replay import Replayed, replay, static_list
from ..audit.replay_feedback import Fed, Searches, replay_with_feedback
from ..systems.catalogue import system_named, systems
from ..tables.errors import BadSetting
from ..tables.place_events import Daily, by_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..audit.replay import System, Tell

FIXED = "a list never changed"
OF_SYSTEM = ("e_step", "background", "edge", "stop", "tolerance")
"""Settings handed on to the system, where given."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is replayed.

    Attributes:
        daily: events by day and place.
        days: mornings, as positions in `daily.counts`; the last day of record handed to anything is the last of these.
        system, baseline: names and functions.
        window_days, k, ties: see audit/replay.py.
    """

    daily: Daily
    days: NDArray[np.int64]
    system: tuple[str, System]
    baseline: tuple[str, System]
    window_days: int
    k: int
    ties: str

    @property
    def counts(self) -> NDArray[np.int64]:
        """The record up to the last morning's day."""
        return self.daily.counts[: int(self.days[-1]) + 1]

    @property
    def span(self) -> str:
        """First and last morning, in words."""
        first, last = (self.daily.days[int(self.days[end])] for end in (0, -1))
        return f"{first} to {last}"


def plan_of(events: pd.DataFrame, settings: Mapping[str, Any]) -> Plan:
    """Days, places and systems of a replay.

    Args:
        events: the declared table place_events, with days.
        settings: system, baseline, window_days, k, ties, places, first_day, last_day, and any of `OF_SYSTEM`.

    Raises:
        BadSetting: days that the record does not hold, fewer places than have events, or a system that cannot be replayed.
        MissingColumn: the table has months and no days.
    """
    daily = by_day(events, places=places_of(events, settings.get("places")))
    window = int(settings["window_days"])
    first = _position(daily, settings.get("first_day"), "first_day", window)
    last = _position(daily, settings.get("last_day"), "last_day", len(daily.counts) - 1)
    if not window <= first <= last < len(daily.counts):
        raise BadSetting(
            f"Lists can be made for days from {daily.first + window} ({window} days after the record begins) to {daily.days[-1]}; "
            f"asked for were {daily.first + first} to {daily.first + last}. Choose days among those, or a shorter window."
        )
    chosen = {name: settings[name] for name in OF_SYSTEM if settings.get(name) is not None}
    system = (settings["system"], _function(settings["system"], chosen))
    baseline = (settings["baseline"], _function(settings["baseline"], {}))
    return Plan(daily, np.arange(first, last + 1), system, baseline, window, int(settings["k"]), settings["ties"])


def places_of(events: pd.DataFrame, number: int | None) -> tuple[str, ...]:
    """The places in the order of their numbers, or of their codes where these are no numbers.

    Places that never had an event are added at the end, up to a number.

    Raises:
        BadSetting: fewer places than have events.

    Example:
        >>> import pandas as pd
        >>> places_of(pd.DataFrame({"place_code": ["10", "9"]}), 3)
        ('9', '10', 'without events 1')
    """
    codes = sorted(set(events["place_code"].astype(str)))
    if all(code.isdigit() for code in codes):
        codes.sort(key=int)
    more = 0 if number is None else number - len(codes)
    if more < 0:
        raise BadSetting(f"places={number} is fewer than the {len(codes):,} places that have rows in the table. Give how many there are in all, or nothing.")
    return (*codes, *(f"without events {one}" for one in range(1, more + 1)))


def replays_of(plan: Plan, tell: Tell | None = None) -> dict[str, Replayed]:
    """The system, the baseline, and the list that the days before the first morning make and nobody changes; by name, the system first."""
    found = {}
    for name, system in (plan.system, plan.baseline):
        found[name] = replay(plan.counts, system, window_days=plan.window_days, k=plan.k, days=plan.days, ties=plan.ties, tell=tell)
    first = int(plan.days[0])
    found[FIXED] = static_list(found[plan.system[0]], plan.counts[first - plan.window_days : first].sum(axis=0))
    return found


def feedback_of(
    plan: Plan, without: Replayed, searches: Sequence[Searches], *, repetitions: int, seed: int, jobs: int = 1, tell: Tell | None = None
) -> list[Fed]:
    """The system's replay with discoveries, once for each way of searching."""
    found = []
    for number, one in enumerate(searches):
        part = None if tell is None else partial(_part, tell, number, len(searches))
        found.append(
            replay_with_feedback(
                plan.counts, plan.system[1], without, window_days=plan.window_days, searches=one, repetitions=repetitions, seed=seed, jobs=jobs, tell=part
            )
        )
    return found


def scores_published(forecasts: pd.DataFrame, plan: Plan) -> NDArray[np.float64]:
    """Published expectations laid out as a replay's scores: shape (days, places); 0 for places that never had an event.

    Raises:
        BadSetting: the table lacks a day or a place of the replay, or expectations.
    """
    if "expected" not in forecasts.columns:
        raise BadSetting("The table 'forecasts' has no column 'expected', and a replay's rates can be held only against published rates.")
    table = forecasts[forecasts["from"] == forecasts["to"]].pivot(index="from", columns="place_code", values="expected")
    days = [str(day) for day in plan.daily.days[plan.days]]
    codes = [code for code in plan.daily.places if not code.startswith("without events")]
    laid = table.reindex(index=days, columns=codes).astype(float)
    if laid.isna().any(axis=None):
        raise BadSetting("The table 'forecasts' lacks some of the days or places replayed. Replay the days it holds: see first_day and last_day.")
    return np.hstack([laid.to_numpy(), np.zeros((len(days), len(plan.daily.places) - len(codes)))])


def _part(tell: Tell, number: int, of: int, what: str, share: float) -> None:
    tell(what, (number + share) / of)


def _position(daily: Daily, day: str | None, name: str, default: int) -> int:
    if day is None:
        return default
    try:
        return int((np.datetime64(str(day), "D") - daily.first).astype(int))
    except ValueError:
        raise BadSetting(f"{name}={day!r} is no day. Write it as 2011-01-31.") from None


def _function(slug: str, chosen: Mapping[str, Any]) -> System:
    module = system_named(slug)
    if not hasattr(module, "scores_of_past"):
        able = [name for name, one in systems().items() if hasattr(one, "scores_of_past")]
        raise BadSetting(f"The system '{slug}' does not go from day to day, so it cannot be replayed. Those that do: {', '.join(able)}.")
    unknown = [name for name in chosen if name not in module.CARD.defaults]
    if unknown:
        raise BadSetting(f"The system '{slug}' has no setting '{unknown[0]}'. Leave it out.")
    return partial(module.scores_of_past, **chosen) if chosen else module.scores_of_past
