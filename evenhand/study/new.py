"""A declaration for a place and files of one's own: asked for, proposed where the files can tell, written whole."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadStudy, CannotWrite
from .declaration import read_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .declaration import OfPlace, TableDeclared

_TEMPLATE = """\
# A study of your own. `evenhand study check` reads the tables and says what is odd about them;
# `evenhand study run` runs it. Every key is described in docs/bring-your-own.md.

{kind}title: {title}
question: {question}

place:
  name: {place}
{selection}
periods:
  learn: [{learn[0]}, {learn[1]}]     # months the system learns from
  test: [{test[0]}, {test[1]}]      # later months it is held against

tables:
{tables}
group: {group}          # the group the answer and the first map speak of
reference: {reference}  # the group compared with

{systems}baseline: count-map

{notes}# limits:       what this study cannot show
#   - …

seed: 1
"""

_ONE = """\
system:
  name: {slug}
  # settings: {{}}     # `evenhand systems show {slug}` lists them all, with their defaults
"""
_SEVERAL = """\
systems:        # each may have a label, settings and readings of its own; see docs/comparing-systems.md
{lines}
ground_share: 0.01     # the share of ground that every system is given
"""
_NOTES = """\
# notes:        sentences to show beside an audit's figures
#   disparity: [The stops are from another year than the crimes.]
"""
ALL = "all"
"""Stands for every place system that the tables given suffice for."""


@dataclass(frozen=True)
class Answers:
    """What is needed to write a declaration.

    Attributes:
        folder: where the study is to stand; its last part is the slug.
        place: name of the place.
        files: table name -> path of its file.
        authority, names_starting: which areas make up the place; neither means all of the file.
        learn, test: first and last month; None to propose them from the records.
        group, reference: whom the answer speaks of, and whom they are compared with.
        force: for a stops file of several forces.
        columns: table -> declared column -> its name in the file, for tables of one's own.
        groups: group -> its column, for residents with one column per group.
        vintages: table -> set of area codes, for tables of one's own with official codes.
        systems: slugs; one makes a study of that system, several (or "all") a comparison.
    """

    folder: Path
    place: str
    files: dict[str, Path]
    authority: tuple[str, ...] = ()
    names_starting: str | None = None
    learn: tuple[str, str] | None = None
    test: tuple[str, str] | None = None
    group: str = "Black"
    reference: str = "White"
    force: str | None = None
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    vintages: dict[str, str] = field(default_factory=dict)
    systems: tuple[str, ...] = ("harm-spots",)

    def declared(self, table: str) -> TableDeclared:
        """A table as the declaration will have it, but for its path, which is absolute here.

        Raises:
            BadStudy: the set of codes is none.
        """
        from pydantic import ValidationError

        from .declaration import TableDeclared

        given: dict[str, Any] = {"path": str(self.files[table].expanduser().absolute()), "columns": self.columns.get(table, {})}
        given |= {"groups": self.groups if table == "residents" else {}, "force": self.force if table == "stops" else None}
        try:
            return TableDeclared(**given, vintage=self.vintages.get(table))
        except ValidationError:
            raise BadStudy(f"--vintage {table}={self.vintages.get(table)} is not a set of codes. Known: lsoa-2011, lsoa-2021, own.") from None


def write_study(answers: Answers) -> OfPlace:
    """Write a study's folder with its study.yml and a README to fill in.

    Args:
        answers: what goes into it.

    Returns:
        The study as read back.

    Raises:
        CannotWrite: there is a study already, or the folder takes no files.
        BadStudy, BadFile: the answers or the files do not fit; nothing is written.
    """
    for table in ("areas", "recorded_crime", "residents"):
        if table not in answers.files:
            raise BadStudy(f"A study needs a file of {table.replace('_', ' ')} (--{table.replace('_', '-')}).")
    folder = answers.folder.expanduser().resolve()
    if (folder / "study.yml").exists():
        raise CannotWrite(f"There is a study at {folder} already. Choose another name, or change its study.yml by hand.")
    require_files(answers)
    learn, test = (answers.learn, answers.test) if answers.learn and answers.test else proposed_periods(answers)
    slugs = chosen_systems(answers)
    title, question = _asks(slugs, answers.place)
    text = _TEMPLATE.format(
        kind="" if len(slugs) == 1 else "kind: comparison\n",
        title=_quoted(title),
        question=_quoted(question),
        systems=_ONE.format(slug=slugs[0]) if len(slugs) == 1 else _SEVERAL.format(lines="\n".join(f"  - {{name: {slug}}}" for slug in slugs)),
        notes=_NOTES if len(slugs) == 1 else "",
        place=_quoted(answers.place),
        selection=_selection(answers),
        learn=learn,
        test=test,
        tables="".join(f"  {name}: {_table(name, path, folder, answers)}\n" for name, path in answers.files.items()),
        group=_quoted(answers.group),
        reference=_quoted(answers.reference),
    )
    return _written(folder, text, answers.place)


def chosen_systems(answers: Answers) -> tuple[str, ...]:
    """The systems asked for; for "all", every place system that the tables given suffice for, but the count map, which stands beside them anyway.

    Raises:
        BadSetting: there is no such system.
        BadStudy: it scores people.
    """
    from ..systems.catalogue import system_named, systems

    if answers.systems == (ALL,):
        there = {*answers.files, *(["police_activity"] if "stops" in answers.files else [])}
        fit = [slug for slug, one in systems().items() if one.CARD.kind == "place" and all(a.table in there for a in one.CARD.also_reads if a.is_needed)]
        return tuple(slug for slug in fit if slug != "count-map")
    cards = [system_named(slug).CARD for slug in dict.fromkeys(answers.systems)]
    people = [card.slug for card in cards if card.kind != "place"]
    if people:
        raise BadStudy(f"--system {people[0]} scores people, not places, so a study of a place cannot run it.")
    return tuple(card.slug for card in cards)


def _asks(slugs: tuple[str, ...], place: str) -> tuple[str, str]:
    """Title and question of a study of these systems."""
    if slugs == ("harm-spots",):
        return (
            f"Who lives where the harm spots would fall in {place}?",
            f"If the published harm-spot method is run on public records of {place}, who lives in "
            "the 20 squares it picks, and does it foresee recorded violence better than simply counting?",
        )
    if len(slugs) == 1:
        from ..systems.catalogue import system_named

        title = system_named(slugs[0]).CARD.title
        return (
            f"Who lives where {title} would point in {place}?",
            f"If what is public of {title} is run on records of {place}, who lives where it points, and does it do better than counting?",
        )
    return (
        f"How much does the choice of system change who is policed in {place}?",
        f"If each system were run on records of {place}, how far would they point to other ground and other people, and would any beat counting?",
    )


def proposed_periods(answers: Answers) -> tuple[tuple[str, str], tuple[str, str]]:
    """Months to learn from and to test on, proposed from the records: the last quarter of them, at least one month, is the test.

    Raises:
        BadStudy: the records span fewer than two months.
    """
    from ..tables import engine
    from .reading import read_rows

    rows = read_rows("recorded_crime", answers.declared("recorded_crime"), Path.cwd())
    months = [month for month in engine.counts(rows, by=["month"])["month"] if isinstance(month, str)]
    if len(months) < 2:
        raise BadStudy(f"The recorded crimes span {len(months)} month(s); a system needs at least one month to learn from and a later one to be tested on.")
    held_back = max(1, len(months) // 4)
    return (months[0], months[-held_back - 1]), (months[-held_back], months[-1])


def require_files(answers: Answers) -> None:
    """Raise unless every file is there and has the header of its table.

    Raises:
        BadStudy, BadFile, MissingColumn, UnknownColumn: in words.
    """
    from .reading import require_shape

    for key, tables in (("--columns", answers.columns), ("--vintage", answers.vintages)):
        unknown = [table for table in tables if table not in answers.files]
        if unknown:
            raise BadStudy(f"{key} speaks of '{unknown[0]}', for which no file is given. Files are given for {', '.join(answers.files)}.")
    for table in answers.files:
        require_shape(table, answers.declared(table), Path.cwd())


def authorities_in(answers: Answers) -> dict[str, str]:
    """The authorities that the file of areas holds, by code, with their names; none where it does not say."""
    from .outline import authorities_of
    from .reading import read_rows

    return authorities_of(read_rows("areas", answers.declared("areas"), Path.cwd()))


def columns_of_tables(pairs: Sequence[str]) -> dict[str, dict[str, str]]:
    """Columns of tables of one's own from texts such as areas.area_code=WD21CD.

    Raises:
        BadStudy: a text is not of that form.

    Example:
        >>> columns_of_tables(["areas.area_code=WD21CD", "areas.area_name=WD21NM"])
        {'areas': {'area_code': 'WD21CD', 'area_name': 'WD21NM'}}
    """
    found: dict[str, dict[str, str]] = {}
    for pair in pairs:
        ours, theirs = halves(pair, option="--columns", such_as="areas.area_code=WD21CD")
        table, _, column = ours.partition(".")
        if not column:
            raise BadStudy(f"--columns {pair} does not say of which table. Write it as areas.area_code=WD21CD.")
        found.setdefault(table.replace("-", "_"), {})[column] = theirs
    return found


def halves(pair: str, *, option: str, such_as: str) -> tuple[str, str]:
    """The two sides of a text with = in it.

    Example:
        >>> halves("White=n_white", option="--residents-groups", such_as="White=n_white")
        ('White', 'n_white')
    """
    left, equals, right = pair.partition("=")
    if not (equals and left.strip() and right.strip()):
        raise BadStudy(f"{option} {pair} cannot be understood. Write it as {such_as}.")
    return left.strip(), right.strip()


def span_of(text: str) -> tuple[str, str]:
    """A span of months from text such as 2024-01:2024-02, or one month.

    Raises:
        BadStudy: it is neither.

    Example:
        >>> span_of("2024-01:2024-02"), span_of("2024-03")
        (('2024-01', '2024-02'), ('2024-03', '2024-03'))
    """
    found = re.fullmatch(r"(\d{4}-\d{2})(?:\s*(?::|to|,)\s*(\d{4}-\d{2}))?", text.strip())
    if not found:
        raise BadStudy(f"{text!r} is not a span of months. Write it as 2024-01:2024-02, or 2024-03 for one month.")
    return found[1], found[2] or found[1]


def _selection(answers: Answers) -> str:
    lines = []
    if answers.authority:
        lines.append(f"  authority: [{', '.join(map(_quoted, answers.authority))}]")
    if answers.names_starting:
        lines.append(f"  names_starting: {_quoted(answers.names_starting)}")
    if not lines:
        lines.append("  # authority: E06000033       keep the areas of one local authority; without this, every area of the file")
    return "\n".join(lines) + "\n"


def _table(name: str, path: Path, folder: Path, answers: Answers) -> str:
    given = path.expanduser().absolute()
    try:
        shown = Path(os.path.relpath(given, folder)).as_posix()
    except ValueError:  # another drive
        shown = given.as_posix()
    parts = [f"path: {_quoted(shown)}"]
    if name == "stops" and answers.force:
        parts.append(f"force: {_quoted(answers.force)}")
    if answers.columns.get(name):
        parts.append("columns: {" + ", ".join(f"{_quoted(ours)}: {_quoted(theirs)}" for ours, theirs in answers.columns[name].items()) + "}")
    if name == "residents" and answers.groups:
        parts.append("groups: {" + ", ".join(f"{_quoted(ours)}: {_quoted(theirs)}" for ours, theirs in answers.groups.items()) + "}")
    if answers.vintages.get(name):
        parts.append(f"vintage: {_quoted(answers.vintages[name])}")
    return "{" + ", ".join(parts) + "}"


def _written(folder: Path, text: str, place: str) -> OfPlace:
    """The study on disk, read back; taken away again if it cannot be read."""
    prose = f"What a reader should know about {place}, its police and these records. Markdown; it stands in the report.\n"
    files = {folder / "study.yml": text, folder / "README.md": prose}
    absent, made = [file for file in files if not file.exists()], not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in absent:
            file.write_text(files[file], encoding="utf-8")
        return read_study(folder)
    except OSError as wrong:
        _taken_away(absent, folder if made else None)
        raise CannotWrite(f"The study cannot be written to {folder}: {wrong.strerror or wrong}.") from wrong
    except BaseException:
        _taken_away(absent, folder if made else None)
        raise


def _taken_away(files: list[Path], folder: Path | None) -> None:
    with contextlib.suppress(OSError):
        for file in files:
            file.unlink(missing_ok=True)
        if folder is not None:
            folder.rmdir()


def _quoted(text: str) -> str:
    """Text as a YAML scalar, in double quotes, whatever is in it."""
    import json

    return json.dumps(text, ensure_ascii=False)
