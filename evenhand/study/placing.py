"""One run of a place system: a grid over an outline, scores from past records, cells flagged."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..places.grid import Grid, make_grid
from ..systems.flagging import flag, flag_many, tied_with_last
from ..systems.harm_weights import weights_for
from ..systems.outcomes import crime_types_of
from ..systems.records import events_of
from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from types import ModuleType

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

GRID_SETTINGS = {"cell_m": 150.0, "rule": "top-cells", "k": 20}
"""Settings that concern the grid and the flagging, with what was published for Southend; the rest are the system's own."""


@dataclass(frozen=True)
class Run:
    """What one system flags under one set of settings.

    Attributes:
        grid: the cells.
        contributions: what one recorded crime of each row adds to each cell, shape (cells, rows).
        events: recorded crimes per row, shape (rows,).
        scores, is_flagged: shape (cells,).
        k, rule: how cells were flagged.
    """

    grid: Grid
    contributions: csr_array
    events: NDArray[np.float64]
    scores: NDArray[np.float64]
    is_flagged: NDArray[np.bool_]
    k: int
    rule: str

    @property
    def tied(self) -> int:
        """Cells not flagged that score as high as the last one flagged."""
        return tied_with_last(self.scores, self.is_flagged)

    def flags(self, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Cells flagged for many score maps at once, by this run's rule; shape (cells, maps) in and out."""
        if self.rule == "top-cells":
            return flag_many(scores, k=self.k)
        return np.column_stack([flag(one, self.grid, k=self.k, rule=self.rule) for one in scores.T])


def own_settings(system: ModuleType, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings that are the system's own, checked against what it takes.

    Raises:
        BadSetting: a setting neither the system nor the grid knows.
    """
    taken = [
        name
        for name, given in inspect.signature(system.contributions).parameters.items()
        if given.kind is given.POSITIONAL_OR_KEYWORD or given.kind is given.KEYWORD_ONLY
    ][2:]
    taken = [name for name in taken if name != "until"]
    unknown = [name for name in settings if name not in taken and name not in GRID_SETTINGS]
    if unknown:
        raise BadSetting(f"The system '{system.CARD.slug}' has no setting {', '.join(map(repr, unknown))}. It takes {', '.join([*taken, *GRID_SETTINGS])}.")
    return {name: value for name, value in settings.items() if name in taken}


def crime_types(settings: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of crime that a system with these settings speaks of."""
    return crime_types_of(str(settings.get("outcome", "violence-robbery-drugs")))


def harm_of(settings: dict[str, Any]) -> pd.Series:
    """Harm of one recorded crime by kind under these settings; 1 for a system that weighs nothing."""
    return weights_for(str(settings.get("weights", "equal")), crime_types(settings))


def baseline_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """What the plain baseline takes over from the system it stands beside: the same squares, as many of them, the same kinds of crime."""
    return {name: value for name, value in settings.items() if name in (*GRID_SETTINGS, "outcome")}


def place(system: ModuleType, recorded_crime: pd.DataFrame, grid: Grid, *, until: str, settings: dict[str, Any]) -> Run:
    """Run a place system on a grid that is already laid."""
    contributions = system.contributions(recorded_crime, grid, until=until, **own_settings(system, settings))
    events = events_of(recorded_crime)
    scores = np.asarray(contributions @ events)
    k, rule = int(settings.get("k", GRID_SETTINGS["k"])), str(settings.get("rule", GRID_SETTINGS["rule"]))
    return Run(grid, contributions, events, scores, flag(scores, grid, k=k, rule=rule), k, rule)


def grid_for(areas: gpd.GeoDataFrame, settings: dict[str, Any], *, origin: tuple[float, float] = (0.0, 0.0)) -> Grid:
    """The grid a set of settings asks for; the origin is given in cells."""
    cell_m = float(settings.get("cell_m", GRID_SETTINGS["cell_m"]))
    return make_grid(areas, cell_m=cell_m, origin_m=(origin[0] * cell_m, origin[1] * cell_m))


def flagged_ground(run: Run) -> Any:
    """The ground a run flags, as one shape in metres."""
    import shapely

    return shapely.union_all(run.grid.squares(run.is_flagged).to_numpy())


def shared_ground(ground: Any, other: Run) -> float:
    """Share of some flagged ground that a run flags too, whatever their grids; 0 to 1."""
    import shapely

    return float(shapely.area(shapely.intersection(ground, flagged_ground(other))) / shapely.area(ground))
