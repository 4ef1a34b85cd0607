"""By when must they answer, by when must you act? Every date in two readings where authorities differ, with its reasons.

Steps, in order:  law on the day -> the clock -> every defensible way of counting it -> earliest and latest

For their clocks, `due_strict` is the last day by the earliest reading and `overdue_certain` by the latest: from the
day after the latter nobody can say they are not late. For the person's clocks there is only the earliest, `due`,
and an earlier day to aim for. The same arithmetic stands in web/static/redress/deadlines.js; the two are held
against each other by tests/redress.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .calendars import WorkingDays, working_days
from .law_parts import CONFIDENCE, NATIONS
from .periods import DAY, Counting, Span, last_day, merged, rolled

if TYPE_CHECKING:
    from .law import Law
    from .law_parts import Confidence, Nation
    from .reasons import Reason
    from .remedies import Clock, Remedy

Events = Mapping[str, datetime.date]
Start = tuple[str, datetime.date]


@dataclass(frozen=True)
class Reading:
    """One way of counting, and where it leads.

    Attributes:
        reading: file in records/law/readings, where authorities count differently.
        calendar: file in records/law/calendars, where working days matter.
        due: the last day.
        reasons: how it comes about; `reasons.said` makes a sentence of each.
    """

    reading: str | None
    calendar: str | None
    due: datetime.date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Deadline:
    """A clock with its dates. Dates that do not apply are absent, never guessed.

    Attributes:
        remedy: its slug; `clock` is the clock's key in it.
        whose: theirs or yours.
        label: for yours: hard, discretionary or guide.
        must_arrive: it must have arrived by then.
        starts_on: the day it is counted from, that of the event `started_by`.
        readings: every way of counting that is defensible, first to last.
        due_strict: theirs: the last day by the earliest reading.
        overdue_certain: theirs: the last day by the latest reading.
        due: yours: the last day.
        aim_for: yours: the day to aim for.
        standard: what the law says instead of, or besides, a period.
        may_change: it lies where holidays have not been announced yet, after `known_to`.
        basis: provisions it rests on.
        verify: open questions it rests on.
        confidence: of the least sure thing it rests on.
        is_checked: a lawyer has checked all it rests on.
        asked: what it was worked out from, so that it can be again.
    """

    remedy: str
    clock: str
    whose: str
    label: str | None
    must_arrive: bool
    started_by: str
    starts_on: datetime.date
    readings: tuple[Reading, ...]
    due_strict: datetime.date | None
    overdue_certain: datetime.date | None
    due: datetime.date | None
    aim_for: datetime.date | None
    standard: str | None
    may_change: bool
    known_to: datetime.date | None
    basis: tuple[str, ...]
    verify: tuple[str, ...]
    confidence: Confidence
    is_checked: bool
    asked: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As plain values, dates as text; the JavaScript gives the same."""
        return _plain(asdict(self))


def deadline(
    law: Law, remedy: str, clock: str, events: Events, *,
    nation: Nation | None = None, pauses: Sequence[Span] = (), extension_notice: datetime.date | None = None,
) -> Deadline:  # fmt: skip
    """One clock of a remedy.

    Args:
        law: as `shipped_law` gives it, of all days.
        remedy: its slug.
        clock: its key in the remedy.
        events: the days that are known, by event; the clock's first is needed.
        nation: of the body that must answer. Left out, both readings allow for each.
        pauses: first and last day of each time their clock stood still.
        extension_notice: when they said that they need longer.

    Returns:
        The dates, with what they rest on. A clock without a period has a standard and no date.

    Raises:
        BadSetting: no such remedy, clock or nation, a day that is missing, impossible or before the holidays known here.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> asked = deadline(shipped_law(), "dp-access-p3", "reply", {"request-received": datetime.date(2026, 6, 30)}, nation="england")
        >>> asked.due_strict.isoformat(), asked.overdue_certain.isoformat()
        ('2026-07-30', '2026-08-03')

    Read with care:
        Arithmetic on rules that no lawyer has checked yet (`is_checked`). A court may count otherwise; act before `aim_for`.
    """
    _check_asked(law, events, nation, pauses)
    held = law.remedy(remedy, _law_day(law, remedy, clock, events))
    rule = held.clocks.get(clock)
    if rule is None:
        raise BadSetting(f"'{remedy}' has no clock '{clock}' on that day. It has: {', '.join(held.clocks) or 'none'}.")
    _check_nation(held, rule, remedy, nation)
    place = nation or (held.nations[0] if len(held.nations) == 1 else None)
    started_by, start = _start(rule, remedy, clock, events)
    for first, _last in pauses:
        if first < start:
            raise BadSetting(f"The pause from {first} begins before the clock does, on {start}. Give the days on which it stood still after that.")
    readings = _readings(law, rule, (started_by, start), place, pauses, extension_notice)
    asked = {"events": dict(events), "nation": nation, "pauses": [list(span) for span in pauses], "extension_notice": extension_notice}
    return _deadline(law, held, (remedy, clock, rule), (started_by, start), readings, asked)


