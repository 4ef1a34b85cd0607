"""YAML read strictly and fast, with the line each key stands in.

Records need mappings, lists and plain values, nothing else. So aliases (a few lines can stand for a
billion values), tags (which make objects), keys given twice and text that is not UTF-8 stop the
reading. Dates stay text: 2024-05 must not become something else, and `no` is a word.

Built on libyaml's events rather than on a loader: one pass, and no line is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 1_000_000
DEEPEST = 12
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?\Z")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_PARSER = getattr(yaml, "CParser", None)


class Unreadable(Exception):
    """The file is no record; `line` is where, `says` is what and how to mend it."""

    def __init__(self, says: str, line: int = 1) -> None:
        super().__init__(says)
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


def read(file: Path) -> Lined:
    """What a YAML file holds.

    Raises:
        Unreadable: it is too long, not UTF-8, not YAML, or uses what a record may not.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Unreadable(f"It is {file.stat().st_size / 1e6:,.1f} MB long and a record is a page or two ({MOST_BYTES / 1e6:.0f} MB at most); split it.")
        data = file.read_bytes()
    except OSError as wrong:
        raise Unreadable(f"It cannot be read: {wrong.strerror or wrong}.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable(f"It is not UTF-8 text (byte {wrong.start + 1}); save it again as UTF-8.", data[: wrong.start].count(b"\n") + 1) from None
    return read_text(text)


def read_text(text: str) -> Lined:
    """What a YAML text holds; see `read`."""
    try:
        return _Reader(text).document()
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        said = getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or "unreadable"
        advice = "A value with a colon, a # or a quotation mark in it needs quotes around it."
        raise Unreadable(f"It is not YAML: {said}. {advice}", mark.line + 1 if mark else 1) from None


class _Reader:
    def __init__(self, text: str) -> None:
        self.parser: Any = _PARSER(text) if _PARSER else yaml.Loader(text)
        self.lines: dict[tuple[str | int, ...], int] = {}

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
            return event.value if event.style else _plain(event.value)
        if len(path) >= DEEPEST:
            raise Unreadable(f"It is nested more than {DEEPEST} deep.", event.start_mark.line + 1)
        return self.mapping(path) if kind is yaml.MappingStartEvent else self.sequence(path)

    def mapping(self, path: tuple[str | int, ...]) -> dict[Any, Any]:
        take, lines, found = self.parser.get_event, self.lines, {}
        while not isinstance(event := take(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                raise Unreadable("A key is a list, a mapping or an alias; a key is a word.", line)
            key: Any = self.node(event, path)
            key = key if isinstance(key, int) and not isinstance(key, bool) else event.value
            if key in found:
                raise Unreadable(f"The key `{str(key)[:60]}` stands in line {lines[(*path, key)]} already; keep one of the two.", line)
            below = (*path, key)
            lines[below] = line
            found[key] = self.node(take(), below)
        return found

    def sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        take, found = self.parser.get_event, list[Any]()
        while not isinstance(event := take(), yaml.SequenceEndEvent):
            below = (*path, len(found))
            self.lines[below] = event.start_mark.line + 1
            found.append(self.node(event, below))
        return found


def _plain(text: str) -> Any:
    """A value written without quotes: a number, true, false, nothing, or text."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if (first.isdigit() or first in "+-") and _NUMBER.match(text):
        return float(text) if "." in text or "e" in text or "E" in text else int(text)
    return text
