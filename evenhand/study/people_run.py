"""Running a study of made-up people: each world made up, each system's list drawn from its records, each list asked about.

A system sees records alone. What the people truly did is set beside its list afterwards, which is what nobody can do for a real one.

Steps, in order:  worlds_of -> listed (each system in each world) -> asked (each question) -> further worlds -> feedback -> document (people_document.py)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..audit.about import About
from ..audit.person_marks import Windows
from ..audit.person_rules import made_up_rule
from ..report.contents import Refusal
from ..systems.catalogue import system_named
from ..tables.errors import BadStudy, CannotAnswer, EmptyTable
from .people_asks import ASKED, Listed
from .shown import prose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from ..audit.readings import Swept
    from ..people.made_up import MadeUp
    from ..people.parameters import Parameters
    from ..report.document import Document
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .people import Feedback, Study, SystemScored, World
    from .question import Tell

NOBODY = "Nobody in this study exists: people, what they did and what was recorded of them are made up, and so are the rates behind them."
REBUILT = "The systems are reconstructions from what is public, not the forces' own."
STANDING = (NOBODY, REBUILT)


@dataclass(frozen=True, eq=False)
class Entry:
    """One system as it is asked about: its label, module, settings with the defaults filled in, readings to vary, in which worlds, judged among whom."""

    label: str
    module: ModuleType
    settings: dict[str, Any]
    readings: dict[str, list[Any]]
    worlds: tuple[str, ...]
    among: Literal["everyone", "scored"] = "everyone"

    def score(self, book: Any, *, on: dt.date, **settings: Any) -> Any:
        """The system's scores of a book, under its settings and those given."""
        return self.module.score(book, on=on, **{**self.settings, **settings})


@dataclass(eq=False)
class Outcome:
    """All that a study of made-up people has computed; the document is laid out from it.

    Attributes:
        study, entries: what was run.
        parameters: of each world.
        findings: all of them.
        swept: (world, system label) -> its readings tried.
        refused: what could not be answered, and why.
        sizes: (world, system label) -> how many are listed, of how many.
    """

    study: Study
    entries: tuple[Entry, ...]
    parameters: dict[str, Parameters]
    findings: list[Finding] = field(default_factory=list)
    swept: dict[tuple[str, str], Swept] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    sizes: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def check(study: Study, tell: Tell) -> list[HealthReport]:
    """Read all that a study needs, without making anybody up.

    Returns:
        No reports: there are no tables.

    Raises:
        EvenhandError: a system, setting, scenario or parameter that is not there.
    """
    entries_of(study)
    for world in study.worlds.values():
        parameters_of(study, world)
    prose(study.folder)
    return []


def run(study: Study, tell: Tell) -> Document:
    """Run a study from its declaration to its document.

    Raises:
        EvenhandError: the declaration does not fit, or the first system cannot be run in the first world.
    """
    from .people_document import document_of

    check(study, tell)
    tell = _onwards(tell)
    outcome = Outcome(study, entries_of(study), {name: parameters_of(study, world) for name, world in study.worlds.items()})
    work = len(study.worlds) + len(study.feedback)
    for at, (name, world) in enumerate(study.worlds.items()):
        _one_world(outcome, name, world, _part(tell, at / work, 1 / work))
    for at, feedback in enumerate(study.feedback, start=len(study.worlds)):
        _watched(outcome, feedback, _part(tell, at / work, 1 / work))
    if not outcome.findings:
        raise CannotAnswer("\n".join(one.reason for one in outcome.refused))
    tell("gathering the report", 0.94)
    return document_of(outcome)


def entries_of(study: Study) -> tuple[Entry, ...]:
    """The systems, their settings and readings held to their cards.

    Raises:
        BadStudy: a system that scores places, or a setting that its card does not have.
    """
    return tuple(_entry(one, study) for one in study.systems)


