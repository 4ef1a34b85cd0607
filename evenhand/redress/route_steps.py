"""The steps of a plan: which remedies the answers lead to, each with its reasons, clocks, helper and what follows, in order."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from .reasons import filled, in_full
from .route_clocks import RouteClock, Situation, clocks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .law_parts import Nation
    from .letter_cards import Letters
    from .remedies import Remedy
    from .route_rules import Help, StepRule

HELP: tuple[Help, ...] = ("yourself", "caseworker", "solicitor")


@dataclass(frozen=True)
class Next:
    """A remedy that comes before or after, or can go on beside."""

    remedy: str
    title: str


@dataclass(frozen=True)
class Before:
    """A remedy that must be tried first, and why."""

    remedy: str
    title: str
    why: str
    basis: tuple[str, ...]


@dataclass(frozen=True)
class RouteStep:
    """One step of a plan.

    Attributes:
        id: the remedy, and after @ the request or complaint it carries on.
        why: why it is offered.
        clocks: the person's own first.
        help: yourself, caseworker or solicitor; `help_why` says why.
        letters: ids of the letters that go with it.
        to: whom it is addressed to.
        only_if: on what it depends that is not known.
        first: what must stand in front of it.
        if_refused: what comes then, best first; likewise `if_silent`, `then` after a full answer, and `alongside`.
        open: what nobody has checked.
        is_over: all its clocks of the person's have run out; the clocks say what that means.
    """

    id: str
    remedy: str
    title: str
    summary: str
    stage: int
    stage_title: str
    why: tuple[str, ...]
    clocks: tuple[RouteClock, ...]
    help: Help
    help_says: str
    help_why: tuple[str, ...]
    fee: str
    is_free: bool
    letters: tuple[str, ...]
    to: str | None
    nations: tuple[Nation, ...]
    only_if: str | None
    first: tuple[Before, ...]
    if_refused: tuple[Next, ...]
    if_silent: tuple[Next, ...]
    then: tuple[Next, ...]
    alongside: tuple[Next, ...]
    ends: str
    notes: tuple[str, ...]
    open: tuple[str, ...]
    is_over: bool
    is_checked: bool

    @property
    def nearest(self) -> datetime.date | None:
        """The last day of the person's nearest clock that has not run out and is near."""
        return min((clock.due for clock in self.clocks if clock.state == "soon" and clock.due), default=None)


@dataclass
class _Offer:
    """A remedy that some rules offer."""

    slug: str
    thread: str | None
    rules: list[StepRule] = field(default_factory=list)
    uk_wide: bool = False
    only_if: str | None = None

    @property
    def id(self) -> str:
        return f"{self.slug}@{self.thread}" if self.thread else self.slug


def offered(situation: Situation, nations: tuple[Nation, ...], gates: Mapping[str, Help]) -> tuple[RouteStep, ...]:
    """The steps that the answers lead to, in the order in which to take them.

    Args:
        situation: the law, the rules, the answers and the day.
        nations: where it may have happened.
        gates: titles of gates that call for help with every step, and whose help.
    """
    steps = [_step(situation, offer, nations, gates) for offer in _offers(situation, nations)]
    near = sorted((step for step in steps if step.nearest), key=lambda step: (step.nearest, step.stage))
    far = sorted((step for step in steps if not step.nearest), key=lambda step: step.stage)
    return _with_first([*near, *far])


def _with_first(steps: list[RouteStep]) -> tuple[RouteStep, ...]:
    """Each step directly behind those it names under `first`, where it would come before them."""
    ordered = list(steps)
    for step in steps:
        for before in reversed(step.first):
            for other in [one for one in ordered if one.remedy == before.remedy]:
                if ordered.index(other) > ordered.index(step):
                    ordered.remove(other)
                    ordered.insert(ordered.index(step), other)
    return tuple(ordered)


def _offers(situation: Situation, nations: tuple[Nation, ...]) -> list[_Offer]:
    found: dict[tuple[str, str | None], _Offer] = {}
    for rule in situation.routes.steps.values():
        if not situation.answers.holds(rule.when) or (rule.unless and situation.answers.holds(rule.unless)):
            continue
        uk_wide = bool(rule.uk_wide) and situation.answers.holds(rule.uk_wide)
        for slug, only_if in _standing(situation, rule):
            if not uk_wide and not set(situation.law.remedies[slug].nations) & set(nations):
                continue
            offer = found.setdefault((slug, rule.thread), _Offer(slug, rule.thread, only_if=only_if))
            offer.rules.append(rule)
            offer.uk_wide = offer.uk_wide or uk_wide
    return list(found.values())


def _standing(situation: Situation, rule: StepRule) -> Iterable[tuple[str, str | None]]:
    """The remedies of a rule that apply on their day; where the day is not known, each that may, and on what that depends."""
    for slug in rule.remedies:
        remedy = situation.law.remedies[slug]
        event = remedy.picked_by
        day = situation.day_of(event, rule.thread)[0]
        if day is None and len(rule.remedies) > 1 and _may_have_happened(situation, event, rule.thread):
            yield slug, _depends(situation, remedy)
        elif remedy.in_force.holds(day or situation.today):
            yield slug, None


def _may_have_happened(situation: Situation, event: str, thread: str | None) -> bool:
    happened = situation.answers.happened(thread)
    return event in happened or bool(set(happened) & set(situation.routes.settings.stand_ins.get(event, ())))


