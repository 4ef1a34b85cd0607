"""The search index, made by Pagefind from the written pages: the last step of publishing.

Pagefind holds all it indexes in memory, so a large site is indexed in parts, which the search page joins.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..tables.errors import CannotWrite
from .addresses import RECORD_FOLDERS
from .index_order import in_one_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = "pagefind"
PAGES_A_PART = 2_000
INDEXED = (*RECORD_FOLDERS.values(), "reconstruction", "study", "redress")
"""Folders whose pages are found; lists are not, since what stands in them stands elsewhere in full."""
LEFT_OUT = ".asks,.marks,.state,.evidence > ol,.evidence .asks,.history,nav"
"""What stands alike on many pages, and would only get in the way of what differs."""
UNUSED = ("pagefind-ui", "pagefind-modular-ui", "pagefind-highlight", "pagefind-component-ui")


def indexed(written: Iterable[str]) -> list[str]:
    """The pages that search finds."""
    return sorted(name for name in written if name.endswith(".html") and name.partition("/")[0] in INDEXED)


def parts(written: Iterable[str]) -> int:
    """How many parts the index of these pages has."""
    return max(1, -(-len(indexed(written)) // PAGES_A_PART))


def write_index(folder: Path, written: Iterable[str], tell: Callable[[str, float], None]) -> None:
    """Index the pages of a site: in `pagefind/`, and further parts in `pagefind/part-2/` and so on.

    Raises:
        CannotWrite: Pagefind is not there for this kind of machine, or could not do it.
    """
    pages = indexed(written)
    for number in range(1, parts(pages) + 1):
        tell("making the search index", (number - 1) / parts(pages))
        with tempfile.TemporaryDirectory(prefix=".index.", dir=folder.parent) as apart:
            for name in pages[(number - 1) * PAGES_A_PART : number * PAGES_A_PART]:
                _put_beside(folder / name, Path(apart) / name)
            _index(Path(apart), folder / FOLDER if number == 1 else folder / FOLDER / f"part-{number}")


def _put_beside(file: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, there)
    except OSError:  # a disk that knows no second name for a file
        shutil.copyfile(file, there)


def _index(pages: Path, out: Path) -> None:
    options = ("--force-language", "en-gb", "--exclude-selectors", LEFT_OUT, "--quiet")
    command = [sys.executable, "-m", "pagefind", "--site", str(pages), "--output-path", str(out), *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if ended.returncode != 0 or not (out / "pagefind.js").is_file():
        said = (ended.stderr or ended.stdout).strip()[-400:]
        raise CannotWrite(f"The search index could not be made. Pagefind said: {said or 'nothing'}\nWith --no-search the pages are written without it.")
    for name in UNUSED:
        for ending in (".js", ".css"):
            (out / f"{name}{ending}").unlink(missing_ok=True)
    in_one_order(out)
