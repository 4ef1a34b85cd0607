"""Writing whole or not at all: a folder is filled beside its place, then put there in one move.

A folder that was written so holds a list of its files, and only such a folder is ever replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "manifest.json"
"""Lists the files a run wrote. A folder that holds these and no others may be replaced; any other folder with files in it is left alone."""


def require_writable(out: str | Path) -> Path:
    """The folder results will go to; raises before any work is done if they could not.

    Raises:
        CannotWrite: it is a file, holds somebody else's files, or its parent takes no new folders.
    """
    folder = _resolved(out)
    with _mendable(folder):
        if folder.exists() and not folder.is_dir():
            raise CannotWrite(f"{folder} is a file, so no results can be put there. Name a folder with --out.")
        foreign = _foreign(folder) if folder.is_dir() else []
        if foreign:
            shown = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3:,} more" if len(foreign) > 3 else "")
            raise CannotWrite(
                f"{folder} holds files that Evenhand did not write ({shown}), so it is left alone.\nName an empty or new folder with --out, or move them away."
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)).rmdir()
    return folder


def _resolved(out: str | Path) -> Path:
    try:
        folder = Path(out).expanduser().resolve()
        cannot_move = folder.is_mount() or folder == Path.cwd()
    except (OSError, RuntimeError, ValueError) as wrong:  # a ring of links, a home nobody has, a name no file can have
        raise CannotWrite(f"Results cannot be written to {str(out)!r}: {wrong}. Name another folder with --out.") from wrong
    if cannot_move:
        raise CannotWrite(f"{folder} cannot be replaced as one, so results would not appear whole. Name a folder within it with --out.")
    return folder


def _foreign(folder: Path) -> list[str]:
    """Files in a folder that no earlier run wrote."""
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    try:
        ours = set(json.loads((folder / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return there
    return [name for name in there if name not in ours and name != MARK]


@contextmanager
def filled(folder: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `folder` when all went well, and is gone when not.

    Raises:
        CannotWrite: the disk takes no more.
    """
    with _mendable(folder):
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            yield fresh
            fresh.chmod(0o755)
            _put_in_place(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def sha256_of(file: Path) -> str:
    """Hash of a file, read in pieces."""
    with file.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


def write_file(text: str, where: str | Path) -> Path:
    """Write one text so that it appears whole or not at all; a file of that name is replaced.

    Raises:
        CannotWrite: it is a folder, or its folder takes no new files.
    """
    return write_bytes(text.encode(), where)


def write_bytes(data: bytes, where: str | Path) -> Path:
    """Write one file so that it appears whole or not at all; a file of that name is replaced.

    Raises:
        CannotWrite: it is a folder, or its folder takes no new files.
    """
    path = Path(where).expanduser()
    if path.is_dir():
        raise CannotWrite(f"{path} is a folder, so no file can be written under that name. Name a file.")
    with _mendable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            os.chmod(fresh, 0o644)
            os.replace(fresh, path)
        finally:
            Path(fresh).unlink(missing_ok=True)
    return path


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Put a filled folder where it belongs; what was there before is kept until it stands, and put back if it cannot."""
    if not folder.exists():
        os.replace(fresh, folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    try:
        os.replace(folder, aside)
        os.replace(fresh, folder)
    finally:
        if not folder.exists():
            os.replace(aside, folder)
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _mendable(folder: Path) -> Iterator[None]:
    """Turn what the system says of a place that takes no files into a message."""
    try:
        yield
    except OSError as wrong:
        raise CannotWrite(f"Results cannot be written to {folder}: {wrong.strerror or wrong}.\nName another place, or make room there.") from wrong
