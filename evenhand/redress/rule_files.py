"""Reads folders of rules in records/redress, strictly; whatever is wrong is collected, each at its line."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ..register import lined_yaml
from ..register.complaints import explained
from ..register.problem import Problem
from ..register.words import SLUG

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(SLUG.removesuffix("$") + r"\.yml\Z")


@dataclass
class RuleFiles:
    """Files read so far, and what is wrong with them.

    Attributes:
        home: name of the folder in front of every file's name.
        texts: what was read, by name below the folder.
        lines: where keys stand, by name.
        problems: what is wrong.
    """

    home: str
    texts: dict[str, bytes] = field(default_factory=dict)
    lines: dict[str, lined_yaml.LinedLater] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, path: tuple[str | int, ...], says: str) -> None:
        """Put down a problem at a key of a file."""
        lined = self.lines.get(name)
        self.problems.append(Problem(f"{self.home}/{name}", lined.line(path) if lined else 1, says))

    def parsed(self, name: str, shape: TypeAdapter[Any]) -> Any:
        """A file's value in its shape; nothing where it does not fit, and then that is put down."""
        self.lines[name] = lined_yaml.LinedLater(self.texts[name])
        try:
            value = lined_yaml.read_bytes(self.texts[name], lined=False).value
        except lined_yaml.Unreadable as wrong:
            self.problems.append(Problem(f"{self.home}/{name}", wrong.line, wrong.says))
            return None
        try:
            return shape.validate_python(value)
        except ValidationError as wrong:
            for one in explained(wrong, value, f"{self.home}/{name}", self.lines[name].line):
                says = re.sub(r"`evenhand register schema[^`]*`", "docs/redress.md", one.says)
                self.problems.append(Problem(one.file, one.line, says))
            return None


def found_files(folder: Path, home: str, *, single: tuple[str, ...] = (), below: tuple[str, ...] = ()) -> RuleFiles:
    """The files of a folder, read as bytes.

    Args:
        folder: where they stand.
        home: what the folder is called in messages.
        single: files that stand in the folder itself; each must be there.
        below: folders in it whose every file is read; `.` is the folder itself.
    """
    found = RuleFiles(home)
    if not folder.is_dir():
        found.problems.append(Problem(home, 1, "There is no such folder, and so no rules."))
        return found
    wanted = list(single)
    for place in below:
        prefix = "" if place == "." else f"{place}/"
        for entry in sorted(os.listdir(folder / place)) if (folder / place).is_dir() else ():
            name = prefix + entry
            if entry.startswith(".") or entry == "README.md" or name in single or (folder / name).is_dir():
                continue
            if not _NAME.match(entry):
                found.problems.append(Problem(f"{home}/{name}", 1, "A file of rules has a name in small letters, digits and single hyphens, then .yml."))
            else:
                wanted.append(name)
    for name in wanted:
        if not (folder / name).exists():
            found.problems.append(Problem(f"{home}/{name}", 1, "It is missing."))
        elif not (folder / name).resolve().is_relative_to(folder.resolve()):
            found.problems.append(Problem(f"{home}/{name}", 1, "It is a link out of the folder, and is not followed. Put the file itself here."))
        else:
            _read(found, folder, name)
    return found


def _read(found: RuleFiles, folder: Path, name: str) -> None:
    try:
        found.texts[name] = lined_yaml.bytes_of(folder / name)
    except lined_yaml.Unreadable as wrong:
        found.problems.append(Problem(f"{found.home}/{name}", wrong.line, wrong.says))
