"""From scores of people to counts, in one scan of the engine.

One row of the counts is one group, one score, whether it was flagged and what was recorded later; its
last column is a number of people. All that the fairness audit computes comes from these, so that no
row about a person needs to leave the place where it lies. Areas and decision makers, where there are
any, take a second scan each: people by area, score and all attributes would be as many cells as people.

Read with care: a score of many decimals is put into bins of equal width; `ScoreCounts.binned` says so.

Steps, in order:  looked at (refuse) -> prepared (flagged, bins) -> counted -> ScoreCounts
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables import engine
from ..tables.errors import BadSetting, BadValue, EmptyTable, MissingColumn, UnknownCategory
from ..tables.score_outcomes import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pandas as pd

MOST_SCORES = 1000
"""Distinct scores above which they are put into this many bins of equal width."""
BY_CELL = ("group", *ATTRIBUTES, "stratum", "score", "is_flagged", "outcome")
BY_AREA = ("area_code", "group", "score", "is_flagged", "outcome")
BY_DECISION = ("decision_maker", "score", "is_intervened", "outcome")


@dataclass(frozen=True)
class ScoreCounts:
    """People counted.

    Attributes:
        cells: group, the attributes and the stratum that the table has, score, is_flagged, outcome, people; one row a
            combination that occurs. A group, score, outcome or attribute not recorded is missing. Without scores, or
            without a way to tell who was flagged, that column is all missing.
        by_area: area_code, group, score (unless binned), is_flagged, outcome, people; None where no area is given.
        by_decision: decision_maker, score, is_intervened, outcome, people; None where nobody is named.
        bands: the bands in order, where scores are positions of bands; empty where scores are numbers.
        binned: the width of the bins that scores were put into; None where each score stands for itself.
        repeats: rows that repeat a pseudonym; None where there are no pseudonyms.
    """

    cells: pd.DataFrame
    by_area: pd.DataFrame | None = None
    by_decision: pd.DataFrame | None = None
    bands: tuple[str, ...] = ()
    binned: float | None = None
    repeats: int | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        """The further attributes that the table has."""
        return tuple(name for name in ATTRIBUTES if name in self.cells.columns)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in alphabetical order; people of no recorded group are not among them."""
        return tuple(sorted(self.cells["group"].dropna().unique()))


def count_scores(
    rows: ibis.Table,
    *,
    flagged_from: float | None = None,
    flagged_bands: Sequence[str] = (),
    band_order: Sequence[str] = (),
    most_scores: int = MOST_SCORES,
) -> ScoreCounts:
    """Count people by group, attributes, score, whether flagged, and outcome.

    Args:
        rows: the table `score_outcomes`, in the engine.
        flagged_from: whoever scores this or more counts as flagged, whatever `is_flagged` says.
        flagged_bands: whoever is in one of these bands counts as flagged, whatever `is_flagged` says.
        band_order: the bands from lowest to highest, so that a table without scores can still be ranked; of no effect where there are scores.
        most_scores: distinct scores above which scores are put into this many bins of equal width.

    Returns:
        ScoreCounts; `cells` in the order of its columns.

    Raises:
        MissingColumn: a setting asks for a column that is not there.
        BadSetting: both ways of flagging at once, or fewer than 2 bins.
        BadValue: a number of people that is none, or a score that is infinite.
        UnknownCategory: a band that `band_order` does not have, or a flagged band that does not occur.
        EmptyTable: nobody.

    Example:
        >>> import pandas as pd
        >>> rows = engine.rows_of(pd.DataFrame({"group": ["A", "A", "B"], "score": [7, 7, 2], "outcome": [True, True, False]}))
        >>> count_scores(rows, flagged_from=5).cells[["group", "score", "is_flagged", "people"]].values.tolist()
        [['A', 7.0, True, 2], ['B', 2.0, False, 1]]

    Read with care:
        One row must be one person. Records of one person under two pseudonyms count as two people.
    """
    if flagged_from is not None and flagged_bands:
        raise BadSetting("flagged_from and flagged_bands both say who is flagged. Give one of them.")
    if most_scores < 2:
        raise BadSetting(f"most_scores={most_scores!r} leaves no scores to tell apart. 1000 is usual.")
    _require(rows, flagged_from, flagged_bands, band_order)
    seen = _looked_at(rows)
    prepared = _with_people_and_flag(rows, flagged_from, flagged_bands)
    prepared, bands = _ranked_bands(prepared, () if "score" in rows.columns else band_order, flagged_bands)
    prepared, bins = _binned(prepared, seen, most_scores)
    cells = _counted(prepared, [name for name in BY_CELL if name in prepared.columns], bins)
    by_area = _counted(prepared, [name for name in BY_AREA if not (bins and name == "score")], bins) if _has_any(prepared, seen, "area_code") else None
    has_decisions = _has_any(prepared, seen, "decision_maker") and "is_intervened" in prepared.columns
    by_decision = _counted(prepared, list(BY_DECISION), bins) if has_decisions else None
    repeats = int(seen["pseudonyms_given"] - seen["pseudonyms"]) if "pseudonyms" in seen else None
    return ScoreCounts(cells, by_area, by_decision, bands, bins.width if bins else None, repeats)


