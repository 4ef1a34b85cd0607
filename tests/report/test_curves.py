"""Curves: gaps stay gaps, axes keep their ends, and the table and the words say what is drawn."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from evenhand.report.curves import Axis, Curve, curves, scale_of, thinned
from evenhand.report.plain_pictures import forest, forests
from evenhand.tables.findings import Finding

TABLE = pd.DataFrame({"x": [0.0, 0.5, 1.0], "y": [0.0, 0.8, 1.0]})
SHARES = {"x": Axis("share of ground", "share"), "y": Axis("share of crime", "share")}


def paths(picture, kind: str) -> list[str]:
    return re.findall(rf'class="{kind}[^"]*" d="([^"]*)"', str(picture.drawing))


def test_a_curve_passes_through_its_values():
    picture = curves([Curve("captured", [0, 0.5, 1], [0, 0.8, 1])], slug="c", title="T", table=TABLE, **SHARES)
    assert paths(picture, "curve one") == ["M0 100L50 20L100 0"]
    assert picture.table is TABLE


@pytest.mark.parametrize("gap", [None, float("nan")])
def test_a_missing_value_is_a_gap_and_not_a_nought(gap):
    picture = curves([Curve("by month", [0, 1, 2, 3], [1, gap, 1, 1])], slug="c", title="T", table=TABLE, x=Axis("month"), y=Axis("ratio", high=2.0))
    (line,) = paths(picture, "curve one")
    assert line.count("M") == 2


def test_a_band_lies_between_its_two_ends_and_breaks_at_a_gap():
    curve = Curve("rate", [0, 1, 2, 3, 4], [0.5] * 5, low=[0.4, 0.4, None, 0.4, 0.4], high=[0.6, 0.6, None, 0.6, 0.6])
    (band,) = paths(curves([curve], slug="c", title="T", table=TABLE, x=Axis("x"), y=Axis("y", low=0.0, high=1.0)), "curve-band one")
    assert band.count("Z") == 2
    assert "40" in band
    assert "60" in band


def test_several_curves_are_named_and_told_apart_by_dashes():
    drawn = [Curve(name, [0, 1], [0, 1]) for name in ("the system", "a count map <b>")]
    text = str(curves(drawn, slug="c", title="T", table=TABLE, diagonal=True, **SHARES).drawing)
    assert 'class="curve two"' in text
    assert "a count map &lt;b&gt;" in text
    assert 'class="diagonal"' in text


def test_an_axis_keeps_the_ends_it_was_given():
    scale = scale_of(Axis("share", "share", low=0.0, high=1.0), [0.2, 0.3])
    assert (scale.low, scale.high) == (0.0, 1.0)


def test_who_does_not_see_the_curve_is_told_where_it_runs():
    picture = curves([Curve("captured", [0, 1], [0.1, 0.9]), Curve("empty", [0, 1], [None, None])], slug="c", title="T", table=TABLE, **SHARES)
    assert "captured: from 10.0" in picture.description
    assert "empty: no value" in picture.description


def test_thinning_keeps_both_ends():
    kept = thinned(10_000, most=100)
    assert (kept[0], kept[-1], len(kept)) == (0, 9_999, 100)


def finding(measure: str, value: float | None, unit: str = "ratio", group: str = "Black") -> Finding:
    ends = {} if value is None else {"low": value * 0.8, "high": value * 1.25, "level": 0.95}
    return Finding(question="disparity", measure=measure, group=group, reference="White", value=value, unit=unit, n=100, **ends)


def test_a_forest_has_a_line_a_finding_and_a_heavy_line_at_parity():
    picture = forest([finding("stop_rate_ratio", 2.0), finding("stop_rate_ratio", None, group="Mixed")], slug="f", title="T", axis="times as many")
    text = str(picture.drawing)
    assert text.count('class="row"') == 2
    assert 'class="reference"' in text
    assert "no figure" in text


def test_no_findings_make_no_picture():
    assert forest([], slug="f", title="T", axis="a") is None


def test_measures_with_several_lines_are_drawn_by_themselves():
    found = [finding("stop_rate_ratio", 2.0), finding("stop_rate_ratio", 1.5, group="Asian"), finding("missing_ethnicity_share", 0.1, unit="share")]
    assert [picture.slug for picture in forests(found)] == ["stop-rate-ratio"]
