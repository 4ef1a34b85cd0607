"""Can these published metrics all be true of one and the same test?

Accuracy, precision and recall fix a confusion table up to its size, and with it the base rate and every
other metric. So metrics printed together can be held against each other without any data: all tables that
round (or cut) to the figures printed are kept, and if none is left the figures do not belong together.

Steps, in order:  read_number -> metric_ranges.fitting -> mcc_range -> fit (with whole people: whole_tables) -> findings

Read with care: figures that do not fit may come from different test sets, different thresholds, another
formula or a slip. Ask which; it is no ground for an accusation. Figures that fit are not thereby right.

Source: Matthews (1975), Biochimica et Biophysica Acta 405(2), 442-451; Chicco & Jurman (2020), BMC Genomics
21, 6, for the metrics; the search is described in metric_ranges.py and mcc_range.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ..tables.errors import BadSetting
from ..tables.measure import Measure
from .mcc_range import can_have_mcc, mcc_range
from .metric_ranges import LINEAR, Solid, fitting
from .printed_numbers import Range, read_number
from .whole_tables import MOST_PAIRS, whole_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "metrics_fit_together": Measure(
        "Whether published metrics can belong together", "published metrics held against each other",
        "1 if some confusion table rounds to all of them, 0 if none does.",
        "metric_consistency.fit",
    ),
    "implied_metric": Measure(
        "Metric implied by the published ones", "published metrics it is computed from",
        "What the published metrics leave room for: its range over all confusion tables that round to them.",
        "metric_consistency.fit",
    ),
    "majority_class_accuracy": Measure(
        "Accuracy of always saying the commoner thing", "published metrics it is computed from",
        "How often a system would be right that never looked and always gave the commoner answer.",
        "metric_consistency.fit",
    ),
}
MCC = "mcc"
NAMES = (*LINEAR, MCC)
TITLES = {**{name: linear.title for name, linear in LINEAR.items()}, MCC: "Matthews’ correlation"}
HALVINGS = 10
"""How often a step is halved in narrowing a range once MCC is printed: to a thousandth of the range."""
Ends = tuple[float, float]


@dataclass(frozen=True)
class Fit:
    """Metrics held against each other.

    Attributes:
        printed: metric -> as printed.
        fits: whether some table rounds or cuts to all of them.
        implied: metric -> least and largest value over all such tables; of those printed together, MCC aside, where none fits.
        at_their_word: metric -> value, where the printed figures, taken as exact, leave one table only.
        odd_ones: the metrics each of which alone, left out, lets the rest fit.
        people: how many were tested, if known; `whole`: a table of that many people that fits, None if there is none or it was not asked for.
        is_decided: False where so many people leave too many tables to try.
    """

    printed: dict[str, str]
    fits: bool
    implied: dict[str, Ends]
    at_their_word: dict[str, float]
    odd_ones: tuple[str, ...] = ()
    people: int | None = None
    whole: tuple[int, int, int, int] | None = None
    is_decided: bool = True


def fit(printed: Mapping[str, str], *, people: int | None = None) -> Fit:
    """Whether published metrics can all be true of one confusion table, and what they imply.

    Every metric printed cuts the set of confusion tables; what is left is searched for the least and the
    largest value of the others. MCC = (TP TN - FP FN) / sqrt of the four margins' product.

    Args:
        printed: metric -> as printed, such as "0.9925" or "99.25 %"; of accuracy, precision, recall, specificity, npv, f1, base_rate,
            flagged_share and mcc.
        people: how many people (or cases) were tested, if known; then a table of whole people is looked for too.

    Raises:
        BadSetting: fewer than two metrics, an unknown one, or one outside its scale.
        BadValue: a metric that is no printed number.

    Example:
        >>> published = fit({"accuracy": "0.9925", "precision": "0.7550", "recall": "0.3391", "mcc": "0.7116"})
        >>> published.fits, [round(end, 3) for end in published.implied["mcc"]], published.odd_ones
        (False, [0.503, 0.503], ('recall', 'mcc'))

    Read with care:
        "Do not fit" is certain up to the rounding of the figures; why they do not is not. Different test sets or thresholds are the usual reason.

    Source: see the head of this file.
    """
    ranges = _read(printed)
    solid = fitting({name: allowed for name, allowed in ranges.items() if name != MCC})
    can = _fits(solid, ranges.get(MCC))
    whole, is_decided = (None, True) if people is None or not can else _whole(ranges, people)
    return Fit(
        dict(printed),
        can,
        _implied(solid, ranges.get(MCC) if can else None),
        _at_their_word(printed),
        () if can else _odd_ones(ranges),
        people,
        whole,
        is_decided,
    )


def _read(printed: Mapping[str, str]) -> dict[str, Range]:
    unknown = [name for name in printed if name not in NAMES]
    if unknown:
        raise BadSetting(f"{', '.join(map(repr, unknown))} is no metric known here. Choose from {', '.join(NAMES)}.")
    if len(printed) < 2:
        raise BadSetting("One metric alone fits with anything. Give two or more of those printed together, such as accuracy, precision and recall.")
    return {name: _share(name, text) for name, text in printed.items()}


def _share(name: str, text: str) -> Range:
    number = read_number(text, whole_is_exact=False)
    wide = number.rounded_or_cut
    if number.is_percent:
        wide = Range(wide.low / 100, wide.high / 100, wide.has_low, wide.has_high)
    least = -1 if name == MCC else 0
    value = number.value / 100 if number.is_percent else number.value
    if not least <= value <= 1:
        raise BadSetting(f"{TITLES[name]} {text!r} lies outside {least} to 1. Write a share such as 0.991, or a per cent with its sign, 99.1 %.")
    return Range(max(wide.low, Fraction(least)), min(wide.high, Fraction(1)))


def _fits(solid: Solid, mcc: Range | None) -> bool:
    if solid.is_empty or mcc is None:
        return not solid.is_empty
    return can_have_mcc(solid, float(mcc.low), float(mcc.high))


def _implied(solid: Solid, mcc: Range | None) -> dict[str, Ends]:
    """The range of every metric over the tables that fit; none where no table does."""
    if solid.is_empty:
        return {}
    implied = {}
    for name, metric in LINEAR.items():
        extremes = solid.extremes(metric)
        if extremes is not None:
            low, high = extremes
            if mcc is not None and low < high:
                low, high = _narrowed(solid, name, low, high, mcc)
            implied[name] = (float(low), float(high))
    found = mcc_range(solid)
    if found is not None:
        implied[MCC] = found if mcc is None else (max(found[0], float(mcc.low)), min(found[1], float(mcc.high)))
    return implied


def _narrowed(solid: Solid, name: str, low: Fraction, high: Fraction, mcc: Range) -> tuple[Fraction, Fraction]:
    """How far a metric's range shrinks once MCC must fit too: each end is moved in by halving, and only where nothing beyond it fits."""
    least, most = low, high
    step = high - low
    for _ in range(HALVINGS):
        step /= 2
        if not _fits(solid.within(LINEAR[name], Range(low, least + step)), mcc):
            least += step
        if not _fits(solid.within(LINEAR[name], Range(most - step, high)), mcc):
            most -= step
    return (least, most) if least <= most else (low, high)


