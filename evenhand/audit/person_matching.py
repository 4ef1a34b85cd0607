"""Are people listed alike who are alike on record, and are people who did alike?

Groups are compared within strata of recorded history, and within strata of true offending. Where one group's offending is recorded
more, a list made from records looks even-handed among people of like record while it lists one group more among people who did
the same. The published study of this kind found 0.5 to 2.8 percentage points at like record, 4.5 to 11.0 at like conduct.

    matched flags     the gap in the share listed, each stratum's own level taken out (Mantel-Haenszel), and standardised to everybody
    matched scores    the gap in mean score, likewise

Read with care: strata are bands, and people within one are not quite alike; true offending is known of made-up people alone.

Steps, in order:  people by stratum, group and flag -> common_difference, common_ratio, standardised -> wider with areas

Source: Zilka, Fogliato, Butcher & Weller (2023), The Progression of Disparities within the Criminal Justice System, FAccT (arXiv 2305.07575).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .area_resampling import area_sums
from .conditional_parity import common_difference, common_ratio
from .intervals import Interval, over_or_nan, share_wilson, z_of
from .limits import over_areas
from .person_said import figures, labelled
from .person_tallies import frame_of_people
from .rate_findings import how, with_areas
from .score_frame import enough, said
from .share_comparisons import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_tallies import PersonTallies
    from .score_frame import ScoreFrame

IN_STRATA = "people of the group in strata that hold both groups"
MEASURES = {
    "matched_flag_difference": Measure(
        "Gap in the share listed among people who are alike", IN_STRATA,
        "The group’s share listed less the reference’s, within strata of what `settings` names, gathered; 0 is equal.",
        "conditional_parity.common_difference",
    ),
    "matched_flag_ratio": Measure(
        "How many times as often listed among people who are alike", IN_STRATA,
        "The group’s share listed over the reference’s, within strata of what `settings` names, gathered; 1 is equal.", "conditional_parity.common_ratio",
    ),
    "standardised_flag_difference": Measure(
        "Gap in the share listed, were both groups as everybody is", IN_STRATA,
        "The same gap with every stratum weighted by how many people of all groups are in it.", "person_matching.standardised_difference",
    ),
    "matched_score_difference": Measure(
        "Gap in mean score among people who are alike", "scored people of the group in strata that hold both groups",
        "The group’s mean score less the reference’s, within strata, gathered; in the score’s own unit where it is a probability, else in ranks from 0 to 1.",
        "person_matching.matched_means",
    ),
    "conduct_less_record_gap": Measure(
        "Gap at like conduct less gap at like record", IN_STRATA,
        "How much of the gap in the share listed hides behind the record: 0 where the record is as good for one group as for the other.",
        "person_matching.gap_of_flags",
    ),
}  # fmt: skip
SIDES = {"nothing": None, "record": "record", "conduct": "conduct"}
"""What people are matched on -> the side of the counts that holds the strata."""
COARSE = "Strata are bands of how many offences and how many recent violent ones; people in one band are not quite alike."


def standardised_difference(flagged: ArrayLike, people: ArrayLike, *, group: int, reference: int, level: float = 0.95) -> Interval:
    """One group's share listed less another's, had both the history of everybody: direct standardisation.

    difference = sum(w (a / n - c / m)) / sum(w), w all people of the stratum, over strata with people of both groups

    Args:
        flagged, people: by stratum and group, shape (strata, groups).
        group, reference: positions.
        level: coverage, between 0 and 1.

    Returns:
        Interval of one number, from -1 to 1; nan where no stratum has people of both.

    Example:
        >>> found = standardised_difference([[30, 40], [40, 60]], [[100, 200], [50, 100]], group=0, reference=1)
        >>> f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
        '0.133 (0.048 to 0.218)'

    Read with care:
        Strata without one of the groups are left out, so "everybody" is everybody who can be compared.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 15; Zou & Donner (2008), Statistics in Medicine 27(10), for the limits.
    """
    some, all_ = np.asarray(flagged, dtype=float), np.asarray(people, dtype=float)
    both = (all_[:, group] > 0) & (all_[:, reference] > 0)
    if not both.any():
        return Interval(*(np.array(np.nan) for _ in range(3)))
    some, all_ = some[both], all_[both]
    weight = all_.sum(axis=1) / all_.sum()
    shares = share_wilson(some[:, [group, reference]], all_[:, [group, reference]], level=level)
    return weighted_sum(Interval(*(one.ravel() for one in shares)), np.stack([weight, -weight], axis=1).ravel())


def gap_of_flags(flagged: NDArray[np.float64], people: NDArray[np.float64], *, reference: int) -> NDArray[np.float64]:
    """The gap in the share listed, gathered over strata as `conditional_parity.common_difference` does, for many draws at once.

    Args:
        flagged, people: by stratum and group, shape (…, strata, groups).
        reference: position of the group compared with.

    Returns:
        Shape (…, groups); 0 for the reference, nan where no stratum holds both.

    Example:
        >>> flagged, people = np.array([[30.0, 40.0], [40.0, 60.0]]), np.array([[100.0, 200.0], [50.0, 100.0]])
        >>> gap_of_flags(flagged, people, reference=1).round(3).tolist()
        [0.133, 0.0]

    Read with care:
        As `conditional_parity.common_difference`, which has the limits of one table.

    Source: Greenland & Robins (1985), Biometrics 41(1), 55-68.
    """
    a, n, c, m = flagged, people, flagged[..., [reference]], people[..., [reference]]
    weight = over_or_nan(n * m, n + m)
    gap = over_or_nan(a, n) - over_or_nan(c, m)
    counts = (n > 0) & (m > 0)
    return over_or_nan(np.where(counts, weight * gap, 0.0).sum(axis=-2), np.where(counts, weight, 0.0).sum(axis=-2))


def matched_means(sums: ArrayLike, *, group: int, reference: int, level: float = 0.95) -> Interval:
    """One group's mean score less another's within strata, gathered with the weights of `conditional_parity.common_difference`.

    difference = sum(w (mean of the group - mean of the reference)) / sum(w), w = n m / (n + m); normal limits from variances within strata

    Args:
        sums: sums over people of 1, score and its square, shape (strata, groups, 3).
        group, reference: positions.
        level: coverage, between 0 and 1.

    Returns:
        Interval of one number; nan where no stratum has two people of both.

    Example:
        >>> sums = [[[100, 50.0, 26.0], [100, 40.0, 17.0]]]
        >>> found = matched_means(sums, group=0, reference=1)
        >>> f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
        '0.100 (0.072 to 0.128)'

    Read with care:
        A mean score can differ where nobody is listed differently, and the other way round.

    Source: Greenland & Robins (1985), Biometrics 41(1), 55-68, for the weights.
    """
    table = np.asarray(sums, dtype=float)
    (n, a, aa), (m, c, cc) = (np.moveaxis(table[:, at], -1, 0) for at in (group, reference))
    both = (n > 1) & (m > 1)
    n, a, aa, m, c, cc = (one[both] for one in (n, a, aa, m, c, cc))
    weight = n * m / np.maximum(n + m, 1)
    spread = np.maximum(aa - a**2 / n, 0) / (n - 1) / n + np.maximum(cc - c**2 / m, 0) / (m - 1) / m
    value = over_or_nan((weight * (a / n - c / m)).sum(), weight.sum())
    off = z_of(level) * np.sqrt(over_or_nan((weight**2 * spread).sum(), weight.sum() ** 2))
    return Interval(value, value - off, value + off)


def matching_findings(
    tallies: PersonTallies, *, reference: str, about: About, rule: Rule | None = None, replicates: int = 1000, seed: int = 0
) -> list[Finding]:
    """The gap between groups among everybody, among people of like record, and among people of like conduct.

    Args:
        tallies: people counted.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.
        replicates, seed: of draws of whole areas.

    Returns:
        Findings, `settings["matched_on"]` naming what people are alike in; what hides behind the record first, where the truth is known.
    """
    frame = frame_of_people(tallies, reference=reference, about=about, rule=rule, replicates=replicates, seed=seed)
    matched = [name for name in SIDES if name != "conduct" or tallies.has_truth]
    found = [finding for name in matched for at in frame.others for finding in _matched(tallies, labelled(frame, matched_on=name), name, at)]
    if "conduct" in matched:
        found = [*_hidden_behind_record(tallies, frame), *found]
    return found


def _tables(tallies: PersonTallies, side: str | None, *first: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People listed, and all people, by stratum and group; one stratum for all where nothing is matched on."""
    sides = (*first, side, "group", "is_flagged") if side else (*first, "group", "is_flagged")
    table = tallies.people.by(*sides)
    table = table if side else np.expand_dims(table, len(first))
    return table[..., 1], table.sum(axis=-1)


