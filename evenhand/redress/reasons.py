"""Why a date is what it is: a reason is a code and what fills its sentence, which stands in records/law/wording.yml."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from .calendars import WEEK

if TYPE_CHECKING:
    from .law import Law
    from .wording import Wording

Reason = dict[str, Any]
REASONS: dict[str, tuple[str, ...]] = {
    "counted-from": ("event", "day"),
    "begins-next-day": ("day",),
    "same-date": ("n", "day"),
    "short-month": ("n", "day"),
    "first-day-counts": ("day",),
    "days-after": ("n", "day"),
    "day-after-is-first": ("day", "to"),
    "days-more": ("n", "day"),
    "working-days": ("n", "day", "calendar"),
    "working-days-from-it": ("n", "day", "calendar"),
    "weekend-days": ("n",),
    "holiday": ("day", "name"),
    "paused": ("n", "day", "to"),
    "no-pause-rule": ("day",),
    "extended": ("n", "unit", "day"),
    "extension-too-late": ("day", "to"),
    "no-extension-rule": ("day",),
    "not-a-working-day": ("day", "name"),
    "rolled": ("day",),
}
"""Each code, and what its sentence may name."""
UNITS = ("months", "months_starting_with", "days", "days_starting_with", "days_starting_day_after", "working_days", "working_days_starting_with")
_SLOT = re.compile(r"\{([a-z_]+)\}")


def in_full(day: datetime.date | str, wording: Wording) -> str:
    """A date in full, as pages and letters show it.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> in_full(datetime.date(2026, 6, 30), shipped_law().wording)
        'Tuesday 30 June 2026'
    """
    day = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    return f"{wording.weekdays[day.weekday()]} {day.day} {wording.months[day.month - 1]} {day.year}"


def said(reason: Reason, law: Law) -> str:
    """A reason as a sentence.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> said({"code": "holiday", "day": "2026-06-15", "name": "Football World Cup holiday"}, shipped_law())
        'Monday 15 June 2026 is not counted: Football World Cup holiday.'
    """
    return filled(law.wording.reasons[reason["code"]], {key: _word(key, value, law) for key, value in reason.items()})


def filled(sentence: str, slots: dict[str, str]) -> str:
    """A sentence with its {slots} filled; no other braces mean anything.

    Example:
        >>> filled("{n} days", {"n": "20"})
        '20 days'
    """
    return _SLOT.sub(lambda found: slots.get(found[1], found[0]), sentence)


def slots_of(sentence: str) -> set[str]:
    """The names in braces."""
    return set(_SLOT.findall(sentence))


def _word(key: str, value: Any, law: Law) -> str:
    wording = law.wording
    if key in ("day", "to"):
        return in_full(value, wording)
    if key == "event":
        return law.events[value].title
    if key == "calendar":
        return law.calendars[value].title
    if key == "unit":
        return wording.units[value]
    if key == "name" and value in WEEK:
        return wording.weekdays[WEEK.index(value)]
    return str(value)
