"""Does the published figure follow from its own parts?

Given a statement and the figures it rests on, as printed, the computed value, the range that rounding
of those figures allows, and a verdict:

    follows               the figure lies in the range; the words hold for the whole range
    follows if truncated  only if digits were cut off instead of rounded
    overstates            it claims more than any reading of the parts allows
    understates           it claims less than any reading of the parts allows
    contradicts           parts and total cannot both be right, or the direction is the other way
    cannot be derived     no parts are given, or they leave open whether it holds
    computed              nothing was printed to hold it against

"Overstates" and "understates" are said only where the widest reading, rounded or cut, leaves no room:
a doubt is the author's. Words around numbers are read by the rules of `published_words.py`.

Steps, in order:  read_number, read_words -> KINDS[kind] on ranges -> check -> findings

Read with care: this is arithmetic on what was printed. That a figure follows from its parts does not
make the parts right, and one that does not may be a slip of the pen, another year or another base.

Source: decision 19 of this repository for the rules; range arithmetic in printed_numbers.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from ..tables.measure import Measure
from .printed_numbers import PrintedNumber, Range, read_number, shown
from .published_words import TOLERANCE, Words, read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "published_figure": Measure(
        "Figure computed from published parts", "published figures the check rests on",
        "What a published statement comes to when computed from its own parts, with the range that rounding of the parts allows.",
        "published.check",
    ),
    "statements_that_follow": Measure(
        "Published statements that follow from their parts", "statements checked that had something printed",
        "How many of the statements follow from their parts, rounded or cut.",
        "published.check",
    ),
}
FOLLOWS = ("follows", "follows if truncated")
HUNDRED = Range.only(Fraction(100))


@dataclass(frozen=True)
class Kind:
    """A way of computing a figure from its parts.

    Attributes:
        says: the arithmetic, in words.
        of: from the parts' ranges to the figure's.
        least, most: how many parts it takes.
        unit: of the figure.
        is_exact: the figure is a count or a sum of counts, printed in full.
    """

    says: str
    of: Callable[[Sequence[Range]], Range]
    least: int = 2
    most: int = 2
    unit: str = ""
    is_exact: bool = False


KINDS = {
    "ratio": Kind("first part over second", lambda p: p[0] / p[1], unit="times"),
    "percent": Kind("100 times first part over second", lambda p: HUNDRED * p[0] / p[1], unit="%"),
    "percent-change": Kind("100 times (first over second, less 1): from second to first", lambda p: HUNDRED * p[0] / p[1] - HUNDRED, unit="%"),
    "difference": Kind("first part less second", lambda p: p[0] - p[1]),
    "sum": Kind("the parts added up", lambda p: reduce(add, p), 1, 99, is_exact=True),
    "all-parts": Kind("the parts but the last, which is the whole, added up", lambda p: reduce(add, p[:-1]), 2, 99, is_exact=True),
    "some-parts": Kind("the whole, which is the last part, less the others", lambda p: p[-1] - reduce(add, p[:-1]), 2, 99, is_exact=True),
    "per-1000": Kind("1,000 times first part over second", lambda p: Range.only(Fraction(1000)) * p[0] / p[1], unit="per 1,000"),
    "density": Kind("first part over second, the area", lambda p: p[0] / p[1], unit="per unit of area"),
    "product": Kind("the parts multiplied", lambda p: reduce(mul, p), 1, 99),
    "part-of": Kind("first part, in per cent, of the second", lambda p: p[0] / HUNDRED * p[1]),
    "whole-from-part": Kind("first part over second, which is in per cent", lambda p: HUNDRED * p[0] / p[1]),
    "pai": Kind("per cent of crime over per cent of area", lambda p: p[0] / p[1], unit="times"),
}


@dataclass(frozen=True)
class Statement:
    """A published statement to check.

    Attributes:
        statement: the claim, in one's own words.
        kind: how its figure comes from its parts, one of KINDS.
        parts: the figures it rests on, as printed, in the order its kind takes them; none if none are published.
        printed: its figure as printed; None where it is only in words.
        words: how it puts the figure in words, such as "almost five times".
        where: document and section.
        note: what a reader must know.
    """

    statement: str
    kind: str
    parts: tuple[str, ...] = ()
    printed: str | None = None
    words: str | None = None
    where: str = ""
    note: str = ""


@dataclass(frozen=True)
class Checked:
    """A statement checked.

    Attributes:
        statement: as handed over.
        value: computed from the parts at their word; None where it cannot be.
        allowed: the range that rounding of the parts allows; `widest`: rounding or cutting.
        verdict: one of those at the head of this file.
        says: the verdict in a sentence, with its numbers.
    """

    statement: Statement
    value: Fraction | None
    allowed: Range | None
    widest: Range | None
    verdict: str
    says: str


def check(statement: Statement, *, tolerance: Fraction = TOLERANCE) -> Checked:
    """A statement held against its own parts.

    value = the kind's arithmetic on the parts as printed
    range = the same arithmetic on all that the parts may have been before rounding

    Args:
        statement: with its parts as printed.
        tolerance: how far "about" and "almost" reach, as a share of the number.

    Raises:
        BadSetting: an unknown kind, too few or too many parts, or words without a number.
        BadValue: a part or the figure is no printed number.

    Example:
        >>> checked = check(Statement("stopped almost five times as much", "ratio", ("10.3", "2.3"), words="almost five times"))
        >>> checked.verdict, str(checked.allowed)
        ('overstates', '4.362 to 4.6')
        >>> check(Statement("942 of 1,413 are Black", "percent", ("942", "1,413"), printed="66.6")).verdict
        'follows if truncated'

    Read with care:
        The parts' ranges are taken to be free of each other. The verdict is on the arithmetic, not on the parts.

    Source: decision 19 of this repository.
    """
    kind = _kind(statement)
    if not statement.parts:
        return Checked(statement, None, None, None, "cannot be derived", "No parts are published from which the figure could be computed.")
    parts = [read_number(part) for part in statement.parts]
    value, allowed, widest = _ranges(kind, parts)
    if statement.kind in ("all-parts", "some-parts"):
        whole = parts[-1]
        verdict, says = _parts_of_whole(statement.kind, parts, whole)
    elif statement.printed is None and statement.words is None:
        verdict, says = "computed", "Nothing was printed to hold it against."
    elif not allowed.is_bounded and allowed.low == -math.inf and allowed.high == math.inf:
        verdict, says = "cannot be derived", "The parts leave the figure open: what it is divided by may be nothing."
    else:
        verdicts = [
            *([_figure(read_number(statement.printed, whole_is_exact=kind.is_exact), allowed, widest, kind)] if statement.printed is not None else []),
            *([_words(read_words(statement.words, tolerance=tolerance), statement.kind, value, allowed, widest)] if statement.words is not None else []),
        ]
        verdict, says = max(verdicts, key=lambda pair: _WEIGHT.index(pair[0]))
    return Checked(statement, value, allowed, widest, verdict, says)


_WEIGHT = ("follows", "follows if truncated", "cannot be derived", "understates", "overstates", "contradicts")
"""Where figure and words get two verdicts, the weightier one is told."""


def _kind(statement: Statement) -> Kind:
    if statement.kind not in KINDS:
        raise BadSetting(f"kind={statement.kind!r} is not known. Choose one of {', '.join(KINDS)}.")
    kind = KINDS[statement.kind]
    if statement.parts and not kind.least <= len(statement.parts) <= kind.most:
        wanted = f"{kind.least}" if kind.least == kind.most else f"{kind.least} or more"
        raise BadSetting(f"The kind '{statement.kind}' ({kind.says}) takes {wanted} parts; {len(statement.parts)} given: {', '.join(statement.parts)}.")
    return kind


def _ranges(kind: Kind, parts: Sequence[PrintedNumber]) -> tuple[Fraction | None, Range, Range]:
    at_their_word = kind.of([Range.only(part.value) for part in parts])
    value = at_their_word.low if isinstance(at_their_word.low, Fraction) and at_their_word.low == at_their_word.high else None
    return value, kind.of([part.rounded for part in parts]), kind.of([part.rounded_or_cut for part in parts])


def _figure(printed: PrintedNumber, allowed: Range, widest: Range, kind: Kind) -> tuple[str, str]:
    """The verdict on a figure in digits."""
    if kind.is_exact:
        same = widest.meets(printed.rounded_or_cut)
        return ("follows", "The parts add up to it.") if same else ("contradicts", f"The parts add up to {allowed}, not to {printed.text}.")
    if allowed.meets(printed.rounded):
        return "follows", f"{printed.text} lies within what rounding allows, {allowed}."
    if widest.meets(printed.rounded_or_cut):
        return "follows if truncated", f"Rounded to the nearest it would not be {printed.text}; with the last digits cut off it is."
    return _off(printed.rounded_or_cut, widest, f"The parts allow {widest}, even if their digits were cut off; {printed.text} was printed.")


def _words(words: Words, kind: str, value: Fraction | None, allowed: Range, widest: Range) -> tuple[str, str]:
    """The verdict on a figure in words."""
    meant = _in_unit_of(words, kind)
    if allowed.lies_in(meant):
        return "follows", f"All that rounding allows, {allowed}, fits the words; {words.says}."
    if widest.meets(meant):
        at_its_word = "" if value is None else f" Taken at their word the parts give {shown(value)}, which {_fits(meant, value)} the words."
        return "cannot be derived", f"Part of what rounding allows, {allowed}, fits the words and part does not; {words.says}.{at_its_word}"
    return _off(meant, widest, f"The parts allow {widest}, which does not fit the words; {words.says}.")


def _in_unit_of(words: Words, kind: str) -> Range:
    """The words' range in the unit of the figure: a fraction in words is a per cent where the figure is one."""
    unit = KINDS[kind].unit
    if words.unit == "share" and unit == "%":
        return HUNDRED * words.allowed
    if (words.unit == "times" and unit == "%") or (words.unit == "per cent" and unit not in ("%", "")):
        wanted = "a per cent" if unit == "%" else f"a figure in {unit}"
        raise BadSetting(f"The words {words.text!r} speak of {words.unit}, but the kind '{kind}' gives {wanted}. Choose the kind that the words speak of.")
    return words.allowed


