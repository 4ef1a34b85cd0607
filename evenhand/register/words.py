"""The kinds of text a record may hold: slugs, dates, sentences, addresses; what could harm a reader is refused."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_DAY = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[?~]?"
DATE = rf"^{_DAY}(/({_DAY}|\.\.)?)?$"
FIRST_YEAR, LAST_YEAR = 1600, 2199
LONGEST = 2_000
MOST_QUOTED_WORDS = 12
"""A dozen of someone's own words, where the words are the fact; more would be copying."""

_TAG = re.compile(r"</?[a-zA-Z!?]")


class Strict(BaseModel):
    """A record or a part of one: keys nobody here knows are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def harmless(text: str) -> str:
    """The text, if nothing in it could be run, hide or turn what stands beside it.

    Raises:
        ValueError: it holds HTML, a control character, or one that changes the direction of writing.
    """
    if text.isascii():
        hidden = not text.isprintable() and any(not (letter.isprintable() or letter == "\n") for letter in text)
    else:
        hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") and letter != "\n" for letter in text)
    if hidden:
        raise ValueError("it holds a control character or one that turns the direction of writing; type the text again by hand")
    if "<" in text and _TAG.search(text):
        raise ValueError("it holds HTML; write plain text")
    return text


def visible(text: str) -> str:
    """The text with all that could not be seen, or could steer a terminal, written out by its number."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == " " else letter.encode("unicode_escape").decode() for letter in text)


def _is_a_date(text: str) -> str:
    days = []
    for part in text.split("/"):
        numbers = [int(number) for number in part.rstrip("?~").split("-")] if part not in ("", "..") else []
        if not numbers:
            continue
        if not FIRST_YEAR <= numbers[0] <= LAST_YEAR:
            raise ValueError(f"{part} is in the year {numbers[0]}, and years run from {FIRST_YEAR} to {LAST_YEAR} here")
        if len(numbers) > 1 and not 1 <= numbers[1] <= 12:
            raise ValueError(f"{part} has no month {numbers[1]}")
        if len(numbers) > 2 and not 1 <= numbers[2] <= monthrange(numbers[0], numbers[1])[1]:
            raise ValueError(f"{part} has no day {numbers[2]}")
        days.append(numbers)
    if len(days) == 2 and days[1] < days[0][: len(days[1])]:
        raise ValueError(f"{text} ends before it begins")
    return text


def _few_words(text: str) -> str:
    if len(text.split()) > MOST_QUOTED_WORDS:
        raise ValueError(f"it quotes {len(text.split())} words, and {MOST_QUOTED_WORDS} are the most; say the rest in our own words")
    return text


def as_text(value: Any) -> Any:
    """A number written without quotes, as text: a section 4.2, a year."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def as_many(value: Any) -> Any:
    """One thing written without a list around it, as a list."""
    return (value,) if isinstance(value, dict | str | int) else value


Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
"""Small letters, digits and single hyphens."""
ClaimId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", max_length=170)]
"""A subject's slug, a dot, and the claim's key."""
Date = Annotated[str, StringConstraints(pattern=DATE), BeforeValidator(as_text), AfterValidator(_is_a_date)]
"""2024, 2024-05, 2024-05-17; "?" for doubtful, "~" for about; 2020/2022 for a span, 2020/.. for one that has not ended."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), BeforeValidator(as_text), AfterValidator(harmless)]
"""A name or a short phrase."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, strip_whitespace=True), BeforeValidator(as_text), AfterValidator(harmless)]
"""A few sentences in our own words."""
Quoted = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(as_text), AfterValidator(harmless), AfterValidator(_few_words)]
"""Someone's own words, a dozen at most."""
Address = Annotated[str, StringConstraints(pattern=r"^(https?://|doi\.org/|10\.)[^\s<>\"]+$", max_length=600), AfterValidator(harmless)]
"""A web address as it was printed, or a DOI."""
