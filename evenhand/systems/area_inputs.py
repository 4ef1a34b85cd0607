"""What is known of each area: crimes recorded there month by month, and who lives there by the census.

Points carry no area here: a cell's crimes are shared out over its areas by ground, as close as cells are small. From the
index of deprivation only parts that do not rest on recorded crime are taken: its crime part is built from recorded crime,
and so is a part of the overall index, so either would explain crime by itself.

Steps, in order:  past_of, census_of -> joined -> independent
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places.density import kernel_matrix
from ..places.vintages import require_codes
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingTable
from .kernel_surfaces import MOST_PAIRS
from .records import absent_filled, events_of, months_there, usable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..places.grid import Grid

CRIME, DEPRIVATION, RESIDENTS = "earlier crimes", "deprivation", "residents"
INPUTS = {
    "all": (CRIME, DEPRIVATION, RESIDENTS),
    "crime-only": (CRIME,),
    "crime-and-deprivation": (CRIME, DEPRIVATION),
    "crime-and-residents": (CRIME, RESIDENTS),
    "residents-and-deprivation": (DEPRIVATION, RESIDENTS),
    "residents-only": (RESIDENTS,),
}
"""Families of inputs; `all` takes deprivation where it is handed over."""
DOMAINS = {
    "income-employment-education": ("income", "employment", "education"),
    "income": ("income",),
    "all-but-crime": ("income", "employment", "education", "health", "housing", "environment"),
}
"""Parts of the index of deprivation. Never `crime`, and never `overall`."""
BASES = ("residents", "ground", "none")
_CONSTANT, _EXPLAINED = 1e-9, 1e-6
"""A column that varies less than this beside its size says nothing; one of whose variation less than this is its own says nothing new."""


@dataclass(frozen=True)
class Past:
    """Recorded crimes of the past, up to the last month learnt.

    Attributes:
        crimes: in each area and month, shape (areas, months).
        smoothed: the same by a kernel round each point, so that what lies near an area counts too; None where it is not asked for.
        density: of each cell's middle, over the last months, per square metre, shape (cells,); None likewise.
    """

    crimes: NDArray[np.float64]
    smoothed: NDArray[np.float64] | None
    density: NDArray[np.float64] | None


@dataclass(frozen=True)
class Columns:
    """Inputs of areas.

    Attributes:
        names: what each is.
        families: the family each belongs to.
        values: shape (rows, columns).
    """

    names: tuple[str, ...]
    families: tuple[str, ...]
    values: NDArray[np.float64]


def past_of(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    shares: csr_array,
    *,
    until: str | dt.date,
    crime_types: tuple[str, ...],
    bandwidth_m: float | None,
    recent_months: int,
) -> Past:
    """Crimes by area and month, from the first month of the table to its last that may be learnt from.

    Args:
        recorded_crime: the declared table, with x_m and y_m.
        grid: the cells.
        shares: how each cell is shared among areas, shape (cells, areas), rows summing to 1.
        until: last month, or a day: then whole months up to it.
        crime_types: the kinds counted; a month that only other kinds were recorded in is a month without any of these.
        bandwidth_m: of the kernel; None for no smoothing.
        recent_months: how many months the cells' density covers.

    Raises:
        EmptyTable: nothing to learn from, or none of it in the place.
    """
    from scipy.sparse import coo_array, csr_array

    used = recorded_crime[usable(recorded_crime, until=until, crime_types=crime_types)]
    first, there = months_there(recorded_crime, until=until)
    months = len(there)
    month = (used["month"].to_numpy().astype("datetime64[M]") - first).astype(np.int64)
    x_m, y_m, events = used["x_m"].to_numpy(dtype=float), used["y_m"].to_numpy(dtype=float), events_of(used)
    cell = grid.cell_of(x_m, y_m)
    within = cell >= 0
    if not events[within].sum() > 0:
        raise EmptyTable("None of the recorded crimes lies in a cell of the place, so there is nothing to learn from. Are they of another place?")
    in_cells = csr_array(coo_array((events[within], (cell[within], month[within])), shape=(len(grid), months)))
    crimes = absent_filled((shares.T @ in_cells).toarray(), there)
    if bandwidth_m is None:
        return Past(crimes, None, None)
    # In the order of the points, whatever that of the rows, so that the last digit is always the same.
    points, at = np.unique(x_m + 1j * y_m, return_inverse=True)
    counts = np.asarray(np.bincount(at * months + month, events, len(points) * months), dtype=float).reshape(len(points), months)
    counts = absent_filled(counts, there)
    return Past(crimes, *_smoothed(grid, np.column_stack([points.real, points.imag]), counts, bandwidth_m, recent_months))


def census_of(
    grid: Grid, residents: pd.DataFrame | None, deprivation: pd.DataFrame | None, *, inputs: str, domains: str
) -> tuple[Columns, NDArray[np.float64], str]:
    """Who lives in each area of the grid, by the families that `inputs` names.

    The shares of groups add up to one, so the largest group is left out: each other coefficient compares with it. An area where
    nobody lives takes the whole place's shares. Deciles are turned round: 10 is the most deprived.

    Returns:
        The columns, one row an area; residents of each area; the group left out, "" where residents are no input.

    Raises:
        BadSetting: unknown inputs or domains.
        MissingTable: deprivation is asked for by name and not there.
        VintageMix: an area has no row.
    """
    for name, value, known in (("inputs", inputs, INPUTS), ("domains", domains, DOMAINS)):
        if value not in known:
            raise BadSetting(f"There is no {name} '{value}'. Known: {', '.join(known)}.")
    assert residents is not None
    areas = list(grid.area_codes)
    require_codes(residents["area_code"], areas, table="residents", vintage="the grid's areas")
    people, groups = _people(areas, residents)
    everybody = people.sum(axis=1)
    parts, reference = [], ""
    if DEPRIVATION in INPUTS[inputs] and (deprivation is not None or inputs != "all"):
        parts.append(_deprivation(areas, deprivation, domains))
    if RESIDENTS in INPUTS[inputs]:
        total = people.sum(axis=0)
        largest = int(total.argmax())
        reference, others = groups[largest], np.delete(np.arange(len(groups)), largest)
        share = np.where(everybody[:, None] > 0, people / np.maximum(everybody, 1.0)[:, None], total / max(total.sum(), 1.0))[:, others]
        parts.append(Columns(tuple(f"share of residents: {groups[other]}" for other in others), (RESIDENTS,) * len(others), share))
    return joined(parts, len(areas)), everybody, reference


def joined(parts: Sequence[Columns], rows: int) -> Columns:
    """Columns side by side."""
    return Columns(
        tuple(name for part in parts for name in part.names),
        tuple(family for part in parts for family in part.families),
        np.column_stack([np.empty((rows, 0)), *(part.values for part in parts)]),
    )


def independent(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of the columns that say something which those before them do not: none that is constant, none made up of earlier ones.

    Args:
        values: shape (rows, columns).

    Example:
        >>> share = np.array([0.1, 0.4, 0.3, 0.9])
        >>> independent(np.column_stack([share, np.full(4, 7.0), 1 - share, share**2])).tolist()
        [0, 3]
    """
    kept: list[int] = []
    directions: list[NDArray[np.float64]] = []
    for position, column in enumerate(values.T):
        rest = column - column.mean()
        spread = float(np.linalg.norm(rest))
        if spread <= _CONSTANT * max(float(np.linalg.norm(column)), np.finfo(float).tiny):
            continue
        for _ in range(2):  # once more, for what rounding left of the first time
            for direction in directions:
                rest = rest - (rest @ direction) * direction
        own = float(np.linalg.norm(rest))
        if own > _EXPLAINED * spread:
            kept.append(position)
            directions.append(rest / own)
    return np.array(kept, dtype=np.int64)


