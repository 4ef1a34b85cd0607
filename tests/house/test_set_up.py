"""The way in: pins that match what is declared, scripts that say what they lack, a wheel that holds everything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT, files, name, none_of

PINS = {"run": "constraints.txt", "test": "constraints-test.txt", "bench": "constraints-bench.txt"}


def pins() -> dict[str, str]:
    """Version of every pinned package."""
    text = "".join((ROOT / file).read_text(encoding="utf-8") for file in PINS.values())
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def test_every_dependency_is_pinned_within_its_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ranges = [*project["project"]["dependencies"], *project["build-system"]["requires"], *sum(project["dependency-groups"].values(), [])]
    pinned = pins()
    offenders = []
    for wanted in map(Requirement, ranges):
        version = pinned.get(canonicalize_name(wanted.name))
        if version is None or version not in wanted.specifier:
            offenders.append(f"{wanted}: pinned {version}")
    none_of(offenders, "Declared but not pinned so: run script/pin.")


@pytest.mark.parametrize("file", PINS.values())
def test_every_pin_has_its_hashes_and_no_address(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    none_of([entry.split()[0] for entry in entries if "--hash=sha256:" not in entry], "Pins without a hash.")
    assert not re.search(r"://|--(extra-)?index|--find-links", text), "a pin file names an address"


@pytest.mark.parametrize("script", ["script/demo", "script/test", ".ci/run", "script/environment"])
def test_every_script_parses(script):
    subprocess.run(["bash", "-n", ROOT / script], check=True)
    assert script == "script/environment" or os.access(ROOT / script, os.X_OK), f"{script} cannot be run"


@pytest.fixture
def bare_machine(tmp_path):
    """A copy of the scripts in an oddly named folder, and a PATH with next to nothing on it."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "cat", "dirname"):
        (tools / tool).symlink_to(shutil.which(tool))
    (tools / "id").write_text("#!/bin/sh\necho 1000\n")
    (tools / "id").chmod(0o755)
    place = tmp_path / "somebody's odd folder"
    shutil.copytree(ROOT / "script", place / "script")

    def run(script: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
        if python:
            (tools / "python3").write_text(python)
            (tools / "python3").chmod(0o755)
        return subprocess.run([place / "script" / script], cwd=tmp_path, env={"PATH": str(tools)}, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize("script", ["demo", "test"])
def test_a_machine_without_python_is_told_so(bare_machine, script):
    told = bare_machine(script)
    assert (told.returncode, "needs Python 3.11" in told.stderr) == (2, True), told.stderr


def test_a_machine_with_an_old_python_is_told_so(bare_machine):
    told = bare_machine("demo", "#!/bin/sh\nexit 1\n")
    assert (told.returncode, "needs Python 3.11" in told.stderr) == (2, True), told.stderr


def test_a_machine_without_venv_is_told_which_package_holds_it(bare_machine):
    without_venv = f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; *executable*) echo "$0" ;; *) exec "{sys.executable}" "$@" ;; esac\n'
    told = bare_machine("demo", without_venv)
    assert (told.returncode, "python3-venv" in told.stderr.replace(f"{sys.version_info.major}.{sys.version_info.minor}", "3")) == (2, True), told.stderr


def test_the_wheel_holds_the_library_and_the_studies_and_runs_from_anywhere(tmp_path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
        wheel.extractall(tmp_path / "installed")
    shipped = {path: name(path) for path in files("evenhand")} | {path: f"evenhand/_shipped/{name(path)}" for path in files("studies", "records")}
    none_of(sorted(set(shipped.values()) - inside), "Files that the wheel lacks.")
    asked = "import evenhand; print(evenhand.__file__); print(*evenhand.list_studies())"
    from_the_wheel = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    told = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, env=from_the_wheel, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert str(tmp_path) in told.stdout
    assert "southend-harm-spots" in told.stdout
