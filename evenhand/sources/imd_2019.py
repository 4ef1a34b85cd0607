"""English Indices of Deprivation 2019, by 2011 LSOA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import indices_of_deprivation as shared
from .card import SourceCard, Tidied
from .reading import Files

if TYPE_CHECKING:
    from .fetching import Progress

CARD = SourceCard(
    slug="imd-2019",
    title="English Indices of Deprivation 2019",
    publisher=shared.PUBLISHER,
    licence=shared.LICENCE,
    attribution=shared.ATTRIBUTION,
    table="deprivation",
    vintage="lsoa-2011",
    url="https://www.gov.uk/government/statistics/english-indices-of-deprivation-2019",
    care=shared.CARE,
)

SHAPES = (
    shared.published_shape(
        code="LSOA code (2011)",
        others=(
            "LSOA name (2011)", "Local Authority District code (2019)", "Local Authority District name (2019)",
            "Total population: mid 2015 (excluding prisoners)",
            "Dependent Children aged 0-15: mid 2015 (excluding prisoners)",
            "Population aged 16-59: mid 2015 (excluding prisoners)",
            "Older population aged 60 and over: mid 2015 (excluding prisoners)",
            "Working age population 18-59/64: for use with Employment Deprivation Domain (excluding prisoners)",
        ),
    ),
    shared.copied_shape(
        code="lsoa11_code",
        names={
            "overall": "IMD", "income": "Income", "employment": "Employment", "education": "Education", "health": "Health",
            "crime": "Crime", "housing": "Housing_and_Access", "environment": "Environment",
        },
    ),
)  # fmt: skip

# Found in stored copies of several projects.
ADDRESS = "/media/5dc407b440f0b6379a7acc8d/File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv"


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source."""
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The publisher's File 7, or a known copy, as the table deprivation.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, RepeatedKey, EmptyTable.
    """
    return shared.tidied(files, card=CARD, shapes=SHAPES, areas_in_england=32_844, engine=engine)


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = shared.BASE) -> list[Path]:
    """Fetch the publisher's File 7 (CSV).

    Raises:
        FetchFailed: see fetching.py.
    """
    from .fetching import fetch_file

    return [fetch_file(base + ADDRESS, Path(folder) / Path(ADDRESS).name, progress=progress)]
