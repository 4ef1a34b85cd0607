"""The register as tables: what a spreadsheet and the database hold. A row is a part of a flat entry; lists of parts are tables of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Row: TypeAlias = "tuple[str, dict[str, Any]]"

TABLES: dict[str, tuple[str, ...]] = {
    "systems": ("id", "title", "aliases", "kind", "kind_title", "also", "summary", "nations", "reconstruction"),
    "bodies": ("id", "title", "aliases", "kind", "kind_title", "nations", "part_of", "part_of_title", "is_territorial", "area_code", "summary"),
    "uses": ("id", "system", "system_title", "body", "body_title", "known_as", "unit", "status", "since", "says"),
    "steps": ("use", "number", "state", "since", "says"),
    "makers": ("system", "body", "body_title", "role", "says"),
    "related": ("system", "how", "other", "other_title"),
    "claims": (
        "id", "subject", "subject_kind", "subject_title", "property", "property_title", "state", "value", "high", "unit", "printed", "says", "shown", "at",
        "at_title", "as_of", "undated", "said_by", "said_by_title", "said_on", "modality", "caveat", "rank", "supersedes", "contradictions", "sources",
    ),
    "contradictions": ("id", "title", "kind", "about", "about_titles", "summary", "status", "explanation", "reply"),
    "sides": ("contradiction", "number", "said_by", "said_by_title", "said_on", "says", "claim"),
    "refusals": (
        "id", "title", "by", "by_title", "about", "about_titles", "kind", "wanted", "asked_by", "asked_by_title", "exemptions", "words", "says", "asked_on",
        "refused_on", "outcome", "sources",
    ),
    "flows": (
        "id", "title", "kind", "from_system", "from_system_title", "from_body", "from_body_title", "to_system", "to_system_title", "to_body", "to_body_title",
        "what", "purpose", "basis", "frequency", "is_possible", "period", "said_by", "said_by_title", "sources",
    ),
    "statistics": ("id", "title", "about", "about_titles", "measure", "said_by", "said_by_title", "as_of", "undated", "denominator", "caveat", "sources"),
    "figures": (
        "id", "statistic", "key", "value", "high", "unit", "printed", "group_label", "says", "check_kind", "check_parts", "check_printed", "check_words",
    ),
    "requirements": (
        "id", "title", "kind", "by", "by_title", "addressees", "law", "in_force", "says", "how_to_check", "properties", "part_of", "is_verified", "sources",
    ),
    "sources": ("id", "title", "publisher", "publisher_title", "authors", "date", "kind", "reference", "link", "cite_as", "sha256", "says", "read_on"),
    "notes": ("id", "source", "number", "kind", "says"),
    "cites": ("note", "number", "by", "title", "date", "where_found", "page", "link"),
    "answers": (
        "id", "body", "body_title", "asked_by", "asked_by_title", "asks", "about", "asked_on", "answered_on", "outcome", "is_contradicted", "says", "sources",
    ),
    "properties": ("id", "title", "asks", "of", "help", "is_minimum", "is_wanted", "atrs", "dutch", "eurocities", "source"),
    "evidence": ("record_kind", "record", "part", "number", "source", "cite_as", "section", "page", "is_page_of_section", "notes", "words", "status", "short"),
}  # fmt: skip
"""Columns by table. Names that a database keeps for itself are changed: `from` is since, `to` is other or addressees, `check` is how_to_check."""


def rows_of(kind: str, entry: dict[str, Any]) -> Iterator[Row]:
    """The rows that one entry makes, in this and other tables.

    Example:
        >>> list(rows_of("notes", {"id": "a.1", "source": "a", "number": 1, "kind": "web", "says": None, "cites": []}))
        [('notes', {'id': 'a.1', 'source': 'a', 'number': 1, 'kind': 'web', 'says': None, 'cites': []})]
    """
    row = dict(entry)
    if "sources" in TABLES[kind] and kind != "sources":
        row["sources"] = [evidence["short"] for evidence in entry["evidence"]]
    parts = _PARTS.get(kind)
    yield kind, row | _renamed(kind, entry)
    if parts:
        yield from parts(entry)
    if kind not in ("sources", "uses", "contradictions"):  # their parts carry it
        yield from _evidence(kind, entry["id"], "", entry.get("evidence", ()))


def _renamed(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    if kind == "uses":
        return {"since": entry["from"], "body_title": entry["title"]}
    if kind == "requirements":
        return {"addressees": [one["title"] for one in entry["to"]], "how_to_check": entry["check"]}
    return {}


def _evidence(kind: str, record: str, part: str, evidence: Any) -> Iterator[Row]:
    for number, one in enumerate(evidence, start=1):
        yield "evidence", {"record_kind": kind, "record": record, "part": part, "number": number, **one, "notes": [note["number"] for note in one["notes"]]}


def _of_system(entry: dict[str, Any]) -> Iterator[Row]:
    slug = entry["id"]
    for number, one in enumerate(entry["makers"]):
        yield "makers", {"system": slug, "body_title": one["title"], **one}
        yield from _evidence("systems", slug, f"makers.{number}", one["evidence"])
    for number, one in enumerate(entry["related"]):
        yield "related", {"system": slug, "how": one["how"], "other": one["to"], "other_title": one["title"]}
        yield from _evidence("systems", slug, f"related.{number}", one["evidence"])


def _of_use(entry: dict[str, Any]) -> Iterator[Row]:
    for number, step in enumerate(entry["steps"], start=1):
        yield "steps", {"use": entry["id"], "number": number, "state": step["state"], "since": step["on"], "says": step["says"]}
        yield from _evidence("uses", entry["id"], f"status.{number}", step["evidence"])


def _of_contradiction(entry: dict[str, Any]) -> Iterator[Row]:
    for number, side in enumerate(entry["sides"], start=1):
        yield "sides", {"contradiction": entry["id"], "number": number, **side}
        yield from _evidence("contradictions", entry["id"], f"sides.{number}", side["evidence"])


def _of_statistic(entry: dict[str, Any]) -> Iterator[Row]:
    for figure in entry["figures"]:
        check = {f"check_{name}": value for name, value in (figure["check"] or {}).items()}
        yield "figures", {**figure, **check, "statistic": entry["id"], "group_label": figure["group"]}
        yield from _evidence("statistics", entry["id"], f"figures.{figure['key']}", figure["evidence"])


def _of_note(entry: dict[str, Any]) -> Iterator[Row]:
    for number, cited in enumerate(entry["cites"], start=1):
        yield "cites", {"note": entry["id"], "number": number, **cited, "where_found": cited["where"]}


_PARTS = {"systems": _of_system, "uses": _of_use, "contradictions": _of_contradiction, "statistics": _of_statistic, "notes": _of_note}
