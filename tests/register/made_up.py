"""A small made-up register: two systems, a few bodies, one report. Tests change a file of it and look at what is said."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from evenhand.register.checks import check
from evenhand.register.reading import read_texts, shipped_records

PROPERTIES = (shipped_records() / "properties.yml").read_bytes()
AT = {"source": "report", "section": "1.1", "note": 7}


MADE_UP: dict[str, dict[str, Any]] = {
    "sources/report": {
        "title": "A report", "publisher": "watchers", "date": "2025-02", "kind": "report", "cite_as": "Report 2025",
        "pages": {"1.1": 10, "1.2": 12, "Summary": 3}, "read_on": "2026-11-26",
    },
    "notes/report": {
        "source": "report",
        "notes": {
            7: {"cites": [{"by": "Northshire Police", "title": "FOI response", "date": "2023-05", "link": "https://example.org/foi"}], "kind": "foi"},
            8: {"kind": "own", "says": "A count."},
        },
    },
    "bodies/watchers": {"title": "The Watchers", "kind": "charity", "nations": ["uk"], "evidence": AT},
    "bodies/northshire-police": {
        "title": "Northshire Police", "aliases": ["Northshire"], "kind": "police-force", "nations": ["england"], "evidence": AT,
        "claims": {"uses": {"property": "uses-individual-tools", "value": True, "said_by": "northshire-police", "as_of": "2023", "evidence": AT}},
        "answers": {
            "foi-2023": {
                "asked_by": "watchers", "asks": "Which tools it uses", "about": ["crystal-ball"], "asked_on": "2023-01", "answered_on": "2023-02",
                "outcome": "partly", "says": "It named one tool.", "evidence": AT,
            },
        },
    },
    "bodies/prison-service": {"title": "Prison Service", "kind": "prison-probation", "nations": ["england"], "evidence": AT},
    "systems/crystal-ball": {
        "title": "Crystal Ball", "aliases": ["CB", "Foresight"], "kind": "person", "summary": "Ranks people by expected harm.", "nations": ["england"],
        "uses": {
            "northshire-police": {
                "known_as": ["The Ball"], "unit": "Insight team",
                "status": [{"state": "pilot", "on": "2019", "evidence": AT}, {"state": "in-use", "on": "2021-03", "evidence": AT}],
            },
        },
        "makers": [{"body": "watchers", "role": "supplier", "evidence": AT}],
        "related": [{"to": "street-map", "how": "uses-data-of", "evidence": AT}],
        "claims": {
            "purpose": {"property": "purpose", "value": "To find those who may do harm.", "said_by": "northshire-police", "evidence": AT},
            "people": {
                "property": "numbers-profiled", "value": 1413, "unit": "people", "as_of": "2024-06", "printed": "1,413", "at": "northshire-police",
                "said_by": "northshire-police", "evidence": AT,
            },
            "inputs": {"property": "data-input", "value": ["age", "arrests"], "evidence": {"source": "report", "section": "1.2"}},
            "not-predictive": {
                "property": "is-predictive", "state": "denied", "says": "It said that it does not predict.", "said_by": "northshire-police",
                "modality": "denies", "evidence": [AT, {"source": "report", "section": "1.2", "note": 8, "words": "no prediction"}],
            },
            "predictive": {"property": "is-predictive", "value": "A paper calls it predictive.", "evidence": AT},
        },
        "evidence": AT,
    },
    "systems/street-map": {"title": "Street Map", "kind": "place", "summary": "Colours streets.", "nations": ["uk"], "evidence": AT},
    "contradictions/predictive-or-not": {
        "title": "Predictive or not", "kind": "denial-against-document", "about": ["crystal-ball", "northshire-police"], "summary": "Both are said.",
        "sides": [
            {"said_by": "northshire-police", "says": "It is not.", "claim": "crystal-ball.not-predictive", "said_on": "2023", "evidence": AT},
            {"said_by": "watchers", "says": "It is.", "claim": "crystal-ball.predictive", "evidence": AT},
        ],
    },
    "refusals/no-weights": {
        "title": "Weights refused", "by": "northshire-police", "about": ["crystal-ball"], "kind": "exemption", "wanted": "The weights.",
        "asked_by": "watchers", "exemptions": ["FOIA 2000, section 31"], "says": "It refused.", "refused_on": "2023-02", "evidence": AT,
    },
    "flows/ball-to-prisons": {
        "title": "Lists to prisons", "kind": "output", "from": {"system": "crystal-ball", "body": "northshire-police"}, "to": {"body": "prison-service"},
        "what": "Lists of people.", "period": "2022/..", "evidence": AT,
    },
    "statistics/people-by-group": {
        "title": "People on it by group", "about": ["crystal-ball"], "measure": "people-profiled", "as_of": "2024-06", "caveat": "As printed.",
        "evidence": AT,
        "figures": {
            "all": {
                "value": 1413, "unit": "people", "printed": "1,413", "says": "1,413 people in all.",
                "check": {"kind": "sum", "parts": ["413", "1,000"], "printed": "1,413"},
            },
        },
    },
    "requirements/publish": {
        "title": "Publish what is used", "kind": "recommendation", "by": "watchers", "to": ["northshire-police"], "says": "Publish it.",
        "check": "Look at its site.", "properties": ["purpose"], "evidence": AT,
    },
}  # fmt: skip


def files() -> dict[str, dict[str, Any]]:
    """Its files by name, to be changed at will."""
    return deepcopy(MADE_UP)


def texts(held: dict[str, Any] | None = None) -> dict[str, bytes]:
    """The files as bytes, by their names below records/; text and bytes among them are taken as they are."""
    made = {"properties.yml": PROPERTIES}
    for name, value in (files() if held is None else held).items():
        data = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else as_yaml(value)
        made[name if "." in name else f"{name}.yml"] = data
    return made


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def as_yaml(value: Any) -> bytes:
    """A record as a contributor would write it."""
    return yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True).encode()


def register(held: dict[str, Any] | None = None):
    """The register of these files, which must be readable."""
    made, problems = read_texts(texts(held))
    assert not problems, "\n".join(map(str, problems))
    return made


def write(folder: Path, held: dict[str, Any] | None = None) -> Path:
    """The files on disk."""
    for name, data in texts(held).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def said(held: dict[str, Any], *, level: str | None = "error") -> list[str]:
    """What the checks say of these files, as lines."""
    return [str(problem) for problem in check(register(held), is_whole=False) if level in (None, problem.level)]


def read_problems(name: str, value: Any) -> list[str]:
    """What is said in reading one file put beside the others."""
    return [str(problem) for problem in read_texts(texts({**files(), name: value}))[1]]
