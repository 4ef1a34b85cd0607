"""Fills the slots of a letter's text. The template language is so small that it can do nothing but put words in.

    {{ slot }}                              what is known; otherwise the slot's gap, in [square brackets]
    {% if slot %} … {% endif %}             only where it is known; {% if not slot %} where it is not
    {% for one in slots %} … {% endfor %}   once for each; {{ loop.index }} counts

Steps, in order:  text -> parts (once) -> filled, with marks -> plain text, or blocks for HTML and Word

What is filled in is never looked at again for tags, so no record and no answer can become one. A tag alone on a line
vanishes with its line. The parts go to the browser as they are, where web/static/redress/letters.js fills them alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

GAP, GAP_END, HEAD, BELOW = "\ue000", "\ue001", "\ue002", "\ue003"
"""Marks in a filled text: a gap begins and ends; the line is the subject; the line is a heading. No value can hold one."""
LETTERS_THAT_JOIN = "\u200c\u200d"  # names in Persian and other scripts need them, and they turn nothing
MOST_CHARACTERS = 20_000
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_ALONE = re.compile(r"^[ \t]*(\{%[^\n{}]*?%\})[ \t]*\n", re.MULTILINE)
_SLOT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?\Z", re.ASCII)
_IF = re.compile(r"if (not )?([a-z][a-z0-9_.]*)\Z", re.ASCII)
_FOR = re.compile(r"for ([a-z_]+) in ([a-z][a-z0-9_]*)\Z", re.ASCII)

Slots = Mapping[str, str | list[str]]


class NotALetter(ValueError):
    """A template holds something that is not in the language; says what, and in which line."""


@dataclass(frozen=True)
class Slot:
    """A place to be filled."""

    name: str


@dataclass(frozen=True)
class If:
    """Parts that stand only where a slot is filled (`wanted`), or only where it is not."""

    name: str
    wanted: bool
    then: tuple[Part, ...]


@dataclass(frozen=True)
class For:
    """Parts that stand once for each entry of a list."""

    one: str
    name: str
    do: tuple[Part, ...]


Part = str | Slot | If | For


def parsed(text: str) -> tuple[Part, ...]:
    r"""The parts of a template.

    Args:
        text: of the file. A line that begins with "# " is the letter's subject, with "## " a heading.

    Raises:
        NotALetter: a tag that is not in the language, not closed, or at the end of a line with words before it.

    Example:
        >>> parsed("Dear {{ to }},{% if unit %} c/o {{ unit }}{% endif %}.\n")
        ('Dear ', Slot(name='to'), ',', If(name='unit', wanted=True, then=(' c/o ', Slot(name='unit'))), '.\n')
    """
    text = re.sub(r"^## ", BELOW, text.replace("\r\n", "\n"), flags=re.MULTILINE)
    text = re.sub(r"^# ", HEAD, text, flags=re.MULTILINE)
    text = _ALONE.sub(lambda found: found.group(1) + "\ue004", text)
    wrong = re.search(r"%\}\n", text)
    if wrong:
        raise NotALetter(f"line {_line(text, wrong.start())}: a tag ends the line after words; put it on a line of its own, or words after it")
    reader = _Reader(text.replace("\ue004", ""), text)
    return reader.parts(None)


class _Reader:
    """Reads tags one after the other; blocks within blocks by calling itself."""

    def __init__(self, text: str, numbered: str) -> None:
        self.pieces: list[tuple[str, int]] = []
        last, lines = 0, _lines_of(numbered)
        for found in _TAG.finditer(text):
            self.pieces += [(text[last : found.start()], 0), (found.group(), lines[found.start()])]
            last = found.end()
        self.pieces += [(text[last:], 0)]
        self.at = 0

    def parts(self, end: str | None) -> tuple[Part, ...]:
        """Parts up to a closing tag, or to the end of the text."""
        found: list[Part] = []
        while self.at < len(self.pieces):
            piece, line = self.pieces[self.at]
            self.at += 1
            if not line:
                if re.search(r"\{\{|\}\}|\{%|%\}", piece):
                    raise NotALetter(f"a tag is not closed, near {piece.strip()[:60]!r}")
                found += [piece] if piece else []
                continue
            inner = " ".join(piece[2:-2].split())
            if piece.startswith("{{"):
                if not _SLOT.match(inner):
                    raise NotALetter(f"line {line}: {{{{ {inner[:60]} }}}} is no slot; a slot is a name, with nothing done to it")
                found.append(Slot(inner))
            elif inner in ("endif", "endfor"):
                if inner != end:
                    raise NotALetter(f"line {line}: {inner} closes nothing that is open here")
                return tuple(found)
            else:
                found.append(self.block(inner, line))
        if end:
            raise NotALetter(f"{end} is missing at the end")
        return tuple(found)

    def block(self, inner: str, line: int) -> Part:
        """An if or a for, with what stands in it."""
        choice, loop = _IF.match(inner), _FOR.match(inner)
        if choice:
            return If(choice.group(2), not choice.group(1), self.parts("endif"))
        if loop:
            return For(loop.group(1), loop.group(2), self.parts("endfor"))
        raise NotALetter(f"line {line}: {{% {inner[:60]} %}} is not in the language; there are only if, if not, for … in, endif and endfor")


def filled(parts: tuple[Part, ...], slots: Slots, gap: Callable[[str], str], *, used: list[str] | None = None) -> str:
    r"""The text with its slots filled; gaps and headings carry marks.

    Args:
        parts: as `parsed` gives them.
        slots: words by slot, or lists of them. What is absent or empty is not known.
        gap: what to print, by slot, where it is not known; raises where there is no gap for it.
        used: takes the names of slots that were printed, in order, and "[name" for each gap.

    Example:
        >>> plain(filled(parsed("# {{ a }} and {{ b }}\n"), {"a": "One{{ b }}"}, lambda slot: "[the other]"))
        'One{{ b }} and [the other]\n'
    """
    out: list[str] = []
    _fill(parts, slots, gap, {}, out, [] if used is None else used)
    return re.sub(r"\n{3,}", "\n\n", "".join(out)).strip("\n") + "\n"


def _fill(parts: tuple[Part, ...], slots: Slots, gap: Callable[[str], str], own: dict[str, str], out: list[str], used: list[str]) -> None:
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Slot):
            value = own[part.name] if part.name in own else slots.get(part.name) or ""
            if isinstance(value, list):
                raise NotALetter(f"{{{{ {part.name} }}}} is a list; go through it with for")
            used.append(part.name if value else f"[{part.name}")
            out.append(value or f"{GAP}{gap(part.name)}{GAP_END}")
        elif isinstance(part, If):
            if bool(own.get(part.name) or slots.get(part.name)) == part.wanted:
                _fill(part.then, slots, gap, own, out, used)
        else:
            for number, one in enumerate(_listed(slots, part.name), start=1):
                _fill(part.do, slots, gap, {**own, part.one: one, "loop.index": str(number)}, out, used)


def _listed(slots: Slots, name: str) -> list[str]:
    found = slots.get(name) or []
    return found if isinstance(found, list) else [found]


def plain(marked: str) -> str:
    """A filled text without its marks: what is sent."""
    return re.sub(f"[{GAP}{GAP_END}{HEAD}{BELOW}]", "", marked)


def clean(value: str, *, lines: bool = False) -> str:
    r"""A value as it may stand in a letter: nothing invisible, nothing that turns the writing; on one line unless `lines`.

    Example:
        >>> clean("Grip\n\n\x07 of\u202e \ue000Essex"), clean(" one \r\n\n\n\n two", lines=True)
        ('Grip of Essex', 'one\n\ntwo')
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    value = "".join(one for one in value if one in "\n\t" or one in LETTERS_THAT_JOIN or unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs"))
    rows = [" ".join(row.split()) for row in value.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n") if lines else " ".join(filter(None, rows))


def names(parts: tuple[Part, ...]) -> dict[str, str]:
    """Every slot a template knows, in order, and how it is used: "print", "list" or, where it is only asked for, "if"."""
    found: dict[str, str] = {}
    for name, how in _names(parts, frozenset({"loop.index"})):
        if how == "print" or found.get(name, "if") == "if":
            found[name] = how
    return found


def _names(parts: tuple[Part, ...], own: frozenset[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if isinstance(part, Slot) and part.name not in own:
            yield part.name, "print"
        elif isinstance(part, If):
            if part.name not in own:
                yield part.name, "if"
            yield from _names(part.then, own)
        elif isinstance(part, For):
            yield part.name, "list"
            yield from _names(part.do, own | {part.one})


def as_json(parts: tuple[Part, ...]) -> list[Any]:
    """The parts as plain values, for the browser.

    Example:
        >>> as_json(parsed("{% for one in names %}{{ one }};{% endfor %} Dear {{ to }}"))
        [{'for': 'one', 'in': 'names', 'do': [{'slot': 'one'}, ';']}, ' Dear ', {'slot': 'to'}]
    """
    return [_one_as_json(part) for part in parts]


def _one_as_json(part: Part) -> Any:
    if isinstance(part, str):
        return part
    if isinstance(part, Slot):
        return {"slot": part.name}
    if isinstance(part, If):
        return {"if": part.name, "is": part.wanted, "then": as_json(part.then)}
    return {"for": part.one, "in": part.name, "do": as_json(part.do)}


def _line(text: str, at: int) -> int:
    return text[:at].count("\n") + text[:at].count("\ue004") + 1


def _lines_of(numbered: str) -> dict[int, int]:
    """The line of each tag's start in the text without the marks of swallowed line ends."""
    found, swallowed = {}, 0
    for at, letter in enumerate(numbered):
        if letter == "\ue004":
            swallowed += 1
        elif letter == "{":
            found[at - swallowed] = _line(numbered, at)
    return found
