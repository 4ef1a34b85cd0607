"""A place study's second null, on the made-up town: what was planted in the records is explained by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.audit.about import About
from evenhand.study.declaration import read_study
from evenhand.study.inputs import read_inputs
from evenhand.study.nulls import null_findings
from evenhand.study.placing import baseline_settings, grid_for, place
from evenhand.systems.catalogue import system_named

TOWN = Path(__file__).resolve().parents[2] / "studies" / "made-up-town"


@pytest.fixture(scope="module")
def found():
    study = read_study(TOWN)
    inputs = read_inputs(study, lambda what: None)
    system, baseline = system_named(study.system.name), system_named(study.baseline)
    settings = {**system.CARD.defaults, **study.system.settings}
    grid, learn = grid_for(inputs.outline.areas, settings), inputs.crimes(study.periods.learn)
    run = place(system, learn, grid, until=study.periods.learn[1], settings=settings)
    plain = place(baseline, learn, grid, until=study.periods.learn[1], settings=baseline_settings(settings))
    about = About("exposure", "Nowhere", "2024", "made up")
    return null_findings(run, plain, inputs.outline.residents, reference=study.reference, about=about, draws=99, seed=1)


def of(found, measure, compared):
    return next(one for one in found if one.measure == measure and one.group == "Black" and one.settings["compared_with"] == compared)


def test_a_disparity_that_lies_in_the_records_is_expected_from_them(found):
    """The town plants violence where Black residents live: unequal, and no more so than the records are."""
    expected, beyond = (of(found, measure, "the cells with most recorded crime") for measure in ("exposure_expected", "exposure_beyond"))
    assert expected.value > 1.5
    assert 0.9 < beyond.value < 1.1
    assert beyond.p_value is None or beyond.p_value > 0.05


def test_where_people_live_does_not_explain_it(found):
    assert of(found, "exposure_beyond", "cells alike in residents").value > 1.3


def test_every_finding_says_what_it_compares_with(found):
    assert len(found) == 2 * 3 * 4
    assert all(one.reference.startswith("White; ") and one.caveats and one.n for one in found)
