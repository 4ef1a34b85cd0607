"""What each measure is called, what its denominator counts, and what it means, in the reader's words."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from ..tables.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..tables.findings import Finding


@cache
def measures() -> dict[str, Measure]:
    """Every measure that a file of the audit room declares, by name.

    Example:
        >>> measures()["pai"].title
        'Predictive accuracy index'
    """
    from .. import audit

    found: dict[str, Measure] = {}
    for info in pkgutil.iter_modules(audit.__path__, f"{audit.__name__}."):
        found |= getattr(importlib.import_module(info.name), "MEASURES", {})
    return found


FIELDS = {"officer_defined_ethnicity": "ethnicity as the officer saw it", "self_defined_ethnicity": "ethnicity as the person said"}


def measure_of(finding: Finding) -> Measure:
    """The measure in words; one not listed is shown by its own name.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> measure_of(Finding(question="exposure", measure="new_kind_of_share")).title
        'New kind of share'
    """
    return measures().get(finding.measure) or Measure(finding.measure.replace("_", " ").capitalize(), "", "", "")


def field_of(finding: Finding) -> str | None:
    """Which ethnicity field a disparity finding rests on, if any."""
    named = finding.settings.get("field")
    return str(named) if named else None


def pick(findings: Iterable[Finding], measure: str, *, group: str | None = None, reference: str | None = None, field: str | None = None) -> Finding | None:
    """The first finding of that measure; arguments left out match anything."""
    for finding in findings:
        if finding.measure != measure or (group is not None and finding.group != group):
            continue
        if (reference is None or finding.reference == reference) and (field is None or field_of(finding) == field):
            return finding
    return None


def of_measure(findings: Iterable[Finding], *measures: str, field: str | None = None) -> tuple[Finding, ...]:
    """Findings of these measures in their order, the first of each group, reference and field only."""
    seen: dict[tuple[str | None, ...], Finding] = {}
    for finding in findings:
        if finding.measure in measures and (field is None or field_of(finding) == field):
            seen.setdefault((finding.measure, finding.group, finding.reference, field_of(finding)), finding)
    return tuple(seen.values())


def told_apart(findings: Sequence[Finding]) -> list[str]:
    """What sets findings of the same measure, group and reference apart, in words; "" where nothing need.

    That is the setting whose value differs in each, such as the input left out or the number of places flagged.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> told_apart([Finding(question="proxy", measure="flag_ratio_without", settings={"left_out": name, "k": 20}) for name in ("stops", "calls")])
        ['left out: stops', 'left out: calls']
    """
    alike: dict[tuple[str | None, ...], list[int]] = {}
    for place, finding in enumerate(findings):
        alike.setdefault((finding.measure, finding.group, finding.reference, field_of(finding)), []).append(place)
    said = [""] * len(findings)
    for places in alike.values():
        if len(places) > 1:
            names = _telling([findings[place].settings for place in places])
            for place in places:
                settings = findings[place].settings
                said[place] = ", ".join(f"{name.replace('_', ' ')}: {_plain(settings[name])}" for name in names if settings.get(name) is not None)
    return said


def _telling(settings: Sequence[dict[str, Any]]) -> list[str]:
    """The setting that tells all apart; where none does alone, every text that differs."""
    names = [name for name in dict.fromkeys(key for one in settings for key in one) if name not in ("field", "readings")]
    differing = []
    for kind in (str, bool, int, float):
        for name in names:
            values = [one.get(name) for one in settings]
            if any(value is not None and type(value) is not kind for value in values) or all(value is None for value in values):
                continue
            if len(set(values)) == len(values):
                return [name]
            differing += [name] if kind is str and len(set(values)) > 1 else []
    return differing


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else "yes" if value is True else "no" if value is False else str(value).replace("_", " ")
