"""Asks git about a folder's history: nothing is run but git itself, no argument of ours is taken for an option, no setting of the folder's is obeyed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from ..tables.errors import BadSetting

_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@{}~^-]{0,199}\Z")
_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "log.showSignature=false", "core.quotePath=false", "safe.directory=*")
"""A clone that somebody else owns is read all the same, since nothing in it is run."""
_OPTIONS = (*(word for setting in _SETTINGS for word in ("-c", setting)), "--no-pager", "--literal-pathspecs")
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C.UTF-8",
}  # fmt: skip
SECONDS = 120


def git(folder: Path, *arguments: str) -> bytes | None:
    """What git answers; None where there is no git, no history, or no such thing."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        ended = subprocess.run(
            ["git", *_OPTIONS, *arguments], cwd=folder, env=own | _ENVIRONMENT, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


def commit_of(folder: Path, revision: str) -> str:
    """The full hash of a revision.

    Raises:
        BadSetting: it is no name of a revision, or there is none of that name.
    """
    if not _REVISION.match(revision) or ".." in revision:
        raise BadSetting(f"{revision[:60]!r} is no name of a revision. Give a commit's hash, a tag, a branch, or HEAD~3.")
    found = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        raise BadSetting(f"There is no revision {revision!r} in {folder}, or it holds no history. `git log --oneline -- records` lists them.")
    return found.decode().strip()


def top_of(folder: Path) -> Path | None:
    """The top of the clone that a folder lies in; None where it lies in none."""
    found = git(folder, "rev-parse", "--show-toplevel") if folder.is_dir() else None
    return Path(found.decode().rstrip("\n")) if found else None
