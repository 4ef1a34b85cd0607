"""The command line: what it says, what it leaves behind, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.study import made_up_city
from tests.study.conftest import city, evenhand, files_in  # noqa: F401  # fixtures of the same city

HEAVY = {"duckdb", "geopandas", "ibis", "numpy", "pandas", "pandera", "pyarrow", "pydantic", "scipy", "shapely"}


def program(*words: object, **more: object) -> subprocess.Popen[str]:
    """The command line as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "evenhand.cli", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **more)


@pytest.mark.parametrize("words", [[], ["--help"], ["study", "--help"], ["study", "run", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words):
    asked = f"import sys; sys.argv[1:] = {words!r}\nfrom evenhand import cli\ntry: cli.main()\nexcept SystemExit: pass\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "evenhand.cli" in told
    assert not HEAVY & set(told.split())


def test_listing_studies_and_sources_reads_no_table():
    asked = "import sys; sys.argv[1:] = ['study', 'list', '--json']\nfrom evenhand import cli\ncli.main()\nprint(*sys.modules, file=sys.stderr)"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "southend-harm-spots" in [study["slug"] for study in json.loads(told.stdout)]
    assert not {"duckdb", "geopandas", "ibis", "numpy", "pandas", "scipy"} & set(told.stderr.split())


def test_a_study_is_listed_with_its_slug_first_and_its_title(evenhand):  # noqa: F811
    lines = evenhand("study", "list").out.splitlines()
    assert any(line.startswith("southend-harm-spots ") and "Who lives" in line for line in lines)


@pytest.mark.parametrize("words", [["systems", "list"], ["systems", "show", "harm-spots"], ["sources", "list"], ["sources", "show", "police-uk-stops"]])
def test_what_is_there_is_shown(words, evenhand):  # noqa: F811
    told = evenhand(*words)
    assert told.code == 0
    assert len(told.out) > 100
    assert not told.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["studdy"], "No such command"),
        (["study", "run"], "Missing argument"),
        (["study", "run", "--fast", "x"], "No such option"),
        (["study", "new"], "FOLDER is missing"),
        (["study", "new", "x"], "--place is missing"),
        (["systems", "show", "x"], "Known: "),
        (["sources", "show", "x"], "Known: "),
        (["sources", "recognise", "x.csv"], "no file at x.csv"),
        (["sources", "fetch", "police-uk-street"], "needs --"),
        (["sources", "fetch", "imd-2025", "--force", "essex"], "--force is not for"),
    ],
)
def test_a_slip_at_the_terminal_is_one_message_and_exit_code_2(words, says, evenhand):  # noqa: F811
    told = evenhand(*words)
    assert told.code == 2
    assert says in told.err
    assert "Traceback" not in told.err


def test_a_fault_of_ours_is_exit_code_1_with_the_traceback(evenhand, monkeypatch):  # noqa: F811
    from evenhand.study import shipped

    def broken() -> dict[str, Path]:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(shipped, "shipped_studies", broken)
    told = evenhand("study", "list")
    assert told.code == 1
    assert "ZeroDivisionError: ours" in told.err
    assert "fault in Evenhand" in told.err


def test_a_reader_that_stops_reading_is_no_error():
    listed = program("sources", "list")
    listed.stdout.close()
    assert listed.wait(timeout=60) in (0, 1)
    assert "Traceback" not in listed.stderr.read()
    listed.stderr.close()


def test_a_check_tells_what_is_odd_as_json_too(city, evenhand, tmp_path):  # noqa: F811
    folder = made_up_city.write_study(tmp_path / "a study", {name: city[name] for name in ("areas", "recorded_crime", "residents")})
    told = evenhand("study", "check", folder, "--json")
    assert told.code == 0, told.err
    assert {report["table"] for report in json.loads(told.out)} == {"areas", "recorded_crime", "residents"}
    plain = evenhand("study", "check", folder)
    assert f"evenhand study run '{folder}'" in plain.out, "a path with a space is shown as a shell takes it"


@pytest.mark.parametrize("step", ["reading recorded crime", "sweeping readings"])
def test_ctrl_c_leaves_an_earlier_result_whole(step, city, tmp_path):  # noqa: F811
    folder = made_up_city.write_study(tmp_path / "study", city)
    earlier = {"report.html": "an earlier report", "manifest.json": json.dumps({"files": {"report.html": ""}})}
    (tmp_path / "out").mkdir()
    for name, text in earlier.items():
        (tmp_path / "out" / name).write_text(text)
    before = files_in(tmp_path)
    running = program("study", "run", folder, "--out", tmp_path / "out")
    for line in running.stderr:
        if line.startswith(step):
            break
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Stopped" in err
    assert "Traceback" not in err
    assert files_in(tmp_path) == before
    assert {name: (tmp_path / "out" / name).read_text() for name in earlier} == earlier


def test_an_interruption_that_a_library_swallows_is_heeded_at_the_next_step(capsys):
    from evenhand.running import Stop, progress

    with pytest.raises(KeyboardInterrupt):
        Stop.ask()
    try:
        with progress(quiet=True) as tell, pytest.raises(KeyboardInterrupt):
            tell("the next step", 0.5)
    finally:
        Stop.asked = False
