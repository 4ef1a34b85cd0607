"""A study's run beside what came: laid out as forecasts, so that the study is judged by the same code as anybody's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.curve_findings import capture_curves
from ..audit.hit_rates import by_kind
from ..audit.index_findings import indices, recapture
from ..audit.judging import Judged
from ..audit.list_changes import Lists, list_changes, moved_grid
from ..audit.place_case import Case
from ..audit.place_forecasts import Forecasts
from ..audit.skill import COUNT_MAP
from ..audit.skill_findings import against_baselines
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from ..tables.health import months_between
from .placing import flagged_ground, grid_for, place
from .sweep import ORIGINS

if TYPE_CHECKING:

    import pandas as pd
    from numpy.typing import NDArray

    from ..audit.about import About
    from ..tables.findings import Finding
    from .inputs import Inputs
    from .placing import Handed, Run

ALREADY = ("crime_captured_share", "crime_captured_difference", "pai", "area_share")
"""Measures the study gives already, from redraws of published points."""


def run_as_forecasts(run: Run, learn: pd.DataFrame, test: pd.DataFrame, *, kinds: tuple[str, ...], months: tuple[str, str], residents: Any) -> Forecasts:
    """One run of a system as one forecast: for the test months, of all cells.

    Args:
        run: scores and flags.
        learn, test: recorded crimes of the months learnt from and tested on; month, x_m, y_m, crime_type, events.
        kinds: of crime that the system speaks of.
        months: first and last of the test.
        residents: of each cell, shape (cells,).
    """
    grid = run.grid
    used, past = (table[table["crime_type"].isin(kinds)] for table in (test, learn))
    span = months_between(*months)
    recent = past[past["month"].isin(_months_before(months[0], len(span)))]
    blank = np.full((1, len(grid)), np.nan)
    before = _by_cell(run, past)
    return Forecasts(
        places=grid.codes,
        spans=(f"{months[0]} to {months[1]}" if len(span) > 1 else months[0],),
        unit="months",
        starts=np.array([_number(months[0])]),
        lengths=np.array([len(span)]),
        listed=np.ones((1, len(grid)), dtype=bool),
        is_flagged=run.is_flagged[None, :],
        score=run.scores[None, :],
        expected=blank,
        probability=blank,
        baseline_score=blank,
        events=_by_cell(run, used),
        before=before,
        just_before=_by_cell(run, recent),
        at_first=before[0],
        known=np.array([past["month"].nunique()]),
        kinds={str(kind): _by_cell(run, rows) for kind, rows in used.groupby("crime_type", observed=True)},
        size={"ground": grid.area_km2, "residents": np.asarray(residents, dtype=float)},
    )


def validity(forecasts: Forecasts, *, about: About, system: str, baseline: str, seed: int) -> list[Finding]:
    """What a study says of accuracy beyond its redraws of points: indices, skill over plain baselines, the curve, kinds of crime.

    Args:
        forecasts: from `run_as_forecasts`.
        about: place, period, source and caveats of the findings.
        system, baseline: their names; the baseline is a count of past records.
        seed: of the draw by lot.
    """
    if not forecasts.events.sum() > 0:
        return []
    case = Case(forecasts, Judged(forecasts.events, "places", 1, about.level, seed), about, system)
    found = [*indices(case), *recapture(case), *against_baselines(case), *capture_curves(case, of="places")[0], *by_kind(case)]
    return [_named(one, baseline) for one in found if one.measure not in ALREADY]


def _named(finding: Finding, baseline: str) -> Finding:
    """The count map by the name that the study's other findings give it."""
    return finding.model_copy(update={key: baseline for key in ("group", "reference") if getattr(finding, key) == COUNT_MAP})


def lists_by_month(system: Handed, run: Run, inputs: Inputs, *, learn: tuple[str, str], last: str, settings: dict[str, Any]) -> Lists:
    """The list the system gives with each further month of records, from the last learnt from on.

    Args:
        system: its module.
        run: its default run, whose grid all lists share.
        inputs: the study's tables.
        learn: first and last month learnt from.
        last: month up to which records are added.
        settings: of the system.
    """
    ends = months_between(learn[1], last)
    runs = [run] + [place(system, inputs.crimes((learn[0], end)), run.grid, until=end, settings=settings) for end in ends[1:]]
    return Lists(
        run.grid.codes,
        tuple(f"records to {end}" for end in ends),
        np.stack([one.is_flagged for one in runs]),
        np.stack([one.scores for one in runs]),
        names_all=True,
    )


def changes(system: Handed, run: Run, inputs: Inputs, *, learn: tuple[str, str], last: str, settings: dict[str, Any], about: About) -> list[Finding]:
    """How a system's list changes as months of records are added, and when the grid's lines are moved.

    Args:
        system, run, inputs, learn, last, settings: as in `lists_by_month`.
        about: place, period, source and caveats of the findings.

    Returns:
        Nothing where the place has no room for moved grids or no months are added.
    """
    name, found = system.CARD.slug, []
    try:
        lists = lists_by_month(system, run, inputs, learn=learn, last=last, settings=settings)
        found += list_changes(lists, about=about, system=name) if len(lists.spans) > 1 else []
        found.append(moved_grid(_ground_kept(system, run, inputs, learn, settings), about=about, system=name))
    except (CannotAnswer, EmptyTable, BadSetting):
        return found
    return found


def _ground_kept(system: Handed, run: Run, inputs: Inputs, learn: tuple[str, str], settings: dict[str, Any]) -> NDArray[np.float64]:
    """Jaccard of the ground flagged with that flagged on grids whose lines start elsewhere; shape (ways,)."""
    import shapely

    crimes, ground = inputs.crimes(learn), flagged_ground(run)
    shares = []
    for shift in ORIGINS:
        other = flagged_ground(place(system, crimes, grid_for(inputs.outline.areas, settings, origin=shift), until=learn[1], settings=settings))
        shares.append(shapely.area(shapely.intersection(ground, other)) / shapely.area(shapely.union(ground, other)))
    return np.array(shares, dtype=float)


def _by_cell(run: Run, crimes: pd.DataFrame) -> NDArray[np.float64]:
    cell = run.grid.cell_of(crimes["x_m"], crimes["y_m"])
    inside = cell >= 0
    return np.bincount(cell[inside], crimes["events"].to_numpy(dtype=float)[inside], len(run.grid)).astype(float)[None, :]


def _months_before(first: str, many: int) -> list[str]:
    at = np.datetime64(first, "M")
    return [str(at - step) for step in range(1, many + 1)]


def _number(month: str) -> int:
    return int(np.datetime64(month, "M").astype(np.int64))
