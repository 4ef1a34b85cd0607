"""The list of bank holidays against a library that is kept by many, day by day and nation by nation."""

from __future__ import annotations

import datetime

import holidays
import pytest

PROCLAIMED_LATER = {datetime.date(2026, 6, 15)}
"""Days that the pinned library, an earlier one for the sake of other packages, does not know yet; they have a test of their own."""
SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}


@pytest.mark.parametrize("nation", SUBDIVISIONS)
def test_every_holiday_on_a_weekday_is_there_and_no_other(law, nation):
    listed = law.holidays["united-kingdom"]
    years = range(listed.start.year, listed.to.year + 1)
    peer = {day for day in holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=years) if day.weekday() < 5}
    ours = {datetime.date.fromisoformat(day) for day, holiday in listed.days.items() if nation in holiday.nations}
    assert ours - PROCLAIMED_LATER == peer - PROCLAIMED_LATER


def test_no_holiday_is_listed_at_a_weekend(law):
    assert [day for day in law.holidays["united-kingdom"].days if datetime.date.fromisoformat(day).weekday() > 4] == []


def test_the_world_cup_holiday_is_scottish(law):
    assert law.holidays["united-kingdom"].days["2026-06-15"].nations == ("scotland",)
