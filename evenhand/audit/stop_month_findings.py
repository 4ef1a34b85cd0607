"""Findings month by month: rates, ratios, and whether the ratio rises or falls.

A month that a publisher lacks, or holds only in part, is null with its reason, never few stops. Which months
those are is judged by the rows of each force as a whole, not by those of the place, which may be quiet.

Steps, in order:  stop_counts.count_months (one small scan) -> months_of (place, gaps) -> month_by_month
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer, MissingColumn
from ..tables.health import months_between
from ..tables.measure import Measure
from .intervals import rate_exact, ratio_exact
from .ratio_trend import FEWEST_MONTHS, ratio_change_per_year, usable_months
from .stop_counts import IN_AREA, NO_LOCATION
from .stop_frame import INDEPENDENT, NOBODY, Frame, at, compared_groups, one, plain
from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.findings import Finding

MEASURES = {
    "stop_rate_ratio_change_per_year": Measure(
        "Change of the stop rate ratio in a year", "stops of the group in the months used",
        "The factor by which the ratio to the reference group grows (above 1) or falls in a year.",
        "ratio_trend.ratio_change_per_year",
    ),
    "months_used_share": Measure(
        "Months that can be used", "months from the first to the last",
        "The share of the months whose records are there in full, as far as their number tells.",
        "ratio_trend.usable_months",
    ),
    "stops_per_1000_in_month": Measure(
        "Stops per 1,000 residents in a month", "residents of the group",
        "Stop and search records of one month per 1,000 residents of the group.",
        "intervals.rate_exact",
    ),
    "stop_rate_ratio_in_month": Measure(
        "Stop rate ratio in a month", "stops of the group in the month",
        "How many times as high the group’s stop rate is as the reference group’s in one month; 1 is equal.",
        "intervals.ratio_exact",
    ),
}  # fmt: skip

METHODS = {
    "stops_per_1000_in_month": "Stops of the month over residents, per 1,000; exact (Garwood) limits.",
    "stop_rate_ratio_in_month": "Stops of the month per head of residents over the same of the reference; exact conditional limits.",
}
SEASONS = "With less than two years, a season in which the groups differ passes for a trend."
RECORDING = "A change of how ethnicity is recorded looks the same as a change of who is stopped."


LOST_CATEGORY = "This category was hardly used in this month by the publisher, whatever the place: its stops are unknown, not none."
ENOUGH_LACKING = 20
"""Stops of a group that months without any of it should have held, before chance is ruled out as the reason."""
HIDDEN = f"suppressed: fewer than {SMALLEST_COUNT} stops in the month"
BESIDE_HIDDEN = "left out so that a suppressed month does not follow from the total"


@dataclass(frozen=True)
class Months:
    """Stops of the place month by month.

    Attributes:
        names: the months from the first to the last, such as "2024-01".
        stops: shape (months, groups).
        why_not: why a month cannot be used, for each month and group; "" where it can.
    """

    names: tuple[str, ...]
    stops: NDArray[np.float64]
    why_not: tuple[tuple[str, ...], ...]

    def usable(self, *groups: int) -> NDArray[np.intp]:
        """Positions of the months that can be used for all these groups."""
        return np.flatnonzero([not any(why[group] for group in groups) for why in self.why_not])


def months_of(frame: Frame, counted: pd.DataFrame) -> Months:
    """Stops by month and group in the place, beside why a month cannot be used.

    Args:
        frame: tally and common words.
        counted: from `stop_counts.count_months`, of all rows: those outside the place tell whether a month is whole.

    Raises:
        MissingColumn: the counts were made otherwise.
        CannotAnswer: no stop in the place has a date.
    """
    tally = frame.tally
    lacking = [name for name in ("month", "force", "location", tally.field, "stops") if name not in counted.columns]
    if lacking:
        raise MissingColumn(
            f"The counts of stops by month have no column {lacking[0]!r}.\nColumns found: {', '.join(map(str, counted.columns))}.\n"
            "Make them with count_months."
        )
    dated = counted[counted["month"].notna()]
    here = dated[dated["location"].isin([IN_AREA, NO_LOCATION] if tally.unplaced_counted else [IN_AREA])]
    if here.empty:
        raise CannotAnswer("No stop in the place has a date, so nothing can be said month by month.")
    of_forces = dated[dated["force"].isin(here["force"].unique())]
    names = tuple(months_between(of_forces["month"].min(), of_forces["month"].max()))
    whole = list(_why_not(of_forces, month_names=names).values())
    lost = _lost_categories(_by_month(of_forces, names, tally.field, tally.groups), np.array([not why for why in whole]))
    why_not = tuple(tuple(why or (LOST_CATEGORY if is_lost else "") for is_lost in lost[month]) for month, why in enumerate(whole))
    return Months(names, _by_month(here, names, tally.field, tally.groups), why_not)


def _by_month(counted: pd.DataFrame, names: tuple[str, ...], field: str, groups: tuple[str, ...]) -> NDArray[np.float64]:
    """Stops as an array (months, groups)."""
    import pandas as pd

    month, group = pd.Index(names).get_indexer(pd.Index(counted["month"])), pd.Index(groups).get_indexer(pd.Index(counted[field]))
    known = (month >= 0) & (group >= 0)
    cells = np.bincount(month[known] * len(groups) + group[known], counted["stops"].to_numpy(dtype=float)[known], len(names) * len(groups))
    return cells.reshape(len(names), len(groups)).astype(float)


def _why_not(counted: pd.DataFrame, *, month_names: tuple[str, ...]) -> dict[str, str]:
    """Why a month cannot be used, judged by all rows of each force that has stops in the place."""
    why = dict.fromkeys(month_names, "")
    forces = counted["force"].unique()
    for force in forces:
        records = counted[counted["force"] == force].groupby("month")["stops"].sum()
        told = usable_months({str(month): int(n) for month, n in records.items()}, first=month_names[0], last=month_names[-1])
        for month, reason in told.items():
            if reason and not why[month]:
                why[month] = reason if len(forces) == 1 else f"{force}: {reason}"
    return why


def _lost_categories(stops: NDArray[np.float64], is_whole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Months in which a group never occurs though, at its rate in the other months, it should have 20 times or more over them."""
    total = stops.sum(axis=1)
    lost = np.zeros(stops.shape, dtype=bool)
    for group in range(stops.shape[1]):
        never = is_whole & (stops[:, group] == 0)
        used = is_whole & ~never
        if used.any() and never.any() and stops[used, group].sum() / total[used].sum() * total[never].sum() >= ENOUGH_LACKING:
            lost[never, group] = True
    return lost


