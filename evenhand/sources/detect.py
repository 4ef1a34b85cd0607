"""Which published data set is this file? Told from its columns, for files that someone already has."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from ..tables.errors import BadFile
from .reading import MAPS, PLAIN, Files, columns_of, paths_of


def _found() -> dict[str, ModuleType]:
    """Every file of this room that has a card, by its slug: a new source needs no entry anywhere."""
    folder = Path(__file__).parent
    modules = (importlib.import_module(f"{__package__}.{info.name}") for info in pkgutil.iter_modules([str(folder)]) if info.name != "detect")
    return {module.CARD.slug: module for module in modules if hasattr(module, "CARD")}


SOURCES: dict[str, ModuleType] = _found()
"""Published data sets by slug; each has CARD, SHAPES, matches, tidy and fetch."""


def recognise(files: Files) -> ModuleType:
    """The one source whose shape these files have.

    Args:
        files: one file, many, a folder or a pattern; all of one source.

    Returns:
        The source's module, so that `recognise(files).tidy(files)` reads them.

    Raises:
        BadFile: no source has these columns, or the files are of several sources.
    """
    paths = paths_of(files, endings=(*PLAIN, *MAPS, ".json"))
    by_source: dict[str, Path] = {}
    for path in paths:
        by_source.setdefault(_of(path), path)
    if len(by_source) > 1:
        shown = "; ".join(f"{path} is {slug}" for slug, path in by_source.items())
        raise BadFile(f"These files are of {len(by_source)} sources: {shown}.\nName them apart, one source at a time.")
    return SOURCES[next(iter(by_source))]


def _of(path: Path) -> str:
    columns = columns_of_any(path)
    fitting = [slug for slug, module in SOURCES.items() if module.matches(columns)]
    if not fitting:
        raise BadFile(_closest(path, columns))
    return min(fitting, key=lambda slug: min(len(shape.unknown(columns)) for shape in SOURCES[slug].SHAPES if shape.fits(columns)))


def columns_of_any(path: Path) -> list[str]:
    """Names of a file's columns; a `.json` file may be an API's list of records, or a map."""
    if path.suffix != ".json":
        return columns_of(path)
    from .lsoa_boundaries import columns_of_map

    try:
        return columns_of(path)
    except BadFile as no_list:
        try:
            return columns_of_map(path)
        except BadFile:
            raise no_list from None


def _closest(path: Path, columns: list[str], *, most: int = 3) -> str:
    shapes = [(slug, shape) for slug, module in SOURCES.items() for shape in module.SHAPES]
    shapes.sort(key=lambda one: (one[1].lacks(columns), one[0]))
    lines: list[str] = []
    shown: set[str] = set()
    for slug, shape in shapes:
        if slug not in shown and len(shown) < most:
            shown.add(slug)
            missing = shape.missing(columns)
            listed = ", ".join(f"'{name}'" for name in missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
            lines.append(f"  {slug} ({shape.name}): without {listed}")
    return (
        f"{path} is none of the published data sets known here. The closest, and what the file lacks:\n" + "\n".join(lines) + "\n"
        f"Columns found: {', '.join(columns) or 'none'}.\n"
        "If it is your own table, say which table it is (`table:`) and which column is which (`columns:`)."
    )
