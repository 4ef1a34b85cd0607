"""Reads records/letters/en, strictly; whatever is wrong is collected, not raised, so that one run shows it all.

Steps, in order:  files -> cards and parts -> checked: every slot is known, every provision holds where it is cited
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ..register import lined_yaml
from ..register.complaints import explained
from ..register.problem import Problem
from ..register.reading import shipped_records
from ..tables.errors import BadFile
from .filling import For, If, NotALetter, Part, Slot, parsed
from .letter_cards import CITING, Gap, LetterCard, Letters, LetterWording, Name
from .letter_slots import LISTS, SCALARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .law import Law
    from .law_parts import InForce

SINGLE: dict[str, tuple[str, Any]] = {"gaps.yml": ("gaps", TypeAdapter(dict[Name, Gap])), "wording.yml": ("wordings", TypeAdapter(LetterWording))}
BY_HAND = re.compile(
    r"\b(?:sections?|ss?\.|articles?|art\.?|paragraphs?|regulations?|rules?|schedule) ?[0-9]|\bAct [12][0-9]{3}|[12][0-9]{3} Act\b", re.IGNORECASE
)
"""A provision named in words rather than by a slot, so that nothing could tell whether it is in force."""


def read_letters(folder: Path | None = None, *, law: Law | None = None) -> tuple[Letters, list[Problem]]:
    """Every letter that ships, and every problem in one.

    Args:
        folder: of one language; records/letters/en unless given.
        law: what the letters rest on; the law that ships unless given.

    Example:
        >>> letters, problems = read_letters()
        >>> letters.of_remedy("dp-access-p3")[0], problems
        ('access-police', [])
    """
    from .law import shipped_law

    folder = folder or shipped_records() / "letters" / "en"
    letters, problems = Letters(), list[Problem]()
    if not folder.is_dir():
        return letters, [Problem("letters", 1, f"There is no folder {folder.name}, and so no letters.")]
    for name in sorted({*os.listdir(folder), *SINGLE}):
        stem, ending = os.path.splitext(name)
        if name.startswith(".") or name == "README.md":
            continue
        try:
            if ending == ".txt":
                letters.parts[stem] = parsed(lined_yaml.bytes_of(folder / name).decode("utf-8"))
            elif ending == ".yml":
                _accept(name, lined_yaml.bytes_of(folder / name), letters, problems)
            else:
                problems.append(Problem(name, 1, "It is not read: a letter is ID.txt and ID.yml. Rename or remove it."))
        except (NotALetter, UnicodeDecodeError) as wrong:
            problems.append(Problem(name, 1, f"It is no letter: {wrong}."))
        except lined_yaml.Unreadable as wrong:
            problems.append(Problem(name, wrong.line, wrong.says))
    if not problems:  # what could not be read would only be missed again
        problems += check_letters(letters, law or shipped_law())
    return letters, sorted(problems)


@cache
def shipped_letters() -> Letters:
    """The letters that ship.

    Raises:
        BadFile: their files are broken.
    """
    letters, problems = read_letters()
    if problems:
        raise BadFile(f"The letters have {len(problems)} problems, the first in {problems[0]}")
    return letters


def check_letters(letters: Letters, law: Law) -> list[Problem]:
    """What is wrong with letters that could be read: slots nobody fills, law that does not hold, questions nobody knows."""
    problems = [Problem(f"{text}.txt", 1, "No card beside it uses this text.") for text in letters.parts if text not in _texts_used(letters)]
    problems += [
        Problem("gaps.yml", 1, f"`{slot}` is the day '{gap.event}', which records/law/events.yml does not know.")
        for slot, gap in letters.gaps.items()
        if gap.event and gap.event not in law.events
    ]
    for letter, card in letters.cards.items():
        if (card.text or letter) not in letters.parts:
            problems.append(Problem(f"{letter}.yml", 1, f"There is no text {card.text or letter}.txt."))
            continue
        problems += [Problem(f"{letter}.yml", 1, said) for said in (*_card_problems(letter, card, law), *_slot_problems(letter, letters, law))]
    return problems


def _texts_used(letters: Letters) -> set[str]:
    return {card.text or letter for letter, card in letters.cards.items()}


def _card_problems(letter: str, card: LetterCard, law: Law) -> Iterator[str]:
    if card.remedy and card.remedy not in law.remedies:
        yield f"There is no remedy '{card.remedy}' in records/law."
    elif card.clock and (not card.remedy or card.clock not in law.remedies[card.remedy].clocks):
        yield f"'{card.remedy}' has no clock '{card.clock}' to remind of."
    elif card.clock and not card.is_reminder:
        yield "`clock` is for a reminder; add `is_reminder: true`."
    yield from (f"`cites` names {one}, which records/law does not hold." for one in card.cites.values() if one not in law.provisions)
    yield from (f"`verify` names '{one}', which is no open question of records/law." for one in card.verify if one not in law.questions)
    for text in (*card.words.values(), *card.explains, *card.adds, card.costs, card.police_learn, card.next):
        if BY_HAND.search(text):
            yield f"It names a provision in words ({BY_HAND.search(text).group()!r}); put it under `cites`, so that its dates are checked."  # type: ignore[union-attr]


def _slot_problems(letter: str, letters: Letters, law: Law) -> Iterator[str]:
    card, parts = letters.cards[letter], letters.text_of(letter)
    clocks = law.remedies[card.remedy].clocks if card.remedy in law.remedies else {}
    for name, how, is_guarded in _uses(parts, frozenset(), frozenset({"loop.index"})):
        family, _, key = name.partition(".")
        if family in CITING and key:
            if key not in card.cites:
                if not is_guarded and how == "print":
                    yield f"The text cites `{name}`, and `cites` has no {key}."
            elif how == "print" and not is_guarded and not _covers(law, card, card.cites[key]):
                yield f"The text cites {card.cites[key]} whatever the day, and it does not hold on all days of the letter. Put it between if and endif."
        elif family == "clock":
            if key not in {one.replace("-", "_") for one in clocks} and not is_guarded:
                yield f"The text names a period `{name}` that '{card.remedy}' does not have."
        elif family == "word":
            if key not in card.words and how == "print" and not is_guarded:
                yield f"The text needs `words: {key}`."
        elif how == "list" and name not in LISTS:
            yield f"The text goes through `{name}`, which is no list that the register fills ({', '.join(LISTS)})."
        elif name not in letters.gaps and name not in SCALARS and name not in LISTS:
            yield f"Nobody fills the slot `{name}`: it is neither in gaps.yml nor filled by the register."
        elif how == "print" and name not in letters.gaps and not is_guarded and name not in ("today",):
            yield f"`{name}` may be empty and has no gap: put it between if and endif, or add it to gaps.yml."
    for text in _texts(parts):
        found = BY_HAND.search(text)
        if found:
            yield f"The text names a provision in words ({found.group()!r}); cite it by a slot, so that its dates are checked."


def _covers(law: Law, card: LetterCard, provision: str) -> bool:
    """Whether a provision holds on every day on which the letter can be written."""
    if provision not in law.provisions:
        return True  # told of elsewhere
    held, span = law.provisions[provision].in_force, span_of(law, card)
    begins = held.start is None or (span.start is not None and held.start <= span.start)
    return begins and (held.to is None or (span.to is not None and span.to <= held.to))


def span_of(law: Law, card: LetterCard) -> InForce:
    """The days a letter is for: its remedy's, or its own."""
    return law.remedies[card.remedy].in_force if card.remedy in law.remedies else card.in_force


