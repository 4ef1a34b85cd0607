"""Studies of questions: any of the audits' questions put to declared tables, with the answer's sentences declared too.

The numbers in a declared sentence are named figures: each is looked up among the findings and set in with its interval,
so that no number can stand in a report that the study did not compute. A figure that could not be given says so.

Steps, in order:  read -> ask each question (the first under every reading) -> sentences, key figures, parts -> Document
"""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from .. import __version__
from ..report.contents import Refusal, SourceUsed
from ..report.document import Document, Part
from ..report.measures import measure_of
from ..report.numbers import denominator_of, interval_of, level_of, value_of, with_interval
from ..report.words import KeyFigure, Sentence
from ..tables.errors import BadStudy, CannotAnswer
from .asking import settings_of
from .claims import check_claims
from .declaration import Choices, Declared, TableDeclared, Words, _Strict
from .question import Answer, Asked, Question
from .questions import question_named, question_names

if TYPE_CHECKING:
    from ..report.picture import Picture
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .question import Tell

FEW_REPLICATES = 100
"""Redraws for each reading but the default, of which only the values are shown."""
_LIBRARIES = ("ibis-framework", "numpy", "pandas", "scipy")


class Figure(_Strict):
    """One finding, by what it is of."""

    measure: Words = Field(description="The finding's measure.")
    group: str | None = Field(default=None, description="Its group; left out: any.")
    reference: str | None = Field(default=None, description="Its reference; left out: any.")
    where: dict[str, Any] = Field(default_factory=dict, description="Settings it must have, such as `score: 7`.")


class Said(_Strict):
    """A sentence of the answer; {names} in it stand for figures."""

    topic: str = Field(default="lead", description="lead, or the small heading it stands under.")
    says: Words = Field(description="The sentence; {name} is set in as the figure with its interval, {name.value} without it.")
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


class Study(Declared):
    """A declared study of questions."""

    kind: Literal["questions"] = Field(default="questions", description="What is studied: places, questions or replay.")
    place: Words = Field(description="Where, as it stands in every finding.")
    period: Words = Field(description="When, as it stands in every finding.")
    tables: dict[str, TableDeclared] = Field(min_length=1, description="The tables the questions read, by name.")
    selections: dict[str, dict[str, Any]] = Field(default_factory=dict, description="Settings of a table's source, such as which rows count.")
    asks: dict[str, dict[str, Any]] = Field(min_length=1, description="The questions and their settings; the first is swept over the readings.")
    readings: dict[str, Choices] = Field(default_factory=dict, description="Selections or settings of the first question to vary, each with its choices.")
    swept: Figure | None = Field(default=None, description="The figure whose readings are drawn.")
    answer: list[Said] = Field(min_length=1, description="The sentences of the answer.")
    key_figures: list[Key] = Field(default=[], max_length=8, description="The few large numbers.")
    parts: list[PartDeclared] = Field(default=[], description="The sections; left out: one for each question.")
    standing: list[str] = Field(default=[], description="What holds for every number here.")
    names: dict[str, str] = Field(default_factory=dict, description="What a slug is called in tables.")


def check(study: Study, tell: Tell) -> list[HealthReport]:
    """Read all that a study needs, without running it.

    Returns:
        What is odd about each table.

    Raises:
        BadStudy: a question, table or setting that is not there.
        BadFile: files that are not where they should be.
    """
    from .shown import prose

    _questions(study)
    prose(study.folder)
    return [_read(name, study, study.selections.get(name, {}))[1] for name in study.tables]


def run(study: Study, tell: Tell) -> Document:
    """Run a study from its tables to its document.

    Raises:
        EvenhandError: the declaration or a table does not fit, or its first question cannot be answered.
    """
    questions = _questions(study)
    first = next(iter(questions))
    answers: dict[str, Answer] = {}
    tables = {name: _read(name, study, study.selections.get(name, {})) for name in study.tables}
    swept = _swept_first(study, questions[first], tell)
    for done, (name, question) in enumerate(questions.items()):
        tell(f"asking about {name.replace('-', ' ')}", 0.6 + 0.3 * done / len(questions))
        asked = _asked(study, question, tables, study.asks[name])
        try:
            answers[name] = question.ask(asked)
        except CannotAnswer as reason:
            answers[name] = Answer((), (Refusal(name, str(reason)),))
    if swept is not None:
        answers[first] = replace(answers[first], findings=_with_ranges(answers[first].findings, swept.findings))
    tell("gathering the report", 0.95)
    return _document(study, answers, tables, swept.rows if swept else ())


