"""What the redress pages load, all at once and before anything is typed: law, questions, letters, rules and what the register knows.

Steps, in order:  records -> JSON files beside the pages;  long texts of the register stand once each, and are pointed at by their number
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..redress.compiled import law_json
from ..redress.compiled_letters import letters_json, slots_json
from ..redress.law import shipped_law
from ..redress.letter_reading import shipped_letters
from ..redress.refusal_facts import facts_known, facts_of_use
from ..redress.refusal_reading import refusal_rules_json
from ..redress.refusal_reply import reply_words
from ..redress.refusal_rules import KINDS
from ..register.links import links_of
from ..register.subjects import BODY_KINDS
from .redress_words import words_in

if TYPE_CHECKING:
    from ..register.links import Links
    from ..register.register import Register

ASKED = (
    "police-force", "police-body", "police-unit", "local-authority", "government", "prosecution", "prison-probation", "violence-reduction-unit",
    "health-education", "commissioner", "regulator", "university", "charity", "company",
)  # fmt: skip
"""Kinds of bodies that can be written to, in the order in which a list shows them."""
SHORT = 12
"""Texts up to so many letters stand where they are."""


def data_files(register: Register, language: str = "en") -> dict[str, str]:
    """Every file that the pages load, by its name.

    Args:
        register: as `read_register` gives it.
        language: of the questions and words; law and letters stay in English.
    """
    words, routes = words_in(language)
    return {
        "words.json": _text(words),
        "law.json": law_json(shipped_law()),
        "routes.json": _text(routes),
        "letters.json": letters_json(shipped_letters(), shipped_law()),
        "refusals.json": refusal_rules_json(),
        "systems.json": _text(known(register)),
    }


def known(register: Register) -> dict[str, Any]:
    """Systems, the bodies that can be written to, and the few words of the checker."""
    strings: dict[str, int] = {}
    links = links_of(register)
    by_title = sorted(register.systems, key=lambda one: register.title(one).casefold())
    systems = {slug: _pointed(_system(_about(register, links, slug), slug), strings) for slug in by_title}
    return {
        "systems": systems,
        "bodies": _bodies(register),
        "body_kinds": {kind: f"{title[0].upper()}{title[1:]}" for kind, title in BODY_KINDS.items() if kind in ASKED},
        "kinds": {kind: f"{says[0].upper()}{says[1:]}" for kind, says in KINDS.items()},
        "reply": reply_words(),
        "strings": list(strings),
    }


def _about(register: Register, links: Links, slug: str) -> Register:
    """The register with the small records of one system, and the flows of those it belongs to: all of them for each system would take hours in a large one."""
    kinds = ("refusals", "contradictions", "statistics")
    apart = {kind: {one: getattr(register, kind)[one] for one in getattr(links, kind).get(slug, [])} for kind in kinds}
    flows = {one for near in (slug, *(other.to for other in register.systems[slug].related)) for one in links.flows.get(near, [])}
    return replace(register, **apart, flows={one: register.flows[one] for one in sorted(flows)})


def _system(register: Register, slug: str) -> dict[str, Any]:
    """What letters and the checker can say of a system."""
    held = json.loads(slots_json(register, shipped_letters(), slug))
    tied = {*register.systems[slug].uses, *(flow.to.body for flow in register.flows.values()), *(claim.at for claim in register.systems[slug].claims.values())}
    facts = {body: found for body in register.bodies if body in tied and (found := _facts(register, slug, body))}
    return {"title": held["title"], "slots": held["slots"], "bodies": held["bodies"], "facts": facts}


def _facts(register: Register, system: str, body: str) -> dict[str, list[str]]:
    if register.bodies[body].kind not in ASKED:
        return {}
    found = {"known": facts_known(register, system, body), "used": facts_of_use(register, system, body)}
    return {key: list(lines) for key, lines in found.items() if lines}


def _bodies(register: Register) -> dict[str, dict[str, Any]]:
    """By kind and name, as a list of them is read."""
    some = [(slug, body) for slug, body in register.bodies.items() if body.kind in ASKED and "abroad" not in body.nations]
    some.sort(key=lambda one: (ASKED.index(one[1].kind), one[1].title.casefold()))
    return {slug: {"title": body.title, "kind": body.kind, "nations": list(body.nations)} for slug, body in some}


def _pointed(value: Any, strings: dict[str, int]) -> Any:
    """A tree in which each long text is the number of its place in `strings`.

    Example:
        >>> kept = {}
        >>> _pointed({"a": ["one long enough text", "short", "one long enough text"]}, kept), list(kept)
        ({'a': [0, 'short', 0]}, ['one long enough text'])
    """
    if isinstance(value, dict):
        return {key: _pointed(one, strings) for key, one in value.items()}
    if isinstance(value, list):
        return [_pointed(one, strings) for one in value]
    if isinstance(value, str) and len(value) > SHORT:
        return strings.setdefault(value, len(strings))
    return value


def _text(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n"