def _require(rows: ibis.Table, flagged_from: float | None, flagged_bands: Sequence[str], band_order: Sequence[str]) -> None:
    wanted = {"group": True, "score": flagged_from is not None, "band": bool(flagged_bands) or bool(band_order)}
    absent = [name for name, is_wanted in wanted.items() if is_wanted and name not in rows.columns]
    if absent:
        why = {"group": "people cannot be told apart", "score": "flagged_from cannot be applied", "band": "flagged_bands and band_order cannot be applied"}
        raise MissingColumn(f"Table 'score_outcomes' has no column '{absent[0]}', so {why[absent[0]]}.\nColumns found: {', '.join(rows.columns)}.")
    twice = sorted({band for band in band_order if list(band_order).count(band) > 1})
    if twice:
        raise BadSetting(f"band_order names {', '.join(map(repr, twice))} twice. Name each band once, from lowest to highest.")


def _looked_at(rows: ibis.Table) -> dict[str, Any]:
    """One look before counting: how many rows and people, impossible numbers of people, how many different scores."""
    sums: dict[str, Any] = {"rows": rows.count()}
    if "people" in rows.columns:
        people = rows.people.cast("float64")
        sums |= {"people": people.sum(), "no_people": (people.isnull() | (people < 0) | (people != people.round())).sum()}
    if "score" in rows.columns:
        # Only whether there are more than can be told apart matters, and an estimate tells that far sooner.
        sums["scores"] = rows.score.approx_nunique() if rows.score.type().is_floating() else rows.score.nunique()
    if "person" in rows.columns:
        sums |= {"pseudonyms": rows.person.nunique(), "pseudonyms_given": rows.person.count()}
    for name in ("area_code", "decision_maker"):
        if name in rows.columns:
            sums[f"given {name}"] = rows[name].count()
    seen = {str(name): value for name, value in engine.fetched(rows.aggregate(**sums)).iloc[0].items()}
    if seen["rows"] == 0 or seen.get("people", 1) == 0:
        raise EmptyTable("Table 'score_outcomes' holds nobody, so nothing can be counted. Check the selection.")
    if seen.get("no_people"):
        raise BadValue(f"Table 'score_outcomes': {int(seen['no_people']):,} rows have a number of people that is negative, fractional or missing.")
    return seen


def _has_any(rows: ibis.Table, seen: dict[str, Any], column: str) -> bool:
    return column in rows.columns and bool(seen[f"given {column}"])


