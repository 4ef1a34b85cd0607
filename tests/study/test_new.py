"""`study new` writes a study that can be run, or says what lacks and writes nothing."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.study.declaration import read_study
from tests.house.tree import ROOT
from tests.study import made_up_city
from tests.study.conftest import files_in


def given(city: dict[str, Path], *, without: tuple[str, ...] = ()) -> list[object]:
    """The options that name the city's files."""
    return [word for name, path in city.items() if name not in without for word in (f"--{name.replace('_', '-')}", path)]


def test_a_study_is_written_with_the_authority_named_like_the_place(city, evenhand, tmp_path):
    told = evenhand("study", "new", "mine", "--place", "testerham", *given(city))
    assert told.code == 0, told.err
    assert "E06000991 Testerham" in told.err
    assert "E06000992 Otherton" in told.err
    study = read_study(tmp_path / "mine")
    assert study.place.authority == [made_up_city.TESTERHAM]
    assert (study.periods.learn, study.periods.test) == (("2024-01", "2024-03"), ("2024-04", "2024-04"))
    assert (tmp_path / "mine" / "README.md").is_file()


def test_a_place_named_like_no_authority_keeps_them_all_and_says_so(city, evenhand, tmp_path):
    told = evenhand("study", "new", "mine", "--place", "Both", *given(city))
    assert "All of them are kept" in told.err
    assert read_study(tmp_path / "mine").place.authority is None


def test_paths_are_kept_relative_so_that_the_folder_may_move(city, evenhand, tmp_path):
    evenhand("study", "new", "a b/mine", "--place", "Testerham", *given(city))
    study = read_study(tmp_path / "a b" / "mine")
    assert all(not Path(table.path).is_absolute() for table in study.tables.given().values())
    assert all((study.folder / table.path).exists() for table in study.tables.given().values())


def test_what_is_given_is_written_whatever_signs_it_holds(city, evenhand, tmp_path):
    name = 'Ümläut: "quoted" #1 \\ <b> {x} %s\nand a line'
    told = evenhand(
        "study", "new", "mine", "--place", name, "--authority", made_up_city.TESTERHAM, "--learn", "2024-01:2024-02", "--test", "2024-03:2024-04",
        "--group", "Asian", "--reference", "Black", *given(city, without=("deprivation", "stops")),
    )  # fmt: skip
    assert told.code == 0, told.err
    study = read_study(tmp_path / "mine")
    assert study.place.name == name
    assert (study.group, study.reference) == ("Asian", "Black")
    assert study.periods.test == ("2024-03", "2024-04")
    assert list(study.tables.given()) == ["areas", "recorded_crime", "residents"]


