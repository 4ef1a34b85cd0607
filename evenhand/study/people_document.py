"""A study of made-up people laid out as a document: that nobody exists, the answer, each thing asked with its pictures, the readings, the worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..audit.score_frame import EVERYONE
from ..report.document import Document, Part
from ..report.measures import measure_of
from ..report.people_pictures import by_system, cycles, share_label, shares_of, system_of, two_truths
from ..report.plain_pictures import readings_forest
from ..report.words import Sentence
from .claims import check_claims
from .made_with import made_with
from .people_run import STANDING
from .saying import find, guesses, is_of, key_figures, sentence
from .shown import prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..report.picture import Picture
    from ..tables.findings import Finding
    from .people_run import Outcome

FIRST = (
    "Nobody in this study exists. The people, what they did and what was recorded of them are made up, so that the truth is known; that shows what such rules "
    "do to the truth they are fed, and nothing about how many real people any force has on its list."
)
TITLES = {
    "flags": ("Whom the lists hold", "Per head of whom? The same list beside everybody, beside those who did something, and beside those recorded to have."),
    "errors": (
        "How often the lists are wrong",
        "Judged twice: by what was recorded afterwards, as a force must, and by what was done, which only made-up people show.",
    ),
    "matched": (
        "People alike",
        "The gap between groups among people with the same record, and among people who did the same. Where policing differs, a rule can look even-handed "
        "by the record and not be so by conduct.",
    ),
    "sources": ("What the lists rest on", "Each kind of record is taken away in turn, and the list is made anew."),
    "harm": ("Listed with nothing done", "How many of the listed have no recent violence: on record, and in truth."),
    "over-time": ("How long people stay", "Lists made half a year apart: how many stay, who is taken off, and how soon."),
    "baselines": ("Plainer rules", "What lists as long would do if drawn by lot, by age alone, or by the number of earlier records."),
    "children": ("Children", "Those under 18, counted apart and with a stricter threshold for small numbers."),
    "leak": ("Does it learn from the future?", "Whether what the model reads could only have been known after the day."),
}  # fmt: skip
MEASURES_OF = {
    "flags": ("list_rate_ratio", "list_group_share", "denominator_group_share", "list_share_over_share"),
    "matched": ("matched_*", "standardised_*", "conduct_less_record_gap"),
}
"""Asks whose sections take their figures by measure; the others by the file the measure is declared in."""
FILES = {
    "errors": "person_errors", "harm": "person_harm", "sources": "person_source_findings", "over-time": "person_history_findings",
    "baselines": "person_baselines", "children": "person_children", "leak": "label_leak",
}  # fmt: skip


SOURCES_SAID = {
    "nothing": "nothing left out", "convictions": "convictions and cautions", "charges": "charges without a conviction", "suspect": "suspicion alone",
    "intelligence": "intelligence", "victimisation": "being a victim or witness", "association": "being recorded beside others", "stops": "stops",
}  # fmt: skip


DRAWN_BY_CYCLE = ("loop_list_ratio", "loop_list_size", "loop_violent_share")
"""What is drawn from cycle to cycle; the rest stands in the table."""


def document_of(outcome: Outcome) -> Document:
    """Everything the report of a study of made-up people shows."""
    study, findings = outcome.study, tuple(outcome.findings)
    said = [sentence(one, findings, outcome.refused) for one in study.answer]
    first = next(iter(study.worlds.values()))
    return Document(
        slug=study.slug,
        title=study.title,
        question=study.question,
        facts=(
            ("People", f"made up: {'; '.join(f'{one.people:,} in {one.label}' for one in study.worlds.values())}"),
            ("Records", f"{first.years:g} years, lists made {study.follow_up_days:,} days before their end"),
            ("Systems", ", ".join(entry.label for entry in outcome.entries)),
        ),
        answer=(Sentence(FIRST, (), "lead"), *guesses(findings, said), *said),
        key_figures=key_figures(study.key_figures, findings),
        standing=(*STANDING, *study.standing),
        parts=_parts(outcome),
        findings=findings,
        refused=tuple(outcome.refused),
        cards=_cards(outcome),
        claims=check_claims(study.published_claims, findings),
        prose="\n\n".join((prose(study.folder), *_worlds_told(outcome))),
        limits=tuple(study.limits),
        names=dict(study.names),
        settings={"worlds": {name: world.model_dump(mode="json") for name, world in study.worlds.items()}, "systems": _settings(outcome)},
        manifest=made_with(study, ()),
        run_again=f"evenhand study run {study.slug} --out {study.slug}",
    )


def _cards(outcome: Outcome) -> tuple[tuple[str, Any], ...]:
    """Each system's card once, however often the system stands."""
    cards: dict[str, tuple[str, Any]] = {}
    for entry in outcome.entries:
        cards.setdefault(entry.module.CARD.slug, (entry.label, entry.module.CARD))
    return tuple(cards.values())


def _settings(outcome: Outcome) -> dict[str, Any]:
    return {entry.label: {name: value for name, value in entry.settings.items() if value != entry.module.CARD.defaults[name]} for entry in outcome.entries}


