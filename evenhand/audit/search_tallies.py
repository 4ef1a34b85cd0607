"""Counts of searches held to account and laid out as arrays: who was searched where, and after how many something was found.

What counts as a hit is chosen here: any outcome but no further action, or one that was linked to what
was looked for. Searches of which that is not known are left out, and their share is said; where it is
too large, the definition is refused rather than answered from what is left.

Steps, in order:  of_counts (from records) or of_table (from counts already made) -> SearchTally
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingColumn
from .search_counts import COUNTED
from .stop_counts import IN_AREA, NO_LOCATION
from .stop_tallies import ENOUGH_STOPS, FEWEST_GROUPS, MOST_MISSING, SMALLEST_COUNT, WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from numpy.typing import NDArray

ANY, LINKED = "any outcome", "linked outcome"
MOST_UNSAID = 0.25
"""Share of searches with an outcome that may lack a word on whether it was linked; above it the rest is too few to speak for all."""
ENOUGH_OUTCOMES = 100
"""With this many outcomes, a link that is never "yes" was never filled in, whatever the column holds."""
WHOLE_PLACE = "whole place"


@dataclass(frozen=True)
class SearchTally:
    """Searches of one place by one field, for one meaning of a hit. Arrays have a row an area and a column a group.

    Attributes:
        field: ethnicity field; "" for counts that do not say.
        hit: `ANY` or `LINKED`.
        searches, hits: searches whose result is known, and those that were hits, shape (areas, groups).
        made: all searches, whatever is known of them, shape (areas, groups).
        encounters: stops of which the searches are a part, or a benchmark; nan where unknown; None where there are none.
        no_group_searches, no_group_hits: of those with no group recorded.
        unknown: searches left out because it is not known whether they were a hit, whatever their group.
        unsaid, outcomes: by group, searches with an outcome and no word on whether it was linked, and all with an outcome, in
            months that say so of most; shape (groups,), None for `ANY`.
        unplaced: searches of no location that were left out.
    """

    field: str
    hit: str
    groups: tuple[str, ...]
    reference: int
    area_codes: tuple[str, ...]
    searches: NDArray[np.float64]
    hits: NDArray[np.float64]
    made: NDArray[np.float64]
    encounters: NDArray[np.float64] | None = None
    no_group_searches: float = 0.0
    no_group_hits: float = 0.0
    unknown: float = 0.0
    unsaid: NDArray[np.float64] | None = None
    outcomes: NDArray[np.float64] | None = None
    unplaced: float = 0.0

    @property
    def totals(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Hits and searches of each group over all areas."""
        return self.hits.sum(axis=0), self.searches.sum(axis=0)

    @property
    def words(self) -> str:
        """The field in words, for a sentence."""
        return WORDS.get(self.field, "group")


def of_counts(
    counts: pd.DataFrame,
    *,
    field: str,
    groups: Sequence[str],
    reference: str,
    hit: str = ANY,
    powers: Collection[str] | None = None,
    purposes: Collection[str] | None = None,
    linked_needs_action: bool = True,
    count_unplaced: bool = False,
) -> SearchTally:
    """Lay out the counts of `search_counts.count_searches`, or say why that cannot be done.

    Args:
        counts: from `count_searches`.
        field: ethnicity field.
        groups, reference: the groups in the order wanted, and the one compared with.
        hit: what counts: `ANY` or `LINKED`.
        powers, purposes: only searches under these; None for all.
        linked_needs_action: a search that ended with no further action is no linked find, whatever the link says.
        count_unplaced: searches of no location count too, as an area of their own.

    Raises:
        CannotAnswer: the field has lost groups or is mostly missing, the link is not filled in, or the reference has too few searches.
        EmptyTable: no search is left.

    Example:
        >>> import pandas as pd
        >>> cell = {"location": "in an area", "area_code": "A", "power": "needs suspicion", "purpose": "weapons", "unlinked": 0,
        ...         "unsaid": 0, "nothing_in_linked_months": 7, "nothing_linked": 0, "nothing_unlinked": 0}
        >>> counts = pd.DataFrame([cell | {"officer_defined_ethnicity": group, "searches": 10, "nothing": 7, "something": 3, "linked": 3}
        ...                        for group in ("Black", "White")])
        >>> told = of_counts(counts, field="officer_defined_ethnicity", groups=("Black", "White"), reference="White")
        >>> told.hits.tolist(), told.searches.tolist()
        ([[3.0, 3.0]], [[10.0, 10.0]])
    """
    require_reference(reference, groups)
    here, unplaced = _in_place(_chosen(counts, powers, purposes), count_unplaced=count_unplaced)
    _require_field(here, field, groups)
    known, hits = _results(here, hit, linked_needs_action=linked_needs_action)
    areas, names = _factorised(here["area_code"])
    column = _columns(here[field], groups)
    every = here["searches"].to_numpy(dtype=float)
    searches, found, made = (_table(values, areas, column, len(names), len(groups)) for values in (known, hits, every))
    linked = here["linked"].to_numpy(dtype=float) + here["unlinked"].to_numpy(dtype=float)
    unsaid = here["unsaid"].to_numpy(dtype=float)
    by_group = [_table(values, np.zeros_like(areas), column, 1, len(groups))[0] for values in (unsaid, linked + unsaid)]
    told = SearchTally(
        field,
        hit,
        tuple(groups),
        list(groups).index(reference),
        tuple(names),
        searches,
        found,
        made,
        no_group_searches=float(known[column < 0].sum()),
        no_group_hits=float(hits[column < 0].sum()),
        unknown=float(every.sum() - known.sum()),
        unsaid=by_group[0] if hit == LINKED else None,
        outcomes=by_group[1] if hit == LINKED else None,
        unplaced=unplaced,
    )
    return require_reference_searches(told)


