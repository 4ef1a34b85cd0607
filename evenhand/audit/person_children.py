"""Children on a list, apart from adults: how many there are, of which groups, on what, and whether they are listed as adults are.

Children are listed under rules made for adults, and treated as older than they are (adultification). Their share of the list stands
beside their share of everybody, of the record and of what was truly done; and children are compared with adults of like conduct.

Counts of children are hidden below twice the usual threshold: they live in few schools and few streets. No number here is finer
than a group of children.

Read with care: offending peaks in the late teens, so children may be many among those who did something. That is why the
shares compared with stand beside the list's.

Steps, in order:  children and adults listed -> shares by group -> children against adults of like conduct

Source: the force's own concerns (adultification) are told by Amnesty International UK (2025), notes 513 to 515; each function cites its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .conditional_parity import common_difference
from .disclosure import share_parts
from .intervals import share_wilson
from .person_rules import for_children, rule_for
from .person_said import figures, group_shares, labelled, plain_frame
from .person_shares import share_over_share
from .person_tallies import AGES, LATER
from .score_frame import EVERYONE, enough, said

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_counts import Tally
    from .person_tallies import PersonTallies
    from .score_frame import ScoreFrame

CHILD, GROWN = AGES
CHILDREN = "Children"
ADULTS = "Adults"
LISTED = "children on the list, of the group"
MEASURES = {
    "child_list_share": Measure(
        "Children’s share of the list", "people on the list, of the group", "Of those listed, the share who are under 18.", "person_harm.listed_share"
    ),
    "child_compared_share": Measure(
        "Children’s share of those compared with", "people of the denominator in `settings`", "Of the denominator that `settings` names, the share under 18.",
        "intervals.share_wilson",
    ),
    "child_list_over_share": Measure(
        "Children’s share of the list over their share of those compared with", "people on the list",
        "1 is in proportion; against those who truly did something violent, above 1 is more than they did.", "person_shares.share_over_share",
    ),
    "child_group_share": Measure(
        "Share of the children listed", "children on the list", "Of the children listed, the share who are of the group.", "person_harm.listed_share"
    ),
    "child_zero_harm_share": Measure(
        "Children listed with nothing violent lately", LISTED, "Of the children listed, the share with no recent violence: on record, or in truth.",
        "person_harm.listed_share",
    ),
    "child_without_conviction_share": Measure(
        "Children listed without a conviction", LISTED, "Of the children listed, the share never convicted, cautioned or otherwise sanctioned.",
        "person_harm.listed_share",
    ),
    "child_right_share": Measure(
        "Children listed with the outcome later", LISTED, "Of the children listed, the share who had the outcome in the follow-up, by the truth in `settings`.",
        "person_harm.listed_share",
    ),
    "child_matched_difference": Measure(
        "Gap in the share listed between children and adults who are alike", "children in strata that hold adults too",
        "The share of children listed less that of adults, within strata of what `settings` names, gathered; 0 is equal.",
        "conditional_parity.common_difference",
    ),
}  # fmt: skip


def children_findings(tallies: PersonTallies, *, reference: str, about: About, rule: Rule | None = None) -> list[Finding]:
    """Children on a list, counted under the stricter rule.

    Args:
        tallies: people counted.
        reference: a group of the book.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; its threshold is doubled here. Left out: the strict one.

    Returns:
        Findings; children's share of the list first.
    """
    stricter = for_children(rule_for(tallies.provenance, rule))
    frame = plain_frame(tallies.provenance, tallies.system, tallies.groups, reference=reference, about=about, rule=stricter)
    people = tallies.people
    listed = people.where(is_flagged="yes")
    children = listed.where(age=CHILD)
    table = listed.by("group", "age")
    found = group_shares(frame, "child_list_share", table[:, 0], table[:, 1], method="children listed over all of the group listed")
    found += _compared(tallies, frame)
    by_group = children.by("group")
    found += group_shares(frame, "child_group_share", by_group, by_group.sum() - by_group, method="children of the group over all children listed")[:-1]
    found += _on_what(tallies, frame, children)
    found += [_matched(tallies, labelled(frame, matched_on=side), side) for side in ("record", "conduct") if side == "record" or tallies.has_truth]
    order = list(MEASURES)
    return sorted(found, key=lambda one: (order.index(one.measure), one.group not in (EVERYONE, CHILDREN)))


def _compared(tallies: PersonTallies, frame: ScoreFrame) -> list[Finding]:
    sides: tuple[tuple[str, str | None, dict[str, Any]], ...] = (
        ("everybody", None, {}),
        ("people on record for recent violence", "recorded", {"is_violent": "yes"}),
        ("people who truly did recent violence", "true", {"was_violent": "yes"}),
    )
    listed = tallies.people.where(is_flagged="yes").by("age")
    found = []
    for name, truth, chosen in sides:
        if truth == "true" and not tallies.has_truth:
            continue
        named = labelled(frame, denominator=name, **({} if truth is None else {"truth": truth}))
        heads = tallies.people.where(**chosen).by("age")
        shown = [share_parts(one[:1], one[1:], rule=frame.rule, shows_total=False) for one in (listed, heads)]
        (list_child, list_adult), (child, adult) = ([float(np.nan_to_num(part.counts)[0]) for part in one] for one in shown)
        share = share_wilson(child, child + adult, level=frame.about.level)
        why = int(shown[1][0].why[0])
        rest: dict[str, Any] = {"n": child + adult, "group": CHILDREN, "unit": "share", "method": "children over all; Wilson interval"}
        found.append(said(named, "child_compared_share", figures(frame, share), why=why, **rest))
        over = share_over_share([list_child, list_adult], [child, adult], level=frame.about.level)
        rest = {"n": list_child + list_adult, "group": CHILDREN, "unit": "ratio"}
        method = "children's share of the list, Wilson interval, over their share of the denominator, which is held"
        found.append(said(named, "child_list_over_share", figures(frame, over), why=int(shown[0][0].why[0]) or why, method=method, **rest))
    return found


def _on_what(tallies: PersonTallies, frame: ScoreFrame, children: Tally) -> list[Finding]:
    """What the children listed are on it for, and what they went on to do."""
    shares: list[tuple[str, str | None, dict[str, Any]]] = [
        ("child_zero_harm_share", "recorded", {"is_violent": "no"}),
        ("child_without_conviction_share", None, {"evidence": ("charged", "suspected only", "never accused")}),
    ]
    shares += [("child_zero_harm_share", "true", {"was_violent": "no"})] if tallies.has_truth else []
    shares += [("child_right_share", truth, {LATER[truth]: "yes"}) for truth in tallies.truths]
    found = []
    for measure, truth, chosen in shares:
        named = frame if truth is None else labelled(frame, truth=truth)
        some = children.where(**chosen).by("group")
        found += group_shares(named, measure, some, children.by("group") - some, method="children listed who are so over children listed")
    return found


def _matched(tallies: PersonTallies, frame: ScoreFrame, side: str) -> Finding:
    table = tallies.people.by(side, "age", "is_flagged")
    flagged, people = table[..., 1], table.sum(axis=-1)
    both = (people[:, 0] > 0) & (people[:, 1] > 0)
    alike = [one[both][:, at] for at in (0, 1) for one in (flagged, people)]
    limits = common_difference(*alike, level=frame.about.level)
    sums = [float(one.sum()) for one in alike]
    why = enough(frame, sums[0], sums[1] - sums[0], sums[2], sums[3] - sums[2])
    rest: dict[str, Any] = {"n": frame.count(sums[1]), "group": CHILDREN, "reference": ADULTS, "unit": "share"}
    method = "Mantel-Haenszel difference over strata; Greenland-Robins limits"
    caveats = ("Children have had fewer years in which anything could be recorded or done, so strata of all years favour neither evenly.",)
    return said(frame, "child_matched_difference", figures(frame, limits), why=why, method=method, caveats=caveats, **rest)
