"""A made-up city in real British coordinates, written as files in the publishers' own shapes.

Testerham is six by six squares of 500 m, each an LSOA; Otherton lies next to it with six more. Most
violence is recorded around the middle, where most Black residents live, so an exposure ratio above one is planted.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

WEST_M, SOUTH_M, SIDE_M, ACROSS = 430_000.0, 280_000.0, 500.0, 6
TESTERHAM, OTHERTON = "E06000991", "E06000992"
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
FORCE = "testshire"
GROUPS = ("Asian", "Black", "Mixed", "Other", "White")
STREET = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type",
    "Last outcome category", "Context",
)  # fmt: skip
STOPS = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range", "Self-defined ethnicity",
    "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome", "Outcome linked to object of search",
    "Removal of more than just outer clothing",
)  # fmt: skip
KINDS = ("Violence and sexual offences", "Robbery", "Drugs", "Burglary", "Anti-social behaviour", "Shoplifting")
SAID = {
    "Asian": "Asian/Asian British - Indian",
    "Black": "Black/African/Caribbean/Black British - African",
    "Mixed": "Mixed/Multiple ethnic groups - White and Asian",
    "Other": "Other ethnic group - Arab",
    "White": "White - Irish",
}


def areas() -> gpd.GeoDataFrame:
    """The LSOAs of both places, in degrees, with the publisher's columns."""
    squares = [(column, row) for row in range(ACROSS) for column in range(ACROSS + 1)]
    here = [column < ACROSS for column, _ in squares]
    names = [f"{'Testerham' if inside else 'Otherton'} {number:03d}A" for number, inside in enumerate(here, start=1)]
    boxes = [shapely.box(WEST_M + c * SIDE_M, SOUTH_M + r * SIDE_M, WEST_M + (c + 1) * SIDE_M, SOUTH_M + (r + 1) * SIDE_M) for c, r in squares]
    table = {
        "FID": range(1, len(squares) + 1),
        "LSOA21CD": [f"E0104{number:04d}" for number in range(1, len(squares) + 1)],
        "LSOA21NM": names,
        "LADCD_ACTIVE": [TESTERHAM if inside else OTHERTON for inside in here],
    }
    return gpd.GeoDataFrame(table, geometry=boxes, crs="EPSG:27700").to_crs("EPSG:4326")


def residents() -> pd.DataFrame:
    """Residents by area, one column a group; the middle has most of the Black residents, and one area nobody at all."""
    frame = areas().to_crs("EPSG:27700")
    far_m = np.hypot(frame.centroid.x - (WEST_M + 1500), frame.centroid.y - (SOUTH_M + 1500))
    central = np.exp(-((far_m / 800) ** 2)).to_numpy()
    counts = {"Asian": 100 + 50 * central, "Black": 40 + 400 * central, "Mixed": np.full(len(frame), 40.0), "Other": np.full(len(frame), 30.0)}
    counts["White"] = 1300 - 500 * central
    table = pd.DataFrame({group: np.rint(number).astype(int) for group, number in counts.items()}).assign(area_code=frame["LSOA21CD"].to_numpy())
    table.loc[0, list(GROUPS)] = 0
    return table[["area_code", *GROUPS]]