def of_table(table: pd.DataFrame, *, reference: str, hit: str = ANY) -> SearchTally:
    """Lay out the declared table `search_outcomes`.

    Args:
        table: held to `tables.search_outcomes`.
        reference: the group compared with.
        hit: what counts: the column `hits` (`ANY`) or `linked_hits` (`LINKED`).

    Raises:
        BadSetting: the reference is none of the groups.
        BadValue: more hits than searches.
        CannotAnswer: the column is not there or empty, or the reference has too few searches.

    Example:
        >>> import pandas as pd
        >>> told = of_table(pd.DataFrame({"group": ["Black", "White"], "searches": [50, 90], "hits": [10, 30], "encounters": [200, 900]}), reference="White")
        >>> told.groups, told.encounters.tolist()
        (('Black', 'White'), [[200.0, 900.0]])
    """
    column = "hits" if hit == ANY else "linked_hits"
    if column not in table.columns or table[column].isna().all():
        raise CannotAnswer(f"The table 'search_outcomes' has no figures in the column '{column}', so nothing is said of searches with {a(hit)}.")
    groups = sorted(str(group) for group in table["group"].dropna().unique())
    require_reference(reference, groups)
    placed = table if "area_code" in table.columns else table.assign(area_code=WHOLE_PLACE)
    areas, names = _factorised(placed["area_code"])
    searches, hits = (table[name].to_numpy(dtype=float, na_value=np.nan) for name in ("searches", column))
    if np.any(hits > searches):
        raise BadValue(f"Table 'search_outcomes' has more {column} than searches in {int((hits > searches).sum())} rows. Both must count the same searches.")
    known = np.isfinite(hits)
    which = _columns(table["group"], groups)
    shape = (len(names), len(groups))
    told = SearchTally(
        "",
        hit,
        tuple(groups),
        groups.index(reference),
        tuple(names),
        _table(np.where(known, searches, 0.0), areas, which, *shape),
        _table(np.where(known, hits, 0.0), areas, which, *shape),
        _table(searches, areas, which, *shape),
        _encounters(table, areas, which, shape),
        float(searches[known & (which < 0)].sum()),
        float(hits[known & (which < 0)].sum()),
        unknown=float(searches[~known].sum()),
    )
    return require_reference_searches(told)


