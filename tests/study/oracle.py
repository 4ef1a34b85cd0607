"""A shipped study computed over again, slowly: pandas for the files, pyproj and shapely for the ground, loops for the rest.

Nothing here calls the code it checks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

STUDIES = Path(__file__).resolve().parents[2] / "studies"
SPOTS = 20
HARM = {"Violence and sexual offences": 709.3, "Robbery": 746.0, "Drugs": 9.0}
GROUPS = {
    "Asian": "Asian, Asian British or Asian Welsh",
    "Black": "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed": "Mixed or Multiple ethnic groups",
    "Other": "Other ethnic group",
    "White": "White",
}
_METRES = Transformer.from_crs(4326, 27700, always_xy=True)


@dataclass(frozen=True)
class Slow:
    """One study's place, records and figures.

    Attributes:
        slug: the study.
        learn, test: first and last month.
        code, authority: names of the areas' code column, and the authority kept ("" for all).
        files: names of the data files.
        cell_m, bandwidth_m, shift, harm: readings: size of a cell, bandwidth, lines moved east and north in cells, weights by kind.
    """

    slug: str
    learn: tuple[str, str]
    test: tuple[str, str]
    code: str
    authority: str = ""
    files: dict[str, str] = field(default_factory=dict)
    cell_m: float = 150.0
    bandwidth_m: float = 150.0
    shift: tuple[float, float] = (0.0, 0.0)
    harm: dict[str, float] = field(default_factory=lambda: HARM)

    def _path(self, table: str) -> Path:
        return STUDIES / self.slug / "data" / self.files[table]

    @cached_property
    def areas(self) -> dict[str, shapely.Geometry]:
        """Polygons in metres by area code."""
        read = gpd.read_parquet(self._path("areas"))
        kept = read[read["LADCD_ACTIVE"] == self.authority] if self.authority else read
        moved = shapely.transform(kept.geometry.to_numpy(), lambda x, y: _METRES.transform(x, y), interleaved=False)
        return dict(sorted(zip(kept[self.code], moved, strict=True)))

    @cached_property
    def ground(self) -> dict[tuple[int, int], dict[str, float]]:
        """For each cell (row, column from the grid's origin), square metres of each area in it, by clipping."""
        found: dict[tuple[int, int], dict[str, float]] = {}
        for code, polygon in self.areas.items():
            shapely.prepare(polygon)
            west, south, east, north = polygon.bounds
            (low_row, low_column), (high_row, high_column) = self.cell_at(west, south), self.cell_at(east, north)
            for column in range(low_column, high_column + 1):
                for row in range(low_row, high_row + 1):
                    x, y = self.corner(row, column)
                    square = shapely.box(x, y, x + self.cell_m, y + self.cell_m)
                    shared = self.cell_m**2 if polygon.contains_properly(square) else polygon.intersection(square).area if polygon.intersects(square) else 0
                    if shared > 0:
                        found.setdefault((row, column), {})[code] = shared
        return found

    @cached_property
    def area_m2(self) -> dict[str, float]:
        """Ground of each area, added up from the clipped pieces."""
        total = dict.fromkeys(self.areas, 0.0)
        for pieces in self.ground.values():
            for code, shared in pieces.items():
                total[code] += shared
        return total

    def cell_at(self, x_m: float, y_m: float) -> tuple[int, int]:
        """Row and column of the cell a point falls in, counted from the grid's origin."""
        return math.floor(y_m / self.cell_m - self.shift[1]), math.floor(x_m / self.cell_m - self.shift[0])

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """A cell's south-western corner."""
        return (column + self.shift[0]) * self.cell_m, (row + self.shift[1]) * self.cell_m

    def cell_code(self, row: int, column: int) -> str:
        """A cell's code."""
        x, y = self.corner(row, column)
        return f"E{x:.0f}N{y:.0f}/{self.cell_m:g}"

    def area_at(self, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
        """Code of the first area that holds each point; None for none."""
        at = np.full(len(x_m), None, dtype=object)
        for code, polygon in self.areas.items():
            at[np.equal(at, None) & shapely.intersects_xy(polygon, x_m, y_m)] = code
        return at

    @cached_property
    def crime(self) -> pd.DataFrame:
        """Recorded violence, robbery and drug offences in the place, with metres."""
        rows = pd.read_parquet(self._path("crime"))
        rows = rows[rows["Crime type"].isin(self.harm) & rows["Longitude"].notna() & rows["Latitude"].notna()]
        x_m, y_m = _METRES.transform(rows["Longitude"].to_numpy(), rows["Latitude"].to_numpy())
        rows = pd.DataFrame({"month": rows["Month"].to_numpy(), "kind": rows["Crime type"].to_numpy(), "x_m": x_m, "y_m": y_m})
        return rows[~np.equal(self.area_at(x_m, y_m), None)]

    def months(self, span: tuple[str, str]) -> pd.DataFrame:
        return self.crime[(self.crime["month"] >= span[0]) & (self.crime["month"] <= span[1])]

    @cached_property
    def density(self) -> dict[tuple[int, int], float]:
        """Harm density at each cell's centre: quartic kernel times weight, summed over all crimes learnt from."""
        crimes = self.months(self.learn)
        x, y, weight = crimes["x_m"].to_numpy(), crimes["y_m"].to_numpy(), crimes["kind"].map(self.harm).to_numpy()
        found = {}
        for row, column in self.ground:
            west, south = self.corner(row, column)
            u2 = ((x - west - self.cell_m / 2) ** 2 + (y - south - self.cell_m / 2) ** 2) / self.bandwidth_m**2
            near = u2 < 1
            found[row, column] = float(np.sum(weight[near] * 3 / math.pi * (1 - u2[near]) ** 2) / self.bandwidth_m**2)
        return found

    @cached_property
    def counts(self) -> dict[tuple[int, int], int]:
        """Crimes learnt from in each cell."""
        return self._counted(self.learn)

    def _counted(self, span: tuple[str, str]) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        for x, y in self.months(span)[["x_m", "y_m"]].to_numpy():
            at = self.cell_at(x, y)
            found[at] = found.get(at, 0) + 1
        return found

    @staticmethod
    def top(scores: dict[tuple[int, int], float]) -> set[tuple[int, int]]:
        """The twenty highest; among equals the further south, then the further west."""
        return set(sorted((at for at in scores if scores[at] > 0), key=lambda at: (-scores[at], at))[:SPOTS])

    @cached_property
    def spots(self) -> dict[str, set[tuple[int, int]]]:
        return {"harm-spots": self.top(self.density), "count-map": self.top(self.counts)}

    def codes(self, system: str) -> set[str]:
        """Codes of a system's spots."""
        return {self.cell_code(*at) for at in self.spots[system]}

    @cached_property
    def residents(self) -> dict[str, dict[str, float]]:
        """People by area and group; Census 2021 codes are carried to those of 2011 where the areas are of 2011."""
        rows = pd.read_parquet(self._path("residents"))
        ours = {label: group for group, label in GROUPS.items()}
        found = {code: dict.fromkeys(GROUPS, 0.0) for code in self.areas}
        goes_to = self._parts()
        for code, label, number in zip(rows["lsoa21_code"], rows["ethnic_group"], rows["n"], strict=True):
            for end, share in goes_to.get(code, {}).items():
                found[end][ours[label]] += share * int(number)
        return found

    def _parts(self) -> dict[str, dict[str, float]]:
        """For each area of the census, the areas its people go to and in which shares: by ground, where there are several."""
        if "lookup" not in self.files:
            return {code: {code: 1.0} for code in self.areas}
        pairs = pd.read_parquet(self._path("lookup"))
        parts: dict[str, dict[str, float]] = {}
        for old, new in sorted(set(zip(pairs["lsoa11_code"], pairs["lsoa21_code"], strict=True))):
            parts.setdefault(new, {})[old] = self.areas[old].area
        return {new: {old: ground / sum(olds.values()) for old, ground in olds.items()} for new, olds in parts.items()}

    @cached_property
    def decile(self) -> dict[str, int]:
        rows = pd.read_parquet(self._path("deprivation"))
        return dict(zip(rows[self.files["deprivation code"]], rows["IMD_decile"].astype(int), strict=True))

    @cached_property
    def flagged_share(self) -> dict[str, float]:
        """Share of each area's ground in the harm spots."""
        flagged = dict.fromkeys(self.areas, 0.0)
        for at in self.spots["harm-spots"]:
            for code, shared in self.ground[at].items():
                flagged[code] += shared
        return {code: flagged[code] / self.area_m2[code] for code in self.areas}

    def exposed_share(self, group: str) -> float:
        there = sum(self.residents[code][group] * self.flagged_share[code] for code in self.areas)
        return there / sum(self.residents[code][group] for code in self.areas)

    def deprivation_exposed_share(self, decile: int) -> float | None:
        codes = [code for code in self.areas if self.decile[code] == decile]
        people = {code: sum(self.residents[code].values()) for code in codes}
        return sum(people[code] * self.flagged_share[code] for code in codes) / sum(people.values()) if codes else None

    def adjusted_ratio(self, group: str) -> float:
        """Mantel-Haenszel over deciles."""
        above = below = 0.0
        for decile in range(1, 11):
            codes = [code for code in self.areas if self.decile[code] == decile]
            n1, n0 = (sum(self.residents[code][name] for code in codes) for name in (group, "White"))
            a1, a0 = (sum(self.residents[code][name] * self.flagged_share[code] for code in codes) for name in (group, "White"))
            if n1 + n0 > 0:
                above, below = above + a1 * n0 / (n1 + n0), below + a0 * n1 / (n1 + n0)
        return above / below

    def captured_share(self, system: str) -> float:
        later = self._counted(self.test)
        return sum(number for at, number in later.items() if at in self.spots[system]) / sum(later.values())

    def harm_captured_share(self, system: str) -> float:
        caught = total = 0.0
        for x, y, kind in self.months(self.test)[["x_m", "y_m", "kind"]].itertuples(index=False):
            total += self.harm[kind]
            caught += self.harm[kind] if self.cell_at(x, y) in self.spots[system] else 0.0
        return caught / total

    def area_share(self, system: str) -> float:
        return sum(sum(self.ground[at].values()) for at in self.spots[system]) / sum(self.area_m2.values())

    def stops_per_1000(self, ethnicity: str) -> dict[str, float]:
        """Stops located in the place by group, per 1,000 residents; `ethnicity` is the publisher's column."""
        rows = pd.read_parquet(self._path("stops"))
        rows = rows[rows["Longitude"].notna() & rows["Latitude"].notna()]
        at = self.area_at(*_METRES.transform(rows["Longitude"].to_numpy(), rows["Latitude"].to_numpy()))
        rows = rows[~np.equal(at, None)]
        number = dict.fromkeys(GROUPS, 0)
        for said in rows[ethnicity]:
            if isinstance(said, str) and said and not said.endswith("Not stated"):
                number[said.split("/")[0].split(" ")[0]] += 1
        return {group: 1000 * number[group] / sum(self.residents[code][group] for code in self.areas) for group in GROUPS}


SOUTHEND = Slow(
    "southend-harm-spots", ("2024-01", "2024-02"), ("2024-03", "2024-03"), "LSOA21CD", "E06000033",
    {
        "areas": "lsoa21_southend_castle-point_rochford.geoparquet", "crime": "essex-street_2024-01_2024-03.parquet",
        "residents": "census2021-ethnicity-lsoa21.parquet", "deprivation": "imd2025-lsoa21.parquet", "deprivation code": "lsoa21_code",
        "stops": "essex-stop-and-search_2019-01_2020-12.parquet",
    },
)  # fmt: skip
BRISTOL = Slow(
    "bristol-harm-spots", ("2018-01", "2019-12"), ("2020-01", "2020-12"), "LSOA11CD", "",
    {
        "areas": "lsoa11_bristol.geoparquet", "crime": "bristol-street_2018-01_2020-12.parquet",
        "residents": "census2021-ethnicity-lsoa21.parquet", "deprivation": "imd2019-lsoa11.parquet", "deprivation code": "lsoa11_code",
        "stops": "avon-and-somerset-stop-and-search_2019-01_2020-12.parquet", "lookup": "lsoa11-lsoa21-lookup.parquet",
    },
)  # fmt: skip
