"""The one door through which findings about people leave: small ones are left blank, the rest is rounded, and what was shown before is heeded.

An audit may count as finely as it likes; what it hands on goes through `release`. A finding that rests on few people keeps its place and its
words, and its number is null with the reason. Findings of one measure that differ only in whom they are about are one table, so that a
hidden number does not follow from the others. Of children the threshold is stricter.

Read with care: a share is computed anew from its rounded parts, so it may differ a little from the share of the exact counts; its interval
is widened to hold it. Other figures are given to three digits.

Steps, in order:  _Count of each finding -> tables of them -> shares and counts protected, by the ledger where there is one -> said
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .disclosure import CONFIDENTIAL, SHOWN, SMALL, Rule, for_children, protect, reason, rounded, share_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..tables.findings import Finding
    from .release_ledger import Ledger

PEOPLE = ("people", "entries", "people (estimated)")
"""Units in which a finding's value is itself a number of people."""
TOTALS = (None, "everyone", "Everyone", "all", "the list")
"""Groups that stand for all of a table's groups together."""
NOT_TOLD = "Not shown: how many people stand behind this number is not said."
CHILDREN_SAYS = "Of children: the threshold is twice that of others."


@dataclass(frozen=True)
class _Count:
    """What a finding counts: "people" (a number of them), "share" (part of n), "other" (a figure with people behind it), "none" (no people)."""

    kind: str
    part: float = 0.0
    rest: float = 0.0
    behind: tuple[float, ...] = ()


@dataclass(frozen=True)
class _Shown:
    """How a finding may be shown: why it is hidden, and its count or parts, rounded."""

    why: int
    part: float = 0.0
    rest: float = 0.0


def release(
    findings: Sequence[Finding],
    *,
    rule: Rule = CONFIDENTIAL,
    ledger: Ledger | None = None,
    supports: Sequence[ArrayLike | None] | None = None,
    of_children: Sequence[bool] | None = None,
    data: str = "",
    by_period: bool = False,
) -> list[Finding]:
    """Findings about people as they may leave.

    Args:
        findings: as computed from the exact counts.
        rule: how counts of people are shown.
        ledger: of what was shown before; counts shown here are added to it.
        supports: for each finding the counts of people it was computed from, each of which must reach the threshold; an empty one for a finding
            that rests on nobody; None to take them from value, n and unit ("people" and "entries" are counts, a "share" is a part of n).
        of_children: for each finding whether it is about children; left out: what `settings["children"]` says.
        data: which data the findings are from, for the ledger.
        by_period: counts of two periods are of different people, as stops of June and July are. Left out, they are taken for nearly the same
            people twice, as a list of June and July is, and two that differ by a few are not both shown.

    Returns:
        As many findings in the same order; hidden ones have no value, interval, n, p-value or settings but words, and say why.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> few = Finding(question="list", measure="listed", group="Asian", value=7, unit="people")
        >>> many = Finding(question="list", measure="listed", group="White", value=203, unit="people")
        >>> [(one.value, one.caveats[0][:30]) for one in release([few, many])]
        [(None, 'Not shown: fewer than 10 peopl'), (None, 'Not shown: with it, a smaller ')]

    Read with care:
        It knows what a finding says of itself. A count of people under a unit that is not one of PEOPLE is not taken for one: give `supports`.

    Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4-5; see also disclosure.py.
    """
    counts = [_count(one, None if supports is None else supports[at]) for at, one in enumerate(findings)]
    young = [bool(one.settings.get("children")) for one in findings] if of_children is None else list(of_children)
    rules = [for_children(rule) if child else rule for child in young]
    shown: list[_Shown | None] = [None] * len(findings)
    for members in _tables(findings, counts, young).values():
        by = rules[members[0]]
        for at, one in zip(members, _table_shown(members, findings, counts, by, ledger, data, by_period), strict=True):
            shown[at] = one
    return [
        _said(one, counts[at], shown[at] or _alone(counts[at], rules[at]), rules[at], is_young=young[at]) for at, one in enumerate(findings)
    ]  # fmt: skip


def _count(finding: Finding, support: ArrayLike | None) -> _Count:
    if support is not None:
        behind = tuple(np.atleast_1d(np.asarray(support, dtype=float)).tolist())
        return _Count("other", behind=behind) if behind else _Count("none")
    if finding.value is None:
        return _Count("none" if finding.n is None else "other", behind=() if finding.n is None else (finding.n,))
    if finding.unit in PEOPLE:
        return _Count("people", part=float(round(finding.value)))
    if finding.n is None:
        return _Count("other")
    if finding.unit == "share":
        part = float(np.clip(round(finding.value * finding.n), 0, round(finding.n)))
        return _Count("share", part=part, rest=float(round(finding.n)) - part)
    return _Count("other", behind=(finding.n,))


