"""Tables as the page shows them: printed numbers, with the exact number kept beside each for checking.

A cell carries its text and, where it is a number, the full-precision value (`data-value` in the page),
so that what is printed can be held against `findings.json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .measures import FIELDS, field_of, measure_of, told_apart
from .numbers import HARD, denominator_of, figure, interval_of, level_of, p_of, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from ..tables.findings import Finding
    from .contents import ClaimChecked, Contents
    from .picture import Picture

LONG = 30
"""From this many rows a table is set small in print."""

HEADINGS = {
    "class": ("Class", ""),
    "areas": ("Areas", "people"),
    "residents": ("Residents", "people"),
    "flagged_spots": ("Flagged spots", "spots"),
    "count_map_spots": ("Count map’s spots", "spots"),
    "area_code": ("Code", ""),
    "area_name": ("Area", ""),
    "decile": ("Deprivation decile", "people"),
    "spots": ("Flagged by", ""),
    "number": ("Spots", "spots"),
    "learn_events": ("Records learnt from", "people"),
    "test_events": ("Records in the test months", "people"),
    "setting": ("Setting", ""),
    "choice": ("Choice", ""),
    "is_default": ("Default", ""),
    "exposure_ratio": ("Exposure ratio", "ratio"),
    "crime_captured_share": ("Crime captured", "share"),
    "spots_shared": ("Spots shared with the default", "spots"),
}


@dataclass(frozen=True)
class Cell:
    """Text as printed, the number behind it, and findings whose notes hang on it."""

    text: str
    exact: float | None = None
    findings: tuple[Finding, ...] = ()
    is_number: bool = False


@dataclass(frozen=True)
class Shown:
    """A table ready for the page; the first cell of a row is its heading.

    Attributes:
        caption, headings, rows: as shown.
        parts: headings between rows, each with the number of rows below it; empty for none.
        is_findings: each row is a finding, which a phone shows as a card.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    parts: tuple[tuple[str, int], ...] = ()
    is_findings: bool = False

    @property
    def bodies(self) -> tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]:
        """Rows under the heading of their part; one part without heading when there are none."""
        if not self.parts:
            return (("", self.rows),)
        cut, start = [], 0
        for heading, many in self.parts:
            cut.append((heading, self.rows[start : start + many]))
            start += many
        return tuple(cut)

    @property
    def is_long(self) -> bool:
        """Whether print sets it small."""
        return len(self.rows) >= LONG


def behind(picture: Picture, names: Mapping[str, str]) -> Shown:
    """The table behind a picture."""
    if picture.findings:
        return findings_table(picture.findings, names, caption=picture.title)
    return frame_table(picture.summary if picture.summary is not None else picture.table, caption=picture.title)


def findings_table(findings: Sequence[Finding], names: Mapping[str, str], *, caption: str) -> Shown:
    """Findings, one a row, measure by measure; columns that would be empty throughout are left out. `names`: slug -> what it is called."""
    measures = list(dict.fromkeys(measure_of(f).title for f in findings))
    found = sorted(findings, key=lambda f: measures.index(measure_of(f).title))
    apart = told_apart(found)
    columns: list[tuple[str, list[Cell]]] = [
        ("Group", [Cell(names.get(f.group or "", f.group or "all")) for f in found]),
        ("Compared with", [Cell(names.get(f.reference or "", f.reference or "\u2013")) for f in found] if any(f.reference for f in found) else []),
        (
            "Ethnicity",
            [Cell(FIELDS.get(field_of(f) or "", field_of(f) or "\u2013").removeprefix("ethnicity ")) for f in found] if any(field_of(f) for f in found) else [],
        ),
        ("Of what", [Cell(text or "\u2013") for text in apart] if any(apart) else []),
        ("Value", [Cell(value_of(f), f.value, is_number=True) for f in found]),
        ("Interval", [Cell(_interval(f), None, is_number=True) for f in found]),
        ("Denominator", [Cell(denominator_of(f), f.n) for f in found]),
        (
            "Test",
            [Cell(p_of(f.p_value).replace(" ", "\u00a0") if f.p_value is not None else "\u2013", f.p_value) for f in found]
            if any(f.p_value is not None for f in found)
            else [],
        ),
        ("Notes and source", [Cell("", findings=(f,)) for f in found]),
    ]
    kept = [(heading, cells) for heading, cells in columns if cells]
    parts = tuple((title, sum(measure_of(f).title == title for f in found)) for title in measures) if len(measures) > 1 else ()
    return Shown(caption, tuple(heading for heading, _ in kept), tuple(zip(*(cells for _, cells in kept), strict=True)), parts, is_findings=True)


def _interval(finding: Finding) -> str:
    if finding.low is None and finding.high is None:
        return "none given"
    level = level_of(finding)
    return f"{interval_of(finding)} ({level or 'bounds'})"


def frame_table(frame: pd.DataFrame, *, caption: str) -> Shown:
    """Any other small table, its columns named and printed by what they hold."""
    headings = [_heading(str(name)) for name in frame.columns]
    if "spots_shared" in frame and frame["spots_shared"].max() <= 1:
        headings = [(text, "share" if text == HEADINGS["spots_shared"][0] else unit) for text, unit in headings]
    rows = [tuple(_cell(value, unit) for value, (_, unit) in zip(row, headings, strict=True)) for row in frame.astype(object).itertuples(index=False)]
    return Shown(caption, tuple(heading for heading, _ in headings), tuple(rows))


def _heading(name: str) -> tuple[str, str]:
    if name.startswith("share_"):
        return f"{name.removeprefix('share_')} share", "share"
    return HEADINGS.get(name, (name.replace("_", " ").capitalize(), ""))


def _cell(value: Any, unit: str) -> Cell:
    import pandas as pd

    if value is None or value is pd.NA or value != value:
        return Cell("not known", is_number=bool(unit))
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return Cell("yes" if value else "no")
    if unit:
        return Cell(figure(float(value), unit, like=0.1 if unit == "share" else None), float(value), is_number=True)
    return Cell(str(value))


def without_folders(text: str) -> str:
    """Paths in a text cut down to the files' names: where they lay on one machine is nobody's business.

    Example:
        >>> without_folders("Street crime: /one/machine/street.parquet, 3 rows")
        'Street crime: street.parquet, 3 rows'
    """
    return re.sub(r"(?<![\w/\\.:])(?:[A-Za-z]:)?[/\\](?:[^/\\:;,\n]+[/\\])+", "", text)


def denominators(contents: Contents) -> Shown:
    """How many people each group has in the place, and how many of them in flagged spots."""
    areas, cells = contents.areas, contents.cells
    flagged = cells[cells["is_flagged"].astype("boolean").fillna(False).astype(bool)]
    rows: list[tuple[Cell, ...]] = []
    total = float(areas["residents"].sum()) if "residents" in areas else None
    inside_all = float(flagged["residents"].sum()) if "residents" in flagged else None
    for group in (None, *contents.groups):
        share = f"share_{group}"
        if group is not None and (share not in areas or "residents" not in areas):
            continue
        people = total if group is None else float((areas["residents"] * areas[share]).sum())
        inside = inside_all if group is None else float(flagged[f"residents_{group}"].sum()) if f"residents_{group}" in flagged else None
        part = inside / people if inside is not None and people else None
        rows.append((Cell(group or "All residents"), _number(people, "people"), _number(inside, "people"), _number(part, "share")))
    return Shown(
        "Residents: the denominators of exposure and of stop rates", ("Group", "Residents", "of them in flagged spots (estimated)", "Share"), tuple(rows)
    )


def _number(value: float | None, unit: str) -> Cell:
    return Cell(figure(value, unit) if value is not None else "not known", value, is_number=True)


def claims_table(claims: Sequence[ClaimChecked]) -> Shown:
    """Published statements beside our nearest figure."""
    rows = []
    for claim in claims:
        printed = (
            figure(claim.printed, "share") if claim.unit == "share" else "no figure" if claim.printed is None else f"{claim.printed:,.10g}{HARD}{claim.unit}"
        )
        ours = Cell("we have no comparable figure")
        if claim.finding is not None:
            ours = Cell(f"{measure_of(claim.finding).title}: {value_of(claim.finding)}; {_interval(claim.finding)}", claim.finding.value, (claim.finding,))
        rows.append((Cell(claim.statement), Cell(claim.by), Cell(printed, claim.printed), ours, Cell(claim.says)))
    return Shown("Published claims beside our figures", ("Claim", "Said by", "As printed", "Ours", "How far they compare"), tuple(rows))


def settings_table(settings: dict[str, Any], *, caption: str) -> Shown:
    """Settings by name, nested ones with their path."""
    rows = [(Cell(name), Cell(value)) for name, value in flat(settings)]
    return Shown(caption, ("Setting", "Value"), tuple(rows))


def flat(settings: dict[str, Any], *, under: str = "") -> Sequence[tuple[str, str]]:
    """Nested settings as pairs of name and text.

    Example:
        >>> flat({"grid": {"cell_m": 150}, "top": 20, "months": ("2024-01", "2024-02")})
        [('grid: cell_m', '150'), ('top', '20'), ('months', '2024-01, 2024-02')]
    """
    pairs: list[tuple[str, str]] = []
    for name, value in settings.items():
        path = f"{under}{name}"
        if isinstance(value, dict):
            pairs.extend(flat(value, under=f"{path}: "))
        elif isinstance(value, (list, tuple)) and any(isinstance(item, dict) for item in value):
            pairs.extend(pair for number, item in enumerate(value, start=1) for pair in flat({str(number): item}, under=f"{path} "))
        elif isinstance(value, (list, tuple)):
            pairs.append((path, ", ".join(str(item) for item in value)))
        else:
            pairs.append((path, "none" if value is None else "yes" if value is True else "no" if value is False else str(value)))
    return pairs
