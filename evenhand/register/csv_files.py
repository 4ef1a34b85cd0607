"""The register's tables as CSV: UTF-8, RFC 4180, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from .tables import TABLES, rows_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for something to compute, and some of what it computes reaches beyond the sheet."""


def cell(value: Any) -> str:
    r"""A value as a cell; a list is joined by semicolons, a text that could be a formula is led by an apostrophe.

    Example:
        >>> [cell(value) for value in ('=HYPERLINK("x")', ["a", "b"], None, True, -3)]
        ['\'=HYPERLINK("x")', 'a; b', '', 'true', '-3']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


class CsvFiles:
    """Writes one file a table, an entry at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {table: (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") for table in TABLES}
        self._writers = {table: csv.writer(file, lineterminator="\r\n") for table, file in self._files.items()}
        for table, columns in TABLES.items():
            self._writers[table].writerow(columns)

    def take(self, kind: str, entry: dict[str, Any]) -> None:
        """Write an entry's rows."""
        for table, row in rows_of(kind, entry):
            self._writers[table].writerow([cell(row.get(column)) for column in TABLES[table]])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in self._files.values():
            file.close()
