"""A made-up town whose disparities are known, because they were put there: files in the published shapes.

The town lies in the North Sea, where nobody lives. What is planted holds exactly, not on average:

- twenty cells of 150 m hold more violence than any other, so a harm-spot method must pick those;
- Black residents live on that ground `exposure_ratio` times as often as White residents; all other groups exactly as often;
- a fixed share of the later violence falls there;
- Black residents are stopped `stop_rate_ratio` times as often, per head; all other groups exactly as often;
- deprivation falls from west to east, laid out without regard to any of it;
- what stands there and what police note, for systems that read it: see made_up_surroundings.py.

With both ratios 1 there is no disparity to find, though neighbourhoods still differ. One in ten stops
has no self-defined ethnicity, some have no location and some took place elsewhere, as in real files.

Steps, in order:  areas -> which are hot -> residents -> crimes -> stops -> surroundings -> files
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from . import made_up_surroundings as around

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL_M, AREA_M = 150.0, 500.0
SOUTH_WEST_M = (600_040.0, 420_070.0)
COLUMNS, ROWS = 12, 10
HOT = 20
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
"""The last is for testing."""
GROUPS = ("Asian", "Black", "Mixed", "Other", "White")
PER_AREA = {"Asian": 60, "Black": 40, "Mixed": 40, "Other": 20, "White": 1000}
VIOLENCE = ("Violence and sexual offences", "Robbery", "Drugs")
OTHER_CRIME = ("Anti-social behaviour", "Burglary", "Criminal damage and arson", "Public order", "Shoplifting", "Vehicle crime")
HOT_CRIMES, COLD_CRIMES, OTHER_CRIMES = 6, 180, 60
"""A month's crimes: violence in each hot cell, violence elsewhere, and crimes of other kinds."""
STOPS_PER_1000 = 5
SELF_DEFINED = {
    "Asian": "Asian/Asian British - Indian",
    "Black": "Black/African/Caribbean/Black British - African",
    "Mixed": "Mixed/Multiple ethnic groups - White and Black Caribbean",
    "Other": "Other ethnic group - Any other ethnic group",
    "White": "White - English/Welsh/Scottish/Northern Irish/British",
}
NOT_STATED = "Other ethnic group - Not stated"
STREET = ("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type",
          "Last outcome category", "Context")  # fmt: skip
STOPS = ("Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range", "Self-defined ethnicity",
         "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome", "Outcome linked to object of search",
         "Removal of more than just outer clothing")  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """What a study of the town must find.

    Attributes:
        exposure_ratio: of Black residents, against White; every other group's is 1.
        stop_rate_ratio: the same for stops per head, by either ethnicity field.
        captured_share: share of the last month's violence that falls in the hot cells.
        spots: codes of the hot cells, as a grid of 150 m gives them.
        watched: codes of the cells with intelligence reports and no recorded crime.
    """

    exposure_ratio: float
    stop_rate_ratio: float
    captured_share: float
    spots: tuple[str, ...]
    watched: tuple[str, ...]


@dataclass(frozen=True)
class _Town:
    """South-western corners of the areas, which of them are hot, and the centre of each area's cell."""

    corners: NDArray[np.float64]
    is_hot: NDArray[np.bool_]
    centres: NDArray[np.float64]

    @property
    def codes(self) -> list[str]:
        """Codes of the areas."""
        return [f"M{number:03d}" for number in range(1, len(self.corners) + 1)]


def write(folder: Path | str, *, seed: int = 1, exposure_ratio: float = 3.0, stop_rate_ratio: float = 4.0) -> Planted:
    """Write the town's nine files into a folder, and say what is planted in them.

    Args:
        folder: where to; made if it is not there.
        seed: of all that is left to chance.
        exposure_ratio: at least 0 and below 5, in tenths.
        stop_rate_ratio: at least 0.5, in halves.

    Returns:
        What a study of these files must find.

    Raises:
        BadSetting: a ratio that whole people cannot make.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     planted = write(folder, exposure_ratio=2.0)
        >>> planted.exposure_ratio, planted.captured_share, len(planted.spots)
        (2.0, 0.4, 20)
    """
    if not (0 <= exposure_ratio < 5 and _is_whole(10 * exposure_ratio)):
        raise BadSetting(f"exposure_ratio={exposure_ratio!r} cannot be planted; give tenths from 0 to 4.9, such as 3.0.")
    if not (stop_rate_ratio >= 0.5 and _is_whole(2 * stop_rate_ratio)):
        raise BadSetting(f"stop_rate_ratio={stop_rate_ratio!r} cannot be planted; give halves from 0.5, such as 4.0.")
    rng, out = np.random.default_rng(seed), Path(folder)
    town = _town(rng)
    residents = _residents(town, exposure_ratio, rng)
    out.mkdir(parents=True, exist_ok=True)
    (out / "areas.geojson").write_text(_areas(town), encoding="utf-8")
    _csv(out / "residents.csv", ("area_code", *GROUPS), ((code, *row) for code, row in zip(town.codes, residents.tolist(), strict=True)))
    _csv(out / "deprivation.csv", ("area_code", "domain", "rank", "decile"), _deprivation(town))
    crimes, stops = list(_crimes(town, rng)), list(_stops(town, residents, stop_rate_ratio, rng))
    _csv(out / "street.csv", STREET, crimes)
    _csv(out / "stop-and-search.csv", STOPS, stops)
    watched = _surroundings(town, crimes, stops, out, np.random.default_rng([seed, 1]))  # draws of its own: the files above stay as they were
    captured_share = HOT * HOT_CRIMES / (HOT * HOT_CRIMES + COLD_CRIMES)
    return Planted(exposure_ratio, stop_rate_ratio, captured_share, _cell_codes(town.centres[town.is_hot]), _cell_codes(town.centres[watched]))


