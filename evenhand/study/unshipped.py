"""Files that may not be passed on with a study: where a reader may have put them, and how to get them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..tables.errors import BadFile

if TYPE_CHECKING:
    from .declaration import Declared, TableDeclared

ENDINGS = ("", ".parquet", ".csv", ".csv.gz")


def files_of(declared: TableDeclared, study: Declared) -> list[Path]:
    """The files of a table that its study may not bring along.

    Looked for in the folder given with `--data`, in that of EVENHAND_DATA, in `data` where the command runs and in the
    study's own folder, and in a folder named after the source within each.

    Raises:
        BadFile: they are in none of these; the message says how to get them.
    """
    assert declared.fetch is not None
    named = os.environ.get("EVENHAND_DATA")
    homes = [home for home in (study.data, Path(named) if named else None, Path("data"), study.folder) if home is not None]
    places = [place for home in homes for place in (home, home / declared.fetch, home / declared.fetch.replace("-", "_"))]
    for place in places:
        found = [_there(place, name) for name in declared.paths]
        if all(found):
            return [path for path in found if path]
    raise BadFile(
        f"The data of the study '{study.slug}' ({', '.join(declared.paths)}) may not be passed on with it, and are in none of: "
        f"{', '.join(dict.fromkeys(map(str, homes)))}.\nFetch them from their publisher, then run the study on that folder:\n"
        f"  evenhand sources fetch {declared.fetch} --into data/{declared.fetch}\n  evenhand study run {study.slug} --data data/{declared.fetch}"
    )


def _there(folder: Path, name: str) -> Path | None:
    return next((folder / f"{name}{ending}" for ending in ENDINGS if (folder / f"{name}{ending}").is_file()), None)
