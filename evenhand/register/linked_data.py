"""The register as linked data: JSON-LD with the words of schema.org and W3C PROV.

A claim is a schema:Claim. It is attributed to whoever says so (prov:wasAttributedTo). The document where we read
it said is its primary source (prov:hadPrimarySource); where that document cites another, the other one is, and
the claim was derived from the one we read. Where their own words are kept, it was quoted from it (prov:wasQuotedFrom).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .json_file import JsonFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTEXT = {
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "name": "schema:name",
    "alternateName": "schema:alternateName",
    "description": "schema:description",
    "about": {"@id": "schema:about", "@type": "@id"},
    "isPartOf": {"@id": "schema:isPartOf", "@type": "@id"},
    "publisher": {"@id": "schema:publisher", "@type": "@id"},
    "hasPart": {"@id": "schema:hasPart", "@type": "@id"},
    "url": {"@id": "schema:url", "@type": "@id"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasQuotedFrom": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "wasRevisionOf": {"@id": "prov:wasRevisionOf", "@type": "@id"},
}
REGISTER = "#register"


class LinkedFile(JsonFile):
    """Writes the graph, an entry at a time."""

    def __init__(self, file: Path, about: dict[str, Any]) -> None:
        super().__init__(file, {"@context": CONTEXT})
        self.begin("@graph")
        super().take("@graph", _register(about))

    def take(self, kind: str, entry: dict[str, Any]) -> None:
        """Write the nodes that an entry makes."""
        for node in nodes(kind, entry):
            super().take("@graph", {key: value for key, value in node.items() if value not in (None, [], "")})


def _register(about: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": REGISTER,
        "@type": ["schema:Dataset", "prov:Entity"],
        "name": about["title"],
        "description": about["says"],
        "schema:license": {"@id": about["licence"]["url"]},
        "schema:version": about["revision"] or about["schema_version"],
    }


def nodes(kind: str, entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of one entry; kinds that are parts of others make none.

    Example:
        >>> note = {"id": "a.1", "source": "a", "number": 1, "kind": "web", "says": "A page.", "cites": []}
        >>> next(nodes("notes", note))["@id"]
        '#note/a.1'
    """
    if kind in _NODES:
        yield _NODES[kind](entry)


def _body(entry: dict[str, Any]) -> dict[str, Any]:
    return {"@id": f"#body/{entry['id']}", "@type": ["schema:Organization", "prov:Agent"], "name": entry["title"], "alternateName": entry["aliases"]}


def _system(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#system/{entry['id']}",
        "@type": ["schema:Thing", "prov:Entity"],
        "name": entry["title"],
        "alternateName": entry["aliases"],
        "description": entry["summary"],
    }


def _source(entry: dict[str, Any]) -> dict[str, Any]:
    link = entry["link"]
    return {
        "@id": f"#source/{entry['id']}",
        "@type": ["schema:CreativeWork", "prov:Entity"],
        "name": entry["title"],
        "publisher": f"#body/{entry['publisher']}",
        "schema:datePublished": entry["date"],
        "schema:sha256": entry["sha256"],
        "url": link if link and link.startswith("http") else None,
        "schema:identifier": link if link and not link.startswith("http") else None,
    }


def _note(entry: dict[str, Any]) -> dict[str, Any]:
    cites = [", ".join(value for key in ("by", "title", "date", "where", "page") if (value := one[key])) for one in entry["cites"]]
    return {
        "@id": f"#note/{entry['id']}",
        "@type": ["schema:CreativeWork", "prov:Entity"],
        "name": "; ".join(cites) or entry["says"],
        "description": entry["says"],
        "schema:citation": [one["link"] for one in entry["cites"] if one["link"]],
        "isPartOf": f"#source/{entry['source']}",
    }


def _claim(entry: dict[str, Any]) -> dict[str, Any]:
    seen = [f"#source/{one['source']}" for one in entry["evidence"] if one["status"] == "seen"]
    cited = [f"#note/{one['source']}.{note['number']}" for one in entry["evidence"] if one["status"] == "cited" for note in one["notes"]]
    return {
        "@id": f"#claim/{entry['id']}",
        "@type": ["schema:Claim", "prov:Entity"],
        "name": f"{entry['subject_title']}: {entry['property_title']}",
        "schema:text": entry["shown"],
        "schema:creativeWorkStatus": entry["state"],
        "schema:temporal": entry["as_of"],
        "about": f"#{entry['subject_kind']}/{entry['subject']}",
        "isPartOf": REGISTER,
        "wasAttributedTo": f"#body/{entry['said_by']}" if entry["said_by"] else None,
        "hadPrimarySource": list(dict.fromkeys(seen + cited)),
        "wasDerivedFrom": list(dict.fromkeys(f"#source/{one['source']}" for one in entry["evidence"] if one["status"] == "cited")),
        "wasQuotedFrom": list(dict.fromkeys(f"#source/{one['source']}" for one in entry["evidence"] if one["words"])),
        "wasRevisionOf": f"#claim/{entry['supersedes']}" if entry["supersedes"] else None,
        "schema:citation": [one["short"] for one in entry["evidence"]],
    }


def _contradiction(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#contradiction/{entry['id']}",
        "@type": ["schema:CreativeWork", "prov:Entity"],
        "name": entry["title"],
        "description": entry["summary"],
        "hasPart": [f"#claim/{claim}" for claim in entry["claims"]],
        "isPartOf": REGISTER,
    }


_NODES = {"bodies": _body, "systems": _system, "sources": _source, "notes": _note, "claims": _claim, "contradictions": _contradiction}
