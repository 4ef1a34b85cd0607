"""What the English Indices of Deprivation of 2019 and 2025 share: one row an area, many columns.

The publisher's File 7 has a score, a rank and a decile for the whole index, for seven domains and
for parts of these; a known copy has shorter names. Both become one row a domain and area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tables.deprivation import DOMAINS
from ..tables.errors import BadValue
from ..tables.health import HealthNote, HealthReport, share_missing
from .card import SourceCard, Tidied
from .reading import Files, Shape, numbers, read_small

if TYPE_CHECKING:
    import pandas as pd

PUBLISHER = "Ministry of Housing, Communities and Local Government"
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0. Source: English Indices of Deprivation."
CARE = (
    "England only. Areas, not people: most poor people do not live in the poorest tenth. The crime domain is "
    "built from recorded crime: do not explain recorded crime by it, or by the whole index."
)
BASE = "https://assets.publishing.service.gov.uk"

# Wording found in stored code that reads the publisher's File 7, for 2019 and for 2025.
RANK, DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
PUBLISHED = {
    "overall": ("Index of Multiple Deprivation (IMD)", "Score"),
    "income": ("Income", "Score (rate)"),
    "employment": ("Employment", "Score (rate)"),
    "education": ("Education, Skills and Training", "Score"),
    "health": ("Health Deprivation and Disability", "Score"),
    "crime": ("Crime", "Score"),
    "housing": ("Barriers to Housing and Services", "Score"),
    "environment": ("Living Environment", "Score"),
}
"""Our domain -> the publisher's name and how it calls the score."""
PARTS = {
    "Income Deprivation Affecting Children Index (IDACI)": "Score (rate)",
    "Income Deprivation Affecting Older People (IDAOPI)": "Score (rate)",
    "Children and Young People Sub-domain": "Score",
    "Adult Skills Sub-domain": "Score",
    "Geographical Barriers Sub-domain": "Score",
    "Wider Barriers Sub-domain": "Score",
    "Indoors Sub-domain": "Score",
    "Outdoors Sub-domain": "Score",
}
"""Parts of domains: known, and left unread."""


def published_shape(*, code: str, others: tuple[str, ...]) -> Shape:
    """The publisher's File 7: every score, rank and decile."""
    read = {code: "area_code"}
    for domain, (name, score) in PUBLISHED.items():
        read |= {f"{name} {score}": f"{domain} score", f"{name} {RANK}": f"{domain} rank", f"{name} {DECILE}": f"{domain} decile"}
    unread = tuple(f"{name} {what}" for name, score in PARTS.items() for what in (score, RANK, DECILE))
    return Shape(name="File 7", read=read, unread=(*unread, *others))


def copied_shape(*, code: str, names: dict[str, str]) -> Shape:
    """A copy with short names such as `Income_decile`; it may have no scores."""
    measures = ("decile", "rank", "score")
    read = {code: "area_code"} | {f"{name}_{measure}": f"{domain} {measure}" for domain, name in names.items() for measure in measures}
    return Shape(name="copy with short names", read=read, may_lack=tuple(f"{name}_score" for name in names.values()))


def tidied(files: Files, *, card: SourceCard, shapes: tuple[Shape, ...], areas_in_england: int, engine: Any = None) -> Tidied:
    """Wide files as the table deprivation: one row a domain and area."""
    from ..tables.deprivation import TABLE

    frame, where, _ = read_small(files, shapes, title=card.title, engine=engine)
    _require_english(frame["area_code"], where)
    checked = TABLE.check(_long(frame, where), where=where)
    report = HealthReport("deprivation", f"{card.title}: {where}", len(frame))
    return Tidied(checked, report.with_notes(*_notes(checked, len(frame), areas_in_england, card.vintage)))


def _long(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for domain in DOMAINS:
        part = {"area_code": frame["area_code"], "domain": domain}
        for measure in ("rank", "decile", "score"):
            if f"{domain} {measure}" in frame.columns:
                part[measure] = numbers(frame[f"{domain} {measure}"], column=f"{domain} {measure}", where=where)
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True).sort_values(["area_code", "domain"], kind="stable").reset_index(drop=True)


def _require_english(codes: pd.Series, where: str) -> None:
    wrong = codes[~codes.astype("string").str.fullmatch(r"E01\d{6}").fillna(False)]
    if len(wrong):
        raise BadValue(
            f"{where}: {len(wrong):,} area codes are not of LSOAs in England, such as "
            f"{str(wrong.iloc[0])!r}. These indices are for England only; mend or remove the rows."
        )


def _notes(rows: pd.DataFrame, areas: int, areas_in_england: int, vintage: str) -> list[HealthNote]:
    year = vintage.removeprefix("lsoa-")
    notes = [
        HealthNote(
            "vintage",
            f"{areas:,} areas with {year} LSOA codes, {100 * areas / areas_in_england:.1f} % of England's {areas_in_england:,}.",
            "fine",
            areas / areas_in_england,
            "share",
        )
    ]
    if "score" not in rows.columns:
        return [*notes, HealthNote("missing", "This copy has no scores, only ranks and deciles.", "note")]
    return [*notes, share_missing(int(rows["score"].isna().sum()), len(rows), "score")]