def deadlines(law: Law, remedy: str, events: Events, *, nation: Nation | None = None, pauses: Sequence[Span] = (),
              extension_notice: datetime.date | None = None) -> list[Deadline]:  # fmt: skip
    """Every clock of a remedy that the days known so far have started; see `deadline`.

    Raises:
        BadSetting: as `deadline`, or none of its clocks is started by what is known.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> [one.clock for one in deadlines(shipped_law(), "foi-review", {"reply-received": datetime.date(2026, 6, 1)}, nation="england")]
        ['ask']
    """
    _check_asked(law, events, nation, pauses)
    found = []
    for clock, rule in law.known(remedy).clocks.items():
        if rule.starts[0] not in events or (rule.nations and nation and nation not in rule.nations):
            continue
        if rule.in_force.holds(_law_day(law, remedy, clock, events)):
            its = pauses if rule.whose == "theirs" else ()
            found.append(deadline(law, remedy, clock, events, nation=nation, pauses=its, extension_notice=extension_notice if rule.whose == "theirs" else None))
    if not found:
        wanted = dict.fromkeys(clock.starts[0] for clock in law.remedies[remedy].clocks.values())
        raise BadSetting(f"'{remedy}' has clocks that start on: {', '.join(wanted) or 'nothing, for it has none'}. None of these days was given.")
    return found


def _check_asked(law: Law, events: Events, nation: str | None, pauses: Sequence[Span]) -> None:
    for event in events:
        if event not in law.events:
            raise BadSetting(f"There is no event '{event}'. Events are: {', '.join(law.events)}.")
    if nation is not None and nation not in NATIONS:
        raise BadSetting(f"There is no nation '{nation}' here. Choose one of {', '.join(NATIONS)}.")
    for first, last in pauses:
        if last < first:
            raise BadSetting(f"The pause from {first} to {last} ends before it begins.")


def _check_nation(remedy: Remedy, clock: Clock, slug: str, nation: str | None) -> None:
    where = clock.nations or remedy.nations
    if nation and nation not in where:
        raise BadSetting(f"'{slug}' is for {', '.join(where)}, not for {nation}. `evenhand redress remedies list --nation {nation}` shows what is.")


def _law_day(law: Law, remedy: str, clock: str, events: Events) -> datetime.date:
    """The day whose law applies: of the event that picks it, or else of what started the clock."""
    held = law.known(remedy)
    if held.picked_by in events:
        return events[held.picked_by]
    starts = held.clocks[clock].starts if clock in held.clocks else ()
    return min((events[event] for event in starts if event in events), default=max(events.values(), default=datetime.date(2000, 1, 1)))


def _start(clock: Clock, remedy: str, key: str, events: Events) -> Start:
    if clock.starts[0] not in events:
        raise BadSetting(f"The clock '{key}' of '{remedy}' starts on '{clock.starts[0]}', and that day was not given.")
    given = [event for event in clock.starts if event in events]
    latest = max(given, key=lambda event: events[event])
    return latest, events[latest]


