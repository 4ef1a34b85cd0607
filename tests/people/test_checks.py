"""Made-up people beside published figures: every figure is counted as it says, and one that is missed is told with its reason."""

from __future__ import annotations

import math

import pytest

from evenhand.people.checks import COUNTS, SUBGROUPS, _checked, _Window, as_table, published_rates
from evenhand.people.parameters import scenario_slugs
from evenhand.people.published import ALL, Figure, figures_for
from evenhand.tables.citation import Citation
from evenhand.tables.person_words import OFFENCES
from evenhand.tables.record_rows import joined, rows_of
from tests.people.few_people import LAST, Lived, book, did, stops

import numpy as np  # isort: skip

A_FIGURE = Figure("x", "stops", 10.0, 0.1, "stops_per_1000", "White", "per 1,000", (), Citation("a source"), "two sources disagree")


def window(people: int, rows=None, done=(), **more) -> _Window:
    return _Window.of(Lived(book(people, rows=rows, **more), did(people, *done)))


def test_every_figure_has_a_count_a_place_that_ships_and_a_slug_of_its_own():
    assert {figure.counted for figure in ALL} <= set(COUNTS)
    assert {place for figure in ALL for place in figure.places} <= set(scenario_slugs())
    assert len({figure.slug for figure in ALL}) == len(ALL)
    assert [figure.slug for figure in ALL if figure.counted == "crimes_per_1000" and figure.of not in SUBGROUPS] == []


def test_the_figures_of_the_brief_are_all_there():
    """Amnesty (2025), notes 18, 21, 267 and 268; section 95; HMICFRS; Bailey et al. (2020)."""
    known = {(figure.places[0], figure.counted, figure.of): figure.value for figure in ALL if figure.source.mark == "known"}
    assert [known["england-and-wales", "stops_per_1000", group] for group in ("Black", "Mixed", "Asian", "White")] == [24.5, 9.9, 8.5, 5.9]
    assert [known["west-midlands", "stops_per_1000", group] for group in ("Black", "Mixed", "Asian", "White")] == [10.3, 9.1, 4.7, 2.3]
    assert known["west-midlands", "stops_without_action", ""] == 0.667
    assert [known["england-and-wales", "black_share", of] for of in ("stops", "arrests", "prosecutions", "prison")] == [0.18, 0.09, 0.10, 0.12]
    assert known["london", "recording_rate", ""] == 0.895
    assert known["england-and-wales", "knife_share", ""] == 0.0186
    assert known["england-and-wales", "crimes_per_1000", "homicide"] == pytest.approx(524 / 59_597.576, abs=1e-4)


def test_no_offence_is_in_two_subgroups():
    held = [offence for offences in SUBGROUPS.values() for offence in offences]
    assert len(held) == len(set(held))
    assert set(held) <= set(OFFENCES)


def test_stops_are_counted_a_head_and_a_year():
    """Forty people over the last five years: ten stops of White people among twenty are 10 / 20 / 5 = 0.1 a year."""
    seen = COUNTS["stops_per_1000"](window(40, stops(list(range(10))), groups=["White"] * 20 + ["Black"] * 20), "White")
    assert (seen.n, round(seen.value)) == (10, 100)
    assert seen.low < seen.value < seen.high


def test_a_ratio_compares_rates_and_not_counts():
    rows = joined([stops(list(range(8))), stops(list(range(20, 24)))])
    seen = COUNTS["stop_ratio"](window(24, rows, groups=["White"] * 20 + ["Black"] * 4), "Black")
    assert seen.value == pytest.approx((4 / 4) / (8 / 20))


def test_stops_longer_ago_than_five_years_are_left_aside():
    rows = joined([stops([0, 1]), stops([2, 3], days_ago=2000)])
    assert COUNTS["stops_per_1000"](window(40, rows), "White").n == 2


