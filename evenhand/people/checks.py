"""Made-up people beside what is published: which figures they meet, which they miss, and why.

Counts are of the last years lived, so that nobody's record is empty because it has only begun. An interval says how far chance alone
may move a figure in a population of this size; people, not events, are taken as drawn, since one person has many events.

Steps, in order:  counted -> published_rates -> as_table
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..tables.person_words import SEXES
from ..tables.record_rows import ABSENT, codes
from .published import Figure, figures_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.conduct import Conduct
    from ..tables.record_book import RecordBook

YEAR_DAYS = 365.25
MOST_YEARS = 5
Z = 1.96
SUBGROUPS: dict[str, tuple[str, ...]] = {
    "homicide": ("homicide",),
    "violence_with_injury": ("attempted_murder", "gbh_with_intent", "assault_with_injury"),
    "violence_without_injury": ("common_assault", "threats_to_kill", "kidnap"),
    "robbery": ("robbery",),
    "possession_of_weapons": ("weapons_possession", "firearms"),
    "possession_of_drugs": ("drugs_possession",),
    "trafficking_of_drugs": ("drugs_supply", "drugs_import_production"),
    "residential_burglary": ("burglary_domestic", "aggravated_burglary"),
    "shoplifting": ("shoplifting",),
    "criminal_damage": ("criminal_damage",),
    "arson": ("arson",),
    "theft_from_a_vehicle": ("theft_from_vehicle",),
    "theft_of_a_vehicle": ("vehicle_taking",),
    "theft_from_the_person": ("theft_person",),
    "other_theft": ("other_theft",),
    "other_burglary": ("burglary_other",),
    "public_order": ("public_order",),
    "rape": ("rape",),
    "other_sexual": ("sexual_assault", "sexual_child"),
}
"""Home Office subgroup -> the offences of ours that it holds."""
NOT_NOTIFIABLE = ("drink_driving", "other_motoring", "drunkenness", "soliciting", "absconding_bail")
"""Offences that police statistics of recorded crime do not hold."""
_ACCUSED = ("charged", "acquitted", "convicted")


class Lived(Protocol):
    """What is read of made-up people."""

    @property
    def book(self) -> RecordBook:
        """The people and their records."""

    @property
    def conduct(self) -> Conduct:
        """What they did."""

    @property
    def first(self) -> int:
        """The first day, a day number."""

    @property
    def last(self) -> int:
        """The last day, a day number."""


@dataclass(frozen=True)
class Seen:
    """A figure of made-up people: its value, the interval chance allows, and how many events it rests on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Checked:
    """One published figure beside what made-up people show.

    Attributes:
        figure: what was published.
        seen: the same, of the made-up people.
        status: "met", "within chance" (the interval reaches what is near enough), "not met", or "too few" to say.
        why: why it is not met; "" where it is.
    """

    figure: Figure
    seen: Seen
    status: str
    why: str

    @property
    def is_decisive(self) -> bool:
        """Whether the figure was read in its source, so that it decides whether the people are as published."""
        return self.figure.source.mark == "known"


def published_rates(made_up: Lived, *, place: str) -> tuple[Checked, ...]:
    """Every published figure that holds for a scenario, beside what its made-up people show.

    Args:
        made_up: people who have lived for some years.
        place: slug of the scenario.

    Read with care:
        Few figures were there to set parameters by, and many parameters; that a figure is met shows that a parameter was set so, not
        that the world is like it.
    """
    window = _Window.of(made_up)
    return tuple(_checked(figure, COUNTS[figure.counted](window, figure.of)) for figure in figures_for(place))


def as_table(checked: Sequence[Checked]) -> pd.DataFrame:
    """The checks as a table, one row a figure."""
    import pandas as pd

    return pd.DataFrame(
        {
            "figure": one.figure.slug, "says": one.figure.says, "unit": one.figure.unit, "published": one.figure.value, "within": one.figure.within,
            "seen": one.seen.value, "low": one.seen.low, "high": one.seen.high, "n": one.seen.n, "status": one.status, "why": one.why,
            "source": one.figure.source.text, "mark": one.figure.source.mark,
        }
        for one in checked
    )  # fmt: skip


def _checked(figure: Figure, seen: Seen) -> Checked:
    low, high = figure.value * (1 - figure.within), figure.value * (1 + figure.within)
    if seen.n < 20 or np.isnan(seen.value):
        return Checked(figure, seen, "too few", f"rests on {seen.n:,} events; make more people")
    if low <= seen.value <= high:
        return Checked(figure, seen, "met", "")
    if seen.low <= high and seen.high >= low:
        return Checked(figure, seen, "within chance", "")
    return Checked(figure, seen, "not met", figure.else_why or "the parameters leave it so")