def _worlds_told(outcome: Outcome) -> list[str]:
    """How each world was made, for the method section."""
    from ..people.card import short_card

    return [f"## {outcome.study.worlds[name].label}\n\n{short_card(parameters)}" for name, parameters in outcome.parameters.items()]


def _parts(outcome: Outcome) -> tuple[Part, ...]:
    """The declared sections, or one for each thing asked; then feedback, readings and worlds."""
    study = outcome.study
    main = next(iter(study.worlds.values())).label
    if study.parts:
        drawn = {picture.slug: picture for ask in study.asks if ask in TITLES for picture in pictures_of(ask, outcome, main)}
        parts = [_declared(one, outcome, drawn) for one in study.parts]
    else:
        parts = [_asked(ask, outcome, main) for ask in TITLES if ask in study.asks]
    return (*(part for part in parts if part.findings or part.pictures), *_feedback(outcome), *_other_worlds(outcome, main), *_readings(outcome, main))


def _declared(one: Any, outcome: Outcome, drawn: dict[str, Picture]) -> Part:
    pictures = tuple(drawn[slug] for slug in one.pictures if slug in drawn)
    return Part(one.slug, one.title, one.text, pictures, tuple(finding for finding in outcome.findings if is_of(finding, one)))


def _asked(ask: str, outcome: Outcome, main: str) -> Part:
    title, text = TITLES[ask]
    return Part(f"list-{ask}", title, text, tuple(pictures_of(ask, outcome, main)), of_ask(ask, outcome.findings))


