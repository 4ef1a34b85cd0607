"""Where checks put what they find: each problem at the line of its key, with the nearest spelling that is known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from .register import Register

MOST_GUESSES = 200
"""Guessing a spelling among ten thousand takes a while; past so many, something else is wrong."""


class Found:
    """Problems found so far."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.problems: list[Problem] = []
        self._guesses: dict[tuple[int, str], str] = {}

    def add(self, kind: str, slug: str, path: tuple[str | int, ...], says: str, level: Literal["error", "advice"] = "error") -> None:
        """Put down a problem at a key of a record."""
        held = self.register.files.get((kind, slug))
        self.problems.append(Problem(f"{kind}/{slug}.yml", held[1].line(path) if held else 1, says, level))

    def advise(self, kind: str, slug: str, path: tuple[str | int, ...], says: str) -> None:
        """Put down something to look at, that keeps nothing from being built."""
        self.add(kind, slug, path, says, "advice")

    def nearest(self, slug: str, known: Collection[str]) -> str:
        """"Nearest: …" or nothing."""
        asked = (id(known), slug)
        if asked not in self._guesses and len(self._guesses) < MOST_GUESSES:
            close = get_close_matches(slug, known, n=1, cutoff=0.7)
            self._guesses[asked] = f" The nearest is `{close[0]}`." if close else ""
        return self._guesses.get(asked, "")
