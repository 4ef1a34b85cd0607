"""Lists of made-up people whose members are watched: the arms of the feedback, from a study's declaration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..people.made_up import MadeUp
    from ..people.parameters import Parameters
    from ..tables.findings import Finding
    from .people import Feedback, Study, World
    from .people_run import Entry
    from .question import Tell


def watched(study: Study, world: World, entry: Entry, feedback: Feedback, parameters: Parameters, tell: Tell) -> list[Finding]:
    """What becomes of a list whose people are watched, beside the same list when being listed changes nothing.

    Args:
        study, world, entry, feedback: as declared.
        parameters: of the world.
        tell: is told how many cycles are done.

    Returns:
        Findings cycle by cycle, `settings["arm"]` telling which arm.
    """
    from ..audit.person_feedback import replicate_feedback
    from ..audit.person_feedback_findings import feedback_findings
    from .people_run import about_of, day_of

    seeds = range(study.seed, study.seed + feedback.repeats)
    make = partial(_made, parameters, world, feedback)
    arms = arms_of(feedback)
    tell(f"{entry.label}: watching the listed, {feedback.cycles} lists in {feedback.repeats} worlds, {len(arms)} ways", 0.05)
    found = replicate_feedback(make, entry.score, seeds=seeds, arms=arms, cycles=feedback.cycles, days=feedback.days)
    first = make(study.seed)
    about = about_of(study, world, entry, day_of(first, 0), parameters)
    return feedback_findings(found, group=study.group, reference=study.reference, about=about)


def arms_of(feedback: Feedback) -> dict[str, dict[str, Any]]:
    """What each arm is called -> how its listed are watched and how long records are kept.

    Example:
        >>> from evenhand.study.people import Feedback
        >>> list(arms_of(Feedback(system="vha", world="here", keep_years=[None, 3])))
        ['listed and watched', 'listed and watched, records kept 3 years', 'listed, not watched']
    """
    from ..people.made_up import Watch

    watch = Watch(stops=feedback.stops, intelligence=feedback.intelligence, detection=feedback.detection)
    arms: dict[str, dict[str, Any]] = {}
    for years in feedback.keep_years:
        kept = "" if years is None else f", records kept {years:g} year{'' if years == 1 else 's'}"
        arms[f"listed and watched{kept}"] = {"watch": watch, "keep_years": years}
    return {**arms, "listed, not watched": {"watch": None, "keep_years": None}}


def _made(parameters: Parameters, world: World, feedback: Feedback, seed: int) -> MadeUp:
    from ..people.made_up import make_people

    return make_people(parameters, people=feedback.people, years=world.years, seed=seed, tell=lambda what, share: None)
