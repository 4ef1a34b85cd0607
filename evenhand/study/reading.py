"""Reading one declared table, whichever source's shape its files have."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..report.contents import SourceUsed
from ..sources import own_table
from ..sources.detect import SOURCES, columns_of_any, recognise
from ..sources.reading import MAPS, PLAIN, paths_of
from ..tables.errors import BadFile, BadStudy, MissingColumn, UnknownColumn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ..sources.card import SourceCard, Tidied
    from ..tables.health import HealthReport
    from .declaration import Declared, TableDeclared

IN_FOLDERS = {"recorded_crime": "*street*", "stops": "*stop*"}
"""In a folder of monthly police.uk files both kinds lie side by side."""
MOST_NAMED = 3
"""Columns named of a published shape that a file does not have."""
OF_FOLDERS = {"recorded_crime": "police-uk-street", "stops": "police-uk-stops"}


@dataclass(frozen=True)
class Read:
    """A table as read: rows, what is odd about them, where they came from, and which set of area codes they carry ("" for any)."""

    rows: Any
    health: HealthReport
    used: SourceUsed
    vintage: str


def read_table(name: str, declared: TableDeclared, folder: Path, *, months: tuple[str, str] | None = None) -> Read:
    """Read one declared table.

    Args:
        name: of the table.
        declared: where its files are and how they are to be read.
        folder: what their paths are relative to.
        months: first and last month wanted, for tables of events in the shapes of police.uk.

    Raises:
        BadStudy: the files hold another table than the one they are declared as.
        EvenhandError: whatever the source says of its files.
    """
    files, paths = _paths(name, declared, folder)
    card, tidied = _tidied(name, declared, files, paths, months)
    used = used_of(name, card, paths, tidied.health.rows)
    if card is not None and declared.vintage and card.vintage and declared.vintage != card.vintage:
        raise BadStudy(f"`tables.{name}.vintage: {declared.vintage}` does not fit: {card.title} carries codes of '{card.vintage}'. Remove the key.")
    # Where the files lie on this machine is nobody's business.
    health = replace(tidied.health, source=used.title if card is None else f"{used.title}: {_named(used.files)}")
    return Read(tidied.rows, health, used, declared.vintage or ("" if card is None else card.vintage))


def used_of(name: str, card: SourceCard | None, paths: list[Path], rows: int) -> SourceUsed:
    """What a report says of the files of a table; `card` is None for a table of the user's own."""
    return SourceUsed(
        table=name,
        title=f"Own table: {paths[0].name}" if card is None else card.title,
        publisher="the user of this study" if card is None else card.publisher,
        licence="as its owner says" if card is None else card.licence,
        attribution="" if card is None else card.attribution,
        care="A table of the user's own: Evenhand has checked its shape, not where it comes from." if card is None else card.care,
        files=tuple(path.name for path in paths),
        sha256=tuple(_sha256(path) for path in paths),
        rows=rows,
    )


def read_unshipped(name: str, declared: TableDeclared, study: Declared) -> Read:
    """Read a table whose files may not be passed on with its study, from where the reader has put them.

    Raises:
        BadFile: they are not there; the message says how to get them.
    """
    from .unshipped import files_of

    found = declared.model_copy(update={"path": [str(path.absolute()) for path in files_of(declared, study)]})
    return read_table(name, found, study.folder)


def read_rows(name: str, declared: TableDeclared, folder: Path) -> Any:
    """The rows of a table alone, before there is a study to belong to."""
    files, paths = _paths(name, declared, folder)
    return _tidied(name, declared, files, paths, None)[1].rows


def require_shape(name: str, declared: TableDeclared, folder: Path) -> None:
    """Raise unless the files are there and their headers are those of the table; no row is read.

    Raises:
        BadStudy: the files hold another table than the one they are declared as.
        EvenhandError: whatever the source says of its files.
    """
    files, paths = _paths(name, declared, folder)
    try:
        module = _source_of(name, declared, files, paths)
    except BadFile as unknown_shape:
        _own_or(unknown_shape, name, paths, lambda: own_table.require_columns(list(paths), table=name))
        return
    if module is None:
        own_table.require_columns(list(paths), table=name, columns=declared.columns, groups=declared.groups)


