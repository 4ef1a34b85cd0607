"""Risk factors as findings: order, intervals, and the warning that choosing and weighing on the same records calls for."""

from __future__ import annotations

import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.risk_factors import CHOSEN_FIRST, risk_factors

ABOUT = About("factors", "Anywhere", "2024", "made up")
TABLE = pd.DataFrame(
    {
        "factor": ["school", "pub"],
        "operationalisation": ["density", "proximity"],
        "distance_m": [600.0, 150.0],
        "rrv": [1.5, 3.6],
        "rrv_low": [1.1, 2.0],
        "rrv_high": [2.0, 6.6],
    }
)


def test_values_come_highest_first_with_interval_denominator_and_warning():
    found = risk_factors(TABLE, events=90, about=ABOUT, system="rtm")
    assert [(one.group, one.value, one.low, one.high) for one in found] == [("pub", 3.6, 2.0, 6.6), ("school", 1.5, 1.1, 2.0)]
    assert all(one.n == 90 and CHOSEN_FIRST in one.caveats and one.unit == "ratio" for one in found)


def test_shares_of_redraws_stand_behind_where_redraws_were_made():
    found = risk_factors(TABLE.assign(redraws=50, factor_share=[0.2, float("nan")]), events=90, about=ABOUT, system="rtm")
    shares = [one for one in found if one.measure == "factor_chosen_share"]
    assert [(one.group, one.value, one.n) for one in shares] == [("school", pytest.approx(0.2), 50)]


def test_no_factor_gives_no_finding():
    assert risk_factors(TABLE.iloc[:0], events=90, about=ABOUT, system="rtm") == []
