"""The readings sweep: would the conclusion stand if the guesses had been other guesses?

Every reading is varied by itself, so that the table shows what each guess does; then many are varied
together, so that the range covers guesses that lean the same way. The default is one of them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.accuracy import captured_share
from ..audit.exposure import exposure_ratio, flagged_share_of_areas
from ..systems.outcomes import crime_types_of
from ..tables.errors import CannotAnswer
from .placing import Run, grid_for, place, shared_ground

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import pandas as pd

    from ..systems.card import Card
    from .declaration import Study
    from .inputs import Inputs, Outline

TOGETHER = 150
"""How many combinations are drawn, beyond the readings varied one at a time."""
ORIGINS = ((0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75), (0.25, 0.5))
"""Eight ways to move the grid's lines, in cells."""
WIDER = "with neighbours"
BUILT_UP = 1000.0
"""Residents per km2 above which an area counts as built up."""


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
        captured, difference: share of later crimes captured, and that share less the baseline's, over all variants.
    """

    table: pd.DataFrame
    ratios: dict[str, list[float]]
    captured: list[float] = field(default_factory=list)
    difference: list[float] = field(default_factory=list)


def variants(study: Study, card: Card, settings: dict[str, Any], outlines: dict[str, Outline]) -> list[Variant]:
    """The default, every reading by itself, and a seeded draw of readings together."""
    readings = study.readings if study.readings is not None else {reading.setting: list(reading.choices) for reading in card.readings}
    default = {**{reading.setting: reading.default for reading in card.readings}, **settings}
    alone = [Variant(default, is_default=True)]
    for setting, choices in readings.items():
        alone += [Variant({**default, setting: choice}, varied=setting, choice=str(choice)) for choice in choices if choice != default.get(setting)]
    alone += [Variant(default, origin=origin, varied="origin", choice=f"moved {origin[0]:g} and {origin[1]:g} cells") for origin in ORIGINS]
    alone += [Variant(default, outline=name, varied="outline", choice=name) for name in outlines if name != "place"]
    alone.append(Variant(default, homes="whole areas touched", varied="homes", choice="whole areas touched"))
    return alone + _together(readings, default, outlines, study.seed)


def _together(readings: dict[str, list[Any]], default: dict[str, Any], outlines: dict[str, Outline], seed: int) -> list[Variant]:
    """A draw of combinations of all readings; all of them where there are few."""
    names = list(readings)
    every = [readings[name] for name in names]
    number = int(np.prod([len(choices) for choices in every])) * (len(ORIGINS) + 1) * len(outlines)
    rng = np.random.default_rng(seed)
    if number <= TOGETHER:
        picks = list(itertools.product(*every, ((0.0, 0.0), *ORIGINS), outlines))
    else:
        origins, frames = ((0.0, 0.0), *ORIGINS), list(outlines)
        picks = [
            (*(choices[rng.integers(len(choices))] for choices in every), origins[rng.integers(len(origins))], frames[rng.integers(len(frames))])
            for _ in range(TOGETHER)
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


def sweep(
    study: Study, inputs: Inputs, system: ModuleType, baseline: ModuleType, default: Run, *, settings: dict[str, Any], tell: Callable[[int, int], None]
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
    all_variants = variants(study, system.CARD, settings, outlines)
    groups = list(inputs.outline.residents.columns)
    rows, ratios = [], {str(group): [] for group in groups}
    captured: list[float] = []
    difference: list[float] = []
    for done, variant in enumerate(all_variants):
        tell(done, len(all_variants))
        outcome = _one(study, system, baseline, default, variant, outlines[variant.outline], *crimes[variant.outline])
        if outcome is None:
            continue
        for group, ratio in zip(groups, outcome["ratios"], strict=True):
            ratios[str(group)].append(float(ratio))
        captured.append(outcome["captured"])
        difference.append(outcome["difference"])
        if variant.varied != "together":
            rows.append(
                {
                    "setting": variant.varied,
                    "choice": variant.choice or "default",
                    "is_default": variant.is_default,
                    "exposure_ratio": float(outcome["ratios"][groups.index(study.group)]),
                    "crime_captured_share": outcome["captured"],
                    "spots_shared": outcome["shared"],
                }
            )
    return Swept(pd.DataFrame(rows), ratios, captured, difference)


def _one(
    study: Study, system: ModuleType, baseline: ModuleType, default: Run, variant: Variant, outline: Outline, learn: pd.DataFrame, test: pd.DataFrame
) -> dict[str, Any] | None:
    grid = grid_for(outline.areas, variant.settings, origin=variant.origin)
    run = place(system, learn, grid, until=study.periods.learn[1], settings=variant.settings)
    shared = {name: value for name, value in variant.settings.items() if name in ("cell_m", "k", "rule", "outcome")}
    plain = place(baseline, learn, grid, until=study.periods.learn[1], settings=shared)
    flagged = flagged_share_of_areas(grid, run.is_flagged)
    if variant.homes != "even":
        flagged = (flagged > 0).astype(float)
    ratios = exposure_ratio(outline.residents, flagged, reference=list(outline.residents.columns).index(study.reference))
    later = test[test["crime_type"].isin(crime_types_of(str(variant.settings.get("outcome", "violence-robbery-drugs"))))]
    cell = grid.cell_of(later["x_m"], later["y_m"])
    events = np.bincount(cell[cell >= 0], later["events"].to_numpy(dtype=float)[cell >= 0], len(grid))
    try:
        mine, theirs = captured_share(run.is_flagged, events), captured_share(plain.is_flagged, events)
    except CannotAnswer:
        return None
    return {"ratios": ratios, "captured": mine, "difference": mine - theirs, "shared": shared_ground(default, run)}


def summary(values: list[float], value: float | None, *, parity: float, what: str) -> dict[str, Any]:
    """The range over all readings and whether the conclusion survives it, for a finding's settings.

    Args:
        values: over all variants; nan where one gave none.
        value: the default's.
        parity: the value that divides one conclusion from the other, such as 1 for a ratio.
        what: what is measured, for the sentence.

    Example:
        >>> summary([1.8, 2.6, 3.4], 2.6, parity=1, what="ratio")["survives"]
        True
    """
    known = np.array([v for v in values if np.isfinite(v)])
    if value is None or not np.isfinite(value) or len(known) == 0:
        return {
            "low": None,
            "high": None,
            "n_readings": int(len(known)),
            "survives": None,
            "says": f"The {what} has no value under the default settings, so no range is given.",
        }
    other = int((known <= parity).sum() if value > parity else (known >= parity).sum())
    side = "above" if value > parity else "below"
    kept = "in every one" if other == 0 else f"in {len(known) - other:,} of them; the conclusion depends on guesses"
    says = f"Over {len(known):,} readings of what is not public, the {what} runs from {known.min():.3g} to {known.max():.3g}: {side} {parity:g} {kept}."
    return {"low": float(known.min()), "high": float(known.max()), "n_readings": int(len(known)), "survives": other == 0, "says": says}