def points(rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of recorded events: two in three near the middle, the rest anywhere in the city."""
    near = rng.random(number) < 2 / 3
    x_m = np.where(near, WEST_M + 1500 + rng.normal(0, 250, number), WEST_M + rng.uniform(0, ACROSS * SIDE_M, number))
    y_m = np.where(near, SOUTH_M + 1500 + rng.normal(0, 250, number), SOUTH_M + rng.uniform(0, ACROSS * SIDE_M, number))
    moved = gpd.GeoSeries(gpd.points_from_xy(np.round(x_m, -1), np.round(y_m, -1)), crs="EPSG:27700").to_crs("EPSG:4326")
    return moved.x.round(6).to_numpy(), moved.y.round(6).to_numpy()


def street(month: str, number: int = 220) -> pd.DataFrame:
    """One month of recorded crime, as police.uk publishes it."""
    rng = np.random.default_rng(int(month.replace("-", "")))
    longitude, latitude = points(rng, number)
    kinds = rng.choice(KINDS, number, p=[0.4, 0.1, 0.1, 0.1, 0.2, 0.1])
    names = [f"{int(rng.integers(2**60)):064x}" if kind != "Anti-social behaviour" else "" for kind in kinds]
    column = {"Crime ID": names, "Month": month, "Reported by": "Testshire Police", "Falls within": "Testshire Police", "Longitude": longitude}
    column |= {"Latitude": latitude, "Location": "On or near Test Street", "LSOA code": "E01040010", "LSOA name": "Testerham 010A", "Crime type": kinds}
    return pd.DataFrame({**column, "Last outcome category": "Under investigation", "Context": ""})[list(STREET)]


def stops(month: str, number: int = 200) -> pd.DataFrame:
    """One month of stops, as police.uk publishes them."""
    rng = np.random.default_rng(int(month.replace("-", "")) + 7)
    longitude, latitude = points(rng, number)
    group = rng.choice(GROUPS, number, p=[0.1, 0.3, 0.08, 0.07, 0.45])
    days = [f"{month}-{day:02d}T12:30:00+00:00" for day in rng.integers(1, 28, number)]
    outcome = rng.choice(["A no further action disposal", "Arrest", "Community resolution"], number, p=[0.7, 0.2, 0.1])
    column = {"Type": "Person search", "Date": days, "Part of a policing operation": "False", "Policing operation": "", "Latitude": latitude}
    column |= {"Longitude": longitude, "Gender": "Male", "Age range": "18-24", "Self-defined ethnicity": [SAID[one] for one in group]}
    column |= {"Officer-defined ethnicity": group, "Legislation": "Misuse of Drugs Act 1971 (section 23)", "Object of search": "Controlled drugs"}
    column |= {"Outcome": outcome, "Outcome linked to object of search": "True", "Removal of more than just outer clothing": "False"}
    return pd.DataFrame(column)[list(STOPS)]


def census_bulk() -> pd.DataFrame:
    """The census table as the publisher's bulk file: 19 groups and five sums."""
    from evenhand.sources.census_2021 import BULK
    from evenhand.sources.census_2021 import GROUPS as LABELS

    people = residents()
    columns = dict.fromkeys((*BULK.read, *BULK.unread), 0)
    table = pd.DataFrame(columns, index=range(len(people)))
    table["date"], table["geography"], table["geography code"] = 2021, people["area_code"], people["area_code"]
    for label, group in LABELS.items():
        table[f"Ethnic group: {label}"] = people[group]
    table["Ethnic group: Total: All usual residents"] = people[list(GROUPS)].sum(axis=1)
    return table


def imd_2025() -> pd.DataFrame:
    """The index of deprivation as the publisher's File 7."""
    from evenhand.sources.imd_2025 import SHAPES

    shape = next(shape for shape in SHAPES if shape.name == "File 7")
    codes = residents()["area_code"]
    table = pd.DataFrame(dict.fromkeys((*shape.read, *shape.unread), 1), index=range(len(codes)))
    order = np.arange(len(codes))
    for name, ours in shape.read.items():
        if ours == "area_code":
            table[name] = codes
        elif ours.endswith("decile"):
            table[name] = 1 + order % 10
        elif ours.endswith("rank"):
            table[name] = 1 + order
    return table


def write_archive(folder: Path, *, months: tuple[str, ...] = MONTHS, zipped: bool = False) -> Path:
    """The folder that unpacking a police.uk archive leaves: a folder a month, streets and stops side by side."""
    for month in months:
        (folder / month).mkdir(parents=True, exist_ok=True)
        for kind, table in (("street", street(month)), ("stop-and-search", stops(month))):
            path = folder / month / f"{month}-{FORCE}-{kind}.csv"
            if zipped:
                with gzip.open(f"{path}.gz", "wt", encoding="utf-8", newline="") as out:
                    table.to_csv(out, index=False)
            else:
                table.to_csv(path, index=False)
    return folder


def write_files(folder: Path) -> dict[str, Path]:
    """Every file of the city; table -> path."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {"recorded_crime": write_archive(folder / "archive"), "areas": folder / "lsoa21.geojson"}
    found |= {"residents": folder / "census2021-ts021-lsoa.csv", "deprivation": folder / "File_7_IoD2025.csv"}
    areas().to_file(found["areas"], driver="GeoJSON")
    census_bulk().to_csv(found["residents"], index=False, quoting=csv.QUOTE_MINIMAL)
    imd_2025().to_csv(found["deprivation"], index=False)
    return {**found, "stops": found["recorded_crime"]}


def declaration(files: dict[str, Path], **changes: object) -> dict[str, object]:
    """A study of the city that runs in seconds: few readings, few redraws."""
    return {
        "title": "Who lives where the harm spots would fall in Testerham?",
        "question": "Who lives there?",
        "place": {"name": "Testerham", "authority": TESTERHAM},
        "periods": {"learn": ["2024-01", "2024-03"], "test": ["2024-04", "2024-04"]},
        "tables": {name: {"path": str(path)} for name, path in files.items()},
        "readings": {"cell_m": [150, 250]},
        "replicates": 100,
        "seed": 3,
        **changes,
    }


def write_study(folder: Path, files: dict[str, Path], **changes: object) -> Path:
    """A folder with that study."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yml").write_text(yaml.safe_dump(declaration(files, **changes), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder
