"""A picture and its table: neither leaves without the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from markupsafe import Markup

    from ..tables.findings import Finding

COLUMNS = ("measure", "group", "reference", "field", "value", "low", "high", "level", "unit", "n", "p_value", "null_model", "caveats", "source")


@dataclass(frozen=True)
class Picture:
    """One figure of the report.

    Attributes:
        slug: its name in addresses and files.
        title: what it shows; no conclusion.
        description: what can be seen in it, for those who do not see it.
        drawing: SVG, or HTML with SVG in it.
        table: all that is drawn, as plain numbers; written to `tables/<slug>.csv`.
        how_to_read: a sentence or two under the picture.
        findings: what is drawn, where it draws findings; the page's table then shows these.
        summary: a shorter table for the page, where `table` has a row for each area or cell.
        notes: sentences that must stand right beside the picture.
    """

    slug: str
    title: str
    description: str
    drawing: Markup
    table: pd.DataFrame
    how_to_read: str = ""
    findings: tuple[Finding, ...] = ()
    summary: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """The picture in a notebook, with its style and its table."""
        from .notebook import picture_html

        return picture_html(self)


def table_of(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as the table behind a picture: numbers at full precision, several caveats joined by " | "."""
    import pandas as pd

    rows = [
        {
            **{name: getattr(finding, name) for name in COLUMNS if name not in ("field", "caveats")},
            "field": finding.settings.get("field"),
            "caveats": " | ".join(finding.caveats) or None,
        }
        for finding in findings
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
