"""A made-up register that has one of everything a page can show, and texts that would harm a page that did not escape them."""

from __future__ import annotations

from datetime import date
from typing import Any

from evenhand.register.history import Change
from evenhand.register.register import Register
from tests.register.made_up import AT, files, register

SCRIPT = "<script>alert('no')</script><img src=x onerror=alert(1)>"
ODD = "Bell & “Whistle” <3 O'Hara's \"index\" – نظام التنبؤ שיטה 予測 𝔘"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
FORCES = {"essex-police": "E23000028", "city-of-london-police": "E23000034", "police-scotland": "S92000003", "police-service-of-northern-ireland": "N92000002"}
DAY = date(2026, 11, 26)
CHANGES = (
    Change("a" * 40, "2026-11-02T10:00:00+00:00", f"Mend the ball {SCRIPT}", "changed", "systems", "crystal-ball"),
    Change("b" * 40, "2026-11-01T10:00:00+00:00", "Remove what was never there", "removed", "systems", "gone"),
    Change("b" * 40, "2026-11-01T10:00:00+00:00", "Remove what was never there", "added", "notes", "report"),
)


def made_up() -> Register:
    """The register, read and checked like any other; the hostile title is put in afterwards, for no record with it would be read."""
    held = files()
    held["systems/odd-one"] = _odd_system()
    held["systems/street-map"]["reconstruction"] = ["rtm"]
    held["statistics/by-group"] = _by_group()
    held["refusals/no-weights"]["words"] = "not in the public interest"
    held["contradictions/counts"] = {**held["contradictions/predictive-or-not"], "title": "Counts differ", "status": "explained", "explanation": "Other days."}
    held["flows/to-the-map"] = {
        "title": "Records to the map", "kind": "input", "from": {"body": "northshire-police"}, "to": {"system": "street-map"}, "what": "Records.",
        "is_possible": True, "evidence": AT,
    }  # fmt: skip
    held["requirements/duty"] = {
        "title": "Have due regard", "kind": "legal-duty", "by": "watchers", "to": ["northshire-police"], "law": "An Act, section 1", "in_force": "2010/..",
        "says": "Have due regard.", "check": "Ask for the paper.", "is_verified": False, "part_of": "publish", "evidence": AT,
    }  # fmt: skip
    for slug, code in FORCES.items():
        held[f"bodies/{slug}"] = {
            "title": slug.replace("-", " ").title(), "kind": "police-force", "nations": ["uk"], "is_territorial": True, "area_code": code, "evidence": AT,
            "claims": {} if slug == "police-scotland" else {"tools": {"property": "uses-geographic-tools", "value": True, "evidence": AT}},
        }  # fmt: skip
    made = register(held)
    made.bodies["prison-service"] = made.bodies["prison-service"].model_copy(update={"title": f"Prisons {SCRIPT}", "summary": SCRIPT})
    return made


def _odd_system() -> dict[str, Any]:
    """A system with more claims than a page holds, every state and modality, and texts that need escaping."""
    states = ("withheld", "denied", "not-held", "not-asked", "unknown")
    modalities = ("states", "admits", "denies", "refuses", "alleges", "finds", "recommends")
    claims: dict[str, Any] = {
        f"state-{state}": {"property": "cost", "state": state, "says": f"It was {state}.", "said_by": "northshire-police", "evidence": AT} for state in states
    }
    claims |= {
        f"as-{how}": {"property": "effect", "value": f"{ODD} {how}", "modality": how, "said_by": "watchers", "said_on": "2024-05-17", "evidence": AT}
        for how in modalities
    }
    claims |= {
        f"many-{number}": {
            "property": "practice" if number == 0 else "criticism", "value": [f"Item {number}", ODD, LONG] if number % 9 == 0 else f"Claim {number} of many.",
            "caveat": ODD, "at": "northshire-police", "rank": "deprecated" if number == 5 else "normal",
            "evidence": {"source": "report", "section": "1.2", "note": 8, "words": "in so many words"},
        }
        for number in range(1, 70)
    }  # fmt: skip
    claims["share"] = {
        "property": "accuracy", "value": 10, "high": 12.5, "unit": "%", "undated": True, "printed": "10 to 12½ %", "supersedes": "odd-one.many-1",
        "evidence": AT,
    }  # fmt: skip
    return {
        "title": ODD, "aliases": [LONG, "Odd One"], "kind": "person", "also": ["network"], "summary": ODD, "nations": ["wales", "northern-ireland"],
        "uses": {"northshire-police": {"status": [{"state": "denied", "says": ODD, "evidence": AT}]}},
        "related": [{"to": "crystal-ball", "how": "replaces", "evidence": AT}], "claims": claims, "evidence": AT,
    }  # fmt: skip


def _by_group() -> dict[str, Any]:
    """Figures of groups that can be compared, one of which does not follow from its parts."""
    return {
        "title": "Stops by group", "about": ["crystal-ball", "northshire-police"], "measure": "stops", "undated": True, "caveat": ODD, "evidence": AT,
        "figures": {
            "one": {"value": 200, "unit": "people", "printed": "200", "group": "Group one", "says": "200 people of group one."},
            "two": {
                "value": 50, "unit": "people", "printed": "50", "group": "Group two", "says": "50 people of group two.",
                "check": {"kind": "sum", "parts": ["20", "31"], "printed": "50"},
            },
        },
    }  # fmt: skip
