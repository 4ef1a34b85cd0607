"""Which files were given, which columns they have, and whether these are the columns we know.

Every source declares the shapes its publisher has used. A column is either read, or listed as
knowingly left unread; any other column stops the run, because it might hold a name.
"""

from __future__ import annotations

import csv
import glob
import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadFile, EvenhandError, MissingColumn, UnknownColumn

if TYPE_CHECKING:
    import pandas as pd

Files = str | Path | Sequence[str | Path]
PLAIN = (".csv", ".csv.gz", ".parquet")
OUR_RECORD = "fetched.json"
MAPS = (".geoparquet", ".geojson", ".gpkg", ".shp", ".zip")


@dataclass(frozen=True)
class Shape:
    """One of the shapes in which a data set is published.

    Attributes:
        name: what a reader would call it.
        read: the publisher's column -> ours.
        unread: columns known and left alone.
        may_lack: those of `read` that some copies do not have.
        any_case: the publisher writes the same names in capitals here and in small letters there.
    """

    name: str
    read: dict[str, str]
    unread: tuple[str, ...] = ()
    may_lack: tuple[str, ...] = ()
    any_case: bool = False
    _known: frozenset[str] = field(init=False, repr=False, default=frozenset())

    def __post_init__(self) -> None:
        """Collect the known names once."""
        object.__setattr__(self, "_known", frozenset(map(self._plain, (*self.read, *self.unread))))

    def _plain(self, column: str) -> str:
        column = column.strip().removeprefix("\ufeff")
        return column.lower() if self.any_case else column

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Needed columns that are not there."""
        found = set(map(self._plain, columns))
        return [name for name in self.read if name not in self.may_lack and self._plain(name) not in found]

    def lacks(self, columns: Iterable[str]) -> float:
        """Share of the needed columns that are not there: how far these columns are from this shape."""
        return len(self.missing(columns)) / max(1, len(self.read) - len(self.may_lack))

    def unknown(self, columns: Iterable[str]) -> list[str]:
        """Columns that this shape neither reads nor knows."""
        return [name for name in columns if self._plain(name) not in self._known]

    def fits(self, columns: Iterable[str]) -> bool:
        """Whether everything needed is there; unknown columns are told of later, by name.

        Example:
            >>> Shape("points", {"Month": "month"}, unread=("Context",)).fits(["Month", "Context", "Surname"])
            True
        """
        return not self.missing(columns)

    def renames(self, columns: Iterable[str]) -> dict[str, str]:
        """Column as it stands in the file -> our column, for those that are read."""
        ours = {self._plain(name): to for name, to in self.read.items()}
        return {name: ours[self._plain(name)] for name in columns if self._plain(name) in ours}


def pick(shapes: Sequence[Shape], columns: list[str], *, where: str, title: str) -> Shape:
    """The one shape these columns have.

    Raises:
        MissingColumn: no shape fits; the nearest is named with what it lacks.
        UnknownColumn: one fits, but there are columns nobody here knows.
    """
    fitting = [shape for shape in shapes if shape.fits(columns)]
    if not fitting:
        nearest = min(shapes, key=lambda shape: shape.lacks(columns))
        raise MissingColumn(
            f"{where} is not '{title}' as published ({nearest.name}): it has no column {_quoted(nearest.missing(columns))}.\n"
            f"Columns found: {', '.join(columns) or 'none'}.\n"
            "Fetch the publisher's file again, or, if it is your own table, say which column is which under `columns:` in the study file."
        )
    best = min(fitting, key=lambda shape: len(shape.unknown(columns)))
    unknown = best.unknown(columns)
    if unknown:
        raise UnknownColumn(
            f"{where} has columns that '{title}' is not known to have: {_quoted(unknown)}.\n"
            "They are refused, so that nothing personal is carried along. Remove them, or, if the publisher added them, "
            "have them declared as read or unread in the source's file."
        )
    return best


def paths_of(files: Files, *, endings: Sequence[str], within: str = "*") -> list[Path]:
    """The files meant: one, many, a folder (searched to its depth) or a pattern with `*`.

    Args:
        files: what the user gave.
        endings: the kinds of file that can be read.
        within: which names to take from a folder, such as "*-street*".

    Raises:
        BadFile: there is nothing there.
    """
    given = [files] if isinstance(files, (str, Path)) else list(files)
    found: list[Path] = []
    for one in given:
        path = Path(one)
        if path.is_dir():
            inside = sorted(file for file in path.rglob(within) if file.is_file() and file.name.endswith(tuple(endings)) and file.name != OUR_RECORD)
            if not inside:
                raise BadFile(
                    f"The folder {path} holds no file named {within} that ends in {' or '.join(endings)}.\nCheck the folder, or fetch the files again."
                )
            found += inside
        elif glob.has_magic(str(one)) and not path.exists():
            matching = sorted(Path(name) for name in glob.glob(str(one), recursive=True))
            if not matching:
                raise BadFile(f"No file matches {one}.\nCheck the pattern; a path in a study file is relative to that study's folder.")
            found += matching
        else:
            found.append(path)
    if not found:
        raise BadFile("No file to read: the selection is empty.")
    for path in found:
        _present(path, endings)
    return found


def _present(path: Path, endings: Sequence[str]) -> None:
    if not path.is_file():
        raise BadFile(f"There is no file at {path}.\nCheck the path; a path in a study file is relative to that study's folder.")
    if path.stat().st_size == 0:
        raise BadFile(f"{path} is empty (0 bytes). Fetch it again.")
    if not path.name.endswith(tuple(endings)):
        raise BadFile(f"{path} ends in none of {', '.join(endings)}, so it cannot be read here. Export it in one of these.")


def columns_of(path: Path) -> list[str]:
    """The names of a file's columns, from its header alone.

    Raises:
        BadFile: the file is truncated, or is not what its ending says.
    """
    try:
        if path.name.endswith((".csv", ".csv.gz")):
            return _csv_columns(path)
        if path.suffix in (".parquet", ".geoparquet"):
            return _parquet_columns(path)
        if path.suffix == ".json":
            return _json_columns(path)
        import pyogrio

        return [*map(str, pyogrio.read_info(path)["fields"]), "geometry"]
    except EvenhandError:
        raise
    except Exception as wrong:  # each format's reader has errors of its own
        raise BadFile(f"{path} cannot be read: {_first_line(wrong)}\nThe file is truncated or not what its ending says. Fetch or export it again.") from wrong


def _csv_columns(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") if path.name.endswith(".gz") else path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines), [])
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise BadFile(f"{path} has more than one column called {_quoted(repeated)}. Rename or remove the extra ones.")
    return header


def _parquet_columns(path: Path) -> list[str]:
    """The names in a Parquet file; in a GeoParquet file the polygons go by `geometry`, whatever they are called."""
    import pyarrow.parquet as parquet

    schema = parquet.read_schema(path)
    told = (schema.metadata or {}).get(b"geo")
    polygons = json.loads(told).get("primary_column") if told else None
    return ["geometry" if name == polygons else str(name) for name in schema.names]


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        BadFile: it is truncated or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as wrong:
        raise BadFile(f"{path} cannot be read as JSON: {_first_line(wrong)}\nThe file is truncated or not what its ending says. Fetch it again.") from wrong


def _json_columns(path: Path) -> list[str]:
    records = read_json(path)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise BadFile(f"{path} is not a list of records, as an API of data.police.uk gives it. Fetch it again.")
    return list(dict.fromkeys(name for record in records for name in flattened(record)))


def flattened(record: dict[str, Any], *, under: str = "") -> dict[str, Any]:
    """A nested record as one level of dotted names; an empty part keeps its own name.

    Example:
        >>> flattened({"type": "Person search", "location": {"latitude": "51.5", "street": {"id": 7}}})
        {'type': 'Person search', 'location.latitude': '51.5', 'location.street.id': 7}
    """
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value:
            flat.update(flattened(value, under=f"{under}{name}."))
        else:
            flat[f"{under}{name}"] = value
    return flat


def read_small(files: Files, shapes: Sequence[Shape], *, title: str, engine: Any = None) -> tuple[pd.DataFrame, str, Shape]:
    """A small table's files as one frame in our columns, with the text that names them and their shape."""
    import pandas as pd

    from ..tables.engine import fetched, read_files

    frames, found = [], []
    paths = paths_of(files, endings=PLAIN)
    for path in paths:
        columns = columns_of(path)
        shape = pick(shapes, columns, where=str(path), title=title)
        frame = fetched(read_files([path], engine=engine))
        frames.append(frame.rename(columns=shape.renames(frame.columns))[list(shape.renames(frame.columns).values())])
        found.append(shape)
    if len({shape.name for shape in found}) > 1:
        raise BadFile(f"{named(paths)} are of different shapes ({', '.join(sorted({shape.name for shape in found}))}). Read them one at a time.")
    return pd.concat(frames, ignore_index=True), named(paths), found[0]