def _paths(name: str, declared: TableDeclared, folder: Path) -> tuple[list[str | Path], list[Path]]:
    """What was declared, and the files it stands for."""
    files: list[str | Path] = [folder / Path(path).expanduser() for path in declared.paths]
    return files, paths_of(files, endings=(*PLAIN, *MAPS, ".json"), within=IN_FOLDERS.get(name, "*"))


def _tidied(name: str, declared: TableDeclared, files: list[str | Path], paths: list[Path], months: tuple[str, str] | None) -> tuple[SourceCard | None, Tidied]:
    """The table and its source's card; no card for a table of the user's own."""
    try:
        module = _source_of(name, declared, files, paths)
    except BadFile as unknown_shape:
        return None, _own_or(unknown_shape, name, paths, lambda: _own(name, declared, paths))
    if module is None:
        return None, _own(name, declared, paths)
    more: dict[str, Any] = {"months": months} if name in OF_FOLDERS else {}
    if declared.force is not None and name == "stops":
        more["force"] = declared.force
    return module.CARD, module.tidy(list(paths), **more)


def _source_of(name: str, declared: TableDeclared, files: list[str | Path], paths: list[Path]) -> ModuleType | None:
    """The source whose shape the files have; None for a table of the user's own.

    Raises:
        BadFile: no source has this shape, which a table of the user's own may not have either.
    """
    slug = declared.source and declared.source.replace("_", "-")
    _require_sense(name, declared, slug)
    if slug == "own" or declared.columns or declared.groups:
        return None
    if slug is None and any(Path(file).is_dir() for file in files):
        slug = OF_FOLDERS.get(name)
    if slug and slug not in SOURCES:
        raise BadStudy(f"`tables.{name}.source: {declared.source}` is not a source. Known: {', '.join(SOURCES)}, own.")
    module = SOURCES[slug] if slug else recognise(list(paths))
    if module.CARD.table != name:
        raise BadStudy(
            f"{paths[0]} is declared as '{name}', but it is '{module.CARD.table}' ({module.CARD.title}). Put it under `tables: {module.CARD.table}:`."
        )
    return module


def _require_sense(name: str, declared: TableDeclared, slug: str | None) -> None:
    """Raise on keys that would be passed over without a word."""
    if declared.force is not None and name != "stops":
        raise BadStudy(f"`tables.{name}.force` means nothing: only a table of stops may hold several forces. Remove the key.")
    if declared.groups and name != "residents":
        raise BadStudy(f"`tables.{name}.groups` means nothing: only residents come with one column per group. Remove the key.")
    if slug not in (None, "own") and (declared.columns or declared.groups):
        raise BadStudy(f"`tables.{name}` names a published source, {slug}, and gives `columns` or `groups`, which are for tables of your own. Keep one.")


def _own(name: str, declared: TableDeclared, paths: list[Path]) -> Tidied:
    return own_table.tidy(list(paths), table=name, columns=declared.columns, groups=declared.groups, vintage=declared.vintage or "own", title=paths[0].name)


def _own_or(unknown_shape: BadFile, name: str, paths: list[Path], ask: Callable[[], Any]) -> Any:
    """A file of no published shape may already be the declared table; if not, what it lacks is said first, then what the published shapes would need."""
    try:
        return ask()
    except (MissingColumn, UnknownColumn) as lacking:
        if len(paths) > 1:  # perhaps files of several sources, which is then the reason
            raise BadFile(f"{lacking}\n{str(unknown_shape).splitlines()[0]}") from None
        raise BadFile("\n".join([str(lacking), *_published(name, paths[0])])) from None


def _published(name: str, path: Path) -> list[str]:
    """What the file lacks to be read as each published data set of this table; nothing where there is none."""
    found, said = columns_of_any(path), []
    for slug, module in SOURCES.items():
        if module.CARD.table == name:
            missing = min((shape.missing(found) for shape in module.SHAPES), key=len)
            more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
            said.append(f"{slug} (without {', '.join(map(repr, missing[:MOST_NAMED]))}{more})")
    return [f"Nor is it in the shape of a published data set of this table: {'; '.join(said)}."] if said else []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(files: tuple[str, ...]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
