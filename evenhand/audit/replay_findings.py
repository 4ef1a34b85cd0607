"""What a replay found, each figure with its interval: what the lists held, whom they named, and what a plain count does as well.

Intervals of shares draw whole places anew and make the lists again (replay_redraws.py). Counts of lists are full counts and have none.

Steps, in order:  replay_findings: redrawn_captured -> captured -> differences -> lists -> shifted;  feedback_findings: growth -> ratios -> lists

Read with care: see replay.py and replay_feedback.py. Intervals of the feedback cover chance in what is found, and nothing else:
not the events of the history, not the share that would be found.

Source: Lum & Isaac (2016), Significance 13(5), 14-19, for the replay; the intervals cite theirs in replay_redraws.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .area_resampling import plain_limits
from .block_intervals import share_of_blocks
from .replay import captured_share, captured_when_shifted, days_listed, new_on_list, overlap
from .replay_feedback import expected_ratio
from .replay_redraws import redrawn_captured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .replay import Replayed
    from .replay_feedback import Fed

_EVENTS, _DAYS, _PLACES = "recorded events", "days", "places"
MEASURES = {
    "replay_captured_share": Measure(
        "Share of recorded events on their day’s list", _EVENTS,
        "Of the events recorded in the period, the share in a place of that very day’s list.",
        "replay.captured_share",
    ),
    "replay_pai": Measure(
        "Events on the list, beside a list drawn by lot", _EVENTS,
        "The share of events on the list over the share of places on it; 1 is no better than lots.",
        "replay.captured_share",
    ),
    "replay_captured_difference": Measure(
        "Events on the list, less another list’s", _EVENTS,
        "Above 0 the system’s lists held more of the events than the other’s, below 0 less.",
        "replay.captured_share",
    ),
    "replay_captured_when_shifted": Measure(
        "Events on the list, had it been used later", _EVENTS,
        "The share captured by each list on a later day than its own; as high as on the day itself, it foresees places and not days.",
        "replay.captured_when_shifted",
    ),
    "replay_list_overlap": Measure(
        "Share of a day’s list on another’s list too", _DAYS,
        "The mean over days of the share of the list that the other system lists as well.",
        "replay.overlap",
    ),
    "replay_new_on_list": Measure(
        "Share of a day’s list that is new", _DAYS, "The mean over days of the share of the list that was not on the day before’s.", "replay.new_on_list",
    ),
    "replay_places_listed": Measure("Places ever listed", _PLACES, "How many places were on any day’s list.", "replay.days_listed"),
    "replay_places_always_listed": Measure("Places listed every day", _PLACES, "How many places were on the list of every day.", "replay.days_listed"),
    "replay_most_listed_share": Measure(
        "Share of the lists held by the most listed places", "positions on the lists",
        "Of all positions on all lists, the share held by as many places as one list has.",
        "replay.days_listed",
    ),
    "replay_expected_ratio": Measure(
        "Events expected in a listed place, beside one not listed", "repetitions",
        "How many times as many events the system expects in a place on its list as in one that is not.",
        "replay_feedback.expected_ratio",
    ),
    "replay_expected_ratio_growth": Measure(
        "Growth of that ratio through discoveries", "repetitions",
        "The ratio on the last days with discoveries, over the same without; 1 is no growth.",
        "replay_feedback.replay_with_feedback",
    ),
    "replay_discovered_share": Measure(
        "Events found by searching, beside those recorded", _EVENTS,
        "Events added by searches in the simulation over events recorded in fact.",
        "replay_feedback.replay_with_feedback",
    ),
    "replay_feedback_overlap": Measure(
        "Share of the last lists that is the same with and without discoveries", "repetitions",
        "The mean over the last days of the share of the list that would have been listed without discoveries too.",
        "replay_feedback.replay_with_feedback",
    ),
    "replay_feedback_places_listed": Measure(
        "Places ever listed, with discoveries", "repetitions", "How many places were on any day’s list once discoveries count.",
        "replay_feedback.replay_with_feedback",
    ),
}  # fmt: skip
REDRAWN = "interval: Student’s t on the spread over draws of the places, each with all its days, the lists made again"
RECORDED = "Events are recorded events: where police look, more is recorded, so a list that directs patrols helps to fill itself."
SIMULATED = "A simulation: that searches find events at this rate is a setting, not an observation."
FEW = 20
"""Fewer repetitions than this say too little of chance for limits."""


def replay_findings(
    replays: Mapping[str, Replayed],
    *,
    main: str,
    about: About,
    counts: ArrayLike | None = None,
    shifts: Sequence[int] = (1, 7, 28),
    replicates: int = 1000,
    seed: int = 1,
) -> list[Finding]:
    """What each system's lists held, and how the main one's differ from the others'.

    Args:
        replays: name -> replay, all of the same days and places.
        main: the system asked about; every other one is set beside it.
        about: the frame of the findings.
        counts: the whole record, to shift the main system's lists over; None leaves that out.
        shifts: by how many days.
        replicates, seed: of the draws of places.

    Raises:
        CannotAnswer: nothing was recorded on the days replayed.
        BadValue: replays of different days or places.

    Example:
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.replay import each_alone, replay, static_list
        >>> record = np.random.default_rng(1).poisson(np.linspace(0.1, 2, 40), (60, 40))
        >>> weekly = replay(record, each_alone(lambda counts: counts.sum(axis=0)), window_days=7, k=8)
        >>> fixed = static_list(weekly, record[:7].sum(axis=0))
        >>> found = replay_findings({"weekly": weekly, "fixed": fixed}, main="weekly", about=About("replay", "T", "P", "S"))
        >>> f"{found[0].group}: {found[0].value:.2f} ({found[0].low:.2f} to {found[0].high:.2f})"
        'weekly: 0.30 (0.25 to 0.35)'

    Read with care:
        See the head of this file.
    """
    first = replays[main]
    redrawn = dict(zip(replays, redrawn_captured(list(replays.values()), replicates=replicates, seed=seed).T, strict=True))
    found = [_captured(name, one, redrawn[name], about) for name, one in replays.items()]
    found.append(_by_lot(first, about))
    for name, other in replays.items():
        if name != main:
            found += _beside(main, first, name, other, redrawn[main] - redrawn[name], about)
    found += [_pai(finding, first) for finding in found[: len(replays)]]
    for name, one in replays.items():
        found += _lists(name, one, about)
    if counts is not None:
        found += [_shifted(main, first, counts, shift, about) for shift in shifts]
    return found


def _captured(name: str, one: Replayed, redrawn: NDArray[np.float64], about: About) -> Finding:
    value = captured_share(one)
    low, high = _limits_of_share(value, redrawn, one, about)
    return about.finding(
        "replay_captured_share", value, low=low, high=high, group=name, unit="share", n=float(one.happened.sum()),
        method=f"events recorded in a place of their own day’s list over all events recorded on the days replayed; {REDRAWN}", caveats=(RECORDED,),
    )  # fmt: skip


def _limits_of_share(value: float, redrawn: NDArray[np.float64], one: Replayed, about: About) -> tuple[float, float]:
    """Limits on the logit scale, which keeps them between 0 and 1."""
    if np.isfinite(redrawn).all() and 0 < value < 1 and np.ptp(redrawn) > 0:
        _, up = plain_limits([0.0], redrawn[:, None], level=about.level, areas=one.happened.shape[1])
        odds, factor = value / (1 - value), np.exp(float(up[0]) / (value * (1 - value)))
        return float(odds / factor / (1 + odds / factor)), float(odds * factor / (1 + odds * factor))
    # All or nothing, or a draw without any event: the draws say nothing; as many events as the places are worth do.
    hits = share_of_blocks((one.happened * one.is_listed).sum(axis=0), one.happened.sum(axis=0), blocks="places", level=about.level)
    return float(hits.low), float(hits.high)


def _by_lot(one: Replayed, about: About) -> Finding:
    return about.finding(
        "replay_captured_share", one.k / one.is_listed.shape[1], group="a list drawn by lot", unit="share", n=float(one.happened.sum()),
        method="places to a list over all places: what lots capture on average; exact, so no interval",
    )  # fmt: skip


def _pai(captured: Finding, one: Replayed) -> Finding:
    """The share captured over the share of places listed."""
    places = one.is_listed.shape[1]
    scaled = {name: None if getattr(captured, name) is None else getattr(captured, name) * places / one.k for name in ("value", "low", "high")}
    method = f"share of events on the list over {one.k} of {places:,} places; {REDRAWN}"
    caveats = ("Every place counts alike, whatever its size.", *captured.caveats)
    return captured.model_copy(update={**scaled, "measure": "replay_pai", "unit": "ratio", "method": method, "caveats": caveats})


def _beside(main: str, first: Replayed, name: str, other: Replayed, redrawn: NDArray[np.float64], about: About) -> list[Finding]:
    shared = overlap(first, other)
    days, value = np.isfinite(shared), captured_share(first) - captured_share(other)
    known = bool(np.isfinite(redrawn).all())
    low, high = plain_limits([value], redrawn[:, None], level=about.level, areas=first.happened.shape[1])
    ends: dict[str, Any] = {"low": max(-1.0, float(low[0])), "high": min(1.0, float(high[0]))} if known else {}
    lacks = () if known else ("Some draws of the places leave no event, so no limits are given.",)
    return [
        about.finding(
            "replay_captured_difference", value, **ends, group=main, reference=name, unit="share", n=float(first.happened.sum()),
            method=f"share of events on the one list less share on the other, same events and same draws; {REDRAWN}", caveats=(*lacks, RECORDED),
        ),
        about.finding(
            "replay_list_overlap", float(shared[days].mean()) if days.any() else None, group=main, reference=name, unit="share", n=int(days.sum()),
            method="places on both lists over places on the list, averaged over days; a full count, so no interval",
            caveats=() if days.any() else ("No day has a list.",),
        ),
    ]  # fmt: skip


def _lists(name: str, one: Replayed, about: About) -> list[Finding]:
    often, days = days_listed(one), len(one.days)
    fresh = new_on_list(one)
    fresh = fresh[np.isfinite(fresh)]
    positions = int(often.sum())
    full = "a full count, so no interval"
    return [
        about.finding("replay_places_listed", float((often > 0).sum()), group=name, unit="places", n=len(often), method=f"places on any day’s list; {full}"),
        about.finding("replay_places_always_listed", float((often == days).sum()), group=name, unit="places", n=len(often),
                      method=f"places on the list of each of {days:,} days; {full}"),
        about.finding(
            "replay_most_listed_share", float(np.sort(often)[-one.k :].sum() / positions) if positions else None, group=name, unit="share", n=positions,
            method=f"positions of the {one.k} most listed places over all positions on all lists; {full}", caveats=() if positions else ("No day has a list.",),
        ),
        about.finding(
            "replay_new_on_list", float(fresh.mean()) if len(fresh) else None, group=name, unit="share", n=len(fresh),
            method=f"places not on the day before’s list over places on the list, averaged over days; {full}",
            caveats=() if len(fresh) else ("There are no two days in a row with lists.",),
        ),
    ]  # fmt: skip


def _shifted(main: str, first: Replayed, counts: ArrayLike, shift: int, about: About) -> Finding:
    held = int(((first.days + shift >= 0) & (first.days + shift < len(np.asarray(counts)))).sum())
    when = f"{abs(shift)} day{'s' if abs(shift) > 1 else ''} {'later' if shift > 0 else 'earlier'}"
    return about.finding(
        "replay_captured_when_shifted", captured_when_shifted(first, counts, shift), group=main, reference=f"used {when}", unit="share", n=held,
        method=f"as the share captured, each list held against the day {when}; n counts lists; no interval: the same lists and nearly the same events",
        caveats=(RECORDED,),
    )  # fmt: skip


def feedback_findings(fed: Fed, without: Replayed, *, system: str, about: About, control: Fed | None = None, last_days: int = 28) -> list[Finding]:
    """How far a system's expectations draw apart when what is found on its lists is recorded.

    Args:
        fed: the replay with discoveries.
        without: the same system's replay without.
        system: its name.
        about: the frame of the findings.
        control: the same with as many places searched by lot; None leaves it out.
        last_days: how many of the first and of the last days are averaged.

    Example:
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.replay import each_alone, replay
        >>> from evenhand.audit.replay_feedback import replay_with_feedback
        >>> counted, record = each_alone(lambda counts: counts.sum(axis=0)), np.ones((60, 4), dtype=int)
        >>> plain = replay(record, counted, window_days=10, k=1)
        >>> fed = replay_with_feedback(record, counted, plain, window_days=10, repetitions=40)
        >>> growth = feedback_findings(fed, plain, system="counted", about=About("replay", "T", "P", "S"))[0]
        >>> f"{growth.value:.1f} ({growth.low:.1f} to {growth.high:.1f})"
        '1.4 (1.2 to 1.6)'

    Read with care:
        See the head of this file.
    """
    plain = expected_ratio(without.scores, without.is_listed)
    found = [_growth(fed, plain, system, "no discoveries", about, last_days)]
    if control is not None:
        found.append(_growth(control, plain, f"{system}, searches by lot", "no discoveries", about, last_days))
    last = slice(-last_days, None)
    for name, days in {"first": slice(None, last_days), "last": last}.items():
        mean = float(plain[days].mean())
        found.append(
            about.finding(
                "replay_expected_ratio", mean if np.isfinite(mean) else None, group=system, reference=f"no discoveries, {name} {last_days} days", unit="ratio",
                n=1, method="mean over days of expected events in a listed place over those in another; one history, so no interval",
                caveats=() if np.isfinite(mean) else (_NOTHING,),
            )  # fmt: skip
        )
        ratios = fed.expected_ratio[:, days].mean(axis=1)
        method = "mean over days and repetitions of expected events in a listed place over those in another"
        found.append(_over_repetitions("replay_expected_ratio", ratios, system, f"with discoveries, {name} {last_days} days", "ratio", about, method, fed))
    recorded = float(without.happened.sum())
    added = "events found over events recorded"
    found.append(_over_repetitions("replay_discovered_share", fed.discovered.sum(axis=1) / recorded, system, None, "share", about, added, fed, n=recorded))
    same = "places on the list with and without discoveries, over places on the list, averaged over the last days"
    found.append(_over_repetitions("replay_feedback_overlap", fed.shared[:, last].mean(axis=1), system, "no discoveries", "share", about, same, fed))
    ever = (fed.days_listed > 0).sum(axis=1).astype(float)
    found.append(_over_repetitions("replay_feedback_places_listed", ever, system, "no discoveries", "places", about, "places on any day’s list", fed))
    return found


_NOTHING = "On some of these days the system expected nothing in places off its list, so there is nothing to divide by."


def _growth(fed: Fed, plain: NDArray[np.float64], system: str, reference: str, about: About, last_days: int) -> Finding:
    grown = fed.expected_ratio[:, -last_days:].mean(axis=1) / plain[-last_days:].mean()
    method = f"the ratio of expected events, listed places over others, on the last {last_days} days, over the same without discoveries"
    return _over_repetitions("replay_expected_ratio_growth", grown, system, reference, "ratio", about, method, fed)


def _over_repetitions(
    measure: str, values: NDArray[np.float64], system: str, reference: str | None, unit: str, about: About, method: str, fed: Fed, *, n: float | None = None
) -> Finding:
    """A mean over repetitions with their percentiles; null where any repetition has no value."""
    known = bool(np.isfinite(values).all())
    tail = (1 - about.level) / 2
    low, high = (float(end) for end in np.quantile(values, [tail, 1 - tail])) if known and len(values) >= FEW else (None, None)
    few = () if len(values) >= FEW else (f"{len(values)} repetitions are too few for limits.",)
    return about.finding(
        measure, float(values.mean()) if known else None, low=low, high=high, group=system, reference=reference, unit=unit, n=n or len(values),
        method=f"{method}; percentiles over {len(values):,} repetitions of what chance finds", caveats=(*(() if known else (_NOTHING,)), *few, SIMULATED),
        settings={"discovery": fed.searches.discovery, "besides": fed.searches.besides, "searched": fed.searches.where},
    )  # fmt: skip

