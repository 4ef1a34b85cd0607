"""XCalibre: whom does being seen with people labelled as gang members make one, and those seen with them, and so on?

Greater Manchester Police called somebody active within a gang context who mixes, and is seen to mix or often be, with members of a gang,
and who is the subject of a report or of intelligence. A label that passes from one to the next by that rule is followed here until it
passes no further.

Reconstructed: the printed definition, as a rule on who was recorded together. Not reconstructed: who was first called a member and why,
how often is often, what the task force's own intelligence held; each is a setting.

Steps, in order:  known -> seeds -> who was recorded with whom -> label those seen enough with the labelled -> again, until nobody is added

Read with care: being recorded together depends on who is stopped and watched, so the labels follow where police look. The score says how
many steps somebody is from a first label, and nothing of what anybody did.

Source: Greater Manchester Police (2014), evidence to the Home Affairs Committee, as quoted in Amnesty International UK (2025), Automated
Racism, section 4.4, notes 603-613.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import day_number
from ..tables.scored import Scored
from .card import Card, Reading
from .person_settings import settled
from .severity_sums import in_window

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

BANDS = ("by association", "labelled first")
SEEN = {
    "stops": ("stop",), "stops-and-intelligence": ("stop", "intelligence"), "police-contact": ("stop", "intelligence", "arrest", "crime_report"),
}  # fmt: skip
PARTS = {"accused": ("suspect", "possible_suspect", "subject", "associate"),
         "anyone": ("suspect", "possible_suspect", "subject", "associate", "victim", "witness")}  # fmt: skip

CARD = Card(
    slug="xcalibre",
    title="XCalibre labels by association",
    kind="person",
    operators=("greater-manchester-police",),
    learns_from="who was stopped, arrested, reported or written of together with whom, gang markers and intelligence; nothing is fitted",
    columns=("reported_day", "until", "incident", "marker", "source_grade", "information_grade"),
    flags="everybody labelled",
    horizon="none is stated",
    fidelity="shape",
    sources=(
        Citation("Greater Manchester Police (2014), oral evidence of 25 November and supplementary written evidence of 9 December to the Home Affairs "
                 "Committee, Gangs and youth crime, HC 798; as quoted in the next, not read itself"),
        Citation("Amnesty International UK (2025), Automated Racism, section 4.4, notes 600-629"),
        Citation("Williams & Clarke (2016), Dangerous associations, Centre for Crime and Justice Studies; as quoted in the same, note 613"),
    ),
    readings=(
        Reading("seeds", "Who is labelled first?", "either", ("either", "marker", "intelligence"),
                "a marker on the national computer for those who say so themselves or are deemed members; or intelligence of a link, from a reliable source, "
                "known or corroborated", "where the labels start"),
        Reading("contacts", "How many times must somebody be seen with labelled people?", 2, (1, 2, 3), "'frequently', the definition says, and no number",
                "how far labels pass", unit="contacts"),
        Reading("counted", "Are contacts occasions, or different labelled people?", "occasions", ("occasions", "people"),
                "'seen to socialise or frequently be with'",
                "whether one friend is enough"),
        Reading("months", "How old may contacts and intelligence be?", 24, (12, 24, 60), "not published", "how far labels pass", unit="months"),
        Reading("seen", "In which records are people seen together?", "stops-and-intelligence", tuple(SEEN),
                "where police write down who was with whom; suspects of one crime are together too", "how far labels pass"),
        Reading("parts", "Do victims and witnesses of an incident stand with its suspects?", "accused", tuple(PARTS),
                "the force's list held victims and people at risk; whether by being seen with suspects is not said", "whether victims are labelled"),
        Reading("intelligence", "Of how many reports must somebody be the subject?", 1, (0, 1, 2), "'the subject of a report or intelligence'",
                "how many of those seen are labelled", unit="reports"),
        Reading("subject_of", "Is a crime report that suspects somebody such a report?", "intelligence", ("intelligence", "report-or-intelligence"),
                "the definition speaks of reports and intelligence of the task force", "how many of those seen are labelled"),
        Reading("rounds", "Does the label pass on from those who got it by association?", "fixed-point", ("fixed-point", "once"),
                "the definition does not tell a member labelled by association from another", "how large the labelled set grows"),
    ),
    not_rebuilt=(
        "who was first called a member, and on what",
        "the judgement of officers, music videos and what was seen on the street without a record",
        "'perceived by others to be associated', a ground of the letters that banned people from events",
        "what follows: watching, markers, letters, exclusion zones",
    ),
    known=(
        "Active within a gang context is who mixes, and is seen to mix or frequently be, with members of a gang, and is the subject of a report or "
        "intelligence (Amnesty International UK 2025, section 4.4, note 606).",
        "In the region of 300 people were of interest, victims and people at risk among them (Amnesty International UK 2025, section 4.4, note 603).",
        "89 % of those on it were Black and Minority Ethnic (Williams & Clarke 2016; Amnesty International UK 2025, section 4.4, note 613).",
        "30 % of young people in Moss Side, it was told to Parliament, were involved in gangs; corrected to 0.03 %, 886 of 2.7 million people of Greater "
        "Manchester (Amnesty International UK 2025, section 4.4, notes 607 and 608).",
        "As many as 50 young people were banned from a carnival by letter, 'perceived by others to be associated' being one ground (Amnesty International UK "
        "2025, section 4.4, notes 618 to 620).",
        "A marker on the national computer shows in every force (Amnesty International UK 2025, section 4.4, note 612).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Cascade:
    """How labels spread.

    Attributes:
        step: how many steps each person is from a first label: 0 for those labelled first, -1 for those without a label; shape (people,).
        sizes: how many are labelled at the start and after each round; the last is the fixed point, unless rounds were limited.
    """

    step: NDArray[np.int64]
    sizes: tuple[int, ...]

    def __repr__(self) -> str:
        """How many, roughly; never who."""
        return f"<a cascade of {len(self.sizes) - 1} rounds>"


def score(
    person_records: RecordBook, *, on: dt.date, seeds: str = "either", contacts: int = 2, counted: str = "occasions", months: float = 24,
    seen: str = "stops-and-intelligence", parts: str = "accused", intelligence: int = 1, subject_of: str = "intelligence", rounds: str = "fixed-point",
) -> Scored:  # fmt: skip
    """Who is labelled, and at how many steps from a first label.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        seeds, contacts, counted, months, seen, parts, intelligence, subject_of, rounds: readings of the card.

    Returns:
        Scored: 1 for those labelled first, a half for those one step away, a third for two; nobody else has a score.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    step = cascade(
        person_records, on=on, seeds=seeds, contacts=contacts, counted=counted, months=months, seen=seen, parts=parts,
        intelligence=intelligence, subject_of=subject_of, rounds=rounds,
    ).step  # fmt: skip
    labelled = step >= 0
    nearness = np.where(labelled, 1 / (1 + np.maximum(step, 0)), np.nan)
    return Scored("xcalibre", on, person_records.provenance, nearness, np.where(labelled, step == 0, -1).astype(np.int8), BANDS, labelled)


