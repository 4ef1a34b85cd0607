"""Writing a study's results whole or not at all."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ..tables.whole import MARK, filled, require_writable, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from .result import Result

__all__ = ["MARK", "require_writable", "write", "write_file"]


def write(result: Result, out: str | Path, *, seconds: float) -> Path:
    """Write a result's files into a folder, replacing an earlier run's as one.

    Args:
        result: what to write.
        out: the folder.
        seconds: how long the run took; the only thing in the files that differs between two runs alike.
    """
    folder = require_writable(out)
    files = result.files()
    written = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items()) if name != MARK}
    record = {**json.loads(files[MARK]), "files": written, "seconds": round(seconds, 2)}
    files[MARK] = (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode()
    with filled(folder) as fresh:
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder
