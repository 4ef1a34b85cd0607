"""The arithmetic of one period: from the day of an event to its last day, with the reasons.

Plain calendar rules only. How long, from when, and by whose working days are handed in.
"""

from __future__ import annotations

import calendar as months_of
import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .calendars import WorkingDays
    from .reasons import Reason
    from .remedies import Period

DAY = datetime.timedelta(days=1)
Span = tuple[datetime.date, datetime.date]


@dataclass(frozen=True)
class Counting:
    """One way of counting a period.

    Attributes:
        start: the day of the event.
        shift: 1 where the period is read as beginning on the next day, else 0.
        days: which days are working days, where that matters.
        roll: whether a last day that is none moves to the next that is.
        pauses: days that do not count, both ends among them; in order, and none touching another.
    """

    start: datetime.date
    shift: int = 0
    days: WorkingDays | None = None
    roll: bool = False
    pauses: tuple[Span, ...] = ()


def add_months(day: datetime.date, n: int) -> datetime.date:
    """The same date n months on, or the last of that month where it is shorter.

    Example:
        >>> add_months(datetime.date(2026, 1, 30), 1)
        datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return datetime.date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def last_day(period: Period, counting: Counting, *, more: int = 0) -> tuple[datetime.date, list[Reason]]:
    """The last day of a period before any rolling, and why.

    Args:
        period: how long.
        counting: in which way.
        more: so many more of its unit, for an extension.

    Example:
        >>> from evenhand.redress.remedies import Period
        >>> last_day(Period(months_starting_with=6), Counting(datetime.date(2026, 1, 15)))[0]
        datetime.date(2026, 7, 14)
    """
    begin = counting.start + counting.shift * DAY
    reasons: list[Reason] = [{"code": "begins-next-day", "day": begin.isoformat()}] if counting.shift else []
    n = period.n + more
    if period.unit.startswith("working_days"):
        due = _working(period, n, begin, counting, reasons)
    else:
        due = _months(period, n, begin, reasons) if period.unit.startswith("months") else _days(period, n, begin, reasons)
    if period.then_days:
        due += period.then_days * DAY
        reasons.append({"code": "days-more", "n": period.then_days, "day": due.isoformat()})
    if not period.unit.startswith("working_days"):
        due = _after_pauses(due, counting, reasons)
    return due, reasons


def rolled(due: datetime.date, counting: Counting) -> tuple[datetime.date, list[Reason]]:
    """The day itself, or the next working day after it, and why."""
    reasons: list[Reason] = []
    if counting.roll and counting.days:
        while why := counting.days.why_not(due):
            reasons.append({"code": "not-a-working-day", "day": due.isoformat(), "name": why})
            due += DAY
        if reasons:
            reasons.append({"code": "rolled", "day": due.isoformat()})
    return due, reasons


def merged(pauses: list[Span], start: datetime.date) -> tuple[Span, ...]:
    """Pauses in order, those that overlap or touch made one, and only what lies after the start.

    Example:
        >>> day = datetime.date(2026, 7, 1)
        >>> merged([(day + 3 * DAY, day + 5 * DAY), (day, day + 4 * DAY)], day) == ((day + DAY, day + 5 * DAY),)
        True
    """
    found: list[Span] = []
    for first, last in sorted(pauses):
        first = max(first, start + DAY)
        if last < first:
            continue
        if found and first <= found[-1][1] + DAY:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def _months(period: Period, n: int, begin: datetime.date, reasons: list[Reason]) -> datetime.date:
    due = add_months(begin, n)
    is_short = due.day < begin.day
    if period.unit == "months_starting_with":
        due -= DAY
        reasons.append({"code": "first-day-counts", "day": due.isoformat()})
    elif not is_short:
        reasons.append({"code": "same-date", "n": n, "day": due.isoformat()})
    if is_short:
        reasons.append({"code": "short-month", "n": n, "day": due.isoformat()})
    return due


def _days(period: Period, n: int, begin: datetime.date, reasons: list[Reason]) -> datetime.date:
    if period.unit == "days_starting_with":
        due = begin + (n - 1) * DAY
        reasons.append({"code": "first-day-counts", "day": due.isoformat()})
    elif period.unit == "days_starting_day_after":
        due = begin + n * DAY
        reasons.append({"code": "day-after-is-first", "day": (begin + DAY).isoformat(), "to": due.isoformat()})
    else:
        due = begin + n * DAY
        reasons.append({"code": "days-after", "n": n, "day": due.isoformat()})
    return due


def _working(period: Period, n: int, begin: datetime.date, counting: Counting, reasons: list[Reason]) -> datetime.date:
    days = counting.days
    if days is None:
        raise ValueError("working days need a calendar")
    from_it = period.unit == "working_days_starting_with"
    due, left, weekend = begin - DAY if from_it else begin, n, 0
    skipped: list[Reason] = []
    paused = set[Span]()
    while left:
        due += DAY
        pause = next((span for span in counting.pauses if span[0] <= due <= span[1]), None)
        why = days.why_not(due)
        if pause:
            paused.add(pause)
        elif due.weekday() in days.weekend:
            weekend += 1
        elif why:
            skipped.append({"code": "holiday", "day": due.isoformat(), "name": why})
        else:
            left -= 1
    reasons.append({"code": "working-days-from-it" if from_it else "working-days", "n": n, "day": due.isoformat(), "calendar": days.name})
    if weekend:
        reasons.append({"code": "weekend-days", "n": weekend})
    reasons += skipped
    reasons += [_paused(span) for span in sorted(paused)]
    return due


def _after_pauses(due: datetime.date, counting: Counting, reasons: list[Reason]) -> datetime.date:
    for first, last in counting.pauses:
        if first <= due:
            due += ((last - first).days + 1) * DAY
            reasons.append(_paused((first, last)))
    return due


def _paused(span: Span) -> Reason:
    return {"code": "paused", "n": (span[1] - span[0]).days + 1, "day": span[0].isoformat(), "to": span[1].isoformat()}
