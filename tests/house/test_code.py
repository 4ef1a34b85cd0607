"""Rules on the code: short, typed, described, and nobody but the engine's file names the engine."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.house.tree import ROOT, files, name, none_of, parsed

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 50
HEAVY = ("duckdb", "geopandas", "ibis", "jinja2", "numpy", "pandas", "pandera", "pyarrow", "pydantic", "pyproj", "requests", "rich", "scipy", "shapely")


def functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    """Functions and methods with their dotted names, and whether they are public; not those inside functions."""
    found = []
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                parts = [node.name, inner.name] if isinstance(node, ast.ClassDef) else [inner.name]
                found.append((".".join(parts), inner, not any(part.startswith("_") for part in parts)))
    return found


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring aside: a long description is no fault."""
    described = function.body[0] if ast.get_docstring(function) else None
    return function.end_lineno - function.lineno + 1 - (described.end_lineno - described.lineno + 1 if described else 0)


def test_no_file_is_long():
    python = files("evenhand", "tests", "benchmarks", suffix=".py") + files("script")
    long = [(len(path.read_text(encoding="utf-8").splitlines()), name(path)) for path in python]
    none_of([f"{lines} {path}" for lines, path in long if lines > MOST_LINES], f"Files over {MOST_LINES} lines: look for the two things inside.")


def test_no_function_is_long():
    long = [(lines_of_code(f), f"{name(path)} {title}") for path, tree in parsed("evenhand", "tests", "benchmarks") for title, f, _ in functions(tree)]
    none_of([f"{lines} {title}" for lines, title in long if lines > MOST_LINES_OF_A_FUNCTION], f"Functions over {MOST_LINES_OF_A_FUNCTION} lines.")


def test_every_module_says_what_it_is_for():
    modules = parsed("evenhand", "benchmarks")
    none_of([name(path) for path, tree in modules if tree.body and not ast.get_docstring(tree)], "Modules without a docstring.")


def test_every_public_function_is_typed_and_described():
    offenders = []
    for path, tree in parsed("evenhand"):
        for title, function, public in functions(tree):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            untyped = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            lacks = ["a docstring"] * (not ast.get_docstring(function)) + ["a return type"] * (function.returns is None) + [f"the type of {a}" for a in untyped]
            if public and lacks:
                offenders.append(f"{name(path)} {title} lacks {', '.join(lacks)}")
    none_of(offenders, "Public functions without types or docstring.")


def test_every_name_in_all_is_there():
    offenders = []
    for path, tree in parsed("evenhand"):
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets):
                # Any mention counts: a room may hand out names on first use.
                offenders += [f"{name(path)} {meant}" for meant in ast.literal_eval(node.value) if path.read_text(encoding="utf-8").count(meant) < 2]
    none_of(offenders, "Names in __all__ that stand nowhere else in the file.")


def test_only_the_engine_names_duckdb():
    offenders = [name(path) for path in files("evenhand", suffix=".py") if "duckdb" in path.read_text(encoding="utf-8").lower()]
    none_of([path for path in offenders if path != "evenhand/tables/engine.py"], "Files that name the embedded engine: write Ibis expressions instead.")


@pytest.mark.parametrize("module", ["evenhand", "evenhand.cli"])
def test_importing_costs_nothing(module):
    asked = f"import {module}, sys; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    none_of(sorted(set(told.split()) & set(HEAVY)), f"`import {module}` loads these; import them where they are used.")
