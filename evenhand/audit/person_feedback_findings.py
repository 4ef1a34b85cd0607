"""Findings on lists that feed back: how a list grows and whom it comes to hold, cycle by cycle and at the end, with and without watching.

Each number is the middle of several lives; low and high are percentiles of the lives, not an interval for a real list.

Read with care: see person_feedback.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .person_feedback import half_life, settled_at
from .person_said import labelled, plain_frame
from .score_frame import EVERYONE, enough, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_feedback import Trajectory
    from .score_frame import ScoreFrame

OVER = "lives of made-up people"
BY = "person_feedback.settled_at"
MEASURES = {
    "loop_effect": Measure(
        "What watching the listed does to the ratio", OVER,
        "How many times as often the group is listed once the list has settled, over the same of the same lives in which being listed changes nothing.", BY,
    ),
    "loop_size_effect": Measure(
        "What watching the listed does to the length of the list", OVER, "The length of the settled list over that of the same lives without watching.", BY
    ),
    "loop_settled_ratio": Measure(
        "How many times as often listed, once settled", OVER, "The group’s share listed over the reference group’s, the mean of the last lists.", BY
    ),
    "loop_settled_drift": Measure(
        "How far the ratio still moves at the end", OVER, "Its rise or fall over the last lists; near 0 the list has come to rest.", BY
    ),
    "loop_half_life": Measure(
        "Days until half of a list is off it", OVER, "From the list when the limit on keeping records began, or from the first.", "person_feedback.half_life"
    ),
    "loop_list_size": Measure("People on the list, by cycle", OVER, "How many are listed at the cycle in `settings`.", BY),
    "loop_list_share": Measure("Share of the list, by cycle", OVER, "The group’s share of the list at the cycle in `settings`.", BY),
    "loop_list_ratio": Measure(
        "How many times as often listed, by cycle", OVER, "The group’s share listed over the reference group’s at the cycle in `settings`.", BY
    ),
    "loop_violent_share": Measure(
        "Truly violent people on the list, by cycle", OVER, "Of those listed, the share who truly did something violent in the span before.", BY
    ),
    "loop_new_share": Measure("New on the list, by cycle", OVER, "Of those listed, the share never listed before.", BY),
    "loop_recorded_ratio": Measure(
        "Record of each true offence, listed beside not listed", OVER,
        "How many times as likely an offence is put on record against whoever did it when that person is listed.", BY,
    ),
}  # fmt: skip
LIVES = "middle of simulated lives; low and high are percentiles of the lives, not an interval for a real list"
CONTROL = "listed, not watched"


def loop_findings(
    arms: Mapping[str, Sequence[Trajectory]], *, days: int, reference: str, about: About, rule: Rule | None = None, last: int = 5, control: str = CONTROL
) -> list[Finding]:
    """What becomes of a list under each arm, the effect of watching first.

    Args:
        arms: from `person_feedback.replicate_feedback`.
        days: between lists.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.
        last: lists that count as the end.
        control: the arm in which being listed changes nothing.

    Returns:
        Findings; `settings` name the arm and, where there is one, the cycle.

    Raises:
        CannotAnswer: there is no life.
    """
    lives = [life for one in arms.values() for life in one]
    if not lives:
        raise CannotAnswer("No life was simulated, so nothing can be said of a loop. Give at least one seed.")
    frame = plain_frame("made-up", lives[0].system, lives[0].groups, reference=reference, about=about, rule=rule, caveat="")
    found = [finding for name in arms if name != control and control in arms for finding in _effects(frame, name, arms[name], arms[control], last)]
    for name, some in arms.items():
        named = labelled(frame, arm=name)
        found += [*_settled(named, some, last), _half_life(named, some, days), *_cycles(named, some), _recorded(named, some)]
    order = list(MEASURES)
    return sorted(found, key=lambda one: order.index(one.measure))


def _effects(frame: ScoreFrame, name: str, asked: Sequence[Trajectory], control: Sequence[Trajectory], last: int) -> list[Finding]:
    """Each life against its own control, with the same luck."""
    named, found = labelled(frame, arm=name), []
    for at in frame.others:
        effect = [_over(_end(one, at, frame, last), _end(other, at, frame, last)) for one, other in zip(asked, control, strict=True)]
        found.append(_middle(named, "loop_effect", effect, "ratio", [*_listed(asked, at), *_listed(control, at)], at))
    size = [_over(*(settled_at(life.listed.sum(axis=1), last=last)[0] for life in pair)) for pair in zip(asked, control, strict=True)]
    return [*found, _middle(named, "loop_size_effect", size, "ratio", _listed(asked))]


def _settled(frame: ScoreFrame, lives: Sequence[Trajectory], last: int) -> list[Finding]:
    found = []
    for at in frame.others:
        ends = [settled_at(one.group_ratio(at, frame.reference), last=last) for one in lives]
        found.append(_middle(frame, "loop_settled_ratio", [level for level, _ in ends], "ratio", _listed(lives, at), at))
        found.append(_middle(frame, "loop_settled_drift", [drift for _, drift in ends], "ratio", _listed(lives, at), at))
    return found


def _half_life(frame: ScoreFrame, lives: Sequence[Trajectory], days: int) -> Finding:
    return _middle(frame, "loop_half_life", [half_life(one.stayed, days=days) for one in lives], "days", _listed(lives))


def _cycles(frame: ScoreFrame, lives: Sequence[Trajectory]) -> list[Finding]:
    found = []
    numbers: dict[str, tuple[str, Callable[[Trajectory], NDArray[np.float64]]]] = {
        "loop_list_size": ("people", lambda one: one.listed.sum(axis=1)),
        "loop_violent_share": ("share", lambda one: _ratio(one.truly_violent.sum(axis=1), one.listed.sum(axis=1))),
        "loop_new_share": ("share", lambda one: _ratio(one.new, one.listed.sum(axis=1))),
    }
    for cycle in range(len(lives[0].days)):
        named, people = labelled(frame, cycle=cycle), [float(one.listed[cycle].sum()) for one in lives]
        for measure, (unit, read) in numbers.items():
            found.append(_middle(named, measure, [float(read(one)[cycle]) for one in lives], unit, people))
        for at, group in enumerate(frame.groups):
            some = [float(one.listed[cycle, at]) for one in lives]
            found.append(_middle(named, "loop_list_share", [float(one.group_share(at)[cycle]) for one in lives], "share", some, at, compared=False))
            if group != frame.reference_name:
                ratios = [float(one.group_ratio(at, frame.reference)[cycle]) for one in lives]
                found.append(_middle(named, "loop_list_ratio", ratios, "ratio", some, at))
    return found


def _recorded(frame: ScoreFrame, lives: Sequence[Trajectory]) -> Finding:
    shares = [_ratio(one.recorded.sum(axis=0), one.offences.sum(axis=0)) for one in lives]
    return _middle(frame, "loop_recorded_ratio", [_over(share[1], share[0]) for share in shares], "ratio", _listed(lives))


def _middle(
    frame: ScoreFrame, measure: str, values: Sequence[float], unit: str, people: Sequence[float], at: int | None = None, *, compared: bool = True
) -> Finding:
    """The middle of the lives, blank where most give no number or list too few to be shown."""
    numbers = np.asarray(values, dtype=float)
    known, tail = numbers[np.isfinite(numbers)], (1 - frame.about.level) / 2
    rest: dict[str, Any] = {"unit": unit, "method": LIVES, "level": None, "group": EVERYONE if at is None else frame.groups[at], "n": float(len(numbers))}
    if at is not None and compared:
        rest["reference"] = frame.reference_name
    if len(known) <= len(numbers) / 2:
        said_ = "Not given: half of the first list or more was still on the last." if measure == "loop_half_life" else "Not given: most lives give no value."
        return said(frame, measure, {"value": None}, caveats=(said_,), **rest)
    low, middle, high = (float(one) for one in np.quantile(known, [tail, 0.5, 1 - tail], method="linear"))
    ends = {"value": middle} | ({"low": low, "high": high} if len(known) > 1 else {})
    shown = {key: frame.count(round(one)) if unit == "people" else frame.figure(one) for key, one in ends.items()}
    return said(frame, measure, shown, why=enough(frame, float(np.median(people))), caveats=() if len(known) > 1 else ("One life only, so no range.",), **rest)


def _end(life: Trajectory, at: int, frame: ScoreFrame, last: int) -> float:
    return settled_at(life.group_ratio(at, frame.reference), last=last)[0]


def _listed(lives: Sequence[Trajectory], at: int | None = None) -> list[float]:
    return [float(one.listed[-1].sum() if at is None else one.listed[-1, at]) for one in lives]


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _over(one: float, other: float) -> float:
    return one / other if other > 0 else float("nan")
