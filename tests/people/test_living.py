"""What is lived: prison, verdicts, stops, reports, retention and watching do what they say."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from evenhand.people.made_up import Watch, make_people
from evenhand.people.parameters import read_parameters
from evenhand.people.rates import YEAR
from evenhand.tables.errors import BadSetting
from evenhand.tables.person_words import OUTCOMES
from evenhand.tables.record_rows import ABSENT, COLUMNS, OPEN, code, codes

PEOPLE, YEARS = 20_000, 5


@cache
def world():
    return make_people(read_parameters("england-and-wales"), people=PEOPLE, years=YEARS, seed=7)


def within(who, day, stays, owner):
    """Which of the days lie in a stay of that person; stays as (first, last), sorted out person by person."""
    found = np.zeros(len(who), dtype=bool)
    by_owner = {}
    for at, person in enumerate(owner):
        by_owner.setdefault(int(person), []).append(at)
    for at in np.flatnonzero(np.isin(who, owner)):
        found[at] = any(stays[0][one] <= day[at] <= stays[1][one] for one in by_owner[int(who[at])])
    return found


def test_nobody_offends_is_stopped_or_wrongly_named_in_prison():
    book, conduct = world().book, world().conduct
    rows = book.rows
    prison = book.is_row("prison")
    stays, owner = (rows.day[prison], rows.until[prison]), rows.who[prison]
    assert len(owner) > 50
    assert not within(conduct.who, conduct.day, stays, owner).any()
    stops = book.is_row("stop")
    assert not within(rows.who[stops], rows.day[stops], stays, owner).any()
    suspects = book.is_row("crime_report", role="suspect")
    assert not within(rows.who[suspects], rows.day[suspects], stays, owner).any()


def test_no_row_is_later_than_the_last_day_and_nobody_under_ten_is_suspected():
    book = world().book
    rows = book.rows
    assert rows.reported.max() <= world().last
    assert rows.outcome_day.max() <= world().last
    assert ((rows.until <= world().last) | (rows.until == OPEN)).all()
    assert (rows.reported >= rows.day).all()
    suspected = book.is_row(role=("suspect", "possible_suspect")) | book.is_row(("arrest", "sanction", "stop", "prison", "intelligence"))
    age = world().traits.age(rows.day[suspected], rows.who[suspected])
    assert age.min() >= 10
    born = world().traits.age(rows.day, rows.who)
    assert born.min() >= 0


def test_verdicts_wait_and_every_conviction_has_a_sanction_on_its_day():
    book = world().book
    rows = book.rows
    convicted = book.is_row("crime_report", role="suspect", outcome="convicted")
    waited = rows.outcome_day[convicted] - rows.reported[convicted]
    assert waited.min() > 7  # cases of one person are heard together, so one may come to a hearing that was set before
    assert (waited > 31).mean() > 0.9
    sanctions = book.is_row("sanction") & (rows.day >= world().first)
    occasions = set(zip(rows.who[sanctions].tolist(), rows.day[sanctions].tolist(), strict=True))
    assert len(occasions) == sanctions.sum()  # one row an occasion
    wanted = set(zip(rows.who[convicted].tolist(), rows.outcome_day[convicted].tolist(), strict=True))
    assert wanted <= occasions


def test_every_kind_of_row_has_the_words_it_may_have():
    book = world().book
    rows = book.rows
    of_reports = codes("outcome", OUTCOMES[: OUTCOMES.index("convicted") + 1])
    for event in ("crime_report", "arrest", "stop"):
        told = rows.outcome[book.is_row(event)]
        assert np.isin(told[told != ABSENT], of_reports).all()
    assert np.isin(rows.outcome[book.is_row("sanction")], codes("outcome", ("caution", "discharge", "fine", "community_order", "custody"))).all()
    intelligence = book.is_row("intelligence")
    assert (rows.source_grade[intelligence] != ABSENT).all()
    assert (rows.information_grade[intelligence] != ABSENT).all()
    assert (rows.marker[book.is_row("marker")] != ABSENT).all()
    domestic = book.is_row("crime_report") & (rows.is_domestic == 1)
    assert (rows.dash_level[domestic] != ABSENT).all()
    assert (rows.dash_level[~domestic] == ABSENT).all()
    assert (rows.is_found[book.is_row("stop")] != ABSENT).all()


def test_what_a_stop_finds_was_truly_carried_and_shares_the_stops_incident():
    book, conduct = world().book, world().conduct
    rows = book.rows
    found = book.is_row("stop") & (rows.is_found == 1)
    assert found.sum() > 50
    truly = set(zip(conduct.who.tolist(), conduct.incident.tolist(), conduct.day.tolist(), strict=True))
    assert set(zip(rows.who[found].tolist(), rows.incident[found].tolist(), rows.day[found].tolist(), strict=True)) <= truly
    suspects = book.is_row("crime_report", role="suspect")
    named = set(zip(rows.who[suspects].tolist(), rows.incident[suspects].tolist(), strict=True))
    assert set(zip(rows.who[found].tolist(), rows.incident[found].tolist(), strict=True)) <= named


def test_more_stops_add_to_the_record_and_not_to_what_is_done():
    few, many = (
        make_people(read_parameters("england-and-wales").changed({"stops.per_1000": rate, "run_in_years": 0.0}), people=10_000, years=1, seed=3)
        for rate in (2.0, 200.0)
    )
    assert many.book.is_row("stop").sum() > 30 * few.book.is_row("stop").sum()
    carrying = codes("offence", ("drugs_possession", "weapons_possession"))
    done = [np.isin(one.conduct.offence, carrying).sum() for one in (few, many)]
    assert done[1] == pytest.approx(done[0], rel=0.06)  # the same occasions, but for those who are imprisoned for them


def test_domestic_abuse_comes_back_to_the_same_people():
    book = world().book
    rows = book.rows
    victims = np.bincount(rows.who[book.is_row("crime_report", role="victim") & (rows.is_domestic == 1)])
    assert (victims > 1).sum() > 0.1 * (victims > 0).sum()


def test_those_who_offend_are_victims_more_often():
    done, suffered = world().conduct.count() > 0, np.bincount(np.maximum(world().conduct.victim, 0), world().conduct.victim >= 0, minlength=PEOPLE) > 0
    assert suffered[done].mean() > 1.5 * suffered[~done].mean()


def test_living_on_leaves_the_world_as_it_was_and_gives_the_same_again():
    before = {name: getattr(world().book.rows, name).copy() for name in COLUMNS}
    first, second = world().live_on(days=182), world().live_on(days=182)
    assert all((getattr(first.book.rows, name) == getattr(second.book.rows, name)).all() for name in COLUMNS)
    assert all((getattr(world().book.rows, name) == before[name]).all() for name in COLUMNS)
    assert first.last == world().last + 182
    assert len(first.conduct) > len(world().conduct)
    older = first.book.known(str(np.datetime64(world().last, "D"))).rows
    assert len(older) == len(world().book.rows)


def test_watching_nobody_and_watching_somebody_no_more_than_others_are_the_same():
    some = np.arange(PEOPLE) < 100
    plain, watched = world().live_on(days=91), world().live_on(days=91, is_watched=some, watch=Watch())
    assert all((getattr(plain.book.rows, name) == getattr(watched.book.rows, name)).all() for name in COLUMNS)


def test_the_watched_are_stopped_and_reported_on_more_and_do_no_more():
    named = world().book.count(world().book.is_row("crime_report", role="suspect"))
    some = named >= np.sort(named)[-300]
    plain, watched = world().live_on(days=365), world().live_on(days=365, is_watched=some, watch=Watch(stops=6, intelligence=6, detection=3))

    def rows_on(one, event, **words):
        return int((one.book.is_row(event, **words) & (one.book.rows.day > world().last) & some[one.book.rows.who]).sum())

    assert rows_on(watched, "stop") > 2.5 * rows_on(plain, "stop")
    assert rows_on(watched, "intelligence", role="subject") > 2 * rows_on(plain, "intelligence", role="subject")
    assert rows_on(watched, "crime_report", role="suspect") > 1.2 * rows_on(plain, "crime_report", role="suspect")
    done = [one.conduct.count(first=world().last + 1)[some].sum() for one in (plain, watched)]
    assert done[1] < 1.1 * done[0]


def test_with_nobody_watched_the_world_neither_grows_nor_shrinks():
    later = world()
    volumes = []
    for _ in range(4):
        after = later.live_on(days=365)
        rows = after.book.rows
        recent = rows.reported > later.last
        recorded = [(recent & after.book.is_row(event)).sum() for event in ("crime_report", "intelligence")]
        volumes.append([after.conduct.count(first=later.last + 1).sum(), *recorded])
        later = after
    volumes = np.array(volumes, dtype=float)
    assert (np.abs(volumes[2:].sum(axis=0) / volumes[:2].sum(axis=0) - 1) < 0.12).all()


def test_records_older_than_are_kept_are_dropped_but_stays_that_go_on():
    kept = world().live_on(days=30, keep_years=1)
    rows = kept.book.rows
    old = rows.reported < kept.last - YEAR - 1
    assert 0 < len(rows) < 0.5 * len(world().book.rows)
    assert np.isin(rows.event[old], codes("event", ("prison", "supervision", "youth_care"))).all()
    assert len(kept.live_on(days=1).book.rows) > 2 * len(rows)  # the limit is of a period, and what is dropped from the book is not unmade


def test_earlier_sanctions_lie_before_the_first_day_and_are_of_people_over_ten():
    book = world().book
    earlier = book.rows.day < world().first
    assert earlier.any()
    reported = earlier & (book.rows.reported < world().first)
    assert (book.rows.event[reported & ~book.is_row(("prison", "supervision", "youth_care"))] == code("event", "sanction")).all()


def test_assessments_are_of_adults_and_full():
    assessed = world().book.assessed
    assert len(assessed.who) > 20
    assert world().traits.age(assessed.day, assessed.who).min() >= 18
    assert all(((values >= 0) & (values <= 2)).all() for values in assessed.items.values())
    assert len(set(zip(assessed.who.tolist(), assessed.day.tolist(), strict=True))) == len(assessed.who)


def test_officers_judgements_of_a_group_can_be_moved():
    def judged(bias):
        parameters = read_parameters("all-alike").changed({"probation.bias": {"White": bias}})
        one = make_people(parameters, people=10_000, years=3, seed=2)
        of = one.book.group[one.book.assessed.who] == 0
        return one.book.assessed.items["temper"][of].mean()

    assert judged(1.0) > judged(0.0) + 0.2


def test_progress_is_told_and_strange_wishes_are_refused():
    told = []
    make_people(read_parameters("all-alike"), people=200, years=1, tell=lambda what, share: told.append(share))
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1
    with pytest.raises(BadSetting, match="people=5"):
        make_people(read_parameters("all-alike"), people=5)
    with pytest.raises(BadSetting, match="whether they are watched"):
        world().live_on(days=10, is_watched=np.ones(3, dtype=bool))
    with pytest.raises(BadSetting, match="multiples"):
        world().live_on(days=10, watch=Watch(stops=-1))


def test_printing_a_world_tells_of_nobody():
    assert repr(world()) == "<20,000 made-up people, england-and-wales, seed 7, to 2024-12-31>"
