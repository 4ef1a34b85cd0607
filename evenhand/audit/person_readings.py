"""How far does the answer depend on what the force has not said? A list under every reading of its rule.

Each open question of a rule is a setting with a few plausible choices. The list is made under each choice by itself and under
choices together; what comes of it is told with its lowest and highest, and the readings that gave them.

Read with care: the range covers the choices that were thought of, with no weight on any. It is not an interval.

Steps, in order:  readings.swept over (settings -> list -> counts -> findings) -> lowest and highest

Source: Steegen, Tuerlinckx, Gelman & Vanpaemel (2016), Perspectives on Psychological Science 11(5), 702-712.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..tables.measure import Measure
from .disclosure import SHOWN, share_parts
from .intervals import share_wilson
from .person_marks import groups_of
from .person_rules import shown_by_group
from .person_said import overlap_said, plain_frame
from .readings import TOGETHER, Swept, swept
from .score_frame import EVERYONE, enough, said
from .share_comparisons import share_ratio

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored
    from .about import About
    from .disclosure import Rule
    from .score_frame import ScoreFrame

MEASURES = {
    "reading_flag_ratio": Measure(
        "How many times as often listed, under this reading", "people of the group",
        "The group’s share listed over the reference group’s; `settings` hold the range over all readings.", "share_comparisons.share_ratio",
    ),
    "reading_list_share": Measure(
        "Share of the list, under this reading", "people on the list", "Of those listed, the share who are of the group.", "person_readings.list_under"
    ),
    "reading_list_size": Measure("People on the list, under this reading", "people", "How many the rule lists.", "person_readings.list_under"),
    "reading_list_overlap": Measure(
        "Overlap with the list of the default reading (Jaccard)", "people on either list", "People on both lists over people on either.", "overlap.jaccard"
    ),
    "reading_lowest_ratio": Measure(
        "Lowest ratio under any reading", "people of the group", "The reading in `settings` lists the group least often beside the reference group.",
        "share_comparisons.share_ratio",
    ),
    "reading_highest_ratio": Measure(
        "Highest ratio under any reading", "people of the group", "The reading in `settings` lists the group most often beside the reference group.",
        "share_comparisons.share_ratio",
    ),
}  # fmt: skip


class ScoreUnder(Protocol):
    """A system with its settings: from a book, a day and readings to scores."""

    def __call__(self, book: RecordBook, /, *, on: dt.date, **settings: Any) -> Scored:
        """Score everybody in the book."""
        ...


def list_under(flagged: NDArray[np.bool_], group: NDArray[np.int64], groups: int) -> NDArray[np.float64]:
    """People of each group not listed and listed, shape (groups, 2).

    Example:
        >>> list_under(np.array([True, False, True]), np.array([0, 0, 1]), 2).tolist()
        [[1.0, 1.0], [0.0, 1.0]]

    Read with care:
        A rule that takes the highest so many lists as many under every reading.

    Source: this is counting.
    """
    known = group >= 0
    return np.bincount(group[known] * 2 + flagged[known], minlength=2 * groups).astype(float).reshape(groups, 2)


def reading_envelope(
    book: RecordBook,
    score: ScoreUnder,
    *,
    on: dt.date,
    defaults: Mapping[str, Any],
    readings: Mapping[str, Sequence[Any]],
    reference: str,
    about: About,
    rule: Rule | None = None,
    together: int = TOGETHER,
    seed: int = 1,
    tell: Callable[[str, float], None] | None = None,
) -> Swept:
    """Make the list under every reading of a rule.

    Args:
        book: records.
        score: the system, which takes the settings by name.
        on: the day of the list.
        defaults, readings: every setting at its default; the plausible choices of those that are open. A card has both.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.
        together, seed: combinations of choices at most, and the seed of their draw.
        tell: is told how many readings are done.

    Returns:
        Swept: the default's findings with the range over all readings, then the lowest and the highest ratio with the readings that gave them.

    Raises:
        BadSetting: a reading of no setting, or a reference that is no group.
    """
    known = book.known(on)
    group, groups = groups_of(known)
    first: list[NDArray[np.bool_]] = []
    tried: list[tuple[dict[str, Any], list[Finding]]] = []

    def ask(settings: dict[str, Any]) -> list[Finding]:
        scored = score(known, on=on, **settings)
        if not first:
            first.append(scored.is_flagged)  # the default is asked first
        frame = plain_frame(book.provenance, scored.system, groups, reference=reference, about=about, rule=rule)
        found = _findings(frame, list_under(scored.is_flagged, group, len(groups)), scored.is_flagged, first[0])
        tried.append((settings, found))
        return found

    made = swept(ask, defaults, readings, together=together, seed=seed, jobs=1, tell=tell)
    return replace(made, findings=(*made.findings, *_ends(tried, defaults)))


def _findings(frame: ScoreFrame, table: NDArray[np.float64], now: NDArray[np.bool_], default: NDArray[np.bool_]) -> list[Finding]:
    some, others = share_parts(table[:, 1], table[:, 0], rule=frame.rule)
    part, all_ = np.nan_to_num(some.counts), np.nan_to_num(some.counts) + np.nan_to_num(others.counts)
    base, level, found = frame.reference, frame.about.level, []
    ratio = share_ratio(part, all_, part[base], all_[base], level=level)
    for at in frame.others:
        why = int(some.why[at] if some.why[at] != SHOWN else some.why[base])
        rest: dict[str, Any] = {"group": frame.groups[at], "reference": frame.reference_name, "unit": "ratio"}
        method = "the group's share listed over the reference's; limits from the two Wilson intervals"
        found.append(said(frame, "reading_flag_ratio", ratio, at, n=float(all_[at]), why=why, method=method, **rest))
    listed = shown_by_group(table[:, 1], frame.rule)
    shares = share_wilson(listed.counts, np.full(len(table), listed.total), level=level)
    for at, name in enumerate(frame.groups):
        rest = {"group": name, "unit": "share", "method": "people of the group listed over all listed; Wilson interval"}
        found.append(said(frame, "reading_list_share", shares, at, n=listed.total, why=int(listed.why[at]), **rest))
    people = float(now.sum())
    rest = {"group": EVERYONE, "unit": "people", "method": "people listed; a count, so no interval"}
    found.append(said(frame, "reading_list_size", {"value": frame.count(people)}, n=frame.count(float(len(now))), why=enough(frame, people), **rest))
    return [*found, overlap_said(frame, "reading_list_overlap", float((now & default).sum()), people, float(default.sum()))]


def _ends(tried: list[tuple[dict[str, Any], list[Finding]]], defaults: Mapping[str, Any]) -> list[Finding]:
    """The lowest and the highest ratio of each group, each with what it was read from."""
    found = []
    groups = {finding.group for _, some in tried for finding in some if finding.measure == "reading_flag_ratio"}
    for group in sorted(str(one) for one in groups):
        known = [
            (finding, settings)
            for settings, some in tried
            for finding in some
            if finding.measure == "reading_flag_ratio" and finding.group == group and finding.value is not None
        ]
        for measure, pick in (("reading_lowest_ratio", min), ("reading_highest_ratio", max)):
            if known:
                finding, settings = pick(known, key=lambda one: one[0].value or 0.0)
                read_as = {name: choice for name, choice in settings.items() if choice != defaults[name]}
                told = {**finding.settings, "reading": read_as, "tried": len(known)}
                found.append(finding.model_copy(update={"measure": measure, "settings": told}))
    return found
