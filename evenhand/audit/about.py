"""What a run of findings has in common, said once: place, period, source, caveats."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..tables.findings import Finding


@dataclass(frozen=True)
class About:
    """The frame of an audit's findings.

    Attributes:
        question: the audit's name.
        place, period, source: as they stand in every finding.
        caveats: what holds for all of them; a finding may add its own.
        settings: what the audit ran with.
        level: coverage of the intervals.
    """

    question: str
    place: str
    period: str
    source: str
    caveats: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    level: float = 0.95

    def finding(self, measure: str, value: float | None, *, caveats: tuple[str, ...] = (), settings: dict[str, Any] | None = None, **rest: Any) -> Finding:
        """One finding; `level` is left out where there is no interval."""
        has_interval = rest.get("low") is not None or rest.get("high") is not None
        return Finding(
            question=self.question,
            measure=measure,
            value=value,
            place=self.place,
            period=rest.pop("period", self.period),
            source=rest.pop("source", self.source),
            level=rest.pop("level", self.level if has_interval else None),
            caveats=(*caveats, *self.caveats),
            settings={**self.settings, **(settings or {})},
            **rest,
        )
