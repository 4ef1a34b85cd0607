"""What can be asked of a user's own tables: one question a file in `questions/`, declared so that every door can offer it.

The terminal makes a command of each declaration, Python a call, the workbench a form. A declaration
says which tables the question reads and which settings it takes; `ask` gets them checked, with what
is odd about them, and gives findings back. The files of `questions/` load nothing heavy before they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..audit.about import About
    from ..report.contents import Refusal
    from ..report.picture import Picture
    from ..tables.findings import Finding
    from ..tables.health import HealthReport

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Wanted:
    """A table that a question reads.

    Attributes:
        table: name of the declared table, such as "residents"; at the terminal `--residents FILE`.
        says: what to hand over, in a line.
        is_needed: the question cannot be asked without it.
    """

    table: str
    says: str
    is_needed: bool = True


@dataclass(frozen=True)
class Setting:
    """A setting that a question takes.

    Attributes:
        name: in Python; at the terminal `--name`, with hyphens.
        says: what it does, in a line; for a choice that matters, what it changes.
        default: what it is when not given; None where that has a meaning of its own, which `says` tells.
        kind: what a value is: str, int, float or bool.
        choices: the only values there may be; empty for any.
        is_many: may be given several times; the value is then a tuple.
        is_needed: there is no default that would do.
    """

    name: str
    says: str
    default: Any = None
    kind: type = str
    choices: tuple[str, ...] = ()
    is_many: bool = False
    is_needed: bool = False


@dataclass(frozen=True)
class Asked:
    """A question as asked.

    Attributes:
        tables: the declared tables given, checked; frames, but `recorded_crime` and `stops` stay in the engine.
        health: what is odd about each.
        settings: every setting of the question, the defaults filled in.
        place, period, source: in the asker's words.
        level, seed, replicates: of intervals.
        tell: is told what is being done and how much is done, 0 to 1.
    """

    tables: Mapping[str, Any]
    health: Mapping[str, HealthReport]
    settings: Mapping[str, Any]
    place: str = "place not stated"
    period: str = "period not stated"
    source: str = "source not stated"
    level: float = 0.95
    seed: int = 1
    replicates: int = 1000
    tell: Tell = field(default=lambda what, share: None)

    def about(self, question: str, *tables: str, caveats: tuple[str, ...] = (), settings: dict[str, Any] | None = None) -> About:
        """The frame of findings: place, period, source, and as caveats what is odd about these tables (all of them if none is named).

        Raises:
            CannotAnswer: a table's health refuses this question.
        """
        from ..audit.about import About

        read = [self.health[name] for name in (tables or tuple(self.health)) if name in self.health]
        for report in read:
            report.refuse_if_blocked(question)
        warnings = tuple(says for report in read for says in report.warnings)
        return About(question, self.place, self.period, self.source, (*caveats, *warnings), settings or {}, self.level)


@dataclass(frozen=True)
class Answer:
    """What a question gives.

    Attributes:
        findings: main ones first.
        refused: parts of the question that the data cannot carry, and why.
        pictures: drawn from the findings or from tables of their own, each with its table; may be empty.
    """

    findings: tuple[Finding, ...]
    refused: tuple[Refusal, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question that can be put to a user's own tables.

    Attributes:
        name: the audit's name, such as "disparity"; at the terminal `evenhand audit NAME`.
        asks: the question in one plain sentence, with a question mark.
        says: what comes out, and what to mind, in a short paragraph; shown by --help.
        tables: read, the main one first.
        settings: taken.
        ask: from the question as asked to its answer.
        example: a command line that works on files of these shapes, for --help.
    """

    name: str
    asks: str
    says: str
    tables: tuple[Wanted, ...]
    settings: tuple[Setting, ...]
    ask: Callable[[Asked], Answer]
    example: str = ""

    @property
    def defaults(self) -> dict[str, Any]:
        """Every setting at its default."""
        return {setting.name: setting.default for setting in self.settings}