def with_benchmark(told: SearchTally, benchmark: pd.DataFrame) -> SearchTally:
    """The same tally with residents (or another table of people by area and group) in the place of stops.

    Args:
        told: of searches.
        benchmark: area_code, group, residents.

    Raises:
        CannotAnswer: the areas or the groups of the two do not meet.

    Example:
        >>> import pandas as pd
        >>> told = of_table(pd.DataFrame({"area_code": ["A", "A"], "group": ["Black", "White"], "searches": [50, 90], "hits": [10, 30]}), reference="White")
        >>> people = pd.DataFrame({"area_code": ["A", "A"], "group": ["Black", "White"], "residents": [400, 9_000]})
        >>> with_benchmark(told, people).encounters.tolist()
        [[400.0, 9000.0]]
    """
    lacking = [name for name in ("area_code", "group", "residents") if name not in benchmark.columns]
    if lacking:
        raise MissingColumn(f"The benchmark has no column {lacking[0]!r}.\nColumns found: {', '.join(map(str, benchmark.columns))}.")
    known = benchmark[benchmark["group"].isin(told.groups)]
    if told.area_codes == (WHOLE_PLACE,):
        known = known.assign(area_code=WHOLE_PLACE)
    wide = known.pivot_table(index="area_code", columns="group", values="residents", aggfunc="sum")
    people = wide.reindex(index=list(told.area_codes), columns=list(told.groups)).to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(people).any():
        raise CannotAnswer(
            f"The benchmark and the searches have no area and group in common (searches: {told.area_codes[0]}, {', '.join(told.groups)}). "
            "Bring both to the same codes and groups first."
        )
    return SearchTally(**{**told.__dict__, "encounters": people})


def a(hit: str) -> str:
    """The kind of hit with its article.

    Example:
        >>> a(LINKED)
        'a linked outcome'
    """
    return hit if hit == ANY else f"a {hit}"


def require_reference(reference: str, groups: Sequence[str]) -> None:
    """Raise BadSetting unless the reference is one of the groups."""
    if reference not in groups:
        raise BadSetting(f"reference={reference!r} is none of the groups: {', '.join(groups) or 'none'}.")


def require_reference_searches(told: SearchTally) -> SearchTally:
    """The tally, after making sure that there is something to compare with."""
    searches = told.searches[:, told.reference].sum()
    if searches < SMALLEST_COUNT:
        raise CannotAnswer(
            f"The reference group, {told.groups[told.reference]}, has fewer than {SMALLEST_COUNT} searches of which it is known whether they led to "
            f"{a(told.hit)}, too few to compare with. Choose another reference, a longer period or a larger place."
        )
    return told


def _chosen(counts: pd.DataFrame, powers: Collection[str] | None, purposes: Collection[str] | None) -> pd.DataFrame:
    lacking = [name for name in ("location", "area_code", "power", "purpose", *COUNTED) if name not in counts.columns]
    if lacking:
        raise MissingColumn(f"The counts of searches have no column {lacking[0]!r}. Make them with count_searches.")
    numbers = counts[list(COUNTED)].to_numpy(dtype=float, na_value=np.nan)
    if not np.all(np.isfinite(numbers)) or np.any(numbers < 0) or np.any(numbers % 1) or np.any(numbers[:, 1] + numbers[:, 2] > numbers[:, 0]):
        raise BadValue("The counts of searches hold values that are negative, fractional or missing, or a part larger than its whole. Count them again.")
    kept = counts
    for name, wanted in (("power", powers), ("purpose", purposes)):
        kept = kept if wanted is None else kept[kept[name].isin(list(wanted))]
    if kept.empty or kept["searches"].to_numpy(dtype=float).sum() == 0:
        raise EmptyTable("No search is left after selecting place, power and purpose, so nothing can be computed.")
    return kept


def _in_place(chosen: pd.DataFrame, *, count_unplaced: bool) -> tuple[pd.DataFrame, float]:
    """The counts that belong to the place, each with an area, and how many searches of no location were left out.

    Where no area is known of any search, all of them make one area.
    """
    location = chosen["location"].to_numpy(dtype=object)
    placed, nowhere = location == IN_AREA, location == NO_LOCATION
    if nowhere.all():
        return chosen.assign(area_code=WHOLE_PLACE), 0.0
    here = chosen[placed | (nowhere if count_unplaced else False)]
    if here.empty:
        raise EmptyTable("No search lies in the place. Check place and period, or count searches of no location for a whole force.")
    unplaced = 0.0 if count_unplaced else float(chosen["searches"].to_numpy(dtype=float)[nowhere].sum())
    return here.assign(area_code=here["area_code"].astype(object).where(here["area_code"].notna(), NO_LOCATION)), unplaced


