"""One question put to one's own tables: read, checked, asked, swept, and handed out in every form."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

import evenhand
from evenhand.study.asking import Asking, OwnFiles, Words, ask, settings_of
from evenhand.study.questions import question_named, question_names
from evenhand.tables.errors import BadFile, BadSetting, UnknownColumn

QUESTION = "proxy"


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Forty units, whose stops stand in for the group."""
    rng = np.random.default_rng(1)
    lean, codes = rng.normal(size=40), [f"U{n:02d}" for n in range(40)]
    members = np.round(200 / (1 + np.exp(1 - lean)))
    inputs = pd.DataFrame({"unit_code": codes * 2, "input": ["stops"] * 40 + ["calls"] * 40, "value": [*lean, *rng.normal(size=40)]})
    people = pd.DataFrame({"unit_code": codes * 2, "group": ["Black"] * 40 + ["White"] * 40, "people": [*members, *(200 - members)]})
    return {"inputs": inputs, "unit_groups": people, "input_weights": pd.DataFrame({"input": ["stops", "calls"], "weight": [1.0, 1.0]})}


@pytest.fixture
def files(tables, tmp_path) -> dict[str, str]:
    """The same as CSV files in an oddly named folder."""
    folder = tmp_path / "a folder, with a comma"
    folder.mkdir()
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return {name: str(folder / f"{name}.csv") for name in tables}


def test_frames_and_files_give_the_same_figures(tables, files):
    by_frame = ask(QUESTION, tables, settings={"k": 8}, replicates=50).answer.findings
    by_file = ask(QUESTION, files, settings={"k": 8}, replicates=50).answer.findings
    assert [(one.measure, one.value, one.low) for one in by_frame] == [(one.measure, one.value, one.low) for one in by_file]


def test_what_the_asker_says_of_the_data_stands_in_every_finding(tables):
    words = Words("Nowhere", "2024", "made up by us")
    found = ask(QUESTION, tables, settings={"k": 8}, words=words, replicates=50).answer.findings
    assert {(one.place, one.period, one.source) for one in found} == {("Nowhere", "2024", "made up by us")}


def test_files_are_named_as_the_source_where_nothing_is_said(files):
    assert "inputs.csv" in ask(QUESTION, files, settings={"k": 8}, replicates=50).answer.findings[0].source


def test_a_column_of_another_name_is_told_by_columns(files, tables, tmp_path):
    tables["inputs"].rename(columns={"value": "amount"}).to_csv(tmp_path / "renamed.csv", index=False)
    own = OwnFiles(columns={"inputs": {"value": "amount"}})
    assert ask(QUESTION, {**files, "inputs": str(tmp_path / "renamed.csv")}, settings={"k": 8}, own=own, replicates=50).answer.findings


def test_the_short_form_sorts_tables_from_settings(tables):
    asking = evenhand.ask(QUESTION, **tables, k=8, place="Nowhere", replicates=50)
    assert isinstance(asking, Asking)
    assert asking.findings.measure[0] == "flag_ratio"
    assert "flag_ratio" in asking._repr_html_()


def test_varied_settings_give_every_figure_its_range(tables):
    found = ask(QUESTION, tables, settings={"k": 8}, vary={"k": ["4", "8", "16"]}, replicates=50).answer.findings
    ratios = [ask(QUESTION, tables, settings={"k": k}, replicates=50).answer.findings[0].value for k in (4, 8, 16)]
    told = found[0].settings["readings"]
    assert (told["low"], told["high"]) == (pytest.approx(min(ratios)), pytest.approx(max(ratios)))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"settings": {"k": "many"}}, "must be a whole number"),
        ({"settings": {"kk": 3}}, "Did you mean 'k'"),
        ({"settings": {"k": 2.5}}, "must be a whole number"),
        ({"level": 1.0}, "coverage of an interval"),
        ({"replicates": 1}, "from 2 to 100,000"),
        ({"seed": -1}, "from 0"),
        ({"vary": {"size": ["1"]}}, "has no setting 'size'"),
        ({"vary": {"k": ["x"]}}, "must be a whole number"),
    ],
)
def test_a_setting_that_cannot_be_is_named(more, says, tables):
    with pytest.raises(BadSetting, match=says):
        ask(QUESTION, tables, **{"settings": {"k": 8}, **more})


