"""Looks for words in everything the register says: best matches first, each with the words around it.

The index is that of register.sqlite; where none was built, one is made in memory. What a reader types is
taken as words and nothing else: all must occur, the last may be the beginning of one, and a "quoted phrase" as it stands.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..tables.errors import BadFile
from .flat import EACH, each
from .links import links_of
from .sqlite_file import SqliteFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .register import Register

MOST_WORDS = 12
MOST_RANKED = 400
"""Matches that are ranked: in titles and names, and anywhere. A word with more tells little, and systems and bodies come first among them."""
OPEN, CLOSE = "«", "»"
WORDS_AROUND = 12
_MARK, _END = "\x02", "\x03"
"""Around matches while they are ranked; no record holds such characters."""
_TOKENS = re.compile(r'"([^"]*)"|([^\s"]+)')
_LETTERS = re.compile(r"[^\W_]+")
_KIND_FIRST = {"systems": 2.0, "bodies": 1.5, "contradictions": 0.4, "statistics": 0.2}


@dataclass(frozen=True)
class Hit:
    """One match.

    Attributes:
        kind, id: the record.
        title: of it.
        snippet: the words around the match, which stands between « and ».
        subject: slug of the system or body it is about.
        rank: how close it is; the smaller, the closer.
    """

    kind: str
    id: str
    title: str
    snippet: str
    subject: str | None
    rank: float


def search(database: Path | sqlite3.Connection, words: str, *, kinds: Sequence[str] = (), limit: int = 20) -> list[Hit]:
    """The best matches.

    Args:
        database: register.sqlite, or what `open_index` gives.
        words: what the reader typed.
        kinds: kinds of records to look in, such as systems and claims; all unless given.
        limit: the most matches.

    Raises:
        BadFile: the database is not there, or not one that was built here.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> hits = search(open_index(register), "knife model", kinds=["systems"])
        >>> hits[0].id
        'knife-crime-and-violence-model'
    """
    if as_query(words) is None or limit < 1:
        return []
    if isinstance(database, sqlite3.Connection):
        return _look(database, words, tuple(kinds), limit)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database.resolve()))}?mode=ro", uri=True)) as connection:
            return _look(connection, words, tuple(kinds), limit)
    except sqlite3.DatabaseError as wrong:
        raise BadFile(f"{database} cannot be searched: {wrong}.\nIt should be the register.sqlite that `evenhand register build` writes.") from wrong


def as_query(words: str, *, is_open: bool = False) -> str | None:
    """What a reader typed, as a query in which nothing but words is meant; None where there are none.

    Args:
        words: as typed.
        is_open: whether the last word may be the beginning of one.

    Example:
        >>> as_query('knife "risk score" pred', is_open=True)
        '"knife" "risk score" "pred"*'
        >>> as_query('NEAR(a b) OR kind:x -y "')
        '"NEAR" "a" "b" "OR" "kind" "x" "y"'
    """
    found: list[str] = []
    for phrase, word in _TOKENS.findall(words[:1_000]):
        letters = _LETTERS.findall(phrase or word)
        if letters:
            found += [f'"{" ".join(letters)}"'] if phrase else [f'"{one}"' for one in letters]
    found = found[:MOST_WORDS]
    if not found:
        return None
    return " ".join(found) + ("*" if is_open and " " not in found[-1] else "")


def _look(connection: sqlite3.Connection, words: str, kinds: tuple[str, ...], limit: int) -> list[Hit]:
    """Whole words first; where they leave room, the last as the beginning of a longer one."""
    found: dict[int, Hit] = {}
    for query in dict.fromkeys((as_query(words), as_query(words, is_open=True))):
        for within in (f"{{title names}} : ({query})", query):
            for row in connection.execute(_select(kinds), (within, *kinds)):
                found.setdefault(row[0], _ranked(*row[1:]))
        if len(found) >= limit:
            break
    return sorted(found.values(), key=lambda hit: (hit.rank, hit.kind, hit.id))[:limit]


def _select(kinds: tuple[str, ...]) -> str:
    marked = ", ".join(f"highlight(search, {column}, '{_MARK}', '{_END}')" for column in range(3))
    only = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    # Not by bm25: it counts every occurrence of every word first, which takes a second in a large register.
    return f"SELECT rowid, kind, id, heading, subject, {marked} FROM search WHERE search MATCH ?{only} ORDER BY rowid LIMIT {MOST_RANKED}"


def _ranked(kind: str, name: str, heading: str, subject: str | None, title: str, names: str, body: str) -> Hit:
    """A match with its rank: words in the title count most, the more so the less else stands there; then other names; then the text."""
    in_title = sum(len(part.partition(_END)[0]) for part in title.split(_MARK)[1:]) / max(len(title), 1)
    score = 10 * in_title + 8 * _little_more(names) + _little_more(body) + _KIND_FIRST.get(kind, 0.0)
    best = body if _MARK in body else names if _MARK in names else title
    return Hit(kind, name, heading, _around(best), subject, -score)


def _little_more(marked: str) -> float:
    """From 0 to 1 with the number of matches, each telling less than the one before."""
    count = marked.count(_MARK)
    return count / (count + 1)


def _around(marked: str) -> str:
    """Some words around the first match."""
    words = marked.split()
    first = next((place for place, word in enumerate(words) if _MARK in word), 0)
    start, end = max(first - WORDS_AROUND, 0), first + WORDS_AROUND + 1
    cut = " ".join(words[start:end])
    cut += _END if cut.count(_MARK) > cut.count(_END) else ""
    return ("… " if start else "") + cut.replace(_MARK, OPEN).replace(_END, CLOSE) + (" …" if end < len(words) else "")


def open_index(register: Register) -> sqlite3.Connection:
    """An index in memory, for where no register.sqlite was built; close it after use."""
    index = SqliteFile(":memory:", tables=False)
    links = links_of(register)
    for kind in EACH:
        for entry in each(register, kind, links):
            index.take(kind, entry)
    index.finish()
    return index.connection
