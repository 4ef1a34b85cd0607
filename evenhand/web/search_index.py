"""The search index, made by Pagefind from the written pages: the last step of publishing."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from ..tables.errors import CannotWrite

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "pagefind"
UNUSED = ("pagefind-ui", "pagefind-modular-ui", "pagefind-highlight", "pagefind-component-ui")
"""Parts of Pagefind that our own search page does not use."""


def write_index(folder: Path) -> list[str]:
    """Index every page below a folder that says what of it to index; gives the names of the files written.

    Raises:
        CannotWrite: Pagefind is not there for this kind of machine, or could not do it.
    """
    command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--output-subdir", FOLDER, "--force-language", "en-gb", "--quiet"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if ended.returncode != 0 or not (folder / FOLDER / "pagefind.js").is_file():
        said = (ended.stderr or ended.stdout).strip()[-400:]
        raise CannotWrite(
            f"The search index could not be made. Pagefind said: {said or 'nothing'}\nWith --no-search the pages are written without it."
        )
    for name in UNUSED:
        for ending in (".js", ".css"):
            (folder / FOLDER / f"{name}{ending}").unlink(missing_ok=True)
    return sorted(path.relative_to(folder).as_posix() for path in (folder / FOLDER).rglob("*") if path.is_file())
