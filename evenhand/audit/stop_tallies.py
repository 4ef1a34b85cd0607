"""Counts and residents held to each other: checked, refused where they cannot answer, and laid out as arrays.

Steps, in order:  checked_counts, resident_table -> in_place -> tally
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingColumn, RepeatedKey, UnknownCategory, VintageMix
from .stop_counts import COUNTED, FIELDS, IN_AREA, NO_LOCATION, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

ENOUGH_STOPS = 500
"""With this many stops, a field in which fewer than three of the five groups ever occur has lost groups in publication."""
FEWEST_GROUPS = 3
MOST_MISSING = 0.5
STRAY_SHARE = 0.01
"""Stops in areas without residents' figures: up to this share is left out and said; above it the codes are of another census."""
SMALLEST_COUNT = 5
OWN_GROUPS = "group"
"""The field of counts that come by groups of the user's own, whatever they are groups of."""
WORDS = {"officer_defined_ethnicity": "officer-defined ethnicity", "self_defined_ethnicity": "self-defined ethnicity", OWN_GROUPS: "group"}
PARTS = (
    ("no_further_action", "outcome_missing"),
    ("section_60", "power_missing"),
    ("found", "found_missing"),
)
"""Columns of the counts that may not add up to more than the stops."""


@dataclass(frozen=True)
class Tally:
    """Stops of one place by one ethnicity field. Arrays follow `groups`; `_by_area` ones have a row an area.

    Attributes:
        stops: of each group, those without an area included where they were counted.
        missing: stops with no group, and among them `missing_vehicle_only`: searches of a vehicle alone.
        outcome_known, no_further_action: of each group.
        section_60, power_known: of all stops, whatever the group.
        stops_by_area, residents_by_area: (areas, groups), for resampling.
        substituted: stops by group when the officer's entry stands in for a missing self-defined one.
        outside, unplaced, stray: stops at a point outside the place, of no location, in areas without residents' figures.
        unplaced_counted: whether those of no location are in `stops`.
        counts: the rows of the counts that are counted here; `sums` and `by_area` add up one of their columns.
    """

    field: str
    groups: tuple[str, ...]
    reference: int
    stops: NDArray[np.float64]
    missing: int
    missing_vehicle_only: int
    outcome_known: NDArray[np.float64]
    no_further_action: NDArray[np.float64]
    section_60: int
    power_known: int
    stops_by_area: NDArray[np.float64]
    residents_by_area: NDArray[np.float64]
    area_codes: tuple[str, ...]
    substituted: NDArray[np.float64] | None
    outside: int
    unplaced: int
    stray: int
    unplaced_counted: bool
    counts: pd.DataFrame

    def sums(self, measure: str) -> NDArray[np.float64]:
        """One column of the counts by group, such as "arrest"."""
        return _by_group(self.counts, self.field, self.groups, measure)[0]

    def by_area(self, measure: str) -> NDArray[np.float64]:
        """One column of the counts as an array (areas, groups); stops of no area or no group are not in it."""
        return _area_table(self.counts, self.field, self.groups, list(self.area_codes), measure)

    @property
    def residents(self) -> NDArray[np.float64]:
        """Residents of each group in the whole place."""
        return self.residents_by_area.sum(axis=0)

    @property
    def total(self) -> int:
        """All stops counted, whatever is known of them."""
        return int(self.stops.sum()) + self.missing

    @property
    def areas_with_stops(self) -> int:
        """Areas where somebody of a known group was stopped."""
        return int((self.stops_by_area.sum(axis=1) > 0).sum())

    @property
    def suppressed(self) -> NDArray[np.bool_]:
        """Groups with too few stops to print a number about."""
        return self.stops < SMALLEST_COUNT

    @property
    def also_hidden(self) -> NDArray[np.bool_]:
        """Groups whose count is not printed: the suppressed and, when it is only one, the next smallest."""
        hidden = self.suppressed.copy()
        if hidden.sum() == 1 and len(hidden) > 1:
            hidden[np.where(hidden, np.inf, self.stops).argmin()] = True
        return hidden