@dataclass(frozen=True)
class _Window:
    """The last years of made-up people's lives."""

    book: RecordBook
    conduct: Conduct
    first: int
    last: int

    @staticmethod
    def of(made_up: Lived) -> _Window:
        years = min(MOST_YEARS, max((made_up.last - made_up.first + 1) / YEAR_DAYS / 2, 1))
        return _Window(made_up.book, made_up.conduct, max(made_up.first, made_up.last - int(years * YEAR_DAYS) + 1), made_up.last)

    @property
    def years(self) -> float:
        return (self.last - self.first + 1) / YEAR_DAYS

    @property
    def lived(self) -> NDArray[np.float64]:
        """Years each person lived of the window: those born in it fewer."""
        born = self.book.born.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return np.clip((self.last - np.maximum(born, self.first) + 1) / YEAR_DAYS, 0.0, self.years)

    def rows(self, event: str, **words: Any) -> NDArray[np.bool_]:
        day = self.book.rows.day
        return self.book.is_row(event, **words) & (day >= self.first) & (day <= self.last)

    def each(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        return self.book.count(chosen)

    def of_group(self, name: str) -> NDArray[np.float64]:
        return (self.book.group == (self.book.groups.index(name) if name in self.book.groups else -2)).astype(float)

    def crimes(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """True offences in the window that are in police statistics, one an incident: their positions and offences."""
        done = self.conduct
        counted = done.is_recorded & ~np.isin(done.offence, codes("offence", NOT_NOTIFIABLE))
        at = np.flatnonzero(counted & (done.day >= self.first) & (done.day <= self.last))
        at = at[np.unique(self.conduct.incident[at], return_index=True)[1]]
        return at, self.conduct.offence[at]

    def stops(self, **words: Any) -> NDArray[np.bool_]:
        return self.rows("stop", role="subject", **words)

    def arrests(self) -> NDArray[np.bool_]:
        return self.rows("arrest", role="subject")


def _ratio(over: NDArray[Any], under: NDArray[Any], n: float, *, times: float = 1.0) -> Seen:
    """A ratio of two counts of each person, its interval by linearisation."""
    total = under.sum()
    if total == 0:
        return Seen(float("nan"), float("nan"), float("nan"), 0)
    value = over.sum() / total
    spread = np.sqrt(((over - value * under) ** 2).sum()) / total
    return Seen(float(times * value), float(times * max(value - Z * spread, 0)), float(times * (value + Z * spread)), int(n))


def _per_head(window: _Window, events: NDArray[Any], group: str = "") -> Seen:
    people = window.of_group(group) if group else np.ones(len(window.book))
    return _ratio(events * people, people * window.lived, (events * people).sum(), times=1000)


def _against_white(window: _Window, events: NDArray[Any], group: str) -> Seen:
    theirs, white = _per_head(window, events, group), _per_head(window, events, "White")
    if not white.value or not theirs.value:
        return Seen(float("nan"), float("nan"), float("nan"), 0)
    apart = np.sqrt(sum(((one.high - one.low) / (2 * one.value)) ** 2 for one in (theirs, white)))
    value = theirs.value / white.value
    return Seen(value, float(value * np.exp(-apart)), float(value * np.exp(apart)), min(theirs.n, white.n))


def _part(window: _Window, some: NDArray[np.bool_], of: NDArray[np.bool_]) -> Seen:
    """The share of chosen rows that are also some."""
    return _ratio(window.each(some & of), window.each(of), of.sum())


def _without_action(window: _Window, of: str) -> Seen:
    """Stops whose outcome is none, and that led to no arrest of the one stopped."""
    del of
    rows, stopped = window.book.rows, window.stops() & (window.book.rows.outcome != ABSENT)
    both = rows.incident.astype(np.int64) * len(window.book) + rows.who
    arrested = np.isin(both, both[window.arrests() & (rows.incident != ABSENT)]) & (rows.incident != ABSENT)
    return _part(window, stopped & window.book.is_row("stop", outcome="no_further_action") & ~arrested, stopped)


def _stops_by_age(window: _Window, of: str) -> Seen:
    youngest, oldest = (int(part) for part in of.split("-"))
    rows, stopped = window.book.rows, window.stops()
    age = np.full(len(rows), -1)
    month = rows.day[stopped].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    age[stopped] = (month - window.book.born[rows.who[stopped]]) // 12
    return _part(window, (age >= youngest) & (age <= oldest), stopped & (age >= 10))


def _black_share(window: _Window, of: str) -> Seen:
    if of == "prison":
        events = window.book.is_within("prison", np.datetime64(window.last, "D").item()).astype(float)
    elif of == "gang":
        rows = window.book.rows
        events = (window.book.count(window.book.is_row("marker", marker="gang") & (rows.until > window.last)) > 0).astype(float)
    elif of == "prosecutions":
        events = window.each(window.rows("crime_report", role="suspect", outcome=_ACCUSED))
    else:
        events = window.each(window.stops() if of == "stops" else window.arrests())
    return _ratio(events * window.of_group("Black"), events, events.sum())


def _crimes(window: _Window, of: str) -> Seen:
    n = int(np.isin(window.crimes()[1], codes("offence", SUBGROUPS[of])).sum())
    rate = 1000 / window.lived.sum()
    return Seen(n * rate, max(n - Z * np.sqrt(n), 0) * rate, (n + Z * np.sqrt(n)) * rate, n)


def _share_of_incidents(n: int, of: int) -> Seen:
    if not of:
        return Seen(float("nan"), float("nan"), float("nan"), 0)
    share = n / of
    half = Z * np.sqrt(share * (1 - share) / of)
    return Seen(share, share - half, share + half, n)


def _knives(window: _Window, of: str) -> Seen:
    del of
    rows = window.book.rows
    with_knife = np.unique(rows.incident[window.rows("crime_report", weapon="knife") & (rows.incident != ABSENT)])
    return _share_of_incidents(len(with_knife), len(window.crimes()[0]))


def _charged(window: _Window, of: str) -> Seen:
    del of
    rows = window.book.rows
    counted = ~np.isin(rows.offence, codes("offence", NOT_NOTIFIABLE))
    led = np.unique(rows.incident[window.rows("crime_report", outcome=_ACCUSED) & (rows.incident != ABSENT) & counted])
    return _share_of_incidents(len(led), len(window.crimes()[0]))


def _recording(window: _Window, of: str) -> Seen:
    del of
    conduct = window.conduct
    told = conduct.is_reported & (conduct.victim >= 0) & (conduct.day >= window.first) & (conduct.day <= window.last)
    return _share_of_incidents(int((conduct.is_recorded & told).sum()), int(told.sum()))


def _known(window: _Window, of: str) -> Seen:
    del of
    conduct = window.conduct
    done = (conduct.victim >= 0) & (conduct.day >= window.first) & (conduct.day <= window.last)
    return _share_of_incidents(int((conduct.is_reported & done).sum()), int(done.sum()))


def _prison(window: _Window, of: str) -> Seen:
    del of
    inside = window.book.is_within("prison", np.datetime64(window.last, "D").item()).astype(float)
    return _ratio(inside, np.ones(len(inside)), inside.sum(), times=1000)


def _few_do_half(window: _Window, of: str) -> Seen:
    """The smallest share of people of a sex who did half of its offences, over all the years there are."""
    done = np.sort(window.conduct.count()[window.book.sex == SEXES.index(of)])[::-1]
    if not done.sum():
        return Seen(float("nan"), float("nan"), float("nan"), 0)
    value = float((np.searchsorted(np.cumsum(done), done.sum() / 2) + 1) / len(done))
    return Seen(value, value, value, int(done.sum()))


COUNTS: dict[str, Callable[[_Window, str], Seen]] = {
    "stops_per_1000": lambda w, of: _per_head(w, w.each(w.stops()), of),
    "stop_ratio": lambda w, of: _against_white(w, w.each(w.stops()), of),
    "stops_without_action": _without_action,
    "stops_with_find": lambda w, of: _part(w, w.book.rows.is_found == 1, w.stops()),
    "stops_of_males": lambda w, of: _part(w, w.book.sex[w.book.rows.who] == SEXES.index("male"), w.stops()),
    "stops_by_age": _stops_by_age,
    "black_share": _black_share,
    "arrest_ratio": lambda w, of: _against_white(w, w.each(w.arrests()), of),
    "arrests_per_1000": lambda w, of: _per_head(w, w.each(w.arrests())),
    "prison_per_1000": _prison,
    "crimes_per_1000": _crimes,
    "knife_share": _knives,
    "charged_share": _charged,
    "recording_rate": _recording,
    "known_share": _known,
    "few_do_half": _few_do_half,
}
"""Name of a count in published.py -> how it is counted."""
