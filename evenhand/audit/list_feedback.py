"""A list of people in the loop: the listed are stopped more, so more of what they do is recorded, so they stay listed.

Made-up people with true rates of offending that are set, and a chance that an offence is recorded which may differ
between groups. Each month those with the highest recorded (and fading) score are listed; being listed multiplies the
chance that an offence is recorded, and brings records of its own that no offence stands behind, such as stops that
found nothing but are counted. The control is the same list when being listed changes nothing.

Only sums over people leave here: no person has a row, a score or a rank in anything that is written.

Read with care: these people are made up and so are the rates. It shows what such a rule does when its assumptions
hold, not what any list has done. Who "offends more" is known here only because it was set.

Steps, in order:  people_made_up -> simulate_list (record, score, list, watch) -> list_findings

Source: Ensign and others (2018), PMLR 81 (recorded by being looked at); Lum & Isaac (2016), Significance 13(5); the multiplier and the
records without an offence are assumptions of ours, to be swept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting
from ..tables.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About

OVER = "simulated towns of made-up people"
MEASURES = {
    "list_ratio": Measure(
        "How many times as likely to be listed",
        OVER,
        "The share of the group’s made-up people who are listed at the end, over the reference group’s; 1 is equal.",
        "list_feedback.list_ratio",
    ),
    "list_ratio_at_like_conduct": Measure(
        "How many times as likely to be listed at the same true rate",
        OVER,
        "The same ratio among people of like true rates of offending: what recording and the loop add.",
        "list_feedback.list_ratio_at_like_conduct",
    ),
    "listed_below_average_share": Measure(
        "Listed people who truly offend less than the average person",
        OVER,
        "Of the listed, the share whose true rate is below the average of all.",
        "list_feedback.simulate_list",
    ),
    "recorded_per_offence_listed_ratio": Measure(
        "Records for each true offence, listed beside not listed",
        OVER,
        "How many times as many records an offence leaves when its author is listed.",
        "list_feedback.simulate_list",
    ),
    "list_kept_share": Measure(
        "First list that is still on the last", OVER, "Of those on the first list drawn from records, the share on the last.", "list_feedback.simulate_list"
    ),
    "list_feedback_effect": Measure(
        "What being listed alone does to the ratio at like conduct",
        OVER,
        "The ratio at the same true rate over what it is when being listed changes nothing.",
        "list_feedback.list_ratio_at_like_conduct",
    ),
}
STRATA = 20
"""Bands of true rates within which people are compared."""


@dataclass(frozen=True)
class Town:
    """How the made-up town is set.

    Attributes:
        people: how many, in all.
        group_share: share of them in the group.
        offences_a_month: mean of the true rates, the same in both groups unless `group_offends` says otherwise.
        spread: shape of the gamma that true rates follow; the smaller, the fewer do most.
        group_offends: the group's mean true rate over the others'.
        recorded: chance that an offence is recorded.
        group_recorded: that chance in the group over the others'.
    """

    people: int = 2000
    group_share: float = 0.2
    offences_a_month: float = 0.05
    spread: float = 0.5
    group_offends: float = 1.0
    recorded: float = 0.2
    group_recorded: float = 1.0

    def __post_init__(self) -> None:
        """Raise on a town that cannot be."""
        if self.people < 50 or not 0 < self.group_share < 1 or round(self.people * self.group_share) in (0, self.people):
            raise BadSetting(f"people={self.people!r} with group_share={self.group_share!r}: give at least 50 people, some in the group and some not.")
        rates = (self.offences_a_month, self.spread, self.group_offends, self.group_recorded)
        if not all(np.isfinite(rate) and rate > 0 for rate in rates):
            raise BadSetting("offences_a_month, spread, group_offends and group_recorded must be above 0.")
        if not 0 < self.recorded <= 1 or self.recorded * self.group_recorded > 1:
            raise BadSetting(f"recorded={self.recorded!r} times group_recorded={self.group_recorded!r} must be a chance above 0 and at most 1.")


@dataclass(frozen=True)
class Watching:
    """What being listed does.

    Attributes:
        listed: people on the list.
        multiplies: the chance that an offence of a listed person is recorded, over what it was; never above 1 in all.
        adds_a_month: records a month that being listed brings with no offence behind them.
        kept: share of a record's weight left after a month.
    """

    listed: int = 100
    multiplies: float = 2.0
    adds_a_month: float = 0.0
    kept: float = 0.97


@dataclass(frozen=True)
class Listed:
    """What a simulation gives, one number a replicate; people themselves are not in it.

    Attributes:
        ratio, ratio_at_like_conduct: see the functions.
        below_average_share, kept_share: of the list at the end, and of the first month's list.
        recording_ratio: records an offence, listed over not listed, over all months.
    """

    ratio: NDArray[np.float64]
    ratio_at_like_conduct: NDArray[np.float64]
    below_average_share: NDArray[np.float64]
    kept_share: NDArray[np.float64]
    recording_ratio: NDArray[np.float64]


def list_ratio(is_listed: NDArray[np.bool_], in_group: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of the group who are listed over the share of the others; shape (replicates,), nan where none of the others is.

    Example:
        >>> list_ratio(np.array([[True, True, True, False, False]]), np.array([True, True, False, False, False])).tolist()
        [3.0]

    Read with care:
        Says nothing of why; see `list_ratio_at_like_conduct`.

    Source: the selection-rate ratio of equal-opportunity practice (29 CFR 1607.4 D), which has no legal force in the United Kingdom.
    """
    ours, theirs = is_listed[:, in_group].mean(axis=1), is_listed[:, ~in_group].mean(axis=1)
    return np.divide(ours, theirs, out=np.full(len(ours), np.nan), where=theirs > 0)


