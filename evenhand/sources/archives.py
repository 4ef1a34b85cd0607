"""Taking a few files out of a publisher's zip, without fetching all of it where the server allows that.

The police.uk archive is 1.7 GB a month; one force's files are a few megabytes. A zip has its list of
contents at its end, and each file lies in it as one piece, so parts of it can be asked for. Where
the server does not serve parts, the zip is fetched whole (and resumed, if cut) beside the files.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from ..tables.errors import FetchFailed
from .fetching import Progress, already, fetch_file, fetch_range, mendable, remember

AHEAD = 1 << 18
"""Bytes asked for at once: a file of the archive is about this long, and the list of contents some megabytes."""


class RemoteFile(io.RawIOBase):
    """A remote file that is read in parts."""

    def __init__(self, url: str, size: int) -> None:
        """A file of `size` bytes at `url`."""
        super().__init__()
        self.url, self.size, self.at = url, size, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move there."""
        self.at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence] + offset)
        return self.at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer from the server."""
        wanted = min(len(buffer), self.size - self.at)
        if wanted <= 0:
            return 0
        part = fetch_range(self.url, self.at, self.at + wanted - 1)
        if part is None or len(part[0]) != wanted:
            raise FetchFailed(f"{self.url}: the server stopped serving parts of the file. Run the same command again.")
        buffer[:wanted] = part[0]
        self.at += wanted
        return wanted


def fetch_members(url: str, folder: Path, *, names: set[str], progress: Progress | None = None) -> list[Path]:
    """Take the wanted files out of the zip at an address.

    Args:
        url: the zip.
        folder: where they shall lie, under their names in the zip.
        names: the files wanted, without the folders they lie in.
        progress: told of the bytes unpacked so far and the total.

    Returns:
        Their paths, in order; none if the zip holds none of them.

    Raises:
        FetchFailed: as `fetch_file`, or the zip is broken.
    """
    try:
        with zipfile.ZipFile(_opened(url, folder, progress)) as archive:
            members = sorted((member for member in archive.infolist() if Path(member.filename).name in names), key=lambda member: member.filename)
            total, done, paths = sum(member.file_size for member in members), 0, []
            for member in members:
                paths.append(_unpacked(archive, member, folder, f"{url}#{member.filename}"))
                done += member.file_size
                if progress:
                    progress(done, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as wrong:
        (folder / Path(url).name).unlink(missing_ok=True)  # a broken zip is not worth keeping
        raise FetchFailed(f"{url} is not a whole zip file: {wrong}.\nRun the same command again; if it stays so, the publisher's copy is broken.") from wrong
    return paths


def _opened(url: str, folder: Path, progress: Progress | None) -> io.BufferedReader | Path:
    part = fetch_range(url, 0, 3)
    if part is None:
        return fetch_file(url, folder / Path(url).name, progress=progress)
    return io.BufferedReader(RemoteFile(url, part[1]), AHEAD)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, url: str) -> Path:
    path = folder / member.filename
    if not path.resolve().is_relative_to(folder.resolve()):
        raise FetchFailed(f"{url} would be written outside {folder}, so it was refused. The zip is not the publisher's.")
    with mendable(path):
        if already(path, url):
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        with archive.open(member) as packed, part.open("wb") as out:
            while block := packed.read(1 << 16):
                out.write(block)
        part.replace(path)
        remember(path, url)
    return path
