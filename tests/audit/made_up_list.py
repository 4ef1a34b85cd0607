"""A small made-up town of people with records, what they truly did, and a list: for tests of the audits of persons, each part set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from evenhand.tables.conduct import Conduct
from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_rows import OPEN, Rows, code, day_number, joined, rows_of
from evenhand.tables.scored import Scored

FIRST = day_number("2018-01-01")
ON = dt.date(2022, 12, 31)
LAST = day_number("2023-12-31")
GROUPS = ("Amber", "Blue")
KINDS = ("robbery", "assault_with_injury", "shoplifting", "drugs_possession")


@dataclass(frozen=True)
class Town:
    """What is set: people, Amber's share, chance of being recorded by group, stops a year by group, and of how many the wrong person is named."""

    people: int = 6_000
    amber: float = 0.25
    recorded: tuple[float, float] = (0.4, 0.4)
    stops: tuple[float, float] = (0.1, 0.1)
    named_wrongly: float = 0.0
    offences_a_year: float = 0.4
    areas: int = 12
    seed: int = 1


@dataclass
class World:
    """Made-up people who live on; what a study's made-up people look like to the audit."""

    book: RecordBook
    conduct: Conduct
    town: Town
    rate: np.ndarray
    last: int
    periods: int = 0
    watched_before: list = field(default_factory=list)

    def live_on(self, *, days, is_watched=None, watch=None, keep_years=None):
        rng = np.random.default_rng([self.town.seed, self.periods])
        more, conduct = lived(self.book, self.rate, self.town, rng, first=self.last + 1, last=self.last + days, is_watched=is_watched, watch=watch)
        rows, last = joined([self.book.rows, more]), self.last + days
        if keep_years is not None:
            rows = rows[rows.day > last - 365.25 * keep_years]
        from dataclasses import replace

        return World(replace(self.book, rows=rows, _known={}), both(self.conduct, conduct), self.town, self.rate, last, self.periods + 1)


def both(one: Conduct, other: Conduct) -> Conduct:
    names = ("who", "day", "offence", "victim", "incident", "is_reported", "is_recorded", "is_named")
    return Conduct(one.people, **{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names})


def town_of(town: Town | None = None, *, last: int = LAST) -> World:
    """People and five or six years of their lives."""
    town = town or Town()
    rng = np.random.default_rng(town.seed)
    # Positions say nothing of groups, or ties, which go to earlier positions, would favour one of them.
    group = (rng.permutation(town.people) >= round(town.amber * town.people)).astype(np.int8)
    born = ((ON.year - 1970) * 12 - rng.integers(13 * 12, 50 * 12, town.people)).astype(np.int32)
    area = rng.integers(0, town.areas, town.people).astype(np.int16)
    none = rows_of(np.zeros(0), np.zeros(0), 0, 0)
    book = RecordBook(
        "made-up", born, np.ones(town.people, np.int8), group, group, GROUPS, area, tuple(f"area {at}" for at in range(town.areas)),
        np.full(town.people, -1), none,
    )  # fmt: skip
    rate = rng.gamma(0.4, town.offences_a_year / 0.4, town.people)
    rows, conduct = lived(book, rate, town, rng, first=FIRST, last=last)
    from dataclasses import replace

    return World(replace(book, rows=rows), conduct, town, rate, last)


def lived(book, rate, town, rng, *, first, last, is_watched=None, watch=None):
    """Rows and true offences of a span; the watched are stopped and recorded `watch` times as much."""
    gain = np.where(is_watched, watch or 1.0, 1.0) if is_watched is not None else np.ones(len(book))
    years = (last - first + 1) / 365.25
    who = np.repeat(np.arange(len(book)), rng.poisson(rate * years)).astype(np.int32)
    day = rng.integers(first, last + 1, len(who)).astype(np.int32)
    kind = np.array([code("offence", one) for one in KINDS], dtype=np.int8)[rng.choice(len(KINDS), len(who), p=(0.15, 0.25, 0.4, 0.2))]
    chance = np.minimum(np.array(town.recorded)[book.group[who]] * gain[who], 1.0)
    is_recorded = rng.random(len(who)) < chance
    is_wrong = is_recorded & (rng.random(len(who)) < town.named_wrongly)
    named = np.where(is_wrong, rng.integers(0, len(book), len(who)), who)[is_recorded].astype(np.int32)
    outcome = np.array([code("outcome", one) for one in ("no_further_action", "charged", "convicted")], dtype=np.int8)[rng.integers(0, 3, len(named))]
    incident = np.full(len(who), -1, dtype=np.int64)
    incident[is_recorded] = np.arange(len(named)) + first * 10_000_000
    reports = rows_of(named, day[is_recorded], "crime_report", "suspect", offence=kind[is_recorded], outcome=outcome, incident=incident[is_recorded])
    stopped = np.repeat(np.arange(len(book)), rng.poisson(np.array(town.stops)[book.group] * gain * years)).astype(np.int32)
    stops = rows_of(stopped, rng.integers(first, last + 1, len(stopped)), "stop", "subject", outcome="no_further_action")
    told = stopped[rng.random(len(stopped)) < 0.3]
    reports_on = rows_of(told, rng.integers(first, last + 1, len(told)), "intelligence", "subject", offence="drugs_supply", source_grade=1, information_grade=2)
    conduct = Conduct(len(book), who, day, kind, np.full(len(who), -1, np.int32), incident, is_recorded, is_recorded, is_recorded & ~is_wrong)
    return joined([reports, stops, reports_on]), conduct


def points(book: RecordBook, *, on: dt.date, most: float = 0.03, window: int = 1095, stops: float = 0.5, intelligence: float = 1.0) -> Scored:
    """A list by points: reports of violence, intelligence and stops in a window; the highest are listed, earlier positions first in ties."""
    known, day = book.known(on), day_number(on)
    recent = known.since(day - window + 1)
    violence = known.is_row("crime_report", role="suspect", offence=("robbery", "assault_with_injury")) & recent
    score = 3.0 * known.count(violence) + known.count(known.is_row("crime_report", role="suspect") & recent)
    score += intelligence * known.count(known.is_row("intelligence") & recent) + stops * known.count(known.is_row("stop") & recent)
    return listed(score, on, most)


def listed(score: np.ndarray, on: dt.date, most: float) -> Scored:
    """The highest scores above 0, up to so many; three bands."""
    flagged = np.zeros(len(score), dtype=bool)
    first = np.argsort(-score, kind="stable")[: round(most * len(score))]
    flagged[first[score[first] > 0]] = True
    band = np.where(flagged, 2, np.where(score > 0, 1, 0)).astype(np.int8)
    return Scored("points", on, "made-up", score.astype(float), band, ("none", "some", "listed"), flagged)


def a_marker(who, first: int, last: int = OPEN, marker: str = "gang") -> Rows:
    """A marker on some people, from day to day."""
    people = np.asarray(who)
    return rows_of(people, np.full(len(people), first), "marker", "subject", marker=marker, until=last)
