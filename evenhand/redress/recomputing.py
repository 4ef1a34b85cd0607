"""Which stored deadlines come out otherwise, now that a calendar or a rule has changed?

A bank holiday proclaimed late moves dates already in someone's diary; whoever kept them is told which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .deadlines import deadline
from .law_parts import exact_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .law import Law

DATES = ("due_strict", "overdue_certain", "due", "aim_for", "may_change")


@dataclass(frozen=True)
class Changed:
    """A stored deadline that comes out otherwise.

    Attributes:
        before: as it was stored.
        now: as it is now, in the same shape; nothing where it can no longer be worked out.
        moved: which of its dates differ.
        problem: why it can no longer be worked out.
    """

    before: Mapping[str, Any]
    now: Mapping[str, Any] | None
    moved: tuple[str, ...]
    problem: str | None


def changed(stored: Iterable[Mapping[str, Any]], law: Law) -> list[Changed]:
    """Those of a list of stored deadlines that differ by this law.

    Args:
        stored: what `Deadline.as_json` gave, one each.
        law: the law now.

    Raises:
        BadSetting: what is stored is no deadline.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> import datetime
        >>> then = deadline(shipped_law(), "foi-request", "reply", {"request-received": datetime.date(2026, 6, 1)}, nation="england").as_json()
        >>> changed([then], shipped_law())
        []
        >>> [one.moved for one in changed([{**then, "due_strict": "2026-06-29", "overdue_certain": "2026-06-29"}], shipped_law())]
        [('due_strict', 'overdue_certain')]
    """
    found = []
    for before in stored:
        remedy, clock, given = _asked(before)
        try:
            now = deadline(law, remedy, clock, **given).as_json()
        except BadSetting as wrong:
            found.append(Changed(before, None, (), str(wrong)))
            continue
        moved = tuple(key for key in DATES if now[key] != before.get(key))
        if moved:
            found.append(Changed(before, now, moved, None))
    return found


def _asked(before: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    try:
        asked = before["asked"]
        notice = asked["extension_notice"]
        given = {
            "events": {str(event): exact_day(day) for event, day in asked["events"].items()},
            "nation": asked["nation"],
            "pauses": [(exact_day(first), exact_day(last)) for first, last in asked["pauses"]],
            "extension_notice": exact_day(notice) if notice is not None else None,
        }
        return str(before["remedy"]), str(before["clock"]), given
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise BadSetting(f"This is no stored deadline: {wrong}. Store what `Deadline.as_json` gives, whole.") from None
