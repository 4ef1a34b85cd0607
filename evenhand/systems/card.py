"""A system's card: what it stands for, how faithful the rebuilding is, and every guess in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..tables.citation import Citation, Mark


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
        mark: "guessed" where the choice is ours, "recalled" where it is from the literature and not re-read,
            "known" where the default is published and only the alternatives are ours.
    """

    setting: str
    question: str
    default: Any
    choices: tuple[Any, ...]
    because: str
    changes: str
    unit: str = ""
    mark: Mark = "guessed"


@dataclass(frozen=True)
class AlsoReads:
    """A declared table that a system reads beside recorded crime; `fit` takes it by the table's name.

    Attributes:
        table: name of the declared table, such as "features".
        columns: the declared columns it reads, and no others.
        is_needed: the system cannot be run without it; else it is an input that may be left out, which is itself a reading.
        says: what it is for, in a line.
    """

    table: str
    columns: tuple[str, ...]
    is_needed: bool
    says: str


@dataclass(frozen=True)
class Card:
    """What a reader must know of a system before believing a word about it.

    Attributes:
        slug: the name in addresses and files.
        title: the everyday name.
        kind: `place` or `person`.
        operators: who uses or used it, as slugs of the register.
        learns_from: the records it is fed.
        columns: the declared columns it reads, and no others: of recorded crime, or of person_records (where person, day, event and role are
            always read).
        flags: what it puts forward.
        horizon: how far ahead it speaks.
        fidelity: `exact` (the published method, all of it), `close` (the method, some settings assumed),
            `shape` (the idea only).
        sources: where the method is described.
        readings: every assumption, with its alternatives.
        not_rebuilt: what the operator did that this does not.
        also_reads: other declared tables it is handed.
        known: what is published of it, a sentence each that ends with where it stands.
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
    also_reads: tuple[AlsoReads, ...] = ()
    known: tuple[str, ...] = ()
    next_review: str = ""

    @property
    def defaults(self) -> dict[str, Any]:
        """The setting each reading takes unless told otherwise."""
        return {reading.setting: reading.default for reading in self.readings}
