"""Looks for words in everything the register says: best matches first, each with the words around it.

The index is that of register.sqlite; where none was built, one is made in memory. What a reader types is
taken as words and nothing else: all must occur, the last may be the beginning of one, and a "quoted phrase" as it stands.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from .flat import EACH, each
from .links import links_of
from .sqlite_file import SqliteFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .register import Register

MOST_WORDS = 12
MOST_SCORED = 3_000
"""Matches whose closeness is computed; a word that stands nearly everywhere tells nothing, and scoring it all takes long."""
OPEN, CLOSE = "«", "»"
_TOKENS = re.compile(r'"([^"]*)"|([^\s"]+)')
_LETTERS = re.compile(r"[^\W_]+")
_WEIGHTS = "10.0, 8.0, 1.0"


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

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> hits = search(open_index(register), "knife model", kinds=["systems"])
        >>> hits[0].id
        'knife-crime-and-violence-model'
    """
    query = as_query(words)
    if query is None or limit < 1:
        return []
    if isinstance(database, sqlite3.Connection):
        return _look(database, query, tuple(kinds), limit)
    connection = sqlite3.connect(f"file:{quote(str(database.resolve()))}?mode=ro", uri=True)
    try:
        return _look(connection, query, tuple(kinds), limit)
    finally:
        connection.close()


def as_query(words: str) -> str | None:
    """What a reader typed, as a query in which nothing but words is meant; None where there are none.

    Example:
        >>> as_query('knife "risk score" pred')
        '"knife" "risk score" "pred"*'
        >>> as_query('NEAR(a b) OR kind:x -y "')
        '"NEAR" "a" "b" "OR" "kind" "x" "y"*'
    """
    found: list[str] = []
    is_open = False
    for phrase, word in _TOKENS.findall(words[:1_000]):
        letters = _LETTERS.findall(phrase or word)
        if not letters:
            continue
        found += [f'"{" ".join(letters)}"'] if phrase else [f'"{one}"' for one in letters]
        is_open = not phrase
    found = found[:MOST_WORDS]
    if not found:
        return None
    return " ".join(found) + ("*" if is_open else "")


def _look(connection: sqlite3.Connection, query: str, kinds: tuple[str, ...], limit: int) -> list[Hit]:
    only = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    # The first matches in the order of the records are scored: systems and bodies stand before claims.
    some = f"SELECT rowid FROM search WHERE search MATCH ?{only} ORDER BY rowid LIMIT {MOST_SCORED}"
    rowids = [row[0] for row in connection.execute(some, (query, *kinds))]
    if not rowids:
        return []
    ranked = f"SELECT rowid, bm25(search, {_WEIGHTS}) AS score FROM search WHERE search MATCH ?{only} AND rowid <= ? ORDER BY score, rowid LIMIT ?"
    best = dict(connection.execute(ranked, (query, *kinds, rowids[-1], limit)).fetchall())
    # Words around a match are cut out for those shown only: it takes longer than finding them.
    around = (
        f"SELECT rowid, kind, id, heading, snippet(search, -1, '{OPEN}', '{CLOSE}', '…', 24), subject "
        f"FROM search WHERE search MATCH ? AND rowid IN ({', '.join(map(str, best))})"
    )
    rows = connection.execute(around, (query,))
    hits = {rowid: Hit(kind, name, heading, snippet, subject, best[rowid]) for rowid, kind, name, heading, snippet, subject in rows}
    return [hits[rowid] for rowid in best]


def open_index(register: Register) -> sqlite3.Connection:
    """An index in memory, for where no register.sqlite was built; close it after use."""
    index = SqliteFile(":memory:", tables=False)
    links = links_of(register)
    for kind in EACH:
        for entry in each(register, kind, links):
            index.take(kind, entry)
    index.finish()
    return index.connection