def _questions(study: Study) -> dict[str, Question]:
    unknown = [name for name in study.asks if name not in question_names()]
    if unknown:
        raise BadStudy(f"`asks.{unknown[0]}` is not a question. Known: {', '.join(question_names())}.")
    found = {name: question_named(name) for name in study.asks}
    for name, question in found.items():
        settings_of(question, study.asks[name])
        lacking = [table.table for table in question.tables if table.is_needed and table.table not in study.tables]
        if lacking:
            raise BadStudy(f"`asks.{name}` reads the table '{lacking[0]}', which the study does not declare under `tables:`.")
    return found


def _read(name: str, study: Study, selection: dict[str, Any]) -> tuple[Any, HealthReport, SourceUsed]:
    """A table's rows, what is odd about them, and where they came from."""
    from ..sources.detect import SOURCES
    from .reading import read_table, used_of
    from .unshipped import files_of

    declared = study.tables[name]
    if declared.fetch is None:
        read = read_table(name, declared, study.folder)
        return read.rows, read.health, read.used
    if declared.fetch not in SOURCES:
        raise BadStudy(f"`tables.{name}.fetch: {declared.fetch}` is not a source. Known: {', '.join(SOURCES)}.")
    module, files = SOURCES[declared.fetch], files_of(declared, study)
    try:
        tidied = module.tidy(files, **selection)
    except TypeError:
        known = [one for one in module.tidy.__kwdefaults__ or {} if one != "engine"]
        raise BadStudy(f"`selections.{name}` has a setting that the source '{declared.fetch}' does not take. Known: {', '.join(known) or 'none'}.") from None
    used = used_of(name, module.CARD, files, tidied.health.rows)
    return tidied.rows, replace(tidied.health, source=f"{module.CARD.title}: {', '.join(path.name for path in files)}"), used


def _asked(study: Study, question: Question, tables: dict[str, Any], settings: dict[str, Any], *, replicates: int | None = None) -> Asked:
    mine = {table.table: tables[table.table] for table in question.tables if table.table in tables}
    titles = "; ".join(dict.fromkeys(used.title for _, _, used in mine.values()))
    return Asked(
        {name: rows for name, (rows, _, _) in mine.items()},
        {name: health for name, (_, health, _) in mine.items()},
        settings_of(question, settings),
        study.place,
        study.period,
        titles,
        seed=study.seed,
        replicates=replicates or study.replicates,
    )


def _swept_first(study: Study, question: Question, tell: Tell) -> Any:
    """The first question under every reading; None where none is declared."""
    if not study.readings:
        return None
    from ..audit.readings import swept

    own = {setting.name for setting in question.settings}
    fetched = [name for name, table in study.tables.items() if table.fetch]
    chosen = {name: value for table in fetched for name, value in study.selections.get(table, {}).items()}
    defaults = {**chosen, **{name: value for name, value in study.asks[question.name].items() if name in study.readings}}
    lacking = [name for name in study.readings if name not in defaults]
    if lacking:
        raise BadStudy(f"`readings.{lacking[0]}` varies a setting that has no value: give its default under `selections:` or `asks.{question.name}:`.")

    def ask(settings: dict[str, Any]) -> Sequence[Finding]:
        tables = {
            name: _read(name, study, {key: value for key, value in settings.items() if key in study.selections.get(name, {})}) for name in study.tables
        }
        asks = {**study.asks[question.name], **{name: value for name, value in settings.items() if name in own and name not in chosen}}
        return question.ask(_asked(study, question, tables, asks, replicates=FEW_REPLICATES)).findings

    return swept(ask, defaults, study.readings, seed=study.seed, tell=lambda what, share: tell(what, 0.1 + 0.5 * share))


