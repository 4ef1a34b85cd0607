"""Strategic Subject List: how likely, Chicago's police asked of everybody arrested, is this person to shoot or be shot?

Between 2013 and 2020 everybody with an arrest in four years was given a score up to 500, from eight counts told of below. The file of
2017 is public without names: how many had which score is known to the person. The weights are not.

Reconstructed: who is scored, the eight inputs as they are remembered, and the published curve of how many had at least so high a score.
Not reconstructed: the weights. THOSE HERE ARE INVENTED; the curve only stretches whatever order they make to the published scale, so
that as large a share has 250 or more here as there. It says nothing of whether the order is right.

Steps, in order:  known -> arrested in four years -> eight inputs -> weighted sum -> on_curve -> score

Read with care: the published scale is one of places in a queue. Seven in ten had a score that the press called high.

Source: City of Chicago, Strategic Subject List, historical file, 2017; Kunichoff & Sier (2017), Chicago Magazine; see CARD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from ..tables.record_rows import code, day_number
from ..tables.scored import Scored, banded
from .card import AlsoReads, Card, Reading
from .offence_sets import DRUGS, VIOLENCE_WITH_INJURY, VIOLENT, WEAPONS
from .person_settings import settled
from .severity_sums import in_window

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

PUBLISHED = ((1, 398_684), (100, 397_917), (150, 391_046), (200, 354_994), (250, 287_404), (300, 173_001), (350, 29_212), (400, 3_721), (450, 709), (500, 0))
"""Score, and how many people had at least that; the last is where the scale ends. Counted by pjsier/strategic-subject-list from the city's file."""
EVERYBODY = PUBLISHED[0][1]
BANDS = ("below 250", "250 to 399", "400 and over")
YEARS_OF_40 = 40
"""Age enters as years below this one, none above it; invented."""
INPUTS = ("times_shot", "times_assaulted", "youth", "arrest_trend", "is_gang", "narcotics_arrests", "weapons_arrests", "violent_arrests")
WEIGHTS = {
    "victim-led": (20, 10, 3, 2, 1, 2, 4, 4), "arrest-led": (5, 3, 3, 5, 5, 8, 10, 10), "alike": (1, 1, 1, 1, 1, 1, 1, 1),
}  # fmt: skip
"""Invented: what one unit of each input adds. `alike` counts units, whatever they are of."""

