"""Writing results whole or not at all: a folder is filled beside its place, then put there in one move."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..tables.errors import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .result import Result

MARK = "manifest.json"
"""A folder that holds this was written by us and may be replaced; any other folder with files in it is left alone."""


def require_writable(out: str | Path) -> Path:
    """The folder results will go to; raises before any work is done if they could not.

    Raises:
        CannotWrite: it is a file, holds somebody else's files, or its parent takes no new folders.
    """
    folder = Path(out).expanduser().absolute()
    if folder.is_file():
        raise CannotWrite(f"{folder} is a file, so no results can be put there. Name a folder with --out.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise CannotWrite(f"{folder} holds files that Evenhand did not write, so it is left alone. Name an empty or new folder with --out.")
    with _mendable(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)).rmdir()
    return folder


def write(result: Result, out: str | Path, *, seconds: float) -> Path:
    """Write a result's files into a folder, replacing an earlier run's as one.

    Args:
        result: what to write.
        out: the folder.
        seconds: how long the run took; the only thing in the files that differs between two runs alike.
    """
    folder = require_writable(out)
    files = result.files()
    record = json.loads(files[MARK])
    files[MARK] = (json.dumps({**record, "seconds": round(seconds, 2)}, indent=1, ensure_ascii=False) + "\n").encode()
    with _mendable(folder):
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            for name, content in files.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            fresh.chmod(0o755)
            _put_in_place(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _put_in_place(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        os.replace(fresh, folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    os.replace(folder, old)
    try:
        os.replace(fresh, folder)
    except BaseException:
        os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _mendable(folder: Path) -> Iterator[None]:
    """Turn what the system says of a place that takes no files into a message."""
    try:
        yield
    except OSError as wrong:
        raise CannotWrite(f"Results cannot be written to {folder}: {wrong.strerror or wrong}.\nName another folder with --out, or make room there.") from wrong