def _readings(
    law: Law, clock: Clock, start: Start, nation: Nation | None, pauses: Sequence[Span], notice: datetime.date | None
) -> tuple[Reading, ...]:
    if clock.period is None:
        return ()
    found: list[Reading] = []
    for reading in clock.readings or (None,):
        for days in _calendars(law, clock, nation, start[1]):
            one = _reading(law, clock, start, reading, days, pauses, notice)
            if not any((one.reading, one.due) == (other.reading, other.due) for other in found):
                found.append(one)
    return tuple(sorted(found, key=lambda one: one.due))


def _calendars(law: Law, clock: Clock, nation: Nation | None, start: datetime.date) -> tuple[WorkingDays | None, ...]:
    made = tuple(days for calendar in clock.calendars for days in working_days(law, calendar, nation))
    for days in made:
        if start < days.start:
            raise BadSetting(f"The holidays known here begin on {days.start}, so no working days can be counted from {start}.")
    return made or (None,)


def _reading(
    law: Law, clock: Clock, start: Start, reading: str | None, days: WorkingDays | None, pauses: Sequence[Span], notice: datetime.date | None
) -> Reading:
    assert clock.period is not None
    event, day = start
    stood = merged(list(pauses), day) if clock.pauses else ()
    counting = Counting(day, law.readings[reading].shift if reading else 0, days, clock.roll, stood)
    due, why = last_day(clock.period, counting)
    extra: list[Reason] = []
    if notice and clock.extension is None:
        extra = [{"code": "no-extension-rule", "day": notice.isoformat()}]
    elif notice and clock.extension and notice > due:
        extra = [{"code": "extension-too-late", "day": notice.isoformat(), "to": due.isoformat()}]
    elif notice and clock.extension:
        due, why = last_day(clock.period, counting, more=clock.extension.more)
        extra = [{"code": "extended", "n": clock.extension.more, "unit": clock.period.unit, "day": notice.isoformat()}]
    if pauses and not clock.pauses:
        extra += [{"code": "no-pause-rule", "day": first.isoformat()} for first, _ in sorted(pauses)]
    due, moved = rolled(due, counting)
    first: Reason = {"code": "counted-from", "event": event, "day": day.isoformat()}
    return Reading(reading, days.name if days else None, due, (first, *extra, *why, *moved))


def _deadline(
    law: Law, remedy: Remedy, named: tuple[str, str, Clock], start: Start, readings: tuple[Reading, ...], asked: dict[str, Any]
) -> Deadline:
    slug, key, clock = named
    first, last = (readings[0].due, readings[-1].due) if readings else (None, None)
    is_theirs = clock.whose == "theirs"
    lists = [law.holidays[law.calendars[calendar].holidays] for calendar in clock.calendars]
    known_to = min((held.known_to for held in lists), default=None)
    below = [*(law.readings[one] for one in clock.readings), *(law.calendars[one] for one in clock.calendars), *lists]
    provisions = [law.provisions[one] for one in clock.basis]
    rests: list[Any] = [remedy, *provisions, *below]
    verify = dict.fromkeys([*clock.verify, *(one for part in rests for one in part.verify)])
    return Deadline(
        remedy=slug, clock=key, whose=clock.whose, label=clock.label, must_arrive=clock.must_arrive, started_by=start[0], starts_on=start[1], readings=readings,
        due_strict=first if is_theirs else None, overdue_certain=last if is_theirs else None, due=None if is_theirs else first,
        aim_for=None if is_theirs or first is None else max(first - clock.margin_days * DAY, min(start[1], first)), standard=clock.standard,
        may_change=bool(known_to and last and last > known_to), known_to=known_to, basis=clock.basis, verify=tuple(verify),
        confidence=min((part.confidence for part in rests), key=CONFIDENCE.index),
        is_checked=not verify and all(part.is_checked for part in rests), asked=asked,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
