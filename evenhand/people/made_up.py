"""Made-up people: a whole world with its records, its truth and its victim survey. Nobody here exists.

Steps, in order:  make_population (population.py) -> live (world.py, a step at a time: steps.py) -> MadeUp: book, conduct, survey -> live_on
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.conduct import Conduct
from ..tables.errors import BadSetting
from ..tables.person_words import ASSESSED
from ..tables.record_book import Assessed, RecordBook
from ..tables.record_rows import ABSENT, OPEN, day_number
from .chances import stream
from .earlier import remember
from .parameter_list import GROUPS
from .population import make_population
from .rates import YEAR
from .world import Log as _Log
from .world import State, Watch, World, goes_on, live

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from .parameters import Parameters
    from .population import People

FEWEST, MOST = 100, 5_000_000
__all__ = ["MadeUp", "Watch", "make_people"]


@dataclass(frozen=True, repr=False)
class MadeUp:
    """A made-up population as it stands on a day.

    Attributes:
        parameters, seed: what it was made from.
        first, last: first and last day of its records, day numbers.
    """

    parameters: Parameters
    seed: int
    first: int
    last: int
    _world: World

    def __repr__(self) -> str:
        """How many, and which scenario."""
        return f"<{len(self.traits):,} made-up people, {self.parameters.slug}, seed {self.seed}, to {np.datetime64(self.last, 'D')}>"

    @property
    def traits(self) -> People:
        """What nobody can see: everybody's leanings, circles and gangs. For audits of the simulation alone."""
        return self._world.people

    @cached_property
    def book(self) -> RecordBook:
        """What is on record on the last day; systems read this and nothing else."""
        people = self._world.people
        who, day, items = self._world.log.all_assessed()
        by_then = (day <= self.last) & (day >= self._kept_from)
        assessed = Assessed(who[by_then], day[by_then], {item: items[by_then, at] for at, item in enumerate(ASSESSED)})
        return RecordBook(
            "made-up", people.born, people.sex, people.group, people.look, GROUPS, people.area, tuple(self.parameters.population.areas), people.household,
            self._rows(), assessed,
        )  # fmt: skip

    @property
    def _kept_from(self) -> int:
        """First day whose rows are kept."""
        keep = self._world.keep_days
        return -OPEN if keep is None else self.last - keep

    def _rows(self) -> Any:
        """The rows as they stand on the last day: nothing of later, and nothing longer ago than is kept but stays that go on."""
        rows = self._world.log.all_rows()
        rows = rows[(rows.reported <= self.last) & ((rows.reported >= self._kept_from) | goes_on(rows, self.last))]
        return replace(
            rows,
            outcome=np.where(rows.outcome_day <= self.last, rows.outcome, np.int8(ABSENT)),
            outcome_day=np.minimum(rows.outcome_day, self.last).astype(np.int32),
            until=np.where(rows.until <= self.last, rows.until, np.int32(OPEN)),
        )

    @cached_property
    def conduct(self) -> Conduct:
        """What they truly did, from the first day on."""
        deeds = self._world.log.all_deeds()
        told = deeds.is_reported & (deeds.reported <= self.last)
        recorded = deeds.is_recorded & told
        incident = np.where(recorded, deeds.incident, np.int64(ABSENT))
        people = len(self._world.people)
        return Conduct(people, deeds.who, deeds.day, deeds.offence, deeds.victim, incident, told, recorded, deeds.is_named & recorded)

    @cached_property
    def survey(self) -> pd.DataFrame:
        """What a sample of them tells an interviewer was done to them; as in survey.py."""
        from .survey import survey_of

        return survey_of(self, seed=self.seed)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The declared tables: `persons`, `person_records`, `assessments`."""
        from .book_tables import tables_of

        return tables_of(self.book)

    def live_on(self, *, days: int, is_watched: NDArray[np.bool_] | None = None, watch: Watch | None = None, keep_years: float | None = None) -> MadeUp:
        """The same people so many days later; this one is left as it is.

        Args:
            days: how many.
            is_watched: who is watched meanwhile, shape (people,); None: nobody.
            watch: how much more the watched are policed; None: not more.
            keep_years: years after which records are dropped from the book; None: never.

        Returns:
            The next world: the same for the same seed, watched and watch.

        Raises:
            BadSetting: no days, a mask of another length, or a multiple below 0.

        Read with care:
            Nobody is born anew or dies. Children under ten at the end of the first records grow up, so that the number of young people
            stays about the same for ten years more, and falls after that.
        """
        people = len(self._world.people)
        watch = watch or Watch()
        if days < 1 or (is_watched is not None and np.shape(is_watched) != (people,)):
            raise BadSetting(f"Live on for at least a day (days={days}), and tell of each of the {people:,} people whether they are watched.")
        if min(watch.stops, watch.intelligence, watch.detection) < 0 or (keep_years is not None and keep_years <= 0):
            raise BadSetting(f"{watch} and keep_years={keep_years}: multiples are 0 or more, and years to keep above 0.")
        world = self._world.copy()
        world.watched = None if is_watched is None else np.asarray(is_watched, dtype=bool)
        world.watch, world.keep_days = watch, None if keep_years is None else int(keep_years * YEAR)
        live(world, days)
        return MadeUp(self.parameters, self.seed, self.first, self.last + days, world)


def make_people(parameters: Parameters, *, people: int, years: float = 10, seed: int = 1, tell: Callable[[str, float], None] | None = None) -> MadeUp:
    """Make people up, and let them live until the scenario's last day.

    Args:
        parameters: a scenario, as of `read_parameters`.
        people: how many.
        years: years of records.
        seed: same parameters, people, years and seed: same bytes.
        tell: told what is being done and what share of it is.

    Returns:
        The world on its last day.

    Raises:
        BadSetting: fewer than a hundred people, more than five million, or no years.

    Example:
        >>> from evenhand.people.parameters import read_parameters
        >>> made_up = make_people(read_parameters("england-and-wales"), people=1_000, years=1)
        >>> made_up, made_up.book.rows.day.max() <= made_up.last
        (<1,000 made-up people, england-and-wales, seed 1, to 2024-12-31>, np.True_)
    """
    if not FEWEST <= people <= MOST or not 0 < years <= 40 or seed < 0:
        raise BadSetting(f"people={people:,}, years={years}, seed={seed}: make {FEWEST} to {MOST:,} people, over up to 40 years, from a seed of 0 or more.")
    told = tell or (lambda what, share: None)
    told("making people", 0.0)
    everybody = make_population(parameters, people, seed)
    last = day_number(parameters.population.last_day)
    days, run_in = round(years * YEAR), round(parameters.population.run_in_years * YEAR)
    mood = (parameters.offending.drift * stream(seed, "drift").standard_normal(people, dtype=np.float32)).astype(np.float32)
    world = World(parameters, everybody, seed, last - days - run_in + 1, State.fresh(people, mood), _Log())
    first = last - days + 1
    world.log.rows.append(remember(world))
    if run_in:
        live(world, run_in, lambda what, share: told("living before the records begin", 0.05 + 0.1 * share))
        world.log.forget_before(first)
    live(world, days, lambda what, share: told("living a month", 0.15 + 0.8 * share))
    told("putting the records together", 0.97)
    return MadeUp(parameters, seed, first, last, world)
