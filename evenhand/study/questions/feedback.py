"""The feedback loop, asked of a world of one's own setting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.feedback import Run, World
    from ...audit.feedback_findings import Groups
    from ...audit.feedback_learners import Start
    from ...report.picture import Picture

SYSTEMS = ("count-map", "fading-counts", "never-updated", "predpol")


def _ask(asked: Asked) -> Answer:
    import numpy as np

    from ...audit.feedback import Policy, controls, simulate
    from ...audit.feedback_findings import feedback

    settings = asked.settings
    places = asked.tables["feedback_places"].sort_values("place_code", ignore_index=True)
    world, prior = _world(places, settings)
    groups = _groups(asked, list(places["place_code"]))
    policy = Policy(settings["k"], settings["dose"], settings["coverage"], settings["policy"])
    arms: dict[str, tuple[World, Policy]] = {
        "the system": (world, policy),
        "no detection": (controls(world)["no detection"], policy),
        "random patrols": (world, Policy(settings["k"], settings["dose"], settings["coverage"], "random")),
        "uniform truth": (controls(world)["uniform truth"], policy),
    }
    runs: dict[str, Run] = {}
    shared = {"days": settings["days"], "replicates": settings["worlds"], "spans": min(12, settings["days"])}
    for done, (name, (truth, sent_by)) in enumerate(arms.items()):
        tell = partial(_told, asked, name, done / len(arms), 1 / len(arms))
        runs[name] = simulate(truth, _start(settings, prior), policy=sent_by, seed=asked.seed + done, tell=tell, **shared)
    about = asked.about("feedback", caveats=("A simulation: what follows from the rates, reporting and detection that were set, not what happened anywhere.",))
    about.settings.update({name: value for name, value in settings.items() if name not in ("group", "reference")})
    true = world.events_per_day
    found = feedback(runs, true=true, groups=groups, group=settings["group"], reference=settings["reference"], about=about)
    return Answer(tuple(found), (), _pictures(runs, np.asarray(true), groups, settings))


def _told(asked: Asked, name: str, start: float, part: float, what: str, share: float) -> None:
    asked.tell(f"{name}, {what}", start + part * share)


def _world(places: Any, settings: Any) -> tuple[World, Any]:
    from ...audit.feedback import World

    world = World(
        places["events_per_day"].to_numpy(dtype=float),
        places["report_share"].to_numpy(dtype=float),
        detection=settings["detection"],
        deterrence=settings["deterrence"],
        by_product=settings["by_product"],
    )
    return world, places["prior_records"].to_numpy(dtype=float) if "prior_records" in places else None


def _groups(asked: Asked, codes: list[str]) -> Groups | None:
    """Who lives where; None where nothing was said of it."""
    from ...audit.feedback_findings import Groups
    from ...tables.errors import OutsidePlace

    if "unit_groups" not in asked.tables:
        return None
    people = asked.tables["unit_groups"]
    stray = sorted(set(codes) ^ set(people["unit_code"]))
    if stray:
        raise OutsidePlace(
            f"{len(stray):,} places stand in only one of 'feedback_places' and 'unit_groups' (for example {stray[0]}).\nGive both for the same places."
        )
    wide = people.pivot_table(index="unit_code", columns="group", values="people", aggfunc="sum", fill_value=0).loc[codes]
    return Groups(wide.to_numpy(dtype=float), tuple(map(str, wide.columns)))


def _start(settings: Any, prior: Any) -> Start:
    """The system in the loop."""
    from ...audit.feedback_learners import count_map, fading_counts, fixed, refitted
    from ...tables.errors import BadSetting

    name, window = settings["system"], settings["window"]
    if name == "count-map":
        return count_map(window=window, prior=prior)
    if name == "fading-counts":
        return fading_counts(half_life_days=window / 2, prior=prior)
    if name == "never-updated":
        if prior is None:
            raise BadSetting("A list that is never updated needs the column 'prior_records' in the table 'feedback_places', which it is drawn up from.")
        return fixed(prior)
    from ...systems.predpol import scores_of_past

    return refitted(partial(_scored_or_even, scores_of_past), window=window, every=settings["every"], prior=prior)


def _scored_or_even(system: Any, past: Any) -> Any:
    """The system's scores; even ones for a run that has no record yet, from which nothing could be learnt."""
    import numpy as np

    events = np.bincount(past.run, past.events, past.runs)
    scores = np.ones((past.runs, past.cells))
    if (events > 0).all():
        return system(past)
    known = np.flatnonzero(events > 0)
    if len(known):
        kept = events[past.run] > 0
        rows = {name: getattr(past, name)[kept] for name in ("cell", "days_ago", "events")}
        scores[known] = system(past._replace(run=np.searchsorted(known, past.run[kept]), runs=len(known), **rows))
    return scores


