"""One case, one sealed file: read whole or not at all, and never written so that it could be lost.

Steps of a change, in order:

    lock -> read and open -> change -> seal -> a new file beside it, flushed to the disk -> the old one as FILE.bak -> the new one in its place

Stopped at any point, FILE is the old one or the new one, whole; what does not open never becomes FILE.bak.

Read with care: FILE.bak holds the version before the last change, sealed alike. Nothing can be wiped from a disk with certainty.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from ..register.words import visible
from ..tables.errors import BadFile, BadSetting, CannotWrite
from .case import Case, read_case, written_case
from .case_sealing import MAGIC, CannotOpen, opened, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .case_sealing import Why

MOST_BYTES = 64 * 1024 * 1024
WAIT_S = 5.0
"""How long a change waits for another one to end."""
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SAYS = {
    "not-sealed": "{path} is no case file: it does not begin as one does. Check the name.{backup}",
    "other-kind": "{path} is an age file, but not one that a passphrase opens. Check the name.",
    "too-much-work": "{path} asks for more memory than any case file of ours, so it was not opened. Check where it comes from.",
    "damaged": "{path} is damaged, so nothing of it was read.{backup}",
    "wrong-passphrase": "The passphrase does not open {path}. Try again; nothing was changed. If it is surely right, the file is damaged.{backup}",
}


def load(path: Path, passphrase: str) -> Case:
    """A case, from its file. Nothing is changed, and nothing waits.

    Args:
        path: of the file.
        passphrase: as `case_passphrase.usable` gives it.

    Raises:
        BadFile: there is no such file, it is a link, no case, damaged, of a newer Evenhand, or the passphrase is another.
    """
    return read_case(_open(path, _read(path), passphrase), _shown(path))


def require_case(path: Path) -> None:
    """Whether a file looks like a case, before anyone is asked for a passphrase.

    Raises:
        BadFile: there is no such file, it is a link, or no sealed file.
    """
    if not _read(path).startswith(MAGIC) and not os.path.lexists(backup_of(path)):
        raise _refused(path, "not-sealed")


def create(path: Path, case: Case, passphrase: str) -> None:
    """A new file for a new case.

    Raises:
        BadSetting: there is already something of that name.
        CannotWrite: the folder takes no new files.
    """
    with _changing(path):
        if os.path.lexists(path):
            raise BadSetting(f"{_shown(path)} is already there, and is left alone. Choose another name.")
        fresh = _fresh(path, _sealed(case, passphrase))
        try:
            os.link(fresh, path)  # unlike a move, this never replaces a file that came in between
        except FileExistsError:
            raise BadSetting(f"{_shown(path)} is already there, and is left alone. Choose another name.") from None
        except OSError:
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        _flush_folder(path)


def change(path: Path, passphrase: str, how: Callable[[Case], Case], *, new_passphrase: str | None = None) -> Case:
    """Change a case: read, changed and written while nobody else writes.

    Args:
        path: of its file.
        passphrase: that opens it.
        how: from the case as it is to the case as it shall be; what it raises leaves all as it was.
        new_passphrase: seal it with this from now on. The backup is then sealed anew as well, so the old one opens nothing here.

    Returns:
        The case as it was written.

    Raises:
        BadFile: as `load`.
        CannotWrite: it cannot be written, or another change does not end.
    """
    with _changing(path):
        before = _read(path)
        case = how(read_case(_open(path, before, passphrase), _shown(path)))
        after = _sealed(case, new_passphrase or passphrase)
        if new_passphrase:
            _put(path, after)
            _put(backup_of(path), after)
        else:
            fresh = _fresh(path, after)
            try:
                _put(backup_of(path), before)
                os.replace(fresh, path)
            finally:
                fresh.unlink(missing_ok=True)
            _flush_folder(path)
    return case


def undo(path: Path, passphrase: str) -> tuple[Case, Path | None]:
    """Put the version before the last change back; doing it twice brings the change back.

    Where the file is damaged, the backup takes its place, and the damaged file is kept beside it.

    Returns:
        The case as it is now, and where a damaged file was put.

    Raises:
        BadFile: neither the file nor its backup opens, or nothing is left to undo.
    """
    with _changing(path):
        backup = backup_of(path)
        if not os.path.lexists(backup):
            raise BadFile(f"There is nothing to undo: {_shown(backup)} is not there.")
        older = _read(backup)
        text = _open(backup, older, passphrase, has_backup=False)
        case = read_case(text, _shown(backup))
        newer, aside = _newer(path, passphrase, text)
        _put(path, older)
        if newer is not None:
            _put(backup, newer)
    return case, aside


def _newer(path: Path, passphrase: str, older: bytes) -> tuple[bytes | None, Path | None]:
    """The file that an undo replaces, if it is sound; otherwise it is moved aside, and where to."""
    try:
        newer = _read(path)
        is_same = _open(path, newer, passphrase) == older
    except BadFile:
        if not os.path.lexists(path):
            return None, None
        if path.is_symlink() or not path.is_file():
            raise
        aside = next(one for n in range(1, 10_000) if not os.path.lexists(one := path.with_name(f"{path.name}.damaged-{n}")))
        os.rename(path, aside)
        return None, aside
    if is_same:
        raise BadFile(f"There is nothing to undo: {_shown(path)} and {_shown(backup_of(path))} hold the same.")
    return newer, None


def backup_of(path: Path) -> Path:
    """Where the version before the last change lies."""
    return path.with_name(f"{path.name}.bak")


def _open(path: Path, sealed: bytes, passphrase: str, *, has_backup: bool = True) -> bytes:
    try:
        return opened(sealed, passphrase)
    except CannotOpen as wrong:
        raise _refused(path, wrong.why, has_backup=has_backup) from None
    except MemoryError:
        raise BadFile(f"There is not enough free memory to open {_shown(path)}. Close other programs and try again; nothing was changed.") from None


def _refused(path: Path, why: Why, *, has_backup: bool = True) -> BadFile:
    kept = has_backup and os.path.lexists(backup_of(path))
    backup = f" {_shown(backup_of(path))} holds the version before the last change; `evenhand redress case undo` puts it back." if kept else ""
    return BadFile(_SAYS[why].format(path=_shown(path), backup=backup))


def _sealed(case: Case, passphrase: str) -> bytes:
    text = written_case(case)
    if len(text) > MOST_BYTES // 2:
        raise BadSetting(f"The case would take {len(text):,} bytes, and {MOST_BYTES // 2:,} are the most. Keep long papers outside it. Nothing was changed.")
    try:
        return seal(text, passphrase)
    except MemoryError:
        raise CannotWrite("There is not enough free memory to seal the case. Close other programs and try again; nothing was changed.") from None


def _read(path: Path) -> bytes:
    """A file's bytes, if it is a plain file and no link."""
    with _mendable(path, BadFile, "cannot be read"):
        if path.is_symlink():
            raise BadFile(f"{_shown(path)} is a link to somewhere else, and links are not followed. Name the file itself.")
        try:
            handle = os.open(path, os.O_RDONLY | _FLAGS)
        except FileNotFoundError:
            raise BadFile(f"There is no file {_shown(path)}. `evenhand redress case new FILE` makes one.") from None
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or state.st_size > MOST_BYTES:
            os.close(handle)
            what = "no file" if not stat.S_ISREG(state.st_mode) else f"larger, with {state.st_size:,} bytes, than any file"
            raise BadFile(f"{_shown(path)} is {what} with a case in it, so it was not read. Check the name.")
        with os.fdopen(handle, "rb") as held:
            return held.read(MOST_BYTES + 1)


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or as it was."""
    fresh = _fresh(path, content)
    try:
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _flush_folder(path)


def _fresh(path: Path, content: bytes) -> Path:
    """A new file beside another, for its owner alone, flushed to the disk. One that was left by a change cut short is replaced."""
    fresh = path.with_name(f".{path.name}.part")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _flush_folder(path: Path) -> None:
    """Make the new name last through a loss of power, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[None]:
    """Whoever changes a case waits for whoever is changing it."""
    from filelock import FileLock, Timeout

    with _mendable(path, CannotWrite, "cannot be written"):
        if path.is_symlink():
            raise BadFile(f"{_shown(path)} is a link to somewhere else, and links are not followed. Name the file itself.")
        if not path.parent.is_dir():
            raise CannotWrite(f"There is no folder {_shown(path.parent)}. Make it first, or name a file elsewhere.")
        if path.is_dir() or not path.name:
            raise CannotWrite(f"{_shown(path)} is a folder, so it cannot hold a case. Name a file.")
        lock = FileLock(path.with_name(f".{path.name}.lock"), mode=0o600, timeout=WAIT_S)
        try:
            lock.acquire()
        except Timeout:
            raise CannotWrite(f"Another program is changing {_shown(path)}. Try again when it is done; nothing was changed.") from None
        try:
            yield
        finally:
            lock.release()


@contextlib.contextmanager
def _mendable(path: Path, kind: type[BadFile | CannotWrite], says: str) -> Iterator[None]:
    """What the system refuses, as one message."""
    if "\0" in str(path):
        raise kind(f"{_shown(path)} {says}: no file can have such a name.")
    try:
        yield
    except OSError as wrong:
        raise kind(f"{_shown(path)} {says}: {wrong.strerror or wrong}. Nothing was changed.") from None


def _shown(path: Path) -> str:
    """A path that cannot steer a terminal."""
    return visible(str(path).encode(errors="backslashreplace").decode())
