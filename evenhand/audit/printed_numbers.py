"""A number as printed stands for a range: what it may have been before somebody rounded it.

"10.3" may be anything from 10.25 to 10.35, or, if the digits that followed were cut off, from 10.3
up to 10.4. "3,292" is a count and exact. "over 12,000" has no upper end. Ranges are kept as exact
fractions with open and closed ends, so that no verdict hangs on how a computer stores a decimal.

Steps, in order:  read_number -> PrintedNumber.rounded, PrintedNumber.rounded_or_cut -> Range arithmetic

Read with care: a whole number is taken to be exact unless it is a per cent, has a unit such as
"million", or is printed with "about". "12,000" may still be a rounded figure; where it is, write
"about 12,000" or "12,000 ± 500".

Source: Moore, Kearfott & Cloud (2009), Introduction to Interval Analysis, ch. 2, for the arithmetic.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from ..tables.errors import BadValue

End = Fraction | float
"""An end of a range: an exact fraction, or minus or plus infinity."""

HEDGES = {
    "over": ("more than", "over", "above", "in excess of", "exceeding", ">"),
    "at least": ("at least", "no less than", "not less than", "no fewer than", ">=", "≥"),
    "under": ("less than", "under", "below", "fewer than", "<"),
    "at most": ("at most", "no more than", "not more than", "up to", "as many as", "as much as", "<=", "≤"),
    "about": ("about", "around", "approximately", "roughly", "circa", "some", "almost", "nearly", "close to", "c.", "~", "≈"),
}
"""What may stand before a part, by what it does to the range."""
SCALES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 10**6, "mn": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_NUMBER = re.compile(
    r"^(?P<sign>[-+−])?\s*[£$€]?\s*(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?\s*(?P<scale>k|thousand|mn|m|million|bn|billion)?\s*"
    r"(?P<percent>%|per\s*cent|percent|pc)?\s*(?:(?:±|\+/-)\s*(?P<spread>\d[\d,]*(?:\.\d+)?)\s*(?P<percent_after>%|per\s*cent)?)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`; an end belongs to it or not.

    Example:
        >>> half = Range(Fraction(41, 4), Fraction(207, 20))
        >>> str(half / Range(Fraction(9, 4), Fraction(47, 20)))
        '4.362 to 4.6'
    """

    low: End
    high: End
    has_low: bool = True
    has_high: bool = True

    @classmethod
    def only(cls, value: Fraction) -> Range:
        """The range that holds one number."""
        return cls(value, value)

    @property
    def is_bounded(self) -> bool:
        """Both ends are numbers."""
        return not (_infinite(self.low) or _infinite(self.high))

    def meets(self, other: Range) -> bool:
        """Whether some number lies in both."""
        for left, right in ((self, other), (other, self)):
            if left.high < right.low or (left.high == right.low and not (left.has_high and right.has_low)):
                return False
        return True

    def lies_in(self, other: Range) -> bool:
        """Whether every number of this range lies in the other."""
        low = other.low < self.low or (other.low == self.low and (other.has_low or not self.has_low))
        high = other.high > self.high or (other.high == self.high and (other.has_high or not self.has_high))
        return low and high

    def is_below(self, other: Range) -> bool:
        """Whether every number of this range is smaller than every number of the other."""
        return not self.meets(other) and self.low <= other.low and self.high <= other.high

    def __neg__(self) -> Range:
        """The range of minus its numbers."""
        return Range(-self.high, -self.low, self.has_high, self.has_low)

    def __add__(self, other: Range) -> Range:
        """The range of sums."""
        return Range(self.low + other.low, self.high + other.high, self.has_low and other.has_low, self.has_high and other.has_high)

    def __sub__(self, other: Range) -> Range:
        """The range of differences, the two being free of each other."""
        return self + -other

    def __mul__(self, other: Range) -> Range:
        """The range of products, the two being free of each other."""
        corners = [
            (_product(one, two), one_in and two_in)
            for one, one_in in ((self.low, self.has_low), (self.high, self.has_high))
            for two, two_in in ((other.low, other.has_low), (other.high, other.has_high))
        ]
        low, high = min(value for value, _ in corners), max(value for value, _ in corners)
        return Range(low, high, any(there for value, there in corners if value == low), any(there for value, there in corners if value == high))

    def __truediv__(self, other: Range) -> Range:
        """The range of quotients; without end where the divisor may be nothing."""
        if other.low < 0 < other.high or other.low == other.high == 0:
            return Range(-math.inf, math.inf, False, False)
        low = -math.inf if other.high == 0 else _reciprocal(other.high)
        high = math.inf if other.low == 0 else _reciprocal(other.low)
        return self * Range(low, high, other.has_high and not _infinite(low), other.has_low and not _infinite(high))

    def __str__(self) -> str:
        """The range in words, to four figures."""
        if self.low == self.high:
            return shown(self.low)
        if _infinite(self.low) and _infinite(self.high):
            return "any number"
        if _infinite(self.high):
            return f"{'' if self.has_low else 'more than '}{shown(self.low)}{' or more' if self.has_low else ''}"
        if _infinite(self.low):
            return f"{'' if self.has_high else 'less than '}{shown(self.high)}{' or less' if self.has_high else ''}"
        return f"{shown(self.low)} to {shown(self.high)}"