def _require_field(here: pd.DataFrame, field: str, groups: Sequence[str]) -> None:
    """Raise CannotAnswer where the field cannot carry a comparison."""
    if field not in here.columns:
        raise MissingColumn(f"The counts of searches have no column {field!r}.")
    searches, which = here["searches"].to_numpy(dtype=float), _columns(here[field], groups)
    total, missing = float(searches.sum()), float(searches[which < 0].sum())
    present = [group for at, group in enumerate(groups) if searches[which == at].sum() > 0]
    words = WORDS.get(field, field)
    if missing > MOST_MISSING * total:
        raise CannotAnswer(f"{100 * missing / total:.0f} % of the searches have no {words}, more than half: a comparison would rest on the few that have one.")
    if total >= ENOUGH_STOPS and len(present) < FEWEST_GROUPS:
        raise CannotAnswer(
            f"Among {total:,.0f} searches, {words} takes only these values: {', '.join(present) or 'none'}. The other groups never occur, "
            "which says that they were lost in publication, not that nobody of them was searched."
        )


def _results(here: pd.DataFrame, hit: str, *, linked_needs_action: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Searches of which the result is known, and hits among them."""
    number = {name: here[name].to_numpy(dtype=float) for name in COUNTED}
    if hit == ANY:
        return number["nothing"] + number["something"], number["something"]
    if hit != LINKED:
        raise BadSetting(f"hit={hit!r} is not known. Known: {ANY}, {LINKED}.")
    _require_link(number)
    if linked_needs_action:
        return number["nothing_in_linked_months"] + number["linked"] + number["unlinked"], number["linked"]
    known = number["linked"] + number["unlinked"] + number["nothing_linked"] + number["nothing_unlinked"]
    if known.sum() < (1 - MOST_UNSAID) * (number["nothing_in_linked_months"] + number["linked"] + number["unlinked"] + number["unsaid"]).sum():
        raise CannotAnswer("Too many searches do not say whether the outcome was linked for it to be read by itself; let linked finds need an action.")
    return known, number["linked"] + number["nothing_linked"]


def _require_link(number: dict[str, NDArray[np.float64]]) -> None:
    """Raise CannotAnswer unless enough searches say whether the outcome was linked to what was looked for."""
    linked, unlinked, unsaid, something = (float(number[name].sum()) for name in ("linked", "unlinked", "unsaid", "something"))
    if something == 0:
        raise CannotAnswer("Nothing followed any of these searches, so no outcome can be linked or not.")
    if linked + unlinked == 0:
        raise CannotAnswer(
            f"There is no month in which most of the {something:,.0f} searches with an outcome say whether it was linked to what was looked for, "
            "so linked finds cannot be counted."
        )
    if unsaid > MOST_UNSAID * (linked + unlinked + unsaid):
        raise CannotAnswer(
            f"{100 * unsaid / (linked + unlinked + unsaid):.0f} % of the searches with an outcome do not say whether it was linked to what was looked for, "
            f"more than {100 * MOST_UNSAID:.0f} %: linked finds cannot be counted from the rest."
        )
    if something >= ENOUGH_OUTCOMES and linked == 0:
        raise CannotAnswer(f"Of {unlinked:,.0f} searches with an outcome none is marked as linked to what was looked for: a default, not an answer.")


def _encounters(table: pd.DataFrame, areas: NDArray[np.intp], which: NDArray[np.intp], shape: tuple[int, int]) -> NDArray[np.float64] | None:
    """Stops by area and group, nan where the table says nothing."""
    if "encounters" not in table.columns or table["encounters"].isna().all():
        return None
    stops = np.full(shape, np.nan)
    known = which >= 0
    stops[areas[known], which[known]] = table["encounters"].to_numpy(dtype=float, na_value=np.nan)[known]
    return stops


def _factorised(codes: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    import pandas as pd

    areas, names = pd.factorize(np.asarray(codes, dtype=object), sort=True)
    return areas, [str(name) for name in names]


def _columns(values: pd.Series, groups: Sequence[str]) -> NDArray[np.intp]:
    """Position of each row's group; -1 where it is missing."""
    import pandas as pd

    return pd.Index(groups).get_indexer(pd.Index(values))


def _table(values: NDArray[np.float64], areas: NDArray[np.intp], column: NDArray[np.intp], n_areas: int, n_groups: int) -> NDArray[np.float64]:
    known = column >= 0
    cell = areas[known] * n_groups + column[known]
    return np.bincount(cell, weights=values[known], minlength=n_areas * n_groups).astype(float).reshape(n_areas, n_groups)
