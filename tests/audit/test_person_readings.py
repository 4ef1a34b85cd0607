"""A rule read every way: the range holds every reading, and the ends name theirs."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_readings import MEASURES, reading_envelope
from evenhand.audit.person_rules import made_up_rule
from evenhand.tables.errors import BadSetting
from tests.audit.made_up_list import ON, Town, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up")
DEFAULTS = {"window": 1095, "stops": 0.5, "intelligence": 1.0}
READINGS = {"window": (365, 1095), "stops": (0.0, 0.5, 2.0)}


@pytest.fixture(scope="module")
def world():
    return town_of(Town(stops=(0.8, 0.1)))


@pytest.fixture(scope="module")
def swept(world):
    return reading_envelope(world.book, points, on=ON, defaults=DEFAULTS, readings=READINGS, reference="Blue", about=ABOUT, rule=made_up_rule())


def one(swept, measure, group="Amber"):
    return next(finding for finding in swept.findings if finding.measure == measure and finding.group == group)


def test_the_lowest_and_the_highest_ratio_are_those_of_all_readings(world, swept):
    ratios = {}
    for window in READINGS["window"]:
        for stops in READINGS["stops"]:
            flagged = points(world.book, on=ON, window=window, stops=stops).is_flagged
            rates = [flagged[world.book.group == at].mean() for at in (0, 1)]
            ratios[window, stops] = rates[0] / rates[1]
    lowest, highest = one(swept, "reading_lowest_ratio"), one(swept, "reading_highest_ratio")
    assert lowest.value == pytest.approx(min(ratios.values()))
    assert highest.value == pytest.approx(max(ratios.values()))
    read_as = {**DEFAULTS, **highest.settings["reading"]}
    assert ratios[read_as["window"], read_as["stops"]] == pytest.approx(highest.value)
    assert lowest.low < lowest.value < lowest.high
    told = one(swept, "reading_flag_ratio").settings["readings"]
    assert (told["low"], told["high"]) == pytest.approx((min(ratios.values()), max(ratios.values())))


def test_the_default_overlaps_with_itself_wholly_and_with_others_less(swept):
    overlap = one(swept, "reading_list_overlap", "Everyone")
    assert overlap.value == 1.0
    assert overlap.settings["readings"]["low"] < 0.9
    assert one(swept, "reading_list_size", "Everyone").settings["readings"]["low"] == one(swept, "reading_list_size", "Everyone").value
    assert {finding.measure for finding in swept.findings} == set(MEASURES)


def test_a_list_too_short_to_be_shown_gives_reasons_and_no_ends(world):
    def few(book, *, on, **settings):
        scored = points(book, on=on, most=0.001, **settings)
        assert scored.is_flagged.sum() < 10
        return scored

    swept = reading_envelope(world.book, few, on=ON, defaults=DEFAULTS, readings=READINGS, reference="Blue", about=ABOUT)
    assert all(finding.value is None for finding in swept.findings)
    assert not any(finding.measure.endswith("est_ratio") for finding in swept.findings)
    assert all(row["value"] is None for row in swept.rows)


def test_a_reading_of_no_setting_is_refused(world):
    with pytest.raises(BadSetting, match="no setting 'mood'"):
        reading_envelope(world.book, points, on=ON, defaults=DEFAULTS, readings={"mood": (1, 2)}, reference="Blue", about=ABOUT)
    assert np.isfinite(list(DEFAULTS.values())).all()