def test_shares_of_stops_are_of_those_whose_outcome_is_known():
    rows = joined([stops([0, 1, 2]), stops([3], outcome="caution"), stops([4], is_found=1)])
    assert COUNTS["stops_without_action"](window(40, rows), "").value == 0.8
    assert COUNTS["stops_with_find"](window(40, rows), "").value == 0.2


def test_ages_are_those_on_the_day_of_the_stop():
    now = int(np.datetime64(LAST, "D").astype("datetime64[M]").astype(int))
    rows = joined([stops([0, 1, 2, 3], days_ago=1)])
    seen = COUNTS["stops_by_age"](window(4, rows, born=[now - 12 * age for age in (17, 18, 24, 9)]), "18-24")
    assert seen.value == pytest.approx(2 / 3)  # the child under ten is left out, as it is where the figure was counted


def test_recorded_crimes_are_incidents_and_not_those_who_did_them():
    done = [(0, 10, "robbery", 1, 1, True, True), (2, 10, "robbery", 1, 1, True, True), (0, 20, "robbery", 1, -1, True, False)]
    seen = COUNTS["crimes_per_1000"](window(10, done=done), "robbery")
    assert seen.n == 1
    assert seen.value == pytest.approx(1000 / 10 / 5, rel=0.001)


def test_what_is_recorded_is_a_share_of_what_is_told_and_what_is_told_of_what_was_done():
    done = [(0, n, "robbery", 1, n if n < 9 else -1, n < 10, n < 9) for n in range(1, 21)]
    assert COUNTS["recording_rate"](window(10, done=done), "").value == pytest.approx(8 / 9)
    assert COUNTS["known_share"](window(10, done=done), "").value == pytest.approx(9 / 20)


def test_knives_and_charges_are_shares_of_recorded_incidents():
    done = [(0, n, "robbery", 1, n, True, True) for n in range(1, 11)]
    rows = joined([
        rows_of(np.array([0, 0]), np.array([LAST - 1, LAST - 2]), "crime_report", "suspect", incident=np.array([1, 2]), weapon="knife", outcome="charged"),
        rows_of(np.array([1, 1]), np.array([LAST - 1, LAST - 2]), "crime_report", "victim", incident=np.array([1, 2]), weapon="knife"),
        rows_of(np.array([3]), np.array([LAST - 3]), "crime_report", "suspect", incident=np.array([3]), outcome="no_further_action"),
    ])  # fmt: skip
    assert COUNTS["knife_share"](window(10, rows, done), "").value == 0.2
    assert COUNTS["charged_share"](window(10, rows, done), "").value == 0.2


def test_the_few_who_do_half_are_counted_among_everybody_of_their_sex():
    done = [(0, n, "robbery", -1, -1, False, False) for n in range(50)] + [(n, 5, "robbery", -1, -1, False, False) for n in range(1, 51)]
    assert COUNTS["few_do_half"](window(100, done=done), "male").value == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("value", "low", "high", "n", "status"),
    [(10.5, 10.0, 11.0, 500, "met"), (12.0, 10.8, 13.2, 30, "within chance"), (12.0, 11.8, 12.2, 900, "not met"), (12.0, 5.0, 20.0, 10, "too few")],
)
def test_a_figure_is_met_or_missed_and_says_why(value, low, high, n, status):
    from evenhand.people.checks import Seen

    checked = _checked(A_FIGURE, Seen(value, low, high, n))
    assert checked.status == status
    assert bool(checked.why) == (status in ("not met", "too few"))


def test_people_without_any_record_are_too_few_to_say_anything_of():
    checked = published_rates(Lived(book(100), did(100)), place="england-and-wales")
    assert len(checked) == len(figures_for("england-and-wales"))
    assert {one.status for one in checked} == {"too few"}
    table = as_table(checked)
    assert len(table) == len(checked)
    assert not math.isnan(table["published"].sum())


def test_recalled_figures_decide_nothing():
    checked = published_rates(Lived(book(100), did(100)), place="england-and-wales")
    assert {one.figure.slug for one in checked if not one.is_decisive} >= {"prison", "charged", "half-of-offences"}