def _entry(one: SystemScored, study: Study) -> Entry:
    module = system_named(one.name)
    card = module.CARD
    if card.kind != "person":
        raise BadStudy(f"`systems` names '{one.name}', which scores places. A study of people takes systems that score people: `evenhand systems list`.")
    unknown = [name for name in (*one.settings, *(one.readings or {})) if name not in card.defaults]
    if unknown:
        raise BadStudy(f"'{one.name}' has no setting '{unknown[0]}'. Its card knows: {', '.join(card.defaults)}.")
    settings = {name: _as_on_card(card, name, value) for name, value in one.settings.items()}
    declared = {reading.setting: list(reading.choices) for reading in card.readings} if one.readings is None else one.readings
    readings = {name: [_as_on_card(card, name, choice) for choice in choices] for name, choices in declared.items()}
    return Entry(one.label or card.title, module, {**card.defaults, **settings}, readings, tuple(one.worlds or study.worlds), one.among)


def _as_on_card(card: Any, setting: str, value: Any) -> Any:
    """A value as the card writes it: YAML has lists where a card has tuples."""
    return tuple(value) if isinstance(value, list) and isinstance(card.defaults[setting], tuple) else value


def parameters_of(study: Study, world: World) -> Parameters:
    """A world's parameters, with what the study changes in them.

    Raises:
        EvenhandError: no such scenario, or a change to a parameter that is not there.
    """
    from ..people.parameters import read_parameters

    beside = study.folder / world.scenario
    return read_parameters(beside if beside.is_file() else world.scenario).changed(world.change)


def made(parameters: Parameters, world: World, seed: int, tell: Tell | None = None) -> MadeUp:
    """A world made up."""
    from ..people.made_up import make_people

    return make_people(parameters, people=world.people, years=world.years, seed=seed, tell=tell or (lambda what, share: None))


def day_of(world: MadeUp, follow_up_days: int) -> dt.date:
    """The day lists are made on: as long before the end of the records as outcomes are followed."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(world.last) - follow_up_days)


def windows_of(study: Study) -> Windows:
    """Over what days, and which offences, outcomes are counted."""
    return Windows(follow_days=study.follow_up_days, outcome=tuple(study.outcome))


def _one_world(outcome: Outcome, name: str, world: World, tell: Tell) -> None:
    study = outcome.study
    people = made(outcome.parameters[name], world, study.seed, lambda what, share: tell(f"{world.label}: {what}", 0.3 * share))
    on = day_of(people, study.follow_up_days)
    entries = [entry for entry in outcome.entries if name in entry.worlds]
    for at, entry in enumerate(entries):
        told = _part(tell, 0.3 + 0.7 * at / len(entries), 0.7 / len(entries))
        told(f"{world.label}: {entry.label}", 0.0)
        about = about_of(study, world, entry, on, outcome.parameters[name])
        try:
            scored = entry.score(people.book, on=on)
            outcome.sizes[name, entry.label] = (int(scored.is_flagged.sum()), len(scored))
            listed = Listed(study, world, people, entry, scored, on, about, windows_of(study), made_up_rule(), told)
        except (CannotAnswer, EmptyTable) as reason:
            outcome.refused.append(Refusal(f"{entry.label}, {world.label}", str(reason)))
            continue
        _asked(outcome, name, listed)
    if world.further_seeds:
        _further(outcome, world, entries, outcome.parameters[name], _part(tell, 0.9, 0.1))


def _asked(outcome: Outcome, name: str, listed: Listed) -> None:
    """Everything the study asks, of one list; the readings in the first world of its system, which the answer speaks of."""
    asks = [ask for ask in ASKED if ask in outcome.study.asks and (ask != "readings" or (listed.entry.readings and name == listed.entry.worlds[0]))]
    for at, ask in enumerate(asks):
        listed.tell(f"{listed.world.label}, {listed.entry.label}: {ask.replace('-', ' ')}", at / len(asks))
        try:
            found = ASKED[ask](listed)
        except CannotAnswer as reason:
            outcome.refused.append(Refusal(f"{ask}: {listed.entry.label}, {listed.world.label}", str(reason)))
            continue
        if ask == "readings":
            outcome.swept[name, listed.entry.label] = found
            found = found.findings
            outcome.findings = _with_ranges(outcome.findings, [_of(one, listed.entry) for one in found])
        outcome.findings += [_of(one, listed.entry) for one in found]


def _of(finding: Finding, entry: Entry) -> Finding:
    """A finding under the name its list has in this study."""
    return finding.model_copy(update={"settings": {**finding.settings, "system": entry.label}})


def about_of(study: Study, world: World, entry: Entry, on: dt.date, parameters: Parameters) -> About:
    """The frame of a list's findings."""
    end = on + dt.timedelta(days=study.follow_up_days)
    return About(
        "people",
        world.label,
        f"listed {on.isoformat()}, followed to {end.isoformat()}",
        f"made-up people, scenario {parameters.slug}, seed {study.seed}",
        STANDING,
        {"system": entry.label, "world": world.label},
    )


