"""A study's result: findings as a frame, pictures that render in a notebook, and the files it can be written as."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..report.contents import Contents
    from ..report.document import Document
    from ..report.picture import Picture


@dataclass(frozen=True)
class Result:
    """What `run_study` gives.

    Attributes:
        contents: everything computed, in full.
    """

    contents: Contents | Document

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per finding, main ones first; columns as in findings.json."""
        from ..tables.findings import as_frame

        return as_frame(self.contents.findings)

    @cached_property
    def _pictures(self) -> dict[str, tuple[Picture, ...]]:
        from ..report.document import Document
        from ..report.pictures import pictures

        return {"figures": self.contents.pictures} if isinstance(self.contents, Document) else pictures(self.contents)

    @property
    def maps(self) -> dict[str, Picture]:
        """The maps by name; each renders in a notebook and carries its `table`."""
        return {picture.slug: picture for picture in self._pictures.get("maps", ())}

    @property
    def figures(self) -> dict[str, Picture]:
        """The charts by name; each renders in a notebook and carries its `table`."""
        return {picture.slug: picture for section, drawn in self._pictures.items() if section != "maps" for picture in drawn}

    @cached_property
    def report(self) -> str:
        """The report, one self-contained HTML page."""
        from ..report.document import Document
        from ..report.document_page import render_document
        from ..report.page import render

        return render_document(self.contents) if isinstance(self.contents, Document) else render(self.contents)

    def files(self) -> dict[str, bytes]:
        """Every file of the result: path within its folder -> bytes."""
        from ..report.document import Document
        from ..report.document_page import files_of_document
        from ..report.files import files_of

        return files_of_document(self.contents) if isinstance(self.contents, Document) else files_of(self.contents)

    def _repr_html_(self) -> str:
        """The main findings, in a notebook."""
        columns = ["measure", "group", "reference", "value", "low", "high", "unit", "n"]
        return str(self.findings[columns].head(12).to_html(index=False, float_format="{:.3g}".format))