def _uses(parts: tuple[Part, ...], guarded: frozenset[str], own: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    """Every slot of a text, how it is used, and whether it is only reached where it is filled."""
    for part in parts:
        if isinstance(part, Slot) and part.name not in own:
            yield part.name, "print", _sibling(part.name, guarded)
        elif isinstance(part, If):
            if part.name not in own:
                yield part.name, "if", True
            yield from _uses(part.then, guarded | {part.name} if part.wanted else guarded, own)
        elif isinstance(part, For):
            yield part.name, "list", True
            yield from _uses(part.do, guarded, own | {part.one})


def _sibling(name: str, guarded: frozenset[str]) -> bool:
    """Whether a slot, or another form of the same provision, was asked for before."""
    family, _, key = name.partition(".")
    return name in guarded or (family in CITING and any(f"{one}.{key}" in guarded for one in CITING))


def _texts(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, If):
            yield from _texts(part.then)
        elif isinstance(part, For):
            yield from _texts(part.do)


def _accept(name: str, data: bytes, letters: Letters, problems: list[Problem]) -> None:
    value = lined_yaml.read_bytes(data, lined=False).value
    try:
        if name in SINGLE:
            kind, shape = SINGLE[name]
            held = shape.validate_python(value)
            getattr(letters, kind).update(held if isinstance(held, dict) else {name.removesuffix(".yml"): held})
        else:
            letters.cards[name.removesuffix(".yml")] = LetterCard.model_validate(value)
    except ValidationError as wrong:
        problems += explained(wrong, value, name, lined_yaml.LinedLater(data).line)