def month_by_month(frame: Frame, counted: pd.DataFrame, *, each_month: bool = False) -> list[Finding]:
    """Change of each ratio in a year, months used, and, where asked, every month's rates and ratios.

    Args:
        frame: tally and common words.
        counted: see `months_of`.
        each_month: give every month too.

    Raises:
        MissingColumn, CannotAnswer: see `months_of`.
    """
    months = months_of(frame, counted)
    found = [_change(frame, months, group) for group in compared_groups(frame.tally)]
    found.append(_months_used(frame, months))
    return found + (_every_month(frame, months) if each_month else [])


def _change(frame: Frame, months: Months, group: int) -> Finding:
    """By what factor one group's ratio changes in a year."""
    tally, ref = frame.tally, frame.tally.reference
    used = months.usable(group, ref)
    stops, base = months.stops[used, group], months.stops[used, ref]
    why, scatter = "", None
    numbers: tuple[Any, ...] = (None, None, None)
    if len(used) < FEWEST_MONTHS:
        why = f"Only {len(used)} months can be used, and a change in a year needs {FEWEST_MONTHS}."
    elif min(stops.sum(), base.sum()) < SMALLEST_COUNT:
        why = f"suppressed: fewer than {SMALLEST_COUNT} stops of one of the two groups in the months used"
    elif tally.residents[group] > 0:
        people = {"people": float(tally.residents[group]), "reference_people": float(tally.residents[ref])}
        change, scatter = ratio_change_per_year(stops, base, used, level=frame.about.level, **people)
        numbers = tuple(change)
    season = (SEASONS,) if len(used) and used[-1] - used[0] < 23 else ()
    return one(
        frame,
        "stop_rate_ratio_change_per_year",
        group,
        numbers,
        n=None if why else float(stops.sum()),
        needs=(why,) if why else (*season, RECORDING),
        settings={"months_used": len(used), "months_in_span": len(months.names), "scatter": None if scatter is None else plain(scatter)},
        why_none=NOBODY,
        unit="ratio",
        method="Binomial likelihood of each month's stops given both groups', log ratio a straight line over months; limits widened by the months' scatter.",
    )


