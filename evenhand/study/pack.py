"""The scrutiny pack: a system's outputs laid out as evidence for an equality impact assessment, with nothing invented.

Every audit that the given tables can carry is asked. Its findings go under the headings of what a UK
public body must be able to show (`records/equality/evidence.yml`); what no table speaks of is said to be
missing, and what only the body can say is quoted from its own form or left open.

Steps, in order:  read_about -> gather (ask every audit the tables allow) -> part_of each section -> pack
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..report.document import Document, Part
from ..report.measures import measure_of, told_apart
from ..report.numbers import denominator_of, with_interval
from ..report.words import Sentence
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from .answer_page import STANDING, key_figures
from .asking import OwnFiles, Words, ask
from .equality import requirements
from .questions import question_named, question_names

if TYPE_CHECKING:
    from pathlib import Path

    from ..report.contents import SourceUsed
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .asking import Asking
    from .equality import Section
    from .question import Question, Tell

NOT_GIVEN = "Not given by the body."
MAIN = 6
"""Figures of one audit said in a sentence each; the rest stand in the tables."""


@dataclass(frozen=True)
class Gathered:
    """What the tables gave: answered audits by name, and for the others why there is nothing."""

    answered: dict[str, Asking]
    missing: dict[str, str]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, audit by audit."""
        return tuple(finding for asking in self.answered.values() for finding in asking.answer.findings)


def read_about(file: Path) -> dict[str, str]:
    """What the body says of its system: a form made by `evenhand pack new`, filled in.

    Raises:
        BadStudy: it cannot be read.
        BadSetting: a key that the form does not have, or an answer that is not text.
    """
    from .strict_yaml import read_mapping

    known = {field.slug for field in requirements().body}
    written = read_mapping(file)
    strange = [key for key in written if key not in known]
    if strange:
        raise BadSetting(f"{file} has the key '{strange[0]}', which is not on the form. Known: {', '.join(sorted(known))}. Remove or rename it.")
    wrong = [key for key, value in written.items() if value is not None and not isinstance(value, (str, int, float))]
    if wrong:
        raise BadSetting(f"{file}: `{wrong[0]}` must be text. Write the answer in one or more sentences; use `>-` for several lines.")
    return {key: " ".join(str(value).split()) for key, value in written.items() if value is not None and str(value).strip()}


def form() -> str:
    """The blank form, as YAML with a question above each key."""
    lines = ["# What only the body that uses the system can say. Leave open what is not known: an open answer is shown as such.", ""]
    for field in requirements().body:
        lines += [f"# {field.asks}", f"{field.slug}:", ""]
    return "\n".join(lines).rstrip() + "\n"


def pack(
    tables: Mapping[str, Any],
    *,
    about: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    own: OwnFiles | None = None,
    words: Words | None = None,
    level: float = 0.95,
    seed: int = 1,
    replicates: int = 1000,
    tell: Tell | None = None,
) -> Document:
    """Lay out a system's outputs as evidence.

    Args:
        tables: declared table -> file or frame; whichever there are.
        about: what the body says of its system, by the form's keys.
        settings: of the audits, such as `reference`; each goes to those that have a setting of that name.
        own, words, level, seed, replicates: as for `ask`.
        tell: is told what is being done.

    Raises:
        BadSetting: no table at all, or one that no audit reads.
        EvenhandError: a table that does not hold what it should.
    """
    said = tell or _silent
    gathered = gather(tables, settings or {}, said, own=own, words=words, level=level, seed=seed, replicates=replicates)
    said("laying out the evidence", 0.95)
    answers, spoken = dict(about or {}), words or Words()
    parts = (_characteristics(tables, gathered), *(part_of(section, gathered, answers) for section in requirements().sections), _gaps(gathered, answers))
    name = answers.get("name", "the system")
    findings = gathered.findings
    return Document(
        slug="scrutiny-pack",
        title=f"Equality impact evidence: {name}",
        question=f"What do the outputs of {name} show about people who share a protected characteristic, and what is not known?",
        facts=(("System", name), ("Used by", answers.get("operator", NOT_GIVEN)), ("Place", spoken.place), ("Period", spoken.period)),
        answer=_answer(parts, gathered),
        key_figures=key_figures(tuple(first for asking in gathered.answered.values() if (first := _first(asking)) is not None)),
        standing=(*STANDING, "This document is evidence for an assessment. It is not the assessment, and no verdict on lawfulness.", _review()),
        parts=parts,
        findings=findings,
        health=_health(gathered),
        refused=tuple(refusal for asking in gathered.answered.values() for refusal in asking.answer.refused),
        sources=_sources(gathered),
        limits=("The tables were given by whoever made this pack; Evenhand has checked their shape, not where they come from.", _review()),
        settings=dict(settings or {}),
        manifest=_manifest(gathered, seed=seed, replicates=replicates, settings=dict(settings or {}), about=answers),
        kind="evidence",
    )


