"""Stability, asked of one's own tables: lists of flagged places over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.list_changes import Lists
    from ...report.picture import Picture

FEWEST_DRAWN = 2
"""Lists that a table tells better than a picture."""
CARE = "A stable list is not a right one: what is flagged is watched, and what is watched is recorded."


def _ask(asked: Asked) -> Answer:
    from ...audit.list_changes import list_changes, lists_over_time
    from ...tables.errors import BadSetting

    given = [name for name in ("flagged", "forecasts") if name in asked.tables]
    if len(given) != 1:
        raise BadSetting("The audit 'stability' needs `flagged` or `forecasts`, one of them: which places were on which list.")
    lists = lists_over_time(asked.tables[given[0]])
    found = list_changes(lists, about=asked.about("stability", given[0], caveats=(CARE,)), system=asked.settings["system"], p=asked.settings["p"])
    return Answer(tuple(found), (), _pictures(lists, asked.settings["system"]))


def _pictures(lists: Lists, system: str) -> tuple[Picture, ...]:
    from ...report.accuracy_pictures import overlap_picture

    return (overlap_picture(lists, system=system),) if len(lists.spans) > FEWEST_DRAWN else ()


QUESTION = Question(
    name="stability",
    asks="How much does the list of flagged places change from one release to the next?",
    says=(
        "Sets successive lists beside each other: what they share, what lists drawn by lot would share, who is always on them. Nothing but the lists is "
        "needed. A list that jumps about is noise; one that never changes flags the same people for ever. Neither says whether it is right."
    ),
    tables=(
        Wanted("flagged", "flagged places by month: place_code, from, to, is_flagged, score; best with the places not flagged too", False),
        Wanted("forecasts", "the same by day or month, see accuracy", False),
    ),
    settings=(
        Setting("system", "what the system is called in the findings", "the system"),
        Setting("p", "how far down rankings are looked at: 0.9 looks at about the first twenty places", 0.9, float),
    ),
    ask=_ask,
    example="evenhand audit stability --flagged lists.csv",
)