SWEPT = {"list_rate_ratio": "reading_flag_ratio", "list_group_share": "reading_list_share"}
"""Figure of a list -> the figure of the sweep that says how far the readings move it."""


def _with_ranges(findings: Sequence[Finding], ranged: Sequence[Finding]) -> list[Finding]:
    """Findings with the range that their twins of the sweep carry; a ratio per head of everybody only, for that is what is swept."""
    from ..audit.readings import ranged as with_range

    def key(one: Finding, measure: str) -> tuple[Any, ...]:
        return measure, one.group, one.reference, one.place, one.settings.get("system")

    twins = {key(one, one.measure): one.settings["readings"] for one in ranged if "readings" in one.settings}
    out = []
    for one in findings:
        readings = twins.get(key(one, SWEPT.get(one.measure, ""))) if one.settings.get("denominator") in (None, "everybody") else None
        if readings is not None:
            swept, own = (measure.replace("_", " ") for measure in (SWEPT[one.measure], one.measure))
            readings = {**readings, "says": readings["says"].replace(swept, own)}
        out.append(one if readings is None else with_range(one, readings))
    return out


def _further(outcome: Outcome, world: World, entries: Sequence[Entry], parameters: Parameters, tell: Tell) -> None:
    """The shares of the same lists in further worlds, whose spread is told beside each figure."""
    from .people_asks import same_figure, shares_in_further_worlds

    values = shares_in_further_worlds(outcome.study, world, entries, parameters, tell)
    for at, finding in enumerate(outcome.findings):
        key = same_figure(finding)
        if finding.place != world.label or key not in values:
            continue
        known = [value for value in (*values[key], finding.value) if value is not None and np.isfinite(value)]
        if len(known) > 1:
            spread = {"low": min(known), "high": max(known), "n": len(known)}
            says = f"In {len(known)} worlds made up from other seeds the figure runs from {min(known):.3g} to {max(known):.3g}."
            outcome.findings[at] = finding.model_copy(update={"settings": {**finding.settings, "worlds": spread}, "caveats": (*finding.caveats, says)})


def _watched(outcome: Outcome, feedback: Feedback, tell: Tell) -> None:
    """What becomes of a list whose people are watched."""
    from .people_feedback import watched

    entry = next(one for one in outcome.entries if feedback.system in (one.label, one.module.CARD.slug))
    world = outcome.study.worlds[feedback.world]
    try:
        found = watched(outcome.study, world, entry, feedback, outcome.parameters[feedback.world], tell)
        outcome.findings += [_of(one, entry) for one in found]
    except CannotAnswer as reason:
        outcome.refused.append(Refusal(f"feedback: {entry.label}, {world.label}", str(reason)))


def _onwards(tell: Tell) -> Tell:
    """Told so that the share done never falls: parts of parts may overlap."""
    furthest = [0.0]

    def told(what: str, share: float) -> None:
        furthest[0] = max(furthest[0], share)
        tell(what, furthest[0])

    return told


def _part(tell: Tell, start: float, length: float) -> Tell:
    """Told as a part of the whole."""
    return partial(_told, tell, start, length)


def _told(tell: Tell, start: float, length: float, what: str, share: float) -> None:
    tell(what, min(0.94, start + length * share))
