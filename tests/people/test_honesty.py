"""Is the generator honest? What comes out must be what was put in, and nothing else (specification of synthetic populations, checks on the generator)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from evenhand.people.made_up import make_people
from evenhand.people.parameters import read_parameters
from evenhand.people.survey import share_reported
from evenhand.tables.record_reading import read_book
from evenhand.tables.record_rows import ABSENT, COLUMNS

PEOPLE, YEARS = 30_000, 6
GROUPS = ("Asian", "Black", "Mixed", "Other", "White")


@cache
def made(scenario: str = "england-and-wales", *, people: int = PEOPLE, years: float = YEARS, seed: int = 1, **changes):
    """A world, made once for all tests that look at it; `stops__known=1` changes `stops.known`."""
    parameters = read_parameters(scenario)
    if changes:
        parameters = parameters.changed({name.replace("__", "."): value for name, value in changes.items()})
    return make_people(parameters, people=people, years=years, seed=seed)


def per_head(world, chosen: np.ndarray) -> dict[str, tuple[float, float]]:
    """Rows a head by group, with the standard error of people as drawn."""
    count = world.book.count(chosen)
    found = {}
    for group in GROUPS:
        theirs = count[world.book.group == world.book.groups.index(group)]
        found[group] = (float(theirs.mean()), float(theirs.std() / np.sqrt(len(theirs))))
    return found


def gaps(rates: dict[str, tuple[float, float]]) -> dict[str, float]:
    """How many standard errors each group lies from everybody else together."""
    white = rates["White"]
    return {group: (rate - white[0]) / max(np.hypot(error, white[1]), 1e-12) for group, (rate, error) in rates.items() if group != "White"}


def kinds(book) -> dict[str, np.ndarray]:
    return {
        "reports as suspect": book.is_row("crime_report", role="suspect"), "reports as victim": book.is_row("crime_report", role="victim"),
        "arrests": book.is_row("arrest", role="subject"), "sanctions": book.is_row("sanction"), "stops": book.is_row("stop", role="subject"),
        "intelligence": book.is_row("intelligence", role="subject"), "named beside others": book.is_row("intelligence", role="associate"),
        "prison": book.is_row("prison"), "markers": book.is_row("marker"),
    }  # fmt: skip


def test_offending_peaks_in_the_late_teens():
    """Farrington (1986): the curve of age and crime rises to the late teens and falls from there."""
    world = made()
    age = (world.conduct.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - world.book.born[world.conduct.who]) // 12
    lived = np.zeros(100)
    for year in range(YEARS):
        at = world.book.age_on(int(world.last - 365 * year))
        lived += np.bincount(np.clip(at, 0, 99), minlength=100)
    rate = np.bincount(np.clip(age, 0, 99), minlength=100) / np.maximum(lived, 1)
    smooth = np.convolve(rate, np.ones(3) / 3, mode="same")
    assert 15 <= int(smooth[10:60].argmax()) + 10 <= 21
    assert smooth[12] < smooth[18] > smooth[30] > smooth[50]


def test_offences_are_far_from_evenly_spread_and_a_few_do_most():
    done = made().conduct.count()
    assert done.var() > 5 * done.mean()  # by chance alone they would be equal
    few = np.sort(done)[::-1]
    assert few[: len(few) // 10].sum() > 0.5 * few.sum()


def test_whatever_is_on_record_as_a_crime_was_truly_done():
    world = made()
    rows = world.book.rows
    recorded = np.unique(rows.incident[world.book.is_row("crime_report") & (rows.incident != ABSENT)])
    truly = np.unique(world.conduct.incident[world.conduct.is_recorded])
    assert np.isin(recorded, truly).all()
    assert not world.conduct.is_recorded[world.conduct.incident == ABSENT].any()
    assert (world.conduct.is_reported | ~world.conduct.is_recorded).all()


def suspects(world) -> np.ndarray:
    """For every named suspect, whether that person truly took part."""
    rows = world.book.rows
    chosen = world.book.is_row("crime_report", role="suspect")
    took_part = pd.MultiIndex.from_arrays([world.conduct.incident, world.conduct.who])
    return pd.MultiIndex.from_arrays([rows.incident[chosen], rows.who[chosen]]).isin(took_part)


def test_suspects_who_did_nothing_are_the_naming_errors_and_no_more():
    wrong = 1 - suspects(made()).mean()
    assert 0.01 < wrong < 0.10  # the parameter says 5 % where a victim names somebody; what police find themselves is not mistaken
    assert suspects(made(naming__wrong=0.0)).all()


def test_where_nothing_differs_between_groups_no_gap_is_left_but_chance():
    """Nine kinds of record, four groups: 36 gaps, of which chance puts one past 3.5 standard errors once in sixty runs."""
    world = made("all-alike", people=60_000)
    past = {f"{kind}, {group}": round(z, 2) for kind, chosen in kinds(world.book).items() for group, z in gaps(per_head(world, chosen)).items() if abs(z) > 3.5}
    assert past == {}


def test_with_equal_offending_the_gap_on_record_comes_from_policing_alone():
    world = made("equal-offending", people=60_000)
    done = world.conduct.count().astype(float)
    truly = {}
    for group in GROUPS:
        theirs = done[world.book.group == world.book.groups.index(group)]
        truly[group] = (theirs.mean(), theirs.std() / np.sqrt(len(theirs)))
    assert max(abs(z) for z in gaps(truly).values()) < 3.5
    assert gaps(per_head(world, world.book.is_row("stop", role="subject")))["Black"] > 7


def test_no_watching_leaves_the_world_as_it_was():
    """With feedback at nought, a further two years hold about as many stops, reports and offences as the two before."""
    world = made()
    on = world.live_on(days=730)
    for kind in ("stops", "reports as suspect", "intelligence"):
        before = (kinds(world.book)[kind] & (world.book.rows.day > world.last - 730)).sum()
        rows = on.book.rows
        after = (kinds(on.book)[kind] & (rows.day > world.last) & (rows.day <= world.last + 730)).sum()
        assert after == pytest.approx(before, rel=0.15), kind
    assert on.last == world.last + 730


def test_the_same_seed_gives_the_same_people_to_the_last_byte_and_another_seed_others():
    first, again, other = (make_people(read_parameters("durham"), people=2_000, years=3, seed=seed) for seed in (1, 1, 2))
    for column in COLUMNS:
        assert getattr(first.book.rows, column).tobytes() == getattr(again.book.rows, column).tobytes(), column
    assert first.conduct.day.tobytes() == again.conduct.day.tobytes()
    pd.testing.assert_frame_equal(first.survey, again.survey)
    assert len(first.book.rows) != len(other.book.rows) or first.book.rows.day.tobytes() != other.book.rows.day.tobytes()


def test_the_tables_come_back_in_through_every_check():
    world = make_people(read_parameters("durham"), people=2_000, years=3)
    held = world.tables()
    book = read_book(held["persons"], held["person_records"], held.get("assessments"), provenance="made-up")
    assert len(book) == 2_000
    assert len(book.rows) == len(world.book.rows)


def test_the_survey_finds_what_was_truly_told():
    world = made(people=60_000)
    conduct, asked = world.conduct, world.survey
    recent = (conduct.victim >= 0) & (conduct.day > world.last - 365)
    of_adults = recent & (world.book.age_on(world.last)[np.maximum(conduct.victim, 0)] >= 16)
    truth = conduct.is_reported[of_adults].mean()
    found = share_reported(asked, level=0.999).iloc[0]
    assert found["low"] <= truth <= found["high"]


def test_less_telling_by_a_group_shows_in_the_record_and_not_in_what_was_done():
    usual = made()
    quiet = made(reporting__by_group=frozendict(Black=0.5))
    for world, low, high in ((usual, 0.8, 1.25), (quiet, 0.35, 0.75)):
        conduct = world.conduct
        victim_group = world.book.group[np.maximum(conduct.victim, 0)]
        has = conduct.victim >= 0
        shares = [conduct.is_reported[has & (victim_group == world.book.groups.index(group))].mean() for group in ("Black", "White")]
        assert low < shares[0] / shares[1] < high


class frozendict(dict):
    """A table of a parameter as an argument that can be remembered."""

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.items())))
