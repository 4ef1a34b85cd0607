"""How numbers are printed: one rule for a value and its interval, so that they can be compared at sight.

Nothing is printed that is not known: an absent end of an interval is said in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .measures import measure_of

if TYPE_CHECKING:
    from ..tables.findings import Finding

HARD = "\u00a0"
"""A space at which a line does not break: a number stays with its unit."""
NONE = "no figure"
WHOLE = ("people", "people (estimated)", "stops", "crimes", "cells", "spots", "residents")
"""Units that are counted: printed without decimals."""


def figure(value: float | None, unit: str | None = None, *, like: float | None = None, finer: int = 0) -> str:
    """A number with its unit.

    Args:
        value: the number; None gives "no figure".
        unit: the finding's unit; shares are printed as per cent, "points" as percentage points.
        like: the number whose decimals to copy, so that an interval matches its value.
        finer: decimals more than usual, where the usual ones would hide the interval.

    Example:
        >>> figure(0.04123, "share").replace(HARD, " "), figure(2.0731, "ratio"), figure(1234.4, "people"), figure(None)
        ('4.1 %', '2.07', '1,234', 'no figure')
    """
    if value is None:
        return NONE
    guide = abs(value if like is None else like)
    if unit == "share":
        return _signed(100 * value, finer + (1 if guide >= 0.005 or guide == 0 else 2)) + f"{HARD}%"
    if unit == "points":
        return _signed(100 * value, finer + (1 if guide >= 0.001 else 2)) + f"{HARD}percentage points"
    if unit in WHOLE:
        return _signed(value, 0)
    if unit and unit.startswith("per 1,000"):
        return _signed(value, 1 + finer)
    if unit == "ratio":
        return _signed(value, 0 if abs(value) >= 100 else finer + (2 if guide < 10 else 1))
    return _signed(value, 0 if guide >= 100 or float(value).is_integer() else 2 if guide < 10 else 1)


def _signed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        return text[1:] if not text.strip("-0.,") else "\u2212" + text[1:]
    return text


def unit_of(finding: Finding) -> str | None:
    """The unit to print in: a difference of shares is in percentage points, not in per cent."""
    return "points" if finding.unit == "share" and "difference" in finding.measure else finding.unit


def value_of(finding: Finding) -> str:
    """The finding's value as printed."""
    return figure(finding.value, unit_of(finding), finer=finer_for(finding))


def finer_for(finding: Finding) -> int:
    """How many decimals more it takes for the interval's ends to be told apart: none as a rule, at most two.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> finer_for(Finding(question="exposure", measure="exposed_share", value=0.0070, low=0.0066, high=0.0073, unit="share"))
        1
    """
    if finding.low is None or finding.high is None or finding.low == finding.high or finding.value is None:
        return 0
    unit = unit_of(finding)
    for finer in (0, 1, 2):
        if figure(finding.low, unit, like=finding.value, finer=finer) != figure(finding.high, unit, like=finding.value, finer=finer):
            return finer
    return 2


def interval_of(finding: Finding) -> str:
    """The finding's interval as printed, or in words where an end is not known.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> interval_of(Finding(question="exposure", measure="exposure_ratio", value=2.07, low=1.4, unit="ratio"))
        '1.40 or more'
    """
    unit, low, high, finer = unit_of(finding), finding.low, finding.high, finer_for(finding)
    if low is None and high is None:
        return "none given"
    start, end = (figure(number, unit, like=finding.value, finer=finer) for number in (low, high))
    if low is None:
        return f"up to {end}"
    if high is None:
        return f"{start} or more"
    return f"{start.removesuffix(f'{HARD}percentage points')} to {end}"


def level_of(finding: Finding) -> str:
    """The interval's coverage: "95 %"; "" where the range is not a confidence interval."""
    return "" if finding.level is None else f"{100 * finding.level:.6g}{HARD}%"


def with_interval(finding: Finding) -> str:
    """Value and interval in one phrase: "2.07 (95 % interval 1.40 to 2.90)"."""
    if finding.low is None and finding.high is None:
        return f"{value_of(finding)} (no interval can be given)"
    kind = f"{level_of(finding)} interval " if finding.level is not None else "range "
    return f"{value_of(finding)} ({kind}{interval_of(finding)})"


def denominator_of(finding: Finding) -> str:
    """What the number is a share of or rests on: "7,612 residents of the group"."""
    if finding.n is None:
        return "not stated"
    return f"{figure(finding.n, 'people')} {measure_of(finding).of}".strip()


def p_of(p_value: float | None) -> str:
    """A p-value as statisticians print it.

    Example:
        >>> p_of(0.0312), p_of(0.00001), p_of(0.4)
        ('p = 0.031', 'p < 0.001', 'p = 0.40')
    """
    if p_value is None:
        return "no test"
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"
