"""Gangs Violence Matrix: whom does intelligence from more than one source call a gang member, and which colour is each given?

The Metropolitan Police's list of 2012 to 2024. Somebody was put on it who was identified as a gang member by reliable intelligence
from more than one source; no offence was needed. Each was scored as one who does harm and as one at risk of it, within windows of
time, and graded red, amber or green.

Reconstructed: the threshold for being put on it, and its shape: two scores, windows, three colours. Not reconstructed: the points, the
windows and the cut-offs, which were never published. EVERY POINT HERE IS INVENTED, so colours say nothing of anybody's in the real one.

Steps, in order:  known -> gang intelligence -> listed -> harm and risk -> one score -> colours

Read with care: the list is of people of whom something was written. Two of every five on the real one had no record of a violent
offence in two years.

Source: Amnesty International UK (2018), Trapped in the Matrix; Metropolitan Police, statement of 9 May 2018; Information Commissioner,
enforcement notice of 13 November 2018; see CARD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.person_words import OFFENCES
from ..tables.record_rows import code, codes, day_number
from ..tables.scored import Scored
from .card import Card, Reading
from .offence_sets import VIOLENT, WEAPONS
from .offence_weights import weights
from .person_settings import settled
from .severity_sums import fading, in_window, one_per_incident, severity_of, trust_of

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

BANDS = ("green", "amber", "red")
AMBER_AND_RED, RED = 0.36, 0.05
"""Shares of the listed, as Amnesty is remembered to have counted them in 2017: green some 64 %, red some 5 %."""
CUTS = (4.0, 12.0)
"""Points from which amber and red begin where cut-offs are used; invented."""
TIERS = {
    "homicide": 20, "attempted_murder": 15, "gbh_with_intent": 10, "firearms": 10, "kidnap": 8, "aggravated_burglary": 6, "robbery": 5, "weapons_possession": 5,
    "assault_with_injury": 4, "threats_to_kill": 3, "common_assault": 2, "harassment_stalking": 1,
}  # fmt: skip
"""Points of an offence; invented."""
PARTS = {"graded": (1.0, 0.75, 0.5), "equal": (1.0, 1.0, 1.0), "convictions": (1.0, 0.0, 0.0)}
"""What counts of an offence for those convicted, charged and suspected; invented."""
GANG_WINDOWS = {"unlimited": None, "36-months": 36.0, "12-months": 12.0}

CARD = Card(
    slug="gangs-matrix",
    title="Gangs Violence Matrix",
    kind="person",
    operators=("metropolitan-police",),
    learns_from="intelligence that links a person to a gang; reports of violence and weapons as suspect and as victim; nothing is fitted",
    columns=("reported_day", "until", "incident", "offence", "weapon", "outcome", "outcome_day", "marker", "source_grade", "information_grade"),
    flags="everybody on it, whatever the colour",
    horizon="none is stated",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2018), Trapped in the Matrix; figures as of October 2017"),
        Citation("Metropolitan Police, statement on the Gangs Matrix, 9 May 2018, news.met.police.uk; and its page on the Gangs Violence Matrix"),
        Citation("Information Commissioner, enforcement notice to the Metropolitan Police, 13 November 2018, from texts and summaries of it"),
        Citation("Mayor's Office for Policing and Crime (2018), Review of the Gangs Matrix, as quoted in FOI 01.FOI.22.025901"),
        Citation("Amnesty International UK (2025), Automated Racism, section 4.1, notes 491-500"),
    ),
    readings=(
        Reading("sources", "What is intelligence from more than one source?", "two-reports", ("two-reports", "two-grades"),
                "Amnesty read it as two pieces of intelligence; sources graded apart cannot be one source", "how many are on it"),
        Reading("reliable", "Which intelligence is reliable?", "not-discredited", ("any", "not-discredited", "reliable"),
                "grades are not in the rule; left out is what comes from a source held not reliable, or is thought false", "how many are on it"),
        Reading("named_as", "Does intelligence count for those named beside its subject?", "subject", ("subject", "subject-and-associate"), "the narrowest",
                "whether being named beside somebody puts a person on it"),
        Reading("together", "Is being stopped with a listed person a piece of intelligence?", "left-out", ("left-out", "counts"),
                "Amnesty gives it as an example of what sufficed; how often it was used is not known", "how far the list spreads to friends"),
        Reading("marker", "Is a gang marker on a record a piece of intelligence?", "left-out", ("left-out", "counts"), "a marker is not a source",
                "how many are on it"),
        Reading("gang_window", "How old may gang intelligence be?", "unlimited", tuple(GANG_WINDOWS), "the Commissioner found no period of retention",
                "how long people stay on it"),
        Reading("points", "How many points is an offence?", "tiers", ("tiers", "cchi", "css"), "the points were never published; these are invented, or a "
                "hundredth of the days of an index", "which of the listed are red"),
        Reading("parts", "Do suspicion and charge count as much as conviction?", "graded", tuple(PARTS), "not published; invented",
                "which of the listed are red"),
        Reading("window_months", "After how many months does an offence score nothing?", 36, (12, 24, 36), "'specific timescales', the force said, and no more",
                "how many score nothing", unit="months"),
        Reading("fade", "Does an offence count less as it ages within the window?", "linear", ("linear", "none"), "not published",
                "which of the listed are red"),
        Reading("grading", "What share of its points does intelligence have, by its 3x5x2 grade?", "table", ("table", "half", "full"), "not published",
                "how much intelligence adds"),
        Reading("side", "How do harm done and risk run make one colour?", "higher", ("higher", "sum", "harm"),
                "the Commissioner found no clear distinction between victims and perpetrators", "whether victims are red"),
        Reading("bands", "Where do the colours begin?", "shares", ("shares", "cut-offs"),
                "shares as remembered of Amnesty's count: green some 64 %, red some 5 %; the cut-offs are invented", "how many are of each colour",
                mark="recalled"),
    ),
    not_rebuilt=(
        "points, windows and cut-offs, which were never published",
        "the judgement of 32 borough gang units, each by its own practice",
        "what a source is: records have grades, and not whether police, a partner or the community spoke",
        "number-plate records of driving in convoy, music and social media",
        "taking people off, and the local lists of those who had been taken off",
    ),
    known=(
        "Listed was who was identified as a member of a gang, corroborated by reliable intelligence from more than one source (Metropolitan Police, 9 May "
        "2018).",
        "3,806 people were on it in October 2017 (Amnesty International UK 2018); 3,881 in August 2017 at the peak (South West Londoner on the Mayor's "
        "review).",
        "78 % were Black, against 27 % of those whom police held responsible for serious youth violence and 13 % of Londoners (Amnesty International UK 2018).",
        "80 % were Black African-Caribbean and 88 % of a minority, against 25 % to 75 % of those who committed the offences compared with (Mayor's Office "
        "2018, in FOI 01.FOI.22.025901).",
        "99 % were male; the youngest was 12 (Amnesty International UK 2018).",
        "40 % had no record of a violent offence in the past two years, and 35 % had never committed a serious offence (Amnesty International UK 2018).",
        "Somebody convicted can score zero outside the windows, in prison too (Metropolitan Police, 9 May 2018).",
        "A first review took it to 2,676, some 490 of green taken off (Mayor of London, February 2020); more than 1,100 were taken off in 2022 under threat of "
        "legal action.",
        "The Commissioner found victims and perpetrators mixed, rules unclear and unevenly applied, no retention period, sharing without bounds and no impact "
        "assessment (enforcement notice, 13 November 2018).",
        "It ended on 13 February 2024; the Violence Harm Assessment is its adapted replacement (Amnesty International UK 2025, notes 499 and 500).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook, *, on: dt.date, sources: str = "two-reports", reliable: str = "not-discredited", named_as: str = "subject",
    together: str = "left-out", marker: str = "left-out", gang_window: str = "unlimited", points: str = "tiers", parts: str = "graded",
    window_months: float = 36, fade: str = "linear", grading: str = "table", side: str = "higher", bands: str = "shares",
) -> Scored:  # fmt: skip
    """Who is on it, and of which colour.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        sources, reliable, named_as, together, marker, gang_window, points, parts, window_months, fade, grading, side, bands: readings of the card.

    Returns:
        Scored: the listed have invented points and a colour; nobody else has a score.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    of = features(
        person_records, on=on, sources=sources, reliable=reliable, named_as=named_as, together=together, marker=marker, gang_window=gang_window,
        points=points, parts=parts, window_months=window_months, fade=fade, grading=grading, side=side, bands=bands,
    )  # fmt: skip
    both = {"higher": np.maximum(of["harm"], of["risk"]), "sum": of["harm"] + of["risk"], "harm": of["harm"]}[side]
    listed = of["is_listed"]
    total = np.where(listed, both, np.nan)
    amber = total > _above(total[listed], AMBER_AND_RED) if bands == "shares" else total >= CUTS[0]
    red = total > _above(total[listed], RED) if bands == "shares" else total >= CUTS[1]
    colour = np.where(listed, amber.astype(np.int8) + red.astype(np.int8), -1).astype(np.int8)
    return Scored("gangs-matrix", on, person_records.provenance, total, colour, BANDS, listed)


