"""The stops of a place study: the main findings first, then finds, powers, areas and months, on a town whose truth is known."""

from __future__ import annotations

import pytest
import yaml

from evenhand.audit.stop_outcome_findings import MEASURES as OUTCOMES
from evenhand.audit.stop_power_findings import MEASURES as POWERS
from evenhand.audit.stop_rate_findings import MEASURES as RATES
from evenhand.sources.made_up_town import write
from evenhand.study.declaration import read_study
from evenhand.study.inputs import read_inputs
from evenhand.study.stops import audit_stops
from tests.study.oracle import STUDIES

FIELDS = ("officer_defined_ethnicity", "self_defined_ethnicity")
MAIN = {*RATES, "no_further_action_share", "no_further_action_difference", "section_60_share"}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "made-up-town"
    declared = yaml.safe_load((STUDIES / "made-up-town" / "study.yml").read_text(encoding="utf-8")) | {"replicates": 100, "readings": {}}
    write(folder / "data", seed=1, exposure_ratio=3.0, stop_rate_ratio=4.0)
    (folder / "study.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    study = read_study(folder / "study.yml")
    findings, refused = audit_stops(study, read_inputs(study, lambda what: None))
    assert not refused
    return findings


def the(found, measure, field, group="Black"):
    return next(one for one in found if (one.measure, one.group, one.settings["field"]) == (measure, group, field))


def test_the_main_findings_of_both_fields_come_first(found):
    is_main = [one.measure in MAIN for one in found]
    assert is_main == sorted(is_main, reverse=True)
    assert found[0].measure == "stop_rate_ratio"
    further = {one.measure for one in found} - MAIN
    assert {"stop_rate_ratio_within_areas", "stop_rate_ratio_allocation", "areas_above_one_share", "stop_rate_ratio_section_60", "find_share"} <= further
    assert {*POWERS, *OUTCOMES} <= {one.measure for one in found}


@pytest.mark.parametrize("field", FIELDS)
def test_what_was_planted_is_told_within_areas_too(found, field):
    """Stops fall evenly over the town while Black residents live more in its hot areas: within areas the ratio is still 4, and areas add nothing clear."""
    whole = the(found, "stop_rate_ratio", field)
    assert whole.value == pytest.approx(4, rel=1e-9)
    together, within, added = (the(found, f"stop_rate_ratio_{name}", field) for name in ("areas_together", "within_areas", "allocation"))
    assert together.value == pytest.approx(whole.value)
    assert within.value * added.value == pytest.approx(together.value)
    assert within.low < 4 < within.high
    assert the(found, "stop_rate_ratio_other_powers", field).value == pytest.approx(4, rel=1e-9)
    assert "Only 4 months" in the(found, "stop_rate_ratio_change_per_year", field).caveats[0]


def test_a_town_whose_records_never_say_yes_has_no_finds(found):
    finds = the(found, "find_share", FIELDS[0])
    assert finds.value == 0 or "left at 'no'" in finds.caveats[0]