CARD = Card(
    slug="ssl",
    title="Strategic Subject List (Chicago)",
    kind="person",
    operators=(),
    learns_from="arrests, being shot or assaulted, age and gang markers; nothing is fitted",
    columns=("reported_day", "until", "offence", "weapon", "marker"),
    also_reads=(AlsoReads("persons", ("birth_month",), True, "age at the latest arrest"),),
    flags="everybody with a score from a cut-off on; several were named",
    horizon="not published; being a party to a shooting",
    fidelity="shape",
    sources=(
        Citation("City of Chicago, Strategic Subject List, historical file of people arrested from 1 August 2012 to 31 July 2016, counted in "
                 "pjsier/strategic-subject-list", url="https://github.com/pjsier/strategic-subject-list"),
        Citation("Kunichoff & Sier (2017), The contradictions of Chicago Police's secretive list, Chicago Magazine"),
        Citation("Asher & Arthur (2017), Inside the algorithm that tries to predict gun violence in Chicago, New York Times, as summarised in The Crime "
                 "Report, 14 June 2017"),
        Citation("Saunders, Hunt & Hollywood (2016), Predictions put into practice, Journal of Experimental Criminology 12", mark="recalled"),
        Citation("The eight inputs, from the description of the city's file", mark="recalled"),
    ),
    readings=(
        Reading("weights", "What does one unit of each input add?", "victim-led", tuple(WEIGHTS),
                "not published; being shot or assaulted is said to count most and the gang label little", "who is scored higher than whom"),
        Reading("arrest_months", "Over how many months are arrests counted?", 48, (24, 48), "the four years of the file", "who is scored at all", unit="months",
                mark="known"),
        Reading("victim_months", "Over how many months is being shot or assaulted counted?", 48, (48, 120), "taken as the same four years",
                "how many of the scored have been victims", unit="months"),
        Reading("gang", "Does the gang label count?", "counts", ("counts", "left-out"),
                "one of the eight; the newest version of the rule is said to have dropped it", "who is scored higher than whom", mark="recalled"),
        Reading("scale", "Is the sum stretched to the published scale?", "published-curve", ("published-curve", "raw"),
                "so that cut-offs mean what they meant; `raw` is the invented sum", "how many are over a cut-off"),
        Reading("cut", "From which score on is somebody flagged?", 400, (250, 400, 450), "400 was named, and the upper 200s as well", "how many are flagged",
                unit="points", mark="known"),
    ),
    not_rebuilt=(
        "the weights, and the models behind them",
        "ties through arrests together, on which the first version rested",
        "who among the scored was visited, by whose choice",
    ),
    known=(
        "398,684 people had a score; at or above 100 were 397,917, 150: 391,046, 200: 354,994, 250: 287,404 (72.09 %), 300: 173,001, 350: 29,212, 400: 3,721, "
        "450: 709 (pjsier/strategic-subject-list, from the city's file).",
        "Cut-offs named as high ranged from the upper 200s to 400, and 1,300 to 1,400 people were officially said to be targeted (same).",
        "56 % of Black men aged 20 to 29 had a score (Kunichoff & Sier 2017).",
        "The gang label had a small effect; being shot or assaulted told far more of gun violence to come than arrests for domestic violence or weapons (The "
        "Crime Report, 14 June 2017).",
        "An early list of 426 people did not lower their chance of being shot, and they were arrested more (Saunders and others 2016; recalled).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook, *, on: dt.date, weights: str = "victim-led", arrest_months: float = 48, victim_months: float = 48, gang: str = "counts",
    scale: str = "published-curve", cut: float = 400,
) -> Scored:  # fmt: skip
    """Scores of everybody arrested in four years, on the published scale.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        weights, arrest_months, victim_months, gang, scale, cut: readings of the card.

    Returns:
        Scored: 1 to 500 for those with an arrest in the window (any number of 0 or more where `scale` is raw), nothing for others.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    of = features(person_records, on=on, weights=weights, arrest_months=arrest_months, victim_months=victim_months, gang=gang, scale=scale, cut=cut)
    unit = dict(zip(INPUTS, WEIGHTS[weights], strict=True))
    if gang == "left-out":
        unit["is_gang"] = 0
    total = np.maximum(sum(unit[name] * of[name] for name in INPUTS), 0.0)  # fewer arrests than before never make it less than nothing
    made = np.where(of["is_arrested"], total, np.nan)
    if scale == "published-curve":
        made[of["is_arrested"]] = on_curve(total[of["is_arrested"]])
    return Scored("ssl", on, person_records.provenance, made, banded(made, (250, 400)), BANDS, made >= cut)


def features(person_records: RecordBook, *, on: dt.date, **settings: Any) -> dict[str, NDArray[Any]]:
    """The eight inputs, for everybody; each of shape (people,).

    Args:
        person_records, on: as of `score`.
        settings: readings of the card; those left out take its defaults.

    Returns:
        is_arrested, and the eight of INPUTS: youth is how many years below 40 somebody was at the latest arrest, 0 for nobody arrested;
        arrest_trend is arrests in the later half of the window less those in the earlier.

    Raises:
        BadSetting: an unknown setting or choice.
    """
    chosen = settled(CARD, settings)
    book, now = person_records.known(on), day_number(on)
    rows, half = book.rows, chosen["arrest_months"] / 2
    arrest = book.is_row("arrest", role="subject") & in_window(rows.day, now, chosen["arrest_months"])
    is_arrested = book.count(arrest) > 0
    latest = np.where(is_arrested, book.last_day(arrest), now)
    later = in_window(rows.day, now, half)
    hurt = book.is_row("crime_report", role="victim", offence=VIOLENCE_WITH_INJURY) & in_window(rows.day, now, chosen["victim_months"])
    shot = hurt & (rows.weapon == code("weapon", "firearm"))
    return {
        "is_arrested": is_arrested,
        "times_shot": book.count(shot),
        "times_assaulted": book.count(hurt & ~shot),
        "youth": np.where(is_arrested, np.maximum(YEARS_OF_40 - book.age_on(latest), 0), 0).astype(float),
        "arrest_trend": book.count(arrest & later) - book.count(arrest & ~later),
        "is_gang": book.is_within("marker", on, marker="gang").astype(float),
        "narcotics_arrests": book.count(arrest & book.is_row(offence=DRUGS)),
        "weapons_arrests": book.count(arrest & book.is_row(offence=WEAPONS)),
        "violent_arrests": book.count(arrest & book.is_row(offence=VIOLENT)),
    }


def on_curve(total: NDArray[Any]) -> NDArray[np.float64]:
    """Sums stretched to the published scale: a higher sum never has a lower score, and as large a share is over each published score as there was.

    Somebody's place in the queue (how many have at least that sum) is looked up on the published curve of counts, straight between its points.
    Equal sums share the last place among them, so no more people reach a published score than there should be.

    Args:
        total: one sum a person, shape (people,).

    Returns:
        Scores from 1 to 500, shape (people,).

    Raises:
        BadSetting: a sum is no finite number.

    Example:
        >>> on_curve(np.array([5.0, 1.0, 3.0])).round(1).tolist()
        [313.9, 1.0, 259.4]
    """
    total = np.asarray(total, dtype=float)
    if not np.isfinite(total).all():
        raise BadSetting("Only finite sums can be put on the published curve.")
    ordered = np.sort(total)
    at_least = len(total) - np.searchsorted(ordered, total, side="left")
    scores, counts = np.array(PUBLISHED, dtype=float).T
    return np.interp(at_least * (EVERYBODY / max(len(total), 1)), counts[::-1], scores[::-1])