def features(person_records: RecordBook, *, on: dt.date, **settings: Any) -> dict[str, NDArray[Any]]:
    """What the list and its colours rest on, for everybody; each of shape (people,).

    Args:
        person_records, on: as of `score`.
        settings: readings of the card; those left out take its defaults.

    Returns:
        gang_reports (separate pieces of gang intelligence), is_listed, harm (points as suspect and by intelligence), risk (points as victim).

    Raises:
        BadSetting: an unknown setting or choice.
    """
    chosen = settled(CARD, settings)
    book, now = person_records.known(on), day_number(on)
    rows = book.rows
    reports, listed = _listed(book, on, chosen)

    weight = _points(chosen["points"])
    left = fading(now - rows.day, chosen["fade"]) * in_window(rows.day, now, chosen["window_months"])
    offence = severity_of(rows.offence, weight) * left
    accused = book.is_row("crime_report", role=("suspect", "possible_suspect"))
    told = book.is_row("intelligence", role="subject")
    armed = np.maximum(severity_of(rows.offence, weight), np.where(book.is_row(weapon=("knife", "firearm")), weight[code("offence", "weapons_possession")], 0))
    suffered = book.is_row(("crime_report", "intelligence"), role="victim")
    trust = trust_of(rows.source_grade, rows.information_grade, chosen["grading"])
    return {
        "gang_reports": reports,
        "is_listed": listed,
        "harm": book.count(accused, offence * _part(book, chosen["parts"])) + book.count(told, armed * left * trust),
        "risk": book.count(suffered, offence),
    }


