"""Running several place systems on one place, month by month: learn from a rolling window, rank, go on to the next month.

Each system keeps its own squares and its own readings; what they are held against is common (audit/comparison.py).
A system's maps under another reading are made for some of the months only, evenly spread, for time's sake; what the
reading changes there is carried to the figure of all months.

Steps, in order:  entries_of -> scene_of -> ranked (each system, all months) -> varied (each reading, some months) -> carried_to_all_months
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.comparison import Common, Measured, Ranked, held, measured, require_apart
from ..audit.exposure import exposure_ratio
from ..audit.same_ground import ground_shared
from ..places.apportion import apportion, shares
from ..places.grid import make_grid
from ..systems.catalogue import system_named
from ..systems.outcomes import crime_types_of
from ..tables.errors import BadSetting, BadStudy, CannotAnswer, EmptyTable
from ..tables.health import months_between
from .placing import GRID_SETTINGS, Handed, draws_days, grid_for, handed, own_settings, place, readings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from .inputs import Inputs

PIECE_M = 50.0
"""Side of the small pieces of ground on which maps of different squares are laid over each other."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One system as it is compared.

    Attributes:
        label: as it stands in findings.
        system: with its tables handed to it.
        settings: of the system and its grid, the defaults filled in.
        readings: setting -> choices to vary.
    """

    label: str
    system: Handed
    settings: dict[str, Any]
    readings: dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class Scene:
    """What every run needs.

    Attributes:
        areas: polygons of the place.
        crime: recorded crimes of the place, learnt from and judged by.
        learn_months: length of the rolling window.
        months: judged, in order.
        kinds: of crime judged.
        common: what all are held against.
        points: eastings and northings of the published points, shape (points, 2).
        pieces: the grid of small pieces.
    """

    areas: gpd.GeoDataFrame
    crime: pd.DataFrame
    learn_months: int
    months: tuple[str, ...]
    kinds: tuple[str, ...]
    common: Common
    points: NDArray[np.float64]
    pieces: Grid

    def learnt_before(self, month: str) -> tuple[str, str]:
        """First and last month of the window before a month."""
        at = np.datetime64(month, "M")
        return str(at - self.learn_months), str(at - 1)

    def crimes(self, span: tuple[str, str]) -> pd.DataFrame:
        """Recorded crimes of a span of months."""
        return self.crime[self.crime["month"].between(*span)].reset_index(drop=True)


def entries_of(declared: Sequence[Any], inputs: Inputs, *, outcome: str) -> list[Entry]:
    """The systems of a comparison, ready to run.

    Args:
        declared: name, label, settings and readings of each.
        inputs: the study's tables.
        outcome: what all of them are asked to foresee.

    Raises:
        BadStudy: a system that scores people.
        BadSetting: an unknown system, or two of one name.
    """
    crime_types_of(outcome)
    found = []
    for one in declared:
        module = system_named(one.name)
        if module.CARD.kind != "place":
            raise BadStudy(f"`systems: {one.name}` scores people, not places, so it cannot be run on a map.")
        system = handed(module, inputs.also)
        settings = {**GRID_SETTINGS, **system.CARD.defaults, **one.settings, "outcome": outcome}
        readings = readings_of(system) if one.readings is None else one.readings
        own_settings(system, {**settings, **readings})  # a misspelt name is told before anything runs
        readings = {name: choices for name, choices in readings.items() if name not in ("outcome", "k", "rule")}
        if draws_days(system, inputs.crime):
            readings = {**readings, "days_seed": [1, 2, 3]}
        found.append(Entry(one.label or system.CARD.slug.replace("-", " "), system, settings, readings))
    require_apart([one.label for one in found])
    return found


def scene_of(inputs: Inputs, *, learn: tuple[str, str], test: tuple[str, str], outcome: str) -> Scene:
    """What the systems are held against: later crimes by month and point, ground in pieces, residents.

    Raises:
        CannotAnswer: nothing was recorded in the months judged.
    """
    kinds, months = crime_types_of(outcome), tuple(months_between(*test))
    later = inputs.crimes(test)
    later = later[later["crime_type"].isin(kinds) & later["x_m"].notna()]
    absent = [month for month in months if month not in set(later["month"])]
    if len(absent) == len(months):
        raise CannotAnswer(f"No recorded crime of the kinds {', '.join(kinds)} lies in the place in the test months, so no system can be judged.")
    months = tuple(month for month in months if month not in absent)  # a month without any record is unknown, not quiet
    by = later.groupby(["x_m", "y_m"], sort=True).ngroup().to_numpy()
    points = later[["x_m", "y_m"]].to_numpy(dtype=float)[np.unique(by, return_index=True)[1]]
    row = later["month"].map({month: i for i, month in enumerate(months)}).to_numpy(dtype=np.int64)
    events = np.bincount(row * len(points) + by, later["events"].to_numpy(dtype=float), len(months) * len(points)).astype(float).reshape(len(months), -1)
    pieces = make_grid(inputs.outline.areas, cell_m=PIECE_M)
    residents = inputs.outline.residents
    people = apportion(residents, pieces)
    common = Common(months, events, pieces.area_km2, people, residents.to_numpy(dtype=float), tuple(map(str, residents.columns)))
    crime = inputs.crimes((learn[0], test[1]))
    return Scene(inputs.outline.areas[["area_code", "geometry"]], crime, len(months_between(*learn)), months, kinds, common, points, pieces)


def ranked(entry: Entry, scene: Scene, *, months: tuple[str, ...] | None = None) -> Ranked:
    """One system's maps for the months judged (or some of them), each learnt from the window before.

    Raises:
        CannotAnswer, EmptyTable: the place has too few records for it, in some month.
    """
    grid = grid_for(scene.areas, entry.settings)
    scores, flags = [], []
    for month in months or scene.months:
        span = scene.learnt_before(month)
        settings = {**entry.settings, "k": min(int(entry.settings["k"]), len(grid))}
        run = place(entry.system, scene.crimes(span), grid, until=span[1], settings=settings)
        scores.append(run.scores)
        flags.append(run.is_flagged)
    return Ranked(
        entry.label,
        np.stack(scores),
        grid.area_km2,
        grid.cell_of(*scene.points.T),
        grid.cell_of(*scene.pieces.centres_m.T),
        shares(grid),
        np.stack(flags),
    )


@dataclass(frozen=True)
class Varied:
    """What one reading of one system gives on some of the months.

    Attributes:
        label, setting, choice: which system, and what was changed ("" for nothing).
        captured: share of later crimes held.
        difference: that share less the baseline's, on the same months.
        ratios: exposure ratio of each group over the reference group, shape (groups,).
        kept: ground shared with the same system at its defaults.
        reason: why there are no figures; "" where there are.
    """

    label: str
    setting: str
    choice: str
    captured: float = float("nan")
    difference: float = float("nan")
    ratios: tuple[float, ...] = ()
    kept: float = float("nan")
    reason: str = ""


def some_months(months: tuple[str, ...], many: int) -> tuple[int, ...]:
    """Positions of so many months, evenly spread.

    Example:
        >>> some_months(tuple("abcdefghijkl"), 2)
        (3, 9)
    """
    many = min(many, len(months))
    return tuple(int((i + 0.5) * len(months) / many) for i in range(many))


def variants_of(entry: Entry) -> list[tuple[str, Any]]:
    """Every choice of every reading but the default's, one at a time."""
    return [(name, choice) for name, choices in entry.readings.items() for choice in choices if choice != entry.settings.get(name)]


