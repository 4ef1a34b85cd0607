"""What each measure is called, what its denominator counts, and what it means, in the reader's words."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from ..tables.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

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
