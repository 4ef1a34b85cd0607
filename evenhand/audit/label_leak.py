"""Leaks: does a model know what it is asked to foretell?

A model that was handed something of the outcome looks good where it was made and fails in use. Four signs of it, each of one feature at a time:

    ranks too well     alone, it tells those with the outcome from those without better than a record of the past can
    beyond all others  many with the outcome have values that next to nobody without it has
    changes            taken away what came on record after the day, it is another
    owes its ranking   what came later is what makes it rank as it does

The first two need the features and the outcome. The last two need the features as they were on the day too: `time_travel` makes both from a
function of the records.

Read with care: no sign is not no leak. What was copied into an early record by a later hand, or leaked into the choice of people and not into a
feature, is not seen here.

Steps, in order:  time_travel -> looked_at -> leak_signs, leak_findings

Source: Kaufman, Rosset & Perlich (2012), Leakage in data mining, ACM Transactions on Knowledge Discovery from Data 6(4), article 15 (recalled);
DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), 837-845.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from ..tables.measure import Measure
from .disclosure import CONFIDENTIAL, reason, rounded, share_parts
from .intervals import Interval, share_wilson, z_of
from .ranking import Auc, limits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from ..tables.record_book import RecordBook
    from .about import About
    from .disclosure import Rule

MEASURES = {
    "feature_outcome_auc": Measure(
        "Ranking by one feature alone (AUC)", "people with the feature",
        "The chance that somebody with the outcome has a higher value than somebody without it, or a lower one, whichever is more; 0.5 is a coin.",
        "label_leak.alone",
    ),
    "feature_beyond_share": Measure(
        "Share with the outcome whose value next to nobody else has", "people with the outcome",
        "Of those with the outcome, the share whose value lies beyond that of 999 in 1,000 of those without it.", "label_leak.beyond_others",
    ),
    "feature_changed_share": Measure(
        "Share of people whose feature holds later records", "people with the feature",
        "Taken away what came on record after the day, the share for whom the feature is another; without a leak it is 0.", "label_leak.changed",
    ),
    "feature_auc_from_later": Measure(
        "What later records add to the ranking by one feature", "people with the feature both ways",
        "AUC of the feature as handed less AUC of the feature as it was on the day.", "label_leak.auc_from_later",
    ),
    "features_with_signs": Measure(
        "Features with a sign of a leak", "features looked at",
        "How many features rank too well, lie beyond all others, or change when later records are taken away.", "label_leak.leak_signs",
    ),
}  # fmt: skip
RANKS_TOO_WELL, BEYOND_ALL, CHANGES, OWES = "ranks too well", "beyond all others", "changes", "owes its ranking to later records"
HELD = "What people hold is taken as it is: these figures are of these people, and the interval is about chance in who they are."


@dataclass(frozen=True)
class Limits:
    """From where on a sign is one; the whole interval must be past it.

    Attributes:
        auc: of one feature alone. No single feature of an offending history is known to reach 0.9 for offences to come.
        beyond: share of those with the outcome beyond all but one in a thousand of the others.
        tolerance: two values that differ by less, relative to the larger, are the same.
    """

    auc: float = 0.9
    beyond: float = 0.25
    tolerance: float = 1e-9


class Looked(NamedTuple):
    """What was seen of one feature; None where it could not be looked at.

    Attributes:
        ranking: see `alone`, with its limits.
        beyond: people with the outcome beyond the others, and all with the outcome.
        changed: people whose feature is another without later records, and all.
        from_later: see `auc_from_later`.
        with_it, without: people with and without the outcome, among those with the feature.
    """

    ranking: Interval
    beyond: tuple[int, int]
    changed: tuple[int, int] | None
    from_later: Interval | None
    with_it: int
    without: int


def time_travel(
    features_of: Callable[[RecordBook], Mapping[str, ArrayLike]], book: RecordBook, *, on: dt.date
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Features made from all records, and again from the records as they stood at the end of a day.

    Args:
        features_of: features of everybody in a book on that day, name -> shape (people,).
        book: with records later than the day.
        on: the day.

    Returns:
        As handed, and as known on the day.

    Raises:
        CannotAnswer: the book holds nothing later, so that nothing could be seen.
    """
    earlier = book.known(on)
    if len(earlier.rows) == len(book.rows):
        raise CannotAnswer(f"No record came after {on}, so a feature could not have used any. Give the book with what came later.")
    both = (features_of(book), features_of(earlier))
    handed, known = ({name: np.asarray(values, dtype=float) for name, values in one.items()} for one in both)
    return handed, known


