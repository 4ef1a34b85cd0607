"""The law as dated records: what applied on the day of an event, and which remedies there were.

Steps, in order:  records/law -> read (law_reading) -> checked against itself (law_checks) -> Law -> the law on a day

Read with care: nothing here is legal advice, and most of it no lawyer has read yet. `is_checked` on each part says so.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache, cached_property
from typing import TYPE_CHECKING

from ..tables.errors import BadFile, BadSetting
from .law_parts import in_force_on
from .provisions import Provision

if TYPE_CHECKING:
    from .calendars import Calendar, HolidayList
    from .grounds import Ground, PublicInterest
    from .law_parts import Checked, Event, Question
    from .provisions import Instrument
    from .remedies import Remedy
    from .wording import CountingRule, Wording


@dataclass(frozen=True)
class Law:
    """Everything in records/law, each kind by its slug.

    Attributes:
        instruments: acts, regulations, codes and cases.
        remedies: what a person may do.
        grounds: what a refusal may rest on.
        calendars: rules for working days; `holidays` are the days themselves.
        readings: ways of counting, where authorities differ.
        questions: what a lawyer must still settle.
        events: days a clock can start on.
        public_interest: factors for disclosure.
        wording: sentences shared by pages, letters and the terminal.
        day: the day this is the law of; nothing where it is the law of all days.
    """

    instruments: dict[str, Instrument] = field(default_factory=dict)
    remedies: dict[str, Remedy] = field(default_factory=dict)
    grounds: dict[str, Ground] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    holidays: dict[str, HolidayList] = field(default_factory=dict)
    readings: dict[str, CountingRule] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    public_interest: dict[str, PublicInterest] = field(default_factory=dict)
    wordings: dict[str, Wording] = field(default_factory=dict)
    day: datetime.date | None = None

    @property
    def wording(self) -> Wording:
        """Sentences shared by pages, letters and the terminal."""
        return self.wordings["wording"]

    @cached_property
    def provisions(self) -> dict[str, Provision]:
        """Every section of every instrument, by an id such as dpa-2018.s45-1; of the law on a day, those in force on it."""
        every = [Provision(f"{slug}.{key}", held, section) for slug, held in self.instruments.items() for key, section in held.sections.items()]
        return {one.id: one for one in every if self.day is None or one.in_force.holds(self.day)}

    def on(self, day: datetime.date) -> Law:
        """What applied on a day: remedies, grounds and provisions that had ended or not begun are left out, and so are such parts of them.

        Example:
            >>> law = shipped_law()
            >>> "dp-adm-p3-old" in law.on(datetime.date(2026, 2, 4)).remedies, "dp-adm-p3-old" in law.on(datetime.date(2026, 2, 5)).remedies
            (True, False)
        """
        remedies = {slug: remedy.on(day) for slug, remedy in in_force_on(self.remedies, day).items()}
        return replace(self, remedies=remedies, grounds=in_force_on(self.grounds, day), day=day)

    def remedy(self, slug: str, day: datetime.date) -> Remedy:
        """A remedy as it stood on a day.

        Args:
            slug: its file's name in records/law/remedies.
            day: of the event that `picked_by` names.

        Raises:
            BadSetting: there is no such remedy, or not on that day.

        Example:
            >>> reply = shipped_law().remedy("dp-access-p3", datetime.date(2026, 2, 4)).clocks["reply"]
            >>> reply.extension is None
            True
        """
        found = self.known(slug)
        if found.in_force.holds(day):
            return found.on(day)
        span = found.in_force
        when = f"from {span.start}" if span.start and day < span.start else f"until {span.to}"
        instead = [other for other, one in self.remedies.items() if one.in_force.holds(day) and (other in found.replaced_by or slug in one.replaced_by)]
        counts = f" The day that counts is {self.events[found.picked_by].title} ({found.picked_by})." if found.picked_by in self.events else ""
        other = f" For that day look at {', '.join(instead)}." if instead else ""
        raise BadSetting(f"'{slug}' did not apply on {day}: it is for events {when}.{counts}{other}")

    def known(self, slug: str) -> Remedy:
        """A remedy with all its parts, of whatever day.

        Raises:
            BadSetting: there is no such remedy.
        """
        found = self.remedies.get(slug)
        if found is None:
            close = get_close_matches(slug, self.remedies, n=1, cutoff=0.6)
            near = f" The nearest is '{close[0]}'." if close else ""
            raise BadSetting(f"There is no remedy '{slug}'.{near} `evenhand redress remedies list` shows them.")
        return found

    def resting_on(self, remedy: Remedy) -> list[Checked]:
        """All that a remedy rests on, itself among them: to tell what no lawyer has checked."""
        wanted = [*remedy.basis, *remedy.reply_must_include, *(one for clock in remedy.clocks.values() for one in clock.basis)]
        instruments = {one.rpartition(".")[0] for one in wanted}
        grounds = [self.grounds[slug] for slug in remedy.restrictions if slug in self.grounds]
        return [remedy, *(self.instruments[slug] for slug in sorted(instruments)), *grounds]


@cache
def shipped_law() -> Law:
    """The law that ships.

    Raises:
        BadFile: its files are broken; `evenhand redress check` says where.
    """
    from .law_reading import read_law

    law, problems = read_law()
    if problems:
        raise BadFile(f"The records of the law have {len(problems)} problems, the first in {problems[0]} `evenhand redress check` lists them all.")
    return law


def law_on(day: datetime.date) -> Law:
    """The law that ships, as it stood on a day; see `Law.on`.

    Example:
        >>> law_on(datetime.date(2026, 6, 18)).remedies.get("dp-complain-ctrl") is None
        True
    """
    return shipped_law().on(day)


def remedy(slug: str, day: datetime.date) -> Remedy:
    """A remedy that ships, as it stood on a day; see `Law.remedy`.

    Example:
        >>> remedy("foi-request", datetime.date(2026, 6, 1)).clocks["reply"].period.working_days
        20
    """
    return shipped_law().remedy(slug, day)
