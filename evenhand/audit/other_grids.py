"""Other grids and other areas: does the answer hang on where the lines are drawn?

Counts by area depend on the areas: their size, where their lines run, and which set of them residents
were published for. Nobody can say which is right, so the question is put again on many: cells of 100 to
1,000 m, each laid at eight origins, over every set of areas given. The median and the range stand beside
the answer, and when some grids turn the conclusion round, that is said first.

What is asked again is handed in as a function of the layout, and there are three kinds:

    FlaggedGround   polygons that are flagged, as an operator exports them: their ground is spread evenly
                    over each cell it touches, as if it were known to that resolution only
    Points          points with a weight, such as recorded crimes: counted anew, and as much ground flagged
    any function    from a layout to ratios, such as a whole system fitted again

Read with care: coarse cells mix everybody and draw any ratio towards 1, so a shrinking ratio is not a
mistake in the first one. The range covers lines on the map, nothing else.

Source: Openshaw (1984), The Modifiable Areal Unit Problem, CATMOG 38; Gehlke & Biehl (1934), Journal of
the American Statistical Association 29(185A), 169-170.

Steps, in order:  layouts -> ask each (joblib) -> Sweep -> sweep_findings
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..places.apportion import shares
from ..places.coverage import covered_m2
from ..places.grid import make_grid
from ..tables.errors import BadSetting, BadValue, CannotAnswer
from ..tables.measure import Measure
from .exposure import exposure_ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "exposure_ratio_over_grids": Measure(
        "Range of the exposure ratio over other grids and areas", "residents of the group",
        "The median and the range of the exposure ratio over cell sizes, grid origins and sets of areas; not an interval.",
        "other_grids.sweep",
    ),
}

CELLS_M = (100.0, 150.0, 250.0, 500.0, 1000.0)
ORIGINS = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
"""Eight ways to lay the lines, in cells."""


class Layout(NamedTuple):
    """One way to draw the map: which areas residents come from, the side of a cell, and where its lines start, in cells."""

    areas: str
    cell_m: float
    origin: tuple[float, float]


class Areas(NamedTuple):
    """One set of areas with its residents: polygons in EPSG:27700 with their `area_code`, and people by area and group in the same order."""

    polygons: gpd.GeoDataFrame
    residents: pd.DataFrame


def layouts(areas: Sequence[str], *, cells_m: Sequence[float] = CELLS_M, origins: Sequence[tuple[float, float]] = ORIGINS) -> tuple[Layout, ...]:
    """Every combination of a set of areas, a cell size and an origin.

    Example:
        >>> len(layouts(["LSOA 2021"]))
        40
    """
    return tuple(Layout(name, float(cell_m), origin) for name in areas for cell_m in cells_m for origin in origins)


@dataclass(frozen=True)
class FlaggedGround:
    """The exposure ratio of polygons that are flagged, known only to the resolution of each grid.

    Attributes:
        ground: the flagged ground within the place as one shape, in metres.
        areas: sets of areas by name.
        reference: the group to compare with.
    """

    ground: Any
    areas: Mapping[str, Areas]
    reference: str

    def __call__(self, layout: Layout) -> NDArray[np.float64]:
        """Ratio of each group; shape (groups,)."""
        import shapely

        polygons, residents = self.areas[layout.areas]
        grid = grid_of(polygons, layout)
        within = shapely.intersection(self.ground, shapely.box(*_box(grid)))
        covered = covered_m2(
            np.array([within]), west_m=grid.west_m, south_m=grid.south_m, cell_m=grid.cell_m, rows=grid.rows, columns=grid.columns
        )
        flagged_m2 = covered.toarray().ravel()[grid.slots]
        # No more of a cell can be flagged than there is of it: rounding, or ground flagged beyond the place.
        part = np.minimum(flagged_m2 / (grid.area_km2 * 1e6), 1.0)
        return ratios_on(grid, part, residents, self.reference)


@dataclass(frozen=True)
class Points:
    """The exposure ratio when points are counted on each grid and as much ground as ever is flagged, the fullest cells first.

    Attributes:
        x_m, y_m: of each point, British National Grid.
        weight: of each point, such as its number of crimes or its harm.
        flagged_km2: how much ground is flagged.
        areas, reference: as for `FlaggedGround`.
    """

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    weight: NDArray[np.float64]
    flagged_km2: float
    areas: Mapping[str, Areas]
    reference: str

    def __call__(self, layout: Layout) -> NDArray[np.float64]:
        """Ratio of each group; shape (groups,). Ties go to the cell further south, then further west."""
        polygons, residents = self.areas[layout.areas]
        grid = grid_of(polygons, layout)
        cell = grid.cell_of(self.x_m, self.y_m)
        score = np.bincount(cell[cell >= 0], self.weight[cell >= 0], len(grid))
        number = min(max(1, round(self.flagged_km2 * 1e6 / grid.cell_m**2)), max(1, int(np.count_nonzero(score))))
        flagged = np.zeros(len(grid))
        flagged[np.argsort(-score, kind="stable")[:number]] = 1.0
        return ratios_on(grid, flagged, residents, self.reference)


def grid_of(polygons: gpd.GeoDataFrame, layout: Layout) -> Grid:
    """The grid of a layout over a set of areas."""
    return make_grid(polygons, cell_m=layout.cell_m, origin_m=(layout.origin[0] * layout.cell_m, layout.origin[1] * layout.cell_m))


def ratios_on(grid: Grid, flagged: NDArray[np.float64], residents: pd.DataFrame, reference: str) -> NDArray[np.float64]:
    """Exposure ratio of each group when so much of each cell is flagged.

    Args:
        grid: the cells.
        flagged: flagged share of each cell, 0 to 1; shape (cells,).
        residents: people by area and group, in the grid's order of areas.
        reference: the group to compare with.
    """
    groups = list(map(str, residents.columns))
    if reference not in groups:
        raise BadSetting(f"There is no group '{reference}' among the residents. Known: {', '.join(groups)}.")
    return exposure_ratio(residents, np.asarray(shares(grid).T @ flagged), reference=groups.index(reference))


@dataclass(frozen=True)
class Sweep:
    """What every layout gives.

    Attributes:
        groups: names.
        layouts: as asked.
        ratios: shape (layouts, groups); nan where a layout gave none.
    """

    groups: tuple[str, ...]
    layouts: tuple[Layout, ...]
    ratios: NDArray[np.float64]

    @property
    def table(self) -> pd.DataFrame:
        """One row a layout: areas, cell_m, origin_east, origin_north (in cells), and a ratio for each group."""
        import pandas as pd

        frame = pd.DataFrame(
            [(one.areas, one.cell_m, *one.origin) for one in self.layouts], columns=["areas", "cell_m", "origin_east", "origin_north"]
        )
        return frame.assign(**{f"ratio_{group}": self.ratios[:, i] for i, group in enumerate(self.groups)})


def sweep(
    ask: Callable[[Layout], NDArray[np.float64]],
    over: Sequence[Layout],
    groups: Sequence[str],
    *,
    n_jobs: int = 1,
    tell: Callable[[str, float], None] | None = None,
) -> Sweep:
    """Put the same question to every layout.

    Args:
        ask: from a layout to the exposure ratio of each group, shape (groups,). With several processes it must be picklable.
        over: the layouts, such as `layouts(["LSOA 2021"])`.
        groups: names, in the order of the ratios.
        n_jobs: processes at once, as joblib counts them: 1 for none beside this one, -1 for all cores.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        The ratios, in the order of the layouts whatever the number of processes. A layout that cannot answer gives nan.

    Raises:
        BadSetting: no layout.
        BadValue: `ask` gives another number of ratios than there are groups.

    Example:
        >>> made = sweep(lambda layout: np.array([2.0 if layout.cell_m < 500 else 0.9, 1.0]), layouts(["own"], cells_m=[100, 500]), ["Black", "White"])
        >>> made.ratios[:, 0].tolist()[:2], made.ratios[:, 0].tolist()[-1]
        ([2.0, 2.0], 0.9)

    Read with care:
        Layouts are choices, not a sample: their range is no interval, and their number lends no weight.
    """
    from joblib import Parallel, delayed

    if not over:
        raise BadSetting("There is no layout to try. Give at least one cell size and one origin.")
    found = []
    for one in Parallel(n_jobs=n_jobs, return_as="generator")(delayed(_ratios)(ask, layout) for layout in over):
        found.append(np.full(len(groups), np.nan) if one is None else one)
        if tell:
            tell(f"trying other grids: {len(found)} of {len(over)}", len(found) / len(over))
    wrong = next((len(one) for one in found if len(one) != len(groups)), None)
    if wrong is not None:
        raise BadValue(f"The question gives {wrong} ratios for {len(groups)} groups. It must give one for each.")
    return Sweep(tuple(groups), tuple(over), np.array(found))


def _ratios(ask: Callable[[Layout], NDArray[np.float64]], layout: Layout) -> NDArray[np.float64] | None:
    try:
        return np.asarray(ask(layout), dtype=float)
    except CannotAnswer:
        return None


def sweep_findings(made: Sweep, *, value: Mapping[str, float | None], residents: Mapping[str, float], about: About, reference: str) -> list[Finding]:
    """Median and range of each group's ratio over all layouts, said to turn the conclusion round where they do.

    Args:
        made: what every layout gives.
        value: each group's ratio on the map as it is.
        residents: of each group, the denominator.
        about: place, period, source and caveats of the findings.
        reference: the group compared with.
    """
    sizes = ", ".join(f"{size:g}" for size in sorted({one.cell_m for one in made.layouts}))
    sets = ", ".join(dict.fromkeys(one.areas for one in made.layouts))
    method = f"median, lowest and highest over {len(made.layouts)} grids: cells of {sizes} m, each at several origins; areas: {sets}"
    found = []
    for i, group in enumerate(made.groups):
        if group == reference:
            continue
        known = made.ratios[:, i][np.isfinite(made.ratios[:, i])]
        settings = {"layouts": len(made.layouts), "answered": len(known), "as_drawn": value.get(group)}
        rest: dict[str, Any] = {"group": group, "reference": reference, "unit": "ratio", "n": residents[group], "method": method, "settings": settings}
        if not len(known):
            caveats: tuple[str, ...] = ("Not given: on no grid is anybody of the group compared with exposed.",)
            found.append(about.finding("exposure_ratio_over_grids", None, caveats=caveats, **rest))
            continue
        low, middle, high = (float(q) for q in np.quantile(known, [0, 0.5, 1]))
        caveats = ("A range over ways to draw the map, not an interval. Coarse cells draw any ratio towards 1.", *_turned(known, value.get(group)))
        found.append(about.finding("exposure_ratio_over_grids", middle, low=low, high=high, level=None, caveats=caveats[::-1], **rest))
    return found


def _turned(known: NDArray[np.float64], value: float | None) -> tuple[str, ...]:
    """That the conclusion turns on some grids, if it does."""
    side = np.sign((float(np.median(known)) if value is None else value) - 1)
    other = int((np.sign(known - 1) != side).sum())
    if not other:
        return ()
    return (f"The conclusion depends on the grid: on {other:,} of {len(known):,} the ratio lies on the other side of 1, or at it.",)


def _box(grid: Grid) -> tuple[float, float, float, float]:
    return grid.west_m, grid.south_m, grid.west_m + grid.columns * grid.cell_m, grid.south_m + grid.rows * grid.cell_m
