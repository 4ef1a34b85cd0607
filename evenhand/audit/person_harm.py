"""Who is on a list with nothing against them? Zero harm, on record and in truth, and how firm the evidence is.

The Matrix's review counted people with no record of a violent offence in two years (40 %). On record, that is one number; of made-up
people there are two: those of whom nothing is recorded may have done something, and those of whom something is may have done nothing.

Read with care: no record is not no conduct, and a record of suspicion is not conduct. The window is a choice, said in `settings`.

Steps, in order:  people listed by evidence, recent violence on record, recent violence in truth -> protect -> shares

Source: Mayor's Office for Policing And Crime (2018), Review of the MPS Gangs Violence Matrix, as told by Amnesty International UK (2025).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.measure import Measure
from .person_said import group_shares, labelled
from .person_tallies import frame_of_people
from .score_frame import EVERYONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_counts import Tally
    from .person_tallies import PersonTallies
    from .score_frame import ScoreFrame

LISTED = "people on the list, of the group"
MEASURES = {
    "zero_harm_share": Measure(
        "Listed with nothing violent lately", LISTED,
        "Of those listed, the share with no recent violence: on record, or in truth, as `settings` says.", "person_harm.listed_share",
    ),
    "recorded_not_done_share": Measure(
        "Listed with violence on record that they did not do", "people on the list with recent violence on record, of the group",
        "Of those listed with recent violence on record, the share of made-up people who truly did none.", "person_harm.listed_share",
    ),
    "done_not_recorded_share": Measure(
        "Listed with violence that is not on record", "people on the list without recent violence on record, of the group",
        "Of those listed without recent violence on record, the share of made-up people who truly did some.", "person_harm.listed_share",
    ),
    "listed_without_conviction_share": Measure(
        "Listed without a conviction", LISTED, "Of those listed, the share never convicted, cautioned or otherwise sanctioned.", "person_harm.listed_share"
    ),
    "listed_without_charge_share": Measure(
        "Listed without a charge", LISTED, "Of those listed, the share never charged with anything either.", "person_harm.listed_share"
    ),
    "listed_never_accused_share": Measure(
        "Listed without ever being accused", LISTED,
        "Of those listed, the share never on record as suspect or arrested: they are there for intelligence, stops, company or harm done to them.",
        "person_harm.listed_share",
    ),
}  # fmt: skip


class Part(NamedTuple):
    """A share of those listed: its measure, who is in it, among whom, and by which truth."""

    measure: str
    part: dict[str, Any]
    whole: dict[str, Any]
    truth: str | None = None


PARTS = (
    Part("zero_harm_share", {"is_violent": "no"}, {}, "recorded"),
    Part("zero_harm_share", {"was_violent": "no"}, {}, "true"),
    Part("recorded_not_done_share", {"was_violent": "no"}, {"is_violent": "yes"}, "true"),
    Part("done_not_recorded_share", {"was_violent": "yes"}, {"is_violent": "no"}, "true"),
    Part("listed_without_conviction_share", {"evidence": ("charged", "suspected only", "never accused")}, {}),
    Part("listed_without_charge_share", {"evidence": ("suspected only", "never accused")}, {}),
    Part("listed_never_accused_share", {"evidence": "never accused"}, {}),
)


def listed_share(people: Tally, part: dict[str, Any], whole: dict[str, Any] | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People listed by group who have some values, and the other people listed.

    Args:
        people: counts with `group` and `is_flagged`.
        part: side -> value or values that make somebody part of it.
        whole: the same for those looked at; left out: everybody listed.

    Returns:
        Part and rest, shape (groups,) each.

    Example:
        >>> from evenhand.audit.person_counts import NO_YES, tallied
        >>> people = tallied({"group": ([0, 0, 0, 0], ("A",)), "is_flagged": ([1, 1, 1, 0], NO_YES), "is_violent": ([0, 1, 0, 0], NO_YES)})
        >>> [one.tolist() for one in listed_share(people, {"is_violent": "no"})]
        [[2.0], [1.0]]

    Read with care:
        Somebody listed for what was done to them has no violence of theirs on record: see who is listed as what.

    Source: this is counting.
    """
    listed = people.where(is_flagged="yes", **(whole or {}))
    some = listed.where(**part).by("group")
    return some, listed.by("group") - some


def harm_findings(tallies: PersonTallies, *, reference: str, about: About, rule: Rule | None = None) -> list[Finding]:
    """Shares of the list that have nothing against them, by group and of everybody.

    Args:
        tallies: people counted.
        reference: a group; not compared with here, but every audit of a list is asked alike.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.

    Returns:
        Findings, `settings` naming the truth and the window; of everybody first.
    """
    frame = frame_of_people(tallies, reference=reference, about=about, rule=rule, replicates=2)
    found = [finding for part in PARTS if part.truth != "true" or tallies.has_truth for finding in _shares(tallies, frame, part)]
    return sorted(found, key=lambda one: one.group != EVERYONE)


def _shares(tallies: PersonTallies, frame: ScoreFrame, part: Part) -> list[Finding]:
    some, rest = listed_share(tallies.people, part.part, part.whole)
    settings: dict[str, Any] = {} if part.truth is None else {"truth": part.truth, "past_days": tallies.windows.past_days}
    settings |= {"recorded_as": tallies.windows.recorded_as} if part.truth == "recorded" or part.whole else {}
    return group_shares(labelled(frame, **settings), part.measure, some, rest, method="people listed who are so, over all listed who could be")
