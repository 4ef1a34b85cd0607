"""What a list is worth beside choices that need no system: by lot, by age alone, by prior records alone, and listing nobody.

Each chooses as many people as the list has, from what was known on its day. "By age alone" learns how often the outcome was recorded at
each age in the span before; "prior records alone" counts offences on record. People who tie are chosen by lot.

Read with care: a list can be no better than counting and still be called intelligence. And what is judged by the record is judged by
what police recorded of those they watched.

Steps, in order:  choices of the same length -> counts by outcome -> person_validity.flag_findings, ranking, difference to each choice

Source: Altman & Bland (1994), British Medical Journal 308, 1552 and 309, 102; DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), 837-845.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from ..tables.record_rows import day_number
from .disclosure import reason, rounded, share_parts
from .intervals import over_or_nan, share_wilson
from .person_marks import Windows, accused, recorded_later, score_levels, truth_of
from .person_rules import care_of, rule_for
from .person_said import INDEPENDENT
from .person_validity import NO_SKILL, flag_findings
from .ranking import auc, limits

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.conduct import Conduct
    from ..tables.findings import Finding
    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored
    from .about import About
    from .disclosure import Rule

MEASURES = {
    "choice_auc": Measure(
        "Ranks those with the outcome above those without (AUC)", "people with a score",
        "The chance that somebody with the outcome is scored above somebody without; 0.5 is a coin.", "ranking.auc",
    ),
    "choice_accuracy": Measure(
        "Right in all", "people", "The share for whom being listed or not agrees with the outcome; listing nobody is often best at it.",
        "intervals.share_wilson",
    ),
    "choice_precision_difference": Measure(
        "Right when listed: the system less a plain choice of as many", "people listed",
        "Share of those listed with the outcome, less the same of as many people chosen in the plain way; 0 is no gain.", "person_baselines.precision_gap",
    ),
}  # fmt: skip
AGE, PRIORS, NOBODY = "age alone", "prior records alone", "listing nobody"
ONCE = ("outcome_share",)
"""Measures that are the same whatever is chosen."""


@dataclass(frozen=True, repr=False)
class Choice:
    """A way to choose people: its name, a score for ranking (None: it has none), and who is chosen."""

    name: str
    score: NDArray[np.float64] | None
    is_chosen: NDArray[np.bool_]


def precision_gap(joint: ArrayLike) -> NDArray[np.float64]:
    """Share with the outcome among those one list chose, less the same among those another chose.

    Args:
        joint: people by chosen by the one, chosen by the other, and outcome (no, yes each), shape (…, 2, 2, 2).

    Returns:
        Shape (…), from -1 to 1; nan where either chose nobody.

    Example:
        >>> float(precision_gap([[[900, 50], [15, 5]], [[12, 8], [3, 7]]]).round(3))
        0.1

    Read with care:
        Both lists hold many of the same people, so the gap is surer than two shares side by side would suggest.

    Source: this is a difference of two shares; its limits are percentiles over people drawn anew with replacement.
    """
    table = np.asarray(joint, dtype=float)
    one, other = table[..., 1, :, :].sum(axis=-2), table[..., :, 1, :].sum(axis=-2)
    return np.asarray(over_or_nan(one[..., 1], one.sum(axis=-1)) - over_or_nan(other[..., 1], other.sum(axis=-1)))


def plain_choices(book: RecordBook, scored: Scored, windows: Windows, kept: NDArray[np.bool_], *, seed: int = 0) -> list[Choice]:
    """Choices of as many people as are listed, from what was known on the day of the list.

    Args:
        book: records.
        scored: the list.
        windows: what counts as the outcome.
        kept: who can be chosen, shape (people,).
        seed: of the lot that settles ties.
    """
    on, known, many = day_number(scored.on), book.known(scored.on), int((scored.is_flagged & kept).sum())
    span = windows.follow_days or 365
    before = accused(known, windows.recorded_as, first=on - span + 1, last=on, offences=windows.outcome) > 0
    age = np.clip(known.age_on(on - span), 0, 110)
    people, came = np.bincount(age[kept], minlength=111), np.bincount(age[kept], weights=before[kept], minlength=111)
    by_age = over_or_nan(came, people)
    now = np.nan_to_num(by_age[np.clip(known.age_on(on), 0, 110)])
    priors = accused(known, windows.recorded_as).astype(float)
    lot = np.random.default_rng(seed).random(len(book))
    return [Choice(name, score, _top(score, kept, many, lot)) for name, score in ((AGE, now), (PRIORS, priors))]


def baseline_findings(
    book: RecordBook,
    scored: Scored,
    *,
    about: About,
    conduct: Conduct | None = None,
    windows: Windows | None = None,
    among: Literal["everyone", "scored"] = "everyone",
    rule: Rule | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> list[Finding]:
    """What the list and each plain choice of the same length are worth, by each truth that is known.

    Args:
        book: the whole book, what came after the day of the list included.
        scored: the list.
        about: question, place, period, source, caveats and level of the findings.
        conduct: what made-up people truly did.
        windows: what counts as the outcome, over which time.
        among: judge over everybody, or over those the system speaks of.
        rule: how counts of people are shown; left out: the strict one.
        replicates, seed: of draws, and of the lot that settles ties.

    Returns:
        Findings; `group` names the choice, `settings["truth"]` the truth.

    Raises:
        CannotAnswer: there is no follow-up.
    """
    asked, holds = windows or Windows(), rule_for(book.provenance, rule)
    if asked.follow_days is None:
        raise CannotAnswer("Nothing is known of what came after the list, so it cannot be set beside plain choices. Give follow_days and later records.")
    on = day_number(scored.on)
    kept = scored.is_scored if among == "scored" else np.ones(len(book), dtype=bool)
    truths = {"recorded": recorded_later(book, asked, on) > 0} | ({} if conduct is None else {"true": truth_of(conduct, asked, on).later > 0})
    system = Choice(scored.system, scored.score, scored.is_flagged & kept)
    choices = [system, *plain_choices(book, scored, asked, kept, seed=seed)]
    caveats = (*care_of(book.provenance, holds), INDEPENDENT, *about.caveats)
    found: list[Finding] = []
    for truth, came in truths.items():
        framed = replace(about, caveats=caveats, settings={**about.settings, "truth": truth, "among": among, "system": scored.system})
        for choice in choices:
            found += [one for one in _worth(choice, came, kept, framed, holds) if choice is system or one.measure not in ONCE and one.group != NO_SKILL]
        found += [_nobody(came, kept, framed, holds)]
        found += [_gap(system, other, came, kept, framed, holds, replicates, seed) for other in choices[1:]]
    return found


def _top(score: NDArray[np.float64], kept: NDArray[np.bool_], many: int, lot: NDArray[np.float64]) -> NDArray[np.bool_]:
    chosen = np.zeros(len(score), dtype=bool)
    able = np.flatnonzero(kept)
    chosen[able[np.lexsort((lot[able], -score[able]))[:many]]] = True
    return chosen


def _worth(choice: Choice, came: NDArray[np.bool_], kept: NDArray[np.bool_], about: About, rule: Rule) -> list[Finding]:
    import pandas as pd

    table = _two_by_two(choice.is_chosen, came, kept)
    cells = pd.DataFrame({"is_flagged": [False, False, True, True], "outcome": [False, True, False, True], "people": table.ravel()})
    bare = replace(about, caveats=tuple(one for one in about.caveats if one != rule.says))  # flag_findings says it itself
    found = flag_findings(cells, about=bare, system=choice.name, rule=rule)
    right = share_parts(np.array([table[1, 1] + table[0, 0]]), np.array([table[1, 0] + table[0, 1]]), rule=rule, shows_total=False)
    found.append(_share(about, rule, "choice_accuracy", right, choice.name, "listed with, or not listed without, the outcome over all; Wilson interval"))
    return found if choice.score is None else [*found, _auc(choice, came, kept, about, rule)]


def _auc(choice: Choice, came: NDArray[np.bool_], kept: NDArray[np.bool_], about: About, rule: Rule) -> Finding:
    levels, at = score_levels(np.asarray(choice.score))
    has = kept & (at >= 0)
    have, lack = (np.bincount(at[has & side], minlength=len(levels)).astype(float) for side in (came, ~came))
    found = auc(have, lack)
    low, high = limits(found, level=about.level)
    hidden = min(have.sum(), lack.sum()) < rule.threshold
    places = 12 if rule.rounding == 1 else 3
    numbers = [None if hidden or not np.isfinite(one) else round(float(one), places) for one in (found.value, low, high)]
    method = f"people with and without the outcome in up to {len(levels)} steps of the score, ties counted half; DeLong limits"
    caveats = ("Not shown: too few people stand on one side.",) if hidden else ()
    return about.finding(
        "choice_auc", numbers[0], low=numbers[1], high=numbers[2], n=None if hidden else _rounded(has.sum(), rule), group=choice.name, unit="share",
        method=method, caveats=caveats,
    )  # fmt: skip


def _nobody(came: NDArray[np.bool_], kept: NDArray[np.bool_], about: About, rule: Rule) -> Finding:
    right = share_parts(np.array([float((~came & kept).sum())]), np.array([float((came & kept).sum())]), rule=rule, shows_total=False)
    return _share(about, rule, "choice_accuracy", right, NOBODY, "people without the outcome over all; Wilson interval")


def _gap(system: Choice, other: Choice, came: NDArray[np.bool_], kept: NDArray[np.bool_], about: About, rule: Rule, replicates: int, seed: int) -> Finding:
    at = (system.is_chosen.astype(int) * 2 + other.is_chosen) * 2 + came
    joint = np.bincount(at[kept], minlength=8)
    draws = np.random.default_rng(seed).multinomial(int(joint.sum()), joint / joint.sum(), size=replicates).reshape(replicates, 2, 2, 2)
    value, spread, listed = float(precision_gap(joint.reshape(2, 2, 2))), precision_gap(draws), float(system.is_chosen.sum())
    outcomes = [float((one.is_chosen & side & kept).sum()) for one in (system, other) for side in (came, ~came)]
    rest: dict[str, Any] = {"group": system.name, "reference": other.name, "unit": "share"}
    rest["method"] = "share with the outcome of those listed less that of as many chosen; percentiles over people drawn anew with replacement"
    if min(outcomes) < rule.threshold or not np.isfinite(value):
        return about.finding("choice_precision_difference", None, caveats=("Not shown: too few people stand behind one of the two shares.",), **rest)
    low, high = np.nanquantile(spread, [(1 - about.level) / 2, (1 + about.level) / 2])
    places = 12 if rule.rounding == 1 else 3
    value, low, high = (round(float(one), places) for one in (value, low, high))
    return about.finding("choice_precision_difference", value, low=low, high=high, n=_rounded(listed, rule), **rest)


def _share(about: About, rule: Rule, measure: str, shown: Any, name: str, method: str) -> Finding:
    part, rest = (float(np.nan_to_num(one.counts)[0]) for one in shown)
    why = int(shown[0].why[0])
    if why:
        return about.finding(measure, None, group=name, unit="share", method=method, caveats=(reason(why, rule=rule),))
    value, low, high = (float(one) for one in share_wilson(part, part + rest, level=about.level))
    return about.finding(measure, value, low=low, high=high, n=part + rest, group=name, unit="share", method=method)


def _two_by_two(chosen: NDArray[np.bool_], came: NDArray[np.bool_], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """People by chosen and outcome, shape (2, 2)."""
    return np.bincount((chosen * 2 + came)[kept], minlength=4).astype(float).reshape(2, 2)


def _rounded(people: float, rule: Rule) -> float:
    return float(rounded([people], rule=rule)[0])
