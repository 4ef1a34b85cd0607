"""The query engine: rows are scanned once, into counts. The only file that names DuckDB.

`EVENHAND_ENGINE` points the same expressions at another engine, where the rows already live:
an Ibis URL such as `postgres://…`. Files are read by DuckDB, which needs no set-up.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import BadFile, BadSetting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis
    import pandas as pd

LIBRARY = "duckdb"
"""The library behind the embedded engine, for a run's record."""
EMBEDDED = f"{LIBRARY}://"


def connect(url: str | None = None) -> Any:
    """An Ibis connection to the engine that holds or reads the rows.

    Args:
        url: an Ibis URL; default `EVENHAND_ENGINE`, else an embedded DuckDB in memory.

    Raises:
        BadSetting: no engine answers at that URL, or its driver is not installed.
    """
    import ibis

    url = url or os.environ.get("EVENHAND_ENGINE") or EMBEDDED
    try:
        if url == EMBEDDED:
            # Two threads and half a gigabyte: the promise made for a small machine. DuckDB spills to disk past it.
            return ibis.duckdb.connect(threads=2, memory_limit="512MB")
        return ibis.connect(url)
    except Exception as wrong:  # every driver has errors of its own
        raise BadSetting(f"No engine answers at EVENHAND_ENGINE={url!r}: {wrong}\nUnset it to use the embedded engine.") from wrong


def read_files(files: Sequence[Path | str], *, engine: Any = None) -> ibis.Table:
    """Rows of one or many CSV, CSV.gz or Parquet files of one shape, columns matched by name.

    CSV columns are read as text, so that the same code tidies every copy of a publisher's file
    and nothing is guessed from the first rows.

    Raises:
        BadFile: no file, an unknown ending, or a file that is truncated or not what its name says.
    """
    engine = engine if engine is not None else _that_reads_files()
    paths = [Path(file) for file in files]
    if not paths:
        raise BadFile("No file to read: the selection is empty.")
    for path in paths:
        if not path.is_file():
            raise BadFile(f"There is no file at {path}.\nCheck the path; a path in a study file is relative to that study's folder.")
        if path.stat().st_size == 0:
            raise BadFile(f"{path} is empty (0 bytes). Fetch it again.")
    endings = {"parquet" if path.suffix in (".parquet", ".geoparquet") else "csv" for path in paths}
    if len(endings) > 1:
        raise BadFile(f"{_listed(paths)}: CSV and Parquet files cannot be read as one table. Use one kind.")
    try:
        return _opened(paths, engine, is_parquet=endings == {"parquet"})
    except Exception as wrong:
        _pass_on_interruption(wrong)
        broken = paths if len(paths) == 1 else [path for path in paths if not _opens(path, engine)] or paths
        raise BadFile(
            f"{_listed(broken)} cannot be read: {_first_line(wrong)}\nThe file is truncated or not what its ending says. Fetch or export it again."
        ) from wrong


def _opened(paths: list[Path], engine: Any, *, is_parquet: bool) -> ibis.Table:
    """The files as rows. What stands in a folder's name (`month=2024-01`) is never taken for a column."""
    names = [str(path) for path in paths]
    if is_parquet:
        return engine.read_parquet(names, union_by_name=True, hive_partitioning=False)
    # No row is skipped in silence: a broken line stops the reading and is named, and no sign marks a comment.
    plain = {"all_varchar": True, "header": True, "delim": ",", "quote": '"', "escape": '"', "comment": "", "skip": 0}
    return engine.read_csv(names, union_by_name=True, hive_partitioning=False, strict_mode=True, null_padding=False, **plain)


def _opens(path: Path, engine: Any) -> bool:
    try:
        _opened([path], engine, is_parquet=path.suffix in (".parquet", ".geoparquet"))
    except Exception:  # whichever it is, the file is one of those to name
        return False
    return True


