"""Files that hold a table about people: plain CSV or Parquet, of a size and width that such a table can have.

The rows are not read here, but for a sample of columns that are refused in any case, so that the refusal can say what they look like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tables.errors import BadFile, LooksPersonal

if TYPE_CHECKING:
    from pathlib import Path

    from ..tables.schema import Table

MOST_BYTES = 8 * 2**30
"""Of one file. Ten million people with their records over ten years take less."""
SAMPLED_ROWS = 500


def require_plain_people(path: Path, columns: list[str], unknown: list[str], table: Table) -> None:
    """Raise unless a file of people is plain, and holds declared columns alone.

    Args:
        path: the file, whose header has been read.
        columns: all of them.
        unknown: those that are not declared, under their names in the file.
        table: the declaration.

    Raises:
        BadFile: the file is larger than any such table.
        LooksPersonal: it is far too wide, a column holds packed data, or an unknown column looks like something that tells who somebody is.
        UnknownColumn: an unknown column looks like nothing in particular.
    """
    from ..tables.personal_columns import refuse_columns, refuse_wide

    if path.stat().st_size > MOST_BYTES:
        raise BadFile(
            f"{path} is larger than {MOST_BYTES / 2**30:.0f} GiB, more than a table of people needs. Leave out what is not declared, or split it by force."
        )
    refuse_wide(len(columns), table, where=str(path))
    if path.suffix == ".parquet":
        _require_plain_parquet(path, table)
    if unknown:
        from ..tables.engine import fetched, read_files

        sample = fetched(read_files([path]).select(*unknown).limit(SAMPLED_ROWS))
        refuse_columns(unknown, table, where=str(path), values=[sample[name] for name in unknown])


def _require_plain_parquet(path: Path, table: Table) -> None:
    """Raise where a column holds bytes, lists or records: pictures and whole files travel so."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from ..tables.personal_columns import shown_names

    packed = [
        one.name
        for one in parquet.read_schema(path)
        if pa.types.is_nested(one.type) or pa.types.is_binary(one.type) or pa.types.is_large_binary(one.type) or pa.types.is_fixed_size_binary(one.type)
    ]
    if packed:
        raise LooksPersonal(
            f"Table '{table.name}' ({path}): {shown_names(packed)} holds bytes, lists or records instead of plain values. They are not shown here. "
            "Hand over plain CSV or Parquet with one value a cell."
        )
