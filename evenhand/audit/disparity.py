"""Who is stopped and searched, beside who lives there?

Reads counts of stops (`stop_counts.count_stops`) and residents by area and group; gives rates, ratios
to a reference group, what the missing ethnicities could change, and how often nothing followed. Asked for
more, it tells finds and arrests, section 60 apart, ratios within areas, and the months one by one.
Officer-defined and self-defined ethnicity are two questions, each answered or refused by itself.

Steps, in order:  tally (check, refuse) -> the parts asked for, each from counts to findings
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer, OutsidePlace
from ..tables.stops import OFFICER_DEFINED
from .about import About
from .intervals import Interval, ratio_wald
from .stop_area_findings import within_areas
from .stop_cluster_findings import clusters_drawn
from .stop_counts import FIELDS
from .stop_estimates import estimates
from .stop_frame import Frame
from .stop_month_findings import month_by_month
from .stop_outcome_findings import finds_and_arrests
from .stop_power_findings import powers_apart
from .stop_rate_findings import Rated, overall
from .stop_tallies import OWN_GROUPS, WORDS, Tally, resident_table, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from ..tables.health import HealthReport

PARTS = ("overall", "outcomes", "powers", "areas", "months")
"""What can be asked of one field: rates and ratios; finds and arrests; section 60 apart; within areas; month by month.
A further one, "clusters", is for counts that say what their events belong together by."""
EVENTS_NOT_PEOPLE = (
    "Stops are events, not people: one person stopped ten times counts ten. The records carry no person's number, so how many people these are is not known."
)
NOT_THE_STREET = "Residents are not the people on the street: whoever passes through can be stopped and is in no denominator."


def disparity_ratio(events: ArrayLike, residents: ArrayLike, *, reference: int, level: float = 0.95) -> Interval:
    """How many times as often each group meets an event as the reference group does.

    ratio = (events / residents) / (events of reference / residents of reference)

    Args:
        events: stops, searches or arrests in the period; whole numbers, shape (groups,).
        residents: people in the same area, same order; shape (groups,). People, not thousands.
        reference: position of the group to compare with.
        level: coverage of the interval, between 0 and 1.

    Returns:
        Interval(value, low, high), each of shape (groups,), no unit; 1 is parity.
        The reference has no limits (nan). A group with no events: value 0, high nan.

    Raises:
        CannotAnswer: the reference group has no events or no residents.
        BadValue: a count that is negative, fractional or missing.

    Example:
        >>> value, low, high = disparity_ratio([30, 100], [1_000, 10_000], reference=1)
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '3.00 (1.99 to 4.51)'

    Read with care:
        Events are not people: one person stopped ten times counts ten, so the interval is
        too narrow. Residents are not the people on the street. For small counts use
        `intervals.ratio_exact`; where areas are known, `area_resampling.clustered_ratio`.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 14.
    """
    count, people = np.asarray(events, dtype=float), np.asarray(residents, dtype=float)
    value, low, high = ratio_wald(count, people, count[reference], people[reference], level=level)
    apart = np.arange(len(count)) != reference
    return Interval(value, np.where(apart, low, np.nan), np.where(apart, high, np.nan))


def disparity(
    counts: pd.DataFrame,
    residents: pd.DataFrame,
    *,
    field: str,
    reference: str = "White",
    groups: Sequence[str] = OFFICER_DEFINED,
    place: str = "place not stated",
    period: str = "period not stated",
    source: str = "source not stated",
    level: float = 0.95,
    seed: int = 0,
    replicates: int = 1000,
    health: HealthReport | None = None,
    notes: Sequence[str] = (),
    residents_as_of: str | None = None,
    denominator: str = "residents",
    denominators: Mapping[str, pd.DataFrame] | None = None,
    count_unplaced: bool = False,
    parts: Sequence[str] = ("overall",),
    months: pd.DataFrame | None = None,
    each_area: bool = False,
    each_month: bool = False,
    tell: Callable[[str, float], None] | None = None,
) -> list[Finding]:
    """Findings on stops by group for one ethnicity field.

    Args:
        counts: from `stop_counts.count_stops`.
        residents: the table `residents`; its areas are the place.
        field: "officer_defined_ethnicity" or "self_defined_ethnicity"; "group" for counts by groups of one's own.
        reference: the group compared with.
        groups: the groups of both tables.
        place, period, source: as they shall stand in the findings; a period's years are compared with `residents_as_of`.
        level, seed, replicates: of the intervals.
        health: of the table stops; its warnings become caveats, its refusals stop this field.
        notes: caveats of the caller's.
        residents_as_of: when the residents were counted, such as "2021-03-21".
        denominator: what `residents` counts, in words.
        denominators: further tables of residents for the same place, by name; the ratio is repeated for each.
        count_unplaced: count stops of no location too: right for a whole force's area, wrong for a part of it.
        parts: of `PARTS` and "clusters", in the order wanted.
        months: from `stop_counts.count_months`; the part "months" needs it.
        each_area, each_month: give single areas, single months too.
        tell: is told what is being done and how much is done, 0 to 1, in the part that can take seconds ("areas").

    Returns:
        Findings of question "disparity", the ratios first; `settings["field"]` names the field.
        Groups with fewer than 5 stops have null numbers and a caveat that says so.

    Raises:
        CannotAnswer: the data cannot carry this field; the other may still be answered.
        BadTable, VintageMix, OutsidePlace, BadSetting: the tables or settings must be mended first.

    Read with care:
        A ratio says that one group is stopped more often for its number of residents. It does not say
        why, nor that any single stop was wrong.

    Source: Home Office, Police powers and procedures (rates by residents); the functions used cite their own.
    """
    if health is not None:
        health.refuse_if_blocked("disparity")
        health.refuse_if_blocked(f"disparity:{field}")
    told = tally(counts, residents, field=field, reference=reference, groups=groups, count_unplaced=count_unplaced)
    caveats = (*notes, *_caveats(told, place, period, residents_as_of), *_warnings(health, field))
    settings = _settings(told, denominator, seed=seed, replicates=replicates)
    frame = Frame(About("disparity", place, period, source, caveats, settings, level), told)
    made: dict[str, Callable[[], list[Finding]]] = {
        "overall": lambda: overall(_rated(frame, denominator, denominators or {})),
        "outcomes": lambda: finds_and_arrests(frame),
        "powers": lambda: powers_apart(frame),
        "areas": lambda: within_areas(frame, each_area=each_area, tell=tell),
        "clusters": lambda: clusters_drawn(frame),
        "months": lambda: month_by_month(frame, _given(months), each_month=each_month),
    }
    unknown = [part for part in parts if part not in made]
    if unknown:
        raise BadSetting(f"parts: {unknown[0]!r} is not known. Known: {', '.join(made)}.")
    return [finding for part in parts for finding in made[part]()]


def _settings(told: Tally, denominator: str, *, seed: int, replicates: int) -> dict[str, object]:
    """What every finding was made with."""
    return {
        **({} if told.field == OWN_GROUPS else {"field": told.field}),
        "reference": told.groups[told.reference],
        "denominator": denominator,
        "seed": seed,
        "replicates": replicates,
        "areas_with_stops": told.areas_with_stops,
    }


def _rated(frame: Frame, denominator: str, denominators: Mapping[str, pd.DataFrame]) -> Rated:
    """The frame with rates, differences and ratios estimated over each denominator."""
    told = frame.tally
    if denominator in denominators:
        raise BadSetting(f"Two denominators are called {denominator!r}. Give each its own name.")
    others = {name: _denominator(name, table, told, told.groups) for name, table in denominators.items()}
    draws = {name: frame.about.settings[name] for name in ("replicates", "seed")}
    estimated = estimates(told, others=list(others.values()), level=frame.about.level, **draws)
    return Rated(frame.about, told, estimated, {denominator: told.residents_by_area, **others})


def _given(months: pd.DataFrame | None) -> pd.DataFrame:
    if months is None:
        raise BadSetting("The part 'months' needs counts by month. Make them with count_months and hand them over as months=.")
    return months


def both_fields(
    counts: pd.DataFrame, residents: pd.DataFrame, *, parts: Sequence[str] = ("overall",), **settings: object
) -> tuple[list[Finding], dict[str, str]]:
    """`disparity` for each ethnicity field that the counts hold, part after part.

    Args:
        counts, residents: as `disparity`.
        parts: of `PARTS`; the first part of both fields comes first.
        settings: its other arguments, without `field`.

    Returns:
        The findings of the fields that could be answered, and for each of the others its name and the reason;
        where only one part of a field could not be answered, the name is that of the field and the part.
    """
    found: list[Finding] = []
    refused: dict[str, str] = {}
    for part in parts:
        for field in (field for field in FIELDS if field in counts.columns and field not in refused):
            try:
                found += disparity(counts, residents, field=field, parts=(part,), **settings)  # type: ignore[arg-type]  # they are its own
            except CannotAnswer as reason:
                refused[field if part == parts[0] else f"{field}, {part}"] = str(reason)
    return found, refused


def _denominator(name: str, table: pd.DataFrame, told: Tally, groups: Sequence[str]) -> NDArray[np.float64]:
    """A further denominator by area where it has the same areas, else as one row for the place."""
    codes, people = resident_table(table, groups=groups, name=name)
    if people.sum(axis=0)[told.reference] == 0:
        raise CannotAnswer(f"Denominator '{name}' has nobody of the reference group, {groups[told.reference]}, so nothing can be compared with it.")
    if set(codes) == set(told.area_codes):
        return people
    if set(codes) & set(told.area_codes):
        strange = sorted(set(codes) ^ set(told.area_codes))
        raise OutsidePlace(
            f"Denominator '{name}' and the residents share only some areas ({strange[0]} is in one alone), so their totals are of two places.\n"
            "Select the same areas in both."
        )
    return people.sum(axis=0, keepdims=True)


def _caveats(told: Tally, place: str, period: str, residents_as_of: str | None) -> tuple[str, ...]:
    """What holds for every finding of this field."""
    said = [EVENTS_NOT_PEOPLE, NOT_THE_STREET, _missing_said(told), f"Recorded stops in {place}, {period}; other places and times may differ."]
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", period)]
    counted = re.search(r"\b(?:19|20)\d\d\b", residents_as_of or "")
    if counted and years and not min(years) <= int(counted.group()) <= max(years):
        said.append(f"Residents were counted as of {residents_as_of}, the stops are of {period}: who lives there may have changed in between.")
    if told.unplaced and not told.stops_by_area.any():
        said.append("No stop has a known area, so the intervals take stops as independent and are too narrow.")
    elif told.unplaced:
        share = 100 * told.unplaced / (told.unplaced + told.outside + told.stray + told.stops_by_area.sum())
        fate = (
            "they are counted, and their area's share of chance is taken to be that of the others"
            if told.unplaced_counted
            else "they may have been here and are left out"
        )
        said.append(f"{_percent(share)} of the stops read have no location; {fate}.")
    if told.stray:
        said.append(f"{told.stray:,} stops lie in areas without residents' figures and are left out.")
    return tuple(said)


def _missing_said(told: Tally) -> str:
    words = WORDS[told.field]
    if told.missing == 0 and told.field == OWN_GROUPS:
        return "Every stop counted has a group."
    if told.missing == 0:
        return f"Every stop counted has a group by {words}."
    text = f"{_percent(100 * told.missing / told.total)} of the stops have no {words} (empty or not stated); "
    text += "rates count only the others, the bounds say what they could change."
    if told.missing_vehicle_only:
        text += (
            f" {_percent(100 * told.missing_vehicle_only / told.missing)} of these are searches of a vehicle alone, which have nobody's ethnicity to record."
        )
    return text


def _percent(share_pct: float) -> str:
    return "Under 1 %" if share_pct < 1 else f"{share_pct:.0f} %"


def _warnings(health: HealthReport | None, field: str) -> tuple[str, ...]:
    """The health report's warnings, without those that concern the other field alone."""
    if health is None:
        return ()
    other = next(WORDS[one] for one in FIELDS if one != field)
    said = [note.says for note in health.notes if note.level in ("warn", "refuse")]
    return tuple(text for text in said if other not in text or WORDS[field] in text)
