"""Reads records/law, strictly; whatever is wrong is collected, not raised, so that one run shows it all."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..register import lined_yaml
from ..register.complaints import explained
from ..register.problem import Problem
from ..register.reading import shipped_records
from ..register.words import SLUG
from .calendars import Calendar, HolidayList
from .grounds import Ground, PublicInterest
from .law import Law
from .law_parts import Event, Question
from .provisions import Instrument, Key
from .remedies import Remedy
from .wording import CountingRule, Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDERS: dict[str, tuple[str, type[BaseModel]]] = {
    "provisions": ("instruments", Instrument),
    "remedies": ("remedies", Remedy),
    "grounds": ("grounds", Ground),
    "calendars": ("calendars", Calendar),
    "holidays": ("holidays", HolidayList),
    "readings": ("readings", CountingRule),
    "questions": ("questions", Question),
}
"""Folder in records/law: a file is one of them, by its name."""
SINGLE: dict[str, tuple[str, Any]] = {
    "events.yml": ("events", TypeAdapter(dict[Key, Event])),
    "public-interest.yml": ("public_interest", TypeAdapter(dict[Key, PublicInterest])),
    "wording.yml": ("wordings", TypeAdapter(Wording)),
}
_SLUG = re.compile(SLUG.removesuffix("$") + r"\Z")
Lines = dict[str, lined_yaml.LinedLater]


def read_law(folder: Path | None = None) -> tuple[Law, list[Problem]]:
    """Every record of the law, and every problem in one of them or between them.

    Args:
        folder: where provisions/, remedies/ and the others stand; the law that ships unless given.

    Example:
        >>> law, problems = read_law()
        >>> law.remedies["foi-request"].nations
        ('england', 'wales', 'northern-ireland')
    """
    folder = folder or shipped_records() / "law"
    problems: list[Problem] = []
    texts = dict[str, bytes]()
    for name in _found(folder, problems):
        try:
            texts[name] = lined_yaml.bytes_of(folder / name)
        except lined_yaml.Unreadable as wrong:
            problems.append(Problem(f"law/{name}", wrong.line, wrong.says))
    return _law_of(texts, problems)


def read_law_texts(texts: Mapping[str, bytes]) -> tuple[Law, list[Problem]]:
    """The law from files in memory, by their names below records/law.

    Example:
        >>> law, problems = read_law_texts({"readings/a.yml": b"title: A"})
        >>> print(problems[0])
        law/events.yml:1: It is missing.
    """
    return _law_of(texts, [])


def _law_of(texts: Mapping[str, bytes], problems: list[Problem]) -> tuple[Law, list[Problem]]:
    from .law_checks import check_law

    law, lines = Law(), Lines()
    for name in sorted({*texts, *SINGLE}):
        if name not in texts:
            problems.append(Problem(f"law/{name}", 1, "It is missing."))
            continue
        lines[name] = lined_yaml.LinedLater(texts[name])
        _accept(name, texts[name], lines[name], law, problems)
    if not problems:  # what could not be read would only be missed again
        problems += check_law(law, lines)
    return law, sorted(problems)


def _found(folder: Path, problems: list[Problem]) -> list[str]:
    """Names of the files to read. What looks like a record and is none is told of."""
    if not folder.is_dir():
        problems.append(Problem("law", 1, "There is no such folder, and so no law."))
        return []
    found = [name for name in SINGLE if (folder / name).is_file()]
    for entry in sorted(os.listdir(folder)):
        if entry not in FOLDERS:
            if entry not in (*SINGLE, "README.md") and not entry.startswith("."):
                problems.append(Problem(f"law/{entry}", 1, f"It is not read. Here stand {', '.join([*FOLDERS, *SINGLE])}. Move or remove it."))
            continue
        for file in sorted(os.listdir(folder / entry)) if (folder / entry).is_dir() else ():
            name = f"{entry}/{file}"
            stem, suffix = os.path.splitext(file)
            if file == "README.md" or file.startswith("."):
                continue
            if suffix != ".yml" or not _SLUG.match(stem):
                problems.append(Problem(f"law/{name}", 1, "A record's name is small letters, digits and single hyphens, then .yml. Rename or remove it."))
            elif not (folder / name).resolve().is_relative_to(folder.resolve()):
                problems.append(Problem(f"law/{name}", 1, "It is a link out of the folder, and is not followed. Put the file itself here."))
            else:
                found.append(name)
    return found


def _accept(name: str, text: bytes, lines: lined_yaml.LinedLater, law: Law, problems: list[Problem]) -> None:
    """Put a record in its place, or say why it cannot be."""
    try:
        value = lined_yaml.read_bytes(text, lined=False).value
    except lined_yaml.Unreadable as wrong:
        problems.append(Problem(f"law/{name}", wrong.line, wrong.says))
        return
    try:
        if name in SINGLE:
            kind, shape = SINGLE[name]
            held = shape.validate_python(value)
            getattr(law, kind).update(held if isinstance(held, dict) else {name.removesuffix(".yml"): held})
            return
        folder, slug = name.removesuffix(".yml").split("/")
        kind, model = FOLDERS[folder]
        getattr(law, kind)[slug] = model.model_validate(value)
    except ValidationError as wrong:
        for one in explained(wrong, value, f"law/{name}", lines.line):
            problems.append(Problem(one.file, one.line, one.says.replace("evenhand register schema", "evenhand redress schema")))