def alone(values: ArrayLike, outcome: ArrayLike, *, level: float = 0.95) -> Interval:
    """How well one feature ranks by itself, whichever way round.

    Args:
        values: of each person; nan leaves a person out.
        outcome: whether it came about, of each.
        level: coverage.

    Returns:
        AUC or, where that is more, 1 less it, with DeLong's limits; where every value of one side is past every value of the other, no limits.

    Example:
        >>> found = alone([1, 2, 3, 4, 5, 6], [False, False, True, False, True, True])
        >>> round(float(found.value), 3)
        0.889

    Read with care:
        Of many features the best ranks well by chance where few people have the outcome.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), 837-845.
    """
    kept, came = _with_values(values, outcome)
    high, low = _places(kept, came)
    found = Auc(float(high.mean()) if len(high) else float("nan"), _variance(high, low))
    if found.value < 0.5:
        found = Auc(1 - found.value, found.variance)
    return Interval(*(np.asarray(one) for one in (found.value, *limits(found, level=level))))


def beyond_others(values: ArrayLike, outcome: ArrayLike) -> tuple[int, int]:
    """Of those with the outcome, how many have values beyond all but one in a thousand of the others, above or below; and how many there are.

    Example:
        >>> beyond_others([1, 2, 3, 9, 9, 2], [False, False, False, True, True, True])
        (2, 3)

    Read with care:
        A feature that says nothing puts about one in a thousand there. The side with more is taken.

    Source: the share of positives found at a false positive rate of 0.001; Fawcett (2006), Pattern Recognition Letters 27(8), 861-874 (recalled).
    """
    kept, came = _with_values(values, outcome)
    if not came.any() or came.all():
        return 0, int(came.sum())
    others = np.sort(kept[~came])
    most = int(0.001 * len(others))  # of the others, so many may lie beyond as well
    return int(max((kept[came] > others[len(others) - 1 - most]).sum(), (kept[came] < others[most]).sum())), int(came.sum())


def changed(handed: ArrayLike, known: ArrayLike, *, tolerance: float = 1e-9) -> tuple[int, int]:
    """For how many people a feature is another when later records are taken away, and of how many.

    Example:
        >>> changed([1, 2, 3, float("nan")], [1, 2, 2, float("nan")])
        (1, 4)

    Read with care:
        A feature may change without helping: how much it ranks by what came later is another question, see `auc_from_later`.

    Source: Kaufman, Rosset & Perlich (2012): what is legitimate is what was known when the forecast was due (recalled).
    """
    one, other = np.asarray(handed, dtype=float), np.asarray(known, dtype=float)
    apart = ~np.isclose(one, other, rtol=tolerance, atol=0, equal_nan=True)
    return int(apart.sum()), len(one)


def auc_from_later(handed: ArrayLike, known: ArrayLike, outcome: ArrayLike, *, level: float = 0.95) -> Interval:
    """AUC of a feature as handed less AUC of it as known on the day, of the same people, in the direction in which it ranks as handed.

    Example:
        >>> found = auc_from_later([1, 2, 3, 9, 9, 9], [1, 2, 3, 1, 2, 3], [False, False, False, True, True, True])
        >>> float(found.value)
        0.5

    Read with care:
        Both figures are of one feature; a model that has many may owe later records less, or more.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), 837-845, for two figures of the same people.
    """
    one, other = np.asarray(handed, dtype=float), np.asarray(known, dtype=float)
    kept = np.isfinite(one) & np.isfinite(other)
    came = np.asarray(outcome, dtype=bool)[kept]
    first, second = (_places(values[kept], came) for values in (one, other))
    if not len(first[0]) or not len(first[1]):
        return Interval(*(np.asarray(float("nan")) for _ in range(3)))
    way = 1.0 if first[0].mean() >= 0.5 else -1.0
    high, low = way * (first[0] - second[0]), way * (first[1] - second[1])
    off = z_of(level) * np.sqrt(_variance(high, low))
    return Interval(*(np.asarray(one) for one in (high.mean(), high.mean() - off, high.mean() + off)))


