"""LSOA boundaries of the 2021 census, England and Wales."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import lsoa_boundaries as shared
from . import open_geography
from .card import SourceCard, Tidied
from .reading import Files

if TYPE_CHECKING:
    from .fetching import Progress

CARD = SourceCard(
    slug="lsoa-2021-boundaries",
    title="LSOA boundaries, December 2021, generalised",
    publisher=shared.PUBLISHER,
    licence=shared.LICENCE,
    attribution=open_geography.ATTRIBUTION,
    table="areas",
    vintage="lsoa-2021",
    url="https://geoportal.statistics.gov.uk/",
    care=shared.CARE,
)

COLUMNS = shared.shape_of("21")
SHAPES = (COLUMNS,)
# The layer's name was found in stored copies of many projects.
LAYER = "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5"


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["LSOA21CD", "LSOA21NM", "geometry"])
        True
    """
    return COLUMNS.fits(columns)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """GeoParquet, GeoJSON, GeoPackage or (zipped) shapefile as the table areas, in metres.

    Args:
        files: one file or many.
        engine: not used: polygons are not the query engine's work.

    Raises:
        BadFile, MissingColumn, UnknownColumn, WrongCoordinates, BadValue, RepeatedKey, EmptyTable.
    """
    return shared.tidied(files, card=CARD, shape=COLUMNS)


def fetch(*, folder: Path | str, authorities: Sequence[str], progress: Progress | None = None, base: str = open_geography.BASE) -> list[Path]:
    """Fetch the boundaries within some local authorities, named by their codes of 2022 (E06000033 is Southend-on-Sea).

    Raises:
        FetchFailed: see fetching.py.
    """
    return shared.fetched("21", LAYER, folder=folder, authorities=authorities, progress=progress, base=base)
