"""Proxies: which inputs stand in for ethnicity or deprivation, and what they do to who is flagged?

Two questions side by side. How well does each input, and do all together, tell who belongs to a group
(`proxy_strength.py`)? And what changes when it is left out (`proxy_use.py`)? The second needs the system:
its weights, or its scores with each thing left out. Without either it is not answered.

Read with care: see the two files. Nothing here says that an input may not be used; that depends on what it
is used for and on what else would do.

Steps, in order:  strength_findings, use_findings

Source: as in the two files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadValue, CannotAnswer
from ..tables.measure import Measure
from .proxy_strength import auc_interval, information_share, out_of_block, variance_explained
from .proxy_use import shapley, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .proxy_strength import Units

MEASURES = {
    "proxy_auc": Measure(
        "How well an input tells the group",
        "people of the group and of the reference",
        "The chance that a member’s unit has a higher value of the input than a non-member’s; 0.5 is no better than guessing.",
        "proxy_strength.auc",
    ),
    "proxy_variance_explained": Measure(
        "Variation of the group’s share that an input accounts for",
        "people of the group and of the reference",
        "Of the variation of the group’s share between units, the part that goes with the input in a straight line.",
        "proxy_strength.variance_explained",
    ),
    "proxy_joint_auc": Measure(
        "How well all inputs together tell the group",
        "people of the group and of the reference",
        "The same chance for all inputs together, judged on units left out of the fit; a floor, since another fit may do better.",
        "proxy_strength.out_of_block",
    ),
    "proxy_joint_information": Measure(
        "Uncertainty about the group that all inputs together take away",
        "people of the group and of the reference",
        "1 would leave no doubt who belongs to the group, 0 as much as before; judged on units left out of the fit.",
        "proxy_strength.information_share",
    ),
    "flag_ratio": Measure(
        "How many times as likely to be in a flagged unit",
        "people of the group and of the reference",
        "The share of the group’s people who are in a flagged unit, over the reference group’s; 1 is equal.",
        "proxy_use.flag_ratio",
    ),
    "flag_ratio_without": Measure(
        "How many times as likely to be in a flagged unit, without an input",
        "people of the group and of the reference",
        "The same ratio when the system is run without the input or family named.",
        "proxy_use.without",
    ),
    "flag_ratio_change_without": Measure(
        "Change of that ratio when an input is left out",
        "people of the group and of the reference",
        "The ratio without it over the ratio with it: below 1, leaving it out lowers the gap.",
        "proxy_use.without",
    ),
    "flagged_changed_share_without": Measure(
        "Flagged units that change when an input is left out",
        "flagged units",
        "Of the units flagged, the share no longer flagged without it.",
        "proxy_use.without",
    ),
    "flag_gap_share_of_family": Measure(
        "What a family of inputs adds to the gap",
        "people of the group and of the reference",
        "Its part of the difference between the shares of the two groups in flagged units, averaged over every order of adding families.",
        "proxy_use.shapley",
    ),
}
FEW_PEOPLE = 10
NEIGHBOURS = "No blocks were given: each unit is taken as independent, so on a smooth map the intervals are too narrow and the joint AUC too high."


@dataclass(frozen=True)
class Fed:
    """What a system is fed, and who is where.

    Attributes:
        inputs: name -> values, shape (units,) each, in the order of the units.
        families: family -> its inputs' names; an input may be a family of its own.
        units: members of the group, people of the reference, and blocks.
        group, reference: their names.
        has_blocks: whether blocks were given, or each unit is its own.
    """

    inputs: Mapping[str, NDArray[np.float64]]
    families: Mapping[str, tuple[str, ...]]
    units: Units
    group: str
    reference: str
    has_blocks: bool = True

    @property
    def matrix(self) -> NDArray[np.float64]:
        """Inputs as columns, shape (units, inputs)."""
        return np.column_stack(list(self.inputs.values()))

    @property
    def people(self) -> float:
        """People of the two groups."""
        return float(self.units.members.sum() + self.units.others.sum())


@dataclass(frozen=True)
class System:
    """The system, as far as it is known.

    Attributes:
        scores: with everything, shape (units,).
        left_out: what is left out -> scores without it.
        weights: input -> weight, where the system adds its inputs up; empty where it is not known.
        k: units it flags.
    """

    scores: NDArray[np.float64]
    left_out: Mapping[str, NDArray[np.float64]]
    k: int
    weights: Mapping[str, float] = field(default_factory=dict)


def additive(fed: Fed, weights: Mapping[str, float], *, k: int) -> System:
    """A system that adds up its inputs, with the scores it gives without each input and each family.

    Raises:
        BadValue: a weight for an input that is not there, or an input without a weight.

    Example:
        >>> from evenhand.audit.proxy_strength import Units
        >>> units = Units(np.array([9.0, 1.0]), np.array([1.0, 9.0]), np.arange(2))
        >>> fed = Fed({"stops": np.array([2.0, 0.0])}, {"stops": ("stops",)}, units, "Black", "White")
        >>> additive(fed, {"stops": 0.5}, k=1).scores.tolist()
        [1.0, 0.0]
    """
    odd = sorted(set(weights) ^ set(fed.inputs))
    if odd:
        raise BadValue(f"Inputs and weights do not fit each other: {odd[0]} stands in one of the two alone. Give each input one weight, 0 if it has none.")
    scores = sum((weights[name] * values for name, values in fed.inputs.items()), np.zeros(len(fed.units.members)))
    parts = {**{name: (name,) for name in fed.inputs}, **fed.families}
    left = {name: scores - sum((weights[one] * fed.inputs[one] for one in inputs), np.zeros(len(scores))) for name, inputs in parts.items()}
    return System(scores, left, k, dict(weights))


def strength_findings(fed: Fed, about: About, *, replicates: int = 1000, seed: int = 0) -> list[Finding]:
    """How well each input, and all together, tell who belongs to the group.

    Raises:
        CannotAnswer: one of the two groups has nobody, or fewer than ten people.
    """
    _require_people(fed)
    told = _told(fed)
    caveats = () if fed.has_blocks else (NEIGHBOURS,)
    found = _joint(fed, about, told, caveats, replicates=replicates, seed=seed)
    for name, values in fed.inputs.items():
        settings = {"input": name}
        if np.ptp(values) == 0:
            why = (f"The input {name} is the same in every unit, so it can tell nobody apart.",)
            found.append(about.finding("proxy_auc", None, **told, unit="share", caveats=why, settings=settings))
            continue
        value, low, high = (float(part) for part in auc_interval(values, fed.units, level=about.level, replicates=replicates, seed=seed))
        method = "chance that a member’s unit has the higher value, ties half; spread of its log odds over blocks drawn anew, with Student’s t"
        found.append(about.finding("proxy_auc", value, low=low, high=high, **told, unit="share", method=method, caveats=caveats, settings=settings))
        found.append(
            about.finding(
                "proxy_variance_explained",
                variance_explained(values, fed.units.members, fed.units.others),
                **told,
                unit="share",
                method="weighted R² of the group’s share on the input; a description, so no interval",
                caveats=caveats,
                settings=settings,
            )
        )
    return found


def _told(fed: Fed) -> dict[str, Any]:
    return {"group": fed.group, "reference": fed.reference, "n": fed.people}


def _joint(fed: Fed, about: About, told: dict[str, Any], caveats: tuple[str, ...], *, replicates: int, seed: int) -> list[Finding]:
    settings = {"inputs": list(fed.inputs)}
    try:
        logits = out_of_block(fed.matrix, fed.units, seed=seed)
    except CannotAnswer as reason:
        return [about.finding("proxy_joint_auc", None, **told, unit="share", caveats=(str(reason),), settings=settings)]
    value, low, high = (float(part) for part in auc_interval(logits, fed.units, level=about.level, replicates=replicates, seed=seed))
    method = "logistic regression on all inputs, judged on blocks left out"
    drawn = f"{method}; spread of its log odds over blocks drawn anew, the fit kept"
    return [
        about.finding("proxy_joint_auc", value, low=low, high=high, **told, unit="share", method=drawn, caveats=caveats, settings=settings),
        about.finding(
            "proxy_joint_information",
            information_share(logits, fed.units.members, fed.units.others),
            **told,
            unit="share",
            method=f"{method}; a description, so no interval",
            caveats=caveats,
            settings=settings,
        ),
    ]


def use_findings(fed: Fed, system: System, about: About, *, replicates: int = 1000, seed: int = 0) -> list[Finding]:
    """What leaving out each input and each family does to who is flagged.

    Raises:
        CannotAnswer: one of the two groups has fewer than ten people, or nobody of the reference is in a flagged unit.
        BadSetting: k is none of the units or all of them.
    """
    _require_people(fed)
    told, k = _told(fed), system.k
    given: dict[str, Any] = {"level": about.level, "replicates": replicates, "seed": seed, "k": k}
    method = "spread over blocks drawn anew (of the logarithm, for a ratio), as many units flagged each time"

    def finding(measure: str, numbers: tuple[float, float, float], unit: str, *, how: str = method, **settings: Any) -> Finding:
        value, low, high = (float(number) if np.isfinite(number) else None for number in numbers)
        over = {**told, "n": float(k)} if measure == "flagged_changed_share_without" else told
        return about.finding(measure, value, low=low, high=high, **over, unit=unit, method=how, settings={"k": k, **settings})

    whole = without(system.scores, system.scores, fed.units, **given)
    found = [finding("flag_ratio", whole.ratio, "ratio", how=f"share of each group in flagged units; {method}")]
    for name, scores in system.left_out.items():
        try:
            left = without(system.scores, scores, fed.units, **given)
        except CannotAnswer as reason:
            found.append(about.finding("flag_ratio_without", None, **told, unit="ratio", caveats=(str(reason),), settings={"left_out": name}))
            continue
        found.append(finding("flag_ratio_without", left.ratio, "ratio", left_out=name))
        found.append(finding("flag_ratio_change_without", left.change, "ratio", how=f"{method}, both in each draw", left_out=name))
        found.append(finding("flagged_changed_share_without", left.changed_share, "share", left_out=name))
    return found + _shares_of_gap(fed, system, about, told, seed=seed)


def _shares_of_gap(fed: Fed, system: System, about: About, told: dict[str, Any], *, seed: int) -> list[Finding]:
    """The gap shared out among families, where the system can be run on any of them."""
    if not system.weights:
        return []

    def score(used: frozenset[str]) -> NDArray[np.float64]:
        inputs = [name for family in used for name in fed.families[family]]
        return sum((system.weights[name] * fed.inputs[name] for name in inputs), np.zeros(len(system.scores)))

    values = shapley(score, list(fed.families), fed.units, k=system.k, seed=seed)
    method = "Shapley value of the difference between the two groups’ shares in flagged units; a division of one figure, so no interval"
    return [about.finding("flag_gap_share_of_family", value, **told, unit="share", method=method, settings={"family": name}) for name, value in values.items()]


def _require_people(fed: Fed) -> None:
    fed.units.require_both()
    for name, people in ((fed.group, fed.units.members.sum()), (fed.reference, fed.units.others.sum())):
        if people < FEW_PEOPLE:
            raise CannotAnswer(f"Fewer than {FEW_PEOPLE} people are of the group {name}: too few to say anything about them without pointing at somebody.")

