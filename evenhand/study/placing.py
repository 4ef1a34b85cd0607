"""One run of a place system: a grid over an outline, scores from past records, cells flagged.

Any system of the catalogue runs here: those whose score is a sum over crimes (they have `contributions`) and those that are
fitted; those that read further tables, which `handed` binds to them; and those that go from day to day, whose crimes get
days by lot where the records have none (systems/drawn_days.py).
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..places.grid import Grid, make_grid
from ..systems.drawn_days import with_drawn_days
from ..systems.flagging import flag, flag_many, tied_with_last
from ..systems.harm_weights import weights_for
from ..systems.outcomes import crime_types_of
from ..systems.records import events_of
from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..systems.card import Card

GRID_SETTINGS = {"cell_m": 150.0, "rule": "top-cells", "k": 20, "days_seed": 1}
"""Settings that concern the grid, the flagging and days drawn by lot, with what was published for Southend; the rest are the system's own."""


@dataclass(frozen=True)
class Handed:
    """A system with the tables it reads beside recorded crime already handed to it.

    Attributes:
        CARD: the system's card.
        fit, score: as in the system's module.
        contributions: as there; None where the score is no sum over crimes.
    """

    CARD: Card
    fit: Callable[..., Any]
    score: Callable[..., NDArray[np.float64]]
    contributions: Callable[..., csr_array] | None = None


def handed(module: ModuleType, tables: Mapping[str, pd.DataFrame]) -> Handed:
    """A system of the catalogue with those of some tables that it reads.

    Args:
        module: the system's module.
        tables: by name; those the system does not read are left aside.
    """
    own = {one.table: tables[one.table] for one in module.CARD.also_reads if one.table in tables}
    contributions = getattr(module, "contributions", None)
    return Handed(module.CARD, partial(module.fit, **own), module.score, None if contributions is None else partial(contributions, **own))


@dataclass(frozen=True)
class Run:
    """What one system flags under one set of settings.

    Attributes:
        grid: the cells.
        crimes: the rows learnt from, with days where the system needs them.
        contributions: what one recorded crime of each row adds to each cell, shape (cells, rows); None where the score is no such sum.
        scores, is_flagged: shape (cells,).
        k, rule: how cells were flagged.
    """

    grid: Grid
    crimes: pd.DataFrame
    contributions: csr_array | None
    scores: NDArray[np.float64]
    is_flagged: NDArray[np.bool_]
    k: int
    rule: str

    @property
    def events(self) -> NDArray[np.float64]:
        """Recorded crimes per row, shape (rows,)."""
        return events_of(self.crimes)

    @property
    def tied(self) -> int:
        """Cells not flagged that score as high as the last one flagged."""
        return tied_with_last(self.scores, self.is_flagged)

    def flags(self, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Cells flagged for many score maps at once, by this run's rule; shape (cells, maps) in and out."""
        if self.rule == "top-cells":
            return flag_many(scores, k=self.k)
        return np.column_stack([flag(one, self.grid, k=self.k, rule=self.rule) for one in scores.T])


def own_settings(system: Handed, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings that are the system's own, checked against what it takes; readings of a list made anew each day are left aside.

    Raises:
        BadSetting: a setting neither the system nor the grid knows.
    """
    taken = takes(system)
    unknown = [name for name in settings if name not in (*taken, *GRID_SETTINGS, *system.CARD.defaults)]
    if unknown:
        raise BadSetting(f"The system '{system.CARD.slug}' has no setting {', '.join(map(repr, unknown))}. It takes {', '.join([*taken, *GRID_SETTINGS])}.")
    return {name: value for name, value in settings.items() if name in taken}


def takes(system: Handed) -> list[str]:
    """Names of the settings that fitting the system takes."""
    given = inspect.signature(system.contributions or system.fit).parameters
    bound = {"until", *(one.table for one in system.CARD.also_reads)}
    return [name for name, one in given.items() if one.kind is one.KEYWORD_ONLY and name not in bound]


def readings_of(system: Handed) -> dict[str, list[Any]]:
    """The card's readings that change what is flagged on one map, each with its choices."""
    mine = (*takes(system), *GRID_SETTINGS)
    return {reading.setting: list(reading.choices) for reading in system.CARD.readings if reading.setting in mine}


def draws_days(system: Handed, recorded_crime: pd.DataFrame) -> bool:
    """Whether the system goes from day to day and these records have months only."""
    return "day" in system.CARD.columns and ("day" not in recorded_crime.columns or not recorded_crime["day"].notna().any())


def crime_types(settings: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of crime that a system with these settings speaks of."""
    return crime_types_of(str(settings.get("outcome", "violence-robbery-drugs")))


def harm_of(settings: dict[str, Any]) -> pd.Series:
    """Harm of one recorded crime by kind under these settings; 1 for a system that weighs nothing."""
    return weights_for(str(settings.get("weights", "equal")), crime_types(settings))


def baseline_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """What the plain baseline takes over from the system it stands beside: the same squares, as many of them, the same kinds of crime."""
    return {name: value for name, value in settings.items() if name in (*GRID_SETTINGS, "outcome")}


def place(system: Handed, recorded_crime: pd.DataFrame, grid: Grid, *, until: str, settings: dict[str, Any]) -> Run:
    """Run a place system on a grid that is already laid."""
    crimes = recorded_crime
    if draws_days(system, recorded_crime):
        crimes = with_drawn_days(recorded_crime, seed=int(settings.get("days_seed", GRID_SETTINGS["days_seed"])))
    scores, contributions = scored(system, crimes, grid, until=until, settings=settings)
    k, rule = int(settings.get("k", GRID_SETTINGS["k"])), str(settings.get("rule", GRID_SETTINGS["rule"]))
    return Run(grid, crimes, contributions, scores, flag(scores, grid, k=k, rule=rule), k, rule)


def scored(system: Handed, crimes: pd.DataFrame, grid: Grid, *, until: str, settings: dict[str, Any]) -> tuple[NDArray[np.float64], csr_array | None]:
    """Scores of the cells, and what each crime adds to them where the score is such a sum."""
    own = own_settings(system, settings)
    if system.contributions is None:
        return np.asarray(system.score(system.fit(crimes, grid, until=until, **own)), dtype=float), None
    contributions = system.contributions(crimes, grid, until=until, **own)
    return np.asarray(contributions @ events_of(crimes)), contributions


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
