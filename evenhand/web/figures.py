"""Figures of a statistic as a page shows them: every figure, its group, a bar where groups can be compared, and whether it follows from its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..register.shown import value_shown
from .drawing import f

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..register.evidence import Evidence
    from ..register.kinds import Figure, Statistic

BAR = 120


@dataclass(frozen=True)
class Shown:
    """One figure.

    Attributes:
        key: its anchor.
        group: whom it is about, in the source's own label.
        value: with its unit.
        printed: as printed.
        says: in a line.
        bar: its length beside the others of its unit; None where there is nothing to compare.
        check: what the arithmetic gives, where the figure says what it rests on.
        evidence: if elsewhere than the whole.
    """

    key: str
    group: str | None
    value: str
    printed: str
    says: str
    bar: Markup | None
    check: str | None
    evidence: tuple[Evidence, ...]


def figures(statistic: Statistic, checks: dict[str, str]) -> list[Shown]:
    """The figures of one publication.

    Args:
        statistic: the record.
        checks: what the arithmetic says, by key of the figure.
    """
    most = _most(list(statistic.figures.values()))
    return [
        Shown(
            key, one.group, value_shown(one.value, one.high, one.unit), one.printed, one.says,
            _bar(one.value / most[one.unit]) if one.group and one.unit in most and one.value >= 0 else None, checks.get(key), one.evidence,
        )
        for key, one in statistic.figures.items()
    ]  # fmt: skip


def _most(held: Sequence[Figure]) -> dict[str, float]:
    """The largest figure of each unit that is given for two groups or more."""
    grouped: dict[str, list[float]] = {}
    for one in held:
        if one.group:
            grouped.setdefault(one.unit, []).append(float(one.value))
    return {unit: max(values) for unit, values in grouped.items() if len(values) > 1 and max(values) > 0 and min(values) >= 0}


def _bar(share: float) -> Markup:
    shape = Markup('<svg class="bar" viewBox="0 0 {0} 12" width="{0}" height="12" aria-hidden="true" focusable="false">{1}</svg>')
    return shape.format(BAR, Markup('<rect class="bar-full" x="0" y="1" width="{}" height="10"/>').format(f(max(1, share * BAR))))