def _that_reads_files() -> Any:
    """The engine of `EVENHAND_ENGINE` where it reads files itself, else the embedded one: a database server does not see the user's disk."""
    import ibis

    engine = connect()
    reads = type(engine).read_parquet is not ibis.backends.BaseBackend.read_parquet
    return engine if reads else connect(EMBEDDED)


def rows_of(frame: pd.DataFrame) -> ibis.Table:
    """A frame as rows, so that small tables take part in the same expressions on any engine."""
    import ibis

    return ibis.memtable(frame)


def counts(rows: ibis.Table, *, by: Sequence[str], sums: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Count rows by columns, in one scan.

    Args:
        rows: the engine's rows.
        by: columns (or named expressions' names) to count by. Missing values make a group of their own.
        sums: further sums to take in the same scan, name -> Ibis expression.

    Returns:
        One row per combination that occurs, ordered by `by`, with `n` and one column per sum.

    Example:
        >>> import pandas as pd
        >>> stops = rows_of(pd.DataFrame({"group": ["White", "Black", "White"]}))
        >>> counts(stops, by=["group"]).to_dict("records")
        [{'group': 'Black', 'n': 1}, {'group': 'White', 'n': 2}]
    """
    taken = rows.group_by(list(by)).agg(n=rows.count(), **dict(sums or {}))
    return fetched(taken.order_by(list(by)))


def fetched(expression: ibis.Table) -> pd.DataFrame:
    """The (small) result of an expression, as a frame; what the engine says of broken files is passed on."""
    try:
        return expression.to_pandas()
    except Exception as wrong:
        _pass_on_interruption(wrong)
        if type(wrong).__module__.startswith(("duckdb", "_duckdb")):
            file = re.search(r"^\s*file = (.+)$", str(wrong), flags=re.MULTILINE)
            named = file[1] if file else "The rows"
            raise BadFile(f"{named} cannot be read to the end: {_first_line(wrong)}\nThe file is truncated or malformed. Fetch or export it again.") from wrong
        raise


@dataclass(frozen=True)
class Profile:
    """What one scan saw: number of rows, missing values by column, and distinct categories or extremes by column."""

    rows: int
    missing: dict[str, int]
    distinct: dict[str, pd.DataFrame]


def profile(rows: ibis.Table, *, categories: Sequence[str] = (), numbers: Sequence[str] = ()) -> Profile:
    """Missing values of every column, distinct categories, lowest and highest numbers."""
    import pandas as pd

    totals: dict[str, Any] = {"rows": rows.count()}
    for name in rows.columns:
        totals[f"missing {name}"] = rows[name].isnull().sum()
    for name in numbers:
        totals[f"low {name}"] = rows[name].min()
        totals[f"high {name}"] = rows[name].max()
    for name in categories:
        totals[f"seen {name}"] = rows[name].collect(distinct=True)
    seen = fetched(rows.aggregate(**totals)).iloc[0]
    distinct: dict[str, pd.DataFrame] = {}
    for name in categories:
        values = seen[f"seen {name}"]
        distinct[name] = pd.DataFrame({name: sorted(values) if values is not None and len(values) else []}, dtype="string")
    for name in numbers:
        distinct[name] = pd.DataFrame({name: [seen[f"low {name}"], seen[f"high {name}"]]}).dropna()
    missing = {name: int(seen[f"missing {name}"]) if pd.notna(seen[f"missing {name}"]) else 0 for name in rows.columns}
    return Profile(int(seen["rows"]), missing, distinct)


def _pass_on_interruption(wrong: Exception) -> None:
    """The engine tells of Ctrl-C as of a broken query."""
    if "interrupted" in str(wrong).lower():
        raise KeyboardInterrupt from wrong


def _listed(paths: list[Path]) -> str:
    return str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _first_line(wrong: Exception) -> str:
    """What the engine says first, without the file name that it sometimes leaves empty."""
    first = next((line.strip() for line in str(wrong).splitlines() if line.strip()), type(wrong).__name__)
    return "its rows do not have the columns of its header." if first.endswith('Error when sniffing file "".') else first
