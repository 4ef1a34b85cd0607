"""Made-up records of a large register: systems with twenty claims each, bodies, notes, statistics, contradictions, refusals and flows.

Every file is one that `evenhand register check` accepts. Texts are of made-up words with few repeats, so that an index has work to do.
"""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from shutil import copyfile

import yaml

from evenhand.register.reading import shipped_records

CLAIMS = 20
SYLLABLES = (("map", "list", "score", "risk", "zone", "band", "unit"), ("a", "e", "i", "o", "u", "er", "ing"), ("t", "n", "ll", "sk", "mp", "rd"))
WORDS = ["".join(word) for word in product(*SYLLABLES)]
PROPERTIES = (
    "purpose", "operation", "procedure", "data-input", "data-source", "decision-influenced", "review", "cost", "numbers-profiled", "threshold",
    "score-bands", "method", "retention", "recipients", "legal-basis", "accuracy", "horizon", "effect", "outcome", "training",
)  # fmt: skip


class Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes the same thing twice rather than pointing at it."""

    def ignore_aliases(self, data: object) -> bool:
        """Never."""
        return True




def write_records(folder: Path, systems: int, *, seed: int = 5) -> None:
    """Write a register of so many systems; a tenth as many bodies and sources' notes, and of the rest a fifth as many each."""
    rng = random.Random(seed)
    bodies = max(systems // 10, 2)
    folder.mkdir(parents=True, exist_ok=True)
    copyfile(shipped_records() / "properties.yml", folder / "properties.yml")
    write(folder, "sources", "report-1", {
        "title": "A made-up report", "publisher": "body-0", "date": "2025-02", "kind": "report", "cite_as": "Report 2025", "read_on": "2026-11-26",
        "pages": {f"{chapter}.{part}": 10 * chapter + part for chapter in range(1, 9) for part in range(1, 10)},
    })  # fmt: skip
    notes = {number: {"cites": [{"by": "A force", "title": f"FOI response {number}", "date": "2023-05"}], "kind": "foi"} for number in range(1, 1001)}
    for start in range(1, 1001, 250):
        write(folder, "notes", f"report-1-{start}", {"source": "report-1", "notes": {number: notes[number] for number in range(start, start + 250)}})
    for number in range(bodies):
        kind = {"kind": "police-force" if number else "charity", "nations": ["england"]}
        write(folder, "bodies", f"body-{number}", {"title": f"Body {number}", "aliases": [f"B{number}"], **kind, "evidence": evidence(rng)})
    for number in range(systems):
        write(folder, "systems", f"system-{number}", system(rng, number, bodies))
    for number in range(systems // 5):
        write_about(folder, rng, number, systems, bodies)


def write(folder: Path, kind: str, slug: str, record: dict) -> None:
    """Write one record."""
    (folder / kind).mkdir(exist_ok=True)
    (folder / kind / f"{slug}.yml").write_text(yaml.dump(record, Dumper=Plain, sort_keys=False, allow_unicode=True, width=150), encoding="utf-8")


def words(rng: random.Random, number: int) -> str:
    """So many made-up words."""
    return " ".join(rng.choices(WORDS, k=number))


def evidence(rng: random.Random) -> dict:
    """One place in the report."""
    return {"source": "report-1", "section": f"{rng.randint(1, 8)}.{rng.randint(1, 9)}", "note": rng.randint(1, 1000)}


def system(rng: random.Random, number: int, bodies: int) -> dict:
    """A system with its claims."""
    body = f"body-{rng.randrange(1, bodies)}"
    claims = {}
    for place, name in enumerate(PROPERTIES[:CLAIMS]):
        claim: dict = {"property": name, "said_by": body, "evidence": evidence(rng)}
        if place % 10 == 8:
            claim |= {"value": rng.randrange(10, 100_000), "unit": "people", "as_of": f"20{rng.randint(10, 24)}-0{rng.randint(1, 9)}", "printed": "as printed"}
        elif place % 10 == 5:
            claim |= {"state": "not-held", "says": words(rng, 12)}
        elif place % 10 == 3:
            claim |= {"value": [words(rng, 3) for _ in range(5)]}
        else:
            claim |= {"value": words(rng, 15)}
        claims[name] = claim
    status = [{"state": state, "on": f"20{year}", "evidence": evidence(rng)} for state, year in (("development", 18), ("pilot", 20), ("in-use", 22))]
    return {
        "title": f"System {number} {words(rng, 2)}", "aliases": [f"S{number}", f"{words(rng, 2)} {number}"], "kind": "person", "summary": words(rng, 20),
        "nations": ["england"], "uses": {body: {"known_as": [f"The {words(rng, 2)}"], "status": status}},
        "makers": [{"body": f"body-{rng.randrange(bodies)}", "role": "developer", "evidence": evidence(rng)}], "claims": claims, "evidence": evidence(rng),
    }  # fmt: skip


def write_about(folder: Path, rng: random.Random, number: int, systems: int, bodies: int) -> None:
    """A statistic, a contradiction, a refusal and a flow, about some system."""
    about, body, other = f"system-{rng.randrange(systems)}", f"body-{rng.randrange(bodies)}", f"body-{rng.randrange(bodies)}"
    parts = [rng.randrange(100, 999) for _ in range(3)]
    check = {"kind": "sum", "parts": list(map(str, parts)), "printed": f"{sum(parts):,}"}
    figure = {"value": sum(parts), "unit": "people", "printed": f"{sum(parts):,}", "says": words(rng, 8), "check": check}
    write(folder, "statistics", f"statistic-{number}", {
        "title": words(rng, 5), "about": [about], "measure": "people-profiled", "as_of": "2023", "figures": {"total": figure}, "caveat": words(rng, 10),
        "evidence": evidence(rng),
    })  # fmt: skip
    side = {"said_by": body, "said_on": "2023", "says": words(rng, 12), "evidence": evidence(rng)}
    write(folder, "contradictions", f"contradiction-{number}", {
        "title": words(rng, 5), "kind": "body-against-body", "about": [about], "sides": [side, {**side, "claim": f"{about}.purpose"}],
        "summary": words(rng, 20),
    })  # fmt: skip
    write(folder, "refusals", f"refusal-{number}", {
        "title": words(rng, 6), "by": body, "about": [about], "kind": "exemption", "wanted": words(rng, 8), "says": words(rng, 12), "asked_on": "2023-01",
        "refused_on": "2023-02", "evidence": evidence(rng),
    })  # fmt: skip
    write(folder, "flows", f"flow-{number}", {
        "title": words(rng, 6), "kind": "output", "from": {"system": about}, "to": {"body": other}, "what": words(rng, 8), "evidence": evidence(rng),
    })  # fmt: skip