def varied(
    entry: Entry, scene: Scene, setting: str, choice: Any, *, default: Measured, plain: Measured, at: tuple[int, ...], share: float, reference: str
) -> Varied:
    """One system under one other choice, held against itself and the baseline on some months.

    Args:
        entry, scene: the system and what it is run on.
        setting, choice: what is changed.
        default, plain: the system at its defaults, and the baseline, over these months.
        at: positions of the months run.
        share: of ground that each is given.
        reference: the group to compare with.
    """
    months = tuple(scene.months[i] for i in at)
    rows = list(at)
    common = replace(scene.common, months=months, events=scene.common.events[rows])
    changed = replace(entry, settings={**entry.settings, setting: choice}) if setting else entry
    try:
        one = measured(ranked(changed, scene, months=months), common, share=share)
    except (BadSetting, CannotAnswer, EmptyTable) as reason:
        return Varied(entry.label, setting, str(choice), reason=str(reason).split("\n")[0])
    total = common.events.sum()
    captured = float(held(one).sum() / total)
    kept = float(np.nanmean(ground_shared(one.on_pieces, default.on_pieces, common.piece_km2)))
    ratios = _ratios(one, common, reference)
    return Varied(entry.label, setting, str(choice), captured, captured - float(held(plain).sum() / total), tuple(map(float, ratios)), kept)


def carried_to_all_months(rows: Sequence[Varied], found: Sequence[Measured], common: Common, *, reference: str) -> tuple[Varied, ...]:
    """What a reading changes on some months, carried to the figure of all months: shares by the difference, ratios by the quotient.

    A figure of few months differs from that of all months by the months alone. What a choice changes does so far less, for the
    default is run on the same few months. The default's own row becomes the figure of all months.

    Args:
        rows: what `varied` gave, the default's (no setting) of each system among them.
        found: each system over all months, the baseline first.
        common, reference: as in `varied`.
    """
    total, plain = common.events.sum(), held(found[0]).sum()
    whole = {one.name: (held(one).sum() / total, (held(one).sum() - plain) / total, _ratios(one, common, reference)) for one in found}
    first = {row.label: row for row in rows if not row.setting}
    out = []
    for row in rows:
        few, (captured, difference, ratios) = first[row.label], whole[row.label]
        if row.reason or few.reason:
            out.append(row)
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            changed = np.asarray(ratios) * np.asarray(row.ratios) / np.asarray(few.ratios)
        out.append(
            replace(
                row,
                captured=float(captured + row.captured - few.captured),
                difference=float(difference + row.difference - few.difference),
                ratios=tuple(map(float, changed)),
            )
        )
    return tuple(out)


def _ratios(one: Measured, common: Common, reference: str) -> NDArray[np.float64]:
    return exposure_ratio(common.residents, one.of_areas, reference=common.position(reference))


def in_processes(work: Sequence[Any], tell: Callable[[int, int], None]) -> list[Any]:
    """Many runs at once (joblib), in their order, with progress."""
    from joblib import Parallel

    out = []
    for one in Parallel(n_jobs=-1, return_as="generator")(work):
        out.append(one)
        tell(len(out), len(work))
    return out
