"""A made-up world as it is lived, step by step: its people, what changes about them, what has been recorded, and how they are policed.

Steps, in order (each of at most 30 days):  verdicts due -> offences -> told, recorded, named -> stops -> decisions -> intelligence -> markers -> the young
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import ASSESSED, MARKERS
from ..tables.record_rows import OPEN, Rows, code, joined
from .chances import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameters import Parameters
    from .population import People
    from .rates import Rates

STEP_DAYS = 30
"""A step is shorter than the 31 days that pass at least between charge and verdict, so that who is imprisoned in a step is known before it."""


@dataclass(frozen=True)
class Watch:
    """How much more the watched are policed; 1 is as everybody else.

    Attributes:
        stops: how many times as often they are stopped.
        intelligence: how many times as often other sources report on them.
        detection: being named for what they do, as a multiple.
    """

    stops: float = 1.0
    intelligence: float = 1.0
    detection: float = 1.0


@dataclass(frozen=True, repr=False)
class Pending:
    """Sanctions to come: whose, on what day, for which offence of which kind, and whether by a court."""

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    offence: NDArray[np.int8]
    kind: NDArray[np.int8]
    is_conviction: NDArray[np.bool_]

    def __getitem__(self, chosen: Any) -> Pending:
        """Some of them."""
        return Pending(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def and_more(self, more: Pending) -> Pending:
        """These and others."""
        return Pending(**{one.name: np.concatenate([getattr(self, one.name), getattr(more, one.name)]) for one in fields(self)})


@dataclass(repr=False)
class State:
    """What changes about people; arrays of shape (people,) unless told.

    Attributes:
        mood: up or down in offending, a log.
        inside_from, inside_until: first and last day of the latest stay in prison.
        court: day of the next appearance in court.
        sanctions: how many so far.
        gang_reports: reports that linked to a gang so far.
        marked_until: last day of each marker, shape (markers, people); below 0 for none.
        care_until: last day under youth care.
        assessed: day of the latest assessment.
        pending: sanctions to come.
        named_who, named_day: everybody put down as a suspect, and when.
        incidents: how many incidents have been numbered.
        scale: offences a day for each unit of weight, by kind; set once.
    """

    mood: NDArray[np.float32]
    inside_from: NDArray[np.int32]
    inside_until: NDArray[np.int32]
    court: NDArray[np.int32]
    sanctions: NDArray[np.int16]
    gang_reports: NDArray[np.int16]
    marked_until: NDArray[np.int32]
    care_until: NDArray[np.int32]
    assessed: NDArray[np.int32]
    pending: Pending
    named_who: NDArray[np.int32]
    named_day: NDArray[np.int32]
    incidents: int = 0
    scale: NDArray[np.float64] | None = None

    @classmethod
    def fresh(cls, people: int, mood: NDArray[np.float32]) -> State:
        """Nothing has happened yet."""
        never, none32, none8 = np.full(people, -1, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int8)
        return cls(
            mood, never.copy(), np.full(people, -2, dtype=np.int32), never.copy(), np.zeros(people, np.int16), np.zeros(people, np.int16),
            np.full((len(MARKERS), people), -1, dtype=np.int32), never.copy(), np.full(people, -10_000, dtype=np.int32),
            Pending(none32, none32, none8, none8, np.zeros(0, dtype=bool)), none32, none32,
        )  # fmt: skip

    def copy(self) -> State:
        """The same, to live on from without changing this."""
        return replace(self, **{one.name: getattr(self, one.name).copy() for one in fields(self) if isinstance(getattr(self, one.name), np.ndarray)})

    def is_inside(self, who: NDArray[Any], day: Any) -> NDArray[np.bool_]:
        """Who is in prison on a day."""
        return (self.inside_from[who] <= day) & (self.inside_until[who] >= day)


@dataclass(frozen=True, repr=False)
class Deeds:
    """True offences, one row for each person who took part; as in tables/conduct.py, and the day each was told to the police."""

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    offence: NDArray[np.int8]
    victim: NDArray[np.int32]
    incident: NDArray[np.int64]
    reported: NDArray[np.int32]
    is_reported: NDArray[np.bool_]
    is_recorded: NDArray[np.bool_]
    is_named: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many."""
        return len(self.who)

    def __getitem__(self, chosen: Any) -> Deeds:
        """Some of them."""
        return Deeds(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})


