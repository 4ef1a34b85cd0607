"""Flag ratio: how many times as often is a group listed, per head of whom?

"Per head" decides the answer. Beside each other stand the group's part of everybody, of those with recent violence on record, of
recent violent offences on record, and (of made-up people) of those who truly did something violent and of what they did. The
published comparison is of this kind: 78 % of a list against 27 % of those held responsible for serious youth violence is 2.9.

Read with care: a list that follows the record closely has a ratio near 1 against the record, whatever made the record.

Steps, in order:  denominators -> protect -> ratio per head, share of the list, share over share

Source: Amnesty International (2018), Trapped in the Matrix, for the comparison of shares; each function cites its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure
from .disclosure import SHOWN
from .intervals import Interval, over_or_nan, ratio_exact, share_wilson
from .person_rules import Shown, shown_by_group
from .person_said import labelled
from .person_tallies import frame_of_people
from .rate_findings import how, with_areas
from .score_frame import on_few, said

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_tallies import PersonTallies
    from .score_frame import ScoreFrame

DENOMINATOR = "people or offences of the group, of those compared with"
MEASURES = {
    "list_rate_ratio": Measure(
        "How many times as often listed, per head", DENOMINATOR,
        "People of the group listed for each in the denominator, over the same of the reference group; 1 is equal.", "intervals.ratio_exact",
    ),
    "list_group_share": Measure("Share of the list", "people on the list", "Of the people listed, the share who are of the group.", "intervals.share_wilson"),
    "denominator_group_share": Measure(
        "Share of those compared with", "people or offences in the denominator", "Of the denominator that `settings` names, the group’s share.",
        "intervals.share_wilson",
    ),
    "list_share_over_share": Measure(
        "Share of the list over share of those compared with", "people on the list",
        "The group’s share of the list over its share of the denominator that `settings` names; 1 is in proportion.", "person_shares.share_over_share",
    ),
}  # fmt: skip
FIXED = "The denominator is taken as it is; only who is listed is treated as chance."


@dataclass(frozen=True)
class Denominator:
    """Whom, or what, listed people are set against.

    Attributes:
        name: as it stands in settings and pictures.
        truth: "recorded" or "true", None where it is neither.
        counts: by group, shape (groups,).
        by_area: the same by area, shape (areas, groups), where people are counted.
    """

    name: str
    truth: str | None
    counts: NDArray[np.float64]
    by_area: NDArray[np.float64] | None = None


def share_over_share(part: ArrayLike, denominators: ArrayLike, *, listed: float | None = None, all_: float | None = None, level: float = 0.95) -> Interval:
    """A group's share of a list over its share of a denominator.

    (listed of the group / all listed) / (denominator of the group / all of it)

    Args:
        part: people listed by group, shape (groups,).
        denominators: people or offences by group, same shape; taken as known.
        listed, all_: sums of the two, where some groups are hidden; left out: of what is given.
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (groups,); 1 is in proportion. nan where nobody is listed, or the group has nothing in the denominator.

    Example:
        >>> value, low, high = share_over_share([2969, 837], [27, 73])
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '2.89 (2.84 to 2.94)'

    Read with care:
        Shares are of different wholes, and a share of 78 % can be 1.3 times another at most where that is 60 %. The ratio per
        head has no such ceiling.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212, for the limits.
    """
    ours, heads = np.asarray(part, dtype=float), np.asarray(denominators, dtype=float)
    expected = np.nan_to_num(over_or_nan(heads, heads.sum() if all_ is None else all_))
    return Interval(*(over_or_nan(one, expected) for one in share_wilson(ours, ours.sum() if listed is None else listed, level=level)))


def denominators(tallies: PersonTallies) -> list[Denominator]:
    """What people are set against: everybody, the record, and the truth where it is known."""
    people = tallies.people
    found = [Denominator("everybody", None, people.by("group"), people.by("area", "group"))]
    sides = (("recorded", "is_violent", "on record for"), ("true", "was_violent", "who truly did"))
    for truth, side, words in sides:
        if truth in tallies.offences:
            some = people.where(**{side: "yes"})
            found.append(Denominator(f"people {words} recent violence", truth, some.by("group"), some.by("area", "group")))
            what = "recent violence on record" if truth == "recorded" else "recent true violence"
            found.append(Denominator(what, truth, tallies.offences[truth]))
    return found


def share_findings(tallies: PersonTallies, *, reference: str, about: About, rule: Rule | None = None, replicates: int = 1000, seed: int = 0) -> list[Finding]:
    """How many times as often each group is listed, and its share of the list, against each denominator.

    Args:
        tallies: people counted.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.
        replicates, seed: of draws of whole areas.

    Returns:
        Findings, `settings` naming the denominator and its truth; ratios per head first.

    Raises:
        BadSetting, CannotAnswer: see `person_tallies.frame_of_people`.
    """
    frame = frame_of_people(tallies, reference=reference, about=about, rule=rule, replicates=replicates, seed=seed)
    on_list = tallies.people.where(is_flagged="yes")
    listed, flags = shown_by_group(on_list.by("group"), frame.rule), on_list.by("area", "group")
    found: list[Finding] = []
    for one in denominators(tallies):
        heads = shown_by_group(one.counts, frame.rule)
        why = np.where(listed.why != SHOWN, listed.why, heads.why)
        named = labelled(frame, denominator=one.name, **({} if one.truth is None else {"truth": one.truth}))
        found += [*_ratios(named, one, listed, heads, why, flags), *_shares(named, listed, heads, why)]
    limits = share_wilson(listed.counts, listed.total, level=about.level)
    for at, group in enumerate(frame.groups):
        method = "people of the group listed over all listed; Wilson interval"
        found.append(said(frame, "list_group_share", limits, at, n=listed.total, why=listed.why[at], group=group, unit="share", method=method))
    order = list(MEASURES)
    return sorted(found, key=lambda finding: order.index(finding.measure))


def _ratios(frame: ScoreFrame, one: Denominator, listed: Shown, heads: Shown, why: NDArray[np.int8], flags: NDArray[np.float64]) -> list[Finding]:
    base, found = frame.reference, []
    can = listed.counts[base] > 0 and heads.counts[base] > 0
    plain = Interval(*(np.full(len(why), np.nan) for _ in range(3)))
    if can:
        plain = ratio_exact(listed.counts, heads.counts, listed.counts[base], heads.counts[base], level=frame.about.level)
    limits, words = plain, "exact limits of two Poisson counts"
    if can and one.by_area is not None and frame.draws is not None:
        limits, words = with_areas(frame, plain, _drawn(frame, flags, one.by_area), is_ratio=True, within=(0.0, np.inf)), how(frame, words)
    for at in frame.others:
        hidden = int(why[at] if why[at] != SHOWN else why[base])
        few = on_few([listed.counts[at], listed.counts[base]], [f"listed, {frame.groups[at]}", f"listed, {frame.reference_name}"])
        none = () if can else ("Not given: nobody of the reference group is listed, or it has nothing in the denominator.",)
        finding = said(
            frame, "list_rate_ratio", limits, at, n=heads.counts[at], why=hidden, caveats=(*none, *few, FIXED), unit="ratio", group=frame.groups[at],
            reference=frame.reference_name, method=f"listed per head of the denominator, over the reference's; {words}",
        )  # fmt: skip
        found.append(finding)
    return found


def _drawn(frame: ScoreFrame, flags: NDArray[np.float64], heads: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ratio of each draw of whole areas; areas without anybody are left out as in the frame."""
    from .area_resampling import area_sums, ratios_of_sums

    groups = len(frame.groups)
    lived_in = np.concatenate([flags, heads], axis=1)
    sums = area_sums(lived_in[lived_in.sum(axis=1) > 0], replicates=frame.replicates, seed=frame.seed)
    return ratios_of_sums(sums, range(groups), range(groups, 2 * groups), reference=frame.reference)


def _shares(frame: ScoreFrame, listed: Shown, heads: Shown, why: NDArray[np.int8]) -> list[Finding]:
    level, found = frame.about.level, []
    over = share_over_share(listed.counts, heads.counts, listed=listed.total, all_=heads.total, level=level)
    share = share_wilson(heads.counts, heads.total, level=level)
    for at, group in enumerate(frame.groups):
        method = "the group's share of the list, Wilson interval, over its share of the denominator, which is held"
        found.append(
            said(frame, "list_share_over_share", over, at, n=listed.total, why=int(why[at]), unit="ratio", method=method, caveats=(FIXED,), group=group)
        )
        method = "the group over all; Wilson interval"
        found.append(said(frame, "denominator_group_share", share, at, n=heads.total, why=int(heads.why[at]), unit="share", method=method, group=group))
    return found
