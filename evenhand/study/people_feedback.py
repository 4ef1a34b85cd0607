"""Lists of made-up people whose members are watched: the arms of the feedback, from a study's declaration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..audit.about import About
    from ..audit.person_feedback import Arm
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
    from ..audit.person_feedback_findings import loop_findings
    from ..people.made_up import Watch

    seeds = range(study.seed, study.seed + feedback.repeats)
    make = partial(_made, parameters, world, feedback)
    arms = arms_of(feedback)
    tell(f"{entry.label}: watching the listed, {feedback.cycles} lists in {feedback.repeats} worlds, {len(arms)} ways", 0.05)
    told: dict[str, Any] = {"cycles": feedback.cycles, "days": feedback.days, "jobs": -1}
    watch = Watch(stops=feedback.stops, intelligence=feedback.intelligence, detection=feedback.detection)
    found = replicate_feedback(make, entry.score, seeds=seeds, arms=arms, watch=watch, tell=tell, **told)
    return loop_findings(found, days=feedback.days, reference=study.reference, about=_about(study, world, entry, feedback, parameters))


def arms_of(feedback: Feedback) -> dict[str, Arm]:
    """What each arm is called -> how its listed are watched and how long records are kept.

    Example:
        >>> from evenhand.study.people import Feedback
        >>> list(arms_of(Feedback(system="vha", world="here", keep_years=[None, 3])))
        ['listed and watched', 'listed and watched, records kept 3 years', 'listed, not watched']
    """
    from ..audit.person_feedback import Arm

    arms: dict[str, Arm] = {}
    for years in feedback.keep_years:
        kept = "" if years is None else f", records kept {years:g} year{'' if years == 1 else 's'}"
        arms[f"listed and watched{kept}"] = Arm(keep_years=years)
    return {**arms, "listed, not watched": Arm(is_watched=False)}


def _about(study: Study, world: World, entry: Entry, feedback: Feedback, parameters: Parameters) -> About:
    """The frame of the findings: what watching does stands in every one."""
    from ..audit.about import About
    from .people_run import STANDING

    watching = (
        f"The listed are stopped {feedback.stops:g} times as often, intelligence on them is put in {feedback.intelligence:g} times as often and they are "
        f"{feedback.detection:g} times as likely to be named for what they do: assumptions of ours."
    )
    source = f"made-up people, scenario {parameters.slug}, {feedback.repeats} worlds of {feedback.people:,} from seed {study.seed}"
    settings = {"system": entry.label, "world": world.label}
    return About("people", world.label, f"{feedback.cycles} further lists, {feedback.days} days apart", source, (*STANDING, watching), settings)


def _made(parameters: Parameters, world: World, feedback: Feedback, seed: int) -> MadeUp:
    from ..people.made_up import make_people

    return make_people(parameters, people=feedback.people, years=world.years, seed=seed, tell=lambda what, share: None)