def _tables(findings: Sequence[Finding], counts: Sequence[_Count], young: Sequence[bool]) -> dict[tuple[Any, ...], list[int]]:
    """Findings that are one table: counts or shares of one measure that differ in whom they are about. A total stands by itself."""
    tables: dict[tuple[Any, ...], list[int]] = {}
    for at, (one, count) in enumerate(zip(findings, counts, strict=True)):
        if count.kind in ("people", "share"):
            is_total = one.group in TOTALS
            key = (quantity_of(one), one.reference, one.place, one.period, count.kind, young[at], at if is_total else None)
            tables.setdefault(key, []).append(at)
    # A whole before its parts, so that of the two it is the whole that stays.
    return dict(sorted(tables.items(), key=lambda one: one[0][-1] is None))


def quantity_of(finding: Finding) -> str:
    """What a finding counts, by name: its measure, and the point of a checklist where it has one.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> quantity_of(Finding(question="a", measure="listed", settings={"point": "past review"}))
        'listed: past review'
    """
    point = finding.settings.get("point")
    return f"{finding.measure}: {point}" if point else finding.measure


def population_of(finding: Finding, *, by_period: bool = False) -> dict[str, str]:
    """Whom a finding is about, for the ledger: its group and place, its period if that tells people apart, and `settings["population"]`.

    Other settings are left aside on purpose: a count that differs by three people because a setting differs tells of three people too.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> population_of(Finding(question="a", measure="b", group="White", place="Eastfield", settings={"months": 36}))
        {'group': 'White', 'place': 'Eastfield'}
    """
    named = {"group": finding.group if finding.group not in TOTALS else None, "place": finding.place, "period": finding.period if by_period else None}
    more = finding.settings.get("population")
    return {**{name: value for name, value in named.items() if value}, **(dict(more) if isinstance(more, Mapping) else {})}


def _table_shown(
    members: list[int], findings: Sequence[Finding], counts: Sequence[_Count], rule: Rule, ledger: Ledger | None, data: str, by_period: bool
) -> list[_Shown]:
    part = np.array([counts[at].part for at in members])
    rest = np.array([counts[at].rest for at in members])
    is_share, several = counts[members[0]].kind == "share", len(members) > 1
    quantity, populations = quantity_of(findings[members[0]]), [population_of(findings[at], by_period=by_period) for at in members]
    totals = (0,) if several else ()
    if not is_share:
        found = protect(part, rule=rule, totals=totals) if ledger is None else ledger.release(quantity, part, populations, totals=totals, data=data, rule=rule)
        return [_Shown(int(why), float(count)) for count, why in zip(found.counts, found.why, strict=True)]
    parts, rests = share_parts(part, rest, rule=rule, shows_total=several)
    why = np.where(parts.why == SHOWN, rests.why, parts.why)
    if ledger is not None:
        for name, numbers in (("with it", part), ("of whom", part + rest)):
            open_ = why == SHOWN
            if open_.any():
                kept = ledger.release(
                    f"{quantity}, {name}", numbers[open_], [one for one, is_open in zip(populations, open_, strict=True) if is_open], data=data, rule=rule
                )
                why[np.flatnonzero(open_)] = kept.why
    return [_Shown(int(one), float(a), float(b)) for one, a, b in zip(why, parts.counts, rests.counts, strict=True)]


def _alone(count: _Count, rule: Rule) -> _Shown:
    if count.kind == "none":
        return _Shown(SHOWN)
    few = not count.behind or any(people < rule.threshold for people in count.behind)
    return _Shown(SMALL if few else SHOWN)


def _said(finding: Finding, count: _Count, shown: _Shown, rule: Rule, *, is_young: bool) -> Finding:
    if count.kind == "none":
        return finding
    young = (CHILDREN_SAYS,) if is_young else ()
    if shown.why != SHOWN:
        why = NOT_TOLD if count.kind == "other" and not count.behind else reason(shown.why, rule=rule)
        words = {name: value for name, value in finding.settings.items() if isinstance(value, str | bool)}
        blank = {"value": None, "low": None, "high": None, "level": None, "n": None, "p_value": None, "null_model": None}
        return finding.model_copy(update={**blank, "caveats": (why, *young, *finding.caveats), "settings": words})
    held = {"caveats": (*(one for one in (*young, rule.says) if one not in finding.caveats), *finding.caveats)}
    return finding.model_copy(update={**_numbers(finding, count, shown, rule), **held})


def _numbers(finding: Finding, count: _Count, shown: _Shown, rule: Rule) -> dict[str, Any]:
    """The finding's numbers as they may be shown."""
    if rule.rounding == 1:
        return {}
    n = None if finding.n is None else float(rounded([round(finding.n)], rule=rule)[0])
    if count.kind == "people":
        ends = {end: None if (at := getattr(finding, end)) is None else float(rounded([max(0, round(at))], rule=rule)[0]) for end in ("low", "high")}
        return {"value": shown.part, "n": n, **ends}
    if count.kind == "share":
        value = shown.part / max(shown.part + shown.rest, 1.0)
        low, high = (None if at is None else round(at, 3) for at in (finding.low, finding.high))
        return {
            "value": value,
            "n": shown.part + shown.rest,
            "low": None if low is None else min(low, value),
            "high": None if high is None else max(high, value),
        }
    return {"n": n, **{name: None if (at := getattr(finding, name)) is None else float(f"{at:.3g}") for name in ("value", "low", "high", "p_value")}}
