"""Asking the ONS Open Geography service (ArcGIS feature layers): counted first, then page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..tables.errors import BadSetting, FetchFailed
from .fetching import Progress, fetch_json

BASE = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
"""Found in stored copies of many projects."""
LOOKUP_LAYER = "LSOA11_LSOA21_LAD22_EW_LU_v5"
"""Exact-fit lookup 2011 to 2021, with the change indicator: found in a stored copy of the portal's own entry."""
ATTRIBUTION = "Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and database right."
PAGE = 1000
CODES_AT_ONCE = 100
"""Codes named in one question: more would make its address too long for the service."""


def features(base: str, layer: str, *, where: str, fields: Sequence[str], polygons: bool, progress: Progress | None = None) -> list[dict[str, Any]]:
    """All features of a layer that a condition holds for.

    Args:
        base: the service's address.
        layer: the layer's name.
        where: the condition, in the service's language.
        fields: columns wanted; the first is also the order.
        polygons: GeoJSON features in British National Grid metres, else plain rows.
        progress: told of the features so far and their number.

    Raises:
        FetchFailed: see fetching.py; or the service gave another number than it counted.
    """
    address = f"{base}/{layer}/FeatureServer/0/query"
    expected = int(_answer(address, {"where": where, "returnCountOnly": "true", "f": "json"})["count"])
    asked = {"where": where, "outFields": ",".join(fields), "orderByFields": fields[0], "resultRecordCount": str(PAGE)}
    asked |= {"f": "geojson", "outSR": "27700", "returnGeometry": "true"} if polygons else {"f": "json", "returnGeometry": "false"}
    found: list[dict[str, Any]] = []
    while len(found) < expected:
        page = _answer(address, {**asked, "resultOffset": str(len(found))}).get("features", [])
        if not page:  # some layers give fewer than asked for, so only an empty page is an end
            break
        found += page
        if progress:
            progress(len(found), expected)
    if len(found) != expected:
        raise FetchFailed(f"{address} counted {expected:,} features and gave {len(found):,}. Run the same command again.")
    return found


def _answer(address: str, asked: dict[str, str]) -> dict[str, Any]:
    answer = fetch_json(address, asked)
    # The service tells of its errors in the body of an ordinary answer.
    if not isinstance(answer, dict) or "error" in answer:
        told = answer.get("error", {}).get("message", "no reason given") if isinstance(answer, dict) else "no reason given"
        raise FetchFailed(f"{address} refused the question: {told}.\nThe layer may have been renamed: fetch it by hand from the Open Geography portal.")
    return answer


def one_of(column: str, values: Sequence[str]) -> str:
    """A condition: the column holds one of these codes.

    Example:
        >>> one_of("LAD22CD", ["E06000033"])
        "LAD22CD IN ('E06000033')"
    """
    bad = [value for value in values if not value.isalnum()]
    if bad or not values:
        raise BadSetting(f"{bad or 'An empty list'} is no area code. Codes look like E06000033.")
    return f"{column} IN ({','.join(repr(value) for value in values)})"


def lookup_rows(base: str, authorities: Sequence[str] | None) -> list[dict[str, Any]]:
    """Rows of the lookup, for some local authorities (2022 codes) or for all.

    Raises:
        FetchFailed: see fetching.py; or the lookup knows none of these authorities.
    """
    fields = ("LSOA21CD", "LSOA11CD", "LSOA11NM", "CHGIND", "LSOA21NM", "LAD22CD", "LAD22NM")
    where = "1=1" if authorities is None else one_of("LAD22CD", authorities)
    rows = [feature["attributes"] for feature in features(base, LOOKUP_LAYER, where=where, fields=fields, polygons=False)]
    if not rows:
        raise FetchFailed(
            f"The lookup has no areas in {', '.join(authorities or [])}.\nGive local authorities by their codes of 2022, such as E06000033 for Southend-on-Sea."
        )
    return rows