def of_ask(ask: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of one thing asked."""
    import importlib

    if ask in MEASURES_OF:
        wanted = MEASURES_OF[ask]
        return tuple(f for f in findings if "cycle" not in f.settings and any(_fits(f.measure, one) for one in wanted))
    declared = importlib.import_module(f"evenhand.audit.{FILES[ask]}").MEASURES
    also = "truth" if ask == "errors" else None
    return tuple(f for f in findings if f.measure in declared or (also and f.measure.startswith("group_") and also in f.settings))


def _fits(measure: str, wanted: str) -> bool:
    return measure.startswith(wanted[:-1]) if wanted.endswith("*") else measure == wanted


def pictures_of(ask: str, outcome: Outcome, main: str) -> list[Picture]:
    """The pictures of one thing asked, of the first world."""
    study = outcome.study
    found = [one for one in of_ask(ask, outcome.findings) if one.place == main]
    ours = [one for one in found if one.group == study.group and one.reference in (None, study.reference)]
    drawn = _DRAWN.get(ask, _plainly)(study, found, ours, ask)
    return [picture for picture in drawn if picture is not None]


def _flags(study: Any, found: list[Finding], ours: list[Finding], ask: str) -> list[Picture | None]:
    ratios = [one for one in ours if one.measure == "list_rate_ratio"]
    shares = [share for system in dict.fromkeys(map(system_of, found)) for share in shares_of([one for one in found if system_of(one) == system], study.group)]
    return [
        by_system(shares, slug="group-shares", title=f"{study.group} people’s share of each", axis="share", label=share_label),
        by_system(
            ratios,
            slug="list-ratios",
            title=f"How many times as often {study.group} as {study.reference} people are listed, per head of whom",
            axis=f"times as often as {study.reference} people; 1 is equal (ratio scale)",
            label=lambda one: f"per head of {one.settings['denominator']}",
        ),
    ]


def _errors(study: Any, found: list[Finding], ours: list[Finding], ask: str) -> list[Picture | None]:
    rates = ("group_false_positive_rate", "group_false_negative_rate", "group_positive_predictive_value")
    return [
        two_truths([one for one in found if one.measure == rate], slug=rate.replace("_", "-"), title=measure_of(mine[0]).title, axis="share")
        for rate in rates
        if (mine := [one for one in found if one.measure == rate])
    ]


def _matched(study: Any, found: list[Finding], ours: list[Finding], ask: str) -> list[Picture | None]:
    on = {"nothing": "among everybody", "record": "among people with the same record", "conduct": "among people who did the same"}
    gaps = [one for one in ours if one.measure == "matched_flag_difference"]
    return [
        by_system(
            gaps,
            slug="matched-gaps",
            title=f"Share of {study.group} people listed less that of {study.reference} people",
            axis="difference in percentage points; 0 is equal",
            label=lambda one: on.get(str(one.settings.get("matched_on")), str(one.settings.get("matched_on"))),
        )
    ]


def _plainly(study: Any, found: list[Finding], ours: list[Finding], ask: str) -> list[Picture | None]:
    """A forest for each measure with intervals, of everybody and of the two groups compared."""
    by_measure: dict[str, list[Finding]] = {}
    for one in found:
        if one.value is not None and one.low is not None and one.group in (None, study.group, study.reference):
            by_measure.setdefault(one.measure, []).append(one)
    drawn = []
    for measure, mine in list(by_measure.items())[:4]:
        title = measure_of(mine[0]).title
        drawn.append(by_system(mine, slug=f"{ask}-{measure.replace('_', '-')}", title=title, axis=title.lower(), label=_what))
    return drawn


def _what(finding: Finding) -> str:
    """Whom or what a line is of, where the measure is the picture's title."""
    told = ("source", "rule", "baseline", "band", "truth", "evidence", "age")
    settings = [str(finding.settings[name]).replace("_", " ") for name in told if finding.settings.get(name) is not None]
    return ", ".join([*settings, *([finding.group] if finding.group else [])]) or "all"


def _sources(study: Any, found: list[Finding], ours: list[Finding], ask: str) -> list[Picture | None]:
    fallen = [one for one in found if one.measure == "source_fallen_share" and one.group in (study.group, study.reference)]
    ratios = [one for one in ours if one.measure == "source_flag_ratio"]
    return [
        by_system(
            fallen,
            slug="fallen-off",
            title="Off the list, had one kind of record never been kept",
            axis="share of those listed",
            label=lambda one: f"{SOURCES_SAID.get(str(one.settings.get('source')), one.settings.get('source'))}, {one.group}",
        ),
        by_system(
            ratios,
            slug="ratios-without",
            title=f"How many times as often {study.group} as {study.reference} people are listed without it",
            axis=f"times as often as {study.reference} people; 1 is equal (ratio scale)",
            label=lambda one: SOURCES_SAID.get(str(one.settings.get("source")), str(one.settings.get("source"))),
        ),
    ]


_DRAWN = {"flags": _flags, "errors": _errors, "matched": _matched, "sources": _sources}


def _feedback(outcome: Outcome) -> list[Part]:
    """What becomes of the lists whose people are watched."""
    found = [one for one in outcome.findings if one.settings.get("cycle") is not None or one.settings.get("arm") is not None]
    if not found:
        return []
    drawn: list[Picture] = []
    for (measure, system, _), mine in _grouped(found).items():
        if measure not in DRAWN_BY_CYCLE:
            continue
        whose = [one for one in mine if one.group in (None, EVERYONE, outcome.study.group) and one.reference in (None, outcome.study.reference)]
        beside = f", {outcome.study.group} beside {outcome.study.reference} people" if measure == "loop_list_ratio" else ""
        title = f"{system}: {measure_of(whose[0]).title.lower()}{beside}" if whose else ""
        slug = f"cycles-{measure.replace('_', '-')}-{len(drawn) + 1}"
        picture = cycles(whose, slug=slug, title=title, axis=title, unit=str(whose[0].unit or ""), arm=lambda one: str(one.settings["arm"])) if whose else None
        drawn += [picture] if picture is not None else []
    text = "The listed are watched more, and what is recorded of them makes the next list. Beside it: the same list when being listed changes nothing."
    return [Part("feedback", "Listed and watched", text, tuple(drawn), tuple(found))]


def _grouped(findings: Sequence[Finding]) -> dict[tuple[str, str, str | None], list[Finding]]:
    grouped: dict[tuple[str, str, str | None], list[Finding]] = {}
    for one in findings:
        if one.settings.get("cycle") is not None:
            grouped.setdefault((one.measure, system_of(one), one.place), []).append(one)
    return grouped


def _other_worlds(outcome: Outcome, main: str) -> list[Part]:
    """The same lists in the other worlds, beside the first."""
    study = outcome.study
    if len(study.worlds) < 2:
        return []
    found = [
        one for one in outcome.findings
        if one.measure == "list_rate_ratio" and one.settings.get("denominator") == "everybody" and one.group == study.group and one.reference == study.reference
    ]  # fmt: skip
    picture = by_system(
        found,
        slug="worlds",
        title=f"How many times as often {study.group} as {study.reference} people are listed, in each world",
        axis=f"times as often as {study.reference} people, per head of everybody; 1 is equal (ratio scale)",
        label=lambda one: str(one.place),
    )
    text = "What the answer owes to how the world was set: the same rule where people are policed otherwise."
    return [Part("worlds", "Other worlds", text, (picture,), tuple(found))] if picture is not None else []


def _readings(outcome: Outcome, main: str) -> list[Part]:
    """What each system's answer hangs on."""
    study, drawn = outcome.study, []
    worlds = {name: world.label for name, world in study.worlds.items()}
    measured = tuple(one for one in outcome.findings if one.measure.startswith("reading_") and one.place == main)
    for (name, label), swept in outcome.swept.items():
        if worlds[name] != main:
            continue
        entry = next(one for one in outcome.entries if one.label == label)
        ours = [one for one in swept.findings if one.group == study.group and one.measure == "reading_flag_ratio" and one.value is not None]
        head = find(study.swept, ours) if study.swept is not None else next(iter(ours), None)
        if head is None:
            continue
        title = f"{label}: {measure_of(head).title.lower()}, {study.group}, under each choice"
        picture = readings_forest(head, swept.rows, defaults=entry.settings, title=title, slug=f"readings-{entry.module.CARD.slug}")
        drawn += [picture] if picture is not None else []
    text = "What the force has not said, or what can be read in more than one way, was tried choice by choice, and many together."
    return [Part("readings", "What the answer depends on", text, tuple(drawn), measured)] if measured else []
