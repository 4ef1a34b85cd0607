"""Dates as the records write them (2024, 2024-05, 2019~, 2020/2022, 2021/..): when they begin and end, and in words."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@lru_cache(maxsize=100_000)
def earliest(when: str) -> date:
    """The first day that a date can mean.

    Example:
        >>> earliest("2024-05"), earliest("2020/2022")
        (datetime.date(2024, 5, 1), datetime.date(2020, 1, 1))
    """
    year, month, day = _numbers(when.split("/")[0])
    return date(year, month or 1, day or 1)


@lru_cache(maxsize=100_000)
def latest(when: str) -> date | None:
    """The last day that a date can mean; None for a span that has not ended.

    Example:
        >>> latest("2024-02"), latest("2020/2022"), latest("2021/..")
        (datetime.date(2024, 2, 29), datetime.date(2022, 12, 31), None)
    """
    last = when.split("/")[-1]
    if last in ("", ".."):
        return None
    year, month, day = _numbers(last)
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def in_words(when: str) -> str:
    """A date as a reader says it.

    Example:
        >>> [in_words(when) for when in ("2024-05-17", "2019~", "2020-06/2022", "2021-03/..", "2016?")]
        ['17 May 2024', 'about 2019', 'June 2020 to 2022', 'since March 2021', '2016 (doubtful)']
    """
    first, slash, last = when.partition("/")
    if not slash:
        return _part(first)
    return f"since {_part(first)}" if last in ("", "..") else f"{_part(first)} to {_part(last)}"


def by_date(when: str) -> tuple[date, date]:
    """What to sort a date by: when it begins, then when it ends.

    Example:
        >>> sorted(["2024", "2024-01", "2023~"], key=by_date)
        ['2023~', '2024-01', '2024']
    """
    return earliest(when), latest(when) or date.max


def _numbers(part: str) -> tuple[int, int | None, int | None]:
    numbers = [int(number) for number in part.rstrip("?~").split("-")]
    return numbers[0], numbers[1] if len(numbers) > 1 else None, numbers[2] if len(numbers) > 2 else None


def _part(part: str) -> str:
    year, month, day = _numbers(part)
    said = " ".join(str(word) for word in (day, month and MONTHS[month - 1], year) if word)
    said = f"about {said}" if "~" in part else said
    return f"{said} (doubtful)" if "?" in part else said
