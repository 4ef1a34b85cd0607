"""Put one question to one's own tables: read and check them, ask, sweep readings where wished, and hand back findings.

The same door for the terminal (`evenhand audit NAME`), for Python (`evenhand.ask`) and for the
workbench. Nothing here knows a question's name: `questions/` declares them.

Steps, in order:  settings_of -> tables_of -> ask (or sweep) -> Asking
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .question import Answer, Asked, Tell

if TYPE_CHECKING:
    import pandas as pd

    from ..report.contents import SourceUsed
    from ..report.document import Document
    from ..tables.health import HealthReport
    from .question import Question

@dataclass(frozen=True)
class Words:
    """What the asker says of the data, as it shall stand in every finding."""

    place: str = "place not stated"
    period: str = "period not stated"
    source: str = ""


@dataclass(frozen=True)
class OwnFiles:
    """How one's own files are to be read.

    Attributes:
        columns: table -> declared column -> its name in the file.
        groups: for residents with one column a group: group -> its column.
        vintages: table -> "lsoa-2011" or "lsoa-2021", for areas that carry official codes.
        force: for stops whose file holds several forces.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    vintages: Mapping[str, str] = field(default_factory=dict)
    force: str | None = None


@dataclass(frozen=True)
class Asking:
    """A question with its answer."""

    question: Question
    asked: Asked
    answer: Answer
    sources: tuple[SourceUsed, ...] = ()
    swept: tuple[dict[str, Any], ...] = ()

    @property
    def findings(self) -> pd.DataFrame:
        """One row per finding; columns as in findings.json."""
        from ..tables.findings import as_frame

        return as_frame(self.answer.findings)

    @cached_property
    def document(self) -> Document:
        """Everything a page about it shows."""
        from .answer_page import document_of

        return document_of(self)

    @cached_property
    def report(self) -> str:
        """One self-contained HTML page."""
        from ..report.document_page import render_document

        return render_document(self.document)

    def _repr_html_(self) -> str:
        """The findings, in a notebook."""
        columns = ["measure", "group", "reference", "value", "low", "high", "unit", "n"]
        return str(self.findings[columns].head(30).to_html(index=False, float_format="{:.3g}".format))


def ask(
    name: str,
    tables: Mapping[str, Any],
    *,
    settings: Mapping[str, Any] | None = None,
    own: OwnFiles | None = None,
    words: Words | None = None,
    level: float = 0.95,
    seed: int = 1,
    replicates: int = 1000,
    vary: Mapping[str, Sequence[Any]] | None = None,
    jobs: int = 1,
    tell: Tell | None = None,
) -> Asking:
    """Put a question to one's own tables.

    Args:
        name: of the question, such as "disparity"; `questions.question_names()` lists them.
        tables: declared table's name -> a file, several files, or a frame.
        settings: of the question; the others take their defaults.
        own: how files are to be read that are not in a publisher's shape.
        words: place, period and source as they shall stand in the findings.
        level, seed, replicates: of intervals.
        vary: setting -> choices to try, each by itself and together; every finding then carries its range.
        jobs: processes at once for `vary`.
        tell: is told what is being done and how much is done, 0 to 1.

    Raises:
        BadSetting: no such question, table or setting, or a value it does not take.
        EvenhandError: whatever is wrong with the tables.
        CannotAnswer: the data cannot carry the question.
    """
    from .questions import question_named

    question, said = question_named(name), tell or _silent
    filled = settings_of(question, settings or {})
    readings = {
        (setting := _setting(question, name).name): [settings_of(question, {**filled, setting: choice})[setting] for choice in choices]
        for name, choices in (vary or {}).items()
    }
    _require_sense(level, seed, replicates)
    said("reading the tables", 0.05)
    rows, health, sources = tables_of(question, tables, own or OwnFiles())
    spoken = words or Words()
    unnamed = "tables given by the user" if rows else "settings given by the user; no data"
    titles = spoken.source or "; ".join(dict.fromkeys(used.title for used in sources)) or unnamed
    asked = Asked(rows, health, filled, spoken.place, spoken.period, titles, level, seed, replicates, said)
    said(f"asking about {question.name.replace('-', ' ')}", 0.2)
    answer = question.ask(asked)
    if not readings:
        return Asking(question, asked, answer, sources)
    answer, tried = _swept(question, asked, answer, readings, jobs)
    return Asking(question, asked, answer, sources, tried)


def ask_with(name: str, **given: Any) -> Asking:
    """Put a question to one's own tables: the short form, for a notebook.

    Args:
        name: of the question, such as "disparity".
        given: its tables (a file or a frame each), its settings, and any of place, period, source, level, seed, replicates, vary, jobs.

    Raises:
        See `ask`.
    """
    from .questions import question_named

    question = question_named(name)
    spoken = Words(given.pop("place", Words.place), given.pop("period", Words.period), given.pop("source", Words.source))
    shared = {key: given.pop(key) for key in ("own", "level", "seed", "replicates", "vary", "jobs", "tell") if key in given}
    tables = {wanted.table: given.pop(wanted.table) for wanted in question.tables if wanted.table in given}
    return ask(name, tables, settings=given, words=spoken, **shared)