def gather(tables: Mapping[str, Any], settings: Mapping[str, Any], tell: Tell, **ask_with: Any) -> Gathered:
    """Ask every audit that bears on a section and whose tables are there; `ask_with` goes to each."""
    wanted = [name for name in dict.fromkeys(audit for section in requirements().sections for audit in section.audits) if name in question_names()]
    questions = {name: question_named(name) for name in wanted}
    _require_read(tables, settings, questions)
    answered: dict[str, Asking] = {}
    missing: dict[str, str] = {}
    for done, (name, question) in enumerate(questions.items()):
        tell(f"asking about {name.replace('-', ' ')}", 0.05 + 0.9 * done / len(questions))
        here = {table.table: tables[table.table] for table in question.tables if tables.get(table.table) is not None}
        lacking = [table.table.replace("_", " ") for table in question.tables if table.is_needed and table.table not in here]
        if not here:
            reads = ", ".join(table.table.replace("_", " ") for table in question.tables)
            missing[name] = f"no table it reads was given ({reads or 'it needs figures of its own'})"
        elif lacking:
            missing[name] = f"it also needs the table {', '.join(lacking)}"
        else:
            try:
                fitting = {setting.name: settings[setting.name] for setting in question.settings if setting.name in settings}
                answered[name] = ask(name, here, settings=fitting, **ask_with)
            except (CannotAnswer, EmptyTable, BadSetting) as reason:
                missing[name] = str(reason)
    if not answered and missing:
        reasons = "\n".join(f"- {name}: {reason}" for name, reason in missing.items() if not reason.startswith("no table"))
        raise BadSetting(f"None of the audits could be carried by these tables, so there is no evidence to lay out.\n{reasons}")
    return Gathered(answered, missing)


def _require_read(tables: Mapping[str, Any], settings: Mapping[str, Any], questions: Mapping[str, Question]) -> None:
    given = [name for name, value in tables.items() if value is not None]
    read = {table.table for question in questions.values() for table in question.tables}
    if not given:
        raise BadSetting(f"No table was given. Give the system's outputs and what to hold them against: any of {', '.join(sorted(read))}.")
    strange = [name for name in given if name not in read]
    if strange:
        raise BadSetting(f"No audit of the pack reads a table '{strange[0]}'. They read: {', '.join(sorted(read))}.")
    known = {setting.name for question in questions.values() for setting in question.settings}
    unknown = [name for name in settings if name not in known]
    if unknown:
        raise BadSetting(f"No audit of the pack has a setting '{unknown[0]}'. Known: {', '.join(sorted(known))}.")


def part_of(section: Section, gathered: Gathered, about: Mapping[str, str]) -> Part:
    """One section: what is asked and by whom, what the evidence says, what the body says, what is missing."""
    answered = [gathered.answered[name] for name in section.audits if name in gathered.answered]
    lacking = {name: gathered.missing.get(name, "this version of Evenhand does not have it") for name in section.audits if name not in gathered.answered}
    lines = [f"**What is asked.** {section.asks}", "", _who_asks(section), ""]
    lines += _evidence(answered, section)
    lines += ["**What the body says.**", ""]
    asked = {field.slug: field.asks for field in requirements().body}
    lines += [f"- {asked[slug]} {about.get(slug, f'*{NOT_GIVEN}*')}" for slug in section.body_says]
    if lacking:
        lines += ["", "**Not answered here.**", ""]
        lines += [f"- {_asks(name)} Not answered: {reason.rstrip('.')}." for name, reason in lacking.items()]
    shown = tuple(finding for asking in answered for finding in asking.answer.findings)
    first_use = [asking for asking in answered if _home(asking.question.name) == section.slug]
    pictures = tuple(picture for asking in first_use for picture in asking.document.pictures)
    return Part(section.slug, section.title, "\n".join(lines), pictures, shown)


def _asks(audit: str) -> str:
    return question_named(audit).asks if audit in question_names() else audit.replace("-", " ").capitalize() + "."


def _home(audit: str) -> str:
    """The section in which an audit's pictures stand: the first but the general one, so that none is drawn twice."""
    homes = [section.slug for section in requirements().sections if audit in section.audits]
    return next((slug for slug in homes if slug != "duty"), homes[0])


def _who_asks(section: Section) -> str:
    named = [f"[{one.text}]({one.url})" if one.url else one.text for one in section.sources]
    marked = [text + ("" if one.mark == "known" else " *(from the literature, not read again)*") for text, one in zip(named, section.sources, strict=True)]
    return f"Asked by: {'; '.join(marked)}."


def _evidence(answered: list[Asking], section: Section) -> list[str]:
    if not section.audits:
        return ["**What the evidence says.** No audit of outputs can speak to this.", ""]
    if not answered:
        return ["**What the evidence says.** Nothing: no table was given that bears on this.", ""]
    lines = ["**What the evidence says.**", ""]
    for asking in answered:
        lines += [f"*{asking.question.asks}*", ""]
        shown = asking.answer.findings[:MAIN]
        lines += [f"- {sentence_of(finding, apart)}" for finding, apart in zip(shown, told_apart(shown), strict=True)] or ["- No figure could be given."]
        lines.append("")
    return lines