def _depends(situation: Situation, remedy: Remedy) -> str | None:
    """For which days a remedy is, where it began or ended within the years that others of its rule cover."""
    span, law = remedy.in_force, situation.law
    title = law.events[remedy.picked_by].title
    if span.to:
        return filled(situation.routes.word("only_before"), {"event": title, "to": in_full(span.to, law.wording)})
    older = any(slug in other.replaced_by for other in law.remedies.values() for slug in [_slug(law.remedies, remedy)])
    if span.start and older:
        return filled(situation.routes.word("only_from"), {"event": title, "start": in_full(span.start, law.wording)})
    return None


def _slug(remedies: Mapping[str, Remedy], wanted: Remedy) -> str:
    return next(slug for slug, one in remedies.items() if one is wanted)


def _step(situation: Situation, offer: _Offer, nations: tuple[Nation, ...], gates: Mapping[str, Help]) -> RouteStep:
    law, routes, rules = situation.law, situation.routes, offer.rules
    remedy = law.remedies[offer.slug].on(max(situation.today, law.remedies[offer.slug].in_force.start or situation.today))
    hides = tuple(set.intersection(*(set(rule.hides) for rule in rules)))
    clocks = clocks_of(situation, offer.slug, thread=offer.thread, uk_wide=offer.uk_wide, hides=hides)
    stage = min(rule.stage for rule in rules)
    helper, help_why = _help(situation, remedy, clocks, gates)
    own = [clock for clock in clocks if clock.whose == "yours"]
    after = {key: _next(situation, getattr(remedy, key), nations) for key in ("if_refused", "if_silent", "then", "alongside")}
    return RouteStep(
        id=offer.id, remedy=offer.slug, title=remedy.title, summary=remedy.summary, stage=stage, stage_title=routes.settings.stages[stage].title,
        why=tuple(dict.fromkeys(rule.why for rule in rules)), clocks=clocks, help=helper, help_says=routes.word("help", helper), help_why=help_why,
        fee=remedy.fee, is_free=remedy.fee == routes.settings.free_fee, letters=_letters(offer.slug), to=remedy.addressed_to.says, nations=remedy.nations,
        only_if=offer.only_if or _only_nations(situation, remedy, nations, offer.uk_wide), first=_first(situation, rules), ends=remedy.ends, notes=remedy.notes,
        open=tuple(dict.fromkeys([*(one for rule in rules for one in rule.open), *(law.questions[one].title for one in remedy.verify)])),
        is_over=bool(own) and all(clock.state == "over" for clock in own), is_checked=remedy.is_checked and all(clock.is_checked for clock in clocks), **after,
    )  # fmt: skip


def _help(situation: Situation, remedy: Remedy, clocks: tuple[RouteClock, ...], gates: Mapping[str, Help]) -> tuple[Help, tuple[str, ...]]:
    """Who should do it, and why: the most that any reason asks for."""
    routes = situation.routes
    found: list[tuple[Help, str]] = []
    if remedy.solicitor == "needed":
        found.append(("solicitor", routes.word("help_why", "court" if remedy.addressed_to.role == "court" else "regime")))
    elif remedy.solicitor == "advised":
        found.append(("caseworker", routes.word("help_why", "advised")))
    if any(clock.state == "soon" and clock.label in routes.settings.solicitor_labels for clock in clocks):
        found.append(("solicitor", routes.word("help_why", "little_time")))
    found += [(help_, filled(routes.word("help_why", "gate"), {"title": title})) for title, help_ in gates.items()]
    return max((one for one, _ in found), key=HELP.index, default="yourself"), tuple(why for _, why in found)


def _first(situation: Situation, rules: list[StepRule]) -> tuple[Before, ...]:
    return tuple(
        Before(slug, situation.law.remedies[slug].title, str(rule.first_why), tuple(situation.law.provisions[one].cite for one in rule.first_basis))
        for rule in rules
        for slug in rule.first
    )


def _next(situation: Situation, slugs: Iterable[str], nations: tuple[Nation, ...]) -> tuple[Next, ...]:
    every: dict[str, Any] = situation.law.remedies
    return tuple(
        Next(slug, every[slug].title) for slug in slugs if set(every[slug].nations) & set(nations) and not _has_ended(every[slug], situation.today)
    )


def _has_ended(remedy: Remedy, today: datetime.date) -> bool:
    """Whether a remedy of an earlier law can no longer be what comes next: its event would have to lie after its end."""
    return remedy.in_force.to is not None and remedy.in_force.to < today and remedy.picked_by != "decision-taken"


def _only_nations(situation: Situation, remedy: Remedy, nations: tuple[Nation, ...], uk_wide: bool) -> str | None:
    if uk_wide or set(nations) <= set(remedy.nations):
        return None
    names = situation.law.wording.nations
    return filled(situation.routes.word("only_nations"), {"nations": " or ".join(names[one] for one in remedy.nations)})


def _letters(slug: str) -> tuple[str, ...]:
    return tuple(_shipped_letters().of_remedy(slug))


@cache
def _shipped_letters() -> Letters:
    """Whatever letters can be read: one that is broken must not take the plan with it."""
    from .letter_reading import read_letters

    return read_letters()[0]
