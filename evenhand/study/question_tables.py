"""A study of questions before anything is asked: which questions it puts, and the tables each of them reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..report.contents import SourceUsed
from ..tables.errors import BadStudy
from .asking import settings_of
from .question import Answer, Asked, Question
from .questions import question_named, question_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..report.picture import Picture
    from ..tables.health import HealthReport
    from .questioned import Study

TableRead = tuple[Any, "HealthReport", SourceUsed]


def questions_of(study: Study) -> dict[str, Question]:
    """The question of each ask, by the ask's name.

    Raises:
        BadStudy: a question or table that is not there, or a frame that no ask has the name of.
        BadSetting: a setting the question does not take.
    """
    stray = [name for name in study.frames if name not in study.asks]
    if stray:
        raise BadStudy(f"`frames.{stray[0]}` is of no ask: give it settings under `asks:` (`{stray[0]}: {{}}` for none). Asked: {', '.join(study.asks)}.")
    found = {}
    for name in study.asks:
        asked = study.frames[name].question if name in study.frames else name
        if asked not in question_names():
            at = f"frames.{name}.question: {asked}" if name in study.frames else f"asks.{name}"
            raise BadStudy(f"`{at}` is not a question. Known: {', '.join(question_names())}.")
        question = question_named(asked)
        settings_of(question, study.asks[name])
        _require_tables(study, name, question)
        found[name] = question
    return found


def _require_tables(study: Study, name: str, question: Question) -> None:
    own = study.frames[name].tables if name in study.frames else {}
    known = [table.table for table in question.tables]
    for table, declared in own.items():
        if table not in known:
            raise BadStudy(f"`frames.{name}.tables.{table}`: the question '{question.name}' reads no such table. It reads {', '.join(known)}.")
        if declared is not None and declared not in study.tables:
            raise BadStudy(f"`frames.{name}.tables.{table}: {declared}` is not declared under `tables:`. Declared: {', '.join(study.tables)}.")
    lacking = [table.table for table in question.tables if table.is_needed and own.get(table.table, table.table) not in study.tables]
    if lacking:
        raise BadStudy(f"`asks.{name}` reads the table '{lacking[0]}', which the study does not declare under `tables:`.")


def tables_of(study: Study, name: str, question: Question) -> dict[str, str]:
    """The tables an ask reads: table of the question -> its name in the study."""
    own = study.frames[name].tables if name in study.frames else {}
    named = {table.table: own.get(table.table, table.table) for table in question.tables}
    return {table: declared for table, declared in named.items() if declared is not None and declared in study.tables}


def kind_of_table(study: Study, name: str) -> str:
    """Which declared table the study's table of that name is: its own name, or the one that frames read it as.

    Raises:
        BadStudy: frames read it as two.
    """
    kinds = sorted({table for frame in study.frames.values() for table, declared in frame.tables.items() if declared == name})
    if len(kinds) > 1:
        raise BadStudy(f"`tables.{name}` is read as {' and as '.join(kinds)} by the study's frames. Declare it twice, under two names.")
    return kinds[0] if kinds else name


def read(name: str, study: Study, *, selection: Mapping[str, Any] | None = None, choice: str | None = None) -> TableRead:
    """A table's rows, what is odd about them, and where they came from.

    Args:
        name: of the table, in the study.
        study: the declaration.
        selection: settings of its source; left out: those declared.
        choice: one of its alternatives; left out: the files declared.

    Raises:
        BadStudy: a source or a selection that is not known.
        EvenhandError: whatever is wrong with the files.
    """
    from ..sources.detect import SOURCES
    from .reading import read_table, used_of
    from .unshipped import files_of

    declared = study.tables[name] if choice is None else study.alternatives[name][choice]
    if declared.fetch is None:
        table = read_table(kind_of_table(study, name), declared, study.folder)
        return table.rows, table.health, table.used
    if declared.fetch not in SOURCES:
        raise BadStudy(f"`tables.{name}.fetch: {declared.fetch}` is not a source. Known: {', '.join(SOURCES)}.")
    module, files = SOURCES[declared.fetch], files_of(declared, study)
    try:
        tidied = module.tidy(files, **(study.selections.get(name, {}) if selection is None else selection))
    except TypeError:
        known = [one for one in module.tidy.__kwdefaults__ or {} if one != "engine"]
        raise BadStudy(f"`selections.{name}` has a setting that the source '{declared.fetch}' does not take. Known: {', '.join(known) or 'none'}.") from None
    used = used_of(name, module.CARD, files, tidied.health.rows)
    return tidied.rows, replace(tidied.health, source=f"{module.CARD.title}: {', '.join(path.name for path in files)}"), used


def put(study: Study, name: str, question: Question, tables: Mapping[str, TableRead], settings: Mapping[str, Any], *, replicates: int | None = None) -> Answer:
    """Ask one of the study's questions.

    Args:
        study: the declaration.
        name: of the ask.
        question: which it puts.
        tables: every table of the study, as read.
        settings: of the question.
        replicates: of the intervals; left out: the study's.

    Raises:
        CannotAnswer: the data cannot carry it.
    """
    frame = study.frames.get(name)
    mine = {table: tables[declared] for table, declared in tables_of(study, name, question).items()}
    asked = Asked(
        {table: rows for table, (rows, _, _) in mine.items()},
        {table: health for table, (_, health, _) in mine.items()},
        settings_of(question, settings),
        (frame and frame.place) or study.place,
        (frame and frame.period) or study.period,
        "; ".join(dict.fromkeys(used.title for _, _, used in mine.values())),
        seed=study.seed,
        replicates=replicates or study.replicates,
    )
    answer = question.ask(asked)
    if frame is None:
        return answer
    findings = tuple(one.model_copy(update={"caveats": (*frame.notes, *one.caveats)}) for one in answer.findings)
    return replace(answer, findings=findings, pictures=tuple(_of_place(picture, name, frame.place) for picture in answer.pictures))


def _of_place(picture: Picture, name: str, place: str | None) -> Picture:
    """A picture of another place than the study's says so, in its title and in its slug."""
    if place is None:
        return picture
    return replace(picture, slug=f"{name.replace(' ', '-').lower()}-{picture.slug}", title=f"{place}: {picture.title[0].lower()}{picture.title[1:]}")
