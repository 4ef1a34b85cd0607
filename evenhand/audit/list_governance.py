"""How is a list of people kept? The points on which the Gangs Matrix failed, asked of any list, in counts and never of one entry.

Each point of the checklist is met, not met, or not told, with the principle it rests on. Beside them stand how long people have been on the
list, whom it falls on beside two numbers of people or more, and how far its pseudonyms protect anybody.

Read with care: "met" says that no entry handed over breaks the point, by what its keeper wrote down; whether that is so, and whether the list
is lawful, nobody can tell from a table. "Not told" is no small matter: a keeper who cannot say is not keeping the point either.

Steps, in order:  points -> facts -> times -> groups -> released -> ratios

Source: Information Commissioner's Office, enforcement notice of 13 November 2018 (as reported); see list_points.py for the principles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.anonymity import anonymity
from ..tables.errors import CannotAnswer
from ..tables.list_facts import FACTS
from ..tables.measure import Measure
from ..tables.record_rows import day_number
from .disclosure import CONFIDENTIAL, Rule, rounded
from .list_points import FACT_PRINCIPLES, POINTS, Asked
from .released import release

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

    from ..tables.findings import Finding
    from .about import About
    from .list_points import Point, Principle
    from .release_ledger import Ledger

MEASURES = {
    "list_points_not_met": Measure(
        "Points of the checklist that are not met", "points of the checklist", "How many points the list or its keeper does not keep.",
        "list_governance.governance",
    ),
    "list_points_not_told": Measure(
        "Points of the checklist that nothing is told of", "points of the checklist",
        "How many points cannot be judged, for a column, an answer or enough people are lacking.", "list_governance.governance",
    ),
    "list_entries": Measure("Entries on the list", "entries", "How many entries there are.", "list_governance.governance"),
    "list_point_share": Measure(
        "Share of entries that do not keep a point of the checklist", "entries on the list",
        "Of all entries, the share of which it is told that they break the point.", "list_governance.governance",
    ),
    "list_fact_told": Measure(
        "Whether the keeper of the list has what is asked for", "statements by the keeper",
        "1 for yes, 0 for no; no number where it was not told.", "list_governance.governance",
    ),
    "list_months_median": Measure(
        "Months on the list, the middle entry", "entries", "Half of the entries have been, or were, on the list for longer.", "list_governance.governance",
    ),
    "list_group_entries_share": Measure(
        "Share of the list’s entries by group", "entries whose group is recorded", "The group’s share of all entries whose group is recorded.",
        "list_governance.governance",
    ),
    "list_group_entries_ratio": Measure(
        "The group’s share of the list over its share of a number of people", "entries whose group is recorded",
        "How many times as large the group is on the list as among those it is set beside; 1 is equal.", "list_governance.group_ratios",
    ),
    "list_recognisable_share": Measure(
        "Share of entries that few others are like", "entries on the list",
        "Entries that share their month of birth, sex, group and band with fewer than nine others: who knows these of a person knows the entry.",
        "list_governance.governance",
    ),
}  # fmt: skip
ENTRIES = "All entries are counted, so there is no interval of chance."
KEEPER = "By what the keeper of the list wrote down; nothing here was looked at on the spot."
NO_ADVICE = (
    "The principles are those of a police force in the United Kingdom under Part 3 of the Data Protection Act 2018; other keepers have others. No legal advice."
)
MONTH = 365.25 / 12


@dataclass(frozen=True)
class _Counted:
    """A finding before it is released, and the people behind it where it does not say them itself."""

    finding: Finding
    support: tuple[float, ...] | None = None


def governance(
    entries: pd.DataFrame,
    *,
    on: dt.date | str,
    about: About,
    facts: pd.DataFrame | None = None,
    rule: Rule = CONFIDENTIAL,
    ledger: Ledger | None = None,
    review_months: int = 12,
    data: str = "",
) -> list[Finding]:
    """The checklist of a list, how long people are on it, and whom it falls on.

    Args:
        entries: as `tables.list_reading.read_list` gives them.
        on: the day asked about; entries added later are left out, and what happened later is not known.
        about: place, period, source and caveats of the findings.
        facts: the declared table `list_facts`; None where none was handed over.
        rule: how counts of people are shown.
        ledger: of what was shown before.
        review_months: an entry nobody looked at again for so long counts as unreviewed.
        data: which data these are, for the ledger.

    Returns:
        Findings; of the checklist with `settings` point, status ("met", "not met", "not told") and principles.

    Raises:
        CannotAnswer: nobody is on the list on that day.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> days = pd.to_datetime(["2020-01-01"] * 50)
        >>> kept = pd.DataFrame({"added": days, "retention_until": pd.to_datetime(["2022-01-01"] * 20 + ["2030-01-01"] * 30)})
        >>> found = governance(kept, on="2024-06-30", about=About("list-governance", "Eastfield", "2024-06-30", "made up"))
        >>> [(one.value, one.settings["status"]) for one in found if one.settings.get("point") == "past-retention"]
        [(0.4, 'not met')]

    Read with care:
        A share is of all entries; those of which it is not told are counted as keeping the point, and the caveat says how many they are.

    Source: see the head of this file.
    """
    day = day_number(on)
    then = entries[_days(entries, "added") <= day]
    is_off = _days(then, "removed") <= day if "removed" in then else np.zeros(len(then), dtype=bool)
    now, off = then[~is_off], then[is_off]
    if now.empty:
        raise CannotAnswer(f"Nobody is on the list on {on}. Ask about a day on which it was kept, with --on.")
    told = _facts(facts)
    counted = [*_sizes(now, off, about), *_points(now, off, day, review_months, told, about), *_times(now, off, day, about), *_groups(now, about)]
    findings = release(
        [one.finding for one in counted], rule=rule, ledger=ledger, supports=[one.support for one in counted], data=data,
    )  # fmt: skip
    checked = [_with_status(one, told, len(off) if one.settings.get("of_removed") else len(now), rule) for one in findings]
    points = [*checked, *_said_of_the_list(told, about)]
    return [*_tallied(points, about), *points]


def _tallied(findings: Sequence[Finding], about: About) -> list[Finding]:
    """How many points are not met, and how many not told."""
    statuses = [one.settings["status"] for one in findings if "status" in one.settings]
    unit, method = "points of the checklist", "points counted by status; exact, so no interval"
    return [
        about.finding(f"list_points_{status.replace(' ', '_')}", statuses.count(status), n=len(statuses), unit=unit, method=method, caveats=(KEEPER, NO_ADVICE))
        for status in ("not met", "not told")
    ]


def group_ratios(findings: Sequence[Finding], denominators: pd.DataFrame, *, about: About) -> list[Finding]:
    """Each group's share of the list over its share of other numbers of people, from shares that may be shown.

    Args:
        findings: of `governance`, among them `list_group_entries_share`.
        denominators: the declared table `list_denominators`.
        about: place, period, source and caveats of the findings.

    Returns:
        One finding a group and denominator; null where the group's share of the list is hidden.

    Raises:
        CannotAnswer: a group on the list is in no denominator.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> about = About("list-governance", "London", "2017-10", "Amnesty 2018")
        >>> black = about.finding("list_group_entries_share", 0.78, group="Black", n=3806, unit="share")
        >>> rows = [("residents", "Black", 13), ("residents", "Others", 87), ("serious violence", "Black", 27), ("serious violence", "Others", 73)]
        >>> beside = pd.DataFrame(rows, columns=["denominator", "group", "people"])
        >>> [round(one.value, 1) for one in group_ratios([black], beside, about=about)]
        [6.0, 2.9]

    Read with care:
        Beside residents the ratio says whom the list falls on; beside people recorded for an offence it says whether it falls on them more than
        records do, and those records are shaped by where police look. Neither is what people did.

    Source: Amnesty International UK (2018), Trapped in the Matrix (78 %, 13 % and 27 %).
    """
    shares = [one for one in findings if one.measure == "list_group_entries_share"]
    found = []
    for name, rows in denominators.groupby("denominator", sort=False):
        people = rows.set_index("group")["people"].astype(float)
        lacking = sorted({str(one.group) for one in shares} - set(people.index))
        if lacking:
            raise CannotAnswer(f"The denominator '{name}' has no number for {', '.join(lacking)}, which the list has. Name groups alike in both tables.")
        for one in shares:
            among = float(people[str(one.group)] / people.sum()) if people.sum() else 0.0
            none = (f"Not given: nobody of this group is among {name}.",) if among == 0 else ()
            value = one.value / among if one.value is not None and among else None
            hidden = one.caveats[:1] if one.value is None else ()
            found.append(
                about.finding(
                    "list_group_entries_ratio", value, group=one.group, reference=str(name), n=one.n, unit="ratio",
                    method="share of the list’s entries over share of the denominator, both as shown; " + ENTRIES[0].lower() + ENTRIES[1:],
                    caveats=(*hidden, *none, "The list’s entries are set beside people: somebody with two entries counts twice."),
                    settings={"denominator": str(name), "share_of_denominator": among},
                )
            )  # fmt: skip
    return found


def _days(entries: pd.DataFrame, column: str) -> np.ndarray:
    days = entries[column].to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), np.inf, days.astype(np.int64).astype(float))


def _facts(facts: pd.DataFrame | None) -> dict[str, bool | None]:
    import pandas as pd

    rows = {} if facts is None else dict(zip(facts["fact"], facts["is_there"], strict=True))
    return {name: None if pd.isna(rows.get(name)) else bool(rows[name]) for name in FACTS}


def _sizes(now: pd.DataFrame, off: pd.DataFrame, about: About) -> list[_Counted]:
    made = [_Counted(about.finding("list_entries", len(now), group="the list", unit="entries", method=f"entries counted. {ENTRIES}"))]
    if len(off):
        made.append(_Counted(about.finding("list_entries", len(off), group="taken off", unit="entries", method=f"entries counted. {ENTRIES}")))
    return made


def _points(now: pd.DataFrame, off: pd.DataFrame, day: int, review_months: int, told: dict[str, bool | None], about: About) -> list[_Counted]:
    made = []
    for point in POINTS:
        rows = off if point.is_of_removed else now
        if point.is_of_removed and not len(off):
            continue
        masks = point.judge(Asked(rows, day, round(review_months * MONTH)))
        made.append(_point(point, masks, len(rows), about, review_months))
    return made


def _point(point: Point, masks: Any, entries: int, about: About, review_months: int) -> _Counted:
    settings = {"point": point.slug, "principles": _said(point.principles), "of_removed": point.is_of_removed}
    notes = tuple(note for note in (point.note, KEEPER, NO_ADVICE) if note)
    common: dict[str, Any] = {"group": point.title, "unit": "share", "method": f"entries that break the point over all entries. {ENTRIES}"}
    if masks is None:
        needs = f"Not told: the table has no column {point.needs}."
        return _Counted(about.finding("list_point_share", None, caveats=(needs, *notes), settings={**settings, "status": "not told"}, **common), ())
    is_told, breaks = masks
    untold, broken = int((~is_told).sum()), int((is_told & breaks).sum())
    status = "not met" if broken else "not told" if untold else "met"
    if point.slug == "unreviewed":
        settings["months"] = f"{review_months}"
    if point.slug == "children":
        settings["children"] = True
    some = (_untold(untold, entries),) if untold else ()
    made = about.finding("list_point_share", broken / entries, n=entries, caveats=(*some, *notes), settings={**settings, "status": status}, **common)
    # That nobody breaks a rule of keeping tells of the keeper, not of anybody on the list.
    return _Counted(made, (float(entries),) if not broken and not point.is_of_people else None)


def _untold(untold: int, entries: int) -> str:
    if untold < 10 or untold > entries - 10:
        return f"Of {'a few' if untold < 10 else 'nearly all'} entries it is not told."
    return f"Of about {100 * untold / entries:.0f} % of entries it is not told."


def _with_status(finding: Finding, told: dict[str, bool | None], entries: int, rule: Rule) -> Finding:
    """The status as it may be shown: of a point about people nothing is said that its hidden number would say."""
    point = finding.settings.get("point")
    if point is None:
        return finding
    status = finding.settings["status"]
    if point == "children":
        status = {True: "met", False: "not met", None: "not told"}[told["children_safeguards"]]
    elif finding.value is None and next(one for one in POINTS if one.slug == point).is_of_people:
        status = "not told"
    settings = {name: value for name, value in finding.settings.items() if name not in ("of_removed", "children")}
    n = finding.n if finding.n is None or rule.rounding == 1 else float(rounded([entries], rule=rule)[0])
    return finding.model_copy(update={"settings": {**settings, "status": status}, "n": n})


def _said(principles: tuple[Principle, ...]) -> str:
    return "; ".join(map(str, principles))


def _times(now: pd.DataFrame, off: pd.DataFrame, day: int, about: About) -> list[_Counted]:
    made = []
    for name, rows, ends in (("on the list now", now, None), ("taken off", off, "removed")):
        if not len(rows):
            continue
        months = ((day if ends is None else _days(rows, ends)) - _days(rows, "added")) / MONTH
        caveat = "Those still on the list are not among them, so the time is on the short side." if ends else "They stay longer than this: the list goes on."
        made.append(
            _Counted(
                about.finding(
                    "list_months_median", float(np.round(np.median(months))), group=name, n=len(rows), unit="months",
                    method=f"middle of the months since entry, to the nearest month. {ENTRIES}", caveats=(caveat,),
                ),
                (len(rows) / 2,),
            )
        )  # fmt: skip
    return made


def _groups(now: pd.DataFrame, about: About) -> list[_Counted]:
    made = []
    if "group" in now and now["group"].notna().any():
        counts = now["group"].value_counts().sort_index()
        every = int(counts.sum())
        method = f"the group’s entries over entries whose group is recorded. {ENTRIES}"
        made += [
            _Counted(about.finding("list_group_entries_share", count / every, group=str(name), n=every, unit="share", method=method))
            for name, count in counts.items()
        ]
    company = anonymity(now, by=("birth_month", "sex", "group", "band"))
    if company.by:
        words = ", ".join(name.replace("_", " ") for name in company.by)
        helps = min(company.without, key=lambda name: company.without[name])
        caveats = (f"Alike by {words}. Leaving out {helps.replace('_', ' ')} would help most.", "Pseudonyms do not protect those whom others know by these.")
        share = company.few / len(now)
        caveats = (*(("All of them, or all but a few.",) if company.few > len(now) - 10 else ()), *caveats)
        made.append(_Counted(about.finding("list_recognisable_share", share, group="the list", n=len(now), unit="share", method=ENTRIES, caveats=caveats)))
    return made


def _said_of_the_list(told: dict[str, bool | None], about: About) -> list[Finding]:
    made = []
    for fact, is_there in told.items():
        status = {True: "met", False: "not met", None: "not told"}[is_there]
        value = None if is_there is None else float(is_there)
        settings = {"point": fact.replace("_", "-"), "status": status, "principles": _said(FACT_PRINCIPLES[fact])}
        untold = ("Not told by whoever handed over the list.",) if is_there is None else ()
        made.append(
            about.finding("list_fact_told", value, group=f"{FACTS[fact][0].upper()}{FACTS[fact][1:]}", n=1, unit="yes/no", method="as the keeper says",
                          caveats=(*untold, KEEPER, NO_ADVICE), settings=settings)
        )  # fmt: skip
    return made
