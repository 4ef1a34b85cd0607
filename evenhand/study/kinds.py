"""The kinds of study: places, questions, replay, comparison, people. Each is a module with its declaration (`Study`).

A kind's module is read only when a study of that kind is: a study of questions loads no maps.
`run` and `check` stand there or in the module that RUNS names.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadStudy

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"places": "declaration", "questions": "questioned", "replay": "replay", "comparison": "compared", "people": "people"}
"""The kind as it stands in study.yml -> the module that holds its declaration."""
RUNS = {"places": "run", "comparison": "compare_run", "people": "people_run"}
"""Where running it is another module's work."""


def kind_of(written: dict[str, Any], file: Path) -> Any:
    """The module that holds the declaration of the kind a study.yml names.

    Raises:
        BadStudy: there is no such kind.
    """
    kind = written.get("kind", "places")
    if kind not in KINDS:
        raise BadStudy(f"{file} cannot be followed:\n- `kind: {kind}` is not known. Known: {', '.join(KINDS)}. Left out, it is places.")
    return importlib.import_module(f"{__package__}.{KINDS[kind]}")


def runner_of(kind: str) -> Any:
    """The module whose `run(study, tell)` and `check(study, tell)` follow a declaration of that kind."""
    return importlib.import_module(f"{__package__}.{RUNS.get(kind, KINDS[kind])}")
