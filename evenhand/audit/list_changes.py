"""Flagged lists over time: how much stays from one release to the next, how much would stay by chance, and who is always on it.

From outputs alone: a table of which places were flagged for which span.

Read with care: a stable list is not a right one. It may be stable because what is flagged is watched, and what is watched is recorded.

Source: each measure cites its own in `overlap.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer, MissingColumn
from ..tables.measure import Measure
from .block_intervals import batched, mean_of_blocks
from .intervals import Interval
from .overlap import chance_overlap, jaccard, kept_beyond_chance, list_hash, rank_biased_overlap
from .place_case import no_interval
from .place_forecasts import named_span, spans_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About

_PAIRS = "pairs of successive lists"
MEASURES = {
    "list_jaccard": Measure(
        "Overlap of successive lists (Jaccard)", _PAIRS, "Places on both lists over places on either, on average; 1 is the same list.", "overlap.jaccard"
    ),
    "list_jaccard_by_chance": Measure(
        "Overlap of lists drawn by lot (Jaccard)", _PAIRS, "What two lists of these lengths, drawn by lot, would share on average.", "overlap.chance_overlap"
    ),
    "list_jaccard_first_last": Measure(
        "Overlap of the first and the last list (Jaccard)", "places on either list", "How much of the first list is still there at the end.",
        "overlap.jaccard",
    ),
    "list_rank_overlap": Measure(
        "Overlap of successive rankings (RBO)", _PAIRS, "Overlap of the flagged places in their order, the top counting for more; 1 is the same.",
        "overlap.rank_biased_overlap",
    ),
    "list_new_share": Measure(
        "New places on a list", "places on lists after the first", "Of the places on a list, the share that were not on the one before.", "overlap.jaccard"
    ),
    "list_kept_beyond_chance": Measure(
        "Places kept, beyond chance", _PAIRS, "Share kept from list to list; 0 is what lists drawn by lot keep, 1 is all.", "overlap.kept_beyond_chance"
    ),
    "places_ever_flagged_share": Measure(
        "Places flagged at least once", "places that could be flagged", "The share of all places that were ever on a list.", "overlap.jaccard"
    ),
    "places_always_flagged": Measure("Places on every list", "places flagged at least once", "How many places were on every list.", "overlap.jaccard"),
    "lists_distinct": Measure(
        "Different lists", "lists", "How many of the lists differ from one another; settings hold a code of all of them.", "overlap.list_hash"
    ),
}
MEASURES["ground_shared_moved_grid"] = Measure(
    "Ground still flagged when the grid's lines are moved (Jaccard)", "ways to move the grid",
    "Ground flagged on both grids over ground flagged on either, the middle of all ways tried; where lines start means nothing.", "overlap.jaccard",
)
LEAST_RUN = 30
"""Pairs from which on they are taken in runs."""
LEAST_PAIRS = 3
"""Pairs of lists from which on a mean gets an interval."""


@dataclass(frozen=True, eq=False)
class Lists:
    """Lists of flagged places over time.

    Attributes:
        places: codes, in order.
        spans: what each list is for, in order of time.
        is_flagged: shape (spans, places).
        score: the system's, nan where not given; same shape.
        names_all: the table names places that were not flagged too, so that the number there were to choose from is known.
    """

    places: NDArray[np.str_]
    spans: tuple[str, ...]
    is_flagged: NDArray[np.bool_]
    score: NDArray[np.float64]
    names_all: bool


def lists_over_time(table: pd.DataFrame) -> Lists:
    """Lists from the declared table `forecasts` or `flagged`.

    Raises:
        MissingColumn: nothing says what was flagged.
        BadValue: spans that are no days or months.

    Example:
        >>> import pandas as pd
        >>> two = pd.DataFrame({"place_code": ["a", "b"], "from": ["2024-01", "2024-02"], "to": ["2024-01", "2024-02"], "is_flagged": True})
        >>> lists_over_time(two).is_flagged.tolist()
        [[True, False], [False, True]]
    """
    if "is_flagged" not in table.columns:
        raise MissingColumn(f"The table has no column 'is_flagged', so there are no lists to compare.\nColumns found: {', '.join(table.columns)}.")
    starts, ends, unit = spans_of(table)
    spans, row = np.unique(np.column_stack([starts, ends]), axis=0, return_inverse=True)
    places, column = np.unique(table["place_code"].astype(str).to_numpy(dtype=str), return_inverse=True)
    flagged, score = np.zeros((len(spans), len(places)), dtype=bool), np.full((len(spans), len(places)), np.nan)
    said = table["is_flagged"].to_numpy(dtype=bool)
    flagged[row.ravel(), column.ravel()] = said
    if "score" in table.columns:
        score[row.ravel(), column.ravel()] = table["score"].to_numpy(dtype=float, na_value=np.nan)
    return Lists(places, tuple(named_span(start, end, unit) for start, end in spans), flagged, score, not bool(said.all()))


def list_changes(lists: Lists, *, about: About, system: str, p: float = 0.9) -> list[Finding]:
    """How lists change from one span to the next.

    Args:
        lists: over time.
        about: place, period, source and caveats of the findings.
        system: what the system is called in findings.
        p: how far down rankings are looked at, see `rank_biased_overlap`.

    Returns:
        Findings; an interval is given for means of three pairs or more.

    Raises:
        CannotAnswer: fewer than two lists, or none with a place on it.
    """
    flagged = lists.is_flagged
    if len(flagged) < 2:
        raise CannotAnswer("There is only one list, so nothing can be said about change. Give lists for two spans or more.")
    if not flagged.any(axis=1).all():
        empty = lists.spans[int(np.flatnonzero(~flagged.any(axis=1))[0])]
        raise CannotAnswer(f"Nothing is flagged for {empty}, so its list cannot be compared. Leave that span out, or check is_flagged.")
    before, after = flagged[:-1], flagged[1:]
    many, all_ = flagged.sum(axis=1), flagged.shape[1]
    pairs, write = float(len(before)), _Writer(about, system, lists)
    both = (before & after).sum(axis=1)
    kept, new, lots = both / many[:-1], 1 - both / many[1:], chance_overlap(many[:-1], many[1:], all_)
    ends = flagged[[0, -1]]
    found = [
        write("list_jaccard", _mean(jaccard(before, after), about), pairs, "mean over pairs of places on both over places on either"),
        write("list_jaccard_by_chance", _alone(lots.mean()), pairs, "hypergeometric mean; exact, so no interval", group="drawn by lot"),
        write("list_jaccard_first_last", _alone(jaccard(*ends)), float(ends.any(axis=0).sum()), "places on both over either; exact, so no interval"),
        write("list_new_share", _mean(new, about, weight=many[1:]), float(many[1:].sum()), "places not on the list before over places on the list"),
        write("list_kept_beyond_chance", _mean(kept_beyond_chance(kept, many[1:] / all_), about), pairs, "mean over pairs", unit="ratio"),
        write("places_ever_flagged_share", _alone(flagged.any(axis=0).mean()), float(all_), "places on any list over all places; exact, so no interval"),
        write("places_always_flagged", _alone(flagged.all(axis=0).sum()), float(flagged.any(axis=0).sum()), "a full count, so no interval", unit="places"),
    ]
    return [*found, *_ranked(lists, write, p), _hashes(lists, write)]


def moved_grid(shares: NDArray[np.float64], *, about: About, system: str) -> Finding:
    """How much of the flagged ground stays flagged when the lines of the grid start elsewhere.

    Args:
        shares: Jaccard of the ground, one a way to move the grid.
        about: place, period, source and caveats of the finding.
        system: what the system is called.
    """
    ends = f"{100 * shares.min():.0f} to {100 * shares.max():.0f} %"
    return about.finding(
        "ground_shared_moved_grid",
        float(np.median(shares)),
        n=float(len(shares)),
        unit="share",
        group=system,
        method=f"median over ways to move the grid by part of a cell, which run from {ends}; a range of choices, so no interval",
        caveats=("Where the grid’s lines start is nobody’s decision and changes who is flagged.",),
        settings={"lowest": float(shares.min()), "highest": float(shares.max())},
    )


class _Writer:
    def __init__(self, about: About, system: str, lists: Lists) -> None:
        self.about, self.system = about, system
        self.unknown = () if lists.names_all else (f"The table names flagged places only, so chance is reckoned on the {len(lists.places):,} ever flagged.",)

    def __call__(self, measure: str, interval: Interval, n: float, method: str, *, unit: str = "share", **rest: Any) -> Finding:
        value, low, high = (float(part) if np.isfinite(part) else None for part in interval)
        leans = self.unknown if "chance" in measure or "ever" in measure else ()
        leaning = "One list leans on the one before, so pairs, and runs of pairs, are not quite independent: the interval is a rough one."
        rough = (leaning,) if low is not None else ()
        none = ("Not given: every place was flagged, so chance alone keeps all.",) if value is None else ()
        caveats = (*none, *rest.pop("caveats", ()), *leans, *rough)
        return self.about.finding(measure, value, low=low, high=high, n=n, unit=unit, method=method, caveats=caveats, **{"group": self.system, **rest})


def _mean(values: NDArray[np.float64], about: About, *, weight: NDArray[np.int64] | None = None) -> Interval:
    """Mean over pairs, with limits where there are enough; what is a share or an overlap stays within 1."""
    held = np.isfinite(values)
    if not held.any():
        return no_interval()
    times = (np.ones(len(values)) if weight is None else weight.astype(float))[held]
    # Runs of pairs, for one list leans on the one before; their length grows as the cube root, as is usual for runs.
    length = max(1, round(len(times) ** (1 / 3))) if len(times) >= LEAST_RUN else 1
    value, low, high = mean_of_blocks(batched(values[held] * times, length), batched(times, length), level=about.level)
    if held.sum() < LEAST_PAIRS:
        return no_interval(float(value))
    least = 0.0 if np.min(values[held]) >= 0 else -np.inf
    return Interval(value, np.maximum(low, least), np.minimum(high, 1.0))


def _alone(value: Any) -> Interval:
    return no_interval(float(value))


def _ranked(lists: Lists, write: _Writer, p: float) -> list[Finding]:
    """Overlap of the flagged places in their order, where every flagged place has a score."""
    if not np.isfinite(lists.score[lists.is_flagged]).all():
        return []
    orders = [_order(scores, flags, lists.places) for scores, flags in zip(lists.score, lists.is_flagged, strict=True)]
    overlaps = np.array([rank_biased_overlap(one, other, p=p) for one, other in zip(orders[:-1], orders[1:], strict=True)])
    ties = ("Places of the same score are ranked by their code.",) if _has_ties(lists) else ()
    method = f"mean over pairs of the extrapolated rank-biased overlap, p = {p:g}"
    return [write("list_rank_overlap", _mean(overlaps, write.about), float(len(overlaps)), method, caveats=ties, settings={"p": p})]


def _order(scores: NDArray[np.float64], flags: NDArray[np.bool_], places: NDArray[np.str_]) -> list[str]:
    chosen = np.flatnonzero(flags)
    return [str(places[at]) for at in chosen[np.argsort(-scores[chosen], kind="stable")]]


def _has_ties(lists: Lists) -> bool:
    return any(len(np.unique(scores[flags])) < flags.sum() for scores, flags in zip(lists.score, lists.is_flagged, strict=True))


def _hashes(lists: Lists, write: _Writer) -> Finding:
    codes = [list_hash(lists.places[flags].tolist()) for flags in lists.is_flagged]
    settings = {"code_of_all_lists": list_hash([f"{span} {code}" for span, code in zip(lists.spans, codes, strict=True)], in_order=True)}
    again = ("Run the system again on the same inputs: the same code shows that the run can be repeated.",)
    method = "lists told apart by their SHA-256; a full count, so no interval"
    return write("lists_distinct", _alone(len(set(codes))), float(len(codes)), method, unit="lists", caveats=again, settings=settings)
