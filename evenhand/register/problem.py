"""Something wrong in a record: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .words import visible


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend.

    Attributes:
        file: below the folder of the records, such as systems/grip.yml.
        line: where in it, from 1.
        says: what is wrong and how to mend it.
        level: an "error" keeps the register from being built; "advice" does not.

    Example:
        >>> print(Problem("systems/grip.yml", 3, "`kind` is missing. Add it."))
        systems/grip.yml:3: `kind` is missing. Add it.
    """

    file: str
    line: int
    says: str
    level: Literal["error", "advice"] = "error"

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", visible(self.file))
        object.__setattr__(self, "says", visible(self.says))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'advice: ' if self.level == 'advice' else ''}{self.says}"


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that must be mended before the register is built."""
    return [problem for problem in problems if problem.level == "error"]
