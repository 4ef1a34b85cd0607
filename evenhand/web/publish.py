"""The whole site: every page of the register, the rebuilt systems and the studies, its data and its search index, in one folder or not at all.

Steps, in order:  systems -> bodies -> small records -> sources -> forces, timeline, names, rebuilt, redress -> data, plain pages -> search index -> manifest
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from ..register.build import build
from ..tables.errors import BadSetting
from ..tables.whole import MARK, filled, require_writable, sha256_of
from .body_pages import write_bodies
from .force_pages import write_forces
from .name_pages import write_names
from .plain_pages import write_plain
from .rebuilt import write_rebuilt
from .record_pages import figure_checks, write_minimum, write_records
from .redress_pages import write_redress
from .search_index import write_index
from .site import Site
from .source_pages import write_sources
from .system_lists import write_system_lists
from .system_pages import write_systems
from .timeline_pages import write_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from ..register.history import Change
    from ..register.register import Register

STATIC = ("site.css", "search.js", "icon.svg")
DATA = "data"


@dataclass(frozen=True)
class Published:
    """What was written.

    Attributes:
        folder: where.
        pages: how many pages.
        files: how many files, pages among them.
        largest: the heaviest page with its size in bytes, the map aside.
    """

    folder: Path
    pages: int
    files: int
    largest: tuple[str, int]


def publish(
    register: Register,
    out: str | Path,
    *,
    revision: str | None = None,
    changes: Sequence[Change] = (),
    base: str = "/",
    with_search: bool = True,
    today: date | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Published:
    """Write the site; an earlier one there is replaced as one, any other folder is left alone.

    Args:
        register: what to write. Check it first: this takes it as it is.
        out: the folder.
        revision: of the records.
        changes: of the records, newest first; see `register.history.changes`.
        base: the path under which the site will be served, such as "/" or "/register/".
        with_search: make the search index, too.
        today: the day whose law the redress pages show; today unless given. All else is the same on any day.
        tell: is told what is being done, and how far it has got.

    Raises:
        CannotWrite: the folder holds other files, the disk takes no more, or the index cannot be made.
        BadSetting: the base is no path.
    """
    folder = require_writable(out)
    if not base.startswith("/") or not base.endswith("/") or set(base) & set("\"'<>?#\\ ") or "//" in base:
        raise BadSetting(f"{base!r} is no path to serve a site under. Give one that begins and ends with a stroke, such as /register/.")
    with filled(folder) as fresh:
        site = Site(register, fresh, revision=revision, changes=changes, base=base)
        _write_pages(site, today, tell)
        if with_search:
            write_index(fresh, site.written, _part(tell, 0.75, 0.97))
        tell("listing the files", 0.98)
        names = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
        manifest = {"what": "Evenhand register, the site", "revision": revision, "files": {name: sha256_of(fresh / name) for name in names}}
        (fresh / MARK).write_text(json.dumps(manifest, indent=0, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        pages = {name: (fresh / name).stat().st_size for name in names if name.endswith(".html")}
    largest = max(((name, size) for name, size in pages.items() if name != "forces/index.html"), key=lambda one: one[1])
    return Published(folder, len(pages), len(names) + 1, largest)


def _write_pages(site: Site, today: date | None, tell: Callable[[str, float], None]) -> None:
    """Everything but the index."""
    checks = figure_checks(site.register)
    known = write_systems(site, checks, _part(tell, 0.0, 0.35))
    write_bodies(site, checks, _part(tell, 0.35, 0.5))
    tell("writing lists and small records", 0.5)
    write_system_lists(site, known)
    write_minimum(site, known)
    write_records(site, checks)
    write_sources(site)
    write_forces(site)
    write_timeline(site)
    write_names(site)
    write_rebuilt(site)
    write_redress(site, today=today)
    tell("writing the data", 0.65)
    built = build(site.register, site.folder / DATA, revision=site.revision, changes=site.changes)
    site.written.update(f"{DATA}/{name}" for name in built.files)
    write_plain(site, built.files)
    for name in STATIC:
        site.put(name, files("evenhand.web").joinpath(f"static/site/{name}").read_bytes())


def _part(tell: Callable[[str, float], None], start: float, end: float) -> Callable[[str, float], None]:
    """Progress of a part, as progress of the whole."""
    return lambda what, share: tell(what, start + (end - start) * share)
