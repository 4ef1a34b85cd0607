"""What a report shows of the tables: areas and cells with their figures, limits, and the run's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..places.apportion import apportion
from ..tables.errors import BadStudy
from .placing import crime_types, harm_of

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from ..tables.findings import Finding
    from .outline import Outline
    from .placing import Run

LIMITS = (
    "Who lives in a place is not who is stopped there, who walks through it, or who commits or suffers crime.",
    "The force's own records, its choice of offences and its patrols are not public; the places shown are not the places it patrolled.",
    "Recorded crime depends on who reports and where police look. A system that learns from it repeats both.",
    "Published points are moved and have no day or hour: single streets and shifts cannot be told apart.",
    "Residents are counted on census day and taken to live evenly over their area.",
    "An association between spots and residents does not say why it is there.",
)
_RANK = ("exposure_ratio", "crime_captured_share", "crime_captured_difference", "spots_resting_on_one_event", "stop_rate_ratio")


def ordered_groups(residents: pd.DataFrame, group: str, reference: str) -> tuple[str, ...]:
    """The group spoken of, then the others by size, the reference last."""
    rest = [str(g) for g in residents.sum().sort_values(ascending=False).index if g not in (group, reference)]
    return (group, *rest, *([reference] if reference != group else []))


def main_first(found: list[Finding], group: str) -> list[Finding]:
    """Findings with the headline ones in front; the rest keep their order."""
    lead = [f for measure in _RANK for f in found if f.measure == measure and (f.group == group or measure not in ("exposure_ratio", "stop_rate_ratio"))]
    return lead + [f for f in found if not any(f is one for one in lead)]


def areas_shown(outline: Outline) -> gpd.GeoDataFrame:
    """Areas with residents, each group's share, and deprivation."""
    people = outline.residents.to_numpy(dtype=float)
    total = people.sum(axis=1)
    table = outline.areas[["area_code", "geometry"]].copy()
    table["area_name"] = outline.areas["area_name"] if "area_name" in outline.areas.columns else outline.areas["area_code"]
    table["residents"] = total
    for i, group in enumerate(outline.residents.columns):
        table[f"share_{group}"] = np.where(total > 0, people[:, i] / np.where(total > 0, total, 1), np.nan)
    table["decile"] = np.nan if outline.decile is None else outline.decile.astype(float)
    return table


def cells_shown(outline: Outline, run: Run, plain: Run, learn: pd.DataFrame, test: pd.DataFrame, settings: dict[str, Any]) -> gpd.GeoDataFrame:
    """Cells with both systems' scores, recorded crimes and estimated residents."""
    import geopandas as gpd

    grid = run.grid
    kinds, weights = crime_types(settings), harm_of(settings)
    people = apportion(outline.residents, grid)
    columns: dict[str, Any] = {
        "cell_code": grid.codes,
        "score": run.scores,
        "is_flagged": run.is_flagged,
        "baseline_score": plain.scores,
        "is_baseline_flagged": plain.is_flagged,
        "learn_events": _by_cell(grid, learn, kinds),
        "learn_harm": _by_cell(grid, learn, kinds, weights),
        "test_events": _by_cell(grid, test, kinds),
        "residents": people.sum(axis=1),
    }
    columns |= {f"residents_{group}": people[:, i] for i, group in enumerate(outline.residents.columns)}
    return gpd.GeoDataFrame(columns, geometry=grid.squares(), crs="EPSG:27700")


def _by_cell(grid: Grid, crimes: pd.DataFrame, kinds: tuple[str, ...], weights: pd.Series | None = None) -> NDArray[np.float64]:
    used = crimes[crimes["crime_type"].isin(kinds)]
    cell = grid.cell_of(used["x_m"], used["y_m"])
    each = used["events"].to_numpy(dtype=float) * (1.0 if weights is None else used["crime_type"].map(weights).to_numpy(dtype=float))
    return np.bincount(cell[cell >= 0], each[cell >= 0], len(grid)).astype(float)


def prose(folder: Path) -> str:
    """The study's README, Markdown; empty where there is none.

    Raises:
        BadStudy: it cannot be read as text.
    """
    file = folder / "README.md"
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadStudy(f"{file}, which stands in the report, cannot be read as UTF-8 text: {wrong}. Save it again as UTF-8, or remove it.") from None