def _with_people_and_flag(rows: ibis.Table, flagged_from: float | None, flagged_bands: Sequence[str]) -> ibis.Table:
    import ibis

    people = rows.people.cast("int64") if "people" in rows.columns else ibis.literal(1, type="int64")
    score = _number(rows) if "score" in rows.columns else ibis.null("float64")
    flagged = rows.is_flagged.cast("boolean") if "is_flagged" in rows.columns else ibis.null("boolean")
    if flagged_from is not None:
        flagged = score >= flagged_from
    elif flagged_bands:
        flagged = rows.band.isin(list(flagged_bands))
    outcome = rows.outcome.cast("boolean") if "outcome" in rows.columns else ibis.null("boolean")
    return rows.mutate(people=people, score=score, is_flagged=flagged, outcome=outcome)


def _number(rows: ibis.Table) -> Any:
    """The score; what is "not a number" is missing. An engine that does not know that kind of number holds none."""
    import ibis

    score = rows.score.cast("float64")
    knows = ibis.get_backend(rows).has_operation(ibis.expr.operations.IsNan)
    return ibis.cases((score.isnan(), ibis.null("float64")), else_=score) if knows else score


def _ranked_bands(rows: ibis.Table, order: Sequence[str], flagged_bands: Sequence[str]) -> tuple[ibis.Table, tuple[str, ...]]:
    """Where the order of bands is given and there are no scores, a band's position is its score."""
    import ibis

    if not order and not flagged_bands:
        return rows, ()
    found = {str(band) for band in engine.fetched(rows.select("band").distinct())["band"].dropna()}
    strange = sorted(set(flagged_bands) - found)
    if strange:
        raise UnknownCategory(f"flagged_bands: nobody is in the band {', '.join(map(repr, strange))}. Bands found: {', '.join(sorted(found))}.")
    if not order:
        return rows, ()
    unplaced = sorted(found - set(order))
    if unplaced:
        raise UnknownCategory(f"band_order does not say where {', '.join(map(repr, unplaced))} stands. Name every band, from lowest to highest.")
    position = ibis.cases(*[(rows.band == band, float(place)) for place, band in enumerate(order, start=1)], else_=ibis.null("float64"))
    return rows.mutate(score=position), tuple(order)


class _Bins(NamedTuple):
    """Bins of equal width, numbered from 0; grouping by whole numbers takes a fifth of the time."""

    low: float
    width: float

    def middle(self, at: pd.Series) -> pd.Series:
        return self.low + (at.astype(float) + 0.5) * self.width


def _binned(rows: ibis.Table, seen: dict[str, Any], most: int) -> tuple[ibis.Table, _Bins | None]:
    """Scores too many to tell apart, each replaced by the number of its bin."""
    if seen.get("scores", 0) <= most:
        return rows, None
    sums = {"low": rows.score.min(), "high": rows.score.max()}
    ends = engine.fetched(rows.aggregate(**sums)).iloc[0]
    _refuse_infinite(ends)
    bins = _Bins(float(ends["low"]), (float(ends["high"]) - float(ends["low"])) / most)
    at = ((rows.score - bins.low) / bins.width).floor().clip(0, most - 1)
    return rows.mutate(score=at.cast("int16" if most < 2**15 else "int64")), bins


def _refuse_infinite(scores: pd.Series) -> None:
    if np.isinf(scores.to_numpy(dtype=float)).any():
        raise BadValue("Table 'score_outcomes' holds infinite scores, which cannot be compared. Leave the score empty where there is none.")


def _counted(rows: ibis.Table, by: list[str], bins: _Bins | None) -> pd.DataFrame:
    counted = engine.fetched(rows.group_by(by).agg(people=rows.people.sum()).order_by(by))
    counted = counted[counted["people"] > 0].reset_index(drop=True)
    if "score" in by:
        counted["score"] = bins.middle(counted["score"]) if bins else counted["score"].astype(float)
        _refuse_infinite(counted["score"])
    for name in ("is_flagged", "outcome", "is_intervened"):
        if name in counted.columns:
            counted[name] = counted[name].astype("boolean")
    return counted.assign(people=counted["people"].astype(np.int64))
