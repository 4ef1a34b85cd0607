"""Compiles the register: one folder with everything others may want of it, written whole or not at all.

    register.sqlite     tables and a full-text index
    register.json       every record as a flat object
    register.jsonld     the same as linked data: schema.org and W3C PROV
    changes.atom        what changed, for feed readers
    csv/                the tables, for spreadsheets
    schema/             JSON Schema of each kind of record
    exports/            each use of a system as the UK's and the Netherlands' standards ask for it
    manifest.json       the files with their hashes

The same records give the same bytes.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables.whole import MARK, filled, require_writable, sha256_of
from .atom import feed
from .atrs import atrs
from .csv_files import CsvFiles
from .dutch import dutch
from .flat import EACH, about, counts, each
from .json_file import JsonFile
from .linked_data import LinkedFile
from .links import links_of
from .schemas import schemas
from .sqlite_file import SqliteFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .history import Change
    from .register import Register


@dataclass(frozen=True)
class Built:
    """What was built.

    Attributes:
        folder: where.
        files: their names below it.
        counts: entries by kind.
    """

    folder: Path
    files: tuple[str, ...]
    counts: dict[str, int]


def build(register: Register, out: str | Path, *, revision: str | None = None, changes: Sequence[Change] = ()) -> Built:
    """Write everything; an earlier build there is replaced as one, any other folder is left alone.

    Args:
        register: what to write. Check it first: this takes it as it is.
        out: the folder.
        revision: of the records, to be named in the files; see `history.revision_of`.
        changes: for the feed; see `history.changes`.

    Raises:
        CannotWrite: the folder holds other files, or the disk takes no more.
    """
    folder = require_writable(out)
    head = about(register, revision=revision)
    with filled(folder) as fresh:
        _write_entries(register, fresh, head)
        (fresh / "changes.atom").write_text(feed(register, changes), encoding="utf-8", newline="\n")
        for name, schema in schemas().items():
            _write_json(fresh / "schema" / f"{name}.json", schema)
        _write_exports(register, fresh / "exports")
        names = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
        manifest = {"what": head["title"], "revision": revision, "counts": head["counts"], "files": {name: sha256_of(fresh / name) for name in names}}
        _write_json(fresh / MARK, manifest)
    return Built(folder, (*names, MARK), counts(register))


def _write_entries(register: Register, fresh: Path, head: dict[str, Any]) -> None:
    """One pass over all entries, each handed to every format, so that a large register is never held twice."""
    links = links_of(register)
    with ExitStack() as stack:
        takers: list[Any] = [
            whole := stack.enter_context(JsonFile(fresh / "register.json", {"about": head})),
            stack.enter_context(LinkedFile(fresh / "register.jsonld", head)),
            stack.enter_context(CsvFiles(fresh / "csv")),
            stack.enter_context(SqliteFile(fresh / "register.sqlite", head)),
        ]
        for kind in EACH:
            whole.begin(kind)  # a kind without entries is an empty list
            for entry in each(register, kind, links):
                for taker in takers:
                    taker.take(kind, entry)


def _write_exports(register: Register, folder: Path) -> None:
    for standard, export in (("atrs", atrs), ("dutch", dutch)):
        (folder / standard).mkdir(parents=True, exist_ok=True)
        for slug, system in register.systems.items():
            for body in system.uses:
                _write_json(folder / standard / f"{slug}--{body}.json", export(register, slug, body))


def _write_json(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8", newline="\n")
