"""Rails about people: nothing takes an id and gives a score, no list of people is written, shown or served, and records of people stay quiet."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re

from tests.house.tree import name, none_of, parsed

OF_A_PERSON = re.compile(r"(^|_)(person_?id|pseudonym|nominal|suspect_?id|offender_?id|who_is|of_person|one_person|people_ids)($|_)")
SHOWING = ("report", "web", "cli", "redress", "register", "places", "sources")
"""Rooms that have no business with anybody's score."""
CHECKS = "evenhand people check"
"""The one command that is handed tables of people: it says whether they may be read, and how many are alike; it scores nobody."""
AUDITS = "evenhand audit listed-people"
"""The one audit that is handed records of people beside scores that somebody else gave them: it answers with counts, and scores nobody either."""
LISTING = re.compile(r"^(rank|top|worst|list|explain|predict|lookup|look_up|score_of|score_for|watch)(_|$)")
COPYING = re.compile(r"\b(pickle|cloudpickle|shelve|marshal)\.|\.to_pickle\(|joblib\.dump\(|np\.save\(|\.to_excel\(")


def room(path):
    return path.parts[path.parts.index("evenhand") + 1]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")]


def arguments(function):
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def test_no_function_takes_the_id_of_a_person():
    offenders = [
        f"{name(path)} {function.name}({argument})"
        for path, tree in parsed("evenhand")
        for function in functions(tree)
        for argument in arguments(function)
        if OF_A_PERSON.search(argument)
    ]
    none_of(offenders, "Functions that take a person's id.")


def test_no_command_takes_the_id_of_a_person_or_hands_over_people_to_be_scored():
    import click

    from tests.house.test_docs import commands

    offenders = []
    for words, command in commands():
        taken = [option for one in command.params if isinstance(one, click.Option) for option in one.opts]
        offenders += [f"{words} {option}" for option in taken if OF_A_PERSON.search(option.strip("-").replace("-", "_"))]
        # A command that reads records of people and answers with scores would be a scoring service, whatever it is called.
        offenders += [f"{words} {option}" for option in taken if option in ("--persons", "--person-records", "--assessments") and words not in (CHECKS, AUDITS)]
        offenders += [words] if "systems" in words and LISTING.search(words.split()[-1]) and words.split()[-1] != "list" else []
    none_of(offenders, "Commands that take a person, or people to be scored.")


def test_the_audit_that_is_handed_records_of_people_needs_their_scores_and_can_make_none():
    from evenhand.study.questions import question_named

    question = question_named(AUDITS.split()[-1])
    assert "scores" in {wanted.table for wanted in question.tables if wanted.is_needed}
    assert "system" not in {setting.name for setting in question.settings}
    (tree,) = [tree for path, tree in parsed("evenhand") if path.as_posix().endswith("study/questions/listed_people.py")]
    read = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    none_of([module for module in read if {"systems", "people"} & set(module.split("."))], "Imports with which the audit of a list could score people.")


def test_scores_of_people_come_out_of_systems_and_of_nothing_else():
    allowed = ("systems", "people", "tables")
    offenders = []
    for path, tree in parsed("evenhand"):
        if len(path.relative_to(path.parents[path.parts[::-1].index("evenhand")]).parts) < 2 or room(path) in allowed:
            continue
        for function in functions(tree):
            if function.returns is not None and re.search(r"\bScored\b", ast.unparse(function.returns)):
                offenders.append(f"{name(path)} {function.name}")
    none_of(offenders, "Public functions that hand out people's scores.")


def test_no_room_that_shows_things_knows_scores_or_records_of_people():
    offenders = []
    for path, tree in parsed("evenhand"):
        if room(path) not in SHOWING:
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.rpartition(".")[2] in ("scored", "record_book", "record_reading", "record_rows")
            ):
                offenders.append(f"{name(path)} imports {node.module}")
    checking = "evenhand/cli/people.py imports tables.record_reading"  # for CHECKS
    none_of([one for one in offenders if one != checking], "Rooms that show, serve or fetch, and know scores or records of people.")


def test_scores_become_a_table_nowhere_but_where_people_are_made_up():
    offenders = [
        f"{name(path)}:{node.lineno}"
        for path, tree in parsed("evenhand")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "as_table" and room(path) in ("audit", *SHOWING)
    ]
    none_of(offenders, "Calls that turn scores of people into a table.")


def test_nothing_is_written_in_a_form_that_keeps_whole_objects():
    offenders = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path, _ in parsed("evenhand")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if COPYING.search(line)
    ]
    none_of(offenders, "Objects written whole: a copy of people's records could be left behind.")


def person_systems():
    from evenhand import systems

    modules = (importlib.import_module(info.name) for info in pkgutil.iter_modules(systems.__path__, "evenhand.systems."))
    return [module for module in modules if getattr(getattr(module, "CARD", None), "kind", "") == "person"]


def test_a_system_scores_a_book_and_never_one_person():
    offenders = []
    for module in person_systems():
        taken = list(inspect.signature(module.score).parameters)
        offenders += [f"{module.__name__}.score({', '.join(taken)})"] if taken[:2] != ["person_records", "on"] else []
        offenders += [
            f"{module.__name__}.{title}"
            for title, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not title.startswith("_") and LISTING.search(title)
        ]
    none_of(offenders, "Person systems with a function that speaks of one person, or lists some.")


def test_every_table_with_a_person_in_it_is_declared_to_be_about_people():
    from evenhand.sources.own_table import declared

    tables = declared()
    none_of(
        [title for title, table in tables.items() if "person" in table.names and not table.is_about_people], "Tables about people that are not declared so."
    )
    assert {"persons", "person_records", "assessments", "governed_list", "scores", "score_outcomes"} <= {
        title for title, table in tables.items() if table.is_about_people
    }


def test_no_table_about_people_declares_a_column_that_looks_personal():
    from evenhand.sources.own_table import declared
    from evenhand.tables.personal_columns import looks_by_name

    offenders = [
        f"{title}.{column.name}: {looks_by_name(column.name)}"
        for title, table in declared().items()
        if table.is_about_people
        for column in table.columns
        if looks_by_name(column.name)
    ]
    none_of(offenders, "Declared columns about people that look personal.")


def test_no_log_of_rows_is_kept():
    offenders = [
        f"{name(path)}:{node.lineno}"
        for path, tree in parsed("evenhand")
        if room(path) in ("systems", "people", "audit", "tables")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "logging" in ast.unparse(node)
    ]
    none_of(offenders, "Rooms that handle people's records and write a log.")