def tally(counts: pd.DataFrame, residents: pd.DataFrame, *, field: str, reference: str, groups: Sequence[str], count_unplaced: bool = False) -> Tally:
    """Lay out counts and residents for one field, or say why that cannot be done.

    Args:
        counts: from `stop_counts.count_stops`.
        residents: the table `residents` of the place: its areas say what lies in the place.
        field: one of the two ethnicity fields.
        reference: the group compared with.
        groups: the groups, in the order wanted.
        count_unplaced: count stops of no location too: right for a whole force's area, wrong for a part of it.

    Raises:
        CannotAnswer: the field has lost groups, is more than half missing, or the reference has too few stops or no residents.
        BadTable (MissingColumn, UnknownCategory, BadValue, RepeatedKey, EmptyTable), VintageMix, BadSetting.
    """
    if reference not in groups:
        raise BadSetting(f"reference={reference!r} is none of the groups: {', '.join(groups)}.")
    checked = checked_counts(counts, field=field, groups=groups)
    codes, people = resident_table(residents, groups=groups)
    here, outside, unplaced, stray = in_place(checked, codes, count_unplaced=count_unplaced)
    stops, missing = _by_group(here, field, groups, "stops")
    refuse_unfit(field, stops, missing, reference=list(groups).index(reference), residents=people.sum(axis=0), groups=groups)
    no_outcome, _ = _by_group(here, field, groups, "outcome_missing")
    no_group = here[here[field].isna()]
    return Tally(
        field=field,
        groups=tuple(groups),
        reference=list(groups).index(reference),
        stops=stops,
        missing=missing,
        missing_vehicle_only=int(no_group["vehicle_only"].sum()),
        outcome_known=stops - no_outcome,
        no_further_action=_by_group(here, field, groups, "no_further_action")[0],
        section_60=int(here["section_60"].sum()),
        power_known=int(here["stops"].sum() - here["power_missing"].sum()),
        stops_by_area=_area_table(here, field, groups, codes, "stops"),
        residents_by_area=people,
        area_codes=tuple(codes),
        substituted=_substituted(here, field, groups, stops),
        outside=outside,
        unplaced=unplaced,
        stray=stray,
        unplaced_counted=count_unplaced,
        counts=here,
    )


def checked_counts(counts: pd.DataFrame, *, field: str, groups: Sequence[str]) -> pd.DataFrame:
    """The counts, after making sure that they are counts of known groups."""
    if field not in WORDS:
        raise BadSetting(f"field={field!r} is no ethnicity field. Known: {', '.join(FIELDS)}.")
    lacking = [name for name in ("location", "area_code", field, *COUNTED) if name not in counts.columns]
    if lacking:
        raise MissingColumn(
            f"The counts of stops have no column {lacking[0]!r}.\nColumns found: {', '.join(map(str, counts.columns))}.\nMake them with count_stops."
        )
    if counts.empty or counts["stops"].sum() == 0:
        raise EmptyTable("The counts of stops are empty, so nothing can be computed. Check the period and the place that were selected.")
    numbers = counts[list(COUNTED)].to_numpy(dtype=float, na_value=np.nan)
    if not np.all(np.isfinite(numbers)) or np.any(numbers < 0) or np.any(numbers % 1):
        raise BadValue("The counts of stops hold values that are negative, fractional or missing. A count is a whole number from 0.")
    at = {name: place for place, name in enumerate(COUNTED)}
    if np.any(numbers > numbers[:, [0]]) or any(np.any(numbers[:, at[part]] + numbers[:, at[rest]] > numbers[:, 0]) for part, rest in PARTS):
        raise BadValue(
            "The counts of stops hold a part that is larger than its whole (more stops with an outcome than stops, say). Count them again from the rows."
        )
    strange = sorted(set(counts[field].dropna().unique()) - set(groups))
    if strange:
        raise UnknownCategory(
            f"The counts of stops, column '{field}', hold groups that are not compared here: {', '.join(map(repr, strange[:3]))}.\n"
            f"Groups compared: {', '.join(groups)}."
        )
    places = sorted(set(counts["location"].unique()) - {IN_AREA, OUTSIDE, NO_LOCATION})
    if places:
        raise UnknownCategory(f"The counts of stops, column 'location', hold {places[0]!r}. Known: {IN_AREA}, {OUTSIDE}, {NO_LOCATION}.")
    return counts


def resident_table(residents: pd.DataFrame, *, groups: Sequence[str], name: str = "residents") -> tuple[list[str], NDArray[np.float64]]:
    """Area codes in order, and residents as an array (areas, groups); every area must have a figure for every group."""
    import pandas as pd

    lacking = [column for column in ("area_code", "group", "residents") if column not in residents.columns]
    if lacking:
        raise MissingColumn(f"Table '{name}' has no column {lacking[0]!r}.\nColumns found: {', '.join(map(str, residents.columns))}.")
    if residents.empty:
        raise EmptyTable(f"Table '{name}' has no rows, so no rate can be computed.")
    found = set(residents["group"].dropna().unique())
    if found != set(groups):
        raise UnknownCategory(
            f"Table '{name}' and the stops are not grouped alike, so they cannot be divided.\nGroups of residents: {', '.join(sorted(map(str, found)))}.\n"
            f"Groups of stops: {', '.join(groups)}. Bring both to the same groups first."
        )
    people = residents["residents"].to_numpy(dtype=float, na_value=np.nan)
    if not np.all(np.isfinite(people)) or np.any(people < 0):
        raise BadValue(f"Table '{name}' holds residents that are negative or missing. Missing is never zero: leave the area out, or find its figure.")
    area, codes = pd.factorize(residents["area_code"], sort=True)
    group = pd.Index(groups).get_indexer(pd.Index(residents["group"]))
    cell = area * len(groups) + group
    seen = np.bincount(cell, minlength=len(codes) * len(groups))
    if seen.max() > 1:
        raise RepeatedKey(
            f"Table '{name}' gives the same area and group more than once (for example {codes[int(seen.argmax()) // len(groups)]}).\n"
            "Remove or add up the repeats."
        )
    if seen.min() == 0:
        raise BadValue(
            f"Table '{name}' has no figure for one group in area {codes[int(seen.argmin()) // len(groups)]}.\n"
            "Missing is never zero: every area needs every group."
        )
    table = np.empty(seen.size)
    table[cell] = people
    return [str(code) for code in codes], table.reshape(len(codes), len(groups))