def _listed(book: RecordBook, on: dt.date, chosen: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How many separate pieces of gang intelligence there are on each, and who is listed for them."""
    rows = book.rows
    roles = ("subject",) if chosen["named_as"] == "subject" else ("subject", "associate")
    gang = book.is_row("intelligence", role=roles, marker="gang") & in_window(rows.day, day_number(on), GANG_WINDOWS[chosen["gang_window"]])
    if chosen["reliable"] == "not-discredited":
        gang &= ~book.is_row(source_grade="3") & ~book.is_row(information_grade="E")
    elif chosen["reliable"] == "reliable":
        gang &= book.is_row(source_grade="1") & ~book.is_row(information_grade="E")
    if chosen["sources"] == "two-grades":
        pieces = np.sum([book.count(gang & book.is_row(source_grade=grade)) > 0 for grade in ("1", "2", "3")], axis=0).astype(float)
    else:
        pieces = book.count(one_per_incident(book, gang, by=rows.day))
    if chosen["marker"] == "counts":
        pieces += book.is_within("marker", on, marker="gang")
    listed = pieces >= 2
    if chosen["together"] == "counts":
        pieces += book.ties(book.is_row("stop", role=("subject", "associate"))) @ listed.astype(float) > 0  # once round, not again with those it adds
    return pieces, pieces >= 2


def _points(points: str) -> NDArray[np.float64]:
    """Points of each offence; nothing but violence and weapons has any."""
    if points == "tiers":
        return np.array([TIERS.get(offence, 0) for offence in OFFENCES], dtype=float)
    return np.where([offence in (*VIOLENT, *WEAPONS) for offence in OFFENCES], weights(points) / 100, 0.0)


def _part(book: RecordBook, parts: str) -> NDArray[np.float64]:
    """What counts of each row, by what became of it."""
    convicted, charged, suspected = PARTS[parts]
    is_convicted = np.isin(book.rows.outcome, codes("outcome", ("caution", "convicted")))
    is_charged = book.rows.outcome == code("outcome", "charged")
    return np.where(is_convicted, convicted, np.where(is_charged, charged, suspected))


def _above(points: NDArray[np.float64], share: float) -> float:
    """The points that at most a share of the listed exceed; equal points are on one side of it, and none is below zero."""
    ordered = np.sort(points)[::-1]
    return float(ordered[int(share * len(ordered))]) if len(ordered) else 0.0
