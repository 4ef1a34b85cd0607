"""One step of a made-up world, from verdicts that are due to what is put down of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.record_rows import joined
from .intelligence import tell
from .justice import decide, sentence
from .markers import mark
from .offending import offend
from .probation import assess
from .recording import hear, heard_of, name
from .stops import found_in_custody, stop
from .world import Deeds
from .youth import grow_up

if TYPE_CHECKING:
    from .offending import Offences
    from .recording import Known
    from .world import World


def live_step(world: World, days: int) -> None:
    """Live so many days; the world's state, log, day and step are changed."""
    sanctions, supervised, since = sentence(world, days)
    world.log.assessed.append(assess(world, supervised, since))
    done = offend(world, days)
    known = hear(world, done)
    suspected, possible = name(world, done, known)
    stopped, carriers, stops = stop(world, done, known, days)
    rng = world.stream("decisions")
    suspected = suspected.and_more(carriers)
    decided, arrested = decide(world, suspected, rng)
    found = found_in_custody(world, done, known, suspected[arrested], rng)
    later, _ = decide(world, found, rng)
    reports, linked, linked_day = tell(world, done, known, stopped, days)
    rows = joined([sanctions, decided, later, possible, stops, heard_of(world, done, known), reports, grow_up(world, days)])
    world.log.rows += [rows, mark(world, rows, linked, linked_day)]
    world.log.deeds.append(_deeds(done, known))
    world.now += days
    world.step += 1


def _deeds(done: Offences, known: Known) -> Deeds:
    """The truth of the step, a row for each part."""
    of = done.part_of
    return Deeds(
        done.part, done.day[of], done.offence[of], done.victim[of], known.incident[of], known.reported[of], known.is_reported[of], known.is_recorded[of],
        known.is_named & np.ones(len(of), dtype=bool),
    )  # fmt: skip
