"""The four methods of hot_spots.py, each from crimes at their points to a value for every cell.

`kde` is a kernel density at the cell's middle; `dual-kde` that over the density of residents, or of all recorded crime;
`gi-star` tests the cell with those round it; `counts` are the recorded crimes in the cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..places.bandwidths import bandwidth_by_rule
from ..places.gi_star import Correction, gi_star, stands_out
from ..places.moran_peak import first_peak_m
from ..places.raster_windows import QUEEN, Window, disc
from ..tables.errors import BadSetting, CannotAnswer, MissingTable
from .kernel_surfaces import AtPoints, people_in_cells, ratio, spread_crimes, spread_people

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

MORAN_STEPS = 20
"""Distances tried for the first peak of Moran's I: one cell to this many."""


@dataclass(frozen=True)
class Rules:
    """One reading of the method; see the card for what each setting is."""

    method: str = "kde"
    kernel: str = "quartic"
    bandwidth: str = "arcgis"
    bandwidth_m: float = 300.0
    denominator: str = "residents"
    floor_share: float = 0.1
    neighbourhood: str = "queen"
    band_m: float = 450.0
    significance: str = "none"

    def __post_init__(self) -> None:
        """Refuse a choice that no method knows."""
        for name, known in KNOWN.items():
            if getattr(self, name) not in known:
                raise BadSetting(f"There is no {name} '{getattr(self, name)}' in the system 'hot-spots'. Known: {', '.join(known)}.")
        if not (np.isfinite(self.floor_share) and self.floor_share > 0):
            raise BadSetting(f"`floor_share` is {self.floor_share!r}; give a share of the mean above 0, such as 0.1.")


class Learnt(NamedTuple):
    """What a method works on.

    Attributes:
        grid: the cells.
        crimes: at their points, inside the place and out.
        all_crimes: of every kind, where the ratio asks for them.
        residents: the table, where there is one.
    """

    grid: Grid
    crimes: AtPoints
    all_crimes: Callable[[], AtPoints]
    residents: pd.DataFrame | None


@dataclass(frozen=True)
class Model:
    """What has been learnt.

    Attributes:
        values: in the method's own unit: crimes (or harm) per square metre; crimes per resident, or per recorded crime of any
            kind; z-scores; crimes. Shape (cells,).
        scores: the same made fit for ranking: z-scores below 0, or not significant where that is asked, are 0.
        metres: the bandwidth, or the reach of the neighbourhood; 0 for the cells that touch, and for counts.
    """

    values: NDArray[np.float64]
    scores: NDArray[np.float64]
    metres: float = 0.0


def _counts(learnt: Learnt, rules: Rules) -> Model:
    """Recorded crimes, or harm, of each cell: the plain baseline among the four."""
    values = _by_cell(learnt)
    return Model(values, values)


def _kde(learnt: Learnt, rules: Rules) -> Model:
    """Kernel density at the middles of cells."""
    metres = _bandwidth_m(learnt, rules)
    values = spread_crimes(learnt.grid, learnt.crimes.points_m, learnt.crimes.weight, kernel=rules.kernel, bandwidth_m=metres)
    return Model(values, values, metres)


def _dual_kde(learnt: Learnt, rules: Rules) -> Model:
    """The density of these crimes over that of residents, or of all recorded crime, both spread alike."""
    above = _kde(learnt, rules)
    if rules.denominator == "all-crime":
        everything = learnt.all_crimes()
        below = spread_crimes(learnt.grid, everything.points_m, everything.events, kernel=rules.kernel, bandwidth_m=above.metres)
    else:
        if learnt.residents is None:
            raise MissingTable("The ratio to residents needs the table 'residents'. Give it, or choose another reading: denominator='all-crime'.")
        people = people_in_cells(learnt.residents, learnt.grid)
        below = spread_people(learnt.grid, people, kernel=rules.kernel, bandwidth_m=above.metres)
    values = ratio(above.values, below, floor_share=rules.floor_share)
    return Model(values, values, above.metres)


def _gi_star(learnt: Learnt, rules: Rules) -> Model:
    """Gi* of the cells' counts; of their sums of harm where crimes are weighted."""
    values = _by_cell(learnt)
    window, metres = _window(values, learnt.grid, rules)
    z = gi_star(values, learnt.grid, window=window).z
    marked = stands_out(z, correction=_CORRECTIONS[rules.significance]) if rules.significance in _CORRECTIONS else np.ones(len(z), dtype=bool)
    scores = np.where(marked, np.maximum(z, 0.0), 0.0)
    if not (scores > 0).any():
        raise CannotAnswer("No cell stands out by Gi* under this rule of significance. Choose another reading of `significance` or of the neighbourhood.")
    return Model(z, scores, metres)


METHODS: dict[str, Callable[[Learnt, Rules], Model]] = {"kde": _kde, "dual-kde": _dual_kde, "gi-star": _gi_star, "counts": _counts}
"""The four methods by name."""
_CORRECTIONS: dict[str, Correction] = {"p05": "p05", "fdr": "fdr"}
KNOWN = {
    "method": tuple(METHODS),
    "bandwidth": ("arcgis", "nrd", "nrd-easting", "fixed"),
    "denominator": ("residents", "all-crime"),
    "neighbourhood": ("queen", "distance-band", "moran-peak"),
    "significance": ("none", "p05", "fdr"),
}
"""The choices of the settings that are words."""


def _by_cell(learnt: Learnt) -> NDArray[np.float64]:
    """Weighted crimes of each cell, shape (cells,)."""
    cell = learnt.grid.cell_of(*learnt.crimes.points_m.T)
    within = cell >= 0
    return np.asarray(np.bincount(cell[within], learnt.crimes.weight[within], len(learnt.grid)), dtype=float)


def _bandwidth_m(learnt: Learnt, rules: Rules) -> float:
    """Fixed metres, or what the product's rule makes of the crimes in the place, each counted once whatever its weight."""
    if rules.bandwidth == "fixed":
        return float(rules.bandwidth_m)
    within = learnt.grid.cell_of(*learnt.crimes.points_m.T) >= 0
    return bandwidth_by_rule(rules.bandwidth, learnt.crimes.points_m[within], learnt.crimes.events[within])


def _window(values: NDArray[np.float64], grid: Grid, rules: Rules) -> tuple[Window, float]:
    """The neighbourhood of Gi*, and its reach in metres."""
    if rules.neighbourhood == "queen":
        return QUEEN, 0.0
    distances = [grid.cell_m * step for step in range(1, MORAN_STEPS + 1)]
    metres = float(rules.band_m) if rules.neighbourhood == "distance-band" else first_peak_m(values, grid, distances_m=distances)
    return disc(metres, cell_m=grid.cell_m), metres
