"""Studies of questions: any of the audits' questions put to declared tables, with the answer's sentences declared too.

The numbers in a declared sentence are named figures: each is looked up among the findings and set in with its interval,
so that no number can stand in a report that the study did not compute. A figure that could not be given says so.

Steps, in order:  read -> ask each question (the first under every reading) -> sentences, key figures, parts -> Document
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ..report.contents import Refusal
from ..report.document import Document, Part
from ..report.measures import measure_of
from ..report.numbers import denominator_of, interval_of, level_of, p_of, value_of, with_interval
from ..report.words import KeyFigure, Sentence
from ..tables.errors import BadStudy, CannotAnswer
from .claims import check_claims
from .declaration import Choices, Claim, Declared, TableDeclared, Words, _Strict
from .made_with import made_with
from .question import Answer
from .question_sweep import swept_asks, with_ranges
from .question_tables import put, questions_of, read

if TYPE_CHECKING:
    from ..report.picture import Picture
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .question import Tell


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


class Framed(_Strict):
    """A question asked under a name of its own: of another part of the place, of other months, or of other tables."""

    question: Words = Field(description="Which question; `evenhand audit --help` lists them.")
    tables: dict[str, str | None] = Field(
        default_factory=dict, description="Table of the question -> its name under `tables:`, where the two differ; null leaves an optional one out."
    )
    place: str | None = Field(default=None, description="Where, if not the study's place.")
    period: str | None = Field(default=None, description="When, if not the study's period.")
    notes: list[str] = Field(default=[], description="Sentences that go with each of its figures.")


class PlacedClaim(Claim):
    """A published statement to set beside our figures, which may be of one of several places."""

    place: str | None = Field(default=None, description="Place of the finding, where the study asks of several.")


class Study(Declared):
    """A declared study of questions."""

    kind: Literal["questions"] = Field(default="questions", description="What is studied: places, questions, replay or comparison.")
    place: Words = Field(description="Where, as it stands in every finding.")
    period: Words = Field(description="When, as it stands in every finding.")
    tables: dict[str, TableDeclared] = Field(min_length=1, description="The tables the questions read, by name.")
    selections: dict[str, dict[str, Any]] = Field(default_factory=dict, description="Settings of a table's source, such as which rows count.")
    alternatives: dict[str, dict[str, TableDeclared]] = Field(
        default_factory=dict, description="Table -> other files for it, by name, to be tried under `readings:`."
    )
    asks: dict[str, dict[str, Any]] = Field(min_length=1, description="The questions and their settings; the first is swept over the readings.")
    frames: dict[str, Framed] = Field(default_factory=dict, description="For asks under names of their own: which question they put, and of what.")
    readings: dict[str, Choices] = Field(
        default_factory=dict,
        description="Selections or settings of the first question, or tables with alternatives, to vary, each with its choices; the default comes first.",
    )
    swept: Figure | None = Field(default=None, description="The figure whose readings are drawn.")
    answer: list[Said] = Field(min_length=1, description="The sentences of the answer.")
    key_figures: list[Key] = Field(default=[], max_length=8, description="The few large numbers.")
    parts: list[PartDeclared] = Field(default=[], description="The sections; left out: one for each question.")
    standing: list[str] = Field(default=[], description="What holds for every number here.")
    names: dict[str, str] = Field(default_factory=dict, description="What a slug is called in tables.")
    published_claims: list[PlacedClaim] = Field(default=[], description="Published statements to set beside the figures.")  # type: ignore[assignment]  # narrower


def check(study: Study, tell: Tell) -> list[HealthReport]:
    """Read all that a study needs, without running it.

    Returns:
        What is odd about each table.

    Raises:
        BadStudy: a question, table or setting that is not there.
        BadFile: files that are not where they should be.
    """
    from .shown import prose

    questions_of(study)
    prose(study.folder)
    for name, others in study.alternatives.items():
        for choice in others:
            read(name, study, choice=choice)
    return [read(name, study)[1] for name in study.tables]


def run(study: Study, tell: Tell) -> Document:
    """Run a study from its tables to its document.

    Raises:
        EvenhandError: the declaration or a table does not fit, or its first question cannot be answered.
    """
    questions = questions_of(study)
    answers: dict[str, Answer] = {}
    tables = {name: read(name, study) for name in study.tables}
    swept = swept_asks(study, questions, tell)
    for done, (name, question) in enumerate(questions.items()):
        tell(f"asking about {name.replace('-', ' ')}", 0.6 + 0.3 * done / len(questions))
        try:
            answers[name] = put(study, name, question, tables, study.asks[name])
        except CannotAnswer as reason:
            answers[name] = Answer((), (Refusal(name, str(reason)),))
        if swept is not None:
            answers[name] = replace(answers[name], findings=with_ranges(answers[name].findings, swept.findings))
    tell("gathering the report", 0.95)
    return _document(study, answers, tables, swept.rows if swept else ())


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


def _guess(findings: Sequence[Finding], said: Sequence[Sentence]) -> list[Sentence]:
    """A warning first, where the lead hangs on a reading."""
    lead = next((one for one in said if one.topic == "lead" and one.findings), None)
    hangs = [finding for finding in (lead.findings if lead else ()) if (finding.settings.get("readings") or {}).get("survives") is False]
    return [Sentence(f"This conclusion depends on a choice. {finding.settings['readings']['says']}", (finding,), "guess") for finding in hangs[:1]]


def _document(study: Study, answers: dict[str, Answer], tables: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Document:
    from .shown import prose

    findings = tuple(finding for answer in answers.values() for finding in answer.findings)
    refused = tuple(refusal for answer in answers.values() for refusal in answer.refused)
    said = [sentence(one, findings, refused) for one in study.answer]
    keys = [(key, found) for key in study.key_figures if (found := find(key.figure, findings)) is not None and found.value is not None]
    pictures = {picture.slug: picture for answer in answers.values() for picture in answer.pictures}
    return Document(
        slug=study.slug,
        title=study.title,
        question=study.question,
        facts=(("Place", study.place), ("Period", study.period)),
        answer=(*_guess(findings, said), *said),
        key_figures=tuple(_key(key, found) for key, found in keys),
        standing=tuple(study.standing),
        parts=_parts(study, answers, findings, pictures, rows),
        findings=findings,
        health=tuple(health for _, health, _ in tables.values()),
        refused=refused,
        claims=check_claims(study.published_claims, findings),
        sources=tuple(used for _, _, used in tables.values()),
        prose=prose(study.folder),
        limits=tuple(study.limits),
        names=dict(study.names),
        settings={"selections": study.selections, "asks": study.asks},
        manifest=made_with(study, (used for _, _, used in tables.values())),
        run_again=f"evenhand study run {study.slug} --out {study.slug}",
    )


def _key(key: Key, found: Finding) -> KeyFigure:
    interval = f"{level_of(found)} interval {interval_of(found)}".strip() if found.low is not None or found.high is not None else "no interval"
    return KeyFigure(key.label, value_of(found), interval, f"of {denominator_of(found)}" if found.n is not None else "", key.beside, found)


def _parts(
    study: Study, answers: dict[str, Answer], findings: Sequence[Finding], pictures: dict[str, Picture], rows: Sequence[dict[str, Any]]
) -> tuple[Part, ...]:
    """The declared sections, or one a question; then the readings."""
    if not study.parts:
        parts = [
            Part(name, question.asks, question.says, answers[name].pictures, answers[name].findings, refused=answers[name].refused)
            for name, question in questions_of(study).items()
        ]
    else:
        unknown = [slug for part in study.parts for slug in part.pictures if slug not in pictures]
        if unknown:
            raise BadStudy(f"`parts` shows the picture '{unknown[0]}', which no question drew. Drawn: {', '.join(pictures)}.")
        parts = [
            Part(one.slug, one.title, one.text, tuple(pictures[slug] for slug in one.pictures), tuple(f for f in findings if _is_of(f, one)))
            for one in study.parts
        ]
    drawn = _readings_picture(study, findings, rows)
    if drawn is not None:
        text = "Where there is more than one sensible way to count, each was tried in turn, and many together."
        parts.append(Part("readings", "What the answer depends on", text, (drawn,)))
    return tuple(parts)


def _is_of(finding: Finding, part: PartDeclared) -> bool:
    if part.place not in (None, finding.place):
        return False
    return any(finding.measure == measure or (measure.endswith("*") and finding.measure.startswith(measure[:-1])) for measure in part.measures)


def _readings_picture(study: Study, findings: Sequence[Finding], rows: Sequence[dict[str, Any]]) -> Picture | None:
    from ..report.plain_pictures import readings_forest

    main = find(study.swept, findings) if study.swept is not None else None
    if main is None or not rows:
        return None
    title = f"{measure_of(main).title}, {main.group or 'all'}, under each choice"
    selected = {name: value for selection in study.selections.values() for name, value in selection.items()}
    own_files = {table: next(choice for choice in study.readings[table] if choice not in others) for table, others in study.alternatives.items()}
    return readings_forest(main, rows, defaults={**selected, **next(iter(study.asks.values())), **own_files}, title=title)
