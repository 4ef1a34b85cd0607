"""Patterns for reading a letter that means no good: alike in Python and JavaScript, and never slow.

A pattern runs on a text that was tidied first (NFKC, small letters, straight quotes, single spaces, citations in one form), so
that it can be plain. What a pattern may hold is checked when it is read, not hoped for:

- only what Python's `re` with ASCII and JavaScript's RegExp with the flag u read alike
- no repeat without an end, and few choices of where a match may stretch: the work for a letter is in proportion to its length
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_WAYS = 1_000
"""So many steps at most for each place of the text at which a match can begin."""
_ESCAPES = re.compile(r"\\(?:[\^$\\.*+?()\[\]{}|/dwbntr]|u[0-9a-f]{4})")
_FORBIDDEN = (
    (re.compile(r"\(\?(?![:=!])"), "it holds a group that Python and JavaScript do not read alike; use (?:…), (?=…) or (?!…)"),
    (re.compile(r"\\[0-9]"), "it refers back to a group"),
    (re.compile(r"[^\x20-\x7e]"), "it holds a letter beyond ASCII; write it as \\u and four digits"),
    (re.compile(r"[A-Z]"), "it holds a capital letter, and the text has none"),
)


def wrong_with(pattern: str, *, is_tidying: bool = False) -> str | None:
    """What a pattern may not hold; nothing if it is sound.

    Args:
        pattern: the pattern.
        is_tidying: it is run before capital letters and the like are gone; its repeats are bounded by what it replaces.

    Example:
        >>> wrong_with("refus(?:e|ed|al)"), wrong_with("(a+)+b")
        (None, 'it repeats something without an end; write {0,40}, say')
    """
    for search, says in _FORBIDDEN:
        if search.search(_ESCAPES.sub("", pattern) if "digits" not in says else pattern):
            return says
    rest = _ESCAPES.sub("", pattern)
    if "\\" in rest:
        return "it holds an escape that Python and JavaScript do not read alike"
    try:
        parsed = parser.parse(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as wrong:
        return f"it is no pattern: {wrong}"
    if _is_empty(parsed):
        return "it can match nothing at all"
    ways = _ways(parsed)
    if ways is None and not is_tidying:
        return "it repeats something without an end; write {0,40}, say"
    if ways is not None and ways > MOST_WAYS:
        return f"it can stretch in {ways} ways from one place, and {MOST_WAYS} are the most; shorten its repeats"
    return None


def _is_empty(parsed: Any) -> bool:
    return bool(parsed.getwidth()[0] == 0)


def _ways(parsed: Any) -> int | None:
    """In how many ways at most a pattern can be laid from one place; nothing where there is no limit."""
    ways = 1
    for op, value in parsed:
        one = _ways_of(op, value)
        if one is None:
            return None
        ways *= one
    return ways


def _ways_of(op: Any, value: Any) -> int | None:
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        low, high, inner = value
        within = _ways(inner)
        if high is sre.MAXREPEAT or within is None:
            return None
        return int(sum(within**times for times in range(low, min(high, 4000) + 1)))
    if op is sre.BRANCH:
        return _ways_of_branches(value[1])
    if op is sre.SUBPATTERN:
        return _ways(value[3])
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return _ways(value[1])
    return 1


def _ways_of_branches(branches: Any) -> int | None:
    """Of words, as many as begin with one another: no two others can stand in one place. Of anything else, all."""
    words = ["".join(chr(value) for op, value in branch) if all(op is sre.LITERAL for op, _ in branch) else None for branch in branches]
    if None not in words:
        return max(sum(word.startswith(other) for other in words if other is not None) for word in words if word is not None)
    each = [_ways(branch) for branch in branches]
    return None if None in each else sum(one for one in each if one)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, ready to run on a tidied text."""
    return re.compile(pattern, re.ASCII)


def tidied(text: str, steps: tuple[tuple[str, str], ...]) -> str:
    """A letter as patterns read it.

    Args:
        text: as it came: pasted, scanned, wrapped.
        steps: patterns and what to put in their place, in order; $1 is a group. They stand in records/redress/phrases.yml.

    Example:
        >>> tidied("SECTION  31 is cited", (("[ ]+", " "), ("section (?=[0-9])", "s")))
        's31 is cited'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    for pattern, instead in steps:
        text = compiled(pattern).sub(re.sub(r"\$([0-9])", r"\\g<\1>", instead.replace("\\", "\\\\")), text)
    return text
