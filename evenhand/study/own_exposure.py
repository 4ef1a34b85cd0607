"""An operator's own list of flagged places, brought to what the exposure audits take: people, dose and flags by place and by area.

A place is an area of the residents' table, a square whose code tells where it lies, or a polygon. The
list may hold several spans of months; a place then counts by the share of the months it was flagged.

Steps, in order:  residents_of -> by area, or shapes laid over areas -> Listed
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..places.overlap import check_ground, overlap_m2, require_metres
from ..tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, OutsidePlace
from ..tables.health import months_between

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

SQUARE = re.compile(r"^E(-?\d+)N(-?\d+)/(\d+(?:\.\d+)?)$")
"""A cell's code: south-western corner and side in metres, such as E587400N185700/150 (places/grid.py)."""
OUTSIDE = 0.001
"""Share of the flagged ground that may lie outside the areas without a word."""
REFUSE, NOT_FLAGGED, LEAVE_OUT = "refuse", "not-flagged", "leave-out"
UNLISTED = (REFUSE, NOT_FLAGGED, LEAVE_OUT)
"""What an area means that a list with unflagged rows does not hold."""


@dataclass(frozen=True)
class Listed:
    """A list of flagged places with the people who live there.

    Attributes:
        residents: people by area and group, index area_code.
        areas: polygons in the same order; None where none were given.
        people: residents by place and group, estimated where places are not areas; shape (places, groups).
        area: which area each place belongs to: that of most of its residents; shape (places,).
        flagged: share of the months each place was flagged, 0 to 1; shape (places,).
        dose: of each place; shape (places,).
        dose_unit: what one unit of it is.
        scores: of each place, where every one has a score; else None.
        flagged_share: share of each area's ground flagged, over time; shape (areas,).
        ground: all that was flagged as one shape, within the areas, where there is one span of months; else None.
        covers: share of all residents who live in listed places, flagged or not.
        noun: what the places are called.
        caveats: what a reader must know of how they were read.
    """

    residents: pd.DataFrame
    areas: gpd.GeoDataFrame | None
    people: NDArray[np.float64]
    area: NDArray[np.int64]
    flagged: NDArray[np.float64]
    dose: NDArray[np.float64]
    dose_unit: str
    scores: NDArray[np.float64] | None
    flagged_share: NDArray[np.float64]
    ground: Any
    covers: float
    noun: str
    caveats: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups."""
        return tuple(map(str, self.residents.columns))


def listed(tables: dict[str, Any], *, score_is: str = "order", unlisted: str = REFUSE) -> Listed:
    """Bring the tables together.

    Args:
        tables: `residents`; `flagged` or `flagged_areas`; `areas` where places are no areas.
        score_is: "dose" where the score counts what is handed out (predictions, visits), "order" where only its order means anything.
        unlisted: what an area means that a list with unflagged rows does not hold: "refuse", "not-flagged" or "leave-out".

    Raises:
        BadSetting: no list, two of them, or shapes without areas.
        BadValue, OutsidePlace, EmptyTable, CannotAnswer: tables that do not fit each other.
    """
    given = [name for name in ("flagged", "flagged_areas") if tables.get(name) is not None]
    if len(given) != 1:
        many = "both `flagged` and `flagged_areas`: give one" if given else "neither `flagged` (codes) nor `flagged_areas` (polygons): give one"
        raise BadSetting(f"There is {many}, for they are two ways to hand over the same list.")
    residents = residents_of(tables["residents"])
    rows, areas = tables[given[0]], tables.get("areas")
    if areas is not None:
        require_metres(areas, "areas")
        areas = _in_order(areas, residents)
    spans = _spans(rows)
    if given[0] == "flagged" and set(rows["place_code"]) <= set(residents.index):
        return _by_area(rows, spans, residents, areas, score_is, unlisted)
    if areas is None:
        raise BadSetting("The flagged places are no areas of the residents' table, so `areas` is needed: polygons that say where the residents live.")
    shapes = _squares(rows) if given[0] == "flagged" else _polygons(rows)
    return _by_shape(rows, shapes, spans, residents, areas, score_is, "cells" if given[0] == "flagged" else "polygons")


def residents_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Residents with one row an area and one column a group.

    Raises:
        EmptyTable: an area lacks a group: missing is never zero.
    """
    wide = rows.pivot(index="area_code", columns="group", values="residents").sort_index()
    if wide.isna().to_numpy().any():
        lacking = wide.index[wide.isna().any(axis=1)]
        raise EmptyTable(
            f"Table 'residents' has no row for some group in {len(lacking):,} areas (first: {lacking[0]}). "
            "Missing is not zero: give every group a row, 0 where nobody lives there."
        )
    wide.columns = wide.columns.astype(str)
    return wide.astype(float)