def _at_their_word(printed: Mapping[str, str]) -> dict[str, float]:
    """Each metric's value where the printed figures, taken as exact, leave one table only."""
    exact = {}
    for name, text in printed.items():
        number = read_number(text, whole_is_exact=False)
        exact[name] = Range.only(number.value / 100 if number.is_percent else number.value)
    solid = fitting({name: value for name, value in exact.items() if name != MCC})
    if len(solid.corners) != 1:
        return {}
    ends = {name: solid.extremes(metric) for name, metric in LINEAR.items()}
    found = mcc_range(solid)
    values = {name: float(both[0]) for name, both in ends.items() if both is not None}
    return values if found is None else {**values, MCC: sum(found) / 2}


def _odd_ones(ranges: Mapping[str, Range]) -> tuple[str, ...]:
    """The metrics each of which, left out, lets the rest fit."""
    odd = []
    for left_out in ranges:
        rest = {name: allowed for name, allowed in ranges.items() if name != left_out}
        if _fits(fitting({name: allowed for name, allowed in rest.items() if name != MCC}), rest.get(MCC)):
            odd.append(left_out)
    return tuple(odd)


def _whole(ranges: Mapping[str, Range], people: int) -> tuple[tuple[int, int, int, int] | None, bool]:
    if people < 1:
        raise BadSetting(f"people={people} is no number of people tested. Leave it out where it is not known.")
    try:
        return whole_table({name: allowed for name, allowed in ranges.items() if name != MCC}, people, mcc=ranges.get(MCC)), True
    except OverflowError:
        return None, False