def looked_at(
    features: Mapping[str, ArrayLike], outcome: ArrayLike, *, known: Mapping[str, ArrayLike] | None = None, bounds: Limits = Limits(), level: float = 0.95
) -> dict[str, Looked]:
    """Every feature, looked at for each sign.

    Args:
        features: as the model was handed them, name -> shape (people,).
        outcome: what it was told came about, shape (people,).
        known: the same features as they were on the day; None: not at hand, so that two signs cannot be looked for.
        bounds: see Limits.
        level: coverage of intervals.

    Raises:
        BadSetting: a feature of another length, or one that is not among those known on the day.
    """
    came = np.asarray(outcome, dtype=bool)
    found = {}
    for name, given in features.items():
        values = np.asarray(given, dtype=float)
        if values.shape != came.shape or (known is not None and name not in known):
            raise BadSetting(
                f"Feature '{name}' has {values.size:,} values for {came.size:,} people, or was not made for the day. Make all for the same people."
            )
        has = np.isfinite(values)
        then = None if known is None else np.asarray(known[name], dtype=float)
        found[name] = Looked(
            alone(values, came, level=level), beyond_others(values, came),
            None if then is None else changed(values, then, tolerance=bounds.tolerance),
            None if then is None else auc_from_later(values, then, came, level=level),
            int((came & has).sum()), int((~came & has).sum()),
        )  # fmt: skip
    return found


def leak_signs(looked: Mapping[str, Looked], *, bounds: Limits = Limits(), least: int = 10, level: float = 0.95) -> dict[str, tuple[str, ...]]:
    """Features with a sign of a leak, and which; a feature without one is not there.

    Args:
        looked: from `looked_at`.
        bounds: from where on a sign is one.
        least: people with the outcome, and without it, for a ranking to say anything.
        level: coverage of the interval that must be past the bound.

    Example:
        >>> import numpy as np
        >>> came = np.arange(400) % 4 == 0
        >>> leak_signs(looked_at({"the outcome, renamed": came, "nothing": np.arange(400) % 7}, came))
        {'the outcome, renamed': ('ranks too well', 'beyond all others')}

    Read with care:
        A sign is a reason to look, and no sign is no proof of none; see the head of the file.

    Source: Kaufman, Rosset & Perlich (2012) (recalled); the bounds are ours.
    """
    found = {}
    for name, one in looked.items():
        enough = min(one.with_it, one.without) >= least
        lower = one.ranking.low if np.isfinite(one.ranking.low) else one.ranking.value
        signs = {
            RANKS_TOO_WELL: enough and lower > bounds.auc,
            BEYOND_ALL: enough and share_wilson(*one.beyond, level=level).low > bounds.beyond,
            CHANGES: one.changed is not None and one.changed[0] > 0,
            OWES: enough and one.from_later is not None and bool(one.from_later.low > 0),
        }
        if any(signs.values()):
            found[name] = tuple(sign for sign, is_there in signs.items() if is_there)
    return found