def test_an_unknown_question_a_missing_table_and_one_too_many_are_named(tables):
    with pytest.raises(BadSetting, match="There is no audit 'proxies'. Known: .*proxy"):
        ask("proxies", tables)
    with pytest.raises(BadSetting, match="needs the table 'unit_groups'"):
        ask(QUESTION, {"inputs": tables["inputs"]})
    with pytest.raises(BadSetting, match="Did you mean 'inputs'"):
        ask(QUESTION, {**tables, "input": tables["inputs"]})


def test_an_unknown_column_is_refused_so_that_no_name_gets_in(tables):
    with pytest.raises(UnknownColumn, match="surname"):
        ask(QUESTION, {**tables, "inputs": tables["inputs"].assign(surname="Nobody")})


def test_a_file_that_is_not_there_is_named(files):
    with pytest.raises(BadFile, match="no file at"):
        ask(QUESTION, {**files, "inputs": files["inputs"] + "x.csv"})


def test_every_question_says_what_it_asks_and_of_what():
    for name in question_names():
        question = question_named(name)
        assert question.name == name
        assert question.asks.endswith("?"), name
        assert question.says, name
        assert question.example.startswith(f"evenhand audit {name} "), name
        assert len({setting.name for setting in question.settings}) == len(question.settings)
        needed = {setting.name: "White" for setting in question.settings if setting.is_needed}
        for setting in question.settings:
            assert setting.says, f"{name}: {setting.name}"
            if setting.default is not None and not setting.is_many:
                assert settings_of(question, {**needed, setting.name: setting.default})[setting.name] == setting.default


def test_every_question_reads_declared_tables():
    from evenhand.sources.own_table import declared

    known = declared()
    missing = [f"{name}: {table.table}" for name in question_names() for table in question_named(name).tables if table.table not in known]
    assert not missing


def terminal(evenhand, files, *more):
    options = [part for name, file in files.items() for part in (f"--{name.replace('_', '-')}", file)]
    return evenhand("audit", QUESTION, *options, "--k", "8", "--replicates", "50", *more)


def test_the_terminal_shows_figures_with_their_caveats(files, evenhand):
    told = terminal(evenhand, files)
    assert told.code == 0, told.err
    assert "Before you quote a figure" in told.out
    assert "left out: stops" in told.out


def test_json_csv_and_html_say_the_same(files, evenhand, tmp_path):
    as_json = json.loads(terminal(evenhand, files, "--json").out)
    rows = list(csv.DictReader(io.StringIO(terminal(evenhand, files, "--csv").out)))
    assert [row["measure"] for row in rows] == [one["measure"] for one in as_json]
    assert float(rows[0]["value"]) == pytest.approx(as_json[0]["value"])
    page = tmp_path / "new folder" / "page.html"
    told = terminal(evenhand, files, "--html", page)
    assert told.code == 0
    text = page.read_text(encoding="utf-8")
    assert "<!DOCTYPE html>" in text
    assert f'data-value="{as_json[0]["value"]}"' in text


def test_two_forms_at_once_go_to_files(files, evenhand, tmp_path):
    told = terminal(evenhand, files, "--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv")
    assert told.code == 0
    assert (tmp_path / "a.json").is_file()
    assert (tmp_path / "a.csv").is_file()
    both = terminal(evenhand, files, "--json", "--csv")
    assert both.code == 2
    assert "Only one of --json, --csv" in both.err


def test_a_slip_is_one_message_and_leaves_no_file(files, evenhand, tmp_path):
    told = terminal(evenhand, {**files, "inputs": "nowhere.csv"}, "--html", tmp_path / "x.html")
    assert (told.code, "Traceback" in told.err) == (2, False)
    assert "nowhere.csv" in told.err
    assert not (tmp_path / "x.html").exists()
    folder = terminal(evenhand, files, "--html", tmp_path)
    assert folder.code == 2
    assert "is a folder" in folder.err


def test_help_of_a_question_shows_its_tables_and_settings(evenhand):
    told = evenhand("audit", QUESTION, "--help")
    assert told.code == 0
    for word in ("--inputs", "--unit-groups", "--k", "--vary", "--html", "Example:"):
        assert word in told.out
