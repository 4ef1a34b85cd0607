"""A document as one HTML file that needs nothing else, and as the files a study leaves behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..tables.findings import as_json
from .files import geojson
from .page import Notes, environment, frame, lasting, methods, opening, readings_rows
from .shown import behind, claims_table, findings_table, settings_table

if TYPE_CHECKING:
    from .document import Document, Part

BASIS, CLAIMS, METHOD, LIMITS, SOURCES = "basis", "claims", "method", "limits", "sources"
TITLES = {
    BASIS: "What the answer rests on",
    CLAIMS: "What others have published",
    METHOD: "How it was done",
    LIMITS: "What this cannot show",
    SOURCES: "Sources, licences and how to run this again",
}


def render_document(document: Document) -> str:
    """The whole page."""
    return environment().get_template("document.html.j2").render(_view(document))


def files_of_document(document: Document) -> dict[str, bytes]:
    """All files by their name under the output folder; the same document gives the same bytes."""
    files = {"report.html": render_document(document).encode(), "findings.json": as_json(document.findings).encode()}
    for picture in document.pictures:
        files[f"tables/{picture.slug}.csv"] = picture.table.to_csv(index=False, lineterminator="\n").encode()
    for name, layer in document.layers.items():
        files[f"maps/{name}.geojson"] = geojson(layer).encode()
    files["manifest.json"] = (json.dumps(document.manifest, indent=1, ensure_ascii=False, default=str) + "\n").encode()
    return files


def _view(document: Document) -> dict[str, Any]:
    notes = Notes()
    last = [name for name in TITLES if name != CLAIMS or document.claims]
    return {
        "contents": document,
        "sections": (("answer", "The answer"), *((part.slug, part.title) for part in document.parts), *((name, TITLES[name]) for name in last)),
        **frame(),
        **opening(document.answer),
        "standing": document.standing,
        "key_figures": document.key_figures,
        "numbered": {picture.slug: number for number, picture in enumerate(document.pictures, start=1)},
        "notes": notes,
        "behind": lambda picture: behind(picture, document.names),
        "every": lambda part: _every(part, document),
        "claims": claims_table(document.claims),
        "cards": tuple((what, card, readings_rows(card)) for what, card in document.cards),
        "methods": methods(document.findings),
        "settings": settings_table(document.settings, caption="Settings this ran with"),
        "manifest": settings_table(lasting(document.manifest), caption="What this run was made with"),
        "version": str(document.manifest.get("evenhand", "")),
        "attributions": tuple(dict.fromkeys(source.attribution for source in document.sources if source.attribution)),
    }


def _every(part: Part, document: Document) -> Any:
    return findings_table(part.findings, document.names, caption=f"Every figure: {part.title}") if part.findings else None