def _months_used(frame: Frame, months: Months) -> Finding:
    """How many months can be used, and what is wrong with the others."""
    reasons: dict[str, list[str]] = {}
    for name, why in zip(months.names, months.why_not, strict=True):
        for reason in {reason for reason in why if reason and reason != LOST_CATEGORY}:
            reasons.setdefault(reason, []).append(name)
    left_out = sum(len(names) for names in reasons.values())
    return frame.about.finding(
        "months_used_share",
        (len(months.names) - left_out) / len(months.names),
        n=float(len(months.names)),
        unit="share",
        caveats=tuple(f"Left out: {', '.join(names)}. {reason}" for reason, names in reasons.items()),
        method="Months with at least half the median number of records over all months from the first to the last; a count, so there is no interval.",
    )


def _every_month(frame: Frame, months: Months) -> list[Finding]:
    """Rates of all groups and ratios of those compared, month after month."""
    tally, ref, level = frame.tally, frame.tally.reference, frame.about.level
    rates = rate_exact(months.stops, np.broadcast_to(tally.residents, months.stops.shape), level=level)
    hidden = _hidden(months)
    found = []
    for measure, groups in (("stops_per_1000_in_month", range(len(tally.groups))), ("stop_rate_ratio_in_month", compared_groups(tally))):
        for group in groups:
            for month, name in enumerate(months.names):
                why = months.why_not[month][group] or hidden[month][group]
                numbers: tuple[Any, ...] = at(tuple(ends[month] for ends in rates), group)
                if measure == "stop_rate_ratio_in_month":
                    why = why or months.why_not[month][ref] or (hidden[month][ref] and f"The reference group's stops are not shown: {hidden[month][ref]}.")
                    sides = months.stops[month, group], tally.residents[group], months.stops[month, ref], tally.residents[ref]
                    numbers = (None, None, None) if why else tuple(ratio_exact(*sides, level=level))
                found.append(_of_month(frame, measure, group, name, why, numbers, months.stops[month, group]))
    return found


def _of_month(frame: Frame, measure: str, group: int, name: str, why: str, numbers: tuple[Any, ...], stops: float) -> Finding:
    """One month's finding, null with its reason where it must be."""
    is_rate = measure == "stops_per_1000_in_month"
    return one(
        frame,
        measure,
        group,
        (None, None, None) if why else numbers,
        n=None if why else float(frame.tally.residents[group]) if is_rate else float(stops),
        needs=(why,) if why else (INDEPENDENT,),
        settings={"month": name},
        compared=not is_rate,
        period=name,
        unit="per 1,000 residents" if is_rate else "ratio",
        method=METHODS[measure],
    )


def _hidden(months: Months) -> list[list[str]]:
    """Why a month's number of a group is withheld for being small; a month that stands alone so takes the next smallest with it."""
    usable = np.array([[not reason for reason in why] for why in months.why_not])
    few = usable & (months.stops < SMALLEST_COUNT)
    said = [[HIDDEN if is_few else "" for is_few in row] for row in few]
    for group in range(few.shape[1]):
        others = np.where(usable[:, group] & ~few[:, group], months.stops[:, group], np.inf)
        if few[:, group].sum() == 1 and np.isfinite(others.min()):
            said[int(others.argmin())][group] = BESIDE_HIDDEN
    return said
