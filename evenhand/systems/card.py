"""A system's card: what it stands for, how faithful the rebuilding is, and every guess in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..tables.citation import Citation


@dataclass(frozen=True)
class Reading:
    """Something not public, so that more than one reading of the system is possible.

    Attributes:
        setting: name of the setting that holds the choice.
        question: what is not known, as a question.
        default: what is assumed unless the study says otherwise.
        choices: the plausible choices, the default among them.
        because: why the default.
        changes: what the choice changes, in a sentence.
        unit: unit of the choices, "" for none.
    """

    setting: str
    question: str
    default: Any
    choices: tuple[Any, ...]
    because: str
    changes: str
    unit: str = ""


@dataclass(frozen=True)
class Card:
    """What a reader must know of a system before believing a word about it.

    Attributes:
        slug: the name in addresses and files.
        title: the everyday name.
        kind: `place` or `person`.
        operators: who uses or used it, as slugs of the register.
        learns_from: the records it is fed.
        columns: the declared columns it reads, and no others.
        flags: what it puts forward.
        horizon: how far ahead it speaks.
        fidelity: `exact` (the published method, all of it), `close` (the method, some settings assumed),
            `shape` (the idea only).
        sources: where the method is described.
        readings: every assumption, with its alternatives.
        not_rebuilt: what the operator did that this does not.
    """

    slug: str
    title: str
    kind: Literal["place", "person"]
    operators: tuple[str, ...]
    learns_from: str
    columns: tuple[str, ...]
    flags: str
    horizon: str
    fidelity: Literal["exact", "close", "shape"]
    sources: tuple[Citation, ...]
    readings: tuple[Reading, ...] = ()
    not_rebuilt: tuple[str, ...] = ()
    next_review: str = ""

    @property
    def defaults(self) -> dict[str, Any]:
        """The setting each reading takes unless told otherwise."""
        return {reading.setting: reading.default for reading in self.readings}
