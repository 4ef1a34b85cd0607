"""Reads a folder of records into a register; whatever is wrong is collected, not raised, so that one run shows it all.

Steps, in order:  found -> parsed (on several cores where there are many) -> accepted
"""

from __future__ import annotations

import gc
import os
import re
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from . import lined_yaml
from .claim import Property
from .complaints import explained
from .evidence import NoteFile
from .problem import Problem
from .register import FOLDERS, Register
from .words import SLUG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Problem", "read_register", "read_texts", "shipped_records"]

PROPERTIES = "properties.yml"
MANY = 2_000
"""Files, above which they are parsed on all cores: below it, starting the others takes longer than it saves."""
AT_ONCE = 250
_PACKAGE = Path(__file__).resolve().parent.parent
_HOMES = (_PACKAGE.parent / "records", _PACKAGE / "_shipped" / "records")
"""In a clone records stand at the top of the repository; in an installed wheel they lie inside the package."""
_PROPERTIES: TypeAdapter[dict[str, Property]] = TypeAdapter(dict[str, Property])
_SLUG = re.compile(SLUG.removesuffix("$") + r"\Z")

Held: TypeAlias = "bytes | Path"
Parsed: TypeAlias = "tuple[str, Any]"  # the file's name, and what it holds or why it could not be read


def shipped_records() -> Path:
    """The folder of the records that ship."""
    return next((home for home in _HOMES if home.is_dir()), _HOMES[0])


def read_register(folder: Path | None = None, *, workers: int | None = None) -> tuple[Register, list[Problem]]:
    """Every record in a folder, and every problem found in reading them.

    Args:
        folder: where systems/, bodies/ and the others stand; the records that ship unless given.
        workers: processes that parse; one for a few files and all cores for many, unless given.

    Returns:
        The register of what could be read, and the problems, by file and line. Cross-file checks are in checks.py.

    Example:
        >>> register, problems = read_register()
        >>> register.systems["knife-crime-and-violence-model"].kind
        'person'
    """
    folder = folder or shipped_records()
    problems: list[Problem] = []
    files = _found(folder, problems)
    register = _register_of(files, problems, workers)
    return register, sorted(problems)


def read_texts(texts: Mapping[str, bytes]) -> tuple[Register, list[Problem]]:
    """A register from files in memory, by their names below the folder of the records.

    Example:
        >>> register, problems = read_texts({"systems/a.yml": b"title: A"})
        >>> print(problems[0])
        properties.yml:1: It is missing: it says what can be claimed of systems and bodies.
    """
    problems: list[Problem] = []
    names = sorted(name for name in texts if _is_wanted(PurePosixPath(name), problems))
    return _register_of({name: texts[name] for name in names}, problems, 1), sorted(problems)


def _register_of(files: Mapping[str, Held], problems: list[Problem], workers: int | None) -> Register:
    register = Register()
    if PROPERTIES not in files:
        problems.append(Problem(PROPERTIES, 1, "It is missing: it says what can be claimed of systems and bodies."))
    with _no_pauses():
        for name, value in _parsed(files, workers):
            _accept(name, value, files[name], register, problems)
    return register


def _found(folder: Path, problems: list[Problem]) -> dict[str, Path]:
    """Files of records by name, in order. What looks like a record and is none is told of; other folders are others' business."""
    found: dict[str, Path] = {}
    home = folder.resolve()
    if (folder / PROPERTIES).exists():
        found[PROPERTIES] = folder / PROPERTIES
    for kind in FOLDERS:
        place = folder / kind
        if not place.is_dir():
            continue
        for entry in sorted(os.listdir(place)):
            name, file = f"{kind}/{entry}", place / entry
            if not _is_wanted(PurePosixPath(name), problems):
                continue
            if (file.is_symlink() or place.is_symlink()) and not _is_within(file, home):
                problems.append(Problem(name, 1, "It is a link out of the folder of the records, and is not followed. Put the file itself here."))
                continue
            found[name] = file
    return found


def _is_within(file: Path, home: Path) -> bool:
    """Whether a link leads to a place in the folder of the records; one that leads round in a ring leads nowhere."""
    try:
        return file.resolve().is_relative_to(home)
    except (OSError, RuntimeError):
        return False


def _is_wanted(path: PurePosixPath, problems: list[Problem]) -> bool:
    """Whether a file is to be read as a record."""
    name = path.as_posix()
    if name == PROPERTIES:
        return True
    if len(path.parts) < 2 or path.parts[0] not in FOLDERS or path.name.startswith(".") or path.name == "README.md":
        return False
    if len(path.parts) > 2:
        problems.append(Problem(name, 1, "It lies in a folder below; records of one kind lie side by side. Move it up."))
    elif path.suffix != ".yml":
        problems.append(Problem(name, 1, "It is not read: a record's name ends in .yml. Rename or remove it."))
    elif not _SLUG.match(path.stem) or len(path.stem) > 80:
        problems.append(Problem(name, 1, "The file's name is the record's slug: small letters, digits and single hyphens, 80 at most, then .yml. Rename it."))
    else:
        return True
    return False


def _parsed(files: Mapping[str, Held], workers: int | None) -> Iterator[Parsed]:
    items = list(files.items())
    workers = workers or (1 if len(items) < MANY else os.cpu_count() or 1)
    if workers == 1:
        yield from _parse(items)
        return
    from joblib import Parallel, delayed

    batches = (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
    for batch in Parallel(n_jobs=workers, return_as="generator", pre_dispatch="3*n_jobs")(delayed(_parse_all)(batch) for batch in batches):
        yield from batch


def _parse_all(items: list[tuple[str, Held]]) -> list[Parsed]:
    with _no_pauses():
        return list(_parse(items))


def _parse(items: Iterable[tuple[str, Held]]) -> Iterator[Parsed]:
    for name, held in items:
        try:
            yield name, lined_yaml.read_bytes(held if isinstance(held, bytes) else lined_yaml.bytes_of(held), lined=False).value
        except lined_yaml.Unreadable as wrong:
            yield name, wrong


def _accept(name: str, value: Any, held: Held, register: Register, problems: list[Problem]) -> None:
    """Put a record in its place, or say why it cannot be."""
    if isinstance(value, lined_yaml.Unreadable):
        problems.append(Problem(name, value.line, value.says))
        return
    lined = lined_yaml.LinedLater(held)
    try:
        if name == PROPERTIES:
            register.properties.update(_PROPERTIES.validate_python(value))
            return
        kind, slug = name.removesuffix(".yml").split("/")
        record: Any = FOLDERS[kind].model_validate(value)
    except ValidationError as wrong:
        problems.extend(explained(wrong, value, name, lined.line))
        return
    register.files[kind, slug] = (held if isinstance(held, Path) else Path(name), lined)
    if isinstance(record, NoteFile):
        _add_notes(record, slug, register, problems, lined)
    else:
        getattr(register, kind)[slug] = record


def _add_notes(record: NoteFile, slug: str, register: Register, problems: list[Problem], lined: lined_yaml.LinedLater) -> None:
    register.note_files[slug] = record
    held = register.notes.setdefault(record.source, {})
    for number, note in record.notes.items():
        if number in held:
            says = f"Note {number} of {record.source} stands in another file already; keep one."
            problems.append(Problem(f"notes/{slug}.yml", lined.line(("notes", number)), says))
        held[number] = note


@contextmanager
def _no_pauses() -> Iterator[None]:
    """Records hold no rings, so looking for some among millions of them only takes time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
