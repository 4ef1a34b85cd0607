"""Reminders for a calendar, which tell a stranger nothing: "Reminder: letter 1", on a day, and no more.

A calendar is seen by others, on a shared phone or a lock screen. So there is no name, body, law or link in it, and
the program's name is not in it either. Written by RFC 5545 in 30 lines; icalendar reads it back in the tests.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

_AT = "PT9H"  # of the day itself, at nine in the morning


def ics(days: Iterable[datetime.date | tuple[datetime.date, int]], *, title: str = "Reminder: letter {n}") -> str:
    r"""A calendar file with a day-long reminder for each day.

    Args:
        days: days, numbered as they come; or each with the number of its letter.
        title: of each; {n} is the number. Nothing about the letter may stand in it.

    Returns:
        The file's text, its lines ended as the standard wants. The same days give the same text.

    Example:
        >>> [line for line in ics([datetime.date(2026, 8, 4)]).split("\r\n") if line.startswith(("DTSTART", "SUMMARY"))]
        ['DTSTART;VALUE=DATE:20260804', 'SUMMARY:Reminder: letter 1']
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reminder//EN", "CALSCALE:GREGORIAN"]
    for position, one in enumerate(days, start=1):
        day, number = one if isinstance(one, tuple) else (one, position)
        said = _text(title.replace("{n}", str(number)))
        lines += [
            "BEGIN:VEVENT", f"UID:reminder-{number}-{day:%Y%m%d}@reminder.invalid", f"DTSTAMP:{day:%Y%m%d}T000000Z", f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + datetime.timedelta(days=1):%Y%m%d}", f"SUMMARY:{said}", "CLASS:PRIVATE", "TRANSP:TRANSPARENT",
            "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{said}", f"TRIGGER:{_AT}", "END:VALARM", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join(_folded(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"


def _text(words: str) -> str:
    """Words as a value of the standard: separators escaped, on one line."""
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\r", "\\n"), ("\n", "\\n")):
        words = words.replace(letter, written)
    return "".join(letter for letter in words if letter.isprintable() or letter == " ")


def _folded(line: str) -> str:
    """A line of at most 75 bytes, carried on in lines that begin with a space."""
    folded, length = "", 0
    for letter in line:
        size = len(letter.encode())
        if length + size > 75:
            folded, length = f"{folded}\r\n ", 1
        folded, length = folded + letter, length + size
    return folded
