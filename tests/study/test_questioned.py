"""Studies of questions: declared sentences hold only computed figures, readings are swept, and slips are named."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import yaml

import evenhand as eh
from evenhand.study.saying import Figure, Said, find, sentence
from evenhand.tables.errors import BadFile, BadStudy
from evenhand.tables.findings import Finding
from tests.oracles import needed

STUDY = {
    "kind": "questions",
    "title": "Which inputs stand in?",
    "question": "In a made-up town, which inputs stand in for the group?",
    "place": "Nowhere",
    "period": "2024",
    "tables": {
        "inputs": {"path": "data/inputs.csv"},
        "unit_groups": {"path": "data/people.csv"},
        "input_weights": {"path": "data/weights.csv"},
    },
    "asks": {"proxy": {"k": 3, "group": "Black", "reference": "White"}},
    "readings": {"k": [2, 3, 4]},
    "swept": {"measure": "flag_ratio"},
    "answer": [
        {
            "says": "Black people are {ratio} times as likely to be in a flagged unit, {alone.value} by stops alone.",
            "figures": {"ratio": {"measure": "flag_ratio"}, "alone": {"measure": "proxy_auc", "where": {"input": "stops"}}},
        }
    ],
    "key_figures": [{"label": "The ratio", "figure": {"measure": "flag_ratio"}}],
    "replicates": 100,
}


def write(folder, **changes):
    """The study and its files in a folder."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    units = [f"U{n}" for n in range(8)]
    stops, calls = [5, 4, 3, 3, 2, 1, 1, 0], [1, 3, 2, 5, 1, 2, 4, 1]
    pd.DataFrame({"unit_code": units * 2, "input": ["stops"] * 8 + ["calls"] * 8, "value": stops + calls}).to_csv(folder / "data" / "inputs.csv", index=False)
    black, white = [60, 50, 20, 30, 20, 10, 5, 5], [40, 50, 80, 70, 80, 90, 95, 95]
    pd.DataFrame({"unit_code": units * 2, "group": ["Black"] * 8 + ["White"] * 8, "people": black + white}).to_csv(folder / "data" / "people.csv", index=False)
    pd.DataFrame({"input": ["stops", "calls"], "weight": [1.0, 0.5]}).to_csv(folder / "data" / "weights.csv", index=False)
    (folder / "study.yml").write_text(yaml.safe_dump({**STUDY, **changes}, allow_unicode=True), encoding="utf-8")
    return folder


def test_a_study_of_questions_is_run_from_its_files_to_its_report(tmp_path):
    result = eh.run_study(write(tmp_path / "study"), out=tmp_path / "out")
    found = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    ratio = next(one for one in found if one["measure"] == "flag_ratio")
    lead = result.contents.answer[0] if result.contents.answer[0].topic == "lead" else result.contents.answer[1]
    assert f"{ratio['value']:.2f} (95" in lead.text
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert {path.stem for path in (tmp_path / "out" / "tables").iterdir()} == set(result.figures)


def test_two_runs_leave_the_same_bytes(tmp_path):
    folder = write(tmp_path / "study")
    for name in ("one", "two"):
        eh.run_study(folder, out=tmp_path / name)
    for file in ("report.html", "findings.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_figures_carry_the_range_over_the_readings_and_these_are_drawn(tmp_path):
    result = eh.run_study(write(tmp_path / "study"))
    ratio = next(one for one in result.contents.findings if one.measure == "flag_ratio")
    assert ratio.settings["readings"]["n_readings"] == 3
    assert "readings" in result.figures
    assert ratio.settings["readings"]["low"] <= ratio.value <= ratio.settings["readings"]["high"]


def test_check_reads_the_tables_and_says_what_is_odd(tmp_path):
    from evenhand.study import check_study

    assert {report.table for report in check_study(write(tmp_path / "study"))} == {"inputs", "unit_groups", "input_weights"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "question"}, "Known: places, questions, replay"),
        ({"asks": {"proxies": {}}}, "is not a question"),
        ({"asks": {"fairness": {"reference": "White"}}}, "does not declare under `tables:`"),
        ({"answer": [{"says": "It is {ratio}."}]}, "not among its `figures:`"),
        ({"answer": [{"says": "It is {ratio}.", "figures": {"ratio": {"measure": "flag_ration"}}}]}, "not among the findings"),
        ({"parts": [{"slug": "a", "title": "A", "pictures": ["nothing"]}]}, "which no question drew"),
        ({"readings": {"size": [1, 2]}}, "varies a setting that has no value"),
        ({"titel": "x"}, "Did you mean `title`"),
    ],
)
def test_a_slip_in_the_declaration_is_named(changes, says, tmp_path):
    with pytest.raises(BadStudy, match=says):
        eh.run_study(write(tmp_path / "study", **changes))


def test_files_that_may_not_be_passed_on_are_asked_for_with_the_command_that_fetches_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVENHAND_DATA", raising=False)
    with pytest.raises(BadFile, match="evenhand sources fetch compas --into data/compas"):
        eh.run_study("compas-two-years")


def found(**more):
    return Finding(question="q", measure="m", value=0.5, low=0.4, high=0.6, level=0.95, unit="share", **more)


def test_a_figure_is_found_by_measure_group_and_settings():
    findings = [found(group="A"), found(group="B", settings={"score": 7}), found(group="B", settings={"score": 8})]
    assert find(Figure(measure="m", group="B", where={"score": 8}), findings) is findings[2]
    assert find(Figure(measure="m", group="C"), findings) is None


def test_a_figure_that_could_not_be_given_says_so_in_the_sentence():
    hidden = Finding(question="q", measure="m", unit="share", caveats=("Fewer than ten people.",))
    said = sentence(Said(says="It is {x}.", figures={"x": Figure(measure="m")}), [hidden])
    assert said.text == "It is no figure (Fewer than ten people.)."


@pytest.mark.oracle("compas")
def test_compas_two_years_says_what_propublicas_table_says(monkeypatch):
    """Larson and others (2016): false positive rates 44.85 and 23.45, false negative rates 27.99 and 47.72, in per cent."""
    result = eh.run_study("compas-two-years", data=needed("compas"))
    value = {(one.measure, one.group): one.value for one in result.contents.findings}
    for measure, black, white in (("group_false_positive_rate", 44.85, 23.45), ("group_false_negative_rate", 27.99, 47.72)):
        assert 100 * value[measure, "African-American"] == pytest.approx(black, abs=0.005)
        assert 100 * value[measure, "Caucasian"] == pytest.approx(white, abs=0.005)
    lead = next(one for one in result.contents.answer if one.topic == "lead")
    assert "44.8" in lead.text
    assert "23.5" in lead.text
    assert result.contents.answer[0].topic != "guess", "the conclusion holds in every reading"