def _town(rng: np.random.Generator) -> _Town:
    """A hundred square areas; the sea has taken two corners. Hot areas lie round two centres."""
    at = np.array([(column, row) for row in range(ROWS) for column in range(COLUMNS)])
    inland = (at.sum(axis=1) >= 4) & ((COLUMNS - 1 - at[:, 0]) + (ROWS - 1 - at[:, 1]) >= 4)
    at = at[inland]
    corners = np.array(SOUTH_WEST_M) + at * AREA_M
    # A cell that lies wholly within the area, since lines of the grid stand at whole multiples of its size.
    centres = (np.ceil(corners / CELL_M) + rng.integers(0, 2, corners.shape) + 0.5) * CELL_M
    away = np.minimum(*(np.hypot(*(at - middle).T) for middle in ((3, 6), (8, 3)))) + rng.uniform(0, 3, len(at))
    is_hot = np.zeros(len(at), dtype=bool)
    is_hot[np.argsort(away, kind="stable")[:HOT]] = True
    return _Town(corners, is_hot, centres)


def _residents(town: _Town, exposure_ratio: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """People by area and group. What one area has more, another of its kind has less, so that the ratio stays exact."""
    found = np.zeros((len(town.corners), len(GROUPS)), dtype=np.int64)
    for column, group in enumerate(GROUPS):
        ratio = exposure_ratio if group == "Black" else 1.0
        base, cold = PER_AREA[group], len(town.corners) - HOT
        in_hot = round(base * ratio)
        in_cold = round((base * len(town.corners) - in_hot * HOT) / cold)
        for kind, number in ((town.is_hot, in_hot), (~town.is_hot, in_cold)):
            more = rng.integers(0, number // 3 + 1, int(kind.sum()) // 2)
            found[kind, column] = number + rng.permutation(np.concatenate([more, -more]))
    return found


def _deprivation(town: _Town) -> Iterable[tuple[object, ...]]:
    order = np.lexsort((town.corners[:, 1], town.corners[:, 0]))
    for rank, area in enumerate(order, start=1):
        yield town.codes[area], "overall", rank, 1 + (rank - 1) * 10 // len(order)


def _crimes(town: _Town, rng: np.random.Generator) -> Iterable[tuple[object, ...]]:
    """Violence at three map points of each hot cell, and at points all over the town that keep away from those."""
    hot = town.centres[town.is_hot][:, None] + rng.uniform(-15, 15, (HOT, 3, 2))
    cold = _away_from(town.centres[town.is_hot], _within(town, 900, rng))[:300]
    for month in MONTHS:
        points = np.concatenate([hot[:, rng.integers(0, 3, HOT_CRIMES)].reshape(-1, 2), cold[rng.integers(0, len(cold), COLD_CRIMES)]])
        kinds = rng.choice(VIOLENCE, len(points), p=[0.9, 0.05, 0.05])
        kinds[: HOT * HOT_CRIMES] = VIOLENCE[0]
        others = cold[rng.integers(0, len(cold), OTHER_CRIMES)]
        longitude, latitude = _degrees(np.concatenate([points, others]))
        for number, kind in enumerate([*kinds, *rng.choice(OTHER_CRIME, OTHER_CRIMES)]):
            where = (f"{longitude[number]:.6f}", f"{latitude[number]:.6f}", "On or near Nowhere Street")
            yield ("", month, "Made-up Police", "Made-up Police", *where, "", "", kind, "Under investigation", "")


def _stops(town: _Town, residents: NDArray[np.int64], stop_rate_ratio: float, rng: np.random.Generator) -> Iterable[tuple[object, ...]]:
    """Stops at exactly the rates planted; then 40 without a location and 40 in another town."""
    points = _within(town, 400, rng)
    rows = []
    for column, group in enumerate(GROUPS):
        number = round(int(residents[:, column].sum()) * STOPS_PER_1000 * (stop_rate_ratio if group == "Black" else 1) / 1000)
        said = [NOT_STATED] * (number // 10) + [SELF_DEFINED[group]] * (number - number // 10)
        rows += [(group, self_defined, points[rng.integers(len(points))]) for self_defined in said]
    for i in range(80):
        group = GROUPS[rng.integers(len(GROUPS))]
        rows.append((group, SELF_DEFINED[group], np.array([np.nan, np.nan]) if i < 40 else np.array(SOUTH_WEST_M) + rng.uniform(20_000, 21_000, 2)))
    longitude, latitude = _degrees(np.array([point for *_, point in rows]))
    for number in rng.permutation(len(rows)):
        group, self_defined, _ = rows[number]
        where = ("", "") if np.isnan(longitude[number]) else (f"{latitude[number]:.6f}", f"{longitude[number]:.6f}")
        when = f"{MONTHS[rng.integers(len(MONTHS))]}-{rng.integers(1, 29):02d}T{rng.integers(8, 23):02d}:00:00+00:00"
        outcome = "Arrest" if rng.random() < 0.2 else "A no further action disposal"
        age = ("10-17", "18-24", "25-34", "over 34")[rng.integers(4)]
        who = ("Male" if rng.random() < 0.8 else "Female", age, self_defined, group)
        yield ("Person search", when, "False", "", *where, *who, "Misuse of Drugs Act 1971 (section 23)", "Controlled drugs", outcome, "False", "False")


def _surroundings(town: _Town, crimes: list[tuple[object, ...]], stops: list[tuple[object, ...]], out: Path, rng: np.random.Generator) -> NDArray[np.int64]:
    """Write what stands there and what police note, and say which areas are watched."""
    hot, anywhere = town.centres[town.is_hot], _within(town, 900, rng)
    watched = around.watched_areas(town.centres, town.is_hot, _metres([(row[4], row[5]) for row in crimes]), rng)
    kinds, points = around.features(hot, anywhere, _away_from(hot, anywhere), rng)
    longitude, latitude = _degrees(points)
    _csv(out / "features.csv", ("feature_type", "longitude", "latitude"), zip(kinds, map(_said, longitude), map(_said, latitude), strict=True))
    _csv(out / "area-features.csv", ("area_code", "feature_type", "features"), around.counted_by_area(town.codes, _area_of(town, points), kinds))
    elsewhere = _away_from(np.concatenate([hot, town.centres[watched]]), anywhere)
    rows, points = around.activity(MONTHS, hot, town.centres[watched], elsewhere, rng)
    longitude, latitude = _degrees(points)
    noted: Counter[tuple[str, ...]] = Counter()
    for (month, kind, events), x, y in zip(rows, longitude, latitude, strict=True):
        noted[month, kind, _said(x), _said(y)] += events
    noted.update((str(row[1])[:7], "stop-search", str(row[5]), str(row[4])) for row in stops if row[4])
    _csv(out / "police-activity.csv", ("month", "activity", "longitude", "latitude", "events"), [(*key, events) for key, events in sorted(noted.items())])
    _csv(out / "deprivation-parts.csv", ("area_code", "domain", "rank", "decile"), around.deprivation_parts(town.codes, town.corners, rng))
    return watched


def _area_of(town: _Town, points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which area each point lies in."""
    inside = ((points[:, None] >= town.corners) & (points[:, None] < town.corners + AREA_M)).all(axis=2)
    return np.asarray(inside.argmax(axis=1))


def _cell_codes(centres: NDArray[np.float64]) -> tuple[str, ...]:
    return tuple(f"E{x:.0f}N{y:.0f}/{CELL_M:g}" for x, y in centres - CELL_M / 2)


def _areas(town: _Town) -> str:
    """GeoJSON in British National Grid metres, and it says so, so that no ground is lost to rounding."""
    features = []
    for code, (x, y) in zip(town.codes, town.corners.tolist(), strict=True):
        ring = [[x, y], [x + AREA_M, y], [x + AREA_M, y + AREA_M], [x, y + AREA_M], [x, y]]
        properties = {"area_code": code, "area_name": f"Nowhere {code[1:]}", "authority_code": "M99"}
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    lines = ",\n".join(json.dumps(feature) for feature in features)
    return f'{{"type": "FeatureCollection", "name": "areas", "crs": {json.dumps(crs)}, "features": [\n{lines}\n]}}\n'


def _within(town: _Town, number: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Points spread over the town, 20 m from every border: degrees are good to some 5 m, and none must be carried across."""
    return np.asarray(town.corners[rng.integers(0, len(town.corners), number)] + rng.uniform(20, AREA_M - 20, (number, 2)))


def _away_from(centres: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points further from every centre than a kernel of 150 m reaches."""
    apart = np.hypot(*np.moveaxis(points[:, None] - centres[None], 2, 0)).min(axis=1)
    return np.asarray(points[apart > 1.2 * CELL_M])


def _degrees(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from pyproj import Transformer

    known = np.isfinite(points).all(axis=1)
    degrees = np.full((2, len(points)), np.nan)
    degrees[:, known] = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True).transform(*points[known].T)
    return degrees[0], degrees[1]


def _metres(degrees: list[tuple[object, ...]]) -> NDArray[np.float64]:
    from pyproj import Transformer

    longitude, latitude = np.array(degrees, dtype=float).T
    return np.column_stack(Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True).transform(longitude, latitude))


def _said(degree: float) -> str:
    return f"{degree:.6f}"


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-9
