"""docs/audits.md: every question that can be put to one's own tables, with the columns it reads and the settings it takes.

Write it anew with `python -m evenhand.study.questions_page > docs/audits.md`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..sources.own_table import declared
from .questions import question_named, question_names

if TYPE_CHECKING:
    from ..tables.schema import Column, Table
    from .question import Question, Setting

INTRODUCTION = """\
# Audits of your own tables

Each audit is one command, `evenhand audit NAME`, and one call, `evenhand.ask("NAME", …)`. It reads tables of yours, ours or any vendor's
alike: CSV or Parquet with the columns below (`--columns TABLE.COLUMN=NAME` where yours are called otherwise), or files in a publisher's
shape (`evenhand sources list`). A column nobody here knows is refused, so that no name gets in.

Every figure comes with its interval, its denominator, its caveats and its source; what cannot be answered is said, with the reason. `--json`,
`--csv` and `--html` give all of it, `--vary SETTING=A,B` says whether a conclusion survives another choice, and `evenhand pack write` lays
all that your tables can answer out as evidence for an equality impact assessment. What each figure means stands in [measures](measures.md).

This page is generated from `evenhand/study/questions/` and `evenhand/tables/`.
"""


def audits_page() -> str:
    """The page's Markdown."""
    questions = [question_named(name) for name in question_names()]
    tables = dict.fromkeys(wanted.table for question in questions for wanted in question.tables)
    lines = [INTRODUCTION, "| audit | asks |", "|---|---|"]
    lines += [f"| [`{question.name}`](#{question.name}) | {question.asks} |" for question in questions]
    for question in questions:
        lines += ["", *_question(question)]
    lines += ["", "## The tables", ""]
    for name in sorted(tables):
        lines += [*_table(declared()[name]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _question(question: Question) -> list[str]:
    lines = [f"## {question.name}", "", f"*{question.asks}* {question.says}", "", "```", question.example, "```", ""]
    if question.tables:
        lines += ["| table | needed | what |", "|---|---|---|"]
        lines += [f"| [`{one.table}`](#{one.table}) | {'yes' if one.is_needed else 'no'} | {one.says} |" for one in question.tables]
        lines.append("")
    if question.settings:
        lines += ["| setting | default | what |", "|---|---|---|"]
        lines += [f"| `{one.name}` | {_default(one)} | {_says(one)} |" for one in question.settings]
    return lines


def _default(setting: Setting) -> str:
    if setting.is_needed:
        return "needed"
    return "none" if setting.default in (None, (), "") else f"`{_plain(setting.default)}`"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "yes" if value is True else "no" if value is False else str(value)


def _says(setting: Setting) -> str:
    text = f"{setting.says[:1].upper()}{setting.says[1:]}".rstrip(".")
    return f"{text}. One of {', '.join(setting.choices)}." if setting.choices else f"{text}."


def _table(table: Table) -> list[str]:
    lines = [f"### {table.name}", "", f"One row is {table.one_row_is}.", "", "| column | kind | needed | meaning |", "|---|---|---|---|"]
    return [*lines, *(_column(column) for column in table.columns)]


def _column(column: Column) -> str:
    needed = "no" if not column.required else "may be empty" if column.may_be_missing else "yes"
    unit = f", in {column.unit}" if column.unit else ""
    allowed = f" One of: {', '.join(column.allowed)}." if column.allowed and len(column.allowed) <= 8 else ""
    return f"| `{column.name}` | {column.kind}{unit} | {needed} | {column.meaning}.{allowed} |"


if __name__ == "__main__":
    sys.stdout.write(audits_page())
