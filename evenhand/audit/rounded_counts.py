"""Expected counts rounded to whole events: how often was the number right, and how often did a place said to see one see one?

"The forecast was correct 17 per cent of the time" may mean any of these, and they are far apart. Where most places see nothing, "nothing
anywhere" is right nearly always: so it stands beside the share of exact numbers, and the others ask only about places said to see some.

    exact_count_share            rounded number = recorded number, among all places and spans
    foreseen_exact_share         the same, among those said to see 1 or more
    foreseen_followed_share      1 or more recorded, among those said to see 1 or more
    foreseen_captured_share      events recorded in those, among all events

The share of predictions followed by a crime, and of crimes in flagged places, are in hit_rates.py: there a prediction is a flag.

Read with care: rounding throws away what a forecast of 0.4 says. A forecast that is honest about rare events may never round to 1; it is not worse
for that. Judge expected counts by `expected_counts.py`.

Source: book-keeping of our own; intervals as `block_intervals.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .place_case import Case

_ALL, _SOME = "places and spans with an expected count", "places and spans whose expected count rounds to 1 or more"
MEASURES = {
    "exact_count_share": Measure(
        "Share of places and spans whose rounded count was right", _ALL,
        "Of all forecasts, the share whose rounded number is the number recorded. Saying nothing anywhere is right nearly always where events are rare.",
        "block_intervals.share_of_blocks",
    ),
    "foreseen_exact_share": Measure(
        "Share of forecasts of 1 or more whose number was right", _SOME, "Of the forecasts of 1 or more, the share whose number is the number recorded.",
        "block_intervals.share_of_blocks",
    ),
    "foreseen_followed_share": Measure(
        "Share of forecasts of 1 or more followed by any", _SOME, "Of the forecasts of 1 or more, the share in whose place and span any was recorded.",
        "block_intervals.share_of_blocks",
    ),
    "foreseen_captured_share": Measure(
        "Share of events recorded where 1 or more was forecast", "events recorded in the spans forecast", "Of the events, the share in such places and spans.",
        "block_intervals.share_of_blocks",
    ),
}
NOTHING = "nothing anywhere"


def rounded(expected: ArrayLike) -> NDArray[np.float64]:
    """Expected counts as whole numbers; a half rounds up.

    Example:
        >>> rounded([0.49, 0.5, 2.5]).tolist()
        [0.0, 1.0, 3.0]
    """
    return np.floor(np.asarray(expected, dtype=float) + 0.5)


def rounded_findings(case: Case) -> list[Finding]:
    """All that "correct" may mean of expected counts.

    Args:
        case: what is judged; places and spans without an expected count are left out, as forecasts and as places of events.

    Raises:
        CannotAnswer: no expected count is given.
    """
    forecasts, judged = case.forecasts, case.judged
    held = np.isfinite(forecasts.expected)
    if not held.any():
        raise CannotAnswer("The forecasts have no expected counts, so none can be rounded.")
    number = rounded(np.where(held, forecasts.expected, 0.0))
    some, right, any_event = held & (number >= 1), number == forecasts.events, forecasts.events > 0
    rare = f"Nothing was recorded in {100 * float((~any_event)[held].mean()):.0f} % of places and spans."
    why = () if some.any() else ("Not given: no expected count rounds to 1 or more.",)
    n, foreseen = float(held.sum()), float(some.sum())
    method = f"expected count rounded, half up; {judged.said}"
    told: dict[str, Any] = {"unit": "share", "method": method}
    return [
        case.finding("exact_count_share", judged.share_of_places(right, held), n=n, caveats=(rare,), **told),
        case.finding("exact_count_share", judged.share_of_places(~any_event, held), n=n, group=NOTHING, settings={"system": case.system}, **told),
        case.finding("foreseen_exact_share", judged.share_of_places(right, some), n=foreseen, caveats=why, **told),
        case.finding("foreseen_followed_share", judged.share_of_places(any_event, some), n=foreseen, caveats=why, **told),
        case.finding("foreseen_captured_share", judged.of(np.where(held, forecasts.events, 0.0)).share(some), caveats=case.rough, **told),
    ]
