"""Expected counts as findings: did as many come as were foreseen, where they were foreseen, and better than the mean so far says?

Read with care: counts are taken as Poisson around what was stated. A system that means only a ranking should not state counts.

Source: each measure cites its own in `probability_scores.py` and `reliability.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .block_intervals import count_of_blocks, mean_of_blocks
from .place_case import no_interval, turned
from .probability_scores import poisson_crps, poisson_log_score
from .reliability import count_calibration
from .skill import COUNT_MAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .intervals import Interval
    from .place_case import Case

_CASES = "places and spans with an expected count"
MEASURES = {
    "recorded_over_expected": Measure(
        "Recorded over expected", "events expected", "1 is as many as foreseen; above 1 more were recorded.", "block_intervals.count_of_blocks"
    ),
    "count_crps": Measure(
        "Distance of expected from recorded counts (CRPS)", _CASES, "Mean distance, in events, with credit for honest spread; 0 is perfect.",
        "probability_scores.poisson_crps",
    ),
    "count_crps_skill": Measure(
        "Skill of the expected counts", _CASES, "Gain over stating the mean so far; 1 is perfect, 0 no better, below 0 worse.",
        "probability_scores.skill_score",
    ),
    "count_log_score": Measure(
        "Log score of expected counts", _CASES, "Mean surprise at the counts recorded, in nats; lower is better.", "probability_scores.poisson_log_score"
    ),
    "count_calibration_slope": Measure(
        "Calibration slope of expected counts", _CASES, "1 is right; below 1 high expectations are too high and low ones too low.",
        "reliability.count_calibration",
    ),
}
SAME_EVERYWHERE = "same mean everywhere"


def count_findings(case: Case) -> list[Finding]:
    """All that can be said of expected counts, beside the mean so far.

    Args:
        case: what is judged; places and spans without an expected count are left out.

    Raises:
        CannotAnswer: no expected count is given.
    """
    forecasts = case.forecasts
    held = np.isfinite(forecasts.expected)
    if not held.any():
        raise CannotAnswer("The forecasts have no expected counts, so they cannot be scored as counts.")
    expected, events = np.where(held, forecasts.expected, 0.0), np.where(held, forecasts.events, 0.0)
    n = float(held.sum())
    score = np.where(held, poisson_crps(expected, events), 0.0)
    found = [
        _level(case, expected, events),
        case.finding(
            "count_crps", _mean(case, score, held), n=n, unit="events", method="CRPS of a Poisson count with the stated mean; Student limits for blocks"
        ),
    ]
    return [*found, *_skill(case, score, events, held), _log(case, expected, events, held), _slope(case, expected, events, held)]


def _mean(case: Case, score: NDArray[np.float64], held: NDArray[np.bool_]) -> Interval:
    return mean_of_blocks(case.judged.sums(score), case.judged.sums(held.astype(float)), level=case.about.level)


def _level(case: Case, expected: NDArray[np.float64], events: NDArray[np.float64]) -> Finding:
    inside, all_ = case.judged.sums(events), case.judged.sums(case.judged.events)
    count = count_of_blocks(inside, np.maximum(all_, inside), blocks=case.judged.blocks, level=case.about.level)
    stated = float(expected.sum())
    why = () if stated > 0 else ("Not given: nothing at all was expected.",)
    ratio = turned(count, lambda part: part / stated) if stated > 0 else no_interval()
    method = "events recorded over events expected; exact Poisson limits, stretched for events that come together"
    return case.finding("recorded_over_expected", ratio, n=stated, unit="ratio", method=method, caveats=(*why, *case.rough))


def _skill(case: Case, score: NDArray[np.float64], events: NDArray[np.float64], held: NDArray[np.bool_]) -> list[Finding]:
    """Beside the place's own mean so far, and beside one mean for all places; on spans with records before them."""
    forecasts = case.forecasts
    known = forecasts.known > 0
    mean = forecasts.before / np.maximum(forecasts.known, 1)[:, None] * forecasts.lengths[:, None]
    kept = held & known[:, None]
    found = []
    for name, stated in ((COUNT_MAP, mean), (SAME_EVERYWHERE, np.broadcast_to(mean.mean(axis=1, keepdims=True), mean.shape))):
        reference = np.where(kept, poisson_crps(stated, events), 0.0)
        plain = float(reference.sum() / max(kept.sum(), 1))
        why = () if plain > 0 else ("Not given: no records before the spans, so no mean so far can be stated.",)
        gain = _mean(case, reference - np.where(kept, score, 0.0), kept)
        skill = turned(gain, lambda part, plain=plain: part / plain) if plain > 0 else no_interval()  # type: ignore[misc]
        method = "gain in CRPS over stating the mean so far, as a share of its own CRPS, which is held as it came out; Student limits for blocks"
        found.append(case.finding("count_crps_skill", skill, n=float(kept.sum()), unit="ratio", reference=name, method=method, caveats=(*why, *case.rough)))
    return found


def _log(case: Case, expected: NDArray[np.float64], events: NDArray[np.float64], held: NDArray[np.bool_]) -> Finding:
    surprise = np.where(held, poisson_log_score(expected, events), 0.0)
    n, method = float(held.sum()), "mean surprise of a Poisson count with the stated mean; Student limits for blocks"
    if not np.isfinite(surprise).all():
        impossible = int(np.isinf(surprise).sum())
        why = (f"Not given: {impossible} places and spans had an event where exactly none was expected, so the score is without bound.",)
        return case.finding("count_log_score", no_interval(), n=n, unit="nats", method=method, caveats=why)
    return case.finding("count_log_score", _mean(case, surprise, held), n=n, unit="nats", method=method, caveats=case.rough)


def _slope(case: Case, expected: NDArray[np.float64], events: NDArray[np.float64], held: NDArray[np.bool_]) -> Finding:
    span, place = np.nonzero(held)
    block = place if case.judged.blocks == "places" else span // case.judged.length
    slope = count_calibration(expected[held], events[held], block=block, level=case.about.level).slope
    why = () if np.isfinite(slope.value) else ("Not given: events came where none was expected, or all expectations are alike.",)
    method = "slope of a Poisson fit of events on the log of the expected count; limits allow for blocks going together"
    return case.finding("count_calibration_slope", slope, n=float(held.sum()), unit="ratio", method=method, caveats=(*why, *case.rough))
