"""Words around a number, read by written rules: "almost five times" is a range too.

    almost, nearly, just under   from 5 % below the number up to it, the number itself left out
    about, around, roughly, some from 5 % below to 5 % above
    more than, over, above       any number above it
    just over                    above it, by 5 % at most
    at least / up to             the number and what lies above / below
    less than, under, fewer than any number below it
    no such word                 a multiple or fraction in words ("twice", "one in five", "a third") is read as "about"

The 5 % is a setting, and the rules are decision 19. How people read such words has been measured:
readings differ widely from person to person and with how round the number is, so a verdict on words
is a verdict on these rules, printed beside it.

Read with care: "four times more than" is read as "four times as many as", the usual sense, though
some read it as five times as many.

Source: Ferson et al. (2015), International Journal of Approximate Reasoning 57, 19-39 (how hedge words
are read); the senses are those of any English dictionary.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from ..tables.errors import BadSetting
from .printed_numbers import PrintedNumber, Range, read_number, shown

TOLERANCE = Fraction(1, 20)
"""How far "about" and "almost" reach, as a share of the number."""
RULES = {
    "almost": ("almost", "nearly", "just under", "close to", "just below", "not quite"),
    "just over": ("just over", "just above", "slightly more than", "slightly over", "a little over", "a little more than"),
    "over": ("more than", "over", "above", "in excess of", "exceeding"),
    "at least": ("at least", "no less than", "not less than", "no fewer than"),
    "under": ("less than", "fewer than", "under", "below"),
    "at most": ("at most", "up to", "as many as", "as much as", "no more than", "not more than"),
    "about": ("about", "around", "approximately", "roughly", "some", "circa"),
}
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
         "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: n for n, word in enumerate(_ONES)} | {word: 10 * (n + 2) for n, word in enumerate(_TENS)} | {"a": 1, "an": 1, "hundred": 100}
PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
MULTIPLES = {"twice": 2, "double": 2, "doubled": 2, "thrice": 3, "triple": 3, "tripled": 3, "treble": 3, "trebled": 3}
FALLS = ("fewer", "lower", "less", "fall", "fell", "drop", "dropped", "reduction", "reduced", "decrease", "decline", "down", "cut")


@dataclass(frozen=True)
class Words:
    """What some words say about a number.

    Attributes:
        text: as they stand.
        rule: the rule they are read by, one of RULES, or "as printed" for a plain figure with decimals.
        number: the number they name; negative where they speak of a fall.
        unit: "times", "per cent" or "share" (a fraction in words); "" for none.
        allowed: the numbers for which they are true.
        says: the rule in a clause, with its numbers.
    """

    text: str
    rule: str
    number: Fraction
    unit: str
    allowed: Range
    says: str


def read_words(text: str, *, tolerance: Fraction = TOLERANCE) -> Words:
    """The range of numbers for which some words are true.

    Args:
        text: such as "almost five times", "more than twice", "over 80 per cent", "one in five", "almost three-quarters".
        tolerance: how far "about" and "almost" reach, as a share of the number.

    Raises:
        BadSetting: no number is found in them, or a tolerance outside 0 to 1.

    Example:
        >>> words = read_words("almost five times")
        >>> str(words.allowed), words.says
        ('4.75 to 5', '“almost” is read as from 5 % below 5 up to it')
        >>> str(read_words("one in five").allowed), str(read_words("more than twice").allowed)
        ('0.19 to 0.21', 'more than 2')
    """
    if not 0 <= tolerance < 1:
        raise BadSetting(f"tolerance={float(tolerance)!r} is no share. Give a number from 0 to 1, such as 0.05.")
    plain = " ".join(text.lower().replace("-", " ").replace("–", " ").split()) if not text.strip().startswith(("-", "−")) else text.strip()
    rule, rest = _rule(plain)
    number, unit, printed = _number(rest, text)
    if unit != "times" and any(word in FALLS for word in re.findall(r"[a-z]+", rest)):
        number = -abs(number)
    if not rule:
        rule = "as printed" if printed is not None and (printed.step % 1 != 0 or unit == "per cent" or unit == "") else "about"
    allowed = printed.rounded if rule == "as printed" and printed is not None else _allowed(rule, number, tolerance)
    if rule == "as printed" and number < 0 < allowed.high:
        allowed = -allowed
    return Words(text.strip(), rule, number, unit, allowed, _says(rule, number, tolerance))


def _rule(plain: str) -> tuple[str, str]:
    known = sorted(((word, rule) for rule, words in RULES.items() for word in words), key=lambda pair: -len(pair[0]))
    for word, rule in known:
        found = re.search(rf"(?:^|\s){re.escape(word)}(?=\s)", plain)
        if found:
            return rule, f"{plain[: found.start()]} {plain[found.end() :]}".strip()
    return "", plain


def _number(rest: str, text: str) -> tuple[Fraction, str, PrintedNumber | None]:
    """The number named, its unit, and the printed figure where it is written in digits."""
    unit = "per cent" if re.search(r"%|per ?cent", rest) else "times" if re.search(r"\b(times|fold)\b|\d\s*(x|×)\b", rest) else ""
    odds = re.search(r"\b(\w+) (?:in|out of) (?:every )?(\w+)\b", rest)
    if odds and (top := _whole(odds[1])) and (bottom := _whole(odds[2])):
        return Fraction(top, bottom), "share", None
    for word, n in MULTIPLES.items():
        if re.search(rf"\b{word}\b", rest):
            return Fraction(n), "times", None
    part = re.search(rf"\b(?:(\w+) )?({'|'.join(PARTS)})s?\b", rest)
    if part:
        return Fraction(_whole(part[1]) or 1 if part[1] else 1, PARTS[part[2]]), "share", None
    digits = re.search(r"[-−]?[£$€]?\d[\d,]*(?:\.\d+)?(?:\s*(?:thousand|million|billion|mn|bn|m|k)\b)?", rest)
    if digits:
        printed = read_number(f"{digits[0].strip().rstrip(',')}{' %' if unit == 'per cent' else ''}", whole_is_exact=False)
        return printed.value, unit, printed
    words = [(_whole(word), word) for word in re.findall(r"[a-z]+", rest) if word not in ("a", "an")]
    named = [n for n, _ in words if n is not None]
    if not named:
        raise BadSetting(f"No number is found in the words {text!r}. Write such as “almost five times”, “over 80 per cent”, “one in five” or “twice”.")
    return Fraction(named[0] + (named[1] if len(named) > 1 and named[0] >= 20 and named[1] < 10 else 0)), unit, None


def _whole(word: str | None) -> int | None:
    if word is None:
        return None
    return int(word) if word.isdigit() else NUMBERS.get(word)


def _allowed(rule: str, number: Fraction, tolerance: Fraction) -> Range:
    """The numbers for which the rule holds; of a fall, its size is meant."""
    if number < 0:
        return -_allowed(rule, -number, tolerance)
    near, far = number * (1 - tolerance), number * (1 + tolerance)
    return {
        "almost": Range(near, number, has_high=False),
        "about": Range(near, far),
        "just over": Range(number, far, has_low=False),
        "over": Range(number, math.inf, has_low=False, has_high=False),
        "at least": Range(number, math.inf, has_high=False),
        "under": Range(-math.inf, number, has_low=False, has_high=False),
        "at most": Range(-math.inf, number, has_low=False),
    }[rule]


def _says(rule: str, number: Fraction, tolerance: Fraction) -> str:
    n, share = shown(abs(number)), f"{shown(100 * tolerance)} %"
    return {
        "almost": f"“almost” is read as from {share} below {n} up to it",
        "about": f"“about {n}”, and a multiple or fraction in words, is read as within {share} of it",
        "just over": f"“just over” is read as above {n} by no more than {share}",
        "over": f"“more than” is read as any number above {n}",
        "at least": f"“at least” is read as {n} or above",
        "under": f"“less than” is read as any number below {n}",
        "at most": f"“at most” is read as {n} or below",
        "as printed": f"{n} is read as rounded to the digits printed",
    }[rule]