def _swept(question: Question, asked: Asked, answer: Answer, readings: Mapping[str, Sequence[Any]], jobs: int) -> tuple[Answer, tuple[dict[str, Any], ...]]:
    """The same answer, each finding with its range over the readings."""
    from dataclasses import replace

    from ..audit.readings import swept
    from ..report.contents import Refusal
    from ..sources.own_table import STAY_IN_ENGINE

    in_engine = [name for name in STAY_IN_ENGINE if name in asked.tables]
    quiet = replace(asked, tell=_silent)
    found = swept(
        lambda settings: question.ask(replace(quiet, settings=settings)).findings,
        asked.settings,
        readings,
        seed=asked.seed,
        # Rows in the engine belong to this process.
        jobs=1 if in_engine else jobs,
        tell=asked.tell,
    )
    reasons = dict.fromkeys(f"{one.varied}={one.choice}: {reason}" for one, reason in found.left_out)
    refused = tuple(Refusal("a reading", reason) for reason in reasons)
    return Answer(found.findings, (*answer.refused, *refused), answer.pictures), found.rows


def settings_of(question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of a question, those given in their declared kind.

    Raises:
        BadSetting: an unknown setting, one that is missing, or a value it does not take.
    """
    filled = question.defaults
    for name, value in given.items():
        filled[name] = _of_kind(_setting(question, name), value)
    missing = [setting.name for setting in question.settings if setting.is_needed and filled[setting.name] in (None, ())]
    if missing:
        raise BadSetting(f"The audit '{question.name}' needs `{missing[0]}`: {_setting(question, missing[0]).says}")
    return filled


def _setting(question: Question, name: str) -> Any:
    known = {setting.name: setting for setting in question.settings}
    if name.replace("-", "_") not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise BadSetting(f"The audit '{question.name}' has no setting '{name}'.{hint} Known: {', '.join(known) or 'none'}.")
    return known[name.replace("-", "_")]


def _of_kind(setting: Any, value: Any) -> Any:
    """A value in the setting's kind; text from a terminal is understood."""
    if value is None:
        return None
    if setting.is_many and not isinstance(value, str) and isinstance(value, Sequence):
        return tuple(_one(setting, each) for each in value)
    return (_one(setting, value),) if setting.is_many else _one(setting, value)


def _one(setting: Any, value: Any) -> Any:
    kinds = {bool: "yes or no", int: "a whole number", float: "a number", str: "text"}
    try:
        if setting.kind is bool and isinstance(value, str):
            made: Any = {"yes": True, "true": True, "no": False, "false": False}[value.lower()]
        elif setting.kind is int and isinstance(value, float) and not value.is_integer():
            raise ValueError
        else:
            made = setting.kind(value)
        if isinstance(made, float) and made != made:
            raise ValueError
    except (TypeError, ValueError, KeyError, OverflowError):
        raise BadSetting(f"`{setting.name}` must be {kinds[setting.kind]}, not {value!r}. {setting.says}") from None
    if setting.choices and made not in setting.choices:
        raise BadSetting(f"`{setting.name}` cannot be {value!r}. Choose one of: {', '.join(setting.choices)}.")
    return made


def _require_sense(level: float, seed: int, replicates: int) -> None:
    if not 0.5 <= level < 1:
        raise BadSetting(f"`level` is {level!r}; the coverage of an interval lies from 0.5 to below 1, such as 0.95.")
    if not 2 <= replicates <= 100_000:
        raise BadSetting(f"`replicates` is {replicates!r}; give a whole number from 2 to 100,000, such as 1000.")
    if seed < 0:
        raise BadSetting(f"`seed` is {seed!r}; give a whole number from 0.")


def tables_of(question: Question, given: Mapping[str, Any], own: OwnFiles) -> tuple[dict[str, Any], dict[str, HealthReport], tuple[SourceUsed, ...]]:
    """The tables a question reads, checked, with their health and where they came from.

    Raises:
        BadSetting: a table it does not read, or one it needs that is not given.
    """
    wanted = {table.table: table for table in question.tables}
    given = {name.replace("-", "_"): value for name, value in given.items() if value is not None}
    for name in given:
        if name not in wanted:
            near = difflib.get_close_matches(name, wanted, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise BadSetting(f"The audit '{question.name}' reads no table '{name}'.{hint} It reads: {', '.join(wanted) or 'none'}.")
    missing = [table for table in question.tables if table.is_needed and table.table not in given]
    if missing:
        raise BadSetting(f"The audit '{question.name}' needs the table '{missing[0].table}': {missing[0].says}")
    rows: dict[str, Any] = {}
    health: dict[str, HealthReport] = {}
    sources: list[SourceUsed] = []
    for name, value in given.items():
        if hasattr(value, "columns"):
            rows[name], health[name] = _of_frame(name, value)
        else:
            rows[name], health[name], used = _of_files(name, value, own)
            sources.append(used)
    return rows, health, tuple(sources)


def _of_frame(name: str, frame: Any) -> tuple[Any, HealthReport]:
    """A frame held to the table's declaration."""
    from ..sources.own_table import STAY_IN_ENGINE, declared
    from ..tables import engine
    from ..tables.health import HealthReport

    checked = declared()[name].check(frame.reset_index(drop=True))
    return (engine.rows_of(checked) if name in STAY_IN_ENGINE else checked), HealthReport(name, "frame given in Python", len(frame))


def _of_files(name: str, files: Any, own: OwnFiles) -> tuple[Any, HealthReport, SourceUsed]:
    from .declaration import TableDeclared
    from .reading import read_table

    paths = [files] if isinstance(files, (str, Path)) else list(files)
    declared = TableDeclared(
        path=[str(Path(path).expanduser().absolute()) for path in paths],
        columns=dict(own.columns.get(name, {})),
        groups=dict(own.groups) if name == "residents" else {},
        vintage=own.vintages.get(name),
        force=own.force if name == "stops" else None,
    )
    read = read_table(name, declared, Path())
    return read.rows, read.health, read.used


def _silent(what: str, share: float) -> None:
    """Say nothing."""
