"""The time profile asked of one's own tables, from files to figures and pictures."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from evenhand.report.week_pictures import breaks_of, week_picture
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, MissingColumn, UnknownColumn

MONDAYS = pd.date_range("2024-01-01", periods=40, freq="7D")


@pytest.fixture
def thefts() -> pd.DataFrame:
    """Bicycles left at half past eight of a Monday and missed at six; two kinds."""
    return pd.DataFrame(
        {"from_at": MONDAYS + pd.Timedelta(hours=8.5), "to_at": MONDAYS + pd.Timedelta(hours=18), "event_type": ["bicycle", "car"] * 20, "events": 2}
    )


def of(asking, measure):
    return [one for one in asking.answer.findings if one.measure == measure]


def test_windows_are_spread_over_the_clock_of_the_country(thefts):
    """Of 40 Mondays, those of summer are an hour later by the clock than in UTC."""
    asking = ask("time-profile", {"timed_events": thefts})
    (mean,) = of(asking, "circular_mean_hour")
    summer = float((pd.Series(MONDAYS) > "2024-03-31").mean())
    assert mean.value == pytest.approx(13.25 + summer, abs=0.02)
    assert mean.n == 80
    by_clock = ask("time-profile", {"timed_events": thefts}, settings={"times_are": "clock"})
    assert of(by_clock, "circular_mean_hour")[0].value == pytest.approx(13.25)
    assert [one.slug for one in asking.answer.pictures] == ["by-weekday-and-hour", "by-hour"]
    assert "spread" not in mean.method
    assert mean.settings == {"reading": "aoristic"}


def test_one_type_of_event_can_be_picked(thefts):
    assert of(ask("time-profile", {"timed_events": thefts}, settings={"event_type": "car"}), "circular_mean_hour")[0].n == 40
    with pytest.raises(BadSetting, match="There are: bicycle, car"):
        ask("time-profile", {"timed_events": thefts}, settings={"event_type": "boat"})
    with pytest.raises(MissingColumn, match="event_type"):
        ask("time-profile", {"timed_events": thefts.drop(columns="event_type")}, settings={"event_type": "car"})


def test_a_sweep_of_readings_says_how_far_the_mean_hour_moves(thefts):
    asking = ask("time-profile", {"timed_events": thefts}, settings={"times_are": "clock"}, vary={"reading": ["aoristic", "start", "end"]})
    spread = of(asking, "circular_mean_hour")[0].settings["readings"]
    assert spread["low"] == pytest.approx(8.5)
    assert spread["high"] == pytest.approx(18)


def test_a_file_of_events_goes_through_the_terminal(thefts, tmp_path, evenhand):
    file = tmp_path / "thefts.csv"
    thefts.assign(from_at=thefts["from_at"].astype(str) + "+00:00", to_at=thefts["to_at"].astype(str) + "+00:00").to_csv(file, index=False)
    told = evenhand("audit", "time-profile", "--timed-events", file, "--json", tmp_path / "found.json", "--html", tmp_path / "page.html")
    assert told.code == 0, told.err
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found[0]["measure"] == "circular_mean_hour"
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Events by weekday and hour" in page
    assert 'class="row"' in page


def test_stops_are_profiled_by_the_time_they_were_made():
    times = pd.date_range("2024-06-03 20:15", periods=60, freq="24h")
    stops = pd.DataFrame(
        {name: pd.Series(dtype="object") for name in ("longitude", "latitude", "kind", "self_defined_ethnicity", "officer_defined_ethnicity", "outcome")}
    ).reindex(range(60))
    stops = stops.assign(stopped_at=times, month=times.strftime("%Y-%m"), kind="Person search", longitude=0.1, latitude=51.5)
    asking = ask("time-profile", {"stops": stops})
    (evening,) = [one for one in of(asking, "hour_share") if one.group == "21:00 to 22:00"]
    assert evening.value == 1
    assert "When officers searched, not when crime happened." in evening.caveats
    assert not of(asking, "reading_moves_share")
    assert asking.answer.pictures[0].title == "Stops by weekday and hour"


def test_a_column_that_could_hold_a_name_is_refused(thefts):
    with pytest.raises(UnknownColumn, match="victim"):
        ask("time-profile", {"timed_events": thefts.assign(victim="Nobody")})


@pytest.mark.parametrize("tables", [{}, "both"])
def test_one_table_is_needed_and_two_are_too_many(tables, thefts):
    stops = pd.DataFrame(
        {"stopped_at": MONDAYS, "month": "2024-01", "longitude": 0.1, "latitude": 51.5, "kind": "Person search", "self_defined_ethnicity": None,
         "officer_defined_ethnicity": None, "outcome": None}
    )  # fmt: skip
    with pytest.raises(BadSetting, match="one of them"):
        ask("time-profile", {"timed_events": thefts, "stops": stops} if tables else {})


def test_the_picture_shows_every_hour_and_its_table_every_number():
    table = np.arange(168.0).reshape(7, 24)
    picture = week_picture(table, events="stops")
    assert picture.drawing.count("<rect") == 168
    assert "Wednesday 03:00: 51 stops" in picture.drawing
    assert picture.description == (
        "Seven lines of 24 squares, a line a weekday. The busiest hours: Sunday 23:00 (167 stops), Sunday 22:00 (166 stops), Sunday 21:00 (165 stops)."
    )
    assert picture.table["events"].tolist() == list(range(168))
    assert picture.table["share"].sum() == pytest.approx(1, abs=0.005)
    assert picture.summary.shape == (24, 8)


def test_darker_means_more():
    table = np.zeros((7, 24))
    table[0] = np.linspace(0, 500, 24)
    shades = [part.split('"')[1] for part in str(week_picture(table, events="stops").drawing).split("<rect ")[1:25]]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == ("q1", "q5")


@pytest.mark.parametrize("highest", [0.3, 1.0, 4.9, 5.1, 37, 999, 123_456])
def test_shades_reach_the_highest_hour_in_equal_steps(highest):
    breaks = breaks_of(np.full((7, 24), highest))
    assert breaks[-1] >= highest
    assert np.diff([0, *breaks]) == pytest.approx(breaks[0])
    assert breaks[-1] <= 2 * highest
