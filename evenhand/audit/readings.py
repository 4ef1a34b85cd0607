"""Readings: does the answer survive what is not public?

Where the operator has not said how a system works, or where a denominator, a threshold or a definition
could sensibly be another, each plausible choice is tried: one at a time, then a seeded draw of choices
together. A finding then carries the range of its value over all readings, and whether the conclusion
(which side of parity it lies on) is the same in every one. A finding that depends on a guess says so first.

Read with care: the range covers the choices that were thought of, with no weight on any of them. It is
not an interval, and a choice nobody thought of is not in it.

Steps, in order:  variants -> ask each (in parallel where wished) -> align findings -> ranged

Source: Leamer (1985), Sensitivity Analyses Would Help, American Economic Review 75(3), 308-313; Steegen, Tuerlinckx,
Gelman & Vanpaemel (2016), Increasing Transparency Through a Multiverse Analysis, Perspectives on Psychological Science 11(5), 702-712.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer, EmptyTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..tables.findings import Finding

    Ask = Callable[[dict[str, Any]], Sequence[Finding]]

TOGETHER = 64
"""Combinations of several readings tried beside each reading alone."""


@dataclass(frozen=True)
class Variant:
    """One way to read what is not public: all settings, and which one was varied ("" for the default, "together" for several)."""

    settings: dict[str, Any]
    varied: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Swept:
    """What a sweep gives.

    Attributes:
        findings: the default's, each with the range over the readings in `settings["readings"]`.
        rows: for each variant and finding: setting, choice, measure, group, reference, place, value; what a picture of the readings draws.
        left_out: variants that the data could not carry, with the reason.
    """

    findings: tuple[Finding, ...]
    rows: tuple[dict[str, Any], ...]
    left_out: tuple[tuple[Variant, str], ...] = ()


def variants(defaults: Mapping[str, Any], readings: Mapping[str, Sequence[Any]], *, together: int = TOGETHER, seed: int = 1) -> list[Variant]:
    """The default, every choice by itself, and choices together: all combinations where there are few, else a seeded draw.

    Args:
        defaults: every setting at its default.
        readings: setting -> its plausible choices.
        together: combinations at most; 0 for none.
        seed: of the draw.

    Raises:
        BadSetting: a reading of a setting that is not known, or without a choice.

    Example:
        >>> [one.choice for one in variants({"k": 20}, {"k": [10, 20, 40]}, together=0)]
        ['', '10', '40']
    """
    unknown = [name for name in readings if name not in defaults]
    if unknown:
        raise BadSetting(f"There is no setting '{unknown[0]}' to vary. Known: {', '.join(defaults)}.")
    empty = [name for name, choices in readings.items() if len(choices) == 0]
    if empty:
        raise BadSetting(f"No choice is given for '{empty[0]}'. Name at least one, such as {empty[0]}=A,B.")
    found = [Variant(dict(defaults))]
    for name, choices in readings.items():
        found += [Variant({**defaults, name: choice}, name, str(choice)) for choice in choices if choice != defaults[name]]
    if together and len(readings) > 1:
        found += [Variant({**defaults, **dict(zip(readings, pick, strict=True))}, "together") for pick in _picks(list(readings.values()), together, seed)]
    return found


def _picks(choices: list[Sequence[Any]], most: int, seed: int) -> list[tuple[Any, ...]]:
    if math.prod(len(one) for one in choices) <= most:
        return list(itertools.product(*choices))
    rng = np.random.default_rng(seed)
    return [tuple(one[int(rng.integers(len(one)))] for one in choices) for _ in range(most)]


def swept(
    ask: Ask,
    defaults: Mapping[str, Any],
    readings: Mapping[str, Sequence[Any]],
    *,
    together: int = TOGETHER,
    seed: int = 1,
    jobs: int = 1,
    tell: Callable[[str, float], None] | None = None,
) -> Swept:
    """Put the same question under every reading.

    Args:
        ask: from settings to findings; any audit.
        defaults, readings, together, seed: see `variants`.
        jobs: processes at once (joblib); -1 for all cores. The findings do not depend on it.
        tell: is told how many variants are done.

    Returns:
        The default's findings with their ranges. Variants the data cannot carry are left out, and told of.

    Raises:
        CannotAnswer: the default itself cannot be answered.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> def ask(settings): return [Finding(question="exposure", measure="exposure_ratio", value=settings["k"] / 10, unit="ratio")]
        >>> found = swept(ask, {"k": 20}, {"k": [5, 20, 40]}).findings[0]
        >>> found.settings["readings"]["low"], found.settings["readings"]["survives"], found.caveats[0][:36]
        (0.5, False, 'Over 3 readings of what is not publi')

    Read with care:
        See the head of this file.
    """
    from joblib import Parallel, delayed

    every = variants(defaults, readings, together=together, seed=seed)
    first = list(ask(every[0].settings))
    (tell or _silent)(f"sweeping readings: 1 of {len(every)}", 1 / len(every))
    runs: list[tuple[list[Finding], str]] = [(first, "")]
    work = (delayed(_tried)(ask, one.settings) for one in every[1:])
    for run in Parallel(n_jobs=jobs, return_as="generator")(work):
        runs.append(run)
        (tell or _silent)(f"sweeping readings: {len(runs)} of {len(every)}", len(runs) / len(every))
    values = [{_key(finding): finding.value for finding in found} for found, _ in runs]
    rows = tuple(
        {"setting": one.varied or "default", "choice": one.choice, "measure": key[0], "group": key[1], "reference": key[2], "place": key[-1], "value": value}
        for one, known in zip(every, values, strict=True)
        for key, value in known.items()
    )
    answered = [known for known, (_, reason) in zip(values, runs, strict=True) if not reason]
    findings = tuple(_with_range(finding, [known.get(_key(finding)) for known in answered]) for finding in first)
    return Swept(findings, rows, tuple((one, reason) for one, (_, reason) in zip(every, runs, strict=True) if reason))


def _tried(ask: Ask, settings: dict[str, Any]) -> tuple[list[Finding], str]:
    try:
        return list(ask(settings)), ""
    except (CannotAnswer, EmptyTable) as reason:
        return [], str(reason)


def _key(finding: Finding) -> tuple[str | None, ...]:
    """What makes two findings of two readings the same figure; the measure, group and reference first."""
    field = finding.settings.get("field")
    return finding.measure, finding.group, finding.reference, None if field is None else str(field), finding.settings.get("denominator"), finding.place


def _with_range(finding: Finding, values: Sequence[float | None]) -> Finding:
    known = [float("nan") if value is None else value for value in values]
    parity = 1.0 if finding.unit == "ratio" else 0.0 if "difference" in finding.measure else None
    words = finding.measure.replace("_", " ") + (f" of {finding.group}" if finding.group else "")
    return ranged(finding, summary(known, finding.value, parity=parity, what=words, in_points=finding.unit == "share"))


def ranged(finding: Finding, readings: dict[str, Any]) -> Finding:
    """The same finding with the range over all readings; one that hangs on a guess says so first."""
    caveats = finding.caveats if readings["survives"] is not False else (readings["says"], *finding.caveats)
    return finding.model_copy(update={"settings": {**finding.settings, "readings": readings}, "caveats": caveats})


def summary(values: Sequence[float], value: float | None, *, parity: float | None, what: str, in_points: bool = False) -> dict[str, Any]:
    """The range over all readings and whether the conclusion survives it, for a finding's settings.

    Args:
        values: over all variants; nan where one gave none.
        value: the default's.
        parity: the value that divides one conclusion from the other, such as 1 for a ratio; None where nothing does.
        what: what is measured, for the sentence.
        in_points: say the values, which are shares, in percentage points.

    Example:
        >>> summary([1.8, 2.6, 3.4], 2.6, parity=1, what="ratio")["survives"]
        True
        >>> summary([0.0, 0.0], 0.0, parity=0, what="difference")["says"]
        'Over 2 readings of what is not public, the difference runs from 0 to 0: neither above nor below 0 in every one.'
    """
    numbers = np.asarray(values, dtype=float)
    known = numbers[np.isfinite(numbers)]
    if value is None or not np.isfinite(value) or len(known) == 0:
        says = f"The {what} has no value under the default settings, so no range is given."
        return {"low": None, "high": None, "n_readings": int(len(known)), "survives": None, "says": says}
    low, high = (f"{end * 100:.1f}".replace("-", "−") if in_points else f"{end:.3g}" for end in (known.min(), known.max()))
    unit = " percentage points" if in_points and parity is not None else " %" if in_points else ""
    says = f"Over {len(known):,} readings of what is not public, the {what} runs from {low} to {high}{unit}"
    survives = None
    if parity is not None:
        other = int((np.sign(known - parity) != np.sign(value - parity)).sum())
        side = {1.0: "above", -1.0: "below", 0.0: "neither above nor below"}[float(np.sign(value - parity))]
        survives = other == 0
        kept = "in every one" if survives else f"in {len(known) - other:,} of them; the conclusion depends on guesses"
        says += f": {side} {parity:g} {kept}"
    return {"low": float(known.min()), "high": float(known.max()), "n_readings": int(len(known)), "survives": survives, "says": f"{says}."}


def _silent(what: str, share: float) -> None:
    """Say nothing."""