def _pictures(runs: dict[str, Run], true: Any, groups: Groups | None, settings: Any) -> tuple[Picture, ...]:
    """How the gap and the misplaced patrols grow over the days, each arm a curve with the band of its worlds."""
    from ...audit.feedback_findings import misplaced_share, patrol_ratio

    beyond = "Patrols beyond what true events would give"
    drawn = [_over_time(runs, lambda patrol: misplaced_share(patrol, true), "misplaced-over-time", beyond, "share of patrols", "share")]
    if groups is not None:
        at = [groups.position(settings[name]) for name in ("group", "reference")]
        people, other = groups.people[:, at[0]], groups.people[:, at[1]]
        title = f"Patrols where {settings['group']} people live, over those where {settings['reference']} people live"
        drawn.insert(0, _over_time(runs, lambda patrol: patrol_ratio(patrol, people, other), "patrol-ratio-over-time", title, "ratio; 1 is equal", "ratio"))
    return tuple(drawn)


def _over_time(runs: dict[str, Run], measure: Any, slug: str, title: str, axis: str, unit: str) -> Picture:
    import numpy as np
    import pandas as pd

    from ...report.plain_pictures import Axis, Curve, curves

    rows, drawn = [], []
    for name, run in runs.items():
        values = np.array([measure(patrol) for patrol in run.patrol])
        with np.errstate(invalid="ignore"):
            low, middle, high = np.nanquantile(values, [0.025, 0.5, 0.975], axis=1)
        band = (low.tolist(), high.tolist()) if name == "the system" else (None, None)
        drawn.append(Curve(name, run.days.tolist(), middle.tolist(), *band))
        rows.append(pd.DataFrame({"arm": name, "day": run.days, "median": middle, "low": low, "high": high}))
    how = "Each curve is the median over simulated worlds; the band holds 95 % of the worlds of the system. The others are controls on the same settings."
    level = 1.0 if unit == "ratio" else None
    return curves(
        drawn, slug=slug, title=title, x=Axis("day"), y=Axis(axis, unit, is_log=unit == "ratio"), table=pd.concat(rows), how_to_read=how, level=level
    )


QUESTION = Question(
    name="feedback",
    asks="What happens when a system learns from records that its own patrols helped to make?",
    says=(
        "Simulates the loop in a world whose true events are set, many worlds side by side, beside three controls: nothing that patrols find is "
        "recorded, patrols go by lot, and the truth is the same everywhere. What comes out follows from what was set: vary it, as in "
        "--vary detection=0.05,0.2."
    ),
    tables=(
        Wanted("feedback_places", "How the world is set: place_code, events_per_day, report_share, and optionally prior_records."),
        Wanted("unit_groups", "Who lives where: unit_code (the place's code), group, people.", is_needed=False),
    ),
    settings=(
        Setting("system", "what is in the loop", "count-map", choices=SYSTEMS),
        Setting("k", "places patrolled each day", 1, int),
        Setting("policy", "where patrols go: the highest scores, in proportion to them, or by lot", "top", choices=("top", "proportional", "random")),
        Setting("dose", "units of patrol in a place that is patrolled", 1.0, float),
        Setting("coverage", "units of patrol everywhere, whatever the scores", 0.0, float),
        Setting("detection", "chance that a unit of patrol detects an event nobody reported", 0.1, float),
        Setting("deterrence", "share of events that a unit of patrol keeps from happening", 0.0, float),
        Setting("by_product", "records a day that a unit of patrol adds whatever happens there", 0.0, float),
        Setting("window", "days of records the system learns from", 180, int),
        Setting("every", "days between fits, for predpol", 7, int),
        Setting("days", "how long the loop runs", 365, int),
        Setting("worlds", "worlds simulated side by side", 200, int),
        Setting("group", "the group asked about", "Black"),
        Setting("reference", "the group compared with", "White"),
    ),
    ask=_ask,
    example="evenhand audit feedback --feedback-places places.csv --unit-groups people.csv --k 5 --detection 0.2",
)
