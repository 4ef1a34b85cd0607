"""Reads a folder of records into a register; whatever is wrong is collected, not raised, so that one run shows it all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from . import lined_yaml
from .claim import Property
from .evidence import NoteFile
from .register import FOLDERS, Register
from .words import SLUG

if TYPE_CHECKING:
    from .words import Strict

_PACKAGE = Path(__file__).resolve().parent.parent
_HOMES = (_PACKAGE.parent / "records", _PACKAGE / "_shipped" / "records")
"""In a clone records stand at the top of the repository; in an installed wheel they lie inside the package."""
_PROPERTIES: TypeAdapter[dict[str, Property]] = TypeAdapter(dict[str, Property])


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a record: where, what, and how to mend it."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}"


def shipped_records() -> Path:
    """The folder of the records that ship."""
    return next((home for home in _HOMES if home.is_dir()), _HOMES[0])


def read_register(folder: Path | None = None) -> tuple[Register, list[Problem]]:
    """Every record in a folder, and every problem found in reading them.

    Args:
        folder: where systems/, bodies/ and the others stand; the records that ship unless given.

    Returns:
        The register of what could be read, and the problems, by file and line. Cross-file checks are in checks.py.
    """
    folder = folder or shipped_records()
    register, problems = Register(), []
    _read_properties(folder, register, problems)
    for kind, model in FOLDERS.items():
        for file in sorted((folder / kind).glob("*.yml")) if (folder / kind).is_dir() else ():
            _read_one(folder, kind, model, file, register, problems)
    return register, problems


def _read_properties(folder: Path, register: Register, problems: list[Problem]) -> None:
    file = folder / "properties.yml"
    try:
        lined = lined_yaml.read(file)
        register.properties.update(_PROPERTIES.validate_python(lined.value))
    except lined_yaml.Unreadable as wrong:
        problems.append(Problem(file.name, wrong.line, wrong.says))
    except ValidationError as wrong:
        problems.extend(_explained(wrong, lined, file.name))


def _read_one(folder: Path, kind: str, model: type[Strict], file: Path, register: Register, problems: list[Problem]) -> None:
    name = file.relative_to(folder).as_posix()
    if not re.match(SLUG, file.stem):
        problems.append(Problem(name, 1, "The file's name is the record's slug: small letters, digits and single hyphens, then .yml. Rename it."))
        return
    try:
        lined = lined_yaml.read(file)
        record: Any = model.model_validate(lined.value)
    except lined_yaml.Unreadable as wrong:
        problems.append(Problem(name, wrong.line, wrong.says))
        return
    except ValidationError as wrong:
        problems.extend(_explained(wrong, lined, name))
        return
    register.files[kind, file.stem] = (file, lined)
    if isinstance(record, NoteFile):
        _add_notes(record, register, problems, name, lined)
    else:
        getattr(register, kind)[file.stem] = record


def _add_notes(record: NoteFile, register: Register, problems: list[Problem], name: str, lined: lined_yaml.Lined) -> None:
    held = register.notes.setdefault(record.source, {})
    for number, note in record.notes.items():
        if number in held:
            problems.append(Problem(name, lined.line(("notes", number)), f"Note {number} of {record.source} stands in another file already; keep one."))
        held[number] = note


def _explained(wrong: ValidationError, lined: lined_yaml.Lined, name: str) -> list[Problem]:
    """Pydantic's complaints, in our words, at the line of the key; one a place."""
    found: dict[tuple[int, str], Problem] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        path = tuple(part for part in error["loc"])
        line = lined.line(path)
        key = ".".join(str(part) for part in path if not str(part).startswith(("function-", "constrained-"))) or "the record"
        found.setdefault((line, key), Problem(name, line, f"`{key}`: {_in_words(error)}"))
    return list(found.values())


def _in_words(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return "no such key is known here. `evenhand register schema` lists the keys; mend its spelling or leave it out."
    if kind == "missing":
        return "is missing. Add it."
    if kind == "value_error":
        return f"{context.get('error', error['msg'])}."
    if kind == "literal_error":
        return f"must be {context.get('expected')}."
    if kind == "string_pattern_mismatch":
        return f"is not written as it must be (pattern {context.get('pattern')})."
    return f"{error['msg']}."
