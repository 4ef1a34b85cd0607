"""YAML read strictly and fast, with the line each key stands in.

Records need mappings, lists and plain values, nothing else. So aliases (a few lines can stand for a
billion values), tags (which make objects), keys given twice and text that is not UTF-8 stop the
reading. Dates stay text: 2024-05 must not become something else, and `no` is a word.

Built on libyaml's events rather than on a loader: one pass, and no line is lost. Lines are only looked
for where something must be said about a file, since they take more room than the records themselves.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 1_000_000
DEEPEST = 12
LARGEST = 1e15
"""No figure here is larger; beyond it, other programs would round a whole number."""
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z", re.ASCII)
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # without libyaml, the same in plain Python


class Unreadable(Exception):
    """The file is no record; `line` is where, `says` is what and how to mend it."""

    def __init__(self, says: str, line: int = 1) -> None:
        super().__init__(says, line)
        self.says, self.line = says, line


@dataclass
class Lined:
    """What a file holds, and the line of each key and list entry, by its path."""

    value: Any
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def line(self, path: tuple[str | int, ...]) -> int:
        """The line of a path, or of the nearest one above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class LinedLater:
    """The lines of a file, read when they are first asked for.

    Args:
        held: the file's bytes, or the file.
    """

    __slots__ = ("_held", "_lined")

    def __init__(self, held: bytes | Path) -> None:
        self._held = held
        self._lined: Lined | None = None

    def line(self, path: tuple[str | int, ...]) -> int:
        """The line of a path, or of the nearest one above it; 1 where the file is gone."""
        if self._lined is None:
            try:
                data = self._held if isinstance(self._held, bytes) else bytes_of(self._held)
                self._lined = read_bytes(data)
            except Unreadable:
                self._lined = Lined(None)
        return self._lined.line(path)


def bytes_of(file: Path) -> bytes:
    """The bytes of a plain file that is short enough to be a record.

    Raises:
        Unreadable: it is a folder, a device, a pipe, too long, or cannot be opened.
    """
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))  # a pipe must not be waited for
        with os.fdopen(handle, "rb") as held:
            found = os.fstat(held.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("It is no plain file; a record is a text file.")
            if found.st_size > MOST_BYTES:
                raise Unreadable(f"It is {found.st_size / 1e6:,.1f} MB long and a record is a page or two ({MOST_BYTES / 1e6:.0f} MB at most); split it.")
            return held.read(MOST_BYTES + 1)[:MOST_BYTES]
    except IsADirectoryError:
        raise Unreadable("It is a folder; a record is a text file. Rename or remove it.") from None
    except (OSError, ValueError) as wrong:
        raise Unreadable(f"It cannot be read: {getattr(wrong, 'strerror', None) or wrong}.") from None


def read(file: Path) -> Lined:
    """What a YAML file holds.

    Raises:
        Unreadable: it is too long, not UTF-8, not YAML, or uses what a record may not.
    """
    return read_bytes(bytes_of(file))


def read_bytes(data: bytes, *, lined: bool = True) -> Lined:
    """What YAML in UTF-8 holds; see `read`. Unless `lined`, lines are left out, which takes half the time."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable(f"It is not UTF-8 text (byte {wrong.start + 1}); save it again as UTF-8.", data[: wrong.start].count(b"\n") + 1) from None
    return read_text(text, lined=lined)


def read_text(text: str, *, lined: bool = True) -> Lined:
    r"""What a YAML text holds; see `read`.

    Example:
        >>> read_text("title: A map").value
        {'title': 'A map'}
        >>> read_text("kind: place\ntitle: A map").line(("title",))
        2
    """
    try:
        return _Reader(text, lined).document()
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        said = getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or "unreadable"
        advice = "A value with a colon, a # or a quotation mark in it needs quotes around it."
        raise Unreadable(f"It is not YAML: {said}. {advice}", mark.line + 1 if mark else 1) from None


class _Reader:
    def __init__(self, text: str, lined: bool) -> None:
        self.parser = _PARSER(text)
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.lined = lined

    def document(self) -> Lined:
        take = self.parser.get_event
        take()  # stream start
        event = take()
        if isinstance(event, yaml.StreamEndEvent):
            raise Unreadable("It is empty.")
        value = self.node(take(), ())
        take()  # document end
        extra = take()
        if not isinstance(extra, yaml.StreamEndEvent):
            raise Unreadable("It holds a second document; one file is one subject.", extra.start_mark.line + 1)
        return Lined(value, self.lines)

    def node(self, event: Any, path: tuple[str | int, ...]) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None:
            raise Unreadable("It uses an anchor or an alias (& or *), which records may not; write the text out.", event.start_mark.line + 1)
        if event.tag is not None and event.tag != "!":
            raise Unreadable(f"It uses the tag {event.tag[:60]!r}, which records may not; write the plain value.", event.start_mark.line + 1)
        if kind is yaml.ScalarEvent:
            return event.value if event.style else _plain(event)
        if len(path) >= DEEPEST:
            raise Unreadable(f"It is nested more than {DEEPEST} deep.", event.start_mark.line + 1)
        return self.mapping(path) if kind is yaml.MappingStartEvent else self.sequence(path)

    def mapping(self, path: tuple[str | int, ...]) -> dict[Any, Any]:
        take, found, seen = self.parser.get_event, dict[Any, Any](), set[str]()
        while (kind := type(event := take())) is not yaml.MappingEndEvent:
            if kind is not yaml.ScalarEvent:
                raise Unreadable("A key is a list, a mapping or an alias; a key is a word.", event.start_mark.line + 1)
            key: Any = self.node(event, path)
            key = key if type(key) is int else event.value
            if str(key) in seen:
                raise Unreadable(f"The key `{str(key)[:60]}` stands here twice; keep one of the two.", event.start_mark.line + 1)
            seen.add(str(key))
            below = (*path, key)
            if self.lined:
                self.lines[below] = event.start_mark.line + 1
            found[key] = self.node(take(), below)
        return found

    def sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        take, found = self.parser.get_event, list[Any]()
        while type(event := take()) is not yaml.SequenceEndEvent:
            below = (*path, len(found))
            if self.lined:
                self.lines[below] = event.start_mark.line + 1
            found.append(self.node(event, below))
        return found


def _plain(event: Any) -> Any:
    """A value written without quotes: a number, true, false, nothing, or text."""
    text = event.value
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if not (first.isdigit() or first in "+-") or not _NUMBER.match(text):
        return text
    number = float(text)
    if abs(number) > LARGEST:
        raise Unreadable(f"The number {text[:30]} is larger than any figure here; put quotes around it if it is a reference.", event.start_mark.line + 1)
    if "." not in text and "e" not in text and "E" not in text:
        return int(text)
    return Written(text) if text.endswith("0") else number


class Written(float):
    """A number with a last 0 that counts where it is meant as text: section 4.10 is not section 4.1."""

    def __new__(cls, text: str) -> Written:
        """The number that a text stands for, with the text kept."""
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[Written], tuple[str]]:
        return Written, (self.text,)
