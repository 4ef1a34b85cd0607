"""A system's settings and readings tried on a made-up town before any file is read.

A misspelt setting or a value that a system does not take would otherwise show only when its turn
comes in the sweep, after a minute. The town is ten squares by ten with one crime of every kind in
each, so the trial takes milliseconds and knows nothing of any one system.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..systems.catalogue import system_named
from ..tables.errors import BadSetting, BadStudy, CannotAnswer, EvenhandError
from .placing import GRID_SETTINGS, grid_for, handed, own_settings, place

if TYPE_CHECKING:
    from types import ModuleType

    import geopandas as gpd
    import pandas as pd

    from .declaration import Study
    from .placing import Handed

MONTH = "2001-01"
SIDE_M = 1500.0


def require_settings(study: Study) -> None:
    """Raise unless the study's systems exist and take its settings and every choice of its readings.

    Raises:
        BadStudy: with all that is wrong, at once.
        BadSetting: there is no such system.
    """
    system, baseline = system_named(study.system.name), system_named(study.baseline)
    wrong = [
        f"`{key}: {module.CARD.slug}` scores people, not places, so it cannot be run on a map."
        for key, module in (("system.name", system), ("baseline", baseline))
        if module.CARD.kind != "place"
    ]
    if not wrong and not hasattr(baseline, "contributions"):
        wrong = [f"`baseline: {baseline.CARD.slug}` is fitted, so it is no plain baseline to hold a system against. Use count-map."]
    if not wrong:
        wrong = _lacking(system, study)
    if not wrong:
        ready = handed(system, _also())
        wrong = _of_settings(ready, study) + _of_readings(ready, study)
    if wrong:
        raise BadStudy("The study's settings cannot be followed:\n" + "\n".join(f"- {one}" for one in wrong))


def _lacking(system: ModuleType, study: Study) -> list[str]:
    """Tables that the system needs beside recorded crime and that the study does not declare."""
    there = set(study.tables.given()) | ({"police_activity"} if study.tables.stops else set())
    return [
        f"`system.name: {system.CARD.slug}` also learns from the table '{one.table}' ({one.says}); declare it under `tables: {one.table}:`."
        for one in system.CARD.also_reads
        if one.is_needed and one.table not in there
    ]


def _of_settings(system: Handed, study: Study) -> list[str]:
    """What is wrong with each setting by itself."""
    each = ((f"system.settings.{name}", {name: value}) for name, value in study.system.settings.items())
    return [said for key, settings in each if (said := _said(key, system, settings))]


def _of_readings(system: Handed, study: Study) -> list[str]:
    """What is wrong with each choice of the declared readings."""
    declared = study.readings or {}
    unknown = [name for name in declared if not _is_known(system, name)]
    tried = [name for name in declared if name not in unknown]
    wrong = [f"`readings.{name}`: {_message(system, {name: declared[name][0]})}" for name in unknown]
    each = ((f"readings.{name}", {name: choice}) for name in tried for choice in declared[name])
    return wrong + [said for key, settings in each if (said := _said(key, system, settings))]


def _is_known(system: Handed, name: str) -> bool:
    try:
        own_settings(system, {name: None})
    except BadSetting:
        return False
    return True


def _said(key: str, system: Handed, settings: dict[str, Any]) -> str:
    """What is wrong with one value; "" for nothing."""
    message = _message(system, settings)
    return f"`{key}: {next(iter(settings.values()))!r}`: {message}" if message else ""


def _message(system: Handed, settings: dict[str, Any]) -> str:
    (name, value), default = *settings.items(), {**GRID_SETTINGS, **system.CARD.defaults}
    usual = default.get(name)
    if isinstance(usual, (int, float)) and (isinstance(value, bool) or not isinstance(value, (int, float))):
        return "it must be a number."
    if name == "k" and not (float(value).is_integer() and value >= 1):
        return "it must be a whole number of squares, at least 1."
    try:
        town = _town()
        grid = grid_for(town, {"cell_m": SIDE_M / 10} if name != "cell_m" else {"cell_m": max(SIDE_M / 10, value) if 0 < value < SIDE_M / 10 else value})
        place(system, _crimes(), grid, until=MONTH, settings={**system.CARD.defaults, **settings, "k": 1})
    except CannotAnswer:
        return ""
    except EvenhandError as reason:
        return str(reason)
    except (TypeError, ValueError, KeyError, OverflowError) as reason:
        return f"the system does not take this value ({reason})."
    return ""


@lru_cache
def _town() -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    corner = 400_000.0
    square = shapely.box(corner, corner, corner + SIDE_M, corner + SIDE_M)
    return gpd.GeoDataFrame({"area_code": ["A"], "vintage": ["own"]}, geometry=[square], crs="EPSG:27700")


@lru_cache
def _crimes() -> pd.DataFrame:
    import pandas as pd

    from ..tables.recorded_crime import CRIME_TYPES

    middle = 400_000.0 + SIDE_M / 2
    return pd.DataFrame({"month": MONTH, "crime_type": list(CRIME_TYPES), "x_m": middle, "y_m": middle, "events": 1})


@lru_cache
def _also() -> dict[str, pd.DataFrame]:
    """A row or three of every table that a system may read beside recorded crime."""
    import pandas as pd

    from ..tables.deprivation import DOMAINS
    from ..tables.police_activity import ACTIVITIES

    middle = {"x_m": 400_000.0 + SIDE_M / 2, "y_m": 400_000.0 + SIDE_M / 2}
    return {
        "features": pd.DataFrame({"feature_type": ["pub", "school"], **middle}),
        "area_features": pd.DataFrame({"area_code": "A", "feature_type": ["pub", "school"], "features": [1, 2]}),
        "police_activity": pd.DataFrame({"month": MONTH, "activity": list(ACTIVITIES), **middle, "events": 1}),
        "residents": pd.DataFrame({"area_code": "A", "group": ["Black", "White"], "residents": [100, 100]}),
        "deprivation": pd.DataFrame({"area_code": "A", "domain": list(DOMAINS), "rank": 1, "decile": 1}),
    }
