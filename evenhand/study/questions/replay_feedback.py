"""The replay with discoveries: what if patrols went where the list sent them, and found some more there?"""

from __future__ import annotations

from ..question import Answer, Asked, Question, Setting
from .replay import EVENTS, SHARED


def _ask(asked: Asked) -> Answer:
    from ...audit.replay import replay
    from ...audit.replay_feedback import Searches
    from ...audit.replay_findings import feedback_findings
    from ..replay_pictures import growth_picture
    from ..replay_run import feedback_of, plan_of
    from .replay import about_of

    settings = asked.settings
    plan = plan_of(asked.tables["place_events"], settings)
    without = replay(plan.counts, plan.system[1], window_days=plan.window_days, k=plan.k, days=plan.days, ties=plan.ties)
    found_there = {"discovery": settings["discovery"], "besides": settings["besides"], "begin_day": settings["begin_day"]}
    searches = [Searches(**found_there, where=where) for where in ("listed", "by-lot")]
    fed, control = feedback_of(plan, without, searches, repetitions=settings["repetitions"], seed=asked.seed, tell=asked.tell)
    about = about_of(asked, plan, "replay-feedback")
    last = min(settings["last_days"], len(plan.days))
    findings = feedback_findings(fed, without, system=plan.system[0], about=about, control=control, last_days=last)
    return Answer(tuple(findings), (), (growth_picture(fed, control, without, plan, level=asked.level),))


QUESTION = Question(
    name="replay-feedback",
    asks="If what patrols find where the list sends them is recorded, how far do the system's expectations draw apart?",
    says=(
        "Replays a place system day by day, as `replay` does, but each day adds some events in the places on the list, which count as recorded from "
        "the next day on (Lum & Isaac's experiment). Gives how many times as many events the system comes to expect in a place on its list "
        "as in one off it, against the same without discoveries and with as many places searched by lot. A simulation: the "
        "chance of finding something is a setting, and patrols deter nobody in it."
    ),
    tables=(EVENTS,),
    settings=(
        *SHARED,
        Setting("discovery", "Chance of finding each event that is there to be found in a place searched.", 0.2, float),
        Setting("besides", "Events there to be found beside those recorded that day; 0 for none.", 1, int),
        Setting("begin_day", "Number of the first day on which anything is found.", 0, int),
        Setting("repetitions", "How often chance is tried.", 100, int),
        Setting("last_days", "How many of the first and last days are averaged.", 28, int),
    ),
    ask=_ask,
    example="evenhand audit replay-feedback --place-events events.csv --system count-map --discovery 0.2 --html feedback.html",
)
