"""The readings sweep: would the conclusion stand if the guesses had been other guesses?

Every reading is varied by itself, so that the table shows what each guess does; then many are varied
together, so that the range covers guesses that lean the same way. The default is one of them.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.accuracy import captured_share
from ..audit.exposure import exposure_ratio, flagged_share_of_areas
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from .placing import GRID_SETTINGS, Handed, Run, baseline_settings, crime_types, draws_days, flagged_ground, grid_for, place, readings_of, shared_ground

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ..places.grid import Grid
    from ..systems.card import Card
    from .declaration import Study
    from .inputs import Inputs
    from .outline import Outline

TOGETHER, FEW_TOGETHER = 150, 30
"""How many combinations are drawn, beyond the readings varied one at a time; the second for systems that are fitted, which takes longer."""
DRAWS = (2, 3, 4, 5)
"""Further draws of days, where records have months only and the system goes by days."""
ORIGINS = ((0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75), (0.25, 0.5))
"""Eight ways to move the grid's lines, in cells."""
WIDER = "with neighbours"
BUILT_UP = 1000.0
"""Residents per km2 above which an area counts as built up."""
MOST_REDRAWN = 300_000_000
"""Squares times redraws, a byte each: what a machine with 1 GB has room for."""


@dataclass(frozen=True)
class Variant:
    """One set of choices: settings of the system, where the grid starts, which outline, and how homes are spread."""

    settings: dict[str, Any]
    origin: tuple[float, float] = (0.0, 0.0)
    outline: str = "place"
    homes: str = "even"
    varied: str = "default"
    choice: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class Swept:
    """The outcome of a sweep.

    Attributes:
        table: one row per reading varied by itself: setting, choice, is_default, exposure_ratio, crime_captured_share, spots_shared.
        ratios: exposure ratio of each group over all variants, group -> values.
        captured, difference: share of later crimes captured, and that share less the baseline's, over all variants; nan where there are no later
            crimes, and for the difference where the two did not flag as many cells: it would be one of ground.
        left_out: variants the place has no room or no records for.
    """

    table: pd.DataFrame
    ratios: dict[str, list[float]]
    captured: list[float] = field(default_factory=list)
    difference: list[float] = field(default_factory=list)
    left_out: int = 0


def variants(
    study: Study, system: Handed, settings: dict[str, Any], outlines: dict[str, Outline], *, together: int = TOGETHER, draws: tuple[int, ...] = ()
) -> list[Variant]:
    """The default, every reading by itself, further draws of days, and a seeded draw of readings together."""
    readings = study.readings if study.readings is not None else readings_of(system)
    default = {**system.CARD.defaults, **settings}
    alone = [Variant(default, is_default=True)]
    for setting, choices in readings.items():
        alone += [Variant({**default, setting: choice}, varied=setting, choice=str(choice)) for choice in choices if choice != default.get(setting)]
    alone += [Variant({**default, "days_seed": seed}, varied="days drawn", choice=f"draw {seed}") for seed in draws]
    alone += [Variant(default, origin=origin, varied="origin", choice=f"moved {origin[0]:g} and {origin[1]:g} cells") for origin in ORIGINS]
    alone += [Variant(default, outline=name, varied="outline", choice=name) for name in outlines if name != "place"]
    alone.append(Variant(default, homes="whole areas touched", varied="homes", choice="whole areas touched"))
    return alone + _together(readings, default, outlines, study.seed, together)


def _together(readings: dict[str, list[Any]], default: dict[str, Any], outlines: dict[str, Outline], seed: int, together: int) -> list[Variant]:
    """A draw of combinations of all readings; all of them where there are few."""
    names = list(readings)
    every = [readings[name] for name in names]
    number = math.prod(len(choices) for choices in every) * (len(ORIGINS) + 1) * len(outlines)
    rng = np.random.default_rng(seed)
    if number <= together:
        picks = list(itertools.product(*every, ((0.0, 0.0), *ORIGINS), outlines))
    else:
        origins, frames = ((0.0, 0.0), *ORIGINS), list(outlines)
        picks = [
            (*(choices[rng.integers(len(choices))] for choices in every), origins[rng.integers(len(origins))], frames[rng.integers(len(frames))])
            for _ in range(together)
        ]
    return [Variant({**default, **dict(zip(names, pick, strict=False))}, origin=pick[-2], outline=pick[-1], varied="together") for pick in picks]


def outlines_of(inputs: Inputs) -> dict[str, Outline]:
    """The outlines a study can be run over: the place, its built-up areas, and the place with its neighbours."""
    place_outline = inputs.outline
    density = place_outline.residents.sum(axis=1).to_numpy() / (place_outline.areas.area.to_numpy() / 1e6)
    found = {"place": place_outline}
    if 0 < (density >= BUILT_UP).sum() < len(density):
        found["built-up areas only"] = place_outline.only(density >= BUILT_UP)
    if inputs.wider is not None:
        found[WIDER] = inputs.wider
    return found


