"""Whom does a list of people fall on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...tables.person_words import PROVENANCES
from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import datetime as dt

    from ...audit.disclosure import Rule
    from ...report.picture import Picture
    from ...tables.findings import Finding
    from ...tables.record_book import RecordBook

RULES = ("strict", "opensafely", "midpoint-6")
YEAR = 365
"""Days of follow-up where the records go on for so long."""


def _ask(asked: Asked) -> Answer:
    from dataclasses import replace

    from ...audit.person_audit import audit_list
    from ...audit.person_marks import Windows
    from ...audit.person_release import release_list
    from ...audit.release_ledger import Ledger
    from ...report.contents import Refusal
    from ...tables.record_reading import read_scored_book

    settings, rule = asked.settings, _rule(asked.settings["rule"])
    on, tables = _day(settings["on"]), asked.tables
    asked.tell("putting people and their records together", 0.3)
    book, scored = read_scored_book(tables["persons"], tables["person_records"], tables["scores"], on=on, provenance=settings["provenance"])
    follow_days, why = _followed(book, on, settings["follow_days"])
    about = asked.about("listed-people", "none")
    about = replace(about, period=f"as at {on}" if asked.period == "period not stated" else asked.period)
    found = audit_list(
        book, scored, reference=settings["reference"], about=about, windows=Windows(follow_days=follow_days), rule=rule,
        replicates=asked.replicates, seed=asked.seed, tell=lambda what, share: asked.tell(what, 0.4 + 0.5 * share),
    )  # fmt: skip
    shown = release_list(found, rule=rule, ledger=Ledger(rule))
    asked.tell("drawing", 0.95)
    return Answer(tuple(shown), (Refusal("what came later", why),) if why else (), _pictures(shown, settings["reference"]))


def _followed(book: RecordBook, on: dt.date, days: int | None) -> tuple[int | None, str]:
    """Over how many days what came later is counted, None for none, and why."""
    from ...audit.person_tallies import LATE_END
    from ...tables.errors import BadSetting
    from ...tables.record_rows import day_number

    day = day_number(on)
    if not (book.rows.reported <= day).any():
        raise BadSetting(f"Nothing is on record by {on}, so nobody could have been listed for it. Is `on` the day of the list?")
    if days == 0:
        return None, "follow_days=0 leaves out how often the list is wrong by what was recorded later, and what plain choices would have found."
    if days is not None:
        return days, ""
    if int(book.rows.reported.max()) >= day + YEAR - LATE_END:
        return YEAR, ""
    return None, (
        f"records end less than {YEAR} days after the list, so how often it is wrong by what was recorded later is not told. "
        "Give records that go on for longer, or ask about fewer days: --follow-days."
    )


def _pictures(found: list[Finding], reference: str) -> tuple[Picture, ...]:
    """Who is listed per head of whom, how often wrongly by the record, and what is left among people with the same record."""
    from ...report.measures import measure_of
    from ...report.people_pictures import by_system

    on = {"nothing": "among everybody", "record": "with the same record"}
    rates = ("group_selection_rate", "group_false_positive_rate", "group_false_negative_rate")
    drawn = [
        by_system(
            [one for one in found if one.measure == "list_rate_ratio"],
            slug="list-ratios", title=f"How many times as often as {reference} people others are listed, per head of whom",
            axis=f"times as often as {reference} people; 1 is equal (ratio scale)",
            label=lambda one: f"{one.group}, per head of {one.settings['denominator']}",
        ),
        *(
            by_system(mine, slug=rate.replace("_", "-"), title=measure_of(mine[0]).title, axis="share", label=lambda one: str(one.group))
            for rate in rates
            if (mine := [one for one in found if one.measure == rate])
        ),
        by_system(
            [one for one in found if one.measure == "matched_flag_difference"],
            slug="matched-gaps", title=f"Share of others listed less that of {reference} people",
            axis="difference in percentage points; 0 is equal",
            label=lambda one: f"{one.group}, {on.get(str(one.settings.get('matched_on')), '')}",
        ),
    ]  # fmt: skip
    return tuple(picture for picture in drawn if picture is not None)


def _rule(name: str) -> Rule:
    from ...audit.disclosure import CONFIDENTIAL, MIDPOINT_6, OPENSAFELY

    return {"strict": CONFIDENTIAL, "opensafely": OPENSAFELY, "midpoint-6": MIDPOINT_6}[name]


def _day(text: str) -> dt.date:
    import datetime as dt

    from ...tables.errors import BadSetting

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadSetting(f"`on` must be a day of the calendar such as 2024-06-30, not {text!r}.") from None


QUESTION = Question(
    name="listed-people",
    asks="Whom does a list of people fall on, what does it rest on, and how often is it wrong by the record?",
    says=(
        "Reads the scores that somebody's system gave to pseudonymous people, and what was on record of them; it scores nobody. Gives who is listed per head "
        "of everybody and of those on record for recent violence, how often the list is wrong by what was recorded later, what is left of a gap among people "
        "with the same record, who is listed without harm or conviction on record, what flagging by age or prior records alone would have done, and children. "
        "What people truly did is known to nobody, and police records fall unequally: being right by the record is not being right. Everything is a "
        "count or made of counts: small ones are left out with what would give them away, no person is shown, and fewer than a hundred real people are refused."
    ),
    tables=(
        Wanted("persons", "everybody whom the list could have held: person (a pseudonym), birth_month, sex, group"),
        Wanted("person_records", "what is on record of them, before the list and after it: person, day, event, role and whatever else is told"),
        Wanted("scores", "the list: person, score, is_flagged and, if there is one, band; people left out were not scored"),
    ),
    settings=(
        Setting("on", "the day of the list, such as 2024-06-30", is_needed=True),
        Setting("reference", "the group to compare with", is_needed=True),
        Setting("provenance", "whether the people are real and under pseudonyms, or made up", "pseudonymised", str, PROVENANCES),
        Setting("follow_days", "days after the list in which outcomes count; left out: 365, or none where records end before; 0: none", None, int),
        Setting("rule", "how counts of people are shown: strict (under 10 left out, rounded to 5), or the conventions of OpenSAFELY", "strict", str, RULES),
    ),
    ask=_ask,
    example="evenhand audit listed-people --persons people.csv --person-records records.csv --scores scores.csv --on 2024-06-30 --reference White",
)
