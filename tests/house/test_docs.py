"""The documentation says what is there: its links resolve, and every error, term and command stands in it."""

from __future__ import annotations

import re
import tomllib

from tests.house.tree import ROOT, files, name, none_of

PAGES = files(suffix=".md")


def page(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_relative_link_resolves():
    offenders = []
    for path in PAGES:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:|#", target) and not (path.parent / target.split("#")[0]).exists():
                offenders.append(f"{name(path)} -> {target}")
    none_of(offenders, "Links to nothing.")


def test_the_index_of_measures_is_what_the_code_says():
    from evenhand.report.measures_page import index_page

    assert page("docs/measures.md") == index_page(), "Write docs/measures.md anew: python -m evenhand.report.measures_page > docs/measures.md"


def test_the_page_of_audits_is_what_the_declarations_say():
    from evenhand.study.questions_page import audits_page

    assert page("docs/audits.md") == audits_page(), "Write docs/audits.md anew: python -m evenhand.study.questions_page > docs/audits.md"


def test_every_measure_is_computed_by_a_function_that_says_how():
    import importlib
    import inspect

    from evenhand.report.measures import measures
    from evenhand.report.measures_page import docstring_parts

    offenders = []
    for measure_name, measure in measures().items():
        module, _, title = measure.by.rpartition(".")
        file = importlib.import_module(f"evenhand.audit.{module}")
        function = getattr(file, title, None)
        said = {**docstring_parts(file.__doc__ or ""), **docstring_parts(inspect.getdoc(function) or "")}
        offenders += [f"{measure_name}: {measure.by} has no {part}" for part in ("Example", "Read with care", "Source") if part not in said]
    none_of(offenders, "Measures whose function lacks a worked example, a caution or a source.")


def test_no_two_files_declare_the_same_measure():
    import importlib
    import pkgutil

    from evenhand import audit

    names = [one for info in pkgutil.iter_modules(audit.__path__, "evenhand.audit.") for one in getattr(importlib.import_module(info.name), "MEASURES", {})]
    none_of(sorted({one for one in names if names.count(one) > 1}), "Measures declared twice.")


def test_the_readme_opens_with_the_two_commands():
    opening = page("README.md").splitlines()[:10]
    assert any(line.startswith("script/demo") for line in opening)
    assert any(line.startswith("script/test") for line in opening)


def test_every_error_is_explained_and_no_other():
    from evenhand.tables import errors

    classes = {title for title, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.EvenhandError)}
    explained = set(re.findall(r"^\| `(\w+)` \|", page("docs/errors.md"), flags=re.MULTILINE))
    none_of(sorted(classes - explained), "Errors that docs/errors.md does not explain.")
    none_of(sorted(explained - classes), "Errors in docs/errors.md that do not exist.")


def test_the_glossary_has_each_word_once():
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", page("docs/glossary.md"), flags=re.MULTILINE)
    assert len(words) > 30
    none_of(sorted({word for word in words if words.count(word) > 1}), "Words that stand twice.")


def test_the_changelog_speaks_of_this_version():
    import evenhand

    declared = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    assert evenhand.__version__ == declared
    assert re.search(rf"^## {re.escape(declared)}\b", page("CHANGELOG.md"), flags=re.MULTILINE), f"CHANGELOG.md has no section on {declared}"


def test_decisions_are_numbered_and_short():
    decisions = files("docs", suffix=".md")
    decisions = [path for path in decisions if path.parent.name == "decisions"]
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    none_of([name(path) for path in decisions if len(path.read_text(encoding="utf-8").splitlines()) > 20], "Decisions that need more than a few lines.")


def commands() -> list[tuple[str, object]]:
    """Every command of the terminal, with its words."""
    import click

    from evenhand import cli

    groups = [value for value in vars(cli).values() if isinstance(value, click.Group)]
    held = [below for group in groups for below in group.commands.values()]
    root = next(group for group in groups if group not in held)

    def below(command, words):
        if isinstance(command, click.Group):
            for title in command.list_commands(click.Context(command)):
                yield from below(command.get_command(click.Context(command), title), f"{words} {title}")
        else:
            yield words, command

    return list(below(root, "evenhand"))


def test_every_command_is_described_and_documented():
    import click

    known = commands()
    written = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    none_of([words for words, command in known if not command.help], "Commands without help.")
    none_of([f"{words} {p.opts[0]}" for words, c in known for p in c.params if isinstance(p, click.Option) and not p.help], "Options without help.")
    none_of([words for words, _ in known if words not in written], "Commands that no page mentions.")
