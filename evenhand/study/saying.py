"""Declared sentences, key figures and sections: words of a study file, in which every number is a finding looked up by its name.

So no number can stand in a report that the study did not compute. A figure that could not be given says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ..report.numbers import denominator_of, interval_of, level_of, p_of, value_of, with_interval
from ..report.words import KeyFigure, Sentence
from ..tables.errors import BadStudy
from .declaration import Words, _Strict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..report.contents import Refusal
    from ..tables.findings import Finding


class Figure(_Strict):
    """One finding, by what it is of."""

    measure: Words = Field(description="The finding's measure.")
    group: str | None = Field(default=None, description="Its group; left out: any.")
    reference: str | None = Field(default=None, description="Its reference; left out: any.")
    place: str | None = Field(default=None, description="Its place, where the study asks of several; left out: any.")
    where: dict[str, Any] = Field(default_factory=dict, description="Settings it must have, such as `score: 7`.")


class Said(_Strict):
    """A sentence of the answer; {names} in it stand for figures."""

    topic: str = Field(default="lead", description="lead, or the small heading it stands under.")
    says: Words = Field(
        description="The sentence; {name} is set in as the figure with its interval, {name.value} without it, {name.p} as its p-value, "
        "{name.range} as its range over the readings."
    )
    figures: dict[str, Figure] = Field(default_factory=dict, description="The figures by their names in the sentence.")


class Key(_Strict):
    """One of the few large numbers."""

    label: Words = Field(description="What it is, in a few words.")
    figure: Figure = Field(description="Which finding.")
    beside: str = Field(default="", description="What to set beside it.")


class PartDeclared(_Strict):
    """One section of the report."""

    slug: Words = Field(description="Its name in links.")
    title: Words = Field(description="Its heading.")
    text: str = Field(default="", description="Markdown above the pictures.")
    pictures: list[str] = Field(default=[], description="Slugs of the questions' pictures to show.")
    measures: list[str] = Field(default=[], description="Measures whose figures stand in its table; a trailing * takes all that begin so.")
    place: str | None = Field(default=None, description="Of which place, where the study asks of several; left out: all.")


def find(figure: Figure, findings: Sequence[Finding]) -> Finding | None:
    """The first finding a declared figure names."""
    for finding in findings:
        if finding.measure != figure.measure or (figure.group is not None and finding.group != figure.group):
            continue
        if (figure.reference is not None and finding.reference != figure.reference) or (figure.place is not None and finding.place != figure.place):
            continue
        if all(finding.settings.get(name) == value for name, value in figure.where.items()):
            return finding
    return None


def sentence(said: Said, findings: Sequence[Finding], refused: Sequence[Refusal] = ()) -> Sentence:
    """A declared sentence with its figures set in.

    Args:
        said: the sentence as declared.
        findings: of all questions asked.
        refused: what they could not answer, told where a figure is lacking.

    Raises:
        BadStudy: a name in braces that is no figure, or a figure no finding answers to.
    """
    used: list[Finding] = []

    def figure(match: re.Match[str]) -> str:
        name, _, part = match[1].partition(".")
        if name not in said.figures:
            raise BadStudy(f"The answer's sentence “{said.says[:60]}…” names {{{name}}}, which is not among its `figures:`.")
        found = find(said.figures[name], findings)
        if found is None:
            why = "".join(f"\n- Not answered: {one.audit}. {one.reason}" for one in refused)
            raise BadStudy(f"The answer's figure '{name}' ({said.figures[name].measure}) is not among the findings of the questions asked.{why}")
        used.append(found)
        if found.value is None:
            return f"no figure ({found.caveats[0] if found.caveats else 'not given'})"
        return _part_of(found, part)

    text = re.sub(r"\{([\w.]+)\}", figure, " ".join(said.says.split()))
    return Sentence(text, tuple(used), said.topic)


def _part_of(found: Finding, part: str) -> str:
    """A figure as a sentence asks for it."""
    if part == "range":
        readings = found.settings.get("readings") or {}
        if readings.get("low") is None:
            raise BadStudy(f"The answer asks for the range of {found.measure} over the readings, which it does not have: none of them bears on it.")
        low, high = (value_of(found.model_copy(update={"value": readings[end]})) for end in ("low", "high"))
        return f"{low} to {high}"
    return p_of(found.p_value) if part == "p" else value_of(found) if part == "value" else with_interval(found)


def guesses(findings: Sequence[Finding], said: Sequence[Sentence]) -> list[Sentence]:
    """A warning to stand first, where the lead hangs on a reading."""
    lead = next((one for one in said if one.topic == "lead" and one.findings), None)
    hangs = [finding for finding in (lead.findings if lead else ()) if (finding.settings.get("readings") or {}).get("survives") is False]
    return [Sentence(f"This conclusion depends on a choice. {finding.settings['readings']['says']}", (finding,), "guess") for finding in hangs[:1]]


def key_figures(keys: Sequence[Key], findings: Sequence[Finding]) -> tuple[KeyFigure, ...]:
    """The large numbers that could be given."""
    found = [(key, find(key.figure, findings)) for key in keys]
    return tuple(_key(key, one) for key, one in found if one is not None and one.value is not None)


def _key(key: Key, found: Finding) -> KeyFigure:
    kind = f"{level_of(found)} interval" if found.level is not None else "range"
    interval = f"{kind} {interval_of(found)}" if found.low is not None or found.high is not None else "no interval"
    return KeyFigure(key.label, value_of(found), interval, f"of {denominator_of(found)}" if found.n is not None else "", key.beside, found)


def is_of(finding: Finding, part: PartDeclared) -> bool:
    """Whether a figure belongs in a declared section."""
    if part.place not in (None, finding.place):
        return False
    return any(finding.measure == measure or (measure.endswith("*") and finding.measure.startswith(measure[:-1])) for measure in part.measures)
