"""Do printed parts add up to the printed whole, and is every arithmetic one that the printed-figure checker knows?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .found import Found
    from .kinds import Check, Statistic
    from .register import Register

KINDS = (
    "ratio", "percent", "percent-change", "difference", "sum", "all-parts", "some-parts", "per-1000", "density", "product", "part-of", "whole-from-part", "pai",
)  # fmt: skip
"""What `evenhand audit published` computes; a test holds the two lists together."""
OF_NUMBERS = ("numbers-differ", "count-against-list")
_PRINTED = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<decimals>\.[0-9]+)?\s*(?P<times>k|m|bn|thousand|million|billion)?\b", re.IGNORECASE)
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000}
_ABOUT = re.compile(
    r"\b(about|almost|nearly|around|approximately|some|over|under|more|less|fewer|at least|up to|roughly|circa)\b|[~<>≈]|\d\s*[-–]\s*\d", re.IGNORECASE
)


@dataclass(frozen=True)
class Printed:
    """A figure read from print: its value, and half of its last digit's worth; a plain count is exact."""

    value: Fraction
    half: Fraction


def read_printed(text: str) -> Printed | None:
    """A printed figure, or None where it is no single exact number.

    Example:
        >>> read_printed("1,413"), read_printed("23.2 per cent")
        (Printed(value=Fraction(1413, 1), half=Fraction(0, 1)), Printed(value=Fraction(116, 5), half=Fraction(1, 20)))
        >>> read_printed("about 65-70,000") is None
        True
    """
    numbers = list(_PRINTED.finditer(text))
    if len(numbers) != 1 or _ABOUT.search(text):
        return None
    (number,) = numbers
    decimals = number["decimals"] or ""
    times = _TIMES[number["times"].lower()] if number["times"] else 1
    value = Fraction(number["whole"].replace(",", "") + decimals) * times
    is_count = not decimals and times == 1 and not re.search(r"%|per cent|percent", text)
    return Printed(value, Fraction(0) if is_count else Fraction(times, 2 * 10 ** max(len(decimals) - 1, 0)))


def check_figures(register: Register, found: Found) -> None:
    """Every figure's arithmetic: a known kind, enough parts, and sums that come out."""
    for slug, statistic in register.statistics.items():
        for key, figure in statistic.figures.items():
            check = figure.check
            path = ("figures", key, "check")
            if figure.high is not None and figure.high < figure.value:
                found.add("statistics", slug, ("figures", key, "high"), "`high` is lower than `value`. Mend one of the two.")
            if check is None:
                continue
            if check.kind not in KINDS:
                near = found.nearest(check.kind, KINDS)
                found.add("statistics", slug, (*path, "kind"), f"No arithmetic `{check.kind}` is known.{near} They are {', '.join(KINDS)}.")
            elif (says := _wrong_sum(check)) and not _is_told(slug, statistic, register):
                advice = "Mend what was copied; if the source prints it so, write a contradiction (kind numbers-differ or count-against-list) about it."
                found.add("statistics", slug, path, f"{says} {advice}")


def _wrong_sum(check: Check) -> str | None:
    """Why parts and whole of a sum cannot both be right; None where they can, or where words leave it open."""
    if check.kind == "sum":
        parts, whole = check.parts, check.printed
    elif check.kind == "all-parts" and len(check.parts) > 1:
        parts, whole = check.parts[:-1], check.parts[-1]
    else:
        return None
    read = [read_printed(part) for part in parts]
    total = None if check.words else read_printed(whole)
    if total is None or any(part is None for part in read):
        return None
    known = [part for part in read if part]
    value, room = sum(part.value for part in known), sum((part.half for part in known), total.half)
    if abs(value - total.value) <= room:
        return None
    return f"The parts {' + '.join(parts)} come to {_shown(Fraction(value))}, and the whole is printed as {whole}."


def _shown(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,g}"


def _is_told(slug: str, statistic: Statistic, register: Register) -> bool:
    """Whether a contradiction of numbers speaks of what this statistic is about."""
    return any(one.kind in OF_NUMBERS and set(one.about) & set(statistic.about) for one in register.contradictions.values())
