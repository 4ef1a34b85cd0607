"""English Indices of Deprivation 2025, by 2021 LSOA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import indices_of_deprivation as shared
from .card import SourceCard, Tidied
from .reading import Files

if TYPE_CHECKING:
    from .fetching import Progress

CARD = SourceCard(
    slug="imd-2025",
    title="English Indices of Deprivation 2025",
    publisher=shared.PUBLISHER,
    licence=shared.LICENCE,
    attribution=shared.ATTRIBUTION,
    table="deprivation",
    vintage="lsoa-2021",
    url="https://www.gov.uk/government/statistics/english-indices-of-deprivation-2025",
    care=shared.CARE,
)

SHAPES = (
    shared.published_shape(
        code="LSOA code (2021)",
        others=(
            "LSOA name (2021)", "Local Authority District code (2024)", "Local Authority District name (2024)",
            # All found in stored code but the third, which is put together after its neighbours.
            "Total population: mid 2022",
            "Dependent Children aged 0-15: mid 2022",
            "Population aged 16-59: mid 2022",
            "Older population aged 60 and over: mid 2022",
            "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022",
        ),
    ),
    shared.copied_shape(
        code="lsoa21_code",
        names={
            "overall": "IMD", "income": "Income", "employment": "Employment", "education": "Education", "health": "Health",
            "crime": "Crime", "housing": "Housing_and_Services", "environment": "Environment",
        },
    ),
)  # fmt: skip

# Found in stored copies of many projects. The file was issued again after October 2025; this is the later issue.
ADDRESS = "/media/691ded56d140bbbaa59a2a7d/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source."""
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The publisher's File 7, or a known copy, as the table deprivation.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, RepeatedKey, EmptyTable.
    """
    return shared.tidied(files, card=CARD, shapes=SHAPES, areas_in_england=33_755, engine=engine)


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = shared.BASE) -> list[Path]:
    """Fetch the publisher's File 7 (CSV).

    Raises:
        FetchFailed: see fetching.py.
    """
    from .fetching import fetch_file

    return [fetch_file(base + ADDRESS, Path(folder) / Path(ADDRESS).name, progress=progress)]