def in_place(counts: pd.DataFrame, codes: list[str], *, count_unplaced: bool) -> tuple[pd.DataFrame, int, int, int]:
    """The counts that belong to the place, and how many stops were outside, of no location, or in areas without residents."""
    placed, known = counts["location"] == IN_AREA, counts["area_code"].isin(codes)
    stops = counts["stops"].to_numpy()
    inside, stray = int(stops[placed & known].sum()), int(stops[placed & ~known].sum())
    unplaced, outside = int(stops[counts["location"] == NO_LOCATION].sum()), int(stops[counts["location"] == OUTSIDE].sum())
    if stray and stray > STRAY_SHARE * (inside + stray):
        example = counts.loc[placed & ~known, "area_code"].iloc[0]
        raise VintageMix(
            f"{stray:,} of {inside + stray:,} stops lie in areas for which there are no residents (for example {example}; "
            f"residents' codes look like {codes[0]}).\n"
            "The codes are of two censuses, or the residents are of another place. Bring both to one set of codes through the lookup, or select the same place."
        )
    if inside == 0 and not (count_unplaced and unplaced):
        raise EmptyTable(
            f"No stop lies in the place: {outside:,} are outside and {unplaced:,} have no location.\n"
            "Check place and period, or count stops of no location for a whole force."
        )
    wanted = (placed & known) | (counts["location"] == NO_LOCATION if count_unplaced else False)
    return counts[wanted], outside, unplaced, stray


def refuse_unfit(field: str, stops: NDArray[np.float64], missing: int, *, reference: int, residents: NDArray[np.float64], groups: Sequence[str]) -> None:
    """Raise CannotAnswer where the field cannot carry a comparison."""
    total = int(stops.sum()) + missing
    words = WORDS[field]
    present = [group for group, number in zip(groups, stops, strict=True) if number > 0]
    if missing > MOST_MISSING * total:
        raise CannotAnswer(f"{100 * missing / total:.0f} % of the stops have no {words}, more than half: a ratio would rest on the minority that has one.")
    if total >= ENOUGH_STOPS and len(present) < min(FEWEST_GROUPS, len(groups)):
        raise CannotAnswer(
            f"Among {total:,} stops, {words} takes only these values: {', '.join(present) or 'none'}. Of {len(groups)} groups the others never occur, "
            "which says that they were lost in publication, not that nobody of them was stopped."
        )
    if residents[reference] == 0:
        raise CannotAnswer(
            f"The reference group, {groups[reference]}, has no residents in the place, so nothing can be compared with it.\n"
            "Choose another reference or a larger place."
        )
    if stops[reference] < SMALLEST_COUNT:
        raise CannotAnswer(
            f"The reference group, {groups[reference]}, has fewer than {SMALLEST_COUNT} stops ({words}), too few to compare with.\n"
            "Choose another reference, a longer period or a larger place."
        )


def _by_group(counts: pd.DataFrame, field: str, groups: Sequence[str], measure: str) -> tuple[NDArray[np.float64], int]:
    """Sums of one measure by group, and of those with no group."""
    import pandas as pd

    group = pd.Index(groups).get_indexer(pd.Index(counts[field]))
    sums = np.bincount(group + 1, weights=counts[measure].to_numpy(dtype=float), minlength=len(groups) + 1)
    return sums[1:].astype(float), int(sums[0])


def _area_table(counts: pd.DataFrame, field: str, groups: Sequence[str], codes: list[str], measure: str) -> NDArray[np.float64]:
    """Sums of one measure as an array (areas, groups); stops of no area or no group are not in it."""
    import pandas as pd

    area, group = pd.Index(codes).get_indexer(pd.Index(counts["area_code"])), pd.Index(groups).get_indexer(pd.Index(counts[field]))
    known = (area >= 0) & (group >= 0)
    cell = area[known] * len(groups) + group[known]
    sums = np.bincount(cell, weights=counts[measure].to_numpy(dtype=float)[known], minlength=len(codes) * len(groups))
    return sums.astype(float).reshape(len(codes), len(groups))


def _substituted(counts: pd.DataFrame, field: str, groups: Sequence[str], stops: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Stops by group with what the officer saw in place of a missing answer; None where the officer's field has lost groups."""
    officer = "officer_defined_ethnicity"
    if field == officer or officer not in counts.columns:
        return None
    seen, unseen = _by_group(counts, officer, groups, "stops")
    if unseen > MOST_MISSING * counts["stops"].sum() or (seen > 0).sum() < FEWEST_GROUPS:
        return None
    return stops + _by_group(counts[counts[field].isna()], officer, groups, "stops")[0]
