"""What every person system must do, whichever it is: one battery over the catalogue, on made-up people."""

from __future__ import annotations

import datetime as dt
import inspect
import pickle
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from evenhand.people.made_up import make_people
from evenhand.people.parameters import read_parameters
from evenhand.systems.catalogue import system_named, systems
from evenhand.tables import person_records
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import ABSENT, day_number, joined

PERSON_SYSTEMS = [slug for slug, module in systems().items() if module.CARD.kind == "person"]
ON = dt.date(2022, 12, 31)
NOT_OF_THE_CARD = ("person_records", "on", "model", "seed", "weights_file")
"""Arguments of `score` that are no readings."""


@cache
def made(people):
    return make_people(read_parameters("england-and-wales"), people=people, years=8, seed=3)


def world(slug):
    """Made-up people enough for the system: those that learn need some of what they are to foresee."""
    return made(25_000 if hasattr(system_named(slug), "fit") else 6_000)


@cache
def scored(slug):
    return system_named(slug).score(world(slug).book, on=ON)


def same(one, other):
    np.testing.assert_array_equal(one.score, other.score)
    np.testing.assert_array_equal(one.band, other.band)
    np.testing.assert_array_equal(one.is_flagged, other.is_flagged)


HEAVY = ("darat", "hart")
"""Large forests: their battery runs with --slow."""


@pytest.fixture(params=[pytest.param(one, marks=pytest.mark.slow) if one in HEAVY else one for one in PERSON_SYSTEMS])
def slug(request) -> str:
    return request.param


def test_there_are_as_many_person_systems_as_the_docs_promise():
    assert len(PERSON_SYSTEMS) >= 19


def test_everybody_has_a_score_or_is_not_spoken_of(slug):
    found = scored(slug)
    assert len(found) == len(world(slug).book) == len(found.band) == len(found.is_flagged)
    assert (found.system, found.on, found.provenance) == (slug, ON, "made-up")
    assert found.is_scored.any()
    assert np.isfinite(found.score[found.is_scored]).all()
    assert not (found.is_flagged & ~found.is_scored).any()
    assert (found.band[~found.is_scored] == -1).all()
    assert found.band[found.is_scored].min() >= (0 if found.bands else -1)
    assert found.band.max() < max(1, len(found.bands))


def test_a_higher_band_has_no_lower_score(slug):
    """Where a system's bands are cuts of its score; a plurality of votes is not, and says so."""
    found = scored(slug)
    if getattr(system_named(slug), "BANDS_ARE_NOT_CUTS", False):
        pytest.skip("its bands are no cuts of one score; its module says so")
    tops = [found.score[found.band == band] for band in range(len(found.bands)) if (found.band == band).any()]
    assert all(low.max() <= high.min() for low, high in zip(tops, tops[1:], strict=False))


def test_the_same_input_gives_the_same_output(slug):
    same(system_named(slug).score(world(slug).book, on=ON), scored(slug))


def test_no_record_later_than_the_day_is_used(slug):
    """Later rows are taken away, and then doubled; nothing moves."""
    book = world(slug).book
    same(system_named(slug).score(book.known(ON), on=ON), scored(slug))
    later = book.rows[book.rows.reported > day_number(ON)]
    assert len(later)
    same(system_named(slug).score(replace(book, rows=joined([book.rows, later, later]), _known={}), on=ON), scored(slug))


def test_an_outcome_not_known_yet_is_not_used(slug):
    """Outcomes that came after the day are changed; nothing moves."""
    book = world(slug).book
    unknown = book.rows.outcome_day > day_number(ON)
    changed = replace(book.rows, outcome=np.where(unknown, ABSENT, book.rows.outcome).astype(np.int8))
    same(system_named(slug).score(replace(book, rows=changed, _known={}), on=ON), scored(slug))


def test_only_the_columns_on_the_card_are_read(slug):
    card = system_named(slug).CARD
    assert set(card.columns) <= set(person_records.TABLE.names)
    same(system_named(slug).score(world(slug).book.only(card.columns), on=ON), scored(slug))


def test_the_order_of_records_does_not_matter(slug):
    book = world(slug).book
    shuffled = replace(book, rows=book.rows[np.random.default_rng(5).permutation(len(book.rows))], _known={})
    found = system_named(slug).score(shuffled, on=ON)
    np.testing.assert_allclose(found.score, scored(slug).score, rtol=1e-9)
    assert (found.is_flagged == scored(slug).is_flagged).mean() > 0.999


def test_the_ethnic_group_is_not_read(slug):
    """None of these systems is documented to take it in; what differs between groups comes through the records."""
    book = world(slug).book
    blind = replace(book, group=np.zeros_like(book.group), officer_group=np.zeros_like(book.officer_group), _known={})
    same(system_named(slug).score(blind, on=ON), scored(slug))


def test_the_settings_are_the_readings_of_the_card(slug):
    module = system_named(slug)
    given = {name: one.default for name, one in inspect.signature(module.score).parameters.items() if name not in NOT_OF_THE_CARD}
    assert given == module.CARD.defaults


def test_every_reading_can_be_chosen_and_a_stray_choice_is_refused(slug):
    module = system_named(slug)
    for reading in module.CARD.readings:
        other = next((choice for choice in reading.choices if choice != reading.default), None)
        if other is not None:
            try:
                found = module.score(world(slug).book, on=ON, **{reading.setting: other})
            except CannotAnswer as reason:  # too few here of what it is then to foresee, and it says how to mend that
                assert re.search(r"more people|another reading", str(reason)), reason  # noqa: PT017
            else:
                assert len(found) == len(world(slug).book), reading.setting
        if isinstance(reading.default, str):
            with pytest.raises(BadSetting):
                module.score(world(slug).book, on=ON, **{reading.setting: "no such choice"})


def test_scores_of_real_people_are_not_pickled_and_become_no_table(slug):
    found = replace(scored(slug), provenance="pseudonymised")
    with pytest.raises(BadSetting):
        pickle.dumps(found)
    with pytest.raises(BadSetting):
        found.as_table()
    assert "M" not in repr(found).replace("Matrix", "")


def test_made_up_scores_become_the_declared_table(slug):
    found = scored(slug)
    table = found.as_table()
    assert len(table) == found.is_scored.sum()
    assert table["is_flagged"].sum() == found.is_flagged.sum()