def sentence_of(finding: Finding, apart: str = "") -> str:
    """A finding in one line, with interval and denominator, or with the reason why there is no figure; `apart` is what sets it apart."""
    whom = f" {finding.group} beside {finding.reference}" if finding.group and finding.reference else f" {finding.group}" if finding.group else ""
    named = f"{measure_of(finding).title}{f' ({apart})' if apart else ''}:{whom}"
    if finding.value is None:
        return f"{named}: no figure. {finding.caveats[0] if finding.caveats else ''}".strip()
    test = f"; p = {finding.p_value:.3f} ({finding.null_model})" if finding.p_value is not None else ""
    return f"{named} {with_interval(finding)}, from {denominator_of(finding)}{test}."


def _characteristics(tables: Mapping[str, Any], gathered: Gathered) -> Part:
    """For each protected characteristic, whether any table given carries it: a row even where there is nothing."""
    from ..report.shown import Cell, Shown

    columns = _columns_given(gathered)
    rows = []
    for one in requirements().characteristics:
        by_group = one.slug == "race" and "group" in columns
        direct = sorted(set(one.columns) & columns)
        found = direct or (["group"] if by_group else [])
        says = f"By the column {', '.join(found)}." if found else "No data were given."
        if by_group and not direct:
            says = "By the column group, taken as recorded ethnicity."
        rows.append((Cell(one.name), Cell("some evidence" if found else "no data"), Cell(f"{says} {one.note}".strip())))
    table = Shown("Protected characteristics, and whether the tables given speak of them", ("Characteristic", "Evidence", "In what"), tuple(rows))
    text = (
        "A row without data is a gap in the evidence, not a sign that there is no effect. Ethnicity stands for race here as it was recorded, "
        "by the person or by somebody else; the figures say which."
    )
    return Part("characteristics", "Protected characteristics: what the evidence speaks of", text, tables=(table,))


def _columns_given(gathered: Gathered) -> set[str]:
    """Columns that answers drew on.

    Of stops, audits use the ethnicity alone: an age or a gender standing in that table is no evidence yet.
    """
    found: set[str] = set()
    for asking in gathered.answered.values():
        for name, rows in asking.asked.tables.items():
            found |= {"group"} if name == "stops" else set(map(str, rows.columns))
    return found


def _gaps(gathered: Gathered, about: Mapping[str, str]) -> Part:
    """Everything that is missing, in one list, with who could supply it."""
    lines = ["Everything that this pack could not say, and who could.", ""]
    lines += [f"- **{_asks(name)}** {reason.rstrip('.')}. Whoever holds those data can supply them." for name, reason in gathered.missing.items()]
    lines += [f"- **{field.asks}** Only the body can say." for field in requirements().body if field.slug not in about]
    refused = [(refusal.audit, refusal.reason) for asking in gathered.answered.values() for refusal in asking.answer.refused]
    lines += [f"- **{audit}**: {reason}" for audit, reason in refused]
    return Part("gaps", "What is missing", "\n".join(lines))


def _answer(parts: tuple[Part, ...], gathered: Gathered) -> tuple[Sentence, ...]:
    with_evidence = [part for part in parts if part.findings]
    asked = len(requirements().sections)
    bear = f"the tables given bear on {len(with_evidence)}; on the others there is nothing here."
    lead = f"Of {asked} things a public body is asked to show about such a system, {bear}"
    said = [Sentence(lead, topic="lead")]
    for name, asking in gathered.answered.items():
        first = _first(asking)
        if first is not None:
            said.append(Sentence(sentence_of(first), (first,), name.replace("-", " ").capitalize()))
    return tuple(said)


def _first(asking: Asking) -> Finding | None:
    """The first finding with a value."""
    return next((finding for finding in asking.answer.findings if finding.value is not None), None)


def _review() -> str:
    known = requirements()
    review = "A lawyer has reviewed" if known.reviewed_by_lawyer else "No lawyer has reviewed"
    return f"{review} the statements of what the law asks; its sources were last read on {known.read_on.isoformat()}."


def _health(gathered: Gathered) -> tuple[HealthReport, ...]:
    """One report a table, though several audits read it."""
    reports = {name: report for asking in gathered.answered.values() for name, report in asking.asked.health.items()}
    return tuple(reports.values())


def _sources(gathered: Gathered) -> tuple[SourceUsed, ...]:
    used = {source.table: source for asking in gathered.answered.values() for source in asking.sources}
    return tuple(used.values())


def _manifest(gathered: Gathered, **ran_with: Any) -> dict[str, Any]:
    inputs = [{"table": used.table, "files": list(used.files), "sha256": list(used.sha256), "rows": used.rows} for used in _sources(gathered)]
    return {"evenhand": __version__, "python": platform.python_version(), "audits": list(gathered.answered), **ran_with, "inputs": inputs}


def _silent(what: str, share: float) -> None:
    """Say nothing."""
