"""Fairness asked of one's own table: findings, pictures with their tables, and what the table cannot carry."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.disclosure import CONFIDENTIAL
from evenhand.audit.fairness import frame_of
from evenhand.report.score_pictures import calibration_curves, recording_curves, roc_curves
from evenhand.study.question import Answer, Asked
from evenhand.study.questions.fairness import QUESTION
from tests.audit.made_up_scores import counted, made_up_people


def ask(rows, **settings) -> Answer:
    return QUESTION.ask(Asked({"score_outcomes": rows}, {}, {**QUESTION.defaults, "reference": "Blue", **settings}, replicates=100))


@pytest.fixture(scope="module")
def answer() -> Answer:
    return ask(made_up_people(3_000), published_by="nobody: made up")


def test_the_answer_has_findings_pictures_and_reasons(answer):
    assert answer.findings[0].measure == "group_false_positive_rate_ratio"
    assert [one.slug for one in answer.pictures] == ["score-rates", "score-ratios", "score-calibration", "score-roc", "score-cells", "score-recording"]
    assert all(len(one.table) and one.description for one in answer.pictures)
    assert [one.audit for one in answer.refused] == ["conditional parity"]


def test_settings_reach_the_audit():
    high = ask(made_up_people(3_000), flagged_from=8.0, published_by="nobody: made up")
    assert all(one.value < 0.5 for one in high.findings if one.measure == "group_selection_rate")
    asked = ask(made_up_people(1_000), test=("accuracy",), recording_ratio=(0.5,), cell_rate=("base_rate",))
    measures = {one.measure for one in asked.findings}
    assert "cell_base_rate" in measures
    assert "cell_selection_rate" not in measures
    assert {one.settings["recording_ratio"] for one in asked.findings if "recording_ratio" in one.settings} == {0.5}


def test_without_outcomes_the_pictures_that_need_them_are_left_out():
    drawn = ask(made_up_people(2_000).drop(columns="outcome"))
    assert [one.slug for one in drawn.pictures] == ["score-rates", "score-ratios", "score-cells"]
    assert "no outcome is known" in " ".join(one.reason for one in drawn.refused)


def test_no_point_of_a_roc_curve_tells_of_fewer_than_the_threshold():
    frame = frame_of(counted(made_up_people(600)), reference="Blue", about=About("fairness", "", "", ""), rule=CONFIDENTIAL)
    table = roc_curves(frame).table
    for at, group in enumerate(frame.groups):
        points = table[table["group"] == group]
        sizes = [frame.cells[at, [1, 3]].sum(), frame.cells[at, [0, 2]].sum()]
        steps = np.diff(points[["wrongly_flagged", "rightly_flagged"]].to_numpy(), axis=0) * sizes
        assert points.empty or steps.min() >= 10 - 1e-6


def test_curves_that_cannot_be_drawn_are_none():
    frame = frame_of(counted(made_up_people(60)), reference="Blue", about=About("fairness", "", "", ""), rule=CONFIDENTIAL)
    assert recording_curves(frame) is None
    assert calibration_curves([]) is None
    constant = frame_of(counted(made_up_people(600).assign(score=4.0)), reference="Blue", about=About("fairness", "", "", ""))
    assert roc_curves(constant) is None