def _matched(tallies: PersonTallies, frame: ScoreFrame, name: str, at: int) -> list[Finding]:
    side, base, level = SIDES[name], frame.reference, frame.about.level
    flagged, people = _tables(tallies, side)
    both = (people[:, at] > 0) & (people[:, base] > 0)
    alike = [table[both][:, place] for place in (at, base) for table in (flagged, people)]
    why = enough(frame, *(one.sum() for one in alike), *(alike[at_].sum() - alike[at_ - 1].sum() for at_ in (1, 3)))
    draws = _drawn(tallies, frame, side)
    kept = people[both][:, [at, base]].sum() / max(people[:, [at, base]].sum(), 1)
    rest: dict[str, Any] = {"n": frame.count(float(alike[1].sum())), "why": why, "group": frame.groups[at], "reference": frame.reference_name}
    rest["settings"] = {"strata": int(both.sum()), "share_in_both": round(float(kept), 3)}
    rest["caveats"] = (COARSE,) if side else ()
    difference = _with_areas(frame, common_difference(*alike, level=level), draws, at)
    numbers = (
        ("matched_flag_difference", difference, "share", f"Mantel-Haenszel difference over strata; {how(frame, 'Greenland-Robins limits')}"),
        ("matched_flag_ratio", common_ratio(*alike, level=level), "ratio", "Mantel-Haenszel ratio over strata; Greenland-Robins limits"),
        (
            "standardised_flag_difference", standardised_difference(flagged, people, group=at, reference=base, level=level), "share",
            "difference standardised to all people; limits from Wilson's of every share",
        ),
    )  # fmt: skip
    found = [said(frame, measure, figures(frame, limits), unit=unit, method=method, **rest) for measure, limits, unit, method in numbers]
    return [*found, _scores(tallies, frame, name, at)]