def _fits(meant: Range, value: Fraction) -> str:
    return "fits" if Range.only(value).lies_in(meant) else "does not fit"


def _off(claimed: Range, allowed: Range, says: str) -> tuple[str, str]:
    """Whether a claim that does not fit says too much or too little; of two falls, the larger says more."""
    if (claimed.high < 0 < allowed.low) or (allowed.high < 0 < claimed.low):
        return "contradicts", f"{says} The direction is the other way."
    if claimed.high <= 0 and allowed.high <= 0:
        claimed, allowed = -claimed, -allowed
    return ("understates" if claimed.is_below(allowed) else "overstates"), says


def _parts_of_whole(kind: str, parts: Sequence[PrintedNumber], whole: PrintedNumber) -> tuple[str, str]:
    """Whether parts make up their whole, or leave a remainder, or are more than it."""
    total = reduce(add, [part.rounded_or_cut for part in parts[:-1]])
    if total.meets(whole.rounded_or_cut):
        return "follows", "The parts add up to the whole."
    rest = whole.value - sum(part.value for part in parts[:-1])
    if rest < 0:
        return "contradicts", f"The parts add up to {total}, {shown(-rest)} more than the whole, {whole.text}."
    of_whole = f"{shown(rest)} of {whole.text} ({shown(100 * rest / whole.value)} %) stand in no part listed"
    if kind == "all-parts":
        return "contradicts", f"The parts are said to make up the whole, but {of_whole}."
    return "cannot be derived", f"{of_whole}; whether further parts exist is not said."


