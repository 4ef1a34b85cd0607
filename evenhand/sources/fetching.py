"""Fetching a publisher's files: with retries, resumed where a connection broke, and each with its hash.

A file appears under its name only when it is whole. Until then its beginning lies beside it as
`<name>.part`, from which the next attempt goes on. `fetched.json` in the same folder records the
address, the SHA-256, the size and the time of each.
"""

from __future__ import annotations

import errno
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import FetchFailed
from .reading import OUR_RECORD

if TYPE_CHECKING:
    import requests

Progress = Callable[[int, int | None], None]
"""Called with the bytes (or rows) so far and the total, None while that is unknown."""

ATTEMPTS = 5
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
TIMEOUT_S = (10, 60)
BLOCK = 1 << 16
AGENT = "evenhand (open audit workbench; polite, retries with back-off)"


class _Again(Exception):
    """Something that may pass if asked again: carries how long the server says to wait."""

    def __init__(self, why: str, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


def fetch_file(url: str, path: Path, *, progress: Progress | None = None) -> Path:
    """Fetch one file, unless it is already there whole.

    Args:
        url: its address.
        path: where it shall lie; its folder is made if need be.
        progress: told of the bytes so far and the total.

    Raises:
        FetchFailed: offline, not found, refused, cut short again and again, or no room on the disk.
    """
    with mendable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if already(path, url):
            return path
        part = path.with_name(path.name + ".part")
        _patiently(lambda: _download(url, part, progress), url)
        part.replace(path)
        remember(path, url)
    return path


def already(path: Path, url: str) -> bool:
    """Whether the file is there and is, byte for byte, what was fetched from that address."""
    known = records(path.parent).get(path.name, {})
    return path.is_file() and known.get("url") == url and known.get("sha256") == sha256(path)


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """What `fetched.json` says of a folder; nothing if it is absent or unreadable."""
    try:
        found = json.loads((folder / OUR_RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remember(path: Path, url: str) -> None:
    """Record a whole file's address, hash, size and time."""
    entry = {"url": url, "sha256": sha256(path), "bytes": path.stat().st_size, "when": datetime.now(UTC).isoformat(timespec="seconds")}
    _note(path.parent, path.name, entry)
    _note(path.parent, path.name + ".part", None)


def _note(folder: Path, name: str, entry: dict[str, Any] | None) -> None:
    known = records(folder)
    if entry is None:
        if name not in known:
            return
        del known[name]
    else:
        known[name] = entry
    write_whole(folder / OUR_RECORD, json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a text so that it appears whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def sha256(path: Path) -> str:
    """The file's SHA-256."""
    with path.open("rb") as bytes_:
        return hashlib.file_digest(bytes_, "sha256").hexdigest()


def fetch_json(url: str, params: dict[str, str] | None = None) -> Any:
    """One JSON answer, with retries.

    Raises:
        FetchFailed: as `fetch_file`, or the answer is no JSON.
    """

    def ask() -> Any:
        with _asked(url, params=params) as answer:
            _judge(answer)
            try:
                return answer.json()
            except ValueError as wrong:
                raise _Again("the answer is not whole JSON") from wrong

    return _patiently(ask, url)


def save_json(value: Any, path: Path, *, url: str) -> Path:
    """Keep what an API gave, whole, with its hash recorded."""
    with mendable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(value, ensure_ascii=False) + "\n")
        remember(path, url)
    return path


def fetch_range(url: str, first: int, last: int) -> tuple[bytes, int] | None:
    """Bytes first to last of a remote file, and its full size; None when the server does not serve parts."""

    def ask() -> tuple[bytes, int] | None:
        with _asked(url, headers={"Range": f"bytes={first}-{last}"}) as answer:
            _judge(answer)
            if answer.status_code != 206 or "/" not in answer.headers.get("Content-Range", ""):
                return None
            wanted = int(answer.headers["Content-Length"]) if "Content-Length" in answer.headers else None
            body = b"".join(_blocks(answer))
            if wanted is not None and len(body) != wanted:
                raise _Again(f"{len(body):,} of {wanted:,} bytes came")
            return body, int(answer.headers["Content-Range"].rsplit("/", 1)[1])

    found: tuple[bytes, int] | None = _patiently(ask, url)
    return found


def _download(url: str, part: Path, progress: Progress | None) -> None:
    """One attempt, going on from what is already there."""
    start, headers = _where_to_go_on(part, url)
    with _asked(url, headers=headers) as answer:
        if answer.status_code == 416:  # what lies there is not a beginning of that file
            part.unlink(missing_ok=True)
            raise _Again("the server no longer has that part")
        _judge(answer)
        if answer.status_code != 206:
            start = 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        _note(part.parent, part.name, {"url": url, "validator": _validator(answer)})
        done = start
        with part.open("ab" if start else "wb") as out:
            for block in _blocks(answer):
                out.write(block)
                done += len(block)
                if progress:
                    progress(done, total)
    if total is not None and done != total:
        raise _Again(f"{done:,} of {total:,} bytes came")


def _where_to_go_on(part: Path, url: str) -> tuple[int, dict[str, str]]:
    known = records(part.parent).get(part.name, {})
    if not part.is_file() or part.stat().st_size == 0 or known.get("url") != url:
        return 0, {}
    start = part.stat().st_size
    headers = {"Range": f"bytes={start}-"}
    if known.get("validator"):  # if the file has changed since, the server sends it whole
        headers["If-Range"] = known["validator"]
    return start, headers


def _validator(answer: requests.Response) -> str:
    etag = answer.headers.get("ETag", "")
    return answer.headers.get("Last-Modified", "") if not etag or etag.startswith("W/") else etag


def _asked(url: str, *, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> requests.Response:
    import requests

    # "identity": a compressed transfer could neither be resumed nor held against its length.
    sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **(headers or {})}
    try:
        return requests.get(url, params=params, headers=sent, stream=True, timeout=TIMEOUT_S)
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema) as wrong:
        raise FetchFailed(f"{url} is no address: {wrong}") from wrong
    except requests.RequestException as wrong:
        raise _Again(f"no connection ({type(wrong).__name__})") from wrong


def _blocks(answer: requests.Response) -> Iterator[bytes]:
    import requests

    try:
        yield from answer.iter_content(BLOCK)
    except requests.RequestException as wrong:
        raise _Again("the connection broke") from wrong


def _judge(answer: requests.Response) -> None:
    status, url = answer.status_code, answer.url
    if status == 429 or status >= 500:
        raise _Again(f"the server answered {status}", _seconds(answer.headers.get("Retry-After", "")))
    if status == 404:
        raise FetchFailed(
            f"{url} was not found (404).\n"
            "The publisher has moved it or never had it: check the months and the "
            "force's name, or fetch it by hand from the publisher's page."
        )
    if status >= 400:
        raise FetchFailed(f"{url} was refused (the server answered {status}).\nFetch it by hand from the publisher's page and give the study its path.")


def _seconds(text: str) -> float | None:
    """How long `Retry-After` asks to wait: it holds seconds or a date."""
    from email.utils import parsedate_to_datetime

    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _patiently(ask: Callable[[], Any], url: str) -> Any:
    """Ask again after a growing wait, or after the wait the server asks for."""
    from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

    growing = wait_exponential(multiplier=FIRST_WAIT_S, max=LONGEST_WAIT_S)

    def wait(state: RetryCallState) -> float:
        wrong = state.outcome.exception() if state.outcome else None
        asked = wrong.wait_s if isinstance(wrong, _Again) else None
        return min(asked, LONGEST_WAIT_S) if asked is not None else growing(state)

    try:
        return Retrying(stop=stop_after_attempt(ATTEMPTS), wait=wait, retry=retry_if_exception_type(_Again), reraise=True)(ask)
    except _Again as wrong:
        raise FetchFailed(
            f"{url} could not be fetched: {wrong}, {ATTEMPTS} times.\n"
            "Check the connection and run the same command again: what has come so far is kept and the rest is fetched."
        ) from wrong


@contextmanager
def mendable(path: Path) -> Iterator[None]:
    """A full disk or a folder that may not be written to is the reader's to mend."""
    try:
        yield
    except OSError as wrong:
        if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FetchFailed(f"The disk is full, so {path} could not be kept. Make room and run the same command again.") from wrong
        raise FetchFailed(f"{path} cannot be written: {wrong.strerror or wrong}. Choose another folder.") from wrong
