"""What risk terrain modelling is fed: crimes by cell, factors from up to three sources, and which way each may point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingTable
from ..tables.recorded_crime import CRIME_TYPES
from .feature_homes import refuse_homes
from .feature_layers import Factor, area_factors, point_factors
from .outcomes import crime_types_of
from .records import events_of, usable

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from .feature_layers import Layers

EDGES = ("counted", "left-out")
SIGNS = ("aggravating", "free")


def counts_of(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, outcome: str) -> NDArray[np.float64]:
    """Crimes to be explained, by cell; shape (cells,).

    Raises:
        EmptyTable: none, or none in the place.
        CannotAnswer: all in one cell: no feature can be told from any other that is near it.
        BadValue: parts of crimes.
    """
    used = recorded_crime[usable(recorded_crime, until=until, crime_types=crime_types_of(outcome))]
    cell = grid.cell_of(used["x_m"].to_numpy(dtype=float), used["y_m"].to_numpy(dtype=float))
    counts = np.asarray(np.bincount(cell[cell >= 0], events_of(used)[cell >= 0], len(grid)), dtype=float)
    if (counts != np.round(counts)).any():
        raise BadValue("Recorded crimes by cell are not whole numbers, and the models here are of counts. Give whole numbers in 'events'.")
    if counts.sum() == 0:
        raise EmptyTable(f"None of {len(used):,} rows of recorded crime lies in the place, so there is nothing to learn from.")
    if (counts > 0).sum() == 1:
        raise CannotAnswer(
            f"All recorded crime learnt from ({counts.sum():,.0f}) lies in one cell, so what is near it cannot be told from what it comes with by chance. "
            "Learn from more months or a wider place. Choose another reading only if it widens what counts."
        )
    return counts


def factors_of(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    features: pd.DataFrame | None,
    area_features: pd.DataFrame | None,
    outcome: str,
    crime_factors: tuple[str, ...],
    edge: str,
    made_up: bool,
) -> list[Factor]:
    """Factors from points of interest, from counts by area, and from recorded crime of some kinds, in that order.

    Raises:
        MissingTable: none of the three was given.
        EmptyTable: a table of features without rows.
        CannotAnswer: a kind of crime that is both factor and outcome would explain itself.
        BadValue: features that are people's homes, in a table not said to be made up.
        BadSetting: an unknown kind of crime, or rule for the edge.
    """
    if edge not in EDGES:
        raise BadSetting(f"edge={edge!r} is not known. Known: {', '.join(EDGES)}.")
    if features is None and area_features is None and not crime_factors:
        raise MissingTable(
            "The system 'rtm' learns from features of the ground, and was handed none.\nGive the table 'features' (feature_type, x_m, y_m) or, where only "
            "counts are published, 'area_features' (area_code, feature_type, features); in a study file, under `tables:`. "
            "Or name kinds of recorded crime as crime_factors."
        )
    for name, table in (("features", features), ("area_features", area_features)):
        if table is not None:
            if table.empty:
                raise EmptyTable(f"Table '{name}' has no rows, so there is no factor to learn from.")
            refuse_homes(table["feature_type"].astype(str), made_up=made_up)
    found = [] if features is None else _from_points(features, grid, edge)
    found += [] if area_features is None else area_factors(area_features, grid)
    return found + [_from_crime(recorded_crime, grid, kind, until=until, outcome=outcome, edge=edge) for kind in crime_factors]


def signs_of(layers: Layers, *, signs: str, protective: tuple[str, ...]) -> NDArray[np.int64]:
    """Which way each column may point: +1, -1, or 0 for either; shape (columns,).

    Raises:
        BadSetting: an unknown rule.
        CannotAnswer: a protective factor that is not among the factors.
    """
    if signs not in SIGNS:
        raise BadSetting(f"signs={signs!r} is not known. Known: {', '.join(SIGNS)}.")
    absent = [name for name in protective if name not in layers.names]
    if absent:
        raise CannotAnswer(f"There is no factor {', '.join(map(repr, absent))} to be protective. Factors: {', '.join(layers.names)}. Choose another reading.")
    lowers = np.isin(np.array(layers.names, dtype=str)[layers.factor], protective)
    return np.where(lowers, -1, 0 if signs == "free" else 1)


def _from_points(features: pd.DataFrame, grid: Grid, edge: str) -> list[Factor]:
    points = features[["x_m", "y_m"]].to_numpy(dtype=float, na_value=np.nan)
    return point_factors(features["feature_type"].to_numpy(), _at_the_edge(points, grid, edge))


def _from_crime(recorded_crime: pd.DataFrame, grid: Grid, kind: str, *, until: str | dt.date, outcome: str, edge: str) -> Factor:
    """A factor from where crime of a kind was recorded, up to the same month."""
    if kind not in CRIME_TYPES:
        raise BadSetting(f"There is no kind of recorded crime {kind!r} to make a factor of. Known: {', '.join(CRIME_TYPES)}.")
    if kind in crime_types_of(outcome):
        raise CannotAnswer(f"{kind} is part of the outcome '{outcome}', so as a factor it would explain itself. Choose another reading.")
    name = f"{kind} (recorded crime)"
    try:
        used = recorded_crime[usable(recorded_crime, until=until, crime_types=(kind,))]
    except EmptyTable:
        return Factor(name, np.empty((0, 2)), np.empty(0))
    points = _at_the_edge(used[["x_m", "y_m"]].to_numpy(dtype=float), grid, edge)
    return point_factors([name] * len(used), points, events_of(used))[0]


def _at_the_edge(points_m: NDArray[np.float64], grid: Grid, edge: str) -> NDArray[np.float64]:
    """Points as they are, or those outside the place made unknown."""
    if edge == "counted":
        return points_m
    outside = grid.cell_of(points_m[:, 0], points_m[:, 1]) < 0
    return np.where(outside[:, None], np.nan, points_m)