def _in_order(areas: gpd.GeoDataFrame, residents: pd.DataFrame) -> gpd.GeoDataFrame:
    """The polygons of the areas that residents are known for, in their order."""
    there = areas.set_index("area_code")
    lacking = residents.index.difference(there.index)
    if len(lacking):
        raise OutsidePlace(
            f"{len(lacking):,} of {len(residents):,} areas with residents have no polygon (first: {lacking[0]}), so nobody there could be placed.\n"
            "Give the polygons of all of them, or residents of fewer. Codes of two censuses may have been mixed."
        )
    return there.loc[residents.index].reset_index()


def _spans(rows: pd.DataFrame) -> NDArray[np.float64]:
    """How many months each row applies to, as a share of all the months the list speaks of; 1 where it names none."""
    if "from" not in rows.columns:
        return np.ones(len(rows))
    begin, end = rows["from"].astype(str), rows["to"].astype(str)
    if (begin > end).any():
        which = rows["place_code"][begin > end].iloc[0]
        raise BadValue(f"Place {which} is flagged from {begin[begin > end].iloc[0]} to {end[begin > end].iloc[0]}, which ends before it begins. Mend the list.")
    length = {span: len(months_between(*span)) for span in set(zip(begin, end, strict=True))}
    everything = {month for span in length for month in months_between(*span)}
    return np.array([length[span] / len(everything) for span in zip(begin, end, strict=True)])


def _months(rows: pd.DataFrame) -> int:
    if "from" not in rows.columns:
        return 1
    return len({month for span in set(zip(rows["from"], rows["to"], strict=True)) for month in months_between(*span)})


def _by_area(
    rows: pd.DataFrame, spans: NDArray[np.float64], residents: pd.DataFrame, areas: gpd.GeoDataFrame | None, score_is: str, unlisted: str
) -> Listed:
    """Places are areas."""
    missing = residents.index.difference(list(rows["place_code"].astype(str).unique()))
    caveats: list[str] = []
    if len(missing) and not _flags(rows).all():
        residents, areas, said = _without(missing, residents, areas, unlisted)
        caveats.append(said)
    per_place = _gathered(rows, spans, score_is).reindex(residents.index)
    scores = None if per_place["score"].isna().any() else per_place["score"].to_numpy(dtype=float)
    filled = per_place[["flagged", "dose"]].fillna(0.0)
    flagged, people = filled["flagged"].to_numpy(dtype=float), residents.to_numpy(dtype=float)
    return Listed(
        residents=residents,
        areas=areas,
        people=people,
        area=np.arange(len(residents)),
        flagged=flagged,
        dose=filled["dose"].to_numpy(dtype=float),
        dose_unit=_unit(rows, score_is),
        scores=scores,
        flagged_share=flagged,
        ground=_union(areas.geometry.to_numpy()[flagged > 0]) if areas is not None and _months_differ(spans) is False and (flagged > 0).any() else None,
        covers=1.0,
        noun="areas",
        caveats=(*caveats, *_over_time(rows, spans)),
    )


