"""Reads the questions and steps of records/redress, and writes them as routes.json for the pages."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from ..register.reading import shipped_records
from ..register.words import Line
from ..tables.errors import BadFile
from .provisions import Key
from .route_rules import Gate, Group, Question, RouteNote, Routes, Settings, StepRule
from .rule_files import found_files

if TYPE_CHECKING:
    from pathlib import Path

    from ..register.problem import Problem
    from .law import Law

SINGLE: dict[str, tuple[str, TypeAdapter[Any]]] = {
    "questions.yml": ("groups", TypeAdapter(tuple[Group, ...])),
    "gates.yml": ("gates", TypeAdapter(dict[Key, Gate])),
    "notes.yml": ("notes", TypeAdapter(dict[Key, RouteNote])),
    "settings.yml": ("settings", TypeAdapter(Settings)),
    "wording.yml": ("wording", TypeAdapter(dict[str, Line | dict[str, Line | dict[str, Line]]])),
}
FOLDERS: dict[str, TypeAdapter[Any]] = {"questions": TypeAdapter(dict[Key, Question]), "steps": TypeAdapter(dict[Key, StepRule])}


def read_routes(folder: Path | None = None, *, law: Law | None = None) -> tuple[Routes, list[Problem]]:
    """The questions and steps, and every problem in or between them.

    Args:
        folder: where questions.yml and the others stand; those that ship unless given.
        law: what the steps name; the law that ships unless given.

    Example:
        >>> routes, problems = read_routes()
        >>> routes.questions["nation"].asks, problems
        ('In which part of the UK did it happen?', [])
    """
    from .law import shipped_law
    from .route_checks import check_routes

    files = found_files(folder or shipped_records() / "redress", "redress", single=tuple(SINGLE), below=tuple(FOLDERS))
    routes = Routes()
    where: dict[tuple[str, str], str] = {}
    for name in files.texts:
        kind, shape = SINGLE[name] if name in SINGLE else (name.split("/")[0], FOLDERS[name.split("/")[0]])
        value = files.parsed(name, shape)
        if value is None:
            continue
        if name in SINGLE:
            setattr(routes, kind, value)
            continue
        for key, one in value.items():
            if (kind, key) in where:
                files.add(name, (key,), f"`{key}` stands in {where[kind, key]} already. Give one of them another name.")
            where[kind, key] = name
            getattr(routes, kind)[key] = one
    if not files.problems:  # what could not be read would only be missed again
        check_routes(routes, law or shipped_law(), files, where)
    return routes, sorted(files.problems)


@cache
def shipped_routes() -> Routes:
    """The questions and steps that ship.

    Raises:
        BadFile: their files are broken.
    """
    routes, problems = read_routes()
    if problems:
        raise BadFile(f"The questions and steps have {len(problems)} problems, the first in {problems[0]}")
    return routes


def compiled_routes(routes: Routes) -> dict[str, Any]:
    """The questions and steps as plain values; what is absent in a file is absent here.

    Example:
        >>> compiled_routes(shipped_routes())["questions"]["act"]["event"]
        'act'
    """
    settings = _plain(routes.settings)
    held: dict[str, Any] = {
        "groups": [_plain(group) for group in routes.groups],
        "questions": {name: _plain(one) for name, one in routes.questions.items()},
        "gates": {name: _plain(one) for name, one in routes.gates.items()},
        "notes": {name: _plain(one) for name, one in routes.notes.items()},
        "steps": [{"id": name, **_plain(one)} for name, one in routes.steps.items()],
        **{key: value for key, value in settings.items() if key != "format"},
        "wording": routes.wording,
    }
    version = hashlib.sha256(_text(held).encode()).hexdigest()[:16]
    return {"format": routes.settings.format, "version": version, **held}


def routes_json(routes: Routes | None = None) -> str:
    """The text of routes.json; the same files give the same bytes.

    Example:
        >>> routes_json().startswith('{"format":1,')
        True
    """
    return _text(compiled_routes(routes or shipped_routes())) + "\n"


def _plain(record: Any) -> dict[str, Any]:
    return dict(record.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True))


def _text(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))
