"""A study of questions under every reading: its first question, and each other one that reads a table with alternatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadStudy, CannotAnswer
from .question_tables import put, read, tables_of

if TYPE_CHECKING:
    from ..audit.readings import Swept
    from ..tables.findings import Finding
    from .question import Question, Tell
    from .question_tables import TableRead
    from .questioned import Study

FEW_REPLICATES = 100
"""Redraws for each reading but the default, of which only the values are shown."""


def swept_asks(study: Study, questions: Mapping[str, Question], tell: Tell) -> Swept | None:
    """The asks that a reading bears on, under every reading; None where none is declared.

    Raises:
        BadStudy: a reading of something that has no default.
        CannotAnswer: the first question cannot be answered.
    """
    if not study.readings:
        return None
    from ..audit.readings import swept

    first = next(iter(questions))
    own = {setting.name for setting in questions[first].settings}
    chosen = {name: value for table, declared in study.tables.items() if declared.fetch for name, value in study.selections.get(table, {}).items()}
    defaults = defaults_of(study, first, chosen)
    concerned = [name for name in questions if name == first or set(tables_of(study, name, questions[name]).values()) & set(study.alternatives)]
    still = {name: read(name, study) for name, declared in study.tables.items() if declared.fetch is None}

    def ask(settings: dict[str, Any]) -> Sequence[Finding]:
        tables = {**still, **_moved(study, settings)}
        asks = {**study.asks[first], **{name: value for name, value in settings.items() if name in own and name not in chosen}}
        found = list(put(study, first, questions[first], tables, asks, replicates=FEW_REPLICATES).findings)
        for name in concerned[1:]:
            try:
                found += put(study, name, questions[name], tables, study.asks[name], replicates=FEW_REPLICATES).findings
            except CannotAnswer:  # said where the question is asked under the default
                continue
        return found

    return swept(ask, defaults, study.readings, seed=study.seed, tell=lambda what, share: tell(what, 0.1 + 0.5 * share))


def defaults_of(study: Study, first: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What each reading is under the default.

    Args:
        study: the declaration.
        first: name of the ask that is swept.
        chosen: selections of sources, by setting.

    Raises:
        BadStudy: a reading without a default, or a table whose choices do not name exactly one for the files declared.
    """
    defaults = {**chosen, **{name: value for name, value in study.asks[first].items() if name in study.readings}}
    for table, others in study.alternatives.items():
        if table not in study.tables:
            raise BadStudy(f"`alternatives.{table}` is of no table of the study. Declared: {', '.join(study.tables)}.")
        names = [str(choice) for choice in study.readings.get(table, []) if choice not in others]
        if len(names) != 1:
            raise BadStudy(
                f"`readings.{table}` must name one choice for the files under `tables.{table}` and the others by their names under `alternatives.{table}`: "
                f"{', '.join(others)}. Found for the first: {', '.join(names) or 'none'}."
            )
        defaults[table] = names[0]
    lacking = [name for name in study.readings if name not in defaults]
    if lacking:
        raise BadStudy(f"`readings.{lacking[0]}` varies a setting that has no value: give its default under `selections:` or `asks.{first}:`.")
    return defaults


def _moved(study: Study, settings: Mapping[str, Any]) -> dict[str, TableRead]:
    """The tables that differ under these settings: other files, or another selection of fetched ones."""
    found = {name: read(name, study, choice=settings[name]) for name, others in study.alternatives.items() if settings[name] in others}
    for name, declared in study.tables.items():
        if declared.fetch is not None:
            found[name] = read(name, study, selection={key: value for key, value in settings.items() if key in study.selections.get(name, {})})
    return found


def with_ranges(findings: Sequence[Finding], ranged: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each with the range its twin of the sweep carries; the twins rest on fewer redraws, the values are the same.

    Args:
        findings: of one ask.
        ranged: of the sweep.
    """
    from ..audit.readings import ranged as with_range

    twins = {_twin(one): one.settings["readings"] for one in ranged}
    return tuple(finding if (readings := twins.get(_twin(finding))) is None else with_range(finding, readings) for finding in findings)


def _twin(finding: Finding) -> tuple[str | None, ...]:
    kept = {name: value for name, value in finding.settings.items() if name not in ("readings", "replicates") and isinstance(value, (str, bool, int))}
    return finding.question, finding.measure, finding.group, finding.reference, finding.place, repr(sorted(kept.items()))
