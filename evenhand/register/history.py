"""What was changed in the register, when: read from git, which is its public history.

`changes` lists files by commit. `diff` compares two revisions at the level of what they say: this claim was
added, that value was changed. Both work on what git holds, without touching the files of the folder.
"""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .git import commit_of, git, top_of
from .reading import read_texts
from .register import FOLDERS
from .words import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .problem import Problem
    from .register import Register

RECORDS = "records"
ChangeKind: TypeAlias = Literal["added", "changed", "removed"]
_LETTERS: dict[str, ChangeKind] = {"A": "added", "M": "changed", "D": "removed", "T": "changed"}
MOST_BYTES = 1_000_000_000
"""Records of one revision that are read; beyond it, something else lies there."""


@dataclass(frozen=True)
class Change:
    """A record that a commit added, changed or removed.

    Attributes:
        revision: the commit's hash.
        on: when it was made, as 2026-11-26T02:41:47+00:00.
        says: the first line of what its author says of it.
        change: added, changed or removed.
        kind, slug: the record.
    """

    revision: str
    on: str
    says: str
    change: ChangeKind
    kind: str
    slug: str


@dataclass(frozen=True)
class Difference:
    """What one revision says otherwise than another.

    Attributes:
        kind: claims, uses, answers, figures, notes, or a kind of record.
        id: of the claim or record.
        change: added, changed or removed.
        fields: what of it was changed.
        before, after: all of it, at each revision; None where it was not there.
    """

    kind: str
    id: str
    change: ChangeKind
    fields: tuple[str, ...]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def changes(repo: Path, *, limit: int | None = None) -> list[Change]:
    """Records changed by each commit, newest first; none where there is no git or no history.

    Args:
        repo: the clone, or a folder in it.
        limit: the most changes to give.
    """
    top = top_of(repo)
    if top is None:
        return []
    # A commit can touch no fewer than one record, so `limit` commits hold enough.
    most = [f"--max-count={int(limit)}"] if limit is not None else []
    log = git(top, "log", *most, "--no-renames", "--name-status", "-z", "--format=%x01%H%x02%cI%x02%s", "HEAD", "--", RECORDS)
    found = list(_read_log(log.decode("utf-8", "replace"))) if log else []
    return found[:limit]


def _read_log(log: str) -> Iterator[Change]:
    for commit in log.split("\x01")[1:]:
        head, _, files = commit.partition("\0")
        revision, on, says = head.split("\x02", 2)
        parts = files.lstrip("\n").split("\0")
        for letter, name in zip(parts[::2], parts[1::2], strict=False):
            place = name.removeprefix(f"{RECORDS}/").removesuffix(".yml").split("/")
            change = _LETTERS.get(letter.strip()[:1])
            if change and name.endswith(".yml") and len(place) == 2 and place[0] in FOLDERS:
                yield Change(revision, on, visible(says), change, place[0], place[1])


def revision_of(repo: Path) -> str | None:
    """The commit that a clone stands at; None without git."""
    found = git(repo, "rev-parse", "HEAD") if repo.is_dir() else None
    return found.decode().strip() if found else None


def read_revision(repo: Path, revision: str) -> tuple[Register, list[Problem]]:
    """The register as it was at a revision, and what was wrong with it then.

    Raises:
        BadSetting: there is no such revision, or no history at all.
    """
    top = top_of(repo) or repo
    commit = commit_of(top, revision)
    packed = git(top, "archive", "--format=tar", commit, RECORDS)
    return read_texts(_unpacked(packed) if packed else {})


def _unpacked(packed: bytes) -> dict[str, bytes]:
    """Plain files of an archive, by name below records/; links and all else are left out, and nothing touches the disk."""
    texts: dict[str, bytes] = {}
    room = MOST_BYTES
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            name = member.name.removeprefix(f"{RECORDS}/")
            if not member.isfile() or not name.endswith(".yml") or member.size > room:
                continue
            held = archive.extractfile(member)
            if held:
                texts[name] = held.read()
                room -= member.size
    return texts


def diff(repo: Path, before: str, after: str = "HEAD") -> list[Difference]:
    """What two revisions say differently: claims, uses, answers and figures each by itself, then the rest of each record.

    Raises:
        BadSetting: one of the revisions is not there.
    """
    return compare(read_revision(repo, before)[0], read_revision(repo, after)[0])


def compare(before: Register, after: Register) -> list[Difference]:
    """What two registers say differently, by kind and id.

    Example:
        >>> from evenhand.register.register import Register
        >>> compare(Register(), Register())
        []
    """
    old, new = dict(_said(before)), dict(_said(after))
    found = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        fields = tuple(name for name in {**(was or {}), **(now or {})} if (was or {}).get(name) != (now or {}).get(name))
        change: ChangeKind = "added" if was is None else "removed" if now is None else "changed"
        found.append(Difference(key[0], key[1], change, fields, was, now))
    return found


_PARTS = {"systems": ("claims", "uses"), "bodies": ("claims", "answers"), "statistics": ("figures",)}


def _said(register: Register) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """All that a register says, in the pieces that are compared."""
    for kind in FOLDERS:
        if kind == "notes":
            continue
        for slug, record in getattr(register, kind).items():
            held = record.model_dump(mode="json", by_alias=True)
            for part in _PARTS.get(kind, ()):
                for key, value in held.pop(part).items():
                    yield (part, f"{slug}.{key}"), value
            yield (kind, slug), held
    for source, notes in register.notes.items():
        for number, note in notes.items():
            yield ("notes", f"{source}.{number}"), note.model_dump(mode="json")
    for slug, one in register.properties.items():
        yield ("properties", slug), one.model_dump(mode="json")