def _scores(tallies: PersonTallies, frame: ScoreFrame, name: str, at: int) -> Finding:
    sums = tallies.score_sums["record" if name == "nothing" else name]
    sums = sums.sum(axis=0, keepdims=True) if name == "nothing" else sums
    both = (sums[:, at, 0] > 1) & (sums[:, frame.reference, 0] > 1)
    limits = matched_means(sums, group=at, reference=frame.reference, level=frame.about.level)
    people = [float(sums[both, place, 0].sum()) for place in (at, frame.reference)]
    return said(
        frame, "matched_score_difference", figures(frame, limits), n=frame.count(people[0]), why=enough(frame, *people), group=frame.groups[at],
        reference=frame.reference_name, unit="share" if tallies.scale == "score" else "rank, 0 to 1", caveats=(COARSE,) if name != "nothing" else (),
        method="mean scores within strata, gathered with Mantel-Haenszel weights; normal limits, people taken as independent",
        settings={"scale": tallies.scale},
    )  # fmt: skip


def _hidden_behind_record(tallies: PersonTallies, frame: ScoreFrame) -> list[Finding]:
    gaps = {name: gap_of_flags(*_tables(tallies, name), reference=frame.reference) for name in ("record", "conduct")}
    draws = {name: _drawn(tallies, frame, name) for name in gaps}
    value, found = gaps["conduct"] - gaps["record"], []
    listed = tallies.people.by("group", "is_flagged")
    for at in frame.others:
        limits, method = (
            Interval(value, *(np.full(len(value), np.nan),) * 2),
            "gap at like conduct less gap at like record; no interval, for there are too few areas",
        )
        if draws["conduct"] is not None and draws["record"] is not None:
            drawn = draws["conduct"] - draws["record"]
            limits = over_areas(value, drawn.T, level=frame.about.level, areas=len(frame.areas if frame.areas is not None else ()), scale="plain")
            method = "gap at like conduct less gap at like record; limits from whole areas drawn anew (Student t)"
        numbers = figures(frame, limits, at)
        why = enough(frame, *listed[at], *listed[frame.reference])
        rest: dict[str, Any] = {"group": frame.groups[at], "reference": frame.reference_name, "unit": "share", "method": method, "caveats": (COARSE,)}
        found.append(said(frame, "conduct_less_record_gap", numbers, n=frame.count(float(listed[at].sum())), why=why, **rest))
    return found


def _drawn(tallies: PersonTallies, frame: ScoreFrame, side: str | None) -> NDArray[np.float64] | None:
    """The gap of each draw of whole areas, shape (replicates, groups); the same areas are drawn whatever is matched on."""
    if frame.draws is None:
        return None
    flagged, people = _tables(tallies, side, "area")
    lived_in = people.sum(axis=(1, 2)) > 0
    shape = flagged.shape[1:]
    table = np.stack([flagged, people], axis=1)[lived_in].reshape(int(lived_in.sum()), -1)
    sums = area_sums(table, replicates=frame.replicates, seed=frame.seed).reshape(frame.replicates, 2, *shape)
    return gap_of_flags(sums[:, 0], sums[:, 1], reference=frame.reference)


def _with_areas(frame: ScoreFrame, plain: Interval, draws: NDArray[np.float64] | None, at: int) -> Interval:
    lined = Interval(*(np.atleast_1d(one) for one in plain))
    found = with_areas(frame, lined, None if draws is None else draws[:, [at]], within=(-1.0, 1.0))
    return Interval(*(one[0] for one in found))