def _with_ranges(findings: Sequence[Finding], ranged: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each with the range its twin of the sweep carries; the twins rest on fewer redraws, the values are the same."""
    from ..audit.readings import ranged as with_range

    twins = {(one.measure, one.group, one.reference, _plain(one.settings)): one.settings["readings"] for one in ranged}
    out = []
    for finding in findings:
        readings = twins.get((finding.measure, finding.group, finding.reference, _plain(finding.settings)))
        out.append(finding if readings is None else with_range(finding, readings))
    return tuple(out)


def _plain(settings: dict[str, Any]) -> str:
    kept = {name: value for name, value in settings.items() if name not in ("readings", "replicates") and isinstance(value, (str, bool, int))}
    return repr(sorted(kept.items()))


def find(figure: Figure, findings: Sequence[Finding]) -> Finding | None:
    """The first finding a declared figure names."""
    for finding in findings:
        if finding.measure != figure.measure or (figure.group is not None and finding.group != figure.group):
            continue
        if figure.reference is not None and finding.reference != figure.reference:
            continue
        if all(finding.settings.get(name) == value for name, value in figure.where.items()):
            return finding
    return None


def sentence(said: Said, findings: Sequence[Finding]) -> Sentence:
    """A declared sentence with its figures set in.

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
            raise BadStudy(f"The answer's figure '{name}' ({said.figures[name].measure}) is not among the findings of the questions asked.")
        used.append(found)
        if found.value is None:
            return f"no figure ({found.caveats[0] if found.caveats else 'not given'})"
        return value_of(found) if part == "value" else with_interval(found)

    text = re.sub(r"\{([\w.]+)\}", figure, " ".join(said.says.split()))
    return Sentence(text, tuple(used), said.topic)


def _guess(findings: Sequence[Finding], said: Sequence[Sentence]) -> list[Sentence]:
    """A warning first, where the lead hangs on a reading."""
    lead = next((one for one in said if one.topic == "lead" and one.findings), None)
    hangs = [finding for finding in (lead.findings if lead else ()) if (finding.settings.get("readings") or {}).get("survives") is False]
    return [Sentence(f"This conclusion depends on a choice. {finding.settings['readings']['says']}", (finding,), "guess") for finding in hangs[:1]]


def _document(study: Study, answers: dict[str, Answer], tables: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Document:
    from .shown import prose

    findings = tuple(finding for answer in answers.values() for finding in answer.findings)
    said = [sentence(one, findings) for one in study.answer]
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
        refused=tuple(refusal for answer in answers.values() for refusal in answer.refused),
        claims=check_claims(study.published_claims, findings),
        sources=tuple(used for _, _, used in tables.values()),
        prose=prose(study.folder),
        limits=tuple(study.limits),
        names=dict(study.names),
        settings={"selections": study.selections, "asks": study.asks},
        manifest=_manifest(study, tables),
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
            Part(name, question_named(name).asks, question_named(name).says, answer.pictures, answer.findings, refused=answer.refused)
            for name, answer in answers.items()
        ]
    else:
        unknown = [slug for part in study.parts for slug in part.pictures if slug not in pictures]
        if unknown:
            raise BadStudy(f"`parts` shows the picture '{unknown[0]}', which no question drew. Drawn: {', '.join(pictures)}.")
        parts = [
            Part(one.slug, one.title, one.text, tuple(pictures[slug] for slug in one.pictures), tuple(f for f in findings if _is_of(f, one.measures)))
            for one in study.parts
        ]
    drawn = _readings_picture(study, findings, rows)
    if drawn is not None:
        text = "Where there is more than one sensible way to count, each was tried in turn, and many together."
        parts.append(Part("readings", "What the answer depends on", text, (drawn,)))
    return tuple(parts)


def _is_of(finding: Finding, measures: Sequence[str]) -> bool:
    return any(finding.measure == measure or (measure.endswith("*") and finding.measure.startswith(measure[:-1])) for measure in measures)


def _readings_picture(study: Study, findings: Sequence[Finding], rows: Sequence[dict[str, Any]]) -> Picture | None:
    from ..report.plain_pictures import readings_forest

    main = find(study.swept, findings) if study.swept is not None else None
    if main is None or not rows:
        return None
    title = f"{measure_of(main).title}, {main.group or 'all'}, under each choice"
    selected = {name: value for selection in study.selections.values() for name, value in selection.items()}
    return readings_forest(main, rows, defaults={**selected, **next(iter(study.asks.values()))}, title=title)


def _manifest(study: Study, tables: dict[str, Any]) -> dict[str, Any]:
    return {
        "study": study.slug,
        "evenhand": __version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "seed": study.seed,
        "replicates": study.replicates,
        "inputs": [{"table": used.table, "files": list(used.files), "sha256": list(used.sha256), "rows": used.rows} for _, _, used in tables.values()],
        "declaration": study.model_dump(mode="json"),
    }