def list_ratio_at_like_conduct(is_listed: NDArray[np.bool_], in_group: NDArray[np.bool_], band: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same ratio within bands of true rates, pooled (Mantel-Haenszel); shape (replicates,), nan where no band holds both groups.

    Args:
        is_listed: shape (replicates, people).
        in_group: shape (people,).
        band: of each person's true rate, from 0, shape (people,) or (replicates, people).

    Example:
        >>> listed = np.array([[True, False, True, False, False, False]])
        >>> list_ratio_at_like_conduct(listed, np.array([True, False, True, True, False, False]), np.array([0, 0, 1, 1, 1, 1])).tolist()
        [inf]

    Read with care:
        Like conduct is known here because it was set. In real records there are only recorded offences.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 15.
    """
    above = below = np.zeros(len(is_listed))
    bands = np.broadcast_to(band, is_listed.shape)
    for one in range(int(band.max()) + 1):
        ours, theirs = in_group & (bands == one), ~in_group & (bands == one)
        n, m = ours.sum(axis=1), theirs.sum(axis=1)
        both = np.maximum(n + m, 1)
        above = above + (is_listed & ours).sum(axis=1) * m / both
        below = below + (is_listed & theirs).sum(axis=1) * n / both
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((above > 0) | (below > 0), above / below, np.nan)


def simulate_list(
    town: Town, watching: Watching, *, months: int = 60, replicates: int = 100, seed: int = 0, tell: Callable[[str, float], None] | None = None
) -> Listed:
    """Record, score, list and watch, month by month.

    Args:
        town, watching: how it is set.
        months, replicates: how long, and how many towns side by side, each with people of its own.
        seed: of the random numbers.
        tell: is told how many months are done.

    Raises:
        BadSetting: a list of nobody or of everybody, or settings out of range.

    Example:
        >>> found = simulate_list(Town(people=500), Watching(listed=25), months=12, replicates=20, seed=1)
        >>> found.ratio.shape
        (20,)

    Read with care:
        See the head of this file.

    Source: as at the head of this file.
    """
    if not 1 <= watching.listed < town.people or months < 2 or replicates < 1:
        raise BadSetting(
            f"listed={watching.listed!r}, months={months!r}, replicates={replicates!r}: list some but not all of the {town.people:,} people, "
            "over 2 months or more, in at least one town."
        )
    if not watching.multiplies >= 0 or not watching.adds_a_month >= 0 or not 0 <= watching.kept <= 1:
        raise BadSetting("multiplies and adds_a_month must be 0 or more, and kept a share from 0 to 1.")
    random = np.random.default_rng(seed)
    in_group, rate, chance = people_made_up(town, replicates, random)
    score = random.random((replicates, town.people)) * 1e-6  # so that the first list is drawn by lot
    first: NDArray[np.bool_] | None = None
    recorded, offences = np.zeros((2, replicates)), np.zeros((2, replicates))
    for month in range(months):
        is_listed = _highest(score, watching.listed)
        first = is_listed if month == 1 else first
        today = random.poisson(rate)
        seen = random.binomial(today, np.where(is_listed, np.minimum(1, chance * watching.multiplies), chance)).astype(float)
        if watching.adds_a_month:
            seen += random.poisson(watching.adds_a_month * is_listed)
        score = watching.kept * score + seen
        for side, members in enumerate((~is_listed, is_listed)):
            recorded[side] += (seen * members).sum(axis=1)
            offences[side] += (today * members).sum(axis=1)
        if tell:
            tell(f"simulating: month {month + 1} of {months}", (month + 1) / months)
    assert first is not None
    last = _highest(score, watching.listed)
    band = np.argsort(np.argsort(rate, axis=1), axis=1) * STRATA // town.people
    with np.errstate(divide="ignore", invalid="ignore"):
        recording = (recorded[1] / offences[1]) / (recorded[0] / offences[0])
    return Listed(
        list_ratio(last, in_group),
        list_ratio_at_like_conduct(last, in_group, band),
        (last & (rate < rate.mean(axis=1, keepdims=True))).sum(axis=1) / watching.listed,
        (first & last).sum(axis=1) / watching.listed,
        recording,
    )


def people_made_up(town: Town, replicates: int, random: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Who is in the group, (people,); true offences a month, (replicates, people); and the chance that one is recorded, (people,)."""
    in_group = np.arange(town.people) < round(town.people * town.group_share)
    rate = random.gamma(town.spread, town.offences_a_month / town.spread, (replicates, town.people)) * np.where(in_group, town.group_offends, 1.0)
    return in_group, rate, town.recorded * np.where(in_group, town.group_recorded, 1.0)


def _highest(score: NDArray[np.float64], listed: int) -> NDArray[np.bool_]:
    chosen = np.zeros(score.shape, dtype=bool)
    np.put_along_axis(chosen, np.argpartition(-score, listed - 1, axis=1)[:, :listed], True, axis=1)
    return chosen


def list_findings(arms: dict[str, Listed], *, group: str, reference: str, about: About) -> list[Finding]:
    """Findings for each arm ("the list", "being listed changes nothing"), the effect of the loop first.

    Args:
        arms: what it is -> simulation; the first is asked about, the second is its control.
        group, reference: what the two groups are called.
        about: place, period, source and caveats.
    """
    found: list[Finding] = []
    (main, asked), (other, control) = list(arms.items())[:2]
    known = control.ratio_at_like_conduct[np.isfinite(control.ratio_at_like_conduct)]
    effect = asked.ratio_at_like_conduct / np.median(known) if len(known) else np.full(len(asked.ratio), np.nan)
    found.append(_finding(about, "list_feedback_effect", effect, "ratio", main, group, reference))
    for name, arm in ((main, asked), (other, control)):
        found.append(_finding(about, "list_ratio", arm.ratio, "ratio", name, group, reference))
        found.append(_finding(about, "list_ratio_at_like_conduct", arm.ratio_at_like_conduct, "ratio", name, group, reference))
        found.append(_finding(about, "listed_below_average_share", arm.below_average_share, "share", name))
        found.append(_finding(about, "list_kept_share", arm.kept_share, "share", name))
        found.append(_finding(about, "recorded_per_offence_listed_ratio", arm.recording_ratio, "ratio", name))
    return found


def _finding(about: About, measure: str, values: NDArray[np.float64], unit: str, arm: str, group: str | None = None, reference: str | None = None) -> Finding:
    known = values[~np.isnan(values)]  # a ratio without bound stays, at the end of the order
    told: dict[str, Any] = {"group": group, "reference": reference, "unit": unit, "n": float(len(known)), "settings": {"arm": arm}}
    if len(known) < max(2, len(values) / 2):
        return about.finding(measure, None, caveats=("Most simulated towns give no value: nobody of one group is listed.",), **told)
    tail = (1 - about.level) / 2
    low, middle, high = (float(end) for end in np.quantile(known, [tail, 0.5, 1 - tail], method="closest_observation"))
    method = "median over simulated towns; low and high are percentiles of the towns, not an interval for a real list"
    return about.finding(measure, middle, low=low, high=high, method=method, **told)