def _without(
    missing: pd.Index, residents: pd.DataFrame, areas: gpd.GeoDataFrame | None, unlisted: str
) -> tuple[pd.DataFrame, gpd.GeoDataFrame | None, str]:
    """What to do with areas that a full list does not hold."""
    if unlisted == NOT_FLAGGED:
        return residents, areas, f"{len(missing):,} areas are not in the list and count as not flagged, as asked."
    if unlisted == LEAVE_OUT:
        kept = ~residents.index.isin(missing)
        said = f"{len(missing):,} areas are not in the list and are left out, as asked: the place is the {int(kept.sum()):,} listed areas."
        return residents[kept], None if areas is None else areas[kept].reset_index(drop=True), said
    raise BadValue(
        f"The list holds unflagged places too, but not {len(missing):,} of {len(residents):,} areas with residents (first: {missing[0]}). "
        "Missing is not unflagged.\nSay `unlisted=not-flagged` if they were not flagged, or `unlisted=leave-out` if the system does not cover them."
    )


def _by_shape(
    rows: pd.DataFrame, shapes: NDArray[np.object_], spans: NDArray[np.float64], residents: pd.DataFrame, areas: gpd.GeoDataFrame, score_is: str, noun: str
) -> Listed:
    """Places are squares or polygons, laid over the areas."""
    codes, first, which = np.unique(rows["place_code"].astype(str), return_index=True, return_inverse=True)
    per_place = _gathered(rows, spans, score_is).reindex(codes)
    polygons = areas.geometry.to_numpy()
    shared = overlap_m2(shapes[first], polygons)
    check_ground(shapes[first], shared)
    ground_m2 = areas.area.to_numpy()
    people = np.asarray((shared / ground_m2[None, :]) @ residents.to_numpy(dtype=float))
    within = np.asarray(shared.sum(axis=1)).ravel() > 0
    flagged, dose = per_place["flagged"].to_numpy(dtype=float), per_place["dose"].fillna(0.0).to_numpy(dtype=float)
    if not (within & (flagged > 0)).any():
        raise CannotAnswer("None of the flagged places lies within the areas: the list and the areas are of different places.")
    everybody = np.asarray((shared / ground_m2[None, :]).multiply(residents.sum(axis=1).to_numpy()[None, :]).tocsr().argmax(axis=1)).ravel()
    by_ground = np.asarray(shared.argmax(axis=1)).ravel()
    home = np.where(people.sum(axis=1) > 0, everybody, by_ground)
    share, ground, outside = _flagged_ground(rows, shapes, spans, polygons, ground_m2)
    scores = per_place["score"].to_numpy(dtype=float, na_value=np.nan)[within]
    return Listed(
        residents=residents,
        areas=areas,
        people=people[within],
        area=home[within],
        flagged=flagged[within],
        dose=dose[within],
        dose_unit=_unit(rows, score_is),
        scores=None if np.isnan(scores).any() else scores,
        flagged_share=share,
        ground=ground,
        covers=float(people.sum() / residents.to_numpy().sum()),
        noun=noun,
        caveats=(*_outside(outside, within, noun), *_over_time(rows, spans)),
    )


def _flagged_ground(
    rows: pd.DataFrame, shapes: NDArray[np.object_], spans: NDArray[np.float64], areas: NDArray[np.object_], ground_m2: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Any, float]:
    """Share of each area flagged over time, the ground flagged within the areas (one span only), and the share of it outside.

    Polygons of one span that overlap count once: ground is flagged or not.
    """
    import shapely

    is_flagged, begin = _flags(rows), (rows["from"] + rows["to"]).astype(str).to_numpy() if "from" in rows.columns else np.full(len(rows), "")
    share, flagged_m2, shared_m2, union = np.zeros(len(areas)), 0.0, 0.0, None
    for span in np.unique(begin[is_flagged]):
        members = is_flagged & (begin == span)
        union = _union(shapes[members])
        shared = np.asarray(overlap_m2(np.array([union]), areas).sum(axis=0)).ravel()
        share += shared / ground_m2 * spans[members][0]
        flagged_m2, shared_m2 = flagged_m2 + shapely.area(union), shared_m2 + shared.sum()
    if (share > 1 + 1e-6).any():
        raise BadValue("Some ground is flagged in two spans of months that overlap, so it would count twice. Give spans that follow one another.")
    one_span = len(np.unique(begin[is_flagged])) == 1
    ground = shapely.intersection(union, _union(areas)) if one_span else None
    return np.minimum(share, 1.0), ground, 1 - shared_m2 / flagged_m2


