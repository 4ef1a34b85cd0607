"""The clocks of a step: drawn where the day is known, put in words where it is not; one that ran out is explained, not left out.

Steps, in order:  the day a clock starts on (given, worked out, or standing in) -> the deadline engine -> a state -> a sentence
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..tables.errors import BadSetting
from .deadlines import Deadline, deadline
from .reasons import filled, in_full

if TYPE_CHECKING:
    from .answers import Answers
    from .law import Law
    from .law_parts import Nation
    from .remedies import Clock, Remedy
    from .route_rules import Routes

ClockState = Literal["running", "soon", "over", "waiting", "between", "late", "day-unknown", "not-started", "no-period", "not-reckoned"]
Days = dict[str, datetime.date]


@dataclass(frozen=True)
class Situation:
    """Whose clocks they are.

    Attributes:
        law: of all days.
        routes: the questions and settings.
        answers: what the person said.
        today: the day from which time left is counted.
        nation: where it happened, if that is known.
    """

    law: Law
    routes: Routes
    answers: Answers
    today: datetime.date
    nation: Nation | None

    def day_of(self, event: str, thread: str | None) -> tuple[datetime.date | None, str | None]:
        """The day of an event, and the other event whose day stands in for it."""
        known = self.answers.known(thread)
        if event in known:
            return known[event], None
        for clock in self.routes.settings.worked_out.get(event, ()):
            found = self._worked_out(clock.remedy, clock.clock, thread)
            if found:
                return found, self.law.remedies[clock.remedy].clocks[clock.clock].starts[0]
        others = [(known[one], one) for one in self.routes.settings.stand_ins.get(event, ()) if one in known]
        return min(others) if others else (None, None)

    def _worked_out(self, remedy: str, clock: str, thread: str | None) -> datetime.date | None:
        known = self.answers.known(thread)
        if self.nation and self.nation not in self.law.remedies[remedy].nations:
            return None
        try:
            return deadline(self.law, remedy, clock, known, nation=self.nation).due_strict
        except BadSetting:
            return None


@dataclass(frozen=True)
class RouteClock:
    """A clock, as a plan shows it.

    Attributes:
        remedy: whose it is; `clock` is its key there, `title` what its date is.
        whose: theirs or yours; `label` of yours: hard, discretionary or guide.
        started_by: the event it is counted from; `day` when that was, if known.
        stands_in: the other event whose day was used for it.
        state: how it stands today.
        due: yours: the last day. Theirs: the last day by every way of counting; `due_strict` by the earliest.
        aim_for: yours: the day to aim for.
        days_left: to `due`; less than 0 once it is over.
        formula: how it is counted, in words.
        says: all that in a sentence or two.
        deadline: the engine's answer; `if_today` is what it would be if it started today.
        is_checked: a lawyer has checked all it rests on; `verify` names what is left open.
        questions: whose answer would draw it.
    """

    remedy: str
    clock: str
    title: str
    whose: str
    label: str | None
    started_by: str
    day: datetime.date | None
    stands_in: str | None
    state: ClockState
    formula: str
    says: str
    due: datetime.date | None = None
    due_strict: datetime.date | None = None
    aim_for: datetime.date | None = None
    days_left: int | None = None
    deadline: Deadline | None = None
    if_today: Deadline | None = None
    verify: tuple[str, ...] = ()
    is_checked: bool = False
    questions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As plain values, dates as text."""
        return {key: _plain(getattr(self, key)) for key in self.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, Deadline):
        return value.as_json()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def clocks_of(situation: Situation, slug: str, *, thread: str | None = None, uk_wide: bool = False, hides: tuple[str, ...] = ()) -> tuple[RouteClock, ...]:
    """Every clock of a remedy that matters to a person, the person's own first.

    Args:
        situation: whose.
        slug: of the remedy.
        thread: of which request or complaint.
        uk_wide: the body is one of the whole United Kingdom, so the nation does not matter.
        hides: clocks that do not matter here.
    """
    held = situation.law.known(slug)
    nation = None if uk_wide else situation.nation
    found = [
        _clock(situation, slug, held, key, thread, nation)
        for key, clock in held.clocks.items()
        if key not in hides and not (nation and clock.nations and nation not in clock.nations)
    ]
    return tuple(sorted(found, key=lambda one: one.whose != "yours"))


def _clock(situation: Situation, slug: str, remedy: Remedy, key: str, thread: str | None, nation: Nation | None) -> RouteClock:
    law, clock = situation.law, remedy.clocks[key]
    event = clock.starts[0]
    day, stands_in = situation.day_of(event, thread)
    happened = situation.answers.happened(thread)
    formula = _formula(situation, clock, event)
    base: dict[str, Any] = {"remedy": slug, "clock": key, "title": clock.title, "whose": clock.whose, "label": clock.label, "started_by": event,
                            "day": day, "stands_in": stands_in, "formula": formula}  # fmt: skip
    if clock.period is None:
        return _without_period(situation, base, clock)
    if day is None:
        past = event in happened or any(one in happened for one in situation.routes.settings.stand_ins.get(event, ()))
        if past:
            says = filled(situation.routes.word("fill_in"), {"formula": formula})
            return RouteClock(**base, state="day-unknown", says=says, questions=_asking(situation, event, thread))
        return _not_started(situation, base, nation)
    drawn = _reckoned(law, slug, key, _law_events(situation, remedy, event, day, thread), nation)
    if isinstance(drawn, str):
        return RouteClock(**base, state="not-reckoned", says=filled(situation.routes.word("not_reckoned"), {"why": drawn}))
    return _drawn(situation, base, drawn)


