"""A place study's further exposure findings: the baseline beside the system, and every other way to ask, on a town whose truth is known."""

from __future__ import annotations

import pytest
import yaml

import evenhand as eh
from evenhand.sources.made_up_town import write
from tests.study.oracle import STUDIES

SHIPPED = STUDIES / "made-up-town" / "study.yml"


def run(folder, **changed):
    declared = yaml.safe_load(SHIPPED.read_text(encoding="utf-8")) | {"replicates": 100, "readings": {}, "audits": ["exposure"]} | changed
    write(folder / "data", exposure_ratio=3.0)
    (folder / "study.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    return eh.run_study(folder).contents


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """The study with the plain count as its system: it is then its own baseline."""
    return run(tmp_path_factory.mktemp("counted") / "made-up-town", system={"name": "count-map"})


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    return run(tmp_path_factory.mktemp("studied") / "made-up-town")


def of(contents, measure, group="Black"):
    return next(f for f in contents.findings if f.measure == measure and f.group == group)


def test_a_system_that_counts_is_as_unequal_as_counting(counted):
    system, baseline = of(counted, "exposure_ratio"), of(counted, "baseline_exposure_ratio")
    assert (baseline.value, baseline.low, baseline.high, baseline.p_value) == (system.value, system.low, system.high, system.p_value)
    over = of(counted, "exposure_ratio_over_baseline")
    assert (over.value, over.low, over.high) == (pytest.approx(1), pytest.approx(1), pytest.approx(1))


def test_the_baselines_findings_come_after_the_systems_and_never_stand_for_them(studied):
    from evenhand.report.measures import pick

    measures = [f.measure for f in studied.findings if f.question == "exposure"]
    first = measures.index("baseline_exposed_share")
    assert {"exposure_ratio", "dose_share", "higher_scored_chance", "dose_gini", "deprivation_slope_index"} <= set(measures[:first])
    assert not {"exposure_ratio", "exposed_share"} & set(measures[first:])
    assert pick(studied.findings, "exposure_ratio", group="Black").settings["system"] == "harm-spots"
    assert of(studied, "baseline_exposure_ratio").settings["system"] == "count-map"


def test_the_planted_ratio_is_found_at_the_operators_number_and_by_dose(studied):
    assert of(studied, "exposure_ratio_at_k").value == pytest.approx(3.0)
    assert of(studied, "exposure_ratio_at_k").settings["k"] == 20
    # Every spot lies wholly in one area, so its dose falls to that area's residents: more than 3, for fewer others live there.
    assert of(studied, "dose_per_head_ratio").value == pytest.approx(3.0, rel=0.05)
    assert of(studied, "dose_per_head_ratio", "Asian").value == pytest.approx(1.0, rel=0.05)


def test_spots_laid_one_to_an_area_are_no_more_concentrated_than_chance(studied):
    gini, floor = of(studied, "dose_gini", None), of(studied, "dose_gini_by_chance", None)
    assert gini.value < floor.high
    assert gini.p_value > 0.5


def test_deprivation_laid_out_without_regard_to_any_of_it_shows_no_gradient(studied):
    slope = of(studied, "deprivation_slope_index", "most deprived residents")
    assert slope.low < 0 < slope.high


def test_a_town_of_one_frame_is_compared_within_that_alone_and_nothing_is_refused(studied):
    assert not [f for f in studied.findings if f.measure.startswith("exposure_ratio_by_frame")]
    assert studied.refused == ()
