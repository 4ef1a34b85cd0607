"""Where a fact, a file or a method comes from, and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["known", "recalled", "guessed"]


@dataclass(frozen=True)
class Citation:
    """A source that a reader can look up.

    Attributes:
        text: author, year, title, section: enough to find it.
        url: where it stood when it was read.
        doi: without the resolver's address.
        mark: "known" was read in the source; "recalled" is from the literature, not re-read;
            "guessed" is an assumption of ours, and must be shown as one.
    """

    text: str
    url: str = ""
    doi: str = ""
    mark: Mark = "known"
