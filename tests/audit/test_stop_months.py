"""Month by month: a gap is a gap, a small count is withheld, and a planted trend is found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.intervals import ratio_exact
from evenhand.audit.ratio_trend import ABSENT, LOW
from evenhand.audit.stop_counts import IN_AREA, NO_LOCATION, OUTSIDE, count_months
from evenhand.tables import engine
from evenhand.tables.errors import CannotAnswer, EmptyTable, MissingColumn, UnknownCategory
from evenhand.tables.health import months_between
from tests.audit.made_up_stops import GROUPS, OFFICER, PEOPLE, SELF, audited, even_counts, made_up_stops, the

approx = pytest.approx
MONTHS = months_between("2019-01", "2020-12")
A_MONTH = {"Asian": 20, "Black": 40, "Mixed": 8, "Other": 7, "White": 200}


def by_month(*, drop=(), low=(), change=1.0, elsewhere=300, force="anyforce", groups=A_MONTH, months=MONTHS):
    """Counts by month: those in the place, and rows elsewhere of the same force; `low` months hold a tenth of both."""
    rows = []
    for number, month in enumerate(months):
        if month in drop:
            continue
        part = 0.1 if month in low else 1
        for group, stops in groups.items():
            rows.append((month, IN_AREA, group, round(part * stops * (change ** (number / 12) if group == "Black" else 1))))
        rows += [(month, OUTSIDE, group, round(part * elsewhere / 5)) for group in groups]
    return pd.DataFrame(rows, columns=["month", "location", SELF, "stops"]).assign(force=force)


def monthly(months, **settings):
    return audited(even_counts(), parts=("months",), months=months, each_month=True, **settings)


def test_counts_by_month_are_those_of_a_plain_loop():
    rows, points = made_up_stops()
    random = np.random.default_rng(2)
    rows["month"] = random.choice(np.array([*MONTHS[:5], None], dtype=object), len(rows))
    rows["force"] = random.choice(["one", "two"], len(rows))
    fast = count_months(engine.rows_of(rows), areas_of_points=points, fields=[OFFICER])
    place = {(row.longitude, row.latitude): row.area_code for row in points.itertuples()}
    slow = {}
    for row in rows.itertuples():
        where = NO_LOCATION if pd.isna(row.longitude) else IN_AREA if place[row.longitude, row.latitude] else OUTSIDE
        key = (row.month, row.force, where, row.officer_defined_ethnicity)
        slow[key] = slow.get(key, 0) + 1
    keys = fast[["month", "force", "location", OFFICER]].astype(object).where(fast[["month", "force", "location", OFFICER]].notna(), None)
    assert dict(zip(map(tuple, keys.to_numpy()), fast["stops"], strict=True)) == slow


def test_a_months_rate_and_ratio_are_the_arithmetic_done_by_hand():
    found = monthly(by_month())
    ratio, rate = the(found, "stop_rate_ratio_in_month", "Black", month="2019-03"), the(found, "stops_per_1000_in_month", "Black", month="2019-03")
    exact = ratio_exact(40, 12 * PEOPLE["Black"], 200, 12 * PEOPLE["White"])
    assert (ratio.value, ratio.low, ratio.high, ratio.n) == approx((float(exact.value), float(exact.low), float(exact.high), 40))
    assert rate.value == approx(40 / 6)
    assert ratio.period == rate.period == "2019-03"


def test_months_come_one_by_one_only_when_asked():
    measures = {one.measure for one in audited(even_counts(), parts=("months",), months=by_month())}
    assert measures == {"stop_rate_ratio_change_per_year", "months_used_share"}


@pytest.mark.parametrize(("gap", "why"), [({"drop": ["2019-06", "2019-07"]}, ABSENT), ({"low": ["2019-06", "2019-07"]}, LOW)])
def test_a_month_absent_or_implausibly_low_is_null_with_its_reason_and_in_no_trend(gap, why):
    found = monthly(by_month(**gap, change=1.5))
    for measure in ("stop_rate_ratio_in_month", "stops_per_1000_in_month"):
        one = the(found, measure, "Black", month="2019-06")
        assert (one.value, one.low, one.n, one.caveats[0]) == (None, None, None, why)
    used = the(found, "months_used_share")
    assert used.value == approx(22 / 24)
    assert "2019-06, 2019-07" in used.caveats[0]
    change = the(found, "stop_rate_ratio_change_per_year", "Black")
    assert change.settings["months_used"] == 22
    assert change.value == approx(1.5, rel=0.02)


def test_a_quiet_month_of_the_place_is_no_gap_where_the_force_published_it_in_full():
    counts = by_month()
    counts.loc[(counts["month"] == "2019-06") & (counts["location"] == IN_AREA), "stops"] //= 5
    assert the(monthly(counts), "stop_rate_ratio_in_month", "Black", month="2019-06").value is not None


def test_each_force_with_stops_in_the_place_must_have_published_the_month():
    far = by_month(force="far off", drop=["2020-05"]).query("location == @OUTSIDE")
    found = monthly(pd.concat([by_month(force="one"), by_month(force="two", drop=["2020-02"]), far]))
    assert the(found, "stops_per_1000_in_month", "White", month="2020-02").caveats[0].startswith("two: No record")
    assert the(found, "stops_per_1000_in_month", "White", month="2020-05").value is not None


def test_months_in_which_a_category_was_not_used_are_unknown_for_that_group_alone():
    """As Essex used 'Mixed' only from September 2020."""
    counts = by_month()
    counts.loc[(counts["month"] < "2020-09") & (counts[SELF] == "Mixed"), "stops"] = 0
    found = monthly(counts)
    one = the(found, "stops_per_1000_in_month", "Mixed", month="2019-06")
    assert one.value is None
    assert "hardly used in this month" in one.caveats[0]
    assert the(found, "stops_per_1000_in_month", "Black", month="2019-06").value is not None
    assert "Only 4 months can be used" in the(found, "stop_rate_ratio_change_per_year", "Mixed").caveats[0]


def test_few_stops_in_a_month_are_withheld_and_one_alone_takes_the_next_smallest_with_it():
    counts = by_month()
    counts.loc[(counts["month"] == "2019-04") & (counts["location"] == IN_AREA) & (counts[SELF] == "Mixed"), "stops"] = 3
    counts.loc[(counts["month"] == "2019-05") & (counts["location"] == IN_AREA) & (counts[SELF] == "Mixed"), "stops"] = 6
    found = monthly(counts)
    hidden = [one.period for one in found if one.measure == "stops_per_1000_in_month" and one.group == "Mixed" and one.value is None]
    assert hidden == ["2019-04", "2019-05"]
    assert the(found, "stops_per_1000_in_month", "Mixed", month="2019-04").caveats[0].startswith("suppressed: fewer than 5")
    assert "does not follow" in the(found, "stops_per_1000_in_month", "Mixed", month="2019-05").caveats[0]


def test_a_planted_change_is_found_and_none_where_none_is_planted():
    rising, level = (the(monthly(by_month(change=change)), "stop_rate_ratio_change_per_year", "Black") for change in (1.5, 1.0))
    assert rising.low > 1
    assert rising.value == approx(1.5, rel=0.02)
    assert level.low < 1 < level.high
    assert not any("less than two years" in caveat for caveat in rising.caveats)


def test_under_a_year_of_months_there_is_no_change_and_under_two_the_season_is_said():
    short = the(monthly(by_month(months=MONTHS[:11])), "stop_rate_ratio_change_per_year", "Black")
    assert "Only 11 months can be used" in short.caveats[0]
    assert short.value is None
    assert any("less than two years" in caveat for caveat in the(monthly(by_month(months=MONTHS[:18])), "stop_rate_ratio_change_per_year", "Black").caveats)


def test_stops_of_no_location_count_for_a_force_only():
    counts = pd.concat([by_month(), by_month().query("location == @IN_AREA").assign(location=NO_LOCATION)])
    part, whole = (the(monthly(counts, count_unplaced=force), "stops_per_1000_in_month", "Black", month="2019-01") for force in (False, True))
    assert whole.value == approx(2 * part.value)


def test_what_cannot_be_told_by_month_is_refused():
    with pytest.raises(CannotAnswer, match="has a date"):
        monthly(by_month().assign(month=None))
    with pytest.raises(MissingColumn, match="count_months"):
        monthly(by_month().drop(columns="force"))
    rows = engine.rows_of(pd.DataFrame({"month": ["2024-01"], OFFICER: ["White"], "area_code": ["A"]}))
    with pytest.raises(MissingColumn, match="'month'"):
        count_months(rows.drop("month"), fields=[OFFICER])
    with pytest.raises(EmptyTable):
        count_months(rows.filter(rows.area_code == "Z"), fields=[OFFICER])
    with pytest.raises(UnknownCategory, match="'W1'"):
        count_months(engine.rows_of(pd.DataFrame({"month": ["2024-01"], OFFICER: ["W1"], "area_code": ["A"]})), fields=[OFFICER])


def test_every_group_has_every_month():
    found = monthly(by_month(drop=["2019-06"]))
    rates = [one for one in found if one.measure == "stops_per_1000_in_month"]
    assert len(rates) == len(GROUPS) * 24
    assert [one.period for one in rates[:24]] == MONTHS
