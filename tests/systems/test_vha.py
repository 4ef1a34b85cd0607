"""The Violence Harm Assessment: people worked out by hand, each open end of the rule, and a slow twin."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.systems import vha
from evenhand.systems.offence_weights import weights
from evenhand.tables.errors import BadSetting
from evenhand.tables.person_words import OFFENCES
from evenhand.tables.record_rows import day_number, rows_of
from tests.systems.records_by_hand import ON, book, crime, drawn_book, intelligence, prison, row
from tests.systems.vha_twin import listed_and_harm


def listed(*people, **choices) -> list[bool]:
    return vha.score(book(*people), on=ON, **choices).is_flagged.tolist()


def two_and_two(ago, *more):
    """Two crime reports, one of them the only violent crime as a named suspect, and two reports of intelligence."""
    return [crime(ago), crime(900, "weapons_possession"), intelligence(10), intelligence(20, "firearms"), *more]


def test_two_crimes_two_logs_and_a_violent_crime_364_days_ago_list_a_person_and_366_do_not():
    assert listed(two_and_two(364), two_and_two(365), two_and_two(366)) == [True, True, False]


def test_thirty_days_in_custody_keep_a_crime_of_366_days_ago_within_the_year_where_they_stop_the_clock():
    assert listed(two_and_two(366, prison(100, 71)), custody="stop") == [True]


@given(ago=st.integers(366, 800), stay=st.integers(1, 400))
@settings(max_examples=25, deadline=None)
def test_custody_stops_the_clock_by_as_many_days_as_it_lasts(ago, stay):
    stay = min(stay, ago)
    person = two_and_two(ago, prison(stay - 1))  # still inside: today counts
    assert listed(person, custody="stop") == [ago - stay <= 365]


def test_custody_before_the_crime_and_the_same_days_twice_stop_nothing_more():
    assert listed(
        two_and_two(366, prison(500, 367)), two_and_two(370, prison(100, 98), prison(100, 98)), two_and_two(370, prison(100, 98), prison(99, 96))
    ) == [
        False,
        False,
        True,
    ]


def test_custody_may_do_away_with_the_condition_or_with_its_time_limit_alone():
    never_violent = [crime(50, "weapons_possession"), crime(900, "weapons_possession"), intelligence(10), intelligence(20), prison(365, 365)]
    long_ago = two_and_two(2000, prison(365, 365))
    inside_long_ago = two_and_two(2000, prison(500, 366))
    assert listed(never_violent, long_ago, inside_long_ago, custody="waive") == [True, True, False]
    assert listed(never_violent, long_ago, inside_long_ago, custody="waive-time") == [False, True, False]
    assert listed(never_violent, long_ago, inside_long_ago, custody="stop") == [False, False, False]


def test_four_reports_are_needed_and_two_of_them_crimes():
    assert listed(
        [crime(10), crime(20), intelligence(10)],
        [crime(10), intelligence(10), intelligence(20), intelligence(30), intelligence(40)],
        [crime(10), crime(20), crime(30), crime(40)],
    ) == [False, False, True]


def test_the_second_way_in_is_read_in_both_ways():
    three_robberies = [crime(10), crime(20), crime(30)]
    killings = [crime(10, "homicide"), crime(20, "attempted_murder"), crime(30, "homicide")]
    one_killing = [crime(10, "homicide"), crime(20, "common_assault"), crime(30, "common_assault")]
    two_killings = [crime(10, "homicide"), crime(20, "homicide")]
    people = (three_robberies, killings, one_killing, two_killings)
    assert listed(*people, route_b="sum", index="cchi") == [False, True, True, False]
    assert listed(*people, route_b="each", index="cchi") == [False, True, False, False]


def test_the_two_readings_of_the_second_way_in_part_over_sexual_offences_as_the_indices_do():
    """Three rapes weigh 1,825 days each by the one index and more than 2,500 by the other."""
    three = [crime(10, "rape"), crime(20, "rape"), crime(30, "rape")]
    assert listed(three, violence="and-sexual", route_b="each", index="cchi") == [False]
    assert listed(three, violence="and-sexual", route_b="each", index="css") == [True]
    assert listed(three, violence="and-sexual", route_b="sum", index="cchi") == [True]
    assert listed(three, violence="violent") == [False]


def test_the_second_way_in_weighs_reports_as_old_as_they_are():
    old = [crime(10, "attempted_murder"), crime(400, "attempted_murder"), crime(20, "attempted_murder")]
    assert listed(old, route_b="each", index="cchi") == [False]  # 3,285 less a third is 2,190
    assert listed(old, route_b="each", index="css") == [True]  # 4,662.79 less a third is 3,108.53


@pytest.mark.parametrize(
    ("decay", "left"),
    [("geometric", [2500, 1666.7, 1111.1, 740.7, 493.8, 329.2]), ("linear", [2500, 1666.7, 833.3, 0, 0, 0])],
)
def test_the_score_of_a_crime_falls_by_a_third_after_every_twelve_months(decay, left):
    of = vha.features(book(*([crime(365 * years, "homicide")] for years in range(6))), on=ON, index="cchi", decay=decay)
    np.testing.assert_allclose(of["harm_of_crimes"] / 5475 * 2500, left, atol=0.05)


def test_the_score_falls_on_the_365th_day():
    of = vha.features(book([crime(364)], [crime(365)]), on=ON, index="cchi")
    np.testing.assert_allclose(of["harm_of_crimes"], [365, 365 * 2 / 3])


def test_the_clock_runs_from_the_offence_or_from_the_report():
    late = [crime(400, reported_ago=10)]
    harm = {clock: vha.features(book(late), on=ON, index="cchi", clock=clock)["harm_of_crimes"][0] for clock in ("offence", "report")}
    assert harm["offence"] == pytest.approx(harm["report"] * 2 / 3)


def test_a_late_report_does_not_make_an_old_crime_recent():
    assert listed(two_and_two(366), [*two_and_two(900), crime(400, reported_ago=10)], clock="report") == [False, False]


def test_the_hybrid_is_one_index_or_the_other_or_both():
    harm = {index: vha.features(book([crime(10)]), on=ON, index=index)["harm_of_crimes"][0] for index in ("cchi", "css", "mean", "max")}
    assert harm == {"cchi": 365, "css": 746, "mean": 555.5, "max": 746}


def test_what_stands_in_for_a_subgroup_is_a_choice():
    harm = {gap: vha.features(book([crime(10, "kidnap")]), on=ON, index="cchi", gap=gap)["harm_of_crimes"][0] for gap in ("median", "lowest", "highest")}
    assert harm["lowest"] < harm["median"] < harm["highest"]


def test_intelligence_weighs_by_its_grade_and_does_not_fade():
    graded = [[intelligence(10)], [intelligence(180, source_grade="2", information_grade="D")], [intelligence(10, information_grade="E")]]
    harm = {g: vha.features(book(*graded), on=ON, index="cchi", grading=g)["harm_of_intelligence"].tolist() for g in ("table", "half", "full")}
    assert harm == {"table": [365, 73, 0], "half": [182.5] * 3, "full": [365] * 3}


def test_intelligence_counts_for_six_months():
    assert vha.features(book([intelligence(182)], [intelligence(183)]), on=ON)["intelligence_reports"].tolist() == [1, 0]


def test_intelligence_must_be_on_robbery_knives_or_firearms():
    people = [
        [intelligence(10, "drugs_supply")], [intelligence(10, "drugs_supply", weapon="knife")], [intelligence(10, None, weapon="firearm")],
        [intelligence(10, "gbh_with_intent")], [intelligence(10, None)],
    ]  # fmt: skip
    counted = {
        topics: vha.features(book(*people), on=ON, topics=topics)["intelligence_reports"].tolist() for topics in ("listed", "violence-and-weapons", "any")
    }
    assert counted == {"listed": [0, 1, 1, 0, 0], "violence-and-weapons": [0, 1, 1, 1, 0], "any": [1, 1, 1, 1, 1]}


def test_intelligence_names_its_subject_or_others_beside():
    person = [crime(10), crime(20), intelligence(10, role="associate"), intelligence(20, role="associate")]
    assert [listed(person, intelligence_of=who)[0] for who in ("subject", "subject-and-associate")] == [False, True]


def test_a_link_to_a_gang_is_noted_for_twelve_months_or_counts():
    person = [crime(10), crime(20), intelligence(364, None, marker="gang"), intelligence(365, None, marker="gang")]
    of = vha.features(book(person, [intelligence(366, None, marker="gang")]), on=ON)
    assert of["has_network_link"].tolist() == [True, False]
    assert [listed(person, gang_intelligence=how)[0] for how in ("noted", "counts")] == [False, True]


def test_crime_reports_may_be_limited_to_twelve_or_24_months_for_the_first_way_in_only():
    old = [crime(10), crime(500), crime(600), crime(800)]
    assert [listed(old, window=window)[0] for window in ("unlimited", "24-months", "12-months")] == [True, False, False]
    grave = [crime(10, "homicide"), crime(800, "homicide"), crime(900, "homicide")]
    assert listed(grave, window="12-months") == [True]


def test_victims_and_witnesses_count_only_where_included_is_read_so_widely():
    victim = [crime(10), crime(20, role="victim"), crime(30, role="victim"), crime(40, role="witness")]
    possible = [crime(10), *(crime(ago, role="possible_suspect") for ago in (20, 30, 40))]
    assert {roles: listed(victim, possible, roles=roles) for roles in ("named-suspect", "suspects", "anyone")} == {
        "named-suspect": [False, False], "suspects": [False, True], "anyone": [True, True]}  # fmt: skip


def test_the_violent_crime_of_the_last_year_must_name_the_person_as_suspect():
    assert listed(
        [crime(10, role="possible_suspect"), *(crime(ago) for ago in (400, 500, 600))], [crime(10, "firearms"), *(crime(a) for a in (400, 500, 600))]
    ) == [
        False,
        False,
    ]


def test_theft_counts_only_if_any_crime_does():
    thief = [crime(10), *(crime(ago, "shoplifting") for ago in (20, 30, 40))]
    assert [listed(thief, crimes=which)[0] for which in ("violence-and-weapons", "any")] == [False, True]


def test_violence_is_read_narrowly_or_widely():
    assaults = [crime(ago, "common_assault") for ago in (10, 20, 30, 40)]
    sexual = [crime(ago, "sexual_assault") for ago in (10, 20, 30, 40)]
    assert {v: listed(assaults, sexual, violence=v) for v in ("violent", "with-injury", "and-sexual")} == {
        "violent": [True, False], "with-injury": [False, False], "and-sexual": [True, True]}  # fmt: skip


def test_several_reports_of_one_incident_are_one_report_by_its_gravest():
    one = [crime(10, offence, incident=7) for offence in ("robbery", "threats_to_kill", "weapons_possession", "common_assault")]
    of = vha.features(book(one), on=ON, index="cchi")
    assert (of["crime_reports"][0], of["harm_of_crimes"][0]) == (1, 365)
    assert [listed(one, separate=how)[0] for how in ("incidents", "rows")] == [False, True]


def test_the_same_incident_counts_for_everybody_in_it():
    assert vha.features(book([crime(10, incident=1)], [crime(10, incident=1)]), on=ON)["crime_reports"].tolist() == [1, 1]


def test_a_crime_report_and_an_intelligence_report_of_one_incident_are_two_reports():
    assert listed([crime(10, incident=1), intelligence(10, incident=1), crime(20, incident=2), intelligence(20, incident=2)]) == [True]


def test_those_who_were_cleared_stay_on_the_list_unless_read_otherwise():
    cleared = [crime(ago, outcome="no_further_action", outcome_ago=5) for ago in (10, 20, 30, 40)]
    not_yet_known = [crime(ago, outcome="acquitted", outcome_ago=-5) for ago in (10, 20, 30, 40)]
    assert listed(cleared, not_yet_known, cleared="counts") == [True, True]
    assert listed(cleared, not_yet_known, cleared="dropped") == [False, True]


def test_reports_without_an_offence_count_only_where_read_so():
    unknown = [crime(10), *(crime(ago, None) for ago in (20, 30, 40))]
    assert [listed(unknown, unknown_offence=how)[0] for how in ("left-out", "counted")] == [False, True]


def test_nobody_needs_a_conviction_and_a_conviction_lists_nobody():
    convicted = [row("sanction", ago, offence="robbery", outcome="custody") for ago in (10, 20, 30, 40)]
    assert listed(convicted, two_and_two(10)) == [False, True]


def test_children_are_listed_by_the_same_rule():
    assert vha.score(book(two_and_two(10), born="2010-01"), on=ON).is_flagged.tolist() == [True]


def test_only_the_listed_have_a_score_and_it_adds_up():
    found = vha.score(book(two_and_two(10), []), on=ON, index="cchi")
    weight = dict(zip(OFFENCES, weights("cchi"), strict=True))
    expected = 365 + weight["weapons_possession"] * 4 / 9 + 365 + weight["firearms"]
    np.testing.assert_allclose(found.score, [expected, np.nan])
    assert (found.bands, found.band.tolist()) == (("listed",), [0, -1])


def test_how_many_reports_rest_on_an_untested_source_is_told():
    of = vha.features(book([intelligence(10), intelligence(20, source_grade="2", information_grade="D")]), on=ON)
    assert (of["intelligence_reports"][0], of["untested_reports"][0]) == (2, 1)


def test_weights_of_ones_own_are_taken(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("index,offence,weight,unit,source\n" + "".join(f"cchi,{offence},100,days,made up\n" for offence in OFFENCES))
    assert vha.features(book([crime(10)]), on=ON, index="cchi", weights_file=own)["harm_of_crimes"].tolist() == [100]


def test_stray_choices_are_refused():
    with pytest.raises(BadSetting, match="there is no custody 'forgives'. Known: stop, waive, waive-time"):
        vha.score(book([]), on=ON, custody="forgives")
    with pytest.raises(BadSetting, match="has no setting 'mood'"):
        vha.features(book([]), on=ON, mood="good")


OFTEN = ("robbery", "homicide", "attempted_murder", "weapons_possession", "firearms", "common_assault", "shoplifting", "rape")


def often_drawn(seed):
    """A drawn book in which some are listed and others are not."""
    return drawn_book(seed, people=30, rows=900, events=("crime_report", "intelligence", "prison"), offences=OFTEN)


@pytest.mark.parametrize("seed", range(60))
def test_the_fast_rule_is_the_slow_one_on_drawn_books_under_drawn_readings(seed):
    chooser = random.Random(seed)
    choices = {one.setting: chooser.choice(one.choices) for one in vha.CARD.readings} if seed else {}
    found = vha.score(often_drawn(seed), on=ON, **choices)
    np.testing.assert_allclose(found.score, listed_and_harm(often_drawn(seed), ON, **choices), rtol=1e-9)


@pytest.mark.parametrize("reading", vha.CARD.readings, ids=lambda reading: reading.setting)
def test_every_choice_of_every_reading_changes_something(reading):
    def outcomes(choice):
        found = [vha.score(often_drawn(seed), on=ON, **{reading.setting: choice}) for seed in range(12)]
        return tuple(np.nan_to_num(np.concatenate([one.score for one in found]), nan=-1).round(6))

    assert len({outcomes(choice) for choice in reading.choices}) == len(reading.choices)


@given(seed=st.integers(0, 200), ago=st.integers(0, 1_000), kind=st.sampled_from(["crime_report", "intelligence"]), offence=st.sampled_from(OFTEN))
@settings(max_examples=40, deadline=None)
def test_one_more_report_takes_nobody_off_the_list_and_lowers_no_score(seed, ago, kind, offence):
    before = often_drawn(seed)
    everybody = np.arange(len(before))
    role = "suspect" if kind == "crime_report" else "subject"
    more = before.with_rows(
        rows_of(everybody, np.full(len(before), day_number(ON) - ago), kind, role, offence=offence, source_grade="1", information_grade="A")
    )
    one, two = vha.score(before, on=ON), vha.score(more, on=ON)
    assert not (one.is_flagged & ~two.is_flagged).any()
    assert (two.score[one.is_flagged] >= one.score[one.is_flagged] - 1e-9).all()


@given(seed=st.integers(0, 200), wait=st.integers(0, 800), decay=st.sampled_from(["geometric", "linear"]), custody=st.sampled_from(["stop", "waive-time"]))
@settings(max_examples=40, deadline=None)
def test_without_new_records_nobody_comes_on_to_the_list_and_no_score_rises(seed, wait, decay, custody):
    book_without_new = often_drawn(seed)
    first, later = (ON + dt.timedelta(days=100 + days) for days in (0, wait))  # by then everything is on record
    choices = {"decay": decay, "custody": custody}
    one, two = (vha.score(book_without_new, on=day, **choices) for day in (first, later))
    if custody == "stop":
        assert not (two.is_flagged & ~one.is_flagged).any()
    both = one.is_flagged & two.is_flagged
    assert (two.score[both] <= one.score[both] + 1e-9).all()


def test_a_day_before_any_record_lists_nobody():
    assert not vha.score(often_drawn(1), on=dt.date(1990, 1, 1)).is_flagged.any()


def test_the_drawn_books_list_some_and_not_others():
    shares = [vha.score(often_drawn(seed), on=ON).is_flagged.mean() for seed in range(5)]
    assert min(shares) > 0.02
    assert max(shares) < 0.98
