"""What the register can put into a letter: names, units, what is public, what goes in, who receives it.

Steps, in order:  a system and a body -> slots, each a line or a list of lines, cleaned of all that could not be seen

Every fact keeps its source: who said it, when, where it stands, and the address as printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..register.dates import in_words
from ..register.shown import short, shown
from ..tables.errors import BadSetting
from .filling import clean

if TYPE_CHECKING:
    from ..register.claim import Claim
    from ..register.evidence import Evidence
    from ..register.kinds import Flow
    from ..register.register import Register

SCALARS = ("system", "names", "own_name", "unit", "maker", "body", "to", "team", "sender", "not_user", "today")
LISTS = (
    "public", "inputs", "recipients", "origins", "handed", "wanted", "refused", "assessments", "by_group", "at_odds", "criticism", "figures", "flows", "users",
)  # fmt: skip
"""Slots that the register fills."""
MOST_FACTS = 12
MOST_INPUTS = 60
FACTS_FIRST = ("data-input", "feature", "threshold", "score-bands", "inclusion", "recipients", "retention", "numbers-profiled", "purpose")
"""Properties that matter most where something about oneself is asked for; the others come as properties.yml has them."""

Found = dict[str, str | list[str]]


def register_slots(register: Register, system: str | None, body: str | None) -> Found:
    """All that the register knows and a letter may say.

    Args:
        register: as `read_register` gives it.
        system: slug of the system the letter is about; nothing for a letter about none.
        body: slug of the body it is about.

    Returns:
        Lines and lists of lines by slot. What is not known is empty, never guessed.

    Raises:
        BadSetting: there is no such system or body.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> slots = register_slots(read_register()[0], "knife-crime-and-violence-model", "essex-police")
        >>> slots["system"], slots["body"]
        ('Knife Crime and Violence Model', 'Essex Police')
    """
    require(register, system, body)
    slots: Found = {"body": register.title(body)} if body else {}
    if system:
        slots |= _of_system(register, system, body) | _of_place(register, system, body)
    return cleaned(slots)


def require(register: Register, system: str | None, body: str | None) -> None:
    """Check that the register knows both.

    Raises:
        BadSetting: it does not.
    """
    for slug, held, what, how in (
        (system, register.systems, "system", "`evenhand register list` shows them."),
        (body, register.bodies, "body", "`evenhand register search` finds it by its words."),
    ):
        if slug is not None and slug not in held:
            near = get_close_matches(slug, held, n=3, cutoff=0.5)
            raise BadSetting(f"The register holds no {what} '{slug}'. " + (f"Did you mean {', '.join(near)}?" if near else how))


def cleaned(slots: Found) -> Found:
    """Slots with nothing in them that could not be seen, and each on one line."""
    return {slot: clean(value) if isinstance(value, str) else [line for one in value if (line := clean(one))] for slot, value in slots.items()}


def _of_system(register: Register, slug: str, body: str | None) -> Found:
    system = register.systems[slug]
    used = system.uses.get(body) if body else None
    names = [name for name in dict.fromkeys([*(used.known_as if used else ()), *system.aliases]) if name != system.title]
    makers = [register.title(maker.body) for maker in system.makers if maker.role in ("developer", "supplier") and maker.body != body]
    return {
        "system": system.title,
        "names": listed(names),
        "own_name": next((name for name in (used.known_as if used else ()) if name != system.title), ""),
        "unit": (used.unit or "") if used else "",
        "maker": listed(list(dict.fromkeys(makers))),
        "not_user": "yes" if body and used is None else "",
        "users": [register.title(user) for user in system.uses],
    }


def _of_place(register: Register, system: str, body: str | None) -> Found:
    """What is said of the system at this body or in general."""
    given = list(flows_of(register, system, body, "output"))
    received = list(flows_of(register, system, body, "input"))
    return {
        "public": public_facts(register, system, body),
        "inputs": _values(claims_of(register, system, body, ("data-input", "feature")))[:MOST_INPUTS],
        "recipients": _once([
            *(title for flow in given if (title := _end(register, flow.to.body, flow.to.system))),
            *(register.title(to) for to in named_recipients(register, system, body)),
        ]),
        "origins": _once([
            *(title for flow in received if (title := _end(register, flow.source.body, flow.source.system))),
            *_values(claims_of(register, system, body, ("data-source",))),
        ]),
        "assessments": facts(register, claims_of(register, system, body, ("impact-assessment", "review"), known=False)),
    }  # fmt: skip


def flows_of(register: Register, system: str, body: str | None, kind: str) -> Iterator[Flow]:
    """Flows out of a system at a body, or into it; those said of the system in general are among them."""
    for flow in register.flows.values():
        end = flow.source if kind == "output" else flow.to
        if flow.kind == kind and end.system == system and end.body in (None, body):
            yield flow


def named_recipients(register: Register, system: str, body: str | None) -> dict[str, Claim]:
    """Bodies that a claim names as receiving the output, by their title or an alias in full; what it calls otherwise is no body here.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> "department-for-work-and-pensions" in named_recipients(read_register()[0], "knife-crime-and-violence-model", "essex-police")
        True
    """
    claims = [claim for claim in claims_of(register, system, body, ("recipients",)) if isinstance(claim.value, tuple)]
    if not claims:
        return {}
    slugs = {name.casefold(): slug for slug, one in register.bodies.items() for name in (*one.aliases, one.title)}
    return {slugs[name.casefold()]: claim for claim in claims for name in claim.value if name.casefold() in slugs}  # type: ignore[union-attr]


def claims_of(register: Register, system: str, body: str | None, properties: tuple[str, ...], *, known: bool = True) -> list[Claim]:
    """Claims about some properties of a system, at this body or in general, that still stand."""
    held = register.systems[system].claims.values()
    return [
        claim
        for claim in held
        if claim.property in properties and claim.at in (None, body) and claim.rank != "deprecated" and (claim.state == "known" or not known)
    ]


def public_facts(register: Register, system: str, body: str | None, *, most: int = MOST_FACTS, first: tuple[str, ...] = FACTS_FIRST) -> list[str]:
    """What is public of it by its operator's own word, each with where it stands and the address as printed.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> facts = public_facts(read_register()[0], "knife-crime-and-violence-model", "essex-police")
        >>> any("cited in Amnesty 2025" in fact for fact in facts)
        True
    """
    order = [*first, *(one for one in register.properties if one not in first)]
    claims = claims_of(register, system, body, tuple(order))
    claims.sort(key=lambda claim: order.index(claim.property))
    return facts(register, [claim for claim in claims if claim.modality in ("states", "admits")][:most])


def facts(register: Register, claims: Iterable[Claim]) -> list[str]:
    """Facts, each in a line: "Purpose: … (Northshire Police, FOI response, May 2023, https://…, cited in Report 2025, note 7)"."""
    titles = {slug: asked.title for slug, asked in register.properties.items()}
    return with_sources(register, [(f"{_headed(titles.get(claim.property, claim.property))} {shown(claim).rstrip('.')}", claim.evidence) for claim in claims])


def _headed(title: str) -> str:
    return title if title.endswith("?") else f"{title}:"


def with_sources(register: Register, lines: Iterable[tuple[str, tuple[Evidence, ...]]]) -> list[str]:
    """Lines with where each stands; a document named in the line before is not named in full again."""
    found, last = [], ""
    for text, evidence in lines:
        document, place = where(register, evidence)
        said = f"the same, {place}" if document and document == last else ", ".join(filter(None, (document, place)))
        found.append(f"{text} ({said})")
        last = document
    return found


def where(register: Register, evidence: tuple[Evidence, ...]) -> tuple[str, str]:
    """The document a fact is from, with its address as printed, and where it is cited; the first is empty where we read it ourselves.

    Example:
        >>> from evenhand.register.evidence import Evidence
        >>> from evenhand.register.reading import read_register
        >>> where(read_register()[0], (Evidence(source="amnesty-2025", section="4.2.1"),))[1].split(", http")[0]
        'Amnesty 2025, section 4.2.1, from page 82'
    """
    if not evidence:
        return "", "source not on record"
    first = evidence[0]
    cited = register.cited(first)
    source = register.sources.get(first.source)
    if not cited:
        return "", ", ".join(filter(None, (short(register, first), source.link if source else None)))
    one = cited[0][1]
    document = ", ".join(filter(None, (one.by, one.title, one.where, one.date and in_words(one.date), one.link)))
    return document, f"cited in {short(register, first)}"


def listed(names: Iterable[str], last: str = "or") -> str:
    """Names in a sentence.

    Example:
        >>> listed(["KCVM", "Fearless Futures", "the model"])
        'KCVM, Fearless Futures or the model'
    """
    held = list(names)
    return f" {last} ".join(filter(None, (", ".join(held[:-1]), held[-1]))) if held else ""


def _end(register: Register, body: str | None, system: str | None) -> str:
    return " at ".join(register.title(slug) for slug in (system, body) if slug)


def _values(claims: list[Claim]) -> list[str]:
    return _once([one for claim in claims for one in (claim.value if isinstance(claim.value, tuple) else (shown(claim),))])


def _once(lines: Iterable[str]) -> list[str]:
    """Each once, whatever its capitals."""
    return list({line.casefold(): line for line in lines}.values())