def goes_on(rows: Rows, day: int) -> NDArray[np.bool_]:
    """Which rows are of stays that had not ended by a day; a marker is no stay."""
    return np.asarray((rows.until >= day) & (rows.until != OPEN) & (rows.event != code("event", "marker")))


@dataclass(repr=False)
class Log:
    """What has been put down so far, in parts."""

    rows: list[Rows] = field(default_factory=list)
    deeds: list[Deeds] = field(default_factory=list)
    assessed: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]] = field(default_factory=list)

    def copy(self) -> Log:
        """The same parts, to be added to without changing this."""
        return Log(list(self.rows), list(self.deeds), list(self.assessed))

    def all_rows(self) -> Rows:
        """All rows; the parts become one."""
        if len(self.rows) != 1:
            self.rows = [joined(self.rows)]
        return self.rows[0]

    def all_deeds(self) -> Deeds:
        """All true offences; the parts become one."""
        if len(self.deeds) != 1:
            self.deeds = [Deeds(**{one.name: np.concatenate([getattr(part, one.name) for part in self.deeds]) for one in fields(Deeds)})]
        return self.deeds[0]

    def all_assessed(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
        """Whose assessments, when, and what was judged, shape (assessments, items); the parts become one."""
        if len(self.assessed) != 1:
            none = (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, len(ASSESSED)), np.int8))
            parts = [none, *self.assessed]
            self.assessed = [(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), np.concatenate([p[2] for p in parts]))]
        return self.assessed[0]

    def forget_before(self, day: int) -> None:
        """Drop the rows of before a day, but sanctions and what had not ended."""
        rows = self.all_rows()
        self.rows = [rows[(rows.day >= day) | (rows.event == code("event", "sanction")) | goes_on(rows, day)]]
        deeds = self.all_deeds()
        self.deeds = [deeds[deeds.day >= day]]


@dataclass(repr=False)
class World:
    """A world.

    Attributes:
        parameters, people, seed: what it is made from.
        now: first day not lived yet.
        step: how many steps have been lived.
        state, log: what has come of it.
        watched: who is watched, shape (people,), or None.
        watch: how much more.
        keep_days: days after which records are dropped; None: never.
    """

    parameters: Parameters
    people: People
    seed: int
    now: int
    state: State
    log: Log
    step: int = 0
    watched: NDArray[np.bool_] | None = None
    watch: Watch = Watch()
    keep_days: int | None = None
    rates: Rates | None = None

    def copy(self) -> World:
        """The same, to live on from without changing this."""
        return replace(self, state=self.state.copy(), log=self.log.copy(), rates=None)

    def stream(self, purpose: str) -> np.random.Generator:
        """The random numbers of a purpose in this step."""
        return stream(self.seed, purpose, self.step + 1)

    def incidents(self, n: int) -> NDArray[np.int64]:
        """Numbers for so many new incidents."""
        self.state.incidents += n
        return np.arange(self.state.incidents - n, self.state.incidents, dtype=np.int64)

    def watching(self, who: NDArray[Any], by: float) -> NDArray[np.float64]:
        """The multiple for each of these people: `by` for the watched, 1 for others."""
        return np.ones(len(who)) if self.watched is None else np.where(self.watched[who], by, 1.0)


def live(world: World, days: int, tell: Any = None) -> None:
    """Live so many days on; the world is changed."""
    from .rates import rates_of
    from .steps import live_step

    end, begin = world.now + days, world.now
    refreshed = None
    while world.now < end:
        if refreshed is None or world.now - refreshed >= 6 * STEP_DAYS:
            world.rates, refreshed = rates_of(world), world.now
        live_step(world, min(STEP_DAYS, end - world.now))
        if tell is not None:
            tell("living a month", (world.now - begin) / days)
