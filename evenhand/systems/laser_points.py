"""LASER points: whom do a gang label, supervision, a handgun, violence and contacts with police put among a division's first twelve?

The other half of Operation LASER in Los Angeles (its zones are in laser_zones.py): people were given points, and those with the most in
each division were made "chronic offenders" with a bulletin. One point came from every contact with police, and a bulletin brought
contacts: the score feeds on being watched.

Reconstructed: the points as they are remembered from the literature, none of them re-read. Not reconstructed: each division's own
practice, which the Inspector General found inconsistent.

Steps, in order:  known -> points of five kinds -> sum -> the first of each division

Read with care: the points are recalled and the definitions are ours, so a count of who is flagged shows how such a rule works and not whom
Los Angeles listed.

Source: Uchida & Swatt (2013), Police Quarterly 16(3); Los Angeles Police Commission, Office of the Inspector General (2019), BPC 19-0072; as
remembered, see CARD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import ABSENT, code, day_number
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .offence_sets import VIOLENT
from .person_settings import settled
from .severity_sums import in_window

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

BANDS = ("points", "bulletin")
BANDS_ARE_NOT_CUTS = True  # the first twelve of one division may have fewer points than the thirteenth of another
CONTACTS = {"stops": ("stop",), "stops-and-arrests": ("stop", "arrest"), "all-but-prison": ("stop", "arrest", "crime_report", "intelligence")}
VIOLENCE_MONTHS = 24.0


def _recalled(setting: str, question: str, default: float) -> Reading:
    """A number of points as remembered, or none."""
    return Reading(
        setting, question, default, (default, 0), "as remembered of the literature, not re-read", "who is among the first", unit="points", mark="recalled"
    )


CARD = Card(
    slug="laser-points",
    title="LASER points (Los Angeles)",
    kind="person",
    operators=("los-angeles-police-department",),
    learns_from="gang markers, supervision, arrests, and contacts with police; nothing is fitted",
    columns=("reported_day", "until", "offence", "weapon", "marker"),
    also_reads=(AlsoReads("persons", ("area",), True, "the division a person lives in; without one nobody gets a bulletin"),),
    flags="the twelve people with the most points in each division",
    horizon="none is stated",
    fidelity="close",
    sources=(
        Citation("Uchida & Swatt (2013), Operation LASER and the effectiveness of hotspot patrol, Police Quarterly 16(3), 287-304", mark="recalled"),
        Citation("Los Angeles Police Commission, Office of the Inspector General (2019), Review of selected data-driven policing strategies, BPC 19-0072, "
                 "12 March 2019", mark="recalled"),
        Citation("Los Angeles Times, 12 March 2019, on that review"),
        Citation("Amnesty International UK (2025), Automated Racism, box in section 1.4, notes 88-96 (on the programme, not the points)"),
    ),
    readings=(
        _recalled("gang_points", "How many points has a gang member?", 5),
        _recalled("supervision_points", "How many has somebody on parole or probation?", 5),
        _recalled("handgun_points", "How many has somebody arrested with a handgun before?", 5),
        _recalled("violence_points", "How many has a violent crime?", 5),
        _recalled("contact_points", "How many has a contact with police?", 1),
        Reading("violence", "Is a violent crime on record counted once, or each arrest for violence in two years?", "on-record", ("on-record", "per-arrest"),
                "first the one, later the other, as remembered", "how far repeated arrests lift a person", mark="recalled"),
        Reading("contact_months", "Over how many months do contacts count?", 24, (12, 24, 60), "two years, as remembered",
                "how far being stopped lifts a person", unit="months", mark="recalled"),
        Reading("contacts", "What is a contact of quality?", "stops", tuple(CONTACTS), "cards filled in at stops; the review found no clear definition",
                "how far being watched lifts a person"),
        Reading("gang", "Who is a gang member?", "marker", ("marker", "marker-or-intelligence"), "a marker stands for the state's list of gang members",
                "who has these points"),
        Reading("per_division", "How many of each division get a bulletin?", 12, (12, 20), "some twelve, as remembered", "how many are flagged", unit="people",
                mark="recalled"),
        Reading("in_custody", "Do people in prison get a bulletin?", "left-out", ("left-out", "kept"), "bulletins were for officers on patrol",
                "who is flagged"),
    ),
    not_rebuilt=(
        "each division's own criteria, and the analysts' choice among those with points",
        "the state's list of gang members, and cards of field interviews: markers and stops stand for them",
        "what officers do with a bulletin: letters, visits, stops",
    ),
    known=(
        "Points for being in a gang, on parole or probation, having been arrested with a handgun, and violence, five each, and one for each contact with "
        "police (recalled from Uchida & Swatt 2013; not re-read).",
        "The Inspector General found criteria inconsistent and tracking poor (Los Angeles Times, 12 March 2019).",
        "About half of those listed had one arrest for violence or none (recalled from the review of 2019; not re-read).",
        "The department announced in April 2019 that it was ending the programme (Amnesty International UK 2025, section 1.4, note 94).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook, *, on: dt.date, gang_points: float = 5, supervision_points: float = 5, handgun_points: float = 5,
    violence_points: float = 5, contact_points: float = 1, violence: str = "on-record", contact_months: float = 24, contacts: str = "stops",
    gang: str = "marker", per_division: int = 12, in_custody: str = "left-out",
) -> Scored:  # fmt: skip
    """Everybody's points, and who gets a bulletin.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        gang_points, supervision_points, handgun_points, violence_points, contact_points, violence, contact_months, contacts, gang, per_division,
            in_custody: readings of the card.

    Returns:
        Scored: those with points have them as their score; those with none are not spoken of. Of equal points the lower position comes first.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    of = features(
        person_records, on=on, gang_points=gang_points, supervision_points=supervision_points, handgun_points=handgun_points,
        violence_points=violence_points, contact_points=contact_points, violence=violence, contact_months=contact_months, contacts=contacts, gang=gang,
        per_division=per_division, in_custody=in_custody,
    )  # fmt: skip
    points = (
        gang_points * of["is_gang"] + supervision_points * of["is_supervised"] + handgun_points * of["has_handgun_arrest"]
        + violence_points * of["violent"] + contact_points * of["contacts"]
    )  # fmt: skip
    book = person_records.known(on)
    may_be_flagged = (points > 0) & (book.area != ABSENT) & ((in_custody == "kept") | ~book.is_within("prison", on))
    flagged = _first_of_each(points, book.area, may_be_flagged, most=int(per_division))
    return Scored("laser-points", on, book.provenance, np.where(points > 0, points, np.nan), np.where(points > 0, flagged, -1).astype(np.int8), BANDS, flagged)


