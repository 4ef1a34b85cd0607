"""The veil of darkness where only the hour of a stop is known: against the same stops with their minutes, planted effects, and police files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.lit_counts import lit_stops, minutes_of_rows, minutes_of_table, usable_times
from evenhand.audit.outcome_tests import veil_tests
from evenhand.audit.time_windows import windows_of_stops
from evenhand.audit.veil_of_darkness import columns, in_window, made_up_stops, veil_of_darkness
from evenhand.sources.police_uk_stops import tidy
from tests.audit.made_up_searches import ABOUT, OFFICER, rows, the
from tests.house.tree import ROOT
from tests.tables.test_stop_times import AVON, ESSEX


def without_minutes(lit):
    """The same stops, each known only to lie in its hour."""
    hour = lit.minute // 60 * 60
    return lit._replace(minute=hour + 30, either_side=np.full(len(hour), 30.0))


def moved(minutes: pd.DataFrame, to: int) -> pd.DataFrame:
    """Counted stops with every minute written over."""
    return minutes.assign(stopped_at=pd.to_datetime(minutes["stopped_at"]).dt.floor("h") + pd.Timedelta(minutes=to))


def of_file(path) -> pd.DataFrame:
    return minutes_of_rows(tidy(path).rows, fields=[OFFICER])


def black(minutes: pd.DataFrame):
    return lit_stops(minutes, field=OFFICER, group="Black", reference="White")


@pytest.fixture(scope="module")
def essex():
    return of_file(ESSEX)


def test_only_hours_all_light_or_all_dark_enter_whatever_the_minute_was():
    lit = made_up_stops(5_000, odds_in_the_dark=1, seed=1)
    kept, is_dark = in_window(without_minutes(lit))
    assert (kept.first[is_dark] > kept.dusk[is_dark]).all()
    assert (kept.last[~is_dark] < kept.sunset[~is_dark]).all()
    assert set(kept.minute) <= {1050, 1110, 1170, 1230}  # the middles of 17 to 20 h: in London, none else has both
    sure = in_window(lit)[0]
    assert len(kept.day) < len(sure.day)


def test_each_hour_has_a_level_of_its_own_on_the_curve_of_the_clock():
    kept, is_dark = in_window(without_minutes(made_up_stops(5_000, odds_in_the_dark=1, seed=1)))
    table, _ = columns(kept, is_dark, knots=6)
    others = np.delete(table, 1, axis=1)
    hour = (kept.minute[:, None] == np.unique(kept.minute)).astype(float)
    left = hour - others @ np.linalg.lstsq(others, hour, rcond=None)[0]
    assert np.abs(left).max() < 1e-8


def test_stops_set_aside_are_counted():
    lit = without_minutes(made_up_stops(5_000, odds_in_the_dark=1, seed=1))
    found = veil_of_darkness(lit)
    reaches = (lit.last > lit.dusk.min()) & (lit.first < lit.sunset.max())
    assert found.rough == sum(found.dark) + sum(found.light)
    assert found.set_aside == reaches.sum() - found.rough > 0
    known = veil_of_darkness(made_up_stops(5_000, odds_in_the_dark=1, seed=1))
    assert (known.rough, known.set_aside) == (0, 0)


def test_with_very_many_stops_the_planted_effect_is_found_and_reading_the_minute_would_miss_it():
    """120,000 stops, odds of 0.4 in the dark: known to the hour it is recovered; written at minute 59 and read as that, it is not."""
    lit = made_up_stops(120_000, odds_in_the_dark=0.4, seed=1)
    right = veil_of_darkness(without_minutes(lit)).odds_ratio
    wrong = veil_of_darkness(lit._replace(minute=lit.minute // 60 * 60 + 59)).odds_ratio
    assert right.low < 0.4 < right.high < wrong.low
    assert right.low < veil_of_darkness(lit).odds_ratio.value < right.high


def test_an_hour_with_next_to_none_of_a_group_is_left_out_and_the_others_go_on():
    lit = without_minutes(made_up_stops(4_000, odds_in_the_dark=1, seed=2))
    lean = lit._replace(is_group=lit.is_group & (lit.minute != 1050))
    assert set(in_window(lean)[0].minute) == set(in_window(lit)[0].minute) - {1050}
    assert np.isfinite(veil_of_darkness(lean).odds_ratio.high)


def test_stops_put_far_away_by_mistake_do_not_widen_the_window_of_the_others():
    """As in Essex, where 87 of 39,403 points lie in Ireland, where the sun sets 40 minutes later."""
    lit = made_up_stops(3_000, odds_in_the_dark=1, seed=3)
    far = (np.arange(3_000) % 100 == 0).astype(np.intp)
    mixed = lit._replace(place=far, sunset=lit.sunset + 40 * far, dusk=lit.dusk + 40 * far)
    kept, _ = in_window(mixed)
    assert kept.minute[kept.place == 0].max() < lit.sunset[far == 0].max()


@pytest.mark.parametrize("hours", [1, 0], ids=["the minute written over", "whole hours, perhaps rounded"])
def test_a_polices_stops_say_the_same_with_and_without_their_minutes(hours):
    """Avon and Somerset, 2019 and 2020: minutes are real, and are erased here."""
    minutes = of_file(AVON)
    full, rough = (veil_of_darkness(black(usable_times(one)[0])) for one in (minutes, moved(minutes, hours)))
    assert full.rough == 0 < rough.rough < sum(full.dark) + sum(full.light)
    assert rough.odds_ratio.low < full.odds_ratio.value < rough.odds_ratio.high
    assert rough.odds_ratio.high / rough.odds_ratio.low > full.odds_ratio.high / full.odds_ratio.low


def test_essex_minutes_change_nothing_whatever_they_are(essex):
    found = [veil_of_darkness(black(usable_times(one)[0])) for one in (essex, moved(essex, 17), moved(essex, 58))]
    assert found[0] == found[1] == found[2]
    assert found[0].rough == sum(found[0].dark) + sum(found[0].light)
    assert found[0].set_aside > 1_000
    assert found[0].window == (1020, 1260)


def test_whole_hours_may_have_been_rounded_and_are_given_the_half_hour_before_too(essex):
    lit = black(usable_times(moved(essex, 0))[0])
    assert set(lit.either_side) == {45}
    assert set(lit.minute % 60) == {15}


def test_the_figures_of_the_page_are_what_the_files_give(essex):
    page, avon = (ROOT / "docs" / "outcome-tests.md").read_text(encoding="utf-8"), of_file(AVON)

    def said(minutes, **how):
        return "{:.2f} ({:.2f} to {:.2f})".format(*veil_of_darkness(black(minutes), **how).odds_ratio)

    hour = veil_of_darkness(black(usable_times(essex)[0]))
    assert f"is {said(usable_times(essex)[0])}: {hour.rough:,} stops enter and {hour.set_aside:,} are set aside." in page
    assert f"and is {said(usable_times(essex)[0], around_clock_changes=True)}." in page
    assert f"is {said(usable_times(avon)[0])}, and with the minutes erased {said(usable_times(moved(avon, 1))[0])}." in page


def test_findings_say_how_many_stops_are_known_to_the_hour_and_how_many_are_set_aside(essex):
    told = veil_tests(essex, ABOUT, fields=[OFFICER], groups=["Black", "White"])
    one = the(told.found, "veil_odds_ratio", "Black", denominator="all stops")
    hour, aside = one.settings["stops_known_only_to_the_hour"], one.settings["stops_set_aside"]
    assert hour == one.n
    assert any(f"Of {hour:,} of these stops only the hour is known" in text and f"{aside:,}" in text for text in one.caveats)
    assert any("Of 100 % of the stops only the hour is known" in text for text in one.caveats)
    known = veil_tests(of_file(AVON), ABOUT, fields=[OFFICER], groups=["Black", "White"])
    one = the(known.found, "veil_odds_ratio", "Black", denominator="all stops")
    assert "stops_set_aside" not in one.settings
    assert not any("only the hour" in text for text in one.caveats)


def test_a_forces_way_of_writing_times_is_looked_at_force_by_force():
    _, frame = rows(4_000, force=["good", "hours"] * 2_000)
    frame.loc[frame["force"] == "hours", "stopped_at"] = frame["stopped_at"].dt.floor("h")
    kept, said = usable_times(minutes_of_table(frame.assign(group="White")))
    assert (kept["is_only_hour"] == (kept["force"] == "hours")).all()
    assert said[0].startswith("Of 50 % of the stops only the hour is known")


def test_the_veil_and_the_profile_of_times_leave_the_same_midnights_out():
    stops = tidy(AVON).rows
    kept, said = usable_times(minutes_of_rows(stops, fields=[OFFICER]))
    windows, also_said = windows_of_stops(stops)
    assert kept["stops"].sum() == windows.events.sum() == 18_188 - 720
    assert said == also_said
    assert said[0].startswith("720 stops")


@pytest.mark.slow
@pytest.mark.parametrize("half_of_them", [False, True], ids=["all known to the hour", "half with their minutes"])
def test_known_to_the_hour_size_coverage_and_bias(half_of_them):
    """250 data sets each with no effect and with odds of 0.6 in the dark: no bias beyond what 250 draws leave open, intervals that keep their promise."""
    for odds in (1.0, 0.6):
        found = []
        for seed in range(250):
            lit = made_up_stops(4_000, odds_in_the_dark=odds, seed=seed)
            rough = without_minutes(lit)
            if half_of_them:
                keep = np.arange(4_000) % 2 == 0
                rough = rough._replace(minute=np.where(keep, lit.minute, rough.minute), either_side=np.where(keep, 0.0, rough.either_side))
            found.append(veil_of_darkness(rough))
        error = np.log([one.odds_ratio.value for one in found]) - np.log(odds)
        assert abs(error.mean()) < 3 * error.std() / np.sqrt(250), odds
        assert 0.91 < np.mean([one.odds_ratio.low < odds < one.odds_ratio.high for one in found]) < 0.99
        assert (np.mean([one.p_value < 0.05 for one in found]) < 0.09) == (odds == 1.0)
