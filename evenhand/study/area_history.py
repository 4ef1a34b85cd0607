"""What flags on areas are set beside: recorded crime counted by area, in the areas' order, and the areas' map made ready to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, OutsidePlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ..audit.map_shift import Shifting

CELLS_AN_AREA = 2.0
"""Cells of the raster to an area of middling size, when maps are moved."""


def middles_of(areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """A point within each area, near its middle; shape (areas, 2), metres."""
    import shapely

    point = shapely.point_on_surface(areas.geometry.to_numpy())
    return np.column_stack([shapely.get_x(point), shapely.get_y(point)])


def shifting_of(areas: gpd.GeoDataFrame, middles: NDArray[np.float64]) -> Shifting:
    """A place ready to move maps about in, on a raster about as fine as its areas.

    Args:
        areas: the declared table.
        middles: of the areas, as `middles_of` gives them.
    """
    from ..audit.map_shift import Shifting
    from ..places.grid import make_grid

    middling = float(np.median(areas.geometry.area))
    return Shifting(make_grid(areas, cell_m=float(np.sqrt(middling / CELLS_AN_AREA))), middles)


def events_by_area(rows: pd.DataFrame, codes: Sequence[str], kinds: Sequence[str]) -> tuple[NDArray[np.float64], str]:
    """Recorded crimes of some kinds in each area, and which kinds and months these are.

    Args:
        rows: the table area_crime.
        codes: of the areas, in the order wanted.
        kinds: kinds of crime, or classes of them, as published; none for all.

    Raises:
        BadSetting: a kind that the table does not have.
        OutsidePlace: an area without any row: missing is not zero.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"area_code": ["A", "B"], "month": "2024-01", "crime_type": "ROBBERY", "events": [3, 0]})
        >>> counted, said = events_by_area(rows, ["B", "A"], [])
        >>> counted.tolist(), said
        ([0.0, 3.0], 'all kinds, 2024-01')
    """
    lacking = sorted(set(codes) - set(rows["area_code"]))
    if lacking:
        raise OutsidePlace(
            f"The table 'area_crime' has no row for {len(lacking):,} of {len(codes):,} areas (first: {lacking[0]}). "
            "Missing is not zero: give each area a row, 0 where nothing was recorded. Codes of two censuses may have been mixed."
        )
    chosen = rows[_is_of(rows, kinds)] if kinds else rows
    summed = chosen.groupby("area_code")["events"].sum().reindex(list(codes), fill_value=0)
    months = sorted(rows["month"].unique())
    span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    return summed.to_numpy(dtype=float), f"{', '.join(kinds).lower() if kinds else 'all kinds'}, {span}"


def _is_of(rows: pd.DataFrame, kinds: Sequence[str]) -> pd.Series:
    """Rows whose kind, or class of kinds, is one of these; in capitals or not."""
    classes = rows["crime_class"] if "crime_class" in rows.columns else rows["crime_type"]
    kind, class_ = (column.astype("string").str.lower().fillna("") for column in (rows["crime_type"], classes))
    there = set(kind) | set(class_)
    unknown = [one for one in kinds if one.lower() not in there]
    if unknown:
        known = ", ".join(sorted(set(rows["crime_type"].dropna())))
        raise BadSetting(f"The table 'area_crime' has no kind of crime called {unknown[0]!r}. It has {known}.")
    wanted = [one.lower() for one in kinds]
    return kind.isin(wanted) | class_.isin(wanted)