def findings(fitted: Fit, *, about: About, model: str = "") -> list[Finding]:
    """Whether the metrics fit, and what they imply.

    Args:
        fitted: from `fit`.
        about: place, period, source and caveats of the findings.
        model: name of the model whose metrics these are.

    Returns:
        The verdict, then the implied metrics that were not printed and MCC in any case, then the accuracy of always saying the commoner thing.
    """
    about = replace(about, settings={**about.settings, "printed": fitted.printed})
    group, n = model or None, len(fitted.printed)
    method = "over all confusion tables that round or cut to the printed figures; bounds, not an interval of chance"
    fits_whole = fitted.fits and (fitted.people is None or fitted.whole is not None or not fitted.is_decided)
    found = [
        about.finding("metrics_fit_together", float(fits_whole), group=group, n=n, unit="1 yes, 0 no", method=method, caveats=(_verdict(fitted),)),
    ]
    for name, (low, high) in fitted.implied.items():
        if name == MCC or name not in fitted.printed:
            printed = fitted.printed.get(name)
            found.append(
                about.finding(
                    "implied_metric", fitted.at_their_word.get(name), low=low, high=high, level=None, group=TITLES[name], reference=group, n=n,
                    unit=_unit(name), method=f"{TITLES[name]} {method}", caveats=_beside(name, printed, (low, high)), settings={"metric": name},
                )
            )  # fmt: skip
    if "base_rate" in fitted.implied:
        found.append(_majority(fitted, about, group, n, method))
    return found


def _unit(name: str) -> str:
    return "coefficient" if name == MCC else "share"


def _majority(fitted: Fit, about: About, group: str | None, n: int, method: str) -> Finding:
    low, high = fitted.implied["base_rate"]
    ends = (max(low, 1 - low), max(high, 1 - high))
    least = 0.5 if low <= 0.5 <= high else min(ends)
    base = fitted.at_their_word.get("base_rate")
    told = (f"Published accuracy: {fitted.printed['accuracy']}. What lies above this figure is what the system adds.",) if "accuracy" in fitted.printed else ()
    value = None if base is None else max(base, 1 - base)
    return about.finding("majority_class_accuracy", value, low=least, high=max(ends), level=None, group=group, n=n, unit="share", method=method, caveats=told)


def _verdict(fitted: Fit) -> str:
    """The verdict in a sentence."""
    if fitted.fits:
        if fitted.people is None:
            return "They can all be true of one test."
        if not fitted.is_decided:
            return f"They can all be true of one test in shares. Whole people were not tried: {fitted.people:,} leave more than {MOST_PAIRS:,} tables."
        if fitted.whole is None:
            return f"Shares exist that fit, but no table of {fitted.people:,} whole people gives these figures."
        right, wrong, missed, left = fitted.whole
        example = f"{right:,} rightly flagged, {wrong:,} wrongly, {missed:,} missed, {left:,} left alone"
        return f"They can all be true of one test of {fitted.people:,}, for example: {example}."
    if not fitted.odd_ones:
        return "They cannot all be true of one test, and leaving out any one of them does not help."
    names = " or ".join(TITLES[name] for name in fitted.odd_ones)
    return f"They cannot all be true of one test. Without {names} the rest would fit. Ask whether they come from one test set, one threshold and one formula."


def _beside(name: str, printed: str | None, ends: Ends) -> tuple[str, ...]:
    if printed is None:
        return ()
    return (f"Published: {printed}. The other printed figures leave {ends[0]:.4f} to {ends[1]:.4f} for {TITLES[name]}.",)
