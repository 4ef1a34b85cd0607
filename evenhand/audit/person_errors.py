"""How often is a list wrong about people, judged by what was recorded of them later and by what they truly did later?

The two stand side by side. A list made from records is judged by records too, and so seems righter about those who are watched:
whom police look for they find. Of made-up people the truth is known, and what the record hides can be counted.

Read with care: both truths count whether the outcome came at all in the follow-up, not how grave it was.

Steps, in order:  six_cells by each truth -> rate_findings (rates, gaps, tests) -> shift (one truth less the other) -> require_identity

Source: Chouldechova (2017), Big Data 5(2), 153-163; each function cites its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .area_resampling import area_sums
from .disclosure import SHOWN
from .group_rates import RATES, share_of
from .intervals import Interval
from .limits import over_areas, over_redraws
from .person_said import figures, labelled
from .person_tallies import LATER, frame_of_people
from .rate_findings import rate_findings
from .score_frame import EVERYONE, enough, said, shares_shown
from .trade_offs import chouldechova

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_tallies import PersonTallies
    from .score_frame import ScoreFrame

RATES_SAID = ("false_positive_rate", "false_negative_rate", "positive_predictive_value", "base_rate", "selection_rate")
MEASURES = {
    "error_rate_by_record_less_truth": Measure(
        "Error rate by the record, less by the truth", "people of the group",
        "The rate named in `settings` judged by what was recorded later, less the same judged by what made-up people truly did; 0 is no difference.",
        "person_errors.truth_shift",
    ),
    "error_gap_by_record_less_truth": Measure(
        "Gap in error rates by the record, less by the truth", "people of the group",
        "How far apart group and reference are judged by the record, less how far by the truth.", "person_errors.truth_shift",
    ),
    "rate_identity_gap": Measure(
        "Counted false positive rate less the one the other rates imply", "people of the group",
        "0 but for rounding in the machine: base rate, predictive value and false negative rate leave the false positive rate no choice.",
        "person_errors.identity_gap",
    ),
}  # fmt: skip
CLOSE = 1e-9
"""How far the identity may be off, counted in whole people: the rounding of floating-point numbers and no more."""


def identity_gap(cells: ArrayLike) -> NDArray[np.float64]:
    """The false positive rate as counted less the one that base rate, PPV and FNR leave no choice about.

    Args:
        cells: shape (…, 6); see `group_rates.cells_of`.

    Returns:
        Shape (…); nan where one of the rates has nobody to divide by.

    Example:
        >>> bool(abs(identity_gap([1369, 805, 532, 990, 0, 0])) < 1e-12)
        True

    Read with care:
        It holds for counts, whatever the list; published rates that break it were not counted over the same people.

    Source: Chouldechova (2017), Big Data 5(2), 153-163.
    """
    rates = [share_of(cells, name) for name in ("base_rate", "positive_predictive_value", "false_negative_rate")]
    return np.asarray(share_of(cells, "false_positive_rate") - chouldechova(*rates))


def require_identity(cells: ArrayLike) -> None:
    """Raise where counts break the identity that all counts keep: a slip of ours.

    Raises:
        ArithmeticError: they do.
    """
    gap = identity_gap(cells)
    if (np.abs(gap[np.isfinite(gap)]) > CLOSE).any():
        raise ArithmeticError("Rates of one group were not counted over the same people: Chouldechova's identity does not hold.")


def truth_shift(joint: ArrayLike, rate: str) -> NDArray[np.float64]:
    """A rate judged by the record less the same rate judged by the truth.

    Args:
        joint: people by flagged (no, yes), recorded later and truly later, shape (…, 2, 2, 2).
        rate: one of `group_rates.RATES`.

    Returns:
        Shape (…), from -1 to 1; nan where either rate has nobody to divide by.

    Example:
        >>> joint = [[[80, 15], [0, 5]], [[2, 4], [0, 4]]]
        >>> float(truth_shift(joint, "positive_predictive_value").round(2))
        -0.4

    Read with care:
        Below 0 for the share right when flagged: the record knows of fewer than there were. It may be above 0 where the wrong people are named.

    Source: Fogliato, Chouldechova & G'Sell (2020), PMLR 108, 2325-2336, for judging by a label that differs from the truth.
    """
    return np.asarray(share_of(_cells(joint, 1), rate) - share_of(_cells(joint, 0), rate))


def error_findings(
    tallies: PersonTallies,
    *,
    reference: str,
    about: About,
    rule: Rule | None = None,
    rates: Sequence[str] = RATES_SAID,
    replicates: int = 1000,
    seed: int = 0,
) -> list[Finding]:
    """Error rates by group, by each truth that is known, and what the record does to them.

    Args:
        tallies: people counted, with a follow-up.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.
        rates: of `group_rates.RATES`, those told.
        replicates, seed: of draws.

    Returns:
        Findings, `settings["truth"]` naming the truth; those by the record first, then by the truth, then what sets them apart.

    Raises:
        CannotAnswer: nothing later is known.
        BadSetting: see `person_tallies.frame_of_people`.
    """
    if not tallies.truths:
        raise CannotAnswer("Nothing is known of what came after the list, so it cannot be told how often it was wrong. Give follow_days and later records.")
    wanted = {f"group_{rate}{kind}" for rate in rates for kind in ("", "_difference", "_ratio")}
    found: list[Finding] = []
    frames: dict[str, ScoreFrame] = {}
    for truth in tallies.truths:
        frame = frames[truth] = frame_of_people(tallies, reference=reference, about=about, rule=rule, truth=truth, replicates=replicates, seed=seed)
        require_identity(frame.cells)
        found += [finding for finding in rate_findings(frame) if finding.measure in wanted]
        found += _identities(frame)
    if len(frames) == 2:
        found += _shifts(tallies, frames, [rate for rate in rates if rate != "selection_rate"])
    return found


def _identities(frame: ScoreFrame) -> list[Finding]:
    every = np.concatenate([frame.cells, frame.cells.sum(axis=0, keepdims=True)])
    gap, method = identity_gap(every), "counted rate less base/(1 - base) x (1 - PPV)/PPV x (1 - FNR); an identity, so no interval"
    found = []
    for at, group in enumerate([*frame.groups, EVERYONE]):
        numbers = {"value": float(gap[at]) if np.isfinite(gap[at]) else None}
        people = float(every[at].sum())
        found.append(said(frame, "rate_identity_gap", numbers, n=frame.count(people), why=enough(frame, people), group=group, unit="share", method=method))
    return found


def _shifts(tallies: PersonTallies, frames: dict[str, ScoreFrame], rates: list[str]) -> list[Finding]:
    frame = frames["recorded"]
    sides = ("is_flagged", *LATER.values())
    joint = tallies.people.by("group", *sides)
    draws, words = _draws(tallies, joint, frame)
    found = []
    for rate in rates:
        why = np.max([shares_shown(rate, one.cells, one.rule).why for one in frames.values()], axis=0)
        named = labelled(frame, rate=rate, truth="recorded less true")
        shift, drawn = truth_shift(joint, rate), truth_shift(draws, rate)
        gap, drawn_gap = shift - shift[frame.reference], drawn - drawn[:, [frame.reference]]
        for at, group in enumerate(frame.groups):
            rest: dict[str, Any] = {
                "n": frame.count(float(joint[at].sum())),
                "unit": "share",
                "group": group,
                "settings": {"rate": rate, "truth": "recorded less true"},
            }
            method = f"{RATES[rate].title.lower()}, by the record less by the truth, of the same people; {words}"
            found.append(said(named, "error_rate_by_record_less_truth", _limits(frame, shift, drawn, at), why=int(why[at]), method=method, **rest))
            if at != frame.reference:
                hidden, rest["reference"] = int(why[at] if why[at] != SHOWN else why[frame.reference]), frame.reference_name
                found.append(said(named, "error_gap_by_record_less_truth", _limits(frame, gap, drawn_gap, at), why=hidden, method=method, **rest))
    return sorted(found, key=lambda one: one.measure != "error_gap_by_record_less_truth")


def _draws(tallies: PersonTallies, joint: NDArray[np.float64], frame: ScoreFrame) -> tuple[NDArray[np.float64], str]:
    """Counts of each draw, shape (replicates, groups, 2, 2, 2): whole areas where there are enough, else people."""
    by_area = tallies.people.by("area", "group", "is_flagged", *LATER.values())
    by_area = by_area.reshape(len(by_area), -1)
    by_area = by_area[by_area.sum(axis=1) > 0]
    if frame.areas is not None:
        sums = area_sums(by_area, replicates=frame.replicates, seed=frame.seed)
        return sums.reshape(frame.replicates, *joint.shape), "limits from whole areas drawn anew (Student t)"
    rng = np.random.default_rng(frame.seed)
    drawn = [rng.multinomial(int(one.sum()), one.ravel() / max(one.sum(), 1), size=frame.replicates) for one in joint]
    return np.stack(drawn, axis=1).reshape(frame.replicates, *joint.shape).astype(float), "percentiles over people drawn anew with replacement"


def _limits(frame: ScoreFrame, value: NDArray[np.float64], draws: NDArray[np.float64], at: int) -> dict[str, Any]:
    """Limits of one group: by Student's t where whole areas were drawn, for they are few, else percentiles."""
    known = draws[np.isfinite(draws[:, at])][:, [at]]
    if len(known) <= frame.replicates / 2:
        return figures(frame, Interval(value, *(np.full(len(value), np.nan),) * 2), at)
    if frame.areas is None:
        return figures(frame, over_redraws(value[[at]], known.T, level=frame.about.level))
    return figures(frame, over_areas(value[[at]], known.T, level=frame.about.level, areas=len(frame.areas), scale="plain"))


def _cells(joint: ArrayLike, summed: int) -> NDArray[np.float64]:
    """Six cells by one of the two truths, the other summed over; `summed` counts from the recorded one, 0, to the true one, 1."""
    table = np.asarray(joint, dtype=float).sum(axis=-2 + summed)
    none = np.zeros(table.shape[:-2])
    return np.stack([table[..., 1, 1], table[..., 1, 0], table[..., 0, 1], table[..., 0, 0], none, none], axis=-1)
