"""Homes of people are no features here, unless the table is made up.

The Metropolitan Police says that its risk terrain models use the home addresses of known offenders, to within a few metres
(Amnesty International UK 2025, section 3.2.2). What such an input does to a map can be shown on made-up
homes; a real list of where people live must never enter this tool, and is refused by the name of its kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..tables.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Iterable

_PEOPLE = (
    "offender", "suspect", "nominal", "victim", "witness", "prisoner", "parolee", "probationer", "bailee", "arrestee", "gang member", "known person",
    "person", "people", "individual", "subject", "resident", "tenant", "occupant", "patient", "pupil", "child",
)  # fmt: skip
_NOT_SOMEBODY = re.compile(r"\b(child(ren)?'?s?|people'?s?|residents?'?) (home|centre|nursery|nurseries|play area|park|parking|club|association|library)s?\b")
_HOMES = re.compile(
    r"\b(" + "|".join(_PEOPLE) + r")(s|s'|'s|ren)?\b|\baddress(es)?\b|\bhomes? of\b|\bprivate (home|house|dwelling)s?\b"
    r"|\bwhere .* lives?\b|\bhome locations?\b"
)


def people_homes(kinds: Iterable[str]) -> list[str]:
    """Those kinds of feature whose name speaks of persons, or of where they live.

    Example:
        >>> people_homes(["bar", "known offenders", "care home", "home_address", "high-rise residential units", "children's centre"])
        ['home_address', 'known offenders']
    """
    return sorted(kind for kind in set(kinds) if _HOMES.search(_NOT_SOMEBODY.sub("", re.sub(r"[_\-]+", " ", kind).lower())))


def refuse_homes(kinds: Iterable[str], *, made_up: bool) -> None:
    """Raise where features are people's homes and the table is not said to be made up.

    Raises:
        BadValue: and says which kinds.
    """
    found = people_homes(kinds)
    if found and not made_up:
        raise BadValue(
            f"Features of the kind {', '.join(map(repr, found))} are persons or their homes, and are refused: no list of where people live may enter here.\n"
            "Remove them. If the table is made up, to see what such an input does, say so with made_up=True."
        )
