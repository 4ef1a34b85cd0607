"""The kinds of text a record may hold: slugs, dates, sentences, addresses; what could harm a reader is refused."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?[?~]?(/(\d{4}(-\d{2}(-\d{2})?)?[?~]?|\.\.)?)?$"
LONGEST = 2_000
MOST_QUOTED_WORDS = 12
"""A dozen of someone's own words, where the words are the fact; more would be copying."""

_TAG = re.compile(r"<\s*/?\s*[a-zA-Z!?]")
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


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
        hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs") and letter != "\n" for letter in text)
    if hidden:
        raise ValueError("it holds a control character or one that turns the direction of writing; type the text again by hand")
    if "<" in text and _TAG.search(text):
        raise ValueError("it holds HTML; write plain text")
    return text


def _is_a_date(text: str) -> str:
    for part in text.split("/"):
        numbers = part.rstrip("?~").split("-")
        if len(numbers) > 1 and not 1 <= int(numbers[1]) <= 12:
            raise ValueError(f"{part} has no month {numbers[1]}")
        if len(numbers) > 2 and not 1 <= int(numbers[2]) <= _MONTH_DAYS[int(numbers[1]) - 1]:
            raise ValueError(f"{part} has no day {numbers[2]}")
    return text


def _few_words(text: str) -> str:
    if len(text.split()) > MOST_QUOTED_WORDS:
        raise ValueError(f"it quotes {len(text.split())} words, and {MOST_QUOTED_WORDS} are the most; say the rest in our own words")
    return text


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
"""Small letters, digits and single hyphens."""
ClaimId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", max_length=170)]
"""A subject's slug, a dot, and the claim's key."""
Date = Annotated[str, BeforeValidator(_as_text), StringConstraints(pattern=DATE), AfterValidator(_is_a_date)]
"""2024, 2024-05, 2024-05-17; "?" for doubtful, "~" for about; 2020/2022 for a span, 2020/.. for one that has not ended."""
Line = Annotated[str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=300, strip_whitespace=True), AfterValidator(harmless)]
"""A name or a short phrase."""
Text = Annotated[str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=LONGEST, strip_whitespace=True), AfterValidator(harmless)]
"""A few sentences in our own words."""
Quoted = Annotated[str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=200), AfterValidator(harmless), AfterValidator(_few_words)]
"""Someone's own words, a dozen at most."""
Address = Annotated[str, StringConstraints(pattern=r"^(https?://|doi\.org/|10\.)[^\s<>\"]+$", max_length=600), AfterValidator(harmless)]
"""A web address as it was printed, or a DOI."""