@dataclass(frozen=True)
class PrintedNumber:
    """A number as somebody printed it.

    Attributes:
        text: as printed.
        value: the digits taken at their word.
        step: what one more in the last digit printed is worth; 0 for an exact count.
        bound: "over", "at least", "under" or "at most" for a figure with one open side; else "".
        spread: half the width, where it is printed with ±.
        is_percent: printed as a per cent.
    """

    text: str
    value: Fraction
    step: Fraction
    bound: str = ""
    spread: Fraction | None = None
    is_percent: bool = False

    @property
    def rounded(self) -> Range:
        """What it stands for if rounded to the nearest; a half may have gone either way."""
        if self.bound:
            return self._one_sided()
        half = self.step / 2 if self.spread is None else self.spread
        return Range(self.value - half, self.value + half)

    @property
    def cut(self) -> Range:
        """What it stands for if the digits that followed were cut off."""
        if self.bound or self.spread is not None or self.step == 0:
            return self.rounded
        if self.value < 0 or self.text.strip().startswith(("-", "−")):
            return Range(self.value - self.step, self.value, has_low=False)
        return Range(self.value, self.value + self.step, has_high=False)

    @property
    def rounded_or_cut(self) -> Range:
        """The two together."""
        near, cut = self.rounded, self.cut
        low, high = min(near.low, cut.low), max(near.high, cut.high)
        return Range(
            low, high, any(one.has_low for one in (near, cut) if one.low == low), any(one.has_high for one in (near, cut) if one.high == high)
        )

    def _one_sided(self) -> Range:
        if self.bound in ("over", "at least"):
            return Range(self.value, math.inf, has_low=self.bound == "at least", has_high=False)
        return Range(Fraction(0) if self.value >= 0 else -math.inf, self.value, has_low=self.value >= 0, has_high=self.bound == "at most")


def read_number(text: str, *, whole_is_exact: bool = True) -> PrintedNumber:
    """A printed number, with what its last digit is worth.

    Args:
        text: such as "10.3", "3,292", "45 per cent", "2.7m", "£22,750", "over 12,000", "about 300,000", "200 ± 5".
        whole_is_exact: a plain whole number is a count; turn it off for the result of a division.

    Raises:
        BadValue: it is no number.

    Example:
        >>> str(read_number("10.3").rounded), str(read_number("10.3").cut), str(read_number("over 12,000").rounded)
        ('10.25 to 10.35', '10.3 to 10.4', 'more than 12,000')
        >>> str(read_number("about 300,000").rounded), str(read_number("2.7m").rounded), str(read_number("3,292").rounded)
        ('250,000 to 350,000', '2,650,000 to 2,750,000', '3,292')

    Read with care:
        "about" before a whole number with noughts at its end is read as rounded to its last digit that is none.
    """
    hedge, rest = split_hedge(text)
    found = _NUMBER.match(rest)
    if not found:
        raise BadValue(f"{text!r} is no printed number. Write it as it stands in the text: 10.3, 3,292, 45 %, 2.7m, over 12,000, about 300,000 or 200 ± 5.")
    scale = Fraction(SCALES[(found["scale"] or "").lower()])
    decimals = found["decimals"] or ""
    sign = -1 if found["sign"] in ("-", "−") else 1
    digits = found["digits"].replace(",", "")
    value = sign * Fraction(digits + decimals) * scale
    spread = Fraction(found["spread"].replace(",", "")) * scale if found["spread"] else None
    step = scale / 10 ** max(len(decimals) - 1, 0)
    is_percent = bool(found["percent"] or found["percent_after"])
    if not decimals and not found["scale"] and not is_percent:
        step = _last_digit(digits) if hedge == "about" else Fraction(0 if whole_is_exact else 1)
    return PrintedNumber(text.strip(), value, step, hedge if hedge != "about" else "", spread, is_percent)


def split_hedge(text: str) -> tuple[str, str]:
    """What stands before a number, by its effect, and the rest.

    Example:
        >>> split_hedge("more than 350,000")
        ('over', '350,000')
    """
    plain = " ".join(text.split())
    words = sorted(((word, hedge) for hedge, words in HEDGES.items() for word in words), key=lambda pair: -len(pair[0]))
    for word, hedge in words:
        if plain.lower().startswith(word) and (not word[-1].isalpha() or plain[len(word) : len(word) + 1] in ("", " ")):
            return hedge, plain[len(word) :].strip()
    return "", plain


def shown(value: End) -> str:
    """A number to four figures, whole numbers in full.

    Example:
        >>> shown(Fraction(103, 23)), shown(Fraction(343813)), shown(Fraction(886, 27000))
        ('4.478', '343,813', '0.03281')
    """
    if _infinite(value):
        return "no bound"
    number = float(value)
    if value == int(number) or abs(number) >= 1000:
        return f"{number:,.0f}" if value == int(number) else f"{number:,.1f}"
    digits = max(0, 3 - math.floor(math.log10(abs(number))))
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _last_digit(digits: str) -> Fraction:
    kept = digits.rstrip("0")
    return Fraction(10 ** (len(digits) - len(kept))) if kept else Fraction(1)


def _infinite(value: End) -> bool:
    return isinstance(value, float) and math.isinf(value)


def _product(one: End, two: End) -> End:
    return Fraction(0) if one == 0 or two == 0 else one * two


def _reciprocal(value: End) -> End:
    return Fraction(0) if _infinite(value) else 1 / value
