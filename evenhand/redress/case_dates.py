"""The dates of a case: worked out anew each time, with what changed since they were stored, and what is near.

Steps, in order:  answers and events -> the plan's clocks, and those of single events -> dates -> held against the stored ones -> what is due

Nothing here reads a clock on the wall: whoever asks says which day it is.

Read with care: a step that was never marked as done stays due. What no lawyer has checked says so (`is_checked`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .answers import checked_answers
from .case import StoredDeadline
from .deadlines import deadlines
from .recomputing import changed
from .routes import plan

if TYPE_CHECKING:
    from .case import Case
    from .deadlines import Deadline
    from .law import Law
    from .recomputing import Changed
    from .route_rules import Routes
    from .routes import Plan


@dataclass(frozen=True)
class CaseDate:
    """A date of a case.

    Attributes:
        step: the id of the step it belongs to; `title` is that of its remedy.
        clock_title: what the date is.
        found: the engine's answer.
        is_done: the step was marked as done.
    """

    step: str
    title: str
    clock_title: str
    found: Deadline
    is_done: bool = False

    @property
    def turns(self) -> datetime.date | None:
        """The day on which something changes: the last day for yours, the earliest last day for theirs."""
        return self.found.due if self.found.whose == "yours" else self.found.due_strict

    @property
    def ends(self) -> datetime.date | None:
        """The last day by every way of counting."""
        return self.found.due if self.found.whose == "yours" else self.found.overdue_certain


@dataclass(frozen=True)
class Reckoned:
    """All dates of a case, as they come out today.

    Attributes:
        dates: nearest first.
        moved: stored dates that come out otherwise now, each with its step.
        problems: what could not be worked out, and why.
        plan: the steps open to the person.
    """

    dates: tuple[CaseDate, ...]
    moved: tuple[tuple[str, Changed], ...]
    problems: tuple[str, ...]
    plan: Plan

    def steps(self) -> list[str]:
        """Ids of all steps there are."""
        return list(dict.fromkeys([*(step.id for step in self.plan.steps), *(one.step for one in self.dates)]))


def reckoned(case: Case, *, law: Law, routes: Routes, today: datetime.date) -> Reckoned:
    """The dates of a case by the law and the calendars of now.

    Args:
        case: as it is.
        law: of all days.
        routes: questions and steps.
        today: the day it is.

    Example:
        >>> from evenhand.redress.case import Case
        >>> from evenhand.redress.law import shipped_law
        >>> from evenhand.redress.route_reading import shipped_routes
        >>> day = datetime.date(2026, 6, 30)
        >>> case = Case(label="17", opened_on=day, nation="england", events=[{"event": "request-received", "day": day, "remedy": "dp-access-p3"}])
        >>> [one.turns.isoformat() for one in reckoned(case, law=shipped_law(), routes=shipped_routes(), today=day).dates]
        ['2026-07-30']
    """
    answers, problems = _answers(case, routes)
    drawn = plan(law, answers, today, routes)
    clocks = [(step.id, clock) for step in drawn.steps for clock in step.clocks] + [(clock.remedy, clock) for clock in drawn.running]
    found = {(step, clock.clock): clock.deadline for step, clock in reversed(clocks) if clock.deadline}
    for (remedy, about), (events, more) in _single(case).items():
        held = law.remedies.get(remedy)
        if held and not any(clock.starts[0] in events for clock in held.clocks.values()):
            continue  # a day that only picks the law, or may start a clock later
        try:
            for one in deadlines(law, remedy, events, nation=_nation(case, law, remedy), **more):
                found[f"{remedy}@{about}" if about else remedy, one.clock] = one
        except BadSetting as wrong:
            problems.append(str(wrong))
    done = {one.step for one in case.done}
    dates = [_date(law, step, one, done) for (step, _), one in found.items() if one.readings]
    nearest = sorted(dates, key=lambda one: (one.turns or datetime.date.max, one.step, one.found.clock))
    moved, unread = _moved(case, law)
    return Reckoned(tuple(nearest), moved, (*problems, *unread), drawn)


def with_dates(case: Case, dates: Reckoned, *, today: datetime.date) -> Case:
    """The case with its dates stored as they are now; what was done last stays what it was."""
    last = case.last or {"what": "opened the case", "day": today}
    stored = [_stored(one) for one in dates.dates]
    return type(case).model_validate({**{name: getattr(case, name) for name in type(case).model_fields},
                                      "deadlines": stored, "reckoned_on": today, "last": last})  # fmt: skip


def near(dates: Reckoned, *, today: datetime.date, within_days: int | None = None) -> list[CaseDate]:
    """What is due: nearest first, done steps aside; whatever is late or ran out comes first, oldest first.

    Args:
        dates: of a case.
        today: the day it is.
        within_days: leave out what turns later; nothing is left out without it.
    """
    open_ = [one for one in dates.dates if not one.is_done and one.turns]
    return [one for one in open_ if within_days is None or (one.turns is not None and (one.turns - today).days <= within_days)]


def _answers(case: Case, routes: Routes) -> tuple[dict[str, Any], list[str]]:
    """Answers as the plan takes them; those that answer no question of today are told of, not lost."""
    given: dict[str, Any] = {**({"nation": case.nation} if case.nation else {}), **case.answers}
    given |= {one.event: one.day for one in case.events if one.remedy is None}
    known, problems = {}, []
    for name, value in given.items():
        try:
            checked_answers(routes, {name: value})
            known[name] = value
        except BadSetting as wrong:
            problems.append(f"An answer of the case answers no question of this version any more, and is left aside: {wrong}")
    return known, problems


def _single(case: Case) -> dict[tuple[str, str | None], tuple[dict[str, datetime.date], dict[str, Any]]]:
    """Events by the remedy whose clocks they start, and by which request under it."""
    found: dict[tuple[str, str | None], tuple[dict[str, datetime.date], dict[str, Any]]] = {}
    for one in case.events:
        if one.remedy is None:
            continue
        events, more = found.setdefault((one.remedy, one.about), ({}, {"pauses": [], "extension_notice": None}))
        events[one.event] = one.day
        more["pauses"] = [*more["pauses"], *one.pauses]
        more["extension_notice"] = one.told_longer or more["extension_notice"]
    return found


def _nation(case: Case, law: Law, remedy: str) -> Any:
    """The case's nation where the remedy is for it; a second request may go to a body elsewhere."""
    held = law.remedies.get(remedy)
    return case.nation if held and case.nation in held.nations else None


def _date(law: Law, step: str, found: Deadline, done: set[str]) -> CaseDate:
    remedy = law.remedies[found.remedy]
    return CaseDate(step, remedy.title, remedy.clocks[found.clock].title, found, is_done=step in done)


def _stored(one: CaseDate) -> dict[str, Any]:
    """A date as it is kept."""
    wanted = StoredDeadline.model_fields.keys() - {"step", "readings", "asked"}
    readings = [{"reading": way.reading, "calendar": way.calendar, "due": way.due} for way in one.found.readings]
    return {"step": one.step, **{key: getattr(one.found, key) for key in wanted}, "readings": readings, "asked": one.found.asked}


def _moved(case: Case, law: Law) -> tuple[tuple[tuple[str, Changed], ...], list[str]]:
    found, problems = [], []
    for one in case.deadlines:
        before = one.model_dump(mode="json")
        try:
            found += [(one.step, change) for change in changed([before], law)]
        except BadSetting as wrong:
            problems.append(str(wrong))
    return tuple(found), problems
