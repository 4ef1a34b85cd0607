"""Findings on what a list rests on: who falls off without a source, who is on it for that source alone, and what becomes of the group gap.

Read with care: see person_sources.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .disclosure import SHOWN, rounded, share_parts
from .intervals import Interval
from .person_said import figures, group_shares, labelled, overlap_said, plain_frame
from .person_sources import list_size_ratio, share_of_sum
from .rank_agreement import kendall_tau
from .score_frame import EVERYONE, enough, said
from .share_comparisons import share_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_counts import Tally
    from .person_sources import SourceTallies
    from .score_frame import ScoreFrame

LISTED = "people on the list, of the group"
MEASURES = {
    "source_fallen_share": Measure(
        "Fall off the list without this source", LISTED, "Of those listed, the share not listed when the source was never kept.", "person_harm.listed_share"
    ),
    "source_alone_share": Measure(
        "Listed on this source alone", LISTED, "Of those listed, the share who would be listed if this source were the only one.",
        "person_harm.listed_share",
    ),
    "source_held_share": Measure(
        "Listed with any record of this source", LISTED, "Of those listed, the share of whom there is any record of the source.",
        "person_harm.listed_share",
    ),
    "source_fallen_violent_share": Measure(
        "Truly violent among those who fall off", "people who fall off the list without the source",
        "Of the made-up people who fall off, the share who truly did something violent lately.", "person_harm.listed_share",
    ),
    "source_score_share": Measure(
        "Share of the listed people’s scores that goes with this source", "people on the list",
        "One less the scores of those listed without the source over their scores with it.", "person_sources.share_of_sum",
    ),
    "source_list_overlap": Measure(
        "Overlap of the lists with and without this source (Jaccard)", "people on either list", "People on both lists over people on either.", "overlap.jaccard"
    ),
    "source_order_tau": Measure(
        "Agreement of the order with and without this source (Kendall’s tau)", "people who score above the lowest with it or without it",
        "1 the same order, 0 none alike, below 0 turned round.", "rank_agreement.kendall_tau",
    ),
    "source_flag_ratio": Measure(
        "How many times as often listed, without this source", "people of the group",
        "The group’s share listed over the reference group’s when the source was never kept; `nothing` left out is the list as it is.",
        "share_comparisons.share_ratio",
    ),
    "source_list_size_ratio": Measure(
        "Size of the list without this source", "people on the list", "People listed without the source over people listed with it.",
        "person_sources.list_size_ratio",
    ),
}  # fmt: skip
NOTHING = "nothing"
SHARES: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("source_fallen_share", {"is_flagged_without": "no"}, {}, "listed with the source and not without it, over listed"),
    ("source_alone_share", {"is_flagged_alone": "yes"}, {}, "listed with all sources and on this one alone, over listed"),
    ("source_held_share", {"has_any": "yes"}, {}, "listed with any record of the source, over listed"),
    ("source_fallen_violent_share", {"was_violent": "yes"}, {"is_flagged_without": "no"}, "truly violent over those who fall off"),
)


def source_findings(tallies: SourceTallies, *, reference: str, about: About, rule: Rule | None = None) -> list[Finding]:
    """What each source does to a list.

    Args:
        tallies: people counted with and without each source.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.

    Returns:
        Findings, `settings["source"]` naming the source left out (or alone).

    Raises:
        BadSetting: the reference is no group, or a rule for made-up people is asked for real ones.
    """
    first = next(iter(tallies.people.values()))
    frame = plain_frame(tallies.provenance, tallies.system, first.side("group"), reference=reference, about=about, rule=rule)
    found = _ratios(labelled(frame, source=NOTHING), first.by("group", "is_flagged"))
    for source, people in tallies.people.items():
        named = labelled(frame, source=source)
        for measure, part, whole, method in SHARES:
            if measure != "source_fallen_violent_share" or people.is_known("was_violent"):
                found += _shares(named, people, measure, part, whole, method)
        found += [*_ratios(named, people.by("group", "is_flagged_without")), *_lists(named, people), *_orders(named, tallies, source)]
        found = [_refused(one, tallies.refused.get(source, {})) if one.settings.get("source") == source else one for one in found]
    order = list(MEASURES)
    return sorted(found, key=lambda one: (order.index(one.measure), one.group != EVERYONE))


def _refused(finding: Finding, why: dict[str, str]) -> Finding:
    """A finding that rests on a list the system could not make is blank, with the reason."""
    reason = "" if finding.measure == "source_held_share" else why.get("alone" if finding.measure == "source_alone_share" else "without", "")
    if not reason:
        return finding
    blank = {"value": None, "low": None, "high": None, "level": None, "n": None}
    return finding.model_copy(update={**blank, "caveats": (f"Not given: on such a book the system cannot be run. {reason}", *finding.caveats)})


def _shares(frame: ScoreFrame, people: Tally, measure: str, part: dict[str, Any], whole: dict[str, Any], method: str) -> list[Finding]:
    listed = people.where(is_flagged="yes", **whole)
    some = listed.where(**part).by("group")
    return group_shares(frame, measure, some, listed.by("group") - some, method=method)


def _ratios(frame: ScoreFrame, table: NDArray[np.float64]) -> list[Finding]:
    some, others = share_parts(table[:, 1], table[:, 0], rule=frame.rule)
    part, all_, base = np.nan_to_num(some.counts), np.nan_to_num(some.counts) + np.nan_to_num(others.counts), frame.reference
    limits = share_ratio(part, all_, part[base], all_[base], level=frame.about.level)
    found = []
    for at in frame.others:
        why = int(some.why[at] if some.why[at] != SHOWN else some.why[base])
        method = "the group's share listed over the reference's; limits from the two Wilson intervals"
        rest: dict[str, Any] = {"n": float(all_[at]), "why": why, "group": frame.groups[at], "reference": frame.reference_name, "unit": "ratio"}
        found.append(said(frame, "source_flag_ratio", limits, at, method=method, **rest))
    return found


def _lists(frame: ScoreFrame, people: Tally) -> list[Finding]:
    table = people.by("is_flagged", "is_flagged_without")
    listed, without = float(table[1].sum()), float(table[:, 1].sum())
    size = {"value": frame.figure(list_size_ratio(*rounded([without, listed], rule=frame.rule)))}
    method = "people listed without the source over people listed; the same people both times, so no interval"
    rest: dict[str, Any] = {"n": frame.count(listed), "why": enough(frame, listed, without), "group": EVERYONE, "unit": "ratio"}
    return [
        overlap_said(frame, "source_list_overlap", float(table[1, 1]), listed, without),
        said(frame, "source_list_size_ratio", size, method=method, **rest),
    ]


def _orders(frame: ScoreFrame, tallies: SourceTallies, source: str) -> list[Finding]:
    table, sums = tallies.orders[source], tallies.sums[source]
    tau = figures(frame, kendall_tau(table, level=frame.about.level))
    share = figures(frame, Interval(*(np.array(one) for one in share_of_sum(sums, level=frame.about.level))))
    people, listed = float(table.sum()), float(sums[0])
    steps = f"in up to {max(table.shape)} steps"
    return [
        said(
            frame, "source_order_tau", tau, n=frame.count(people), why=enough(frame, people), group=EVERYONE, unit="tau",
            method=f"Kendall's tau-b of scores {steps}; Brown-Benedetti limits",
            caveats=() if tau["value"] is not None else ("Not given: without the source everybody scores alike.",),
        ),
        said(
            frame, "source_score_share", share, n=frame.count(listed), why=enough(frame, listed), group=EVERYONE, unit="share",
            method="one less scores without the source over scores with it, summed over people listed; limits of a ratio of sums",
        ),
    ]  # fmt: skip
