"""What may leave of the audits of one list of people: every figure through one door, and none that gives away another.

`audit_list` hides small cells audit by audit. A panel reads all its figures side by side, and two can give away together what neither does
alone: a ratio and one of its rates give the other rate, a share of the list and its n give a group's number on it. So here
  1. shares are released with one ledger for all of them, a part of the people (those on record) told as a part;
  2. a figure that rests on a hidden one is hidden too (RESTS_ON), again and again until nothing more is;
  3. ratios, gaps and figures of everyone are shown only where the people behind them are enough.

Read with care: counts come in already rounded, so a figure may be hidden for the sake of rounding; none is shown for it. Which figure rests on
which is a list kept by hand: a new measure of one of these audits belongs in it.

Steps, in order:  _released (tables of shares, ledger) -> _rest_on_hidden -> blank

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 5 (linked tables).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .disclosure import CONFIDENTIAL, Rule
from .release_ledger import Ledger
from .released import PEOPLE, TOTALS, release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tables.findings import Finding

_LISTED = ("list_group_share", "group_selection_rate")
_RATES = ("group_false_positive_rate", "group_false_negative_rate", "group_positive_predictive_value", "group_base_rate")
_MATCHED = ("matched_flag_difference", "matched_flag_ratio", "standardised_flag_difference", "matched_score_difference")
_OF_THE_LIST = ("zero_harm_share", "listed_never_accused_share", "group_positive_predictive_value")
RESTS_ON: dict[str, tuple[str, ...]] = {
    "list_group_share": _LISTED,
    "group_selection_rate": _LISTED,
    "list_rate_ratio": ("list_group_share", "denominator_group_share"),
    "list_share_over_share": ("list_group_share", "denominator_group_share"),
    **dict.fromkeys(_MATCHED, _LISTED),
    **dict.fromkeys(_OF_THE_LIST, _LISTED),
    "group_false_positive_rate": ("group_base_rate",),
    "group_false_negative_rate": ("group_base_rate", "group_positive_predictive_value"),
    "rate_identity_gap": (*_LISTED, *_RATES),
    "flagged_over_base_rate": ("flagged_followed_share",),
    "number_needed_to_flag": ("flagged_followed_share",),
    "choice_precision_difference": ("flagged_followed_share",),
    "child_list_over_share": ("child_list_share", "child_compared_share"),
}
"""Measure -> those whose numbers it holds or could be solved for with; a ratio or difference of a rate rests on the rate."""
_NO_PART = ("_difference", "_gap", "_auc")
"""How measures end whose unit is a share and whose value is no part of n people."""
_OFFENCES = "recent violence on record"
"""The denominator that counts offences instead of people."""


def release_list(findings: Sequence[Finding], *, rule: Rule = CONFIDENTIAL, ledger: Ledger | None = None) -> list[Finding]:
    """The findings of `person_audit.audit_list` as they may leave.

    Args:
        findings: of one list.
        rule: how counts of people are shown.
        ledger: of what was shown before; left out: a new one.

    Returns:
        As many findings in the same order; hidden ones have no number and say why.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> def share(group, value):
        ...     return Finding(question="a", measure="list_group_share", group=group, value=value, n=200, unit="share")
        >>> ratio = Finding(question="a", measure="list_rate_ratio", group="Asian", reference="White", value=0.5, n=200, unit="ratio")
        >>> [one.value for one in release_list([share("Asian", 0.02), share("White", 0.98), ratio])]
        [None, None, None]

    Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 5.
    """
    shown = _released(findings, rule, Ledger(rule) if ledger is None else ledger)
    for at in _rest_on_hidden(shown):
        shown[at] = release([findings[at]], rule=rule, supports=[(0,)], of_children=[_is_of_children(findings[at])])[0]
    return shown


def _released(findings: Sequence[Finding], rule: Rule, ledger: Ledger) -> list[Finding]:
    """Every table of shares by itself, all of them with one ledger; the rest by the people behind them."""
    shown: list[Finding] = list(findings)
    tables: dict[tuple[Any, ...], list[int]] = {}
    for at, one in enumerate(findings):
        settings = {name: value for name, value in one.settings.items() if name in ("denominator", "truth", "matched_on")}
        tables.setdefault((one.measure, *sorted(settings.items())), []).append(at)
    for members in tables.values():
        told = [_as_told(findings[at]) for at in members]
        supports = [_support(one) for one in told]
        kept = release(told, rule=rule, ledger=ledger, supports=supports, of_children=[_is_of_children(one) for one in told])
        for at, one in zip(members, kept, strict=True):
            shown[at] = one.model_copy(update={"settings": {name: value for name, value in one.settings.items() if name != "population"}})
    return shown


def _as_told(finding: Finding) -> Finding:
    """The finding with whom it is about, for the ledger: people on record are a part of everybody."""
    among = finding.settings.get("denominator")
    if among in (None, "everybody", _OFFENCES):
        return finding
    return finding.model_copy(update={"settings": {**finding.settings, "population": {"among": str(among)}}})


def _support(finding: Finding) -> tuple[float, ...] | None:
    """The people behind a figure that is no part of a table; None for one that is."""
    if finding.value is None or finding.unit in PEOPLE:
        return None
    behind = 0.0 if finding.n is None else float(finding.n)
    sides = [float(finding.settings[name]) for name in ("people", "reference_people") if isinstance(finding.settings.get(name), int | float)]
    if finding.unit != "share" or finding.measure.endswith(_NO_PART) or finding.settings.get("denominator") == _OFFENCES:
        return (behind, *sides)
    # Its groups are one table; a rounded whole beside rounded parts would only seem to leave a remainder. The audits hide what a whole opens.
    return (round(finding.value * behind), behind - round(finding.value * behind)) if finding.group in TOTALS else None


def _is_of_children(finding: Finding) -> bool:
    return finding.measure.startswith("child_") or bool(finding.settings.get("children"))


def _rest_on_hidden(shown: Sequence[Finding]) -> list[int]:
    """Positions of figures that are shown and rest on hidden ones."""
    hidden = {at for at, one in enumerate(shown) if one.value is None}
    found: list[int] = []
    while True:
        more = [at for at, one in enumerate(shown) if at not in hidden and any(_rests_on(one, shown[other]) for other in hidden)]
        if not more:
            return found
        hidden.update(more)
        found += more


def _rests_on(one: Finding, other: Finding) -> bool:
    base = one.measure.removesuffix("_ratio").removesuffix("_difference")
    if other.measure not in RESTS_ON.get(one.measure, (base,) if base != one.measure else ()):
        return False
    if other.group not in (one.group, one.reference) or other.group in TOTALS:
        return False
    mine, its = one.settings.get("denominator"), other.settings.get("denominator")
    return mine is None or its is None or mine == its