def _law_events(situation: Situation, remedy: Remedy, event: str, day: datetime.date, thread: str | None) -> Days:
    """The days to count from: the start, what else may start it later, and the day that picks the law."""
    known = situation.answers.known(thread)
    picked = {remedy.picked_by: known[remedy.picked_by]} if remedy.picked_by in known else {}
    return {**picked, event: day}


def _reckoned(law: Law, slug: str, key: str, events: Days, nation: Nation | None) -> Deadline | str:
    """The engine's answer, or why there is none."""
    try:
        return deadline(law, slug, key, events, nation=nation)
    except BadSetting as wrong:
        return str(wrong)


def _drawn(situation: Situation, base: dict[str, Any], drawn: Deadline) -> RouteClock:
    """A clock whose day is known."""
    today, wording = situation.today, situation.law.wording
    due = drawn.due if drawn.whose == "yours" else drawn.overdue_certain
    assert due is not None
    left = (due - today).days
    state = _state(situation, drawn, left)
    days = {"due": due, "aim": drawn.aim_for, "strict": drawn.due_strict, "certain": drawn.overdue_certain}
    slots = {key: in_full(day, wording) for key, day in days.items() if day}
    slots["left"] = _counted(situation.routes.wording["left"], left)
    says = filled(situation.routes.word(drawn.whose, state), slots)
    if state in ("running", "soon"):
        says = says[0].upper() + says[1:]
    if state == "over":
        says += " " + situation.routes.word("over_label", str(drawn.label))
    if base["stands_in"]:
        titles = {"wanted": base["started_by"], "used": base["stands_in"]}
        says += " " + filled(situation.routes.word("stands_in"), {key: situation.law.events[one].title for key, one in titles.items()})
    return RouteClock(
        **base, state=state, says=says, due=due, due_strict=drawn.due_strict, aim_for=drawn.aim_for, days_left=left, deadline=drawn,
        verify=drawn.verify, is_checked=drawn.is_checked,
    )  # fmt: skip


def _state(situation: Situation, drawn: Deadline, left: int) -> ClockState:
    if drawn.whose == "yours":
        return "over" if left < 0 else "soon" if left <= situation.routes.settings.soon_days else "running"
    assert drawn.due_strict is not None
    return "late" if left < 0 else "waiting" if situation.today <= drawn.due_strict else "between"


def _not_started(situation: Situation, base: dict[str, Any], nation: Nation | None) -> RouteClock:
    """A clock that only starts once the step is taken; what it would be if that were today is shown."""
    says = filled(situation.routes.word("not_started"), {"formula": base["formula"]})
    drawn = _reckoned(situation.law, base["remedy"], base["clock"], {base["started_by"]: situation.today}, nation)
    if isinstance(drawn, str):
        return RouteClock(**base, state="not-started", says=says)
    due = drawn.due if drawn.whose == "yours" else drawn.overdue_certain
    if due:
        says += " " + filled(situation.routes.word("if_today"), {"day": in_full(due, situation.law.wording)})
    return RouteClock(**base, state="not-started", says=says, if_today=drawn, verify=drawn.verify, is_checked=drawn.is_checked)


def _without_period(situation: Situation, base: dict[str, Any], clock: Clock) -> RouteClock:
    """A clock for which the law names no number of days."""
    says = filled(situation.routes.word("no_period"), {"standard": str(clock.standard)})
    return RouteClock(**base, state="no-period", says=says, verify=clock.verify)


def _formula(situation: Situation, clock: Clock, event: str) -> str:
    """How a clock is counted, in words."""
    title, routes = situation.law.events[event].title, situation.routes
    if clock.period is None:
        return filled(routes.word("no_count"), {"standard": str(clock.standard), "event": title})
    unit, n = str(clock.period.unit), clock.period.n
    if unit.startswith("months") and n % 12 == 0:
        unit, n = unit.replace("months", "years"), n // 12
    formula = filled(routes.word("formulas", unit, "one" if n == 1 else "many"), {"n": str(n), "event": title})
    if clock.period.then_days:
        formula = filled(routes.word("more_days"), {"formula": formula, "n": str(clock.period.then_days)})
    return filled(routes.word("at_latest"), {"standard": clock.standard, "formula": formula}) if clock.standard else formula


def _counted(words: Any, number: int) -> str:
    """A number of days in words."""
    return str(words["none"] if number <= 0 else words["one"] if number == 1 else filled(words["many"], {"n": str(number)}))


def _asking(situation: Situation, event: str, thread: str | None) -> tuple[str, ...]:
    """The questions whose answer would draw a clock."""
    happened = situation.answers.happened(thread)
    wanted = (event, *situation.routes.settings.stand_ins.get(event, ()))
    return tuple(happened[one] for one in wanted if one in happened)[:1]