def base_of(base: str, grid: Grid, everybody: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the crimes of each area are set against: residents, km² of ground, or 1.

    Raises:
        BadSetting: an unknown base.
        CannotAnswer: nobody lives in any area.
    """
    if base not in BASES:
        raise BadSetting(f"There is no base '{base}'. Known: {', '.join(BASES)}.")
    if base == "none":
        return np.ones(len(grid.area_codes))
    if base == "ground":
        return np.asarray(grid.covered_m2.sum(axis=0)).ravel() / 1e6
    if not (everybody > 0).any():
        raise CannotAnswer("Nobody lives in any area of the place, so crimes cannot be set against residents. Choose another reading of `base`.")
    return everybody


def _people(areas: list[str], residents: pd.DataFrame) -> tuple[NDArray[np.float64], list[str]]:
    """Residents, shape (areas, groups), and the groups in the order of their names."""
    import pandas as pd

    area = pd.Index(areas).get_indexer(pd.Index(residents["area_code"]))
    here = residents[area >= 0]
    which, groups = pd.factorize(here["group"], sort=True)
    counts = np.bincount(area[area >= 0] * len(groups) + which, here["residents"].to_numpy(dtype=float), len(areas) * len(groups))
    return np.asarray(counts, dtype=float).reshape(len(areas), len(groups)), [str(group) for group in groups]


def _deprivation(areas: list[str], deprivation: pd.DataFrame | None, domains: str) -> Columns:
    if deprivation is None:
        raise MissingTable(
            "Deprivation is among the inputs and was not handed over.\nGive it as deprivation=… with the columns area_code, domain and decile, or choose "
            "other inputs: crime-only, crime-and-residents, residents-only."
        )
    found = []
    for domain in DOMAINS[domains]:
        decile = deprivation.loc[deprivation["domain"] == domain].set_index("area_code")["decile"]
        require_codes(decile.index, areas, table=f"deprivation, domain {domain}", vintage="the grid's areas")
        found.append(11.0 - decile.loc[areas].to_numpy(dtype=float))
    names = tuple(f"deprivation: {domain}" for domain in DOMAINS[domains])
    return Columns(names, (DEPRIVATION,) * len(names), np.column_stack(found))


def _smoothed(
    grid: Grid, points_m: NDArray[np.float64], counts: NDArray[np.float64], bandwidth_m: float, recent_months: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Smoothed crimes of each area and month, and the recent density at cells; in bounded memory."""
    from scipy.sparse import csr_array

    within = np.pi * (bandwidth_m / grid.cell_m) ** 2
    at_once = max(1, int(MOST_PAIRS / max(min(within, len(grid)), 1)))
    ground = csr_array(grid.covered_m2).T
    recent = counts[:, -recent_months:].sum(axis=1)
    by_area, density = np.zeros((len(grid.area_codes), counts.shape[1])), np.zeros(len(grid))
    for start in range(0, len(points_m), at_once):
        here = slice(start, start + at_once)
        near = kernel_matrix(grid.centres_m, points_m[here], bandwidth_m=bandwidth_m)
        by_area += (ground @ near) @ counts[here]
        density += near @ recent[here]
    return by_area, density
