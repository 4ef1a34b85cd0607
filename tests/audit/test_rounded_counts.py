"""Rounded counts: the four shares that "correct" may mean, by hand, and what a forecast that never rounds to 1 gets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.judging import judged
from evenhand.audit.place_case import Case
from evenhand.audit.place_forecasts import laid_out
from evenhand.audit.rounded_counts import NOTHING, rounded_findings
from evenhand.tables.errors import CannotAnswer

CAME = pd.DataFrame({"place_code": ["a", "b", "c", "d"] * 2, "month": ["2024-01"] * 4 + ["2024-02"] * 4, "events": [2, 0, 1, 0, 1, 0, 3, 0]})


def findings(expected, came=CAME):
    said = pd.DataFrame({"place_code": came["place_code"], "from": came["month"], "to": came["month"], "is_flagged": True, "expected": expected})
    forecasts = laid_out(said, came)
    about = About(question="accuracy", place="", period="", source="")
    found = rounded_findings(Case(forecasts, judged(forecasts.events, unit="months"), about, "system"))
    return {(one.measure, one.group): one for one in found}


def test_each_share_by_hand():
    """Rounded: 2 1 0 0, 1 0 1 1. Right: a, d in January; a, b in February. Said to see some: a, b; a, c, d."""
    found = findings([1.6, 0.5, 0.4, 0.1, 1.2, 0.2, 1.4, 0.9])
    shares = {name: (one.value, one.n) for name, one in found.items()}
    assert shares == {
        ("exact_count_share", "system"): (4 / 8, 8),
        ("exact_count_share", NOTHING): (4 / 8, 8),
        ("foreseen_exact_share", "system"): (2 / 5, 5),
        ("foreseen_followed_share", "system"): (3 / 5, 5),
        ("foreseen_captured_share", "system"): (6 / 7, 7),
    }
    assert all(one.low <= one.value <= one.high for one in found.values())


def test_a_forecast_that_never_rounds_to_one_says_so_and_is_nothing_anywhere():
    found = findings([0.3] * 8)
    assert found["exact_count_share", "system"].value == found["exact_count_share", NOTHING].value == 0.5
    for name in ("foreseen_exact_share", "foreseen_followed_share"):
        one = found[name, "system"]
        assert (one.value, one.low, one.n) == (None, None, 0)
        assert "Not given: no expected count rounds to 1 or more." in one.caveats
    assert found["foreseen_captured_share", "system"].value == 0


def test_places_without_an_expected_count_are_left_out_with_their_events():
    found = findings([1.6, 0.5, np.nan, 0.1, 1.2, 0.2, np.nan, 0.9])
    assert found["exact_count_share", "system"].n == 6
    assert found["foreseen_captured_share", "system"].value == 1
    with pytest.raises(CannotAnswer, match="none can be rounded"):
        findings([np.nan] * 8)
