"""From a person's situation to steps in order: why each, by when, with whom, what it costs, and what comes next. Nothing is ever blocked.

Steps, in order:  answers -> gates -> rules that apply -> remedies of the nation and the day -> clocks -> order -> Plan

Clocks of courts are drawn from the day it happened, whatever else goes on. Those that run out first stand in front; those that
ran out are explained. Which remedies, when and why are data in records/redress; the law itself is records/law.

Read with care: a map, not legal advice. What no lawyer has checked says so (`is_checked`, `unreviewed`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, cast

from .answers import checked_answers
from .law_parts import NATIONS
from .reasons import filled
from .route_clocks import RouteClock, Situation, clocks_of
from .route_rules import UNKNOWN, Help
from .route_steps import RouteStep, offered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .law import Law
    from .law_parts import Nation
    from .route_rules import Routes


@dataclass(frozen=True)
class GateAdvice:
    """What to think of before any letter."""

    id: str
    title: str
    says: tuple[str, ...]
    help: Help | None


@dataclass(frozen=True)
class PathStage:
    """A stage of the standard path, with the steps of this plan that stand in it."""

    stage: int
    title: str
    says: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a person may do, in order.

    Attributes:
        today: the day it was drawn up.
        nations: where it may have happened.
        gates: advice to read first.
        notes: what else to know.
        steps: in the order in which to take them.
        path: the standard path, each stage with its steps.
        running: clocks of courts, drawn from the day it happened; the nearest first, then those that ran out.
        running_says: what these clocks are.
        solicitor: steps that need a solicitor now.
        free: steps that cost nothing.
        missing: questions whose answer would draw a clock.
        unreviewed: stands beside all of it.
    """

    today: datetime.date
    nations: tuple[Nation, ...]
    gates: tuple[GateAdvice, ...]
    notes: tuple[str, ...]
    steps: tuple[RouteStep, ...]
    path: tuple[PathStage, ...]
    running: tuple[RouteClock, ...]
    running_says: str
    solicitor: tuple[str, ...]
    free: tuple[str, ...]
    missing: tuple[dict[str, str], ...] = field(default=())
    unreviewed: str = ""

    def as_json(self) -> dict[str, Any]:
        """As plain values, dates as text; what there is none of is null or empty."""
        return cast("dict[str, Any]", _plain(self))


def plan(law: Law, answers: Mapping[str, Any], today: datetime.date, routes: Routes | None = None) -> Plan:
    """The steps open to a person.

    Args:
        law: as `shipped_law` gives it, of all days.
        answers: by question of records/redress/questions: an answer, several, or a day; anything left out is unknown.
        today: the day from which time left is counted.
        routes: questions and steps; those that ship unless given.

    Returns:
        The plan. It always holds a step, also for someone who answered nothing.

    Raises:
        BadSetting: an answer that answers nothing: no such question, answer or day.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> found = plan(shipped_law(), {"nation": "england", "what": ["searched"], "act": "2026-08-31"}, datetime.date(2026, 11, 20))
        >>> found.steps[0].remedy, [(clock.remedy, clock.due.isoformat()) for clock in found.running]
        ('search-record-ew', [('jr-ew', '2026-11-30'), ('eq-county', '2027-02-27'), ('hra', '2027-08-30')])

    Read with care:
        It knows only what it was told. Days that others stand in for, and what nobody has checked, are marked.
    """
    if routes is None:
        from .route_reading import shipped_routes

        routes = shipped_routes()
    answered = checked_answers(routes, answers)
    nations = tuple(one for one in NATIONS if {one, UNKNOWN} & set(answered.of("nation")))
    situation = Situation(law, routes, answered, today, nations[0] if len(nations) == 1 else None)
    gates = tuple(GateAdvice(key, one.title, one.says, one.help) for key, one in routes.gates.items() if answered.holds(one.when))
    steps = offered(situation, nations, {gate.title: gate.help for gate in gates if gate.help})
    running = _running(situation, nations)
    ahead = [filled(routes.word("ahead"), {"event": law.events[str(routes.questions[name].event)].title}) for name, day in answered.days.items() if day > today]
    notes = (*ahead, *(one.says for one in routes.notes.values() if answered.holds(one.when)))
    return Plan(
        today, nations, gates, notes, steps, _path(routes, steps), running, routes.settings.always.says,
        solicitor=tuple(step.id for step in steps if step.help == "solicitor"), free=tuple(step.id for step in steps if step.is_free),
        missing=_missing(routes, [*running, *(clock for step in steps for clock in step.clocks)]), unreviewed=routes.word("unreviewed"),
    )  # fmt: skip


def _running(situation: Situation, nations: tuple[Nation, ...]) -> tuple[RouteClock, ...]:
    """Clocks that run whatever the route: the nearest first, then those whose day is not known, then those that ran out."""
    law = situation.law
    slugs = [slug for slug in situation.routes.settings.always.remedies if set(law.remedies[slug].nations) & set(nations)]
    found = [clock for slug in slugs for clock in clocks_of(situation, slug)]
    return tuple(sorted(found, key=lambda one: (one.state == "over", one.due is None, one.due or datetime.date.max)))


def _path(routes: Routes, steps: tuple[RouteStep, ...]) -> tuple[PathStage, ...]:
    return tuple(
        PathStage(number, stage.title, stage.says, tuple(step.id for step in steps if step.stage == number))
        for number, stage in sorted(routes.settings.stages.items())
    )


def _missing(routes: Routes, clocks: list[RouteClock]) -> tuple[dict[str, str], ...]:
    wanted = {name for clock in clocks for name in clock.questions}
    return tuple({"question": name, "asks": routes.questions[name].asks} for name in routes.in_order() if name in wanted)


def _plain(value: Any) -> Any:
    if hasattr(value, "as_json") and not isinstance(value, Plan):
        return value.as_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
