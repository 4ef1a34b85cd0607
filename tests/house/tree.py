"""The files of this project: what is tracked or about to be, and nothing that git ignores."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".csv", ".html", ".css", ".js", ".svg", ".json", ".geojson", ".j2", ""}


@cache
def files(*folders: str, suffix: str | None = None) -> tuple[Path, ...]:
    """Every file under these folders (default: all), optionally of one suffix."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
        found = [ROOT / name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # a copy without its history
        found = [path for path in ROOT.rglob("*") if not any(part in (".git", ".venv", "out", "__pycache__") for part in path.relative_to(ROOT).parts)]
    wanted = [path for path in found if path.is_file() and (not folders or path.relative_to(ROOT).parts[0] in folders)]
    return tuple(sorted(path for path in wanted if suffix is None or path.suffix == suffix))


def texts(*folders: str) -> list[tuple[Path, str]]:
    """Every text file with its text; data files of other kinds are left out."""
    return [(path, path.read_text(encoding="utf-8", errors="replace")) for path in files(*folders) if path.suffix in TEXT]


def parsed(*folders: str) -> list[tuple[Path, ast.Module]]:
    """Every Python file with its syntax tree."""
    return [(path, ast.parse(path.read_text(encoding="utf-8"), filename=name(path))) for path in files(*folders, suffix=".py")]


def name(path: Path) -> str:
    """A path as the project knows it."""
    return path.relative_to(ROOT).as_posix()


def none_of(offenders: list[str], rule: str) -> None:
    """Fail with every offender at once."""
    assert not offenders, f"{rule}\n  " + "\n  ".join(offenders)
