"""Is it the published run? A replay's rates and lists beside those that somebody else has published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..question import Answer, Asked, Question, Wanted
from .replay import EVENTS, SHARED

if TYPE_CHECKING:
    from ...tables.findings import Finding


def _ask(asked: Asked) -> Answer:
    """Under each way to read the E-step, where the system has that reading and the asker has not chosen; else as asked."""
    from ...audit.replay import replay
    from ...audit.replay_published import published_findings
    from ...systems.catalogue import system_named
    from ..replay_run import plan_of, scores_published
    from .replay import about_of

    slug, events = asked.settings["system"], asked.tables["place_events"]
    found: list[Finding] = []
    step = next((reading for reading in system_named(slug).CARD.readings if reading.setting == "e_step"), None)
    choices = step.choices if step and asked.settings["e_step"] is None else (asked.settings["e_step"],)
    for done, choice in enumerate(choices):
        asked.tell("replaying beside what was published", done / len(choices))
        plan = plan_of(events, {**asked.settings, "e_step": choice})
        run = replay(plan.counts, plan.system[1], window_days=plan.window_days, k=plan.k, days=plan.days, ties=plan.ties)
        name = f"{slug}, {choice} E-step" if choice else slug
        found += published_findings(run, scores_published(asked.tables["forecasts"], plan), system=name, about=about_of(asked, plan, "replay-published"))
    return Answer(tuple(found))


QUESTION = Question(
    name="replay-published",
    asks="Does this run give again the rates and lists that somebody has published?",
    says=(
        "Replays a place system day by day and holds its rates, and the lists they make, against published ones, number by number. "
        "The same figures show that the method is the same, and its slips with it; they do not make the figures right."
    ),
    tables=(EVENTS, Wanted("forecasts", "Published expectations (`expected`) by place and single day.")),
    settings=SHARED,
    ask=_ask,
    example="evenhand audit replay-published --place-events events.csv --forecasts published.csv --first-day 2010-12-28",
)