def cascade(person_records: RecordBook, *, on: dt.date, **settings: Any) -> Cascade:
    """Follow the label from those who have it first to those seen with them, round by round.

    The labelled set only grows and a round looks at the whole of it, so the end is the same in whatever order people are taken.

    Args:
        person_records, on: as of `score`.
        settings: readings of the card; those left out take its defaults.

    Raises:
        BadSetting: an unknown setting or choice.
    """
    chosen = settled(CARD, settings)
    book, now = person_records.known(on), day_number(on)
    lately = in_window(book.rows.day, now, chosen["months"])
    together = lately & book.is_row(SEEN[chosen["seen"]], role=PARTS[chosen["parts"]])
    link = book.stands(together) if chosen["counted"] == "occasions" else (book.ties(together) > 0).astype(np.int32)
    told = lately & book.is_row("intelligence", role="subject")
    if chosen["subject_of"] == "report-or-intelligence":
        told |= lately & book.is_row("crime_report", role=("suspect", "possible_suspect"))
    may_be_labelled = book.count(told) >= chosen["intelligence"]

    step = np.where(_first(book, on, chosen["seeds"]), 0, -1)
    sizes = [int((step >= 0).sum())]
    while len(sizes) == 1 or (sizes[-1] > sizes[-2] and chosen["rounds"] == "fixed-point"):
        labelled = (step >= 0).astype(np.int32)
        seen_with = link @ ((link.T @ labelled) > 0).astype(np.int32) if chosen["counted"] == "occasions" else link @ labelled
        step[(step < 0) & may_be_labelled & (seen_with >= max(chosen["contacts"], 1))] = len(sizes)
        sizes.append(int((step >= 0).sum()))
    return Cascade(step.astype(np.int64), tuple(sizes))


def _first(book: RecordBook, on: dt.date, seeds: str) -> NDArray[np.bool_]:
    """Who is labelled first: by a marker that is there on the day, or by reliable intelligence of a link that is known or corroborated."""
    marked = book.is_within("marker", on, marker="gang")
    told = book.count(book.is_row("intelligence", role="subject", marker="gang", source_grade="1", information_grade=("A", "B"))) > 0
    return {"either": marked | told, "marker": marked, "intelligence": told}[seeds]
