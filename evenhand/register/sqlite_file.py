"""The register as one SQLite file: the same tables as the CSV, and a full-text index over everything a reader may look for.

The same records give the same bytes (with the same SQLite): rows come in one order, pages have one size,
and the file is packed at the end. Lists are JSON arrays, which `json_each` takes apart.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from .tables import TABLES, rows_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

AT_ONCE = 5_000
INDEXES = {
    "claims": ("subject", "property"), "evidence": ("record",), "uses": ("system", "body"), "figures": ("statistic",), "sides": ("contradiction",),
}  # fmt: skip
INDEX = """CREATE VIRTUAL TABLE search USING fts5(
    title, names, body, heading UNINDEXED, kind UNINDEXED, id UNINDEXED, subject UNINDEXED,
    tokenize = 'porter unicode61 remove_diacritics 2', prefix = '1 2 3 4')"""


def cell(value: Any) -> Any:
    """A value as SQLite holds it: yes and no as 1 and 0, lists as JSON."""
    if isinstance(value, bool):
        return int(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value


class SqliteFile:
    """Writes the database, an entry at a time.

    Args:
        where: the file, which must not exist; or ":memory:".
        about: what the register is, for the table `about`.
        tables: whether the tables are written beside the index.
    """

    def __init__(self, where: Path | str, about: dict[str, Any] | None = None, *, tables: bool = True) -> None:
        self.connection = sqlite3.connect(where)
        self._tables = tables
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        run = self.connection.execute
        for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "encoding = 'UTF-8'"):
            run(f"PRAGMA {pragma}")
        run(INDEX)
        if tables:
            for table, columns in TABLES.items():
                run(f"CREATE TABLE {table} ({', '.join(_declared(column) for column in columns)})")
            run("CREATE TABLE about (key TEXT PRIMARY KEY, value)")
            self.connection.executemany("INSERT INTO about VALUES (?, ?)", [(key, cell(value)) for key, value in (about or {}).items()])

    def take(self, kind: str, entry: dict[str, Any]) -> None:
        """Write an entry's rows, and what of it can be searched."""
        if self._tables:
            for table, row in rows_of(kind, entry):
                held = tuple(_value(table, column, row.get(column)) for column in TABLES[table])
                self._add(table, held)
        searched = searchable(kind, entry)
        if searched:
            self._add("search", searched)

    def finish(self) -> None:
        """Write what waits, index it, and pack the file."""
        for table in list(self._waiting):
            self._write(table)
        if self._tables:
            for table, columns in INDEXES.items():
                for column in columns:
                    self.connection.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
        self.connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        self.connection.commit()
        self.connection.execute("VACUUM")

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= AT_ONCE:
            self._write(table)

    def _write(self, table: str) -> None:
        rows = self._waiting.pop(table)
        self.connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.finish()
        self.connection.close()


def _declared(column: str) -> str:
    """A column as it is declared: no type where values are of several, since SQLite would change them."""
    if column == "id":
        return '"id" TEXT PRIMARY KEY'
    return f'"{column}"' if column in ("value", "high") else f'"{column}" {"INTEGER" if column in ("number",) or column.startswith("is_") else "TEXT"}'


def _value(table: str, column: str, value: Any) -> Any:
    """A claim's yes or no is a word, since 1 would be a number among numbers."""
    if table == "claims" and column == "value" and isinstance(value, bool):
        return "true" if value else "false"
    return cell(value)


def searchable(kind: str, entry: dict[str, Any]) -> tuple[str, str, str, str, str, str, str | None] | None:
    """Title, other names, text, heading, kind, id and subject of an entry, as the index holds them; None for kinds that are not searched.

    A claim's title is its property's, so that a system comes before what is said of it.
    """
    parts = _TEXTS.get(kind)
    if parts is None:
        return None
    named = (*entry.get("about", ()), entry.get("from_system"), entry.get("to_system"), entry.get("body"))
    subject = entry["id"] if kind in ("systems", "bodies") else entry.get("subject") or next(filter(None, named), None)
    title, over = _TITLES[kind](entry) if kind in _TITLES else (entry["title"], "")
    names = "; ".join([*entry.get("aliases", ()), *(name for one in entry.get("operators", ()) for name in one["known_as"])])
    texts = [over, *(str(entry[name]) for name in parts if entry.get(name))]
    texts += [f"{one.get('said_by_title') or ''} {one['says']}".strip() for name in ("sides", "figures") for one in entry.get(name, ())]
    texts += ["; ".join(entry[name]) for name in ("about_titles", "exemptions") if entry.get(name)]
    heading = f"{over}: {title}" if over else title
    return title, names, " · ".join(filter(None, texts)), heading, kind, entry["id"], subject


_TITLES: dict[str, Any] = {
    "claims": lambda entry: (entry["property_title"], entry["subject_title"]),
    "answers": lambda entry: (entry["asks"], entry["body_title"]),
}
_TEXTS = {
    "systems": ("summary", "kind_title"),
    "bodies": ("summary", "kind_title"),
    "claims": ("shown", "printed", "says", "caveat", "said_by_title", "at_title"),
    "statistics": ("caveat", "denominator", "said_by_title"),
    "contradictions": ("summary", "explanation", "reply"),
    "refusals": ("wanted", "says", "words", "outcome", "by_title", "asked_by_title"),
    "flows": ("what", "purpose", "basis", "from_system_title", "from_body_title", "to_system_title", "to_body_title"),
    "requirements": ("says", "check", "law", "by_title"),
    "answers": ("says", "outcome", "asked_by_title"),
    "sources": ("publisher_title", "says", "reference"),
}
