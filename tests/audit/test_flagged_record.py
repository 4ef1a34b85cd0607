"""Recorded crime on flagged ground: by hand on few areas, and its limits against areas drawn again one by one."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.flagged_record import Record, flagged_shares, record_findings
from evenhand.tables.errors import BadValue, CannotAnswer

ABOUT = About("exposure", "Town", "2024", "made up")


def record(**changes) -> Record:
    made = {
        "flagged_share": np.array([1.0, 0.5, 0.0, 0.0]),
        "events": np.array([40.0, 20.0, 30.0, 10.0]),
        "residents": np.array([100.0, 200.0, 300.0, 400.0]),
        "ground_m2": np.array([1e6, 1e6, 1e6, 2e6]),
        "replicates": 200,
    }
    return Record(**{**made, **changes})


def test_shares_and_the_ratio_are_those_of_counting_by_hand():
    ground, crime, ratio = record_findings(record(), about=ABOUT)
    assert ground.value == pytest.approx(1.5 / 5)
    assert crime.value == pytest.approx(50 / 100)
    assert ratio.value == pytest.approx((50 / 200) / (50 / 800))
    assert (crime.n, ratio.n, ground.n) == (100.0, 50.0, 5.0)
    assert (crime.low, crime.high) == (None, None), "of four areas some draws hold no flagged one"
    assert any("No interval" in caveat for caveat in crime.caveats)


def test_without_polygons_the_ground_is_not_spoken_of():
    assert [one.measure for one in record_findings(record(ground_m2=None), about=ABOUT)][0] == "recorded_crime_flagged_share"


def test_the_limits_hold_the_truth_about_as_often_as_they_say():
    """Areas of one town drawn from a wider world: the world's share lies in 95 % intervals about 95 % of the time."""
    rng = np.random.default_rng(4)
    held, towns, areas = 0, 200, 120
    for town in range(towns):
        flagged = (rng.random(areas) < 0.3).astype(float)
        events = rng.poisson(rng.gamma(3, 4, areas) * np.where(flagged > 0, 2.0, 1.0)).astype(float)
        crime = record_findings(Record(flagged, events, np.ones(areas), replicates=200, seed=town), about=ABOUT)[0]
        held += crime.low <= 0.6 / 1.3 <= crime.high
    assert 0.90 <= held / towns <= 0.99


def test_nothing_recorded_and_what_is_no_count_are_refused():
    with pytest.raises(CannotAnswer, match="No crime is recorded"):
        record_findings(record(events=np.zeros(4)), about=ABOUT)
    with pytest.raises(BadValue, match="Missing is not zero"):
        record_findings(record(events=np.array([1.0, np.nan, 0.0, 0.0])), about=ABOUT)
    assert np.isnan(flagged_shares([[0.0], [0.0]], [1.0, 0.0])[0])
