"""What points at what, looked up once: the records about each system and body, and the contradictions of each claim."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .register import Register


def _lists() -> defaultdict[str, list[str]]:
    return defaultdict(list)


@dataclass(frozen=True)
class Links:
    """Slugs of records, by the slug of the system or body they are about; contradictions by claim, too."""

    statistics: dict[str, list[str]] = field(default_factory=_lists)
    contradictions: dict[str, list[str]] = field(default_factory=_lists)
    refusals: dict[str, list[str]] = field(default_factory=_lists)
    flows: dict[str, list[str]] = field(default_factory=_lists)
    answers: dict[str, list[str]] = field(default_factory=_lists)
    uses: dict[str, list[str]] = field(default_factory=_lists)
    contradictions_of_claim: dict[str, list[str]] = field(default_factory=_lists)


def links_of(register: Register) -> Links:
    """All links of a register."""
    links = Links()
    for slug, statistic in register.statistics.items():
        for subject in dict.fromkeys(statistic.about):
            links.statistics[subject].append(slug)
    for slug, contradiction in register.contradictions.items():
        for subject in dict.fromkeys(contradiction.about):
            links.contradictions[subject].append(slug)
        for claim in dict.fromkeys(side.claim for side in contradiction.sides if side.claim):
            links.contradictions_of_claim[claim].append(slug)
    for slug, refusal in register.refusals.items():
        for subject in dict.fromkeys((refusal.by, *refusal.about)):
            links.refusals[subject].append(slug)
    for slug, flow in register.flows.items():
        ends = (flow.source.system, flow.source.body, flow.to.system, flow.to.body)
        for subject in dict.fromkeys(one for one in ends if one):
            links.flows[subject].append(slug)
    for slug, body in register.bodies.items():
        for key, answer in body.answers.items():
            for subject in dict.fromkeys((slug, *answer.about)):
                links.answers[subject].append(f"{slug}.{key}")
    for slug, system in register.systems.items():
        for user in system.uses:
            links.uses[user].append(slug)
    return links