def _gathered(rows: pd.DataFrame, spans: NDArray[np.float64], score_is: str) -> pd.DataFrame:
    """One row a place: share of the months flagged, dose, and score (mean over its spans; missing where any is)."""
    import pandas as pd

    flags, weight = pd.Series(_flags(rows).astype(float), index=rows.index), pd.Series(spans, index=rows.index)
    score = rows["score"].astype("Float64") if "score" in rows.columns else pd.Series(pd.NA, index=rows.index, dtype="Float64")
    dose: Any = flags * weight * _months(rows)
    if score_is == "dose":
        if score.isna().any():
            raise BadValue(f"The score is the dose, but {int(score.isna().sum()):,} of {len(rows):,} rows have none. Missing is not zero: fill it in.")
        if (score < 0).any():
            raise BadValue(f"The score is the dose, but some is below zero, such as {score.min():g}. A dose cannot be; say that only the order counts.")
        dose = score
    # A mean that skipped a missing score would be the score of other months.
    frame = pd.DataFrame({"place": rows["place_code"].astype(str), "flagged": flags * weight, "dose": dose, "weighed": score * weight, "weight": weight})
    made = frame.groupby("place", sort=False)[["flagged", "dose", "weight"]].sum()
    made["score"] = frame.groupby("place", sort=False)["weighed"].agg(lambda column: column.sum(skipna=False)) / made["weight"]
    if (made["flagged"] > 1 + 1e-9).any():
        place = made.index[made["flagged"] > 1 + 1e-9][0]
        raise BadValue(f"Place {place} is flagged in two spans of months that overlap, so it would count twice. Give spans that follow one another.")
    return made


def _flags(rows: pd.DataFrame) -> NDArray[np.bool_]:
    if "is_flagged" not in rows.columns:
        return np.ones(len(rows), dtype=bool)
    return rows["is_flagged"].to_numpy(dtype=bool)


def _squares(rows: pd.DataFrame) -> NDArray[np.object_]:
    """The squares that cell codes stand for."""
    import shapely

    codes = rows["place_code"].astype(str)
    found = [SQUARE.match(code) for code in codes]
    unknown = [code for code, match in zip(codes, found, strict=True) if match is None]
    if unknown:
        raise OutsidePlace(
            f"{len(unknown):,} of {len(codes):,} place codes are neither areas with residents nor cells (first: {unknown[0]!r}). A cell's code tells its "
            "south-western corner and side in metres: E587400N185700/150.\nHand polygons over as `flagged_areas`, or give residents of those areas."
        )
    west, south, side = np.array([[float(part) for part in match.groups()] for match in found if match]).T
    return np.asarray(shapely.box(west, south, west + side, south + side))


def _polygons(rows: gpd.GeoDataFrame) -> NDArray[np.object_]:
    require_metres(rows, "flagged areas")
    return np.asarray(rows.geometry.to_numpy())


def _union(shapes: NDArray[np.object_]) -> Any:
    import shapely

    return shapely.union_all(shapes)


def _unit(rows: pd.DataFrame, score_is: str) -> str:
    if score_is == "dose":
        return "units of dose"
    return "months flagged" if _months(rows) > 1 else "flagged places"


def _months_differ(spans: NDArray[np.float64]) -> bool:
    return bool((spans < 1 - 1e-9).any())


def _over_time(rows: pd.DataFrame, spans: NDArray[np.float64]) -> list[str]:
    if not _months_differ(spans):
        return []
    return [f"The list holds several spans of months; a place counts by the share of the {_months(rows)} months it was flagged."]


def _outside(share: float, within: NDArray[np.bool_], noun: str) -> list[str]:
    """What lies beyond the areas, told where it is more than rounding."""
    said = []
    if share > OUTSIDE:
        said.append(f"{100 * share:.1f} % of the flagged ground lies outside the areas given; nobody there is counted.")
    if not within.all():
        said.append(f"{int((~within).sum()):,} of {len(within):,} {noun} lie wholly outside the areas and are left out.")
    return said