def features(person_records: RecordBook, *, on: dt.date, **settings: Any) -> dict[str, NDArray[Any]]:
    """What is counted of each person; each of shape (people,).

    Args:
        person_records, on: as of `score`.
        settings: readings of the card; those left out take its defaults.

    Returns:
        is_gang, is_supervised, has_handgun_arrest (yes or no); violent (a violent crime on record, or arrests for violence in two years); contacts.

    Raises:
        BadSetting: an unknown setting or choice.
    """
    chosen = settled(CARD, settings)
    book, now = person_records.known(on), day_number(on)
    rows = book.rows
    is_gang = book.is_within("marker", on, marker="gang")
    if chosen["gang"] == "marker-or-intelligence":
        is_gang = is_gang | (book.count(book.is_row("intelligence", role="subject", marker="gang")) > 0)
    arrest = book.is_row("arrest", role="subject")
    if chosen["violence"] == "per-arrest":
        violent = book.count(arrest & book.is_row(offence=VIOLENT) & in_window(rows.day, now, VIOLENCE_MONTHS))
    else:
        violent = (book.count(book.is_row(("arrest", "sanction"), role="subject", offence=VIOLENT)) > 0).astype(float)
    contact = book.is_row(CONTACTS[chosen["contacts"]], role=("subject", "suspect", "possible_suspect"))
    return {
        "is_gang": is_gang,
        "is_supervised": book.is_within("supervision", on),
        "has_handgun_arrest": book.count(arrest & (book.is_row(offence="firearms") | (rows.weapon == code("weapon", "firearm")))) > 0,
        "violent": violent,
        "contacts": book.count(contact & in_window(rows.day, now, chosen["contact_months"])),
    }


def _first_of_each(points: NDArray[np.float64], area: NDArray[np.int16], may_be: NDArray[np.bool_], *, most: int) -> NDArray[np.bool_]:
    """Those with the most points in each area; of equals the lower position."""
    at = np.flatnonzero(may_be)
    at = at[np.lexsort((at, -points[at], area[at]))]
    place = np.arange(len(at)) - np.searchsorted(area[at], area[at])
    chosen = np.zeros(len(points), dtype=bool)
    chosen[at[place < most]] = True
    return chosen
