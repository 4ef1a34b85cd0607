"""The register as one JSON file, an entry a line, so that two of them can be compared line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self


def as_json(value: Any) -> str:
    """A value as JSON in one line; what JSON has no number for raises."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


class JsonFile:
    """Writes an object whose keys hold lists, an entry at a time; entries of one key come one after another."""

    def __init__(self, file: Path, head: dict[str, Any]) -> None:
        self._file = file.open("w", encoding="utf-8", newline="\n")
        self._file.write("{\n" + ",\n".join(f"{as_json(key)}: {as_json(value)}" for key, value in head.items()))
        self._key: str | None = None
        self._is_first = True

    def begin(self, key: str) -> None:
        """Begin a list."""
        self._end_list()
        self._file.write(f",\n{as_json(key)}: [")
        self._key, self._is_first = key, True

    def take(self, kind: str, entry: dict[str, Any]) -> None:
        """Write an entry into the list of its kind."""
        if kind != self._key:
            self.begin(kind)
        self._file.write(("\n" if self._is_first else ",\n") + as_json(entry))
        self._is_first = False

    def _end_list(self) -> None:
        if self._key is not None:
            self._file.write("]" if self._is_first else "\n]")
        self._key = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._end_list()
            self._file.write("\n}\n")
        self._file.close()
