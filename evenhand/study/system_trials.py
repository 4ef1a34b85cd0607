"""What a system's guesses change, measured: every choice of every reading, run on the made-up town, one at a time.

The town is small and made up, so the figures say which guesses can move a map and which cannot, not by how much in a real
place: there, run the readings sweep of a study.

Steps, in order:  made_up_town -> first_run -> tried (each choice, and each table that may be left out) -> trial
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..systems.catalogue import system_named
from ..tables.errors import EvenhandError
from .placing import Handed, Run, baseline_settings, draws_days, flagged_ground, grid_for, handed, place, readings_of, shared_ground

if TYPE_CHECKING:
    from types import ModuleType

    import geopandas as gpd
    import pandas as pd

    from ..places.grid import Grid

TOWN = "made-up-town"
ONE_IN = 20
"""Where a card has no `k`, one square in so many is flagged: more than the twenty planted, so that guesses have something to move."""


@dataclass(frozen=True)
class Town:
    """The made-up town as systems take it.

    Attributes:
        areas: polygons, EPSG:27700.
        recorded_crime: of the learn months, with x_m and y_m; months, no days.
        tables: residents, features, area_features, police_activity and deprivation, by name.
        until: the last month learnt from.
        planted: codes of the squares that hold most violence; watched: of those with reports and no crime.
    """

    areas: gpd.GeoDataFrame
    recorded_crime: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    until: str
    planted: tuple[str, ...]
    watched: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """One system on the made-up town.

    Attributes:
        why_not: why it could not be run there; "" where it could.
        cell_m, flagged, squares: side of a square, how many are flagged, of how many.
        with_count_map: share of the flagged ground that a plain count of the same kinds of crime flags too, 0 to 1.
        of_planted, of_watched: share of the planted and of the watched squares' ground that is flagged.
        tied: squares not flagged that score as high as the last one flagged.
        days_drawn: days were drawn by lot.
        stays: setting, or "without TABLE" -> choice in words -> share of the default's flagged ground that stays flagged, or why it cannot be run.
    """

    why_not: str = ""
    cell_m: float = 0.0
    flagged: int = 0
    squares: int = 0
    with_count_map: float = 0.0
    of_planted: float = 0.0
    of_watched: float = 0.0
    tied: int = 0
    days_drawn: bool = False
    stays: dict[str, dict[str, float | str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Maps:
    """What is drawn beside a trial: the areas, and the squares that the system and the count map flag."""

    areas: gpd.GeoDataFrame
    squares: gpd.GeoSeries
    counted: gpd.GeoSeries


@cache
def made_up_town() -> Town:
    """The town that ships, read as a study reads it.

    Example:
        >>> town = made_up_town()
        >>> len(town.areas), town.until, sorted(town.tables)
        (100, '2024-03', ['area_features', 'deprivation', 'features', 'police_activity', 'residents'])
    """
    import tempfile

    from ..sources.made_up_town import write
    from .declaration import read_study
    from .inputs import read_inputs
    from .shipped import find_study

    study = read_study(find_study(TOWN))
    inputs = read_inputs(study, lambda what: None)
    with tempfile.TemporaryDirectory() as folder:
        planted = write(folder, seed=study.seed)
    return Town(inputs.outline.areas, inputs.crimes(study.periods.learn), inputs.also, study.periods.learn[1], planted.spots, planted.watched)


def trial(slug: str, *, most: int | None = None) -> tuple[Trial, Maps | None]:
    """Run a system on the made-up town, with its defaults and with every other choice of every reading.

    Args:
        slug: of the system.
        most: other choices to try of each reading, the first ones; left out: all.

    Returns:
        What came of it, and what to draw; no maps where it cannot be run there, with the reason.
    """
    module, town = system_named(slug), made_up_town()
    system = handed(module, town.tables)
    settings = _settings(system, _grid(town, system.CARD.defaults))
    try:
        grid = _grid(town, settings)
        run = place(system, town.recorded_crime, grid, until=town.until, settings=settings)
    except EvenhandError as reason:
        return Trial(why_not=first_sentence(reason)), None
    plain = place(handed(system_named("count-map"), {}), town.recorded_crime, grid, until=town.until, settings=baseline_settings(settings))
    ground = flagged_ground(run)
    found = Trial(
        cell_m=grid.cell_m,
        flagged=int(run.is_flagged.sum()),
        squares=len(grid),
        with_count_map=round(shared_ground(ground, plain), 3),
        of_planted=_share_of(town.planted, run),
        of_watched=_share_of(town.watched, run),
        tied=run.tied,
        days_drawn=draws_days(system, town.recorded_crime),
        stays={**_readings_tried(system, settings, ground, most), **_tables_left_out(module, settings, ground)},
    )
    return found, Maps(town.areas, grid.squares(run.is_flagged), grid.squares(plain.is_flagged))


def said(choice: Any, unit: str = "") -> str:
    """A choice as the pages say it.

    Example:
        >>> said(150.0, "m"), said((1.0, 0.5)), said(True), said(None), said("by-place"), said(())
        ('150 m', '1, 0.5', 'yes', 'none', 'by-place', 'none')
    """
    if isinstance(choice, bool):
        return "yes" if choice else "no"
    if choice is None or choice == ():
        return "none"
    if isinstance(choice, tuple | list):
        return ", ".join(said(one) for one in choice) + (f" {unit}" if unit else "")
    return f"{f'{choice:g}' if isinstance(choice, float) else choice} {unit}".strip()


def first_sentence(reason: EvenhandError) -> str:
    """What an error says first.

    Example:
        >>> first_sentence(EvenhandError("No cell has a score. Choose another reading."))
        'No cell has a score'
    """
    return str(reason).splitlines()[0].split(". ")[0].rstrip(".")


def _settings(system: Handed, grid: Grid) -> dict[str, Any]:
    """The card's defaults; where it says nothing of how many squares are listed, one in twenty."""
    return {"k": max(1, len(grid) // ONE_IN), **system.CARD.defaults}


def _grid(town: Town, settings: dict[str, Any]) -> Grid:
    return grid_for(town.areas, settings)


def _readings_tried(system: Handed, settings: dict[str, Any], ground: Any, most: int | None) -> dict[str, dict[str, float | str]]:
    """Share of the default's ground that stays flagged under each other choice of each reading."""
    units = {reading.setting: reading.unit for reading in system.CARD.readings}
    found: dict[str, dict[str, float | str]] = {}
    for setting, choices in readings_of(system).items():
        others = [choice for choice in choices if choice != settings[setting]][:most]
        found[setting] = {said(choice, units[setting]): _stays(system, _changed(settings, setting, choice), ground) for choice in others}
    return found


def _changed(settings: dict[str, Any], setting: str, choice: Any) -> dict[str, Any]:
    """Settings with one choice changed; squares of another size are flagged in the number that covers as much ground.

    Example:
        >>> _changed({"cell_m": 150.0, "k": 20}, "cell_m", 300.0)
        {'cell_m': 300.0, 'k': 5}
    """
    changed = {**settings, setting: choice}
    if setting == "cell_m":
        changed["k"] = max(1, round(int(settings["k"]) * (float(settings["cell_m"]) / float(choice)) ** 2))
    return changed


def _tables_left_out(module: ModuleType, settings: dict[str, Any], ground: Any) -> dict[str, dict[str, float | str]]:
    """The same with each table left out that the system can do without."""
    tables, found = made_up_town().tables, {}
    for one in module.CARD.also_reads:
        if not one.is_needed and one.table in tables:
            fewer = handed(module, {name: table for name, table in tables.items() if name != one.table})
            found[f"without {one.table}"] = {"left out": _stays(fewer, settings, ground)}
    return found


def _stays(system: Handed, settings: dict[str, Any], ground: Any) -> float | str:
    """Share of some ground that is flagged under these settings, 0 to 1; or why they cannot be run."""
    town = made_up_town()
    try:
        run = place(system, town.recorded_crime, _grid(town, settings), until=town.until, settings=settings)
    except EvenhandError as reason:
        return first_sentence(reason)
    return round(shared_ground(ground, run), 3)


def _share_of(codes: tuple[str, ...], run: Run) -> float:
    """Share of some squares' ground that a run flags."""
    import shapely

    corners = np.array([[float(number) for number in code.removesuffix("/150")[1:].split("N")] for code in codes])
    squares = shapely.union_all(shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 150, corners[:, 1] + 150))
    return round(shared_ground(squares, run), 3)
