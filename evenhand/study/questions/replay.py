"""The replay: what a place system would have listed each morning, and what was then recorded there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.about import About
    from ...tables.findings import Finding
    from ..replay_run import Plan


def _ask(asked: Asked) -> Answer:
    from ...audit.replay_findings import replay_findings
    from ..replay_pictures import captured_picture, listed_picture, overlap_picture
    from ..replay_run import plan_of, replays_of

    plan = plan_of(asked.tables["place_events"], asked.settings)
    asked.tell("replaying day by day", 0.3)
    replays = replays_of(plan)
    about = about_of(asked, plan)
    asked.tell("drawing places anew", 0.7)
    found = replay_findings(replays, main=plan.system[0], about=about, counts=plan.counts, replicates=asked.replicates, seed=asked.seed)
    names = names_of(plan)
    pictures = tuple(draw(replays, plan, names) for draw in (captured_picture, listed_picture, overlap_picture))
    return Answer(tuple(found), (), (*pictures, *_forests(found, names)))


def about_of(asked: Asked, plan: Plan, question: str = "replay") -> About:
    """The frame of a replay's findings; the period is that of the mornings, whatever the asker called it."""
    from dataclasses import replace

    caveat = "A rebuilding of the system from what is published, run on past records; it is not the product, nor the lists that a force was given."
    about = asked.about(question, caveats=(caveat,), settings={name: value for name, value in asked.settings.items() if value is not None})
    return replace(about, period=plan.span)


def names_of(plan: Plan) -> dict[str, str]:
    """What the systems are called."""
    from ...systems.catalogue import system_named

    return {slug: system_named(slug).CARD.title for slug, _ in (plan.system, plan.baseline)}


def _forests(found: list[Finding], names: dict[str, str]) -> tuple[Any, ...]:
    from ...report.plain_pictures import forest

    def called(name: str | None) -> str:
        return names.get(name or "", name or "")

    shares = [one for one in found if one.measure == "replay_captured_share"]
    gaps = [one for one in found if one.measure == "replay_captured_difference"]
    drawn = (
        forest(shares, slug="captured-share", title="Recorded events on their day’s list", axis="share of events", label=lambda f: called(f.group)),
        forest(gaps, slug="captured-difference", title="Events held beyond what another list holds", axis="difference in share of events",
               label=lambda f: f"beside {called(f.reference)}"),
    )  # fmt: skip
    return tuple(picture for picture in drawn if picture is not None)


SHARED = (
    Setting("system", "The place system, by its slug; it must go from day to day (predpol, count-map).", "predpol"),
    Setting("baseline", "The plain baseline set beside it.", "count-map"),
    Setting("window_days", "Days before a morning that the systems are handed; a longer window makes slower lists.", 180, int),
    Setting("k", "Places to a day's list.", 20, int),
    Setting("ties", "Which of two places with the same score comes first: the higher or the lower number.", "highest", choices=("highest", "lowest")),
    Setting("places", "How many places there are in all, those without any event among them; left out: those in the table.", None, int),
    Setting("first_day", "First morning, such as 2010-12-28; left out: the first with a whole window before it."),
    Setting("last_day", "Last morning; left out: the last day of the record."),
    Setting("e_step", "Reading of the system: corrected or published; left out: its card's default. See `evenhand systems show predpol`."),
    Setting("background", "Reading of the system: by-place or pooled."),
    Setting("edge", "Reading of the system: none or lewis-mohler."),
    Setting("stop", "Reading of the system: any or all."),
    Setting("tolerance", "Reading of the system: how small a change is small, as a multiple of the published limits.", None, float),
)
"""Settings of a replay, with or without discoveries."""

EVENTS = Wanted("place_events", "Recorded events by place and day, over at least the window and some days more.")

QUESTION = Question(
    name="replay",
    asks="What would the system have listed each day, and does it hold more of what was then recorded than a plain count does?",
    says=(
        "Runs a place system on every day of a past period, each time with the days before it and no more. Gives the share of recorded events "
        "that fell in a place of their own day's list, beside a plain count of the same days, a list never changed and lots; how far the lists "
        "are the same; how often places were listed; and whether a list is as good some days later. "
        "What came after is recorded crime: where lists send patrols, more is recorded."
    ),
    tables=(EVENTS,),
    settings=SHARED,
    ask=_ask,
    example="evenhand audit replay --place-events events.csv --window-days 180 --k 20 --html replay.html",
)
