"""A draft answer to a refusal: what it lacks, point by point, what can be said back, and what is public already.

Steps, in order:  what was found -> paragraphs, the plainest first -> counter-points not said yet -> facts of the register -> the close

The words around the paragraphs stand in records/redress/reply.txt.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ..register.reading import shipped_records
from .reasons import filled, in_full

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..register.register import Register
    from .law import Law
    from .refusals import RefusalFound

REPLY = "redress/reply.txt"
MOST_POINTS = 8
PARTS = ("opening", "nothing", "points", "facts", "close")


def reply(
    found: Sequence[RefusalFound], *, law: Law, register: Register | None = None, system: str | None = None, body: str | None = None,
    day: datetime.date | None = None,
) -> str:  # fmt: skip
    """A draft answer.

    Args:
        found: as `check_refusal` gives it.
        law: for the wording of dates and of the mark that no lawyer has checked it.
        register: names the system and body, and gives what is public already.
        system: slug of the system the letter is about.
        body: slug of the body that wrote it.
        day: date of the answer; today unless given.

    Returns:
        The text, with what only its sender knows in [square brackets].

    Raises:
        BadSetting: the register holds no such system or body.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> from evenhand.redress.refusals import check_refusal
        >>> found = check_refusal("It is exempt under section 31.", kind="foi", law=shipped_law(), today=datetime.date(2026, 11, 26))
        >>> "1. Your letter names the exemption but not the subsection or limb." in reply(found, law=shipped_law(), day=datetime.date(2026, 11, 26))
        True

    Read with care:
        A draft. Leave out every point that does not fit the letter, and what you would not want the body to know.
    """
    words = reply_words()
    slots = {"today": in_full(day or datetime.date.today(), law.wording), "unreviewed": law.wording.unreviewed, "body": "[name of the body]", "about": ""}
    facts: list[str] = []
    if register is not None:
        from .letter_slots import public_facts, require

        require(register, system, body)
        slots["body"] = register.title(body) if body else slots["body"]
        slots["about"] = f" about {register.title(system)}" if system else ""
        facts = public_facts(register, system, body) if system else []
    parts = [filled(words["opening"], slots)]
    parts += [f"{number}. {one.draft}" for number, one in enumerate(found, start=1)] or [words["nothing"]]
    points = _points(found)
    if points:
        parts += [words["points"], "\n".join(f"- {point}" for point in points)]
    if facts:
        parts += [words["facts"], "\n".join(f"- {fact}" for fact in facts)]
    return "\n\n".join([*parts, filled(words["close"], slots)]) + "\n"


def _points(found: Sequence[RefusalFound]) -> list[str]:
    """Counter-points, each once, with what they rest on; those of the plainest faults first."""
    every = {point.says: point for one in found for point in one.counter_points}
    lines = [f"{point.says}{_resting(point.basis)}" for point in every.values()]
    return lines[:MOST_POINTS]


def _resting(basis: tuple[str, ...]) -> str:
    return f" ({'; '.join(basis)})" if basis else ""


def reply_words() -> dict[str, str]:
    """The parts of the reply's text, by the names above them."""
    found: dict[str, list[str]] = {}
    here = ""
    for line in (shipped_records() / REPLY).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            here = line.removeprefix("== ").strip()
        else:
            found.setdefault(here, []).append(line)
    return {name: "\n".join(found[name]).strip() for name in PARTS}