def findings(checked: Sequence[Checked], *, about: About) -> list[Finding]:
    """One finding a statement, the verdict first among its caveats, and how many follow.

    Args:
        checked: statements checked.
        about: place, period, source and caveats of the findings.

    Returns:
        Findings in the order of the statements; the count of those that follow comes last, where there are two or more.
    """
    found = [_finding(one, about) for one in checked]
    held = [one for one in checked if one.verdict != "computed"]
    if len(held) > 1:
        follow = sum(one.verdict in FOLLOWS for one in held)
        method = "statements counted by verdict; exact, so no interval"
        found.append(about.finding("statements_that_follow", follow, n=len(held), unit="statements", method=method))
    return found


def _finding(one: Checked, about: About) -> Finding:
    given, kind = one.statement, KINDS[one.statement.kind]
    low, high = (None, None) if one.allowed is None else (_end(one.allowed.low), _end(one.allowed.high))
    settings: dict[str, Any] = {"verdict": one.verdict, "kind": given.kind, "parts": list(given.parts), "printed": given.printed, "words": given.words}
    if one.widest is not None:
        settings["range_if_cut_or_rounded"] = [_end(one.widest.low), _end(one.widest.high)]
    return about.finding(
        "published_figure",
        None if one.value is None else float(one.value),
        low=low,
        high=high,
        level=None,
        n=len(given.parts),
        unit=kind.unit or "as printed",
        group=given.statement,
        reference=given.words or given.printed,
        source=given.where or about.source,
        method=f"{kind.says}, on figures as printed; the range is what rounding of the parts allows, not an interval of chance",
        caveats=(f"{one.verdict.capitalize()}. {one.says}", *((given.note,) if given.note else ())),
        settings=settings,
    )


def _end(end: Fraction | float) -> float | None:
    return float(end) if math.isfinite(end) else None
