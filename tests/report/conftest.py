"""A made-up town with all that a report must cope with: nulls, a refusal, a guess, a hostile name, long names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPoint, Point, box

from evenhand.report.contents import ClaimChecked, Contents, Refusal, SourceUsed
from evenhand.systems.card import Card, Reading
from evenhand.tables.citation import Citation
from evenhand.tables.findings import Finding
from evenhand.tables.health import HealthNote, HealthReport

GROUPS = ("Asian", "Black", "Mixed", "Other", "White")
HOSTILE = '<script>alert("x")</script> & "Quay" \'s End'
CENSUS = "Census 2021, table TS021, Office for National Statistics"
CRIME = "Street-level recorded crime, Exampleshire, January to March 2024, data.police.uk"
STOPS = "Stop and search records, Exampleshire, 2019 to 2020, data.police.uk"
EVEN = "Residents are spread evenly over each area by assumption; spots are smaller than areas."
RECORDED = "Recorded crime is what police recorded."
PROSE = """# Why this study

The force *chose* its spots from [records](https://example.org/). <b>Not bold.</b> ![no](https://example.org/x.png)

| a | b |
|---|---|
| 1 | 2 |
"""
NULL = "spots fall without regard to who lives there, as clustered as they are (torus shift)"


def town(*, areas: int = 60, cells_a_side: int = 27, seed: int = 11) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Areas and cells of the made-up town."""
    rng = np.random.default_rng(seed)
    outline = shapely.union_all([Point(585_000, 185_500).buffer(2_600), Point(587_600, 185_000).buffer(1_900), Point(583_300, 186_000).buffer(1_500)])
    points = []
    while len(points) < areas:
        point = Point(rng.uniform(581_800, 589_500), rng.uniform(182_900, 188_100))
        if outline.contains(point):
            points.append(point)
    shapes = [shape.intersection(outline) for shape in shapely.voronoi_polygons(MultiPoint(points), extend_to=outline.buffer(500)).geoms]
    shapes = sorted((shape for shape in shapes if not shape.is_empty), key=lambda shape: (shape.centroid.x, shape.centroid.y))
    middle = np.array([[shape.centroid.x, shape.centroid.y] for shape in shapes])
    far = np.hypot(middle[:, 0] - 586_300, middle[:, 1] - 184_700) / 1_000
    black = np.clip(0.11 * np.exp(-far / 1.8) + rng.normal(0.012, 0.006, len(shapes)), 0.002, 0.4)
    others = {"Asian": np.clip(rng.normal(0.05, 0.02, len(shapes)), 0.01, 0.2), "Mixed": np.full(len(shapes), 0.03), "Other": np.full(len(shapes), 0.012)}
    frame = gpd.GeoDataFrame({"area_code": [f"E0199{number:04d}" for number in range(len(shapes))]}, geometry=shapes, crs="EPSG:27700")
    frame["area_name"] = [f"Exampleton-on-Sea {number + 1:03d}A" for number in range(len(shapes))]
    frame.loc[3, "area_name"] = HOSTILE
    frame.loc[4, "area_name"] = "Llanfair upon the Very Long Estuary with Saint Bartholomew without the Walls 014B"
    frame["residents"] = rng.integers(1_200, 2_100, len(shapes))
    frame["share_Black"] = black
    for group, share in others.items():
        frame[f"share_{group}"] = share
    frame["share_White"] = 1 - black - sum(others.values())
    frame["decile"] = pd.array(np.clip(np.rint(2 + 2.4 * far + rng.normal(0, 1.2, len(shapes))), 1, 10).astype(int), dtype="Int64")
    frame.loc[7, "decile"] = pd.NA
    return frame, squares(frame, outline, cells_a_side, rng)


def squares(areas: gpd.GeoDataFrame, outline: Any, a_side: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Cells over the town, the fullest flagged."""
    left, low, right, _ = outline.bounds
    step = (right - left) / a_side
    boxes = [box(left + i * step, low + j * step, left + (i + 1) * step, low + (j + 1) * step) for i in range(a_side) for j in range(a_side)]
    inside = [cell for cell in boxes if outline.contains(cell.centroid)]
    middle = np.array([[cell.centroid.x, cell.centroid.y] for cell in inside])
    far = np.hypot(middle[:, 0] - 586_300, middle[:, 1] - 184_700) / 1_000
    events = rng.poisson(9 * np.exp(-far / 1.1))
    cells = gpd.GeoDataFrame({"cell_code": [f"c{number:05d}" for number in range(len(inside))]}, geometry=inside, crs="EPSG:27700")
    cells["learn_events"], cells["learn_harm"] = events, events * 40.0 + rng.exponential(30, len(inside))
    cells["test_events"] = rng.poisson(5 * np.exp(-far / 1.1))
    cells["score"], cells["baseline_score"] = cells["learn_harm"] * rng.uniform(0.7, 1.3, len(inside)), events.astype(float)
    for name, score in (("is_flagged", "score"), ("is_baseline_flagged", "baseline_score")):
        cells[name] = cells[score].rank(method="first", ascending=False) <= 20
    cells["residents"] = areas["residents"].sum() / len(inside)
    for group in GROUPS:
        cells[f"residents_{group}"] = cells["residents"] * areas[f"share_{group}"].mean()
    return cells


def finding(question: str, measure: str, value: float | None, **more: Any) -> Finding:
    """A finding of the made-up town."""
    start = {
        "place": "Exampleton",
        "period": "2024-01 to 2024-02",
        "level": 0.95,
        "method": f"{measure.replace('_', ' ')}: made up for tests.",
        "source": f"{CENSUS}; {CRIME}",
    }
    return Finding(question=question, measure=measure, value=value, **{**start, **more})


def exposure_findings() -> list[Finding]:
    """Exposure by group and by deprivation."""
    ratios = {"Black": (2.073, 1.402, 2.911), "Asian": (1.21, 0.83, 1.66), "Mixed": (1.62, 1.18, 2.2), "Other": (None, None, None)}
    shares = {
        "Asian": (0.024, 0.017, 0.033, 4_900),
        "Black": (0.0412, 0.029, 0.057, 3_912),
        "Mixed": (0.032, 0.023, 0.043, 2_950),
        "Other": (0.003, None, None, 1_180),
        "White": (0.0199, 0.015, 0.026, 84_500),
    }
    swept = {"readings": {"low": 1.31, "high": 2.88, "n_readings": 27, "survives": True, "says": "In every reading the ratio is above 1."}}
    found = []
    for group, (value, low, high) in ratios.items():
        caveats = (EVEN, RECORDED) if value is not None else ("Too few residents of this group live in the place for a figure.",)
        more = {"p_value": 0.031, "null_model": NULL, "settings": swept} if group == "Black" else {}
        found.append(
            finding(
                "exposure",
                "exposure_ratio",
                value,
                group=group,
                reference="White",
                low=low,
                high=high,
                unit="ratio",
                n=shares[group][3],
                caveats=caveats,
                **more,
            )
        )
    for group, (value, low, high, n) in shares.items():
        found.append(finding("exposure", "exposed_share", value, group=group, low=low, high=high, unit="share", n=n, caveats=(EVEN,)))
        found.append(finding("exposure", "residents_in_flagged", value * n, group=group, unit="people", n=n, level=None))
    return found


def deprivation_findings() -> list[Finding]:
    """Exposure by deprivation, and by group at like deprivation."""
    found = []
    for decile in range(1, 11):
        top = 0.06 / decile
        low, high = (top * 0.6, top * 1.5) if decile < 9 else (0.0, top * 2)
        found.append(finding("exposure", "deprivation_exposed_share", top, group=f"decile {decile}", low=low, high=high, unit="share", n=9_000 + 100 * decile))
    found.append(
        finding("exposure", "deprivation_exposure_ratio", 3.4, group="deciles 1 to 3", reference="deciles 4 to 10", low=1.9, high=6.2, unit="ratio", n=31_000)
    )
    for band, value in (("deciles 1 to 3", 1.34), ("deciles 4 to 10", 0.88)):
        found.append(
            finding(
                "exposure",
                "exposure_ratio_within_deprivation",
                value,
                group=f"Black, {band}",
                reference=f"White, {band}",
                low=value * 0.7,
                high=value * 1.5,
                unit="ratio",
                n=1_900,
            )
        )
    found.append(finding("exposure", "deprivation_adjusted_exposure_ratio", 1.22, group="Black", reference="White", low=0.86, high=1.71, unit="ratio", n=3_912))
    return found


def accuracy_findings() -> list[Finding]:
    """Accuracy of both systems, and stability."""
    later = {"period": "2024-03", "source": CRIME, "caveats": (RECORDED,)}
    found = []
    for slug, crime, harm, any_share in (("harm-spots", 0.123, 0.181, 0.85), ("count-map", 0.139, 0.142, 0.95)):
        found.append(finding("accuracy", "crime_captured_share", crime, group=slug, low=crime - 0.018, high=crime + 0.019, unit="share", n=1_402, **later))
        found.append(finding("accuracy", "harm_captured_share", harm, group=slug, low=harm - 0.06, high=harm + 0.07, unit="share", n=1_402, **later))
        found.append(
            finding("accuracy", "spots_with_any_share", any_share, group=slug, low=any_share - 0.2, high=min(1, any_share + 0.08), unit="share", n=20, **later)
        )
        found.append(finding("accuracy", "area_share", 0.0262, group=slug, unit="share", n=600, level=None, source=CRIME))
        found.append(finding("accuracy", "pai", crime / 0.0262, group=slug, low=4.0, high=6.1, unit="ratio", n=1_402, **later))
    found.append(
        finding(
            "accuracy", "crime_captured_difference", -0.016, group="harm-spots", reference="count-map", low=-0.034, high=0.002, unit="share", n=1_402, **later
        )
    )
    found.append(finding("stability", "spots_resting_on_one_event", 7, group="harm-spots", unit="spots", n=20, level=None, source=CRIME))
    found.append(finding("stability", "spots_kept_share", 0.981, group="harm-spots", unit="share", n=20, level=None, source=CRIME))
    found.append(
        finding("stability", "spots_shared_with_baseline", 11, group="harm-spots", reference="count-map", unit="spots", n=20, level=None, source=CRIME)
    )
    return found


def disparity_findings() -> list[Finding]:
    """Stops by self-defined ethnicity; officer-defined for two groups only."""
    events = "Stops are events, not people: one person stopped ten times counts ten, so the interval is too narrow."
    found = []
    for field, ratios in (
        ("officer_defined_ethnicity", {"Black": 4.21, "Asian": 0.92}),
        ("self_defined_ethnicity", {"Black": 3.66, "Asian": 0.81, "Mixed": 1.9, "Other": 1.1}),
    ):
        for group, value in ratios.items():
            same = {
                "group": group,
                "reference": "White",
                "unit": "ratio",
                "period": "2019-01 to 2020-12",
                "source": STOPS,
                "settings": {"field": field},
                "caveats": (events,),
            }
            found.append(finding("disparity", "stop_rate_ratio", value, low=value * 0.86, high=value * 1.17, n=412, **same))
            found.append(finding("disparity", "stop_rate_ratio_bounds", None, low=value * 0.7, high=value * 2.3, n=287, **{**same, "level": None}))
        for group in ("White", *ratios):
            same = {"group": group, "period": "2019-01 to 2020-12", "source": STOPS, "settings": {"field": field}}
            rate = 24.1 * ratios.get(group, 1.0)
            found.append(finding("disparity", "stops_per_1000", rate, low=rate * 0.9, high=rate * 1.1, unit="per 1,000 residents", n=3_912, **same))
            found.append(finding("disparity", "no_further_action_share", 0.71, low=0.66, high=0.75, unit="share", n=412, **same))
    return found


def system_card() -> Card:
    """The audited system's card."""
    return Card(
        slug="harm-spots",
        title="Harm spots (Grip)",
        kind="place",
        operators=("exampleshire-police",),
        learns_from="recorded violence, robbery and drug offences, each weighted by harm",
        columns=("month", "longitude", "latitude", "category"),
        flags="20 squares of 150 m",
        horizon="one month",
        fidelity="close",
        sources=(
            Citation("Example & Sample (2023), Journal of Made-up Policing 1(1)", doi="10.1000/example"),
            Citation("Press notice of 2021", mark="recalled"),
        ),
        readings=(
            Reading(
                "bandwidth_m",
                "How far does one record reach?",
                150,
                (100, 150, 300, 550),
                "the published description says a 150 m area",
                "how far spots spread",
                "m",
            ),
            Reading(
                "kernel", "With which shape does its weight fall off?", "quartic", ("quartic", "uniform"), "the usual default of mapping software", "little"
            ),
            Reading(
                "harm_weights",
                "Which weights does harm take?",
                "chi_days",
                ("chi_days", "equal", "square_root"),
                "the paper names the index",
                "spots that rest on one event",
            ),
        ),
        not_rebuilt=("analysts’ choice by hand after the map", "records from the command and control system"),
        next_review="2027-01",
    )


READINGS = [
    ("bandwidth_m", 150, True, 2.073, 0.123, 20),
    ("bandwidth_m", 100, False, 1.71, 0.119, 14),
    ("bandwidth_m", 300, False, 2.4, 0.128, 13),
    ("bandwidth_m", 550, False, 2.88, 0.131, 9),
]
READINGS += [("kernel", "quartic", True, 2.073, 0.123, 20), ("kernel", "uniform", False, 2.1, 0.121, 17)]
READINGS += [
    ("harm_weights", "chi_days", True, 2.073, 0.123, 20),
    ("harm_weights", "equal", False, 1.31, 0.138, 10),
    ("harm_weights", "square_root", False, None, 0.13, 15),
]
HEALTH = (
    HealthReport(
        "recorded_crime",
        "data.police.uk",
        4_658,
        (HealthNote("missing", "91 of 4,658 rows (2.0 %) have no location.", "note"), HealthNote("months", "All 3 months are there.", "fine")),
    ),
    HealthReport(
        "stops",
        "data.police.uk",
        39_403,
        (
            HealthNote("missing", "2,589 of 39,403 rows (6.6 %) have no officer-defined ethnicity.", "warn", 0.066, "share"),
            HealthNote("vintage", "Officer-defined ethnicity holds two values only.", "refuse", blocks=("disparity",)),
        ),
    ),
)


SOURCES = (
    SourceUsed(
        "recorded_crime",
        "Street-level recorded crime",
        "data.police.uk",
        "Open Government Licence v3.0",
        "Contains public sector information licensed under the Open Government Licence v3.0.",
        "Points are moved to the nearest published map point.",
        ("exampleshire_2024-01_2024-03.parquet",),
        ("4d77c2fad71bb0f7784672c710bdf19e661ea978dba56f586e7ef9529efc2e7e",),
        4_658,
    ),
)


def claims(nearest: Finding) -> tuple[ClaimChecked, ...]:
    """Two published claims, one of them without a figure."""
    return (
        ClaimChecked(
            "A fifth of violence falls in 20 spots.",
            "The force’s press notice, 2021",
            20.0,
            "%",
            nearest,
            "Different crimes and months: only the order of size compares.",
        ),
        ClaimChecked("Patrols were fair.", "A spokesperson", None, "", None, "A claim in words; nothing here measures it."),
    )


def made_up(**changes: Any) -> Contents:
    """The made-up town's report; changes replace fields."""
    areas, cells = town()
    found = (*exposure_findings(), *deprivation_findings(), *accuracy_findings(), *disparity_findings())
    made = Contents(
        slug="exampleton-harm-spots",
        title="Who lives where the harm spots fall in Exampleton",
        question="If Exampleton’s harm spots are rebuilt from open records, who lives inside them, and do they foresee recorded crime better than counting?",
        place="Exampleton",
        periods={"learn": ("2024-01", "2024-02"), "test": ("2024-03", "2024-03")},
        group="Black",
        reference="White",
        groups=GROUPS,
        findings=found,
        areas=areas,
        cells=cells,
        readings=pd.DataFrame(READINGS, columns=["setting", "choice", "is_default", "exposure_ratio", "crime_captured_share", "spots_shared"]),
        health=HEALTH,
        refused=(
            Refusal(
                "disparity:officer_defined_ethnicity",
                "Officer-defined ethnicity holds only two of five values in this force’s file, so rates by group would be wrong.",
            ),
        ),
        card=system_card(),
        baseline_card=Card(
            "count-map", "Count map", "place", (), "recorded crime", ("month", "longitude", "latitude"), "20 squares of 150 m", "one month", "exact", ()
        ),
        settings={"system": {"cell_m": 150, "top": 20}, "seed": 7},
        claims=claims(found[0]),
        sources=SOURCES,
        prose=PROSE,
        limits=("It cannot show who was stopped in the spots.", "Census groups are five broad ones; Black African and Caribbean residents are not told apart."),
        notes={"disparity": ("Stops are from 2019 and 2020, crimes from 2024: they describe different years.",)},
        manifest={"evenhand": "0.1.0", "seed": 7, "duration_s": 11.2, "inputs": {"crime": "4d77"}},
    )
    return replace(made, **changes)


@pytest.fixture(scope="session")
def contents() -> Contents:
    """The made-up town's report."""
    return made_up()


@pytest.fixture(scope="session")
def made():
    """A function that makes the made-up town's report with some fields replaced."""
    return made_up


@pytest.fixture(scope="session")
def one():
    """A function that makes one finding."""
    return finding