def test_columns_groups_and_vintages_of_ones_own_are_written(city, evenhand, tmp_path):
    made_up_city.areas().rename(columns={"LSOA21CD": "code"}).to_file(tmp_path / "own.geojson", driver="GeoJSON")
    made_up_city.residents().rename(columns={"area_code": "where", "White": "n_white", "Black": "n_black"}).to_csv(tmp_path / "people.csv", index=False)
    told = evenhand(
        "study", "new", "mine", "--place", "T", "--areas", "own.geojson", "--residents", "people.csv", "--recorded-crime", city["recorded_crime"],
        "--columns", "areas.area_code=code", "--columns", "residents.area_code=where", "--vintage", "areas=lsoa-2021",
        "--residents-groups", "White=n_white", "--residents-groups", "Black=n_black",
    )  # fmt: skip
    assert told.code == 0, told.err
    tables = read_study(tmp_path / "mine").tables
    assert tables.areas.columns == {"area_code": "code"}
    assert tables.areas.vintage == "lsoa-2021"
    assert tables.residents.groups == {"White": "n_white", "Black": "n_black"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--learn", "2024-01"], "both --learn and --test"),
        (["--learn", "last year", "--test", "2024-04"], "is not a span of months"),
        (["--learn", "2024-03", "--test", "2024-02"], "must not be tested on what it has learnt"),
        (["--group", "White"], "`group` and `reference` are both"),
        (["--columns", "area_code=x"], "does not say of which table"),
        (["--columns", "areas.area_code"], "Write it as"),
        (["--columns", "lookup.lsoa11_code=x"], "no file is given"),
        (["--columns", "areas.kode=LSOA21CD"], "kode"),
        (["--columns", "areas.area_code=CODE"], "no column 'CODE'"),
        (["--vintage", "areas=lsoa-1801"], "not a set of codes"),
        (["--residents-groups", "White"], "Write it as White=n_white"),
        (["--residents-groups", "White=n_white"], "no column 'n_white'"),
        (["--areas", "nowhere.geojson"], "no file at"),
        (["--residents", "people.txt"], "no file at"),
        (["--stops", "lsoa21.geojson"], "no file at"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(words, says, city, evenhand, tmp_path):
    told = evenhand("study", "new", "mine", "--place", "Testerham", *given(city, without=("deprivation",)), *words)
    assert told.code == 2, told
    assert says in told.err
    assert "Traceback" not in told.err
    assert files_in(tmp_path) == []
    assert not (tmp_path / "mine").exists()


def test_tables_given_under_each_others_names_are_found_out(city, evenhand, tmp_path):
    swapped = {**city, "residents": city["deprivation"], "deprivation": city["residents"]}
    told = evenhand("study", "new", "mine", "--place", "Testerham", *given(swapped))
    assert told.code == 2
    assert "Put it under `tables: deprivation:`" in told.err


def test_a_study_that_is_there_is_never_written_over(city, evenhand, tmp_path):
    evenhand("study", "new", "mine", "--place", "Testerham", *given(city))
    before = (tmp_path / "mine" / "study.yml").read_text()
    told = evenhand("study", "new", "mine", "--place", "Another", *given(city))
    assert told.code == 2
    assert "There is a study at" in told.err
    assert (tmp_path / "mine" / "study.yml").read_text() == before


def test_a_readme_of_ones_own_is_kept(city, evenhand, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("my own words")
    assert evenhand("study", "new", "mine", "--place", "Testerham", *given(city)).code == 0
    assert (tmp_path / "mine" / "README.md").read_text() == "my own words"


def test_records_of_a_single_month_cannot_be_learnt_from_and_tested_on(city, evenhand, tmp_path):
    made_up_city.street("2024-01").to_csv(tmp_path / "2024-01-testshire-street.csv", index=False)
    told = evenhand("study", "new", "mine", "--place", "Testerham", *given({**city, "recorded_crime": tmp_path / "2024-01-testshire-street.csv"}))
    assert told.code == 2
    assert "span 1 month(s)" in told.err


def test_at_a_terminal_what_is_not_given_is_asked_for(city, tmp_path):
    answers = ["mine", "Testerham", city["areas"], city["recorded_crime"], city["residents"], "", "", "", ""]
    said = at_a_terminal(["study", "new"], [str(answer) for answer in answers], tmp_path)
    for question in ("Folder to write the study into", "Name of the place", "Boundaries", "Which make up the place?", "[E06000991]"):
        assert question in said
    study = read_study(tmp_path / "mine")
    assert study.place.authority == [made_up_city.TESTERHAM]
    assert study.tables.stops is None


def at_a_terminal(words: list[str], answers: list[str], folder: Path) -> str:
    """What the command line says to somebody who types these answers."""
    main, other = pty.openpty()
    command = [sys.executable, "-m", "evenhand.cli", *words]
    asking = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"})
    os.close(other)
    os.write(main, "".join(f"{answer}\n" for answer in answers).encode())
    said = b""
    while select.select([main], [], [], 60)[0]:
        try:
            part = os.read(main, 4096)
        except OSError:  # the other side has hung up
            break
        if not part:
            break
        said += part
    os.close(main)
    assert asking.wait(timeout=60) == 0, said.decode()
    return said.decode()


def test_another_system_several_of_them_or_all_may_be_chosen(city, evenhand, tmp_path):
    words = ("--place", "Testerham", *given(city, without=("deprivation",)))
    assert evenhand("study", "new", "one", "--system", "predpol", *words).code == 0
    assert read_study(tmp_path / "one").system.name == "predpol"
    assert evenhand("study", "new", "two", "--system", "harm_spots", "--system", "predpol", *words).code == 0
    assert [one.name for one in read_study(tmp_path / "two").systems] == ["harm-spots", "predpol"]
    assert evenhand("study", "new", "all", "--system", "all", *words).code == 0
    every = {one.name for one in read_study(tmp_path / "all").systems}
    assert {"harm-spots", "predpol", "hot-spots"} <= every
    assert "count-map" not in every
    told = evenhand("study", "new", "none", "--system", "minority-report", *words)
    assert (told.code, "no system 'minority-report'" in told.err, (tmp_path / "none").exists()) == (2, True, False)


def test_a_comparison_that_was_written_can_be_run(city, evenhand, tmp_path):
    evenhand("study", "new", "two", "--system", "harm-spots", "--system", "count-map", "--place", "Testerham", *given(city, without=("deprivation", "stops")))
    told = evenhand("study", "run", "two", "--out", "out")
    assert told.code == 0, told.err
    assert (tmp_path / "out" / "maps" / "flagged.geojson").is_file()
