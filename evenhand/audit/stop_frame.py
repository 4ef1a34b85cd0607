"""What the disparity audit's findings are made from, and the one door through which all of them go.

A group with fewer than five stops has null numbers. When only one group is so hidden, the next
smallest group's count is not printed either, and totals are left out or rounded, so that the hidden
count does not follow by subtraction. Rates and residents still imply the other groups' counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .intervals import Interval
    from .stop_estimates import Estimate
    from .stop_tallies import Tally

SUPPRESSED = f"suppressed: fewer than {SMALLEST_COUNT} stops"
MANY_EXPECTED = 10 * SMALLEST_COUNT
INDEPENDENT = "The interval takes stops as independent of each other, and is too narrow where they are not."
WIDER = "the wider of the exact interval and that of areas drawn anew with replacement, where at least ten areas had stops; else the exact one"
ROUNDED = "Rounded, and the number of stops left out, so that a suppressed count does not follow from it."
PER_HEAD = ("ratio", "per 1,000 residents", "stops")
NO_LIMITS = "No interval: in some of the areas or clusters drawn anew one of the groups has no stops."
NOBODY = "Nobody of this group lives in the place, so there is nothing to divide by."


@dataclass(frozen=True)
class Frame:
    """What the findings of one field are made from."""

    about: About
    tally: Tally


def one(
    frame: Frame,
    measure: str,
    group: int,
    numbers: tuple[Any, ...],
    *,
    n: float | None,
    needs: tuple[str, ...] = (),
    settings: dict[str, Any] | None = None,
    compared: bool = True,
    why_none: str = NOBODY,
    **rest: Any,
) -> Finding:
    """One group's finding, emptied where the group is suppressed or a number cannot be had.

    Args:
        frame: tally and common words.
        measure: its name.
        group: position of the group.
        numbers: value, low, high.
        n: the denominator.
        needs: caveats of this finding.
        settings: what made it.
        compared: whether the reference is named.
        why_none: said where there is no value and `needs` gives no reason.
        rest: further fields of the finding.
    """
    tally = frame.tally
    hidden = bool(tally.suppressed[group])
    value, low, high = (None, None, None) if hidden else (plain(number) for number in numbers)
    caveats = (SUPPRESSED, *_lost(tally, group)) if hidden else needs
    if value is None and (not caveats or (tally.residents[group] == 0 and rest.get("unit") in PER_HEAD and not hidden)):
        caveats = (why_none, *caveats)
    elif value is not None and low is None and high is None and any(end is not None for end in numbers[1:]):  # limits that could not be had
        caveats = (NO_LIMITS, *caveats)
    return frame.about.finding(
        measure,
        value,
        group=tally.groups[group],
        reference=tally.groups[tally.reference] if compared else None,
        low=low if value is not None else None,
        high=high if value is not None else None,
        n=None if hidden or (tally.also_hidden[group] and rest.get("unit") != "per 1,000 residents") else n,
        caveats=caveats,
        settings={} if hidden else settings or {},
        **rest,
    )


def _lost(tally: Tally, group: int) -> tuple[str, ...]:
    """A word of doubt where a group that should be seen often hardly occurs."""
    expected = tally.residents[group] * tally.stops[tally.reference] / tally.residents[tally.reference]
    if expected < MANY_EXPECTED:
        return ()
    return (f"The reference's rate would give about {expected:,.0f}: the category may have been lost in publication.",)


def compared_groups(tally: Tally) -> list[int]:
    """Positions of all groups but the reference."""
    return [group for group in range(len(tally.groups)) if group != tally.reference]


def both_intervals(estimate: Estimate, group: int) -> dict[str, Any]:
    """An estimate's two intervals by name, and which of them is shown."""
    clustered = estimate.clustered
    return {
        "interval_shown": estimate.basis[group],
        "exact_interval": [plain(estimate.exact.low[group]), plain(estimate.exact.high[group])],
        "clustered_interval": None if clustered is None else [plain(clustered.low[group]), plain(clustered.high[group])],
    }


def at(numbers: Interval | tuple[NDArray[np.float64], ...], group: int) -> tuple[Any, ...]:
    """One group's value and limits."""
    return tuple(number[group] for number in numbers)


def if_open(tally: Tally, total: float) -> float | None:
    """A total, unless a suppressed count would follow from it."""
    return None if tally.suppressed.any() else total


def rounded(numbers: tuple[Any, ...], digits: int) -> tuple[float | None, ...]:
    """Numbers cut to that many decimals; None where there is none."""
    return tuple(None if (number_ := plain(number)) is None else round(number_, digits) for number in numbers)


def plain(number: Any) -> float | None:
    """A number that JSON can hold; None where there is none."""
    if number is None or not np.isfinite(number):
        return None
    return float(number)