def named(paths: Sequence[Path]) -> str:
    """One file's path, or the first and how many more.

    Example:
        >>> named([Path("a.csv"), Path("b.csv")])
        'a.csv and 1 more'
    """
    return str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def numbers(values: pd.Series, *, column: str, where: str) -> pd.Series:
    """Text or numbers as numbers; an empty cell stays missing, and anything else raises.

    Raises:
        BadValue: a cell holds something that is no number.
    """
    import pandas as pd

    from ..tables.errors import BadValue

    text = values.astype("string").str.strip().str.replace(",", "", regex=False)
    text = text.mask(text == "")
    made = pd.to_numeric(text, errors="coerce")
    wrong = text[made.isna() & text.notna()]
    if len(wrong):
        raise BadValue(
            f"{where}: column '{column}' holds {len(wrong):,} values that are no numbers, such as {wrong.iloc[0]!r}. Mend them or fetch the file again."
        )
    return made


def unended(paths: Sequence[Path]) -> list[Path]:
    """CSV files whose last line has no end: a sign of a cut copy that still reads.

    Example:
        >>> unended([])
        []
    """
    cut = []
    for path in paths:
        if path.suffix == ".csv":
            with path.open("rb") as bytes_:
                bytes_.seek(-1, 2)
                if bytes_.read(1) not in (b"\n", b"\r"):
                    cut.append(path)
    return cut


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _first_line(wrong: Exception) -> str:
    return next((line.strip() for line in str(wrong).splitlines() if line.strip()), type(wrong).__name__)
