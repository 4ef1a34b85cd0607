"""Everything a study leaves behind, as names and bytes, so that the conductor can write all of it or none.

report.html and findings.json are for readers and machines; tables/*.csv hold what each
picture shows; maps/*.geojson hold areas and cells in WGS84, rounded to 6 decimals (about 10 cm).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..tables.findings import as_json
from .page import render
from .pictures import all_pictures

if TYPE_CHECKING:
    import geopandas as gpd

    from .contents import Contents

DECIMALS = 6
CELL_COLUMNS = ("cell_code", "score", "is_flagged", "baseline_score", "is_baseline_flagged", "learn_events", "learn_harm", "test_events", "residents")
"""What maps/cells.geojson holds. Residents by group are left out: apportioned to a cell they are fractions of people."""


def files_of(contents: Contents) -> dict[str, bytes]:
    """All files by their name under the output folder; the same contents give the same bytes."""
    files = {"report.html": render(contents).encode(), "findings.json": as_json(contents.findings).encode()}
    for picture in all_pictures(contents):
        files[f"tables/{picture.slug}.csv"] = picture.table.to_csv(index=False, lineterminator="\n").encode()
    if contents.areas is not None and len(contents.areas):
        files["maps/areas.geojson"] = geojson(contents.areas).encode()
    if contents.cells is not None and len(contents.cells):
        kept = [name for name in CELL_COLUMNS if name in contents.cells]
        files["maps/cells.geojson"] = geojson(contents.cells[[*kept, "geometry"]]).encode()
    files["manifest.json"] = (json.dumps(contents.manifest, indent=1, ensure_ascii=False, default=str) + "\n").encode()
    return files


def geojson(frame: gpd.GeoDataFrame) -> str:
    """A GeoJSON collection in WGS84, as RFC 7946 wants it: one feature a line."""
    import shapely

    degrees = frame.to_crs("EPSG:4326")
    shapes = shapely.to_geojson(shapely.transform(degrees.geometry.to_numpy(), lambda points: points.round(DECIMALS)))
    columns = [name for name in frame.columns if name != frame.geometry.name]
    rows = frame[columns].astype(object).to_numpy().tolist()
    said = (json.dumps(dict(zip(columns, map(_plain, row), strict=True)), ensure_ascii=False, allow_nan=False) for row in rows)
    lines = [f'{{"type":"Feature","properties":{properties},"geometry":{shape}}}' for properties, shape in zip(said, shapes, strict=True)]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _plain(value: Any) -> Any:
    """A value as JSON knows it; what is missing is null."""
    import pandas as pd

    if value is None or value is pd.NA or value != value:
        return None
    if hasattr(value, "item"):
        value = value.item()
    return round(value, 9) if isinstance(value, float) else value
