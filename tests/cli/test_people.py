"""`evenhand people`: scenarios shown, people made whole or not at all, and tables of people let in or kept out."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from evenhand.cli.people import people as command
from evenhand.people.parameters import scenario_slugs
from evenhand.tables.errors import BadFile, BadSetting, BadValue, CannotWrite, LooksPersonal, TooFewPeople
from tests.tables.pseudonymous_people import persons_of, records_of

FEW = ("make", "--people", "400", "--years", "2", "--quiet")


def told(*words: object, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(command, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_every_scenario_is_listed_at_the_terminal_and_for_programs():
    listed = told("list")
    assert [slug for slug in scenario_slugs() if not any(line.startswith(f"{slug} ") for line in listed.splitlines())] == []
    assert max(map(len, listed.splitlines())) <= 80
    given = json.loads(told("list", "--json"))
    assert [one["slug"] for one in given] == list(scenario_slugs())
    assert all(sum(one["marks"].values()) > 80 for one in given)


@pytest.mark.parametrize("slug", scenario_slugs())
def test_a_scenario_is_shown_whole(slug):
    assert "Nobody exists" in told("show", slug)
    given = json.loads(told("show", slug, "--json"))
    assert {"value", "source", "mark", "says"} == set(given["parameters"]["stops.per_1000"])


def test_a_scenario_that_is_none_is_told_with_the_nearest():
    with pytest.raises(BadSetting, match="london"):
        told("show", "londn")


def test_a_file_to_start_from_is_written_once_and_can_be_shown(tmp_path):
    mine = tmp_path / "mine.yml"
    assert "Written" in told("new", mine)
    assert "A place of my own" in told("show", mine)
    with pytest.raises(CannotWrite, match="left alone"):
        told("new", mine)
    with pytest.raises(BadSetting, match=r"\.yml"):
        told("new", tmp_path / "mine.txt")


def test_people_are_written_with_their_card_and_a_manifest_that_says_what_made_them(tmp_path):
    told(*FEW, "--scenario", "durham", "--out", tmp_path / "a")
    told(*FEW, "--scenario", "durham", "--out", tmp_path / "b")
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    assert (manifest["scenario"], manifest["people"], manifest["years"], manifest["seed"], manifest["provenance"]) == ("durham", 400, 2.0, 1, "made-up")
    assert manifest["evenhand"]
    assert len(manifest["parameters_sha256"]) == 64
    assert set(manifest["files"]) == {path.name for path in (tmp_path / "a").iterdir()} - {"manifest.json"}
    assert {"persons.parquet", "person_records.parquet", "true.parquet", "survey.parquet", "card.md"} <= set(manifest["files"])
    assert manifest["files"] == json.loads((tmp_path / "b" / "manifest.json").read_text())["files"]
    assert len(pd.read_parquet(tmp_path / "a" / "persons.parquet")) == 400


def test_what_is_there_is_replaced_only_when_asked(tmp_path):
    told(*FEW, "--out", tmp_path / "a")
    before = (tmp_path / "a" / "manifest.json").read_text()
    with pytest.raises(CannotWrite, match="--force"):
        told(*FEW, "--seed", 2, "--out", tmp_path / "a")
    assert (tmp_path / "a" / "manifest.json").read_text() == before
    told(*FEW, "--seed", 2, "--out", tmp_path / "a", "--force")
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["seed"] == 2


def test_a_folder_with_files_of_somebody_else_is_left_alone_even_with_force(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotWrite, match="left alone"):
        told(*FEW, "--out", tmp_path, "--force")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_nothing_is_left_behind_when_making_fails(tmp_path, monkeypatch):
    from evenhand.people import folder

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_write", full)
    with pytest.raises(CannotWrite, match="No space left"):
        told(*FEW, "--out", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_made_up_tables_come_back_in_through_the_check(tmp_path):
    told(*FEW, "--csv", "--out", tmp_path / "a")
    tables = ("--persons", tmp_path / "a" / "persons.csv", "--records", tmp_path / "a" / "person_records.csv")
    said = told("check", *tables, "--provenance", "made-up")
    assert "These tables of made-up people may be read." in said
    given = json.loads(told("check", *tables, "--provenance", "made-up", "--json"))
    assert sum(given["people"]) == 400


def checked(tmp_path, persons: pd.DataFrame, records: pd.DataFrame, *more: str, provenance: str = "pseudonymised") -> str:
    persons.to_csv(tmp_path / "p.csv", index=False)
    records.to_csv(tmp_path / "r.csv", index=False)
    return told("check", "--persons", tmp_path / "p.csv", "--records", tmp_path / "r.csv", "--provenance", provenance, *more)


def test_of_real_people_no_count_of_few_is_shown(tmp_path):
    persons = persons_of()
    given = json.loads(checked(tmp_path, persons, records_of(persons), "--json"))
    assert given["may_be_read"]
    assert all(number is None or (number >= 10 and number % 5 == 0) for number in given["people"])


def test_tables_that_may_not_be_read_are_refused_with_one_message(tmp_path):
    persons = persons_of()
    records = records_of(persons)
    with pytest.raises(LooksPersonal):
        checked(tmp_path, persons.assign(surname="x"), records)
    with pytest.raises(TooFewPeople):
        checked(tmp_path, persons.head(30), records[records["person"].isin(persons.head(30)["person"])])
    with pytest.raises(BadValue, match="do not have the form"):
        checked(tmp_path, persons, records, provenance="made-up")
    with pytest.raises(BadFile):
        told("check", "--persons", tmp_path / "none.csv", "--records", tmp_path / "none.csv", "--provenance", "made-up")