def leak_findings(
    features: Mapping[str, ArrayLike], outcome: ArrayLike, *, about: About, rule: Rule = CONFIDENTIAL, known: Mapping[str, ArrayLike] | None = None,
    bounds: Limits = Limits(),
) -> list[Finding]:  # fmt: skip
    """Findings on every feature, and how many have a sign of a leak.

    Args:
        features, outcome, known, bounds: see `looked_at`.
        about: place, period, source and caveats.
        rule: how counts of people are shown. A feature that changes for nobody is said to: that tells of the feature and of no person.

    Returns:
        Findings; null, with the reason, where too few people stand behind a number. The signs of a feature stand in settings["signs"].

    Raises:
        BadSetting: see `looked_at`.
    """
    looked = looked_at(features, outcome, known=known, bounds=bounds, level=about.level)
    signs = leak_signs(looked, bounds=bounds, least=rule.threshold, level=about.level)
    lenient = replace(rule, hides_zeros=False)
    found = []
    for name, one in looked.items():
        frame: dict[str, Any] = {"group": name, "settings": {"signs": list(signs.get(name, ()))}}
        few = min(one.with_it, one.without) < rule.threshold
        n = None if few else float(rounded(one.with_it + one.without, rule=rule))
        ranked: dict[str, Any] = {**frame, "n": n, "unit": "AUC", "caveats": ((reason(1, rule=rule),) if few else ()) + (HELD,)}
        found.append(about.finding("feature_outcome_auc", **_numbers(one.ranking, few), method="ties counted half; DeLong limits", **ranked))
        found.append(_share(about, rule, "feature_beyond_share", one.beyond, frame, "beyond all but one in a thousand of the others; Wilson interval"))
        if one.changed is not None:
            found.append(_share(about, lenient, "feature_changed_share", one.changed, frame, "features made again without later records; Wilson interval"))
        if one.from_later is not None:
            found.append(about.finding("feature_auc_from_later", **_numbers(one.from_later, few), method="DeLong limits for the same people", **ranked))
    said = () if known is not None else ("Features as they were on the day were not at hand, so two of four signs could not be looked for.",)
    found.append(
        about.finding("features_with_signs", float(len(signs)), n=float(len(looked)), unit="features", group="all features", caveats=said,
                      method="features of which any sign is past its bound with its whole interval", settings={"signs": {k: list(v) for k, v in signs.items()}})
    )  # fmt: skip
    return found


def _share(about: About, rule: Rule, measure: str, counts: tuple[int, int], frame: dict[str, Any], method: str) -> Finding:
    part, rest = share_parts([counts[0]], [counts[1] - counts[0]], rule=rule, shows_total=False)
    why = int(part.why[0])
    if why or not counts[1]:
        return about.finding(measure, None, unit="share", method=method, caveats=(reason(why or 1, rule=rule),), **frame)
    whole = float(part.counts[0] + rest.counts[0])
    value, low, high = (float(one) for one in share_wilson(part.counts[0], whole, level=about.level))
    return about.finding(measure, value, low=low, high=high, n=whole, unit="share", method=method, caveats=(HELD,), **frame)


def _numbers(interval: Interval, hidden: bool) -> dict[str, Any]:
    value, low, high = (None if hidden or not np.isfinite(one) else float(one) for one in interval)
    return {"value": value, "low": low, "high": high}


def _with_values(values: ArrayLike, outcome: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    given, came = np.asarray(values, dtype=float), np.asarray(outcome, dtype=bool)
    return given[np.isfinite(given)], came[np.isfinite(given)]


def _places(values: NDArray[np.float64], came: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each with the outcome the share of the others below, and for each other the share of those with it above; ties counted half."""
    mine, others = np.sort(values[came]), np.sort(values[~came])
    if not len(mine) or not len(others):
        return np.zeros(0), np.zeros(0)
    below = (np.searchsorted(others, values[came], "left") + np.searchsorted(others, values[came], "right")) / 2 / len(others)
    above = 1 - (np.searchsorted(mine, values[~came], "left") + np.searchsorted(mine, values[~came], "right")) / 2 / len(mine)
    return below, above


def _variance(high: NDArray[np.float64], low: NDArray[np.float64]) -> float:
    if len(high) < 2 or len(low) < 2:
        return float("nan")
    return float(high.var(ddof=1) / len(high) + low.var(ddof=1) / len(low))