def require_room(study: Study, inputs: Inputs, card: Card) -> None:
    """Raise where the place has fewer squares than are to be flagged, or far too many to redraw.

    Only what the study itself declares is held to this; a reading of the card that a small place
    has no room for is left out of the sweep, and counted.

    Raises:
        BadSetting: with how many squares there are.
    """
    default = {**card.defaults, **study.system.settings}
    declared = study.readings or {}
    sizes = [_setting(default, "cell_m"), *declared.get("cell_m", [])]
    most = max(_setting(default, "k"), *declared.get("k", []), 1)
    for cell_m in dict.fromkeys(sizes):
        cells = len(grid_for(inputs.outline.areas, {"cell_m": cell_m}))
        if cells < most:
            raise BadSetting(
                f"{study.place.name} has {cells:,} squares of {cell_m:g} m, so {most:g} cannot be flagged.\n"
                "Set a smaller `k` or `cell_m` under `system: settings:` (and in `readings:`, if it stands there)."
            )
        if cells * study.replicates > MOST_REDRAWN:
            raise BadSetting(
                f"{study.place.name} has {cells:,} squares of {cell_m:g} m; {study.replicates:,} redraws of them would not fit a small machine.\n"
                "Set a larger `cell_m` under `system: settings:`, or fewer `replicates`."
            )


def _setting(settings: dict[str, Any], name: str) -> Any:
    return settings.get(name, GRID_SETTINGS[name])


def sweep(
    study: Study, inputs: Inputs, system: Handed, baseline: Handed, default: Run, *, settings: dict[str, Any], tell: Callable[[int, int], None]
) -> Swept:
    """Run every variant; a few seconds for a town.

    Args:
        study, inputs: what is swept.
        system, baseline: the systems' modules.
        default: the default run, to compare the flagged ground with.
        settings: the study's own settings of the system.
        tell: is told how many variants are done, of how many.
    """
    import pandas as pd

    outlines = outlines_of(inputs)
    crimes = {name: tuple(inputs.crimes(span, wider=name == WIDER) for span in (study.periods.learn, study.periods.test)) for name in outlines}
    together = TOGETHER if system.contributions is not None else FEW_TOGETHER
    draws = DRAWS if draws_days(system, inputs.crime) else ()
    all_variants = variants(study, system, settings, outlines, together=together, draws=draws)
    ground, grids = flagged_ground(default), Grids()
    rows: list[dict[str, Any]] = []
    swept = Swept(pd.DataFrame(), {str(group): [] for group in inputs.outline.residents.columns})
    for done, variant in enumerate(all_variants):
        tell(done, len(all_variants))
        outline = outlines[variant.outline]
        outcome = _one(study, system, baseline, variant, grids.of(outline, variant), outline, *crimes[variant.outline])
        if outcome is None:
            continue
        for group, ratio in outcome.ratios.items():
            swept.ratios[group].append(ratio)
        swept.captured.append(outcome.captured)
        swept.difference.append(outcome.captured - outcome.baseline_captured if outcome.is_alike else float("nan"))
        if variant.varied != "together":
            row = {"setting": variant.varied, "choice": variant.choice or "default", "is_default": variant.is_default}
            row |= {"exposure_ratio": outcome.ratios[study.group], "crime_captured_share": outcome.captured}
            rows.append({**row, "spots_shared": shared_ground(ground, outcome.run)})
    return replace(swept, table=pd.DataFrame(rows), left_out=len(all_variants) - len(swept.captured))


class Grids:
    """Grids already laid in this sweep: many variants differ in other things only."""

    def __init__(self) -> None:
        """None yet."""
        self._laid: dict[tuple[str, float, tuple[float, float]], Grid] = {}

    def of(self, outline: Outline, variant: Variant) -> Grid:
        """The grid of a variant over its outline."""
        key = (variant.outline, float(_setting(variant.settings, "cell_m")), variant.origin)
        if key not in self._laid:
            self._laid[key] = grid_for(outline.areas, variant.settings, origin=variant.origin)
        return self._laid[key]


@dataclass(frozen=True)
class _Outcome:
    """What one variant gives: exposure ratio by group, the share of later crimes captured (nan: there are none), and whether both flagged as many cells."""

    run: Run
    ratios: dict[str, float]
    captured: float
    baseline_captured: float
    is_alike: bool


def _one(
    study: Study, system: Handed, baseline: Handed, variant: Variant, grid: Grid, outline: Outline, learn: pd.DataFrame, test: pd.DataFrame
) -> _Outcome | None:
    """One variant run; None where the place has no room or no records for it."""
    if len(grid) < _setting(variant.settings, "k"):
        return None
    try:
        run = place(system, learn, grid, until=study.periods.learn[1], settings=variant.settings)
        plain = place(baseline, learn, grid, until=study.periods.learn[1], settings=baseline_settings(variant.settings))
        flagged = flagged_share_of_areas(grid, run.is_flagged)
        if variant.homes != "even":
            flagged = (flagged > 0).astype(float)
        groups = [str(group) for group in outline.residents.columns]
        ratios = exposure_ratio(outline.residents, flagged, reference=groups.index(study.reference))
    except (CannotAnswer, EmptyTable):
        return None
    later = test[test["crime_type"].isin(crime_types(variant.settings))]
    cell = grid.cell_of(later["x_m"], later["y_m"])
    events = np.bincount(cell[cell >= 0], later["events"].to_numpy(dtype=float)[cell >= 0], len(grid))
    try:
        captured, plain_captured = captured_share(run.is_flagged, events), captured_share(plain.is_flagged, events)
    except CannotAnswer:
        captured = plain_captured = float("nan")
    is_alike = int(run.is_flagged.sum()) == int(plain.is_flagged.sum())
    return _Outcome(run, dict(zip(groups, map(float, ratios), strict=True)), captured, plain_captured, is_alike)
