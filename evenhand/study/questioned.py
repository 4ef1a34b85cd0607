"""Studies of questions: any of the audits' questions put to declared tables, with the answer's sentences declared too.

How its sentences and sections are declared stands in saying.py.

Steps, in order:  read -> ask each question (the first under every reading) -> sentences, key figures, parts -> Document
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ..report.contents import Refusal
from ..report.document import Document, Part
from ..report.measures import measure_of
from ..tables.errors import BadStudy, CannotAnswer
from .claims import check_claims
from .declaration import Choices, Claim, Declared, TableDeclared, Words, _Strict
from .made_with import made_with
from .question import Answer
from .question_sweep import swept_asks, with_ranges
from .question_tables import put, questions_of, read
from .saying import Figure, Key, PartDeclared, Said, find, guesses, is_of, key_figures, sentence

if TYPE_CHECKING:
    from ..report.picture import Picture
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .question import Tell


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

    kind: Literal["questions"] = Field(default="questions", description="What is studied: places, questions, replay, comparison or people.")
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


def _document(study: Study, answers: dict[str, Answer], tables: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Document:
    from .shown import prose

    findings = tuple(finding for answer in answers.values() for finding in answer.findings)
    refused = tuple(refusal for answer in answers.values() for refusal in answer.refused)
    said = [sentence(one, findings, refused) for one in study.answer]
    pictures = {picture.slug: picture for answer in answers.values() for picture in answer.pictures}
    return Document(
        slug=study.slug,
        title=study.title,
        question=study.question,
        facts=(("Place", study.place), ("Period", study.period)),
        answer=(*guesses(findings, said), *said),
        key_figures=key_figures(study.key_figures, findings),
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
            Part(one.slug, one.title, one.text, tuple(pictures[slug] for slug in one.pictures), tuple(f for f in findings if is_of(f, one)))
            for one in study.parts
        ]
    drawn = _readings_picture(study, findings, rows)
    if drawn is not None:
        text = "Where there is more than one sensible way to count, each was tried in turn, and many together."
        parts.append(Part("readings", "What the answer depends on", text, (drawn,)))
    return tuple(parts)


def _readings_picture(study: Study, findings: Sequence[Finding], rows: Sequence[dict[str, Any]]) -> Picture | None:
    from ..report.plain_pictures import readings_forest

    main = find(study.swept, findings) if study.swept is not None else None
    if main is None or not rows:
        return None
    title = f"{measure_of(main).title}, {main.group or 'all'}, under each choice"
    selected = {name: value for selection in study.selections.values() for name, value in selection.items()}
    own_files = {table: next(choice for choice in study.readings[table] if choice not in others) for table, others in study.alternatives.items()}
    return readings_forest(main, rows, defaults={**selected, **next(iter(study.asks.values())), **own_files}, title=title)
