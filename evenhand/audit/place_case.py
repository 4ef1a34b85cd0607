"""One set of forecasts under judgement: what is judged, how, and how its findings are written.

Source: as `judging.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tables.findings import Finding
    from .about import About
    from .judging import Judged
    from .place_forecasts import Forecasts

FEW = 10
"""Blocks with events below which an interval is said to be rough."""


@dataclass(frozen=True, eq=False)
class Case:
    """What is judged, and how.

    Attributes:
        forecasts: laid out beside events.
        judged: the events in blocks.
        about: place, period, source and caveats of the findings.
        system: what the system is called in findings.
    """

    forecasts: Forecasts
    judged: Judged
    about: About
    system: str

    @property
    def n(self) -> float:
        """Events in all spans."""
        return float(self.judged.events.sum())

    @property
    def rough(self) -> tuple[str, ...]:
        """A caveat where few blocks hold events."""
        table = self.judged.events
        held = int((table.sum(axis=0 if self.judged.blocks == "places" else 1) > 0).sum())
        noun = "place" if self.judged.blocks == "places" else "span"
        noun += "" if held == 1 else "s"
        return (f"Events were recorded in only {held} {noun}, so the interval is a rough one.",) if held < FEW else ()

    def finding(self, measure: str, interval: Interval, *, unit: str, method: str, n: float | None = None, **rest: Any) -> Finding:
        """One finding of an interval; null, with no limits, where there is no number."""
        value, low, high = (float(part) if np.isfinite(part) else None for part in interval)
        if value is None:
            low = high = None
        rest = {"group": self.system, **rest}
        return self.about.finding(measure, value, low=low, high=high, n=self.n if n is None else n, unit=unit, method=method, **rest)


def turned(interval: Interval, by: Callable[[Any], Any]) -> Interval:
    """An interval with the same rising function put to its value and limits.

    Example:
        >>> [float(part) for part in turned(Interval(0.2, 0.1, 0.4), lambda share: share / 0.1)]
        [2.0, 1.0, 4.0]
    """
    return Interval(*(np.asarray(by(part), dtype=float) for part in interval))


def no_interval(value: float = float("nan")) -> Interval:
    """A value without limits.

    Example:
        >>> no_interval(3.0).low
        array(nan)
    """
    return Interval(np.asarray(value), np.asarray(np.nan), np.asarray(np.nan))
